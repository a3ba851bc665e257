"""The way to a Redis server: its address, TLS, Sentinel, and the promises that a server must give.

Whatever speaks to Redis (the journal's engine, the relay) takes its connections from here, so that
none of them resends by itself, and none is used before the server behind it was found safe: a
connection asks as soon as it is made, so a primary that came up after a failover is asked too.
Nothing here knows what is kept in Redis.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Connection, ConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

CONNECT_S: Final = 2.0
COMMAND_S: Final = 4.0
"""How long an answer may take before the server counts as away."""
CONNECTIONS_MOST: Final = 200
SENTINEL_PORT: Final = 26379
REDIS_PORT: Final = 6379

SCHEMES: Final = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")

NEEDED: Final = {
    # setting of the server: the value without which something acknowledged may be lost, and why
    "appendonly": ("yes", "without it a restart of Redis forgets everything"),
    "appendfsync": ("always", "otherwise a crash loses up to a second that was acknowledged"),
    "maxmemory-policy": ("noeviction", "otherwise Redis drops journals when memory runs short"),
}


class Unsafe(RedisError):  # noqa: N818 - a word of the domain, as the journal's errors are
    """The server may lose what was acknowledged; the message names the setting and the fix."""


class BadAddress(ValueError):  # noqa: N818 - as Unsafe
    """The address is none that is understood here; the message says which are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where Redis is, and who we are there.

    `url` is `redis://[user:password@]host[:port][/db]`, `rediss://…` for TLS, `unix:///path[?db=]`,
    or `redis+sentinel://[user:password@]host[:port],host[:port]/service[/db]` (`rediss+sentinel`
    for TLS, to the sentinels as well). `username` and `password` win over the address. `ca`,
    `cert`, `cert_key` are PEM files for TLS. `replicas` is how many replicas must hold a write
    before it counts as durable. `unsafe` lets a server be used that may lose what was acknowledged.
    """

    url: str
    username: str | None = None
    password: str | None = None
    ca: Path | None = None
    cert: Path | None = None
    cert_key: Path | None = None
    sentinel_password: str | None = None
    replicas: int = 0
    unsafe: bool = False


@dataclass(slots=True)
class RedisLink:
    """Makes clients for one `Place`; they share connections by how long they wait for answers.

    `warnings` is what is unsafe about the server where `Place.unsafe` let it pass; `skew_ms` is how
    far this machine's clock is ahead of the server's, as last seen.
    """

    place: Place
    warnings: tuple[str, ...] = ()
    skew_ms: int = 0
    _address: "_Address" = field(init=False)
    _clients: dict[float, "Redis"] = field(default_factory=dict)
    _sentinel: Sentinel | None = None
    _closed: bool = False

    def __post_init__(self) -> None:
        """Read the address; raises `BadAddress`."""
        self._address = _read(self.place.url)

    @property
    def shown(self) -> str:
        """The address without its password, for messages."""
        return self._address.shown

    def client(self, timeout_s: float | None = None) -> "Redis":
        """Return the client whose commands wait `timeout_s` (`COMMAND_S`) for an answer."""
        timeout_s = timeout_s or COMMAND_S
        found = self._clients.get(timeout_s)
        if found is None:
            found = self._clients[timeout_s] = Redis(
                connection_pool=self._pool(timeout_s), retry=_never()
            )
        return found

    async def renew(self) -> None:
        """Drop the connections that nobody uses: the next ones ask anew who is the primary."""
        for client in self._clients.values():
            await _let_go(client, inuse_connections=False)

    async def close(self) -> None:
        """Close every connection; who waits for an answer gets a `ConnectionError`."""
        self._closed = True
        for client in self._clients.values():
            await _let_go(client, inuse_connections=True)
        if self._sentinel is not None:
            for sentinel in self._sentinel.sentinels:
                await sentinel.aclose()

    def _pool(self, timeout_s: float) -> ConnectionPool:
        address, place = self._address, self.place
        options: dict[str, Any] = {
            "db": address.db,
            "username": place.username or address.username,
            "password": place.password or address.password,
            "socket_timeout": timeout_s,
            "socket_connect_timeout": CONNECT_S,
            "retry": _never(),
            "protocol": 2,  # what RESP 3 adds (pushes, notifications) would only be more to know
            "driver_info": None,
            "redis_connect_func": self._greet,
        }
        options |= self._tls()
        if address.service is not None:
            sentinel_pool: Any = SentinelConnectionPool  # the library has no types here
            managed = SentinelManagedSSLConnection if address.tls else SentinelManagedConnection
            found: ConnectionPool = sentinel_pool(
                address.service,
                self._sentinels(),
                connection_class=managed,
                max_connections=CONNECTIONS_MOST,
                **options,
            )
            return found
        if address.path is not None:
            options |= {"path": address.path, "connection_class": UnixDomainSocketConnection}
            del options["socket_connect_timeout"]
        else:
            host, port = address.hosts[0]
            kind = SSLConnection if address.tls else Connection
            options |= {"host": host, "port": port, "connection_class": kind}
        return BlockingConnectionPool(
            max_connections=CONNECTIONS_MOST, timeout=timeout_s, **options
        )

    def _tls(self) -> dict[str, Any]:
        if not self._address.tls:
            return {}
        place = self.place
        return {
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
            "ssl_ca_certs": place.ca and str(place.ca),
            "ssl_certfile": place.cert and str(place.cert),
            "ssl_keyfile": place.cert_key and str(place.cert_key),
        }

    def _sentinels(self) -> Sentinel | None:
        if self._sentinel is None:
            sentinel: Any = Sentinel  # as above
            self._sentinel = sentinel(
                list(self._address.hosts),
                sentinel_kwargs={
                    "password": self.place.sentinel_password,
                    "socket_timeout": 1.0,
                    "socket_connect_timeout": 1.0,
                    "retry": _never(),
                    "protocol": 2,
                    "driver_info": None,
                    "ssl": self._address.tls,
                    **self._tls(),
                },
            )
        return self._sentinel

    async def _greet(self, connection: Connection) -> None:
        """Sign in on a new connection, then ask the server for its promises; raises `Unsafe`."""
        if self._closed:  # while this one was being made
            raise RedisConnectionError("the link was closed")
        await connection.on_connect()
        questions: list[tuple[str, ...]] = [("ROLE",), ("TIME",)]
        questions += [("CONFIG", "GET", name) for name in (*NEEDED, "min-replicas-to-write")]
        asked = time.time()
        await connection.send_packed_command(connection.pack_commands(questions))
        answers: list[Any] = []
        for _ in questions:
            try:
                answers.append(await connection.read_response())
            except ResponseError as error:
                answers.append(error)
        role, now, *settings = answers
        took = time.time() - asked
        if isinstance(now, list):
            theirs = int(now[0]) + int(now[1]) / 1e6
            self.skew_ms = round((asked + took / 2 - theirs) * 1000)
        flaws = list(flaws_of(role, settings, self.place.replicas))
        if flaws and not self.place.unsafe:
            raise Unsafe(
                f"Redis at {self.shown} may lose what was acknowledged. {' '.join(flaws)}"
                " STREAMHUB_REDIS_UNSAFE=true accepts the risk."
            )
        self.warnings = tuple(flaws)


def flaws_of(role: object, settings: list[Any], replicas: int) -> list[str]:
    """Tell in words what is unsafe about a server.

    Args:
        role: what it answered to ROLE.
        settings: what it answered to CONFIG GET for each of `NEEDED`, then `min-replicas-to-write`;
            an error where it refuses to tell.
        replicas: how many replicas must hold a write.
    """
    flaws: list[str] = []
    if isinstance(role, list) and role[0] == b"slave":
        flaws.append(
            "It is a replica: give the address of the primary, or of the sentinels"
            " (redis+sentinel://…)."
        )
    if any(isinstance(answer, Exception) for answer in (role, *settings)):
        flaws.append(
            "It does not tell its settings: let this user ask for them (ACL: +config|get +role)."
        )
        return flaws
    held = {str(answer[0], "ascii"): str(answer[1], "ascii") for answer in settings if answer}
    for name, (wanted, why) in NEEDED.items():
        if held.get(name) != wanted:
            flaws.append(
                f"Its {name} is {held.get(name, 'unknown')!r} and must be {wanted!r}, for {why}:"
                f" set `{name} {wanted}` in redis.conf, or CONFIG SET {name} {wanted}."
            )
    if int(held.get("min-replicas-to-write") or 0) < replicas:
        flaws.append(
            f"Its min-replicas-to-write is {held.get('min-replicas-to-write', '0')} and must be"
            f" {replicas} or more, as redis_replicas is {replicas}: set it in redis.conf, for a"
            " primary that lost its replicas must not go on alone."
        )
    return flaws


async def call(client: Any, *words: Any) -> Any:  # noqa: ANN401 - the client library has no types here
    """Send one command as it is; return the answer as Redis gave it."""
    answer = await client.execute_command(*words)
    heed_cancellation()
    return answer


def heed_cancellation() -> None:
    """Raise the cancellation that the client library swallowed.

    It looks for left-over bytes of a connection with a timeout of zero, in which a cancellation
    that comes at that moment (one in ten, on a new connection) is lost.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def said(error: Exception) -> str:
    """Return what the client library said, without its descriptions of itself."""
    words = f"{getattr(error, 'status_code', None) or ''} {error}".strip()
    return words.partition(" : <")[0] or "it took too long"


async def _let_go(client: Redis, *, inuse_connections: bool) -> None:
    """Close connections; that one of them is not closed in good manners is nobody's concern."""
    with contextlib.suppress(RedisError, OSError):
        await client.connection_pool.disconnect(inuse_connections)


def _never() -> Retry:
    """No silent resends: one append would become two entries."""
    return Retry(NoBackoff(), 0)


@dataclass(frozen=True, slots=True)
class _Address:
    shown: str
    tls: bool
    hosts: tuple[tuple[str, int], ...]
    service: str | None
    path: str | None
    db: int
    username: str | None
    password: str | None


def _read(url: str) -> _Address:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadAddress(f"the address of Redis is not understood: {error}") from error
    if parts.scheme not in SCHEMES:
        raise BadAddress(
            f"{parts.scheme or url[:16]!r} is no scheme of a Redis address: use redis://host:6379/0,"
            " rediss:// for TLS, unix:///path, or redis+sentinel://host:26379,host:26379/service"
        )
    is_unix = parts.scheme == "unix"
    if "@" in parts.fragment or (not is_unix and "@" in f"{parts.path}{parts.query}"):
        raise BadAddress(  # which is not shown: it may be in the middle of a password
            "the address of Redis has an @ behind its host: in user and password, write %2F for /,"
            " %3F for ? and %23 for #"
        )
    try:
        hosts, service, db = ((), None, _unix_db(parts)) if is_unix else _targets(parts)
    except BadAddress:
        raise
    except ValueError as error:
        raise BadAddress(f"{_shown(parts)} is not understood: {error}") from error
    return _Address(
        shown=_shown(parts),
        tls=parts.scheme.startswith("rediss"),
        hosts=hosts,
        service=service,
        path=unquote(parts.path) if is_unix else None,
        db=db,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _unix_db(parts: SplitResult) -> int:
    if parts.netloc.rpartition("@")[2] or not parts.path:
        raise BadAddress("the address of Redis names no path: use three slashes, unix:///path")
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    return _database(query.pop("db", "0"), *query)


def _targets(parts: SplitResult) -> tuple[tuple[tuple[str, int], ...], str | None, int]:
    """Answer the hosts, the service at the sentinels if it is them, and the database."""
    segments = [unquote(part) for part in parts.path.split("/") if part]
    if not parts.scheme.endswith("+sentinel"):
        hosts, service = _hosts(parts, REDIS_PORT), None
        if len(hosts) > 1:
            raise BadAddress(
                f"{_shown(parts)} names several hosts: sentinels are redis+sentinel://"
            )
    elif segments:
        hosts, service = _hosts(parts, SENTINEL_PORT), segments.pop(0)
    else:
        raise BadAddress(
            f"{_shown(parts)} names no service: redis+sentinel://host,host/SERVICE, as in"
            " `sentinel monitor SERVICE …`"
        )
    database = segments.pop(0) if segments else "0"
    return tuple(hosts), service, _database(database, *segments, *filter(None, [parts.query]))


def _database(number: str, *more: str) -> int:
    if more:
        raise ValueError(f"what is {more[0]!r}?")
    if not number.isdecimal():
        raise ValueError(f"{number!r} is no number of a database")
    return int(number)


def _hosts(parts: SplitResult, port: int) -> list[tuple[str, int]]:
    found = []
    for one in parts.netloc.rpartition("@")[2].split(","):
        split = urlsplit(f"//{one}")
        if not split.hostname:
            raise BadAddress(f"{_shown(parts)} names no host")
        found.append((split.hostname, split.port or port))
    return found
