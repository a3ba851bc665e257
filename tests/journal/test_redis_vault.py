"""The key of all nodes on Redis: read, made once, replaced."""

import secrets
from collections.abc import AsyncIterator

import pytest
from redis_server import RedisServer

from streamhub.journal import JournalError, Unavailable
from streamhub.journal.redis_key import RedisVault, shared_key
from streamhub.redis_link import RedisLink


@pytest.fixture
async def link(redis_server: RedisServer) -> AsyncIterator[RedisLink]:
    made = RedisLink(redis_server.place)
    yield made
    await made.close()


async def test_key_is_none_until_it_is_made_or_put_there(link: RedisLink) -> None:
    vault = RedisVault(link, f"t{secrets.token_hex(6)}")
    assert await vault.read() is None
    made = await vault.make()
    assert len(made) == 32
    assert await vault.make() == made == await vault.read()
    await vault.replace(b"k" * 32)
    assert await vault.read() == b"k" * 32


async def test_key_that_nodes_were_given_is_not_told(link: RedisLink) -> None:
    prefix = f"t{secrets.token_hex(6)}"
    await shared_key(link, prefix, b"f" * 32, b"g" * 32)
    with pytest.raises(JournalError, match="STREAMHUB_KEY"):
        await RedisVault(link, prefix).read()


async def test_redis_that_is_away_is_told(own_redis: RedisServer) -> None:
    link = RedisLink(own_redis.place)
    vault = RedisVault(link, "t")
    own_redis.kill()
    with pytest.raises(Unavailable):
        await vault.read()
    with pytest.raises(Unavailable):
        await vault.replace(b"k" * 32)
    await link.close()
