"""The event loop against a slow floor with the same rules: every contact of random floors, to the second it was answered and ended."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from slow_floor import Agent, Contact, SlowFloor

from planner.queueing import ExponentialPatience
from planner.simulation import Floor, Hours, Line, Link, Pool
from planner.simulation.contacts import contacts
from planner.simulation.layout import (
    ARRIVES,
    COMES,
    ENDS,
    GOES,
    GOES_HOME,
    KEY,
    LEAVES,
    LINE,
    LINE_CLOSES,
    LINE_OPENS,
    POOL,
    STARTS,
    STATE,
    WORK,
)
from planner.simulation.replicate import Simulator
from planner.simulation.timetable import timetable

STATES = ("coming", "waiting", "in hand", "done", "abandoned", "cut off")
EVENTS = {COMES: "comes", GOES: "goes", GOES_HOME: "goes_home", LINE_OPENS: "line_opens", LINE_CLOSES: "line_closes"}


def random_floor(seed: int) -> Floor:
    """A small busy floor of random lines, pools, routing, hours: chats, deferred work, overflow, agents kept idle, breaks."""
    rng = np.random.default_rng(seed)
    size, step = 24, 300.0
    pools = tuple(Pool(id=f"p{g}") for g in range(int(rng.integers(1, 4))))
    lines: list[Line] = []
    for q in range(int(rng.integers(1, 5))):
        live = bool(rng.random() < 0.7)
        together = int(rng.choice([1, 1, 2, 3])) if live else 1
        more: dict[str, Any] = (
            {"patience": ExponentialPatience(float(rng.uniform(30, 400)))} if live and rng.random() < 0.8 else {}
        )
        speed = tuple(sorted(rng.uniform(1.0, 1.6, together), reverse=True)) if together > 1 and rng.random() < 0.7 else ()
        is_open = np.ones(size, dtype=bool)
        if rng.random() < 0.4:
            is_open[int(rng.integers(0, 10)) : int(rng.integers(10, 20))] = False
        contacts_ = np.where(is_open, rng.uniform(0, 8, size), 0.0) if live else rng.uniform(0, 4, size)
        lines.append(
            Line(
                id=f"q{q}", contacts=contacts_, aht_s=rng.uniform(60, 500, size), open=is_open, live=live, together=together, speed=speed,
                due_s=float(rng.uniform(600, 9000)), pre_empted=bool(rng.random() < 0.5), handed_over=bool(rng.random() < 0.5),
                fill=bool(rng.random() < 0.4), **more,
            )
        )  # fmt: skip
    links = []
    for line in lines:
        those = rng.permutation(len(pools))[: int(rng.integers(1, len(pools) + 1))]
        for g in those:
            link = Link(
                line=line.id, pool=f"p{g}", tier=int(rng.integers(0, 2)), rank=int(rng.integers(0, 2)) + (0 if line.live else 2),
                after_s=float(rng.choice([0.0, 0.0, 30.0, 90.0])), keep_idle=int(rng.choice([0, 0, 0, 1])),
                handling=float(rng.uniform(0.8, 1.3)),
            )  # fmt: skip
            links.append(link)
    agents = int(rng.integers(2, 9))
    horizon = size * step
    cuts = np.sort(rng.uniform(0, horizon * 1.05, (agents, 4)), axis=1)
    starts, ends = cuts[:, ::2].copy(), cuts[:, 1::2].copy()
    early = rng.random(agents) < 0.5
    starts[early, 0] = rng.uniform(-500, -1, early.sum())
    one = rng.random(agents) < 0.3
    starts[one, 1] = ends[one, 1] = np.nan
    hours = Hours(pool=rng.integers(0, len(pools), agents), starts=starts, ends=ends)
    return Floor(interval_s=step, lines=tuple(lines), pools=pools, links=tuple(links), hours=hours)


@pytest.mark.parametrize("seed", range(120))
def test_every_contact_fares_as_on_a_floor_that_looks_at_everybody_each_time(seed: int) -> None:
    floor = random_floor(seed)
    simulator = Simulator(floor, seed)
    ran = simulator.run(0)
    found, numbers = ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size]
    fresh = contacts(floor, seed, 0, 0)
    slow = [
        Contact(floor.lines[int(n[LINE])], s[ARRIVES], s[WORK], s[LEAVES], s[KEY])
        for s, n in zip(fresh.seconds, fresh.numbers, strict=True)
    ]
    (when, whom, what), _ = timetable(floor, simulator.lines_open, seed, 0)
    agents = [Agent(int(g)) for g in floor.hours.pool]
    SlowFloor(floor, slow, agents).run([(float(t), int(a), EVENTS[int(k)]) for t, a, k in zip(when, whom, what, strict=True)])
    assert len(slow) == len(found) > 5
    for x, s, n in zip(slow, found, numbers, strict=True):
        state = STATES[int(n[STATE])]
        assert state == x.state
        assert s[STARTS] == pytest.approx(x.starts, abs=1e-6, nan_ok=True)
        if state in ("done", "abandoned", "cut off"):
            assert s[ENDS] == pytest.approx(x.ends, abs=1e-6)
        assert math.isnan(x.starts) or int(n[POOL]) == x.pool
    busy = sum(a.busy_s for a in agents)
    assert ran.busy.sum() <= busy + 1e-6
