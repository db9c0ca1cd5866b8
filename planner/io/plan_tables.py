"""Reading the CSV files of a plan folder: every wrong cell found, each with its row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.errors import Problem
from planner.io.plan_files import rearm

_T = TypeVar("_T")

MOST_PROBLEMS = 10
"""Problems listed of one file; the rest are counted."""

REMEDY = "write the plan again with planner plan; its files are not meant to be edited"


@dataclass
class Problems:
    """The problems found so far, by file, each file's list cut at `MOST_PROBLEMS`."""

    found: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, file: str, where: str, message: str) -> None:
        """Note one problem of `file`; `where` is a row and column, or empty."""
        self.counts[file] = self.counts.get(file, 0) + 1
        if self.counts[file] <= MOST_PROBLEMS:
            self.found.append(Problem(f"{file} {where}".strip(), message, REMEDY))

    def all(self) -> tuple[Problem, ...]:
        """Return every problem, with one more per file whose list was cut."""
        cut = [
            Problem(file, f"and {count - MOST_PROBLEMS} more problems")
            for file, count in self.counts.items()
            if count > MOST_PROBLEMS
        ]
        return (*self.found, *cut)


@dataclass(frozen=True)
class Table:
    """One CSV file as columns of cells. Reading a cell that is wrong notes a problem and gives a harmless value in its place."""

    file: str
    columns: Mapping[str, list[str]]
    rows: int
    problems: Problems

    def texts(self, column: str) -> list[str]:
        """Return the cells of a text column as they were before being disarmed against formulas."""
        seen: dict[str, str] = {}
        return [seen[cell] if cell in seen else seen.setdefault(cell, rearm(cell)) for cell in self.columns[column]]

    def numbers(self, column: str) -> Floats:
        """Return a column of numbers; an empty cell is NaN."""
        return np.array(self.each(column, lambda cell: float(cell) if cell else np.nan, np.nan), dtype=np.float64)

    def each(self, column: str, read: Callable[[str], _T], otherwise: _T) -> list[_T]:
        """Return `read` of every cell; where it raises ValueError or KeyError, note the problem and put `otherwise`."""
        result: list[_T] = []
        for row, cell in enumerate(self.columns[column], 2):
            try:
                result.append(read(cell))
            except (ValueError, KeyError, ArithmeticError) as error:
                self.wrong(row, column, _why(cell, error))
                result.append(otherwise)
        return result

    def positions(self, column: str, places: Mapping[str, int], what: str) -> Ints:
        """Return where each cell stands in `places`; unknown names are problems and come back as -1."""
        result = np.empty(self.rows, dtype=np.int64)
        for i, cell in enumerate(self.texts(column)):
            result[i] = places.get(cell, -1)
            if result[i] < 0:
                self.wrong(i + 2, column, f"{cell[:80]!r} is not {what} of this plan")
        return result

    def once(self, *keys: Ints) -> None:
        """Note a problem for every row whose key is that of an earlier row."""
        if not self.rows:
            return
        order = np.lexsort(keys[::-1])
        same = np.all([key[order][1:] == key[order][:-1] for key in keys], axis=0)
        for row in np.sort(order[1:][same]).tolist():
            self.wrong(row + 2, "", "the same line comes twice")

    def wrong(self, row: int, column: str, message: str) -> None:
        """Note a problem of one cell, rows counted as a spreadsheet counts them."""
        self.problems.add(self.file, f"row {row}, column {column}" if column else f"row {row}", message)


def _why(cell: str, error: Exception) -> str:
    shown = repr(cell if len(cell) <= 60 else cell[:60] + "…")
    return f"cannot read {shown}: {error}" if str(error) else f"cannot read {shown}"


def read_table(path: Path, columns: tuple[str, ...], problems: Problems) -> Table | None:
    """Return the CSV file at `path`, which must have at least `columns`; None, with the reasons noted, when it cannot be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        missing = isinstance(error, FileNotFoundError)
        problems.add(path.name, "", "is missing" if missing else f"cannot be read: {error}")
        return None
    if not lines:
        problems.add(path.name, "", "is empty, a header was expected")
        return None
    header, body = lines[0], lines[1:]
    lacking = [name for name in columns if name not in header]
    if lacking:
        problems.add(path.name, "row 1", f"lacks the column{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}")
        return None
    uneven = [row for row, cells in enumerate(body, 2) if len(cells) != len(header)]
    for row in uneven:
        problems.add(path.name, f"row {row}", f"has {len(body[row - 2])} cells, the header {len(header)}")
    if uneven:
        return None
    by_column = list(zip(*body, strict=True)) if body else [()] * len(header)
    return Table(path.name, {name: list(by_column[header.index(name)]) for name in header}, len(body), problems)
