"""Laws of the whole line: what must hold of every plan of every account, and how plans of related accounts relate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edge_accounts import EDGES, desk
from plan_laws import LAWS
from small_accounts import small_account, small_settings

import planner
from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.history import Series, Tables
from planner.domain.plan import Plan
from planner.domain.solve import Status
from planner.errors import DataError, InfeasibleError
from planner.evaluation import evaluate
from planner.io import account_from
from planner.sizing import size

SEEDS = (2, 3, 4, 5, 9, 10, 11, 12, 14, 15, 16, 17, 19, 21, 23, 26, 30, 31)
MANY = tuple(range(100, 260))
PRICE = 60.0
SIZED = tuple(range(300, 325))
LONG = ("patience of a millisecond",)


def hold(plan: Plan) -> None:
    """Raise one AssertionError that names every law `plan` breaks."""
    broken = []
    for law in LAWS:
        try:
            law(plan)
        except AssertionError as error:
            broken.append(f"{law.__name__}: {error}")
    assert not broken, "\n".join(broken)


def reads(plan: Plan) -> None:
    """The summary is a page of at most 100 columns that names every queue."""
    text = plan.summary()
    assert max(len(line) for line in text.splitlines()) <= 100
    assert all(any(line.startswith(queue.id) for line in text.splitlines()) for queue in plan.account.queues)


def planned(seed: int, *, time_limit_s: float = 3.0) -> Plan | None:
    """Return the plan of the account of `seed`, or None where it was refused with reasons."""
    raw, _ = small_settings(seed)
    try:
        return planner.plan(
            small_account(seed, run={**raw["run"], "shortfall_price_per_h": PRICE, "time_limit_s": time_limit_s})
        )
    except (DataError, InfeasibleError):
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_every_law_holds_of_every_plan(seed: int) -> None:
    plan = planned(seed)
    if plan is not None:
        hold(plan)
        reads(plan)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_every_law_holds_of_many_more_plans(seed: int) -> None:
    plan = planned(seed, time_limit_s=10.0)
    if plan is not None:
        hold(plan)
        reads(plan)


@pytest.mark.parametrize("edge", [pytest.param(e, marks=pytest.mark.slow) if e in LONG else e for e in EDGES])
def test_every_law_holds_at_the_edge_of_what_an_account_may_say(edge: str) -> None:
    plan = planner.plan(EDGES[edge]())
    hold(plan)
    reads(plan)


def test_few_small_accounts_are_refused() -> None:
    refused = [seed for seed in (*SEEDS, *MANY[:60]) if not _accepted(seed)]
    assert len(refused) <= 0.1 * len((*SEEDS, *MANY[:60]))


def _accepted(seed: int) -> bool:
    try:
        small_account(seed)
    except DataError:
        return False
    return True


@pytest.mark.parametrize("seed", [4, 9])
def test_the_same_account_gives_the_same_plan_twice(seed: int) -> None:
    first, second = planned(seed, time_limit_s=60.0), planned(seed, time_limit_s=60.0)
    assert first is not None
    assert second is not None
    assert first.provenance.repeatable
    timeless = tuple(replace(s, seconds=0.0) for s in first.solves), tuple(replace(s, seconds=0.0) for s in second.solves)
    assert timeless[0] == timeless[1]
    assert replace(first, solves=()) == replace(second, solves=())


@pytest.mark.parametrize("seed", [2, 21])
def test_an_exported_plan_comes_back_as_it_was(seed: int, tmp_path: Path) -> None:
    plan = planned(seed)
    assert plan is not None
    folder = planner.export(plan, tmp_path / "out")
    assert planner.load_plan(folder) == plan


@pytest.mark.parametrize("seed", [5, 12, 25])
def test_one_group_more_never_raises_the_optimum(seed: int) -> None:
    raw, tables = small_settings(seed)
    raw["horizon"] |= {"days": 1, "interval_min": 60}
    raw["run"] |= {"gap": 0.0, "shortfall_price_per_h": PRICE, "time_limit_s": 5.0}
    before = planner.plan(_from(raw, tables)).solves[0]
    more = {**raw["groups"][0], "id": "more", "min_heads": 0, "wage_factor": 0.7}
    after = planner.plan(_from({**raw, "groups": [*raw["groups"], more]}, tables)).solves[0]
    assert before.objective is not None
    assert after.objective is not None
    assert after.bound is not None
    near = 1e-6 * max(1.0, before.objective)
    assert after.bound <= before.objective + near
    if after.status is Status.OPTIMAL:
        assert after.objective <= before.objective + near


def _from(raw: dict[str, Any], tables: Tables) -> Account:
    try:
        return account_from(raw, tables)
    except DataError:
        return account_from({**raw, "horizon": {**raw["horizon"], "interval_min": 15}}, tables)


def _sized_accounts() -> list[Account]:
    found = []
    for seed in SIZED:
        try:
            found.append(small_account(seed))
        except DataError:
            continue
    return found


def test_more_volume_never_takes_fewer_agents() -> None:
    for account in _sized_accounts():
        less = size(forecast_demand(account), account)
        grown = tuple(replace(q, volume=replace(q.volume, scale=1.3 * q.volume.scale)) for q in account.queues)
        louder = replace(account, queues=grown)
        more = size(forecast_demand(louder), louder)
        for q, queue in enumerate(account.queues):
            low, high = less.agents[q][less.open[q]], more.agents[q][more.open[q]]
            assert high.sum() >= low.sum() - 1e-9
            if queue.channel.live:
                assert less.least is not None
                assert more.least is not None
                assert (more.least[q][more.open[q]] >= less.least[q][less.open[q]] - 1e-9).all()
            else:
                assert high.max(initial=0.0) >= low.max(initial=0.0) - 1e-9


def test_a_grid_of_other_intervals_expects_the_same_contacts() -> None:
    for seed in SIZED:
        raw, tables = small_settings(seed)
        raw.pop("events", None)  # one that starts inside an interval counts in part, by the interval's mean rate
        totals = []
        for interval_min in (5, 15, 30, 60):
            raw["horizon"]["interval_min"] = interval_min
            try:
                account = account_from(raw, tables)
            except DataError:
                continue
            totals.append(np.nansum(forecast_demand(account).contacts, axis=1))
        # a driver's local day that an interval straddles, and the horizon's edge cuts, is cut a little elsewhere
        near = [2e-2 if "driver" in queue.get("volume", {}) else 1e-9 for queue in raw["queues"]]
        for other in totals[1:]:
            assert (np.abs(other - totals[0]) <= near * np.maximum(totals[0], 1e-3)).all()


@pytest.mark.parametrize("seed", [7, 16, 31])
def test_the_order_of_queues_and_groups_changes_nothing(seed: int) -> None:
    plan = planned(seed, time_limit_s=1.0)
    assert plan is not None
    account = plan.account
    turned = replace(
        account,
        queues=account.queues[::-1],
        groups=account.groups[::-1],
        sites=account.sites[::-1],
        markets=account.markets[::-1],
        shift_rules=account.shift_rules[::-1],
    )
    demand = forecast_demand(turned)
    assert np.array_equal(demand.contacts[::-1], plan.demand.contacts, equal_nan=True)
    assert np.array_equal(demand.scenarios[:, ::-1], plan.demand.scenarios, equal_nan=True)
    requirement = size(demand, turned)
    assert np.array_equal(requirement.agents[::-1], plan.requirement.agents, equal_nan=True)
    meant = plan.requirement.planned
    requirement = replace(requirement, planned=None if meant is None else meant[::-1])
    found, known = evaluate(plan.shifts, demand, requirement, turned), plan.evaluation
    assert np.array_equal(found.capacity.on_seat[::-1], known.capacity.on_seat)
    for name in ("level", "occupancy", "abandonment", "shortfall"):
        assert np.allclose(getattr(found, name)[::-1], getattr(known, name), atol=1e-6, equal_nan=True), name
    results = {(r.clause, r.window, r.window_start_utc): r for r in found.sla}
    assert len(results) == len(known.sla)
    for was in known.sla:
        now = results[was.clause, was.window, was.window_start_utc]
        assert (now.offered, now.within) == pytest.approx((was.offered, was.within), abs=1e-5)
        assert now.met == was.met or abs(now.level - now.target) < 1e-6


def _later(tables: Tables, days: int) -> Tables:
    def moved(series: Series) -> Series:
        return replace(series, start_s=series.start_s + 86_400 * days)

    return Tables(history=tuple(map(moved, tables.history)), drivers=tuple(map(moved, tables.drivers)))


def test_a_week_later_everything_is_a_week_later() -> None:
    first = desk(per_h=20.0, zone="Asia/Kathmandu")  # no clock change in its history, no public holiday near
    later = replace(first, horizon=replace(first.horizon, start=date(2026, 11, 16)), tables=_later(first.tables, 7))
    one, other = planner.plan(first), planner.plan(later)
    assert np.array_equal(one.demand.scenarios, other.demand.scenarios, equal_nan=True)
    assert np.array_equal(one.requirement.agents, other.requirement.agents, equal_nan=True)
    assert one.solves[0].objective == pytest.approx(other.solves[0].objective, rel=one.solves[0].gap or 1e-6)
    moved = sorted((s.start_utc + timedelta(days=7), s.pattern, s.heads) for s in one.shifts.shifts)
    assert moved == sorted((s.start_utc, s.pattern, s.heads) for s in other.shifts.shifts)


@pytest.fixture(scope="module")
def busy_desk() -> Plan:
    return planner.plan(desk(per_h=20.0))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_laws_can_fail(law: Callable[[Plan], None], busy_desk: Plan) -> None:
    plan = planner.plan(EDGES["work due at once"]()) if law.__name__ == "deferred_work_balances" else busy_desk
    law(plan)
    with pytest.raises(AssertionError):
        law(_spoilt(plan, law.__name__))


def _spoilt(plan: Plan, law: str) -> Plan:
    """Return `plan` with one thing wrong that `law` must see."""
    found, shifts, bill = plan.evaluation, plan.shifts, plan.bill
    first = shifts.shifts[0]
    match law:
        case "heads_are_counted_from_shifts" | "seats_hold_everybody":
            return replace(plan, shifts=replace(shifts, shifts=(replace(first, heads=60), *shifts.shifts[1:])))
        case "nobody_is_counted_twice":
            return replace(
                plan, evaluation=replace(found, coverage=replace(found.coverage, on_seat=2 * found.coverage.on_seat))
            )
        case "shortfall_is_what_is_missing":
            return replace(plan, evaluation=replace(found, shortfall=found.shortfall + 1))
        case "absent_is_not_zero":
            return replace(plan, evaluation=replace(found, level=np.full_like(found.level, np.nan)))
        case "deferred_work_balances":
            return replace(plan, evaluation=replace(found, deferred=replace(found.deferred, done=0.5 * found.deferred.done)))
        case "windows_add_up":
            return replace(plan, evaluation=replace(found, level=0.5 * found.level))
        case "every_shift_is_legal":
            late = replace(first, end_utc=first.end_utc + timedelta(minutes=30))
            return replace(plan, shifts=replace(shifts, shifts=(late, *shifts.shifts[1:])))
        case "every_head_is_somebody":
            return replace(plan, roster=replace(plan.roster, assignments=plan.roster.assignments[1:]))
        case "nobody_is_paid_for_nothing":
            return replace(plan, roster=replace(plan.roster, assignments=()))
        case "money_traces_to_hours":
            return replace(plan, bill=replace(bill, cost=(replace(bill.cost[0], hours=bill.cost[0].hours + 1), *bill.cost[1:])))
        case "the_objective_is_proven":
            return replace(plan, solves=(replace(plan.solves[0], bound=(plan.solves[0].objective or 0.0) + 1),))
    raise AssertionError(f"no way to spoil {law} is known")
