"""Named people over longer horizons: `python -m benchmarks.roster.named_weeks PLAN_DIR WEEKS` repeats a planned week and names its people.

Prints objective, bound and CPU seconds of the assignment alone on the last line.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait for each other where a core is busy

import planner
from planner.domain.account import Account
from planner.domain.shifts import Shift, ShiftPlan

_WEEK = timedelta(days=7)


def repeated(shift_plan: ShiftPlan, account: Account, weeks: int) -> tuple[ShiftPlan, Account]:
    """Return a plan of one week said `weeks` times over, and the account on that horizon.

    Shifts keep their hours in UTC; those begun before the horizon come once.
    """
    longer = replace(account, horizon=replace(account.horizon, days=account.horizon.days * weeks))
    shifts = [_later(shift, week) for week in range(weeks) for shift in shift_plan.shifts if week == 0 or not shift.lead_in]
    return ShiftPlan(grid=longer.grid, shifts=tuple(shifts), tours=shift_plan.tours), longer


def _later(shift: Shift, weeks: int) -> Shift:
    by = weeks * _WEEK
    breaks = tuple(replace(one, start_utc=one.start_utc + by, end_utc=one.end_utc + by) for one in shift.breaks)
    return replace(
        shift,
        id=f"{shift.id}.w{weeks}",
        date=shift.date + by,
        start_utc=shift.start_utc + by,
        end_utc=shift.end_utc + by,
        breaks=breaks,
    )


def main() -> None:
    """Assign and print."""
    plan = planner.load_plan(Path(sys.argv[1]))
    shift_plan, account = repeated(plan.shifts, plan.account, int(sys.argv[2]))
    began = time.process_time()
    _, info = planner.assign(shift_plan, account.people, account=account)
    print(info.note)
    print(info.objective, info.bound, f"{time.process_time() - began:.2f}")


if __name__ == "__main__":
    main()
