"""One table file to series: the format by its ending, then every check, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, time
from pathlib import Path

import pandas as pd

from planner.domain.history import Row, Series
from planner.errors import DataError, Problem
from planner.io.tables.cells import text_problems
from planner.io.tables.csv_file import read_csv
from planner.io.tables.numbers import number_columns
from planner.io.tables.series import build_series
from planner.io.tables.spec import RowSpec, TableSpec
from planner.io.tables.stamps import COLUMN, stamp_column

_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?")
ENDINGS = (".csv", ".csv.gz", ".parquet", ".xlsx")
"""File name endings of tables, in the order they are looked for."""


def read_series(
    path: Path, spec: TableSpec, *, zone: str | None = None, known: Collection[str] | None = None, ignore_unknown: bool = False
) -> tuple[Series, ...]:
    """Return the series in the table at `path`, or raise DataError with everything wrong with it.

    `zone` is the clock of stamps without offset; `known` the ids that may appear in the key column (None: any sound id), others being
    errors unless `ignore_unknown`.
    """
    frame = read_cells(path, spec)
    if frame.empty:
        raise DataError(Problem(path.name, "has a header but no rows", "add rows, or leave the table out of the account"))
    problems = text_problems(frame, path.name)
    numbers, found = number_columns(frame, spec, path.name)
    problems += found
    micros, found = stamp_column(frame[COLUMN], zone=zone, file=path.name)
    problems += found
    keys = _keys(frame[spec.key])
    series, found = build_series(
        keys=keys, micros=micros, numbers=numbers, spec=spec, file=path.name, known=known, ignore_unknown=ignore_unknown
    )
    problems += found
    if problems:
        raise DataError(problems)
    return series


def read_rows(path: Path, spec: RowSpec) -> tuple[Row, ...]:
    """Return the rows of the table at `path` as texts, or raise DataError with everything wrong with it; empty rows are left out."""
    frame = read_cells(path, spec)
    if problems := text_problems(frame, path.name):
        raise DataError(problems)
    columns = [name for name in spec.columns if name in frame]
    rows = []
    for number, cells in zip(frame.index.tolist(), frame[columns].itertuples(index=False, name=None), strict=True):
        texts = [_text(cell) for cell in cells]
        rows.append(Row(file=path.name, row=int(number), cells=tuple(zip(columns, texts, strict=True))))
    return tuple(rows)


def _text(cell: object) -> str:
    """A cell as somebody would type it: dates without a midnight, whole numbers without a point."""
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    text = str(cell).strip()
    return text[:10] if _MIDNIGHT.fullmatch(text) else text


def _keys(values: pd.Series) -> pd.Series:
    return values.astype(object).map(lambda v: str(v).strip(), na_action="ignore").replace("", None)


def read_cells(path: Path, spec: TableSpec) -> pd.DataFrame:
    """Return the cells of the table at `path`, rows numbered as a spreadsheet counts them; DataError where it cannot be read."""
    name = path.name.casefold()
    try:
        if name.endswith((".csv", ".csv.gz")):
            return read_csv(path, spec)
        if name.endswith(".parquet"):
            from planner.io.tables.parquet_file import read_parquet

            return read_parquet(path, spec)
        if name.endswith(".xlsx"):
            from planner.io.tables.xlsx_file import read_xlsx

            return read_xlsx(path, spec)
    except FileNotFoundError as error:
        raise DataError(Problem(str(path), "there is no such file", "check the name under [tables] in account.toml")) from error
    except OSError as error:
        message = f"cannot be opened: {error.strerror or error}"
        raise DataError(Problem(str(path), message, "change its permissions, or name another file under [tables]")) from error
    raise DataError(Problem(path.name, "is not a table that is read here", f"save it as one of {', '.join(ENDINGS)}"))
