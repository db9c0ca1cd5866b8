"""What a re-plan covers: the requirement by interval, or the least of it where promises run over longer windows."""

from dataclasses import replace

import numpy as np
import pytest
from replan_cases import small_account, small_plan, with_windows

from planner.replan.aim import carried_on, changed_cells, need_of, with_promises

PLAN = small_plan(small_account(), ((8, 8), (12, None)))


def test_the_need_is_the_requirement_and_nothing_where_closed() -> None:
    need = need_of(PLAN.requirement)
    is_open = PLAN.requirement.open
    assert need[is_open] == pytest.approx(PLAN.requirement.agents[is_open])
    assert not need[~is_open].any()


def test_over_windows_the_need_is_the_least_of_every_interval() -> None:
    plan = small_plan(with_windows(small_account()), ((8, 8), (12, None)))
    asked = with_promises(replace(plan.requirement, promised=None), plan.demand, plan.account)
    assert asked.promised is not None
    assert asked.least is not None
    is_open = asked.open
    need = need_of(asked)
    assert need[is_open] == pytest.approx(asked.least[is_open])
    assert (need[is_open] < asked.agents[is_open]).any()


def test_what_was_meant_grows_with_the_requirement() -> None:
    before = replace(PLAN.requirement, planned=PLAN.requirement.agents + 0.3)
    after = replace(PLAN.requirement, agents=2 * PLAN.requirement.agents, least=None)
    found = carried_on(before, after)
    assert found.planned is not None
    is_open = before.open
    assert found.planned[is_open] == pytest.approx(2 * (PLAN.requirement.agents + 0.3)[is_open])
    assert carried_on(PLAN.requirement, after) is after


def test_only_the_hours_whose_demand_changed_count_as_changed() -> None:
    account = with_windows(small_account())
    before = small_plan(account, ((8, 8), (12, None)))
    after = small_plan(account, ((8, 8), (12, None)), per_h=(14.0, 24.0, 9.0))
    hour = np.arange(before.demand.grid.size) % 24
    changed = changed_cells(before.requirement, after.requirement)[0]
    assert changed[hour == 13].all()
    assert not changed[hour == 10].any()
