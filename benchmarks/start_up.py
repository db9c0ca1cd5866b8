"""How long a person waits: `planner --help`, the first set-up and demo from a clean clone, and compiling the kernels."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Row, at_most, print_rows, run

ROOT = Path(__file__).resolve().parents[1]
PLANNER = str(Path(sys.executable).parent / "planner")


def help_rows() -> list[Row]:
    """CPU seconds of `planner --help`, median of five."""
    cpu = [run([PLANNER, "--help"], cwd=ROOT).cpu_s for _ in range(5)]
    return [at_most("planner --help, CPU (median of 5)", statistics.median(cpu), "s", 0.4, digits=2)]


def compile_rows() -> list[Row]:
    """CPU seconds that compiling the kernels adds to the first plan on a machine: an empty kernel cache against a full one."""
    with tempfile.TemporaryDirectory() as scratch:
        env = {"NUMBA_CACHE_DIR": f"{scratch}/kernels"}
        command = [PLANNER, "plan", str(ROOT / "sample_data/one_queue"), "--out"]
        cold = run([*command, f"{scratch}/a"], cwd=ROOT, env=env)
        warm = run([*command, f"{scratch}/b"], cwd=ROOT, env=env)
    return [
        at_most("compiling kernels, CPU added to the first plan", cold.cpu_s - warm.cpu_s, "s", 15),
        Row("planner plan sample_data/one_queue, kernels compiled, wall", f"{warm.wall_s:.1f} s"),
    ]


def demo_rows() -> list[Row]:
    """`make demo` from a clean clone of the last commit, with empty package and kernel caches."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        env = {"UV_CACHE_DIR": f"{scratch}/uv", "PIP_NO_CACHE_DIR": "1", "VIRTUAL_ENV": ""}
        demo = run(["make", "demo"], cwd=clone, env=env)
        again = run(["make", "demo"], cwd=clone, env=env)
    first = demo.when("Plan written to")
    return [
        at_most("make demo, clean clone, wall", demo.wall_s, "s", 180),
        at_most("  first readable plan after", first if first is not None else float("inf"), "s", 90),
        Row("make demo again, wall", f"{again.wall_s:.1f} s"),
    ]


def main() -> list[Row]:
    """Measure and print."""
    rows = [*help_rows(), *compile_rows(), *demo_rows()]
    print_rows("Start-up", rows)
    return rows


if __name__ == "__main__":
    main()
