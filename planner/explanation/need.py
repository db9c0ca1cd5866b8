"""What one agent is there for: their shifts taken out of the roster, the rest divided and evaluated again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.domain.demand import Demand
from planner.domain.evaluation import Basis, Evaluation, SlaResult
from planner.domain.headline import held_queues
from planner.domain.money import LEAD_IN
from planner.domain.plan import Plan
from planner.domain.shifts import Shift, ShiftPlan
from planner.economics import cost_lines
from planner.evaluation import evaluate
from planner.evaluation.by_simulation import simulate_shifts
from planner.evaluation.judged import judged
from planner.explanation.result import AgentNeed, LevelChange
from planner.explanation.shortage import worst_of
from planner.explanation.spending import promised_windows

_SAME = 1e-12
_NOISE = 0.0005
"""Simulated levels that differ by less are not told apart: who comes again, and when, may fall otherwise."""
_NEGLIGIBLE = 1e-9


def agent_need(plan: Plan, agent: str) -> AgentNeed:
    """Return what the plan would lose without `agent`: intervals below the requirement, levels of promises, and the money saved.

    Levels are of the expected contacts; probabilities are not computed again. Raises KeyError for an unknown agent.
    """
    person = next((a for a in plan.roster.agents if a.id == agent), None)
    if person is None:
        raise KeyError(agent)
    places = [a.shift for a in plan.roster.assignments if a.agent == agent]
    fewer = without_places(plan.shifts, places)
    after = evaluated_as(plan, fewer)
    before = plan.evaluation
    lost = np.nan_to_num(after.shortfall) - np.nan_to_num(before.shortfall)
    lost = np.where(lost > _NEGLIGIBLE, lost, 0.0)
    own = [s for s in plan.shifts.shifts if s.id in set(places) and not s.lead_in]
    left = sum(a.group == person.group for a in plan.roster.agents) - 1
    least = plan.account.group(person.group).min_heads
    return AgentNeed(
        agent=agent,
        group=person.group,
        site=person.site,
        pattern=person.pattern,
        shifts=len(own),
        paid_h=sum(s.paid_h_per_head for s in own),
        saved=_cost(plan.shifts, plan) - _cost(fewer, plan),
        changes=level_changes(plan, before, after),
        short=int((lost > 0).sum()),
        newly_short=int(((lost > 0) & ~(np.nan_to_num(before.shortfall) > _NEGLIGIBLE)).sum()),
        short_h=float(lost.sum()) * plan.shifts.grid.interval_h,
        worst=worst_of(plan, np.where(lost > 0, np.nan_to_num(after.shortfall), 0.0)),
        below_least=least if left < least else None,
    )


def without_places(shifts: ShiftPlan, places: Sequence[str]) -> ShiftPlan:
    """Return `shifts` with one head less on each shift of `places`; shifts nobody works any more are gone."""
    gone = Counter(places)
    kept: list[Shift] = []
    for shift in shifts.shifts:
        heads = shift.heads - gone.get(shift.id, 0)
        if heads > 0:
            kept.append(replace(shift, heads=heads) if heads != shift.heads else shift)
    return replace(shifts, shifts=tuple(kept))


def evaluated_as(plan: Plan, shifts: ShiftPlan) -> Evaluation:
    """Return what `shifts` deliver to the expected contacts of `plan`, judged as `plan` was: where it is held to simulated levels, by
    as many horizons of the same customers."""
    demand = mean_only(plan.demand)
    found = evaluate(shifts, demand, plan.requirement, plan.account)
    known = plan.evaluation.simulation
    if known is None or not held_queues(plan):
        return found
    ran = simulate_shifts(plan.account, demand, shifts, found.sla, replications=known.replications, seed=known.seed)
    return judged(replace(found, simulation=ran), plan.account)


def mean_only(demand: Demand) -> Demand:
    """Return the demand without its scenarios: levels of expected contacts need none, and are found many times faster."""
    return replace(demand, scenarios=demand.scenarios[:0], rates=demand.rates[:0])


def _cost(shifts: ShiftPlan, plan: Plan) -> float:
    return float(sum(line.amount for line in cost_lines(shifts, plan.account) if not line.item.endswith(LEAD_IN)))


def level_changes(plan: Plan, before: Evaluation, after: Evaluation) -> tuple[LevelChange, ...]:
    """Return the promises, over the windows promised, whose level is another; the deepest fall against its target first."""
    windows = promised_windows(plan.account)
    later = {_key(r): r for r in after.sla}
    found = []
    for result in before.sla:
        if result.window is not windows.get(result.clause) or result.level is None:
            continue
        now = later.get(_key(result))
        level = None if now is None else now.level
        if level is not None and abs(level - result.level) <= (_NOISE if result.basis is Basis.SIMULATED else _SAME):
            continue
        found.append(
            LevelChange(
                clause=result.clause,
                window=result.window,
                window_start_utc=result.window_start_utc,
                window_date=result.window_date,
                before=result.level,
                after=level,
                target=result.target,
                other_law=now is not None and now.basis is not result.basis,
            )
        )
    return tuple(sorted(found, key=lambda c: (-1.0 if c.after is None else c.after) - c.before))


def _key(result: SlaResult) -> tuple[object, ...]:
    return result.clause, result.window, result.window_date, result.window_start_utc
