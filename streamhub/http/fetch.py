"""Fetching an agenda from an address that somebody typed: only from the public internet.

The name is resolved once, every address that it has is looked at, and the connection goes to one
of those: a name that answers otherwise the second time gains nothing. A redirect is followed on the
same host only. What comes is bounded in size and time, and never unpacked.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from streamhub.core.said import Said
from streamhub.formats import limits
from streamhub.hub.errands import Declined

PATIENCE_S: Final = 20.0
REDIRECTS: Final = 3
CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the bytes, a name for them, and what tells whether they changed."""

    data: bytes
    name: str
    etag: str | None = None
    modified: str | None = None


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet, and nobody's inside."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped or found.sixtofour or found.teredo:
            return False
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return found.is_global and not found.is_multicast


def is_public_or_private(address: str) -> bool:
    """Tell whether it is public, or of a closed network; never what a cloud tells its machines."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inside = found.is_private and not (found.is_link_local or found.is_unspecified)
    return is_public(address) or (inside and not (found.is_reserved or found.is_multicast))


class Pinned(AbstractResolver):
    """Resolves names, and refuses those that lead anywhere but where `may` says so."""

    def __init__(self, may: Callable[[str], bool]) -> None:
        self._may = may

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a host; raises `Declined` if one of them is not public."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        made: list[ResolveResult] = []
        for kind, _, proto, _, address in found:
            if not self._may(str(address[0])):
                raise _not_public(host[:100])
            made.append(
                ResolveResult(
                    hostname=host,
                    host=str(address[0]),
                    port=port,
                    family=kind,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return made

    async def close(self) -> None:
        """Nothing is kept."""


def _not_public(host: str) -> Declined:
    return Declined(
        Said(
            "{host} is not an address of the public internet, so it is not fetched.\n"
            "Save the file and import that.",
            host=host,
        )
    )


def opened(may: Callable[[str], bool]) -> aiohttp.ClientSession:
    """Return a session that connects only where `may` says so, and keeps and unpacks nothing."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=Pinned(may), use_dns_cache=False),
        trust_env=False,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def fetch(url: str, may: Callable[[str], bool] = is_public) -> Fetched:
    """Fetch a file; raises `Declined`, in words.

    `may` tells whether an address may be connected to.
    """
    found = await fetch_if_changed(url, Fetched(b"", ""), may)
    if found is None:
        raise Declined(Said("{url} answers {status}.", url=url[:200], status="304"))
    return found


async def fetch_if_changed(
    url: str, seen: Fetched, may: Callable[[str], bool] = is_public
) -> Fetched | None:
    """Fetch a file unless it is what was `seen`, as its server tells; raises `Declined`."""
    try:
        async with asyncio.timeout(PATIENCE_S), opened(may) as session:
            return await _follow(session, url, seen, may)
    except TimeoutError as error:
        late = Said("{url} took more than {n} seconds.", url=url[:200], n=int(PATIENCE_S))
        raise Declined(late) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        broken = Said("{url} cannot be fetched: {why}", url=url[:200], why=str(error)[:200])
        raise Declined(broken) from error


async def _follow(
    session: aiohttp.ClientSession, url: str, seen: Fetched, may: Callable[[str], bool]
) -> Fetched | None:
    first = checked(url, may)
    at = url
    headers = {"Accept-Encoding": "identity"}
    if seen.etag is not None:
        headers["If-None-Match"] = seen.etag
    if seen.modified is not None:
        headers["If-Modified-Since"] = seen.modified
    for _ in range(REDIRECTS + 1):
        async with session.get(at, allow_redirects=False, headers=headers) as response:
            where = response.headers.get("Location")
            if response.status in {301, 302, 303, 307, 308} and where is not None:
                at = urljoin(at, where)
                if checked(at, may) != first:
                    raise Declined(
                        Said(
                            "{url} leads to another host, {host}.\n"
                            "If that is meant, import {other} instead.",
                            url=url[:200],
                            host=urlsplit(at).hostname or "",
                            other=at[:200],
                        )
                    )
                continue
            if response.status == 304 and len(headers) > 1:  # noqa: PLR2004 - as it was asked
                return None
            if response.status != 200:  # noqa: PLR2004 - it is there
                raise Declined(
                    Said("{url} answers {status}.", url=at[:200], status=str(response.status))
                )
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise Declined(
                    Said("{url} answers packed, although it was asked not to.", url=at[:200])
                )
            data = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK):
                data += chunk
                if len(data) > limits.MAX_BYTES:
                    raise Declined(
                        Said("{url} has more than {n} bytes.", url=at[:200], n=limits.MAX_BYTES)
                    )
            name = PurePosixPath(urlsplit(at).path).name
            told = (response.headers.get(one) for one in ("ETag", "Last-Modified"))
            return Fetched(bytes(data), name, *told)
    raise Declined(Said("{url} redirects more than {n} times.", url=url[:200], n=REDIRECTS))


def checked(url: str, may: Callable[[str], bool]) -> str:
    """Return the host of an address that may be fetched; raises `Declined`."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Declined(
            Said("{url} is no address that can be fetched: write https://…", url=url[:200])
        )
    if parts.username is not None or parts.password is not None:
        raise Declined(Said("An address with a user name or password is not fetched."))
    try:
        ipaddress.ip_address(parts.hostname.partition("%")[0])
    except ValueError:
        return parts.hostname
    if not may(parts.hostname):  # a number is not resolved, so it is looked at here
        raise _not_public(parts.hostname)
    return parts.hostname
