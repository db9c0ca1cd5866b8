"""What must hold of any finished plan, recounted from its shift rows minute by minute, by other means than the planner's own.

Each law is a function that raises AssertionError; :data:`LAWS` lists them all.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from planner.domain.people import PremiumKind, Site
from planner.domain.plan import Plan
from planner.domain.queues import open_intervals
from planner.domain.shifts import Shift
from planner.domain.targets import Formula, LiveTarget, Window
from planner.rules.shift_check import shift_findings
from planner.shifts.patterns import Pattern

NEAR = 1e-7
SHARE = 1e-9
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
_WEEK = timedelta(days=7)


def heads_are_counted_from_shifts(plan: Plan) -> None:
    """Scheduled heads are those of the shift rows outside breaks; presence and seats follow by absence and loss, once each (C5)."""
    grid, groups = plan.shifts.grid, plan.account.groups
    seen = np.zeros((len(groups), grid.size))
    row = {group.id: g for g, group in enumerate(groups)}
    edges = grid.epoch_s

    def part(start: datetime, end: datetime) -> np.ndarray:
        overlap = np.minimum(edges + grid.interval_s, end.timestamp()) - np.maximum(edges, start.timestamp())
        return np.clip(overlap, 0, None) / grid.interval_s

    for shift in (*plan.shifts.shifts, *plan.account.carry_in):
        seen[row[shift.group]] += shift.heads * (
            part(shift.start_utc, shift.end_utc)
            - sum((part(b.start_utc, b.end_utc) for b in shift.breaks), np.zeros(grid.size))
        )
    there = plan.evaluation.capacity
    assert np.allclose(there.scheduled, seen, atol=NEAR)
    assert (there.scheduled >= -NEAR).all()
    for g, group in enumerate(groups):
        assert np.allclose(there.present[g], seen[g] * (1 - group.absence), atol=NEAR)
        assert np.allclose(there.on_seat[g], there.present[g] * (1 - group.in_shift_loss), atol=NEAR)


def nobody_is_counted_twice(plan: Plan) -> None:
    """What a group gives to its queues is at most who is there, and goes only to open queues it can serve (C6)."""
    given = plan.evaluation.coverage.on_seat
    assert (given >= -SHARE).all()
    assert (given.sum(axis=1) <= plan.evaluation.capacity.on_seat + NEAR).all()
    assert (given[~plan.account.serves()] == 0).all()
    closed = ~_open(plan)
    assert (plan.evaluation.coverage.by_queue()[closed] == 0).all()


def shortfall_is_what_is_missing(plan: Plan) -> None:
    """Shortfall is the least required less given where positive, and unknown where closed."""
    assert plan.requirement.least is not None
    missing = plan.requirement.least - plan.evaluation.coverage.by_queue()
    assert (np.isnan(plan.evaluation.shortfall) == ~_open(plan)).all()
    assert np.allclose(plan.evaluation.shortfall[_open(plan)], np.maximum(missing, 0)[_open(plan)], atol=NEAR)


def absent_is_not_zero(plan: Plan) -> None:
    """Numbers stand exactly where there is something to count (C3), and shares are shares."""
    live = np.array([queue.channel.live for queue in plan.account.queues])[:, None]
    is_open, demand, found = _open(plan), plan.demand, plan.evaluation
    expected = np.where(live, is_open, True)
    assert (demand.expected == expected).all()
    for values in (demand.contacts, demand.aht_s, *demand.quantiles, *demand.scenarios, *demand.rates):
        assert (np.isfinite(values) == expected).all()
        assert (values[expected] >= 0).all()
    assert (plan.requirement.open == is_open).all()
    assert (np.isfinite(plan.requirement.agents) == is_open).all()
    assert (plan.requirement.agents[is_open] >= 0).all()
    counted = live & is_open & (np.nan_to_num(demand.contacts) > 0)
    for levels in (plan.requirement.level_at_requirement, found.level, found.abandonment):
        assert (np.isfinite(levels) == counted).all()
        assert ((levels[counted] >= 0) & (levels[counted] <= 1 + SHARE)).all()
    assert (~np.isnan(found.mean_wait_s) <= counted).all()
    occupied = found.occupancy[np.isfinite(found.occupancy)]
    assert ((occupied >= 0) & (occupied <= 1 + SHARE)).all()
    work = found.deferred
    for values in (work.arrived, work.done, work.open, work.overdue, work.oldest_s):
        assert np.isnan(values[live[:, 0]]).all()
        assert (values[~live[:, 0]] >= -NEAR).all()


def deferred_work_balances(plan: Plan) -> None:
    """Arrived contacts are done or open, overdue ones are open, and nothing is done while closed."""
    work = plan.evaluation.deferred
    for q, queue in enumerate(plan.account.queues):
        if not queue.channel.live:
            scale = max(1.0, float(work.arrived[q].sum()))
            assert np.allclose(np.cumsum(work.arrived[q] - work.done[q]), work.open[q], atol=NEAR * scale)
            assert (work.overdue[q] <= work.open[q] + NEAR * scale).all()
            assert (work.done[q][~plan.requirement.open[q]] == 0).all()


def windows_add_up(plan: Plan) -> None:
    """Results lie in [0, 1], compare unrounded, and a queue's days add up to its horizon."""
    for r in plan.evaluation.sla:
        assert (r.level is None) == (r.offered == 0) == (r.met is None)
        if r.level is not None:
            assert 0 <= r.level <= 1
            assert abs(r.within - r.level * r.offered) <= NEAR * max(1.0, r.offered)
            assert r.met == (r.level >= r.target - 1e-9)
        assert r.probability is None or 0 <= r.probability <= 1
    for q, queue in enumerate(plan.account.queues):
        own = [r for r in plan.evaluation.sla if r.clause == queue.id]
        days, whole = (dict.fromkeys([r for r in own if r.window is w]) for w in (Window.DAY, Window.CONTRACT))
        for name in ("offered", "within"):
            total = sum(getattr(r, name) for r in whole)
            assert abs(sum(getattr(r, name) for r in days) - total) <= NEAR * max(1.0, total)
        if isinstance(queue.target, LiveTarget) and queue.target.formula in (
            Formula.OFFERED,
            Formula.CREDITING_SHORT_ABANDONS,
            Formula.VIRTUAL,
        ):
            contacts, level = np.nan_to_num(plan.demand.contacts[q]), np.nan_to_num(plan.evaluation.level[q])
            assert abs(sum(r.offered for r in whole) - contacts.sum()) <= NEAR * max(1.0, contacts.sum())
            assert abs(sum(r.within for r in whole) - (contacts * level).sum()) <= 1e-6 * max(1.0, contacts.sum())


def every_shift_is_legal(plan: Plan) -> None:
    """Each row follows its rule on the site's clock, touches the horizon and takes every break in its window and apart.

    Where a clock change makes a shift shorter than its rule, a break may fall outside the window but not outside the shift.
    """
    rules = {rule.id: rule for rule in plan.account.shift_rules}
    ids = [shift.id for shift in plan.shifts.shifts]
    assert len(set(ids)) == len(ids)
    grid = plan.shifts.grid
    for shift in plan.shifts.shifts:
        group = plan.account.group(shift.group)
        assert shift.site == group.site
        name, _, hhmm = shift.pattern.rpartition("-")
        rule, start = rules[name], int(hhmm[:2]) * 60 + int(hhmm[2:])
        assert name in group.shift_rules
        assert rule.first_start_min <= start <= rule.last_start_min
        assert (start - rule.first_start_min) % rule.step_min == 0
        zone = ZoneInfo(plan.account.site(shift.site).zone)
        wall = datetime.combine(shift.date, datetime.min.time()) + timedelta(minutes=start)
        local = shift.start_utc.astimezone(zone)
        skipped = wall.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != wall
        assert skipped or local.replace(tzinfo=None) == wall
        assert shift.start_utc == Pattern(rule, start).hours(plan.account.site(shift.site), shift.date)[0]
        hours = (shift.end_utc - shift.start_utc).total_seconds() / 60
        assert abs(hours - rule.length_min) <= 60
        assert hours == rule.length_min or skipped or _clock_changes(zone, shift)
        assert shift.lead_in == (shift.start_utc < grid.start_utc)
        assert shift.start_utc < grid.end_utc
        assert shift.end_utc > grid.start_utc
        assert len(shift.breaks) == len(rule.breaks)
        for placed, wanted in zip(sorted(shift.breaks), rule.breaks, strict=True):
            assert placed.paid == wanted.paid
            assert (placed.end_utc - placed.start_utc).total_seconds() == 60 * wanted.minutes
            after = (placed.start_utc - shift.start_utc).total_seconds() / 60
            assert hours < rule.length_min or wanted.earliest_min <= after <= wanted.latest_min
        ends = [b.end_utc for b in sorted(shift.breaks)]
        assert all(end <= b.start_utc for end, b in zip(ends, sorted(shift.breaks)[1:], strict=False))
    assert not list(shift_findings(plan.shifts, plan.account))


def seats_hold_everybody(plan: Plan) -> None:
    """Inside the horizon no site ever has more people on shift than seats."""
    grid = plan.shifts.grid
    for site in plan.account.sites:
        here = [s for s in (*plan.shifts.shifts, *plan.account.carry_in) if s.site == site.id]
        moments = sorted({max(s.start_utc, grid.start_utc) for s in here})
        for moment in moments:
            assert sum(s.heads for s in here if s.start_utc <= moment < s.end_utc) <= site.seats


def every_head_is_somebody(plan: Plan) -> None:
    """Every head is one agent of the group, at most one shift a date, one pattern, the contract's days in seven, rested."""
    agents = {agent.id: agent for agent in plan.roster.agents}
    assert len(agents) == len(plan.roster.agents) == plan.shifts.heads()
    shifts = {shift.id: shift for shift in plan.shifts.shifts}
    taken = Counter(a.shift for a in plan.roster.assignments)
    assert taken == Counter({s.id: s.heads for s in plan.shifts.shifts})
    worked: dict[str, list[Shift]] = defaultdict(list)
    for a in plan.roster.assignments:
        worked[a.agent].append(shifts[a.shift])
    for id, mine in worked.items():
        agent = agents[id]
        mine.sort(key=lambda s: s.start_utc)
        assert {(s.group, s.pattern, s.site) for s in mine} == {(agent.group, agent.pattern, agent.site)}
        days = plan.account.group(agent.group).days_per_week
        assert all(before.date < after.date for before, after in pairwise(mine))
        for before, after in pairwise(mine):
            assert after.start_utc - before.end_utc >= timedelta(hours=6)
        assert all(sum(s.date <= t.date < s.date + _WEEK for t in mine) <= days for s in mine)
    for group in plan.account.groups:
        payroll = sum(agent.group == group.id for agent in plan.roster.agents)
        assert group.min_heads <= payroll
        assert group.max_heads is None or payroll <= group.max_heads


def nobody_is_paid_for_nothing(plan: Plan) -> None:
    """Nobody is on the payroll who works no shift, except to keep a group's least headcount."""
    working = {a.agent for a in plan.roster.assignments}
    for group in plan.account.groups:
        mine = [agent.id for agent in plan.roster.agents if agent.group == group.id]
        idle = [id for id in mine if id not in working]
        assert not idle or len(mine) <= group.min_heads, f"{len(idle)} of {len(mine)} agents of {group.id} work no shift"


def money_traces_to_hours(plan: Plan) -> None:
    """Lines are hours times rate, hours are those of the shift rows counted by the minute, and totals are sums of lines (C8, C9)."""
    bill, account = plan.bill, plan.account
    rates = dict(account.rates)
    for line in (*bill.cost, *bill.price):
        assert line.currency == account.currency
        assert abs(line.amount - line.hours * line.rate) <= Decimal("0.005")
    for group in account.groups:
        site = account.site(group.site)
        for lead_in in (False, True):
            mine = [s for s in plan.shifts.shifts if s.group == group.id and s.lead_in == lead_in]
            lines = [li for li in bill.cost if li.group == group.id and li.item.endswith("(lead-in)") == lead_in]
            wage = (
                site.wage_per_h
                * group.wage_factor
                * (Decimal(1) if site.currency == account.currency else rates[site.currency])
            )
            units = sum((Decimal(repr(_paid_units(s, site))) * s.heads for s in mine), Decimal(0))
            wanted = units * wage * (1 + site.oncost_share)
            assert abs(sum((li.amount for li in lines), Decimal(0)) - wanted) <= Decimal("0.01") * (len(lines) + 1)
    cost = sum((li.amount for li in bill.cost if not li.item.endswith("(lead-in)")), Decimal(0))
    if bill.cost and cost:
        assert bill.total_cost().amount == cost
        margin = cost * (1 + account.contract.margin_share)
        hours = sum(s.heads * s.paid_h_per_head for s in plan.shifts.shifts)
        assert abs(float(bill.total_price().amount - margin)) <= 1e-6 * hours + 0.01 * (len(bill.price) + 1)


def the_objective_is_proven(plan: Plan) -> None:
    """The bound is below the objective, and the objective is the roster's cost plus at most its shortfall at the split's price, and that
    of contacts missing from promised windows."""
    info = plan.solves[0]
    assert info.objective is not None
    assert info.bound is not None
    assert info.bound <= info.objective + 1e-6 * max(1.0, info.objective)
    paid = float(sum((line.amount for line in plan.bill.cost), Decimal(0)))
    cents = 0.01 * (len(plan.bill.cost) + 1)
    price = plan.account.settings.shortfall_price_per_h
    assert paid <= info.objective + cents
    if price is not None:
        short_h = float(np.nansum(plan.evaluation.shortfall)) * plan.shifts.grid.interval_h
        said = re.search(r"and ([\d,.]+) that of contacts missing", info.note)
        missed = float(said[1].replace(",", "")) + 0.01 if said else 0.0
        assert info.objective <= paid + price * short_h + missed + cents + 1e-6 * info.objective


LAWS: tuple[Callable[[Plan], None], ...] = (
    heads_are_counted_from_shifts,
    nobody_is_counted_twice,
    shortfall_is_what_is_missing,
    absent_is_not_zero,
    deferred_work_balances,
    windows_add_up,
    every_shift_is_legal,
    seats_hold_everybody,
    every_head_is_somebody,
    nobody_is_paid_for_nothing,
    money_traces_to_hours,
    the_objective_is_proven,
)


def _open(plan: Plan) -> np.ndarray:
    account = plan.account
    return np.array([open_intervals(q, account.market(q.market), plan.demand.grid) for q in account.queues])


def _clock_changes(zone: ZoneInfo, shift: Shift) -> bool:
    return shift.start_utc.astimezone(zone).utcoffset() != shift.end_utc.astimezone(zone).utcoffset()


def _paid_units(shift: Shift, site: Site) -> float:
    """Paid hours of one head, each minute weighted with one plus the premiums it earns on the site's wall clock."""
    zone, holidays, total = ZoneInfo(site.zone), site.holiday_dates, 0
    weighted = Decimal(0)
    for minute in range(int((shift.end_utc - shift.start_utc).total_seconds()) // 60):
        at = shift.start_utc + timedelta(minutes=minute)
        if any(not b.paid and b.start_utc <= at < b.end_utc for b in shift.breaks):
            continue
        total += 1
        wall = at.astimezone(zone)
        of_day = wall.hour * 60 + wall.minute
        for premium in site.premiums:
            if premium.kind is PremiumKind.NIGHT:
                low, high = premium.from_min, premium.to_min
                earns = low <= of_day < high if low < high else of_day >= low or of_day < high
            elif premium.kind is PremiumKind.SUNDAY:
                earns = wall.weekday() == 6
            else:
                earns = wall.date() in holidays
            weighted += premium.share * earns
    return float((total + weighted) / 60)
