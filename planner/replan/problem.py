"""The re-plan in numbers: agent-dates that may change (slots), the shifts they may change to (duties), and all that stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.people import Group
from planner.domain.requirement import Requirement
from planner.domain.roster import Agent
from planner.domain.shifts import BreakRule, PlacedBreak, Shift
from planner.evaluation.capacity import heads_outside_breaks
from planner.replan.facts import Facts, Place, Span, weeks_of
from planner.replan.law import alone, lawful_breaks
from planner.replan.scope import Scope
from planner.rules import Severity
from planner.shifts.cost import hourly_cost, shift_cost, shortfall_price
from planner.shifts.patterns import Pattern, break_starts, break_windows, patterns_of

_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class BreakChoice:
    """One break of a duty: `minutes` long, `paid` or not, starting at one of `starts_s` (POSIX seconds), each with the pay it saves."""

    minutes: int
    paid: bool
    starts_s: tuple[int, ...]
    costs: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A shift that heads of `group` may be put on: `cost` is one head's pay if no unpaid break falls into premium hours.

    `alone` is what labour rules find in it by itself: nothing, or overtime.
    """

    group: int
    pattern: Pattern
    day: date
    start_utc: datetime
    end_utc: datetime
    paid_h: float
    cost: float
    breaks: tuple[BreakChoice, ...]
    alone: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class Slot:
    """An agent's date that may change. `place` is what was published (None: free); `duties` what may be worked instead, by number, each
    with its price; `off_price` the price of taking the published shift away."""

    agent: Agent
    day: date
    place: Place | None
    duties: tuple[int, ...]
    prices: tuple[float, ...]
    off_price: float


@dataclass(frozen=True, kw_only=True)
class AgentWeek:
    """One agent's week: hours and days of `contract`, `promised` published hours not lost to absence, `lost_h` those lost, `used_h` and
    `used_days` of what stands outside slots, `overtime_h` allowed above the contract and its `premium` per hour."""

    agent: Agent
    span: Span
    contract_h: float
    contract_days: int
    promised_h: float
    lost_h: float
    lost_days: int
    used_h: float
    used_days: int
    overtime_h: float
    premium: float
    hour: float

    def holds(self, start: datetime) -> bool:
        """True for a shift that starts in this week."""
        return self.span[0] <= start < self.span[1]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything the model needs. `standing` are places that cannot change; `need` ``[C, T]`` on-seat agents by class of queues served by
    the same groups, `serves` ``[G, C]``; `heads` ``[G, T]`` outside breaks and `seated` ``[sites, T]`` of what stands."""

    facts: Facts
    grid: TimeGrid
    slots: tuple[Slot, ...]
    duties: tuple[Duty, ...]
    standing: tuple[Place, ...]
    weeks: tuple[AgentWeek, ...]
    need: Floats
    serves: Bools
    availability: Floats
    price: float
    heads: Floats
    seated: Floats
    constant: float

    @property
    def account(self) -> Account:
        """The account planned."""
        return self.facts.account

    @cached_property
    def group_number(self) -> dict[str, int]:
        """Position of every group."""
        return {group.id: g for g, group in enumerate(self.account.groups)}

    @property
    def options(self) -> int:
        """Number of shifts offered over all slots."""
        return sum(len(slot.duties) for slot in self.slots)


def problem_of(facts: Facts, requirement: Requirement, scope: Scope) -> Problem:
    """Return the problem of re-planning within `scope` for `requirement`."""
    account, grid = facts.account, facts.plan.shifts.grid
    need, serves = _classes(account, requirement)
    book = _Duties(facts, need, serves)
    slots = tuple(_slots(facts, scope, book))
    played = {(slot.agent.id, slot.day) for slot in slots}
    standing = tuple(
        place for place in _standing(facts) if place.key not in played or place in facts.double or place.key in facts.fixed
    )
    shifts = [one_head(place.shift) for place in standing]
    groups = tuple(group.id for group in account.groups)
    return Problem(
        facts=facts,
        grid=grid,
        slots=slots,
        duties=tuple(book.duties),
        standing=standing,
        weeks=tuple(_weeks(facts, slots, standing)),
        need=need,
        serves=serves,
        availability=np.array([group.availability for group in account.groups]),
        price=shortfall_price(account) * grid.interval_h,
        heads=heads_outside_breaks([*shifts, *account.carry_in], groups, grid),
        seated=seated([*shifts, *account.carry_in], account, grid),
        constant=sum(place_cost(account, place) for place in standing) + sick_pay(facts),
    )


def narrowed(problem: Problem, free: frozenset[int], elsewhere: Sequence[Place]) -> Problem:
    """Return the problem in which only the slots `free`, by number, may change; all others work `elsewhere`.

    Prices of places taken over count only what the free slots give up.
    """
    account, grid = problem.account, problem.grid
    slots = tuple(slot for s, slot in enumerate(problem.slots) if s in free)
    standing = (*problem.standing, *elsewhere)
    shifts = [one_head(place.shift) for place in standing]
    busy = {slot.agent.id for slot in slots}
    mine: dict[str, list[Place]] = {}
    for place in standing:
        mine.setdefault(place.agent.id, []).append(place)
    weeks = []
    for week in problem.weeks:
        if week.agent.id in busy:
            used = [p for p in mine.get(week.agent.id, ()) if week.holds(p.shift.start_utc)]
            hours = sum(p.shift.paid_h_per_head for p in used)
            weeks.append(replace(week, used_h=hours, used_days=len({p.shift.date for p in used})))
    groups = tuple(group.id for group in account.groups)
    return replace(
        problem,
        slots=slots,
        standing=standing,
        weeks=tuple(weeks),
        heads=heads_outside_breaks([*shifts, *account.carry_in], groups, grid),
        seated=seated([*shifts, *account.carry_in], account, grid),
    )


def place_cost(account: Account, place: Place) -> float:
    """Return the pay of one head of a published shift, premiums and on-costs included."""
    shift = place.shift
    unpaid = [(b.start_utc, b.end_utc) for b in shift.breaks if not b.paid]
    return shift_cost(account, account.group(shift.group), start_utc=shift.start_utc, end_utc=shift.end_utc, unpaid=unpaid)


def sick_pay(facts: Facts) -> float:
    """Return what is paid for shifts lost to absence, or to the lost part of those cut short; leavers are not paid."""
    share = facts.changes.pay.sick_share
    return share * sum(hours * hour_of(facts.account, agent) for agent, hours in sick_hours(facts))


def sick_hours(facts: Facts) -> Iterator[tuple[Agent, float]]:
    """Yield the agents ill and the published hours each place lost."""
    ill = {absence.agent for absence in facts.changes.away}
    for place in facts.lost:
        if place.agent.id in ill:
            yield place.agent, place.shift.paid_h_per_head
    for place, worked in facts.cut:
        if place.agent.id in ill:
            yield place.agent, place.shift.paid_h_per_head - worked.paid_h_per_head


def hour_of(account: Account, agent: Agent) -> float:
    """Return what a plain hour of `agent` costs, on-costs included, in the account's currency."""
    return hourly_cost(account, account.site(agent.site), account.group(agent.group))


def seated(shifts: list[Shift], account: Account, grid: TimeGrid) -> Floats:
    """Return the seats that `shifts` hold ``[sites, T]``: every interval a shift touches, breaks included."""
    number = {site.id: s for s, site in enumerate(account.sites)}
    taken = np.zeros((len(account.sites), grid.size))
    for shift in shifts:
        taken[number[shift.site], touched(grid, shift.start_utc, shift.end_utc)] += shift.heads
    return taken


def touched(grid: TimeGrid, start: datetime, end: datetime) -> slice:
    """Return the intervals of `grid` that a stretch touches."""
    first = int(np.clip(np.floor(grid.position(start)), 0, grid.size))
    return slice(first, max(first, int(np.clip(np.ceil(grid.position(end)), 0, grid.size))))


def filled(grid: TimeGrid, start_s: int, end_s: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the intervals that a stretch of POSIX seconds touches, and which share of each it fills."""
    origin, step = utc_seconds(grid.start_utc), grid.interval_s
    first = min(max((start_s - origin) // step, 0), grid.size)
    last = min(max(-(-(end_s - origin) // step), first), grid.size)
    at = np.arange(first, last, dtype=np.int64)
    share = (np.minimum(end_s - origin, (at + 1) * step) - np.maximum(start_s - origin, at * step)) / step
    return at, share


def one_head(shift: Shift) -> Shift:
    """Return `shift` with one head."""
    return shift if shift.heads == 1 else replace(shift, heads=1)


def _standing(facts: Facts) -> Iterator[Place]:
    """What is worked if nobody decides anything, with shifts agreed by hand in the place of what was published."""
    agents = {agent.id: agent for agent in facts.agents}
    for place in facts.standing():
        if place.key not in facts.fixed:
            yield place
    for (agent, _), shift in facts.fixed.items():
        yield Place(agents[agent], shift)


def _classes(account: Account, requirement: Requirement) -> tuple[Floats, Bools]:
    """Queues served by the same groups are one class: their requirements add up."""
    serves = account.serves()
    agents = np.where(requirement.open, np.nan_to_num(requirement.agents, nan=0.0), 0.0)
    columns: dict[bytes, int] = {}
    need: list[Floats] = []
    rows: list[Bools] = []
    for q in range(serves.shape[1]):
        key = serves[:, q].tobytes()
        if key not in columns:
            columns[key] = len(need)
            need.append(np.zeros(agents.shape[1]))
            rows.append(serves[:, q])
        need[columns[key]] = need[columns[key]] + agents[q]
    return np.array(need).reshape(-1, agents.shape[1]), np.array(rows, dtype=np.bool_).reshape(-1, len(serves)).T


class _Duties:
    """The shifts that each group may be put on, by group and date; made when first asked for."""

    def __init__(self, facts: Facts, need: Floats, serves: Bools) -> None:
        self.facts = facts
        self.duties: list[Duty] = []
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
            if duty is not None and duty.alone is not Severity.BREACH:
                self.duties.append(duty)
                yield len(self.duties) - 1

    def _duty(self, g: int, group: Group, pattern: Pattern, day: date, span: Span) -> Duty | None:
        account, (start, end) = self.facts.account, span
        rules = pattern.rule.breaks
        grid = self.facts.plan.shifts.grid
        choices = [
            break_starts(rule, window, grid=grid)
            for rule, window in zip(rules, break_windows(rules, start=start, end=end), strict=True)
        ]
        lawful = lawful_breaks(account, group, pattern, day, span, tuple(choices))
        if lawful is None:
            return None
        hour = hourly_cost(account, account.site(group.site), group)
        unpaid_h = sum(r.minutes for r in rules if not r.paid) / 60
        breaks = []
        for rule, starts in zip(rules, lawful, strict=True):
            costs = tuple(0.0 if rule.paid else self._saved(group, at, rule.minutes, hour) for at in starts)
            breaks.append(BreakChoice(minutes=rule.minutes, paid=rule.paid, starts_s=starts, costs=costs))
        middle = tuple(starts[len(starts) // 2] for starts in lawful)
        shift = Shift(
            id="tried",
            site=group.site,
            group=group.id,
            pattern=pattern.id,
            date=day,
            start_utc=start,
            end_utc=end,
            breaks=placed(rules, middle),
            heads=1,
        )
        return Duty(
            alone=alone(account, self.facts.plan, group, shift),
            group=g,
            pattern=pattern,
            day=day,
            start_utc=start,
            end_utc=end,
            paid_h=(end - start).total_seconds() / 3600 - unpaid_h,
            cost=shift_cost(account, group, start_utc=start, end_utc=end) - unpaid_h * hour,
            breaks=tuple(breaks),
        )

    def _saved(self, group: Group, at: int, minutes: int, hour: float) -> float:
        """Premiums that an unpaid break at `at` saves, negative."""
        begin = datetime.fromtimestamp(at, UTC)
        full = shift_cost(self.facts.account, group, start_utc=begin, end_utc=begin + timedelta(minutes=minutes))
        return minutes / 60 * hour - full


def _slots(facts: Facts, scope: Scope, book: _Duties) -> Iterator[Slot]:
    doubled = {place.key for place in facts.double}
    gone = {place.key for place in facts.lost} | {place.key for place, _ in facts.cut}
    for agent in facts.agents:
        for day in sorted(scope.dates.get(agent.group, ())):
            key = (agent.id, day)
            place = facts.published.get(key)
            if key in doubled or key in gone or key in facts.fixed:
                continue
            if place is not None and place.shift.start_utc < facts.now:
                continue
            if facts.locked(agent, day, place.shift if place else None):
                continue
            slot = _slot(facts, agent, day, place, book)
            if slot.place is not None or slot.duties:
                yield slot


def _slot(facts: Facts, agent: Agent, day: date, place: Place | None, book: _Duties) -> Slot:
    offered, prices = [], []
    overtime = bool(facts.overtime_of(agent))
    for j in book.of(agent.group, day):
        duty = book.duties[j]
        if facts.is_away(agent.id, duty.start_utc, duty.end_utc) or (duty.alone is not None and not overtime):
            continue
        same = place is not None and same_hours(place.shift, duty)
        if same and not (facts.changes.effort.move_breaks and any(len(b.starts_s) > 1 for b in duty.breaks)):
            continue
        offered.append(j)
        prices.append(change_price(facts, agent, place.shift if place else None, duty.start_utc, duty.end_utc))
    off = 0.0 if place is None else change_price(facts, agent, place.shift, None, None)
    return Slot(agent=agent, day=day, place=place, duties=tuple(offered), prices=tuple(prices), off_price=off)


def same_hours(shift: Shift, duty: Duty) -> bool:
    """True when `shift` has the hours of `duty`."""
    return (shift.start_utc, shift.end_utc) == (duty.start_utc, duty.end_utc)


def change_price(facts: Facts, agent: Agent, was: Shift | None, start: datetime | None, end: datetime | None) -> float:
    """Return the price of changing `agent`'s published shift `was` (None: free) to hours from `start` to `end` (None: free).

    What a call-in pays for its place, taken over or new, comes on top; see `place_price`.
    """
    prices = facts.changes.prices
    if was is None:
        base = prices.called_in
    elif start is None or end is None:
        base = prices.cancelled
    elif (was.start_utc, was.end_utc) == (start, end):
        base = prices.breaks_moved
    else:
        base = prices.moved_start + prices.moved_per_h * abs((start - was.start_utc).total_seconds()) / 3600
    told = min(when for when in (was.start_utc if was else None, start) if when is not None)
    return base * notice_factor(facts, told) * unit(facts, agent)


def place_price(facts: Facts, agent_hour: float, start: datetime, *, new: bool) -> float:
    """Return what a call-in's place costs on top: a new shift, or one taken over from somebody."""
    prices = facts.changes.prices
    base = prices.added if new else prices.swapped
    return base * notice_factor(facts, start) * (1.0 if prices.in_money else agent_hour)


def notice_factor(facts: Facts, when: datetime) -> float:
    """Return by how much a change that takes hold at `when` costs more for being told now."""
    return facts.changes.prices.factor((when - facts.now).total_seconds() / 3600)


def unit(facts: Facts, agent: Agent) -> float:
    """Return the money that a price of one stands for: an hour of the agent's pay, or one of the currency."""
    return 1.0 if facts.changes.prices.in_money else hour_of(facts.account, agent)


def _weeks(facts: Facts, slots: tuple[Slot, ...], standing: tuple[Place, ...]) -> Iterator[AgentWeek]:
    account = facts.account
    busy = {slot.agent.id for slot in slots}
    lost = {place.key for place in facts.lost}
    worked = {place.key: shift for place, shift in facts.cut}
    mine: dict[str, list[Place]] = {}
    for place in standing:
        mine.setdefault(place.agent.id, []).append(place)
    published: dict[str, list[Place]] = {}
    for place in (*facts.published.values(), *facts.double):
        published.setdefault(place.agent.id, []).append(place)
    for agent in facts.agents:
        if agent.id not in busy:
            continue
        group = account.group(agent.group)
        usual_h = _usual_hours(account, agent)
        offers = facts.overtime_of(agent)
        for span in weeks_of(facts, agent):
            was = [p for p in published.get(agent.id, ()) if span[0] <= p.shift.start_utc < span[1]]
            gone = [p for p in was if p.key in lost]
            used = [p for p in mine.get(agent.id, ()) if span[0] <= p.shift.start_utc < span[1]]
            allowed = [o for o in offers if o.start_utc < span[1] and span[0] < o.end_utc]
            hour = hour_of(account, agent)
            yield AgentWeek(
                agent=agent,
                span=span,
                contract_h=max(sum(p.shift.paid_h_per_head for p in was), group.days_per_week * usual_h),
                contract_days=max(len({p.shift.date for p in was}), group.days_per_week),
                promised_h=sum(worked.get(p.key, p.shift).paid_h_per_head for p in was if p.key not in lost),
                lost_h=sum(p.shift.paid_h_per_head for p in gone),
                lost_days=len(gone),
                used_h=sum(p.shift.paid_h_per_head for p in used),
                used_days=len({p.shift.date for p in used}),
                overtime_h=max((o.hours_per_week for o in allowed), default=0.0),
                premium=max((o.premium_share for o in allowed), default=0.0) * hour,
                hour=hour,
            )


def _usual_hours(account: Account, agent: Agent) -> float:
    """Paid hours of a shift of the agent's own pattern; of the group's longest where the pattern is none of the account's."""
    patterns = patterns_of(account.group(agent.group), account)
    own = [p.rule.paid_min / 60 for p in patterns if p.id == agent.pattern]
    return own[0] if own else max(p.rule.paid_min / 60 for p in patterns)


def placed(rules: Sequence[BreakRule], starts_s: Sequence[int]) -> tuple[PlacedBreak, ...]:
    """Return the breaks of `rules` that begin at `starts_s`."""
    return tuple(
        PlacedBreak(
            start_utc=datetime.fromtimestamp(at, UTC),
            end_utc=datetime.fromtimestamp(at + 60 * rule.minutes, UTC),
            paid=rule.paid,
        )
        for at, rule in zip(starts_s, rules, strict=True)
    )
