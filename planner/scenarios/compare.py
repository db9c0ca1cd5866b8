"""Comparison of finished plans: people, hours, money and delivered service, each as a difference from a base plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.headline import (
    cost_and_price,
    deferred_at_end,
    deferred_late,
    expected_credits,
    paid_hours,
    promises_kept,
    results_of,
    shortfall_hours,
)
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.errors import DataError, Problem


@dataclass(frozen=True, kw_only=True)
class ComparisonRow:
    """One figure of every plan, in plan order; `differences` are against the base, None where either figure is missing.

    `better` is +1 when more is better, -1 when less is better, 0 when neither.
    """

    metric: str
    unit: str
    values: tuple[float | None, ...]
    differences: tuple[float | None, ...]
    better: int = 0


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Plans side by side: their `names`, which of them is the base, and a row per figure."""

    names: tuple[str, ...]
    base: int
    currency: str
    rows: tuple[ComparisonRow, ...]

    def table(self) -> str:
        """Return the comparison as aligned plain text."""
        head = ["", "unit", *self.names]
        body = [[r.metric, r.unit, *(_cell(r, i, self.base) for i in range(len(self.names)))] for r in self.rows]
        widths = [max(len(line[c]) for line in [head, *body]) for c in range(len(head))]
        return "\n".join(
            "  ".join(
                text.ljust(w) if c < 2 else text.rjust(w) for c, (text, w) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in [head, *body]
        )


def compare(plans: Sequence[Plan], base: Plan | None = None, *, names: Sequence[str] | None = None) -> Comparison:
    """Return `plans` side by side, with differences from `base` (default: the first).

    Figures come from each plan's evaluation, roster and bill, never from an optimiser's objective (C8). Queues are matched by id;
    a queue that a plan does not have is blank there. Raises DataError for fewer than two plans, a base that is not among them, or
    two currencies.
    """
    problems = _problems(plans, base)
    if problems:
        raise DataError(problems)
    at = 0 if base is None else next(i for i, p in enumerate(plans) if p is base)
    rows = [*_totals(plans, at), *_levels(plans, at)]
    return Comparison(
        names=tuple(names) if names else _names(plans), base=at, currency=plans[0].account.currency, rows=tuple(rows)
    )


def _problems(plans: Sequence[Plan], base: Plan | None) -> list[Problem]:
    problems = []
    if len(plans) < 2:
        problems.append(Problem("compare", f"needs two plans or more, got {len(plans)}", "name the folder of another plan"))
    if base is not None and not any(p is base for p in plans):
        problems.append(Problem("compare", "the base is not among the plans", "pass one of the plans compared"))
    currencies = sorted({p.account.currency for p in plans})
    if len(currencies) > 1:
        problems.append(Problem("compare", f"the plans are in {' and '.join(currencies)}", "plan them in one currency"))
    return problems


def _names(plans: Sequence[Plan]) -> tuple[str, ...]:
    raw = [f"{p.account.name} · {p.account.override}" if p.account.override else p.account.name for p in plans]
    return tuple(f"{name} ({i})" if raw.count(name) > 1 else name for i, name in enumerate(raw, 1))


def _totals(plans: Sequence[Plan], base: int) -> list[ComparisonRow]:
    currency = plans[0].account.currency
    return [
        _row("contacts", "contacts", [float(np.nansum(p.demand.contacts)) for p in plans], base),
        _row("agents on the payroll", "agents", [float(len(p.roster.agents)) for p in plans], base, better=-1),
        _row("paid hours", "h", [paid_hours(p) for p in plans], base, better=-1),
        _row("cost", currency, [float(cost_and_price(p)[0].amount) for p in plans], base, better=-1),
        _row("price", currency, [float(cost_and_price(p)[1].amount) for p in plans], base),
        *_credits(plans, base),
        _row("missing on-seat agent-hours", "h", [shortfall_hours(p) for p in plans], base, better=-1),
        _row("promises kept in every window", "promises", [float(promises_kept(p)[0]) for p in plans], base, better=1),
        _row("deferred contacts overdue at the end", "contacts", [deferred_at_end(p)[1] for p in plans], base, better=-1),
        _row("deferred contacts that miss their clock", "contacts", [deferred_late(p) for p in plans], base, better=-1),
        _row(
            "proven gap of the shift plan",
            "%",
            [None if p.solves[0].gap is None else 100 * p.solves[0].gap for p in plans],
            base,
        ),
    ]


def _credits(plans: Sequence[Plan], base: int) -> list[ComparisonRow]:
    """A row only where a contract has tiers of credits."""
    found = [expected_credits(p) for p in plans]
    if not any(found):
        return []
    values = [None if credits is None else float(credits.amount) for credits in found]
    return [_row("expected service credits", plans[0].account.currency, values, base, better=-1)]


def _levels(plans: Sequence[Plan], base: int) -> list[ComparisonRow]:
    ids = list(dict.fromkeys(q.id for p in plans for q in p.account.queues))
    return [_row(f"{id}: level over the horizon", "%", [_level(p, id) for p in plans], base, better=1) for id in ids]


def _level(plan: Plan, queue: str) -> float | None:
    found = results_of(plan, queue, Window.CONTRACT)
    return 100 * found[0].level if found and found[0].level is not None else None


def _row(metric: str, unit: str, values: Sequence[float | None], base: int, *, better: int = 0) -> ComparisonRow:
    zero = values[base]
    differences = tuple(None if v is None or zero is None else v - zero for v in values)
    return ComparisonRow(metric=metric, unit=unit, values=tuple(values), differences=differences, better=better)


def _cell(row: ComparisonRow, i: int, base: int) -> str:
    value, difference = row.values[i], row.differences[i]
    if value is None:
        return "–"
    text = f"{value:,.1f}"
    return text if i == base or difference is None else f"{text} ({difference:+,.1f})"
