"""Heads per group and interval, counted from shift rows alone (C5, C12)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.capacity import Capacity
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.shifts import Shift, ShiftPlan


def capacity(shift_plan: ShiftPlan, account: Account) -> Capacity:
    """Return who is there in each interval of the plan's grid, by group of `account`.

    Counted are the shifts of `shift_plan` and those of ``account.carry_in`` that are not among them. A shift or break that starts
    or ends inside an interval counts for the exact part of it. Absence and in-shift losses enter here and nowhere else (C5):
    ``present = scheduled (1 - absence)`` and ``on_seat = present (1 - in_shift_loss)``, as averages (C12).

    Raises ValueError when a shift names a group the account does not have.
    """
    grid = shift_plan.grid
    scheduled = heads_outside_breaks(rostered(shift_plan, account), tuple(group.id for group in account.groups), grid)
    present = scheduled * (1 - np.array([[group.absence] for group in account.groups]).reshape(-1, 1))
    on_seat = present * (1 - np.array([[group.in_shift_loss] for group in account.groups]).reshape(-1, 1))
    return Capacity(
        groups=tuple(group.id for group in account.groups), grid=grid, scheduled=scheduled, present=present, on_seat=on_seat
    )


def rostered(shift_plan: ShiftPlan, account: Account) -> tuple[Shift, ...]:
    """Return the shifts of a plan and those already running that are not among them."""
    known = {shift.id for shift in shift_plan.shifts}
    return (*shift_plan.shifts, *(shift for shift in account.carry_in if shift.id not in known))


def heads_outside_breaks(shifts: Iterable[Shift], groups: tuple[str, ...], grid: TimeGrid) -> Floats:
    """Return rostered heads outside breaks ``[G, T]``, averaged over each interval; breaks count out whether paid or not.

    Sums are kept in whole head-seconds, so the averages carry no rounding beyond one division.
    Raises ValueError when a shift names a group that is not in `groups`.
    """
    row = {group: g for g, group in enumerate(groups)}
    edges: Ints = np.zeros((len(groups), grid.size + 2), dtype=np.int64)
    for shift in shifts:
        if shift.group not in row:
            raise ValueError(f"shift {shift.id} is of group {shift.group}, which is not one of {', '.join(groups)}")
        line = edges[row[shift.group]]
        _add(line, grid, utc_seconds(shift.start_utc), shift.heads)
        _add(line, grid, utc_seconds(shift.end_utc), -shift.heads)
        for pause in shift.breaks:
            _add(line, grid, utc_seconds(pause.start_utc), -shift.heads)
            _add(line, grid, utc_seconds(pause.end_utc), shift.heads)
    head_seconds = np.cumsum(edges, axis=1)[:, : grid.size]
    averages: Floats = head_seconds / grid.interval_s
    return averages


def _add(line: Ints, grid: TimeGrid, when_s: int, heads: int) -> None:
    """Let `heads` more be there from `when_s` on: the rest of the interval it falls in, and all of every later one."""
    within_grid = min(max(when_s - utc_seconds(grid.start_utc), 0), grid.size * grid.interval_s)
    interval, second = divmod(within_grid, grid.interval_s)
    line[interval] += heads * (grid.interval_s - second)
    line[interval + 1] += heads * second
