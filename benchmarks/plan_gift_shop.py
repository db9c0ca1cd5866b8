"""The main job on the demanding sample: seconds, memory and proven gap of `planner plan sample_data/gift_shop`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from measure import Row, at_most, print_rows, run

ROOT = Path(__file__).resolve().parents[1]
PLANNER = str(Path(sys.executable).parent / "planner")


def main() -> list[Row]:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [PLANNER, "plan", str(ROOT / "sample_data/gift_shop"), "--out"]
        run([*command, f"{scratch}/warm"], cwd=ROOT)  # the kernels are compiled by now
        done = run([*command, f"{scratch}/plan"], cwd=ROOT)
        summary = json.loads(Path(scratch, "plan", "summary.json").read_text())
        same = _same(Path(scratch, "warm"), Path(scratch, "plan"))
    solve = summary["solves"][0]
    rows = [
        at_most("planner plan sample_data/gift_shop, wall", done.wall_s, "s", 60),
        Row("  CPU", f"{done.cpu_s:.1f} s"),
        at_most("  peak memory", done.peak_mib, "MiB", 1024, digits=0),
        at_most("  proven gap", 100 * solve["gap"], "%", 5, digits=2),
        Row("  solve ended by", solve["status"]),
        Row("  two runs give the same shifts.csv", "yes" if same else "NO", "yes", same),
    ]
    print_rows("The main job", rows)
    return rows


def _same(a: Path, b: Path) -> bool:
    return (a / "shifts.csv").read_bytes() == (b / "shifts.csv").read_bytes()


if __name__ == "__main__":
    main()
