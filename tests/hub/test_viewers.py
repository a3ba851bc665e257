"""The figures of viewers: gathered without names, added up over nodes, forgotten."""

import json
from bisect import bisect_right
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamhub.core.ids import RoomId
from streamhub.hub.viewers import EVERY_S, EXPIRES_S, STEPS, Sums, Viewers
from streamhub.protocol.messages import Watching

MAIN = RoomId("main")


def seen(**more: Any) -> Watching:
    fields: dict[str, Any] = {"room": "main", "state": "playing"}
    return Watching(**(fields | more))


def test_viewers_are_summed_by_room() -> None:
    viewers = Viewers()
    for number, late_s in enumerate((4.2, 4.4, 5.1, 31.0)):
        viewers.take(number, seen(late_s=late_s, stalls=number), 100)
    viewers.take("s", seen(state="stalled"), 100)
    viewers.take("l", seen(state="lost"), 100)
    viewers.take("p", seen(state="paused", late_s=900), 100)
    viewers.take("o", seen(room="side"), 100)
    sums = viewers.sums(100)
    assert sums[MAIN].message() == {
        "watching": 6,
        "stalled": 2,
        "stalls_per_min": 6.0,
        "late_s": {"p50": 4.25, "p90": 32.5},
    }
    assert sums[RoomId("side")].message() == {
        "watching": 1,
        "stalled": 0,
        "stalls_per_min": 0.0,
    }


def test_page_counts_once_with_the_last_that_it_told() -> None:
    viewers = Viewers()
    assert viewers.take("a", seen(late_s=4), 0)
    assert viewers.take("a", seen(late_s=8, state="stalled"), 1)
    assert not viewers.take("a", seen(late_s=90), 2)
    assert viewers.take("a", seen(late_s=8.2), 2 + EVERY_S)
    message = viewers.sums(8)[MAIN].message()
    assert (message["watching"], message["stalled"]) == (1, 0)
    assert message["late_s"]["p50"] == 8.25


def test_page_that_is_silent_or_gone_counts_no_more() -> None:
    viewers = Viewers()
    viewers.take("a", seen(stalls=3), 0)
    viewers.take("b", seen(), 30)
    assert viewers.sums(EXPIRES_S - 1)[MAIN].message() == {
        "watching": 2,
        "stalled": 0,
        "stalls_per_min": 3.0,
    }
    sums = viewers.sums(EXPIRES_S)
    assert (sums[MAIN].watching, sums[MAIN].stalls, len(viewers)) == (1, 0, 1)
    assert (viewers.leave("b"), viewers.leave("b")) == (True, False)
    assert viewers.sums(EXPIRES_S) == {}


def test_sums_of_nodes_are_added_up_as_if_they_were_one() -> None:
    here, there, both = Viewers(), Viewers(), Viewers()
    for number in range(40):
        told = seen(late_s=number, stalls=number % 3)
        (here if number % 2 else there).take(number, told, 0)
        both.take(number, told, 0)
    total = here.sums(0)[MAIN]
    total.add(Sums.heard(json.loads(json.dumps(there.sums(0)[MAIN].told()))))
    assert total == both.sums(0)[MAIN]


@pytest.mark.parametrize(
    "told",
    [
        None,
        5,
        [],
        {"watching": "many", "stalled": -1, "stalls": True},
        {"late": {"x": 1, "-1": 2, "9999": 3, "4": "n", "5": -2}},
        {"late": [1]},
    ],
)
def test_what_no_node_would_tell_counts_for_nothing(told: object) -> None:
    assert Sums.heard(told).message()["watching"] == 0
    assert Sums.heard(told).late.total() == 0


@given(st.lists(st.floats(0, 86_400), min_size=1, max_size=60))
def test_percentile_lies_in_the_step_of_the_exact_one(all_late: list[float]) -> None:
    viewers = Viewers()
    for number, late_s in enumerate(all_late):
        viewers.take(number, seen(late_s=late_s), 0)
    told = viewers.sums(0)[MAIN].message()["late_s"]
    for part, name in ((0.5, "p50"), (0.9, "p90")):
        exact = sorted(all_late)[ceil(part * len(all_late)) - 1]
        step = min(bisect_right(STEPS, exact), len(STEPS) - 1)
        below = STEPS[step - 1] if step else 0.0
        assert told[name] == round((below + STEPS[step]) / 2, 2)
