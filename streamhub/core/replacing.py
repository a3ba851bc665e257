"""Another version of an event's agenda in the place of the one that it has.

Sessions are found again: by the uid of their source, else by their id, else by start, room and
title, else by likeness of title. Those keep their ids, and so what became of them, their
questions and votes. What is over keeps its time and room; what the new version lacks is cancelled
and never removed, whatever was asked in it; rooms stay. What is on air changes only where that is
asked for.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from typing import Final, Literal

from streamhub.core.agenda import Agenda, Room, Session, check, in_order
from streamhub.core.errors import Rejected
from streamhub.core.ids import MAX_ID, RoomId, SessionId, SpeakerId
from streamhub.core.rundown import Progress, Rundown, Running, Status
from streamhub.core.table import Map
from streamhub.core.values import changed

ALIKE: Final = 0.8
"""How like two titles are that are taken for one session's; 1 is the same."""
PAIRS_MOST: Final = 40_000
"""How many pairs of titles are compared letter by letter; beyond it only equal ones are found."""

_NUMBERED: Final = re.compile(r"s\d+")
_NOT_COMPARED: Final = frozenset({"id", "printed", "inserted", "gone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceAgenda:
    """Put another version of the agenda in the place of the present one.

    `touch_live`: what is on air may change, too. `version`: which of the watched address it is.
    """

    agenda: Agenda
    touch_live: bool = False
    version: str | None = None
    type: Literal["agenda.replace"] = "agenda.replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaReplaced:
    """There is another version of the agenda, which is all of it.

    `cancelled` are the sessions that it has no longer, `restored` those that it has again.
    """

    agenda: Agenda
    cancelled: tuple[SessionId, ...] = ()
    restored: tuple[SessionId, ...] = ()
    type: Literal["agenda.replaced"] = "agenda.replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What another version of the agenda would change.

    `changes` names the fields of each session that would be others; `live` are those among them
    that are on air, and `gone` what would be cancelled.
    """

    added: tuple[SessionId, ...] = ()
    gone: tuple[SessionId, ...] = ()
    restored: tuple[SessionId, ...] = ()
    changes: tuple[tuple[SessionId, tuple[str, ...]], ...] = ()
    live: tuple[SessionId, ...] = ()


def difference(running: Running, new: Agenda) -> tuple[Agenda, Difference]:
    """Merge `new` into what there is, and tell what that changes."""
    return _Merge(running, new).merged()


def decide(running: Running, command: ReplaceAgenda) -> list[AgendaReplaced]:
    """Return the fact that replaces the agenda; none where nothing would change.

    Raises:
        Rejected: `agenda.invalid`, or `agenda.touches_live` where what is on air would change.
    """
    if flaws := check(command.agenda):
        more = f" There are {len(flaws) - 1} more." if len(flaws) > 1 else ""
        raise Rejected(
            "agenda.invalid",
            f"{flaws[0].where}: {flaws[0].message}{more}",
            flaws[0].hint,
            field="agenda",
        )
    agenda, found = difference(running, command.agenda)
    if found.live and not command.touch_live:
        titles = ", ".join(repr(running.agenda.sessions[name].title) for name in found.live)
        raise Rejected(
            "agenda.touches_live",
            f"This changes what is on air: {titles[:200]}.",
            "Say `touch_live` if that is meant, or wait until it is over.",
            field="touch_live",
        )
    if agenda == running.agenda:
        return []
    return [AgendaReplaced(agenda=agenda, cancelled=found.gone, restored=found.restored)]


def evolve(running: Running, fact: AgendaReplaced) -> Running:
    """Return plan and rundown after `fact`; what was before cannot be taken back one by one."""
    rundown = running.rundown
    progress = rundown.progress
    for name in fact.cancelled:
        progress = progress.set(name, changed(rundown.of(name), status=Status.CANCELLED))
    for name in fact.restored:
        progress = progress.delete(name)
    clocks = rundown.clocks
    for room, clock in rundown.clocks.items():
        if clock.undo:
            clocks = clocks.set(room, changed(clock, undo=()))
    return Running(fact.agenda, changed(rundown, progress=progress, clocks=clocks))


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


class _Merge:
    """Merges one agenda into another."""

    def __init__(self, running: Running, new: Agenda) -> None:
        self.old = running.agenda
        self.rundown: Rundown = running.rundown
        self.new = new
        self.pairs: dict[SessionId, SessionId] = {}
        self.free = dict.fromkeys(sorted(self.old.sessions))

    def merged(self) -> tuple[Agenda, Difference]:
        rooms = self.same_rooms()
        self.pair(rooms)
        rooms |= self.renamed_rooms(rooms)
        rooms = self.all_rooms(rooms)
        people = self.same_people()
        taken = {*self.old.sessions, *self.pairs.values()}
        sessions: dict[SessionId, Session] = {}
        added: list[SessionId] = []
        for name in sorted(self.new.sessions):
            session = self.new.sessions[name]
            moved = changed(
                session,
                id=self.pairs.get(name) or _fresh(name, taken),
                room=rooms[session.room],
                speakers=tuple(people[speaker] for speaker in session.speakers),
            )
            if name in self.pairs:
                moved = self.kept(self.old.sessions[moved.id], moved)
            else:
                taken.add(moved.id)
                added.append(moved.id)
            sessions[moved.id] = moved
        gone, restored = self.gone(sessions)
        agenda = self.agenda(rooms, people, sessions)
        changes = self.changes(agenda)
        return agenda, Difference(
            added=tuple(added),
            gone=tuple(gone),
            restored=tuple(restored),
            changes=tuple(changes),
            live=tuple(name for name, _ in changes if self.rundown.of(name).status.on_air),
        )

    # Finding again.

    def same_rooms(self) -> dict[RoomId, RoomId]:
        """Find rooms by id, else by name."""
        by_name = {_folded(room.name): room.id for room in self.old.rooms.values()}
        found = {name: name for name in self.new.rooms if name in self.old.rooms}
        for name in sorted(set(self.new.rooms) - set(found)):
            other = by_name.get(_folded(self.new.rooms[name].name))
            if other is not None and other not in found.values():
                found[name] = other
        return found

    def renamed_rooms(self, known: Mapping[RoomId, RoomId]) -> dict[RoomId, RoomId]:
        """Find rooms that have another name now: most of their sessions were together before."""
        found: dict[RoomId, RoomId] = {}
        for name in sorted(set(self.new.rooms) - set(known)):
            were = Counter(
                self.old.sessions[old].room
                for new, old in sorted(self.pairs.items())
                if self.new.sessions[new].room == name
            )
            for old, _ in were.most_common(1):
                if old not in {*known.values(), *found.values()}:
                    found[name] = old
        return found

    def all_rooms(self, known: Mapping[RoomId, RoomId]) -> dict[RoomId, RoomId]:
        taken = set(self.old.rooms)
        found = dict(known)
        for name in sorted(set(self.new.rooms) - set(known)):
            found[name] = RoomId(_fresh(name, taken))
            taken.add(found[name])
        return found

    def pair(self, rooms: Mapping[RoomId, RoomId]) -> None:
        """Find each session of the new version in the old one, the surest first."""
        uids = {one.uid: one.id for one in self.old.sessions.values() if one.uid is not None}
        self.take((one.id, uids[one.uid]) for one in self.waiting() if one.uid in uids)
        titles = {name: _folded(one.title) for name, one in self.old.sessions.items()}
        places = {
            (one.start_at, one.room, titles[one.id]): one.id for one in self.old.sessions.values()
        }
        self.take(
            (one.id, one.id)
            for one in self.waiting()
            if one.id in self.old.sessions and self.is_same(one, self.old.sessions[one.id])
        )
        spots = (
            (one.id, places.get((one.start_at, rooms[one.room], _folded(one.title))))
            for one in self.waiting()
            if one.room in rooms
        )
        self.take((new, old) for new, old in spots if old is not None)
        self.take(self.alike(titles))

    def is_same(self, new: Session, old: Session) -> bool:
        """Tell whether an id that both have means one session; `s3` alone counts rows only."""
        if _NUMBERED.fullmatch(new.id) is None:
            return True
        return (new.start_at, new.room) == (old.start_at, old.room) or _folded(
            new.title
        ) == _folded(old.title)

    def waiting(self) -> list[Session]:
        return [
            self.new.sessions[name] for name in sorted(self.new.sessions) if name not in self.pairs
        ]

    def take(self, pairs: Iterable[tuple[SessionId, SessionId]]) -> None:
        for new, old in list(pairs):
            if old in self.free and new not in self.pairs:
                self.pairs[new] = old
                del self.free[old]

    def alike(self, titles: Mapping[SessionId, str]) -> Iterator[tuple[SessionId, SessionId]]:
        """Pair by likeness of title, the likest first; of equal ones, what starts nearest."""
        waiting = self.waiting()
        few = len(waiting) * len(self.free) <= PAIRS_MOST
        found: list[tuple[float, int, SessionId, SessionId]] = []
        for one in waiting:
            title = _folded(one.title)
            matcher = difflib.SequenceMatcher(b=title, autojunk=False)
            for old in self.free:
                ratio = 1.0 if titles[old] == title else 0.0
                if few and not ratio:
                    matcher.set_seq1(titles[old])
                    if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                        ratio = matcher.ratio()
                if ratio >= ALIKE:
                    apart = abs(self.old.sessions[old].start_at - one.start_at)
                    found.append((-ratio, apart, one.id, old))
        return ((new, old) for _, _, new, old in sorted(found))

    def same_people(self) -> dict[SpeakerId, SpeakerId]:
        """Find people by name, else by id; nobody new gets the id of somebody else."""
        by_name = {_folded(one.name): one.id for one in self.old.speakers.values()}
        found: dict[SpeakerId, SpeakerId] = {}
        for name in sorted(self.new.speakers):
            other = by_name.get(_folded(self.new.speakers[name].name), name)
            taken = set(found.values())
            found[name] = other if other not in taken else SpeakerId(_fresh(name, taken))
        return found

    # Keeping.

    def kept(self, old: Session, new: Session) -> Session:
        """Return a session as it is from now on: what is over, or on air, keeps its place."""
        status = self.rundown.of(old.id).status
        if status.on_air:
            return changed(new, room=old.room)
        if status is Status.ENDED:
            return changed(
                new,
                room=old.room,
                start_at=old.start_at,
                duration_s=old.duration_s,
                fixed_end=old.fixed_end,
                min_duration_s=old.min_duration_s,
            )
        return new

    def gone(self, sessions: dict[SessionId, Session]) -> tuple[list[SessionId], list[SessionId]]:
        """Keep what the new version lacks; tell what that cancels, and what is there again."""
        cancelled: list[SessionId] = []
        restored: list[SessionId] = []
        for name in sorted(self.old.sessions):
            old = self.old.sessions[name]
            progress: Progress = self.rundown.of(name)
            if name in sessions:
                if old.gone and progress.status is Status.CANCELLED:
                    restored.append(name)
            elif old.inserted or progress.runs or progress.status is Status.CANCELLED:
                sessions[name] = old
            else:
                sessions[name] = changed(old, gone=True)
                if not old.gone:
                    cancelled.append(name)
        return cancelled, restored

    def agenda(
        self,
        rooms: Mapping[RoomId, RoomId],
        people: Mapping[SpeakerId, SpeakerId],
        sessions: Mapping[SessionId, Session],
    ) -> Agenda:
        """Put it all together; what the new version does not say of the event stays."""
        old, new = self.old, self.new
        table = Map(sessions)
        named = {speaker for one in sessions.values() for speaker in one.speakers}
        used = {one.track for one in sessions.values()}
        tracks = {name: one for name, one in old.tracks.items() if name in used}
        speakers = {name: one for name, one in old.speakers.items() if name in named}
        speakers |= {
            people[name]: changed(one, id=people[name]) for name, one in new.speakers.items()
        }
        return changed(
            new,
            tagline=new.tagline or old.tagline,
            summary=new.summary or old.summary,
            venue=new.venue or old.venue,
            zones=new.zones or old.zones,
            accent=new.accent or old.accent,
            rooms=Map(self.rooms_of(rooms)),
            tracks=Map({**tracks, **new.tracks}),
            speakers=Map(speakers),
            sessions=table,
            order=in_order(table),
        )

    def rooms_of(self, rooms: Mapping[RoomId, RoomId]) -> dict[RoomId, Room]:
        found: dict[RoomId, Room] = {}
        for name in sorted(self.new.rooms):
            room = self.new.rooms[name]
            was = self.old.rooms.get(rooms[name], room)
            found[rooms[name]] = changed(
                room,
                id=rooms[name],
                place=room.place or was.place,
                stream=room.stream or was.stream,
                timezone=room.timezone or was.timezone,
            )
        after = max((room.order for room in found.values()), default=0) + 1
        left = sorted(set(self.old.rooms) - set(found))
        for i, old in enumerate(left):
            found[old] = changed(self.old.rooms[old], order=after + i)
        return found

    def changes(self, agenda: Agenda) -> list[tuple[SessionId, tuple[str, ...]]]:
        """Tell which fields of which sessions would be others; people count by what is shown."""
        found = []
        for name in sorted(self.old.sessions):
            was, will = self.old.sessions[name], agenda.sessions[name]
            names = [
                one.name
                for one in fields(Session)
                if one.name not in _NOT_COMPARED
                and getattr(was, one.name) != getattr(will, one.name)
            ]
            before = [self.old.speakers[one] for one in was.speakers]
            after = [agenda.speakers[one] for one in will.speakers]
            if before != after and "speakers" not in names:
                names.append("speakers")
            if names:
                found.append((name, tuple(names)))
        return found


def _fresh(name: str, taken: AbstractSet[str]) -> SessionId:
    """Return a name that is not taken."""
    made, number = name, 2
    while made in taken:
        tail = f"-{number}"
        made, number = name[: MAX_ID - len(tail)].rstrip("-") + tail, number + 1
    return SessionId(made)
