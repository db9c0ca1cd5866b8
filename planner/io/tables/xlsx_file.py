"""Workbooks: sizes are checked inside the archive before it is parsed, so that a small file cannot unfold into a huge one."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from planner.errors import DataError, Problem
from planner.io import limits
from planner.io.tables.header import match_header
from planner.io.tables.spec import TableSpec

_REF = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,4})(\d*)""")
_SHARED_CELL = re.compile(rb"""\st\s*=\s*["']s["']""")
_SHARED_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")


def read_xlsx(path: Path, spec: TableSpec) -> pd.DataFrame:
    """Return the cells of the sheet named like the table (else the first), columns and rows as `read_csv` gives them.

    The header is the sheet's first row. Formulas give their stored results. Raises DataError for anything that is not a sound,
    ordinary-sized workbook.
    """
    file = path.name
    if path.stat().st_size > limits.XLSX_BYTES:
        raise DataError(Problem(file, f"is larger than {limits.XLSX_BYTES / 1e6:g} MB", "save it as CSV or Parquet"))
    check_workbook(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = next((name for name in workbook.sheet_names if name.strip().casefold() == spec.name), workbook.sheet_names[0])
        rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise DataError(
            Problem(file, f"cannot be read as a workbook: {error}", "save it again, or save it as CSV UTF-8")
        ) from error
    if not rows:
        raise DataError(Problem(file, f"the sheet {sheet} is empty", "it needs a header and at least one row"))
    names = match_header([_text(cell) or "" for cell in rows[0]], spec, file)
    frame = pd.DataFrame(
        {
            name: pd.Series([row[i] if name in spec.numbers else _text(row[i]) for row in rows[1:]], dtype=object)
            for i, name in enumerate(names)
        }
    )
    frame = frame.where(frame != "", None)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame.dropna(how="all")


def check_workbook(path: Path) -> None:
    """Raise DataError when the workbook at `path` is no ZIP archive or would unfold beyond the limits.

    Readers hold a sheet's whole used rectangle and a copy of every shared text per cell, so both are bounded here as well as the sizes
    the archive declares; the declared sizes are proven by unpacking.
    """
    file = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive.infolist(), file)
            _check_contents(archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        remedy = "open it in a spreadsheet program and save it as .xlsx without a password"
        raise DataError(Problem(file, f"is not a sound workbook: {error}", remedy)) from error


def _check_sizes(entries: list[zipfile.ZipInfo], file: str) -> None:
    total = sum(entry.file_size for entry in entries)
    remedy = "a workbook like this cannot come from a planner's table; save the table alone, as CSV"
    if len(entries) > limits.XLSX_ENTRIES:
        raise DataError(Problem(file, f"holds {len(entries):,} files, more than {limits.XLSX_ENTRIES:,}", remedy))
    if total > limits.XLSX_BYTES:
        message = f"unpacks to {total / 1e6:,.0f} MB, more than {limits.XLSX_BYTES / 1e6:g} MB"
        raise DataError(Problem(file, message, remedy))
    for entry in entries:
        if entry.file_size > max(limits.XLSX_RATIO_FLOOR_BYTES, limits.XLSX_RATIO * entry.compress_size):
            message = f"{entry.filename[:60]!r} inside it unpacks to more than {limits.XLSX_RATIO} times its size"
            raise DataError(Problem(file, message, remedy))


def _check_contents(archive: zipfile.ZipFile, file: str) -> None:
    shared_cells, longest_item = 0, 0
    for entry in archive.infolist():
        with archive.open(entry) as packed:
            data = packed.read(entry.file_size + 1)  # not all there is: what it declares may be a lie
        if data[:4].count(b"\0"):
            if not entry.filename.endswith((".xml", ".rels")):
                continue
            raise DataError(Problem(file, f"{entry.filename[:60]!r} inside it is not UTF-8", "save it again as .xlsx"))
        references = set(_REF.findall(data))
        columns = max((_column(letters) for letters, _ in references), default=0)
        rows = max((int(digits[:9]) for _, digits in references if digits), default=0)
        if columns * rows > limits.XLSX_CELLS:
            message = f"a sheet spans {rows:,} rows and {columns:,} columns, more than {limits.XLSX_CELLS:,} cells"
            raise DataError(Problem(file, message, "delete what lies far from the table, or save the table alone as CSV"))
        shared_cells += len(_SHARED_CELL.findall(data))
        items = [found.start() for found in _SHARED_ITEM.finditer(data)]
        longest_item = max([longest_item, *(b - a for a, b in pairwise([*items, len(data)]))])
    if shared_cells * longest_item > limits.XLSX_TEXT_BYTES:
        message = f"holds a text of {longest_item:,} bytes and {shared_cells:,} cells that may repeat it"
        raise DataError(Problem(file, message, "shorten the text, or save the table alone as CSV"))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(cell: Any) -> str | None:
    if isinstance(cell, dt.datetime):
        rounded = (cell + dt.timedelta(milliseconds=500)).replace(
            microsecond=0
        )  # serial numbers miss the second by a few microseconds
        return rounded.isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if cell != "" else None
