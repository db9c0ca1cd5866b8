"""From account and requirement to the numbered problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import gcd

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.people import Group, Site
from planner.domain.premium_hours import Span
from planner.domain.requirement import Requirement
from planner.domain.shifts import BreakRule, Shift
from planner.shifts.bands import bands, day_starts
from planner.shifts.cost import break_saving, duty_cost, shortfall_price
from planner.shifts.dominated import Candidate, Worked, undominated
from planner.shifts.gaps import bound
from planner.shifts.lawful import NOBODY, Exempt, Lawful
from planner.shifts.layers import first_multipliers
from planner.shifts.patterns import Pattern, break_choices, dates_of, patterns_of
from planner.shifts.problem import Cells, Duty, Kind, Pool, Problem
from planner.shifts.service import Service, service_of
from planner.shifts.whole_service import Lines, lines_of


def assemble(requirement: Requirement, account: Account, *, exempt: Exempt = NOBODY) -> Problem:
    """Return the shift problem of `account` for `requirement`; queues are matched by name.

    Kinds that on no date touch an interval any queue of their group needs are left out: they cost and cover nothing. So are kinds that
    labour rules forbid (:mod:`planner.shifts.lawful`), but for the groups and shifts that are `exempt`, and kinds that others dominate
    (:mod:`planner.shifts.dominated`), but of groups who hand over: a kind that covers nothing more may overlap with others.
    """
    grid = requirement.grid
    least = np.nan_to_num(requirement.agents if requirement.least is None else requirement.least, nan=0.0).clip(min=0.0)
    classes, need, serves, lost = _classes(requirement, least, account)
    price = shortfall_price(account) * grid.interval_h
    rows = {id: n for n, id in enumerate(requirement.queues)}
    open_ = np.array([requirement.open[[rows[id] for id in queues]].any(axis=0) for queues in classes], dtype=np.bool_)
    lawful = Lawful(account, exempt)
    builder = _Builder(account, grid, open_.reshape(len(classes), grid.size), serves, lawful)
    for g, group in enumerate(account.groups):
        builder.add_group(g, group, need[serves[g]].sum(axis=0) > 0)
    duty_cells, choice_cells = builder.cells()
    unit = _units(grid, duty_cells, choice_cells)
    service, whole, queue_class = None, np.zeros(0), np.zeros(0, dtype=np.int64)
    if requirement.promised is not None and requirement.promised.windows:
        numbers = {id: c for c, queues in enumerate(classes) for id in queues}
        queue_class = np.array([numbers.get(id, -1) for id in requirement.queues], dtype=np.int64)
        whole = _whole(account, queue_class, serves) if (unit == 1).all() else np.zeros(len(queue_class))
        service = service_of(requirement.promised, queue_class, least, whole, price)
    problem = Problem(
        account=account,
        grid=grid,
        kinds=tuple(builder.kinds),
        duties=tuple(builder.duties),
        duty_cost=np.array(builder.duty_cost, dtype=np.float64),
        duty_cells=duty_cells,
        pools=tuple(builder.finished_pools()),
        choice_start_s=np.array(builder.choice_start, dtype=np.int64),
        choice_cost=np.array(builder.choice_cost, dtype=np.float64),
        choice_cells=choice_cells,
        classes=classes,
        need=need,
        serves=serves,
        availability=np.array([g.availability for g in account.groups]),
        price=price,
        carried=_carried(account, grid),
        seated=_seated(account, grid),
        unit=unit,
        unserved=price * lost,
        service=service,
        dominated=builder.dominated,
        unlawful=builder.unlawful,
        barred=lawful.reasons(),
    )
    if service is None or not problem.kinds or (unit != 1).any():
        return problem
    return replace(problem, lines=_lines(problem, service, np.setdiff1d(np.arange(len(classes)), queue_class[whole > 0])))


def _lines(problem: Problem, service: Service, classes: Ints) -> Lines:
    """What whole heads can win in `classes`, priced as the cheapest agents would be paid; not where a running shift ends within the
    interval, or where pieces are about whole heads already."""
    inside = np.isin(np.arange(len(problem.classes)), classes)
    lines = lines_of(service, problem.serves, problem.availability, first_multipliers(problem), inside)
    parts = np.abs(problem.carried - np.rint(problem.carried)) > 1e-9
    return lines.where(~(problem.serves.T @ parts)[lines.of, lines.interval])


def _classes(
    requirement: Requirement, least: Floats, account: Account
) -> tuple[tuple[tuple[str, ...], ...], Floats, Bools, float]:
    rows = {q: i for i, q in enumerate(requirement.queues)}
    serves = account.serves()
    members: dict[tuple[bool, ...], list[str]] = {}
    for number, queue in enumerate(account.queues):
        if queue.id in rows:
            members.setdefault(tuple(bool(x) for x in serves[:, number]), []).append(queue.id)
    lost = 0.0
    kept: list[tuple[tuple[bool, ...], tuple[str, ...], Floats]] = []
    for key, queues in members.items():
        need = least[[rows[q] for q in queues]].sum(axis=0)
        if not any(key):
            lost += float(need.sum())
        elif need.any():
            kept.append((key, tuple(queues), need))
    count = len(kept)
    need_array = np.array([k[2] for k in kept]).reshape(count, requirement.grid.size)
    serve_array = np.array([k[0] for k in kept], dtype=np.bool_).reshape(count, len(account.groups)).T.copy()
    return tuple(k[1] for k in kept), need_array, serve_array, lost


def _whole(account: Account, queue_class: Ints, serves: Bools) -> Floats:
    """Return per queue ``[Q]`` the availability in whose multiples its on-seat agents come, 0 where it shares its people."""
    found = np.zeros(len(queue_class))
    for c in range(serves.shape[1]):
        queues, groups = np.flatnonzero(queue_class == c), np.flatnonzero(serves[:, c])
        shares = {account.groups[g].availability for g in groups.tolist()}
        if len(queues) == 1 and len(shares) == 1 and (serves[groups].sum(axis=1) == 1).all():
            found[queues] = shares.pop()
    return found


@dataclass(frozen=True)
class _Found:
    """A pattern that somebody of a group may hold, and its dates."""

    pattern: Pattern
    days: list[date]
    candidate: Candidate


_Members = tuple[tuple[int, bool, tuple[int, ...]], ...]
"""Minutes, pay and possible starts of breaks that follow each other."""


@dataclass
class _NewPool:
    """A pool while its duties are collected; see :class:`Pool`."""

    group: int
    minutes: int
    paid: bool
    duties: list[int]
    choices: list[int]
    after: int | None
    wait_s: int
    off_site: bool


class _Builder:
    """Collects kinds, duties and pools group by group."""

    def __init__(self, account: Account, grid: TimeGrid, open_: Bools, serves: Bools, lawful: Lawful) -> None:
        self.account, self.grid, self.open, self.serves, self.lawful = account, grid, open_, serves, lawful
        self.dominated = self.unlawful = 0
        self.kinds: list[Kind] = []
        self.duties: list[Duty] = []
        self.duty_cost: list[float] = []
        self.choice_start: list[int] = []
        self.choice_end: list[int] = []
        self.choice_cost: list[float] = []
        self.pools: list[_NewPool] = []
        self._runs: dict[tuple[int, _Members, tuple[int, ...], bool], int] = {}
        self._break_cost = lru_cache(maxsize=None)(self._break_cost_of)

    def add_group(self, g: int, group: Group, wanted: Bools) -> None:
        """Add the lawful kinds of a group that touch an interval `wanted` ``[T]`` and that no other of them makes needless."""
        site = self.account.site(group.site)
        found: list[_Found] = []
        for pattern in patterns_of(group, self.account):
            dates = dates_of(pattern, site, self.grid, lead_in=not self.account.carry_in)
            days = ([dates.lead_in] if dates.lead_in is not None else []) + list(dates.main)
            if not any(_touches(self.grid, wanted, *pattern.hours(site, day)) for day in days):
                continue
            if not self.lawful.allows(group, pattern):
                self.unlawful += 1
            else:
                found.append(_Found(pattern, days, self._candidate(group, pattern, days, lead_in=dates.lead_in is not None)))
        kinds = self._kinds(group, site, found)
        keep = (
            np.ones(len(kinds), dtype=np.bool_)
            if group.handover_min
            else undominated(
                [one.candidate for one in found],
                self.grid,
                self.open[self.serves[g]].any(axis=0),
                seats_bind=not self._seats_for_all(site),
                saved=lambda at, minutes: float(self._break_cost(group, at, minutes)),
                held=kinds,
            )
        )
        self.dominated += int((~keep).sum())
        for places, kept in zip(kinds, keep.tolist(), strict=True):
            if kept:
                self._add_kind(g, group, [found[n] for n in places])

    def _kinds(self, group: Group, site: Site, found: Sequence[_Found]) -> tuple[tuple[int, ...], ...]:
        """What one person of `group` may hold: patterns of which each date brings one, as places in `found`."""
        if not group.start_band_min:
            return tuple((n,) for n in range(len(found)))
        return bands(
            [one.pattern for one in found],
            group.start_band_min,
            day_starts(self.account, site),
            lambda early, late: self.lawful.in_turn(group, early, late),
        )

    def _add_kind(self, g: int, group: Group, held: Sequence[_Found]) -> None:
        """Add a kind with its duties by date, and by start; all of `held` start on the same dates of the horizon."""
        first, last = held[0].pattern, held[-1].pattern
        lead_in = any(one.candidate.lead_in for one in held)
        numbers: list[int] = []
        date_first: list[int] = []
        for day in sorted({day for one in held for day in one.days}):
            date_first.append(len(numbers))
            for one in held:
                if day not in one.days:
                    continue  # the day before: this start's shift ends before the horizon begins
                n = one.days.index(day)
                work, lead = one.candidate.worked[n], one.candidate.lead_in and n == 0
                numbers.append(len(self.duties))
                later = one.pattern.start_min - first.start_min
                self.duties.append(Duty(len(self.kinds), day, work.hours[0], work.hours[1], lead, later))
                self._add_breaks(g, group, numbers[-1], one.pattern, work)
                self.duty_cost.append(work.cost)
        duties, band_min = np.array(numbers, dtype=np.int64), last.start_min - first.start_min
        firsts = np.array(date_first, dtype=np.int64) if band_min else None
        self.kinds.append(Kind(g, first, lead_in, duties, firsts, band_min))

    def _candidate(self, group: Group, pattern: Pattern, days: Sequence[date], *, lead_in: bool) -> Candidate:
        site, rule = self.account.site(group.site), pattern.rule
        worked = []
        for day in days:
            hours, gap = pattern.hours(site, day), pattern.gap(site, day)
            choices = break_choices(pattern, start=hours[0], end=hours[1], grid=self.grid, gap=gap)
            choices = self.lawful.starts(group, pattern, day, hours, gap, choices)
            worked.append(Worked(hours, gap, choices, self._full_cost(group, rule.breaks, hours, gap)))
        gap_s = None if rule.min_gap_min is None else 60 * rule.min_gap_min
        return Candidate(lead_in, tuple((b.minutes, b.paid) for b in rule.breaks), gap_s, tuple(worked))

    def _seats_for_all(self, site: Site) -> bool:
        """True when the site has a seat for everybody its groups may have, and for whoever is there already."""
        most = [g.max_heads for g in self.account.groups if g.site == site.id]
        taken = sum(s.heads for s in self.account.carry_in if s.site == site.id)
        return all(m is not None for m in most) and sum(m or 0 for m in most) + taken <= site.seats

    def _full_cost(self, group: Group, rules: Sequence[BreakRule], hours: Span, gap: Span | None) -> float:
        unpaid_h = sum(r.minutes for r in rules if not r.paid) / 60
        if gap is not None:
            unpaid_h += (gap[1] - gap[0]).total_seconds() / 3600
        return duty_cost(self.account, group, start_utc=hours[0], end_utc=hours[1], unpaid_h=unpaid_h)

    def _add_breaks(self, g: int, group: Group, duty: int, pattern: Pattern, work: Worked) -> None:
        """Breaks that wait for each other go into pools of their own: all duties with the same run of breaks."""
        rule, choices, gap = pattern.rule, work.choices, work.gap
        waits = [60 * wait for wait in rule.waits_min]
        runs: list[list[int]] = []
        for n in range(len(choices)):
            if n and bound(choices[n - 1], choices[n], waits[n - 1]):
                runs[-1].append(n)
            else:
                runs.append([n])
        for run in runs:
            members = tuple((rule.breaks[n].minutes, rule.breaks[n].paid, choices[n]) for n in run)
            self._add_run(g, group, duty, members, tuple(waits[n - 1] for n in run[1:]))
        if gap is not None:
            at, minutes = utc_seconds(gap[0]), round((gap[1] - gap[0]).total_seconds() / 60)
            self._add_run(g, group, duty, ((minutes, False, (at,)),), (), off_site=True)

    def _add_run(
        self, g: int, group: Group, duty: int, members: _Members, waits: tuple[int, ...], *, off_site: bool = False
    ) -> None:
        key = (g, members, waits, off_site)
        if key not in self._runs:
            self._runs[key] = len(self.pools)
            for n, (minutes, paid, starts) in enumerate(members):
                first = len(self.choice_start)
                for at in starts:
                    self.choice_start.append(at)
                    self.choice_end.append(at + 60 * minutes)
                    self.choice_cost.append(0.0 if paid else self._break_cost(group, at, minutes))
                after, wait_s = (len(self.pools) - 1, waits[n - 1]) if n else (None, 0)
                choices = list(range(first, len(self.choice_start)))
                self.pools.append(_NewPool(g, minutes, paid, [], choices, after, wait_s, off_site))
        for n in range(len(members)):
            self.pools[self._runs[key] + n].duties.append(duty)

    def _break_cost_of(self, group: Group, at: int, minutes: int) -> float:
        """Premiums not paid because an unpaid break starts at `at`: what the break's time would cost above the plain wage, negative."""
        begin = datetime.fromtimestamp(at, UTC)
        return break_saving(self.account, group, start_utc=begin, end_utc=begin + timedelta(minutes=minutes))

    def finished_pools(self) -> list[Pool]:
        return [
            Pool(
                group=p.group,
                minutes=p.minutes,
                paid=p.paid,
                duties=np.array(p.duties, dtype=np.int64),
                choices=np.array(p.choices, dtype=np.int64),
                after=p.after,
                wait_s=p.wait_s,
                off_site=p.off_site,
            )
            for p in self.pools
        ]

    def cells(self) -> tuple[Cells, Cells]:
        duties = cells_of(self.grid, [(utc_seconds(d.start_utc), utc_seconds(d.end_utc)) for d in self.duties])
        return duties, cells_of(self.grid, list(zip(self.choice_start, self.choice_end, strict=True)))


def cells_of(grid: TimeGrid, spans: Sequence[tuple[int, int]]) -> Cells:
    """Return which share of which intervals of `grid` each span of POSIX seconds fills; time outside the grid is dropped."""
    origin, step = utc_seconds(grid.start_utc), grid.interval_s
    span = np.array(spans, dtype=np.int64).reshape(-1, 2) - origin
    first = np.clip(span[:, 0] // step, 0, grid.size)
    last = np.clip(-(-span[:, 1] // step), 0, grid.size)
    count = np.maximum(last - first, 0)
    item = np.repeat(np.arange(len(span), dtype=np.int64), count)
    interval = np.arange(count.sum(), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    begin = np.maximum(span[item, 0], interval * step)
    end = np.minimum(span[item, 1], (interval + 1) * step)
    share = (end - begin) / step
    return Cells(item, interval, share)


def _touches(grid: TimeGrid, wanted: Bools, start: datetime, end: datetime) -> bool:
    first = max(0, int(np.floor(grid.position(start))))
    last = min(grid.size, int(np.ceil(grid.position(end))))
    return first < last and bool(wanted[first:last].any())


def on_duty(shift: Shift, grid: TimeGrid) -> Floats:
    """Return the heads of `shift` outside breaks per interval ``[T]``, as averages over the interval."""
    spans = [(utc_seconds(shift.start_utc), utc_seconds(shift.end_utc))]
    spans += [(utc_seconds(b.start_utc), utc_seconds(b.end_utc)) for b in shift.breaks]
    weights = np.array([1.0] + [-1.0] * len(shift.breaks)) * shift.heads
    return cells_of(grid, spans).total(weights, grid.size)


def _carried(account: Account, grid: TimeGrid) -> Floats:
    """Heads outside breaks of shifts already running ``[G, T]``."""
    carried = np.zeros((len(account.groups), grid.size))
    numbers = {group.id: g for g, group in enumerate(account.groups)}
    for shift in account.carry_in:
        if shift.group in numbers:
            carried[numbers[shift.group]] += on_duty(shift, grid)
    return carried


def _seated(account: Account, grid: TimeGrid) -> Floats:
    """Seats taken by shifts already running ``[sites, T]``."""
    seated = np.zeros((len(account.sites), grid.size))
    numbers = {site.id: s for s, site in enumerate(account.sites)}
    for shift in account.carry_in:
        if shift.site in numbers:
            cells = cells_of(grid, [(utc_seconds(start), utc_seconds(end)) for start, end in shift.seat_spans])
            seated[numbers[shift.site], np.unique(cells.interval)] += shift.heads
    return seated


def _units(grid: TimeGrid, *cells: Cells) -> Floats:
    """The share of a head in whose multiples heads outside breaks change, per interval ``[T]``: 1 where all hours are aligned."""
    unit_s = np.full(grid.size, grid.interval_s, dtype=np.int64)
    for part in cells:
        seconds = np.rint(part.share * grid.interval_s).astype(np.int64)
        odd = np.flatnonzero(seconds < grid.interval_s)
        for t, s in set(zip(part.interval[odd].tolist(), seconds[odd].tolist(), strict=True)):
            unit_s[t] = gcd(int(unit_s[t]), s)
    return unit_s / grid.interval_s
