"""Prices at the margin: what limits and rules cost, one more point of a promise, one hour of opening more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.people import MOST_BAND_MIN
from planner.domain.plan import Plan
from planner.domain.promised import bindings
from planner.domain.requirement import Requirement
from planner.domain.targets import LiveTarget
from planner.explanation.asking import Cheapest, linear, need_prices, slope, without_least
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.hours import edge_hours
from planner.explanation.labour import labour_cases
from planner.explanation.limits import limits_of, sentence, without
from planner.explanation.relaxations import moved, steps_of
from planner.explanation.result import Figure, Limit, LimitKind, LimitPrice, MarginalPrice, Source
from planner.sizing import size

POINT = 0.01
"""One point of a level."""

WORTH_ASKING = 0.002
"""Least headcounts whose duals say that all of them together save less of the cost than this are not left out and solved again."""


def rule_prices(case: Case, base: Cheapest, budget: Budget) -> tuple[LimitPrice, ...]:
    """Return what rules of work cost, and labour rules that forbid shifts: each left out for everybody, the linear program solved again."""
    return _each(chain(_rules(case), labour_cases(case)), base, budget)


def shift_prices(case: Case, base: Cheapest, budget: Budget) -> tuple[LimitPrice, ...]:
    """Return what the shifts on offer cost: breaks, starts and lengths a step wider for everybody, the linear program solved again."""
    return _each(_wider_shifts(case), base, budget)


def _each(changes: Iterator[tuple[str, str, str, Case]], base: Cheapest, budget: Budget) -> tuple[LimitPrice, ...]:
    found: list[LimitPrice] = []
    for limit, rule, change, changed in changes:
        after = budget.cheapest(change, lambda changed=changed: linear(changed), known=base)  # type: ignore[misc]
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
        after = _freed(case, base, number, budget)
        if after is not None:
            found.append(_priced(number.id, told, "without it", base, after))
    return tuple(found)


def _freed(case: Case, base: Cheapest, number: Limit, budget: Budget) -> Cheapest | None:
    """The cheapest plan without a limit that is a number."""
    asked = f"without {number.id}"
    if number.kind is LimitKind.LEAST:
        return budget.cheapest(asked, lambda: without_least(base.linear, number.target), known=base, near=True)
    return budget.cheapest(asked, lambda: linear(without(case, [number])), known=base)


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
        told = "everybody keeps one start and length"
        if widest := max(g.start_band_min for g in case.account.groups):
            told = f"starts of one person lie up to {widest} min apart (start_band_min), at one length"
        yield "one_start", told, change, replace(case, any_start=groups)
        yield from _wider_bands(case)
    breaks = [x for x in limits_of(case.account) if x.kind is LimitKind.BREAKS]
    if breaks:
        yield "breaks", "shifts have breaks", "no breaks at all, their time paid and worked", without(case, breaks)


def _wider_bands(case: Case) -> Iterator[tuple[str, str, str, Case]]:
    """The band of everybody's starts wider by an hour, or by a step between two starts where that is more."""
    changed, bands = case, []
    for group in case.account.groups:
        rules = [case.account.shift_rule(r) for r in group.shift_rules]
        steps = [r.step_min for r in rules if r.first_start_min + r.step_min <= r.last_start_min]
        band = min(MOST_BAND_MIN, group.start_band_min + max(60, min(steps, default=0)))
        if steps and band > group.start_band_min:
            changed = changed.with_group(group.id, start_band_min=band)
            bands.append(band)
    if bands:
        told = "starts of one person lie within the band of their group (start_band_min, 0: one start)"
        said = " or ".join(str(band) for band in sorted(set(bands)))
        yield "start_band", told, f"starts of one person up to {said} min apart", changed


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

    A promise over windows has the dual price of a contact in time times one contact in a hundred of each window; one held in every
    interval that of the agents it takes more. Requirements are sized anew at the higher level to be solved again. Deferred work is
    staffed to be done in time whatever its level, and has no price.
    """
    raised = [id for id, level in promises_of(plan.account).items() if level + POINT < 1]
    if not raised or budget.over:
        if budget.over:
            budget.leave_out("one more point of each promise")
        return ()
    duals = _dual_points(plan, case, base, raised)
    found = [
        MarginalPrice(subject=id, change=_to_level(plan.account, id, POINT), figure=f, share=_share(f, base))
        for id, f in duals.items()
    ]
    dearest = sorted(raised, key=lambda id: -duals[id].amount if id in duals else 0.0)[:again]
    together = [(raised, "all live promises", "one more point each")] if len(raised) > 1 else []
    for some, name, change in (*together, *(([id], id, _to_level(plan.account, id, POINT)) for id in dearest)):
        if budget.over:
            budget.leave_out(f"{name}: {change}")
            continue
        found += _solved(name, change, _raised(plan, case, some, POINT), base, budget)
    return tuple(sorted(_surest(found), key=lambda p: -p.figure.amount))


def promises_of(account: Account) -> dict[str, float]:
    """Return the levels that live queues are held to: of clauses, and of queues no clause covers."""
    found: dict[str, float] = {}
    for queue in account.queues:
        if isinstance(queue.target, LiveTarget):
            found |= {b.clause: b.level for b in bindings(queue, account.contract)}
    return found


def _raised(plan: Plan, case: Case, promises: Sequence[str], points: float) -> Case:
    account = raised_by(case.account, promises, points)
    return replace(case, account=account, requirement=size(plan.demand, account))


def raised_by(account: Account, promises: Sequence[str], points: float) -> Account:
    """Return the account with the levels of `promises`, ids of clauses or queues, higher by `points`."""
    queues = tuple(
        replace(q, target=replace(q.target, level=q.target.level + points)) if q.id in promises else q for q in account.queues
    )
    clauses = tuple(replace(c, level=c.level + points) if c.id in promises else c for c in account.contract.clauses)
    return replace(account, queues=queues, contract=replace(account.contract, clauses=clauses))


def _to_level(account: Account, promise: str, points: float) -> str:
    level = promises_of(account)[promise]
    return f"{100 * (level + points):.4g}% instead of {100 * level:.4g}%"


def _dual_points(plan: Plan, case: Case, base: Cheapest, promises: Sequence[str]) -> dict[str, Figure]:
    found: dict[str, float] = {}
    service = base.linear.problem.service
    if service is not None:
        for window, price in zip(service.promised.windows, base.promise_prices().tolist(), strict=True):
            if window.clause in promises:
                found[window.clause] = found.get(window.clause, 0.0) + price * POINT * window.offered
    apart = [id for id in promises if id not in found and id in case.requirement.queues]
    if apart:
        higher = size(plan.demand, raised_by(plan.account, apart, POINT))
        found |= {id: _dual_of_need(case, base, id, higher) for id in apart}
    currency = case.account.currency
    return {id: Figure(amount=x, unit=currency, source=Source.DUAL, error=base.error) for id, x in found.items()}


def _dual_of_need(case: Case, base: Cheapest, queue: str, other: Requirement) -> float:
    q = case.requirement.queues.index(queue)
    more = np.nan_to_num(other.agents[q], nan=0.0) - np.nan_to_num(case.requirement.agents[q], nan=0.0)
    return float((_prices_of(base, queue) * more).sum())


def _prices_of(base: Cheapest, queue: str) -> Floats:
    prices = need_prices(base)
    for c, members in enumerate(base.linear.problem.classes):
        if queue in members:
            row: Floats = prices[c]
            return row
    return np.zeros(base.linear.problem.size)


def _solved(subject: str, change: str, changed: Case, base: Cheapest, budget: Budget) -> list[MarginalPrice]:
    after = budget.cheapest(f"{subject}: {change}", lambda: linear(changed), known=base, near=True)
    if after is None:
        return []
    figure = _difference(after, base, changed.account.currency)
    return [MarginalPrice(subject=subject, change=change, figure=figure, share=_share(figure, base))]


def opening_prices(plan: Plan, case: Case, base: Cheapest, budget: Budget, *, most: int = 4) -> tuple[MarginalPrice, ...]:
    """Return what the first and the last hour of opening cost, the live queues of one class and one clock together, each solved again:
    the `most` in which requirements times prices of agents come to most."""
    found: list[tuple[float, str, str, Case]] = []
    for queues in _open_alike(plan):
        for last, change in ((True, "closing an hour earlier"), (False, "opening an hour later")):
            at = edge_hours(plan, queues[0], last=last)
            worth = float(sum((_prices_of(base, q) * _need(case, q))[at].sum() for q in queues))
            if worth <= 0:
                continue
            changed = case
            for q in queues:
                changed = changed.without_hours(q, at)
            found.append((worth, ", ".join(queues), change, changed))
    found.sort(key=lambda f: -f[0])
    prices: list[MarginalPrice] = []
    for _, subject, change, changed in found[:most]:
        prices += _solved(subject, change, changed, base, budget)
    return tuple(sorted(prices, key=lambda p: p.figure.amount))


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
    for held in bindings(plan.account.queue(queue), plan.account.contract):
        for points in (POINT, -POINT):
            if 0 < held.level + points < 1:
                change = _to_level(plan.account, held.clause, points)
                if budget.over:
                    budget.leave_out(f"{held.clause}: {change}")
                else:
                    found += _solved(held.clause, change, _raised(plan, case, [held.clause], points), base, budget)
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
