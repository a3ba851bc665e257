"""The command line: demo, init, serve, links, agenda. Failures are words, never a traceback."""

import asyncio
import contextlib
import json
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from streamhub import __version__
from streamhub.core.errors import Rejected
from streamhub.core.links import LinkRole
from streamhub.core.roles import Role
from streamhub.formats import registry
from streamhub.formats.problems import AgendaFile, AgendaFileError
from streamhub.journal import JournalError
from streamhub.logs import configure
from streamhub.settings import Settings

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Run the live side of a hybrid conference: agenda, questions, rundown, displays.",
)
out = Console()
err = Console(stderr=True)
agendas = typer.Typer(no_args_is_help=True, help="Look at agenda files.")
cli.add_typer(agendas, name="agenda")

CREW: tuple[LinkRole, ...] = (Role.ORGANISER, Role.MODERATOR, Role.PRODUCER)

Data = Annotated[
    Path | None, typer.Option(help="Directory of the journal and the node's key; usually `data`.")
]
Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Url = Annotated[
    str | None, typer.Option(help="Address under which people reach this node.", metavar="URL")
]


def main() -> None:
    """Run the command line; every expected failure ends here, as words."""
    try:
        cli()
    except (Rejected, AgendaFileError, JournalError, ValidationError, OSError) as error:
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    if isinstance(error, Rejected):
        lines = [error.message, *([error.hint] if error.hint else [])]
    elif isinstance(error, AgendaFileError):
        lines = [f"{len(error.problems)} problem(s) in the agenda file; nothing was changed."]
        lines += [str(problem) for problem in error.problems]
    elif isinstance(error, ValidationError):
        lines = [
            f"{'.'.join(str(part) for part in flaw['loc'])}: {flaw['msg']}"
            for flaw in error.errors(include_url=False)
        ]
    else:
        lines = [str(error)]
    err.print("[bold red]streamhub:[/]", lines[0], highlight=False, soft_wrap=True)
    for line in lines[1:]:
        err.print("  " + line, highlight=False, markup=False, soft_wrap=True)
    sys.exit(2)


def _run(work: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work)


async def _until_told() -> None:
    """Wait for SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def _settings(**given: object) -> Settings:
    """Options that were given win over the environment."""
    return Settings(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]  # checked by the model


def _read(path: Path) -> AgendaFile:
    found = registry.by_ending(path.name)
    if found is None:
        endings = ", ".join(e for f in registry.FORMATS.values() for e in f.endings)
        raise Rejected(
            "agenda.invalid",
            f"{path.name} is in no format that is known here.",
            f"Use a file that ends in one of: {endings}.",
        )
    return found.read(path.read_bytes())


@cli.command()
def demo(  # noqa: PLR0917 - one argument is one option
    port: Port = 8080,
    host: Host = "0.0.0.0",  # noqa: S104 - a phone on the same network is the point
    audience: Annotated[int, typer.Option(help="How many simulated participants.")] = 24,
    as_published: Annotated[
        bool, typer.Option("--as-published", help="Keep the event's own date.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON when it serves.")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open the participant's page.")] = True,
    public_url: Url = None,
    data: Annotated[
        Path | None, typer.Option(help="Keep the demonstration here instead of forgetting it.")
    ] = None,
) -> None:
    """Run the sample event as if it were going on now, with a lively audience."""
    _run(_demo(port, host, audience, as_published, as_json, browser, public_url, data))


async def _demo(  # noqa: PLR0917 - the options of the command above, handed on
    port: int,
    host: str,
    count: int,
    as_published: bool,
    as_json: bool,
    browser: bool,
    public_url: str | None,
    data: Path | None,
) -> None:
    from streamhub import demo as story
    from streamhub.app import serve as run_node
    from streamhub.formats.sample import SLUG
    from streamhub.hub.hubs import Hubs

    passing = None if data else Path(tempfile.mkdtemp(prefix="streamhub-demo-"))
    port = port or _free_port(host)
    settings = _settings(
        data=data or passing, host=host, port=port, public_url=public_url or _lan_url(host, port)
    )
    configure(settings.log, "warning" if as_json or sys.stderr.isatty() else settings.log_level)

    async def prepare(hubs: Hubs) -> None:
        if not any(hub.slug == SLUG for hub in hubs):
            await story.create(hubs, as_published=as_published)

    try:
        async with run_node(settings, prepare=prepare) as node:
            hub = node.hubs.get(SLUG)
            tokens = {
                link.role.value: node.hubs.keyring.link_token(SLUG, link.id)
                for link in hub.state.links.values()
                if not link.revoked
            }
            links = _links(node.url, SLUG, tokens)
            if as_json:
                line = {"url": node.url, "event": SLUG, "links": links, "tokens": tokens}
                print(json.dumps(line), flush=True)
            else:
                _show(hub.state.agenda.title, links, f"{node.public_url}/e/{SLUG}")
                if browser:
                    _open_browser(links["participant"])
            crowd = asyncio.create_task(story.audience(hub, count))
            await _until_told()
            crowd.cancel()
    finally:
        if passing is not None:
            shutil.rmtree(passing, ignore_errors=True)


def _links(url: str, slug: str, tokens: dict[str, str]) -> dict[str, str]:
    return {
        "participant": f"{url}/e/{slug}",
        **{role: f"{url}/k/{token}" for role, token in tokens.items()},
        "display": f"{url}/display",
    }


def _show(title: str, links: dict[str, str], join: str) -> None:
    import segno

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name in ("participant", "moderator", "producer", "organiser", "display"):
        table.add_row(f"[bold]{name}[/]", f"[link={links[name]}]{links[name]}[/link]")
    out.print(f"\n[bold]{title}[/] is going on now.\n")
    out.print(table)
    out.print(f"\nOn a phone in the same network: {join}")
    segno.make(join, error="l", micro=False).terminal(compact=True, border=2)
    out.print("Pair the display: open its page, then enter its code on the producer's page.")
    out.print("Ctrl+C ends the demonstration.")


def _open_browser(url: str) -> None:
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        if sys.stdout.isatty():
            webbrowser.open(url)


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _lan_url(host: str, port: int) -> str:
    """The address of this machine in its own network; loopback where it has none."""
    if host != "0.0.0.0":  # noqa: S104 - compared, not bound
        return f"http://{host}:{port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
        except OSError:
            return f"http://127.0.0.1:{port}"
        return f"http://{probe.getsockname()[0]}:{port}"


@cli.command()
def init(
    agenda: Annotated[Path, typer.Argument(help="The agenda file.", exists=True, dir_okay=False)],
    data: Data = None,
    slug: Annotated[str | None, typer.Option(help="Name in addresses, if not the file's.")] = None,
    public_url: Url = None,
) -> None:
    """Create an event from an agenda file and print its role links."""
    _run(_init(_read(agenda), data, slug, public_url))


async def _init(
    file: AgendaFile, data: Path | None, slug: str | None, public_url: str | None
) -> None:
    from streamhub.app import open_hubs

    settings = _settings(data=data, public_url=public_url)
    configure(settings.log, "warning")
    for note in file.notes:
        err.print(f"note: {note}", highlight=False, markup=False)
    async with open_hubs(settings) as hubs:
        hub = await hubs.create(slug or file.slug, file.agenda, CREW)
        out.print(f"Created [bold]{hub.slug}[/] in {settings.data}.")
    await _print_links(settings)


@cli.command()
def links(data: Data = None, public_url: Url = None) -> None:
    """Print the role links of every event; the server must not be running."""
    settings = _settings(data=data, public_url=public_url)
    configure(settings.log, "warning")
    _run(_print_links(settings))


async def _print_links(settings: Settings) -> None:
    from streamhub.app import open_hubs

    url = settings.public_url or f"http://{settings.host}:{settings.port}"
    async with open_hubs(settings) as hubs:
        for hub in hubs:
            out.print(f"[bold]{hub.state.agenda.title}[/]  {url}/e/{hub.slug}", soft_wrap=True)
            for link in sorted(hub.state.links.values(), key=lambda one: (one.role, one.id)):
                if not link.revoked:
                    token = hubs.keyring.link_token(hub.slug, link.id)
                    name = f"{link.role.value}{f' ({link.name})' if link.name else ''}"
                    print(f"  {name:<12} {url}/k/{token}")


@cli.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    public_url: Url = None,
) -> None:
    """Serve every event of a data directory until SIGTERM."""
    settings = _settings(data=data, host=host, port=port, public_url=public_url)
    _run(_serve(settings))


async def _serve(settings: Settings) -> None:
    import structlog

    from streamhub.app import serve as run_node

    configure(settings.log, settings.log_level)
    log = structlog.get_logger(__name__)
    async with run_node(settings) as node:
        log.info("serving", url=node.url, public_url=node.public_url, events=len(node.hubs))
        if not len(node.hubs):
            log.warning("no event here yet", data=str(settings.data), hint="streamhub init FILE")
        await _until_told()
        log.info("draining")
    log.info("stopped")


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


@cli.command()
def version() -> None:
    """Print the version."""
    print(__version__)
