"""Is a journal whole, and what is wrong with it? Told in words, with what to do.

An `Examiner` is given one event's snapshot and its entries, from wherever they come (a journal, an
archive), one after another: it keeps a state and no entries. Nothing is written here.
"""

from dataclasses import dataclass, field, fields
from typing import Any, Final

from streamhub.core.event import Decision, EventState, begin, evolve
from streamhub.core.ids import Ms
from streamhub.journal import Entry, Head, Snapshot
from streamhub.protocol.entries import SCHEMA, Read, Unreadable, read_entry, read_snapshot

RESTORE: Final = "Restore a backup with `streamhub restore --replace`."
KEEP: Final = "Keep a copy of what is there, then restore a backup."
NEWER: Final = "Run the newer streamhub here."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. What is not `wrong` is a note."""

    what: str
    do: str = ""
    wrong: bool = True
    is_served: bool = False
    """Whether a node serves the event all the same, so that putting it back makes nothing worse."""

    def told(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"wrong": self.wrong, "what": self.what, "do": self.do}


@dataclass(slots=True)
class Examiner:
    """Looks at one event: `take` each entry, then `finish`.

    `state` is what they come to, None where that could not be told.
    """

    slug: str
    snapshot: Snapshot | None
    state: EventState | None = None
    findings: list[Finding] = field(default_factory=list)
    passed_over: set[str] = field(default_factory=set)
    first: int | None = None
    head: Head = field(default_factory=Head)
    entries: int = 0
    decisions: int = 0
    size: int = 0
    since: Ms | None = None
    until: Ms | None = None
    compared: bool = False
    """Whether the snapshot was found to be what the entries before it make."""
    _kept: EventState | None = None
    _replays: bool = False

    def __post_init__(self) -> None:
        """Read the snapshot."""
        if self.snapshot is None:
            return
        try:
            self._kept, is_newer = read_snapshot(self.snapshot.body)
        except Exception as error:  # noqa: BLE001 - whatever a damaged body brings about
            self._find(f"The snapshot cannot be read: {_first(error)}.", KEEP)
            return
        if is_newer:
            self.passed_over.add("a newer snapshot")
        if self._kept.slug != self.slug:
            self._find(f"The snapshot is of another event, {self._kept.slug!r}.", RESTORE)

    @property
    def is_wrong(self) -> bool:
        """Whether anything is."""
        return any(finding.wrong for finding in self.findings)

    def _find(self, what: str, do: str = "", *, wrong: bool = True) -> None:
        self.findings.append(Finding(what, do, wrong))

    def take(self, entry: Entry) -> None:
        """Look at the next entry."""
        self._place(entry)
        self.head = entry.head
        self.entries += 1
        self.size += len(entry.body)
        try:
            read = read_entry(entry.body)
        except Exception as error:  # noqa: BLE001 - as above
            self._find(f"Entry {entry.seq} cannot be read: {_first(error)}.", KEEP)
            self._replays, self.state = False, None
        else:
            self._take(entry.seq, read)
        if self.snapshot is not None and entry.seq == self.snapshot.head.seq:
            self._arrive(entry, self.snapshot)

    def _place(self, entry: Entry) -> None:
        """Look where it stands."""
        if self.first is not None:
            if entry.base != self.head:
                self._find(
                    f"Entry {entry.seq} does not stand on entry {self.head.seq}: something between"
                    " them is missing, or was changed.",
                    KEEP,
                )
                self._replays, self.state = False, None
            return
        self.first = entry.seq
        snapshot = self.snapshot
        if snapshot is None:
            self._replays = entry.seq == 1
            if not self._replays:
                self._find(
                    f"There is no snapshot, and the first entry on file is {entry.seq}: what was"
                    " before it is gone.",
                    RESTORE,
                )
        elif entry.base.seq > snapshot.head.seq:
            self._find(
                f"The snapshot is at entry {snapshot.head.seq}, and the first entry on file is"
                f" {entry.seq}: what was between them is gone.",
                RESTORE,
            )
        elif entry.base.seq == snapshot.head.seq:
            if entry.base != snapshot.head:
                self._contradict(snapshot)
            self._go_on_from_snapshot()
        else:
            self._replays = entry.seq == 1

    def _take(self, seq: int, read: Read) -> None:
        self.passed_over |= read.passed_over
        for decision in read.decisions:
            self.decisions += 1
            self.since = decision.at if self.since is None else min(self.since, decision.at)
            self.until = decision.at if self.until is None else max(self.until, decision.at)
        if not self._replays:
            return
        try:
            for decision in read.decisions:
                self.state = _after(self.state, decision)
        except Exception as error:  # noqa: BLE001 - whatever a damaged journal brings about
            wrong = not self.passed_over
            self._find(
                f"Entry {seq} does not fit what was before it ({type(error).__name__}).",
                KEEP if wrong else NEWER,
                wrong=wrong,
            )
            self._replays, self.state = False, None
        if self.state is not None and self.state.slug != self.slug:
            self._find(f"The entries are of another event, {self.state.slug!r}.", RESTORE)
            self._replays, self.state = False, None

    def _arrive(self, entry: Entry, snapshot: Snapshot) -> None:
        """The entry is the last that the snapshot holds."""
        if entry.head != snapshot.head:
            self._contradict(snapshot)
        elif self.state is not None and self._kept is not None:
            self._compare(self.state, self._kept, snapshot)
        self._go_on_from_snapshot()

    def _go_on_from_snapshot(self) -> None:
        self.state = self._kept
        self._replays = self._kept is not None

    def _contradict(self, snapshot: Snapshot) -> None:
        self._find(
            f"The snapshot at entry {snapshot.head.seq} is not of this history.",
            KEEP,
        )

    def _compare(self, replayed: EventState, kept: EventState, snapshot: Snapshot) -> None:
        if self.passed_over or not snapshot.body.startswith(b'{"schema":%d,' % SCHEMA):
            return  # an older or newer version may rightly have come to something else
        differing = [
            one.name
            for one in fields(EventState)
            if getattr(replayed, one.name) != getattr(kept, one.name)
        ]
        self.compared = not differing
        if differing:
            found = Finding(
                f"The snapshot at entry {snapshot.head.seq} contradicts the entries before it in:"
                f" {', '.join(differing)}. What people see comes from the snapshot.",
                "Find out who changed it. If the snapshot is wrong, restore a backup.",
                is_served=True,
            )
            self.findings.append(found)

    def finish(self) -> None:
        """There are no more entries."""
        if self.first is None:
            self._find("It has no entries.", RESTORE)
        elif self.snapshot is not None and self.head.seq < self.snapshot.head.seq:
            self._find(
                f"The snapshot is at entry {self.snapshot.head.seq}, but the entries end with"
                f" {self.head.seq}: the end is lost.",
                RESTORE,
            )
        if self.passed_over:
            self._find(
                f"A newer streamhub wrote here what this one passes over:"
                f" {', '.join(sorted(self.passed_over))}.",
                NEWER,
                wrong=False,
            )

    def told(self) -> dict[str, Any]:
        """Return what was seen, as JSON."""
        state, snapshot = self.state, self.snapshot
        return {
            "event": self.slug,
            "title": None if state is None else state.agenda.title,
            "first": self.first,
            "last": self.head.seq or None,
            "cursor": f"{self.head.seq}.{self.head.tag.hex()}",
            "entries": self.entries,
            "decisions": self.decisions,
            "bytes": self.size + (len(snapshot.body) if snapshot else 0),
            "snapshot": None if snapshot is None else snapshot.head.seq,
            "compared": self.compared,
            "since": self.since,
            "until": self.until,
            "questions": None if state is None else len(state.questions.all),
            "displays": None if state is None else len(state.displays),
            "links": None
            if state is None
            else sum(not link.revoked for link in state.links.values()),
            "findings": [finding.told() for finding in self.findings],
        }


def _after(state: EventState | None, decision: Decision) -> EventState:
    return begin(decision) if state is None else evolve(state, decision)


def _first(error: Exception) -> str:
    """Say an error in one line: further ones quote what people wrote."""
    if not isinstance(error, Unreadable):
        return type(error).__name__
    return str(error).splitlines()[0].rstrip(":.")
