"""The shift model alone: cost, proven bound, gap, seconds and memory of a demanding week, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from measure import Row, at_most, print_rows, run

ROOT = Path(__file__).resolve().parents[1]


def main() -> list[Row]:
    """Measure and print."""
    once = [sys.executable, str(Path(__file__).resolve()), "--once"]
    run(once, cwd=ROOT)  # the kernel is compiled by now
    done = run(once, cwd=ROOT)
    found = json.loads(done.lines[-1][1])
    rows = [
        Row("shift kinds per group that could work, most", str(found["kinds"])),
        Row("agents", str(found["agents"])),
        Row("cost (wages, premiums, on-costs, price of shortfall)", f"{found['objective']:,.2f} USD"),
        Row("  of which", found["note"]),
        Row("proven bound", f"{found['bound']:,.2f} USD"),
        at_most("proven gap", 100 * found["gap"], "%", 5, digits=2),
        Row("ended by", found["status"]),
        Row("model", f"{found['variables']:,} variables, {found['rows']:,} rows"),
        at_most("seconds of the design, wall", found["seconds"], "s", 40),
        Row("  of which the bound, beside the search", f"{found['bound_s']:.1f} s"),
        Row("whole process: wall", f"{done.wall_s:.1f} s"),
        Row("  CPU", f"{done.cpu_s:.1f} s"),
        at_most("  peak memory", done.peak_mib, "MiB", 1024, digits=0),
    ]
    print_rows("Shift design, one demanding week", rows)
    return rows


def once() -> None:
    """Design the week and print what came of it as one line of JSON."""
    from shift_instance import demanding_week

    from planner.shifts import design_shifts
    from planner.shifts.assemble import assemble

    account, requirement = demanding_week()
    plan, (whole, bound, *_) = design_shifts(requirement, account)
    kinds = assemble(requirement, account).kind_group
    found = {
        "kinds": int(max((kinds == g).sum() for g in set(kinds.tolist()))),
        "agents": plan.heads(),
        "objective": whole.objective,
        "bound": whole.bound,
        "gap": whole.gap,
        "status": whole.status.value,
        "note": whole.note.removeprefix("of the cost, "),
        "variables": whole.variables,
        "rows": whole.rows,
        "seconds": whole.seconds,
        "bound_s": bound.seconds,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    once() if "--once" in sys.argv else main()
