"""What was settled of a roster beforehand, held against the finished one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.roster import Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.staff import Lock

_TOLD = 10


def broken_locks(roster: Roster, shift_plan: ShiftPlan, account: Account) -> tuple[Lock, ...]:
    """Return the locks of `account` that `roster` does not keep, by date and agent; knows nothing of how it was found."""
    shifts = {shift.id: shift for shift in shift_plan.shifts}
    worked: dict[tuple[str, date], list[Shift]] = defaultdict(list)
    for one in roster.assignments:
        if one.shift in shifts:
            worked[one.agent, shifts[one.shift].date].append(shifts[one.shift])
    zones = {site.id: site.zone for site in account.sites}

    def kept(lock: Lock) -> bool:
        own = worked[lock.agent, lock.day]
        return not own if lock.off else any(_keeps(lock, shift, zones[shift.site]) for shift in own)

    return tuple(sorted((lock for lock in account.locks if not kept(lock)), key=lambda lock: (lock.day, lock.agent)))


def settled_notes(roster: Roster, shift_plan: ShiftPlan, account: Account) -> tuple[str, ...]:
    """Return a sentence on locks that are not kept, none where all are."""
    broken = broken_locks(roster, shift_plan, account)
    if not broken:
        return ()
    said = ", ".join(f"{lock.agent} on {lock.day}" for lock in broken[:_TOLD])
    more = f" and {len(broken) - _TOLD} more" if len(broken) > _TOLD else ""
    return (f"Locks not kept, since the plan has no such shift left for them: {said}{more}.",)


def _keeps(lock: Lock, shift: Shift, zone: str) -> bool:
    start = shift.start_utc.astimezone(zone_info(zone))
    return shift.pattern.startswith(lock.rule) and lock.start_min in (None, 60 * start.hour + start.minute)
