"""New participants: free for a hall, and dearer the more of them one network makes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamhub.core.ids import ActorId
from streamhub.core.roles import Actor, Role
from streamhub.hub.identities import (
    HALF_LIFE_S,
    NETWORKS_MOST,
    WORK_MOST,
    Identities,
    is_proof,
    networks_of,
)
from streamhub.hub.pace import Pace
from streamhub.hub.secrets import Keyring

KEY = Keyring(b"k" * 32)
HALL = "203.0.113.7"


def owed(identities: Identities, address: str, count: int, now: float = 0.0) -> list[int]:
    """What so many newcomers owe, one after the other."""
    return [identities.make(address, now).actor.owes for _ in range(count)]


def solved(participant: str, work: int) -> int:
    return next(nonce for nonce in range(1 << 30) if is_proof(participant, work, nonce))


def test_hall_of_many_owes_nothing_and_whoever_makes_more_owes_twice_for_twice_as_many() -> None:
    made = owed(Identities(KEY, free=100, work=1000), HALL, 401)
    assert made[:100] == [0] * 100
    assert (made[100], made[199], made[399]) == (1010, 2000, 4000)
    assert made == sorted(made)


def test_nobody_is_kept_out_for_good() -> None:
    assert owed(Identities(KEY, free=1, work=WORK_MOST // 2), HALL, 9)[-1] == WORK_MOST


def test_networks_are_counted_apart_and_forgotten_with_time() -> None:
    identities = Identities(KEY, free=4, work=1000)
    assert owed(identities, HALL, 6)[-1] == 1500
    assert owed(identities, "203.0.113.8", 1) == [0]
    assert owed(identities, HALL, 1, HALF_LIFE_S) == [0]  # three are left, and this one
    assert owed(identities, HALL, 1, HALF_LIFE_S) == [1250]


def test_work_can_be_switched_off() -> None:
    assert owed(Identities(KEY, free=1, work=0), HALL, 50) == [0] * 50


def test_network_that_made_none_for_longest_is_forgotten_first() -> None:
    identities = Identities(KEY, free=2, work=1000)
    owed(identities, HALL, 3)
    for number in range(NETWORKS_MOST):
        identities.make(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert owed(identities, HALL, 2) == [0, 0]


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("203.0.113.7", (("203.0.113.7", 1),)),
        ("::ffff:203.0.113.7", (("203.0.113.7", 1),)),
        ("2001:db8:1:2:3:4:5:6", (("20010db800010002/64", 1), ("20010db80001/48", 4))),
        ("fe80::1%eth0", (("fe80000000000000/64", 1), ("fe8000000000/48", 4))),
        ("", (("", 1),)),
    ],
)
def test_network_of_an_address(address: str, networks: tuple[tuple[str, int], ...]) -> None:
    assert networks_of(address) == networks


def test_site_of_many_networks_makes_four_times_as_many_and_then_pays() -> None:
    identities = Identities(KEY, free=10, work=1000)
    made = [identities.make(f"2001:db8:0:{number:x}::1", 0.0).actor.owes for number in range(60)]
    assert made[:40] == [0] * 40
    assert made[40] == 1025


def test_work_that_is_done_gives_the_token_of_the_same_participant() -> None:
    identities = Identities(KEY, free=1, work=64)
    assert KEY.participant_of(identities.make(HALL, 0.0).token) is not None
    made = identities.make(HALL, 0.0)
    assert KEY.participant_of(made.token) is None
    assert KEY.owing_of(made.token) == (made.actor.id, made.actor.owes)
    nonce = solved(made.actor.id, made.actor.owes)
    token = identities.settle(made.actor, nonce)
    assert token is not None
    assert KEY.participant_of(token) == made.actor.id
    wrong = next(n for n in range(100) if not is_proof(made.actor.id, made.actor.owes, n))
    assert identities.settle(made.actor, wrong) is None


def test_whoever_owes_nothing_gets_no_token_that_would_outlive_a_link() -> None:
    holder = Actor(id=ActorId("link"), role=Role.PARTICIPANT)
    assert Identities(KEY).settle(holder, 0) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace(".", ".1", 1),
        lambda token: token.replace("q_", "q_a"),
        lambda token: token[:-1],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: "q_x.٣." + token.rpartition(".")[2],
        lambda _: "q_x." + "9" * 400 + ".x",
        lambda _: "q_",
        lambda _: "q_\ud800.1.x",
    ],
)
def test_token_cannot_be_made_cheaper(change: object) -> None:
    token = KEY.owing_token("abcdefghijklmnop", 2000)
    assert KEY.owing_of(change(token)) is None  # type: ignore[operator]  # a lambda of the table


@given(st.text(max_size=60))
def test_no_text_is_a_token(text: str) -> None:
    assert KEY.owing_of(text) is None


def test_work_takes_about_as_many_tries_as_it_says() -> None:
    tries = [solved(f"somebody{number}", 50) + 1 for number in range(200)]
    assert 35 < sum(tries) / len(tries) < 70


def test_pace_that_lets_wait_says_for_how_long() -> None:
    pace = Pace(per_s=2, burst=2)
    assert [pace.wait_s(10.0) for _ in range(3)] == [0, 0, 0.5]
    assert pace.wait_s(10.5) == 0.5
    assert pace.wait_s(99.0) == 0
