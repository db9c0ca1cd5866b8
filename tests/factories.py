"""Small finished plans built by hand, for tests of what comes after planning.

Nothing here runs the pipeline: people, service and money are simple arithmetic on made-up demand. What holds in every real plan
holds here too: heads come from the shifts, coverage sums to at most the people there, closed cells are NaN, levels are
within / offered, money is hours times rate.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from planner.domain.account import Account, Contract, Horizon, Settings
from planner.domain.capacity import Capacity, Coverage
from planner.domain.codec import input_hash
from planner.domain.demand import Demand, ForecastChoice
from planner.domain.evaluation import Basis, DeferredWork, Evaluation, SlaResult
from planner.domain.grid import to_utc
from planner.domain.money import Bill, CostLine, cents
from planner.domain.people import Group, Premium, PremiumKind, Site
from planner.domain.plan import Plan, Provenance
from planner.domain.queues import (
    Channel,
    HolidayPolicy,
    Market,
    OpeningHours,
    OpenSpan,
    Queue,
    Volume,
    VolumeSource,
    open_intervals,
)
from planner.domain.requirement import Requirement
from planner.domain.roster import Agent, Assignment, Roster
from planner.domain.shifts import BreakRule, PlacedBreak, Shift, ShiftPlan, ShiftRule, Tour
from planner.domain.solve import SolveInfo, Status
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, RingMoment, RingRule, Window

ALWAYS = OpeningHours(tuple(OpenSpan(day, 0, 1440) for day in range(7)))
OFFICE = OpeningHours(tuple(OpenSpan(day, 480, 1200) for day in range(6)), HolidayPolicy.CLOSED)
RINGS_GB = RingRule(
    rings=3, moment=RingMoment.END, country="GB", ring_s=1.0, period_s=3.0, source="asterisk indications.conf, BT SIN 350"
)
LANGUAGES = (
    ("en", "GB", "Europe/London"),
    ("de", "DE", "Europe/Berlin"),
    ("es", "ES", "Europe/Madrid"),
    ("zh", "TW", "Asia/Taipei"),
)


def tiny_plan() -> Plan:
    """Return a plan of two days in hours: three queues, two sites in two zones, one of them seven hours ahead."""
    return make_plan(tiny_account(), heads=3, scenarios=5)


def tiny_account() -> Account:
    """Return the account of `tiny_plan`."""
    return make_account(languages=1, channels=(Channel.VOICE, Channel.CHAT, Channel.EMAIL), days=2, interval_s=3600)


def make_account(
    *, languages: int, channels: tuple[Channel, ...], days: int, interval_s: int, start: date = date(2026, 11, 9)
) -> Account:
    """Return an account with a queue per language and channel, and at each of two sites a group per language."""
    spoken = LANGUAGES[:languages]
    markets = [
        Market(id=country.lower(), country=country, zone=zone, language=code, opening=ALWAYS) for code, country, zone in spoken
    ]
    queues = [_queue(code, country, channel) for code, country, _ in spoken for channel in channels]
    sites = (
        Site(
            id="manila",
            country="PH",
            zone="Asia/Manila",
            seats=80,
            wage_per_h=Decimal("3.20"),
            currency="USD",
            oncost_share=Decimal("0.45"),
            premiums=(Premium(kind=PremiumKind.NIGHT, share=Decimal("0.10")),),
            holidays=((date(2026, 11, 30), "Bonifacio Day"),),
        ),
        Site(id="lisbon", country="PT", zone="Europe/Lisbon", seats=40, wage_per_h=Decimal("9.80"), currency="USD"),
    )
    groups = [
        Group(
            id=f"{site.id}_{code}",
            site=site.id,
            languages=(code,) if n == 0 or site.id == "manila" else (code, "en"),
            channels=channels,
            shift_rules=("full8",),
            absence=0.08,
            in_shift_loss=0.06,
        )
        for site in sites
        for n, (code, _, _) in enumerate(spoken)
    ]
    return Account(
        name="Gift shop",
        currency="USD",
        horizon=Horizon(zone="Europe/London", start=start, days=days, interval_s=interval_s),
        markets=tuple(markets),
        queues=tuple(queues),
        sites=sites,
        groups=tuple(groups),
        shift_rules=(
            ShiftRule(
                id="full8", length_min=480, breaks=(BreakRule(minutes=30, paid=False, earliest_min=180, latest_min=270),)
            ),
        ),
        contract=Contract(margin_share=Decimal("0.20")),
        settings=Settings(seed=7, scenarios=5),
        tables_sha256="0" * 64,
    )


def _queue(language: str, country: str, channel: Channel) -> Queue:
    target = {
        Channel.VOICE: LiveTarget(level=0.8, within_s=7.0, window=Window.WEEK, rings=RINGS_GB),
        Channel.CHAT: LiveTarget(level=0.85, within_s=40.0, window=Window.DAY, formula=Formula.ANSWERED),
    }.get(channel, DeferredTarget(level=0.95, within_s=24 * 3600.0))
    return Queue(
        id=f"{country.lower()}_{channel.value}",
        market=country.lower(),
        language=language,
        channel=channel,
        aht_s=300.0,
        opening=ALWAYS if channel is Channel.VOICE else OFFICE,
        target=target,
        volume=Volume(source=VolumeSource.DRIVER, driver="orders", rate=0.067),
        patience_s=240.0 if channel.live else None,
        concurrency=2 if channel is Channel.CHAT else 1,
    )


def make_plan(account: Account, *, heads: int, scenarios: int, kinds: int = 3, duties: int = 1) -> Plan:
    """Return a plan of `account`: each group works `kinds` shift starts a day of `duties` break variants with `heads` heads each."""
    rng = np.random.default_rng(11)
    grid = account.grid
    masks = np.array([open_intervals(q, account.market(q.market), grid) for q in account.queues])
    live = np.array([q.channel.live for q in account.queues])
    expected = masks | ~live[:, None]
    demand = _demand(account, expected, scenarios, rng)
    requirement = _requirement(account, demand, masks)
    shifts = _shifts(account, kinds=kinds, duties=duties, heads=heads)
    evaluation = _evaluation(account, demand, requirement, shifts)
    return Plan(
        account=account,
        demand=demand,
        requirement=requirement,
        shifts=shifts,
        roster=_roster(shifts),
        evaluation=evaluation,
        bill=_bill(account, shifts),
        solves=(
            SolveInfo(
                name="shifts",
                status=Status.GAP_REACHED,
                objective=10234.5,
                bound=9950.25,
                seconds=12.25,
                solver="highs",
                variables=4321,
                rows=2345,
            ),
            SolveInfo(name="language en", status=Status.OPTIMAL, objective=10.0, bound=None, seconds=0.5, solver="highs"),
        ),
        provenance=Provenance(
            version="0.1.0", results_version="1", input_sha256=input_hash(account), seed=account.settings.seed, repeatable=True
        ),
    )


def _demand(account: Account, expected: np.ndarray, scenarios: int, rng: np.random.Generator) -> Demand:
    grid = account.grid
    shape = expected.shape
    rates = []
    for queue in account.queues:
        clock = grid.clock(account.market(queue.market).zone)
        rates.append(8 + 7 * np.sin((clock.minute - 480) / 1440 * 2 * np.pi) * np.where(clock.weekday < 5, 1.0, 0.6))
    mean = np.where(expected, np.array(rates) * grid.interval_h, np.nan)
    busy = rng.gamma(25, 1 / 25, size=(scenarios, 1, 1))
    futures = np.where(expected, busy * mean, np.nan)
    counts = np.where(expected, rng.poisson(np.nan_to_num(futures)), np.nan)
    return Demand(
        queues=tuple(q.id for q in account.queues),
        grid=grid,
        expected=expected,
        contacts=mean,
        aht_s=np.where(expected, 300.0 + rng.random(shape), np.nan),
        levels=(0.1, 0.5, 0.9),
        quantiles=np.array([np.where(expected, mean * share, np.nan) for share in (0.7, 0.98, 1 / 0.7)]),
        scenarios=counts,
        rates=futures,
        choices=tuple(
            ForecastChoice(
                queue=q.id, model="day level × profile", reason="least error", wape=(("day level", 0.1 / 3), ("naive", 0.2))
            )
            for q in account.queues
        ),
    )


def _requirement(account: Account, demand: Demand, masks: np.ndarray) -> Requirement:
    load = np.nan_to_num(demand.contacts * demand.aht_s) / demand.grid.interval_s
    live = np.array([q.channel.live for q in account.queues])[:, None]
    agents = np.where(masks, load + np.where(live, np.sqrt(load), 0.0), np.nan)
    return Requirement(
        queues=demand.queues,
        grid=demand.grid,
        open=masks,
        agents=agents,
        level_at_requirement=np.where(masks & live, 0.8 + 1 / 300, np.nan),
        methods=tuple(f"Erlang A for {queue}" for queue in demand.queues),
    )


def _shifts(account: Account, *, kinds: int, duties: int, heads: int) -> ShiftPlan:
    rule = account.shift_rules[0]
    shifts: list[Shift] = []
    tours = []
    for group in account.groups:
        site = account.site(group.site)
        for kind in range(kinds):
            start_min = kind * (1440 // kinds)
            pattern = f"{rule.id}-{start_min // 60:02d}{start_min % 60:02d}"
            tours.append(Tour(group=group.id, pattern=pattern, agents=heads * duties))
            for offset in range(-1, account.horizon.days):
                day = account.horizon.start + timedelta(days=offset)
                start = to_utc(site.zone, day, start_min)
                end = start + timedelta(minutes=rule.length_min)
                if end <= account.grid.start_utc or start >= account.grid.end_utc:
                    continue
                for duty in range(duties):
                    pause = start + timedelta(minutes=180 + 30 * (duty % 4))
                    shifts.append(
                        Shift(
                            id=f"s{len(shifts) + 1:04d}",
                            site=site.id,
                            group=group.id,
                            pattern=pattern,
                            date=day,
                            start_utc=start,
                            end_utc=end,
                            breaks=(PlacedBreak(start_utc=pause, end_utc=pause + timedelta(minutes=30), paid=False),),
                            heads=heads,
                            lead_in=start < account.grid.start_utc,
                        )
                    )
    return ShiftPlan(grid=account.grid, shifts=tuple(shifts), tours=tuple(tours))


def _roster(plan: ShiftPlan) -> Roster:
    agents: dict[tuple[str, str, int], Agent] = {}
    assignments = []
    taken: dict[tuple[str, str, date], int] = {}
    for shift in plan.shifts:
        for _ in range(shift.heads):
            place = taken.setdefault((shift.group, shift.pattern, shift.date), 0)
            taken[shift.group, shift.pattern, shift.date] += 1
            key = (shift.group, shift.pattern, place)
            agents.setdefault(
                key, Agent(id=f"a{len(agents) + 1:04d}", group=shift.group, site=shift.site, pattern=shift.pattern)
            )
            assignments.append(Assignment(agent=agents[key].id, shift=shift.id))
    return Roster(agents=tuple(agents.values()), assignments=tuple(assignments))


def _evaluation(account: Account, demand: Demand, requirement: Requirement, shifts: ShiftPlan) -> Evaluation:
    capacity = _capacity(account, shifts)
    need = np.nan_to_num(requirement.agents)
    wanted = account.serves()[:, :, None] * need[None, :, :]
    total = wanted.sum(axis=1, keepdims=True)
    share = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0)
    coverage = Coverage(
        groups=capacity.groups, queues=demand.queues, grid=demand.grid, on_seat=share * capacity.on_seat[:, None, :]
    )
    given = coverage.by_queue()
    live = np.array([q.channel.live for q in account.queues])[:, None]
    counted = requirement.open & live
    ratio = np.divide(given, need, out=np.zeros_like(given), where=need > 0)
    level = np.where(counted, 1 - np.exp(-1.7 * ratio), np.nan)
    load = np.nan_to_num(demand.contacts * demand.aht_s) / demand.grid.interval_s
    occupancy = np.where(
        requirement.open, np.minimum(1.0, np.divide(load, given, out=np.ones_like(load), where=given > 0)), np.nan
    )
    return Evaluation(
        queues=demand.queues,
        capacity=capacity,
        coverage=coverage,
        level=level,
        occupancy=occupancy,
        abandonment=np.where(counted, 0.05 / 3, np.nan),
        mean_wait_s=np.where(counted, np.where(np.cumsum(counted, axis=1) == 1, np.inf, 12.5), np.nan),
        shortfall=np.where(requirement.open, np.maximum(0.0, need - given), np.nan),
        deferred=_deferred(demand, live),
        sla=_sla(account, demand, level),
        notes=("Shared groups are evaluated by their split: a no-pooling estimate.",),
    )


def _capacity(account: Account, shifts: ShiftPlan) -> Capacity:
    grid = shifts.grid
    seconds = np.zeros((len(account.groups), grid.size))
    row = {group.id: n for n, group in enumerate(account.groups)}
    edges = grid.interval_s * np.arange(grid.size)

    def overlap(start: float, end: float) -> np.ndarray:
        return np.clip(np.minimum(end, edges + grid.interval_s) - np.maximum(start, edges), 0, None)

    for shift in shifts.shifts:
        spans = [(shift.start_utc, shift.end_utc, shift.heads), *((b.start_utc, b.end_utc, -shift.heads) for b in shift.breaks)]
        for start, end, heads in spans:
            seconds[row[shift.group]] += heads * overlap(
                (start - grid.start_utc).total_seconds(), (end - grid.start_utc).total_seconds()
            )
    scheduled = seconds / grid.interval_s
    absence = np.array([[group.absence] for group in account.groups])
    loss = np.array([[group.in_shift_loss] for group in account.groups])
    present = scheduled * (1 - absence)
    return Capacity(
        groups=tuple(group.id for group in account.groups),
        grid=grid,
        scheduled=scheduled,
        present=present,
        on_seat=present * (1 - loss),
    )


def _deferred(demand: Demand, live: np.ndarray) -> DeferredWork:
    arrived = np.where(live, np.nan, np.nan_to_num(demand.contacts))
    done = arrived * 0.9
    left = np.cumsum(arrived - done, axis=1)
    return DeferredWork(arrived=arrived, done=done, open=left, overdue=left * 0.0, oldest_s=left * 600)


def _sla(account: Account, demand: Demand, level: np.ndarray) -> tuple[SlaResult, ...]:
    results = []
    for q, queue in enumerate(account.queues):
        zone = account.market(queue.market).zone
        day = demand.grid.clock(zone).day
        for window in (
            (Window.DAY, Window.CONTRACT) if queue.target.window is Window.DAY else (Window.DAY, Window.WEEK, Window.CONTRACT)
        ):
            labels = day if window is Window.DAY else np.zeros_like(day)
            for label in np.unique(labels):
                here = labels == label
                offered = float(
                    np.nansum(demand.contacts[q, here] * (1 if not queue.channel.live else ~np.isnan(level[q, here])))
                )
                share = level[q, here] if queue.channel.live else np.full(int(here.sum()), 0.97)
                within = float(np.nansum(demand.contacts[q, here] * share))
                reached = within / offered if offered else None
                results.append(
                    SlaResult(
                        clause=queue.id,
                        scope=queue.id,
                        window=window,
                        window_start_utc=demand.grid.start_utc
                        + timedelta(seconds=demand.grid.interval_s * int(np.argmax(here))),
                        window_date=date(1970, 1, 1) + timedelta(days=int(day[np.argmax(here)])),
                        offered=offered,
                        within=within,
                        level=reached,
                        formula=queue.target.formula if isinstance(queue.target, LiveTarget) else None,
                        threshold_s=queue.target.within_s,
                        target=queue.target.level,
                        met=None if reached is None else reached >= queue.target.level,
                        probability=2 / 3 if window is queue.target.window else None,
                        basis=Basis.STATIONARY if queue.channel.live else Basis.FLUID,
                        partial=window is Window.WEEK,
                    )
                )
    return tuple(results)


def _bill(account: Account, shifts: ShiftPlan) -> Bill:
    cost, price = [], []
    for group in account.groups:
        site = account.site(group.site)
        for lead_in, suffix in ((False, ""), (True, " (lead-in)")):
            own = [s for s in shifts.shifts if s.group == group.id and s.lead_in is lead_in]
            hours = sum((Decimal(str(s.paid_h_per_head)) * s.heads for s in own), Decimal(0))
            if not hours:
                continue
            night = (hours / 3).quantize(Decimal("0.000001"))
            for item, worked, rate in (
                ("wage", hours, site.wage_per_h),
                ("night", night, site.wage_per_h * Decimal("0.10")),
                ("on-cost on wage", hours, site.wage_per_h * site.oncost_share),
            ):
                if rate:
                    amount = cents(worked * rate)
                    cost.append(
                        CostLine(
                            site=site.id,
                            group=group.id,
                            item=item + suffix,
                            hours=worked,
                            rate=rate,
                            amount=amount,
                            currency="USD",
                        )
                    )
            whole = sum((line.amount for line in cost if line.group == group.id), Decimal(0))
            rate = (whole * Decimal("1.2") / hours).quantize(Decimal("0.000001"))
            price.append(
                CostLine(
                    site=site.id,
                    group=group.id,
                    item=f"agent hours, cost plus 20%{suffix}",
                    hours=hours,
                    rate=rate,
                    amount=cents(hours * rate),
                    currency="USD",
                )
            )
    return Bill(cost=tuple(cost), price=tuple(price))


def renamed(plan: Plan, *, account_name: str, note: str) -> Plan:
    """Return `plan` with other free text in it: the account's name and one note."""
    return replace(
        plan,
        account=replace(plan.account, name=account_name),
        evaluation=replace(plan.evaluation, notes=(*plan.evaluation.notes, note)),
    )
