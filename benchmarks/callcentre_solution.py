"""A finished plan of a call-centre week as a solution file: whole heads, whole breaks, days off, and bilinguals' time divided."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from callcentre_instance import Instance

from planner.domain.arrays import Floats, Ints
from planner.shifts.answer import Answer, on_duty
from planner.shifts.problem import Problem
from planner.shifts.tour_model import tour_model
from planner.solver import SolveOptions, relaxed, solve


def solution_of(instance: Instance, problem: Problem, answer: Answer, shares: Floats) -> dict[str, Any]:
    """Return the solution; `shares` ``[G, L, T]`` is how each group's time on seat is divided among its languages."""
    tours = []
    for k, kind in enumerate(problem.kinds):
        if not answer.agents[k]:
            continue
        g = kind.group
        team = instance.teams[g]
        rows = [answer.choices.get(int(duty), np.zeros((0, 0), dtype=np.int64)) for duty in kind.duties]
        dealt = _dealt([len(row) for row in rows], int(answer.agents[k]))
        for days, members in sorted(dealt.items()):
            tour: dict[str, Any] = {
                "group": g,
                "kind": kind.pattern.rule.id,
                "start": kind.pattern.start_min // instance.period_min,
                "heads": len(members),
                "days": list(days),
                "breaks": {
                    str(d): [_offsets(instance, problem, int(kind.duties[d]), rows[d][places[d]]) for places in members]
                    for d in days
                },
            }
            if len(team.skills) > 1:
                tour["split"] = {instance.languages[n]: shares[g, n].round(9).tolist() for n in team.skills}
            tours.append(tour)
    return {"tours": tours}


def _dealt(heads: list[int], agents: int) -> dict[tuple[int, ...], list[dict[int, int]]]:
    """Deal the heads of each day to agents in turn (McNaughton's wrap-around rule, 1959): by days worked, every agent's place among
    the heads of each of its days."""
    places: list[dict[int, int]] = [{} for _ in range(agents)]
    turn = 0
    for day, count in enumerate(heads):
        for place in range(count):
            places[turn % agents][day] = place
            turn += 1
    found: dict[tuple[int, ...], list[dict[int, int]]] = {}
    for own in places:
        found.setdefault(tuple(own), []).append(own)
    return found


def _offsets(instance: Instance, problem: Problem, duty: int, choices: Ints) -> list[int]:
    """Offsets of one head's breaks from the start of the shift, in order of the type's breaks."""
    shift = next(s for s in instance.types if s.name == problem.kinds[problem.duties[duty].kind].pattern.rule.id)
    origin = problem.grid.interval_s
    first = round(problem.grid.position(problem.duties[duty].start_utc))
    starts = (problem.choice_start_s[choices] - int(problem.grid.start_utc.timestamp())) // origin
    minutes = [problem.pools[p].minutes // instance.period_min for p in problem.choice_pool[choices]]
    left = Counter(zip(((starts - first) % instance.size).tolist(), minutes, strict=True))
    found = []
    for length, early, late in shift.breaks:
        offset = min(o for (o, n), count in left.items() if count and n == length and early <= o <= late)
        left[offset, length] -= 1
        found.append(offset)
    return found


def divided_time(problem: Problem, answer: Answer) -> Floats:
    """Return ``[G, C, T]`` the shares of each group's time on seat that its languages get: the best division for this plan, from the
    shift model with everybody's shifts and breaks held. Time nobody needs goes to a group's first language."""
    built = tour_model(problem)
    heads, breaks = answer.heads(problem), answer.breaks(problem)
    for columns, values in ((built.tours.agents, answer.agents), (built.tours.heads, heads), (built.breaks, breaks)):
        inside = columns >= 0
        built.model.fix(columns[inside], values[inside])
    found = solve(relaxed(built.model), SolveOptions())
    assert found.values is not None
    present = on_duty(problem, heads, breaks) * problem.availability[:, None]
    given = np.where(built.cover.given >= 0, found.values[built.cover.given], 0.0)
    for g in range(len(given)):
        given[g, int(np.argmax(problem.serves[g]))] += np.maximum(present[g] - given[g].sum(axis=0), 0.0)
    total = np.maximum(given.sum(axis=1, keepdims=True), 1e-12)
    shares: Floats = np.where(present[:, None] > 0, given / total, 0.0)
    return shares
