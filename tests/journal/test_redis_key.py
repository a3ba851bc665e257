"""The key that all nodes on one Redis share."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis_server import RedisServer

from streamhub.journal import JournalError, Unavailable
from streamhub.journal.redis_key import shared_key
from streamhub.redis_link import RedisLink

MINE, THEIRS = b"m" * 32, b"t" * 32


@pytest.fixture
def prefix() -> str:
    return secrets.token_hex(8)


@pytest.fixture
async def link(redis_server: RedisServer) -> AsyncIterator[RedisLink]:
    link = RedisLink(redis_server.place)
    yield link
    await link.close()


async def test_key_of_the_first_node_is_that_of_the_second(link: RedisLink, prefix: str) -> None:
    assert await shared_key(link, prefix, THEIRS, None) == THEIRS
    assert await shared_key(link, prefix, MINE, None) == THEIRS
    assert await shared_key(link, f"{prefix}2", MINE, None) == MINE


async def test_key_that_is_given_is_not_kept(
    redis_server: RedisServer, link: RedisLink, prefix: str
) -> None:
    for _ in range(2):
        assert await shared_key(link, prefix, secrets.token_bytes(32), MINE) == MINE
    kept: bytes = redis_server.ask("GET", f"{prefix}:key")
    assert kept.decode() == "fingerprint " + hashlib.sha256(MINE).hexdigest()


async def test_key_that_is_given_is_the_one_that_was_kept(link: RedisLink, prefix: str) -> None:
    assert await shared_key(link, prefix, MINE, None) == MINE
    assert await shared_key(link, prefix, THEIRS, MINE) == MINE


@pytest.mark.parametrize("given_first", [None, THEIRS], ids=["kept", "given"])
async def test_key_that_is_another_is_refused(
    link: RedisLink, prefix: str, given_first: bytes | None
) -> None:
    assert await shared_key(link, prefix, THEIRS, given_first) == THEIRS
    with pytest.raises(JournalError) as error:
        await shared_key(link, prefix, THEIRS, MINE)
    assert str(error.value) == (
        f"STREAMHUB_KEY is another key than that of the other nodes on {link.shown}: give all the"
        f" same, or remove {prefix}:key from Redis, after which every link must be made anew"
    )


async def test_key_that_others_were_given_must_be_given(link: RedisLink, prefix: str) -> None:
    assert await shared_key(link, prefix, THEIRS, THEIRS) == THEIRS
    with pytest.raises(JournalError) as error:
        await shared_key(link, prefix, MINE, None)
    assert str(error.value) == (
        f"the other nodes on {link.shown} were given a key: set STREAMHUB_KEY to the same"
    )


async def test_key_without_redis_is_unavailable(tmp_path: Path) -> None:
    link = RedisLink(RedisServer(tmp_path).place)
    with pytest.raises(Unavailable, match=f"no answer from Redis at {link.shown}"):
        await shared_key(link, "streamhub", MINE, None)
    await link.close()
