"""What HAProxy promises with deploy/haproxy.cfg, before puppets of nodes and before real ones.

What a whole cluster survives is in `faults/`.
"""

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cluster import DEPLOY, Cluster, Proxy
from ports import free_port
from support import Client, fresh, running

from streamhub.formats.sample import SLUG

pytestmark = pytest.mark.skipif(not shutil.which("haproxy"), reason="needs haproxy")
needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs redis-server")
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")

COMMANDS = f"/api/v1/events/{SLUG}/commands"


@dataclass
class Puppet:
    """A node that does as it is told, and notes the paths that it was asked for."""

    name: str
    port: int = field(default_factory=free_port)
    ready: int = 200
    alive: int = 200
    says: dict[str, int] = field(default_factory=dict)
    """The status for a path; 0 breaks the connection off. 200 where nothing is said."""
    heard: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator["Puppet"]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/readyz" and "Cookie" not in request.headers:
            return web.Response(status=self.ready)
        if request.path == "/healthz":
            return web.Response(status=self.alive)
        self.heard.append(request.path)
        self.headers = dict(request.headers)
        body = await request.read()
        status = self.says.get(request.path, 200)
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status, text=f"{self.name} {body.decode()}".strip())


@dataclass
class Stage:
    """Two puppets behind a proxy, and a browser that keeps cookies."""

    one: Puppet
    two: Puppet
    proxy: Proxy
    browser: aiohttp.ClientSession

    async def ask(self, path: str, method: str = "GET", **more: Any) -> tuple[int, str]:
        async with self.browser.request(method, self.proxy.url + path, **more) as answer:
            return answer.status, await answer.text()

    async def meet(self) -> tuple[Puppet, Puppet]:
        """Come in: the puppet that the browser stays with, and the other."""
        _, name = await self.ask("/")
        return (self.one, self.two) if name == "one" else (self.two, self.one)

    def name_of(self, puppet: Puppet) -> str:
        """What the proxy calls it."""
        return "node1" if puppet is self.one else "node2"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    one, two = Puppet("one"), Puppet("two")
    proxy = Proxy(tmp_path, [f"127.0.0.1:{one.port}", f"127.0.0.1:{two.port}"])
    # a connection each: on one that was used before, HAProxy answers a break with a break
    each = aiohttp.TCPConnector(force_close=True)
    browser = aiohttp.ClientSession(connector=each)
    async with one.serving(), two.serving(), browser:
        await proxy.start()
        try:
            yield Stage(one, two, proxy, browser)
        finally:
            await proxy.stop()


@pytest.fixture
def cert(tmp_path: Path) -> Path:
    """A certificate for localhost that signs itself, with its key."""
    pem, key = tmp_path / "cert.pem", tmp_path / "cert.pem.key"
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(pem)]
    command = ["openssl", *options.split(), *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    return pem


def check(**env: str) -> str:
    """What HAProxy says about the configuration."""
    command = ["haproxy", "-c", "-f", str(DEPLOY / "haproxy.cfg")]
    done = subprocess.run(
        command, env=os.environ | env, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


async def test_haproxy_configuration_is_valid_for_one_to_four_nodes() -> None:
    nodes = {f"NODE_{number}": f"127.0.0.1:{8080 + number}" for number in range(1, 5)}
    for said in (check(NODE_1="127.0.0.1:8081"), check(**nodes, PROXY_CERT="", PROXY_ADMIN="")):
        assert "Configuration file is valid" in said
        assert "WARNING" not in said


@needs_openssl
async def test_haproxy_configuration_is_valid_with_tls(cert: Path) -> None:
    said = check(
        NODE_1="127.0.0.1:8081",
        PROXY_CERT=str(cert),
        PROXY_TLS_BIND="127.0.0.1:8443",
        STREAMHUB_PUBLIC_URL="https://live.example.org",
        PROXY_ADMIN="admin.sock",
    )
    assert "Configuration file is valid" in said
    assert "WARNING" not in said


@pytest.mark.parametrize(
    "path", ["/metrics", "/readyz", "/%6Detrics", "/metrics?x", "/metrics%23", "/readyz/"]
)
async def test_proxy_keeps_metrics_and_readiness_to_the_crew(stage: Stage, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.proxy.port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\nConnection: close\r\n\r\n".encode()
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert not stage.one.heard + stage.two.heard
    assert (await stage.ask("/healthz"))[0] == 200


async def test_proxy_tells_nodes_who_asks_and_believes_nobody_else(stage: Stage) -> None:
    mine, _ = await stage.meet()
    await stage.ask("/", headers={"X-Forwarded-For": "192.0.2.7"})
    assert mine.headers["X-Forwarded-For"] == "127.0.0.1"


async def test_red_node_gets_nothing_new_and_keeps_whom_it_has(stage: Stage) -> None:
    mine, other = await stage.meet()
    poll = "/socket.io/?EIO=4&transport=polling&sid=abc"
    assert await stage.ask(poll) == (200, mine.name)
    mine.ready = 503
    await stage.proxy.sees(stage.name_of(mine), up=False)
    assert await stage.ask(poll) == (200, mine.name)
    mine.heard.clear()
    for path in ("/", "/socket.io/?EIO=4&transport=polling", COMMANDS, "/static/app/page.js"):
        assert await stage.ask(path) == (200, other.name)
    assert not mine.heard
    assert await stage.ask(poll) == (200, other.name), "the browser now belongs to the other"
    mine.ready = 200
    await stage.proxy.sees(stage.name_of(mine), up=True)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as strangers:
        for _ in range(4):
            async with strangers.get(stage.proxy.url):
                pass
    assert mine.heard, "it takes part again"


async def test_handshake_that_a_draining_node_refuses_goes_to_the_other(stage: Stage) -> None:
    mine, other = await stage.meet()
    mine.says["/socket.io/"] = 503
    assert await stage.ask("/socket.io/?EIO=4&transport=polling") == (200, other.name)
    assert "/socket.io/" in mine.heard


async def test_what_one_node_does_not_have_comes_from_the_other(stage: Stage) -> None:
    mine, other = await stage.meet()
    mine.says = {"/static/app/page-1234.js": 404, "/e/new-event": 404, "/e/none": 404}
    assert await stage.ask("/static/app/page-1234.js") == (200, other.name)
    assert await stage.ask("/e/new-event") == (200, other.name)
    other.says = {"/e/none": 404}
    assert (await stage.ask("/e/none"))[0] == 404


async def test_command_is_repeated_where_its_node_died_and_other_posts_are_not(
    stage: Stage,
) -> None:
    mine, other = await stage.meet()
    mine.says = dict.fromkeys((COMMANDS, "/api/v1/displays/offers", "/socket.io/"), 0)
    body = '{"id": "1"}'
    assert await stage.ask(COMMANDS, "POST", data=body) == (200, f"{other.name} {body}")
    # the browser belongs to the other now
    other.says = mine.says
    for path in ("/api/v1/displays/offers", "/socket.io/?EIO=4&transport=polling&sid=abc"):
        status, said = await stage.ask(path, "POST", data=body)
        assert (status, '"code":"unavailable"' in said) == (502, True)
    heard = stage.one.heard + stage.two.heard
    assert heard.count("/api/v1/displays/offers") == 1
    assert heard.count("/socket.io/") == 1


async def test_while_no_node_is_ready_pages_are_served_by_those_that_live(stage: Stage) -> None:
    stage.one.ready = stage.two.ready = 503
    for name in ("node1", "node2"):
        await stage.proxy.sees(name, up=False)
    status, name = await stage.ask("/")
    assert (status, name in {"one", "two"}) == (200, True)
    assert await stage.ask("/socket.io/?EIO=4&transport=polling&sid=abc") == (200, name)
    stage.one.says[COMMANDS] = stage.two.says[COMMANDS] = 503
    assert await stage.ask(COMMANDS, "POST", data="{}") == (503, f"{name} {{}}")


async def test_while_no_node_lives_people_and_programs_are_told(stage: Stage) -> None:
    stage.one.ready = stage.two.ready = stage.one.alive = stage.two.alive = 503
    for name in ("node1", "node2"):
        await stage.proxy.sees(name, up=False, backend="living")
    async with stage.browser.get(stage.proxy.url, headers={"Accept": "text/html"}) as page:
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
        assert "Back in a moment" in await page.text()
    async with stage.browser.post(stage.proxy.url + COMMANDS) as answer:
        assert answer.status == 503
        error = (await answer.json())["error"]
        assert (error["code"], error["retryable"]) == ("unavailable", True)


async def test_proxy_logs_neither_role_links_nor_queries_nor_people(stage: Stage) -> None:
    for path in ("/k/l_secret", "/%6b/l_secret", "/e/x?token=l_secret"):
        await stage.ask(path)
    await stage.proxy.stop()
    log = stage.proxy.log.read_text()
    assert 'GET "/k/-" 200' in log
    assert 'GET "/e/x" 200' in log
    assert "secret" not in log
    assert "127.0.0.1" not in log


async def test_page_websocket_and_polling_work_through_the_proxy(tmp_path: Path) -> None:
    async with (
        running(tmp_path / "one") as one,
        running(tmp_path / "two") as two,
        aiohttp.ClientSession() as session,
    ):
        proxy = Proxy(tmp_path, [node.url.removeprefix("http://") for node in (one, two)])
        await proxy.start()
        try:
            async with session.get(f"{proxy.url}/e/{SLUG}") as page:
                assert page.status == 200
                assert page.headers["Content-Encoding"] == "gzip"
                assert "Content-Security-Policy" in page.headers
                assert page.cookies["streamhub_node"]["httponly"]
            for transport in ("websocket", "polling"):
                clients = [Client(proxy.url, [transport]) for _ in range(4)]
                for client in clients:
                    await client.connect("stage")
                held = [len(node.realtime) for node in (one, two)]
                assert held == [2, 2], "who comes goes to the emptier node"
                for client in clients:
                    assert (await client.ask("resync", {"cursor": client.cursor})) is not None
                    await client.close()
        finally:
            await proxy.stop()


@needs_openssl
async def test_proxy_speaks_tls_and_sends_others_there(tmp_path: Path, cert: Path) -> None:
    puppet = Puppet("one")
    proxy = Proxy(tmp_path, [f"127.0.0.1:{puppet.port}"], cert=cert)
    trust = ssl.create_default_context(cafile=str(cert))
    plain = f"http://localhost:{proxy.port}"
    async with puppet.serving(), aiohttp.ClientSession() as session:
        await proxy.start()
        try:
            async with session.get(proxy.url, ssl=trust) as page:
                assert (page.status, await page.text()) == (200, "one")
                assert page.cookies["streamhub_node"]["secure"]
            there = {"Host": "elsewhere.example.org"}
            async with session.get(
                f"{plain}/e/x?a=b", headers=there, allow_redirects=False
            ) as sent:
                assert (sent.status, sent.headers["Location"]) == (301, f"{proxy.url}/e/x?a=b")
            async with session.get(f"{plain}/healthz", allow_redirects=False) as health:
                assert health.status == 200
        finally:
            await proxy.stop()


@needs_redis
async def test_cluster_serves_one_event_on_all_nodes_and_ends_with_nothing_left(
    tmp_path: Path,
) -> None:
    async with Cluster(tmp_path, nodes=2) as cluster:
        first = await Client(cluster.node_url(1)).connect("stage")
        second = await Client(cluster.proxy_url).connect("stage")
        assert first.state == second.state
        await first.close()
        await second.close()
        await cluster.kill("node1")
        await cluster.proxy.sees("node1", up=False)
        third = await Client(cluster.proxy_url).connect("stage")
        await third.close()
        await cluster.start("node1")
    assert not any(proc.is_running for proc in cluster.procs)


@needs_redis
async def test_restart_of_a_node_fails_nobody_who_asks(tmp_path: Path) -> None:
    async with (
        Cluster(tmp_path, nodes=2, settings={"drain_s": "0.5"}) as cluster,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as newcomers,
    ):
        url, done = cluster.proxy_url, asyncio.Event()
        async with newcomers.post(f"{url}/api/v1/events/{SLUG}/participants") as answer:
            token = (await answer.json())["token"]
        said: Counter[int] = Counter()

        async def keep_asking() -> None:
            while not done.is_set():
                body = fresh("question.ask", text=f"Question {uuid.uuid4()}: who notices?")
                for method, path, sent in (
                    ("GET", f"/e/{SLUG}", None),
                    ("GET", "/socket.io/?EIO=4&transport=polling", None),
                    ("POST", COMMANDS, body),
                ):
                    headers = {"Authorization": f"Bearer {token}"}
                    asked = newcomers.request(method, url + path, headers=headers, json=sent)
                    async with asked as answer:
                        said[answer.status] += 1
                await asyncio.sleep(0.05)

        seated = [await Client(url).connect("stage") for _ in range(4)]
        asking = [asyncio.create_task(keep_asking()) for _ in range(2)]
        await cluster.restart("node1")
        done.set()
        await asyncio.gather(*asking)
        assert said.total() > 50
        assert said.keys() <= {200, 429}, "429 is the node's: that many questions are enough"
        assert sum(len(client.seen["bye"]) for client in seated) == 2, "those of node1"
        for client in seated:
            await client.close()
