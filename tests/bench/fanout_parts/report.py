"""What was measured, as tables: medians with their spread, ratios within one run, and targets."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

Figures = dict[str, float]
"""What one server did in one run, by figure."""


@dataclass(frozen=True)
class Spread:
    """The least, the median and the greatest of some runs."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Of at least one value."""
        ordered = sorted(values)
        return cls(ordered[0], statistics.median(ordered), ordered[-1])

    def shown(self, write: Callable[[float], str]) -> str:
        """`median (least-most)`, or the median alone where there is one run."""
        if self.least == self.most:
            return write(self.median)
        return f"{write(self.median)} ({write(self.least)}-{write(self.most)})"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def latencies(values: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the greatest."""
    return {
        "p50": round(statistics.median(values), 2),
        "p99": round(percentile(values, 0.99), 2),
        "max": round(max(values), 2),
    }


def _thousands(value: float) -> str:
    return f"{value / 1000:.1f} k" if value < 100_000 else f"{value / 1000:.0f} k"


def _tenths(value: float) -> str:
    return f"{value:.1f}"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


COLUMNS: Final[dict[str, tuple[str, Callable[[float], str]]]] = {
    "deliveries_per_s": ("deliveries/s", _thousands),
    "cpu_us": ("CPU µs each", _tenths),
    "p50_ms": ("p50 ms", _whole),
    "p99_ms": ("p99 ms", _whole),
    "max_ms": ("max ms", _whole),
    "kib": ("KiB idle", _tenths),
    "connects_per_s": ("connects/s", _whole),
}
"""Figures, what a column is called, and how its values are written."""


LEAST: Final = 0.5
"""Nothing is so many times as much as less than that."""


@dataclass
class Table:
    """All runs: for each count of connections and each server, its figures, run by run."""

    runs: dict[int, dict[str, list[Figures]]]

    def spread(self, count: int, name: str, figure: str) -> Spread | None:
        """One cell."""
        found = [run[figure] for run in self.runs[count].get(name, []) if figure in run]
        return Spread.of(found) if found else None

    def ratio(self, count: int, name: str, other: str, figure: str) -> Spread | None:
        """How `name` compares with `other`, run by run."""
        runs = self.runs[count]
        pairs = zip(runs.get(name, []), runs.get(other, []), strict=False)
        found = [
            one[figure] / two[figure]
            for one, two in pairs
            if one.get(figure) and two.get(figure, 0.0) >= LEAST
        ]
        return Spread.of(found) if found else None


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([first, *others]).rstrip()


def lined_up(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells, one under another."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def figures_table(table: Table, count: int, titles: dict[str, str]) -> str:
    """All figures of all servers at so many connections."""
    rows = [[f"{count:,} connections", *(title for title, _ in COLUMNS.values())]]
    for name, title in titles.items():
        cells = [table.spread(count, name, figure) for figure in COLUMNS]
        writers = (write for _, write in COLUMNS.values())
        written = [
            "-" if cell is None else cell.shown(write)
            for cell, write in zip(cells, writers, strict=True)
        ]
        if any(cell is not None for cell in cells):
            rows.append([title, *written])
    return lined_up(rows)


def ratios_table(table: Table, count: int, name: str, titles: dict[str, str]) -> str:
    """How one server compares with each other one."""
    rows = [[f"{titles[name]} against …", *(title for title, _ in COLUMNS.values())]]
    for other, title in titles.items():
        if other == name:
            continue
        cells = [table.ratio(count, name, other, figure) for figure in COLUMNS]
        if any(cell is not None for cell in cells):
            shown = ("-" if cell is None else "x " + cell.shown(_ratio) for cell in cells)
            rows.append([title, *shown])
    return lined_up(rows) if len(rows) > 1 else ""


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


@dataclass(frozen=True)
class Target:
    """What a figure must be.

    Args:
        words: what it is about.
        bound: the worst value that is good.
        is_least: whether more is better.
        found: what was measured; None where it was not.
    """

    words: str
    bound: float
    is_least: bool
    found: float | None

    @property
    def met(self) -> bool | None:
        """Whether it is; None where nothing was measured."""
        if self.found is None:
            return None
        return self.found >= self.bound if self.is_least else self.found <= self.bound

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"target": self.words, "bound": self.bound, "found": self.found, "met": self.met}


def targets_table(targets: Iterable[Target]) -> str:
    """Each target, what was found, and by how much it was missed."""
    rows = [["target", "", "found", ""]]
    for target in targets:
        sign = "≥" if target.is_least else "≤"
        if target.found is None:
            verdict, found = "not measured", "-"
        else:
            missed = abs(target.found / target.bound - 1) * 100 if target.bound else 0.0
            verdict = "met" if target.met else f"MISSED by {missed:.0f} %"
            found = f"{target.found:,.2f}"
        rows.append([target.words, f"{sign} {target.bound:g}", found, verdict])
    return lined_up(rows)
