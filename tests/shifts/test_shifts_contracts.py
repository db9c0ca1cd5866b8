"""Contract classes: groups with the same work under other contracts, limited to a share of all who do it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.shift_checks import assert_honest, assert_lawful
from shifts.test_shifts_optimum import levels

from planner.domain.account import Account, Settings
from planner.domain.shifts import ShiftPlan
from planner.errors import InfeasibleError
from planner.shifts import design_shifts
from planner.shifts.assemble import assemble
from planner.shifts.tour_model import tour_model
from planner.solver.build import lp_text


def two_contracts(make: Any, *, share: float = 0.3, days: int = 1, full: Any = (), half: Any = (), **more: Any) -> Account:
    """A full contract of eight hours and a part-time one of four."""
    rules = (
        make.rule("eight", length_min=480, first=480, last=720, step=240),
        make.rule("four", length_min=240, first=480, last=960, step=240),
    )
    groups = (
        make.group("full", rules=("eight",), **dict(full)),
        make.group("half", rules=("four",), days_per_week=3, part_of="full", max_share=share, **dict(half)),
    )
    more.setdefault("settings", Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=35))
    return make.account(rules=rules, groups=groups, days=days, **more)


def agents(plan: ShiftPlan) -> dict[str, int]:
    """Return agents per group."""
    return {name: sum(t.agents for t in plan.tours if t.group == name) for name in ("full", "half")}


def by_trying(need: np.ndarray, share: float, most: int) -> float:
    """Return the least objective of one day with at most `most` agents of either contract who all work, at 10 an hour and 35 an hour
    missing."""
    starts = {"full": ((8, 16), (12, 20)), "half": ((8, 12), (12, 16), (16, 20))}
    best = 35.0 * float(need.sum())
    for counts in product(range(most + 1), repeat=5):
        full, half = sum(counts[:2]), sum(counts[2:])
        if max(full, half) > most or half > share * (full + half) + 1e-9:
            continue
        there = np.zeros(24)
        for heads, (a, b) in zip(counts, (*starts["full"], *starts["half"]), strict=True):
            there[a:b] += heads
        best = min(best, 10.0 * float(there.sum()) + 35.0 * float(np.maximum(need - there, 0).sum()))
    return best


def by_trying_least(need: np.ndarray, least: float, most: int) -> float:
    """The same with at least a share of the agents on the part-time contract, who need not have work."""
    starts = {"full": ((8, 16), (12, 20)), "half": ((8, 12), (12, 16), (16, 20))}
    best = 35.0 * float(need.sum())
    for counts in product(range(most + 1), repeat=5):
        full, half = sum(counts[:2]), sum(counts[2:])
        if max(full, half) > most or half < least * (full + half) - 1e-9:
            continue
        there = np.zeros(24)
        for heads, (a, b) in zip(counts, (*starts["full"], *starts["half"]), strict=True):
            there[a:b] += heads
        best = min(best, 10.0 * float(there.sum()) + 35.0 * float(np.maximum(need - there, 0).sum()))
    return best


@settings(max_examples=12, deadline=None)
@given(need=st.tuples(*[st.integers(0, 12)] * 6), least=st.sampled_from([0.25, 0.5, 0.6]))
def test_a_least_share_is_kept_at_the_optimum(make: Any, need: tuple[int, ...], least: float) -> None:
    assume(any(need))
    most = {"max_heads": 3}
    account = two_contracts(make, share=1.0, full={**most}.items(), half={"min_share": least, **most}.items())
    account = replace(account, groups=tuple(replace(g, days_per_week=7) for g in account.groups))
    wanted = levels(24, need)
    requirement = make.requirement(account, wanted)
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    held = agents(plan)
    assert held["half"] >= least * sum(held.values()) - 1e-9
    assert infos[0].objective == pytest.approx(by_trying_least(wanted, least, 3), abs=0.05)


def test_least_shares_of_three_contracts_hold_over_a_week_and_cost_more_the_higher_they_are(make: Any) -> None:
    need = np.tile(np.r_[np.zeros(8), np.full(4, 6.0), np.full(4, 2.0), np.full(4, 5.0), np.zeros(4)], 7)
    costs = []
    for least in (0.0, 0.2, 0.4):
        account = two_contracts(make, share=1.0, days=7, half={"min_share": least}.items())
        third = replace(account.groups[1], id="third", days_per_week=4, min_share=least)
        account = replace(
            account,
            groups=(*account.groups, third),
            settings=Settings(gap=0.002, time_limit_s=30, shortfall_price_per_h=50),
        )
        plan, infos = design_shifts(make.requirement(account, need), account)
        held = {g.id: sum(t.agents for t in plan.tours if t.group == g.id) for g in account.groups}
        assert min(held["half"], held["third"]) >= least * sum(held.values()) - 1e-9
        assert_lawful(plan, account)
        assert infos[0].bound is not None
        costs.append((infos[0].bound, infos[0].objective))
    for (bound, _), (_, dear) in pairwise(costs):
        assert bound <= dear + 0.01


def test_least_shares_that_cannot_be_are_told_with_their_reasons(make: Any) -> None:
    few = two_contracts(make, share=1.0, full={"min_heads": 9}.items(), half={"min_share": 0.5, "max_heads": 2}.items())
    with pytest.raises(InfeasibleError, match=r"min_share.*must have 9 together"):
        design_shifts(make.requirement(few, np.ones(24)), few)
    idle = two_contracts(make, share=1.0, half={"min_share": 0.5}.items())
    night = np.where(np.arange(24) < 4, 1.0, np.nan)
    late = make.rule("late", length_min=480, first=1380, last=1380)
    idle = replace(
        idle, shift_rules=(*idle.shift_rules, late), groups=(replace(idle.groups[0], shift_rules=("late",)), idle.groups[1])
    )
    with pytest.raises(InfeasibleError, match="none of its shifts touches"):
        design_shifts(make.requirement(idle, night), idle)


@settings(max_examples=12, deadline=None)
@given(need=st.tuples(*[st.integers(0, 12)] * 6), share=st.sampled_from([0.25, 0.5, 0.6]))
def test_days_with_two_contracts_are_planned_at_the_optimum(make: Any, need: tuple[int, ...], share: float) -> None:
    assume(any(need))
    most = {"max_heads": 3}
    account = two_contracts(make, share=share, full={"days_per_week": 7, **most}.items(), half=most.items())
    account = replace(account, groups=tuple(replace(g, days_per_week=7) for g in account.groups))
    wanted = levels(24, need)
    requirement = make.requirement(account, wanted)
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    held = agents(plan)
    assert held["half"] <= share * sum(held.values()) + 1e-9
    assert infos[0].objective == pytest.approx(by_trying(wanted, share, 3), abs=0.05)


def test_a_week_of_peaks_holds_part_time_to_its_share(make: Any) -> None:
    need = np.tile(np.r_[np.zeros(8), np.full(4, 6.0), np.full(4, 2.0), np.full(4, 5.0), np.zeros(4)], 7)
    costs = []
    for share in (0.1, 0.3, 0.6, 1.0):
        account = two_contracts(
            make, share=share, days=7, settings=Settings(gap=0.002, time_limit_s=60, shortfall_price_per_h=50)
        )
        plan, infos = design_shifts(make.requirement(account, need), account)
        held = agents(plan)
        assert held["half"] <= share * sum(held.values()) + 1e-9
        assert_lawful(plan, account)
        assert infos[0].bound is not None
        costs.append((infos[0].bound, infos[0].objective))
    for (_, dear), (bound, _) in pairwise(costs):
        assert bound <= dear + 0.01, "a larger share never costs more"


def test_the_share_reads_as_it_is_meant(make: Any) -> None:
    text = lp_text(tour_model(assemble(make.requirement(account := two_contracts(make), np.ones(24)), account)).model)
    row = next(line for line in text.replace("\n ", " ").splitlines() if line.startswith("max_share(half)"))
    assert row == (
        "max_share(half): - 0.3 agents(full,eight.0800) - 0.3 agents(full,eight.1200) + 0.7 agents(half,four.0800)"
        " + 0.7 agents(half,four.1200) + 0.7 agents(half,four.1600) <= 0"
    )


def test_a_share_that_least_headcounts_cannot_keep_is_told_with_its_reason(make: Any) -> None:
    account = two_contracts(make, full={"max_heads": 2}.items(), half={"min_heads": 3}.items())
    with pytest.raises(InfeasibleError, match="max_share"):
        design_shifts(make.requirement(account, np.ones(24)), account)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"max_share": 0.3}, "part_of"),
        ({"max_share": 30, "part_of": "x"}, "0.3 for 30%"),
        ({"max_share": 0, "part_of": "x"}, "above 0"),
        ({"min_share": 0.3}, "part_of"),
        ({"min_share": 30, "part_of": "x"}, "0.3 for 30%"),
        ({"min_share": 0.5, "max_share": 0.3, "part_of": "x"}, "above max_share"),
    ],
)
def test_shares_without_sense_are_refused(make: Any, more: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make.group("half", **more)
