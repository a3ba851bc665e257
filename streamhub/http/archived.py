"""What the archive's page says: a recording with its chapters, and the second of every answer.

What belongs to it is decided in `core/recorded.py`. Its links work without script: `?t=` is the
second at which the recording begins to play.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit

from typing_extensions import TypedDict

from streamhub.core.recorded import Recorded, RecordedChapter, RecordedQuestion
from streamhub.core.views import ViewState

SECONDS_MOST: Final = 10**6
_PLAIN: Final = re.compile(r"\d{1,7}(?:\.\d{1,9})?", re.ASCII)
_CLOCK: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:\.\d{1,9})?", re.ASCII)
_UNITS: Final = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s)?", re.ASCII)

Find = Callable[[str], str | None]


class Choice(TypedDict):
    """A recording that can be chosen."""

    name: str
    href: str
    chosen: bool


class Group(TypedDict):
    """The recordings of a room."""

    name: str
    choices: list[Choice]


class AnswerRow(TypedDict):
    """An answered question; `href` and `stamp` are empty where its second is not known."""

    id: str
    text: str
    name: str
    upvotes: int
    reply: str
    href: str
    stamp: str
    at_s: int


class ChapterRow(TypedDict):
    """A chapter, from `at_s` to `end_s`."""

    session: str
    title: str
    pause: bool
    speakers: str
    href: str
    stamp: str
    at_s: int
    end_s: int
    questions: list[AnswerRow]


class Reel(TypedDict):
    """What plays: `there` opens it at its second, `host` is whose page that is."""

    room: str
    session: str
    url: str
    kind: str
    started_at: int
    at_s: int
    there: str
    host: str


class Archived(TypedDict):
    """All of the archive's page."""

    reel: Reel
    title: str
    groups: list[Group]
    chapters: list[ChapterRow]
    others: list[AnswerRow]
    answered: int


def seconds_of(text: str | None) -> int:
    """Read a second as addresses say it: "754", "12:34", "1:02:03", "1h2m3s"; nonsense is 0."""
    said = (text or "").strip().lower()
    if _PLAIN.fullmatch(said):
        return min(int(float(said)), SECONDS_MOST)
    found = _CLOCK.fullmatch(said) or (_UNITS.fullmatch(said) if said else None)
    if found is None:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return min(hours * 3600 + minutes * 60 + seconds, SECONDS_MOST)


def stamp_of(seconds: int) -> str:
    """Return a second as players show it: "0:07", "12:34", "1:02:03"."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def address_at(url: str, kind: str, seconds: int) -> str:
    """Return the address at which a recording begins to play at a second, where there is one."""
    if not seconds:
        return url
    match kind:
        case "youtube":
            parts = urlsplit(url)
            kept = [
                one for one in parts.query.split("&") if one and not re.match(r"(t|start)=", one)
            ]
            return parts._replace(query="&".join([*kept, f"t={seconds}s"]), fragment="").geturl()
        case "vimeo":
            return f"{url.partition('#')[0]}#t={seconds}s"
        case "file":
            return f"{url.partition('#')[0]}#t={seconds}"
        case _:
            return url


def chosen(found: Sequence[Recorded], find: Find) -> Recorded:
    """Return the recording that an address names by `session` or `room`, else the first."""
    session, room = find("session"), find("room")
    for one in found:
        if session is not None and one.get("session") == session:
            return one
    return next((one for one in found if room is not None and one["room"] == room), found[0])


def archived(found: Sequence[Recorded], view: ViewState, path: str, find: Find) -> Archived:
    """Prepare the archive for reading.

    Args:
        found: the recordings, one at least.
        view: a view of all rooms, for names.
        path: where the page lies, for its links.
        find: what the address says.
    """
    reel = chosen(found, find)
    at_s = seconds_of(find("t"))
    chapters = [_chapter(reel, one, path) for one in reel["chapters"]]
    others = [_answer(reel, one, path) for one in reel["others"]]
    return {
        "reel": {
            "room": reel["room"],
            "session": reel.get("session", ""),
            "url": reel["url"],
            "kind": reel["kind"],
            "started_at": reel["started_at"],
            "at_s": at_s,
            "there": address_at(reel["url"], reel["kind"], at_s),
            "host": (urlsplit(reel["url"]).hostname or "").removeprefix("www."),
        },
        "title": _name(reel, view),
        "groups": _groups(found, reel, view, path) if len(found) > 1 else [],
        "chapters": chapters,
        "others": others,
        "answered": sum(len(one["questions"]) for one in chapters) + len(others),
    }


def moments(found: Sequence[Recorded], path: str) -> dict[str, str]:
    """Return where each session can be watched: in its own recording, else in its room's."""
    places: dict[str, str] = {}
    for one in sorted(found, key=lambda one: "session" not in one):
        for chapter in one["chapters"]:
            places.setdefault(chapter["session"], _href(one, path, chapter["at_s"]))
        if "session" in one:
            places.setdefault(one["session"], _href(one, path, 0))
    return places


def _name(one: Recorded, view: ViewState) -> str:
    if "session" in one:
        return view["sessions"][one["session"]]["title"]
    return view["rooms"][one["room"]]["name"]


def _groups(found: Sequence[Recorded], reel: Recorded, view: ViewState, path: str) -> list[Group]:
    groups: dict[str, Group] = {}
    for one in found:
        group = groups.setdefault(
            one["room"], {"name": view["rooms"][one["room"]]["name"], "choices": []}
        )
        group["choices"].append(
            {
                "name": view["sessions"][one["session"]]["title"] if "session" in one else "",
                "href": _href(one, path, 0),
                "chosen": one is reel,
            }
        )
    return list(groups.values())


def _href(one: Recorded, path: str, seconds: int) -> str:
    named: Mapping[str, object] = (
        {"session": one["session"]} if "session" in one else {"room": one["room"]}
    )
    return f"{path}?{urlencode({**named, **({'t': seconds} if seconds else {})})}"


def _chapter(reel: Recorded, one: RecordedChapter, path: str) -> ChapterRow:
    return {
        "session": one["session"],
        "title": one["title"],
        "pause": one["pause"],
        "speakers": ", ".join(one["speakers"]),
        "href": _href(reel, path, one["at_s"]),
        "stamp": stamp_of(one["at_s"]),
        "at_s": one["at_s"],
        "end_s": one["end_s"],
        "questions": [_answer(reel, question, path) for question in one["questions"]],
    }


def _answer(reel: Recorded, one: RecordedQuestion, path: str) -> AnswerRow:
    at_s = one.get("at_s")
    return {
        "id": one["id"],
        "text": one["text"],
        "name": one.get("name", ""),
        "upvotes": one["upvotes"],
        "reply": one.get("reply", ""),
        "href": "" if at_s is None else _href(reel, path, at_s),
        "stamp": "" if at_s is None else stamp_of(at_s),
        "at_s": at_s or 0,
    }
