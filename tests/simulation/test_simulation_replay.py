"""Recorded days replayed: who was there and how they paused is found in the calls, and the days come out as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from simulated_floors import desk, line

from planner.errors import DataError
from planner.queueing import ExponentialPatience
from planner.simulation import Recorded, pauses, replay, sessions, simulate_floor
from planner.simulation.layout import AGENT, ARRIVES, DONE, ENDS, STARTS, STATE
from planner.simulation.replicate import Simulator


def recorded(*calls: tuple[float, float, float | None, int]) -> Recorded:
    """Calls as (arrives, waits, work or None for who gave up, agent)."""
    return Recorded(
        arrives_s=np.array([c[0] for c in calls]),
        waits_s=np.array([c[1] for c in calls]),
        answered=np.array([c[2] is not None for c in calls]),
        work_s=np.array([c[2] or 0.0 for c in calls]),
        agent=np.array([c[3] for c in calls]),
    )


def test_a_session_ends_where_nothing_is_heard_of_the_agent() -> None:
    calls = recorded(
        (0.0, 10.0, 90.0, 4), (500.0, 0.0, 50.0, 4), (1200.0, 0.0, 10.0, 4), (20.0, 0.0, 5.0, 7), (30.0, 5.0, None, -1)
    )
    hours = sessions(calls)
    found = sorted(zip(hours.starts[:, 0].tolist(), hours.ends[:, 0].tolist(), strict=True))
    assert found == [(10.0, 550.0), (20.0, 25.0), (1200.0, 1210.0)]
    assert sessions(calls, silence_s=700.0).starts.size == 2


def test_a_call_that_ends_after_the_next_keeps_the_session() -> None:
    calls = recorded((0.0, 0.0, 1000.0, 1), (100.0, 0.0, 50.0, 1), (1500.0, 0.0, 50.0, 1))
    assert sessions(calls).starts.size == 1


def test_pauses_are_seen_where_callers_wait_and_at_least_so_long_where_the_queue_empties_before() -> None:
    # at 100 s somebody waits, taken 7 s later; at 207 s nobody waits: no pause seen; at 300 s one waits who gives up at 320 s
    calls = recorded(
        (0.0, 0.0, 100.0, 1), (50.0, 57.0, 100.0, 1), (250.0, 0.0, 50.0, 1), (290.0, 30.0, None, -1), (400.0, 0.0, 10.0, 1),
    )  # fmt: skip
    law = pauses(calls)
    assert law.times_s.tolist() == [7.0, 20.0]
    assert law.staying.tolist() == [0.5, 0.5]


def test_days_made_by_a_known_desk_come_out_as_they_were() -> None:
    floor = desk(line(per_h=150, size=96, patience=ExponentialPatience(150.0)), 8, warm_up_s=0.0)
    ran = Simulator(floor, 3).run(0)
    seconds, numbers = ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size]
    done = numbers[:, STATE] == DONE
    waits = np.where(done, seconds[:, STARTS], seconds[:, ENDS]) - seconds[:, ARRIVES]
    work = np.where(done, seconds[:, ENDS] - seconds[:, STARTS], 0.0)
    calls = Recorded(
        arrives_s=seconds[:, ARRIVES], waits_s=waits, answered=done, work_s=work, agent=numbers[:, AGENT].astype(np.int64)
    )
    again = simulate_floor(replay(calls, interval_s=900.0, size=96, with_pauses=False), replications=20, seed=1)
    assert again.totals("calls")["offered"] == ran.size
    assert again.abandonment("calls").value == pytest.approx(1 - done.mean(), abs=0.02)
    assert again.mean_wait_s("calls").value == pytest.approx(waits.mean(), rel=0.15)
    assert again.level("calls").value == pytest.approx((done & (waits <= 20)).mean(), abs=0.04)
    # nobody paused: the next call is taken as soon as the last one ends
    assert pauses(calls).mean_s < 1.0


def test_other_hours_than_those_worked_are_tried_on_the_same_calls() -> None:
    calls = recorded(*((60.0 * k, 5.0 * (k % 3), 200.0, k % 2) for k in range(60)))
    floor = replay(calls, interval_s=900.0, size=4, with_pauses=False)
    more = replace(floor.hours, pool=np.zeros(5, dtype=np.int64), starts=np.zeros((5, 1)), ends=np.full((5, 1), 3600.0))
    few, many = (simulate_floor(f, replications=2, seed=1).level("calls").value for f in (floor, replace(floor, hours=more)))
    assert many == 1.0 > few


def test_records_that_cannot_be_replayed_are_refused_with_every_reason() -> None:
    with pytest.raises(DataError) as told:
        recorded((0.0, -1.0, -5.0, -1))
    for words in ("waits 0 or more", "work_s must be 0", "no call was answered by a known agent"):
        assert words in str(told.value)
    with pytest.raises(DataError, match="one value a call"):
        Recorded(arrives_s=np.zeros(2), waits_s=np.zeros(1), answered=np.ones(2), work_s=np.zeros(2), agent=np.zeros(2))
