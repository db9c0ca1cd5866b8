"""Plans with one to three people at once say what these can promise; the hours are those of the finished roster, clock changes and all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from one_agent import write_one_agent

import planner
from planner.demand import forecast_demand
from planner.domain.grid import to_utc
from planner.domain.plan import Plan
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan
from planner.reference.rings import ring_rule
from planner.report.html import html
from planner.simulation import floor_of
from planner.small_desk import small_desks
from planner.small_desk.of_plan import joined, thresholds_of


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planner.plan(planner.load_account(write_one_agent(tmp_path_factory.mktemp("one"))))


def test_one_agent_covers_the_open_hours_less_the_breaks(one: Plan) -> None:
    (desk,) = one.evaluation.small_desks
    assert desk.most == 1
    assert desk.cover.open_h == pytest.approx(45.0)
    assert desk.cover.rostered_h == pytest.approx(40.0)
    assert desk.cover.longest_s == 3600
    shift = one.shifts.shifts[0]
    assert desk.cover.longest_utc == shift.breaks[0].start_utc


def test_three_rings_are_those_heard_in_the_market(one: Plan) -> None:
    (desk,) = one.evaluation.small_desks
    assert desk.thresholds[0].seconds == ring_rule("FR", 3).threshold_s
    assert desk.thresholds[1].promised == 0.8
    queue = one.account.queues[0]
    nowhere = replace(one.account.markets[0], country="XX")
    assert [t.seconds for t in thresholds_of(queue, nowhere)] == [20.0]


def test_levels_are_those_that_the_whole_simulation_finds(one: Plan) -> None:
    (desk,) = one.evaluation.small_desks
    assert one.evaluation.simulation is not None
    level = next(row.level for row in one.evaluation.simulation.sla if row.window.value == "contract")
    own = desk.every.within[1]
    assert own is not None
    assert own.value == pytest.approx(level, abs=1e-12)


def test_the_summary_says_what_one_agent_can_promise_and_the_folder_keeps_it(one: Plan, tmp_path: Path) -> None:
    text = one.summary()
    assert "What one agent can promise" in text
    assert "cannot be kept by this roster" in text
    assert "three rings" in text
    again = planner.load_plan(planner.export(one, tmp_path / "plan"))
    assert again.evaluation.small_desks == one.evaluation.small_desks


def test_the_report_has_a_section_of_them_and_none_without(one: Plan) -> None:
    page = html(one)
    assert 'id="few"' in page
    assert "While all due are there" in page
    assert 'id="few"' not in html(replace(one, evaluation=replace(one.evaluation, small_desks=())))


def test_larger_desks_are_left_to_their_levels(one: Plan) -> None:
    shifts = replace(one.shifts, shifts=tuple(replace(shift, heads=4) for shift in one.shifts.shifts))
    assert small_desks(shifts, one.demand, one.account, replications=2, seed=1) == ()


@pytest.mark.parametrize(("start", "hours"), [("2026-03-23", 167.0), ("2026-10-19", 169.0)])
def test_a_week_of_a_clock_change_is_an_hour_shorter_or_longer(tmp_path: Path, start: str, hours: float) -> None:
    folder = write_one_agent(tmp_path, start=start)
    settings = folder / "account.toml"
    settings.write_text(settings.read_text().replace('["Mon-Fri 09:00-18:00"]', '"24/7"'))
    account = planner.load_account(folder)
    shifts = tuple(_shift(to_utc("Europe/Lisbon", date.fromisoformat(start) + timedelta(days=n), 22 * 60)) for n in (4, 5, 6))
    shift_plan = ShiftPlan(grid=account.grid, shifts=shifts, tours=())
    (desk,) = small_desks(shift_plan, forecast_demand(account), account, replications=3, seed=1)
    assert desk.cover.open_h == pytest.approx(hours)
    # nights from Friday, Saturday and Sunday at 23:00 in Paris, nine hours each but an hour of break; the last one ends after the week
    assert desk.cover.rostered_h == pytest.approx(2 * 8 + 1)
    # nobody from Monday's midnight to Friday's 23:00
    assert desk.cover.longest_s == (4 * 24 + 23) * 3600
    assert desk.cover.longest_utc == account.grid.start_utc


def test_people_shared_with_others_bring_their_other_work_along(one: Plan) -> None:
    floor = floor_of(one.account, one.demand, one.shifts)
    part = joined(floor, "shop_calls")
    assert part.hours.pool.size == floor.hours.pool.size
    assert np.array_equal(part.lines[0].contacts, floor.lines[0].contacts)


def _shift(start: datetime) -> Shift:
    at = start + timedelta(hours=4)
    pause = PlacedBreak(start_utc=at, end_utc=at + timedelta(hours=1), paid=False)
    return Shift(
        id=f"lisbon_fr/{start:%d}",
        site="lisbon",
        group="lisbon_fr",
        pattern="day-2200",
        date=start.date(),
        start_utc=start,
        end_utc=start + timedelta(hours=9),
        breaks=(pause,),
        heads=1,
    )
