"""Prices at the margin: what limits and rules cost, one more point of a promise, one hour of opening more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.plan import Plan
from planner.domain.requirement import Requirement
from planner.domain.targets import LiveTarget
from planner.explanation.asking import Cheapest, linear, need_prices, slope
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.hours import edge_hours
from planner.explanation.limits import limits_of, sentence, without
from planner.explanation.relaxations import moved, steps_of
from planner.explanation.result import Figure, Limit, LimitKind, LimitPrice, MarginalPrice, Source
from planner.sizing import size

POINT = 0.01
"""One point of a level."""

WORTH_ASKING = 0.002
"""Least headcounts whose duals say that all of them together save less of the cost than this are not left out and solved again."""


def rule_prices(case: Case, base: Cheapest, budget: Budget) -> tuple[LimitPrice, ...]:
    """Return what rules of work and shifts cost: each left out or made a step wider for everybody, the linear program solved again."""
    found: list[LimitPrice] = []
    for limit, rule, change, changed in (*_rules(case), *_wider_shifts(case)):
        after = budget.cheapest(change, lambda changed=changed: linear(changed))  # type: ignore[misc]
        if after is not None:
            found.append(_priced(limit, rule, change, base, after))
    return tuple(found)


def number_prices(case: Case, base: Cheapest, budget: Budget) -> tuple[LimitPrice, ...]:
    """Return what seats and headcounts cost: the dual price of one more (or one fewer asked for), and, where it is worth a question,
    what there would be without the limit.

    A limit whose dual price is nothing costs nothing: without it the same duals still prove the same bound.
    """
    found: list[LimitPrice] = []
    for number, price in _dual_prices(case, base):
        told = sentence(number, case.account)
        if price is not None:
            step = moved(case, number, 1)
            assert step is not None
            found.append(
                LimitPrice(limit=number.id, sentence=told, change=step.sentence, figure=price, share=_share(price, base))
            )
            if (
                number.kind is LimitKind.LEAST
                and _share(price, base) * case.account.group(number.target).min_heads < WORTH_ASKING
            ):
                continue
        freed = without(case, [number])
        after = budget.cheapest(f"without {number.id}", lambda freed=freed: linear(freed))  # type: ignore[misc]
        if after is not None:
            found.append(_priced(number.id, told, "without it", base, after))
    return tuple(found)


def _rules(case: Case) -> Iterator[tuple[str, str, str, Case]]:
    groups = frozenset(g.id for g in case.account.groups)
    days = sorted({g.days_per_week for g in case.account.groups if g.days_per_week < 7})
    if days:
        of = " or ".join(str(d) for d in days)
        yield (
            "days_off",
            f"everybody works {of} days of seven",
            "each day staffed by itself, days off free",
            replace(case, any_days=groups, any_start=groups),
        )
    if any(len(g.shift_rules) > 1 or _starts(case.account, g.shift_rules) > 1 for g in case.account.groups):
        change = "starts and lengths may change from day to day, rest between shifts not looked at"
        yield "one_start", "everybody keeps one start and length", change, replace(case, any_start=groups)
    breaks = [x for x in limits_of(case.account) if x.kind is LimitKind.BREAKS]
    if breaks:
        yield "breaks", "shifts have breaks", "no breaks at all, their time paid and worked", without(case, breaks)


def _starts(account: Account, rules: Sequence[str]) -> int:
    return sum(len(range(r.first_start_min, r.last_start_min + 1, r.step_min)) for r in map(account.shift_rule, rules))


def _wider_shifts(case: Case) -> Iterator[tuple[str, str, str, Case]]:
    """One step of every shift rule together: breaks, starts and lengths, each its own question."""
    for kind in (LimitKind.BREAKS, LimitKind.STARTS, LimitKind.LENGTHS):
        limits = [x for x in limits_of(case.account) if x.kind is kind]
        ways = max((len(list(steps_of(case, x))) for x in limits), default=0)
        for way in range(ways):
            changed, said = case, []
            for limit in limits:
                steps = list(steps_of(changed, limit))
                if way < len(steps):
                    changed = steps[way].case
                    said.append(steps[way].sentence)
            told = (
                "; ".join(sentence(x, case.account) for x in limits) if kind is not LimitKind.BREAKS else "when breaks may fall"
            )
            yield kind.value, told, "; ".join(said), changed


def _dual_prices(case: Case, base: Cheapest) -> list[tuple[Limit, Figure | None]]:
    """Numbers that cost something, by the dual price of one seat or agent; None where the duals cannot say."""
    found: list[tuple[Limit, Figure | None]] = []
    for limit in limits_of(case.account):
        step = moved(case, limit, 1) if limit.kind in (LimitKind.SEATS, LimitKind.MOST, LimitKind.LEAST) else None
        if step is None:
            continue
        price = slope(base, linear(step.case))
        if price is None:
            found.append((limit, None))
            continue
        figure = Figure(amount=-price, unit=case.account.currency, source=Source.DUAL, error=base.error)
        if figure.sure and figure.amount > 0:
            found.append((limit, figure))
    return sorted(found, key=lambda f: -(f[1].amount if f[1] is not None else 0.0))


def _priced(limit: str, said: str, change: str, base: Cheapest, after: Cheapest) -> LimitPrice:
    figure = _difference(base, after, base.linear.problem.account.currency)
    return LimitPrice(limit=limit, sentence=said, change=change, figure=figure, share=_share(figure, base))


def _difference(high: Cheapest, low: Cheapest, currency: str) -> Figure:
    assert high.cost is not None
    assert low.cost is not None
    return Figure(amount=high.cost - low.cost, unit=currency, source=Source.BOUND, error=high.error + low.error)


def _share(figure: Figure, base: Cheapest) -> float:
    return figure.amount / base.cost if base.cost else 0.0


def point_prices(plan: Plan, case: Case, base: Cheapest, budget: Budget, *, again: int = 3) -> tuple[MarginalPrice, ...]:
    """Return what one more point of every live promise costs: a dual price each, and solved again for the `again` dearest and for all
    together.

    Requirements are sized anew at the higher level. Deferred work is staffed to be done in time whatever its level, and has no price.
    """
    live = [q.id for q in plan.account.queues if isinstance(q.target, LiveTarget)]
    raised = [q for q in live if plan.account.queue(q).target.level + POINT < 1]
    if not raised or budget.over:
        if budget.over:
            budget.leave_out("one more point of each promise")
        return ()
    higher = size(plan.demand, raised_by(plan.account, raised, POINT))
    per_queue = {q: _dual_of_need(case, base, q, higher) for q in raised}
    found = [
        MarginalPrice(subject=q, change=_to_level(plan.account, q), figure=f, share=_share(f, base))
        for q, f in per_queue.items()
    ]
    dearest = sorted(raised, key=lambda q: -per_queue[q].amount)[:again]
    for some, name in ((raised, "all live queues"), *(([q], q) for q in dearest)):
        if len(some) == 1 and name == "all live queues":
            continue
        changed = replace(
            case, account=raised_by(case.account, some, POINT), requirement=_mixed(case.requirement, higher, some)
        )
        change = "one more point each" if len(some) > 1 else _to_level(plan.account, name)
        found += _solved(name, change, changed, base, budget)
    return tuple(sorted(_surest(found), key=lambda p: -p.figure.amount))


def raised_by(account: Account, queues: Sequence[str], points: float) -> Account:
    """Return the account with the levels of `queues`, and of the clauses about them alone, higher by `points`."""
    raised = tuple(
        replace(q, target=replace(q.target, level=q.target.level + points)) if q.id in queues else q for q in account.queues
    )
    clauses = tuple(
        replace(c, level=c.level + points) if set(c.queues) <= set(queues) and c.level + points < 1 else c
        for c in account.contract.clauses
    )
    return replace(account, queues=raised, contract=replace(account.contract, clauses=clauses))


def _to_level(account: Account, queue: str) -> str:
    level = account.queue(queue).target.level
    return f"{100 * (level + POINT):.4g}% instead of {100 * level:.4g}%"


def _mixed(requirement: Requirement, other: Requirement, queues: Sequence[str]) -> Requirement:
    take = np.isin(np.array(requirement.queues), np.array(queues))[:, None]
    level = np.where(take, other.level_at_requirement, requirement.level_at_requirement)
    return replace(requirement, agents=np.where(take, other.agents, requirement.agents), level_at_requirement=level)


def _dual_of_need(case: Case, base: Cheapest, queue: str, other: Requirement) -> Figure:
    q = case.requirement.queues.index(queue)
    more = np.nan_to_num(other.agents[q], nan=0.0) - np.nan_to_num(case.requirement.agents[q], nan=0.0)
    amount = float((_prices_of(base, queue) * more).sum())
    return Figure(amount=amount, unit=case.account.currency, source=Source.DUAL, error=base.error)


def _prices_of(base: Cheapest, queue: str) -> Floats:
    prices = need_prices(base)
    for c, members in enumerate(base.linear.problem.classes):
        if queue in members:
            row: Floats = prices[c]
            return row
    return np.zeros(base.linear.problem.size)


def _solved(subject: str, change: str, changed: Case, base: Cheapest, budget: Budget) -> list[MarginalPrice]:
    after = budget.cheapest(f"{subject}: {change}", lambda: linear(changed))
    if after is None:
        return []
    figure = _difference(after, base, changed.account.currency)
    return [MarginalPrice(subject=subject, change=change, figure=figure, share=_share(figure, base))]


def opening_prices(plan: Plan, case: Case, base: Cheapest, budget: Budget, *, again: int = 3) -> tuple[MarginalPrice, ...]:
    """Return what the first and the last hour of opening cost, the live queues of one class and one clock together: dual prices, the
    `again` dearest solved again."""
    found: list[tuple[MarginalPrice, Case]] = []
    for queues in _open_alike(plan):
        for last, change in ((True, "closing an hour earlier"), (False, "opening an hour later")):
            at = edge_hours(plan, queues[0], last=last)
            needed = float(sum((_prices_of(base, q) * _need(case, q))[at].sum() for q in queues))
            if not any(_need(case, q)[at].any() for q in queues):
                continue
            figure = Figure(amount=-needed, unit=case.account.currency, source=Source.DUAL, error=base.error)
            price = MarginalPrice(subject=", ".join(queues), change=change, figure=figure, share=_share(figure, base))
            changed = case
            for q in queues:
                changed = changed.without_hours(q, at)
            found.append((price, changed))
    found.sort(key=lambda f: f[0].figure.amount)
    prices = [price for price, _ in found]
    for price, changed in found[:again]:
        prices += _solved(price.subject, price.change, changed, base, budget)
    return tuple(sorted(_surest(prices), key=lambda p: p.figure.amount))


def _open_alike(plan: Plan) -> list[tuple[str, ...]]:
    """Live queues served by the same groups and open at the same intervals, together."""
    serves = plan.account.serves()
    found: dict[tuple[bytes, bytes], list[str]] = {}
    for q, queue in enumerate(plan.account.queues):
        if queue.channel.live:
            found.setdefault((serves[:, q].tobytes(), np.asarray(plan.requirement.open[q]).tobytes()), []).append(queue.id)
    return [tuple(queues) for queues in found.values()]


def _surest(prices: Sequence[MarginalPrice]) -> list[MarginalPrice]:
    """Prices without the dual ones of changes that were solved again."""
    solved = {(p.subject, p.change) for p in prices if p.figure.source is Source.BOUND}
    return [p for p in prices if p.figure.source is Source.BOUND or (p.subject, p.change) not in solved]


def queue_prices(plan: Plan, case: Case, base: Cheapest, budget: Budget, queue: str) -> tuple[MarginalPrice, ...]:
    """Return the prices about one queue, each solved again: one more and one less point, and opening hours either way.

    An hour more of opening is taken to bring as many contacts as the hour beside it.
    """
    found: list[MarginalPrice] = []
    target = plan.account.queue(queue).target
    if not isinstance(target, LiveTarget):
        return ()
    for points in (POINT, -POINT):
        if not 0 < target.level + points < 1 or budget.over:
            continue
        account = raised_by(case.account, [queue], points)
        changed = replace(case, account=account, requirement=_mixed(case.requirement, size(plan.demand, account), [queue]))
        change = f"{100 * (target.level + points):.4g}% instead of {100 * target.level:.4g}%"
        found += _solved(queue, change, changed, base, budget)
    for change, changed in _hours_of(plan, case, queue):
        found += _solved(queue, change, changed, base, budget)
    return tuple(found)


def _hours_of(plan: Plan, case: Case, queue: str) -> Iterator[tuple[str, Case]]:
    words: tuple[tuple[bool, str, str], ...] = (
        (True, "closing an hour earlier", "closing an hour later, as busy as the hour before"),
        (False, "opening an hour later", "opening an hour earlier, as busy as the hour after"),
    )
    for last, less, more in words:
        at = edge_hours(plan, queue, last=last)
        if at.any():
            yield less, case.without_hours(queue, at)
            yield more, _longer(case, queue, at, last=last)


def _need(case: Case, queue: str) -> Floats:
    need: Floats = np.nan_to_num(case.requirement.agents[case.requirement.queues.index(queue)], nan=0.0)
    return need


def _longer(case: Case, queue: str, at: Bools, *, last: bool) -> Case:
    """The hour at the edge once more, beyond it, where the queue is closed."""
    q = case.requirement.queues.index(queue)
    size = case.requirement.grid.size
    source = np.arange(size)
    shift = max(1, round(1 / case.requirement.grid.interval_h)) * (1 if last else -1)
    for t in np.flatnonzero(at).tolist():
        if 0 <= t + shift < size and not case.requirement.open[q, t + shift]:
            source[t + shift] = t
    return case.with_hours_of(queue, source)
