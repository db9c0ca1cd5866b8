"""Deferred promises by their clocks, evaluated: conservation, rolling windows by hand, what misses its clock, people shared by queues."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from deferred_account import desk_account, desk_plan

import planner
from planner.domain.account import Account
from planner.domain.clocks import Clock, DateSpan, HolidayMode, HourRule
from planner.domain.evaluation import Evaluation
from planner.domain.targets import DeferredTarget, Window
from planner.evaluation import evaluate
from planner.evaluation.overload import LEAST
from planner.sizing import size


@pytest.fixture(scope="module")
def plan():
    return desk_plan()


def target_of(account: Account, **changes) -> Account:
    """The account with changes to the first queue's target."""
    first = account.queues[0]
    return replace(account, queues=(replace(first, target=replace(first.target, **changes)), *account.queues[1:]))


def again(plan, account: Account) -> Evaluation:
    return evaluate(plan.shifts, plan.demand, size(plan.demand, account), account)


def test_what_arrived_and_was_there_is_done_or_open(plan) -> None:
    work = plan.evaluation.deferred
    there = np.array([sum(row.contacts for row in queue.backlog) for queue in plan.account.queues])
    gone = there[:, None] + np.cumsum(work.arrived, axis=1) - np.cumsum(work.done, axis=1)
    assert work.open == pytest.approx(gone, abs=1e-6)
    assert work.by_age.sum(axis=0) == pytest.approx(work.open, abs=1e-6)


def test_nobody_is_counted_twice_and_nothing_is_done_without_people(plan) -> None:
    given, people = plan.evaluation.coverage.on_seat, plan.evaluation.capacity.on_seat
    assert (given.sum(axis=1) <= people + 1e-9).all()
    aht = np.array([queue.aht_s for queue in plan.account.queues])[:, None]
    assert (plan.evaluation.deferred.done * aht <= given.sum(axis=0) * plan.demand.grid.interval_s + 1e-6).all()


def test_a_rolling_window_adds_days_before_to_those_of_the_horizon(plan) -> None:
    rows = [r for r in plan.evaluation.sla if r.clause == "amazon" and r.window is Window.ROLLING]
    assert [r.window_date for r in rows] == [date(2026, 2, 26) + timedelta(days=n) for n in range(5)]
    assert not any(r.partial for r in rows)
    days = {r.window_date: r for r in plan.evaluation.sla if r.clause == "amazon" and r.window is Window.DAY}
    first = rows[0]
    # 29 of the 30 days told, of 30 contacts each, the day itself, and of the 26 open at the start those undecided are none
    assert first.offered == pytest.approx(29 * 30 + days[date(2026, 3, 27)].offered + 26)
    late = sum(row.late for row in plan.evaluation.overload if row.queue == "amazon" and row.at_start)
    assert first.within == pytest.approx(29 * 800 / 30 + days[date(2026, 3, 27)].within + 26 - late)
    second = rows[1]
    assert second.offered == pytest.approx(28 * 30 + 26 + sum(days[date(2026, 3, d)].offered for d in (27, 28)))


def test_a_rolling_window_without_figures_counts_what_it_has_and_says_so(plan) -> None:
    found = again(plan, target_of(plan.account, to_date=()))
    rows = [r for r in found.sla if r.clause == "amazon" and r.window is Window.ROLLING]
    assert all(r.partial for r in rows)
    assert any("to_date" in note for note in found.notes)
    short = again(plan, target_of(plan.account, to_date=(), rolling_days=2))
    assert [r.partial for r in short.sla if r.clause == "amazon" and r.window is Window.ROLLING] == [True] + 4 * [False]


def test_late_work_is_listed_and_adds_up(plan) -> None:
    rows = plan.evaluation.overload
    assert {row.queue for row in rows if row.at_start} == {"amazon"}
    thirty = next(row for row in rows if row.at_start)
    assert (thirty.date, thirty.late, thirty.contacts) == (date(2026, 3, 25), pytest.approx(6.0), 6.0)
    assert thirty.closed == pytest.approx(6.0)  # their clock ran out before the desk opened
    for queue in plan.account.queues:
        counted = [r for r in plan.evaluation.sla if r.clause == queue.id and r.window is Window.DAY]
        late = sum(r.offered - r.within for r in counted)
        listed = sum(row.late for row in rows if row.queue == queue.id and not row.at_start)
        assert listed == pytest.approx(late, abs=LEAST * len(counted))
    for row in rows:
        assert row.closed <= row.late + 1e-9 <= row.contacts + 2e-9
        assert row.latest_s > 0


def test_queues_of_the_same_people_are_one_line_where_a_clock_asks_for_it(plan) -> None:
    in_line = {r.clause: r for r in plan.evaluation.sla if r.window is Window.CONTRACT}
    assert any("one line" in note for note in plan.evaluation.notes)
    alone = [
        replace(q, target=DeferredTarget(level=q.target.level, within_s=86_400.0), backlog=()) for q in plan.account.queues
    ]
    apart = again(plan, replace(plan.account, queues=tuple(alone)))
    assert not any("one line" in note for note in apart.notes)
    assert in_line["cases"].level == pytest.approx(1.0)


def test_an_automatic_reply_that_stops_the_clock_counts_as_the_answer(plan) -> None:
    rule = Clock(rule=HourRule(hours=1.0), auto_reply_stops=True)
    changes = {"window": Window.WEEK, "rolling_days": None, "to_date": (), "within_s": 3600.0}
    without, some, every, not_stopped = (
        again(plan, target_of(plan.account, clock=clock, auto_reply_share=share, **changes))
        for clock, share in ((rule, 0.0), (rule, 0.4), (rule, 1.0), (replace(rule, auto_reply_stops=False), 0.4))
    )

    def level(found: Evaluation) -> float:
        return next(r.level for r in found.sla if r.clause == "amazon" and r.window is Window.CONTRACT)

    assert level(without) < 0.9
    assert level(some) == pytest.approx(0.4 + 0.6 * level(without), abs=0.01)
    assert level(every) == 1.0
    assert level(not_stopped) == pytest.approx(level(without))
    assert some.deferred.done == pytest.approx(without.deferred.done)  # the work remains


def test_arrivals_in_holiday_mode_are_left_out_of_the_measure_where_the_platform_says_so(plan) -> None:
    weekend = (DateSpan(date(2026, 3, 28), date(2026, 3, 29)),)
    rule = HourRule(hours=24.0)
    changes = {"window": Window.WEEK, "rolling_days": None, "to_date": (), "holiday_mode": weekend}
    stops, left_out = (
        again(plan, target_of(plan.account, clock=Clock(rule=rule, holiday_mode=mode), **changes))
        for mode in (HolidayMode.STOPS, HolidayMode.NOT_COUNTED)
    )
    days = [{r.window_date: r for r in e.sla if r.clause == "amazon" and r.window is Window.DAY} for e in (stops, left_out)]
    assert days[0][date(2026, 3, 28)].level == pytest.approx(1.0)  # the clock stood still until Monday
    assert days[1][date(2026, 3, 28)].level is None
    assert days[1][date(2026, 3, 30)].level == days[0][date(2026, 3, 30)].level


def test_a_plan_with_clocks_comes_back_from_its_folder_as_it_was(plan, tmp_path) -> None:
    planner.export(plan, tmp_path / "plan")
    found = planner.load_plan(tmp_path / "plan")
    assert found.account == desk_account()
    assert found.evaluation == plan.evaluation
