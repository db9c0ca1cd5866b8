"""Legal shifts of a site: which lengths may start when on its clock (a kind), and the hours they take on each date (a duty)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import gcd

from planner.domain.account import Account
from planner.domain.grid import TimeGrid, to_utc, utc_seconds, zone_info
from planner.domain.people import Group, Site
from planner.domain.shifts import BreakRule, ShiftRule
from planner.shifts.gaps import kept_apart


@dataclass(frozen=True, order=True)
class Pattern:
    """One kind of shift: a rule's length and breaks, starting at `start_min` minutes after midnight on the site's clock."""

    rule: ShiftRule
    start_min: int

    @property
    def id(self) -> str:
        """Name of the kind: the rule and its local start, ``full8-0930``."""
        return f"{self.rule.id}-{self.start_min // 60:02d}{self.start_min % 60:02d}"

    def hours(self, site: Site, day: date) -> tuple[datetime, datetime]:
        """Return start and end in UTC of this shift on `day` of the site's clock.

        The wall clock decides: a shift across a clock change lasts an hour less or more than its rule says.
        """
        start = to_utc(site.zone, day, self.start_min)
        return start, max(to_utc(site.zone, day, self.start_min + self.rule.length_min), start + timedelta(hours=1))


def patterns(rule: ShiftRule) -> tuple[Pattern, ...]:
    """Return every kind of shift `rule` allows, earliest start first."""
    return tuple(Pattern(rule, start) for start in range(rule.first_start_min, rule.last_start_min + 1, rule.step_min))


def patterns_of(group: Group, account: Account) -> tuple[Pattern, ...]:
    """Return every kind of shift `group` may hold, by rule in the group's order, then by start."""
    return tuple(p for rule in group.shift_rules for p in patterns(account.shift_rule(rule)))


@dataclass(frozen=True)
class Dates:
    """The site dates on which one kind starts a shift that reaches into the horizon.

    `main` are those that start inside it: `len(main)` is the horizon's number of days (one more or less where a clock change moves a
    start over its edge). `lead_in` is the date before, when that shift runs into the horizon and nothing says who is on it (C13).
    """

    lead_in: date | None
    main: tuple[date, ...]


def dates_of(pattern: Pattern, site: Site, grid: TimeGrid, *, lead_in: bool) -> Dates:
    """Return the dates on which `pattern` starts within `grid`, and the lead-in date before them if `lead_in` is wanted."""
    zone = zone_info(site.zone)
    day = grid.start_utc.astimezone(zone).date() - timedelta(days=1)
    last = grid.end_utc.astimezone(zone).date()
    before: date | None = None
    main = []
    while day <= last:
        start, end = pattern.hours(site, day)
        if grid.start_utc <= start < grid.end_utc:
            main.append(day)
        elif start < grid.start_utc < end and lead_in:
            before = day
        day += timedelta(days=1)
    return Dates(before, tuple(main))


def break_windows(rules: Sequence[BreakRule], *, start: datetime, end: datetime) -> tuple[tuple[int, int], ...]:
    """Return for each break of a shift from `start` to `end` the first and last POSIX second at which it may start.

    They are the rules' windows, moved earlier where a clock change made the shift too short for them: each break still ends before
    the next may start, and the last one with the shift.
    """
    latest_end, windows = utc_seconds(end), []
    for rule in reversed(rules):
        last = min(utc_seconds(start) + 60 * rule.latest_min, latest_end - 60 * rule.minutes)
        first = min(utc_seconds(start) + 60 * rule.earliest_min, last)
        windows.append((first, last))
        latest_end = first
    return tuple(reversed(windows))


def break_starts(rule: BreakRule, window: tuple[int, int], *, grid: TimeGrid) -> tuple[int, ...]:
    """Return the POSIX seconds within `window` at which a break of `rule` may start, in order.

    Starts lie on the grid's steps (on a finer step where the break's minutes do not fill whole intervals). A window too narrow to hold
    a step keeps its own beginning.
    """
    interval_min = grid.interval_s // 60
    step = 60 * (interval_min if rule.minutes % interval_min == 0 else max(5, gcd(rule.minutes, interval_min)))
    first, last = window
    origin = utc_seconds(grid.start_utc)
    aligned = range(first + (origin - first) % step, last + 1, step)
    return tuple(aligned) if len(aligned) else (first,)


def break_choices(rule: ShiftRule, *, start: datetime, end: datetime, grid: TimeGrid) -> tuple[tuple[int, ...], ...]:
    """Return for each break of a shift of `rule` from `start` to `end` the POSIX seconds at which it may start, in order.

    Where the rule keeps breaks apart by a least gap, every start listed can be had with some start of every other break; the steps of the
    grid give way where they would leave none.
    """
    if rule.min_gap_min is None:
        windows = break_windows(rule.breaks, start=start, end=end)
        return tuple(break_starts(r, w, grid=grid) for r, w in zip(rule.breaks, windows, strict=True))
    windows = _windows_with_gap(rule, start=start, end=end)
    waits = [60 * wait for wait in rule.waits_min]
    choices = kept_apart([break_starts(r, w, grid=grid) for r, w in zip(rule.breaks, windows, strict=True)], waits)
    if all(choices):
        return choices
    at: list[int] = []
    for n, (first, _) in enumerate(windows):
        at.append(first if n == 0 else max(first, at[-1] + waits[n - 1]))
    return tuple((s,) for s in at)


def _windows_with_gap(rule: ShiftRule, *, start: datetime, end: datetime) -> tuple[tuple[int, int], ...]:
    """First and last start of each break that leave room for those after it, moved earlier where a clock change made the shift short."""
    begin, latest, windows = utc_seconds(start), utc_seconds(end), []
    for r, wait in zip(reversed(rule.breaks), (0, *reversed(rule.waits_min)), strict=True):
        last = min(begin + 60 * r.latest_min, latest - 60 * (wait or r.minutes))
        windows.append((min(begin + 60 * r.earliest_min, last), last))
        latest = last
    return tuple(reversed(windows))
