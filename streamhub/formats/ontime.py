"""An ontime project: one rundown in one room, in milliseconds after midnight, without a date.

Both forms are read: `rundown` (a list, ontime 2 and 3) and `rundowns` (ontime 4; the first one).
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Ask, Choices, Draft, DraftSession
from streamhub.formats.look import listing, mapping, number, rows, text, truth
from streamhub.formats.source import Source

_PEOPLE: Final = frozenset(
    moments.in_words(
        "presenter presenters speaker speakers artist host moderator ponente orador vortragende "
        "referent"
    )
)
_DAY_MS: Final = 86_400_000
_MOST_DAYS: Final = 60


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    if not source.is_json:
        return False
    top = mapping(source.json)
    return ("rundown" in top or "rundowns" in top) and any(
        "timeStart" in one for one in _entries(top)
    )


def _entries(top: dict[str, object]) -> Iterator[dict[str, object]]:
    """All entries in running order, those of blocks and groups in their place."""
    yield from rows(top.get("rundown"))
    rundown = mapping(next(iter(mapping(top.get("rundowns")).values()), None))
    entries = mapping(rundown.get("entries"))
    for key in listing(rundown.get("flatOrder")) or listing(rundown.get("order")):
        one = mapping(entries.get(str(key)))
        yield one
        if not rundown.get("flatOrder"):
            for inner in listing(one.get("entries")):
                yield mapping(entries.get(str(inner)))


def read(source: Source, choices: Choices) -> Draft:
    """Read it."""
    top = mapping(source.json)
    project = mapping(top.get("project")) or mapping(top.get("event"))
    draft = Draft(title=text(project.get("title")), summary=text(project.get("description")))
    day = moments.read_date(choices.date or "")
    if day is None:
        draft.asks.append(Ask("date", Said("The rundown has times, but no date.")))
    if len(mapping(top.get("rundowns"))) > 1:
        draft.note("warning", Said("The project has several rundowns; only the first was read."))
    last, days = -1, 0
    for i, one in enumerate(_entries(top), 1):
        start, length = number(one.get("timeStart")), number(one.get("duration"))
        if one.get("type") != "event" or start is None or not 0 <= start < _DAY_MS * _MOST_DAYS:
            continue
        offset = number(one.get("dayOffset"))
        if offset is None:
            days += start < last
            last, offset = start, days
        at = None
        if day is not None and 0 <= offset <= _MOST_DAYS:
            at = datetime.combine(day, time()) + timedelta(days=offset, milliseconds=start)
        end = number(one.get("timeEnd"))
        if not length and end is not None:
            length = (end - start) % _DAY_MS
        hidden = truth(one.get("skip")) or one.get("isPublic") is False
        if day is None:
            continue
        draft.sessions.append(
            DraftSession(
                row=Said("event {event}", event=text(one.get("cue")) or str(i)),
                uid=text(one.get("id")),
                title=text(one.get("title")) or "",
                subtitle=text(one.get("subtitle")),
                start=at,
                duration=None
                if length is None or not 0 < length <= _DAY_MS * 2
                else timedelta(milliseconds=length),
                people=list(_people(one)),
                status=("skipped" if truth(one.get("skip")) else "not public") if hidden else None,
            )
        )
    return draft


def _people(one: dict[str, object]) -> list[str]:
    found = [text(one.get("presenter"))]
    for key, node in mapping(one.get("custom")).items():
        said = node if isinstance(node, str) else mapping(node).get("value")
        if moments.plain(key) in _PEOPLE:
            found.append(text(said))
    return [said for said in found if said]
