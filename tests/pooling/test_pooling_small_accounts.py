"""Small accounts drawn at random, planned with shared people: nobody is hired beyond what headcounts, seats and shifts allow."""

from __future__ import annotations

import pytest
from plan_laws import every_head_is_somebody, every_shift_is_legal, heads_are_counted_from_shifts, seats_hold_everybody
from small_accounts import small_settings

import planner
from planner.io import account_from
from planner.pooling import shared_queues
from planner.pooling.allowed import wrongs

# of the drawn ones those that once hired beyond two seats (6), beyond headcounts (32), or lost their windows on the way (14)
SEEDS = (6, 14, 32)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_of_shared_people_is_lawful_and_costs_no_less_than_its_bound(seed: int) -> None:
    raw, tables = small_settings(seed)
    raw["run"] = {**raw["run"], "skills": "simulated", "time_limit_s": 2.0, "simulations": 10}
    account = account_from(raw, tables)
    plan = planner.plan(account)
    assert shared_queues(account).any()
    assert wrongs(plan.shifts, account) == frozenset()
    for law in (every_shift_is_legal, every_head_is_somebody, seats_hold_everybody, heads_are_counted_from_shifts):
        law(plan)
    whole = plan.solves[0]
    assert whole.bound is None or whole.objective is None or whole.bound <= whole.objective + 0.01
