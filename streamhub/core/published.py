"""`Published`: an event as files and calendars tell it, the plan and what came of it in one value.

It holds only what anyone may see, as the views do. Writers in `formats` read nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass

from streamhub.core.agenda import Agenda, Room, Session, Speaker, Track
from streamhub.core.editions import Editions
from streamhub.core.event import EventState
from streamhub.core.ids import Ms, RoomId
from streamhub.core.rundown import Run, Status
from streamhub.core.values import changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One session: as planned, with the times that hold now (`editions.py`), and what became of it.

    `sequence` counts the changes of what is told here, `changed_at` is when the last one came.
    """

    plan: Session
    room: Room
    track: Track | None
    speakers: tuple[Speaker, ...]
    start_at: Ms
    end_at: Ms
    status: Status
    runs: tuple[Run, ...]
    sequence: int
    changed_at: Ms

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return self.status is Status.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An event now. `url` is its public page; `items` are in order of time, then of rooms.

    `editions` says when the event was made, when anything here last changed, and how often.
    """

    slug: str
    url: str
    agenda: Agenda
    items: tuple[Item, ...]
    editions: Editions

    def only(self, keep: Callable[[Item], bool]) -> "Published":
        """The same with some of the items."""
        return changed(self, items=tuple(filter(keep, self.items)))

    def rooms(self) -> list[Room]:
        """All rooms, in order."""
        return sorted(self.agenda.rooms.values(), key=lambda room: (room.order, room.id))


def published(state: EventState, url: str) -> Published:
    """Return what is published of an event whose public page is `url`."""
    agenda = state.agenda
    items = []
    for name, plan in agenda.sessions.items():
        edition, progress = state.editions.of(agenda, name), state.rundown.of(name)
        items.append(
            Item(
                plan=plan,
                room=agenda.rooms[plan.room],
                track=None if plan.track is None else agenda.tracks[plan.track],
                speakers=tuple(agenda.speakers[speaker] for speaker in plan.speakers),
                start_at=edition.start_at,
                end_at=edition.end_at,
                status=progress.status,
                runs=progress.runs,
                sequence=edition.number,
                changed_at=edition.at,
            )
        )
    place: dict[RoomId, int] = {room.id: room.order for room in agenda.rooms.values()}
    items.sort(key=lambda one: (one.start_at, place[one.plan.room], one.plan.room, one.plan.id))
    return Published(
        slug=state.slug, url=url, agenda=agenda, items=tuple(items), editions=state.editions
    )
