"""Solve an instance with named people: `python -m benchmarks.nrp FILE.txt --seconds N --out SOLUTION.json`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait for each other where a core is busy
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from nrp_files import read_nrp  # noqa: E402

from planner.domain.solve import Progress  # noqa: E402
from planner.errors import DataError  # noqa: E402
from planner.roster.problem import NamedProblem, NamedRoster  # noqa: E402
from planner.roster.solve import solve_named  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Solve one file; the last line printed is `objective bound seconds`. Exit code 1: somebody has no legal schedule; 2: bad file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    try:
        problem = read_nrp(asked.file)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    shown: list[Progress] = []

    def report(progress: Progress) -> None:
        new = not shown or progress.stage != shown[-1].stage or progress.best != shown[-1].best
        if new or progress.seconds - shown[-1].seconds >= 2:
            shown.append(progress)
            print(f"{progress.seconds:7.1f} s  {progress.stage:<15} best {progress.best}  bound {progress.bound}", flush=True)

    roster, info = solve_named(problem, seconds=asked.seconds, seed=asked.seed, report=report)
    if roster is None:
        print(info.note, file=sys.stderr)
        return 1
    if asked.out is not None:
        asked.out.write_text(json.dumps({"assignments": assignments(problem, roster)}, indent=1) + "\n", encoding="utf-8")
    print(info.status.value)
    print(f"{info.objective:g} {info.bound if info.bound is not None else '-inf'} {info.seconds:.1f}")
    return 0


def assignments(problem: NamedProblem, roster: NamedRoster) -> dict[str, dict[str, str]]:
    """Return the shifts worked by employee and day."""
    return {
        who: {str(d): problem.shifts[s] for d, s in enumerate(days.tolist()) if s >= 0}
        for who, days in zip(problem.people, roster.work, strict=True)
    }


if __name__ == "__main__":
    sys.exit(main())
