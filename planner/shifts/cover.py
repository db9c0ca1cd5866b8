"""Requirement met or shown short, every agent's time used once (third family of constraints).

Heads outside breaks ``D(g,t)`` times the group's availability are on-seat agents (C5); agents of several classes divide them
(``y``, C6); what a class misses is its shortfall ``s``:

    sum of a D(g,t) over groups of one class  +  sum of y(g,c,t) over the others  +  s(c,t)  >=  need(c,t)
    sum over classes of y(g,c,t)  <=  a D(g,t)

Heads are whole in every finished plan, so ``D`` is a multiple of a unit (one head, or a part where hours are off the grid), and the
mixed-integer rounding of these rows (Nemhauser and Wolsey 1990) holds for every plan: with b = need / (a unit), f its fraction,

    s  >=  a unit f (ceil(b) - D / unit).

Where promises are kept over windows, need is the least of an interval; agents beyond it stand on pieces ``z`` of the service curves,
each piece winning `reward` contacts an agent for its window W, and contacts still missing there have their price:

    cover(c,t):  ...  +  s(c,t)  >=  need(c,t)  +  sum of z;        sum over W of reward z  +  missed(W)  >=  -base(W).

The rounding above lifts the linear bound to the convex hull of each interval's shortfall, which is most of what a bound lacks where few
people work. Classes joined by agents of several languages get the same row for their sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.shifts.problem import Problem
from planner.shifts.tours import TourColumns
from planner.shifts.whole_service import Lines
from planner.solver import Model, Sense

_TINY = 1e-9


@dataclass(frozen=True)
class CoverColumns:
    """Variables of cover: heads outside breaks `on_duty` ``[G, T]``, `short` ``[C, T]``, `given` ``[G, C, T]``; -1 where absent. `pieces`
    are agents on each piece of service, `missed` contacts missing per window, whose rows are
    `promises`; all empty without promises over windows."""

    on_duty: Ints
    short: Ints
    given: Ints
    pieces: Ints
    missed: Ints
    promises: Ints


def add_cover(
    model: Model, problem: Problem, *, tours: TourColumns, breaks: Ints, free: Bools, fixed: Floats, classes: Bools
) -> CoverColumns:
    """Add heads outside breaks, splits and shortfall.

    `free` ``[G]`` marks groups whose duties are variables of the model; `fixed` ``[G, T]`` are the heads outside breaks of all
    others and of shifts already running; `classes` ``[C]`` marks the classes to cover.
    """
    on_duty = _add_on_duty(model, problem, tours, breaks, free, fixed)
    need = np.where(classes[:, None], problem.need, 0.0)
    wanted = (need > _TINY) | _with_pieces(problem, classes)
    short = np.full(problem.need.shape, -1, dtype=np.int64)
    cells = np.argwhere(wanted)
    short[wanted] = model.add_columns(
        "short", len(cells), upper=need[wanted], cost=problem.price, labels=lambda i: f"{cells[i, 0]},{cells[i, 1]}"
    )
    cover = np.full(problem.need.shape, -1, dtype=np.int64)
    cover[wanted] = model.add_rows(
        "cover", len(cells), sense=Sense.GE, rhs=0.0, labels=lambda i: f"{cells[i, 0]},{cells[i, 1]}"
    )
    model.add_terms(cover[wanted], short[wanted], 1.0)
    given = np.full((len(problem.availability), *problem.need.shape), -1, dtype=np.int64)
    serves = problem.serves & classes
    shared = serves.sum(axis=1) > 1
    rhs_all = np.zeros(problem.need.shape)
    rhs_all[wanted] = need[wanted]
    for g in np.flatnonzero(serves.any(axis=1)).tolist():
        present = on_duty[g] >= 0
        if not shared[g]:
            c = int(np.flatnonzero(serves[g])[0])
            rhs_all[c] -= problem.availability[g] * np.where(present, 0.0, fixed[g])
            at = np.flatnonzero(present & wanted[c])
            model.add_terms(cover[c, at], on_duty[g, at], problem.availability[g])
        else:
            _add_split(model, problem, g, serves[g], on_duty[g], fixed[g], wanted, cover, given)
    model.set_rhs(cover[wanted], rhs_all[wanted])
    for classes_of_row in _joined_classes(serves, shared):
        _add_rounding(model, problem, classes_of_row, serves, on_duty, fixed, need, short)
    columns = CoverColumns(on_duty, short, given, *_add_windows(model, problem, classes, cover))
    if problem.lines is not None:
        _add_lines(model, problem, problem.lines, classes, columns, free, fixed)
    return columns


def _with_pieces(problem: Problem, classes: Bools) -> Bools:
    found = np.zeros(problem.need.shape, dtype=np.bool_)
    if problem.service is not None:
        found[problem.service.piece_class, problem.service.interval] = True
    return found & classes[:, None]


def _add_windows(model: Model, problem: Problem, classes: Bools, cover: Ints) -> tuple[Ints, Ints, Ints]:
    """Agents beyond the least on pieces of service, and one row per window: what they win makes up for what the least agents lack, or the
    window is missed by some contacts."""
    service = problem.service
    none = np.zeros(0, dtype=np.int64)
    if service is None:
        return none, none, none
    kept = np.flatnonzero(classes[service.piece_class])
    names = service.promised.queues
    pieces = np.full(len(service.queue), -1, dtype=np.int64)
    pieces[kept] = model.add_columns(
        "service",
        len(kept),
        upper=service.width[kept],
        labels=lambda i: f"{names[service.queue[kept[i]]]},{service.interval[kept[i]]},{kept[i]}",
    )
    model.add_terms(cover[service.piece_class[kept], service.interval[kept]], pieces[kept], -1.0)
    windows = service.promised.windows
    missed = model.add_columns(
        "missed", len(windows), cost=service.miss_price, labels=lambda i: f"{windows[i].clause},{windows[i].number}"
    )
    rows = model.add_rows(
        "promise", len(windows), sense=Sense.GE, rhs=-service.base, labels=lambda i: f"{windows[i].clause},{windows[i].number}"
    )
    model.add_terms(rows, missed, 1.0)
    inside = pieces[service.of] >= 0
    model.add_terms(rows[service.window[inside]], pieces[service.of[inside]], service.reward[inside])
    return pieces, missed, rows


def _add_lines(
    model: Model, problem: Problem, lines: Lines, classes: Bools, cover: CoverColumns, free: Bools, fixed: Floats
) -> None:
    """What whole heads can win: pieces of a class at their weights, under each line of :mod:`planner.shifts.whole_service`. Groups of
    several classes count by their heads where these are free, as if all they do were for the class; else by what they give it."""
    service = problem.service
    assert service is not None
    whole = problem.serves & lines.alike & (free[:, None] | (problem.serves.sum(axis=1) == 1)[:, None])
    kept = np.flatnonzero(classes[lines.of])
    of, at, head, part = lines.of[kept], lines.interval[kept], lines.head[kept], lines.part[kept]
    rhs = lines.offset[kept].copy()
    rows = model.add_rows(
        "whole_service",
        len(kept),
        sense=Sense.LE,
        rhs=0.0,
        labels=lambda i: f"{of[i]},{at[i]},{kept[i]}",
    )
    for g in np.flatnonzero(problem.serves.any(axis=1)).tolist():
        serving, heads = problem.serves[g, of], whole[g, of]
        there = cover.on_duty[g, at]
        rate = np.where(heads, head, part * problem.availability[g])
        by_head = serving & (heads | (int((problem.serves[g] & classes).sum()) == 1))
        rhs += np.where(by_head & (there < 0), rate * fixed[g, at], 0.0)
        for columns, chosen, rates in (
            (there, by_head & (there >= 0), rate),
            (cover.given[g, of, at], serving & ~by_head & (cover.given[g, of, at] >= 0), part),
        ):
            model.add_terms(rows[chosen], columns[chosen], -rates[chosen] / part[chosen])
    columns = cover.short[of, at]
    model.add_terms(rows[columns >= 0], columns[columns >= 0], -1.0)
    model.set_rhs(rows, rhs / part)
    worth = np.bincount(service.of, weights=lines.weight[service.window] * service.reward, minlength=len(service.queue))
    piece = np.flatnonzero((cover.pieces >= 0) & (worth > 0))
    cells = service.piece_class[piece] * problem.size + service.interval[piece]
    of_rows = of * problem.size + at
    first, last = np.searchsorted(of_rows, cells, side="left"), np.searchsorted(of_rows, cells, side="right")
    for n in range(int((last - first).max(initial=0))):
        more = first + n < last
        row = (first + n)[more]
        model.add_terms(rows[row], cover.pieces[piece[more]], worth[piece[more]] / part[row])


def _add_on_duty(model: Model, problem: Problem, tours: TourColumns, breaks: Ints, free: Bools, fixed: Floats) -> Ints:
    """D(g,t) = heads on duty less heads on a break plus heads already running; one row and one variable each."""
    size = problem.size
    on_duty = np.full((len(problem.availability), size), -1, dtype=np.int64)
    duties, choices = problem.duty_cells, problem.choice_cells
    kept = tours.heads[duties.item] >= 0
    covered = np.zeros(on_duty.shape, dtype=np.bool_)
    covered[problem.duty_group[duties.item[kept]], duties.interval[kept]] = True
    covered &= free[:, None]
    cells = np.argwhere(covered)
    on_duty[covered] = model.add_columns("on_duty", len(cells), labels=lambda i: _at(problem, cells[i]))
    rows = np.full(on_duty.shape, -1, dtype=np.int64)
    rows[covered] = model.add_rows(
        "present", len(cells), sense=Sense.EQ, rhs=-fixed[covered], labels=lambda i: _at(problem, cells[i])
    )
    model.add_terms(rows[covered], on_duty[covered], -1.0)
    model.add_terms(
        rows[problem.duty_group[duties.item[kept]], duties.interval[kept]], tours.heads[duties.item[kept]], duties.share[kept]
    )
    group_of_choice = problem.pool_group[problem.choice_pool]
    kept = breaks[choices.item] >= 0
    at = rows[group_of_choice[choices.item[kept]], choices.interval[kept]]
    model.add_terms(at[at >= 0], breaks[choices.item[kept]][at >= 0], -choices.share[kept][at >= 0])
    return on_duty


def _add_split(
    model: Model,
    problem: Problem,
    g: int,
    serves: Bools,
    on_duty: Ints,
    fixed: Floats,
    wanted: Bools,
    cover: Ints,
    given: Ints,
) -> None:
    """Agents of group `g` divide their time among its classes."""
    name = problem.account.groups[g].id
    useful = (on_duty >= 0) | (fixed > _TINY)
    cells = [(c, t) for c in np.flatnonzero(serves).tolist() for t in np.flatnonzero(wanted[c] & useful).tolist()]
    if not cells:
        return
    c, t = np.array(cells, dtype=np.int64).T
    given[g, c, t] = model.add_columns(f"given_{name}", len(cells), labels=lambda i: f"{c[i]},{t[i]}")
    model.add_terms(cover[c, t], given[g, c, t], 1.0)
    times = np.unique(t)
    constant = np.where(on_duty[times] >= 0, 0.0, fixed[times]) * problem.availability[g]
    rows = np.full(problem.size, -1, dtype=np.int64)
    rows[times] = model.add_rows(f"split_{name}", len(times), sense=Sense.LE, rhs=constant, labels=lambda i: str(times[i]))
    model.add_terms(rows[t], given[g, c, t], 1.0)
    at = times[on_duty[times] >= 0]
    model.add_terms(rows[at], on_duty[at], -problem.availability[g])


def _joined_classes(serves: Bools, shared: Bools) -> list[tuple[int, ...]]:
    """Sets of classes worth a rounding row: each alone, pairs that share a group, and each whole connected set."""
    used = np.flatnonzero(serves.any(axis=0)).tolist()
    sets: set[tuple[int, ...]] = {(c,) for c in used}
    links = {pair for g in np.flatnonzero(shared) for pair in combinations(np.flatnonzero(serves[g]).tolist(), 2)}
    sets |= links
    for part in connected(serves):
        sets.add(part)
    return sorted(sets, key=lambda s: (len(s), s))


def connected(serves: Bools) -> list[tuple[int, ...]]:
    """Return the classes joined by groups that serve several of them, as sorted tuples; classes nobody serves are left out."""
    parts: list[set[int]] = []
    for row in serves:
        found = set(np.flatnonzero(row).tolist())
        if not found:
            continue
        touching = [p for p in parts if p & found]
        parts = [p for p in parts if not p & found] + [found.union(*touching)]
    return sorted(tuple(sorted(p)) for p in parts)


def _add_rounding(
    model: Model,
    problem: Problem,
    classes: tuple[int, ...],
    serves: Bools,
    on_duty: Ints,
    fixed: Floats,
    need: Floats,
    short: Ints,
) -> None:
    """Mixed-integer rounding of the sum of the cover rows of `classes`, once per availability among their groups."""
    groups = np.flatnonzero(serves[:, list(classes)].any(axis=1))
    here = groups[(on_duty[groups] >= 0).any(axis=1)]
    if not len(here):
        return
    constant = np.where(on_duty[groups] >= 0, 0.0, fixed[groups]).T @ problem.availability[groups]
    left = need[list(classes)].sum(axis=0) - constant
    for reference in np.unique(problem.availability[here]).tolist():
        size = reference * problem.unit
        b = left / size
        f = b - np.floor(b)
        times = np.flatnonzero((left > _TINY) & (f > 1e-6) & (f < 1 - 1e-6) & (on_duty[here] >= 0).any(axis=0))
        if not len(times):
            continue
        label = "_".join(str(c) for c in classes)
        rows = np.full(problem.size, -1, dtype=np.int64)
        name = f"whole_{label}" + (f"_a{reference:.6f}" if len(np.unique(problem.availability[here])) > 1 else "")
        rows[times] = model.add_rows(
            name,
            len(times),
            sense=Sense.GE,
            rhs=np.ceil(b[times]),
            labels=lambda i, times=times: str(times[i]),  # type: ignore[misc]
        )
        for g in here.tolist():
            at = times[on_duty[g, times] >= 0]
            share = problem.availability[g] / reference
            whole = np.floor(share + 1e-12)
            weight = whole + np.minimum(np.maximum(share - whole, 0.0) / f[at], 1.0)
            model.add_terms(rows[at], on_duty[g, at], weight / problem.unit[at])
        for c in classes:
            at = times[short[c, times] >= 0]
            model.add_terms(rows[at], short[c, at], 1.0 / (size[at] * f[at]))


def _at(problem: Problem, cell: Ints) -> str:
    return f"{problem.account.groups[int(cell[0])].id},{int(cell[1])}"
