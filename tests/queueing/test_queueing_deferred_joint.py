"""Work of several queues laid out together: never a higher peak than apart, no lower one exists, and every due time is kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.queueing.deferred import Work, level_shared, level_work, plain_lots, run_shared, with_backlog

INTERVAL_S = 1800


def works_of(arrived, clocks, is_open, backlog=()) -> list[Work]:
    works = []
    for n, (came, clock) in enumerate(zip(arrived, clocks, strict=True)):
        within = clock * INTERVAL_S

        def due(at, within=within):
            return at + within

        lots = plain_lots(is_open, within, INTERVAL_S)
        lots = with_backlog(lots, is_open, due, backlog if n == 0 else (), start_s=0, interval_s=INTERVAL_S)
        works.append(Work(lots=lots, arrived=came, aht_s=np.full(len(came), 300.0 * (n + 1)), open=is_open))
    return works


def least_peak(works) -> float:
    """The lowest peak of any schedule, by linear programming over lots and open intervals."""
    is_open = works[0].open
    opens = np.flatnonzero(is_open)
    following = [opens[i + 1] if i + 1 < len(opens) else len(is_open) for i in range(len(opens))]
    columns, demand = [], []
    for work in works:
        contacts = work.lots.contacts(work.arrived)
        for lot in range(len(contacts)):
            born = max(int(work.lots.interval[lot]), 0)
            may = [i for i, t in enumerate(opens) if t >= born]
            if contacts[lot] <= 0 or not may:
                continue
            due = min(int(work.lots.boundary[lot]), len(is_open))
            last = next((i for i, f in enumerate(following) if f >= due), len(opens) - 1)
            columns.append([i for i in may if i <= max(last, may[0])])
            demand.append(contacts[lot] * work.aht_s[0] / INTERVAL_S)
    number = sum(len(c) for c in columns)
    if not number:
        return 0.0
    equal, most = np.zeros((len(columns), number + 1)), np.zeros((len(opens), number + 1))
    at = 0
    for j, slots in enumerate(columns):
        for i in slots:
            equal[j, at] = most[i, at] = 1.0
            at += 1
    most[:, -1] = -1.0
    found = linprog(np.r_[np.zeros(number), 1.0], A_ub=most, b_ub=np.zeros(len(opens)), A_eq=equal, b_eq=demand)
    assert found.status == 0
    return float(found.x[-1])


CASES = st.integers(4, 24).flatmap(
    lambda size: st.tuples(
        st.lists(st.lists(st.sampled_from([0.0, 1.0, 2.5, 7.0]), min_size=size, max_size=size), min_size=2, max_size=3),
        st.lists(st.booleans(), min_size=size, max_size=size).filter(any),
        st.lists(st.integers(1, 12), min_size=3, max_size=3),
        st.sampled_from([(), ((1800.0, 6.0),)]),
    )
)


@given(CASES)
@settings(max_examples=30, deadline=None)
def test_no_schedule_that_keeps_every_due_time_has_a_lower_peak(case) -> None:
    arrived, is_open = [np.array(row) for row in case[0]], np.array(case[1])
    works = works_of(arrived, case[2][: len(arrived)], is_open, case[3])
    agents = level_shared(works, interval_s=INTERVAL_S)
    total = np.nansum(agents, axis=0)
    assert total.max() == pytest.approx(least_peak(works), abs=1e-6)
    apart = np.stack([level_work(w.arrived, w.aht_s, w.open, lots=w.lots, interval_s=INTERVAL_S) for w in works])
    assert np.nansum(agents, axis=1) == pytest.approx(np.nansum(apart, axis=1), abs=1e-6)  # the same work
    assert total.max() <= np.nansum(apart, axis=0).max() + 1e-6
    assert (total**2).sum() <= (np.nansum(apart, axis=0) ** 2).sum() + 1e-6
    runs = run_shared(works, np.where(is_open, total, 0.0) * INTERVAL_S, interval_s=INTERVAL_S)
    alone = run_shared(works, np.where(is_open, np.nansum(apart, axis=0), 0.0) * INTERVAL_S, interval_s=INTERVAL_S)
    for run, other in zip(runs, alone, strict=True):
        assert run.done.sum() == pytest.approx(other.done.sum(), abs=1e-6)


def test_what_may_wait_fills_the_valleys_of_what_may_not() -> None:
    is_open = np.ones(16, dtype=bool)
    urgent = np.where(np.arange(16) % 4 == 0, 6.0, 0.0)
    patient = np.r_[24.0, np.zeros(15)]
    works = works_of([urgent, patient / 2], (1, 15), is_open)
    agents = level_shared(works, interval_s=INTERVAL_S)
    apart = [level_work(w.arrived, w.aht_s, w.open, lots=w.lots, interval_s=INTERVAL_S) for w in works]
    assert np.nansum(agents, axis=0).max() < np.sum(apart, axis=0).max() - 0.1
    assert agents[0].sum() == pytest.approx(apart[0].sum())


def test_queues_with_other_hours_are_laid_out_each_for_itself() -> None:
    one, two = np.ones(8, dtype=bool), np.arange(8) < 4
    works = [*works_of([np.ones(8)], (3,), one), *works_of([np.ones(8)], (3,), two)]
    agents = level_shared(works, interval_s=INTERVAL_S)
    for row, work in zip(agents, works, strict=True):
        assert row == pytest.approx(
            level_work(work.arrived, work.aht_s, work.open, lots=work.lots, interval_s=INTERVAL_S), nan_ok=True
        )
