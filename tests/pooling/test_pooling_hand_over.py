"""Shared people who hand over: designs that overlap, and no step after them that leaves a hand-over out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from shared_desk import write_four_languages

import planner
from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.pooling.allowed import not_handed_over, wrongs
from planner.pooling.trim import without
from planner.rules.hand_over import RULE, lacking
from planner.shifts.blocks import work_of_tours


def write_long_day(folder: Path, handover_min: int) -> Path:
    """Write the four languages' desk open from 09:00 to 17:00, with shifts of four hours that start every half hour, to `folder`."""
    write_four_languages(folder)
    told = (folder / "account.toml").read_text(encoding="utf-8")
    told = told.replace("09:00-13:00", "09:00-17:00")
    told = told.replace('last_start = "09:00"', 'last_start = "13:00"\nstep_min = 30').replace(
        "time_limit_s = 120", "time_limit_s = 40"
    )
    told = re.sub(r"(?m)^(wage_factor = .*)$", rf"\1\nhandover_min = {handover_min}", told)
    (folder / "account.toml").write_text(told, encoding="utf-8")
    rows = ["interval_start,queue,offered"]
    for n in range(28):
        day = date(2026, 2, 4) + timedelta(days=n)
        for half in range(16 if day.weekday() < 5 else 0):
            start = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(minutes=30 * half)
            rows += [f"{start.isoformat()},{language}_calls,12" for language in ("de", "fr", "es", "nl")]
    (folder / "history.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def long_day(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return planner.load_account(write_long_day(tmp_path_factory.mktemp("long"), 30))


@pytest.fixture(scope="module")
def handed(long_day: Account) -> Plan:
    return planner.plan(long_day)


def test_shared_people_hand_over_and_keep_their_promise(handed: Plan) -> None:
    assert not lacking(handed.shifts.shifts, handed.account, handed.shifts.grid)
    assert "people hand over wherever one leaves and another comes" in handed.solves[0].note
    assert not [f for f in planner.check(handed.roster, handed.shifts, handed.account) if f.rule == RULE]
    (row,) = [r for r in handed.evaluation.sla if r.clause == "all_languages" and r.window.value == "day"]
    assert row.met


def test_somebody_whom_a_hand_over_needs_is_missed_when_taken_off(handed: Plan) -> None:
    account = handed.account
    assert not wrongs(handed.shifts, account)
    fewer = [
        without(handed.shifts, name.rsplit("/", 1)[0], work) for name, work in work_of_tours(handed.shifts).items() if work
    ]
    minutes = [sum(lack.minutes for lack in lacking(plan.shifts, account, plan.grid)) for plan in fewer]
    assert max(minutes) > 0
    assert [len(not_handed_over(plan, account)) for plan in fewer] == minutes


def test_without_minutes_of_hand_over_nothing_is_asked(handed: Plan, shared_plan: Plan) -> None:
    groups = tuple(replace(group, handover_min=0) for group in handed.account.groups)
    first = next(name for name, work in work_of_tours(handed.shifts).items() if work)
    alone = without(handed.shifts, first.rsplit("/", 1)[0], work_of_tours(handed.shifts)[first])
    assert not not_handed_over(alone, replace(handed.account, groups=groups))
    assert "hand over" not in shared_plan.solves[0].note
