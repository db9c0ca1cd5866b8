from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.backlog import level_work, run_deferred

HOUR = 3600.0


def desk(*spans: tuple[int, int], size: int) -> np.ndarray:
    mask = np.zeros(size, dtype=bool)
    for start, end in spans:
        mask[start:end] = True
    return mask


CASES = st.integers(2, 40).flatmap(
    lambda size: st.tuples(
        st.lists(st.sampled_from([0.0, 0.3, 1.0, 2.5, 7.0]), min_size=size, max_size=size),
        st.lists(st.booleans(), min_size=size, max_size=size).filter(any),
        st.integers(0, 15),
    )
)


def reachable(is_open: np.ndarray, clock: int) -> np.ndarray:
    """Arrivals whose last contact meets an open interval before its clock ends, found by looking."""
    return np.array([is_open[t : t + clock + 1].any() for t in range(is_open.size)])


@given(CASES)
@settings(max_examples=150, deadline=None)
def test_what_the_level_schedule_can_reach_is_answered_in_time(case) -> None:
    arrived, is_open, clock = np.array(case[0]), np.array(case[1]), case[2]
    agents = level_work(arrived, 600, is_open, within_s=max(clock, 0.5) * 900, interval_s=900)
    assert np.isnan(agents[~is_open]).all()
    assert (agents[is_open] >= 0).all()
    capacity = np.nan_to_num(agents) * 900 / 600
    run = run_deferred(arrived, capacity, max(clock, 0.5) * 900, interval_s=900, open=is_open)
    last = np.flatnonzero(is_open)[-1]
    sure = reachable(is_open, clock) & (np.arange(arrived.size) <= last)
    # half an interval is rounded down to "at once", and then the order within the interval is all that is left to chance
    assert run.in_time[sure] == pytest.approx(arrived[sure], abs=1e-5 * max(1.0, arrived.sum()))
    assert run.done.sum() == pytest.approx(arrived[: last + 1].sum(), rel=1e-9)
    assert run.open[last] == pytest.approx(0, abs=1e-9 * max(1.0, arrived.sum()))


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_no_other_schedule_has_a_lower_peak_or_is_more_even(case) -> None:
    arrived, is_open, clock = np.array(case[0]) + 0.05, np.array(case[1]), case[2] + 1
    size = arrived.size
    agents = level_work(arrived, 900, is_open, within_s=clock * 900, interval_s=900)[is_open]
    opens = np.flatnonzero(is_open)
    upper = np.cumsum(arrived)[opens]
    # what is due by the end of each open interval, or before it opens again, said lot by lot
    due_at = []
    for t in range(size):
        after = opens[opens >= t]
        if not after.size:
            due_at.append(np.inf)
        else:
            due_at.append(t + 1 + clock if after[0] <= t + clock else after[0] + clock)
    due_at = np.array(due_at)
    lower = np.array([arrived[(due_at <= (opens[j + 1] if j + 1 < opens.size else size))].sum() for j in range(opens.size)])
    lower = np.minimum(lower, upper)
    lower[-1] = upper[-1]
    path = np.cumsum(agents)
    assert (path >= lower - 1e-9).all()
    assert (path <= upper + 1e-9).all()
    m = opens.size
    sums = np.tril(np.ones((m, m)))
    bound = linprog(
        np.r_[np.zeros(m), 1.0],
        A_ub=np.block([[sums, np.zeros((m, 1))], [-sums, np.zeros((m, 1))], [np.eye(m), -np.ones((m, 1))]]),
        b_ub=np.r_[upper, -lower, np.zeros(m)],
        bounds=[(0, None)] * (m + 1),
    )
    assert bound.status == 0
    assert agents.max() == pytest.approx(bound.fun, rel=1e-7, abs=1e-9)
    other = bound.x[:m]
    for part in (0.05, 0.5, 1.0):
        mixed = (1 - part) * agents + part * other
        assert (agents**2).sum() <= (mixed**2).sum() + 1e-7


def test_a_steady_flow_on_a_desk_that_never_closes_takes_its_load() -> None:
    agents = level_work(np.full(96 * 7, 4.0), 300, np.ones(96 * 7), within_s=24 * HOUR, interval_s=900)
    assert agents == pytest.approx(4 * 300 / 900)


def test_a_morning_peak_is_spread_over_the_day_when_the_clock_allows() -> None:
    arrived = np.r_[np.full(4, 10.0), np.zeros(20)]
    at_once = level_work(arrived, 360, np.ones(24), within_s=900, interval_s=3600)
    spread = level_work(arrived, 360, np.ones(24), within_s=20 * HOUR, interval_s=3600)
    assert at_once[:4] == pytest.approx(1.0)
    assert at_once[4:] == pytest.approx(0.0)
    assert spread == pytest.approx(np.full(24, 4 / 24))


def test_work_due_over_night_is_done_before_closing_and_the_nights_own_after_opening() -> None:
    # a day of 24 h: open 8 to 16, ten contacts an hour, an hour of work each: 80 arrive before closing at 16 and 80 more by the
    # next opening, all within a clock of 10 h
    size = 48
    is_open = desk((8, 16), (32, 40), size=size)
    agents = level_work(np.full(size, 10.0), 3600, is_open, within_s=10 * HOUR, interval_s=3600)
    path = np.cumsum(agents[is_open])
    # arrivals up to 22 h on the first day could wait past 32 h: at closing everything that arrived by then has to be done
    assert path[7] == pytest.approx(160)
    assert path[-1] == pytest.approx(400)
    run = run_deferred(np.full(size, 10.0), np.nan_to_num(agents), 10 * HOUR, interval_s=3600, open=is_open)
    late = np.flatnonzero(run.in_time + run.pending < 10 - 1e-6)
    # nobody is there from 16 to 32 h: who comes from 16 to 21 h is late by 32 h
    assert late.tolist() == [16, 17, 18, 19, 20, 21]
    assert run.pending[40:].sum() == pytest.approx(80)


def test_a_weekend_backlog_is_cleared_over_one_clock_not_in_the_first_quarter_hour() -> None:
    size = 5 * 96
    is_open = desk((32, 72), (3 * 96 + 32, 3 * 96 + 72), (4 * 96 + 32, 4 * 96 + 72), size=size)
    arrived = np.full(size, 2.0)
    agents = level_work(arrived, 300, is_open, within_s=24 * HOUR, interval_s=900)
    everything = 2.0 * 300 / 900 * (4 * 96 + 72)
    assert np.nansum(agents) == pytest.approx(everything)
    assert np.nanmax(agents) < 4 * everything / is_open.sum()
    run = run_deferred(arrived, np.nan_to_num(agents) * 3, 24 * HOUR, interval_s=900, open=is_open)
    lost = run.in_time[: 4 * 96 + 72] < 2 - 1e-6
    # late are those who came more than a clock before Monday's opening, after Friday's closing, and nobody else
    assert np.flatnonzero(lost).tolist() == list(range(72, 2 * 96 + 32))


def test_nothing_is_pushed_past_the_end_and_what_comes_after_closing_is_left() -> None:
    arrived = np.r_[np.zeros(20), np.full(4, 6.0)]
    agents = level_work(arrived, 3600, desk((8, 22), size=24), within_s=24 * HOUR, interval_s=3600)
    assert np.nansum(agents) == pytest.approx(12.0)
    assert agents[20:22] == pytest.approx([6.0, 6.0])
    assert agents[8:20] == pytest.approx(0.0)


def test_a_desk_that_never_opens_has_no_requirement() -> None:
    assert np.isnan(level_work(np.ones(5), 60, np.zeros(5), within_s=HOUR, interval_s=900)).all()


def by_particles(arrived, capacity, clock, steps=400):
    """A first-in-first-out desk simulated in small steps."""
    size = len(arrived)
    line, in_time, done = deque(), np.zeros(size), np.zeros(size)
    for k in range(size):
        for i in range(steps):
            now = k + (i + 0.5) / steps
            if arrived[k] > 0:
                line.append([now, arrived[k] / steps, k])
            can = capacity[k] / steps
            while line and can > 1e-15:
                take = min(can, line[0][1])
                line[0][1] -= take
                can -= take
                done[k] += take
                if now - line[0][0] <= clock + 0.5 / steps:
                    in_time[line[0][2]] += take
                if line[0][1] <= 1e-15:
                    line.popleft()
    left = sum(amount for _, amount, _ in line)
    overdue = sum(amount for at, amount, _ in line if size - at > clock)
    oldest = size - line[0][0] if line else 0.0
    return in_time, done, left, overdue, oldest


@pytest.mark.parametrize("seed", range(6))
def test_a_run_agrees_with_a_simulation_in_small_steps(seed) -> None:
    rng = np.random.default_rng(seed)
    size, clock = 18, float(rng.choice([1.0, 2.5, 4.0]))
    arrived = rng.uniform(0, 10, size)
    capacity = rng.uniform(0, 9, size) * (rng.random(size) < 0.8)
    # keep the desk busy, so that an idle stretch inside an interval does not blur the comparison
    arrived[0] = 30.0
    in_time, done, left, overdue, oldest = by_particles(arrived, capacity, clock)
    run = run_deferred(arrived, capacity, clock * 900, interval_s=900)
    assert run.done == pytest.approx(done, abs=0.06)
    assert run.open[-1] == pytest.approx(left, abs=0.06)
    assert run.overdue[-1] == pytest.approx(overdue, abs=0.1)
    assert run.oldest_s[-1] == pytest.approx(oldest * 900, abs=0.02 * 900)
    assert run.in_time == pytest.approx(in_time, abs=0.12)


@given(CASES, st.floats(0.0, 3.0))
@settings(deadline=None)
def test_contacts_are_neither_lost_nor_answered_twice(case, scale) -> None:
    arrived, is_open, clock = np.array(case[0]), np.array(case[1]), case[2] + 0.5
    capacity = scale * is_open
    run = run_deferred(arrived, capacity, clock * 900, interval_s=900, open=is_open)
    total = np.cumsum(arrived)
    assert run.open == pytest.approx(total - np.cumsum(run.done), abs=1e-9 * (1 + total[-1]))
    assert (run.done <= capacity + 1e-9 * (1 + total[-1])).all()
    assert (run.overdue <= run.open + 1e-9).all()
    assert (run.in_time + run.pending <= arrived + 1e-9).all()
    assert run.pending.sum() == pytest.approx(run.open[-1] - run.overdue[-1], abs=1e-6)
    assert ((run.oldest_s > clock * 900 + 1e-3) == (run.overdue > 1e-6 * (1 + total[-1]))).mean() > 0.9
    more = run_deferred(arrived, capacity * 1.5 + is_open * 0.1, clock * 900, interval_s=900)
    plain = run_deferred(arrived, capacity, clock * 900, interval_s=900)
    assert more.open.sum() <= plain.open.sum() + 1e-9


def test_a_desk_by_hand() -> None:
    # ten contacts in the first hour, five an hour from then on can be answered, all promised within 90 minutes
    run = run_deferred([10.0, 0.0, 0.0], [0.0, 5.0, 5.0], 1.5 * HOUR, interval_s=HOUR)
    assert run.done.tolist() == [0, 5, 5]
    assert run.open.tolist() == [10, 5, 0]
    # position y arrived at y and is answered at 1 + 2 y: in time up to y = 0.5
    assert run.in_time == pytest.approx([5, 0, 0])
    assert run.overdue == pytest.approx([0, 0, 0])
    assert run.oldest_s == pytest.approx([HOUR, 1.5 * HOUR, 0])
    assert run.pending.sum() == 0


def test_scenarios_broadcast_over_leading_axes() -> None:
    arrived = np.random.default_rng(3).uniform(0, 5, (4, 30))
    many = run_deferred(arrived, np.full(30, 2.0), 2 * HOUR, interval_s=900)
    assert many.in_time.shape == (4, 30)
    one = run_deferred(arrived[2], np.full(30, 2.0), 2 * HOUR, interval_s=900)
    assert np.array_equal(many.in_time[2], one.in_time)


def test_missing_or_negative_counts_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"capacity must be finite and zero or more .* got nan at \[1\]"):
        run_deferred([1.0, 1.0], [1.0, np.nan], HOUR, interval_s=900)
    with pytest.raises(ValueError, match="contacts must be finite"):
        level_work([1.0, -1.0], 60, [1, 1], within_s=HOUR, interval_s=900)
    with pytest.raises(ValueError, match="within_s and interval_s must be above 0"):
        level_work([1.0], 60, [1], within_s=0, interval_s=900)
    with pytest.raises(ValueError, match="must have one shape"):
        level_work([1.0, 2.0], 60, [1], within_s=HOUR, interval_s=900)
    with pytest.raises(ValueError, match="must end in the same axis T"):
        run_deferred([1.0, 1.0], [1.0], HOUR, interval_s=900)
