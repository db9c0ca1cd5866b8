"""CSV files, plain or gzipped: encoding, separator and size are settled before anything is parsed."""

from __future__ import annotations

import csv
import io
import re
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import DataError, Problem
from planner.io import limits
from planner.io.names import shown
from planner.io.tables.header import match_header
from planner.io.tables.spec import TableSpec
from planner.io.text import utf8

SEPARATORS = (",", ";", "\t")
"""Separators read; the one that the header holds most often is taken."""

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or workbook",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
}
_GZIP = b"\x1f\x8b"


def read_csv(path: Path, spec: TableSpec) -> pd.DataFrame:
    """Return the cells of a CSV file, its columns named by `match_header` and its rows numbered as a spreadsheet counts them.

    Text columns hold text; number columns hold numbers, or text where a cell is not a number. Lines without any text are left out.
    UTF-8 (with or without byte order mark) and UTF-16 with byte order mark are read; commas, semicolons and tabs separate.
    """
    file = path.name
    data = utf8(_bytes(path), file)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    _check_lines(data, file)
    separator, header, first = _first_records(data, file)
    names = match_header(header, spec, file)
    lines = data.count(b"\n")
    if lines * len(header) > limits.CELLS:
        message = f"has {lines:,} lines of {len(header)} columns"
        raise DataError(Problem(file, message, f"at most {limits.CELLS:,} cells are read; delete columns not needed"))
    if first is not None and len(first) > len(header):
        raise DataError(_ragged(file, 2, len(header), len(first)))
    types = {name: str for name in names if name not in spec.numbers}
    try:
        frame = pd.read_csv(
            io.BytesIO(data),
            sep=separator,
            header=0,
            names=names,
            dtype=types,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
            low_memory=False,
        )
    except pd.errors.ParserError as error:
        raise DataError(_parse_problem(file, str(error))) from error
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame.dropna(how="all")


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(limits.TABLE_BYTES + 1)
    if data.startswith(_GZIP):
        data = _unzipped(data, path.name)
    if len(data) > limits.TABLE_BYTES:
        raise DataError(
            Problem(path.name, f"is larger than {limits.TABLE_BYTES / 1e6:g} MB", "leave out old months or columns not needed")
        )
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise DataError(Problem(path.name, f"is {what}, not CSV", "give it its right name ending, or save it as CSV UTF-8"))
    if not data.strip():
        raise DataError(Problem(path.name, "is empty", "it needs a header and at least one row; or leave the table out"))
    return data


def _unzipped(data: bytes, file: str) -> bytes:
    parts, size = [], 0
    try:
        while data:
            unzip = zlib.decompressobj(wbits=31)
            part = unzip.decompress(data, limits.TABLE_BYTES + 1 - size)
            parts.append(part)
            size += len(part)
            if size > limits.TABLE_BYTES:
                break
            if not unzip.eof:
                raise zlib.error("the file ends too early")
            data = unzip.unused_data
    except zlib.error as error:
        raise DataError(Problem(file, f"cannot be unpacked: {error}", "copy it again; it may have been cut short")) from error
    return b"".join(parts)


def _check_lines(data: bytes, file: str) -> None:
    lines = data.count(b"\n")
    if lines > limits.ROWS + 2:
        raise DataError(Problem(file, f"has {lines:,} lines", f"at most {limits.ROWS:,} are read; leave out old months"))
    ends = np.append(np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10), len(data))
    lengths = np.diff(ends, prepend=-1) - 1
    longest = int(np.argmax(lengths))
    if lengths[longest] > limits.LINE_BYTES:
        raise DataError(
            Problem(
                f"{file} line {longest + 1}",
                f"is {int(lengths[longest]):,} bytes long",
                f"no line of a table needs more than {limits.LINE_BYTES:,}; this is not a table, or a cell went wrong",
            )
        )


def _first_records(data: bytes, file: str) -> tuple[str, list[str], list[str] | None]:
    head = data[: 4 * limits.LINE_BYTES].decode(errors="ignore")
    line = head.split("\n", 1)[0]
    separator = max(SEPARATORS, key=line.count)
    row = 1
    try:
        records = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        header = next(records, [])
        row = 2
        first = next((r for r in records if r), None)
    except csv.Error as error:
        what = f"has a cell of more than {csv.field_size_limit():,} characters, or a quote that is never closed"
        raise DataError(Problem(f"{file} row {row}", what, "close or delete the quote, or shorten the cell")) from error
    if line.count(separator) == 0:
        raise DataError(
            Problem(
                f"{file} row 1",
                f"is not the header of a table: {shown(line.strip())}",
                "the first row names the columns, separated by commas, semicolons or tabs",
            )
        )
    return separator, header, first


def _parse_problem(file: str, message: str) -> Problem:
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message):
        return _ragged(file, int(found[2]), int(found[1]), int(found[3]))
    if found := re.search(r"EOF inside string starting at row (\d+)", message):
        return Problem(f"{file} row {int(found[1]) + 1}", "has a quote that is never closed", "close or delete the quote")
    return Problem(file, f"cannot be read as CSV: {message.strip()}", "save it again as CSV UTF-8")


def _ragged(file: str, row: int, wanted: int, got: int) -> Problem:
    return Problem(
        f"{file} row {row}",
        f"has {got} cells, but the header has {wanted}",
        "a comma inside a number or a text? Write 12.5 with a point, put texts with commas in quotes, or separate by semicolons",
    )
