"""Why a plan is short, or why there is none: what limits forbid, what they cost to move, and what is short by choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.plan import Plan
from planner.explanation.asking import (
    NOTHING,
    Cheapest,
    Demands,
    Missing,
    everything,
    least_missing_cover,
    least_missing_heads,
    linear,
    slope,
    small,
)
from planner.explanation.budget import Budget, OutOfTimeError
from planner.explanation.case import Case
from planner.explanation.conflict import cover_conflicts, heads_conflict
from planner.explanation.limits import without
from planner.explanation.relaxations import Step, least_enough, steps_of
from planner.explanation.result import Conflict, Figure, Limit, LimitKind, Relaxation, Shortage, ShortInterval, Source
from planner.explanation.spending import margins_of
from planner.shifts.cost import shortfall_price

_NUMBERS = (LimitKind.SEATS, LimitKind.MOST, LimitKind.LEAST)
_HOURS, _AGENTS = "on-seat agent-hours", "agents"


def shortage_of(plan: Plan, case: Case, base: Cheapest | None, budget: Budget) -> Shortage | None:
    """Return why `plan` is short of its requirement or misses a promise, None when neither.

    `base` is the optimum of the linear program of `case`. Asks what even the best plan misses; if that is something, for minimal conflicts
    and for what each of their limits is worth; if not, for the cost of covering everything.
    """
    missing = np.nan_to_num(plan.evaluation.shortfall)
    hours = float(missing.sum()) * plan.shifts.grid.interval_h
    if hours <= NOTHING and all(m.met for m in margins_of(plan)):
        return None
    demands = everything(case.requirement)
    forced: Figure | None = None
    conflicts: tuple[Conflict, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    full_cover: Figure | None = None
    try:
        full = _covered(base, budget)
        if full is not None and base is not None:
            # everything can be met, so nothing is forced: no need to ask what even the best plan misses
            forced = Figure(amount=0.0, unit=_HOURS, source=Source.BOUND, error=NOTHING)
            full_cover = _difference(full, base, plan.account.currency)
            return _told(plan, missing, hours, forced, conflicts, relaxations, full_cover)
        best = _cover(case, demands, budget)(case)
        assert best.proven is not None
        amount = max(best.proven, 0.0)
        forced = Figure(amount=amount, unit=_HOURS, source=Source.BOUND, error=NOTHING)
        if best.impossible:
            conflicts = cover_conflicts(case, best, budget)
            relaxations = _cover_relaxations(case, demands, amount, conflicts, base, budget)
    except OutOfTimeError:
        budget.leave_out("what even the best plan misses")
    return _told(plan, missing, hours, forced, conflicts, relaxations, full_cover)


def _covered(base: Cheapest | None, budget: Budget) -> Cheapest | None:
    """The cheapest plan that misses nothing that somebody serves; None where there is none, or it was not found."""
    if base is None or base.cost is None or base.linear.problem.unserved > 0:
        return None
    return budget.cheapest("every requirement covered", lambda: base.linear, full_cover=True, known=base)


def _told(
    plan: Plan,
    missing: Floats,
    hours: float,
    forced: Figure | None,
    conflicts: tuple[Conflict, ...],
    relaxations: tuple[Relaxation, ...],
    full_cover: Figure | None,
) -> Shortage:
    return Shortage(
        hours=hours,
        intervals=int((missing > 1e-9).sum()),
        worst=worst_of(plan, missing),
        price_per_h=shortfall_price(plan.account),
        forced=forced,
        conflicts=conflicts,
        relaxations=relaxations,
        full_cover=full_cover,
    )


def worst_of(plan: Plan, missing: Floats, count: int = 5) -> tuple[ShortInterval, ...]:
    """Return the `count` intervals of queues that miss most agents ``[Q, T]``, most first."""
    grid = plan.shifts.grid
    order = np.argsort(-missing, axis=None, kind="stable")[:count]
    at = [np.unravel_index(int(n), missing.shape) for n in order]
    return tuple(
        ShortInterval(
            queue=plan.account.queues[int(q)].id,
            start_utc=grid.start_utc + timedelta(seconds=grid.interval_s * int(t)),
            agents=float(missing[q, t]),
        )
        for q, t in at
        if missing[q, t] > 1e-9
    )


def _difference(after: Cheapest, before: Cheapest, currency: str) -> Figure:
    assert after.cost is not None
    assert before.cost is not None
    return Figure(amount=after.cost - before.cost, unit=currency, source=Source.BOUND, error=after.error + before.error)


def _cover(case: Case, demands: Demands, budget: Budget) -> Callable[[Case], Missing]:
    def missing(asked: Case) -> Missing:
        return budget.missing("requirements", lambda s: least_missing_cover(asked, demands, time_limit_s=s, stop=budget.stop))

    return missing


def _cover_relaxations(
    case: Case, demands: Demands, forced: float, conflicts: Sequence[Conflict], base: Cheapest | None, budget: Budget
) -> tuple[Relaxation, ...]:
    """Every limit in conflict moved by one step, then by as much as ends the shortage; those first that cost least for it."""
    limits = sorted(dict.fromkeys(x for c in conflicts for x in c.limits), key=lambda x: x.kind not in _NUMBERS)
    missing = _cover(case, demands, budget)
    found: list[Relaxation] = []
    try:
        for step in (s for limit in limits for s in steps_of(case, limit)):
            answer = missing(step.case)
            assert answer.proven is not None
            fewer = Figure(amount=forced - max(answer.proven, 0.0), unit=_HOURS, source=Source.BOUND, error=2 * NOTHING)
            if fewer.sure:
                found.append(_relaxation(step, fewer, not answer.impossible, base, budget))
        ended = {r.limit for r in found if r.enough}
        for limit in (x for x in limits if x.kind in _NUMBERS and x not in ended):
            if missing(without(case, [limit])).impossible:
                continue
            enough = least_enough(case, limit, missing)
            if enough is not None:
                fewer = Figure(amount=forced, unit=_HOURS, source=Source.BOUND, error=2 * NOTHING)
                found.append(_relaxation(enough, fewer, True, base, budget))
    except OutOfTimeError:
        budget.leave_out("further ways to be less short")
    return tuple(sorted(found, key=_rank))


def _rank(relaxation: Relaxation) -> tuple[bool, float, float]:
    cost = relaxation.cost.amount if relaxation.cost is not None else float("inf")
    return not relaxation.enough, cost, -(relaxation.fewer.amount if relaxation.fewer is not None else 0.0)


def _relaxation(step: Step, fewer: Figure, enough: bool, base: Cheapest | None, budget: Budget) -> Relaxation:
    """The step with what it does to the least cost: the dual price of one seat or agent, else solved again."""
    cost: Figure | None = None
    if base is not None and base.cost is not None:
        changed = linear(step.case)
        price = slope(base, changed) if step.amount == 1 else None
        if price is not None:
            cost = Figure(amount=price, unit=step.case.account.currency, source=Source.DUAL, error=base.error)
        else:
            after = budget.cheapest(step.sentence, lambda: changed)
            cost = _difference(after, base, step.case.account.currency) if after is not None else None
    return Relaxation(limit=step.limit, sentence=step.sentence, amount=step.amount, fewer=fewer, cost=cost, enough=enough)


def why_impossible(case: Case, budget: Budget) -> tuple[Conflict, tuple[Relaxation, ...]] | None:
    """Return why no plan can give every group its least headcount, and what would help: a minimal conflict, and for each limit in it
    the least change after which the whole account can be planned. None when it can be, or nothing could be proven in time."""
    try:
        conflict = heads_conflict(case, budget)
    except OutOfTimeError:
        return None
    if conflict is None:
        return None
    found: list[Relaxation] = []
    whole = small(case)  # then a way out is one for whole people

    def missing(asked: Case) -> Missing:
        return budget.missing(
            "least headcounts", lambda s: least_missing_heads(asked, time_limit_s=s, stop=budget.stop, whole=whole)
        )

    members = [*(Limit(kind=LimitKind.LEAST, target=d.group) for d in conflict.demands), *conflict.limits]
    try:
        for limit in members:
            found += _ways_out(case, limit, missing)
    except OutOfTimeError:
        budget.leave_out("further ways to make the plan possible")
    return conflict, tuple(sorted(found, key=lambda r: (r.limit.kind not in _NUMBERS, r.amount)))


def _ways_out(case: Case, limit: Limit, missing: Callable[[Case], Missing]) -> list[Relaxation]:
    if limit.kind in _NUMBERS:
        step = least_enough(case, limit, missing)
        steps = [step] if step is not None else []
    else:
        steps = [
            s for s in steps_of(case, limit) if (answer := missing(s.case)).amount is not None and answer.amount <= NOTHING
        ]
    return [Relaxation(limit=s.limit, sentence=s.sentence, amount=s.amount, fewer=None, cost=None, enough=True) for s in steps]


def reasons(conflict: Conflict, relaxations: Sequence[Relaxation]) -> list[str]:
    """Return a conflict of least headcounts as sentences for a planner: what cannot hold together, then what would help."""
    together = "; ".join(conflict.sentences)
    found = [f"these cannot all hold, and without any one of them the others could: {together}"]
    if relaxations:
        found.append("each of these alone is enough: " + "; ".join(r.sentence for r in relaxations))
    else:
        found.append("no small change of one of these alone is enough")
    return found
