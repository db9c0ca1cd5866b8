"""On cases small enough to try every roster, the re-plan is the cheapest one, and its objective is what it says."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from replan_cases import MONDAY, cheapest, monday, small_account, small_plan, with_windows

from planner.domain.changes import NO_PRICES, Away, Changes, Effort, Lock, Overtime, Pay, Prices, VolumeChange
from planner.domain.plan import Plan
from planner.domain.solve import Status
from planner.replan import replan

EXACT = Effort(everywhere=True, gap=0.0, time_limit_s=60.0)
HELD = ((8, 8), (12, None), (None, 16))
SICK = Away(agent="pt-001", start_utc=monday(0), end_utc=monday(23))
BUSY = VolumeChange(queues=("calls",), start_utc=monday(12), end_utc=monday(20), factor=1.8)
QUIET = VolumeChange(queues=(), start_utc=monday(0), end_utc=monday(23) + timedelta(days=1), factor=0.2)
MORE = Overtime(hours_per_week=4.0, premium_share=0.5, start_utc=monday(0), end_utc=monday(23))

CASES = {
    "sick": Changes(away=(SICK,)),
    "sick, prices low": Changes(
        away=(SICK,), prices=replace(NO_PRICES, moved_start=0.1, called_in=0.2, swapped=0.1, added=0.3)
    ),
    "free": Changes(away=(SICK,), prices=NO_PRICES),
    "busy": Changes(volume=(BUSY,)),
    "busy, overtime": Changes(volume=(BUSY,), overtime=(MORE,)),
    "busy, sick, in money": Changes(volume=(BUSY,), away=(SICK,), prices=Prices(in_money=True)),
    "quiet, nothing guaranteed": Changes(volume=(QUIET,), pay=Pay(guaranteed_share=0.0)),
    "quiet, half guaranteed": Changes(volume=(QUIET,), pay=Pay(guaranteed_share=0.5)),
    "half the day gone": Changes(volume=(BUSY,), now_utc=monday(10)),
    "a lock": Changes(away=(SICK,), volume=(BUSY,), locks=(Lock(agents=("pt-002",)),), prices=NO_PRICES),
    "a locked date": Changes(away=(SICK,), volume=(BUSY,), locks=(Lock(dates=(MONDAY + timedelta(days=1),)),)),
}


def with_effort(changes: Changes, **more: object) -> Changes:
    return replace(changes, effort=replace(EXACT, **more))


def recounted(plan: Plan) -> float:
    """The objective from the finished plan's own tables: bill, shortfall against the requirement, prices of the changes."""
    assert plan.replanned is not None
    paid = float(sum((line.amount for line in plan.bill.cost), Decimal(0)))
    short = float(np.nansum(plan.evaluation.shortfall)) * plan.shifts.grid.interval_h
    return paid + short * float(plan.account.settings.shortfall_price_per_h or 0) + plan.replanned.price


@pytest.mark.parametrize("name", CASES)
def test_the_replan_is_the_cheapest_of_all_rosters(name: str) -> None:
    plan = small_plan(small_account(), HELD)
    changes = with_effort(CASES[name])
    result = replan(plan, changes)
    info = result.solves[0]
    assert info.status is Status.OPTIMAL
    assert info.objective == pytest.approx(cheapest(plan, changes), abs=1e-4)
    assert info.bound == pytest.approx(info.objective, abs=1e-3)
    assert recounted(result) == pytest.approx(info.objective, abs=0.03)


@pytest.mark.parametrize("move_breaks", [False, True])
def test_with_breaks_to_place_too(move_breaks: bool) -> None:
    plan = small_plan(small_account(breaks=True), ((8, 8), (12, None), (None, 16)))
    changes = with_effort(Changes(away=(SICK,), volume=(BUSY,)), move_breaks=move_breaks)
    result = replan(plan, changes)
    assert result.solves[0].objective == pytest.approx(cheapest(plan, changes), abs=1e-4)
    assert recounted(result) == pytest.approx(result.solves[0].objective, abs=0.03)


def test_seats_hold_everybody() -> None:
    plan = small_plan(small_account(seats=1, price=400.0), ((8, 8), (None, None), (12, None)))
    changes = with_effort(Changes(volume=(BUSY,), prices=NO_PRICES))
    assert replan(plan, changes).solves[0].objective == pytest.approx(cheapest(plan, changes), abs=1e-4)


def test_rest_between_days_is_kept_where_it_binds() -> None:
    account = small_account(days_per_week=2, price=500.0)
    site = replace(account.sites[0], labour=(("daily_rest_h", 18.0),))
    plan = small_plan(replace(account, sites=(site,)), ((8, 8), (12, None), (None, 16)))
    late = VolumeChange(queues=(), start_utc=monday(16), end_utc=monday(20), factor=4.0)
    early = VolumeChange(queues=(), start_utc=monday(8) + timedelta(days=1), end_utc=monday(12) + timedelta(days=1), factor=3.0)
    changes = with_effort(Changes(volume=(late, early), prices=NO_PRICES))
    assert replan(plan, changes).solves[0].objective == pytest.approx(cheapest(plan, changes), abs=1e-4)


@pytest.mark.parametrize("name", ["sick", "free", "busy", "busy, overtime", "busy, sick, in money"])
def test_over_windows_the_replan_is_the_cheapest_of_all_rosters_too(name: str) -> None:
    plan = small_plan(with_windows(small_account()), HELD)
    changes = with_effort(CASES[name])
    info = replan(plan, changes).solves[0]
    assert info.objective == pytest.approx(cheapest(plan, changes), abs=1e-3)
    assert info.bound == pytest.approx(info.objective, abs=1e-2) or "aimed higher" in info.note
