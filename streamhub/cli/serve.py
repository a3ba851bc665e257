"""`streamhub serve`: a node until SIGTERM, or several workers on one port."""

import asyncio
import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer

from streamhub import workers as team
from streamhub.cli.shared import (
    FAILURES,
    Data,
    Engine,
    Url,
    cli,
    fail,
    lines_of,
    run,
    settings_of,
    until_told,
)
from streamhub.hub.errands import Declined
from streamhub.logs import configure
from streamhub.settings import Settings

NAME_MOST: Final = 60
PORT_MOST: Final = 65_535


@cli.command()
def serve(
    data: Data = None,
    journal: Engine = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    public_url: Url = None,
    workers: Annotated[
        str | None,
        typer.Option(help="Processes that serve on the port, on Redis; auto: one a core."),
    ] = None,
) -> None:
    """Serve every event of a journal until SIGTERM; several nodes share one on Redis."""
    given: dict[str, object] = {
        "data": data,
        "journal": journal,
        "host": host,
        "port": port,
        "public_url": public_url,
    }
    settings = settings_of(**given, workers=workers)
    worker = team.Worker.here()
    count = settings.workers or team.cores()
    if worker is not None:
        _work(settings, worker)
    elif count == 1:
        run(_serve(settings))
    else:
        told = {name: str(value) for name, value in given.items() if value is not None}
        _lead(settings, count, told)


async def _serve(settings: Settings, worker: team.Worker | None = None) -> None:
    import structlog

    from streamhub.app import serve as run_node

    configure(settings.log, settings.log_level)
    log = structlog.get_logger(__name__)
    async with run_node(settings, worker=worker) as node:
        events = len(node.hubs)
        if worker is None:
            log.info("serving", url=node.url, public_url=node.public_url, events=events)
            _warn_without_events(events)
            await until_told()
        else:
            await _serve_in_team(worker, events)
        log.info("draining")
    log.info("stopped")


def _warn_without_events(events: int) -> None:
    import structlog

    if not events:
        structlog.get_logger(__name__).warning("no event here yet", hint="streamhub init FILE")


# --- workers -------------------------------------------------------------------------------------


def _work(settings: Settings, worker: team.Worker) -> None:
    """Be one of several workers; what keeps it from serving is for the parent to say."""
    import structlog

    structlog.contextvars.bind_contextvars(worker=worker.number)
    try:
        run(_serve(settings, worker))
        worker.tidy()
    except FAILURES as error:
        worker.tell(failed=lines_of(error))
        sys.exit(2)


async def _serve_in_team(worker: team.Worker, events: int) -> None:
    """Serve until told to stop, or until the parent is gone, however it died."""
    import structlog

    log = structlog.get_logger(__name__)
    told = asyncio.create_task(until_told())
    alone = asyncio.create_task(worker.until_alone())
    await asyncio.sleep(0)  # from here on signals are heeded
    log.info("worker serves", events=events)
    worker.tell(events=events)
    await asyncio.wait({told, alone}, return_when=asyncio.FIRST_COMPLETED)
    if alone.done():
        log.warning("parent is gone")
    told.cancel()
    alone.cancel()


def _lead(settings: Settings, count: int, given: dict[str, str]) -> None:
    """Run several workers until told to stop."""
    if settings.redis is None:
        raise Declined(
            f"cannot run {count} workers on the journal `{settings.journal}`: it is one process's"
            " alone.\n"
            "Name a Redis with --journal redis://HOST:6379/0, which workers share, or serve with"
            " --workers 1."
        )
    ports = settings.worker_ports
    if ports is not None and ports + count - 1 > PORT_MOST:
        raise Declined(
            f"cannot give {count} workers ports of their own from {ports} on: {PORT_MOST} is the"
            " last.\nSet STREAMHUB_WORKER_PORTS lower."
        )
    configure(settings.log, settings.log_level)
    with (
        team.hold(settings.host, settings.port) as held,
        tempfile.TemporaryDirectory(prefix="streamhub-") as folder,
    ):
        port = held.getsockname()[1]
        given |= {"port": str(port), "workers": "1"}
        node = (settings.node or secrets.token_hex(4))[:NAME_MOST]
        environs = [
            os.environ
            | {f"STREAMHUB_{name.upper()}": value for name, value in given.items()}
            | {"STREAMHUB_NODE": f"{node}-{number}"}
            for number in range(1, count + 1)
        ]
        try:
            run(_lead_team(settings, port, environs, Path(folder)))
        except team.GivenUp as error:
            fail(error, status=1)


async def _lead_team(
    settings: Settings, port: int, environs: list[dict[str, str]], folder: Path
) -> None:
    import structlog

    log = structlog.get_logger(__name__)
    url = f"http://{settings.local_host}:{port}"

    def up(events: int) -> None:
        public_url = settings.public_url or url
        log.info("serving", url=url, public_url=public_url, events=events, workers=len(environs))
        _warn_without_events(events)

    end_s = settings.drain_s + (settings.drain_notice_s or 0) + team.END_S
    await team.Team(environs, folder, settings.worker_ports, end_s).run(up)
    log.info("stopped")
