"""What reading an agenda file answers: the agenda, or everything that is wrong with the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from streamhub.core.agenda import Agenda

MAX_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file.

    `where` is a path such as `sessions[3].start` (the first is 0), empty for the file as a whole;
    `line` counts from 1; `message` says what is wrong and `hint` what to do.
    """

    where: str
    message: str
    hint: str
    line: int | None = None

    def __str__(self) -> str:
        at = ", ".join(
            part for part in (f"line {self.line}" if self.line else "", self.where) if part
        )
        return f"{at}: {self.message} {self.hint}" if at else f"{self.message} {self.hint}"


class AgendaFileError(Exception):
    """A file that is no agenda.

    `problems` has what is wrong, in the order of the lines, at most `MAX_PROBLEMS`; `more` counts
    those that were left out.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = sorted(problems, key=lambda problem: (problem.line or 0, problem.where))
        self.problems = tuple(ordered[:MAX_PROBLEMS])
        self.more = len(ordered) - len(self.problems)
        told = [str(problem) for problem in self.problems]
        super().__init__("\n".join([*told, f"… and {self.more} more."] if self.more else told))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaFile:
    """What a file says. `slug` names the event; `notes` are doubts that do not stand in the way."""

    agenda: Agenda
    slug: str
    notes: tuple[Problem, ...] = ()
