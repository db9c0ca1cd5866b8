"""The roster of an account: named where it names people, anonymous where it does not, and the shifts that are really worked."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.account import Account
from planner.domain.roster import Roster
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import Report, SolveInfo, StopFlag, no_report
from planner.roster.assign import assign
from planner.roster.tours import assign_tours


def staff_shifts(
    shift_plan: ShiftPlan, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> tuple[ShiftPlan, Roster, tuple[SolveInfo, ...]]:
    """Return the shifts worked, who works them, and how the search ended (nothing to search for where nobody is named).

    Shifts lose the heads that nobody works where the account fills no places with agents to be hired, so that service and cost are
    those of the people there are. Raises InfeasibleError when anonymous tours cannot be worked.
    """
    if not account.people:
        return shift_plan, assign_tours(shift_plan, account), ()
    limit = account.settings.roster_time_limit_s
    roster, info = assign(shift_plan, account.people, account=account, seconds=limit, report=report, stop=stop)
    return worked(shift_plan, roster), roster, (info,)


def worked(shift_plan: ShiftPlan, roster: Roster) -> ShiftPlan:
    """Return `shift_plan` without the heads that nobody works."""
    left = {one.shift: one.heads for one in roster.open_shifts if not one.filled}
    kept = tuple(
        replace(shift, heads=heads) for shift in shift_plan.shifts if (heads := shift.heads - left.get(shift.id, 0)) > 0
    )
    return replace(shift_plan, shifts=kept)
