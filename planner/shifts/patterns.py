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
    """One kind of shift: a rule's length and breaks, starting at `start_min` minutes after midnight on the site's clock; of a split shift
    also the minutes of its first part and of the gap after it."""

    rule: ShiftRule
    start_min: int
    first_min: int = 0
    gap_min: int = 0

    @property
    def id(self) -> str:
        """Name of the kind: the rule and its local start, ``full8-0930``; of a split shift the gap too, ``split6-0900-1200-1500``."""
        if not self.gap_min:
            return f"{self.rule.id}-{_hhmm(self.start_min)}"
        leaves = self.start_min + self.first_min
        return f"{self.rule.id}-{_hhmm(self.start_min)}-{_hhmm(leaves)}-{_hhmm(leaves + self.gap_min)}"

    def hours(self, site: Site, day: date) -> tuple[datetime, datetime]:
        """Return start and end in UTC of this shift on `day` of the site's clock.

        The wall clock decides: a shift across a clock change lasts an hour less or more than its rule says.
        """
        start = to_utc(site.zone, day, self.start_min)
        end = to_utc(site.zone, day, self.start_min + self.rule.length_min + self.gap_min)
        return start, max(end, start + timedelta(hours=1))

    def gap(self, site: Site, day: date) -> tuple[datetime, datetime] | None:
        """Return start and end in UTC of the gap of a split shift on `day`; None without one, or where clocks going forward skip it."""
        if not self.gap_min:
            return None
        leaves, back = (to_utc(site.zone, day, self.start_min + self.first_min + more) for more in (0, self.gap_min))
        return (leaves, back) if leaves < back else None


def _hhmm(minute: int) -> str:
    return f"{minute // 60 % 24:02d}{minute % 60:02d}"


def patterns(rule: ShiftRule) -> tuple[Pattern, ...]:
    """Return every kind of shift `rule` allows, earliest start first."""
    starts = range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)
    return tuple(Pattern(rule, start, *parts) for start in starts for parts in rule.parts_min)


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


def break_choices(
    pattern: Pattern, *, start: datetime, end: datetime, grid: TimeGrid, gap: tuple[datetime, datetime] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Return for each break of a shift of `pattern` from `start` to `end` the POSIX seconds at which it may start, in order.

    `gap` is that of a split shift: breaks lie before or after it. Where breaks keep a least gap among each other, every start listed can be
    had with some start of every other break; the steps of the grid give way where they would leave none.
    """
    rule = pattern.rule
    if gap is None and rule.min_gap_min is None:
        windows = break_windows(rule.breaks, start=start, end=end)
        return tuple(break_starts(r, w, grid=grid) for r, w in zip(rule.breaks, windows, strict=True))
    if gap is None:
        inside = [[w] for w in _windows_with_gap(rule, start=start, end=end)]
    else:
        inside = [_windows_in_parts(r, pattern.first_min, (start, gap[0]), (gap[1], end)) for r in rule.breaks]
    waits = [60 * wait for wait in rule.waits_min]
    starts = [
        tuple(s for w in windows for s in break_starts(r, w, grid=grid)) for r, windows in zip(rule.breaks, inside, strict=True)
    ]
    choices = kept_apart(starts, waits)
    return choices if all(choices) else _earliest(rule, start, end, gap)


def _windows_in_parts(
    rule: BreakRule, first_min: int, first: tuple[datetime, datetime], second: tuple[datetime, datetime]
) -> list[tuple[int, int]]:
    """First and last start of a break in each part of a split shift that its window reaches."""
    windows = []
    spans = ((first, 0, min(rule.latest_min, first_min - rule.minutes)), (second, first_min, rule.latest_min))
    for (begin, end), offset, latest in spans:
        if max(rule.earliest_min, offset) <= latest:
            last = min(utc_seconds(begin) + 60 * (latest - offset), utc_seconds(end) - 60 * rule.minutes)
            earliest = utc_seconds(begin) + 60 * max(0, rule.earliest_min - offset)
            if last >= utc_seconds(begin):
                windows.append((min(earliest, last), last))
    return windows


def _earliest(
    rule: ShiftRule, start: datetime, end: datetime, gap: tuple[datetime, datetime] | None
) -> tuple[tuple[int, ...], ...]:
    """One start for each break, one after the other as early as can be: what is left where steps or a clock change leave no choice."""
    at, found = utc_seconds(start), []
    left = sum(60 * rule.breaks[n].minutes for n in range(len(rule.breaks)))
    for r, wait in zip(rule.breaks, (*rule.waits_min, 0), strict=True):
        at = max(at, min(utc_seconds(start) + 60 * r.earliest_min, utc_seconds(end) - left))
        if gap is not None and utc_seconds(gap[0]) - 60 * r.minutes < at < utc_seconds(gap[1]):
            at = utc_seconds(gap[1])
        found.append((at,))
        at += 60 * wait
        left -= 60 * r.minutes
    return tuple(found)


def _windows_with_gap(rule: ShiftRule, *, start: datetime, end: datetime) -> tuple[tuple[int, int], ...]:
    """First and last start of each break that leave room for those after it, moved earlier where a clock change made the shift short."""
    begin, latest, windows = utc_seconds(start), utc_seconds(end), []
    for r, wait in zip(reversed(rule.breaks), (0, *reversed(rule.waits_min)), strict=True):
        last = min(begin + 60 * r.latest_min, latest - 60 * (wait or r.minutes))
        windows.append((min(begin + 60 * r.earliest_min, last), last))
        latest = last
    return tuple(reversed(windows))
