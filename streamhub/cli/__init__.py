"""The command line, one file for each group of commands. Failures are words, never a traceback."""

from streamhub import __version__
from streamhub.cli import demo, events, importing, operate, serve
from streamhub.cli.shared import FAILURES, cli, fail

__all__ = ["cli", "demo", "events", "importing", "main", "operate", "serve"]


def main() -> None:
    """Run the command line; every expected failure ends here, as words."""
    try:
        cli()
    except FAILURES as error:
        fail(error)


@cli.command()
def version() -> None:
    """Print the version."""
    print(__version__)
