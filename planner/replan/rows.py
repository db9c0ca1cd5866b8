"""Places back into a plan's tables: shift rows with heads, agents, assignments and tours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from planner.domain.roster import Agent, Assignment, OpenShift, Roster
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, Tour
from planner.replan.facts import Facts, Place

_Content = tuple[str, str, date, datetime, datetime, tuple[PlacedBreak, ...], bool]


def rows_of(facts: Facts, places: Sequence[Place]) -> tuple[ShiftPlan, Roster]:
    """Return the shift plan and the roster in which exactly `places` are worked.

    Rows that are worked as published keep their ids, with the heads they have now; rows that nobody works are left out. New rows are
    numbered on from the published ones of their group, pattern and date. Agents who have left and work no shift are left out; tours
    count the agents there are.
    """
    plan = facts.plan
    known = {_content(shift): shift.id for shift in reversed(plan.shifts.shifts)}
    known |= {_content(shift): shift.id for shift in plan.shifts.shifts if shift.id in set(known.values())}
    order = {shift.id: n for n, shift in enumerate(plan.shifts.shifts)}
    published = {shift.id: shift for shift in plan.shifts.shifts}
    fresh: dict[_Content, Shift] = {}
    heads: Counter[str] = Counter()
    shift_of: dict[tuple[str, date], str] = {}
    extra: list[tuple[str, str]] = []
    doubles = {place.key for place in facts.double}
    for place in sorted(places, key=lambda p: (p.shift.start_utc, p.shift.group, p.shift.pattern, p.agent.id)):
        content = _content(place.shift)
        if place.shift.id in published and _content(published[place.shift.id]) == content:
            id = place.shift.id
        elif content in known:
            id = known[content]
        else:
            if content not in fresh:
                fresh[content] = replace(place.shift, id=_new_id(place.shift, {*published, *(s.id for s in fresh.values())}))
            id = fresh[content].id
        heads[id] += 1
        if place.key in doubles:
            extra.append((place.agent.id, id))
        else:
            shift_of[place.key] = id
    kept = sorted((published[id] for id in heads if id in published), key=lambda s: order[s.id])
    new = sorted(fresh.values(), key=lambda s: (s.group, s.pattern, s.date, s.id))
    shifts = tuple(
        shift if shift.heads == heads[shift.id] else replace(shift, heads=heads[shift.id]) for shift in (*kept, *new)
    )
    assignments = _assignments(facts, shift_of, extra)
    working = {a.agent for a in assignments}
    gone = {leaving.agent for leaving in facts.changes.leaving}
    agents = tuple(agent for agent in facts.agents if agent.id not in gone or agent.id in working)
    return (
        ShiftPlan(grid=plan.shifts.grid, shifts=shifts, tours=_tours(plan.shifts.tours, agents)),
        replace(plan.roster, agents=agents, assignments=assignments, open_shifts=_still_open(plan.roster, heads)),
    )


def _still_open(roster: Roster, heads: Counter[str]) -> tuple[OpenShift, ...]:
    """Places held by agents yet to be hired stay listed while their row is worked; those nobody holds are gone with their heads."""
    return tuple(line for line in roster.open_shifts if line.filled and heads[line.shift] >= line.heads)


def _assignments(facts: Facts, shift_of: dict[tuple[str, date], str], extra: list[tuple[str, str]]) -> tuple[Assignment, ...]:
    """In the published order, each date's shift in the place of the one it replaces, new ones after them."""
    dates = {shift.id: shift.date for shift in facts.plan.shifts.shifts}
    left, found = dict(shift_of), []
    double = set(extra)
    for assignment in facts.plan.roster.assignments:
        key = (assignment.agent, dates[assignment.shift])
        if (assignment.agent, assignment.shift) in double:
            found.append(assignment)
        elif key in left:
            found.append(Assignment(agent=assignment.agent, shift=left.pop(key)))
    number = {agent.id: n for n, agent in enumerate(facts.agents)}
    found += [
        Assignment(agent=agent, shift=id) for (agent, _), id in sorted(left.items(), key=lambda i: (number[i[0][0]], i[0][1]))
    ]
    return tuple(found)


def _tours(tours: tuple[Tour, ...], agents: tuple[Agent, ...]) -> tuple[Tour, ...]:
    counts = Counter((agent.group, agent.pattern) for agent in agents)
    found = [replace(t, agents=counts.pop((t.group, t.pattern))) for t in tours if counts[t.group, t.pattern] > 0]
    return (*found, *(Tour(group=g, pattern=p, agents=n) for (g, p), n in sorted(counts.items()) if n > 0))


def _content(shift: Shift) -> _Content:
    return (shift.group, shift.pattern, shift.date, shift.start_utc, shift.end_utc, tuple(sorted(shift.breaks)), shift.lead_in)


def _new_id(shift: Shift, taken: set[str]) -> str:
    if ".until" in shift.id and shift.id not in taken:
        return shift.id
    number = 1
    while (id := f"{shift.group}.{shift.pattern}.{shift.date:%Y%m%d}.{number}") in taken:
        number += 1
    return id
