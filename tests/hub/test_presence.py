"""Which displays are there, and which token is used by two devices at once."""

from streamhub.core.ids import ActorId, DisplayId
from streamhub.core.roles import Actor, Role
from streamhub.core.views import View
from streamhub.hub.presence import DOUBLED_AFTER_S, EXPIRES_S, FEW_NODES, Presence

DOOR = Actor(id=ActorId("door"), role=Role.DISPLAY)


def doubled(presence: Presence, now: float) -> bool:
    told = presence.message(0, now)["displays"]
    assert "connections" not in told["door"]
    return bool(told["door"].get("doubled"))


def test_display_that_comes_back_is_not_taken_for_two() -> None:
    presence = Presence()
    presence.arrive(DOOR, View.STAGE, None, 0)
    assert not doubled(presence, 0.0)
    presence.arrive(DOOR, View.STAGE, None, 0)
    assert not doubled(presence, 1.0)
    presence.leave(DOOR, View.STAGE, None)
    assert not doubled(presence, 2.0 + DOUBLED_AFTER_S)


def test_token_that_two_devices_use_is_told() -> None:
    presence = Presence()
    for _ in range(2):
        presence.arrive(DOOR, View.STAGE, None, 0)
    assert not doubled(presence, 1.0)
    assert doubled(presence, 1.0 + DOUBLED_AFTER_S)
    presence.rendered(DisplayId("door"), "5.a", None, None)
    assert doubled(presence, 60.0)
    presence.leave(DOOR, View.STAGE, None)
    assert not doubled(presence, 61.0)


def test_two_devices_are_news_when_nothing_else_happens() -> None:
    presence = Presence()
    for _ in range(2):
        presence.arrive(DOOR, View.STAGE, None, 0)
    assert not doubled(presence, 0.0)
    assert not presence.has_news(DOUBLED_AFTER_S - 1)
    assert presence.has_news(DOUBLED_AFTER_S)
    assert doubled(presence, DOUBLED_AFTER_S)
    assert not presence.has_news(DOUBLED_AFTER_S + 2)


def test_token_that_two_devices_use_is_told_across_nodes() -> None:
    here, there = Presence(), Presence()
    here.arrive(DOOR, View.STAGE, None, 0)
    there.arrive(DOOR, View.STAGE, None, 0)
    found = False
    for now in (0.0, DOUBLED_AFTER_S):
        here.hear("there", there.summary(), now)
        found = doubled(here, now)
    assert found


def test_display_told_by_a_stranger_in_another_shape_counts_once() -> None:
    presence = Presence()
    presence.hear("there", {"displays": {"door": {"connections": "many"}}}, 0.0)
    assert not doubled(presence, 0.0)
    presence.hear("there", {"displays": {"door": {"connections": "many"}}}, DOUBLED_AFTER_S)
    assert not doubled(presence, DOUBLED_AFTER_S)


def test_many_nodes_repeat_themselves_less_often_and_count_for_longer() -> None:
    presence = Presence()
    for number in range(FEW_NODES - 1):
        presence.hear(f"node-{number}", {}, 0.0)
    assert presence.stretch == 1.0
    for number in range(5 * FEW_NODES - 1):
        presence.hear(f"node-{number}", {}, 0.0)
    assert presence.stretch == 5.0
    presence.hear("node-0", {}, 0.0)
    assert not presence.expire(0.0 + EXPIRES_S / FEW_NODES)
    assert presence.expire(5 * EXPIRES_S)
    assert set(presence.others) == {"node-0"}
    assert presence.expire(5 * EXPIRES_S + 1)
