"""Small published plans for re-planning, and a brute force over every roster that shares nothing with the integer program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import numpy as np

from planner.domain.account import Account, Contract, Horizon, Settings
from planner.domain.changes import Changes
from planner.domain.codec import input_hash
from planner.domain.demand import Demand, ForecastChoice
from planner.domain.grid import to_utc
from planner.domain.people import Group, Premium, PremiumKind, Site
from planner.domain.plan import Plan, Provenance
from planner.domain.queues import Channel, Market, OpeningHours, OpenSpan, Queue
from planner.domain.requirement import Requirement
from planner.domain.roster import Agent, Assignment, Roster
from planner.domain.shifts import BreakRule, PlacedBreak, Shift, ShiftPlan, ShiftRule, Tour
from planner.domain.solve import SolveInfo, Status
from planner.domain.targets import LiveTarget, Window
from planner.economics import bill
from planner.evaluation import evaluate
from planner.replan.held import held_of, margin_of, published_margin
from planner.rules import Severity, check
from planner.shifts.cost import shift_cost
from planner.shifts.service import Service
from planner.sizing import size

MONDAY = date(2026, 3, 2)
ZONE = "Europe/Lisbon"
STARTS = (8, 12, 16)


def small_account(
    *, days: int = 2, days_per_week: int = 2, breaks: bool = False, seats: int = 9, price: float = 60.0
) -> Account:
    """One queue open from 8 to 20, one site, one group, shifts of four hours from 8, 12 and 16."""
    rest = (BreakRule(minutes=30, paid=False, earliest_min=90, latest_min=120),) if breaks else ()
    return Account(
        name="Small",
        currency="EUR",
        horizon=Horizon(zone=ZONE, start=MONDAY, days=days, interval_s=3600),
        markets=(
            Market(id="pt", country="PT", zone=ZONE, language="pt", opening=OpeningHours(tuple(OpenSpan(d, 480, 1200) for d in range(7)))),
        ),
        queues=(
            Queue(
                id="calls", market="pt", language="pt", channel=Channel.VOICE, aht_s=300.0, patience_s=120.0,
                opening=OpeningHours(tuple(OpenSpan(d, 480, 1200) for d in range(7))),
                target=LiveTarget(level=0.8, within_s=30.0, window=Window.DAY),
            ),
        ),
        sites=(
            Site(
                id="lisbon", country="PT", zone=ZONE, seats=seats, wage_per_h=Decimal("10"), currency="EUR", oncost_share=Decimal("0.2"),
                premiums=(Premium(kind=PremiumKind.NIGHT, share=Decimal("0.5"), from_min=18 * 60, to_min=6 * 60),),
            ),
        ),
        groups=(
            Group(
                id="pt", site="lisbon", languages=("pt",), channels=(Channel.VOICE,), shift_rules=("s4",), absence=0.1,
                days_per_week=days_per_week,
            ),
        ),
        shift_rules=(ShiftRule(id="s4", length_min=240, first_start_min=480, last_start_min=960, step_min=240, breaks=rest),),
        contract=Contract(margin_share=Decimal("0.2")),
        settings=Settings(seed=3, scenarios=4, shortfall_price_per_h=price, cover="interval"),
        tables_sha256="0" * 64,
    )  # fmt: skip


def with_windows(account: Account) -> Account:
    """Return the account with promises kept over their windows."""
    return replace(account, settings=replace(account.settings, cover="window"))


def small_plan(account: Account, held: Sequence[Sequence[int | None]], *, per_h: Sequence[float] = (14.0, 20.0, 9.0)) -> Plan:
    """Return the plan in which agent n starts on day d at the hour ``held[n][d]`` (None: free); `per_h` contacts an hour by start."""
    grid = account.grid
    hour = np.array([(account.grid.start_utc + timedelta(seconds=3600 * t)).hour for t in range(grid.size)])
    is_open = (hour >= 8) & (hour < 20)
    mean = np.select([hour < 12, hour < 16], per_h[:2], per_h[2])
    expected = is_open[None]
    contacts = np.where(expected, mean[None], np.nan)
    rates = np.array([0.8, 0.9, 1.1, 1.2])[:, None, None] * contacts
    demand = Demand(
        queues=("calls",), grid=grid, expected=expected, contacts=contacts, aht_s=np.where(expected, 300.0, np.nan), levels=(0.5,),
        quantiles=contacts[None], scenarios=np.floor(rates), rates=rates, choices=(ForecastChoice(queue="calls", model="made", reason=""),),
    )  # fmt: skip
    requirement = size(demand, account)
    rows: dict[tuple[int, int], Shift] = {}
    assignments = []
    for n, starts in enumerate(held):
        for d, start in enumerate(starts):
            if start is None:
                continue
            if (d, start) in rows:
                rows[d, start] = replace(rows[d, start], heads=rows[d, start].heads + 1)
            else:
                rows[d, start] = shift_at(account, d, start)
            assignments.append(Assignment(agent=f"pt-{n + 1:03d}", shift=rows[d, start].id))
    patterns = [next((s for s in starts if s is not None), 8) for starts in held]
    agents = tuple(
        Agent(id=f"pt-{n + 1:03d}", group="pt", site="lisbon", pattern=f"s4-{p:02d}00") for n, p in enumerate(patterns)
    )
    tours = tuple(Tour(group="pt", pattern=f"s4-{s:02d}00", agents=patterns.count(s)) for s in STARTS if s in patterns)
    shifts = ShiftPlan(grid=grid, shifts=tuple(rows[key] for key in sorted(rows)), tours=tours)
    return Plan(
        account=account,
        demand=demand,
        requirement=requirement,
        shifts=shifts,
        roster=Roster(agents=agents, assignments=tuple(assignments)),
        evaluation=evaluate(shifts, demand, requirement, account),
        bill=bill(shifts, account),
        solves=(SolveInfo(name="shifts", status=Status.OPTIMAL, objective=1.0, bound=1.0, seconds=0.0, solver="none"),),
        provenance=Provenance(version="0", results_version="1", input_sha256=input_hash(account), seed=3, repeatable=True),
    )


def shift_at(account: Account, day: int, start: int, pause: int | None = None) -> Shift:
    """Return one head's shift on day number `day` from `start`; its break begins `pause` minutes in, at the first moment by default."""
    begin = to_utc(ZONE, MONDAY + timedelta(days=day), start * 60)
    breaks = tuple(
        PlacedBreak(
            start_utc=begin + timedelta(minutes=pause or rule.earliest_min),
            end_utc=begin + timedelta(minutes=(pause or rule.earliest_min) + rule.minutes),
            paid=rule.paid,
        )
        for rule in account.shift_rules[0].breaks
    )
    when = MONDAY + timedelta(days=day)
    return Shift(
        id=f"pt.s4-{start:02d}00.{when:%Y%m%d}.1", site="lisbon", group="pt", pattern=f"s4-{start:02d}00", date=when, start_utc=begin,
        end_utc=begin + timedelta(hours=4), breaks=breaks, heads=1,
    )  # fmt: skip


def monday(hour: int, minute: int = 0) -> datetime:
    """Return an instant of the first day (the zone is on UTC then)."""
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


Work = tuple[Shift | None, ...]
"""One agent's shifts by day."""


def every_work(plan: Plan, agent: Agent, changes: Changes) -> Iterator[Work]:
    """Yield everything an agent may work: published days while locked or past, nothing while away, else any shift or none."""
    account = plan.account
    rules = account.shift_rules[0].breaks
    pauses = [None] if not rules else list(range(rules[0].earliest_min, rules[0].latest_min + 1, 30))
    days = []
    for d in range(account.horizon.days):
        was = published(plan, agent, d)
        away = [a for a in changes.away if a.agent == agent.id]

        def free(shift: Shift, away: list = away) -> bool:
            return not any(shift.start_utc < a.end_utc and a.start_utc < shift.end_utc for a in away)

        if was is not None and not free(was):
            days.append([None])
            continue
        if changes.now_utc is not None and was is not None and was.start_utc < changes.now_utc:
            days.append([was])
            continue
        if any(
            (not k.agents or agent.id in k.agents) and (not k.dates or MONDAY + timedelta(days=d) in k.dates)
            for k in changes.locks
        ):
            days.append([was])
            continue
        offered: list[Shift | None] = [None]
        if was is not None:
            offered.append(was)
        for start in STARTS:
            for pause in pauses:
                shift = shift_at(account, d, start, pause)
                same = was is not None and (was.start_utc, was.end_utc) == (shift.start_utc, shift.end_utc)
                if same and (not changes.effort.move_breaks or shift.breaks == was.breaks):
                    continue
                if free(shift) and (changes.now_utc is None or shift.start_utc >= changes.now_utc):
                    offered.append(shift)
        days.append(offered)
    yield from product(*days)


def published(plan: Plan, agent: Agent, day: int) -> Shift | None:
    """Return what was published for an agent's day."""
    shifts = {s.id: s for s in plan.shifts.shifts}
    for a in plan.roster.assignments:
        if a.agent == agent.id and shifts[a.shift].date == MONDAY + timedelta(days=day):
            return replace(shifts[a.shift], heads=1)
    return None


def cheapest(plan: Plan, changes: Changes) -> float:
    """Return the least objective over all lawful rosters, by trying every one."""
    account, grid = plan.account, plan.shifts.grid
    group, site = account.groups[0], account.sites[0]
    hour = float(site.wage_per_h * (1 + site.oncost_share))
    from planner.replan.demand import changed_demand

    demand = changed_demand(plan.demand, account, changes)
    requirement = size(demand, account)
    need = np.nan_to_num(requirement.agents[0] if requirement.promised is None else requirement.least[0])
    windows = None if requirement.promised is None else windows_of(plan, requirement)
    lists = []
    for agent in plan.roster.agents:
        was = [published(plan, agent, d) for d in range(account.horizon.days)]
        found = []
        for work in every_work(plan, agent, changes):
            worked = [s for s in work if s is not None]
            if not lawful(plan, agent, worked):
                continue
            lost = [w for d, w in enumerate(was) if w is not None and work[d] is None and is_lost(agent, w, changes)]
            contract_h = max(sum(w.paid_h_per_head for w in was if w), group.days_per_week * worked_h(account))
            hours = sum(s.paid_h_per_head for s in worked)
            over = hours - (contract_h - sum(w.paid_h_per_head for w in lost))
            allowed = max((o.hours_per_week for o in changes.overtime), default=0.0)
            days = max(sum(w is not None for w in was), group.days_per_week) - len(lost)
            if over > allowed + 1e-9 or (not allowed and len(worked) > days):
                continue
            promised = sum(w.paid_h_per_head for w in was if w) - sum(w.paid_h_per_head for w in lost)
            cost = sum(
                shift_cost(
                    account,
                    group,
                    start_utc=s.start_utc,
                    end_utc=s.end_utc,
                    unpaid=[(b.start_utc, b.end_utc) for b in s.breaks],
                )
                for s in worked
            )
            cost += changes.pay.sick_share * hour * sum(w.paid_h_per_head for w in lost)
            cost += changes.pay.guaranteed_share * hour * max(0.0, promised - hours)
            if over > 1e-9:
                premium = max(o.premium_share for o in changes.overtime)
                cost += over * hour * premium + changes.prices.overtime * unit(changes, hour)
            cost += price(plan, changes, was, work, lost, hour)
            found.append((cost, work, was, lost))
        lists.append(found)
    best = float("inf")
    for chosen in product(*lists):
        if not changes.effort.move_breaks and detours(chosen):
            continue
        heads = np.zeros(grid.size)
        taken = np.zeros(grid.size)
        for _, work, _, _ in chosen:
            for shift in work:
                if shift is not None:
                    a, b = grid.position(shift.start_utc), grid.position(shift.end_utc)
                    heads[int(a) : int(b)] += 1
                    taken[int(a) : int(b)] += 1
                    for pause in shift.breaks:
                        heads -= np.clip(
                            np.minimum(np.arange(grid.size) + 1, grid.position(pause.end_utc))
                            - np.maximum(np.arange(grid.size), grid.position(pause.start_utc)),
                            0,
                            1,
                        )
        if taken.max() > site.seats:
            continue
        short = np.maximum(0.0, need - group.availability * heads).sum() * float(account.settings.shortfall_price_per_h or 0)
        if windows is not None:
            short += missed(windows, group.availability * heads)
        best = min(best, short + sum(c for c, *_ in chosen) + places(changes, chosen, hour, plan))
    return best


def windows_of(plan: Plan, requirement: Requirement) -> Service:
    """Return the pieces of service of the promises over windows, aimed as the published plan shows that they must be."""
    assert requirement.promised is not None
    known = published_margin(plan.requirement.promised, plan.evaluation.coverage.by_queue(), plan.evaluation, plan.account)
    held = held_of(
        requirement.promised, np.zeros(1, dtype=np.int64), np.nan_to_num(requirement.least), np.zeros(requirement.agents.shape),
        margin=margin_of(requirement.promised, known), price=4 * float(plan.account.settings.shortfall_price_per_h or 0),
    )  # fmt: skip
    return held.inside(np.ones(requirement.grid.size, dtype=np.bool_))


def missed(service: Service, agents: np.ndarray) -> float:
    """Return what the contacts missing from windows cost with `agents` on seat: the worthiest pieces first, in every interval."""
    won = service.base.copy()
    for t, (present, least) in enumerate(zip(agents.tolist(), service.least[0].tolist(), strict=True)):
        mine = np.flatnonzero(service.interval[service.of] == t)
        left = max(0.0, present - least)
        for i in mine[np.argsort(-service.reward[mine], kind="stable")].tolist():
            taken = min(left, service.width[service.of[i]])
            won[service.window[i]] += taken * service.reward[i]
            left -= taken
        if len(mine) and present < least:
            won[service.window[mine[0]]] -= (least - present) * service.reward[mine].max()
    return float(service.miss_price @ np.maximum(-won, 0.0))


def unit(changes: Changes, hour: float) -> float:
    """Return the money of a price of one."""
    return 1.0 if changes.prices.in_money else hour


def worked_h(account: Account) -> float:
    """Return the paid hours of a shift."""
    return account.shift_rules[0].paid_min / 60


def is_lost(agent: Agent, shift: Shift, changes: Changes) -> bool:
    """True when a published shift falls to absence."""
    return any(a.agent == agent.id and shift.start_utc < a.end_utc and a.start_utc < shift.end_utc for a in changes.away)


def lawful(plan: Plan, agent: Agent, worked: Sequence[Shift]) -> bool:
    """True when labour rules find nothing in one agent's shifts."""
    roster = Roster(agents=(agent,), assignments=tuple(Assignment(agent=agent.id, shift=s.id) for s in worked))
    findings = check(roster, ShiftPlan(grid=plan.shifts.grid, shifts=tuple(worked), tours=()), plan.account)
    return not any(f.severity is not Severity.OPEN for f in findings)


def notice(changes: Changes, plan: Plan, when: datetime) -> float:
    """Return the factor of short notice."""
    hours = (when - (changes.now_utc or plan.shifts.grid.start_utc)).total_seconds() / 3600
    return next((n.factor for n in changes.prices.notice if hours < n.within_h), 1.0)


def price(plan: Plan, changes: Changes, was: list, work: Work, lost: list, hour: float) -> float:
    """Return the price of one agent's changes, without what call-ins pay for their place."""
    prices, total = changes.prices, 0.0
    for before, now in zip(was, work, strict=True):
        if before in lost or (before is None and now is None) or before == now:
            continue
        if before is None:
            base, when = prices.called_in, now.start_utc
        elif now is None:
            base, when = prices.cancelled, before.start_utc
        elif before.start_utc == now.start_utc:
            base, when = prices.breaks_moved, now.start_utc
        else:
            moved = abs((now.start_utc - before.start_utc).total_seconds()) / 3600
            base, when = prices.moved_start + prices.moved_per_h * moved, min(before.start_utc, now.start_utc)
        total += base * notice(changes, plan, when) * unit(changes, hour)
    return total


def detours(chosen: Sequence[tuple]) -> bool:
    """True when somebody is put on hours that somebody else is moved away from."""
    out, into = set(), set()
    for _, work, was, _ in chosen:
        for before, now in zip(was, work, strict=True):
            if now is not None and (before is None or before.start_utc != now.start_utc):
                into.add(now.start_utc)
                if before is not None:
                    out.add(before.start_utc)
    return bool(out & into)


def places(changes: Changes, chosen: Sequence[tuple], hour: float, plan: Plan) -> float:
    """Return what call-ins pay for taking places over, or for new ones."""
    calls: dict[datetime, int] = {}
    free: dict[datetime, int] = {}
    for _, work, was, _ in chosen:
        for before, now in zip(was, work, strict=True):
            if before is None and now is not None:
                calls[now.start_utc] = calls.get(now.start_utc, 0) + 1
            if before is not None and (now is None or now.start_utc != before.start_utc):
                free[before.start_utc] = free.get(before.start_utc, 0) + 1
    total = 0.0
    for start, count in calls.items():
        over = min(count, free.get(start, 0))
        base = over * changes.prices.swapped + (count - over) * changes.prices.added
        total += base * notice(changes, plan, start) * unit(changes, hour)
    return total
