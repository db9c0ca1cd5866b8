"""The re-plan as an integer program: who keeps the published shift, who loses it, who works another, and what is short then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from planner.domain.arrays import Bools, Ints
from planner.domain.grid import utc_seconds
from planner.replan.cover import add_cover
from planner.replan.duties import same_hours, waits_s
from planner.replan.facts import Place
from planner.replan.intervals import on_seat
from planner.replan.law import limits_at, longest_run
from planner.replan.prices import place_cost, place_price, unit
from planner.replan.problem import Problem, Slot
from planner.rules.work import DAYS_A_WEEK
from planner.shifts.gaps import counted
from planner.solver import Model, Sense

_EPS_H = 1e-6


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
    _agent_weeks(model, problem, keep, work)
    _rest(model, problem, keep, work)
    _runs(model, problem, keep, work)
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


def _agent_weeks(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...]) -> None:
    """Hours and days of the contract, overtime as allowed, and pay for promised hours that are not worked."""
    share = problem.facts.changes.pay.guaranteed_share
    by_agent: dict[str, list[int]] = defaultdict(list)
    for s, slot in enumerate(problem.slots):
        by_agent[slot.agent.id].append(s)
    for w, week in enumerate(problem.weeks):
        columns, hours = [], []
        for s in by_agent[week.agent.id]:
            slot = problem.slots[s]
            if slot.place is not None and week.holds(slot.place.shift.start_utc):
                columns.append(int(keep[s]))
                hours.append(slot.place.shift.paid_h_per_head)
            for j, column in zip(slot.duties, work[s].tolist(), strict=True):
                if week.holds(problem.duties[j].start_utc):
                    columns.append(column)
                    hours.append(problem.duties[j].paid_h)
        if not columns:
            continue
        left = max(0.0, week.contract_h - week.lost_h - week.used_h)
        row = model.add_rows(f"hours_{w}", 1, sense=Sense.LE, rhs=left + _EPS_H)
        model.add_terms(row, columns, hours)
        if week.overtime_h > 0:
            extra = model.add_columns(f"overtime_{w}", 1, upper=week.overtime_h, cost=week.premium)
            some = model.add_columns(
                f"overtime_week_{w}", 1, upper=1.0, cost=problem.facts.changes.prices.overtime * unit(problem.facts, week.agent),
                integer=True,
            )  # fmt: skip
            model.add_terms(row, extra, -1.0)
            link = model.add_rows(f"overtime_told_{w}", 1, sense=Sense.LE, rhs=0.0)
            model.add_terms(link, extra, 1.0)
            model.add_terms(link, some, -week.overtime_h)
        else:
            days = model.add_rows(
                f"days_{w}", 1, sense=Sense.LE, rhs=float(max(0, week.contract_days - week.lost_days - week.used_days))
            )
            model.add_terms(days, columns, 1.0)
        if share > 0 and week.promised_h > week.used_h + _EPS_H:
            owed = model.add_columns(f"owed_{w}", 1, cost=share * week.hour)
            paid = model.add_rows(f"promised_{w}", 1, sense=Sense.GE, rhs=week.promised_h - week.used_h)
            model.add_terms(paid, owed, 1.0)
            model.add_terms(paid, columns, hours)


def _rest(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...]) -> None:
    """Daily rest between one date's shift and the next one's: for every end, nothing that starts too soon after it.

    What stands rules options out; other pairs are held by a row per end, which is the whole clique.
    """
    standing: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place in problem.standing:
        standing[place.agent.id].append((utc_seconds(place.shift.start_utc), utc_seconds(place.shift.end_utc)))
    spans = [(utc_seconds(d.start_utc), utc_seconds(d.end_utc)) for d in problem.duties]
    by_agent: dict[str, dict[date, int]] = defaultdict(dict)
    for s, slot in enumerate(problem.slots):
        by_agent[slot.agent.id][slot.day] = s
    rests = _rest_by_group(problem)
    out: list[int] = []
    cliques: list[list[int]] = []
    for agent, days in by_agent.items():
        for day, s in days.items():
            slot = problem.slots[s]
            rest = rests[slot.agent.group]
            for j, column in zip(slot.duties, work[s].tolist(), strict=True):
                start, end = spans[j]
                if any(start < b + rest and a < end + rest for a, b in standing[agent]):
                    out.append(column)
            after = days.get(day + timedelta(days=1))
            if after is not None:
                first, second = _spans(problem, s, keep, work, spans), _spans(problem, after, keep, work, spans)
                cliques += _cliques(first, second, rest)
    if out:
        model.fix(np.array(out, dtype=np.int64), 0.0)
    rows = model.add_rows("rest", len(cliques), sense=Sense.LE, rhs=1.0)
    for row, columns in zip(rows.tolist(), cliques, strict=True):
        model.add_terms(row, columns, 1.0)


def _rest_by_group(problem: Problem) -> dict[str, int]:
    account, plan = problem.account, problem.facts.plan
    found = {}
    for group in account.groups:
        limit = limits_at(account.site(group.site), plan, group).rest_min
        found[group.id] = int(60 * (limit or 0.0))
    return found


def _spans(
    problem: Problem, s: int, keep: Ints, work: tuple[Ints, ...], spans: list[tuple[int, int]]
) -> list[tuple[int, int, int, bool]]:
    """Every shift a slot can have as start, end and variable; and whether it is the published one."""
    slot = problem.slots[s]
    found = [(*spans[j], column, False) for j, column in zip(slot.duties, work[s].tolist(), strict=True)]
    if slot.place is not None:
        shift = slot.place.shift
        found.append((utc_seconds(shift.start_utc), utc_seconds(shift.end_utc), int(keep[s]), True))
    return found


def _cliques(first: list[tuple[int, int, int, bool]], second: list[tuple[int, int, int, bool]], rest: int) -> list[list[int]]:
    rows: list[list[int]] = []
    seen: set[tuple[int, int]] = set()
    published = [(e, a) for _, e, _, p in first if p for a, _, _, q in second if q]
    if any(a < e + rest for e, a in published):
        return []  # the published pair breaks the rest itself: what goes beyond it is found by the checker
    for end in sorted({e for _, e, _, _ in first}):
        late = [column for _, e, column, _ in first if e >= end]
        soon = [column for a, _, column, _ in second if a < end + rest]
        if soon and late and (len(late), len(soon)) not in seen:
            seen.add((len(late), len(soon)))
            rows.append([*late, *soon])
    return rows


def _runs(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...]) -> None:
    """Days worked in any seven, and in a row, as the site's law has it; a published excess may stay but not grow."""
    account, plan = problem.account, problem.facts.plan
    standing: dict[str, set[date]] = defaultdict(set)
    for place in problem.standing:
        standing[place.agent.id].add(place.shift.date)
    by_agent: dict[str, dict[date, int]] = defaultdict(dict)
    for s, slot in enumerate(problem.slots):
        by_agent[slot.agent.id][slot.day] = s
    rows: list[tuple[list[int], float]] = []
    for agent, days in by_agent.items():
        group = account.group(problem.slots[next(iter(days.values()))].agent.group)
        site = account.site(group.site)
        limits = [(DAYS_A_WEEK, limits_at(site, plan, group).days_of_seven)]
        run = longest_run(site, min(days))
        limits += [(run + 1, run)] if run is not None else []
        for length, most in limits:
            if most >= length:
                continue
            for first in range(min(days).toordinal() - length + 1, max(days).toordinal() + 1):
                inside = [date.fromordinal(first + n) for n in range(length)]
                here = [days[day] for day in inside if day in days]
                columns = [c for s in here for c in _columns(s, keep, work)]
                fixed = len(standing[agent].intersection(inside))
                now = fixed + sum(keep[s] >= 0 for s in here)
                if columns and fixed + len(here) > most:
                    rows.append((columns, float(max(most, now) - fixed)))
    added = model.add_rows("days_of_rest", len(rows), sense=Sense.LE, rhs=[rhs for _, rhs in rows])
    for row, (columns, _) in zip(added.tolist(), rows, strict=True):
        model.add_terms(row, columns, 1.0)


def _columns(s: int, keep: Ints, work: tuple[Ints, ...]) -> list[int]:
    return [*([int(keep[s])] if keep[s] >= 0 else []), *(int(c) for c in work[s])]


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
