"""What pretalx gives out beside `schedule.json`: lists of its API, its widget's data, site dumps.

Sessions are found by what they have, wherever they lie: a title, with slots or a start. A break
without an end is one that lies by date and minutes after midnight.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Choices, Draft, DraftSession, Person
from streamhub.formats.look import listing, mapping, number, person, rows, text, texts, truth
from streamhub.formats.source import Source

_MINUTES_A_DAY: Final = 24 * 60


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    if not source.is_json:
        return False
    tree = source.json
    top = mapping(tree)
    if "talks" in top and "rooms" in top:
        return True
    candidates = top.get("results", top.get("slots", tree))
    if isinstance(candidates, list):
        first = mapping(candidates[0]) if candidates else {}
        return ("code" in first and ("slot" in first or "slots" in first)) or "submission" in first
    return any(True for _ in _dated(mapping(top.get("schedule"))))


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    top = mapping(source.json)
    reader = _Pretalx(top)
    draft = reader.draft
    if any(True for _ in _dated(mapping(top.get("schedule")))):
        reader.dump(mapping(top.get("schedule")))
        reader.breaks(mapping(top.get("extra")))
        apart = [key for key, node in top.items() if key not in {"schedule", "extra"} and any(
            True for _ in _dated(mapping(node)))]  # fmt: skip
        for key in apart:
            codes = {str(one.get("code")) for one in _submissions(mapping(top.get(key)))}
            draft.note(
                "warning",
                Said(
                    "{n} entry under {key} lies apart and was left out.",
                    "{n} entries under {key} lie apart and were left out.",
                    n=len(codes),
                    key=repr(key),
                ),
            )
        return draft
    found = top.get("results", top.get("talks", top.get("slots", source.json)))
    for one in rows(found):
        reader.entry(one)
    return draft


def _dated(tree: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """The days of a site dump: date, then minutes after midnight."""
    for key, node in tree.items():
        slots = mapping(node)
        if moments.read_date(key) and slots and all(number(at) is not None for at in slots):
            yield key, slots


def _submissions(tree: dict[str, object]) -> Iterator[dict[str, object]]:
    for _, slots in _dated(tree):
        for slot in slots.values():
            for one in [*mapping(slot).values(), *listing(slot)]:
                if "title" in mapping(one):
                    yield mapping(one)


class _Pretalx:
    """Reads one file, with what it says of rooms, tracks and people."""

    def __init__(self, top: dict[str, object]) -> None:
        event = mapping(top.get("event"))
        self.draft = Draft(
            title=text(event.get("name")) or text(top.get("title")),
            slug=text(event.get("slug")),
            timezone=text(top.get("timezone")) or text(event.get("timezone")),
        )
        self.rooms = self.names(top.get("rooms"))
        self.tracks = self.names(top.get("tracks"))
        known = top.get("speakers")
        people = rows(known) or rows(list(mapping(known).values()))
        self.people = {str(one.get("code")): one for one in people}
        self.draft.rooms = list(self.rooms.values())
        self.seen: set[tuple[str, str]] = set()

    def names(self, node: object) -> dict[str, str]:
        return {str(one.get("id")): name for one in rows(node) if (name := text(one.get("name")))}

    def dump(self, tree: dict[str, object]) -> None:
        for one in _submissions(tree):
            self.entry(one)

    def breaks(self, tree: dict[str, object]) -> None:
        """Read what lies by date and minute, as local times."""
        for key, slots in _dated(tree):
            day = moments.read_date(key)
            for at, node in slots.items():
                one, minute = mapping(node), number(at)
                title = text(one.get("title"))
                if (
                    day is None
                    or title is None
                    or minute is None
                    or not 0 <= minute < _MINUTES_A_DAY
                ):
                    continue
                start = datetime.combine(day, time()) + timedelta(minutes=minute)
                uid = text(one.get("id"))
                self.draft.sessions.append(
                    DraftSession(
                        row=Said("extra {extra}", extra=uid or key),
                        uid=uid,
                        title=title,
                        start=start,
                        kind="break",
                    )
                )

    def entry(self, one: dict[str, object]) -> None:
        """Read a submission, a slot with its submission, or a talk of the widget."""
        inner = mapping(one.get("submission"))
        slots = [mapping(one.get("slot")), *rows(one.get("slots"))]
        slots = [slot for slot in slots if slot.get("start")]
        about = inner or one
        for i, slot in enumerate(slots or [one]):
            self.session(about, slot, i)

    def session(self, about: dict[str, object], slot: dict[str, object], i: int) -> None:
        code = text(about.get("code")) or text(about.get("id"))
        start = text(slot.get("start"))
        if code and (code, start or "") in self.seen:
            return
        self.seen.add((code or "", start or ""))
        minutes = number(about.get("duration") or slot.get("duration"))
        title = text(about.get("title")) or text(slot.get("description"))
        self.draft.sessions.append(
            DraftSession(
                row=Said(
                    "submission {submission}", submission=code or f"{len(self.draft.sessions) + 1}"
                ),
                uid=f"{code}-{i + 1}" if code and i else code,
                title=title or "",
                start=moments.read_instant(start or ""),
                end=moments.read_instant(text(slot.get("end")) or ""),
                duration=None
                if minutes is None or slot.get("end")
                else timedelta(minutes=max(0, minutes)),
                room=self.named(slot.get("room"), self.rooms),
                track=self.named(about.get("track"), self.tracks),
                kind=text(about.get("submission_type")) or (None if about.get("code") else "break"),
                language=text(about.get("content_locale")),
                abstract=texts(about.get("abstract"), about.get("description")),
                url=text(mapping(about.get("urls")).get("public")) or text(about.get("url")),
                recorded=not truth(about.get("do_not_record")),
                status=text(about.get("state")),
                people=[
                    made for one in listing(about.get("speakers")) if (made := self.person(one))
                ],
            )
        )

    def named(self, node: object, names: dict[str, str]) -> str | None:
        """Find a name: by number, in the node, or in the several languages of it."""
        if isinstance(node, dict):
            return text(node.get("name")) or (None if "id" in node else text(node))
        said = text(node)
        return names.get(said or "", said)

    def person(self, node: object) -> Person | None:
        one = mapping(node) or self.people.get(str(node), {})
        return person(one.get("name"), biography=one.get("biography"), key=one.get("code"))
