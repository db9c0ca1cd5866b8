"""A finished plan is simulated as often as its account asks for; a stop is respected and leaves the plan not repeatable."""

from __future__ import annotations

from dataclasses import replace

from factories import tiny_plan

from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.evaluation import simulated_beside, simulated_in_full


class Stopped:
    def is_set(self) -> bool:
        return True


def asking(plan: Plan, simulations: int) -> Account:
    return replace(plan.account, settings=replace(plan.account.settings, simulations=simulations))


def test_as_many_horizons_as_the_account_asks_for_by_its_seed() -> None:
    plan = tiny_plan()
    account = asking(plan, 3)
    one, two = (simulated_beside(plan.evaluation, plan.shifts, plan.demand, account) for _ in range(2))
    assert one == two
    assert one.simulation is not None
    assert (one.simulation.replications, one.simulation.futures) == (3, 3)
    assert one.simulation.seed == account.settings.seed
    assert simulated_in_full(one, plan.demand, account)


def test_none_where_none_is_asked_for() -> None:
    plan = tiny_plan()
    account = asking(plan, 0)
    assert simulated_beside(plan.evaluation, plan.shifts, plan.demand, account) is plan.evaluation
    assert simulated_in_full(plan.evaluation, plan.demand, account)


def test_a_stop_before_it_began_leaves_the_evaluation_and_says_so() -> None:
    plan = tiny_plan()
    account = asking(plan, 3)
    assert simulated_beside(plan.evaluation, plan.shifts, plan.demand, account, stop=Stopped()) is plan.evaluation
    assert not simulated_in_full(plan.evaluation, plan.demand, account)
