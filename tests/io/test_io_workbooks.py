"""History from workbooks and Parquet files, and archives made to harm."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from planner.errors import DataError
from planner.io import load_account

WithHistory = Callable[..., Path]
Cell = str | float | dt.datetime | None

HEADER: list[Cell] = ["interval_start", "queue", "offered", "aht_s"]
STAMPS = [f"2026-11-02T{h:02d}:{m}:00Z" for h in (8, 9) for m in ("00", "30")]
ROWS: list[list[Cell]] = [[stamp, queue, 3, None] for queue in ("uk_voice", "uk_email") for stamp in STAMPS]


def workbook(rows: list[list[Cell]], *, sheet: str = "Sheet1", before: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    if before:
        book.create_sheet(before, 0).append(["something", "else"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(book: bytes, *, sheet: Callable[[str], str] = str, **files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = files.pop(Path(entry.filename).stem, old.read(entry))
            if entry.filename == "xl/worksheets/sheet1.xml":
                data = sheet(data.decode()).encode()
            new.writestr(entry.filename, data)
        for name, data in files.items():
            new.writestr(f"xl/{name}.xml", data)
    return stream.getvalue()


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_account(folder)
    return str(caught.value)


def test_a_workbook_says_the_same_as_the_csv(with_history: WithHistory) -> None:
    csv = "\n".join(",".join("" if c is None else str(c) for c in row) for row in [HEADER, *ROWS])
    from_csv = load_account(with_history(csv))
    assert load_account(with_history(workbook([HEADER, *ROWS]), "history.xlsx")) == from_csv


def test_the_sheet_of_the_tables_name_is_taken_before_the_first(with_history: WithHistory) -> None:
    account = load_account(with_history(workbook([HEADER, *ROWS], sheet="History", before="Notes"), "history.xlsx"))
    assert len(account.tables.history) == 2


def test_dates_of_a_spreadsheet_are_local_times_of_the_zone_named(
    with_history: WithHistory, spoil: Callable[[str, str], Path]
) -> None:
    rows: list[list[Cell]] = [
        [dt.datetime(2026, 7, 1, h, m), queue, 3, 200.5] for queue in ("uk_voice", "uk_email") for h in (9, 10) for m in (0, 30)
    ]
    folder = with_history(workbook([HEADER, *rows]), "history.xlsx")
    assert '"2026-07-01T09:00:00" has no UTC offset (and 7 more rows)' in refusal(folder)
    spoil("[[markets]]", '[tables]\nhistory_zone = "Europe/London"\n[[markets]]')
    series = load_account(folder).tables.history_of("uk_voice")
    assert series is not None
    assert dt.datetime.fromtimestamp(int(series.start_s[0]), dt.UTC) == dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)
    assert series.aht_s.tolist() == [200.5] * 4


def test_rows_are_counted_as_the_spreadsheet_counts_them(with_history: WithHistory) -> None:
    rows = [
        HEADER,
        *ROWS,
        [None] * 4,
        ["2026-11-02T12:00:00Z", "uk_voice", -3, None],
        ["2026-11-02T12:30:00Z", "uk_voice", "x", 0],
    ]
    text = refusal(with_history(workbook(rows), "history.xlsx"))
    assert "history.xlsx row 11, column offered: must be 0 or more, got -3" in text
    assert 'history.xlsx row 12, column offered: "x" is not a number' in text
    assert "history.xlsx row 12, column aht_s: must be above 0 seconds, got 0" in text


def test_a_formula_kept_as_text_is_refused(with_history: WithHistory) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for i, row in enumerate([HEADER, *ROWS, ["2026-11-02T12:00:00Z", "=cmd|'/C calc'!A0", 3, None]]):
            page.write_row(i, 0, row)
    assert "row 10, column queue: \"=cmd|'/C calc'!A0\" begins like a formula" in refusal(
        with_history(stream.getvalue(), "history.xlsx")
    )


HOSTILE = {
    "not a workbook": (b"interval_start,queue,offered\n", "is not a sound workbook"),
    "cut short": (workbook([HEADER, *ROWS])[:2000], "is not a sound workbook"),
    "empty sheet": (workbook([]), "the sheet Sheet1 is empty"),
    "an archive without sheets": (repacked(b"PK\x05\x06" + bytes(18), note=b"<a/>"), "cannot be read as a workbook"),
    "a bomb by size": (repacked(workbook([HEADER, *ROWS]), bomb=b" " * 70_000_000), "unpacks to 70 MB, more than 60 MB"),
    "a bomb by ratio": (
        repacked(workbook([HEADER, *ROWS]), bomb=b" " * 20_000_000),
        "unpacks to more than 200 times its size",
    ),
    "a bomb of nothing between two cells": (
        repacked(workbook([HEADER, *ROWS]), sheet=lambda xml: xml.replace('r="C9"', 'r="XFD1048576"')),
        "a sheet spans 1,048,576 rows and 16,384 columns, more than 10,000,000 cells",
    ),
}


@pytest.mark.parametrize(("content", "part"), HOSTILE.values(), ids=HOSTILE.keys())
def test_an_unsound_or_hostile_workbook_is_refused_before_it_is_parsed(
    content: bytes, part: str, with_history: WithHistory
) -> None:
    assert part in refusal(with_history(content, "history.xlsx"))


def test_one_long_text_shared_by_very_many_cells_is_refused(with_history: WithHistory) -> None:
    text = "".join(chr(97 + i * 7919 % 26) + str(i) for i in range(15_000))
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 60_000))
    shared = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'
    book = repacked(
        workbook([HEADER, *ROWS]),
        sheet=lambda xml: xml[: xml.index("<sheetData>") + 11] + rows + xml[xml.index("</sheetData>") :],
        sharedStrings=shared.encode(),
    )
    assert "59,999 cells that may repeat it" in refusal(with_history(book, "history.xlsx"))


def test_parquet_says_the_same_as_csv(with_history: WithHistory, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame([row[:3] for row in ROWS], columns=HEADER[:3])
    from_csv = load_account(with_history(frame.to_csv(index=False)))
    for stamps in (frame["interval_start"], pd.to_datetime(frame["interval_start"], utc=True)):
        frame.assign(interval_start=stamps).to_parquet(tmp_path / "t.parquet")
        assert load_account(with_history((tmp_path / "t.parquet").read_bytes(), "history.parquet")) == from_csv


def test_parquet_is_checked_like_any_table(with_history: WithHistory, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame([row[:3] for row in ROWS], columns=HEADER[:3]).astype({"offered": float})
    frame.loc[1, "offered"] = -2.0
    frame.loc[2, "offered"] = float("nan")
    frame.loc[3, "queue"] = "=1+1"
    frame.to_parquet(tmp_path / "t.parquet")
    text = refusal(with_history((tmp_path / "t.parquet").read_bytes(), "history.parquet"))
    assert "row 3, column offered: must be 0 or more, got -2" in text
    assert "row 4, column offered: is empty" in text
    assert 'row 5, column queue: "=1+1" begins like a formula' in text


def test_hostile_parquet_is_refused(with_history: WithHistory, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert "is not a sound Parquet file" in refusal(with_history(b"PAR1" + bytes(50), "history.parquet"))
    frame = pd.DataFrame({"interval_start": ["2026-11-02T08:00:00Z"] * 1000, "queue": ["x" * 20_000] * 1000, "offered": 1})
    frame.to_parquet(tmp_path / "t.parquet")
    assert "holds a cell of 20,000 bytes" in refusal(with_history((tmp_path / "t.parquet").read_bytes(), "history.parquet"))
    frame.assign(offered=[[1, 2]] * 1000).to_parquet(tmp_path / "t.parquet")
    assert "column offered: holds lists or records" in refusal(
        with_history((tmp_path / "t.parquet").read_bytes(), "history.parquet")
    )
