"""Who is on duty in each interval, whom they serve, what is short and which promises are missed: the same counting as the shift
model's (:mod:`planner.shifts.cover`), for a few dates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import utc_seconds
from planner.replan.intervals import filled
from planner.replan.problem import Problem
from planner.shifts.service import Service
from planner.solver import Model, Sense, SolveOptions, solve

_TINY = 1e-9
MISSED = 1e-5
"""Contacts missing from a window below this are arithmetic."""


@dataclass(frozen=True)
class Cover:
    """Variables of cover in the cells ``cells`` ``[N, 2]`` of class and interval: `short` ``[N]``; `given` to each of several classes by
    a group, as (group, interval, cells, variables); `pieces` of service ``[M]``; contacts `missed` by the windows `windows`."""

    cells: Ints
    short: Ints
    given: tuple[tuple[int, int, tuple[int, ...], Ints], ...]
    pieces: Ints
    missed: Ints
    windows: Ints


def add_cover(model: Model, problem: Problem, *, keep: Ints, heads: Ints, breaks: tuple[tuple[Ints, ...], ...]) -> Bools:
    """Add heads outside breaks, their split among classes, the shortfall and what windows miss, in every interval that a variable shift
    touches.

    What is short elsewhere cannot change: it is found once and added to the model's constant. There everybody's time stays divided as
    in ``Held.won``. Returns the intervals ``[T]`` added.
    """
    terms = _terms(problem, keep, heads, breaks)
    span = problem.span
    model.offset += least_shortfall(problem, problem.heads, ~span)
    on_duty = _on_duty(model, problem, terms)
    service = None if problem.held is None else problem.held.inside(span)
    add_needs(model, problem, np.where(span, problem.need, 0.0), service, on_duty, problem.heads)
    return span


def least_shortfall(problem: Problem, heads: Floats, where: Bools) -> float:
    """Return the priced shortfall of `heads` ``[G, T]`` outside breaks in the intervals `where` ``[T]``, agents divided at best."""
    need = np.where(where, problem.need, 0.0)
    if not need.any():
        return 0.0
    model = Model("shortfall")
    add_needs(model, problem, need, None, {}, heads)
    found = solve(model, SolveOptions()).info.objective
    return 0.0 if found is None else found


def _terms(
    problem: Problem, keep: Ints, heads: Ints, breaks: tuple[tuple[Ints, ...], ...]
) -> dict[int, list[list[tuple[int, float]]]]:
    """Variables and shares that make up the heads of each group in each interval."""
    grid = problem.grid
    terms: dict[int, list[list[tuple[int, float]]]] = defaultdict(lambda: [[] for _ in range(grid.size)])

    def put(group: int, column: int, start_s: int, end_s: int, sign: float) -> None:
        at, share = filled(grid, start_s, end_s)
        mine = terms[group]
        for t, part in zip(at.tolist(), share.tolist(), strict=True):
            mine[t].append((column, sign * part))

    for s, slot in enumerate(problem.slots):
        if slot.place is not None:
            shift, g = slot.place.shift, problem.group_number[slot.place.shift.group]
            put(g, int(keep[s]), utc_seconds(shift.start_utc), utc_seconds(shift.end_utc), 1.0)
            for pause in shift.breaks:
                put(g, int(keep[s]), utc_seconds(pause.start_utc), utc_seconds(pause.end_utc), -1.0)
    for j in np.flatnonzero(heads >= 0).tolist():
        duty = problem.duties[j]
        put(duty.group, int(heads[j]), utc_seconds(duty.start_utc), utc_seconds(duty.end_utc), 1.0)
        for choice, columns in zip(duty.breaks, breaks[j], strict=True):
            for at, column in zip(choice.starts_s, columns.tolist(), strict=True):
                put(duty.group, column, at, at + 60 * choice.minutes, -1.0)
    return terms


def _on_duty(model: Model, problem: Problem, terms: dict[int, list[list[tuple[int, float]]]]) -> dict[tuple[int, int], int]:
    """One variable for the heads outside breaks of a group in an interval, where any of them can change."""
    cells = [(g, t) for g in sorted(terms) for t, inside in enumerate(terms[g]) if inside]
    columns = model.add_columns("on_duty", len(cells), labels=lambda i: f"{cells[i][0]},{cells[i][1]}")
    rows = model.add_rows("present", len(cells), sense=Sense.EQ, rhs=[-float(problem.heads[g, t]) for g, t in cells])
    model.add_terms(rows, columns, -1.0)
    for row, (g, t) in zip(rows.tolist(), cells, strict=True):
        inside = terms[g][t]
        model.add_terms(row, [column for column, _ in inside], [share for _, share in inside])
    return dict(zip(cells, columns.tolist(), strict=True))


def add_needs(
    model: Model,
    problem: Problem,
    need: Floats,
    service: Service | None,
    on_duty: dict[tuple[int, int], int],
    heads: Floats,
) -> Cover:
    """Each class is given its `need` ``[C, T]`` or is short, and stands on pieces of `service` beyond it; a group with several classes
    divides its time among them (C6). Heads are the variables `on_duty` by group and interval, `heads` ``[G, T]`` elsewhere."""
    wanted = need > _TINY
    if service is not None:
        wanted[service.piece_class, service.interval] = True
    cells = np.argwhere(wanted)
    at = {(int(c), int(t)): i for i, (c, t) in enumerate(cells.tolist())}
    short = model.add_columns("short", len(cells), upper=need[wanted], cost=problem.price)
    cover = model.add_rows("cover", len(cells), sense=Sense.GE, rhs=0.0)
    model.add_terms(cover, short, 1.0)
    rhs = need[wanted].copy()
    rows, columns, values = [], [], []
    splits: list[tuple[int, int, tuple[int, ...]]] = []
    for g in np.flatnonzero(problem.serves.any(axis=1)).tolist():
        classes = np.flatnonzero(problem.serves[g]).tolist()
        for t in np.flatnonzero(wanted[classes].any(axis=0)).tolist():
            present = tuple(at[c, t] for c in classes if (c, t) in at)
            column = on_duty.get((g, t))
            if column is None and heads[g, t] <= _TINY:
                continue
            if len(present) > 1:
                splits.append((g, t, present))
            elif column is None:
                rhs[present[0]] -= problem.availability[g] * heads[g, t]
            else:
                rows.append(int(cover[present[0]]))
                columns.append(column)
                values.append(float(problem.availability[g]))
    model.add_terms(rows, columns, values)
    given = model.add_columns("given", sum(len(present) for _, _, present in splits))
    limit = [0.0 if (g, t) in on_duty else float(problem.availability[g] * heads[g, t]) for g, t, _ in splits]
    split = model.add_rows("split", len(splits), sense=Sense.LE, rhs=limit)
    shared = []
    first = 0
    for row, (g, t, present) in zip(split.tolist(), splits, strict=True):
        mine = given[first : first + len(present)]
        first += len(present)
        shared.append((g, t, present, mine))
        model.add_terms(row, mine, 1.0)
        model.add_terms(cover[list(present)], mine, 1.0)
        if (g, t) in on_duty:
            model.add_terms(row, on_duty[g, t], -float(problem.availability[g]))
    model.set_rhs(cover, rhs)
    return Cover(cells, short, tuple(shared), *_add_windows(model, service, cover, short, at))


def _add_windows(
    model: Model, service: Service | None, cover: Ints, short: Ints, at: dict[tuple[int, int], int]
) -> tuple[Ints, Ints, Ints]:
    """Agents beyond the least on pieces of service, and one row per window that any of them wins contacts for.

    An agent missing from the least of a cell costs each window there what the cell's worthiest piece wins, so that nobody who is not
    there wins contacts. What other windows miss cannot change and is added to the constant.
    """
    if service is None:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    pieces = model.add_columns("service", len(service.queue), upper=service.width)
    cells = np.array(
        [at[c, t] for c, t in zip(service.piece_class.tolist(), service.interval.tolist(), strict=True)], dtype=np.int64
    )
    model.add_terms(cover[cells], pieces, -1.0)
    windows = np.unique(service.window)
    missed = model.add_columns("missed", len(windows), cost=service.miss_price[windows])
    rows = model.add_rows("promise", len(windows), sense=Sense.GE, rhs=-service.base[windows])
    model.add_terms(rows, missed, 1.0)
    model.add_terms(rows[np.searchsorted(windows, service.window)], pieces[service.of], service.reward)
    most = np.zeros((len(windows), len(cover)))
    np.maximum.at(most, (np.searchsorted(windows, service.window), cells[service.of]), service.reward)
    row, cell = np.nonzero(most)
    model.add_terms(rows[row], short[cell], -most[row, cell])
    others = np.setdiff1d(np.arange(len(service.base)), windows)
    model.offset += float(service.miss_price[others] @ np.maximum(-service.base[others], 0.0))
    return pieces, missed, windows
