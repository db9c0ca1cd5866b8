"""Run every benchmark and print one table each; name some to run only those: `run.py start_up queueing.erlang_a`."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

ALL = (
    "start_up",
    "plan_gift_shop",
    "shift_solve",
    "shift_design",
    "named_staff",
    "simulation.speed",
    "simulation.skills",
    "simulation.week",
    "simulation.ten_languages",
    "roster.table",
    "queueing.erlang_c",
    "queueing.erlang_a",
    "queueing.curves",
    "queueing.chat",
    "queueing.transient",
    "forecast_accuracy",
)


def main(names: list[str]) -> int:
    """Run the benchmarks called `names` (all by default); the exit code says whether one could not be run.

    Each of several runs in a process of its own: the peak memory of whatever it starts is at least that of who starts it.
    """
    unknown = [n for n in names if n not in ALL]
    if unknown:
        print(f"unknown benchmark {', '.join(unknown)}; known: {', '.join(ALL)}", file=sys.stderr)
        return 2
    if len(names) == 1:
        return _one(names[0])
    alone = [sys.executable, str(Path(__file__).resolve())]
    ended = [subprocess.run([*alone, name]).returncode for name in names or ALL]
    return int(any(ended))


def _one(name: str) -> int:
    try:
        import_module(name).main()
    except Exception as error:
        print(f"\n{name} could not be run: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
