"""The key of all nodes that share a Redis: links and participants' tokens are made from it.

`shared_key` is what a node starts with; `RedisVault` is for those who back the key up.

Nodes with different keys would be strangers to one another's participants, so the first one keeps
its key beside the journals, or only its fingerprint where the key itself is handed to every node.
"""

import hashlib
import secrets
from typing import Final

from redis.exceptions import RedisError

from streamhub.journal.base import JournalError, Unavailable
from streamhub.journal.redis_streams import WAIT_MS, explain
from streamhub.redis_link import RedisLink, call, heed_cancellation

KEY_BYTES: Final = 32
PRINT: Final = "fingerprint "


async def shared_key(link: RedisLink, prefix: str, fresh: bytes, given: bytes | None) -> bytes:
    """Return the key that every node uses.

    Args:
        link: the way to Redis.
        prefix: first part of the names of keys there.
        fresh: a random key, kept where there is none yet.
        given: the key from this node's settings, if it is not to be kept in Redis.

    Raises:
        JournalError: where `given` is another key than the other nodes'; `Unavailable`.
    """
    mine = fresh.hex() if given is None else PRINT + hashlib.sha256(given).hexdigest()
    name = f"{prefix}:key"
    try:
        async with link.client().pipeline(transaction=False) as pipe:
            pipe.set(name, mine, nx=True)
            # on one connection, as WAIT is about what was written there; 0 waits for nobody
            pipe.wait(link.place.replicas, WAIT_MS)
            pipe.get(name)
            _, replicas, answer = await pipe.execute()
        heed_cancellation()
    except (RedisError, OSError, TimeoutError) as error:
        raise explain(error, link.shown) from error
    if replicas < link.place.replicas:
        raise Unavailable(f"the key of all nodes is on {replicas} replicas only: look after them")
    held = str(answer, "ascii")
    kept = None if held.startswith(PRINT) else bytes.fromhex(held)
    if given is None:
        if kept is None:
            raise JournalError(
                f"the other nodes on {link.shown} were given a key: set STREAMHUB_KEY to the same"
            )
        return kept
    if held != mine and kept != given:
        raise JournalError(
            f"STREAMHUB_KEY is another key than that of the other nodes on {link.shown}: give all"
            f" the same, or remove {name} from Redis, after which every link must be made anew"
        )
    return given


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
