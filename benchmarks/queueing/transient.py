"""A day of 96 quarter-hours by its exact time-dependent law, service level included: CPU time, and how far the fast method is off."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from measure import Row, at_most, print_rows

QUARTERS = 96
ENOUGH_S = 0.5
DAY = {"aht_s": 180, "patience_s": 120, "interval_s": 900, "threshold_s": 20, "start": "stationary"}


def day(load: float) -> dict[str, Any]:
    """Return a load that swings by 40%, staffed half a square root above it in every quarter-hour."""
    a = load * (1 + 0.4 * np.sin(2 * np.pi * (np.arange(QUARTERS) + 0.5) / QUARTERS))
    return {**DAY, "rate_per_h": a * 3600 / DAY["aht_s"], "agents": np.ceil(a + 0.5 * np.sqrt(a))}


def cpu(work: Callable[[], Any], times: int = 5) -> tuple[Any, float]:
    """Return what `work` gives and the least CPU seconds of some calls (of few, where they are long) after the first, which may compile."""
    found = work()
    least = np.inf
    begun = time.process_time()
    for tried in range(times):
        if tried and time.process_time() - begun > ENOUGH_S:
            break
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return found, least


def rows_of(load: float, goals: dict[tuple[str, str], float]) -> list[Row]:
    """Measure one size of queue: both methods, both ways for staff to leave."""
    from planner.queueing.transient import transient

    known = day(load)
    rows = []
    for drop in ("return", "finish"):
        found = {}
        for method in ("auto", "uniformization", "tridiagonal"):
            found[method], seconds = cpu(lambda m=method, d=drop: transient(**known, method=m, staff_drop=d))
            what = f"{load:g} erlang, {drop}, {method}"
            if method == "auto":
                what += f" ({found[method].method})"
            goal = goals.get((drop, method))
            rows.append(
                Row(f"{what}, CPU", f"{1e3 * seconds:.1f} ms")
                if goal is None
                else at_most(f"{what}, CPU", 1e3 * seconds, "ms", goal)
            )
        off = max(
            float(np.abs(getattr(found["tridiagonal"], name) - getattr(found["uniformization"], name)).max())
            for name in ("prob_wait", "service_level", "abandonment")
        )
        rows.append(Row(f"{load:g} erlang, {drop}: tridiagonal off by at most", f"{off:.1e}", "≤ 5e-4", off <= 5e-4))
    return rows


def week() -> list[Row]:
    """Measure a week of five-minute intervals of a small queue."""
    from planner.queueing.transient import transient

    known = day(12)
    long = {**known, "interval_s": 300, **{name: np.tile(np.repeat(known[name], 3), 7) for name in ("rate_per_h", "agents")}}
    _, seconds = cpu(lambda: transient(**long), times=2)
    return [Row("12 erlang, a week of 2,016 five-minute intervals, auto, CPU", f"{1e3 * seconds:.0f} ms")]


def main() -> list[Row]:
    """Run, print the table and return its rows."""
    small = rows_of(100, {("return", "auto"): 35.0, ("return", "uniformization"): 35.0})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = rows_of(1000, {("return", "auto"): 120.0})
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    rows = [*small, *large, *rows_of(10, {}), *week(), Row("memory that 1,000 erlang add", f"{grown:.1f} MiB")]
    print_rows("A day by its exact transient law, 96 intervals", rows)
    return rows


if __name__ == "__main__":
    main()
