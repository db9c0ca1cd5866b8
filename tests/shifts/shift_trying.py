"""The best plan of a tiny account by trying every set of people, without any of the planner's models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise, product
from zoneinfo import ZoneInfo

import numpy as np

from planner.domain.account import Account
from planner.domain.grid import TimeGrid
from planner.domain.people import Group
from planner.domain.requirement import Requirement
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, ShiftRule, Tour
from planner.economics import cost_lines

UTC = ZoneInfo("UTC")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Person:
    """One way to work the horizon: hours present and seated ``[T]``, and what it costs."""

    group: int
    present: np.ndarray
    seated: np.ndarray
    cost: float


def best_by_trying(requirement: Requirement, account: Account) -> float:
    """Return the least objective there is; sites in UTC, an hourly grid, whole hours, breaks that start on the hour.

    People are added in every combination. One more is tried only while pay alone stays below the best plan known, so the answer is
    the optimum.
    """
    people = [person for g, group in enumerate(account.groups) for person in persons(g, group, account)]
    need = np.nan_to_num(requirement.agents)
    price = account.settings.shortfall_price_per_h
    assert price is not None
    serves = account.serves()
    availability = np.array([(1 - g.absence) * (1 - g.in_shift_loss) for g in account.groups])
    sites = [site.id for site in account.sites]
    seats = np.array([site.seats for site in account.sites])
    site_of = [sites.index(group.site) for group in account.groups]
    best = np.inf

    def missing(present: np.ndarray) -> float:
        """Largest deficit of any set of queues, by the theorem of Hall: agents of no other group can help them."""
        there = present * availability[:, None]
        worst = np.zeros(need.shape[1])
        for size in range(1, len(need) + 1):
            for queues in combinations(range(len(need)), size):
                helpers = serves[:, list(queues)].any(axis=1)
                worst = np.maximum(worst, need[list(queues)].sum(axis=0) - there[helpers].sum(axis=0))
        return float(worst.sum())

    def add(first: int, present: np.ndarray, seated: np.ndarray, heads: np.ndarray, cost: float) -> None:
        nonlocal best
        if (heads >= [group.min_heads for group in account.groups]).all():
            best = min(best, cost + price * missing(present))
        for number in range(first, len(people)):
            person = people[number]
            limit = account.groups[person.group].max_heads
            if cost + person.cost >= best or (limit is not None and heads[person.group] >= limit):
                continue
            more = seated.copy()
            more[site_of[person.group]] += person.seated
            if (more > seats[:, None]).any():
                continue
            covered, counted = present.copy(), heads.copy()
            covered[person.group] += person.present
            counted[person.group] += 1
            add(number, covered, more, counted, cost + person.cost)

    size = account.grid.size
    nobody = np.zeros(len(account.groups), dtype=int)
    add(0, np.zeros((len(account.groups), size)), np.zeros((len(seats), size)), nobody, 0.0)
    return float(best)


def persons(g: int, group: Group, account: Account) -> list[Person]:
    """Return every way one agent of `group` can work: a start, or starts within the band, dates that keep the days off, and breaks."""
    found = []
    grid = account.grid
    for name in group.shift_rules:
        rule = account.shift_rule(name)
        starts = range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)
        ways = [dates for start in starts for dates in date_sets(rule, start, group, grid)]
        if group.start_band_min:
            ways = varied(rule, starts, group, grid)
        for dates in ways:
            for shifts in product(*(duties(rule, at, group) for at in dates)):
                plan = ShiftPlan(grid=grid, shifts=shifts, tours=(Tour(group=group.id, pattern="p", agents=1),))
                cost = float(sum(line.amount for line in cost_lines(plan, account)))
                seated = sum((hours(grid, s.start_utc, s.end_utc) for s in shifts), np.zeros(grid.size))
                resting = sum((hours(grid, b.start_utc, b.end_utc) for s in shifts for b in s.breaks), np.zeros(grid.size))
                found.append(Person(g, seated - resting, seated, cost))
    return found


def varied(rule: ShiftRule, starts: range, group: Group, grid: TimeGrid) -> list[tuple[datetime, ...]]:
    """Return the sets of starts one agent may work who starts within the group's band: on each date one start or none."""
    midnight, dates = grid.start_utc.replace(hour=0), range(-1, grid.size // 24)
    options: list[list[datetime | None]] = []
    for n in dates:
        at = [midnight + timedelta(days=n, minutes=start) for start in starts]
        options.append([None, *(a for a in at if a + timedelta(minutes=rule.length_min) > grid.start_utc)])
    found = []
    for chosen in product(*options):
        worked = [at is not None for at in chosen]
        clocks = [60 * at.hour + at.minute for at in chosen if at is not None]
        crowded = any(sum(worked[n : n + 7]) > group.days_per_week for n in range(len(worked)))
        blocks = [worked[1:][i : i + 7] for i in range(0, len(worked) - 1, 7)]
        idle = any(sum(block) < group.days_per_week - (7 - len(block)) for block in blocks)
        if clocks and max(clocks) - min(clocks) <= group.start_band_min and not crowded and not idle:
            found.append(tuple(at for at in chosen if at is not None))
    return found


def date_sets(rule: ShiftRule, start: int, group: Group, grid: TimeGrid) -> list[tuple[datetime, ...]]:
    """Return the sets of starts one agent may work, the empty one left out: no more than the contract's days in seven dates in a row,
    exactly those in whole blocks of the horizon, and in a cut block what its missing dates cannot make up for."""
    midnight = grid.start_utc.replace(hour=0)
    around = [midnight + timedelta(days=n, minutes=start) for n in range(-1, grid.size // 24 + 1)]
    main = [at for at in around if grid.start_utc <= at < grid.end_utc]
    lead = [at for at in around if at < grid.start_utc < at + timedelta(minutes=rule.length_min)]
    days, found = group.days_per_week, []
    for count in range(1, len(main + lead) + 1):
        for chosen in combinations(lead + main, count):
            crowded = any(sum(a <= at < a + timedelta(days=7) for at in chosen) > days for a in chosen)
            blocks = [main[i : i + 7] for i in range(0, len(main), 7)]
            idle = any(sum(at in chosen for at in block) < days - (7 - len(block)) for block in blocks)
            if not crowded and not idle:
                found.append(chosen)
    return found


def duties(rule: ShiftRule, at: datetime, group: Group) -> list[Shift]:
    """Return the shift that begins `at`, once for every choice of its breaks."""
    options = [
        [
            PlacedBreak(start_utc=at + n * HOUR, end_utc=at + n * HOUR + timedelta(minutes=b.minutes), paid=b.paid)
            for n in range(rule.length_min // 60)
            if b.earliest_min <= 60 * n <= b.latest_min
        ]
        for b in rule.breaks
    ]
    return [
        Shift(
            id=f"{at:%d%H}",
            site=group.site,
            group=group.id,
            pattern="p",
            date=at.date(),
            start_utc=at,
            end_utc=at + timedelta(minutes=rule.length_min),
            breaks=breaks,
            heads=1,
        )
        for breaks in product(*options)
        if all((b.start_utc - a.end_utc).total_seconds() >= 60 * (rule.min_gap_min or 0) for a, b in pairwise(breaks))
    ]


def hours(grid: TimeGrid, start: datetime, end: datetime) -> np.ndarray:
    """Return 1 for every hour of `grid` inside a stretch of whole hours."""
    at = np.array([grid.start_utc + t * HOUR for t in range(grid.size)])
    inside: np.ndarray = ((at >= start) & (at < end)).astype(float)
    return inside
