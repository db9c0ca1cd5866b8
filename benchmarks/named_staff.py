"""Rosters of named people on published instances (Curtois and Qu): cost, proven bound and seconds, each in a process of its own.

Set `NAMED_STAFF_INSTANCES` to a folder of the files; they are not part of the product.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from measure import Row, print_rows

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "NAMED_STAFF_INSTANCES"
BEST = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 8: 1300, 10: 4631, 13: 1348}
"""Best known costs (schedulingbenchmarks.org)."""


def main() -> None:
    """Solve every instance of the folder and print a table."""
    folder = os.environ.get(FOLDER, "")
    files = sorted(Path(folder).glob("Instance*.txt"), key=_number) if folder else []
    rows = [_row(file) for file in files] or [Row("instances", f"none: set {FOLDER} to their folder")]
    print_rows("Named staff, Curtois-Qu instances, at most 120 s each, 300 s from the sixth on", rows)


def _number(file: Path) -> int:
    return int(file.stem.removeprefix("Instance"))


def _row(file: Path) -> Row:
    number = _number(file)
    seconds = 120 if number <= 5 else 300
    command = [sys.executable, "-m", "benchmarks.nrp", str(file), "--seconds", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    cost, bound, took = done.stdout.split()[-3:]
    best = BEST.get(number)
    return Row(f"Instance{number}: cost, bound, wall", f"{cost}, {bound}, {took} s", f"best known {best}" if best else "")
