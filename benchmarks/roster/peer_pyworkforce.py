"""pyworkforce on daily work, in a process of its own: reads the work as JSON from standard input, prints heads per day and shift.

``python peer_pyworkforce.py hard|deviation SECONDS``: least cost with nobody missing, or least sum of absolute deviations.
"""

from __future__ import annotations

import json
import sys


def main(aim: str, seconds: float) -> None:
    """Solve and print ``{"status": ..., "heads": [[...] per day]}``."""
    from pyworkforce.scheduling import MinAbsDifference, MinRequiredResources

    work = json.load(sys.stdin)
    names = [str(number) for number in range(len(work["cost"]))]
    most = max(max(row) for row in work["required"])
    given = {
        "num_days": len(work["required"]),
        "periods": len(work["required"][0]),
        "shifts_coverage": dict(zip(names, work["cover"], strict=True)),
        "required_resources": work["required"],
        "max_period_concurrency": 3 * most,
        "max_shift_concurrency": most,
        "max_search_time": seconds,
    }
    if aim == "hard":
        solver = MinRequiredResources(
            **given, cost_dict={n: round(1000 * c) for n, c in zip(names, work["cost"], strict=True)}
        )  # whole numbers only
    else:
        solver = MinAbsDifference(**given)
    found = solver.solve()
    heads = [[0] * len(names) for _ in work["required"]]
    for row in found["resources_shifts"]:
        if row["day"] >= 0:
            heads[row["day"]][int(row["shift"])] = row["resources"]
    print(json.dumps({"status": found["status"], "heads": heads}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
