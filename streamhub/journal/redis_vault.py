"""The key of all nodes on a Redis, for those who back it up and put it back."""

import secrets

from redis.exceptions import RedisError

from streamhub.journal.redis_key import shared_key
from streamhub.journal.redis_streams import explain
from streamhub.redis_link import RedisLink, call

KEY_BYTES = 32


class RedisVault:
    """The key beside the journals of `prefix` (`hub/vault.py`), where the settings give none."""

    def __init__(self, link: RedisLink, prefix: str) -> None:
        self._link = link
        self._prefix = prefix

    async def read(self) -> bytes | None:
        """Return the key, None where there is none yet; raises `JournalError`."""
        try:
            held = await call(self._link.client(), "EXISTS", f"{self._prefix}:key")
        except (RedisError, OSError, TimeoutError) as error:
            raise explain(error, self._link.shown) from error
        return await self.make() if held else None

    async def make(self) -> bytes:
        """Return the key, made now where there was none; raises `JournalError`."""
        fresh = secrets.token_bytes(KEY_BYTES)
        return await shared_key(self._link, self._prefix, fresh, None)

    async def replace(self, key: bytes) -> None:
        """Keep `key` in place of what is there; raises `JournalError`."""
        try:
            await call(self._link.client(), "SET", f"{self._prefix}:key", key.hex())
        except (RedisError, OSError, TimeoutError) as error:
            raise explain(error, self._link.shown) from error
