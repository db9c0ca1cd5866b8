"""The roster of an account: named where it names people, anonymous where it does not, and the shifts that are really worked."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.account import Account
from planner.domain.requirement import Requirement
from planner.domain.roster import Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.solve import Report, SolveInfo, StopFlag, no_report
from planner.roster.assign import assign
from planner.roster.tours import assign_tours
from planner.shifts.blocks import has_blocks, place_blocks, without_blocks


def staff_shifts(
    shift_plan: ShiftPlan,
    account: Account,
    *,
    requirement: Requirement | None = None,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> tuple[ShiftPlan, Roster, tuple[SolveInfo, ...]]:
    """Return the shifts worked, who works them, and how the search ended (nothing to search for where nobody is named).

    Shifts lose the heads that nobody works where the account fills no places with agents to be hired, so that service and cost are
    those of the people there are. Planned blocks off the phones are placed anew once it is known who works what, by `requirement`, so
    that everybody has theirs. Raises InfeasibleError when anonymous tours cannot be worked.
    """
    if requirement is None or not has_blocks(account):
        return _staffed(shift_plan, account, report, stop)
    shifts, roster, ended = _staffed(without_blocks(shift_plan), account, report, stop)
    rows = {shift.id: shift for shift in shifts.shifts}
    work: dict[str, list[Shift]] = {agent.id: [] for agent in roster.agents}
    for one in roster.assignments:
        work[one.agent].append(rows[one.shift])
    placed, now = place_blocks(shifts, {agent: tuple(own) for agent, own in work.items()}, account, requirement)
    worked_now = tuple(replace(one, shift=now.get((one.agent, one.shift), one.shift)) for one in roster.assignments)
    return (shift_plan if placed == shift_plan else placed), replace(roster, assignments=worked_now), ended


def _staffed(
    shift_plan: ShiftPlan, account: Account, report: Report, stop: StopFlag | None
) -> tuple[ShiftPlan, Roster, tuple[SolveInfo, ...]]:
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
