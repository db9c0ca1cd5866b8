"""Cuts of simulated service: what each person more brought near the plans simulated, and the cheapest people who mend what is short.

Service g(y) of a promise as y people are hired is known from simulation only. At a plan y' that misses it, the simulated gains d of one
person more each give the row

    sum over hires c of d[c] (y[c] - y'[c])  >=  aim - g(y')

which is a subgradient cut where service rises by ever less (M. T. Cezik and P. L'Ecuyer, "Staffing multiskill call centers via linear
programming and simulation", Management Science 54, 2008; A. N. Avramidis et al., "Optimizing daily agent scheduling in a multiskill call
center", European Journal of Operational Research 200, 2010). Gains estimated from samples, and service that does not bend down
everywhere, make it valid near y' only, so every plan it leads to is simulated again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.simulation import WindowKey
from planner.pooling.allowed import Limit
from planner.pooling.hires import Hire
from planner.solver import Model, Sense, SolveOptions, solve

Limits = Callable[[Sequence[Hire]], Sequence[Limit]]
"""What may be hired beside the plan's people, for hires in their order."""

MOST_ALIKE = 3
"""People of one hire that one program may add: beyond, gains have changed."""
_MISSED = 1_000.0
"""What missing a whole cut costs, in people of the dearest kind."""
_LEAST = 1e-4
"""Points of service that a person must bring to be counted on."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What was seen at one plan of one promise: it lacked `lack` points of its aim when `at` was hired, and one person more of each
    hire would have brought `gains` points."""

    promise: WindowKey
    lack: float
    at: Mapping[Hire, int]
    gains: Mapping[Hire, float]


def cheapest(cuts: list[Cut], limits: Limits | None = None, most: int = MOST_ALIKE) -> dict[Hire, int]:
    """Return the people to hire at least cost so that every cut holds, as far as people can and `limits` let them: what a cut lacks after
    all costs more than anybody. `most` of one hire beyond those of the last cut's plan."""
    hires = list(dict.fromkeys(hire for cut in cuts for hire in cut.gains))
    if not hires:
        return {}
    number = {hire: n for n, hire in enumerate(hires)}
    gains = _gains(cuts, number)
    costs = np.array([hire.cost for hire in hires])
    model = Model("hires")
    last = cuts[-1].at
    upper = [last.get(hire, 0) + most for hire in hires]
    names = [f"{hire.name},{n}" for hire, n in number.items()]
    people = model.add_columns("people", len(hires), upper=upper, cost=costs, integer=True, labels=names)
    lack = np.array([cut.lack for cut in cuts])
    missing = model.add_columns("missing", len(cuts), upper=np.inf, cost=_MISSED * float(costs.max()))
    there = np.array([sum(gains[k, number[hire]] * n for hire, n in cut.at.items()) for k, cut in enumerate(cuts)])
    scale = 1.0 / np.maximum(lack, _LEAST)
    rows = model.add_rows("cut", len(cuts), sense=Sense.GE, rhs=(lack + there) * scale)
    model.add_terms(rows[:, None], people[None, :], gains * scale[:, None])
    model.add_terms(rows, missing, 1.0)
    for n, (weights, right) in enumerate(limits(hires) if limits is not None else ()):
        row = model.add_rows(f"limit_{n}", 1, sense=Sense.LE, rhs=right)
        model.add_terms(row, people, weights)
    found = solve(model, SolveOptions(gap=0.0, max_nodes=10_000))
    if found.values is None:
        return {}
    heads: Ints = np.round(found["people"]).astype(np.int64)
    return {hire: int(heads[n]) for hire, n in number.items() if heads[n] > 0}


def _gains(cuts: list[Cut], number: Mapping[Hire, int]) -> Floats:
    # [cuts, hires]; a hire not tried at a cut's plan is taken for what it brought to the same promise at the nearest later plan, else
    # at the last one before
    found = np.full((len(cuts), len(number)), np.nan)
    for k, cut in enumerate(cuts):
        for hire, gain in cut.gains.items():
            found[k, number[hire]] = gain if gain >= _LEAST else 0.0
    for promise in {cut.promise for cut in cuts}:
        own = [k for k, cut in enumerate(cuts) if cut.promise == promise]
        for order in (own[::-1], own):
            for before, k in pairwise(order):
                found[k] = np.where(np.isnan(found[k]), found[before], found[k])
    told: Floats = np.nan_to_num(found, nan=0.0)
    return told
