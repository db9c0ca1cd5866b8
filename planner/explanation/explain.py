"""A finished plan explained: overview, shortage, a queue, an interval, an agent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.headline import cost_and_price
from planner.domain.plan import Plan
from planner.domain.requirement import Requirement
from planner.domain.solve import Report, StopFlag, no_report
from planner.errors import DataError, Problem
from planner.explanation.asking import Cheapest, linear
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.hours import hour_prices
from planner.explanation.need import agent_need
from planner.explanation.prices import number_prices, opening_prices, point_prices, queue_prices, rule_prices, shift_prices
from planner.explanation.result import (
    AgentNeed,
    Explanation,
    Figure,
    IntervalStory,
    LimitPrice,
    MarginalPrice,
    Overview,
    Source,
)
from planner.explanation.shortage import reasons, shortage_of, why_impossible
from planner.explanation.spending import margins_of, parts_by_group, parts_by_item
from planner.explanation.story import interval_story
from planner.shifts.lawful import Lawful
from planner.sizing import size

TIME_LIMIT_S = 300.0
"""Seconds for the questions of one explanation, unless said otherwise."""

SHORTAGE_SHARE = 0.5
"""Share of that time for the question why the plan is short; what it does not need goes to prices."""

WHY_NOT_S = 60.0
"""Seconds for the question why there is no plan at all."""


def why_not(
    requirement: Requirement, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> tuple[str, ...]:
    """Return, as sentences, the smallest set of least headcounts and limits that cannot all hold, and the changes each of which is enough.

    Empty when the least headcounts are not what is in the way, when a group has no lawful shift (which is told with its rules), or
    nothing could be proven within `WHY_NOT_S` seconds.
    """
    if not any(group.min_heads for group in account.groups) or Lawful(account).reasons():
        return ()
    budget = Budget(WHY_NOT_S, report) if stop is None else Budget(WHY_NOT_S, report, stop)
    found = why_impossible(Case(account, requirement), budget)
    return tuple(reasons(*found)) if found is not None else ()


def explain(
    plan: Plan,
    *,
    queue: str | None = None,
    interval: str | datetime | None = None,
    agent: str | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> Explanation:
    """Explain `plan`: with nothing named its cost, dearest hours and limits, prices at the margin, promises and shortage.

    `queue` names a queue: its promises, hours and prices. `interval` an instant (ISO 8601; without an offset on the clock of the queue's
    market, else of the horizon): who is there and why, for `queue` or for every queue open then. `agent` one of the roster: what
    needs them. Prices ask the shift model's linear program again and again; after `time_limit_s` seconds, or when `stop` is set, what is
    known is returned and what was left out is named.

    Raises DataError, with the nearest known ids, for a queue, interval or agent the plan does not have.
    """
    budget = Budget(time_limit_s, report) if stop is None else Budget(time_limit_s, report, stop)
    at = _checked(plan, queue, interval, agent, time_limit_s)
    needed = agent_need(plan, agent) if agent is not None else None
    if at is not None:
        found = _told(plan, queue, at)
        grid = plan.shifts.grid
        when = grid.start_utc + timedelta(seconds=grid.interval_s * at)
        return _explanation(plan, budget, interval_utc=when, intervals=found, agent=needed, queue=queue or "")
    if agent is not None and queue is None:
        return _explanation(plan, budget, agent=needed)
    case = Case(plan.account, _asked(plan, budget))
    base = budget.cheapest("the cheapest plan", lambda: linear(case))
    if queue is not None:
        return _of_queue(plan, case, base, budget, queue, needed)
    shortage = shortage_of(plan, case, base, budget.part(SHORTAGE_SHARE))
    return _explanation(plan, budget, overview=_overview(plan, case, base, budget), shortage=shortage)


def _asked(plan: Plan, budget: Budget) -> Requirement:
    """The requirement with its promises over windows, which a plan read from its folder comes without: then it is sized again."""
    if plan.requirement.promised is not None or plan.account.settings.cover != "window" or budget.over:
        return plan.requirement
    return size(plan.demand, plan.account)


def _of_queue(
    plan: Plan, case: Case, base: Cheapest | None, budget: Budget, queue: str, needed: AgentNeed | None
) -> Explanation:
    some = frozenset({queue})
    return _explanation(
        plan,
        budget,
        queue=queue,
        queue_prices=queue_prices(plan, case, base, budget, queue) if base is not None else (),
        queue_hours=hour_prices(plan, base, some) if base is not None else (),
        queue_margins=margins_of(plan, some),
        agent=needed,
    )


def _overview(plan: Plan, case: Case, base: Cheapest | None, budget: Budget) -> Overview:
    cheapest: Figure | None = None
    if base is not None and base.cost is not None:
        cheapest = Figure(amount=base.cost, unit=plan.account.currency, source=Source.BOUND, error=base.error)
    if base is None:
        points: tuple[MarginalPrice, ...] = ()
        opening: tuple[MarginalPrice, ...] = ()
        limits: list[LimitPrice] = []
    else:  # those asked for most come first: time may run out
        points = point_prices(plan, case, base, budget)
        limits = [*rule_prices(case, base, budget), *number_prices(case, base, budget)]
        opening = opening_prices(plan, case, base, budget)
        limits += shift_prices(case, base, budget)
    return Overview(
        cost=float(cost_and_price(plan)[0].amount),
        parts=parts_by_item(plan),
        groups=parts_by_group(plan),
        objective=plan.solves[0].objective if plan.solves and plan.account.settings.promises == "kept" else None,
        cheapest=cheapest,
        hours=hour_prices(plan, base) if base is not None else (),
        limits=tuple(sorted(limits, key=lambda p: -p.figure.amount)),
        prices=(*points, *opening),
        margins=margins_of(plan),
    )


def _explanation(plan: Plan, budget: Budget, **parts: object) -> Explanation:
    return Explanation(
        account=plan.account.name,
        currency=plan.account.currency,
        questions=tuple(budget.questions),
        left_out=tuple(budget.left_out),
        stopped=budget.stop.is_set(),
        **parts,  # type: ignore[arg-type]
    )


def _told(plan: Plan, queue: str | None, at: int) -> tuple[IntervalStory, ...]:
    if queue is not None:
        return (interval_story(plan, queue, at),)
    rows = enumerate(plan.requirement.queues)
    return tuple(interval_story(plan, id, at, one_less=False) for q, id in rows if plan.requirement.open[q, at])


def _checked(
    plan: Plan, queue: str | None, interval: str | datetime | None, agent: str | None, time_limit_s: float
) -> int | None:
    """The number of the interval asked about; raises DataError with everything that is wrong."""
    problems: list[Problem] = []
    queues, agents = [q.id for q in plan.account.queues], [a.id for a in plan.roster.agents]
    if queue is not None and queue not in queues:
        problems.append(Problem("--queue", f'"{queue}" is not a queue of this plan', _nearest(queue, queues, "queues")))
    if agent is not None and agent not in agents:
        problems.append(Problem("--agent", f'"{agent}" is not an agent of this plan', _nearest(agent, agents, "agents")))
    if not 0 < time_limit_s < float("inf"):
        problems.append(Problem("--time-limit", f"must be above 0 seconds, got {time_limit_s:g}"))
    at = None
    if interval is not None:
        zone = plan.account.horizon.zone
        if queue in queues:
            zone = plan.account.market(plan.account.queue(str(queue)).market).zone
        at = _interval(plan, interval, zone, problems)
    if problems:
        raise DataError(problems)
    return at


def _interval(plan: Plan, said: str | datetime, zone: str, problems: list[Problem]) -> int | None:
    grid = plan.shifts.grid
    try:
        when = datetime.fromisoformat(said) if isinstance(said, str) else said
    except ValueError:
        problems.append(
            Problem("--interval", f'"{said}" is not a time', "write 2026-11-10T14:15, or with an offset as ...T14:15Z")
        )
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone_info(zone))
    place = int(grid.position(when.astimezone(UTC)) // 1)
    if not 0 <= place < grid.size:
        first, last = (x.astimezone(zone_info(zone)) for x in (grid.start_utc, grid.end_utc))
        problems.append(
            Problem(
                "--interval",
                f"{when:%Y-%m-%dT%H:%M%z} is outside the plan",
                f"it runs from {first:%Y-%m-%dT%H:%M} to before {last:%Y-%m-%dT%H:%M} {zone}",
            )
        )
        return None
    return place


def _nearest(word: str, known: Iterable[str], what: str) -> str:
    options = list(known)
    found = get_close_matches(word, options, n=3, cutoff=0.5)
    if found:
        return f"did you mean {' or '.join(found)}?"
    shown = ", ".join(options[:12]) + (f" and {len(options) - 12} more" if len(options) > 12 else "")
    return f"{what}: {shown}" if options else f"the plan has no {what}"
