"""`streamhub backup`, `restore`, `export`, `import` and `check`: journals as operators see them."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any, Final, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streamhub.cli.events import print_links
from streamhub.cli.shared import Data, Engine, Url, cli, err, out, run, settings_of
from streamhub.cli.window import FileWindow, carry_out, handed_in, handed_out
from streamhub.hub.errands import Backup, Check, Errand, Export, Import, Restore
from streamhub.journal import JournalError
from streamhub.logs import configure
from streamhub.settings import Settings

Written = Annotated[
    Path, typer.Argument(help="File to write; gzip if it ends in .gz; - is standard output.")
]
Given = Annotated[Path, typer.Argument(help="File that `backup` wrote; - is standard input.")]
Slug = Annotated[str | None, typer.Option(help="One event, by its name in addresses.")]
TABLE_WIDTH: Final = 160
Replace = Annotated[
    bool, typer.Option("--replace", help="Put it in place of what is there, which is then gone.")
]


def _prepared(data: Path | None, journal: str | None, public_url: str | None = None) -> Settings:
    settings = settings_of(data=data, journal=journal, public_url=public_url)
    configure(settings.log, "warning")
    return settings


@cli.command()
def backup(file: Written, data: Data = None, journal: Engine = None) -> None:
    """Write all events and the node's key to one file: keep it as you keep passwords."""
    run(_write(_prepared(data, journal), Backup(), file))


@cli.command()
def export(
    slug: Annotated[str, typer.Argument(help="The event, by its name in addresses.")],
    file: Written,
    data: Data = None,
    journal: Engine = None,
) -> None:
    """Write one event, without the node's key, to put it into another installation."""
    run(_write(_prepared(data, journal), Export(event=slug), file))


async def _write(settings: Settings, errand: Errand, path: Path) -> None:
    began = time.monotonic()
    with handed_out(path) as sink, FileWindow(sink=sink) as window:
        told = await carry_out(settings, errand, window)
    _say(
        f"{told['events']} event(s) with {told['entries']} entries in {path},"
        f" {time.monotonic() - began:.1f} s. SHA-256 {told['sha256'][:16]}…"
    )
    if told.get("key") is False:
        _say("There is no key here yet, so the file holds none.")
    _say_left_out(told.get("left_out", {}))


@cli.command()
def restore(
    file: Given,
    event: Slug = None,
    replace: Replace = False,
    replace_key: Annotated[
        bool, typer.Option("--replace-key", help="Take the file's key in place of the one here.")
    ] = False,
    data: Data = None,
    journal: Engine = None,
) -> None:
    """Put back what a backup holds."""
    errand = Restore(event=event, replace=replace, replace_key=replace_key)
    settings = _prepared(data, journal)
    with handed_in(file) as source:
        run(_restore(settings, errand, source))


async def _restore(settings: Settings, errand: Restore, source: IO[bytes]) -> None:
    with FileWindow(source) as window:
        told = await carry_out(settings, errand, window)
    for event in told["restored"]:
        until = _instant(event["until"])
        _say(f"{event['event']} is back, up to entry {event['last']} of {until} UTC.")
        _show_findings(event["event"], event["findings"])
    if not told["restored"]:
        _say("The file holds no event.")
    if settings.redis is not None and errand.replace_key:
        _say("Restart every node: they hold the key that was here.")
    _say_left_out(told["left_out"])


@cli.command(name="import")
def import_(
    file: Given,
    event: Slug = None,
    replace: Replace = False,
    data: Data = None,
    journal: Engine = None,
    public_url: Url = None,
) -> None:
    """Put an event of another installation here, with new links; the old ones are revoked."""
    settings = _prepared(data, journal, public_url)
    with handed_in(file) as source:
        run(_import(settings, Import(event=event, replace=replace), source))


async def _import(settings: Settings, errand: Import, source: IO[bytes]) -> None:
    with FileWindow(source) as window:
        told = await carry_out(settings, errand, window)
    print_links(told, settings)


@cli.command()
def check(
    event: Slug = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    data: Data = None,
    journal: Engine = None,
) -> None:
    """Examine the journal and say what is wrong with it; the exit status is 1 if anything is."""
    run(_check(_prepared(data, journal), Check(event=event), as_json=as_json))


async def _check(settings: Settings, errand: Check, *, as_json: bool) -> None:
    try:
        with FileWindow() as window:
            told = await carry_out(settings, errand, window)
    except JournalError as error:
        finding = {"wrong": True, "what": str(error), "do": ""}
        told = {"ok": False, "wrong": 1, "findings": [finding], "events": [], "unseen": ""}
    if as_json:
        print(json.dumps(told))
    else:
        _show(told)
    if not told["ok"]:
        raise typer.Exit(1)


def _show(told: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("event", "entries", "size", "snapshot", "cursor", "from", "to (UTC)", "found"):
        side: Literal["right", "left"] = "right" if name in {"entries", "size"} else "left"
        table.add_column(name, justify=side, overflow="fold")
    for event in told["events"]:
        wrong = sum(finding["wrong"] for finding in event["findings"])
        table.add_row(
            escape(event["event"]),
            f"{event['entries']}",
            _size(event["bytes"]),
            "none" if event["snapshot"] is None else f"at {event['snapshot']}",
            event["cursor"],
            _instant(event["since"]),
            _instant(event["until"]),
            f"[bold red]{wrong} wrong[/]" if wrong else "sound",
        )
    if told["events"]:
        console = out if out.is_terminal else Console(width=TABLE_WIDTH)
        console.print(table)
    _show_findings("journal", told["findings"])
    for event in told["events"]:
        _show_findings(event["event"], event["findings"])
    if told["ok"]:
        out.print("Nothing is wrong." if told["events"] else "There is no event here.")
    if told["unseen"]:
        out.print(told["unseen"], style="dim", soft_wrap=True)


def _show_findings(where: str, findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        mark = "[bold red]wrong[/]" if finding["wrong"] else "note"
        out.print(f"{mark}  [bold]{escape(where)}[/]: {escape(finding['what'])}", soft_wrap=True)
        if finding["do"]:
            out.print(f"       {finding['do']}", markup=False, soft_wrap=True)


def _say(words: str) -> None:
    """Say it beside what may be written to standard output."""
    err.print(words, highlight=False, markup=False, soft_wrap=True)


def _say_left_out(left_out: dict[str, str]) -> None:
    for slug, why in left_out.items():
        _say(f"{slug} is not in the file, for it could not be read: {why}")
    if left_out:
        raise typer.Exit(1)


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"  # noqa: PLR2004 - a unit


def _instant(at: int | None) -> str:
    if at is None:
        return "?"
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
