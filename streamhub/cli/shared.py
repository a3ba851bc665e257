"""What all commands share: the two consoles, common options, settings, failures in words."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from streamhub.hub.operate import KNOWN, words_of
from streamhub.settings import Settings

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Run the live side of a hybrid conference: agenda, questions, rundown, displays.",
)
out = Console()
err = Console(stderr=True)

Data = Annotated[
    Path | None, typer.Option(help="Directory of the journal and the node's key; usually `data`.")
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--journal", help="sqlite, or an address such as redis://host:6379/0.", metavar="ENGINE"
    ),
]
Url = Annotated[
    str | None, typer.Option(help="Address under which people reach this node.", metavar="URL")
]
FAILURES: Final = (*KNOWN, ValidationError)


def lines_of(error: Exception) -> list[str]:
    """Say what went wrong in words, the first line by itself."""
    if not isinstance(error, ValidationError):
        return words_of(error)
    return [
        f"{'.'.join(str(part) for part in flaw['loc'])}: "
        + flaw["msg"].removeprefix("Value error, ")
        for flaw in error.errors(include_url=False)
    ]


def fail(error: Exception, status: int = 2) -> NoReturn:
    """Say what went wrong, and end."""
    lines = lines_of(error)
    err.print("[bold red]streamhub:[/]", escape(lines[0]), highlight=False, soft_wrap=True)
    for line in lines[1:]:
        err.print("  " + line, highlight=False, markup=False, soft_wrap=True)
    sys.exit(status)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run until it is done, or until Ctrl+C."""
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        sys.exit(130)


async def until_told() -> None:
    """Wait for SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def settings_of(**given: object) -> Settings:
    """Options that were given win over the environment."""
    return Settings(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]  # checked by the model
