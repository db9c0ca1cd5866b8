"""Planned blocks off the phones: everybody has theirs, where they hurt least, and the plan pays for what they cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from planner.domain.account import Account, Settings
from planner.domain.people import Block, BlockKind
from planner.io.plan_people import parse_breaks
from planner.report.tables import breaks_json
from planner.roster import staff_shifts
from planner.rules import Severity, check
from planner.rules.block_check import block_findings
from planner.rules.check import work_of
from planner.shifts import design_from, design_shifts
from planner.shifts.assemble import on_duty
from planner.shifts.blocks import without_blocks

TRAINING = Block(kind=BlockKind.TRAINING, minutes=60)


def week(
    make: Any, *, blocks: tuple[Block, ...] = (TRAINING,), days: int = 7, peak: float = 3.0, low: float = 1.0, **more: Any
) -> tuple[Account, np.ndarray]:
    """Four quiet hours, then four busy ones, five days; a shift of eight hours over both."""
    rule = make.rule("eight", length_min=480, first=480, last=480)
    account = make.account(
        rules=(rule,),
        groups=(make.group(rules=("eight",), blocks=blocks, **more),),
        days=days,
        settings=Settings(gap=0.0, time_limit_s=30, shortfall_price_per_h=50),
    )
    need = np.full(24 * days, np.nan)
    for day in range(days):
        if day % 7 < 5:
            need[24 * day + 8 : 24 * day + 12] = low
            need[24 * day + 12 : 24 * day + 16] = peak
    return account, need


def test_everybody_has_their_block_once_a_week_and_off_the_peak_where_that_costs_nothing(make: Any) -> None:
    account, need = week(make, days=14)
    requirement = make.requirement(account, need)
    plan, infos = design_shifts(requirement, account)
    plain, before = design_shifts(requirement, replace(account, groups=(replace(account.groups[0], blocks=()),)))
    assert infos[0].objective == pytest.approx(before[0].objective)  # there is room in the quiet hours
    assert infos[0].bound == pytest.approx(before[0].bound)
    shifts, roster, _ = staff_shifts(plan, account, requirement=requirement)
    assert shifts is plan
    blocks = [b for s in shifts.shifts for _ in range(s.heads) for b in s.blocks]
    assert len(blocks) == 2 * plain.heads() == 6
    assert all(b.start_utc.hour < 12 and b.end_utc - b.start_utc == timedelta(hours=1) and b.paid for b in blocks)
    assert max(Counter(b.start_utc for b in blocks).values()) <= 2, "one stays on the phones"
    assert not [f for f in check(roster, shifts, account) if f.rule == "planned_block"]


def test_blocks_that_cost_service_are_paid_for_with_people_and_the_bound_counts_them(make: Any) -> None:
    account, need = week(make, low=3.0)  # nobody to spare at any hour
    requirement = make.requirement(account, need)
    found = design_from(requirement, account)
    whole = found.solves[0]
    free = design_shifts(requirement, replace(account, groups=(replace(account.groups[0], blocks=()),)))[1][0]
    assert whole.objective is not None
    assert whole.bound is not None
    assert free.objective is not None
    assert whole.objective > free.objective + 100  # three hours at 50, or a fourth agent
    assert free.objective + 1 < whole.bound <= whole.objective
    assert "planned blocks off the phones are paid for" in whole.note
    heads = sum(on_duty(s, account.grid) for s in found.shifts().shifts)
    short = np.maximum(np.nan_to_num(need) - heads, 0).sum()
    wages = sum(s.heads * s.paid_h_per_head for s in found.shifts().shifts) * 10
    assert whole.objective == pytest.approx(wages + 50 * short)


def test_blocks_keep_their_hours_and_stay_clear_of_breaks_and_each_other(make: Any) -> None:
    morning = Block(kind=BlockKind.COACHING, minutes=30, from_min=600, to_min=720)
    rule = make.rule("nine", length_min=540, first=480, last=540, step=60, breaks=((60, False, 120, 240),))
    account = make.account(
        rules=(rule,),
        groups=(make.group(rules=("nine",), blocks=(morning, TRAINING), min_heads=4),),
        days=7,
        interval_min=30,
        zone="Europe/Lisbon",
        start=date(2026, 3, 23),
    )
    account = replace(account, sites=(make.site(zone="Europe/Lisbon"),))
    need = np.full(account.grid.size, 2.0)
    requirement = make.requirement(account, need)
    plan, _ = design_shifts(requirement, account)
    shifts, roster, _ = staff_shifts(plan, account, requirement=requirement)
    told = [f for work in work_of(roster, shifts, account) for f in block_findings(work, account)]
    assert told == []
    assert {b.block for s in shifts.shifts for b in s.blocks} == {"coaching", "training"}
    assert not [f for f in check(roster, shifts, account) if f.severity is Severity.BREACH]


def test_a_week_cut_short_asks_for_no_block(make: Any) -> None:
    account, need = week(make, days=6)
    plan, _ = design_shifts(make.requirement(account, need), account)
    assert not any(s.blocks for s in plan.shifts)


def test_plans_with_blocks_are_repeatable_and_lose_nothing_when_blocks_are_taken_out(make: Any) -> None:
    account, need = week(make, low=2.0)
    requirement = make.requirement(account, need)
    first, second = (design_shifts(requirement, account)[0] for _ in range(2))
    assert first == second
    plain = without_blocks(first)
    assert sum(s.heads for s in plain.shifts) == sum(s.heads for s in first.shifts)
    assert len({s.id for s in first.shifts}) == len(first.shifts)
    assert not any(s.blocks for s in plain.shifts)


def test_what_is_wrong_with_a_block_is_told(make: Any) -> None:
    account, need = week(make)
    requirement = make.requirement(account, need)
    plan, _ = design_shifts(requirement, account)
    shifts, roster, _ = staff_shifts(plan, account, requirement=requirement)

    def found(change: Any) -> set[tuple[str, str]]:
        changed = replace(
            shifts, shifts=tuple(replace(s, breaks=tuple(change(b) for b in s.breaks if change(b))) for s in shifts.shifts)
        )
        said = check(roster, changed, account)
        return {(f.severity.value, f.sentence.split(" has ")[1].split(": ")[0]) for f in said if f.rule == "planned_block"}

    assert found(lambda b: replace(b, block="meeting")) >= {("breach", "meeting that team does not plan")}
    assert found(lambda b: replace(b, paid=False)) == {("breach", "training otherwise than 60 paid minutes")}
    assert {severity for severity, _ in found(lambda b: None)} == {"open"}
    late = replace(account, groups=(replace(account.groups[0], blocks=(replace(TRAINING, from_min=900),)),))
    assert {
        f.sentence.split(" has ")[1].split(": ")[0] for w in work_of(roster, shifts, late) for f in block_findings(w, late)
    } == {"training outside its hours"}


def test_blocks_are_written_and_read_back(make: Any) -> None:
    account, need = week(make)
    plan, _ = design_shifts(make.requirement(account, need), account)
    for shift in plan.shifts:
        assert parse_breaks(breaks_json(shift.breaks)) == shift.breaks
    with pytest.raises(ValueError, match="kind of block"):
        parse_breaks('[["2026-03-02T08:00:00Z","2026-03-02T09:00:00Z",true,"dancing"]]')


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"minutes": 0}, "5 to 480"),
        ({"minutes": 60, "from_min": 700, "to_min": 720}, "do not fit"),
        ({"minutes": 30, "from_min": 800, "to_min": 700}, "from < to"),
    ],
)
def test_blocks_without_sense_are_refused(more: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Block(kind=BlockKind.MEETING, **more)
