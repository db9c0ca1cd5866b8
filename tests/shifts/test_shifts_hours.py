"""Kinds, dates and breaks on the site's clock: clock changes, half-hour zones, midnight, the horizon's edges."""

from datetime import date, timedelta

import numpy as np
import pytest

from planner.domain.grid import utc_seconds
from planner.domain.people import Premium, PremiumKind
from planner.shifts.assemble import assemble, cells_of
from planner.shifts.cost import shift_cost
from planner.shifts.patterns import Pattern, break_starts, break_windows, dates_of, patterns


def test_kinds_of_a_rule_are_its_starts(make):
    rule = make.rule("day", first=420, last=540, step=30)
    assert [p.id for p in patterns(rule)] == ["day-0700", "day-0730", "day-0800", "day-0830", "day-0900"]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Lisbon", date(2026, 3, 28), 7),
        ("Europe/Lisbon", date(2026, 10, 24), 9),
        ("Australia/Sydney", date(2026, 10, 3), 7),
        ("Australia/Sydney", date(2026, 4, 4), 9),
        ("Asia/Manila", date(2026, 10, 24), 8),
    ],
)
def test_a_night_across_a_clock_change_keeps_the_wall_clock(make, zone, day, hours):
    start, end = Pattern(make.rule(length_min=480), 22 * 60).hours(make.site(zone=zone), day)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["Asia/Manila", "America/Bogota", "Europe/London", "Asia/Kolkata", "Asia/Kathmandu"])
@pytest.mark.parametrize("days", [1, 7, 14])
def test_every_kind_starts_once_per_day_of_the_horizon(make, zone, days):
    account = make.account(zone="Europe/London", start=date(2026, 11, 9), days=days, sites=(make.site(zone=zone),))
    for pattern in patterns(make.rule(step=60, length_min=540)):
        found = dates_of(pattern, account.sites[0], account.grid, lead_in=True)
        assert len(found.main) == days
        assert list(found.main) == [found.main[0] + timedelta(days=n) for n in range(days)]
        starts = [pattern.hours(account.sites[0], day)[0] for day in found.main]
        assert all(account.grid.start_utc <= s < account.grid.end_utc for s in starts)
        if found.lead_in is not None:
            assert found.lead_in == found.main[0] - timedelta(days=1)
            start, end = pattern.hours(account.sites[0], found.lead_in)
            assert start < account.grid.start_utc < end


@pytest.mark.parametrize("start", [date(2026, 3, 23), date(2026, 10, 19)])
def test_a_week_with_a_clock_change_keeps_seven_starts_of_every_kind_but_those_moved_over_the_edge(make, start):
    account = make.account(zone="Europe/London", start=start, days=7, sites=(make.site(zone="Asia/Manila"),))
    counts = [len(dates_of(p, account.sites[0], account.grid, lead_in=True).main) for p in patterns(make.rule(step=60))]
    assert set(counts) <= {6, 7, 8}
    assert abs(sum(counts) - 7 * 24) == 1


def test_breaks_start_on_the_grid_inside_their_window(make):
    account = make.account(interval_min=15)
    rule = make.rule(length_min=480, breaks=((15, True, 100, 130), (30, False, 200, 205)))
    start, end = Pattern(rule, 8 * 60).hours(account.sites[0], date(2026, 3, 2))
    at = utc_seconds(start)
    assert [
        (s - at) // 60
        for s in break_starts(rule.breaks[0], break_windows((rule.breaks[0],), start=start, end=end)[0], grid=account.grid)
    ] == [105, 120]
    assert [
        (s - at) // 60
        for s in break_starts(rule.breaks[1], break_windows((rule.breaks[1],), start=start, end=end)[0], grid=account.grid)
    ] == [200]


def test_short_breaks_fill_parts_of_long_intervals(make):
    rule = make.rule(length_min=480, breaks=((15, True, 90, 135),))
    account = make.account(interval_min=30, rules=(rule,))
    problem = assemble(make.requirement(account, [[1.0] * 48]), account)
    assert set(problem.unit.tolist()) == {0.5, 1.0}
    assert set(problem.choice_cells.share.tolist()) == {0.5}


def test_a_half_hour_zone_lies_on_quarter_hours(make):
    account = make.account(zone="Europe/London", sites=(make.site(zone="Asia/Kolkata"),), interval_min=15)
    problem = assemble(make.requirement(account, [[1.0] * 96]), account)
    assert problem.unit.min() == 1.0
    assert all(utc_seconds(d.start_utc) % 900 == 0 for d in problem.duties)


def test_cells_share_out_every_second(make):
    grid = make.account(days=1, interval_min=30).grid
    origin = utc_seconds(grid.start_utc)
    cells = cells_of(grid, [(origin - 600, origin + 1500), (origin + 2400, origin + 2700), (origin + 86_400, origin + 90_000)])
    assert cells.item.tolist() == [0, 1]
    assert cells.interval.tolist() == [0, 1]
    assert cells.share.tolist() == pytest.approx([1500 / 1800, 300 / 1800])


def test_kinds_nobody_needs_are_left_out(make):
    account = make.account(days=1)
    need = np.full((1, 24), np.nan)
    need[0, 8:12] = 1.0
    kept = {problem_kind.pattern.start_min // 60 for problem_kind in assemble(make.requirement(account, need), account).kinds}
    assert kept == {6, 8, 10}


def test_the_place_of_an_unpaid_break_moves_the_premium(make):
    night = Premium(kind=PremiumKind.NIGHT, share=1, from_min=22 * 60, to_min=6 * 60)
    rule = make.rule(length_min=480, first=18 * 60, last=18 * 60, breaks=((60, False, 180, 300),))
    account = make.account(rules=(rule,), sites=(make.site(premiums=(night,)),), days=2)
    problem = assemble(make.requirement(account, [[1.0] * 48]), account)
    for duty_number, duty in enumerate(problem.duties):
        (pool,) = [p for p in problem.pools if duty_number in p.duties]
        for choice in pool.choices:
            begin = duty.start_utc + timedelta(seconds=int(problem.choice_start_s[choice]) - utc_seconds(duty.start_utc))
            exact = shift_cost(
                account,
                account.groups[0],
                start_utc=duty.start_utc,
                end_utc=duty.end_utc,
                unpaid=[(begin, begin + timedelta(hours=1))],
            )
            assert problem.duty_cost[duty_number] + problem.choice_cost[choice] == pytest.approx(exact)


def test_shifts_already_running_replace_the_lead_in(make):
    from dataclasses import replace

    from planner.domain.shifts import Shift

    account = make.account(days=1, zone="UTC", rules=(make.rule(length_min=480, step=60),), interval_min=60)
    begin = account.grid.start_utc - timedelta(hours=3)
    running = Shift(
        id="old",
        site="here",
        group="team",
        pattern="four-2100",
        date=date(2026, 3, 1),
        start_utc=begin,
        end_utc=begin + timedelta(hours=8),
        breaks=(),
        heads=2,
    )
    need = make.requirement(account, [[1.0] * 24])
    assert any(d.lead_in for d in assemble(need, account).duties)
    problem = assemble(need, replace(account, carry_in=(running,)))
    assert not any(d.lead_in for d in problem.duties)
    assert problem.carried[0].tolist() == [2.0] * 5 + [0.0] * 19
    assert problem.seated[0].tolist() == [2.0] * 5 + [0.0] * 19
