"""A cluster on this machine: Redis, nodes and HAProxy as plain processes, as compose runs them.

Tests take `Cluster`, and `./run cluster` runs this file. What belongs here: starting, killing and
ending processes, and knowing when they are ready. What they are told stands in `deploy/`.
"""

import argparse
import asyncio
import contextlib
import csv
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
from ports import free_port
from redis.asyncio import Redis
from redis.exceptions import RedisError

from streamhub import demo
from streamhub.app import open_hubs
from streamhub.formats.sample import SLUG
from streamhub.logs import configure
from streamhub.settings import Settings

DEPLOY: Final = Path(__file__).parents[1] / "deploy"
SERVICE: Final = "streamhub"
"""What the sentinels call the primary and its replicas."""
READY_WITHIN_S: Final = 30.0
END_WITHIN_S: Final = 15.0
NODES_MOST: Final = 4
"""As many has deploy/haproxy.cfg."""


def allow_many_files() -> None:
    """Raise the limit of open files as far as it goes; processes started from here inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until `holds()`, which is asked again and again."""
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            while not await holds():  # noqa: ASYNC110 - another process has no event to wait for
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"{what} within {READY_WITHIN_S:.0f} s") from None


async def status_at(url: str) -> int:
    """The status of an answer; 0 where nobody answers."""
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status
    except (aiohttp.ClientError, ConnectionError):
        return 0


class Proc:
    """One process, in a group of its own so that Ctrl+C in the terminal reaches us alone.

    Args:
        name: `node1`, `redis`, `proxy`, …
        folder: where it runs; what it prints is in `<name>.log` there.
        command: the program and its arguments.
        env: what it has in its environment beside ours.
    """

    def __init__(
        self, name: str, folder: Path, command: list[str], env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.folder = folder
        self.command = command
        self.env = dict(env or {})
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """What it printed, over all its starts."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return None if self._process is None else self._process.returncode

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        assert not self.is_running, f"{self.name} runs already"
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                env=os.environ | self.env,
                process_group=0,
            )
        await self.ready()

    async def ready(self) -> None:
        """Wait until it is ready; raises with the end of its log where it ended instead."""
        await until(self._is_ready_or_ended, f"{self.name} is not ready")
        if not self.is_running:
            said = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.name} ended with status {self.status}:\n{said}")

    async def _is_ready_or_ended(self) -> bool:
        return not self.is_running or await self.is_ready()

    async def is_ready(self) -> bool:
        """Whether it does what it is there for."""
        return True

    def send(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP and SIGCONT make a process that hangs."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)

    async def kill(self) -> None:
        """`kill -9`, with everything that it started."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def stop(self, within_s: float = END_WITHIN_S) -> int:
        """SIGTERM, and SIGKILL if that does not end it; returns the exit status."""
        assert self._process is not None
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            async with asyncio.timeout(within_s):
                return await self._process.wait()
        except TimeoutError:
            await self.kill()
            return await self._process.wait()

    async def restart(self) -> None:
        """Stop it and start it again."""
        await self.stop()
        await self.start()


class RedisServer(Proc):
    """Redis on deploy/redis.conf.

    Args:
        name: `redis`, or `replica1` and so on.
        folder: its files are in `<name>/` there and outlive a kill.
        primary: whose replica it is.
        held_by: how many replicas must be there before it takes a write.
    """

    def __init__(
        self, name: str, folder: Path, primary: "RedisServer | None" = None, held_by: int = 0
    ) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.data = folder / name
        self._config = folder / f"{name}.conf"
        self._settings = [f"port {self.port}", f'dir "{self.data}"', "bind 127.0.0.1"]
        self._settings += [f"min-replicas-to-write {held_by}"]
        # usual are 5 s, in which more replicas might come that want the same copy
        self._settings += ["repl-diskless-sync-delay 0"]
        if primary is not None:
            self._settings += [f"replicaof 127.0.0.1 {primary.port}"]
        super().__init__(name, folder, ["redis-server", str(self._config)])

    async def start(self) -> None:
        """See `Proc.start`."""
        self.data.mkdir(parents=True, exist_ok=True)
        if not self._config.exists():
            # a copy, because sentinels let it write there whose replica it is after a failover
            base = (DEPLOY / "redis.conf").read_text()
            self._config.write_text("\n".join([base, *self._settings, ""]))
        await super().start()

    async def ask(self, *words: str) -> Any:
        """Send it one command, on a connection of its own."""
        async with Redis.from_url(self.url, decode_responses=True) as client:
            return await client.execute_command(*words)  # type: ignore[no-untyped-call]  # redis

    async def is_ready(self) -> bool:
        """It answers, and as a replica it has caught up with its primary."""
        try:
            await self.ask("PING")
            role = await self.ask("ROLE")
        except (RedisError, OSError):
            return False
        return bool(role[0] != "slave" or role[3] == "connected")


class SentinelProc(Proc):
    """One sentinel; it writes what it learns into its own configuration.

    Args:
        name: `sentinel1` and so on.
        folder: where its configuration is.
        primary: whom it watches from the start.
        quorum: how many of them must agree that the primary is away.
    """

    def __init__(self, name: str, folder: Path, primary: RedisServer, quorum: int) -> None:
        self.port = free_port()
        self.primary = primary
        self._config = folder / f"{name}.conf"
        self._quorum = quorum
        self.url = f"redis://127.0.0.1:{self.port}"
        super().__init__(name, folder, ["redis-sentinel", str(self._config)])

    async def start(self) -> None:
        """See `Proc.start`."""
        if not self._config.exists():
            self._config.write_text(
                f"port {self.port}\n"
                "bind 127.0.0.1\n"
                f"dir {self.folder}\n"
                f"sentinel monitor {SERVICE} 127.0.0.1 {self.primary.port} {self._quorum}\n"
                # a failover in seconds: in a data centre 5000 and 30000 are usual
                f"sentinel down-after-milliseconds {SERVICE} 1000\n"
                f"sentinel failover-timeout {SERVICE} 3000\n"
            )
        await super().start()

    async def ask(self, *words: str) -> Any:
        """Send it one command, on a connection of its own."""
        async with Redis.from_url(self.url, decode_responses=True) as client:
            return await client.execute_command(*words)  # type: ignore[no-untyped-call]  # redis

    async def primary_port(self) -> int:
        """Where it says that the primary is."""
        name = await self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return int(name[1])

    async def knows(self, replicas: int) -> bool:
        """Whether it could lead a failover: it has its quorum, and has found the replicas."""
        try:
            await self.ask("SENTINEL", "CKQUORUM", SERVICE)
            found = await self.ask("SENTINEL", "REPLICAS", SERVICE)
        except (RedisError, OSError):
            return False
        return len(found) >= replicas

    async def is_ready(self) -> bool:
        """It answers."""
        try:
            await self.ask("PING")
        except (RedisError, OSError):
            return False
        return True


class NodeProc(Proc):
    """`streamhub serve`.

    Args:
        name: `node1` and so on.
        folder: where it runs.
        settings: its settings by their names, as `{"journal": "redis://…"}`.
    """

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        given = {f"STREAMHUB_{key.upper()}": value for key, value in settings.items()}
        given.setdefault("STREAMHUB_LIMIT_QUESTIONS", "1000000")  # all come from this machine
        given.setdefault("STREAMHUB_NEWCOMER_WORK", "0")
        given |= {"STREAMHUB_NODE": name, "PYTHONPATH": str(DEPLOY.parent)}
        run = "from streamhub.cli import main; main()"
        command = [sys.executable, "-c", run, "serve", "--port", str(self.port)]
        super().__init__(name, folder, command, given)

    async def is_ready(self) -> bool:
        """It would acknowledge commands."""
        return await status_at(f"{self.url}/readyz") == 200


class Proxy(Proc):
    """HAProxy on deploy/haproxy.cfg.

    Args:
        folder: where it runs.
        nodes: host and port of each node.
        port: where people come in.
        cert: a PEM file; with it, TLS is spoken on `tls_port`.
        public_url: where it sends those who came without TLS; at itself where None.
    """

    def __init__(
        self,
        folder: Path,
        nodes: list[str],
        port: int = 0,
        cert: Path | None = None,
        public_url: str | None = None,
    ) -> None:
        assert 1 <= len(nodes) <= NODES_MOST
        self.port = port or free_port()
        self.tls_port = free_port()
        # by name: Python's clients keep no cookies of an address, and polling needs the proxy's
        self.url = f"http://localhost:{self.port}"
        if cert is not None:
            self.url = f"https://localhost:{self.tls_port}"
        env = {f"NODE_{number}": node for number, node in enumerate(nodes, 1)}
        env |= {"PROXY_BIND": f"127.0.0.1:{self.port}", "PROXY_CERT": str(cert or "")}
        env |= {"PROXY_TLS_BIND": f"127.0.0.1:{self.tls_port}"}
        env |= {"STREAMHUB_PUBLIC_URL": public_url or self.url}
        # a path of its own, and a short one: the address of a socket has 107 characters at most
        env |= {"PROXY_ADMIN": "proxy.sock"}
        config = str(DEPLOY / "haproxy.cfg")
        super().__init__("proxy", folder, ["haproxy", "-db", "-f", config], env)

    async def states(self, backend: str = "ready") -> dict[str, bool]:
        """Which nodes are up as the proxy sees it; only those that it has checked."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.setblocking(False)
            reader, writer = await _open_unix(admin, self.folder / "proxy.sock")
            writer.write(b"show stat\n")
            table = (await reader.read()).decode().removeprefix("# ")
            writer.close()
        rows = csv.DictReader(table.splitlines())
        return {
            row["svname"]: row["status"] == "UP"
            for row in rows
            if row["pxname"] == backend and row["svname"] != "BACKEND" and row["check_status"]
        }

    async def sees(self, name: str, *, up: bool, backend: str = "ready") -> None:
        """Wait until it sees that a node is ready (or is `living`), or is not."""

        async def seen() -> bool:
            return (await self.states(backend)).get(name) is up

        await until(seen, f"the proxy does not see {name} {'up' if up else 'down'}")

    async def is_ready(self) -> bool:
        """It listens, and has looked at every node."""
        try:
            looked_at = {*await self.states("ready"), *await self.states("living")}
        except OSError:
            return False
        return looked_at == {name.lower().replace("_", "") for name in self.env if "NODE_" in name}


async def _open_unix(
    admin: socket.socket, path: Path
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to a socket by a path that may be too long: through its folder's descriptor."""
    folder = os.open(path.parent, os.O_PATH)
    try:
        short = f"/proc/self/fd/{folder}/{path.name}"
        await asyncio.get_running_loop().sock_connect(admin, short)
    finally:
        os.close(folder)
    return await asyncio.open_unix_connection(sock=admin)


class Cluster:
    """Redis, nodes and a proxy: an async context in which all of them run.

    Args:
        folder: where they keep their files and logs.
        nodes: how many nodes, `node1` and so on.
        replicas: how many replicas Redis has, `replica1` and so on.
        sentinels: how many sentinels watch it; with them nodes find the primary by asking them.
        port: where the proxy listens; a free one if 0.
        settings: more settings of all nodes, by their names, as `{"drain_s": "1"}`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 2,
        replicas: int = 0,
        sentinels: int = 0,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        # one fewer than there are: a replica may be away, and each append is on two machines still
        held_by = max(replicas - 1, 0)
        self.folder = folder
        self.tokens: dict[str, str] = {}
        self.redis = RedisServer("redis", folder, held_by=held_by)
        self.replicas = [
            RedisServer(f"replica{number}", folder, self.redis, held_by)
            for number in range(1, replicas + 1)
        ]
        quorum = sentinels // 2 + 1
        self.sentinels = [
            SentinelProc(f"sentinel{number}", folder, self.redis, quorum)
            for number in range(1, sentinels + 1)
        ]
        port = port or free_port()
        self.proxy_url = f"http://localhost:{port}"
        self.settings = {
            "journal": self.redis_url,
            "redis_replicas": str(held_by),
            "public_url": self.proxy_url,
            "behind_proxy": "true",
            "origins": json.dumps([f"http://127.0.0.1:{port}"]),
            **(settings or {}),
        }
        self.nodes = [
            NodeProc(f"node{number}", folder, self.settings) for number in range(1, nodes + 1)
        ]
        self.proxy = Proxy(folder, [f"127.0.0.1:{node.port}" for node in self.nodes], port)

    @property
    def redis_url(self) -> str:
        """The address of the journal, as nodes are given it."""
        if not self.sentinels:
            return self.redis.url
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}"

    def node_url(self, number: int) -> str:
        """The address of one node itself: 1 is `node1`."""
        return self.nodes[number - 1].url

    @property
    def procs(self) -> list[Proc]:
        """All processes, in the order in which they start."""
        return [self.redis, *self.replicas, *self.sentinels, *self.nodes, self.proxy]

    def __getitem__(self, name: str) -> Proc:
        """The process of a name, such as `node1`."""
        return next(proc for proc in self.procs if proc.name == name)

    async def kill(self, name: str) -> None:
        """`kill -9` one process."""
        await self[name].kill()

    async def stop(self, name: str) -> int:
        """End one process with SIGTERM; returns its exit status."""
        return await self[name].stop()

    async def start(self, name: str) -> None:
        """Start one process again, and wait until it is ready and the proxy sees it."""
        await self[name].start()
        if name.startswith("node") and self.proxy.is_running:
            await self.proxy.sees(name, up=True)

    async def restart(self, name: str) -> None:
        """Stop one process and start it again."""
        await self.stop(name)
        await self.start(name)

    async def create_event(self) -> None:
        """Make the sample event, going on now, if there is none; fills `tokens` by role."""
        settings: dict[str, Any] = self.settings
        async with open_hubs(Settings(**settings | {"origins": ()})) as hubs:
            found = [hub for hub in hubs if hub.slug == SLUG]
            hub = found[0] if found else await demo.create(hubs, as_published=False)
            for link in hub.state.links.values():
                if not link.revoked:
                    self.tokens[link.role.value] = hubs.keyring.link_token(SLUG, link.id)

    async def __aenter__(self) -> Self:
        allow_many_files()
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            await self.redis.start()
            await _all(replica.start() for replica in self.replicas)
            await _all(sentinel.start() for sentinel in self.sentinels)
            await _all(self._introduced(sentinel) for sentinel in self.sentinels)
            async with asyncio.timeout(READY_WITHIN_S):
                await self.create_event()
            await _all(node.start() for node in self.nodes)
            await self.proxy.start()
        except BaseException:
            await self.end()
            raise
        return self

    async def _introduced(self, sentinel: SentinelProc) -> None:
        async def knows() -> bool:
            return await sentinel.knows(len(self.replicas))

        await until(knows, f"{sentinel.name} does not know the others")

    async def __aexit__(self, *_failure: object) -> None:
        await self.end()

    async def end(self) -> None:
        """End everything in order: nodes say goodbye through the proxy, and to Redis."""
        for procs in (self.nodes, [self.proxy], self.sentinels, [self.redis], self.replicas):
            await _all(proc.stop() for proc in procs if proc.is_running)


async def _all(work: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Do several things at once; all are done with before one failure is told."""
    done = await asyncio.gather(*work, return_exceptions=True)
    for failure in done:
        if isinstance(failure, BaseException):
            raise failure


def show(cluster: Cluster) -> None:
    """Print where everything is."""
    print(f"\nThe sample event is going on now at {cluster.proxy_url}\n")
    print(f"  participant  {cluster.proxy_url}/e/{SLUG}")
    for role, token in sorted(cluster.tokens.items()):
        print(f"  {role:<12} {cluster.proxy_url}/k/{token}")
    print(f"  display      {cluster.proxy_url}/display\n")
    for proc in cluster.procs:
        where = getattr(proc, "url", "")
        print(f"  {proc.name:<12} pid {proc.pid:<8} {where}")
    print(f"\nJournal: {cluster.redis_url}. Logs: {cluster.folder}/*.log")
    print("Kill one (`kill -9 PID`) and it comes back; Ctrl+C ends everything.", flush=True)


async def keep_running(cluster: Cluster) -> None:
    """Start again what ends by itself, as compose does."""
    while True:
        for proc in cluster.procs:
            if not proc.is_running:
                print(f"{proc.name} ended with status {proc.status}; starting it", flush=True)
                await asyncio.sleep(1)
                with contextlib.suppress(RuntimeError, TimeoutError):
                    await proc.start()
                    print(f"{proc.name} is back as pid {proc.pid}", flush=True)
        await asyncio.sleep(0.5)


async def serve(folder: Path, nodes: int, port: int, *, sentinels: bool) -> None:
    """Run a cluster until Ctrl+C or SIGTERM, which cancel this."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    replicas, watchers = (2, 3) if sentinels else (0, 0)
    cluster = Cluster(folder, nodes=nodes, port=port, replicas=replicas, sentinels=watchers)
    async with cluster:
        show(cluster)
        await keep_running(cluster)


def main() -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(prog="./run cluster", description="Run several nodes here.")
    numbers = range(1, NODES_MOST + 1)
    options.add_argument("--nodes", type=int, default=2, choices=numbers, help="how many nodes (2)")
    options.add_argument("--port", type=int, default=8080, help="where the proxy listens (8080)")
    options.add_argument("--data", type=Path, help="keep the event here instead of forgetting it")
    options.add_argument("--sentinels", action="store_true", help="two replicas, three sentinels")
    given = options.parse_args()
    configure("console", "warning")
    folder = given.data or Path(tempfile.mkdtemp(prefix="streamhub-cluster-"))
    try:
        asyncio.run(serve(folder.resolve(), given.nodes, given.port, sentinels=given.sentinels))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("All of them have ended.")
    except (RuntimeError, TimeoutError, FileNotFoundError) as error:
        sys.exit(f"./run cluster: {error}")
    finally:
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
