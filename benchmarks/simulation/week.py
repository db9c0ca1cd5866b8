"""A planned week on the simulated floor: 200 replications of a sample's plan, on two threads, in seconds.

``python -m benchmarks.simulation.week [PLAN_FOLDER]``; without one the sample gift_shop is planned first.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE.parent)]

from measure import Row, at_most, print_rows, run  # noqa: E402

import planner  # noqa: E402
from planner.simulation import floor_of, simulate_floor  # noqa: E402

REPLICATIONS = 200


def main(folder: str | None = None) -> list[Row]:
    """Measure, print and return the rows."""
    with tempfile.TemporaryDirectory() as scratch:
        if folder is None:
            folder = str(Path(scratch) / "plan")
            command = [
                str(Path(sys.executable).parent / "planner"),
                "plan",
                str(ROOT / "sample_data/gift_shop"),
                "--out",
                folder,
            ]
            run(command, cwd=ROOT)
        plan = planner.load_plan(folder)
    floor = floor_of(plan.account, plan.demand, plan.shifts)
    simulate_floor(floor, replications=2, workers=2)  # compiled by now
    wall, cpu = time.monotonic(), time.process_time()
    ran = simulate_floor(floor, replications=REPLICATIONS, workers=2)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    contacts = sum(ran.totals(line)["offered"] for line in ran.lines)
    rows = [
        Row(
            "queues, groups, agents' shifts, intervals",
            f"{len(floor.lines)}, {len(floor.pools)}, {floor.hours.pool.size}, {floor.size}",
        ),
        Row("contacts a replication", f"{contacts:,.0f}"),
        at_most(f"{REPLICATIONS} replications on two threads, wall", wall, "s", 10, digits=2),
        Row("  CPU of both", f"{cpu:.2f} s"),
        Row("  CPU a contact", f"{1e9 * cpu / REPLICATIONS / contacts:.0f} ns"),
    ]
    print_rows("A week of gift_shop on the simulated floor", rows)
    return rows


if __name__ == "__main__":
    main(*sys.argv[1:2])
