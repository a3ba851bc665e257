"""What a file from outside may cost, in one list; whoever reads one asks here before it does.

Each number is far above the largest agenda known (36C3: 2.9 MB, 1,351 sessions) and far below what
hurts a node: every reader together stays under 200 MB and two seconds.
"""

from typing import Final, NoReturn

from streamhub.core.said import Said
from streamhub.formats.problems import AgendaFileError, Problem

MAX_BYTES: Final = 10_000_000
"""Of the file as it came."""
MAX_UNPACKED: Final = 40_000_000
"""Of all that a zip file says it holds (XLSX, ODS and Open Event are zip files)."""
MAX_RATIO: Final = 200
"""How much larger a member of a zip file may become."""
MAX_SMALL: Final = 100_000
"""Bytes of a member that may be packed as tightly as it likes."""
MAX_MEMBERS: Final = 500
MAX_DEPTH: Final = 40
"""Of nested JSON and XML."""
MAX_NODES: Final = 400_000
"""Lists and objects in JSON, elements in XML."""
MAX_DIGITS: Final = 30
"""Of a number; what is longer is no time and no id."""
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 500_000
MAX_CELL: Final = 100_000
"""Characters of one cell."""
MAX_LINES: Final = 20_000
"""Of pasted text."""
MAX_LINE: Final = 20_000
"""Characters of one line of pasted text; what matches patterns must end."""
MAX_PEOPLE: Final = 200
"""In one session."""
MAX_NOTES: Final = 500

_SPLIT: Final = Said("Split it into several events.")


def refuse(message: Said, hint: Said, line: int | None = None, where: str = "") -> NoReturn:
    """Give a file up, in words."""
    raise AgendaFileError([Problem(where, message, hint, line)])


def within(number: int, most: int, what: Said, hint: Said = _SPLIT) -> None:
    """Refuse what has more than it may; `what` says of what, as in `rows`."""
    if number > most:
        refuse(
            Said(
                "The file has {number} {what}; {most} are the most.",
                number=number,
                what=what,
                most=most,
            ),
            hint,
        )
