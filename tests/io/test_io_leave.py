"""Leave listed by name and the absence of a group: never counted twice without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import planner
from planner.domain.leave import leave_notes
from planner.io import account_problems

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"


def account_of(tmp_path: Path, group: str, *, off: str = "2026-03-04,2026-03-05", people: bool = True) -> Path:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "account"))
    file = folder / "account.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('id = "leeds_en"', f'id = "leeds_en"\n{group}'), encoding="utf-8")
    if people:
        (folder / "agents.csv").write_text("agent,group\np1,leeds_en\np2,leeds_en\n", encoding="utf-8")
        (folder / "time_off.csv").write_text(f"agent,from,to\np1,{off}\n" if off else "agent,from,to\n", encoding="utf-8")
    return folder


def test_listed_leave_beside_an_unexplained_absence_is_told(tmp_path: Path) -> None:
    account = planner.load_account(account_of(tmp_path, "absence = 0.2"))
    (note,) = leave_notes(account)
    assert "leeds_en (1 day listed, absence 20%)" in note
    assert account.group("leeds_en").absence == 0.2


@pytest.mark.parametrize(("said", "left"), [("0", 0.2), ("0.1", 1 - 0.8 / 0.9), ("0.2", 0.0)])
def test_the_part_said_to_be_planned_leave_is_left_out(tmp_path: Path, said: str, left: float) -> None:
    account = planner.load_account(account_of(tmp_path, f"absence = 0.2\nplanned_leave = {said}"))
    assert account.group("leeds_en").absence == pytest.approx(left)
    assert leave_notes(account) == ()


@pytest.mark.parametrize(("off", "people"), [("", True), ("", False)])
def test_without_listed_leave_absence_stays_whole(tmp_path: Path, off: str, people: bool) -> None:
    account = planner.load_account(account_of(tmp_path, "absence = 0.2\nplanned_leave = 0.1", off=off, people=people))
    assert account.group("leeds_en").absence == 0.2
    assert leave_notes(account) == ()


def test_leave_of_other_months_beside_this_one_is_no_matter(tmp_path: Path) -> None:
    folder = account_of(tmp_path, "absence = 0.2", off="2026-03-04,2026-03-04\np2,2026-07-01,2026-07-14")
    assert "(1 day listed" in leave_notes(planner.load_account(folder))[0]


def test_a_table_of_which_nothing_lies_within_the_horizon_is_told(tmp_path: Path) -> None:
    (problem,) = account_problems(account_of(tmp_path, "absence = 0.2", off="2025-03-04,2025-03-05"))
    assert (
        "time_off.csv row 2, column from: all leave of the table is from 2025-03-04 to 2025-03-05, outside the horizon"
        in str(problem)
    )
    assert "correct the dates, or empty the table" in str(problem)


def test_no_more_leave_than_absence(tmp_path: Path) -> None:
    (problem,) = account_problems(account_of(tmp_path, "absence = 0.1\nplanned_leave = 0.2"))
    assert "planned_leave 0.2 is above absence 0.1, of which it is a part; raise absence, or lower planned_leave" in str(
        problem
    )
