"""Callers who are never answered are not forgotten because the horizon ends before they give up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from simulated_floors import desk, line

from planner.domain.targets import Formula
from planner.simulation import simulate_floor


def test_callers_left_waiting_longer_than_the_threshold_are_missed() -> None:
    # two hours of calls, and one agent who goes home after the first
    calls = line(per_h=20.0, aht_s=60.0, size=8, within_s=(20.0,))
    floor = desk(calls, 1, warm_up_s=0.0)
    floor = replace(floor, hours=replace(floor.hours, ends=np.full((1, 1), 3600.0)))
    ran = simulate_floor(floor, replications=50, seed=4)
    within, came = ran.counted("calls", Formula.OFFERED)
    after = came[:, 4:].sum() / ran.replications
    # all who come in the second hour, but those of its last 20 seconds
    assert abs(after - 20 * (3600 - 20) / 3600) < 3 * np.sqrt(20 / 50)
    assert within[:, 4:].sum() == 0
    assert ran.level("calls").value < 0.55


def test_who_waits_no_longer_than_the_threshold_at_the_end_is_left_open() -> None:
    calls = line(per_h=20.0, aht_s=60.0, size=1, within_s=(20.0, 900.0))
    floor = desk(calls, 1, warm_up_s=0.0)
    floor = replace(floor, hours=replace(floor.hours, starts=np.full((1, 1), 899.0), ends=np.full((1, 1), 900.0)))
    ran = simulate_floor(floor, replications=50, seed=4)
    assert ran.counted("calls", Formula.OFFERED, 900.0)[1].sum() <= 2 * 50
