"""Listing problems row by row without drowning the reader: so many of a kind, then "and N more"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from planner.errors import Problem
from planner.io import limits


def listed(file: str, rows: NDArray[np.int64], tell: Callable[[int, int], Problem], *, kind: str) -> list[Problem]:
    """Return ``tell(position, row)`` for the first rows and one line for the rest.

    `rows` are the rows concerned as a spreadsheet counts them; `kind` names the fault in the last line ("negative counts").
    """
    problems = [tell(i, int(row)) for i, row in enumerate(rows[: limits.LISTED])]
    if len(rows) > limits.LISTED:
        problems.append(
            Problem(file, f"and {len(rows) - limits.LISTED:,} more rows: {kind}", f"the last is row {int(rows[-1])}")
        )
    return problems


def cell_place(file: str, row: int, column: str) -> str:
    """Return the place of a cell: ``history.csv row 17, column offered``."""
    return f"{file} row {row}, column {column}"
