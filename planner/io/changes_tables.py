"""The CSV tables of a file of changes: absences and volumes, a line each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from planner.errors import DataError, Problem
from planner.io import limits
from planner.io.names import did_you_mean, shown
from planner.io.plan_files import rearm
from planner.io.tables.csv_file import SEPARATORS
from planner.io.text import utf8

BYTES = 20_000_000
"""Size of such a table."""

Row = tuple[str, dict[str, Any]]
"""The place of a line, and its cells by column."""


def away_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the absences in the table at `path` and every problem of its cells; wrong lines are left out."""
    return _read(path, {"agent": _text, "from": _start, "to": _end}, ())


def volume_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the changes of volume in the table at `path` and every problem of its cells; wrong lines are left out."""
    return _read(path, {"queue": _text, "from": _start, "to": _end}, ("factor", "contacts"))


def _read(path: Path, required: dict[str, Callable[[str], Any]], numbers: tuple[str, ...]) -> tuple[list[Row], list[Problem]]:
    lines = _lines(path)
    header = [cell.strip() for cell in lines[0]]
    known = (*required, *numbers)
    problems = [
        Problem(f"{path.name} row 1", f"unknown column {shown(name)}", did_you_mean(name, known, what="columns"))
        for name in header
        if name not in known
    ]
    problems += [Problem(f"{path.name} row 1", f"lacks the column {name}", "add it") for name in required if name not in header]
    if problems:
        raise DataError(problems)
    rows: list[Row] = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        place = f"{path.name} row {number}"
        if len(cells) != len(header):
            problems.append(Problem(place, f"has {len(cells)} cells, the header {len(header)}", "correct the line"))
            continue
        row, faults = {}, []
        for name, cell in zip(header, cells, strict=True):
            try:
                row[name] = (required.get(name) or _number)(rearm(cell.strip()))
            except ValueError as error:
                message, _, remedy = str(error).partition("; ")
                faults.append(Problem(f"{place}, column {name}", message, remedy))
        problems += faults
        if not faults:
            rows.append((place, row))
    return rows, problems[: limits.LISTED] + _more(path, problems)


def _more(path: Path, problems: list[Problem]) -> list[Problem]:
    left = len(problems) - limits.LISTED
    return [Problem(path.name, f"and {left} more problems")] if left > 0 else []


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open("rb") as stream:
            data = stream.read(BYTES + 1)
    except FileNotFoundError:
        raise DataError(Problem(path.name, "does not exist", "write its name as it is, beside the file of changes")) from None
    except OSError as error:
        raise DataError(Problem(path.name, f"cannot be opened: {error.strerror or error}", "change its permissions")) from error
    if len(data) > BYTES:
        raise DataError(Problem(path.name, f"is larger than {BYTES / 1e6:g} MB", "leave out what is not needed"))
    text = utf8(data, path.name).decode()
    separator = max(SEPARATORS, key=text.split("\n", 1)[0].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise DataError(Problem(path.name, f"cannot be read as CSV: {error}", "save it again as CSV UTF-8")) from error
    if not lines:
        raise DataError(Problem(path.name, "is empty", "it needs a header and a line for each change"))
    return lines


def _text(cell: str) -> str:
    if not cell:
        raise ValueError("is empty; write a name")
    return cell


def _number(cell: str) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not 0 <= value < float("inf"):
        raise ValueError(f"must be a number of 0 or more, got {shown(cell)}; write a decimal point, no thousands separators")
    return value


def _start(cell: str) -> datetime:
    return _moment(cell, end=False)


def _end(cell: str) -> datetime:
    return _moment(cell, end=True)


def _moment(cell: str, *, end: bool) -> datetime:
    try:
        if len(cell) == 10:
            day = date.fromisoformat(cell)
            found = datetime(day.year, day.month, day.day) + timedelta(days=int(end))
        else:
            found = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"is no time: {shown(cell)}; write 2026-11-11 or 2026-11-11T09:00:00") from None
    if not limits.YEARS[0] <= found.year < limits.YEARS[1]:
        raise ValueError(f"must lie between the years {limits.YEARS[0]} and {limits.YEARS[1]}; check the date")
    return found
