"""The re-plan as an integer program: who keeps the published shift, who loses it, who works another, and what is short then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.domain.arrays import Bools, Ints
from planner.replan.cover import add_cover
from planner.replan.duties import same_hours, waits_s
from planner.replan.facts import Place
from planner.replan.intervals import on_seat
from planner.replan.prices import place_cost, place_price, unit
from planner.replan.problem import Problem, Slot
from planner.replan.working_time import add_agent_weeks, add_rest, add_runs
from planner.shifts.gaps import counted
from planner.solver import Model, Sense


@dataclass(frozen=True)
class Built:
    """A model with its variables: per slot `keep` and `off` (-1 where free), `work` one array per slot along its duties; `heads` ``[J]``
    on each duty, `breaks` per duty and rule an array along its starts, and the intervals `span` the cover rows look at."""

    model: Model
    keep: Ints
    off: Ints
    work: tuple[Ints, ...]
    heads: Ints
    breaks: tuple[tuple[Ints, ...], ...]
    span: Bools


def build(problem: Problem) -> Built:
    """Return the model of `problem`; its objective is the whole roster's pay, priced shortfall and price of changes."""
    model = Model("replan", offset=problem.constant)
    slots = problem.slots
    placed = [s for s, slot in enumerate(slots) if slot.place is not None]
    keep, off = _empty(len(slots)), _empty(len(slots))
    costs = [place_cost(problem.account, slot.place) for slot in slots if slot.place is not None]
    keep[placed] = model.add_columns("keep", len(placed), upper=1.0, cost=costs, integer=True, labels=_names(slots, placed))
    off[placed] = model.add_columns(
        "off", len(placed), upper=1.0, cost=[slots[s].off_price for s in placed], integer=True, labels=_names(slots, placed)
    )
    owner = np.repeat(np.arange(len(slots)), [len(slot.duties) for slot in slots])
    duty = np.array([j for slot in slots for j in slot.duties], dtype=np.int64)
    price = np.array([p for slot in slots for p in slot.prices], dtype=np.float64)
    works = model.add_columns("work", len(duty), upper=1.0, cost=price, integer=True, labels=lambda i: f"{owner[i]},{duty[i]}")
    ends = np.cumsum([len(slot.duties) for slot in slots]).tolist()
    work = tuple(works[a:b] for a, b in pairwise([0, *ends]))
    _one_thing_each(model, slots, keep, off, work)
    heads = _heads(model, problem, duty, works)
    breaks = _breaks(model, problem, heads)
    _call_ins(model, problem, keep, work, heads)
    if not problem.facts.changes.effort.move_breaks:
        _no_detours(model, problem, work)
    add_agent_weeks(model, problem, keep, work)
    add_rest(model, problem, keep, work)
    add_runs(model, problem, keep, work)
    _seats(model, problem, keep, heads)
    span = add_cover(model, problem, keep=keep, heads=heads, breaks=breaks)
    return Built(model=model, keep=keep, off=off, work=work, heads=heads, breaks=breaks, span=span)


def _one_thing_each(model: Model, slots: tuple[Slot, ...], keep: Ints, off: Ints, work: tuple[Ints, ...]) -> None:
    """A published shift is kept, changed or taken away; a free date stays free or gets one shift."""
    placed = [s for s, slot in enumerate(slots) if slot.place is not None]
    free = [s for s, slot in enumerate(slots) if slot.place is None]
    for name, which, sense in (("placed", placed, Sense.EQ), ("free", free, Sense.LE)):
        rows = model.add_rows(name, len(which), sense=sense, rhs=1.0, labels=_names(slots, which))
        for row, s in zip(rows.tolist(), which, strict=True):
            model.add_terms(row, work[s], 1.0)
            if keep[s] >= 0:
                model.add_terms(row, [keep[s], off[s]], 1.0)


def _heads(model: Model, problem: Problem, duty: Ints, works: Ints) -> Ints:
    """Heads on each duty, -1 where nobody can be: the sum of those put on it."""
    heads = _empty(len(problem.duties))
    used, most = np.unique(duty, return_counts=True)
    heads[used] = model.add_columns(
        "heads", len(used), upper=most.astype(np.float64), cost=[problem.duties[j].cost for j in used.tolist()]
    )
    rows = _empty(len(problem.duties))
    rows[used] = model.add_rows("heads_are_people", len(used), sense=Sense.EQ, rhs=0.0)
    model.add_terms(rows[duty], works, 1.0)
    model.add_terms(rows[used], heads[used], -1.0)
    return heads


def _breaks(model: Model, problem: Problem, heads: Ints) -> tuple[tuple[Ints, ...], ...]:
    """How many heads of a duty begin each of its breaks when (Aykin 1996); every head takes every break."""
    found: list[tuple[Ints, ...]] = []
    cells = [(j, r) for j in np.flatnonzero(heads >= 0).tolist() for r in range(len(problem.duties[j].breaks))]
    sizes = [len(problem.duties[j].breaks[r].starts_s) for j, r in cells]
    cost = [c for j, r in cells for c in problem.duties[j].breaks[r].costs]
    columns = model.add_columns("breaks", sum(sizes), cost=cost, integer=True)
    rows = model.add_rows("rests", len(cells), sense=Sense.EQ, rhs=0.0)
    model.add_terms(np.repeat(rows, sizes), columns, 1.0)
    model.add_terms(rows, heads[[j for j, _ in cells]], -1.0)
    ends = iter(pairwise([0, *np.cumsum(sizes).tolist()]))
    for j, duty in enumerate(problem.duties):
        mine = []
        if heads[j] >= 0:
            for _ in duty.breaks:
                a, b = next(ends)
                mine.append(columns[a:b])
        found.append(tuple(mine))
    _keep_apart(model, problem, found)
    return tuple(found)


def _keep_apart(model: Model, problem: Problem, breaks: list[tuple[Ints, ...]]) -> None:
    """No later break before an earlier one that lies far enough back; see :mod:`planner.shifts.gaps`."""
    ties: list[tuple[Ints, Ints]] = []
    for duty, columns in zip(problem.duties, breaks, strict=True):
        pairs = zip(pairwise(duty.breaks), pairwise(columns), waits_s(duty.pattern.rule), strict=False)
        for (before, after), (early, late), wait in pairs:
            ties += [(late[:n], early[:m]) for n, m in counted(before.starts_s, after.starts_s, wait)]
    rows = model.add_rows("apart", len(ties), sense=Sense.LE, rhs=0.0)
    for row, (late, early) in zip(rows.tolist(), ties, strict=True):
        model.add_terms(row, late, 1.0)
        model.add_terms(row, early, -1.0)


def _call_ins(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...], heads: Ints) -> None:
    """A call-in takes over a place that somebody gives up, or stands on a new one, which costs more."""
    facts = problem.facts
    called: dict[int, list[int]] = defaultdict(list)
    given_up: dict[int, list[int]] = defaultdict(list)
    free_places: dict[int, int] = defaultdict(int)
    by_hours = {(d.group, d.start_utc, d.end_utc): j for j, d in enumerate(problem.duties)}
    for place in lost_places(problem):
        key = (problem.group_number[place.shift.group], place.shift.start_utc, place.shift.end_utc)
        if key in by_hours:
            free_places[by_hours[key]] += 1
    for s, slot in enumerate(problem.slots):
        if slot.place is None:
            for j, column in zip(slot.duties, work[s].tolist(), strict=True):
                called[j].append(column)
            continue
        key = (problem.group_number[slot.place.shift.group], slot.place.shift.start_utc, slot.place.shift.end_utc)
        if key in by_hours:
            j = by_hours[key]
            free_places[j] += 1
            given_up[j].append(int(keep[s]))
            given_up[j] += [
                c for i, c in zip(slot.duties, work[s].tolist(), strict=True) if same_hours(slot.place.shift, problem.duties[i])
            ]
    used = sorted(called)
    if not used:
        return
    taken, new = [], []
    for j in used:
        duty = problem.duties[j]
        hour = unit_of_group(problem, duty.group)
        taken.append(place_price(facts, hour, duty.start_utc, new=False))
        new.append(place_price(facts, hour, duty.start_utc, new=True))
    extra = model.add_columns("added", len(used), cost=np.subtract(new, taken))
    rows = model.add_rows("places", len(used), sense=Sense.GE, rhs=[-float(free_places[j]) for j in used])
    whole = model.cost
    for row, column, j, base in zip(rows.tolist(), extra.tolist(), used, taken, strict=True):
        whole[called[j]] += base
        model.add_terms(row, column, 1.0)
        model.add_terms(row, called[j], -1.0)
        model.add_terms(row, given_up[j], -1.0)
    model.set_cost(np.arange(model.n_columns), whole)


def _no_detours(model: Model, problem: Problem, work: tuple[Ints, ...]) -> None:
    """Nobody is put on published hours that somebody else is moved away from on that date.

    Such pairs change who works when and not how many; they would only serve to move breaks, which must stay.
    """
    out: dict[tuple[int, object], list[int]] = defaultdict(list)
    into: dict[tuple[int, object], list[int]] = defaultdict(list)
    for s, slot in enumerate(problem.slots):
        was = None if slot.place is None else (slot.place.shift.start_utc, slot.place.shift.end_utc)
        for j, column in zip(slot.duties, work[s].tolist(), strict=True):
            duty = problem.duties[j]
            now = (duty.start_utc, duty.end_utc)
            if now != was:
                into[duty.group, now].append(column)
                if slot.place is not None:
                    out[problem.group_number[slot.place.shift.group], was].append(column)
    both = sorted((key for key in out if key in into), key=str)
    chosen = model.add_columns("leaving", len(both), upper=1.0, integer=True)
    away = model.add_rows("moved_away", len(both), sense=Sense.LE, rhs=0.0)
    there = model.add_rows("put_there", len(both), sense=Sense.LE, rhs=[float(len(into[key])) for key in both])
    for row, other, column, key in zip(away.tolist(), there.tolist(), chosen.tolist(), both, strict=True):
        people = float(len({s for s, slot in enumerate(problem.slots) if _published_at(problem, slot, key)}))
        model.add_terms(row, out[key], 1.0)
        model.add_terms(row, column, -people)
        model.add_terms(other, into[key], 1.0)
        model.add_terms(other, column, float(len(into[key])))


def _published_at(problem: Problem, slot: Slot, key: tuple[int, object]) -> bool:
    if slot.place is None:
        return False
    shift = slot.place.shift
    return (problem.group_number[shift.group], (shift.start_utc, shift.end_utc)) == key


def lost_places(problem: Problem) -> tuple[Place, ...]:
    """Return the published places that absence or an agreement has emptied."""
    facts = problem.facts
    swapped = [(facts.published[key], shift) for key, shift in facts.fixed.items() if key in facts.published]
    hours = [(place, (shift.start_utc, shift.end_utc)) for place, shift in swapped]
    return (*facts.lost, *(place for place, now in hours if now != (place.shift.start_utc, place.shift.end_utc)))


def unit_of_group(problem: Problem, group: int) -> float:
    """Return the money of a price of one for agents of a group."""
    return next(
        (unit(problem.facts, agent) for agent in problem.facts.agents if problem.group_number[agent.group] == group), 0.0
    )


def _seats(model: Model, problem: Problem, keep: Ints, heads: Ints) -> None:
    """Everybody on shift holds a seat, breaks included; where the published roster holds more than there are, no more than it does."""
    account, grid = problem.account, problem.grid
    site_of = {site.id: n for n, site in enumerate(account.sites)}
    on_site: dict[tuple[int, int], list[int]] = defaultdict(list)
    now = np.array(problem.seated)
    most = np.array(problem.seated)
    for s, slot in enumerate(problem.slots):
        n = site_of[slot.agent.site]
        reach = np.zeros(grid.size, dtype=np.bool_)
        if slot.place is not None:
            at = on_seat(grid, slot.place.shift)
            now[n, at] += 1
            reach[at] = True
            for t in at.tolist():
                on_site[n, t].append(int(keep[s]))
        for j in slot.duties:
            reach[on_seat(grid, problem.duties[j].example)] = True
        most[n] += reach
    for j in np.flatnonzero(heads >= 0).tolist():
        duty = problem.duties[j]
        for t in on_seat(grid, duty.example).tolist():
            on_site[site_of[account.groups[duty.group].site], t].append(int(heads[j]))
    rows: dict[tuple[int, ...], float] = {}
    for (n, t), columns in sorted(on_site.items()):
        seats = max(float(account.sites[n].seats), float(now[n, t]))
        if most[n, t] > seats:
            left = seats - float(problem.seated[n, t])
            rows[tuple(columns)] = min(rows.get(tuple(columns), left), left)
    added = model.add_rows("seats", len(rows), sense=Sense.LE, rhs=list(rows.values()))
    for row, together in zip(added.tolist(), rows, strict=True):
        model.add_terms(row, list(together), 1.0)


def _empty(size: int) -> Ints:
    return np.full(size, -1, dtype=np.int64)


def _names(slots: tuple[Slot, ...], which: list[int]) -> list[str]:
    return [f"{slots[s].agent.id},{slots[s].day}" for s in which]
