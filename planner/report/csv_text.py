"""CSV as text: columns in, one string out, with every float written so that it reads back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from planner.io.plan_files import disarm

_SPECIAL = frozenset(',"\r\n')


def number_cells(values: NDArray[np.float64]) -> list[str]:
    """Return the shortest text that reads back as each float; NaN is an empty cell (C3), infinity ``inf``."""
    return ["" if v != v else repr(v) for v in values.tolist()]


def number_cell(value: float | None) -> str:
    """Return one float as text; None and NaN are an empty cell."""
    return "" if value is None or value != value else repr(float(value))


def text_cells(values: Iterable[str]) -> list[str]:
    """Return text disarmed against formulas and quoted where CSV needs it; each distinct text is worked on once."""
    done: dict[str, str] = {}
    return [done[v] if v in done else done.setdefault(v, _quoted(disarm(v))) for v in values]


def quoted_cells(values: Iterable[str]) -> list[str]:
    """Return text quoted where CSV needs it but not disarmed: for JSON, times and other text this package makes itself."""
    return [_quoted(v) for v in values]


def _quoted(text: str) -> str:
    if _SPECIAL.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def csv_text(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return the file's text: a header of `columns`, then a line per row. `cells` holds one sequence per column.

    Raises ValueError when the columns are not equally long.
    """
    if len(columns) != len(cells):
        raise ValueError(f"{len(columns)} names for {len(cells)} columns")
    lines = [",".join(columns)]
    lines.extend(map(",".join, zip(*cells, strict=True)))
    return "\n".join(lines) + "\n"
