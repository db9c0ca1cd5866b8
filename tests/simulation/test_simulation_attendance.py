"""Everybody's absence and moments away are their own: whoever else works, they stay the same, and they are as often as they should be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.simulation import Floor, Hours, Link, Pool
from planner.simulation.attendance import ON_SEAT, THERE, Chance, agent_keys, mixed
from planner.simulation.layout import COMES
from planner.simulation.timetable import lines_open, timetable


def floor_of(pool: list[int], starts: list[float], *, absence: float = 0.2, loss: float = 0.1) -> Floor:
    from simulated_floors import line

    size = len(pool)
    hours = Hours(
        pool=np.array(pool, dtype=np.int64),
        starts=np.array(starts, dtype=float).reshape(size, 1),
        ends=np.array(starts, dtype=float).reshape(size, 1) + 4 * 3600.0,
    )
    pools = (Pool(id="de", absence=absence, in_shift_loss=loss), Pool(id="fr", absence=absence, in_shift_loss=loss))
    one = line(size=32)
    return Floor(
        interval_s=900.0, lines=(one,), pools=pools, links=tuple(Link(line="calls", pool=p.id) for p in pools), hours=hours
    )


def comings(floor: Floor, agent: int, replication: int) -> list[float]:
    (when, whom, what), _ = timetable(floor, lines_open(floor)[0], 7, replication)
    return [float(t) for t, a, w in zip(when, whom, what, strict=True) if a == agent and w == COMES]


def test_who_goes_changes_nobody_elses_absence_or_moments_away() -> None:
    pool, starts = [0, 0, 1, 0, 1, 1], [0.0, 3600.0, 0.0, 3600.0, 7200.0, 0.0]
    whole = floor_of(pool, starts)
    for gone in range(6):
        left = [a for a in range(6) if a != gone]
        fewer = floor_of([pool[a] for a in left], [starts[a] for a in left])
        for r in range(30):
            kept = [comings(whole, a, r) for a in left]
            alike = [(pool[a], starts[a]) for a in left]
            seen = [comings(fewer, n, r) for n in range(5)]
            # people alike may stand in for one another
            for kind in set(alike):
                before = sorted(k for k, one in zip(kept, alike, strict=True) if one == kind)
                now = sorted(k for k, one in zip(seen, alike, strict=True) if one == kind)
                gone_too = (pool[gone], starts[gone]) == kind
                assert now == before or gone_too


def test_shares_absent_and_off_the_seat_are_those_of_the_pool() -> None:
    floor = floor_of([0] * 40, [0.0] * 40, absence=0.15, loss=0.1)
    seats = np.array([timetable(floor, lines_open(floor)[0], 3, r)[1][0].sum() for r in range(400)])
    whole = 40 * 4 * 3600.0
    expected, error = 0.85 * 0.9, float(seats.std(ddof=1)) / np.sqrt(len(seats)) / whole
    assert abs(seats.mean() / whole - expected) < 3.5 * error
    assert error < 0.005


def test_agents_alike_are_not_absent_together() -> None:
    floor = floor_of([0] * 30, [0.0] * 30, absence=0.3, loss=0.0)
    there = np.array([[bool(comings(floor, a, r)) for a in range(30)] for r in range(300)], dtype=float)
    correlations = np.corrcoef(there.T)[np.triu_indices(30, 1)]
    assert abs(correlations.mean()) < 0.02
    assert there.sum(axis=1).var(ddof=1) < 2 * 30 * 0.21


@given(seed=st.integers(0, 2**31), replication=st.integers(0, 10**6))
def test_numbers_are_uniform_and_repeat(seed: int, replication: int) -> None:
    keys = mixed(np.arange(200, dtype=np.uint64))
    drawn = Chance(keys, seed, replication).uniforms(ON_SEAT, 20)
    assert ((drawn >= 0) & (drawn < 1)).all()
    assert abs(drawn.mean() - 0.5) < 5 * np.sqrt(1 / 12 / drawn.size)
    assert np.unique(drawn).size == drawn.size
    assert (Chance(keys, seed, replication).uniforms(ON_SEAT, 25)[:, :20] == drawn).all()
    assert (Chance(keys, seed, replication).uniforms(THERE, 20) != drawn).all()


def test_keys_know_the_pool_by_name_and_the_hours() -> None:
    floor = floor_of([0, 0, 1], [0.0, 0.0, 0.0])
    keys = agent_keys(floor.pools, floor.hours)
    assert np.unique(keys).size == 3
    swapped = agent_keys(floor.pools[::-1], replace(floor.hours, pool=1 - floor.hours.pool))
    assert (keys == swapped).all()
    padded = Hours(
        pool=floor.hours.pool,
        starts=np.column_stack([floor.hours.starts, [np.nan] * 3]),
        ends=np.column_stack([floor.hours.ends, [np.nan] * 3]),
    )
    assert (agent_keys(floor.pools, padded) == keys).all()
