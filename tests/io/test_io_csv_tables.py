"""History as CSV: what spreadsheets really save is read; what cannot be trusted is refused by row, column, value and remedy."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from planner.domain.account import Account
from planner.errors import DataError
from planner.io import limits, load_account

WithHistory = Callable[..., Path]

HEADER = "interval_start,queue,offered"
GOOD = [
    f"2026-11-02T{h:02d}:{m}:00Z,{q},{h}" for q in ("uk_voice", "uk_email") for h in (8, 9, 10, 11) for m in ("00", "30")
]  # rows 2 to 17


def table(*more: str, header: str = HEADER) -> str:
    return "\n".join([header, *(f"{row}{',' * (header.count(',') - 2)}" for row in GOOD), *more]) + "\n"


def refusal(folder: Path) -> str:
    before = sorted(folder.rglob("*"))
    with pytest.raises(DataError) as caught:
        load_account(folder)
    assert sorted(folder.rglob("*")) == before
    assert caught.value.exit_code == 2
    return str(caught.value)


def voice(account: Account) -> tuple[list[int], list[float]]:
    series = account.tables.history_of("uk_voice")
    assert series is not None
    return [int(s) for s in series.start_s], [float(c) for c in series.counts]


@pytest.mark.parametrize(
    "content",
    [
        table(),
        table().replace(",", ";"),
        table().replace(",", "\t"),
        table().replace("\n", "\r\n"),
        table().replace("\n", "\r"),
        "\ufeff" + table(),
        table().encode("utf-16"),
        table().replace(",", "\t").encode("utf-16"),
        table().replace(HEADER, "Interval_Start, Queue ,OFFERED"),
        table().replace(HEADER, '"interval_start","queue","offered"'),
        table().replace("Z", "+00:00"),
        table().replace("T", " "),
        table() + "\n\n,,\n",
        "\n".join([HEADER, *reversed(GOOD)]),
        table(header=HEADER + ",team,note"),
    ],
    ids=[
        "plain",
        "semicolons",
        "tabs",
        "windows line ends",
        "old mac line ends",
        "byte order mark",
        "UTF-16",
        "unicode text",
        "header in capitals",
        "quoted header",
        "offsets",
        "blank for T",
        "blank lines",
        "upside down",
        "columns without a meaning",
    ],
)
def test_the_same_table_is_read_whatever_saved_it(content: str | bytes, with_history: WithHistory) -> None:
    starts, counts = voice(load_account(with_history(content)))
    assert counts == [8, 8, 9, 9, 10, 10, 11, 11]
    assert np.diff(starts).tolist() == [1800] * 7


def test_a_gzipped_table_is_read_and_has_the_fingerprint_of_the_plain_one(with_history: WithHistory) -> None:
    plain = load_account(with_history(table()))
    zipped = load_account(with_history(gzip.compress(table().encode()), "history.csv.gz"))
    assert zipped == plain
    assert zipped.tables_sha256 == plain.tables_sha256


REFUSED = {
    "empty": ("", ["history.csv: is empty; it needs a header and at least one row"]),
    "only blanks": (" \n\n", ["history.csv: is empty"]),
    "header only": (HEADER + "\n", ["history.csv: has a header but no rows"]),
    "header without line end": (HEADER, ["history.csv: has a header but no rows"]),
    "no header": (
        "\n".join(GOOD),
        [
            "history.csv row 1: holds data where the names of the columns belong",
            "write a first row that says which column is which: interval_start,queue,offered",
        ],
    ),
    "other columns": (
        table(header="when,who,offered"),
        [
            "history.csv row 1: columns interval_start, queue are missing; found",
            "the columns are interval_start, queue, offered",
        ],
    ),
    "a quote that is never closed": (
        table().replace("uk_voice,8", '"uk_voice,8', 1) + "x" * 99 + ("\n" + "x" * 99) * 2000,
        ["history.csv row 2: has a cell of more than 131,072 characters, or a quote that is never closed; close or delete"],
    ),
    "not a table": (
        "lorem ipsum dolor\nsit amet\n",
        ['history.csv row 1: is not the header of a table: "lorem ipsum dolor"'],
    ),
    "a misspelt column": (
        table().replace("offered", "ofered"),
        ['history.csv row 1: unknown column "ofered"; did you mean offered?'],
    ),
    "a misspelt optional column": (table(header=HEADER + ",aht"), ['unknown column "aht"; did you mean aht_s?']),
    "a column twice": (table(header=HEADER + ",offered"), ["column offered is there 2 times"]),
    "UTF-16 without mark": (table().encode("utf-16-le"), ["UTF-16 without a byte order mark; save it again as"]),
    "UTF-32": (table().encode("utf-32"), ["the text is UTF-32"]),
    "Latin-1": (table("2026-11-02T12:00:00Z,büro,1").encode("latin-1"), ["byte 0xFC in line 18 is not UTF-8"]),
    "a repeated interval": (
        table("2026-11-02T08:30:00Z,uk_voice,7"),
        ["history.csv row 18: queue uk_voice has 2026-11-02T08:30:00Z twice, in rows 3 and 18; keep one row, or add them up"],
    ),
    "the same instant in two offsets": (table("2026-11-02T09:30:00+01:00,uk_voice,7"), ["in rows 3 and 18"]),
    "off the grid": (
        table("2026-11-02T12:10:00Z,uk_voice,7"),
        [
            "history.csv row 18, column interval_start: 2026-11-02T12:10:00Z is off the grid: intervals of uk_voice start every 30"
        ],
    ),
    "an unknown queue": (
        table("2026-11-02T12:00:00Z,uk_vioce,7"),
        [
            'history.csv row 18, column queue: "uk_vioce" is not a queue of the account; did you mean uk_voice? To leave such rows '
            'out: [tables] unknown_queues = "ignore"'
        ],
    ),
    "unknown queues": (
        table("2026-11-02T12:00:00Z,shop,7", "2026-11-02T12:30:00Z,shop,7", "2026-11-02T13:00:00Z,shop,7"),
        ['row 18, column queue: "shop" is not a queue of the account (and 2 more rows); queues: uk_voice, uk_email. To leave'],
    ),
    "no queue": (table("2026-11-02T12:00:00Z,,7"), ["history.csv row 18, column queue: is empty"]),
    "no stamp": (table(",uk_voice,7"), ["history.csv row 18, column interval_start: is empty"]),
    "no offset": (
        table("2026-11-02T12:00:00,uk_voice,7", "2026-11-02T12:30:00,uk_voice,7"),
        ['row 18, column interval_start: "2026-11-02T12:00:00" has no UTC offset (and 1 more rows); write offsets'],
    ),
    "an American date": (
        table("11/02/2026 12:00,uk_voice,7"),
        ['row 18, column interval_start: "11/02/2026 12:00" is not a time; write ISO 8601'],
    ),
    "a thirteenth month": (table("2026-13-02T12:00:00Z,uk_voice,7"), ["is not a time"]),
    "a far year": (table("0226-11-02T12:00:00Z,uk_voice,7"), ["is too far away; years 1990 to 2100 are read"]),
    "a negative count": (
        table("2026-11-02T12:00:00Z,uk_voice,-7"),
        ["history.csv row 18, column offered: must be 0 or more, got -7"],
    ),
    "NaN": (
        table("2026-11-02T12:00:00Z,uk_voice,NaN"),
        ['row 18, column offered: "NaN" is not a number; leave out the whole row where the count is not known'],
    ),
    "an empty count": (
        table("2026-11-02T12:00:00Z,uk_voice,"),
        ["row 18, column offered: is empty; write the count, 0 for none"],
    ),
    "an infinite count": (table("2026-11-02T12:00:00Z,uk_voice,inf"), ["row 18, column offered: must be finite, got inf"]),
    "minus infinity": (table("2026-11-02T12:00:00Z,uk_voice,-inf"), ["row 18, column offered: must be finite, got -inf"]),
    "a word for a number": (
        table("2026-11-02T12:00:00Z,uk_voice,many"),
        ['row 18, column offered: "many" is not a number'],
    ),
    "AHT 0": (
        table("2026-11-02T12:00:00Z,uk_voice,7,0", header=HEADER + ",aht_s"),
        ["row 18, column aht_s: must be above 0 seconds, got 0; leave the cell empty where it is not known"],
    ),
    "a negative AHT": (
        table("2026-11-02T12:00:00Z,uk_voice,7,-3", header=HEADER + ",aht_s"),
        ["must be above 0 seconds, got -3"],
    ),
    "a decimal comma": (
        table("2026-11-02T12:00:00Z,uk_voice,7,5"),
        ["row 18: has 4 cells, but the header has 3; a comma inside a number or a text?"],
    ),
    "a decimal comma between semicolons": (
        table("2026-11-02T12:00:00Z,uk_voice,7").replace(",", ";") + "2026-11-02T12:30:00Z;uk_voice;7,5\n",
        ['row 19, column offered: "7,5" is not a number; write a decimal point'],
    ),
    "more cells than names from the start": (
        HEADER + "\n2026-11-02T12:00:00Z,uk_voice,7,5\n",
        ["row 2: has 4 cells, but the header has 3"],
    ),
    "an open quote": (table('2026-11-02T12:00:00Z,"uk_voice,7'), ["row 18: has a quote that is never closed"]),
    "a formula as a queue": (
        table("2026-11-02T12:00:00Z,=cmd|'/C calc'!A0,7"),
        ["row 18, column queue: \"=cmd|'/C calc'!A0\" begins like a formula, which a spreadsheet would run"],
    ),
    "a formula as a count": (
        table("2026-11-02T12:00:00Z,uk_voice,=1+1"),
        ['row 18, column offered: "=1+1" begins like a formula'],
    ),
    "a formula in a column without a meaning": (
        table("2026-11-02T12:00:00Z,uk_voice,7,@SUM(A1)", header=HEADER + ",note"),
        ['row 18, column 4: "@SUM(A1)" begins like a formula'],
    ),
    "two intervals in one series": (
        table("2026-11-02T12:00:00Z,uk_voice,7,3600", header=HEADER + ",interval_s").replace(",\n", ",1800\n"),
        ["row 18, column interval_s: uk_voice has an interval of 3600 s here and of 1800 s elsewhere"],
    ),
    "an odd interval": (
        table("2026-11-02T12:00:00Z,uk_voice,7,1234", header=HEADER + ",interval_s"),
        ["row 18, column interval_s: must be an interval length in seconds: 300, 600", "got 1234"],
    ),
    "days": (
        HEADER + "".join(f"\n2026-11-0{d}T00:00:00Z,{q},7" for d in (1, 2, 3) for q in ("uk_voice", "uk_email")),
        ["the stamps of queue uk_voice are mostly 1440 minutes apart"],
    ),
    "one row": (
        table().split("2026-11-02T08:30:00Z,uk_email")[0],
        ["queue uk_email has one interval only"],
    ),
    "hours of a half-hour zone": (
        HEADER + "".join(f"\n2026-11-02T{h:02d}:30:00Z,{q},7" for h in (8, 9, 10) for q in ("uk_voice", "uk_email")),
        ["every interval of queue uk_voice starts 30 minutes after a full 60 minutes of UTC"],
    ),
    "a workbook named CSV": (b"PK\x03\x04" + bytes(100), ["is a ZIP archive or workbook, not CSV"]),
    "a queue without rows": (
        table().replace("uk_email", "uk_voice").split("2026-11-02T08:00:00Z,uk_voice", 2)[0] + "\n".join(GOOD[:8]),
        ['queues[2] "uk_email": has no rows in the history table'],
    ),
}


@pytest.mark.parametrize(("content", "parts"), REFUSED.values(), ids=REFUSED.keys())
def test_a_table_that_cannot_be_trusted_is_refused(content: str | bytes, parts: list[str], with_history: WithHistory) -> None:
    text = refusal(with_history(content))
    for part in parts:
        assert text.count(part) == 1


def test_many_problems_of_a_kind_are_listed_in_part(with_history: WithHistory) -> None:
    rows = [f"2026-10-{d:02d}T{h:02d}:00:00Z,uk_voice,-1" for d in range(1, 29) for h in range(24)]
    text = refusal(with_history(table(*rows)))
    assert text.count("must be 0 or more, got -1") == limits.LISTED
    assert f"and {len(rows) - limits.LISTED} more rows: offered must be 0 or more; the last is row {len(rows) + 17}" in text


def test_every_kind_of_problem_is_told_at_once(with_history: WithHistory) -> None:
    text = refusal(
        with_history(
            table("2026-11-02T12:00:00Z,uk_voice,-7", "2026-11-02T12:30,uk_voice,x", "2026-11-02T08:00:00Z,uk_email,=1")
        )
    )
    for part in ("got -7", "has no UTC offset", '"x" is not a number', '"=1" begins like', "in rows 10 and 20"):
        assert text.count(part) == 1


def test_missing_tables_and_strange_formats_are_named(folder: Path, spoil: Callable[[str, str], Path]) -> None:
    spoil("[[markets]]", '[tables]\nhistory = "calls.csv"\n[[markets]]')
    assert "there is no such file; check the name under [tables]" in refusal(folder)
    spoil("calls.csv", "calls.xls")
    assert "calls.xls: is not a table that is read here; save it as one of .csv" in refusal(folder)


def test_two_tables_of_one_name_are_not_guessed_between(folder: Path) -> None:
    (folder / "history.csv.gz").write_bytes(gzip.compress(table().encode()))
    assert "history.csv and history.csv.gz are both there" in refusal(folder)


def test_rows_of_other_queues_are_left_out_when_the_account_says_so(
    spoil: Callable[[str, str], Path], with_history: WithHistory
) -> None:
    with_history(table("2026-11-02T12:00:00Z,another,7"))
    folder = spoil("[[markets]]", '[tables]\nunknown_queues = "ignore"\n[[markets]]')
    assert {s.id for s in load_account(folder).tables.history} == {"uk_voice", "uk_email"}


def test_a_handling_time_of_zero_over_nothing_is_unknown_not_zero(with_history: WithHistory) -> None:
    content = table("2026-11-02T12:00:00Z,uk_voice,0,0", "2026-11-02T12:30:00Z,uk_voice,2,250", header=HEADER + ",aht_s")
    series = load_account(with_history(content)).tables.history_of("uk_voice")
    assert series is not None
    assert np.isnan(series.aht_s[:-1]).all()
    assert series.aht_s[-1] == 250


def test_gaps_stay_gaps(with_history: WithHistory) -> None:
    starts, _ = voice(load_account(with_history(table("2026-11-04T12:00:00Z,uk_voice,7"))))
    assert len(starts) == 9
    assert starts[-1] - starts[-2] > 86_400


def test_a_cell_of_sixty_megabytes_is_refused_before_it_is_parsed(with_history: WithHistory) -> None:
    text = refusal(with_history(table("2026-11-02T12:00:00Z," + "x" * 60_000_000 + ",1")))
    assert "history.csv line 18: is 60,000,023 bytes long" in text


def test_a_long_cell_over_many_lines_is_refused(with_history: WithHistory) -> None:
    long = '"' + "x\n" * 300_000 + '"'
    text = refusal(with_history(table(f"2026-11-02T12:00:00Z,{long},1")))
    assert "row 18, column queue: holds 600,000 characters; at most 10,000 are read" in text


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (HEADER + '\n2026-11-02T08:00:00Z,"' + "x\n" * 4_000_000 + '",1\n', "has 4,000,002 lines; at most 3,000,000 are read"),
        (HEADER + "," * 200 + "\n" + "1\n" * 200_000, "has 200,001 lines of 203 columns; at most 30,000,000 cells are read"),
        (HEADER + "," * 300 + "\n" + "1\n", "has 303 columns; at most 256 are read"),
    ],
    ids=["lines", "cells", "columns"],
)
def test_a_table_of_too_many_parts_is_refused_before_it_is_parsed(content: str, part: str, with_history: WithHistory) -> None:
    assert part in refusal(with_history(content))


def test_a_gzip_bomb_is_refused(with_history: WithHistory) -> None:
    bomb = gzip.compress(b"x" * 1000) + gzip.compress(bytes(250_000_000), 1)
    assert "is larger than 200 MB" in refusal(with_history(bomb, "history.csv.gz"))


def test_a_gzip_file_cut_short_is_refused(with_history: WithHistory) -> None:
    assert "cannot be unpacked" in refusal(with_history(gzip.compress(table().encode())[:-10], "history.csv.gz"))
