"""Several workers on one port and one Redis: real processes, which are killed and replaced."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from cluster import DEPLOY, Proc
from ports import free_port
from redis_server import RedisServer
from support import Client, get_json

from streamhub import demo
from streamhub.app import open_hubs
from streamhub.formats.sample import SLUG
from streamhub.settings import Settings
from streamhub.workers import hold

ENV = os.environ | {"PYTHONPATH": str(DEPLOY.parent), "COLUMNS": "200", "NO_COLOR": "1"}
WITHIN_S = 30.0


async def until(holds: Callable[[], object], what: str) -> None:
    """Wait until `holds()`."""
    try:
        async with asyncio.timeout(WITHIN_S):
            while not holds():  # noqa: ASYNC110 - other processes have no event to wait for
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise TimeoutError(f"{what} within {WITHIN_S:.0f} s") from None


class TeamProc(Proc):
    """`streamhub serve --workers N`, ready when it says that it serves."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        given = {f"STREAMHUB_{key.upper()}": value for key, value in settings.items()}
        given |= {"STREAMHUB_NODE": "hall", "STREAMHUB_LOG": "json", "STREAMHUB_DRAIN_S": "0.5"}
        command = [sys.executable, "-m", "streamhub", "serve", "--port", str(self.port), *options]
        super().__init__("team", folder, command, ENV | given)

    async def is_ready(self) -> bool:
        return bool(self.said("serving"))

    def said(self, message: str) -> list[dict[str, Any]]:
        """The log lines with a message."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in map(json.loads, lines) if line["event"] == message]

    def workers(self) -> dict[int, int]:
        """Process ids of the workers that serve, by number."""
        found = {}
        for child in psutil.Process(self.pid).children():
            with_it = child.environ().get("STREAMHUB_WORKER")
            if with_it is not None and child.status() != psutil.STATUS_ZOMBIE:
                found[json.loads(with_it)["number"]] = child.pid
        return found


class Table:
    """An event on a Redis of its own keys, for teams and for looking at it."""

    def __init__(self, server: RedisServer, folder: Path) -> None:
        self.settings = {"journal": server.url, "redis_prefix": f"w{folder.name[-20:]}".lower()}
        self.settings["redis_prefix"] = re.sub(r"[^a-z0-9-]", "-", self.settings["redis_prefix"])
        self.folder = folder
        self.tokens: dict[str, str] = {}

    async def lay(self) -> None:
        """Make the sample event."""
        settings: dict[str, Any] = self.settings
        async with open_hubs(Settings(**settings)) as hubs:
            hub = await demo.create(hubs, as_published=False)
            for link in hub.state.links.values():
                self.tokens[link.role.value] = hubs.keyring.link_token(SLUG, link.id)

    @asynccontextmanager
    async def team(self, *options: str, **settings: str) -> AsyncIterator[TeamProc]:
        """Two workers, ended at the end."""
        team = TeamProc(self.folder, *(options or ("--workers", "2")), **self.settings | settings)
        await team.start()
        try:
            yield team
        finally:
            assert await team.stop() == 0, team.log.read_text()[-3000:]


@pytest.fixture(autouse=True)
def _hears_sighup() -> Iterator[None]:
    """Under `nohup` it is ignored here, and by all that is started from here."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
async def table(redis_server: RedisServer, tmp_path: Path) -> Table:
    made = Table(redis_server, tmp_path)
    await made.lay()
    return made


async def node_behind(url: str) -> str:
    """Which node answers; each call is a connection of its own."""
    return str((await get_json(f"{url}/readyz"))[1]["node"])


async def names_behind(url: str) -> set[str]:
    return {await node_behind(url) for _ in range(24)}


def run(folder: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {f"STREAMHUB_{key.upper()}": value for key, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "streamhub", "serve", *options],
        cwd=folder,
        env=ENV | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_workers_share_a_port_and_pages_at_each_see_the_same_change(table: Table) -> None:
    first = free_port()
    async with table.team(workers="2", worker_ports=str(first)) as team:
        assert await names_behind(team.url) == {"hall-1", "hall-2"}
        own = [f"http://127.0.0.1:{port}" for port in (first, first + 1)]
        assert [await node_behind(url) for url in own] == ["hall-1", "hall-2"]
        (serving,) = team.said("serving")
        assert (serving["url"], serving["workers"], serving["events"]) == (team.url, 2, 1)
        assert {line["worker"] for line in team.said("worker serves")} == {1, 2}
        assert {line.get("worker") for line in team.said("event loaded")} == {1, 2}
        pages = [await Client(url).connect("stage") for url in own]
        shared = [await Client(team.url).connect("stage") for _ in range(4)]
        desk = await Client(team.url).connect("desk", token=table.tokens["moderator"])
        before = pages[0].cursor
        asked = await pages[0].do("question.ask", text="Who hears this?", room="main")
        question = asked["result"]["question"]
        await desk.until(lambda: question in json.dumps(desk.state))
        assert (await desk.do("question.approve", question=question, revision=1))["ok"]
        assert (await desk.do("question.spotlight", question=question))["ok"]
        for page in (*pages, *shared):
            await page.until(lambda page=page: page.cursor not in {None, before})
        assert len({json.dumps(page.state, sort_keys=True) for page in (*pages, *shared)}) == 1
        assert {page.cursor for page in (*pages, *shared)} == {pages[0].cursor}
        await asyncio.gather(*(page.close() for page in (*pages, *shared, desk)))


async def test_worker_that_is_killed_is_replaced_and_its_clients_come_back(table: Table) -> None:
    first = free_port()
    async with table.team(workers="2", worker_ports=str(first)) as team:
        before = team.workers()
        theirs = await Client(f"http://127.0.0.1:{first}").connect("stage")
        other = await Client(f"http://127.0.0.1:{first + 1}").connect("stage")
        os.kill(before[1], signal.SIGKILL)
        await asyncio.wait_for(theirs.sio.wait(), 5)
        again = await Client(team.url).connect("stage", resume=theirs.cursor)
        await until(lambda: len(team.said("worker serves")) == 3, "no new worker serves")
        (ended,) = team.said("worker ended")
        assert (ended["worker"], ended["ended"], ended["again_in_s"]) == (1, "SIGKILL", 0.5)
        after = team.workers()
        assert (after[1] != before[1], after[2]) == (True, before[2])
        assert await names_behind(team.url) == {"hall-1", "hall-2"}
        assert other.sio.connected
        await again.close()
        await other.close()


async def test_restart_of_all_workers_replaces_one_after_the_other(table: Table) -> None:
    async with table.team() as team, aiohttp.ClientSession() as session:
        before, done = team.workers(), asyncio.Event()
        said: list[int] = []

        async def keep_asking() -> None:
            each = {"Connection": "close"}
            while not done.is_set():
                try:
                    async with session.get(f"{team.url}/e/{SLUG}", headers=each) as answer:
                        said.append(answer.status)
                except aiohttp.ClientError:
                    said.append(0)  # it was being accepted just then

        asking = asyncio.create_task(keep_asking())
        team.send(signal.SIGHUP)
        team.send(signal.SIGHUP)
        await until(lambda: team.said("workers replaced"), "no restart")
        done.set()
        await asking
        after = team.workers()
        assert not {*before.values()} & {*after.values()}
        assert said.count(200) >= len(said) - 2 > 100
        assert not team.said("worker ended")
        order = [line["worker"] for line in team.said("worker serves")]
        assert order == [1, 2, 1, 2]


async def test_workers_end_in_order_when_they_are_told_and_when_the_parent_is_killed(
    table: Table,
) -> None:
    async with table.team("--workers", "3") as team:
        children = [psutil.Process(pid) for pid in team.workers().values()]
        folder = Path(json.loads(children[0].environ()["STREAMHUB_WORKER"])["folder"])
        assert (len(children), folder.stat().st_mode & 0o777) == (3, 0o700)
        client = await Client(team.url).connect("stage")
        team.send(signal.SIGINT)
        await asyncio.wait_for(client.sio.wait(), 5)
        assert client.seen["bye"]
    assert not any(child.is_running() for child in children)
    assert not folder.exists()
    assert len(team.said("stopped")) == 4
    team = TeamProc(table.folder, "--workers", "2", **table.settings)
    team.log.unlink()
    await team.start()
    children = [psutil.Process(pid) for pid in team.workers().values()]
    assert len(children) == 2
    folder = Path(json.loads(children[0].environ()["STREAMHUB_WORKER"])["folder"])
    await team.kill()
    await until(lambda: not any(child.is_running() for child in children), "orphans run on")
    assert not folder.exists()
    assert len(team.said("parent is gone")) == 2


async def test_workers_without_redis_are_refused_in_words(tmp_path: Path) -> None:
    for engine in ("sqlite", "memory"):
        done = run(tmp_path, "--workers", "2", "--journal", engine)
        assert done.returncode == 2
        assert f"cannot run 2 workers on the journal `{engine}`" in done.stderr
        assert "--journal redis://" in done.stderr
        assert "Traceback" not in done.stderr
    done = run(tmp_path, "--workers", "some")
    assert (done.returncode, "workers: " in done.stderr) == (2, True)
    redis = {"journal": "redis://127.0.0.1:1/0", "worker_ports": "65535"}
    done = run(tmp_path, "--workers", "2", **redis)
    assert (done.returncode, "Set STREAMHUB_WORKER_PORTS lower" in done.stderr) == (2, True)


async def test_taken_port_is_told_at_once_also_where_another_team_has_it(tmp_path: Path) -> None:
    with hold("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        options = ("--workers", "2", "--port", str(port), "--journal", "redis://127.0.0.1:1/0")
        done = run(tmp_path, *options)
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in done.stderr
    hold("127.0.0.1", port).close()
    hold("::1", 0).close()


async def test_workers_that_never_serve_are_given_up_with_their_own_words(tmp_path: Path) -> None:
    options = ("--workers", "2", "--port", "0", "--journal", "redis://127.0.0.1:1/0")
    done = run(tmp_path, *options, log="json")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    ended = [json.loads(line) for line in lines if line.startswith("{")]
    assert [line["worker"] for line in ended if line["event"] == "worker ended"] == [1, 1, 1]
    assert "worker 1 ended 4 times before it served (status 2)." in done.stderr
    assert "no answer from Redis" in lines[-1]
    assert "Traceback" not in done.stderr


async def test_worker_that_cannot_start_is_tried_again_while_another_serves(
    own_redis: RedisServer, tmp_path: Path
) -> None:
    table = Table(own_redis, tmp_path)
    await table.lay()
    async with table.team() as team:
        own_redis.kill()
        os.kill(team.workers()[1], signal.SIGKILL)
        await until(lambda: len(team.said("worker ended")) == 3, "it is not tried again")
        ended = team.said("worker ended")
        assert [line["again_in_s"] for line in ended] == [0.5, 1, 2]
        assert [line["ended"] for line in ended] == ["SIGKILL", "status 2", "status 2"]
        assert "no answer from Redis" in ended[1]["error"]
        assert (await get_json(f"{team.url}/healthz"))[0] == 200
        own_redis.start()
        await until(lambda: len(team.said("worker serves")) == 3, "it does not come back")


@pytest.mark.parametrize("then", ["stay", "upgrade"])
async def test_polling_clients_keep_their_session_on_the_shared_port(
    table: Table, then: str
) -> None:
    transports = ["polling"] if then == "stay" else ["polling", "websocket"]
    async with table.team() as team:
        for _ in range(3):
            clients = [Client(team.url, transports) for _ in range(4)]
            for client in clients:
                # a connection for each request: about half of them have to be handed over
                each = aiohttp.TCPConnector(force_close=True)
                client.sio.eio.http = aiohttp.ClientSession(connector=each)
                await client.connect("stage")
                assert client.sio.eio.sid.split("_")[0] in {"1", "2"}
            for _ in range(3):
                for client in clients:
                    assert (await client.ask("resync", {"cursor": client.cursor})) == {"ok": True}
            assert {client.sio.transport() for client in clients} == {transports[-1]}
            for client in clients:
                await client.close()
