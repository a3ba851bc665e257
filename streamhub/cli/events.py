"""`streamhub init`, `streamhub links` and `streamhub agenda`: events and what they are made of."""

import io
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from streamhub.cli.shared import Data, Engine, Url, cli, err, out, run, settings_of
from streamhub.cli.window import FileWindow, carry_out
from streamhub.formats.problems import AgendaFile
from streamhub.hub.errands import Init, Links
from streamhub.hub.operate import read_agenda
from streamhub.logs import configure
from streamhub.settings import Settings

agendas = typer.Typer(no_args_is_help=True, help="Look at agenda files.")
cli.add_typer(agendas, name="agenda")


def _read(path: Path) -> AgendaFile:
    return read_agenda(path.name, path.read_bytes())


@cli.command()
def init(
    agenda: Annotated[Path, typer.Argument(help="The agenda file.", exists=True, dir_okay=False)],
    data: Data = None,
    journal: Engine = None,
    slug: Annotated[str | None, typer.Option(help="Name in addresses, if not the file's.")] = None,
    public_url: Url = None,
) -> None:
    """Create an event from an agenda file and print the links of all events."""
    _read(agenda)  # what is wrong with it is told before anything is opened
    settings = settings_of(data=data, journal=journal, public_url=public_url)
    configure(settings.log, "warning")
    run(_init(settings, Init(name=agenda.name, slug=slug), agenda.read_bytes()))


async def _init(settings: Settings, errand: Init, held: bytes) -> None:
    with FileWindow(io.BytesIO(held)) as window:
        told = await carry_out(settings, errand, window)
    for note in told["notes"]:
        err.print(f"note: {note}", highlight=False, markup=False)
    where = settings.data if settings.redis is None else settings.redis_prefix
    out.print(f"Created [bold]{told['made']}[/] in {where}.")
    print_links(told, settings)


@cli.command()
def links(data: Data = None, journal: Engine = None, public_url: Url = None) -> None:
    """Print the role links of every event."""
    settings = settings_of(data=data, journal=journal, public_url=public_url)
    configure(settings.log, "warning")
    run(_links(settings))


async def _links(settings: Settings) -> None:
    with FileWindow() as window:
        told = await carry_out(settings, Links(), window)
    print_links(told, settings)


def print_links(told: dict[str, Any], settings: Settings) -> None:
    """Print the links of events, under the address that was given, or the node's own."""
    url = settings.public_url or told["url"] or f"http://{settings.host}:{settings.port}"
    for event in told["events"]:
        title = escape(event["title"])
        out.print(f"[bold]{title}[/]  {url}/e/{event['event']}", soft_wrap=True)
        for link in event["links"]:
            whose = f" ({link['name']})" if link["name"] else ""
            name = link["role"] + whose
            made = f"{url}/k/{link['token']}" if link["token"] else "(made with another key)"
            print(f"  {name:<12} {made}")


@agendas.command()
def check(
    agenda: Annotated[Path, typer.Argument(help="The agenda file.", exists=True, dir_okay=False)],
) -> None:
    """Read an agenda file and tell what it says, or everything that is wrong with it."""
    file = _read(agenda)
    rooms, sessions = len(file.agenda.rooms), len(file.agenda.sessions)
    out.print(
        f"[bold]{file.agenda.title}[/]: {sessions} sessions in {rooms} room(s), "
        f"{len(file.agenda.speakers)} speakers, {file.agenda.timezone}."
    )
    for note in file.notes:
        err.print(f"note: {note}", highlight=False, markup=False)
