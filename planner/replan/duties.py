"""The shifts a group may be put on, by date: hours, pay, and where each break may lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.grid import utc_seconds
from planner.domain.people import Group
from planner.domain.shifts import PlacedBreak, Shift, ShiftRule
from planner.replan.facts import Facts, Span
from planner.replan.intervals import touched
from planner.replan.law import alone, lawful_breaks
from planner.rules import Severity
from planner.shifts.cost import break_saving, duty_cost
from planner.shifts.gaps import one_by_one
from planner.shifts.patterns import Pattern, break_choices, patterns_of

_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class BreakChoice:
    """One break of a duty: `minutes` long, `paid` or not, starting at one of `starts_s` (POSIX seconds), each with the pay it saves. The
    gap of a split shift is one `off_site` with one start, after all others."""

    minutes: int
    paid: bool
    starts_s: tuple[int, ...]
    costs: tuple[float, ...]
    off_site: bool = False


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A shift that heads of `group` may be put on: `cost` is one head's pay if no unpaid break falls into premium hours.

    `example` is one head of it with breaks; `alone` is what labour rules find in it by itself: nothing, or overtime.
    """

    group: int
    pattern: Pattern
    day: date
    start_utc: datetime
    end_utc: datetime
    paid_h: float
    cost: float
    breaks: tuple[BreakChoice, ...]
    example: Shift
    alone: Severity | None = None


class Duties:
    """The shifts that each group may be put on, by group and date; made when first asked for."""

    def __init__(self, facts: Facts, need: Floats, serves: Bools) -> None:
        self.facts = facts
        self.duties: list[Duty] = []
        self.refused: set[tuple[str, str]] = set()
        self.known: dict[tuple[int, date], tuple[int, ...]] = {}
        self.wanted = (serves.astype(np.float64) @ need) > _TINY
        self.number = {group.id: g for g, group in enumerate(facts.account.groups)}

    def of(self, group: str, day: date) -> tuple[int, ...]:
        """Return the numbers of the duties of `group` on `day` that start from now on, in the horizon, when somebody is needed."""
        g = self.number[group]
        if (g, day) not in self.known:
            self.known[g, day] = tuple(self._make(g, day))
        return self.known[g, day]

    def _make(self, g: int, day: date) -> Iterator[int]:
        account, grid = self.facts.account, self.facts.plan.shifts.grid
        group = account.groups[g]
        site = account.site(group.site)
        earliest = max(self.facts.now, grid.start_utc)
        for pattern in patterns_of(group, account):
            start, end = pattern.hours(site, day)
            if not earliest <= start < grid.end_utc:
                continue
            if not self.wanted[g, touched(grid, start, end)].any():
                continue
            duty = self._duty(g, group, pattern, day, (start, end))
            if duty is None or duty.alone is Severity.BREACH:
                self.refused.add((group.id, pattern.rule.id))
            else:
                self.duties.append(duty)
                yield len(self.duties) - 1

    def _duty(self, g: int, group: Group, pattern: Pattern, day: date, span: Span) -> Duty | None:
        account, (start, end) = self.facts.account, span
        rules = pattern.rule.breaks
        grid = self.facts.plan.shifts.grid
        gap = pattern.gap(account.site(group.site), day)
        choices = break_choices(pattern, start=start, end=end, grid=grid, gap=gap)
        lawful = lawful_breaks(account, group, pattern, day, span, choices)
        if lawful is None:
            return None
        unpaid_h = sum(r.minutes for r in rules if not r.paid) / 60
        breaks = []
        for rule, starts in zip(rules, lawful, strict=True):
            costs = tuple(0.0 if rule.paid else self._saved(group, at, rule.minutes) for at in starts)
            breaks.append(BreakChoice(minutes=rule.minutes, paid=rule.paid, starts_s=starts, costs=costs))
        if gap is not None:
            at, minutes = utc_seconds(gap[0]), round((gap[1] - gap[0]).total_seconds() / 60)
            saved = (self._saved(group, at, minutes),)
            breaks.append(BreakChoice(minutes=minutes, paid=False, starts_s=(at,), costs=saved, off_site=True))
            unpaid_h += minutes / 60
        middle = somewhere(pattern.rule, breaks)
        shift = Shift(
            id="tried",
            site=group.site,
            group=group.id,
            pattern=pattern.id,
            date=day,
            start_utc=start,
            end_utc=end,
            breaks=placed(breaks, middle),
            heads=1,
        )
        return Duty(
            example=shift,
            alone=alone(account, self.facts.plan, group, shift),
            group=g,
            pattern=pattern,
            day=day,
            start_utc=start,
            end_utc=end,
            paid_h=(end - start).total_seconds() / 3600 - unpaid_h,
            cost=duty_cost(account, group, start_utc=start, end_utc=end, unpaid_h=unpaid_h),
            breaks=tuple(breaks),
        )

    def _saved(self, group: Group, at: int, minutes: int) -> float:
        """Premiums that an unpaid break at `at` saves, negative."""
        begin = datetime.fromtimestamp(at, UTC)
        return break_saving(self.facts.account, group, start_utc=begin, end_utc=begin + timedelta(minutes=minutes))


def waits_s(rule: ShiftRule) -> tuple[int, ...]:
    """Return for each break but the first the seconds from the start of the one before to its earliest start; windows that lie apart
    need none, as minutes of the break before are kept there anyway."""
    return tuple(60 * wait for wait in rule.waits_min)


def somewhere(rule: ShiftRule, breaks: Sequence[BreakChoice]) -> tuple[int, ...]:
    """Return one start for each of a duty's breaks, near the middle and far enough apart."""
    own = len(rule.breaks)
    return one_by_one([b.starts_s for b in breaks[:own]], waits_s(rule)) + tuple(b.starts_s[0] for b in breaks[own:])


def placed(breaks: Sequence[BreakChoice], starts_s: Sequence[int]) -> tuple[PlacedBreak, ...]:
    """Return `breaks` beginning at `starts_s`, in order of time."""
    return tuple(
        sorted(
            PlacedBreak(
                start_utc=datetime.fromtimestamp(at, UTC),
                end_utc=datetime.fromtimestamp(at + 60 * pause.minutes, UTC),
                paid=pause.paid,
                off_site=pause.off_site,
            )
            for at, pause in zip(starts_s, breaks, strict=True)
        )
    )


def same_hours(shift: Shift, duty: Duty) -> bool:
    """True when `shift` has the hours of `duty`."""
    return (shift.start_utc, shift.end_utc) == (duty.start_utc, duty.end_utc)
