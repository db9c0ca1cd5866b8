"""Stamps without offset are read on the zone's clock; those a clock change makes unclear are refused by row."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.io import account_problems
from planner.io.tables.stamps import stamp_column


def read(*texts: object, zone: str | None = None) -> tuple[list[int], list[str]]:
    values = pd.Series(list(texts), index=pd.RangeIndex(2, len(texts) + 2), dtype=object)
    micros, problems = stamp_column(values, zone=zone, file="history.csv")
    return micros.tolist(), [str(p) for p in problems]


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("zone", "skipped", "twice"),
    [
        ("Europe/London", "2026-03-29T01:30:00", "2026-10-25T01:30:00"),
        ("America/New_York", "2026-03-08T02:00:00", "2026-11-01T01:00:00"),
        ("Australia/Sydney", "2026-10-04T02:30:00", "2026-04-05T02:30:00"),
    ],
)
def test_a_local_time_that_does_not_exist_or_exists_twice_is_named_by_row(zone: str, skipped: str, twice: str) -> None:
    _, problems = read("2026-06-01T10:00", skipped, "2026-06-01T10:30", twice, skipped, zone=zone)
    assert problems == [
        f'history.csv row 3, column interval_start: "{skipped}" does not exist in {zone}: the clock changes there; '
        "write this stamp with its UTC offset",
        f'history.csv row 6, column interval_start: "{skipped}" does not exist in {zone}: the clock changes there; '
        "write this stamp with its UTC offset",
        f'history.csv row 5, column interval_start: "{twice}" exists twice in {zone}: the clock changes there; '
        "write this stamp with its UTC offset",
    ]


def test_an_offset_settles_an_unclear_time_and_outweighs_the_zone() -> None:
    found, problems = read("2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00", "2026-06-01T10:00", zone="Europe/London")
    assert problems == []
    assert found == [micros("2026-10-25T00:30+00:00"), micros("2026-10-25T01:30+00:00"), micros("2026-06-01T09:00+00:00")]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Africa/Casablanca", "Europe/Lisbon", "Asia/Kathmandu"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_every_wall_time_that_happens_once_is_read_as_that_instant(zone: str, data: st.DataObject) -> None:
    minutes = data.draw(st.lists(st.integers(0, 5 * 365 * 24 * 4), min_size=1, max_size=30))
    instants = [datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * m) for m in minutes]
    walls = [when.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for when in instants]
    found, problems = read(*[w.isoformat() for w in walls], zone=zone)
    for wall, when, got in zip(walls, instants, found, strict=True):
        twice = wall.replace(tzinfo=ZoneInfo(zone)).utcoffset() != wall.replace(tzinfo=ZoneInfo(zone), fold=1).utcoffset()
        assert got == (np.iinfo(np.int64).min if twice else int(when.timestamp()) * 1_000_000)
        assert any(wall.isoformat() in p for p in problems) == twice


@given(
    when=st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)),
    offset=st.integers(-14 * 4, 14 * 4),
    form=st.sampled_from(["T", " "]),
)
@settings(max_examples=60, deadline=None)
def test_every_iso_stamp_with_offset_is_its_instant(when: datetime, offset: int, form: str) -> None:
    stamp = when.replace(microsecond=0)
    sign, (hours, minutes) = "+-"[offset < 0], divmod(abs(offset) * 15, 60)
    text = stamp.isoformat(sep=form) + f"{sign}{hours:02d}:{minutes:02d}"
    found, problems = read(text)
    assert problems == []
    assert found == [int((stamp.replace(tzinfo=UTC) - timedelta(minutes=15 * offset)).timestamp()) * 1_000_000]


@pytest.mark.parametrize(
    "text",
    ["2026-11-02T24:30Z", "2026-02-30T10:00Z", "02.11.2026 10:00", "46000.5", "2026-11-02T10", "now", "２０２６-11-02T10:00Z"],
)
def test_what_is_no_stamp_is_refused(text: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1
    assert "is not a time" in problems[0]


def test_a_date_alone_is_its_midnight() -> None:
    assert read("2026-06-01", zone="Europe/London")[0] == [micros("2026-05-31T23:00+00:00")]


def test_a_zone_that_does_not_exist_is_the_only_problem_told_of_a_table_whose_stamps_need_it(folder: Path) -> None:
    (folder / "calls.csv").write_text(re.sub("Z,", ",", (folder / "history.csv").read_text()))
    (folder / "history.csv").unlink()
    settings = folder / "account.toml"
    settings.write_text(settings.read_text() + '[tables]\nhistory = "calls.csv"\nhistory_zone = "BST"\n')
    assert [str(p) for p in account_problems(folder)] == [
        'account.toml: tables: history_zone "BST" is not a time zone; write an IANA name such as Europe/Lisbon'
    ]
