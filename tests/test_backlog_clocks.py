"""Deferred work under any clock: the fluid against single contacts worked first due first, and what must hold of it."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.backlog import Lots, Work, clock_lots, level_work, run_deferred, run_shared, with_backlog
from planner.domain.clocks import Calendar, Clock, DayRule, HourRule
from planner.domain.spans import OpenSpan

INTERVAL_S = 1800
START = int(
    datetime(2026, 3, 27, 23, tzinfo=UTC).timestamp()
)  # midnight of Saturday 28 March in Berlin; clocks change on the 29th
BERLIN = Calendar(zone="Europe/Berlin", holidays=frozenset({date(2026, 3, 31)}))


def daily(from_h: float, to_h: float, days: tuple[int, ...] = tuple(range(7))) -> tuple[OpenSpan, ...]:
    return tuple(OpenSpan(day, int(from_h * 60), int(to_h * 60)) for day in days)


RULES = (
    HourRule(hours=6),
    HourRule(hours=4, spans=daily(8, 21)),
    HourRule(hours=5, spans=daily(9, 17, (0, 1, 2, 3, 4)), public_holidays=False),
    DayRule(days=0, cut_off_min=18 * 60, due_min=19 * 60, weekdays=tuple(range(7))),
    DayRule(days=1, cut_off_min=14 * 60 + 15, due_min=17 * 60, public_holidays=False),
)


def due_of(rule):
    return lambda arrivals: Clock(rule=rule).due_utc_s(arrivals, BERLIN)


def lots_of(rule, is_open: np.ndarray, backlog=()) -> Lots:
    lots = clock_lots(is_open, due_of(rule), start_s=START, interval_s=INTERVAL_S)
    return with_backlog(lots, is_open, due_of(rule), backlog, start_s=START, interval_s=INTERVAL_S)


def office(size: int) -> np.ndarray:
    return np.array([16 <= t % 48 < 40 for t in range(size)])


def one_by_one(works, capacity_s, parts: int = 4):
    """Single contacts, `parts` quarters of each, worked first due first interval by interval; done and in time by queue and interval."""
    size = len(capacity_s)
    line = []
    for q, (rule, arrived, aht_s, is_open, backlog) in enumerate(works):
        opens = [next((s for s in range(t, size) if is_open[s]), -1) for t in range(size)]
        at = [-age / INTERVAL_S for age, n in backlog for _ in range(int(n) * parts)]
        at += [t + (i + 0.5) / (n * parts) for t, n in enumerate(arrived.astype(int)) for i in range(n * parts)]
        came = np.array(at)
        due = (due_of(rule)(np.round(START + came * INTERVAL_S).astype(np.int64)) - START) / INTERVAL_S
        fresh = (due_of(rule)(START + np.array(opens) * INTERVAL_S) - START) / INTERVAL_S
        for born, ends in zip(at, due.tolist(), strict=True):
            t = int(np.floor(born))
            first = opens[max(t, 0)]
            order = np.inf if first < 0 else fresh[max(t, 0)] if ends <= first else ends
            line.append([order, born, ends, q, t, aht_s / parts])
    line.sort(key=lambda one: (one[0], one[1]))
    done, in_time = np.zeros((2, len(works), size))
    for k in range(size):
        left, spent, worked = capacity_s[k], 0.0, []
        for one in line:
            if left < 1e-9:
                break
            if one[4] <= k and works[one[3]][3][k]:
                take = min(left, one[5])
                left, spent, one[5] = left - take, spent + take, one[5] - take
                done[one[3], k] += take / works[one[3]][2]
                if one[5] < 1e-9:
                    worked.append((one, spent))
        for one, when in worked:
            line.remove(one)
            if k + when / spent <= one[2] + 1e-6 and one[4] >= 0:
                in_time[one[3], one[4]] += 1 / parts
    return done, in_time


@given(
    rule=st.sampled_from(RULES),
    arrived=st.lists(st.sampled_from([0, 0, 1, 2, 4]), min_size=96, max_size=96),
    rate=st.sampled_from([0.6, 1.0, 2.0]),
    backlog=st.sampled_from([(), ((3600.0, 3),), ((40 * 3600.0, 5), (1800.0, 2))]),
)
@settings(max_examples=15, deadline=None)
def test_the_fluid_agrees_with_single_contacts_worked_first_due_first(rule, arrived, rate, backlog) -> None:
    is_open = office(96)
    came = np.array(arrived, dtype=float)
    can = np.where(is_open, rate * max(came.sum(), 1.0) / is_open.sum(), 0.0)
    run = run_deferred(came, can, lots_of(rule, is_open, backlog), interval_s=INTERVAL_S)
    done, in_time = one_by_one([(rule, came, 300.0, is_open, backlog)], can * 300.0)
    assert np.abs(np.cumsum(run.done) - np.cumsum(done[0])).max() <= 1.0 + 1e-6
    assert abs(run.in_time.sum() - in_time.sum()) <= 3.0 + 0.02 * came.sum()


def test_two_queues_of_one_desk_agree_with_single_contacts() -> None:
    rng = np.random.default_rng(4)
    size, quick, slow = 96, RULES[0], RULES[3]
    is_open = office(size)
    came = [rng.integers(0, 4, size).astype(float), rng.integers(0, 3, size).astype(float)]
    aht = [300.0, 480.0]
    can = np.where(is_open, sum(c.sum() * a for c, a in zip(came, aht, strict=True)) / is_open.sum(), 0.0)
    works = [
        Work(lots=lots_of(rule, is_open), arrived=c, aht_s=np.full(size, a), open=is_open)
        for rule, c, a in zip((quick, slow), came, aht, strict=True)
    ]
    runs = run_shared(works, can, interval_s=INTERVAL_S)
    done, in_time = one_by_one([(rule, c, a, is_open, ()) for rule, c, a in zip((quick, slow), came, aht, strict=True)], can)
    for q in range(2):
        assert np.abs(np.cumsum(runs[q].done) - np.cumsum(done[q])).max() <= 2.5  # where due times are equal the order is free
        assert abs(runs[q].in_time.sum() - in_time[q].sum()) <= 0.03 * came[q].sum() + 2


@given(
    rule=st.sampled_from(RULES),
    arrived=st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=60, max_size=144),
    backlog=st.lists(st.tuples(st.floats(0, 200_000), st.floats(0, 20)), max_size=4),
    rate=st.floats(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_what_came_and_was_there_is_done_or_open(rule, arrived, backlog, rate) -> None:
    came = np.array(arrived)
    is_open = office(came.size)
    bands = (4 * 3600.0, 24 * 3600.0)
    lots = lots_of(rule, is_open, backlog)
    run = run_deferred(came, is_open * rate, lots, interval_s=INTERVAL_S, bands_s=bands)
    there = sum(number for _, number in backlog)
    open_now = there + np.cumsum(came) - np.cumsum(run.done)
    assert run.open == pytest.approx(open_now, abs=1e-6)
    assert run.by_age.sum(axis=0) == pytest.approx(run.open, abs=1e-6)
    assert (run.overdue <= run.open + 1e-9).all()
    assert (run.in_time + run.pending <= came + 1e-9).all()
    late = came - run.in_time - run.pending
    runs_out = (
        lots.most_by_interval(lots.base + lots.slope) < came.size - 1e-6
    )  # what is due as the horizon ends is late by nothing
    assert (run.latest_s[runs_out & (late > 1e-3 * np.maximum(came, 1.0))] > 0).all()


@given(
    rule=st.sampled_from(RULES),
    arrived=st.lists(st.sampled_from([0.0, 0.3, 1.0, 4.0]), min_size=60, max_size=144),
    backlog=st.lists(st.tuples(st.floats(0, 200_000), st.floats(0.1, 20)), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_what_the_level_schedule_can_reach_is_in_time_by_its_clock(rule, arrived, backlog) -> None:
    came = np.array(arrived)
    is_open = office(came.size)
    lots = lots_of(rule, is_open, backlog)
    agents = level_work(came, 600, is_open, lots=lots, interval_s=INTERVAL_S)
    assert np.isnan(agents[~is_open]).all()
    run = run_deferred(came, np.nan_to_num(agents) * INTERVAL_S / 600, lots, interval_s=INTERVAL_S)
    last = np.flatnonzero(is_open)[-1]
    assert run.done.sum() == pytest.approx(came[: last + 1].sum() + sum(n for _, n in backlog), rel=1e-6)
    sure = ~lots.late & (lots.interval >= 0) & (lots.interval <= last)
    # due within the interval it comes in, or in the one the desk opens with: the order within the interval decides
    sure &= np.floor(lots.base + lots.slope + 1e-9) >= lots.boundary
    number = lots.contacts(came)
    whole = lots.by_interval(np.where(sure, 0.0, number)) == 0
    assert run.in_time[whole] == pytest.approx(came[whole], abs=1e-5 * max(1.0, came.sum()))


def test_a_plain_clock_said_as_a_rule_gives_what_seconds_give() -> None:
    rng = np.random.default_rng(2)
    came, is_open = rng.poisson(2.0, 336).astype(float), office(336)
    can = is_open * 4.5
    by_rule = run_deferred(came, can, lots_of(HourRule(hours=6), is_open), interval_s=INTERVAL_S)
    by_seconds = run_deferred(came, can, 6 * 3600.0, interval_s=INTERVAL_S, open=is_open)
    for name in ("done", "open", "in_time", "pending", "overdue", "oldest_s"):
        assert getattr(by_rule, name) == pytest.approx(getattr(by_seconds, name), abs=1e-9), name
    level = level_work(came, 300, is_open, lots=lots_of(HourRule(hours=6), is_open), interval_s=INTERVAL_S)
    assert level == pytest.approx(level_work(came, 300, is_open, within_s=6 * 3600.0, interval_s=INTERVAL_S), nan_ok=True)


def test_first_due_first_across_queues_serves_whom_apart_would_be_late() -> None:
    is_open = np.ones(8, dtype=bool)
    urgent = np.array([0, 0, 0, 0, 8.0, 0, 0, 0])
    patient = np.array([8.0, 0, 0, 0, 0, 0, 0, 0])
    rule_now, rule_later = HourRule(hours=0.5), HourRule(hours=3)
    works = [
        Work(lots=lots_of(rule, is_open), arrived=came, aht_s=np.full(8, 450.0), open=is_open)
        for rule, came in ((rule_now, urgent), (rule_later, patient))
    ]
    can = np.array([4, 4, 0, 0, 4, 4, 0, 0]) * 450.0
    soon, later = run_shared(works, can, interval_s=INTERVAL_S)
    assert (soon.in_time.sum(), later.in_time.sum()) == (pytest.approx(8.0, abs=0.1), 8.0)
    halves = [run_deferred(w.arrived, can / 900, w.lots, interval_s=INTERVAL_S) for w in works]
    assert halves[0].in_time.sum() < 5


def test_ages_of_what_is_open_are_told_by_band() -> None:
    is_open = np.ones(4, dtype=bool)
    lots = lots_of(HourRule(hours=1), is_open, [(5 * 3600.0, 40.0), (3600.0, 10.0)])
    run = run_deferred(np.array([2.0, 0, 0, 0]), np.zeros(4), lots, interval_s=INTERVAL_S, bands_s=(3600.0, 4 * 3600.0))
    assert run.by_age[:, 0].tolist() == [2.0, 10.0, 40.0]  # under an hour, one to four, over
    assert run.by_age[:, 3].tolist() == pytest.approx([0.0, 12.0, 40.0])
    assert run.oldest_s[3] == 5 * 3600 + 2 * 3600
    assert run.overdue[0] == 50.0  # their clock of an hour ran out before the start or at it
    assert run.before[2].tolist() == [6 * 3600.0, 2 * 3600.0]  # how late they are by the end


def test_a_cut_off_inside_an_interval_parts_its_contacts_where_the_zone_is_half_an_hour_off() -> None:
    kolkata = Calendar(zone="Asia/Kolkata")
    rule = DayRule(days=0, cut_off_min=18 * 60, due_min=19 * 60, weekdays=tuple(range(7)))
    start = int(datetime(2026, 11, 10, tzinfo=UTC).timestamp())
    is_open = np.ones(48, dtype=bool)
    lots = clock_lots(is_open, lambda at: rule.due_utc_s(at, kolkata), start_s=start, interval_s=3600)
    parts = np.flatnonzero(lots.interval == 12)  # 12:00 to 13:00 in UTC: the cut-off is at 12:30
    assert lots.share[parts].tolist() == [0.5, 0.5]
    assert lots.base[parts].tolist() == [13.5, 37.5]  # 19:00 in Kolkata, the same day and the next
    came = np.where(np.arange(48) == 12, 10.0, 0.0)
    run = run_deferred(came, np.where(np.arange(48) >= 20, 10.0, 0.0), lots, interval_s=3600)
    assert run.in_time[12] == pytest.approx(5.0)
    assert run.latest_s[12] == pytest.approx((20.5 - 13.5) * 3600)  # the first five are done by half past eight in the evening
