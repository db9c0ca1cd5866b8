"""Promises over windows as counts against servers: what the shift model trades between intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.grid import TimeGrid
from planner.domain.promised import Binding, Promised, PromisedWindow, Term, bindings
from planner.domain.queues import Queue
from planner.domain.targets import Formula, Window
from planner.domain.windows import first_date, labels
from planner.queueing import required_agents, service_curve
from planner.sizing.load import DeskLoad

_ALL_BUT = 2e-4
"""Curves end where all but this share of contacts is in time: nobody plans for the rest."""


def promised_windows(account: Account, grid: TimeGrid, contacts: Floats, loads: Mapping[int, DeskLoad]) -> Promised:
    """Return every promise of `account` measured over more than an interval; `contacts` ``[Q, T]``, `loads` by queue number.

    A clause over several queues has one window for all, cut on each market's own clock.
    """
    offered: dict[tuple[str, int], float] = {}
    clauses: dict[str, Binding] = {}
    parts = []
    for q, load in loads.items():
        queue = account.queues[q]
        for binding in bindings(queue, account.contract):
            if binding.window is Window.INTERVAL or not load.busy.any():
                continue
            number = np.where(load.busy, labels(binding.window, account.market(queue.market).zone, grid), -1)
            parts.append((q, binding, number))
            clauses[binding.clause] = binding
            for n in np.unique(number[load.busy]).tolist():
                key = binding.clause, n
                offered[key] = offered.get(key, 0.0) + float(contacts[q, number == n].sum())
    order = {key: i for i, key in enumerate(sorted(offered))}
    terms = []
    for q, binding, number in parts:
        window = np.full(grid.size, -1, dtype=np.int64)
        window[number >= 0] = [order[binding.clause, n] for n in number[number >= 0].tolist()]
        ahead = _ahead(account.queues[q], loads[q], binding, contacts[q])
        terms.append(Term(queue=q, window=window, ahead=ahead))
    return Promised(
        queues=tuple(queue.id for queue in account.queues),
        grid=grid,
        servers=np.array([queue.concurrency for queue in account.queues]),
        windows=tuple(
            PromisedWindow(
                clause=clause,
                number=n,
                first_date=account.horizon.start
                if clauses[clause].window is Window.CONTRACT
                else first_date(clauses[clause].window, n),
                level=clauses[clause].level,
                offered=offered[clause, n],
            )
            for clause, n in sorted(offered)
        ),
        terms=tuple(terms),
    )


def _ahead(queue: Queue, load: DeskLoad, binding: Binding, contacts: Floats) -> Floats:
    """Contacts in time less level times those counted, per interval and number of servers ``[T, S + 1]``."""
    busiest = int(np.argmax(load.rate_per_h * load.aht_s))
    top = required_agents(
        rate_per_h=load.rate_per_h[busiest],
        aht_s=load.aht_s[busiest],
        threshold_s=binding.within_s,
        service_level=max(1 - _ALL_BUT, binding.level),
        patience_s=queue.patience_s,
        definition=Formula.OFFERED,
    )
    most = int(np.max(top)) + 1

    def curve(formula: Formula) -> Floats:
        return service_curve(
            rate_per_h=load.rate_per_h,
            aht_s=load.aht_s,
            threshold_s=binding.within_s,
            patience_s=queue.patience_s,
            max_agents=most,
            definition=formula,
        )

    within = curve(Formula.OFFERED) if binding.formula is Formula.ANSWERED else curve(binding.formula)
    counted = np.ones(within.shape)
    if binding.formula is Formula.ANSWERED:
        level = curve(Formula.ANSWERED)
        counted = np.divide(within, level, out=np.ones(within.shape), where=level > 0)
    elif binding.formula is Formula.EXCLUDING_SHORT_ABANDONS:
        counted = 1 - (curve(Formula.CREDITING_SHORT_ABANDONS) - curve(Formula.OFFERED))
        within = within * counted
    ahead = np.zeros((len(load.busy), most + 1))
    ahead[load.busy] = contacts[load.busy, None] * (within - binding.level * counted)
    return ahead
