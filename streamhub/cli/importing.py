"""`streamhub agenda import`: an agenda of any format, shown as it was understood, then taken.

It becomes an event, or the newer version of the agenda that an event has (`--event`).
"""

import asyncio
import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from streamhub.cli.events import agendas, print_links
from streamhub.cli.shared import Data, Engine, Url, err, out, run, settings_of
from streamhub.cli.window import FileWindow, carry_out
from streamhub.core.agenda import Agenda
from streamhub.core.said import Said
from streamhub.formats import limits, own
from streamhub.formats.draft import Ask, Choices, Reading
from streamhub.formats.registry import IMPORTERS
from streamhub.formats.sniff import read_any
from streamhub.formats.source import Source
from streamhub.hub.errands import About, Declined, Init, Replace
from streamhub.logs import configure
from streamhub.settings import Settings

NOTES_MOST: Final = 60
OPTION: Final = {
    "timezone": "--timezone",
    "columns": "--columns",
    "date": "--date",
    "title": "--title",
}
MAIN: Final = ("sessions.json", "event.json")
"""Of a directory, as Open Event has it: the first of these is the agenda."""


@agendas.command("import")
def import_(  # noqa: PLR0913, PLR0917 - a command line has as many options as it takes
    source: Annotated[
        str,
        typer.Argument(help="A file, a directory of files, or an address.", metavar="FILE-or-URL"),
    ],
    title: Annotated[str | None, typer.Option(help="Name of the event, if not the file's.")] = None,
    slug: Annotated[str | None, typer.Option(help="Name in addresses, if not the file's.")] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Where it takes place, as Europe/Lisbon.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="First day, as 2027-05-12, if there are weekdays only.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            help="What a column of a table is: title=Vortrag, start=B.", metavar="FIELD=COLUMN"
        ),
    ] = None,
    event: Annotated[
        str | None, typer.Option(help="Replace the agenda of this event, and make none.")
    ] = None,
    touch_live: Annotated[
        bool, typer.Option("--touch-live", help="With --event: what is on air may change, too.")
    ] = False,
    save: Annotated[Path | None, typer.Option(help="Write it as YAML, and make no event.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it without asking.")] = False,
    data: Data = None,
    journal: Engine = None,
    public_url: Url = None,
) -> None:
    """Read an agenda of any known format, show what was understood, and take it.

    It becomes an event, or with --event the newer version of that event's agenda.
    """
    settings = settings_of(data=data, journal=journal, public_url=public_url)
    configure(settings.log, "warning")
    choices = Choices(
        timezone=timezone, title=title, slug=slug, date=date, columns=_columns(columns or [])
    )
    asks = sys.stdin.isatty() and not yes
    about = None if event is None else asyncio.run(_told(settings, About(event=event)))
    reading = _read(_load(source, settings), choices, about, asks=asks)
    if reading.agenda is None:
        sys.exit(2)
    if save is not None:
        _save(save, reading)
        return
    if event is not None:
        look = Replace(event=event, touch_live=touch_live, only_look=True)
        found = asyncio.run(_told(settings, look, reading))
        show_difference(found)
        if found["same"]:
            print("The event's agenda says all of this already.")
            return
        if found["live"] and not touch_live:
            raise Declined(
                "This changes what is on air, so nothing was changed.\n"
                "Repeat it with --touch-live if that is meant, or wait until it is over."
            )
    question = "Make an event of it?" if event is None else "Replace the agenda by it?"
    if not yes and not (asks and typer.confirm(question, err=True)):
        if not asks:
            raise Declined("Nothing was changed.\nRepeat it with --yes, or with --save FILE.")
        sys.exit(1)
    if event is None:
        run(_make(settings, reading, reading.agenda))
    else:
        asyncio.run(_told(settings, Replace(event=event, touch_live=touch_live), reading))
        out.print(f"Replaced the agenda of [bold]{event}[/].")


async def _told(
    settings: Settings, errand: About | Replace, reading: Reading | None = None
) -> dict[str, Any]:
    agenda = None if reading is None else reading.agenda
    held = b"" if reading is None or agenda is None else own.write_json(agenda, reading.slug)
    with FileWindow(io.BytesIO(held)) as window:
        return await carry_out(settings, errand, window)


def show_difference(found: dict[str, Any]) -> None:
    """Print what an agenda would change, session by session."""
    live = {one["session"] for one in found["live"]}
    lines = [
        *(f"+ {one['title']}" for one in found["added"]),
        *(f"- {one['title']}: cancelled" for one in found["gone"]),
        *(f"+ {one['title']}: no longer cancelled" for one in found["restored"]),
        *(
            f"{'!' if one['session'] in live else '~'} {one['title']}: {', '.join(one['fields'])}"
            + (" (on air)" if one["session"] in live else "")
            for one in found["changes"]
        ),
    ]
    if not lines and not found["same"]:
        lines = ["~ what is said of the event, its rooms or its people"]
    for line in lines[:NOTES_MOST]:
        print("  " + line)
    if len(lines) > NOTES_MOST:
        print(f"  … and {len(lines) - NOTES_MOST} more.")


async def _make(settings: Settings, reading: Reading, agenda: Agenda) -> None:
    held = own.write_json(agenda, reading.slug)
    with FileWindow(io.BytesIO(held)) as window:
        told = await carry_out(settings, Init(name="agenda.json", slug=reading.slug), window)
    where = settings.data if settings.redis is None else settings.redis_prefix
    out.print(f"Created [bold]{told['made']}[/] in {where}.")
    print_links(told, settings)


def _save(path: Path, reading: Reading) -> None:
    if path.exists():
        raise Declined(f"{path} is there already.\nChoose another name.")
    if reading.agenda is not None:
        path.write_bytes(own.write_yaml(reading.agenda, reading.slug))
    out.print(f"Wrote {escape(str(path))}; `streamhub init` makes an event of it.")


def _columns(said: list[str]) -> dict[str, str] | None:
    parts = [one.partition("=") for one in said]
    if wrong := [name for name, mark, column in parts if not mark or not column.strip()]:
        raise Declined(f"--columns {wrong[0]} does not say which.\nWrite --columns title=Vortrag.")
    return {name.strip(): column.strip() for name, _, column in parts} or None


def _load(said: str, settings: Settings) -> Source:
    """Read a file, the files of a directory, or what lies at an address."""
    if "://" in said:
        from streamhub.http.fetch import fetch, is_public, is_public_or_private

        may = is_public_or_private if settings.fetch_private else is_public
        found = asyncio.run(fetch(said, may))
        return Source(found.data, found.name)
    path = Path(said)
    if not path.is_dir():
        limits.within(path.stat().st_size, limits.MAX_BYTES, Said("bytes"))
        return Source(path.read_bytes(), path.name)
    files = [one for one in sorted(path.iterdir()) if one.suffix == ".json" and one.is_file()]
    size = sum(one.stat().st_size for one in files)
    limits.within(size, limits.MAX_BYTES * 2, Said("bytes"))
    held = {one.name: one.read_bytes() for one in files}
    main = next((name for name in MAIN if name in held), None)
    if main is None:
        raise Declined(f"{said} is a directory without sessions.json.\nImport one file of it.")
    return Source(held.pop(main), main, held)


def _read(source: Source, choices: Choices, about: dict[str, Any] | None, *, asks: bool) -> Reading:
    """Read it, and ask what is missing where somebody is there to answer.

    What `about` says of the event that is there already needs no answer.
    """
    while True:
        reading = read_any(source, choices)
        missing = {ask.what for ask in reading.asks if ask.needed}
        if about is not None and missing & {"timezone", "title"}:
            choices = replace(
                choices,
                timezone=choices.timezone or about["timezone"],
                title=choices.title or about["title"],
            )
            about = None
            continue
        _show(reading)
        needed = [ask for ask in reading.asks if ask.needed]
        if not needed or not asks:
            return reading
        choices = _answered(needed[0], choices)


def _answered(ask: Ask, choices: Choices) -> Choices:
    if ask.what == "columns":
        said = dict(choices.columns or {})
        for name in ("title", "start"):
            answer = typer.prompt(f"Which column is the {name}", err=True)
            said[name] = str(answer)
        return replace(choices, columns=said)
    default = ask.options[0] if ask.options else None
    answer = str(typer.prompt(ask.what.capitalize(), default=default, err=True)).strip()
    match ask.what:
        case "timezone":
            return replace(choices, timezone=answer)
        case "date":
            return replace(choices, date=answer)
        case _:
            return replace(choices, title=answer)


def _show(reading: Reading) -> None:
    """Show what was understood: the agenda in short, then what was assumed, and what is missing."""
    label = next((one.label for one in IMPORTERS if one.name == reading.format), reading.format)
    if reading.preview is not None:
        out.print(f"[bold]{escape(reading.preview.title)}[/], read as {escape(label)}:")
        for line in summary(reading.preview):
            print("  " + line)
    for level in ("dropped", "warning", "assumed"):
        notes = [note for note in reading.notes if note.level == level]
        for note in notes[:NOTES_MOST]:
            err.print(f"{level}: {note}", highlight=False, markup=False, soft_wrap=True)
        if len(notes) > NOTES_MOST:
            err.print(f"{level}: … and {len(notes) - NOTES_MOST} more.", highlight=False)
    for ask in reading.asks:
        hint = f" Likely: {', '.join(ask.options[:8])}." if ask.options else ""
        word = "needed" if ask.needed else "please say"
        err.print(
            f"{word}: {OPTION[ask.what]}. {ask.why}{hint}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    for problem in reading.problems:
        err.print(f"problem: {problem}", highlight=False, markup=False, soft_wrap=True)


def summary(agenda: Agenda) -> list[str]:
    """Say an agenda in a few lines: its size, and each day with its first and last session."""
    zone = ZoneInfo(agenda.timezone)
    days: dict[str, list[tuple[datetime, datetime, bool]]] = {}
    for session in agenda.sessions.values():
        start, end = (
            datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)
            for ms in (session.start_at, session.end_at)
        )
        days.setdefault(f"{start:%Y-%m-%d}", []).append((start, end, session.kind.is_pause))
    size = f"{len(agenda.sessions)} sessions in {len(agenda.rooms)} room(s)"
    lines = [f"{size}, {len(agenda.speakers)} speakers, {agenda.timezone}."]
    for day, slots in sorted(days.items()):
        first, last = min(slot[0] for slot in slots), max(slot[1] for slot in slots)
        pauses = sum(slot[2] for slot in slots)
        lines.append(
            f"{day}  {first:%H:%M}-{last:%H:%M}  {len(slots)} sessions, {pauses} of them breaks"
        )
    return lines
