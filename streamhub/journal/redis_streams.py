"""The distributed journal: one stream per event on a Redis that several nodes share.

Here belong the keys, the scripts and what the journal's operations mean in them. Addresses, TLS,
Sentinel and the server's own promises stand in `redis_link.py`; what is on the chain and what is
not, in `chain.py`.

An entry's id in the stream is its `seq`, so positions are found without an index. Appending is one
script, which Redis runs alone: it looks at the last entry, appends if that is the predecessor, and
else answers what stands there instead. Redis answers after the fsync of its append-only file; with
`replicas`, `WAIT` on the same connection comes before the answer counts. No call is sent twice by
the client library: whoever gets no answer hears `Unavailable` and repeats the same entry.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from itertools import chain
from typing import Any, Final, Self, TypeVar

from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    RedisError,
    ResponseError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)

from streamhub.journal.base import (
    PAGE,
    Entry,
    Exists,
    Full,
    Head,
    JournalError,
    Lost,
    Snapshot,
    Unavailable,
)
from streamhub.journal.chain import (
    Span,
    absent,
    check_chain,
    check_first,
    check_next,
    check_reach,
    check_read,
    check_since,
    check_snapshot,
    check_whole,
)
from streamhub.redis_link import Place, RedisLink, Unsafe, call, heed_cancellation, said

T = TypeVar("T")

BLOCK_MS: Final = 5000
"""How long the tail waits in Redis before it looks whether its head is still there."""
TAIL_S: Final = 8.0
"""How long the tail waits for an answer: longer than `BLOCK_MS`, or every quiet wait would fail."""
WAIT_MS: Final = 1000
"""How long a write waits for its replicas."""
REWRITE_S: Final = 120.0

_CREATE: Final = """
local first = redis.call('HGET', KEYS[2], 'first')
if first then
  if ARGV[3] == '1' then redis.call('HINCRBY', KEYS[2], 'asked', 1) end -- as in _APPEND
  return first
end
if redis.call('EXISTS', KEYS[1]) == 1 then return '' end
redis.call('XADD', KEYS[1], '1-0', 't', ARGV[1], 'p', '', 'b', ARGV[2])
redis.call('HSET', KEYS[2], 'first', ARGV[1])
return false
"""

_APPEND: Final = """
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last and last[1] == ARGV[2] and last[2][2] == ARGV[4] then
  redis.call('XADD', KEYS[1], ARGV[1], 't', ARGV[3], 'p', ARGV[4], 'b', ARGV[5])
  return false
end
-- WAIT waits for what this connection wrote: what others wrote must be waited for as well
if last and ARGV[7] == '1' then redis.call('HINCRBY', KEYS[2], 'asked', 1) end
return {redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1), last or false,
        redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[6])}
"""

_LOOK: Final = """
return {redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1),
        redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1] or false,
        redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])}
"""

_LOAD_SNAPSHOT: Final = """
return {redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1),
        redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1] or false,
        redis.call('HMGET', KEYS[2], 'seq', 'tag', 'body')}
"""

_SAVE_SNAPSHOT: Final = """
local seq, tag, keep = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[4])
local following = (seq + 1) .. '-0'
local onward = redis.call('XRANGE', KEYS[1], following, '+', 'COUNT', 1)
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local stands = last and last[1] == seq .. '-0' and last[2][2]
if onward[1] then stands = onward[1][1] == following and onward[1][2][4] end
if stands ~= tag then
  return {redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1), last or false, onward}
end
local held = tonumber(redis.call('HGET', KEYS[2], 'seq') or '0')
if held <= seq then
  redis.call('HSET', KEYS[2], 'seq', seq, 'tag', tag, 'body', ARGV[3])
  held = seq
end
local newest = tonumber(string.match(last[1], '^%d+'))
local superfluous = math.min(held, newest - math.max(keep, 1))
if superfluous > 0 then
  redis.call('XTRIM', KEYS[1], 'MINID', '=', (superfluous + 1) .. '-0')
end
return false
"""

# What XTRIM drops stays in memory, marked as deleted, as long as a neighbour in its block lives,
# and a rewritten append-only file holds the block as it is. So the stream is written anew.
_COMPACT: Final = """
local all = redis.call('XRANGE', KEYS[1], '-', '+')
if #all == 0 then return 0 end
redis.call('DEL', KEYS[1])
for _, one in ipairs(all) do redis.call('XADD', KEYS[1], one[1], unpack(one[2])) end
return #all
"""

_CONFIRM: Final = """
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last then redis.call('HINCRBY', KEYS[2], 'asked', 1) end
return {redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1), last or false,
        redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', 1)}
"""

_RESTORE: Final = """
if ARGV[1] == '0' and redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then
  redis.call('DEL', KEYS[4])
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('RENAME', KEYS[4], KEYS[1])
redis.call('HSET', KEYS[2], 'first', ARGV[2])
if #ARGV > 2 then redis.call('HSET', KEYS[3], 'seq', ARGV[3], 'tag', ARGV[4], 'body', ARGV[5]) end
return 1
"""


class _Script:
    """A script and the name that Redis calls it by."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


CREATE, APPEND, LOOK, COMPACT, CONFIRM, RESTORE = map(
    _Script, (_CREATE, _APPEND, _LOOK, _COMPACT, _CONFIRM, _RESTORE)
)
LOAD_SNAPSHOT, SAVE_SNAPSHOT = map(_Script, (_LOAD_SNAPSHOT, _SAVE_SNAPSHOT))


class RedisJournal:
    """A `Journal` on Redis streams, shared by any number of nodes."""

    shared: Final = True

    def __init__(self, link: RedisLink, prefix: str) -> None:
        """Use `open`, which hands in a link that was tried."""
        self._link = link
        self._prefix = prefix
        self._replicas = link.place.replicas
        self._closed = False

    @classmethod
    async def open(cls, place: Place, prefix: str = "streamhub") -> Self:
        """Connect to the Redis at `place`; keys begin with `prefix`.

        Raises a plain `JournalError` where the server may lose what is acknowledged or refuses us
        (the message names the setting and the fix), and `Unavailable` where it does not answer.
        """
        link = RedisLink(place)
        journal = cls(link, prefix)
        try:
            await journal._ask(call(link.client(), "PING"))
        except JournalError as error:
            await link.close()
            cause = error.__cause__
            if isinstance(cause, (Unsafe, AuthenticationError, NoPermissionError)):
                raise JournalError(str(error)) from error
            raise
        return journal

    @property
    def tail_is_durable(self) -> bool:
        """Whether Redis alone answers for it: with replicas, others must have it too."""
        return not self._replicas

    @property
    def link(self) -> RedisLink:
        """The way to the server, for those who keep other things there."""
        return self._link

    # ---- keys and calls --------------------------------------------------------------------

    def _key(self, event: str, what: str) -> str:
        # Braces keep the keys of one event together where Redis is divided into slots.
        return f"{self._prefix}:{{{event}}}:{what}"

    def _keys(self, event: str, *more: str) -> list[str]:
        return [self._key(event, what) for what in ("entries", "about", *more)]

    async def _ask(self, answer: Coroutine[Any, Any, T]) -> T:
        """Await an answer of Redis; whatever goes wrong is said in the journal's words."""
        if self._closed:
            answer.close()
            raise self._was_closed()
        try:
            found = await answer
        except (RedisError, OSError, TimeoutError) as error:
            heed_cancellation()
            if self._closed:
                raise self._was_closed() from error
            await self._link.renew()
            raise explain(error, self._link.shown) from error
        heed_cancellation()
        return found

    def _was_closed(self) -> Unavailable:
        return Unavailable(f"the journal on {self._link.shown} was closed: open it again")

    async def _run(self, script: _Script, keys: list[str], *arguments: Any) -> Any:  # noqa: ANN401 - as Redis answers
        """Run a script that writes nothing, or nothing that must be durable."""
        client = self._link.client()

        async def run() -> Any:  # noqa: ANN401 - as above
            script_call = ("EVALSHA", script.sha, len(keys), *keys, *arguments)
            try:
                return await call(client, *script_call)
            except NoScriptError:
                await call(client, "SCRIPT", "LOAD", script.text)
                return await call(client, *script_call)

        return await self._ask(run())

    async def _write(self, script: _Script, keys: list[str], *arguments: Any) -> Any:  # noqa: ANN401 - as Redis answers
        """Run a script; return when what it wrote is on as many replicas as wished."""
        if not self._replicas:
            return await self._run(script, keys, *arguments)
        client = self._link.client()

        async def both() -> list[Any]:
            # One connection for both: WAIT is about what was written on it before.
            async with client.pipeline(transaction=False) as pipe:
                pipe.execute_command("EVALSHA", script.sha, len(keys), *keys, *arguments)
                pipe.execute_command("WAIT", self._replicas, WAIT_MS)
                # Not raised there: the library would put what was sent into the message.
                return [*await pipe.execute(raise_on_error=False)]

        async def run() -> list[Any]:
            answers = await both()
            if isinstance(answers[0], NoScriptError):
                await call(client, "SCRIPT", "LOAD", script.text)
                answers = await both()
            for one in answers:
                if isinstance(one, Exception):
                    raise one
            return answers

        answer, held = await self._ask(run())
        if held < self._replicas:
            raise Unavailable(
                f"{held} of {self._replicas} replicas of Redis at {self._link.shown} confirmed a"
                f" write within {WAIT_MS} ms: look after the replicas"
            )
        return answer

    # ---- the journal -----------------------------------------------------------------------

    async def create(self, event: str, first: Entry) -> None:
        """See `Journal.create`."""
        check_first(first)
        # Listed before it is there: `events` leaves out what is listed only.
        await self._ask(call(self._link.client(), "SADD", self._index, event))
        waits = int(self._replicas > 0)
        held = await self._write(CREATE, self._keys(event), first.tag, first.body, waits)
        if held is not None and held != first.tag:
            raise Exists(f"event {event!r} exists already: open it, or choose another name")

    @property
    def _index(self) -> str:
        return f"{self._prefix}:events"

    async def append(self, event: str, entry: Entry) -> list[Entry]:
        """See `Journal.append`."""
        check_next(entry)
        found = await self._write(
            APPEND,
            self._keys(event),
            *(_id(entry.seq), _id(entry.seq - 1), entry.tag, entry.prev, entry.body),
            *(PAGE, int(self._replicas > 0)),
        )
        if found is None:
            return []
        onward = _since(event, found, entry.base)
        if not onward:
            # The predecessor stands at the end, so the script would have appended.
            raise _contradiction(event)
        return onward

    async def _look(self, event: str, after: int, limit: int) -> Sequence[Any]:
        found: Sequence[Any] = await self._run(LOOK, self._keys(event), _id(after + 1), limit)
        return found

    async def read(self, event: str, after: int, limit: int = PAGE) -> list[Entry]:
        """See `Journal.read`."""
        check_read(after, limit)
        span, entries = _looked(event, await self._look(event, after, limit))
        check_reach(event, span, after)
        if entries:
            # The reader brings no tag: the first is taken at its word, gaps behind it are damage.
            check_chain(Head(after, entries[0].prev), entries)
        return entries

    async def _since(self, event: str, head: Head) -> list[Entry]:
        return _since(event, await self._look(event, head.seq, PAGE), head)

    async def tail(self, event: str, head: Head) -> AsyncIterator[list[Entry]]:
        """See `Journal.tail`; raises `Unavailable` also where the connection was lost."""
        client = self._link.client(TAIL_S).client()
        key = self._key(event, "entries")
        batch = await self._since(event, head)
        try:
            await self._ask(call(client, "PING"))  # connected, before it waits for long
            while True:
                if batch:
                    yield batch
                    head = batch[-1].head
                batch = heard = await self._ask(self._wait(client, key, head))
                if not heard or not _continues(head, heard):
                    # Nothing came, or nothing that fits: is my head still on this journal?
                    batch = await self._since(event, head)
                    if heard and not batch:
                        raise _contradiction(event)
        finally:
            await client.aclose()

    @staticmethod
    async def _wait(client: Redis, key: str, head: Head) -> list[Entry]:
        """Wait in Redis for entries after `head`, on the tail's own connection."""
        answer = await call(
            client, *("XREAD", "COUNT", PAGE, "BLOCK", BLOCK_MS, "STREAMS", key, _id(head.seq))
        )
        if not answer:
            return []
        ((_, rows),) = answer
        return [_entry((name, [*chain.from_iterable(held.items())])) for name, held in rows]

    async def load_snapshot(self, event: str) -> Snapshot | None:
        """See `Journal.load_snapshot`."""
        keys = [self._key(event, what) for what in ("entries", "snapshot")]
        oldest, newest, (seq, tag, body) = await self._run(LOAD_SNAPSHOT, keys)
        span, _ = _looked(event, (oldest, newest, ()))
        snapshot = None if seq is None else Snapshot(Head(int(seq), tag), body)
        check_snapshot(event, span, snapshot)
        return snapshot

    async def save_snapshot(self, event: str, snapshot: Snapshot, keep: int) -> None:
        """See `Journal.save_snapshot`."""
        keys = [self._key(event, what) for what in ("entries", "snapshot")]
        found = await self._write(SAVE_SNAPSHOT, keys, *snapshot.head, snapshot.body, keep)
        if found is not None:
            _since(event, found, snapshot.head)
            raise _contradiction(event)

    async def events(self) -> list[str]:
        """See `Journal.events`."""

        async def find() -> list[str]:
            client = self._link.client()
            named = sorted(
                str(name, "utf-8") for name in await call(client, "SMEMBERS", self._index)
            )
            async with client.pipeline(transaction=False) as pipe:
                for name in named:
                    pipe.exists(*self._keys(name))
                there = await pipe.execute() if named else []
            return [name for name, is_there in zip(named, there, strict=True) if is_there]

        return await self._ask(find())

    async def confirm(self, event: str, head: Head) -> None:
        """See `Journal.confirm`."""
        if self._replicas:
            found = await self._write(CONFIRM, self._keys(event), _id(head.seq + 1))
            span, onward = _looked(event, found)
            check_reach(event, span, head.seq)
            check_since(event, span, head, onward)

    async def restore(
        self,
        event: str,
        snapshot: Snapshot | None,
        entries: Sequence[Entry],
        *,
        replace: bool = False,
    ) -> None:
        """See `Journal.restore`."""
        first = check_whole(event, snapshot, entries)
        building = self._key(event, "restoring")

        async def build() -> None:
            client = self._link.client()
            await client.delete(building)
            for begin in range(0, len(entries), PAGE):
                async with client.pipeline(transaction=False) as pipe:
                    for seq, tag, prev, body in entries[begin : begin + PAGE]:
                        pipe.execute_command(
                            *("XADD", building, _id(seq), "t", tag, "p", prev, "b", body)
                        )
                    await pipe.execute()
            await client.sadd(self._index, event)

        await self._ask(build())
        more = () if snapshot is None else (*snapshot.head, snapshot.body)
        keys = [*self._keys(event, "snapshot"), building]
        if not await self._write(RESTORE, keys, int(replace), first, *more):
            raise Exists(f"event {event!r} exists already: replace it, or choose another server")

    async def scrub(self) -> None:
        """See `Journal.scrub`: the append-only file is written anew, of what is kept.

        A replica has files of its own, which it rewrites when it is told to.
        """
        for event in await self.events():
            await self._write(COMPACT, self._keys(event))
        await self._ask(self._rewrite())

    async def _rewrite(self) -> None:
        client = self._link.client()
        async with asyncio.timeout(REWRITE_S):
            await self._rewritten(client)  # one that was under way began before the trimming
            await call(client, "BGREWRITEAOF")
            await self._rewritten(client)

    @staticmethod
    async def _rewritten(client: Redis) -> None:
        while True:
            about = await client.info("persistence")
            if not (about["aof_rewrite_in_progress"] or about["aof_rewrite_scheduled"]):
                break
            await asyncio.sleep(0.05)
        if about["aof_last_bgrewrite_status"] != "ok":
            raise ResponseError("the append-only file could not be rewritten; see Redis's log")

    async def close(self) -> None:
        """See `Journal.close`."""
        self._closed = True
        await self._link.close()


def _id(seq: int) -> str:
    return f"{seq}-0"


def _seq(name: bytes) -> int:
    return int(name.partition(b"-")[0])


def _entry(row: Sequence[Any]) -> Entry:
    """Read one row of a stream: `[id, [t, tag, p, prev, b, body]]`."""
    name, fields = row
    if fields[::2] != [b"t", b"p", b"b"]:
        raise Lost(
            f"entry {_seq(name)} in Redis is something that streamhub did not write: take it out"
            " (XDEL), or restore a backup"
        )
    return Entry(_seq(name), *fields[1::2])


def _looked(event: str, found: Sequence[Any]) -> tuple[Span, list[Entry]]:
    """Read the answer of `LOOK`: oldest, newest, and what was asked for."""
    oldest, newest, rows = found
    if newest is None:
        raise absent(event)
    return Span(_entry(oldest[0]).base, _entry(newest).head), [_entry(row) for row in rows]


def _since(event: str, found: Sequence[Any], head: Head) -> list[Entry]:
    """Read the answer of `LOOK` for what stands on `head`; raise if that is not on the journal."""
    span, onward = _looked(event, found)
    check_reach(event, span, head.seq)
    check_since(event, span, head, onward)
    return onward


def _contradiction(event: str) -> Lost:
    return Lost(f"the journal of event {event!r} contradicts itself: restore a backup")


def _continues(head: Head, entries: Sequence[Entry]) -> bool:
    for entry in entries:
        if entry.base != head:
            return False
        head = entry.head
    return True


def explain(error: Exception, server: str) -> JournalError:
    """Answer `error` of the client library in the journal's words."""
    words = said(error)
    if isinstance(error, OutOfMemoryError) or "No space left" in words or "OOM " in words:
        return Full(
            f"no room on Redis at {server} ({words}): raise its maxmemory or free its disk;"
            " nothing was lost"
        )
    if isinstance(error, Unsafe):
        return Unavailable(words)
    if isinstance(error, (AuthenticationError, NoPermissionError)):
        return Unavailable(
            f"Redis at {server} does not let us in ({words}): look after STREAMHUB_REDIS_USERNAME,"
            " STREAMHUB_REDIS_PASSWORD and what Redis allows this user"
        )
    if isinstance(error, (RedisConnectionError, RedisTimeoutError, OSError, TimeoutError)):
        return Unavailable(f"no answer from Redis at {server}: {words}")
    return Unavailable(f"Redis at {server} refuses: {words}")
