"""The key of all nodes that share a Redis: links and participants' tokens are made from it.

Nodes with different keys would be strangers to one another's participants, so the first one keeps
its key beside the journals, or only its fingerprint where the key itself is handed to every node.
"""

import hashlib
from typing import Final

from redis.exceptions import RedisError

from streamhub.journal.base import JournalError
from streamhub.journal.redis_streams import explain
from streamhub.redis_link import RedisLink, call

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
        await call(link.client(), "SET", name, mine, "NX")
        held = str(await call(link.client(), "GET", name), "ascii")
    except (RedisError, OSError, TimeoutError) as error:
        raise explain(error, link.shown) from error
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
