"""What was promised and what is delivered, promise by promise: the rows of the service section."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.account import Clause
from planner.domain.evaluation import SlaResult
from planner.domain.headline import lowest_probability
from planner.domain.plan import Plan
from planner.domain.queues import Queue
from planner.domain.targets import Window
from planner.report.words import FORMULAS, WINDOWS, duration, plain_percent, promise, tiers_text


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise over the window it names: its words, its results (one per window of the horizon), the clock it runs on, and the
    contract's `clause` that the queue is held to instead, if there is one."""

    id: str
    text: str
    zone: str
    window: Window
    results: tuple[SlaResult, ...]
    clause: str = ""

    @property
    def binding(self) -> bool:
        """True unless a clause over several queues stands in this one's place; it is then shown for information."""
        return not self.clause

    @property
    def counted(self) -> tuple[SlaResult, ...]:
        """The windows that had contacts."""
        return tuple(r for r in self.results if r.level is not None)

    @property
    def kept(self) -> bool | None:
        """True when every window with contacts met its target; None when none had any."""
        verdicts = [r.met for r in self.results if r.met is not None]
        return all(verdicts) if verdicts else None

    @property
    def offered(self) -> float:
        """Contacts counted over all windows; of rolling ones, which overlap, in the last."""
        return sum(r.offered for r in self._apart)

    @property
    def level(self) -> float | None:
        """Share in time over all windows together; of rolling ones over the last."""
        return sum(r.within for r in self._apart) / self.offered if self.offered else None

    @property
    def _apart(self) -> tuple[SlaResult, ...]:
        return self.counted[-1:] if self.window is Window.ROLLING else self.counted

    @property
    def worst(self) -> SlaResult | None:
        """The window with the lowest level."""
        return min(self.counted, key=lambda r: r.level or 0.0, default=None)

    @property
    def probability(self) -> float | None:
        """The probability of the least certain window; None unless every one was computed."""
        return lowest_probability(self.counted)


def promises(plan: Plan) -> tuple[Promise, ...]:
    """Return the clauses of the contract, then every queue, each over the window it was promised for."""
    account = plan.account
    found = [
        Promise(
            id=clause.id,
            text=_clause(clause, account.currency),
            zone=account.market(account.queue(clause.queues[0]).market).zone,
            window=clause.window,
            results=_results(plan, clause.id, clause.window),
        )
        for clause in account.contract.clauses
    ]
    taken = {promise.id for promise in found}
    found += [
        Promise(
            id=queue.id,
            text=promise(queue),
            zone=account.market(queue.market).zone,
            window=queue.target.window,
            results=_results(plan, queue.id, queue.target.window),
            clause=_clause_over(plan, queue),
        )
        for queue in account.queues
        if queue.id not in taken
    ]
    return tuple(p for p in found if p.results)


def _clause_over(plan: Plan, queue: Queue) -> str:
    return next((c.id for c in plan.account.contract.clauses if queue.id in c.queues), "")


def _results(plan: Plan, clause: str, window: Window) -> tuple[SlaResult, ...]:
    own = [r for r in plan.evaluation.sla if r.clause == clause]
    named = tuple(r for r in own if r.window is window)
    return named or tuple(r for r in own if r.window is Window.CONTRACT)


def _clause(clause: Clause, currency: str) -> str:
    within = "each queue's own threshold" if clause.within_s is None else duration(clause.within_s)
    owed = f"; service credits for each {clause.window.value}: {tiers_text(clause.tiers, currency)}" if clause.tiers else ""
    return (
        f"{plain_percent(clause.level)} {FORMULAS[clause.formula]}: within {within}, over {WINDOWS[clause.window]}, "
        f"for {', '.join(clause.queues)} together{owed}"
    )
