"""The rule of the chain where no engine in good health can show it."""

import pytest

from streamhub.journal import Entry, Forked, Head, Lost, Snapshot, check_chain
from streamhub.journal.chain import Span, check_snapshot

ONE, TWO, THREE = Entry(1, b"a", b"", b""), Entry(2, b"b", b"a", b""), Entry(3, b"c", b"b", b"")


def test_check_chain_answers_the_head() -> None:
    assert check_chain(Head(), []) == Head()
    assert check_chain(Head(), [ONE, TWO, THREE]) == Head(3, b"c")
    assert check_chain(ONE.head, [TWO]) == TWO.head


def test_check_chain_on_another_head_is_forked() -> None:
    with pytest.raises(Forked, match="entry 1 is not the one I know"):
        check_chain(Head(1, b"x"), [TWO, THREE])


@pytest.mark.parametrize(
    "entries", [[ONE, THREE], [TWO, THREE], [ONE, TWO._replace(prev=b"x")], [ONE, TWO, TWO]]
)
def test_check_chain_with_a_gap_is_lost(entries: list[Entry]) -> None:
    with pytest.raises(Lost, match="the journal is damaged"):
        check_chain(Head(), entries)


@pytest.mark.parametrize("seq", [1, 5])
def test_check_snapshot_away_from_the_entries_is_lost(seq: int) -> None:
    with pytest.raises(Lost, match=f"snapshot is at entry {seq}, its entries are 3 to 4"):
        check_snapshot("conf", Span(Head(2, b"b"), Head(4, b"d")), Snapshot(Head(seq, b"x"), b""))


def test_check_snapshot_missing_under_trimmed_entries_is_lost() -> None:
    with pytest.raises(Lost, match="cannot be made whole"):
        check_snapshot("conf", Span(Head(2, b"b"), Head(4, b"d")), None)
