"""Shifts over longer horizons: `python -m benchmarks.roster.weeks ACCOUNT WEEKS` plans the shifts of an account for that many weeks.

Prints objective, bound, seconds and CPU seconds of the design alone on the last line.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from planner.demand import forecast_demand
from planner.domain.solve import no_report
from planner.io import load_account
from planner.shifts.design import design_from
from planner.sizing import size


def main() -> None:
    """Design and print."""
    account = load_account(Path(sys.argv[1]))
    longer = replace(account.horizon, days=7 * int(sys.argv[2]))
    account = replace(account, horizon=longer, settings=replace(account.settings, time_limit_s=1800.0))
    requirement = size(forecast_demand(account, no_report), account)
    began, cpu = time.perf_counter(), time.process_time()
    whole, *rest = design_from(requirement, account).solves
    print(f"{whole.status.value}; bound: {rest[0].note or 'one linear program'}")
    print(whole.objective, whole.bound, f"{time.perf_counter() - began:.2f}", f"{time.process_time() - cpu:.2f}")


if __name__ == "__main__":
    main()
