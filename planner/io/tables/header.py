"""Matching a table's header with the columns expected."""

from __future__ import annotations

from collections.abc import Sequence

from planner.errors import DataError, Problem
from planner.io import limits
from planner.io.names import nearest, shown
from planner.io.tables.spec import TableSpec

OTHER = "\x00other"
"""Prefix of the names given to columns without a meaning; their texts are checked, nothing else is done with them."""


def match_header(header: Sequence[str], spec: TableSpec, file: str) -> list[str]:
    """Return a unique name for each column: those of `spec` where the header has them (case and blanks aside), `OTHER` ones elsewhere.

    Raises DataError when a column is missing, written twice, or probably misspelt: an optional column that is missed by a letter would
    be left out silently otherwise.
    """
    if len(header) > limits.COLUMNS:
        raise DataError(
            Problem(file, f"has {len(header)} columns", f"at most {limits.COLUMNS} are read; delete those not needed")
        )
    written = [h.strip() for h in header]
    names = [h.casefold() if h.casefold() in spec.columns else f"{OTHER}{i}" for i, h in enumerate(written)]
    place = f"{file} row 1"
    problems = []
    for name in spec.columns:
        if names.count(name) > 1:
            problems.append(Problem(place, f"column {name} is there {names.count(name)} times", "keep one of them"))
    if problem := _no_header(written, names, spec, place):
        raise DataError(problem)
    missing = [name for name in spec.columns if name not in names]
    others = [h for h, name in zip(written, names, strict=True) if name.startswith(OTHER) and h]
    absent = []
    for name in missing:
        near = next((h for h in others if nearest(h, missing) == name), "")
        if near:
            problems.append(Problem(place, f"unknown column {shown(near)}", f"did you mean {name}?"))
        elif name in spec.required:
            absent.append(name)
    if absent:
        lacking = f"column {absent[0]} is" if len(absent) == 1 else f"columns {', '.join(absent)} are"
        problems.append(Problem(place, f"{lacking} missing; found {_found(written)}", _known(spec)))
    if problems:
        raise DataError(problems)
    return names


def _known(spec: TableSpec) -> str:
    return f"the columns are {', '.join(spec.required)}; where known {', '.join(spec.optional)}"


def _no_header(written: Sequence[str], names: Sequence[str], spec: TableSpec, place: str) -> Problem | None:
    """Return the problem of a first row that holds data: none of the names expected, but a cell that begins with a digit."""
    if any(name in spec.required for name in names) or not any(cell[:1].isdigit() for cell in written):
        return None
    message = f"holds data where the names of the columns belong: {_found(written)}"
    return Problem(place, message, f"write a first row that says which column is which: {','.join(spec.required)}")


def _found(written: Sequence[str]) -> str:
    names = [shown(h, width=30) for h in written if h]
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "") if names else "no column names"
