"""The rule of the chain, pure: is this position on that journal, and what comes after it?

Here belongs what every engine must decide alike. No storage and no I/O: an engine brings what it
has on file and asks. `append`, `tail` and `save_snapshot` all begin with the one question that
`check_since` answers, so the engines cannot differ in it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from streamhub.journal.base import Entry, Forked, Head, Lost, Snapshot


class Span(NamedTuple):
    """What of an event's journal is on file: the entries after `base` up to and with `head`."""

    base: Head
    """The predecessor of the oldest entry kept, known by that entry's `prev`."""
    head: Head


def check_first(entry: Entry) -> None:
    """Raise `ValueError` unless `entry` can begin a journal."""
    if entry.seq != 1 or entry.prev or not entry.tag:
        raise ValueError(f"a first entry has seq 1, a tag and no prev: {entry[:3]}")


def check_next(entry: Entry) -> None:
    """Raise `ValueError` unless `entry` can stand on another: entry 1 is made by `create`."""
    if entry.seq <= 1 or not entry.tag:
        raise ValueError(f"an appended entry has a seq above 1 and a tag: {entry[:3]}")


def check_read(after: int, limit: int) -> None:
    """Raise `ValueError` unless there can be entries after `after`, and one may be answered."""
    if after < 0 or limit < 1:
        raise ValueError(f"read from 0 on, at least one entry: after={after}, limit={limit}")


def check_chain(head: Head, entries: Sequence[Entry]) -> Head:
    """Answer the position after `entries`, which must continue `head` without a gap.

    Raises `Forked` where the first names another predecessor than `head`, and `Lost` where a
    number is missing or a later one does not stand on the one before it: then it is not the
    caller's head but the journal that is damaged.
    """
    for place, entry in enumerate(entries):
        if entry.base != head:
            if place == 0 and entry.seq == head.seq + 1:
                raise Forked(
                    f"entry {head.seq} is not the one I know (another history was written):"
                    " reload from the snapshot"
                )
            raise Lost(
                f"entry {head.seq} is followed by an entry {entry.seq} that does not stand on it:"
                " the journal is damaged; restore it from a backup"
            )
        head = entry.head
    return head


def absent(event: str) -> Lost:
    """Make the error for an event that is not on file at all."""
    return Lost(f"event {event!r} is not on this journal: create it, or restore a backup")


def check_reach(event: str, span: Span, seq: int) -> None:
    """Raise `Forked` or `Lost` unless everything after entry `seq` is on file."""
    if seq > span.head.seq:
        lost = Lost(
            f"the journal of event {event!r} ends with entry {span.head.seq}, but entry {seq} was"
            " seen: restore a backup that has it, or accept the loss and resync every client"
        )
        lost.end = span.head.seq
        raise lost
    if seq < span.base.seq:
        raise Forked(
            f"what follows entry {seq} of event {event!r} was trimmed up to entry {span.base.seq}:"
            " reload from the snapshot"
        )


def check_since(event: str, span: Span, head: Head, onward: Sequence[Entry]) -> None:
    """Raise `Forked` unless `head` is on the journal.

    `span` has passed `check_reach` for `head.seq`; `onward` are entries after `head.seq`, at least
    one of them if there is any. The predecessor itself need not be on file: the entry after it
    names its tag, so a repeated append is recognised even when all before it was trimmed.
    """
    if onward:
        check_chain(head, onward)
    elif span.head != head:
        raise Forked(
            f"entry {head.seq} of event {event!r} is not the one I know (another history was"
            " written): reload from the snapshot"
        )


def last_superfluous(span: Span, snapshot: int, keep: int) -> int:
    """Answer the number of the last entry that may be trimmed; it may be trimmed already.

    The last entry always stays: it is what an append is checked against.
    """
    return min(snapshot, span.head.seq - max(keep, 1))


def check_snapshot(event: str, span: Span, snapshot: Snapshot | None) -> None:
    """Raise `Lost` unless the snapshot and the entries on file make a whole state together."""
    start = snapshot.head.seq if snapshot else 0
    if not span.base.seq <= start <= span.head.seq:
        raise Lost(
            f"the state of event {event!r} cannot be made whole: its snapshot is at entry {start},"
            f" its entries are {span.base.seq + 1} to {span.head.seq}; restore a backup"
        )


def check_whole(event: str, snapshot: Snapshot | None, entries: Sequence[Entry]) -> bytes:
    """Check what is to be restored; answer the tag of entry 1, or what stands for one unknown.

    Raises `ValueError` where there is no entry, `Lost` where they make no whole journal.
    """
    if not entries:
        raise ValueError(f"event {event!r} cannot be restored without any entry")
    head = check_chain(entries[0].base, entries)
    check_snapshot(event, Span(entries[0].base, head), snapshot)
    return entries[0].tag if entries[0].seq == 1 else UNKNOWN


UNKNOWN = b"\0"
"""Stands for the tag of an entry 1 that was trimmed before the journal was restored."""
