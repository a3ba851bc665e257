"""Another agenda in the place of an event's, as an operator hands it in; and what that changes."""

from collections.abc import Sequence
from typing import Any

from streamhub.core.agenda import Agenda
from streamhub.core.event import EventState, Given, decide
from streamhub.core.ids import SessionId
from streamhub.core.replacing import Difference, ReplaceAgenda, difference
from streamhub.core.rundown import Running
from streamhub.hub.hub import SYSTEM_ACTOR
from streamhub.hub.hubs import Hubs
from streamhub.hub.ledger import Ledger, Nobody
from streamhub.hub.secrets import fresh_id
from streamhub.journal import Forked
from streamhub.protocol.commands import Wish


def difference_of(state: EventState, agenda: Agenda) -> dict[str, Any]:
    """Lay out what an agenda would change, with titles to show; `same`: nothing at all."""
    merged, found = difference(Running(state.agenda, state.rundown), agenda)
    return {**_shown(found, merged), "same": merged == state.agenda}


async def swapped(
    hubs: Hubs, slug: str, command: ReplaceAgenda, *, only_look: bool = False
) -> dict[str, Any]:
    """Put another agenda in the event's place, and tell what that changed.

    Args:
        hubs: open where a node serves; else the journal is written to beside those that do.
        slug: the event.
        command: the agenda.
        only_look: change nothing.

    Raises:
        Rejected: `agenda.invalid`, `agenda.touches_live`.
        JournalError: where it cannot be read or written.
    """
    if hubs.is_open:
        hub = hubs.get(slug)
        found = difference_of(hub.state, command.agenda)
        if not only_look:
            await hub.submit(Wish(fresh_id(), fresh_id(), command), SYSTEM_ACTOR)
        return found
    ledger = await loaded(hubs, slug)
    while True:
        found = difference_of(ledger.state, command.agenda)
        given = Given(at=hubs.clock.now(), fresh=fresh_id())
        decision = decide(ledger.state, command, SYSTEM_ACTOR, given) if not only_look else None
        if decision is None or not decision.facts or await ledger.append([decision]):
            return found


async def loaded(hubs: Hubs, slug: str) -> Ledger:
    """Return the ledger of an event that is not open here."""
    ledger = Ledger(slug, hubs.journal, Nobody())
    while True:
        try:
            await ledger.load()
        except Forked:  # trimmed while it was read
            continue
        return ledger


def _shown(found: Difference, merged: Agenda) -> dict[str, Any]:
    titles = {name: one.title for name, one in merged.sessions.items()}

    def named(names: Sequence[SessionId]) -> list[dict[str, str]]:
        return [{"session": name, "title": titles[name]} for name in names]

    return {
        "added": named(found.added),
        "gone": named(found.gone),
        "restored": named(found.restored),
        "changes": [
            {"session": name, "title": titles[name], "fields": list(fields)}
            for name, fields in found.changes
        ],
        "live": named(found.live),
    }
