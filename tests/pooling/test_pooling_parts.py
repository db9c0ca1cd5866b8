"""Parts of a floor: what nobody passes between is simulated apart, and comes out as on the whole floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.plan import Plan
from planner.pooling.teaching.parts import floor_of_part, parts_of
from planner.simulation import Floor, floor_of, simulate_floor
from planner.simulation.floor import Escalation


def whole(plan: Plan) -> Floor:
    groups = tuple(replace(group, absence=0.1, in_shift_loss=0.05) for group in plan.account.groups)
    return floor_of(replace(plan.account, groups=groups), plan.demand, plan.shifts)


@pytest.fixture(scope="module")
def apart(shared_plan: Plan) -> Floor:
    """The floor of people of one language each."""
    groups = tuple(replace(g, languages=(g.id[:2],)) for g in shared_plan.account.groups)
    return whole(replace(shared_plan, account=replace(shared_plan.account, groups=groups)))


def test_desks_with_people_of_their_own_are_parts_and_together_all_of_the_floor(apart: Floor) -> None:
    parts = parts_of(apart)
    assert sorted(n for part in parts for n in part.lines) == list(range(len(apart.lines)))
    assert sorted(n for part in parts for n in part.agents.tolist()) == list(range(len(apart.hours.pool)))
    assert len(parts) == len(apart.lines)


def test_a_part_alone_fares_exactly_as_on_the_whole_floor(apart: Floor) -> None:
    everywhere = simulate_floor(apart, replications=4, seed=5)
    for part in parts_of(apart):
        alone = simulate_floor(floor_of_part(apart, part), replications=4, seed=5)
        for n in part.lines:
            assert np.array_equal(alone.counts[:, n], everywhere.counts[:, n])
            assert np.array_equal(alone.waits[:, n], everywhere.waits[:, n])
        others = [n for n in range(len(apart.lines)) if n not in part.lines]
        assert alone.counts[:, others].sum() == 0


def test_shared_people_escalations_and_promises_over_several_lines_join_parts(apart: Floor, shared_plan: Plan) -> None:
    assert len(parts_of(whole(shared_plan))) < len(apart.lines)
    first, second = apart.lines[0].id, apart.lines[1].id
    assert len(parts_of(apart, [(first, second)])) == len(apart.lines) - 1
    sent = replace(apart.lines[0], escalations=(Escalation(share=0.1, to=second),))
    assert len(parts_of(replace(apart, lines=(sent, *apart.lines[1:])))) == len(apart.lines) - 1


def test_a_part_is_known_again_when_only_others_change(apart: Floor) -> None:
    part = parts_of(apart)[0]
    last = int(part.agents[0])
    rest = np.arange(len(apart.hours.pool)) != last
    fewer = replace(
        apart,
        hours=replace(apart.hours, pool=apart.hours.pool[rest], starts=apart.hours.starts[rest], ends=apart.hours.ends[rest]),
    )
    before, after = {p.lines: p.key for p in parts_of(apart)}, {p.lines: p.key for p in parts_of(fewer)}
    assert {lines for lines in before if before[lines] != after.get(lines)} == {part.lines}
