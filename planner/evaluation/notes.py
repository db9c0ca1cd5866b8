"""What a reader of the evaluation must know, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from planner.backlog import queue_lots
from planner.domain.account import Account
from planner.domain.capacity import Coverage
from planner.domain.clock_words import extras
from planner.domain.evaluation import DeferredWork, SlaResult
from planner.domain.leave import leave_notes
from planner.domain.queues import open_intervals
from planner.domain.targets import DeferredTarget, Formula, Window
from planner.evaluation.split import RULE

CHAT = "Chat: an agent is several servers"
FLUID = "Deferred work: a fluid"
CHANCE = "P: the chance"
"""How notes begin that hold of formulas alone."""
ONLY_SIMULATION = "only a simulation could prove it"
"""What notes say of levels that no exact law tells."""


def notes(
    account: Account,
    coverage: Coverage,
    doubts: Mapping[str, str],
    deferred: DeferredWork,
    sla: Sequence[SlaResult],
    *,
    scenarios: int,
    shared: Sequence[tuple[str, ...]] = (),
) -> tuple[str, ...]:
    """Return the assumptions behind an evaluation that apply to it, one sentence or two each; `doubts` say per live queue why
    its law is not exact, empty where it is; `shared` are the deferred queues worked as one line."""
    live = [queue for queue in account.queues if queue.channel.live]
    found = [*_laws(doubts)]
    if ((coverage.on_seat > 0).sum(axis=1) > 1).any():
        found.append(RULE)
    if any(queue.concurrency > 1 for queue in live):
        found.append(f"{CHAT} at full-concurrency handling time; occupancy is of servers.")
    crediting = any(r.formula is Formula.CREDITING_SHORT_ABANDONS for r in sla)
    if crediting and any(queue.patience_s is not None for queue in live):
        found.append("Crediting short abandons: contacts that give up in time count as reached, even where nobody is on seat.")
    if len(live) < len(account.queues):
        pending = max(0.0, float(np.nansum(deferred.open[:, -1]) - np.nansum(deferred.overdue[:, -1])))
        there = sum(row.contacts for queue in account.queues for row in queue.backlog)
        start = f"{there:,.0f} contacts" if there else "nothing"
        found.append(
            f"{FLUID}, first due first, starting with {start} open; contacts open and not yet due at the end "
            f"({pending:,.0f}) count neither way."
        )
        found += [f"Worked as one line, what is due first whichever queue it is in: {_listed(ids)}." for ids in shared]
        found += _clocks(account)
    found += leave_notes(account)
    found += _stranded(account, deferred)
    found += _window_notes(account, sla)
    if scenarios:
        luck = ", and for live queues those absent, each head by itself, and the luck of the draw" if live else ""
        found += _credit_notes(account, sla)
        found.append(f"{CHANCE} that the window counts the target reached: over {scenarios} demand scenarios{luck}.")
    return tuple(found)


def _laws(doubts: Mapping[str, str]) -> Iterator[str]:
    """How live service was computed, and why some of it is an estimate."""
    queues: dict[str, list[str]] = {}
    for id, doubt in doubts.items():
        queues.setdefault(doubt, []).append(id)
    exact = queues.pop("", None)
    if exact:
        yield (
            f"Live service of {_listed(exact)}: the exact law over time. Who waits is carried into the next interval, each opening starts "
            "with an empty line, agents who leave hand their contact back to its head, and stay at closing for those still there."
        )
    for doubt, ids in queues.items():
        yield (
            f"Live service of {_listed(ids)}: an estimate, each interval in balance with the contacts then in hand; "
            f"{ONLY_SIMULATION}, because {doubt}."
        )


def _credit_notes(account: Account, sla: Sequence[SlaResult]) -> Iterator[str]:
    if any(r.expected_credit is not None for r in sla):
        yield (
            "Expected service credits: for each window the sum over tiers of what falling below it adds, times the chance that the window "
            "ends below it (of a window cut by the horizon's edge the share of its hours inside); they are no part of cost and price."
        )
    weighed = [clause.id for clause in account.contract.clauses if clause.tiers]
    if account.settings.promises == "paid" and weighed:
        yield (
            f"{_listed(weighed)}: weighed in money (run.promises): windows are aimed above or below their level, where cost and "
            "expected service credits together are least. The price is taken as given: at cost plus a margin it falls with the cost."
        )


def _clocks(account: Account) -> Iterator[str]:
    """Clocks whose source nobody has seen, and what automatic replies do."""
    for queue in account.queues:
        target = queue.target
        if not isinstance(target, DeferredTarget) or target.clock is None:
            continue
        if not target.clock.verified:
            yield f"{queue.id}: the clock of preset {target.clock.preset} is unverified; check it before you promise it."
        if said := extras(target):
            yield f"{queue.id}: {said}."


def _stranded(account: Account, deferred: DeferredWork) -> Iterator[str]:
    """Deferred work that falls due inside the horizon before its desk opens again."""
    grid = account.grid
    for arrived, queue in zip(deferred.arrived, account.queues, strict=True):
        if queue.channel.live or not arrived.any():
            continue
        market = account.market(queue.market)
        lots = queue_lots(queue, market, grid, open_intervals(queue, market, grid))
        due = lots.base + lots.slope + lots.clock
        late = lots.late & (np.floor(due + 1e-9) <= grid.size)
        share = float(lots.by_interval(np.where(late, lots.contacts(np.nan_to_num(arrived)), 0.0)).sum() / arrived.sum())
        if share >= 0.005:
            target = queue.target
            own = isinstance(target, DeferredTarget) and target.clock is not None
            time = "before they are due" if own else f"within the {target.within_s / 3600:.4g} h promised"
            yield f"{queue.id}: {100 * share:.0f}% of contacts arrive with no open hour {time}; they are late whatever the staffing."


def _window_notes(account: Account, sla: Sequence[SlaResult]) -> Iterator[str]:
    promised = {(queue.id, queue.target.window) for queue in account.queues}
    promised |= {(clause.id, clause.window) for clause in account.contract.clauses}
    rows = [r for r in sla if (r.clause, r.window) in promised]
    if any(r.window is Window.CONTRACT for r in rows):
        yield "Promises over the whole contract are applied to the horizon alone."
    cut = sorted({r.window.value for r in rows if r.partial and r.window is not Window.ROLLING})
    if cut:
        yield f"A {_listed(cut, 'or')} cut by the horizon's edge is judged by its part inside and marked partial."
    if any(r.partial and r.window is Window.ROLLING for r in rows):
        yield (
            "A rolling window that reaches back before the horizon, on days of which nothing is told (to_date), is judged by what it "
            "has and marked partial."
        )
    own = [
        {account.queue(id).target.within_s for id in clause.queues}
        for clause in account.contract.clauses
        if clause.within_s is None
    ]
    if any(len(thresholds) > 1 for thresholds in own):
        yield "A clause without a threshold holds every queue to its own; the longest is shown."


def _listed(words: Sequence[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]
