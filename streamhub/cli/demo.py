"""`streamhub demo`: the sample event as if it were going on now."""

import asyncio
import contextlib
import json
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from streamhub.cli.shared import Url, cli, out, run, settings_of, until_told
from streamhub.logs import configure

if TYPE_CHECKING:
    from aiohttp import web

Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


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
    run(_demo(port, host, audience, as_published, as_json, browser, public_url, data))


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
    from streamhub.tasks import end
    from streamhub.testcard import event as testcard
    from streamhub.testcard.routes import routes

    passing = None if data else Path(tempfile.mkdtemp(prefix="streamhub-demo-"))
    port = port or _free_port(host)
    settings = settings_of(
        data=data or passing,
        host=host,
        port=port,
        public_url=public_url or _lan_url(host, port),
        watch_streams=True,
        watch_private_streams=True,  # its own, of this machine
    )
    configure(settings.log, "warning" if as_json or sys.stderr.isatty() else settings.log_level)

    async def prepare(hubs: Hubs) -> None:
        if not any(hub.slug == SLUG for hub in hubs):
            hub = await story.create(hubs, as_published=as_published)
            await story.invite_speaker(hub)
            await testcard.put_on_air(hub)

    def streams(hubs: Hubs) -> "list[web.RouteDef]":
        return routes(testcard.feeds(hubs.get(SLUG).state.agenda), hubs.clock)

    try:
        async with run_node(settings, prepare=prepare, beside=streams) as node:
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
            going_on = (story.audience(hub, count), testcard.keep_recordings(hub))
            tasks = [asyncio.create_task(one) for one in going_on]
            await until_told()
            await end(tasks)
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
    for name in ("participant", "moderator", "producer", "speaker", "organiser", "display"):
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
