"""Shifts that keep promises as they are delivered: design, evaluate, aim higher where the contract is not met, until it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.special import ndtri

from planner.credits import best_shift, binding, frontier_of, least_total
from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation, SlaResult
from planner.domain.promised import Promised
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import AS_WORDED, NeverStop, Report, SolveInfo, Status, StopFlag, no_report
from planner.evaluation import CreditLaw, CreditLaws, evaluate_credits
from planner.pooling import keep_shared, shared_queues
from planner.shifts import Design, design_from, redesign

CORRECTIONS = 4
"""Times at most that windows are aimed higher."""
_SHARE = 0.3
"""Of the account's time limit, what all corrections may take."""
_PAID_SHARE = 0.6
"""Of it, what the search for the aim of least cost and credits may take."""
_HOPELESS = 2.0
"""A window is not tried at its floor where this would owe so many times what its agents seem to cost."""


@dataclass(frozen=True)
class Kept:
    """Shifts and what they deliver; `requirement` says what they mean for each queue."""

    requirement: Requirement
    shifts: ShiftPlan
    evaluation: Evaluation
    solves: tuple[SolveInfo, ...]


def keep_promises(
    requirement: Requirement, demand: Demand, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> Kept:
    """Return the cheapest shifts found that keep the account's promises when evaluated.

    The shift model judges service by each interval's balance; the evaluator may know better, and counts chance. Where a window that
    the model holds comes out below its level, or its probability below ``Settings.certainty``, the model aims it higher by the contacts
    that lack, a few times over. With ``Settings.promises`` "paid", windows of clauses with tiers are aimed instead, above or below their
    levels, where cost and expected service credits together are least (`planner.credits`). With `Settings.skills` "simulated", shared
    people are judged on the simulated floor instead (`planner.pooling`). Raises as `design_shifts` does.
    """
    stop = stop or NeverStop()
    if account.settings.skills == "simulated" and shared_queues(account).any():
        shared = keep_shared(requirement, demand, account, report=report, stop=stop)
        return Kept(shared.requirement, shared.shifts, shared.evaluation, shared.solves)
    work = _Work(requirement, demand, account, report, stop)
    first = work.judged(design_from(requirement, account, report=report, stop=stop))
    if not len(work.paid):
        return first.kept
    corrected = work.corrected(first, time.perf_counter() + _SHARE * account.settings.time_limit_s)
    return work.weighed(corrected) if work.paid.any() else corrected.kept


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """A design with what it delivers: asked for at `margin` ``[W]`` it has `reached` so many contacts ahead, lacks contacts `lack` ``[W]``
    of the promises that are to be kept, costs `spend` with shortfall and with what these promises miss, and is expected to owe `owed`."""

    design: Design
    kept: Kept
    laws: CreditLaws
    margin: Floats
    reached: Floats
    lack: Floats
    spend: float
    owed: float

    @property
    def key(self) -> tuple[int, float]:
        """Promises missed that are to be kept, then money."""
        return int(np.count_nonzero(self.lack)), self.spend + self.owed


class _Work:
    """One account's plans as they are designed, judged and designed again."""

    def __init__(self, requirement: Requirement, demand: Demand, account: Account, report: Report, stop: StopFlag) -> None:
        self.requirement, self.demand, self.account, self.report, self.stop = requirement, demand, account, report, stop
        windows = requirement.promised.windows if requirement.promised is not None else ()
        tiered = {c.id for c in account.contract.clauses if c.tiers} if account.settings.promises == "paid" else set()
        self.paid = np.array([w.clause in tiered for w in windows], dtype=np.bool_)
        self.by_clock: Status | None = None
        self.began = time.perf_counter()

    def judged(self, design: Design, margin: Floats | None = None) -> _Judged:
        """Return `design` with what it delivers, costs and is expected to owe."""
        shifts, planned, requirement = design.shifts(), design.planned(), self.requirement
        meant = requirement if planned is None else replace(requirement, planned=np.where(requirement.open, planned, np.nan))
        evaluation, laws = evaluate_credits(shifts, self.demand, meant, self.account)
        spend = design.solves[0].objective or 0.0
        lack, reached = np.zeros((2, len(self.paid)))
        if requirement.promised is not None and len(lack):
            lack = np.where(self.paid, 0.0, lacking(evaluation, requirement.promised, self.account))
            if self.paid.any():
                reached = _ahead(design)
                spend -= _price_of_missing(design, self.paid)
        return _Judged(
            design=design,
            kept=Kept(meant, shifts, evaluation, design.solves),
            laws=laws,
            margin=np.zeros(len(self.paid)) if margin is None else margin,
            reached=reached,
            lack=lack,
            spend=spend,
            owed=sum((self._law(laws, w).expected() for w in np.flatnonzero(self.paid).tolist()), 0.0),
        )

    def corrected(self, found: _Judged, deadline: float) -> _Judged:
        """Return the best of `found` and plans aimed higher where promises to be kept are not, a few times over."""
        best = found
        for _ in range(CORRECTIONS):
            left = deadline - time.perf_counter()
            if not best.lack.any() or self.stop.is_set() or left <= 0:
                break
            found = self._again(found, found.margin + found.lack, left)
            if (np.count_nonzero(found.lack), found.lack.sum()) < (np.count_nonzero(best.lack), best.lack.sum()):
                best = found
        return best

    def weighed(self, first: _Judged) -> Kept:
        """Return the plan of least cost and expected credits found, windows with tiers aimed above or below their levels."""
        deadline = time.perf_counter() + _PAID_SHARE * self.account.settings.time_limit_s
        promised, least = self.requirement.promised, self.requirement.least
        assert promised is not None
        assert least is not None
        fronts = {w: frontier_of(promised, least, w) for w in np.flatnonzero(self.paid).tolist()}
        spread = np.array([max(self._law(first.laws, w).spread, 1.0) if w in fronts else 0.0 for w in range(len(self.paid))])
        on_seat = float(first.kept.evaluation.capacity.on_seat.sum())
        agent_cost = dict.fromkeys(fronts, first.spend / max(on_seat, 1.0))  # on average, until prices tell the last one's

        def aim(known: _Judged) -> Floats:
            prices, margin = known.design.multipliers, known.margin.copy()
            assert prices is not None
            held = binding(known.reached, known.margin, spread)
            for w, front in fronts.items():
                ahead = float(known.reached[w])
                if held[w]:  # where nothing binds, prices say nothing
                    agent_cost[w] = front.agent_cost(ahead, float(prices[w]))
                margin[w] = ahead + best_shift(front, ahead, agent_cost[w], self._law(known.laws, w))
            return margin

        def attempt(known: _Judged, margin: Floats) -> _Judged | None:
            margin = np.where(self.paid, margin, known.margin + known.lack)
            best: _Judged | None = None
            for _ in range(2):  # a second time where promises to be kept suffered
                left = deadline - time.perf_counter()
                if self.stop.is_set() or left <= 0:
                    self.by_clock = Status.CANCELLED if self.stop.is_set() else Status.TIME_LIMIT
                    break
                known = self._again(known, margin, left)
                best = known if best is None or known.key < best.key else best
                if not known.lack.any():
                    break
                margin = margin + known.lack
            return best

        given_up = aim(first)
        for w, front in fronts.items():
            law, down = self._law(first.laws, w), float(front.ahead[0] - first.reached[w])
            saved = agent_cost[w] * float(front.agents_at(first.reached[w : w + 1])[0])
            if law.expected(down) - law.expected() < _HOPELESS * saved:
                given_up[w] = float(front.ahead[0]) - 1.0
        best = least_total(first, attempt=attempt, aim=aim, given_up=given_up, spread=spread)
        return replace(best.kept, solves=self._told(first, best))

    def _again(self, known: _Judged, margin: Floats, seconds: float) -> _Judged:
        found = redesign(known.design, margin, seconds=seconds, report=self.report, stop=self.stop)
        ended = found.solves[0].status
        if not ended.repeatable:
            self.by_clock = ended
        return self.judged(found, margin)

    def _law(self, laws: CreditLaws, window: int) -> CreditLaw:
        assert self.requirement.promised is not None
        named = self.requirement.promised.windows[window]
        return laws[named.clause, named.first_date]

    def _told(self, first: _Judged, best: _Judged) -> tuple[SolveInfo, ...]:
        """How the solves ended: the weighing, for whose objective nothing is proven, and the plan with promises kept as worded."""
        whole, worded = best.design.solves[0], first.design.solves[0]
        status = Status.ROUNDS_DONE if self.by_clock is None else self.by_clock
        info = replace(
            whole,
            status=status if worded.status.repeatable else worded.status,
            objective=best.spend + best.owed,
            bound=None,
            seconds=time.perf_counter() - self.began,
            note=f"of this, {best.owed:,.2f} is expected service credits; no bound: keeping promises as worded costs and owes "
            f"{first.spend + first.owed:,.2f}, but what the cheapest mix would is not proven",
        )
        return info, replace(worded, name=AS_WORDED), *first.design.solves[1:]


def _ahead(design: Design) -> Floats:
    """Contacts that each window is ahead of its level by ``[W]``, as the shift model counts them."""
    service, planned = design.problem.service, design.planned()
    assert service is not None
    assert planned is not None
    return service.ahead(planned)


def _price_of_missing(design: Design, windows: Bools) -> float:
    """What the objective of `design` counts for contacts missing from `windows` ``[W]``."""
    service = design.problem.service
    assert service is not None
    return float((service.miss_price * np.maximum(-_ahead(design), 0.0))[windows].sum())


def lacking(evaluation: Evaluation, promised: Promised, account: Account) -> Floats:
    """Return the contacts each promised window lacks ``[W]``: to its level, or to the chance asked for; zero where it is kept."""
    results: dict[tuple[str, date], SlaResult] = {}
    kinds = {clause.id: clause.window for clause in account.contract.clauses}
    kinds |= {queue.id: queue.target.window for queue in account.queues}
    for result in evaluation.sla:
        if result.window is kinds.get(result.clause):
            results[result.clause, result.window_date] = result
    found = np.zeros(len(promised.windows))
    for w, window in enumerate(promised.windows):
        held = results.get((window.clause, window.first_date))
        if held is not None and held.level is not None:
            found[w] = _lack(held, account.settings.certainty)
    return found


def _lack(result: SlaResult, certainty: float | None) -> float:
    assert result.level is not None
    ahead = (result.level - result.target) * result.offered
    lack = 0.0 if result.met else 1.05 * max(-ahead, 1e-3 * result.offered)
    if certainty is None or result.probability is None or result.probability >= certainty:
        return lack
    # the spread of the count, read off the chance where that tells it, else taken as that of the contacts alone
    seen = float(ndtri(np.clip(result.probability, 0.005, 0.995)))
    alone = float(np.sqrt(max(result.offered, 1.0) * result.target * (1 - result.target)))
    spread = (
        float(np.clip(ahead / seen, alone, 0.25 * result.offered + alone)) if abs(seen) > 0.1 and ahead * seen > 0 else alone
    )
    return max(lack, 1.05 * (float(ndtri(certainty)) * spread - ahead))
