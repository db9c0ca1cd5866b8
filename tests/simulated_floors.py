"""Floors for tests: one line and one pool in balance, and parts to build others from."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.simulation import Floor, Hours, Line, Link, Pool


def line(
    id: str = "calls", *, per_h: float = 60.0, aht_s: float = 180.0, size: int = 8, interval_s: float = 900.0, **more: Any
) -> Line:
    """Return a line of `per_h` contacts an hour over `size` intervals, open throughout."""
    return Line(
        id=id,
        contacts=np.full(size, per_h * interval_s / 3600),
        aht_s=np.full(size, aht_s),
        open=np.ones(size, dtype=bool),
        **more,
    )


def all_day(agents: tuple[int, ...], horizon_s: float) -> Hours:
    """Return the hours of so many agents of each pool who never leave."""
    total = sum(agents)
    pool = np.repeat(np.arange(len(agents)), agents)
    return Hours(pool=pool, starts=np.zeros((total, 1)), ends=np.full((total, 1), horizon_s))


def desk(one: Line, agents: int, *, interval_s: float = 900.0, warm_up_s: float = 3600.0, **more: Any) -> Floor:
    """Return a floor of one line and one pool."""
    return Floor(
        interval_s=interval_s,
        lines=(one,),
        pools=(Pool(id="all"),),
        links=(Link(line=one.id, pool="all"),),
        hours=all_day((agents,), one.contacts.size * interval_s),
        warm_up_s=warm_up_s,
        **more,
    )
