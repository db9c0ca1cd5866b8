"""Parquet files, where pyarrow is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import DataError, Problem
from planner.io import limits
from planner.io.tables.header import match_header
from planner.io.tables.spec import TableSpec


def read_parquet(path: Path, spec: TableSpec) -> pd.DataFrame:
    """Return the meaningful columns of a Parquet file, rows numbered as if it had been saved as a spreadsheet (header = row 1)."""
    file = path.name
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        remedy = "install pyarrow (it comes with third-ring[ui]), or save the table as CSV UTF-8"
        raise DataError(Problem(file, "reading Parquet needs pyarrow, which is not installed", remedy)) from error
    try:
        with pq.ParquetFile(path) as probe:
            schema, rows = probe.schema_arrow, probe.metadata.num_rows
            size = sum(probe.metadata.row_group(i).total_byte_size for i in range(probe.metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            Problem(file, f"is not a sound Parquet file: {error}", "write it again, or save it as CSV UTF-8")
        ) from error
    names = match_header(list(schema.names), spec, file)
    wanted = {written: name for written, name in zip(schema.names, names, strict=True) if name in spec.columns}
    if rows > limits.ROWS or size > limits.TABLE_BYTES:
        raise DataError(
            Problem(
                file,
                f"holds {rows:,} rows, {size / 1e6:,.0f} MB",
                f"at most {limits.ROWS:,} rows and {limits.TABLE_BYTES / 1e6:g} MB",
            )
        )
    for written in wanted:
        if pa.types.is_nested(schema.field(written).type):
            raise DataError(
                Problem(f"{file}, column {written}", "holds lists or records, not plain values", "write plain values")
            )
    texts = [w for w in wanted if _is_text(pa, schema.field(w).type)]
    try:
        # read as dictionaries, so that a text repeated in every row is held once
        table = pq.read_table(path, columns=list(wanted), read_dictionary=texts, memory_map=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(Problem(file, f"cannot be read: {error}", "write it again, or save it as CSV UTF-8")) from error
    for written in texts:
        _check_lengths(pa, table.column(written), f"{file}, column {written}")
    frame = table.to_pandas().rename(columns=wanted)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame.dropna(how="all")


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    )


def _check_lengths(pa: Any, column: Any, place: str) -> None:
    import pyarrow.compute as pc

    for chunk in column.chunks:
        longest = pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0
        if longest > limits.CELL_CHARACTERS:
            message = f"holds a cell of {longest:,} bytes"
            raise DataError(
                Problem(place, message, f"no cell of a table needs more than {limits.CELL_CHARACTERS:,} characters")
            )
