"""Solve a call-centre week: ``python -m benchmarks.callcentre FILE.json --seconds 60 --out SOLUTION.json``.

With ``--level 0.8 --window week --floor 0.5`` the level over its window and the floor take the place of the requirement per period, and
the objective is wages alone. The last line printed is ``objective bound seconds``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait for each other where a core is busy
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
from callcentre_instance import Instance, read_instance  # noqa: E402
from callcentre_problem import Promise, enough_room, problem_of  # noqa: E402
from callcentre_solution import divided_time, solution_of  # noqa: E402

from planner.domain.account import Settings  # noqa: E402
from planner.domain.people import MOST_BAND_MIN  # noqa: E402
from planner.domain.solve import Progress, Report, SolveInfo, no_report  # noqa: E402
from planner.errors import DataError, PlannerError  # noqa: E402
from planner.errors import Problem as Wrong  # noqa: E402
from planner.shifts.answer import Answer, price  # noqa: E402
from planner.shifts.design import design  # noqa: E402
from planner.shifts.problem import Problem  # noqa: E402


@dataclass(frozen=True)
class Solved:
    """What came of a week: `kept` is False where the floor or a window is missed, so that the plan breaks the promise."""

    objective: float
    bound: float | None
    seconds: float
    heads: int
    kept: bool
    first_plan_s: float | None
    solution: dict[str, Any]
    info: SolveInfo


def solve_week(
    instance: Instance,
    *,
    seconds: float,
    promise: Promise | None = None,
    band_min: int = 0,
    seed: int = 0,
    gap: float = 0.0,
    report: Report = no_report,
) -> Solved:
    """Solve a week with the product's shift engine in at most `seconds`."""
    began = time.perf_counter()
    first: list[float] = []

    def heard(progress: Progress) -> None:
        if progress.best is not None and not first:
            first.append(time.perf_counter() - began)
        report(progress)

    settings = Settings(seed=seed, gap=gap, time_limit_s=seconds)
    problem = problem_of(instance, settings=settings, promise=promise, band_min=band_min)
    answer, (info, *_) = design(problem, report=heard, began=began, persistent=True)
    took = time.perf_counter() - began
    cost = price(problem, answer)
    if info.bound is not None and not enough_room(instance, problem, info.objective or cost.total):
        raise PlannerError("the groups' room for heads is too small to prove a bound; raise ROOM in callcentre_problem.py")
    kept = promise is None or (cost.shortfall < 1e-6 and info.objective is not None and info.objective <= cost.wages + 1e-6)
    return Solved(
        objective=info.objective if info.objective is not None else cost.total,
        bound=info.bound,
        seconds=took,
        heads=int(answer.agents.sum()),
        kept=kept,
        first_plan_s=first[0] if first else None,
        solution={} if band_min else written(instance, problem, answer),  # the format knows one start a person
        info=info,
    )


def written(instance: Instance, problem: Problem, answer: Answer) -> dict[str, Any]:
    """Return the solution file's content."""
    shares = divided_time(problem, answer) if any(len(t.skills) > 1 for t in instance.teams) else np.zeros((0, 0, 0))
    return solution_of(instance, problem, answer, shares)


def promise_of(level: float | None, window: str, floor: float) -> Promise | None:
    """Return the promise asked for on the command line; raises DataError with everything wrong with it."""
    if level is None:
        return None
    wrong = []
    for name, value in (("--level", level), ("--floor", floor)):
        if not 0 < value < 1:
            wrong.append(Wrong(name, f"must lie between 0 and 1, got {value:g}", "write 0.8 for 80%"))
    if floor > level:
        wrong.append(Wrong("--floor", f"{floor:g} is above the level, {level:g}", "lower it, or raise the level"))
    if wrong:
        raise DataError(wrong)
    return Promise(level, window, floor)


def main(arguments: list[str] | None = None) -> int:
    """The command line. Exit code 0 done, 1 no plan keeps the promise or the headcounts, 2 bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callcentre", description="Solve a call-centre week.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--level", type=float, help="share of calls answered in time over the window, in place of the requirement"
    )
    parser.add_argument("--window", choices=("week", "day"), default="week")
    parser.add_argument("--floor", type=float, default=0.5, help="least level of any period under --level")
    parser.add_argument(
        "--start-band", type=int, default=0, help="minutes by which one person's starts may differ (beyond the format)"
    )
    parser.add_argument("--gap", type=float, default=0.0, help="end when this gap is proven")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    last = [-1e9]

    def report(progress: Progress) -> None:
        if progress.seconds - last[0] >= 2:
            last[0] = progress.seconds
            print(f"{progress.seconds:7.1f} s  best {_shown(progress.best)}  bound {_shown(progress.bound)}", flush=True)

    try:
        if not asked.seconds > 0:
            raise DataError(Wrong("--seconds", f"must be above 0, got {asked.seconds:g}", "write 60"))
        promise = promise_of(asked.level, asked.window, asked.floor)
        if not 0 <= asked.start_band <= MOST_BAND_MIN:
            raise DataError(Wrong("--start-band", f"must be 0 to {MOST_BAND_MIN} minutes, got {asked.start_band}", "write 60"))
        if asked.start_band and asked.out is not None:
            raise DataError(
                Wrong("--out", "the format of solutions knows one start a person", "leave it out with --start-band")
            )
        found = solve_week(
            read_instance(asked.file),
            seconds=asked.seconds,
            promise=promise,
            band_min=asked.start_band,
            seed=asked.seed,
            gap=asked.gap,
            report=report,
        )
        if asked.out is not None:
            asked.out.write_text(json.dumps(found.solution) + "\n", encoding="utf-8")
    except PlannerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"--out {asked.out}: cannot be written: {error}", file=sys.stderr)
        return 2
    print(
        f"{found.heads} heads; ended by {found.info.status.value}; first plan after {found.first_plan_s or found.seconds:.1f} s"
    )
    if not found.kept:
        print("the promise is not kept: the objective includes a price of what is missing", file=sys.stderr)
    print(f"{found.objective:.4f} {'-inf' if found.bound is None else f'{found.bound:.4f}'} {found.seconds:.2f}")
    return 0 if found.kept else 1


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main())
