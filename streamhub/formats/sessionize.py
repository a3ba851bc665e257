"""Sessionize's API: `view/All`, and its lists of sessions and grids.

Times are local and the file does not say where. Without service sessions breaks are only gaps.
"""

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Choices, Draft, DraftSession, Person
from streamhub.formats.look import listing, mapping, person, rows, text, truth
from streamhub.formats.source import Source


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    if not source.is_json:
        return False
    found = _sessions(source.json)
    return bool(found) and "startsAt" in found[0]


def _sessions(tree: object) -> list[dict[str, object]]:
    """The sessions of any view: All, Sessions (by group), GridSmart (by day and room)."""
    if isinstance(tree, dict):
        return rows(tree.get("sessions"))
    found: list[dict[str, object]] = []
    for group in rows(tree):
        found += rows(group.get("sessions"))
        for room in rows(group.get("rooms")):
            found += rows(room.get("sessions"))
    return found


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    top = mapping(source.json)
    people = {str(one.get("id")): one for one in rows(top.get("speakers"))}
    rooms = {str(one.get("id")): text(one.get("name")) for one in rows(top.get("rooms"))}
    items = {
        str(item.get("id")): (text(category.get("title")), text(item.get("name")))
        for category in rows(top.get("categories"))
        for item in rows(category.get("items"))
    }
    draft = Draft(rooms=[name for name in rooms.values() if name])
    seen: set[str] = set()
    for number, one in enumerate(_sessions(source.json), 1):
        uid = text(one.get("id"))
        start = text(one.get("startsAt"))
        if f"{uid} {start}" in seen:
            continue  # a plenary session is listed once for each room
        seen.add(f"{uid} {start}")
        chosen = [
            items[str(item)] for item in listing(one.get("categoryItems")) if str(item) in items
        ]
        chosen += [
            (text(category.get("name")), text(item.get("name")))
            for category in rows(one.get("categories"))
            for item in rows(category.get("categoryItems"))
        ]
        draft.sessions.append(
            DraftSession(
                row=Said("session {session}", session=uid or str(number)),
                uid=uid,
                title=text(one.get("title")) or "",
                start=moments.read_instant(start or ""),
                end=moments.read_instant(text(one.get("endsAt")) or ""),
                room=text(one.get("room")) or rooms.get(str(one.get("roomId"))),
                track=_of(chosen, "track"),
                kind=_of(chosen, "format")
                or ("other" if truth(one.get("isServiceSession")) else None),
                language=_of(chosen, "language"),
                abstract=text(one.get("description")),
                url=text(one.get("liveUrl")),
                status=text(one.get("status")),
                people=[
                    made
                    for speaker in listing(one.get("speakers"))
                    if (made := _person(speaker, people))
                ],
            )
        )
    return draft


def _of(chosen: list[tuple[str | None, str | None]], word: str) -> str | None:
    return next((name for title, name in chosen if word in moments.plain(title or "")), None)


def _person(node: object, people: dict[str, dict[str, object]]) -> Person | None:
    key = str(mapping(node).get("id") or node)
    about = people.get(key) or mapping(node)
    return person(
        about.get("fullName") or about.get("name"),
        role=about.get("tagLine"),
        biography=about.get("bio"),
        key=key,
    )
