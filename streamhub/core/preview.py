"""What a command would do to the rest of the day, before it is sent.

The command is decided and applied to a copy of the state; nothing is kept. Times are exact, as the
producer sees them, and both sides are as of the same instant.
"""

from streamhub.core.agenda import Agenda
from streamhub.core.event import Command, EventState, Given, decide, evolve
from streamhub.core.forecast import Outlook, outlook
from streamhub.core.ids import Ms, SessionId
from streamhub.core.roles import Actor
from streamhub.core.views.shapes import ChangeView, ForeseenView, OffsetView, PreviewView


def preview(state: EventState, command: Command, actor: Actor, given: Given) -> PreviewView:
    """Return what `command` would change, if it came now.

    Raises:
        Rejected: it would be refused.
    """
    now = max(given.at, state.at)
    decision = decide(state, command, actor, given)
    after = evolve(state, decision) if decision.facts else state
    old, new = _ahead(state, now), _ahead(after, now)
    was, will = _foreseen(old), _foreseen(new)
    changes = [
        _change(name, state.agenda, after.agenda, was.get(name), will.get(name))
        for name in _in_order(new, old)
        if was.get(name) != will.get(name)
    ]
    offset_s = {ahead.room: ahead.offset_s for ahead in old}
    offsets: dict[str, OffsetView] = {
        ahead.room: {"old_s": offset_s[ahead.room], "new_s": ahead.offset_s}
        for ahead in new
        if offset_s.get(ahead.room, ahead.offset_s) != ahead.offset_s
    }
    return {"at": now, "changes": changes, "offsets": offsets}


def _ahead(state: EventState, now: Ms) -> list[Outlook]:
    rooms = sorted(state.agenda.rooms.values(), key=lambda room: (room.order, room.id))
    return [outlook(state.agenda, state.rundown, room.id, now) for room in rooms]


def _foreseen(rooms: list[Outlook]) -> dict[SessionId, tuple[str, ForeseenView]]:
    """What is expected of every session, with its room."""
    return {
        name: (
            ahead.room,
            {
                "start_at": times.start_at,
                "end_at": times.end_at,
                "status": ahead.rundown.of(name).status.value,
            },
        )
        for ahead in rooms
        for name, times in ahead.expected.items()
    }


def _in_order(new: list[Outlook], old: list[Outlook]) -> dict[SessionId, None]:
    return dict.fromkeys(name for ahead in (*new, *old) for name in ahead.expected)


def _change(
    name: SessionId,
    before: Agenda,
    after: Agenda,
    was: tuple[str, ForeseenView] | None,
    will: tuple[str, ForeseenView] | None,
) -> ChangeView:
    session = after.sessions.get(name) or before.sessions[name]
    change: ChangeView = {"session": name, "room": session.room, "title": session.title}
    if was is not None:
        change["old"] = was[1]
    if will is not None:
        change["new"] = will[1]
    return change
