"""What a plan's shifts and single people cost, in the account's currency."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.account import Account
from planner.domain.shifts import Shift, ShiftPlan
from planner.economics import bill


def cost_of(shifts: ShiftPlan, account: Account) -> float:
    """Return what all of `shifts` cost, begun before the horizon or in it; shifts carried in are on the bill before, and not here."""
    return float(sum(line.amount for line in bill(shifts, account).cost))


def cost_of_work(work: tuple[Shift, ...], shifts: ShiftPlan, account: Account) -> float:
    """Return what one person costs who works `work`, on the grid of `shifts`."""
    alone = replace(shifts, shifts=tuple(replace(shift, heads=1) for shift in work), tours=())
    return cost_of(alone, account)
