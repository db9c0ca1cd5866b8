"""A requirement with smaller reserves: between the load and what queues apart take, curves that never fall below the old ones."""

from __future__ import annotations

import numpy as np
import pytest

from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.requirement import Requirement
from planner.pooling.pooled import FINENESS, loads_of, pooled
from planner.sizing import size


@pytest.fixture(scope="module")
def sized(four_languages: Account) -> tuple[Requirement, np.ndarray]:
    demand = forecast_demand(four_languages)
    requirement = size(demand, four_languages)
    return requirement, loads_of(requirement, demand, four_languages)


def test_load_is_contacts_in_hand(sized: tuple[Requirement, np.ndarray]) -> None:
    requirement, load = sized
    assert load.max() == pytest.approx(2.0, rel=0.05)
    assert (load[~requirement.open] == 0).all()


def test_a_whole_reserve_changes_nothing(sized: tuple[Requirement, np.ndarray]) -> None:
    requirement, load = sized
    assert pooled(requirement, load, np.ones(load.shape)) == requirement


def test_agents_lie_between_the_load_and_what_queues_apart_take(sized: tuple[Requirement, np.ndarray]) -> None:
    requirement, load = sized
    assert requirement.least is not None
    before = requirement.least
    for share in (0.0, 0.3, 0.7):
        found = pooled(requirement, load, np.full(load.shape, share))
        assert found.least is not None
        at = requirement.open
        assert (found.least[at] <= before[at] + 1e-12).all()
        assert (found.least[at] >= np.minimum(before, load)[at] - 1e-12).all()
        assert np.isnan(found.agents[~at]).all()


def test_curves_with_a_smaller_reserve_serve_at_least_as_well_with_as_many_agents(
    sized: tuple[Requirement, np.ndarray],
) -> None:
    requirement, load = sized
    assert requirement.promised is not None
    before = requirement.promised
    after = pooled(requirement, load, np.full(load.shape, 0.5)).promised
    assert after is not None
    assert (after.servers == before.servers * FINENESS).all()
    for old, new in zip(before.terms, after.terms, strict=True):
        for n in range(old.ahead.shape[1]):
            assert (new.ahead[:, min(n * FINENESS, new.ahead.shape[1] - 1)] >= old.ahead[:, n] - 1e-9).all()
        assert new.ahead[:, -1] == pytest.approx(old.ahead[:, -1])


def test_a_curve_is_read_where_the_shrunken_reserve_stands(sized: tuple[Requirement, np.ndarray]) -> None:
    requirement, load = sized
    assert requirement.promised is not None
    after = pooled(requirement, load, np.full(load.shape, 0.5)).promised
    assert after is not None
    old, new = requirement.promised.terms[0], after.terms[0]
    t = int(np.flatnonzero(old.window >= 0)[2])
    base = load[old.queue, t]
    n = 3.5  # agents: as good as base + (3.5 - base) / 0.5 were
    at = base + (n - base) / 0.5
    wanted = np.interp(at, np.arange(old.ahead.shape[1]), old.ahead[t])
    assert new.ahead[t, round(n * FINENESS)] == pytest.approx(wanted)
