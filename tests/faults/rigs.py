"""What can be harmed: one node on SQLite, or several on one Redis, as real processes."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import aiohttp
from cluster import Cluster, NodeProc, RedisServer, allow_many_files
from tcp_proxy import TcpProxy

from streamhub import demo
from streamhub.app import open_hubs
from streamhub.formats.sample import SLUG
from streamhub.journal import Journal
from streamhub.journal.redis_streams import RedisJournal
from streamhub.journal.sqlite import SqliteJournal
from streamhub.redis_link import Place
from streamhub.settings import Settings


class SqliteRig:
    """One node on its own file.

    Args:
        folder: logs, and the data directory in `data/` if `data` does not say another.
        data: where the node keeps its journal.
    """

    engine = "sqlite"

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.node = NodeProc("node", folder, {"data": str(self.data), "log_level": "info"})
        self.url = self.node.url
        self.node_urls = [self.url]
        self.tokens: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        allow_many_files()
        self.folder.mkdir(parents=True, exist_ok=True)
        async with open_hubs(Settings(data=self.data)) as hubs:
            hub = await demo.create(hubs, as_published=False)
            for link in hub.state.links.values():
                self.tokens[link.role.value] = hubs.keyring.link_token(SLUG, link.id)
        await self.node.start()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        if self.node.is_running:
            await self.node.stop()

    async def open_journal(self) -> Journal:
        """End the node in order and open its file."""
        if self.node.is_running:
            await self.node.stop()
        return await SqliteJournal.open(self.data / "journal.sqlite")


class RedisRig:
    """A cluster whose nodes reach Redis through a network that can be harmed.

    Args:
        folder: files and logs.
        nodes: how many nodes.
        replicas: how many replicas Redis has.
        sentinels: how many sentinels watch it; then nodes speak to Redis without a proxy between.
        links: whether each node has a link to Redis of its own to be harmed.
    """

    engine = "redis"

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 2,
        replicas: int = 0,
        sentinels: int = 0,
        links: bool = False,
    ) -> None:
        # leaving is no fault here: a second for the proxy to notice is enough
        self.cluster = Cluster(
            folder,
            nodes=nodes,
            replicas=replicas,
            sentinels=sentinels,
            settings={"drain_notice_s": "1.5", "drain_s": "2"},
        )
        self.primary: RedisServer = self.cluster.redis
        self.links = [TcpProxy(self.primary.port) for _ in range(nodes)] if links else []
        self._stack = contextlib.AsyncExitStack()

    @property
    def url(self) -> str:
        """The proxy's address."""
        return self.cluster.proxy_url

    @property
    def node_urls(self) -> list[str]:
        """Every node that runs."""
        return [node.url for node in self.cluster.nodes if node.is_running]

    @property
    def tokens(self) -> dict[str, str]:
        """Tokens of the links, by role."""
        return self.cluster.tokens

    async def __aenter__(self) -> Self:
        for link, node in zip(self.links, self.cluster.nodes, strict=False):
            await self._stack.enter_async_context(link)
            node.env["STREAMHUB_JOURNAL"] = f"redis://127.0.0.1:{link.port}/0"
        await self._stack.enter_async_context(self.cluster)
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self._stack.aclose()

    async def open_journal(self) -> Journal:
        """Open what the primary holds now, beside the nodes."""
        place = Place(url=self.cluster.redis_url if self.cluster.sentinels else self.primary.url)
        return await RedisJournal.open(place)


def copy_of(data: Path, to: Path) -> None:
    """Copy a data directory whose node does not run."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(data, to, ignore=shutil.ignore_patterns("control.sock"))


@contextlib.asynccontextmanager
async def small_disk(folder: Path, size: str) -> AsyncIterator[Path]:
    """A disk of `size`, as mount says it, in `folder`. Raises `PermissionError` without root."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    mount = await asyncio.create_subprocess_exec(
        *("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    if await mount.wait():
        raise PermissionError("a small disk needs root")
    try:
        yield disk
    finally:
        umount = await asyncio.create_subprocess_exec("umount", "-l", str(disk))
        await umount.wait()


async def metric(url: str, name: str) -> float:
    """Read one metric of a node; where it has labels, the sum of all of them."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    told = (line.rpartition(" ") for line in lines if line.startswith((name + " ", name + "{")))
    return sum(float(value) for _, _, value in told)
