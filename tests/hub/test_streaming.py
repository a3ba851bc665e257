"""What pages and nodes are told of streams: when it changed, not too often, and nothing stale."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from swift_loop import swiftly

from streamhub.core.agenda import Agenda, Room
from streamhub.core.event import SYSTEM, Decision, EventCreated, EventState, begin
from streamhub.core.ids import RoomId
from streamhub.core.table import Map
from streamhub.hub import metrics
from streamhub.hub.health import Finding
from streamhub.hub.ports import Silence
from streamhub.hub.streaming import EXPIRES_S, Streaming
from streamhub.hub.viewers import EXPIRES_S as VIEWERS_EXPIRE_S
from streamhub.protocol.messages import Health, Watching
from streamhub.relay.local import LocalRelay

MAIN, SIDE = RoomId("main"), RoomId("side")
AGENDA = Agenda(
    title="Small",
    timezone="UTC",
    rooms=Map({name: Room(id=name, name=name) for name in (MAIN, SIDE)}),
)


class Told(Silence):
    """An audience that keeps what it is told, and when."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, bool, dict[str, Any]]] = []

    def publish_streams(self, message: dict[str, Any], *, producers: bool) -> None:
        self.heard.append((asyncio.get_running_loop().time(), producers, message["rooms"]))

    def of(self, *, producers: bool) -> list[tuple[float, dict[str, Any]]]:
        """What producers, or all others, heard, and how many seconds after the story began."""
        return [(round(at - 1000, 1), rooms) for at, who, rooms in self.heard if who == producers]


class Node(LocalRelay):
    """A node whose words go to others at once."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.others: list[Streaming] = []
        self.told: list[dict[str, Any]] = []
        self.audience = Told()
        created = EventCreated(slug="small", agenda=AGENDA)
        self.state: EventState = begin(Decision(by=SYSTEM, at=5, facts=(created,)))
        self.streaming = Streaming("small", self, lambda: self.state, lambda: self.audience)

    def tell(self, topic: str, message: dict[str, Any]) -> None:
        assert (topic, message["event"]) == ("streams", "small")
        self.told.append(message["rooms"])
        for other in self.others:
            other.hear(self.node, message["rooms"])


def finding(health: Health = "live", since_at: int = 5, **more: Any) -> Finding:
    return Finding(health=health, since_at=since_at, **more)


def watching(**more: Any) -> Watching:
    fields: dict[str, Any] = {"room": "main", "state": "playing", "late_s": 8.2}
    return Watching(**(fields | more))


def test_everybody_hears_in_one_word_and_producers_all_of_it() -> None:
    async def story() -> None:
        node = Node("a")
        node.streaming.found(MAIN, finding(late_s=4.04, kbps=900, gaps=1))
        await asyncio.sleep(9)
        public = {"main": {"health": "live", "since_at": 5}}
        assert node.audience.of(producers=False) == [(0.1, public)]
        full = {"main": public["main"] | {"late_s": 4.0, "kbps": 900, "gaps": 1}}
        assert node.audience.of(producers=True) == [(0.1, full)]
        assert node.streaming.message(producers=False) == {"rooms": public}
        node.streaming.close()

    swiftly(story())


def test_changes_are_gathered_and_what_only_producers_see_troubles_nobody_else() -> None:
    async def story() -> None:
        node = Node("a")
        for number in range(40):
            node.streaming.found(MAIN, finding(late_s=number))
            await asyncio.sleep(0.1)
        node.streaming.found(MAIN, finding("stalled", 9))
        node.streaming.found(MAIN, finding("stalled", 9))
        await asyncio.sleep(4)
        assert [
            (at, rooms["main"]["health"]) for at, rooms in node.audience.of(producers=False)
        ] == [
            (0.1, "live"),
            (4.1, "stalled"),
        ]
        times = [at for at, _ in node.audience.of(producers=True)]
        assert all(round(two - one, 1) >= 2 for one, two in pairwise(times))
        assert node.audience.of(producers=True)[-1][1]["main"]["health"] == "stalled"
        node.streaming.found(MAIN, None)
        node.streaming.found(MAIN, None)
        await asyncio.sleep(9)
        assert node.audience.of(producers=False)[-1][1] == {}
        assert node.audience.of(producers=True)[-1][1] == {}
        node.streaming.close()

    swiftly(story())


def test_viewers_are_for_producers_and_fall_silent() -> None:
    async def story() -> None:
        node = Node("a")
        for number in range(3):
            node.streaming.watching(
                number, watching(stalls=1, state=("playing", "stalled")[number % 2])
            )
        node.streaming.watching(9, watching(room="nowhere"))
        await asyncio.sleep(1)
        viewers = {
            "watching": 3,
            "stalled": 1,
            "stalls_per_min": 3.0,
            "late_s": {"p50": 8.25, "p90": 8.25},
        }
        assert node.audience.of(producers=True) == [(0.1, {"main": {"viewers": viewers}})]
        assert node.audience.of(producers=False) == []
        assert node.streaming.message(producers=False) == {"rooms": {}}
        node.streaming.leave(1)
        node.streaming.leave(77)
        await asyncio.sleep(2)
        seen = node.audience.of(producers=True)[-1][1]["main"]["viewers"]
        assert (seen["watching"], seen["stalled"]) == (2, 0)
        await asyncio.sleep(VIEWERS_EXPIRE_S + 12)
        assert node.audience.of(producers=True)[-1][1] == {}
        told = len(node.told)
        await asyncio.sleep(60)
        assert len(node.told) == told  # nothing more to say, and nothing that waits
        node.streaming.close()

    swiftly(story())


def test_page_that_tells_too_often_is_heard_no_more_than_it_may() -> None:
    async def story() -> None:
        node = Node("a")
        before = metrics.STREAM_STALLS._value.get()
        for _ in range(9):
            node.streaming.watching("a", watching(stalls=1))
        assert metrics.STREAM_STALLS._value.get() == before + 2
        node.streaming.close()

    swiftly(story())


def test_nodes_tell_one_another_and_each_counts_all() -> None:
    async def story() -> None:
        one, two = Node("one"), Node("two")
        one.others, two.others = [two.streaming], [one.streaming]
        one.streaming.found(MAIN, finding())
        one.streaming.watching("x", watching(late_s=4.2, stalls=2))
        two.streaming.watching("x", watching(late_s=31, state="lost"))
        await asyncio.sleep(3)
        for node in (one, two):
            message: Any = node.streaming.message(producers=True)
            assert message["rooms"]["main"]["health"] == "live"
            assert message["rooms"]["main"]["viewers"] == {
                "watching": 2,
                "stalled": 1,
                "stalls_per_min": 2.0,
                "late_s": {"p50": 4.25, "p90": 32.5},
            }
            assert node.audience.of(producers=False)[-1][1] == {
                "main": {"health": "live", "since_at": 5}
            }
        await asyncio.sleep(EXPIRES_S + 9)  # they repeat themselves
        assert "health" in two.streaming.message(producers=False)["rooms"]["main"]
        two.streaming.found(MAIN, finding("late", 7))
        assert two.streaming.message(producers=False)["rooms"]["main"]["health"] == "late"
        two.streaming.found(MAIN, None)
        one.streaming.close()
        await asyncio.sleep(EXPIRES_S + 9)  # a node that is silent is forgotten
        assert two.streaming.message(producers=False) == {"rooms": {}}
        assert two.audience.of(producers=False)[-1][1] == {}
        two.streaming.close()

    swiftly(story())


@pytest.mark.parametrize(
    "rooms",
    [
        None,
        [],
        {"main": 5},
        {"nowhere": {"health": "live", "since_at": 1}},
        {"main": {"health": "well", "since_at": 1}},
        {"main": {"health": True}},
        {"main": {"since_at": 4, "viewers": {"watching": -1}}},
    ],
)
def test_what_no_node_would_tell_is_nothing(rooms: object) -> None:
    async def story() -> None:
        node = Node("a")
        node.streaming.hear("b", rooms)
        assert node.streaming.message(producers=True) == {"rooms": {}}
        node.streaming.hear("b", {"main": {"health": "live", "since_at": True, "kbps": 9}})
        told: Any = node.streaming.message(producers=True)
        assert told == {"rooms": {"main": {"health": "live", "kbps": 9}}}
        node.streaming.close()

    swiftly(story())


def test_closed_one_says_nothing_and_counts_nothing() -> None:
    async def story() -> None:
        node = Node("a")
        gauge = metrics.STREAM_ROOMS.labels("ended")
        before = gauge._value.get()
        node.streaming.found(MAIN, finding("ended"))
        node.streaming.found(SIDE, finding("ended"))
        assert gauge._value.get() == before + 2
        node.streaming.close()
        assert gauge._value.get() == before
        node.streaming.watching("a", watching())
        await asyncio.sleep(30)
        assert node.audience.heard == []

    swiftly(story())
