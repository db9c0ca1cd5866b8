"""Somebody must be free: a contact is answered in time only if an agent is there and free when it comes, or becomes so in time.

Contacts come as a Poisson stream, which finds the floor as it is on average (R. W. Wolff, "Poisson arrivals see time averages", Operations
Research 30, 1982). For a queue whose groups have heads D outside breaks:

- Free agents are those on seat less those busy with live contacts, or with work that is not laid aside. The chance that there is one is
  at most their mean number (Markov's inequality). Within w seconds one comes free more: by the end of a contact, of which an agent has
  at most `rate / mean` a second where handling is exponential, by coming back to the seat, or by coming on duty. So of `contacts` that
  come in an interval those in time are at most

      contacts (time - work + w (ends onseat + back away) D + later D'),    D' heads of the next interval.

- Somebody must be on seat then or come to it: with k heads, each there with probability a, the chance is ``1 - (1 - a)^k``. It is
  concave in k, so that lines through two neighbouring k lie above it; heads who come within w seconds count for that part of the interval.

Both matter where few people work at once, and are left out elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.handling import ServiceLaw
from planner.pooling.work.asked import Desk
from planner.solver import Model, Sense

_FEW = 3.0
"""Agents busy with live contacts of a class, were all answered, up to which it is a small desk."""
_HEADS, _FEW_HEADS, _MANY = range(4), (1, 2), 100
"""Heads at which lines of the chance that somebody is there are laid; where there are many intervals."""


def add_free(
    model: Model,
    desk: Desk,
    queues: Sequence[int],
    *,
    in_time: dict[int, Ints],
    work: Ints,
    time: Ints,
    duty: Ints,
) -> None:
    """Add the rows for the live ones of `queues`, which the same groups serve: `in_time` by queue ``[T]`` are the columns of contacts
    in time, `work` ``[Q, T]`` of work in agents, `time` ``[G, T]`` of agents' time and `duty` ``[G, T]`` of heads outside breaks; -1 where
    there is none. All hours must lie on the grid: heads are the same throughout an interval."""
    blocking = [q for q in queues if desk.floor.lines[q].live or not desk.floor.lines[q].pre_empted]
    live = [q for q in queues if desk.floor.lines[q].live]
    busy = sum((desk.contacts[q] * desk.works[q].mean_s / desk.works[q].rate for q in live), np.zeros(desk.floor.size))
    small = busy / desk.floor.interval_s <= _FEW
    groups = np.flatnonzero(desk.serves[:, queues[0]])
    for q in live:
        if desk.works[q].within_s > desk.floor.interval_s:
            continue
        at = np.flatnonzero((in_time[q] >= 0) & small)
        at = at[at < desk.floor.size - 1]  # who comes after the end is not known
        if len(at):
            _add_there(model, desk, q, at, groups, in_time[q], duty)
            if desk.works[q].most == 1 and _memoryless(desk, groups):
                _add_free(model, desk, q, at, groups, in_time[q], work[blocking], time, duty)


def _memoryless(desk: Desk, groups: Ints) -> bool:
    # whether everything that may keep these agents from a call takes an exponential time
    lines = desk.floor.lines
    served = np.flatnonzero(desk.serves[groups].any(axis=0)).tolist()
    return all(lines[q].law is ServiceLaw.EXPONENTIAL or lines[q].pre_empted for q in served)


def _add_free(
    model: Model, desk: Desk, q: int, at: Ints, groups: Ints, in_time: Ints, work: Ints, time: Ints, duty: Ints
) -> None:
    floor, wait = desk.floor, desk.works[q].within_s
    came = desk.contacts[q, at]
    rows = model.add_rows(f"free_{q}", len(at), sense=Sense.LE, rhs=0.0)
    model.add_terms(rows, in_time[at], 1.0 / came)
    for columns in work[:, at]:
        model.add_terms(rows[columns >= 0], columns[columns >= 0], 1.0)
    for g in groups.tolist():
        pool = floor.pools[g]
        there = 1.0 - pool.absence
        served = np.flatnonzero(desk.serves[g]).tolist()
        held = [desk.works[k] for k in served if floor.lines[k].live or not floor.lines[k].pre_empted]
        ends = max(one.rate / float(one.mean_s.min()) for one in held)
        frees = there * ((1.0 - pool.in_shift_loss) * ends + pool.in_shift_loss / pool.away_s)
        model.add_terms(rows, time[g, at], -1.0)
        model.add_terms(rows, duty[g, at], -wait * frees)
        model.add_terms(rows, duty[g, at + 1], -(wait**2 * frees / 2 + wait * there) / floor.interval_s)


def _add_there(model: Model, desk: Desk, q: int, at: Ints, groups: Ints, in_time: Ints, duty: Ints) -> None:
    floor, wait = desk.floor, desk.works[q].within_s
    chances = np.array(
        [(1.0 - p.absence) * (1.0 - p.in_shift_loss * np.exp(-wait / p.away_s)) for p in (floor.pools[g] for g in groups)]
    )
    best = float(chances.max())
    value = chance_of_one(np.arange(max(_HEADS) + 2), best)
    for k in _HEADS if len(at) <= _MANY else _FEW_HEADS:
        slope = float(value[k + 1] - value[k])
        rows = model.add_rows(f"there_{q}_{k}", len(at), sense=Sense.LE, rhs=float(value[k]) - slope * k)
        model.add_terms(rows, in_time[at], 1.0 / desk.contacts[q, at])
        for g, part in zip(groups.tolist(), (chances / best).tolist(), strict=True):
            model.add_terms(rows, duty[g, at], -slope * part)
            model.add_terms(rows, duty[g, at + 1], -slope * part * wait / floor.interval_s)


def chance_of_one(heads: Ints, chance: float) -> Floats:
    """Return the chance that at least one of `heads` is there, each with probability `chance`, same shape."""
    found: Floats = -np.expm1(heads * np.log1p(-chance)) if chance < 1.0 else np.minimum(heads, 1).astype(np.float64)
    return found
