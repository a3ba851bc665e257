"""The long text of an agenda, which no view holds: it is served once per agenda revision."""

from typing import cast

from streamhub.core.event import EventState
from streamhub.core.views.frame import without_nothing
from streamhub.core.views.shapes import AgendaTextView


def agenda_text(state: EventState) -> AgendaTextView:
    """Return abstracts, biographies and the summary; it changes with `agenda_rev` only."""
    agenda = state.agenda
    return cast(
        "AgendaTextView",
        without_nothing(
            rev=str(state.agenda_rev),
            summary=agenda.summary,
            sessions={
                name: without_nothing(
                    abstract=agenda.sessions[name].abstract, printed=agenda.sessions[name].printed
                )
                for name in sorted(agenda.sessions)
            },
            speakers={
                name: without_nothing(
                    name=agenda.speakers[name].name,
                    role=agenda.speakers[name].role,
                    affiliations=list(agenda.speakers[name].affiliations),
                    biography=agenda.speakers[name].biography,
                )
                for name in sorted(agenda.speakers)
            },
        ),
    )
