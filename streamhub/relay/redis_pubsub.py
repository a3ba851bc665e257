"""The relay of nodes that share a Redis: publish/subscribe for messages, expiring keys for notes.

Messages touch no disk: as keys they would cost an fsync of the append-only file each. One
connection listens for the whole node; while it is away, it is made anew again and again.
"""

import asyncio
import contextlib
import json
from typing import Any, Final

from redis.exceptions import RedisError

from streamhub.redis_link import RedisLink, call, heed_cancellation, said
from streamhub.relay.base import Away, Hear
from streamhub.tasks import end

LISTEN_S: Final = 8.0
"""How long the listening connection may be silent; the relay speaks to itself more often."""
KNOCK_S: Final = 3.0
AGAIN_S: Final = 0.5
WAITING_MOST: Final = 1000


class RedisRelay:
    """A `Relay` over the Redis of `link`; keys and channel begin with `prefix`."""

    def __init__(self, link: RedisLink, prefix: str, node: str) -> None:
        self.node = node
        self._link = link
        self._prefix = prefix
        self._channel = f"{prefix}:relay"
        self._outbox: asyncio.Queue[str] = asyncio.Queue(WAITING_MOST)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, hear: Hear) -> None:
        """See `Relay.open`; returns when it listens, or after a moment where Redis is away."""
        listening = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._listen(hear, listening), name="relay listen"),
            asyncio.create_task(self._speak(), name="relay speak"),
        ]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(listening.wait(), 2 * AGAIN_S)

    def tell(self, topic: str, message: dict[str, Any]) -> None:
        """See `Relay.tell`."""
        told = json.dumps([self.node, topic, message], separators=(",", ":"))
        with contextlib.suppress(asyncio.QueueFull):  # Redis is away: nobody would hear it
            self._outbox.put_nowait(told)

    async def _speak(self) -> None:
        knock = json.dumps([self.node, "", {}])
        while True:
            told = None
            with contextlib.suppress(TimeoutError):
                told = await asyncio.wait_for(self._outbox.get(), KNOCK_S)
            try:
                await call(self._link.client(), "PUBLISH", self._channel, told or knock)
            except (RedisError, OSError, TimeoutError):
                await asyncio.sleep(AGAIN_S)
            finally:
                if told is not None:
                    self._outbox.task_done()

    async def _listen(self, hear: Hear, listening: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                async with self._link.client(LISTEN_S).pubsub() as ear:
                    await ear.subscribe(self._channel)
                    heed_cancellation()
                    # Until not even our own knocking arrives.
                    while heard := await ear.get_message(timeout=LISTEN_S):
                        if heard["type"] == "subscribe":
                            listening.set()
                        else:
                            self._pass_on(heard["data"], hear)
            await asyncio.sleep(AGAIN_S)

    def _pass_on(self, data: bytes, hear: Hear) -> None:
        """Hand over what another node told; what is no message of ours is passed over."""
        try:
            node, topic, message = json.loads(data)
        except (ValueError, TypeError, RecursionError):
            return
        if topic and node != self.node and isinstance(message, dict):
            hear(str(node), str(topic), message)

    def _note(self, name: str) -> str:
        return f"{self._prefix}:note:{name}"

    async def _ask(self, *words: str | int) -> Any:  # noqa: ANN401 - as Redis answers
        try:
            return await call(self._link.client(), *words)
        except (RedisError, OSError, TimeoutError) as error:
            raise Away(f"no answer from Redis at {self._link.shown}: {said(error)}") from error

    async def keep(self, name: str, note: str, for_s: float) -> bool:
        """See `Relay.keep`."""
        kept = await self._ask("SET", self._note(name), note, "PX", int(for_s * 1000), "NX")
        return bool(kept)

    async def find(self, name: str) -> str | None:
        """See `Relay.find`."""
        note = await self._ask("GET", self._note(name))
        return None if note is None else str(note, "utf-8")

    async def drop(self, name: str) -> None:
        """See `Relay.drop`."""
        await self._ask("DEL", self._note(name))

    async def close(self) -> None:
        """See `Relay.close`; the connections are the link's, who closes them."""
        with contextlib.suppress(TimeoutError):  # what was told last shall be heard
            await asyncio.wait_for(self._outbox.join(), AGAIN_S)
        await end(self._tasks)
