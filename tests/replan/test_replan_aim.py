"""What a re-plan covers: the requirement by interval, or what the published shifts meant where promises run over longer windows."""

from dataclasses import replace

import numpy as np
import pytest
from replan_cases import small_account, small_plan

from planner.replan.aim import carried_on, need_of

PLAN = small_plan(small_account(), ((8, 8), (12, None)))


def test_the_need_is_the_requirement_and_nothing_where_closed() -> None:
    need = need_of(PLAN.requirement, PLAN.account)
    is_open = PLAN.requirement.open
    assert need[is_open] == pytest.approx(PLAN.requirement.agents[is_open])
    assert not need[~is_open].any()


def test_over_windows_the_need_is_what_was_meant_and_never_below_the_least() -> None:
    windows = replace(PLAN.account, settings=replace(PLAN.account.settings, cover="window"))
    least = PLAN.requirement.agents * 0.5
    meant = np.where(np.arange(PLAN.demand.grid.size) % 2 == 0, PLAN.requirement.agents * 1.4, PLAN.requirement.agents * 0.1)
    requirement = replace(PLAN.requirement, least=least, planned=meant)
    need = need_of(requirement, windows)
    is_open = requirement.open
    assert need[is_open] == pytest.approx(np.maximum(meant, least)[is_open])
    assert need_of(requirement, PLAN.account)[is_open] == pytest.approx(PLAN.requirement.agents[is_open])


def test_what_was_meant_grows_with_the_requirement() -> None:
    before = replace(PLAN.requirement, planned=PLAN.requirement.agents + 0.3)
    after = replace(PLAN.requirement, agents=2 * PLAN.requirement.agents, least=None)
    found = carried_on(before, after)
    assert found.planned is not None
    is_open = before.open
    assert found.planned[is_open] == pytest.approx(2 * (PLAN.requirement.agents + 0.3)[is_open])
    assert carried_on(PLAN.requirement, after) is after
