"""The same floor on days on which one of the few is away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.arrays import Bools, Ints
from planner.simulation.floor import Floor, Hours
from planner.small_desk.observed import serving


def one_away(floor: Floor, line: str, days: Ints) -> tuple[tuple[Floor, ...], Bools]:
    """Return floors that between them leave out everybody who serves `line`, one a day, and the intervals ``[T]`` of days with anybody.

    `days` ``[T]`` numbers the day of each interval; an agent's day is that in which the shift starts. In each floor one agent a day is
    missing for the whole shift and all others who serve the line turn up; over all floors everybody is missing as often, or once
    more or less where days have different numbers of agents.
    """
    who = serving(floor, line)
    present = {link.pool for link in floor.links if link.line == line}
    pools = tuple(replace(pool, absence=0.0) if pool.id in present else pool for pool in floor.pools)
    first = np.minimum(np.nan_to_num(floor.hours.starts[:, 0]) // floor.interval_s, floor.size - 1).astype(np.int64)
    day = np.where(who, days[first], -1)
    due = {int(d): np.flatnonzero(who & (day == d)) for d in np.unique(day[who])}
    rounds = max((len(rows) for rows in due.values()), default=0)
    floors = []
    for n in range(rounds):
        missing = [rows[n % len(rows)] for rows in due.values()]
        stay = np.ones(who.size, dtype=np.bool_)
        stay[missing] = False
        hours = Hours(pool=floor.hours.pool[stay], starts=floor.hours.starts[stay], ends=floor.hours.ends[stay])
        floors.append(replace(floor, pools=pools, hours=hours))
    return tuple(floors), np.isin(days, sorted(due))
