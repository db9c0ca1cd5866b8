"""Who is on duty in each interval, whom they serve, and what is short: the same counting as the shift model's, for a few dates."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import utc_seconds
from planner.replan.intervals import filled
from planner.replan.problem import Problem
from planner.solver import Model, Sense, SolveOptions, solve

_TINY = 1e-9


def add_cover(model: Model, problem: Problem, *, keep: Ints, heads: Ints, breaks: tuple[tuple[Ints, ...], ...]) -> Bools:
    """Add heads outside breaks, their split among classes and the shortfall, in every interval that a variable shift touches.

    What is short elsewhere cannot change: it is found once and added to the model's constant. Returns the intervals ``[T]`` added.
    """
    terms = _terms(problem, keep, heads, breaks)
    span = np.zeros(problem.grid.size, dtype=np.bool_)
    for g in terms:
        span[[t for t, cells in enumerate(terms[g]) if cells]] = True
    model.offset += least_shortfall(problem, problem.heads, ~span)
    on_duty = _on_duty(model, problem, terms)
    need = np.where(span, problem.need, 0.0)
    _add_needs(model, problem, need, on_duty)
    return span


def least_shortfall(problem: Problem, heads: Floats, where: Bools) -> float:
    """Return the priced shortfall of `heads` ``[G, T]`` outside breaks in the intervals `where` ``[T]``, agents divided at best."""
    need = np.where(where, problem.need, 0.0)
    if not need.any():
        return 0.0
    model = Model("shortfall")
    _add_needs(model, problem, need, {}, heads)
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


def _add_needs(
    model: Model, problem: Problem, need: Floats, on_duty: dict[tuple[int, int], int], heads: Floats | None = None
) -> None:
    """Each class is given its need or is short; a group with several classes divides its time among them (C6)."""
    fixed = problem.heads if heads is None else heads
    cells = np.argwhere(need > _TINY)
    at = {(int(c), int(t)): i for i, (c, t) in enumerate(cells.tolist())}
    wanted = need[need > _TINY]
    short = model.add_columns("short", len(cells), upper=wanted, cost=problem.price)
    cover = model.add_rows("cover", len(cells), sense=Sense.GE, rhs=0.0)
    model.add_terms(cover, short, 1.0)
    rhs = wanted.copy()
    rows, columns, values = [], [], []
    splits: list[tuple[int, int, list[int]]] = []
    for g in np.flatnonzero(problem.serves.any(axis=1)).tolist():
        classes = np.flatnonzero(problem.serves[g]).tolist()
        for t in np.flatnonzero((need[classes] > _TINY).any(axis=0)).tolist():
            present = [at[c, t] for c in classes if (c, t) in at]
            column = on_duty.get((g, t))
            if column is None and fixed[g, t] <= _TINY:
                continue
            if len(present) > 1:
                splits.append((g, t, present))
            elif column is None:
                rhs[present[0]] -= problem.availability[g] * fixed[g, t]
            else:
                rows.append(int(cover[present[0]]))
                columns.append(column)
                values.append(float(problem.availability[g]))
    model.add_terms(rows, columns, values)
    given = model.add_columns("given", sum(len(present) for _, _, present in splits))
    limit = [0.0 if (g, t) in on_duty else float(problem.availability[g] * fixed[g, t]) for g, t, _ in splits]
    split = model.add_rows("split", len(splits), sense=Sense.LE, rhs=limit)
    first = 0
    for row, (g, t, present) in zip(split.tolist(), splits, strict=True):
        mine = given[first : first + len(present)]
        first += len(present)
        model.add_terms(row, mine, 1.0)
        model.add_terms(cover[present], mine, 1.0)
        if (g, t) in on_duty:
            model.add_terms(row, on_duty[g, t], -float(problem.availability[g]))
    model.set_rhs(cover, rhs)
