"""Promises over windows: floors, the fewest agent-hours that keep them, and the curves they are traded on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_sizing import PROMISE, account, demand, queue

from planner.domain.account import Clause, Contract
from planner.domain.promised import bindings
from planner.domain.targets import Formula, LiveTarget, Window
from planner.queueing import performance, required_agents_fractional
from planner.sizing import size

WAVE = 60 + 40 * np.sin(np.arange(48) / 48 * 4 * np.pi)


def windows(*queues, clauses=(), **settings):
    desk = account(*queues, cover="window", sizing="sipp", **settings)
    return replace(desk, contract=Contract(clauses=clauses))


def level_over(found, need, desk, q=0, formula=Formula.OFFERED):
    """Contacts in time over those counted across the window, by the law between whole numbers of agents."""
    contacts = np.nan_to_num(need.contacts[q])
    at = contacts > 0
    low, share = np.floor(found.agents[q][at] + 1e-12), found.agents[q][at] - np.floor(found.agents[q][at] + 1e-12)
    within = counted = 0.0
    for agents, weight in ((low, 1 - share), (low + 1, share)):
        law = performance(
            rate_per_h=contacts[at] * 2, aht_s=desk.queues[q].aht_s, agents=agents, threshold_s=20,
            patience_s=desk.queues[q].patience_s, definition="offered",
        )  # fmt: skip
        answered = 1 - law.abandonment if formula is Formula.ANSWERED else 1.0
        within += float((weight * contacts[at] * law.service_level).sum())
        counted += float((weight * contacts[at] * answered).sum())
    return within / counted


@pytest.mark.parametrize("patience", [None, 180.0])
@pytest.mark.parametrize("formula", [Formula.OFFERED, Formula.ANSWERED])
def test_the_fewest_agents_keep_the_window_exactly(patience, formula) -> None:
    desk = windows(queue(patience_s=patience, target=replace(PROMISE, formula=formula)))
    need = demand(desk, WAVE)
    # agents are taken on the curve's least concave majorant, which near the floor may lie a little above it
    near = 6e-3 if formula is Formula.ANSWERED and patience else 2e-3
    assert level_over(size(need, desk), need, desk, formula=formula) == pytest.approx(0.8, abs=near)


@pytest.mark.parametrize("patience", [None, 180.0])
def test_a_window_takes_fewer_agent_hours_than_every_interval_alone(patience) -> None:
    over, alone = (
        size(demand(desk, WAVE), desk)
        for desk in (windows(queue(patience_s=patience)), account(queue(patience_s=patience), sizing="sipp"))
    )
    assert np.nansum(over.agents) < np.nansum(alone.agents)
    assert (np.nan_to_num(over.least) <= np.nan_to_num(over.agents) + 1e-12).all()


@pytest.mark.parametrize("floor", [None, 0.3, 0.7])
def test_no_interval_goes_below_the_floor(floor) -> None:
    desk = windows(queue(patience_s=180.0, target=replace(PROMISE, floor=floor)))
    need = demand(desk, WAVE)
    found = size(need, desk)
    at = need.expected[0]
    least = required_agents_fractional(
        rate_per_h=WAVE[at] * 2, aht_s=300.0, threshold_s=20, service_level=0.5 if floor is None else floor, patience_s=180.0
    )
    assert found.least is not None
    assert found.least[0, at] == pytest.approx(least)


def test_a_promise_by_interval_is_kept_in_every_interval() -> None:
    desk = windows(queue(patience_s=180.0, target=replace(PROMISE, window=Window.INTERVAL)))
    found = size(demand(desk, WAVE), desk)
    assert found.least is not None
    assert np.array_equal(found.least, found.agents, equal_nan=True)
    assert found.level_at_requirement[0][demand(desk, WAVE).expected[0]] == pytest.approx(0.8)
    assert found.promised is not None
    assert not found.promised.windows


def test_a_clause_takes_the_place_of_the_targets_of_its_queues() -> None:
    clause = Clause(id="both", queues=("a", "b"), level=0.9, window=Window.DAY, within_s=30.0, floor=0.6)
    desk = windows(queue("a"), queue("b"), queue("c"), clauses=(clause,))
    held = [bindings(q, desk.contract) for q in desk.queues]
    assert [[b.clause for b in found] for found in held] == [["both"], ["both"], ["c"]]
    assert held[0][0].within_s == 30.0
    assert held[0][0].floor == 0.6
    promised = size(demand(desk, WAVE), desk).promised
    assert promised is not None
    assert [w.clause for w in promised.windows] == ["both", "c"]
    assert promised.windows[0].offered == pytest.approx(2 * promised.windows[1].offered)


def test_a_joint_window_takes_no_more_than_its_queues_apart() -> None:
    small, large = queue("a", patience_s=180.0), queue("b", patience_s=180.0)
    clause = Clause(id="both", queues=("a", "b"), level=0.8, window=Window.DAY)
    volumes = np.stack([0.2 * WAVE, WAVE])
    joint, apart = (windows(small, large, clauses=clauses) for clauses in ((clause,), ()))
    hours = [np.nansum(size(demand(desk, volumes), desk).agents) for desk in (joint, apart)]
    assert hours[0] <= hours[1] + 1e-9


@pytest.mark.parametrize("sizes", [(0.9, 0.95), (0.8, 0.9)])
def test_a_higher_promise_never_takes_fewer_agents(sizes) -> None:
    hours = []
    for level in sizes:
        desk = windows(queue(patience_s=180.0, target=replace(PROMISE, level=level)))
        hours.append(np.nansum(size(demand(desk, WAVE), desk).agents))
    assert hours[0] < hours[1]


@pytest.mark.parametrize("floor", [0.0, 0.9, 80.0])
def test_a_floor_that_makes_no_sense_is_refused(floor) -> None:
    with pytest.raises(ValueError, match="floor"):
        LiveTarget(level=0.8, within_s=20, floor=floor)
