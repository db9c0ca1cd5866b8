"""Plans held to simulated levels stay so when they are re-planned and explained: never a formula's level beside a simulated one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.domain.changes import Away, Changes
from planner.domain.evaluation import Basis
from planner.domain.headline import held_queues, promises_kept, queue_figures
from planner.domain.plan import Plan
from planner.explanation import explain
from planner.explanation.need import evaluated_as
from planner.explanation.words import held_note, told
from planner.replan import replan
from planner.replan.replan import JUDGED


@pytest.fixture(scope="module")
def away(shared_plan: Plan) -> Plan:
    agent = shared_plan.roster.assignments[0].agent
    start = shared_plan.demand.grid.start_utc
    return replan(shared_plan, Changes(away=(Away(agent=agent, start_utc=start, end_utc=start + timedelta(days=1)),)))


def test_a_replan_tells_simulated_levels_before_and_after(shared_plan: Plan, away: Plan) -> None:
    assert held_queues(away) == held_queues(shared_plan)
    assert away.replanned is not None
    assert JUDGED in away.replanned.notes
    assert (away.replanned.replanned.promises_kept, away.replanned.replanned.promises) == promises_kept(away)
    levels = {row.queue.id: row.level for row in queue_figures(away)}
    for row in away.replanned.service:
        assert row.replanned == pytest.approx(levels[row.queue])
        assert row.untouched is not None
        assert row.published is not None
        assert abs(row.untouched - row.published) < 0.2  # one of many away, not another law


def test_what_one_person_is_needed_for_is_judged_as_the_plan_is(shared_plan: Plan) -> None:
    same = evaluated_as(shared_plan, shared_plan.shifts)
    assert [(r.clause, r.level) for r in same.sla] == [(r.clause, r.level) for r in shared_plan.evaluation.sla]
    agent = shared_plan.roster.assignments[0].agent
    found = explain(shared_plan, agent=agent)
    assert found.agent is not None
    for change in found.agent.changes:
        assert not change.other_law
        assert change.after is not None
        assert change.before - change.after < 0.3
    assert any(row.basis is Basis.SIMULATED for row in shared_plan.evaluation.sla)
    assert held_note(shared_plan)[:40] in " ".join(told(found, shared_plan).split())
