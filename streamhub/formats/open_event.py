"""Open Event (FOSSASIA, eventyay): `sessions.json` alone, with the files beside it, or their zip.

Rejected and pending sessions carry times, too; only what is accepted takes place.
"""

from collections.abc import Mapping

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Choices, Draft, DraftSession, Person
from streamhub.formats.look import mapping, person, rows, text, texts
from streamhub.formats.source import Source, parse_json


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    if source.is_zip:
        return any(_plain(name) == "sessions" and name.endswith(".json") for name in source.names)
    if not source.is_json:
        return False
    first = next(iter(rows(source.json)), {})
    return "microlocation" in first or ("start_time" in first and "session_type" in first)


def _plain(name: str) -> str:
    return name.rpartition("/")[2].lower().removesuffix(".json")


def _files(source: Source) -> Mapping[str, object]:
    found = {
        _plain(name): parse_json(data)
        for name, data in source.members.items()
        if name.lower().endswith(".json")
    }
    return found if source.is_zip else {**found, "sessions": source.json}


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    files = _files(source)
    event = mapping(files.get("event"))
    people = {str(one.get("id")): one for one in rows(files.get("speakers"))}
    draft = Draft(
        title=text(event.get("name")) or text(event.get("title")),
        summary=text(event.get("description")),
        timezone=text(event.get("timezone")),
        venue=text(event.get("location_name")) or text(event.get("searchable_location_name")),
        rooms=[
            name for one in rows(files.get("microlocations")) if (name := text(one.get("name")))
        ],
        tracks=[name for one in rows(files.get("tracks")) if (name := text(one.get("name")))],
    )
    if "event" not in files:
        draft.note(
            "warning", Said("The file event.json is not here, which says title and time zone.")
        )
    for one in rows(files["sessions"]):
        kind = mapping(one.get("session_type"))
        start, end = (
            text(one.get(key) or one.get(other))
            for key, other in (("start_time", "starts_at"), ("end_time", "ends_at"))
        )
        uid = text(one.get("id"))
        draft.sessions.append(
            DraftSession(
                row=Said("session {session}", session=uid or f"{len(draft.sessions) + 1}"),
                uid=uid,
                title=text(one.get("title")) or "",
                subtitle=text(one.get("subtitle")),
                start=moments.read_instant(start or ""),
                end=moments.read_instant(end or ""),
                duration=None if end else moments.read_duration(text(kind.get("length")) or ""),
                room=text(mapping(one.get("microlocation")).get("name")),
                track=text(mapping(one.get("track")).get("name")),
                kind=text(kind.get("name")),
                language=text(one.get("language")),
                abstract=texts(one.get("long_abstract") or one.get("short_abstract")),
                url=text(one.get("signup_url")),
                status=text(one.get("state")),
                people=[
                    made
                    for speaker in rows(one.get("speakers"))
                    if (made := _person(speaker, people))
                ],
            )
        )
    return draft


def _person(node: dict[str, object], people: Mapping[str, dict[str, object]]) -> Person | None:
    key = text(node.get("id"))
    about = people.get(key or "", node)
    return person(
        about.get("name") or node.get("name"),
        role=about.get("position"),
        affiliation=about.get("organisation"),
        biography=about.get("long_biography") or about.get("short_biography"),
        key=key,
    )
