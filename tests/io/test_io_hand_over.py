"""How long people hand over: read, kept with a plan, and refused where nobody could."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import planner
from planner.io import account_problems

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"


def account_of(tmp_path: Path, value: str, *, length_h: str = "4") -> Path:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "account"))
    file = folder / "account.toml"
    text = file.read_text(encoding="utf-8").replace('id = "leeds_en"', f'id = "leeds_en"\nhandover_min = {value}')
    file.write_text(text.replace("length_h = 4", f"length_h = {length_h}"), encoding="utf-8")
    return folder


def test_minutes_of_hand_over_are_read(tmp_path: Path) -> None:
    assert planner.load_account(account_of(tmp_path, "30")).group("leeds_en").handover_min == 30
    assert planner.load_account(SAMPLE).group("leeds_en").handover_min == 0


def test_a_plan_keeps_them_and_its_roster_is_held_to_them(tmp_path: Path) -> None:
    account = planner.load_account(account_of(tmp_path, "30"))
    plan = planner.plan(account)
    planner.export(plan, tmp_path / "plan")
    assert json.loads((tmp_path / "plan" / "inputs.json").read_text(encoding="utf-8"))
    again = planner.load_plan(tmp_path / "plan")
    assert again.account.group("leeds_en").handover_min == 30
    assert [f for f in planner.check(again.roster, again.shifts, again.account) if f.rule == "hand_over"] == []


@pytest.mark.parametrize(
    ("value", "length_h", "expected"),
    [
        ("20", "4", ["handover_min must be a multiple of the horizon's interval, 15 min, got 20; write 30 or 15"]),
        ("-15", "4", ["handover_min must be 0 or more minutes, got -15"]),
        ("495", "4", ["handover_min must be 0 or more and at most 240 minutes, got 495"]),
        ("2.5", "4", ["handover_min must be a whole number, got 2.5"]),
        ("240", "4", ["handover_min is 240 min, but morning has only 240 min of work in one piece; write at most 225"]),
        (
            "235",
            "3.9",
            ["handover_min must be a multiple", "but morning has only 234 min of work in one piece; write at most 210"],
        ),
        ("225", "4", []),
    ],
)
def test_hand_overs_that_nobody_could_make_are_all_named(
    tmp_path: Path, value: str, length_h: str, expected: list[str]
) -> None:
    problems = [str(p) for p in account_problems(account_of(tmp_path, value, length_h=length_h))]
    told = [p for p in problems if "handover_min" in p]
    assert len(told) == len(expected)
    for problem, words in zip(told, expected, strict=True):
        assert 'groups[1] "leeds_en": ' in problem
        assert words in problem
