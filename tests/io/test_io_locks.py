"""The table of locks and what was worked before: what a row means, and every lock that no plan could keep, told at once."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import planner
from planner.domain.staff import Lock
from planner.io import account_problems

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest sample over a week, its shifts any length of start."""
    path = Path(shutil.copytree(SAMPLE, tmp_path / "account"))
    toml = (path / "account.toml").read_text(encoding="utf-8")
    start = next(line for line in toml.splitlines() if line.startswith("start ="))
    days = next(line for line in toml.splitlines() if line.startswith("days ="))
    toml = toml.replace(start, "start = 2026-11-09").replace(days, "days = 14")
    (path / "account.toml").write_text(toml, encoding="utf-8")
    return path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def shift_of(folder: Path) -> str:
    text = (folder / "account.toml").read_text(encoding="utf-8")
    return text[text.index("[[shifts]]") :].split('id = "', 1)[1].split('"', 1)[0]


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in account_problems(folder)]


def test_rows_become_locks_and_what_was_worked_before(folder: Path) -> None:
    write(
        folder,
        "agents.csv",
        "agent,group,least_hours,last_shift_end,days_in_a_row_before,hours_before\np1,leeds_en,30,2026-11-08 23:00,3,0\n",
    )
    write(
        folder,
        "locks.csv",
        f"agent,date,shift,start\np1,2026-11-09,off,\np1,2026-11-10,any,\np1,2026-11-11,{shift_of(folder)},\n",
    )
    account = planner.load_account(folder)
    (person,) = account.people
    assert person.last_end_utc == datetime(2026, 11, 8, 23, tzinfo=UTC)
    assert (person.least_hours, person.days_in_a_row_before, person.hours_before) == (30.0, 3, 0.0)
    assert account.locks == (
        Lock(agent="p1", day=date(2026, 11, 9), off=True),
        Lock(agent="p1", day=date(2026, 11, 10)),
        Lock(agent="p1", day=date(2026, 11, 11), rule=shift_of(folder)),
    )


def test_every_lock_that_cannot_be_kept_is_told_at_once(folder: Path) -> None:
    shift = shift_of(folder)
    write(
        folder,
        "agents.csv",
        "agent,group,days_per_week,least_days,availability,valid_to,latest_start\n"
        "p1,leeds_en,2,0,,,\np2,leeds_en,5,0,Mon-Fri 06:00-22:00,2026-11-12,\np3,leeds_en,5,0,,,06:00\n",
    )
    write(folder, "time_off.csv", "agent,from,to\np2,2026-11-10,2026-11-10\n")
    write(
        folder,
        "locks.csv",
        "agent,date,shift,start\n"
        f"p1,2026-11-09,any,\np1,2026-11-10,any,\np1,2026-11-11,{shift},\np1,2026-11-11,off,\n"
        "p2,2026-11-10,any,\np2,2026-11-13,any,\np2,2026-11-15,any,\np2,2026-12-24,any,\n"
        f"p3,2026-11-09,{shift},23:59\nzz,2026-11-09,off,\np3,2026-11-10,siesta,\np3,2026-11-11,off,08:00\np3,someday,,\n",
    )
    lines = told(folder)
    for words in (
        "locks.csv row 4, column date: p1 is locked to 3 shifts in the week from 2026-11-09 but works at most 2 days a week",
        "locks.csv row 5, column date: p1 has a lock on 2026-11-11 in row 4 already",
        "locks.csv row 6, column date: p2 on 2026-11-10 is locked to a shift but has time off",
        "locks.csv row 7, column date: p2 on 2026-11-13 is locked to a shift, when the contract does not hold",
        "locks.csv row 8, column date: p2 on 2026-11-15 is locked to a shift but not available that weekday",
        "locks.csv row 9, column date: 2026-12-24 is outside the horizon",
        "locks.csv row 10, column start: no shift of p3 starts at 23:59",
        "locks.csv row 10, column start: p3 may not start at 23:59",
        'locks.csv row 11, column agent: "zz" is not in the agents table',
        'locks.csv row 12, column shift: "siesta" is not among the shifts',
        "locks.csv row 13, column start: a day off has no start",
        'locks.csv row 14, column date: "someday" is not a date',
        "locks.csv row 14, column shift: is empty",
    ):
        assert any(words in line for line in lines), (words, lines)


def test_locks_that_leave_no_rest_between_two_days_are_told(folder: Path) -> None:
    toml = (folder / "account.toml").read_text(encoding="utf-8")
    shifts = "".join(
        f'\n[[shifts]]\nid = "{name}"\nlength_h = 8\nfirst_start = "{start}"\nlast_start = "{start}"\n'
        for name, start in (("late", "15:00"), ("early", "06:00"))
    )
    toml = toml.replace('shifts = ["morning", "long"]', 'shifts = ["morning", "late", "early"]') + shifts
    write(folder, "account.toml", toml)
    write(folder, "agents.csv", "agent,group\np1,leeds_en\n")
    write(
        folder,
        "locks.csv",
        "agent,date,shift\np1,2026-11-09,late\np1,2026-11-10,early\np1,2026-11-12,early\np1,2026-11-13,late\n",
    )
    (line,) = told(folder)
    assert (
        "locks.csv row 3, column date: p1 is locked to shifts on 2026-11-09 and 2026-11-10 with at most 7 h between them"
        in line
    )
    assert "11 h of rest are the rule" in line


@pytest.mark.parametrize(
    ("columns", "cells", "words"),
    [
        ("last_shift_end", "yesterday", '"yesterday" is not a date and time; write it such as 2026-11-08 23:00'),
        ("last_shift_end", "2026-11-08", "must be a date and time on the site's clock"),
        ("last_shift_end", "2026-11-08T23:00Z", "must be a date and time on the site's clock"),
        ("last_shift_end", "2026-11-11 06:00", "is after the horizon begins, on 2026-11-09"),
        ("days_in_a_row_before", "3", "days_in_a_row_before needs last_shift_end"),
        ("days_in_a_row_before", "-1", "is not a whole number"),
        ("hours_before", "-4", "must be above 0 and at most 168 hours, got -4"),
        ("hours_per_week", "-8", "must be above 0 and at most 168 hours, got -8"),
        ("least_hours", "200", "must be above 0 and at most 168 hours, got 200"),
        ("hours_per_week,least_hours", "20,30", "0 <= least_hours <= hours_per_week, got 30 and 20"),
        ("languages", "en:Z9", "has an unknown level; levels are A1, A2, B1, B2, C1, C2, native"),
        ("scores", "empathy:7", "a score must lie between 0 and 1, got 7"),
        ("shifts", "siesta", '"siesta" is not among the shifts'),
        ("site", "mars", '"mars" is not the site of leeds_en'),
    ],
)
def test_a_wrong_cell_of_a_person_is_told_with_place_and_remedy(folder: Path, columns: str, cells: str, words: str) -> None:
    write(folder, "agents.csv", f"agent,group,{columns}\np1,leeds_en,{cells}\n")
    lines = told(folder)
    assert len(lines) == 1, lines
    assert lines[0].startswith("agents.csv row 2, column ") or "agents.csv row 2, column " in lines[0]
    assert words in lines[0]
