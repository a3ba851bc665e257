"""Logging: console on a terminal, JSON elsewhere.

What is never logged: question text, names, tokens, query strings, addresses of people.
"""

import logging
import sys
from typing import Literal

import structlog


def configure(style: Literal["auto", "console", "json"], level: str) -> None:
    """Set up structlog, and the standard library's logging beside it, to standard error."""
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    least = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not console:
        shared.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        # one write for a line: workers share where it goes, and print() makes two
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(least, logging.WARNING), stream=sys.stderr)
