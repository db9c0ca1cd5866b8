"""What a plan's cost is made of, and how far its promises are from their targets: read off the finished plan."""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.account import Account
from planner.domain.headline import cost_and_price
from planner.domain.money import LEAD_IN, CostLine
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.explanation.result import CostPart, Margin


def parts_by_item(plan: Plan) -> tuple[CostPart, ...]:
    """Return the plan's cost by what is paid for (wage, night, on-costs), the largest first; lead-in excluded."""
    return _parts(plan, lambda line: "on-costs" if line.item.startswith("on-cost on ") else line.item)


def parts_by_group(plan: Plan) -> tuple[CostPart, ...]:
    """Return the plan's cost by group, the largest first; lead-in excluded. Hours are paid hours."""
    return _parts(plan, lambda line: line.group)


def _parts(plan: Plan, name: object) -> tuple[CostPart, ...]:
    lines = [line for line in plan.bill.cost if not line.item.endswith(LEAD_IN)]
    whole = float(cost_and_price(plan)[0].amount)
    found: dict[str, list[CostLine]] = {}
    for line in lines:
        found.setdefault(name(line), []).append(line)  # type: ignore[operator]
    parts = [
        CostPart(
            name=n,
            hours=_hours(of),
            amount=(amount := float(sum(x.amount for x in of))),
            share=amount / whole if whole else 0.0,
        )
        for n, of in found.items()
    ]
    return tuple(sorted(parts, key=lambda p: -p.amount))


def _hours(lines: Iterable[CostLine]) -> float:
    """Hours of the lines, on-costs and premiums not counted again where a wage is among them."""
    items = list(lines)
    wages = [x for x in items if x.item == "wage"]
    return float(sum(x.hours for x in (wages or items)))


def promised_windows(account: Account) -> dict[str, Window]:
    """Return the windows of all promises: clauses of the contract, and targets of queues that no clause stands for."""
    spoken_for = {queue for clause in account.contract.clauses for queue in clause.queues}
    found = {q.id: q.target.window for q in account.queues if q.id not in spoken_for}
    return found | {c.id: c.window for c in account.contract.clauses}


def margins_of(plan: Plan, queues: frozenset[str] | None = None) -> tuple[Margin, ...]:
    """Return every promise over every window it was promised for, the nearest to missing its target first.

    Only promises about one of `queues`, when given. Windows without contacts have no margin (C3).
    """
    windows, clauses = promised_windows(plan.account), {c.id: set(c.queues) for c in plan.account.contract.clauses}
    found = []
    for result in plan.evaluation.sla:
        about = clauses.get(result.clause, {result.clause})
        if (
            result.window is not windows.get(result.clause)
            or result.level is None
            or (queues is not None and not about & queues)
        ):
            continue
        found.append(
            Margin(
                clause=result.clause,
                window=result.window,
                window_start_utc=result.window_start_utc,
                window_date=result.window_date,
                level=result.level,
                target=result.target,
                offered=result.offered,
                spare=result.within - result.target * result.offered,
                probability=result.probability,
                met=bool(result.met),
            )
        )
    return tuple(sorted(found, key=lambda m: m.level - m.target))
