"""Promises over windows in a re-plan: pieces of service where people may change, and what all other intervals win as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.special import ndtri

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.evaluation import Evaluation, SlaResult
from planner.domain.promised import Promised
from planner.shifts.service import Service, service_of

_SURE = 0.995
"""Beyond this chance a probability says nothing about the spread of a count."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """Promises over windows: W windows, Q queues, T intervals.

    `classes` ``[Q]`` is each queue's class in the problem, -1 where nobody serves it; `least` ``[Q, T]`` the agents it takes first.
    `won` ``[W, T]`` are the contacts by which an interval puts a window ahead of its promise while nobody's time is divided anew
    there. `margin` ``[W]`` are contacts to be ahead by, and `miss_price` ``[W]`` what a contact missing from that costs.
    """

    promised: Promised
    classes: Ints
    least: Floats
    won: Floats
    margin: Floats
    miss_price: Floats

    def inside(self, span: Bools) -> Service:
        """Return the promises as pieces of service in the intervals `span` ``[T]``; the others, and the margin, are in its base."""
        service = _service(self.promised, self.classes, self.least, span, 1.0)
        base = service.base + self.won[:, ~span].sum(axis=1) - self.margin
        return replace(service, base=base, miss_price=self.miss_price)

    def divided(self, agents: Floats, span: Bools) -> Held:
        """Return the same promises with time divided so that queues have `agents` ``[Q, T]`` on seat in the intervals `span`."""
        won = self.won.copy()
        won[:, span] = won_of(self.promised, agents)[:, span]
        return replace(self, won=won)

    def with_margin(self, margin: Floats) -> Held:
        """Return the same promises aimed `margin` ``[W]`` contacts ahead."""
        return replace(self, margin=margin)


def held_of(promised: Promised, classes: Ints, least: Floats, agents: Floats, *, margin: Floats, price: float) -> Held:
    """Return `promised` as a re-plan holds it while queues have `agents` ``[Q, T]`` on seat; `price` of an agent missing for an interval,
    as far as promises are concerned.

    `classes`, `least`, and `margin` as in :class:`Held`. A contact missing from a window costs what the agents
    cost that would win it (:func:`planner.shifts.service.margins`).
    """
    everywhere = np.ones(promised.grid.size, dtype=np.bool_)
    return Held(
        promised=promised,
        classes=classes,
        least=least,
        won=won_of(promised, agents),
        margin=margin,
        miss_price=_service(promised, classes, least, everywhere, price).miss_price,
    )


def _service(promised: Promised, classes: Ints, least: Floats, span: Bools, price: float) -> Service:
    terms = tuple(replace(term, window=np.where(span, term.window, -1)) for term in promised.terms)
    return service_of(replace(promised, terms=terms), classes, least, np.zeros(len(classes)), price)


def won_of(promised: Promised, agents: Floats) -> Floats:
    """Return the contacts by which each interval puts each window ahead of its promise ``[W, T]``, by the true curves, with `agents`
    ``[Q, T]`` on seat; below zero where it sets it back."""
    found = np.zeros((len(promised.windows), promised.grid.size))
    for term in promised.terms:
        at = np.flatnonzero(term.window >= 0)
        servers = np.clip(agents[term.queue, at] * promised.servers[term.queue], 0.0, term.ahead.shape[1] - 1)
        low = np.minimum(servers.astype(np.int64), term.ahead.shape[1] - 2)
        part = servers - low
        np.add.at(found, (term.window[at], at), term.ahead[at, low] * (1 - part) + term.ahead[at, low + 1] * part)
    return found


def published_margin(
    promised: Promised, agents: Floats, evaluation: Evaluation, account: Account
) -> dict[tuple[str, int], float]:
    """Return by how many contacts, as shares of those expected, the windows of a published plan must be ahead in the model to keep what
    the evaluation saw.

    `agents` ``[Q, T]`` are those the published roster gives each queue. The model judges each interval by itself; what it sees too well
    (or, below zero, too badly) is the margin. Where a probability is asked for (``Settings.certainty``), the contacts that it takes
    beyond the level are added, read off the published chance. Keys are clauses with the number of their window.
    """
    seen = won_of(promised, agents).sum(axis=1)
    results = _results(evaluation, account)
    found = {}
    for w, window in enumerate(promised.windows):
        result = results.get((window.clause, window.first_date))
        if result is not None and result.level is not None:
            ahead = (result.level - result.target) * result.offered
            margin = float(seen[w]) - ahead + _cushion(result, ahead, account.settings.certainty)
            found[window.clause, window.number] = margin / max(window.offered, 1e-9)
    return found


def margin_of(promised: Promised, known: Mapping[tuple[str, int], float]) -> Floats:
    """Return the margin of each window ``[W]`` in contacts, from the shares `known`; zero for windows that are not."""
    shares = [known.get((window.clause, window.number), 0.0) * window.offered for window in promised.windows]
    return np.array(shares, dtype=np.float64)


def _results(evaluation: Evaluation, account: Account) -> dict[tuple[str, date], SlaResult]:
    kinds = {clause.id: clause.window for clause in account.contract.clauses}
    kinds |= {queue.id: queue.target.window for queue in account.queues}
    return {(r.clause, r.window_date): r for r in evaluation.sla if r.window is kinds.get(r.clause)}


def _cushion(result: SlaResult, ahead: float, certainty: float | None) -> float:
    """Contacts beyond the level that the certainty asked for takes, by the spread that the published chance tells."""
    if certainty is None or result.probability is None or ahead <= 0 or certainty <= 0.5:
        return 0.0
    seen = float(ndtri(np.clip(result.probability, 0.5, _SURE)))
    if seen <= 0.1:
        return 0.0
    return ahead * float(ndtri(certainty)) / seen
