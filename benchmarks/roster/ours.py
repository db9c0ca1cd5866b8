"""The product's shift engine on what its peers can do, in a process of its own: ``ours.py AIM FILE.json SECONDS`` prints JSON.

AIM is ``hard`` or ``deviation`` (daily shifts with fixed breaks), ``fixed`` (tours of 8 h and 9 h shifts every hour with fixed breaks) or
``free`` (tours of all shifts, breaks in their windows).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from callcentre import solve_week  # noqa: E402
from callcentre_instance import Instance, read_instance  # noqa: E402

from benchmarks.roster.daily import daily_work  # noqa: E402
from benchmarks.roster.ours_daily import daily_problem, fixed_breaks  # noqa: E402
from planner.domain.account import Settings  # noqa: E402
from planner.shifts.design import design  # noqa: E402

FEW = ("8h", "9h")
"""Types of shift, every hour, that the OR-tools sample is given."""


def main(aim: str, file: str, seconds: float) -> None:
    """Solve and print."""
    instance = read_instance(Path(file))
    if aim in ("hard", "deviation"):
        print(json.dumps({"heads": by_day(instance, hard=aim == "hard", seconds=seconds)}))
        return
    week = few(instance) if aim == "fixed" else instance
    found = solve_week(week, seconds=seconds)
    print(json.dumps({"objective": found.objective, "bound": found.bound, "agents": found.heads}))


def few(instance: Instance) -> Instance:
    """Return `instance` as the OR-tools sample can take it: few shifts, every hour, breaks fixed."""
    names = [s.name for s in instance.types]
    return fixed_breaks(instance, types=FEW if set(FEW) <= set(names) else (), step=instance.day // 24)


def by_day(instance: Instance, *, hard: bool, seconds: float) -> list[list[int]]:
    """Return heads per day and shift, day after day in equal shares of the time."""
    work = daily_work(instance)
    heads = []
    for day in range(7):
        settings = Settings(gap=0.0, time_limit_s=seconds / 7)
        answer, _ = design(daily_problem(instance, work, day, hard=hard, settings=settings))
        heads.append(answer.agents.tolist())
    return heads


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
