"""Which shifts are legal, on which dates, and which of them are worth a thought."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from planner.domain.shifts import BreakRule
from planner.shifts.assemble import assemble
from planner.shifts.patterns import Pattern, break_starts, break_windows, dates_of, patterns, patterns_of


def test_two_lengths_every_hour_are_forty_eight_kinds(make: Any) -> None:
    rules = (make.rule("full8", length_min=480, step=60), make.rule("full9", length_min=540, step=60))
    account = make.account(rules=rules)
    found = patterns_of(account.groups[0], account)
    assert len(found) == 48
    assert len({p.id for p in found}) == 48
    assert [p.id for p in found[:2]] == ["full8-0000", "full8-0100"]
    assert found[-1].id == "full9-2300"


@pytest.mark.parametrize(
    ("first", "last", "step", "starts"),
    [(480, 480, 60, [480]), (480, 600, 45, [480, 525, 570]), (0, 1439, 720, [0, 720]), (570, 630, 30, [570, 600, 630])],
)
def test_starts_run_from_the_first_to_the_last_by_the_step(
    make: Any, first: int, last: int, step: int, starts: list[int]
) -> None:
    assert [p.start_min for p in patterns(make.rule(first=first, last=last, step=step))] == starts


def test_a_group_holds_only_kinds_of_its_own_rules(make: Any) -> None:
    rules = (make.rule("a", step=720), make.rule("b", step=720))
    account = make.account(rules=rules, groups=(make.group("x", rules=("b",)), make.group("y", rules=("b", "a"))))
    assert [p.id for p in patterns_of(account.groups[0], account)] == ["b-0000", "b-1200"]
    assert [p.id for p in patterns_of(account.groups[1], account)] == ["b-0000", "b-1200", "a-0000", "a-1200"]


def test_kinds_that_touch_no_needed_interval_are_left_out(make: Any) -> None:
    account = make.account(
        languages=("en", "de"), rules=(make.rule(step=60),), groups=(make.group("en"), make.group("de", languages=("de",)))
    )
    need = np.zeros((2, 24))
    need[0, 12] = 1.0
    need[1, 0] = 0.5
    problem = assemble(make.requirement(account, need), account)
    starts = [[k.pattern.start_min // 60 for k in problem.kinds if k.group == g] for g in range(2)]
    assert starts[0] == [9, 10, 11, 12]
    assert starts[1] == [0, 21, 22, 23], "nights that reach the first hour from the date before"


def test_nothing_is_assembled_where_nothing_is_needed(make: Any) -> None:
    account = make.account()
    need = np.zeros(24)
    need[:6] = np.nan
    problem = assemble(make.requirement(account, need), account)
    assert (problem.kinds, problem.duties, problem.classes) == ((), (), ())


def test_a_night_has_a_lead_in_date_and_one_date_per_day(make: Any) -> None:
    account = make.account(days=3)
    site, grid = account.sites[0], account.grid
    night = Pattern(make.rule("night", length_min=480), 22 * 60)
    assert dates_of(night, site, grid, lead_in=True).lead_in == date(2026, 3, 1)
    assert dates_of(night, site, grid, lead_in=True).main == (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
    assert dates_of(night, site, grid, lead_in=False).lead_in is None
    until_midnight = Pattern(make.rule("eve", length_min=120), 22 * 60)
    assert dates_of(until_midnight, site, grid, lead_in=True).lead_in is None


def test_a_site_ahead_of_the_horizon_starts_on_its_own_dates(make: Any) -> None:
    account = make.account(days=1, sites=(make.site(zone="Asia/Manila"),))
    site, grid = account.sites[0], account.grid
    early, late = Pattern(make.rule("r", length_min=480), 0), Pattern(make.rule("r", length_min=480), 10 * 60)
    assert dates_of(early, site, grid, lead_in=True).main == (date(2026, 3, 3),)
    assert dates_of(late, site, grid, lead_in=True).main == (date(2026, 3, 2),)
    assert dates_of(early, site, grid, lead_in=True).lead_in is None, "its end is the horizon's start"
    assert dates_of(Pattern(make.rule("r", length_min=480), 60), site, grid, lead_in=True).lead_in == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("interval_min", "minutes", "earliest", "latest", "after"),
    [
        (15, 30, 180, 240, [180, 195, 210, 225, 240]),
        (30, 30, 180, 240, [180, 210, 240]),
        (30, 15, 180, 240, [180, 195, 210, 225, 240]),
        (60, 45, 180, 240, [180, 195, 210, 225, 240]),
        (15, 20, 180, 200, [180, 185, 190, 195, 200]),
        (60, 60, 190, 290, [240]),
        (60, 60, 190, 200, [190]),
    ],
)
def test_breaks_start_on_steps_of_the_grid_inside_their_window(
    make: Any, interval_min: int, minutes: int, earliest: int, latest: int, after: list[int]
) -> None:
    grid = make.account(interval_min=interval_min).grid
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    rule = BreakRule(minutes=minutes, paid=False, earliest_min=earliest, latest_min=latest)
    found = break_starts(rule, break_windows((rule,), start=start, end=start + timedelta(hours=8))[0], grid=grid)
    assert [(s - int(start.timestamp())) // 60 for s in found] == after


def test_a_break_ends_with_its_shift_at_the_latest(make: Any) -> None:
    grid = make.account(interval_min=15).grid
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    rule = BreakRule(minutes=30, paid=False, earliest_min=180, latest_min=300)
    found = break_starts(rule, break_windows((rule,), start=start, end=start + timedelta(hours=4))[0], grid=grid)
    assert [(s - int(start.timestamp())) // 60 for s in found] == [180, 195, 210]


def test_breaks_of_a_shift_shortened_by_a_clock_change_stay_in_order_and_inside_it(make: Any) -> None:
    start = datetime(2026, 3, 28, 22, tzinfo=UTC)
    end = start + timedelta(hours=7)  # eight hours on the wall clock
    rules = tuple(
        BreakRule(minutes=m, paid=False, earliest_min=a, latest_min=b)
        for m, a, b in ((15, 60, 105), (60, 200, 330), (15, 420, 465))
    )
    windows = break_windows(rules, start=start, end=end)
    at = start
    for rule, (first, last) in zip(rules, windows, strict=True):
        assert int(at.timestamp()) <= first <= last
        at = datetime.fromtimestamp(last, UTC) + timedelta(minutes=rule.minutes)
    assert at <= end
