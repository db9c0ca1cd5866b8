"""From settings to the domain: defaults filled in, references followed, units turned into seconds and UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from planner.domain.account import Clause, Contract, Event, Horizon, Settings
from planner.domain.backlog import OpenContacts
from planner.domain.grid import zone_info
from planner.domain.queues import Gate, Market, OpeningHours, Queue
from planner.domain.targets import Window
from planner.domain.tiers import Tier, sorted_tiers, tier_faults
from planner.domain.waiting import GaveUp
from planner.io.calendars import check_region, public_holidays
from planner.io.draft import Draft
from planner.io.names import shown
from planner.io.resolve_clocks import clock_problems
from planner.io.resolve_habits import resolve_habits
from planner.io.resolve_journey import check_journeys, handling, resolve_journey
from planner.io.resolve_people import check_labour, resolve_group, resolve_shift, resolve_site
from planner.io.resolve_simulated import check_judged_by_simulation
from planner.io.resolve_targets import resolve_target, resolve_volume
from planner.io.resolved import Resolved
from planner.io.settings import EventSettings, MarketSettings, QueueSettings
from planner.io.settings.clock_times import opening_spans

_T = TypeVar("_T")
_S = TypeVar("_S")


def resolve(draft: Draft, *, years: range, waits: Mapping[str, tuple[GaveUp, ...]] | None = None) -> Resolved:
    """Return the domain objects of `draft` with every problem of meaning found; holidays are looked up for `years`.

    `waits` are the shares given up by queue that the waits table tells (None: it could not be read).
    """
    done = Resolved(draft=draft, years=years, waits=waits)
    _no_duplicates(done)
    _each(done, "markets", draft.markets, _market, done.markets)
    _each(done, "queues", draft.queues, _queue, done.queues)
    _each(done, "sites", draft.sites, resolve_site, done.sites)
    _each(done, "groups", draft.groups, resolve_group, done.groups)
    _each(done, "shifts", draft.shifts, resolve_shift, done.shift_rules)
    _each(done, "events", draft.events, _event, done.events)
    check_journeys(done)
    check_labour(done)
    _clauses(done)
    _paid(done)
    check_judged_by_simulation(done)
    return done


def horizon_of(draft: Draft) -> Horizon | None:
    """Return the horizon, or None when it could not be read."""
    h = draft.horizon
    return None if h is None else Horizon(zone=h.zone, start=h.start, days=h.days, interval_s=h.interval_min * 60)


def settings_of(draft: Draft) -> Settings:
    """Return how the plan is computed."""
    return Settings(**draft.run.model_dump()) if draft.run else Settings()


def contract_of(draft: Draft, clauses: list[Clause]) -> Contract:
    """Return what the client pays, with the resolved clauses."""
    return Contract(margin_share=draft.contract.margin_share if draft.contract else Decimal(0), clauses=tuple(clauses))


def _each(
    done: Resolved,
    name: str,
    items: Mapping[int, _S],
    make: Callable[[Resolved, int, _S], _T | None],
    into: dict[int, _T],
) -> None:
    for i, item in items.items():
        with done.at(name, i):
            made = make(done, i, item)
            if made is not None:
                into[i] = made


def _no_duplicates(done: Resolved) -> None:
    for kind, ids in done.draft.ids.items():
        for id in dict.fromkeys(ids):
            if ids.count(id) > 1:
                done.problem((kind,), f"{ids.count(id)} {kind} have the id {shown(id)}", "give each its own id")
    clauses = [c.id for c in done.draft.contract.clauses] if done.draft.contract else []
    for id in dict.fromkeys(clauses):
        if clauses.count(id) > 1:
            done.problem(
                ("contract", "clauses"), f"{clauses.count(id)} clauses have the id {shown(id)}", "give each its own id"
            )
        if id in done.draft.ids["queues"]:
            done.problem(("contract", "clauses"), f"a clause has the id of the queue {shown(id)}", "give the clause another id")


def _market(done: Resolved, i: int, item: MarketSettings) -> Market:
    if item.region is not None:
        check_region(item.country, item.region)
    return Market(
        id=item.id,
        country=item.country,
        zone=item.zone,
        language=item.language,
        opening=OpeningHours(opening_spans(item.open), item.holidays),
        holidays=public_holidays(item.country, item.region, done.years),
    )


def _queue(done: Resolved, i: int, item: QueueSettings) -> Queue | None:
    path = ("queues", i)
    target = resolve_target(done.problem, done.draft, path, item)
    volume = resolve_volume(done.problem, path, item)
    before = len(done.problems)
    handled = handling(done, i, item)
    habits = resolve_habits(done, i, item)
    journey = resolve_journey(done, i, item)
    if not done.known("markets", item.market, path, "market"):
        return None
    market = next((m for m in done.draft.markets.values() if m.id == item.market), None)
    if not item.channel.live and item.patience_s is not None:
        done.problem(
            path, f"patience_s means nothing for {item.channel}, which waits without hanging up", "leave patience_s out"
        )
        return None
    if item.backlog and item.channel.live:
        done.problem(path, f"backlog is for work that can wait; whoever waits on {item.channel} is on the line", "leave it out")
        return None
    if market is None or target is None or volume is None or handled is None or habits is None or len(done.problems) > before:
        return None
    made = Queue(
        id=item.id,
        market=item.market,
        language=item.language or market.language,
        channel=item.channel,
        aht_s=handled[0],
        aht_from=handled[1],
        opening=OpeningHours(opening_spans(item.open or market.open), item.holidays or market.holidays),
        target=target,
        volume=volume,
        patience_s=habits[2],
        concurrency=item.concurrency,
        client=item.client or "",
        gate=Gate(
            certificates=tuple(dict.fromkeys((*market.requires, *item.requires))),
            scores=tuple(sorted(item.least_scores.items())),
            level=item.least_level or "",
        ),
        journey=journey,
        backlog=tuple(OpenContacts(age_s=row.age_h * 3600.0, contacts=float(row.contacts)) for row in item.backlog),
        priority=item.priority,
        handling=habits[0],
        waiting=habits[1],
    )
    where = next((m for m in done.markets.values() if m.id == made.market), None)
    faults = clock_problems(made, where, done.draft.horizon) if where is not None else []
    for message, remedy in faults:
        done.problem((*path, "target"), message, remedy)
    return None if faults else made


def _event(done: Resolved, i: int, item: EventSettings) -> Event | None:
    known = [done.known("queues", id, ("events", i), "queues:") for id in item.queues]
    horizon = done.draft.horizon
    if horizon is None or not all(known):
        return None
    start, end = (_utc(when, horizon.zone) for when in (item.from_, item.to))
    if start >= end:
        raise ValueError("ends before it starts; check from and to")
    return Event(id=item.id, start_utc=start, end_utc=end, factor=item.factor, queues=item.queues)


def _utc(when: datetime, zone: str) -> datetime:
    return (when if when.tzinfo else when.replace(tzinfo=zone_info(zone))).astimezone(UTC)


def _clauses(done: Resolved) -> None:
    for i, item in enumerate(done.draft.contract.clauses if done.draft.contract else ()):
        path = ("contract", "clauses", i)
        tiers = sorted_tiers([Tier(below=tier.below, credit=tier.credit) for tier in item.tiers])
        faults = list(tier_faults(tiers, item.window, item.floor))
        for message, remedy in faults:
            done.problem(path, message, remedy)
        known = [done.known("queues", id, path, "queues:") for id in item.queues]
        live = {q.id: q.channel.live for q in done.draft.queues.values()}
        if not item.queues:
            done.problem(path, "queues is empty: the clause covers nothing", "name at least one queue")
        elif len(set(item.queues)) < len(item.queues):
            done.problem(path, "queues names a queue twice", "name each once")
        elif deferred := [id for id in item.queues if not live.get(id, True)]:
            done.problem(
                path, f"{', '.join(deferred)}: a clause covers voice and chat only", "leave it out; its own target holds"
            )
        elif item.window is Window.ROLLING:
            done.problem(path, "a clause cannot be measured over rolling windows", 'write window = "week"')
        elif item.floor is not None and item.floor > item.level:
            done.problem(
                path, f"floor {item.floor:g} is above the clause's level {item.level:g}", f"write at most {item.level:g}"
            )
        elif all(known) and not faults:
            done.clauses.append(
                Clause(
                    id=item.id,
                    queues=item.queues,
                    level=item.level,
                    window=item.window,
                    formula=item.formula,
                    within_s=item.within_s,
                    floor=item.floor,
                    tiers=tiers,
                )
            )


def _paid(done: Resolved) -> None:
    """Promises can be weighed in money only where tiers say what missing them costs, and over the windows they name."""
    run, contract = done.draft.run, done.draft.contract
    if run is None or run.promises == "kept":
        return
    if contract is not None and not any(clause.tiers for clause in contract.clauses):
        done.problem(
            ("run",),
            'promises = "paid", but no clause of the contract has tiers',
            "write tiers = [{ below = 0.80, credit = 500 }] in a clause, or leave promises out",
        )
    if run.cover == "interval":
        done.problem(
            ("run",),
            'promises = "paid" weighs windows, but cover = "interval" holds every interval to the level',
            'leave cover out, or write promises = "kept"',
        )
