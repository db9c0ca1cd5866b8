"""How far apart a person's starts may be: read, kept with a plan, and refused where it would change nothing."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

import planner
from planner.io import account_problems

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"


def account_of(tmp_path: Path, value: str, *, last: str = "09:00") -> Path:
    """Two days of the sample; mornings start every half hour from nine to `last`."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "account"))
    file = folder / "account.toml"
    text = file.read_text(encoding="utf-8").replace('id = "leeds_en"', f'id = "leeds_en"\nstart_band_min = {value}')
    text = text.replace('last_start = "09:00"', f'last_start = "{last}"\nstep_min = 30')
    file.write_text(text.replace("days = 1\n", "days = 2\n"), encoding="utf-8")
    return folder


def test_the_band_is_read(tmp_path: Path) -> None:
    assert planner.load_account(account_of(tmp_path, "30", last="10:00")).group("leeds_en").start_band_min == 30
    assert planner.load_account(SAMPLE).group("leeds_en").start_band_min == 0


def test_a_plan_keeps_tours_whose_starts_vary_and_who_holds_them(tmp_path: Path) -> None:
    plan = planner.plan(planner.load_account(account_of(tmp_path, "30", last="10:00")))
    planner.export(plan, tmp_path / "plan")
    again = planner.load_plan(tmp_path / "plan")
    assert again.shifts == plan.shifts
    assert again.roster == plan.roster
    assert again.account.group("leeds_en").start_band_min == 30
    assert [f for f in planner.check(again.roster, again.shifts, again.account) if f.rule == "start_band"] == []
    with (tmp_path / "plan" / "shifts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["tour"] for row in rows} == {t.pattern for t in plan.shifts.tours}
    assert any(t.pattern.endswith("+30") for t in plan.shifts.tours)


@pytest.mark.parametrize(
    ("value", "last", "expected"),
    [
        ("30", "10:00", None),
        ("720", "10:00", None),
        (
            "20",
            "10:00",
            "but no shift of the group has two starts so close: it would change nothing; write 30 or more, or 0 for one start",
        ),
        ("30", "09:00", "it would change nothing; write 0: each shift has one start"),
        ("-1", "10:00", "start_band_min must be 0 or more minutes, got -1"),
        ("721", "10:00", "start_band_min must be 0 or more and at most 720 minutes, got 721"),
        ("7.5", "10:00", "start_band_min must be a whole number, got 7.5"),
    ],
)
def test_bands_that_change_nothing_are_named(tmp_path: Path, value: str, last: str, expected: str | None) -> None:
    told = [str(p) for p in account_problems(account_of(tmp_path, value, last=last)) if "start_band_min" in str(p)]
    assert len(told) == (expected is not None)
    for problem in told:
        assert 'groups[1] "leeds_en": ' in problem
        assert str(expected) in problem
