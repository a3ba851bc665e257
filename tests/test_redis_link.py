"""The way to Redis: what is refused there, and every way to get there."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from ports import free_port
from redis_server import SERVICE, RedisReplica, RedisSentinel, RedisServer

from streamhub import redis_link
from streamhub.journal import Entry, JournalError, Snapshot, Unavailable
from streamhub.journal.redis_key import shared_key
from streamhub.journal.redis_streams import RedisJournal
from streamhub.redis_link import BadAddress, Place, RedisLink, call
from streamhub.relay.redis_pubsub import RedisRelay

FIRST = Entry(1, b"a1", b"", b"one")
SECOND = Entry(2, b"a2", b"a1", b"two")
THIRD = Entry(3, b"a3", b"a2", b"three")

ACL_LINE = (
    "~streamhub:* &streamhub:* +ping +role +time +config|get +evalsha +script|load +xadd +xrange"
    " +xrevrange +xread +xtrim +hget +hset +hincrby +hmget +exists +del +rename +sadd +smembers"
    " +wait +info +bgrewriteaof +set +get +publish +subscribe"
)
ACL = ACL_LINE.split(" ")
"""What a user of ours must be allowed, and no more."""


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[RedisJournal]:
    journal = await RedisJournal.open(place)
    try:
        yield journal
    finally:
        await journal.close()


async def check_works(place: Place) -> None:
    async with opened(place) as journal:
        await journal.create("conf", FIRST)
        assert await journal.append("conf", SECOND) in ([], [SECOND])
        assert await anext(journal.tail("conf", FIRST.head)) == [SECOND]


async def refusal(place: Place) -> str:
    """What is said where the journal is not opened: a plain error, which nobody repeats."""
    with pytest.raises(JournalError) as error:
        await RedisJournal.open(place)
    assert type(error.value) is JournalError
    return str(error.value)


# ---- promises ----------------------------------------------------------------------------------

FLAWS = {
    "appendonly": (
        "no",
        (
            "Its appendonly is 'no' and must be 'yes', for without it a restart of Redis forgets"
            " everything: set `appendonly yes` in redis.conf, or CONFIG SET appendonly yes."
        ),
    ),
    "appendfsync": (
        "everysec",
        (
            "Its appendfsync is 'everysec' and must be 'always', for otherwise a crash loses up to"
            " a second that was acknowledged: set `appendfsync always` in redis.conf, or CONFIG"
            " SET appendfsync always."
        ),
    ),
    "maxmemory-policy": (
        "allkeys-lru",
        (
            "Its maxmemory-policy is 'allkeys-lru' and must be 'noeviction', for otherwise Redis"
            " drops journals when memory runs short: set `maxmemory-policy noeviction` in"
            " redis.conf, or CONFIG SET maxmemory-policy noeviction."
        ),
    ),
}
REPLICAS = (
    "Its min-replicas-to-write is 1 and must be 2 or more, as redis_replicas is 2: set it in"
    " redis.conf, for a primary that lost its replicas must not go on alone."
)


def refused(server: RedisServer, *flaws: str) -> str:
    words = " ".join(flaws)
    return (
        f"Redis at {server.url} may lose what was acknowledged. {words}"
        " STREAMHUB_REDIS_UNSAFE=true accepts the risk."
    )


@pytest.mark.parametrize("name", FLAWS)
async def test_setting_that_is_unsafe_is_refused(own_redis: RedisServer, name: str) -> None:
    value, words = FLAWS[name]
    own_redis.ask("CONFIG", "SET", name, value)
    assert await refusal(own_redis.place) == refused(own_redis, words)
    async with opened(replace(own_redis.place, unsafe=True)) as journal:
        assert journal.link.warnings == (words,)
        await journal.create("conf", FIRST)


async def test_primary_that_would_go_on_alone_is_refused(own_redis: RedisServer) -> None:
    place = replace(own_redis.place, replicas=2)
    assert await refusal(place) == refused(own_redis, REPLICAS.replace("write is 1", "write is 0"))
    own_redis.ask("CONFIG", "SET", "min-replicas-to-write", 1)
    assert await refusal(place) == refused(own_redis, REPLICAS)
    own_redis.ask("CONFIG", "SET", "min-replicas-to-write", 2)
    async with opened(place) as journal:
        assert journal.link.warnings == ()


async def test_flaws_are_told_together(own_redis: RedisServer) -> None:
    for name, (value, _) in FLAWS.items():
        own_redis.ask("CONFIG", "SET", name, value)
    words = [words for _, words in FLAWS.values()]
    assert await refusal(own_redis.place) == refused(own_redis, *words)


async def test_replica_is_refused(own_redis: RedisServer, tmp_path: Path) -> None:
    with RedisReplica(tmp_path, own_redis) as replica:
        assert await refusal(replica.place) == refused(
            replica,
            "It is a replica: give the address of the primary, or of the sentinels"
            " (redis+sentinel://…).",
        )


async def test_primary_that_became_unsafe_is_refused_on_the_next_connection(
    own_redis: RedisServer,
) -> None:
    async with opened(own_redis.place) as journal:
        await journal.create("conf", FIRST)
        own_redis.ask("CONFIG", "SET", "appendfsync", "everysec")
        own_redis.cut()
        await asyncio.sleep(0.02)  # in which it is seen that the connection is gone
        with pytest.raises(Unavailable) as error:
            await journal.append("conf", SECOND)
        assert str(error.value) == refused(own_redis, FLAWS["appendfsync"][1])
        own_redis.ask("CONFIG", "SET", "appendfsync", "always")
        assert await journal.append("conf", SECOND) in ([], [SECOND])
        assert await journal.read("conf", 0) == [FIRST, SECOND]


async def test_clock_is_compared_with_the_servers(redis_server: RedisServer) -> None:
    link = RedisLink(redis_server.place)
    assert await call(link.client(), "PING") is True
    assert abs(link.skew_ms) < 500
    await link.close()


# ---- who may -----------------------------------------------------------------------------------


def add_user(server: RedisServer, *rules: str) -> Place:
    """Make a user that may nothing but what the rules say."""
    server.ask("ACL", "SETUSER", "hub", "reset", "on", ">secret", *rules)
    return replace(server.place, username="hub", password="secret")


async def use(place: Place) -> None:
    """Use the journal, the key and the relay in every way there is."""
    journal = await RedisJournal.open(place)
    one, two = (RedisRelay(journal.link, "streamhub", name) for name in ("one", "two"))
    heard = asyncio.Event()
    try:
        await shared_key(journal.link, "streamhub", bytes(32), None)
        await journal.create("conf", FIRST)
        await journal.append("conf", SECOND)
        await journal.append("conf", SECOND)
        await journal.confirm("conf", SECOND.head)
        await journal.read("conf", 0)
        tail = journal.tail("conf", FIRST.head)
        assert await anext(tail) == [SECOND]
        waiting = asyncio.ensure_future(anext(tail))
        await asyncio.sleep(0.02)
        await journal.append("conf", THIRD)
        assert await waiting == [THIRD]
        await journal.save_snapshot("conf", Snapshot(SECOND.head, b"state"), keep=1)
        await journal.load_snapshot("conf")
        await journal.restore("conf", None, [FIRST], replace=True)
        assert await journal.events() == ["conf"]
        await journal.scrub()
        await one.open(lambda *_: heard.set())
        two.tell("hello", {})
        await two.open(lambda *_: None)
        await asyncio.wait_for(heard.wait(), 5)
        assert await one.keep("code", "note", 5)
        assert await one.find("code") == "note"
        await one.drop("code")
    finally:
        await one.close()
        await two.close()
        await journal.close()


async def test_user_with_the_least_permissions_may_do_everything(
    own_redis: RedisServer, tmp_path: Path
) -> None:
    own_redis.ask("CONFIG", "SET", "min-replicas-to-write", 1)
    with RedisReplica(tmp_path, own_redis):
        await use(replace(add_user(own_redis, *ACL), replicas=1))
        denied = own_redis.ask("ACL", "LOG")
    assert denied == []


async def test_user_who_may_not_ask_for_settings_is_refused(own_redis: RedisServer) -> None:
    words = "It does not tell its settings: let this user ask for them (ACL: +config|get +role)."
    for name in ("+config|get", "+role"):
        place = add_user(own_redis, *(rule for rule in ACL if rule != name))
        assert await refusal(place) == refused(own_redis, words)
        async with opened(replace(place, unsafe=True)) as journal:
            assert journal.link.warnings == (words,)


async def test_clock_that_the_server_does_not_tell_is_not_compared(own_redis: RedisServer) -> None:
    place = add_user(own_redis, *(rule for rule in ACL if rule != "+time"))
    async with opened(place) as journal:
        assert journal.link.skew_ms == 0


def kept_out(server: RedisServer, why: str) -> str:
    return (
        f"Redis at {server.url} does not let us in ({why}): look after STREAMHUB_REDIS_USERNAME,"
        " STREAMHUB_REDIS_PASSWORD and what Redis allows this user"
    )


async def test_wrong_password_is_told(own_redis: RedisServer) -> None:
    place = add_user(own_redis, *ACL)
    wrong = "WRONGPASS invalid username-password pair or user is disabled."
    assert await refusal(replace(place, password="wrong")) == kept_out(own_redis, wrong)
    own_redis.ask("CONFIG", "SET", "requirepass", "secret")
    missing = "NOAUTH Authentication required."
    assert await refusal(own_redis.place) == kept_out(own_redis, missing)


async def test_user_who_may_nothing_is_told(own_redis: RedisServer) -> None:
    place = replace(add_user(own_redis), unsafe=True)
    why = "NOPERM this user has no permissions to run the 'ping' command"
    assert await refusal(place) == kept_out(own_redis, why)


async def test_password_that_changed_meanwhile_is_unavailable(own_redis: RedisServer) -> None:
    async with opened(add_user(own_redis, *ACL)) as journal:
        await journal.create("conf", FIRST)
        add_user(own_redis, *ACL, ">other", "<secret")
        own_redis.ask("CLIENT", "KILL", "USER", "hub")
        await asyncio.sleep(0.02)  # as above
        with pytest.raises(Unavailable) as error:
            await journal.append("conf", SECOND)
        why = "WRONGPASS invalid username-password pair or user is disabled."
        assert str(error.value) == kept_out(own_redis, why)


async def test_user_and_password_may_stand_in_the_address(own_redis: RedisServer) -> None:
    own_redis.ask("ACL", "SETUSER", "a@b", "reset", "on", ">p:/#", *ACL, "+select")
    address = f"redis://a%40b:p%3A%2F%23@127.0.0.1:{own_redis.port}/3"
    link = RedisLink(Place(url=address))
    assert link.shown == f"redis://127.0.0.1:{own_redis.port}/3"
    await call(link.client(), "SET", "streamhub:x", "1")
    await link.close()
    assert own_redis.ask("INFO", "keyspace") == {
        "db3": {"keys": 1, "expires": 0, "avg_ttl": 0},
    }
    # What is told beside the address wins over it.
    place = Place(url=address, username="hub", password="wrong")
    with pytest.raises(JournalError, match="invalid username-password pair"):
        await RedisJournal.open(place)


# ---- ways to get there -------------------------------------------------------------------------


async def test_unix_socket_leads_there(tmp_path: Path) -> None:
    with RedisServer(tmp_path, unixsocket="sock", requirepass="p@w") as server:
        address = f"unix://:p%40w@{tmp_path}/sock?db=2"
        await check_works(Place(url=address))
        assert RedisLink(Place(url=address)).shown == f"unix://{tmp_path}/sock"
        assert [*server.ask("INFO", "keyspace", password="p@w")] == ["db2"]
        with pytest.raises(JournalError, match="does not let us in"):
            await RedisJournal.open(Place(url=f"unix://{tmp_path}/sock"))
    with pytest.raises(Unavailable, match=f"no answer from Redis at unix://{tmp_path}/sock"):
        await RedisJournal.open(Place(url=address))


class Papers(NamedTuple):
    """A certificate and its key, in PEM files."""

    cert: Path
    key: Path


class Tls(NamedTuple):
    ca: Papers
    server: Papers
    client: Papers
    other_ca: Papers

    @property
    def settings(self) -> dict[str, str]:
        """What a server is told."""
        return {
            "tls_cert_file": str(self.server.cert),
            "tls_key_file": str(self.server.key),
            "tls_ca_cert_file": str(self.ca.cert),
        }

    def place(self, url: str) -> Place:
        return Place(url=url, ca=self.ca.cert, cert=self.client.cert, cert_key=self.client.key)


def make_papers(folder: Path, name: str, signer: Papers | None = None) -> Papers:
    made = Papers(folder / f"{name}.pem", folder / f"{name}.key")
    usage = (
        "keyUsage=critical,keyCertSign,cRLSign" if signer is None else "keyUsage=digitalSignature"
    )
    names = "subjectAltName=IP:127.0.0.1"
    constraints = f"basicConstraints=critical,CA:{str(signer is None).upper()}"
    by = [] if signer is None else ["-CA", str(signer.cert), "-CAkey", str(signer.key)]
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={name}"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", usage, "-addext", names, "-addext", constraints),
            *("-out", str(made.cert), "-keyout", str(made.key), *by),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    folder = tmp_path_factory.mktemp("tls")
    ca = make_papers(folder, "ca")
    return Tls(
        ca,
        make_papers(folder, "server", ca),
        make_papers(folder, "client", ca),
        make_papers(folder, "other"),
    )


@contextmanager
def running(server: RedisServer) -> Iterator[RedisServer]:
    """Run a server that speaks TLS, if this Redis can."""
    try:
        server.start()
    except RuntimeError as error:
        if "tls-port" not in str(error):
            raise
        pytest.skip("this redis-server was built without TLS")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def tls_redis(tmp_path: Path, tls: Tls) -> Iterator[RedisServer]:
    """A Redis that speaks TLS, and lets in who has a certificate of our authority."""
    port = free_port()
    made = RedisServer(tmp_path / "redis", tls_port=str(port), **tls.settings)
    made.url = f"rediss://127.0.0.1:{port}"
    with running(made) as server:
        yield server


async def test_tls_leads_there(tls: Tls, tls_redis: RedisServer) -> None:
    await check_works(tls.place(tls_redis.url))


async def test_tls_of_another_authority_is_refused(tls: Tls, tls_redis: RedisServer) -> None:
    place = tls.place(tls_redis.url)
    for ca in (tls.other_ca.cert, None):
        with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
            await RedisJournal.open(replace(place, ca=ca))
    with pytest.raises(Unavailable, match="No such file or directory"):
        await RedisJournal.open(replace(place, ca=tls.ca.cert.with_name("absent")))


async def test_tls_under_another_name_is_refused(tls: Tls, tls_redis: RedisServer) -> None:
    url = tls_redis.url.replace("127.0.0.1", "localhost")
    with pytest.raises(Unavailable, match="certificate is not valid for 'localhost'"):
        await RedisJournal.open(tls.place(url))


async def test_tls_without_our_certificate_is_refused(tls: Tls, tls_redis: RedisServer) -> None:
    place = replace(tls.place(tls_redis.url), cert=None, cert_key=None)
    with pytest.raises(Unavailable, match=f"no answer from Redis at {tls_redis.url}: "):
        await RedisJournal.open(place)


async def test_plain_client_of_a_tls_port_is_refused(tls_redis: RedisServer) -> None:
    url = tls_redis.url.replace("rediss", "redis")
    with pytest.raises(Unavailable, match=f"no answer from Redis at {url}: "):
        await RedisJournal.open(Place(url=url))


async def test_stopped_server_with_tls_is_unavailable_and_goes_on(
    tls: Tls, tls_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Saying goodbye in TLS takes an answer, which does not come.
    monkeypatch.setattr(redis_link, "CONNECT_S", 0.5)
    monkeypatch.setattr(redis_link, "COMMAND_S", 0.5)
    async with opened(tls.place(tls_redis.url)) as journal:
        await journal.create("conf", FIRST)
        await asyncio.gather(*(journal.read("conf", 0) for _ in range(3)))
        tls_redis.send(signal.SIGSTOP)
        for _ in range(2):
            with pytest.raises(Unavailable, match="no answer from Redis"):
                await journal.append("conf", SECOND)
        tls_redis.send(signal.SIGCONT)
        assert await journal.append("conf", SECOND) in ([], [SECOND])
        await asyncio.gather(*(journal.read("conf", 0) for _ in range(3)))
        tls_redis.send(signal.SIGSTOP)
        await journal.close()
        tls_redis.send(signal.SIGCONT)
        await asyncio.sleep(0.1)  # in which the goodbyes are answered


async def test_sentinel_with_tls_and_a_password_leads_there(
    tls: Tls, tls_redis: RedisServer, tmp_path: Path
) -> None:
    port = free_port()
    primary = int(tls_redis.url.rpartition(":")[2])
    more = {"tls_port": str(port), "tls_replication": "yes", "requirepass": "secret"}
    with running(RedisSentinel(tmp_path, primary, 1, **more, **tls.settings)):
        place = tls.place(f"rediss+sentinel://127.0.0.1:{port}/{SERVICE}")
        with pytest.raises(Unavailable, match=r"No master found for 'streamhub'$"):
            await RedisJournal.open(place)
        await check_works(replace(place, sentinel_password="secret"))


async def test_sentinels_that_are_away_are_unavailable() -> None:
    hosts = f"127.0.0.1:{free_port()},127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable) as error:
        await RedisJournal.open(Place(url=f"redis+sentinel://u:p@{hosts}/other/3"))
    assert str(error.value) == (
        f"no answer from Redis at redis+sentinel://{hosts}/other/3: No master found for 'other'"
    )


ENCODE = (
    "the address of Redis has an @ behind its host: in user and password, write %2F for /, %3F for"
    " ? and %23 for #"
)
NO_PATH = "the address of Redis names no path: use three slashes, unix:///path"
NO_SCHEME = (
    "'{}' is no scheme of a Redis address: use redis://host:6379/0, rediss:// for TLS,"
    " unix:///path, or redis+sentinel://host:26379,host:26379/service"
)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost", NO_SCHEME.format("localhost")),
        ("http://host", NO_SCHEME.format("http")),
        ("redis://[::1", "the address of Redis is not understood: Invalid IPv6 URL"),
        ("redis://", "redis:// names no host"),
        ("redis://user:secret@/0", "redis:///0 names no host"),
        ("redis://a,b", "redis://a,b names several hosts: sentinels are redis+sentinel://"),
        (
            "redis://user:secret@host:port",
            (
                "redis://host:port is not understood: Port could not be cast to integer value as"
                " 'port'"
            ),
        ),
        ("redis://host/x", "redis://host/x is not understood: 'x' is no number of a database"),
        ("redis://host/-1", "redis://host/-1 is not understood: '-1' is no number of a database"),
        ("redis://host/1/2", "redis://host/1/2 is not understood: what is '2'?"),
        ("rediss://host?db=3", "rediss://host is not understood: what is 'db=3'?"),
        ("redis://u:secret/x@host", ENCODE),
        ("redis://u:secret?x@host", ENCODE),
        ("redis://u:secret#x@host", ENCODE),
        ("unix://run/redis.sock", NO_PATH),
        ("unix://", NO_PATH),
        ("unix:///x?db=y", "unix:///x is not understood: 'y' is no number of a database"),
        ("unix:///x?db=1&y=2", "unix:///x is not understood: what is 'y'?"),
        (
            "redis+sentinel://a:1,b:2",
            (
                "redis+sentinel://a:1,b:2 names no service: redis+sentinel://host,host/SERVICE, as"
                " in `sentinel monitor SERVICE …`"
            ),
        ),
        ("redis+sentinel://a,/service", "redis+sentinel://a,/service names no host"),
    ],
)
def test_address_that_is_not_understood_is_told(url: str, words: str) -> None:
    with pytest.raises(BadAddress) as error:
        RedisLink(Place(url=url))
    assert str(error.value) == words
    assert "secret" not in words


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("redis://host", ((("host", 6379),), None, 0)),
        ("redis://[::1]:7/", ((("::1", 7),), None, 0)),
        ("rediss://u:p@host:7/3", ((("host", 7),), None, 3)),
        ("redis+sentinel://a,b:7/my%20one/3", ((("a", 26379), ("b", 7)), "my one", 3)),
    ],
)
def test_address_is_read(url: str, target: tuple[object, object, int]) -> None:
    address = RedisLink(Place(url=url))._address
    assert (address.hosts, address.service, address.db) == target
