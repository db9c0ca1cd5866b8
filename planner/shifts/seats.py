"""No more people on site than seats (fourth family of constraints).

Everyone on shift holds a seat, breaks included, for every interval the shift touches, whether or not absence is planned: a seat
must be there for whoever was scheduled. The gap of a split shift frees it in the intervals that it fills whole. Seats are counted inside
the horizon.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.shifts.problem import Problem
from planner.shifts.tours import TourColumns
from planner.solver import Model, Sense


def add_seats(model: Model, problem: Problem, tours: TourColumns, *, taken: Floats | None = None) -> None:
    """Add one row per site and stretch of intervals with the same shifts on duty; `taken` ``[sites, T]`` seats are given away."""
    cells = problem.seat_cells
    inside = tours.heads[cells.item] >= 0
    sites = {s.id: i for i, s in enumerate(problem.account.sites)}
    site_of_group = np.array([sites[g.site] for g in problem.account.groups], dtype=np.int64)
    site_of_cell = site_of_group[problem.duty_group[cells.item]]
    for number, site in enumerate(problem.account.sites):
        mine = inside & (site_of_cell == number)
        if not mine.any() or _enough(problem, number, taken):
            continue
        order = np.lexsort((cells.item[mine], cells.interval[mine]))
        item, interval = cells.item[mine][order], cells.interval[mine][order]
        edges = np.flatnonzero(np.r_[True, interval[1:] != interval[:-1], True])
        seen: dict[bytes, tuple[int, float, Ints]] = {}
        for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            left = max(0.0, site.seats - (0.0 if taken is None else float(taken[number, interval[a]])))
            key = item[a:b].tobytes()
            if key not in seen or left < seen[key][1]:
                seen[key] = (int(interval[a]), left, item[a:b])
        kept = list(seen.values())
        rows = model.add_rows(
            f"seats_{site.id}",
            len(kept),
            sense=Sense.LE,
            rhs=[k[1] for k in kept],
            labels=[str(k[0]) for k in kept],
        )
        for row, (_, _, duties) in zip(rows.tolist(), kept, strict=True):
            model.add_terms(row, tours.heads[duties], 1.0)


def _enough(problem: Problem, site: int, taken: Floats | None) -> bool:
    """True when a site has a seat for everybody its groups may have."""
    own = problem.account.sites[site]
    most = [g.max_heads for g in problem.account.groups if g.site == own.id]
    left = own.seats - (0.0 if taken is None else float(taken[site].max(initial=0.0)))
    return all(m is not None for m in most) and sum(m or 0 for m in most) <= left
