"""Clocks as simulated: rolling windows by hand, automatic replies, holiday mode, all as the formulas count them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from deferred_account import desk_plan

from planner.domain.account import Account
from planner.domain.backlog import OpenContacts
from planner.domain.clocks import Clock, DateSpan, HolidayMode, HourRule
from planner.domain.plan import Plan
from planner.domain.simulation import SimulatedSla, SimulationReport
from planner.domain.targets import Window
from planner.evaluation import evaluate
from planner.evaluation.by_simulation import simulate_shifts, simulated_rows
from planner.simulation import floor_of, simulate_floor
from planner.simulation.backlog import IN_TIME, TOO_LATE, UNDECIDED, fate
from planner.simulation.tally import OFFERED
from planner.sizing import size


@pytest.fixture(scope="module")
def plan() -> Plan:
    return desk_plan()


def with_target(account: Account, **changes: object) -> Account:
    first = account.queues[0]
    return replace(account, queues=(replace(first, target=replace(first.target, **changes)), *account.queues[1:]))


def simulated(plan: Plan, account: Account, replications: int = 30) -> SimulationReport:
    rows = evaluate(plan.shifts, plan.demand, size(plan.demand, account), account).sla
    return simulate_shifts(account, plan.demand, plan.shifts, rows, replications=replications, seed=5)


def of(found: SimulationReport, window: Window, on: date | None = None) -> SimulatedSla:
    return next(r for r in found.sla if r.clause == "amazon" and r.window is window and on in (None, r.window_date))


def test_a_rolling_window_counts_days_before_those_waiting_and_those_that_come(plan: Plan) -> None:
    ran = simulate_floor(floor_of(plan.account, plan.demand, plan.shifts), replications=12, seed=5)
    rows = [r for r in simulated_rows(plan.account, plan.demand, plan.evaluation.sla, ran) if r.window is Window.ROLLING]
    assert len(rows) == 5
    within, counted = ran.counted("amazon", None)
    yes, known = ran.counted_before("amazon")
    assert yes.shape == (12, 26)
    assert not yes[:, :6].any()  # thirty hours old, due before the desk opens
    day = plan.demand.grid.clock("Europe/Berlin").day
    for n, row in enumerate(rows):
        those = day <= day[0] + n
        # of 30 days 29 - n are told of, each with 30 contacts of which 8 in 9 were in time
        before = 30 * (29 - n)
        total = before + counted[:, those].sum() / 12 + known.sum() / 12
        good = before * 8 / 9 + within[:, those].sum() / 12 + yes.sum() / 12
        assert row.level == pytest.approx(good / total)


def test_rolling_levels_are_near_those_of_the_fluid_and_have_their_chance(plan: Plan) -> None:
    found = simulated(plan, plan.account)
    rows = [r for r in found.sla if r.window is Window.ROLLING]
    assert len(rows) == 5
    for row in rows:
        assert row.level == pytest.approx(row.computed, abs=0.02)
        assert row.low is not None
        assert row.high is not None
        assert row.low <= row.level <= row.high
        assert row.probability is not None


def test_contacts_there_at_the_start_are_done_in_time_late_or_undecided() -> None:
    ended, due = np.array([5.0, 15.0, np.nan, np.nan]), np.array([10.0, 10.0, 90.0, 110.0])
    assert fate(ended, due, 100.0).tolist() == [IN_TIME, TOO_LATE, TOO_LATE, UNDECIDED]


def test_automatic_replies_that_stop_the_clock_count_in_simulation_as_by_formula(plan: Plan) -> None:
    rule = Clock(rule=HourRule(hours=1.0), auto_reply_stops=True)
    changes = {"window": Window.WEEK, "rolling_days": None, "to_date": (), "within_s": 3600.0, "clock": rule}
    without, some, every = (
        of(simulated(plan, with_target(plan.account, auto_reply_share=share, **changes)), Window.CONTRACT).level
        for share in (0.0, 0.4, 1.0)
    )
    assert without is not None
    assert without < 0.9
    assert some == pytest.approx(0.4 + 0.6 * without, abs=0.01)
    assert every == 1.0


def test_arrivals_in_holiday_mode_are_left_out_of_the_simulated_measure_too(plan: Plan) -> None:
    weekend = (DateSpan(date(2026, 3, 28), date(2026, 3, 29)),)
    changes = {"window": Window.WEEK, "rolling_days": None, "to_date": (), "holiday_mode": weekend}
    rule = Clock(rule=HourRule(hours=24.0), holiday_mode=HolidayMode.NOT_COUNTED)
    found = simulated(plan, with_target(plan.account, clock=rule, **changes))
    assert of(found, Window.DAY, date(2026, 3, 28)).level is None
    assert of(found, Window.DAY, date(2026, 3, 28)).met is None
    assert of(found, Window.DAY, date(2026, 3, 30)).level is not None


def test_open_contacts_that_came_this_moment_are_there_at_the_start_and_do_not_come_in_it(plan: Plan) -> None:
    first = plan.account.queues[0]
    account = replace(
        plan.account, queues=(replace(first, backlog=(OpenContacts(age_s=0.0, contacts=7.0),)), *plan.account.queues[1:])
    )
    floor = floor_of(account, plan.demand, plan.shifts)
    without = replace(account, queues=(replace(first, backlog=()), *plan.account.queues[1:]))
    ran = simulate_floor(floor, replications=3, seed=5)
    alone = simulate_floor(floor_of(without, plan.demand, plan.shifts), replications=3, seed=5)
    yes, known = ran.counted_before("amazon")
    assert yes.shape == known.shape == (3, 7)
    assert (ran.counts[:, 0, :, OFFERED] == alone.counts[:, 0, :, OFFERED]).all()
    assert of(simulated(plan, account, 5), Window.ROLLING).level is not None


def test_late_work_told_beside_a_plan_leaves_out_automatic_replies(plan: Plan) -> None:
    rule = Clock(rule=HourRule(hours=1.0), auto_reply_stops=True)
    changes = {"window": Window.WEEK, "rolling_days": None, "to_date": (), "within_s": 3600.0, "clock": rule}
    late = [
        float(np.nansum(found.answered[0] - found.within[0]))
        for share in (0.0, 0.5, 1.0)
        for found in [simulated(plan, with_target(plan.account, auto_reply_share=share, **changes), 5)]
    ]
    assert late[0] > 10
    assert late[1] == pytest.approx(late[0] / 2)
    assert late[2] == pytest.approx(0.0, abs=1e-9)
