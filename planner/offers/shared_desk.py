"""Several clients on one desk: heads, money and delivered levels with people of each client's own and with one pool for all."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation, SlaResult
from planner.domain.money import Money
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla
from planner.domain.solve import NeverStop, Progress, Report, StopFlag, no_report
from planner.economics import bill
from planner.evaluation import evaluate
from planner.evaluation.by_simulation import simulated_rows
from planner.evaluation.simulated_windows import counted
from planner.evaluation.sla import promises
from planner.keep_promises import keep_promises
from planner.offers.clients_apart import apart, check_clients, clients_of, of_client, pooled, without_names
from planner.offers.cost_shares import split_by_time
from planner.offers.shared_result import Delivered, SharedClient, SharedDesk
from planner.pooling.margins import levels
from planner.pooling.trim import Rows, trim
from planner.simulation import Simulated, floor_of, ratio, simulate_floor
from planner.simulation.tally import ANSWERED
from planner.sizing import size

CHECKED = 200
"""Replications, of customers whom no search has met, by which what is delivered is told."""
_OTHERS = 1_000_003


def shared_desk(account: Account, *, report: Report = no_report, stop: StopFlag | None = None) -> SharedDesk:
    """Return what the clients of `account`, which its queues name, get and cost with people of their own, and with one pool for all.

    Apart, every client has its own copy of each group: shifts are designed for its promises, then people whom the simulated floor shows to
    be spare are taken off. Shared, the same people work on one floor by the account's routing, and again those are taken off whom no
    promise needs, as long as every promise kept apart is kept: sharing so never takes more heads. Both meet the same customers. The pool's
    cost is divided by handled time, to the cent.

    Named people and shifts already running are left out. Raises DataError where queues name no client, or fewer than two, or a promise
    mixes them; InfeasibleError as `planner.plan` does.
    """
    check_clients(account)
    stop, whole = stop or NeverStop(), without_names(account)
    alone = apart(whole)
    report(Progress(stage="forecast"))
    demand = forecast_demand(whole, report)
    report(Progress(stage="shifts"))
    kept = keep_promises(size(demand, alone), demand, alone, report=report, stop=stop)
    seconds = 0.25 * whole.settings.time_limit_s
    own_rows = _rows(alone, demand, kept.evaluation)
    report(Progress(stage="shared people"))
    own = trim(kept.shifts, alone, own_rows, seconds=seconds, stop=stop).shifts
    together = pooled(own)
    pool_rows = _rows(whole, demand, evaluate(together, demand, size(demand, whole), whole))
    pools = _as_good(own_rows(own, CHECKED), pool_rows(together, CHECKED))
    trimmed = trim(together, whole, pool_rows, seconds=seconds, stop=stop) if pools else None
    shared = together if trimmed is None else trimmed.shifts
    taken = None if trimmed is None else trimmed.taken
    return _told(whole, alone, demand, own, shared, kept.evaluation, taken)


def _rows(account: Account, demand: Demand, evaluation: Evaluation) -> Rows:
    wanted = tuple(row for row in evaluation.sla if _binds(row, account))

    def rows(shifts: ShiftPlan, replications: int) -> tuple[SimulatedSla, ...]:
        ran = simulate_floor(floor_of(account, demand, shifts), replications=replications, seed=account.settings.seed)
        return simulated_rows(account, demand, wanted, ran)

    return rows


def _binds(row: SlaResult, account: Account) -> bool:
    for clause in account.contract.clauses:
        if clause.id == row.clause:
            return row.window is clause.window
    covered = any(row.clause in clause.queues for clause in account.contract.clauses)
    return not covered and any(q.id == row.clause and q.target.window is row.window for q in account.queues)


def _as_good(before: tuple[SimulatedSla, ...], after: tuple[SimulatedSla, ...]) -> bool:
    # every promise kept stays kept, and none that is missed is missed by more
    ahead = levels(after)
    return all(ahead.get(key, 0.0) >= min(0.0, was) for key, was in levels(before).items())


def _told(
    whole: Account,
    alone: Account,
    demand: Demand,
    own: ShiftPlan,
    shared: ShiftPlan,
    evaluation: Evaluation,
    taken: tuple[tuple[str, float], ...] | None,
) -> SharedDesk:
    seed = whole.settings.seed + _OTHERS
    wanted = tuple(row for row in evaluation.sla if _binds(row, whole))
    apart_ran = simulate_floor(floor_of(alone, demand, own), replications=CHECKED, seed=seed)
    shared_ran = apart_ran
    if taken is not None:
        shared_ran = simulate_floor(floor_of(whole, demand, shared), replications=CHECKED, seed=seed)
    names = clients_of(whole)
    seconds = np.array([_handled_s(client, whole, demand, shared_ran) for client in names])
    cost = _cost(shared, whole)
    parts = split_by_time(cost, seconds)
    clients = []
    for n, client in enumerate(names):
        mine = of_client(own, client)
        clients.append(
            SharedClient(
                client=client,
                contacts=float(
                    sum(np.nansum(demand.contacts[q]) for q, one in enumerate(whole.queues) if one.client == client)
                ),
                apart_heads=mine.heads(),
                apart_cost=_cost(mine, alone),
                apart=_delivered(client, whole, apart_ran, simulated_rows(whole, demand, wanted, apart_ran)),
                shared=_delivered(client, whole, shared_ran, simulated_rows(whole, demand, wanted, shared_ran)),
                handled_h=float(seconds[n]) / 3600,
                handled_share=float(seconds[n] / seconds.sum()),
                shared_cost=parts[n],
            )
        )
    return SharedDesk(
        account=whole.name,
        days=whole.horizon.days,
        clients=tuple(clients),
        apart_heads=own.heads(),
        apart_cost=_cost(own, alone),
        shared_heads=shared.heads(),
        shared_cost=cost,
        pools=taken is not None,
        taken=tuple(group for group, _ in taken or ()),
        replications=CHECKED,
        seed=seed,
    )


def _delivered(client: str, account: Account, ran: Simulated, rows: tuple[SimulatedSla, ...]) -> Delivered:
    within, total = np.zeros((2, ran.replications))
    own = {promise.clause: promise for promise in promises(account)}
    for queue in account.queues:
        if queue.client == client:
            yes, all_ = counted(own[queue.id], queue, account, ran)
            within, total = within + yes.sum(axis=1), total + all_.sum(axis=1)
    level = ratio(within, total)
    mine = [row for row in rows if account.queue(row.scope.split(" + ")[0]).client == client and row.met is not None]
    known = bool(np.isfinite(level.value))
    return Delivered(
        level=level.value if known else None,
        low=max(0.0, level.low) if known else None,
        high=min(1.0, level.high) if known else None,
        kept=sum(row.met is True for row in mine),
        windows=len(mine),
    )


def _handled_s(client: str, account: Account, demand: Demand, ran: Simulated) -> float:
    # agents' seconds that the contacts answered take, several chats at once taking a part each
    total = 0.0
    for q, queue in enumerate(account.queues):
        if queue.client == client:
            answered = ran.counts[:, q, :, ANSWERED].mean(axis=0)
            aht_s = np.where(np.isfinite(demand.aht_s[q]), demand.aht_s[q], queue.aht_s)
            total += float(answered @ aht_s) / queue.concurrency
    return total


def _cost(shifts: ShiftPlan, account: Account) -> Money:
    total = sum((line.amount for line in bill(shifts, account).cost), Decimal(0))
    return Money(total, account.currency)
