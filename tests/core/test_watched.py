"""Watching an address: what may be watched, and which version of it has been dealt with."""

from dataclasses import replace

import pytest
from rehearsal import OWNER, TALK, Rehearsal, small_agenda

from streamhub.core.errors import Rejected
from streamhub.core.event import SYSTEM
from streamhub.core.replacing import AgendaReplaced, ReplaceAgenda
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import EditSession, StartSession
from streamhub.core.stamp import Stamp
from streamhub.core.watched import (
    COLUMNS_MOST,
    URL_MOST,
    WORD_MOST,
    AgendaSettled,
    AgendaWatched,
    LeaveAgenda,
    Watch,
    WatchAgenda,
    evolve,
)

URL = "https://quay.example/agenda.ics?token=secret"
CLOCK = Actor(id=SYSTEM, role=Role.SYSTEM)


def watched(show: Rehearsal) -> Watch | None:
    return show.state.watch


def _rev(show: Rehearsal) -> int | None:
    now = watched(show)
    return None if now is None else now.rev


def watching(**more: object) -> Rehearsal:
    show = Rehearsal.of(small_agenda(), "08:00")
    show.do(WatchAgenda(url=URL, **more), OWNER)  # type: ignore[arg-type]  # by name
    return show


def test_nothing_is_watched_until_an_organiser_says_so() -> None:
    show = Rehearsal.of(small_agenda(), "08:00")
    assert watched(show) is None
    assert show.do(WatchAgenda(), OWNER) == ()
    assert show.do(WatchAgenda(url=URL), OWNER) == (AgendaWatched(url=URL),)
    assert watched(show) == Watch(url=URL, every_min=15, by_itself=False)
    assert show.do(WatchAgenda(url=URL), OWNER) == ()
    assert show.do(WatchAgenda(), OWNER) == (AgendaWatched(),)
    assert watched(show) is None


def test_what_a_version_came_to_stays_with_the_same_address() -> None:
    show = watching()
    show.do(LeaveAgenda(version="v1"), OWNER)
    show.do(WatchAgenda(url=URL, every_min=5, by_itself=True), OWNER)
    assert watched(show) == Watch(url=URL, every_min=5, by_itself=True, version="v1")
    show.do(WatchAgenda(url=URL, timezone="Europe/Lisbon"), OWNER)
    assert watched(show) == Watch(url=URL, timezone="Europe/Lisbon")


def test_a_version_that_is_taken_is_dealt_with() -> None:
    show = watching()
    other = replace(small_agenda(), title="Another name")
    facts = show.do(ReplaceAgenda(agenda=other, version="v1"), CLOCK)
    assert isinstance(facts[0], AgendaReplaced)
    assert facts[1:] == (AgendaSettled(version="v1", rev=2),)
    now = watched(show)
    assert now is not None
    assert (now.version, now.rev) == ("v1", show.state.agenda_rev)
    assert show.do(ReplaceAgenda(agenda=other, version="v1"), CLOCK) == ()
    same = show.do(ReplaceAgenda(agenda=other, version="v2"), CLOCK)
    assert same == (AgendaSettled(version="v2", rev=2),)
    show.do(StartSession(session=TALK))
    assert _rev(show) == show.state.agenda_rev
    show.do(EditSession(session=TALK, title="Words of the crew"), OWNER)
    assert _rev(show) != show.state.agenda_rev


def test_an_agenda_from_elsewhere_is_no_version_of_what_is_watched() -> None:
    show = watching()
    other = replace(small_agenda(), title="Another name")
    assert len(show.do(ReplaceAgenda(agenda=other), OWNER)) == 1
    assert watched(show) == Watch(url=URL)
    alone = Rehearsal.of(small_agenda(), "08:00")
    assert len(alone.do(ReplaceAgenda(agenda=other, version="v1"), OWNER)) == 1
    assert watched(alone) is None


def test_a_version_that_is_left_is_dealt_with_and_the_agenda_stays() -> None:
    show = watching()
    assert show.do(LeaveAgenda(version="v1"), OWNER) == (AgendaSettled(version="v1"),)
    assert watched(show) == Watch(url=URL, version="v1")
    assert show.state.agenda == small_agenda()
    assert show.do(LeaveAgenda(version="v1"), OWNER) == ()
    show.do(WatchAgenda(), OWNER)
    assert show.do(LeaveAgenda(version="v1"), OWNER) == ()


def test_facts_without_a_watch_change_nothing() -> None:
    stamp = Stamp(by=OWNER.id, at=0, seq=1)
    assert evolve(None, AgendaSettled(version="v1", rev=1), stamp) is None
    assert evolve(None, AgendaWatched(), stamp) is None


@pytest.mark.parametrize(
    ("field", "command"),
    [
        *(("url", WatchAgenda(url=url)) for url in ("", "nonsense", "ftp://quay.example/a")),
        *(("url", WatchAgenda(url=url)) for url in ("https:///a", "https://me:pw@quay.example/")),
        *(("url", WatchAgenda(url=url)) for url in ("https://a b/", "https://a/\n", "http://[a/")),
        ("url", WatchAgenda(url="https://quay.example:port/")),
        ("url", WatchAgenda(url="https://quay.example:0/")),
        ("url", WatchAgenda(url="https://quay.example/" + "a" * URL_MOST)),
        ("every_min", WatchAgenda(url=URL, every_min=4)),
        ("every_min", WatchAgenda(url=URL, every_min=1_441)),
        ("timezone", WatchAgenda(url=URL, timezone="CEST")),
        ("columns", WatchAgenda(url=URL, columns=("a=b",) * (COLUMNS_MOST + 1))),
        ("columns", WatchAgenda(url=URL, date="1" * (WORD_MOST + 1))),
        ("version", LeaveAgenda(version="v" * (WORD_MOST + 1))),
    ],
)
def test_what_cannot_be_watched_is_refused(field: str, command: WatchAgenda | LeaveAgenda) -> None:
    show = watching()
    with pytest.raises(Rejected) as refused:
        show.do(command, OWNER)
    assert (refused.value.code, refused.value.field) == ("command.invalid", field)
    assert watched(show) == Watch(url=URL)
