"""Finished shift plans counted again by other means than the planner's: minute by minute, and by a linear program of scipy's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from planner.domain.account import Account
from planner.domain.requirement import Requirement
from planner.domain.shifts import Shift, ShiftPlan, ShiftRule
from planner.domain.solve import SolveInfo
from planner.economics import cost_lines
from planner.rules.shift_check import shift_findings

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def rule_and_start(account: Account, shift: Shift) -> tuple[ShiftRule, int]:
    """Return the rule of a shift's pattern and its local start in minutes, as its name says."""
    name, _, clock = shift.pattern.rpartition("-")
    return account.shift_rule(name), 60 * int(clock[:2]) + int(clock[2:])


def on_seat(plan: ShiftPlan, account: Account) -> np.ndarray:
    """Return on-seat agents ``[G, T]``, counted in minutes; shifts already running are people too."""
    grid = plan.grid
    step = grid.interval_s // 60
    minutes = np.zeros((len(account.groups), grid.size * step))
    number = {group.id: g for g, group in enumerate(account.groups)}

    def at(when: datetime) -> int:
        return int(np.clip((when - grid.start_utc).total_seconds() // 60, 0, minutes.shape[1]))

    for shift in (*plan.shifts, *account.carry_in):
        row = minutes[number[shift.group]]
        row[at(shift.start_utc) : at(shift.end_utc)] += shift.heads
        for pause in shift.breaks:
            row[at(pause.start_utc) : at(pause.end_utc)] -= shift.heads
    heads = minutes.reshape(len(account.groups), grid.size, step).mean(axis=2)
    share = [(1 - group.absence) * (1 - group.in_shift_loss) for group in account.groups]
    return heads * np.array(share)[:, None]


def least_shortfall(requirement: Requirement, account: Account, there: np.ndarray) -> np.ndarray:
    """Return what is missing per interval ``[T]`` at the best division of `there` ``[G, T]``, by one linear program.

    Variables are the time given by group, queue and interval and what each queue misses; nobody gives more than is there (C6).
    """
    need = np.nan_to_num(requirement.agents)
    queues, size = need.shape
    pairs = [(g, q) for g, q in np.argwhere(account.serves()).tolist()]
    n = len(pairs) * size
    given = np.arange(n).reshape(len(pairs), size)
    short = n + np.arange(queues * size).reshape(queues, size)
    rows, columns, values = [], [], []
    for t in range(size):
        for p, (g, q) in enumerate(pairs):
            rows += [q * size + t, (queues + g) * size + t]
            columns += [given[p, t]] * 2
            values += [-1.0, 1.0]
        for q in range(queues):
            rows.append(q * size + t)
            columns.append(short[q, t])
            values.append(-1.0)
    matrix = coo_array((values, (rows, columns)), shape=((queues + len(there)) * size, n + queues * size)).tocsr()
    limits = np.concatenate([-need.ravel(), there.ravel()])
    cost = np.r_[np.zeros(n), np.ones(queues * size)]
    done = linprog(cost, A_ub=matrix, b_ub=limits, method="highs")
    assert done.status == 0
    found: np.ndarray = done.x[n:].reshape(queues, size).sum(axis=0)
    return found


def price_again(plan: ShiftPlan, requirement: Requirement, account: Account) -> float:
    """Return the objective of `plan`: its pay from the bill's own lines, lead-in included, and the price of what is missing."""
    pay = float(sum(line.amount for line in cost_lines(plan, account)))
    missing_h = least_shortfall(requirement, account, on_seat(plan, account)).sum() * plan.grid.interval_h
    price = account.settings.shortfall_price_per_h
    assert price is not None
    return pay + price * float(missing_h)


def assert_lawful(plan: ShiftPlan, account: Account) -> None:
    """Hold `plan` to every law of shifts."""
    assert len({shift.id for shift in plan.shifts}) == len(plan.shifts)
    rows = [(s.group, s.held, s.pattern, s.date, s.breaks) for s in plan.shifts]
    assert len(set(rows)) == len(rows), "people who work the same hours share a row"
    for shift in plan.shifts:
        assert_hours_follow_the_rule(plan, account, shift)
    assert not list(shift_findings(plan, account))
    assert_seats(plan, account)
    assert_days_off(plan, account)
    for group in account.groups:
        agents = sum(tour.agents for tour in plan.tours if tour.group == group.id)
        assert agents >= group.min_heads
        assert group.max_heads is None or agents <= group.max_heads


def assert_hours_follow_the_rule(plan: ShiftPlan, account: Account, shift: Shift) -> None:
    group = account.group(shift.group)
    zone = ZoneInfo(account.site(group.site).zone)
    rule, start = rule_and_start(account, shift)
    assert shift.site == group.site
    assert rule.id in group.shift_rules
    assert start in range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)
    midnight = datetime(shift.date.year, shift.date.month, shift.date.day)
    for instant, minute in ((shift.start_utc, start), (shift.end_utc, start + rule.length_min)):
        wall = (midnight + timedelta(minutes=minute)).replace(tzinfo=zone)
        exists = wall.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
        if exists:
            assert instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
    grid = plan.grid
    assert shift.lead_in == (shift.start_utc < grid.start_utc)
    assert shift.start_utc < grid.end_utc
    assert shift.end_utc > grid.start_utc
    assert len(shift.breaks) == len(rule.breaks)
    until = shift.start_utc
    for pause, asked in zip(shift.breaks, rule.breaks, strict=True):
        assert pause.paid is asked.paid
        assert pause.end_utc - pause.start_utc == timedelta(minutes=asked.minutes)
        assert timedelta(minutes=asked.earliest_min) <= pause.start_utc - shift.start_utc <= timedelta(minutes=asked.latest_min)
        assert until <= pause.start_utc
        until = pause.end_utc + timedelta(minutes=rule.min_gap_min or 0)
        assert pause.end_utc <= shift.end_utc


def assert_seats(plan: ShiftPlan, account: Account) -> None:
    """At no minute of the horizon are more people on shift than seats, breaks included."""
    step = plan.grid.interval_s // 60
    for site in account.sites:
        taken = np.zeros(plan.grid.size * step)
        for shift in (*plan.shifts, *account.carry_in):
            if shift.site == site.id:
                a, b = ((when - plan.grid.start_utc).total_seconds() / 60 for when in (shift.start_utc, shift.end_utc))
                taken[int(max(a, 0)) : int(max(b, 0))] += shift.heads
        assert taken.max(initial=0) <= site.seats


def assert_days_off(plan: ShiftPlan, account: Account) -> None:
    """Heads of every tour can be worked by its agents: nobody twice a date, the contract's days in every block of seven dates that
    start in the horizon, never more in any seven in a row, lead-in and tail included."""
    by_tour: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for shift in plan.shifts:
        by_tour[shift.group, shift.held][shift.date] += shift.heads
    agents = {(tour.group, tour.pattern): tour.agents for tour in plan.tours}
    assert len(agents) == len(plan.tours)
    assert set(by_tour) <= set(agents)
    for (group, pattern), heads in by_tour.items():
        people, days = agents[group, pattern], account.group(group).days_per_week
        assert max(heads.values()) <= people
        for first in dates_between(min(heads) - WEEK, max(heads)):
            assert sum(heads.get(first + n * ONE_DAY, 0) for n in range(7)) <= days * people
        for block in blocks_of(plan, account, group, pattern):
            worked = sum(heads.get(day, 0) for day in block)
            if len(block) == 7:
                assert worked == days * people
            assert worked >= (days - (7 - len(block))) * people


def blocks_of(plan: ShiftPlan, account: Account, group: str, pattern: str) -> list[list[date]]:
    """Return the dates on which `pattern` starts in the horizon, in blocks of seven; the last may be shorter."""
    site = account.site(account.group(group).site)
    clock = pattern.rpartition("-")[2].partition("+")[0]
    minute = 60 * int(clock[:2]) + int(clock[2:])
    zone = ZoneInfo(site.zone)
    grid = plan.grid
    around = dates_between(grid.start_utc.date() - 2 * ONE_DAY, grid.end_utc.date() + 2 * ONE_DAY)
    starts = {
        day: (datetime(day.year, day.month, day.day) + timedelta(minutes=minute))
        .replace(tzinfo=zone)
        .astimezone(ZoneInfo("UTC"))
        for day in around
    }
    inside = [day for day in around if grid.start_utc <= starts[day] < grid.end_utc]
    return [inside[i : i + 7] for i in range(0, len(inside), 7)]


def dates_between(first: date, last: date) -> list[date]:
    """Return the dates from `first` to `last`, both included."""
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def assert_honest(infos: Iterable[SolveInfo], plan: ShiftPlan, requirement: Requirement, account: Account) -> None:
    """The first solve's objective is the price of `plan` counted again, and its bound is not above it."""
    info = next(iter(infos))
    again = price_again(plan, requirement, account)
    assert info.name == "shifts"
    assert info.objective is not None
    assert abs(info.objective - again) <= 0.01 * (1 + 4 * len(account.groups)) + 1e-7 * again
    if info.bound is not None:
        assert info.bound <= info.objective + 1e-9
