"""Plans of least cost and expected credits: against a grid of aims, against promises as worded, and what they say of their proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from credit_desk import credit_desk

from planner.credits import frontier_of
from planner.demand import forecast_demand
from planner.domain.account import Account, Clause
from planner.domain.demand import Demand
from planner.domain.requirement import Requirement
from planner.domain.solve import AS_WORDED, Status
from planner.domain.targets import Window
from planner.economics import bill
from planner.evaluation import evaluate
from planner.keep_promises import Kept, keep_promises
from planner.shifts import Design, design_from, redesign
from planner.sizing import size


@dataclass(frozen=True)
class Case:
    account: Account
    demand: Demand
    requirement: Requirement

    def kept(self, promises: str) -> Kept:
        account = replace(self.account, settings=replace(self.account.settings, promises=promises))
        return keep_promises(self.requirement, self.demand, account)

    def total(self, design: Design) -> float:
        """Cost and expected credits of `design`, by the bill and the evaluation alone."""
        planned = design.planned()
        assert planned is not None
        meant = replace(self.requirement, planned=np.where(self.requirement.open, planned, np.nan))
        return self.money(Kept(meant, design.shifts(), evaluate(design.shifts(), self.demand, meant, self.account), ()))

    def money(self, kept: Kept) -> float:
        owed = sum(float(r.expected_credit) for r in kept.evaluation.sla if r.expected_credit is not None)
        return float(bill(kept.shifts, self.account).total_cost().amount) + owed


def case(**changes: object) -> Case:
    account = credit_desk(**changes)  # type: ignore[arg-type]
    demand = forecast_demand(account)
    return Case(account, demand, size(demand, account))


@pytest.mark.parametrize(
    ("credits", "ends"),
    [((30, 80), "given up"), ((150, 400), "below"), ((600, 1600), "above")],
    ids=["small", "middling", "large"],
)
def test_the_aim_is_the_best_of_a_grid_of_aims(credits: tuple[float, float], ends: str) -> None:
    desk = case(credits=credits)
    found = desk.kept("paid")
    first = design_from(desk.requirement, desk.account)
    assert desk.requirement.promised is not None
    assert desk.requirement.least is not None
    front = frontier_of(desk.requirement.promised, desk.requirement.least, 0)
    aims = np.linspace(front.ahead[0] - 1, 0.95 * front.ahead[-1], 11)
    grid = [desk.total(redesign(first, np.array([aim]), seconds=30)) for aim in aims]
    assert desk.money(found) <= min(grid) * 1.001
    assert desk.money(found) < desk.total(first) - 1
    (day,) = [r for r in found.evaluation.sla if r.expected_credit is not None]
    assert day.level is not None
    assert (day.level > 0.83) if ends == "above" else (day.level < 0.75)


def test_three_days_cost_and_owe_no_more_than_promises_as_worded() -> None:
    desk = case(days=3, calls=40)
    paid, kept = desk.kept("paid"), desk.kept("kept")
    assert desk.money(paid) <= desk.money(kept) + 1e-6
    whole, worded = paid.solves[:2]
    assert whole.objective == pytest.approx(desk.money(paid), abs=0.02)  # nobody is missing from the least
    assert (whole.bound, whole.gap, whole.name) == (None, None, "shifts")
    assert "no bound" in whole.note
    assert worded.name == AS_WORDED
    assert (worded.objective, worded.bound) == (kept.solves[0].objective, kept.solves[0].bound)


def test_tiers_alone_change_no_plan() -> None:
    desk = case()
    bare = replace(desk.account.contract.clauses[0], tiers=())
    without = replace(desk.account, contract=replace(desk.account.contract, clauses=(bare,)))
    assert keep_promises(desk.requirement, desk.demand, without).shifts == desk.kept("kept").shifts


def test_promises_without_tiers_are_kept_while_others_are_given_up() -> None:
    desk = case(credits=(20, 50), days=2)
    firm = Clause(id="firm", queues=("voice",), level=0.8, window=Window.CONTRACT)
    account = replace(desk.account, contract=replace(desk.account.contract, clauses=(*desk.account.contract.clauses, firm)))
    both = Case(account, desk.demand, size(desk.demand, account))
    found, alone = both.kept("paid"), desk.kept("paid")
    (row,) = [r for r in found.evaluation.sla if r.clause == "firm"]
    assert row.met
    (row,) = [r for r in alone.evaluation.sla if r.clause == "voice" and r.window is Window.CONTRACT]
    assert row.level is not None
    assert row.level < 0.7  # without that clause both days are given up
    assert desk.money(alone) < desk.money(found)


def test_without_time_the_plan_as_worded_is_weighed_and_says_so() -> None:
    desk = case(credits=(600, 1600))
    stop = Stop(after=0)
    account = replace(desk.account, settings=replace(desk.account.settings, promises="paid"))
    found = keep_promises(desk.requirement, desk.demand, account, report=lambda told: stop.heard(), stop=stop)
    assert found.solves[0].status is Status.CANCELLED
    assert found.shifts.shifts


class Stop:
    """A flag set at the first report that a plan was found."""

    def __init__(self, after: int) -> None:
        self.left = after

    def heard(self) -> None:
        self.left -= 1

    def is_set(self) -> bool:
        return self.left < 0
