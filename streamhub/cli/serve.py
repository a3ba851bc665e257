"""`streamhub serve`: a node until SIGTERM."""

from typing import Annotated

import typer

from streamhub.cli.shared import Data, Engine, Url, cli, run, settings_of, until_told
from streamhub.logs import configure
from streamhub.settings import Settings


@cli.command()
def serve(
    data: Data = None,
    journal: Engine = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    public_url: Url = None,
) -> None:
    """Serve every event of a journal until SIGTERM; several nodes share one on Redis."""
    settings = settings_of(data=data, journal=journal, host=host, port=port, public_url=public_url)
    run(_serve(settings))


async def _serve(settings: Settings) -> None:
    import structlog

    from streamhub.app import serve as run_node

    configure(settings.log, settings.log_level)
    log = structlog.get_logger(__name__)
    async with run_node(settings) as node:
        log.info("serving", url=node.url, public_url=node.public_url, events=len(node.hubs))
        if not len(node.hubs):
            log.warning("no event here yet", hint="streamhub init FILE")
        await until_told()
        log.info("draining")
    log.info("stopped")
