"""Planned blocks off the phones of a finished roster: each once a week for everybody who has them, in their hours, beside no break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.people import Block
from planner.domain.shifts import PlacedBreak, Shift
from planner.rules.rule import Finding, Severity
from planner.rules.work import Week, WorkDays

RULE = "planned_block"
"""Id of these findings."""


def block_findings(work: WorkDays, account: Account) -> Iterator[Finding]:
    """Yield every block of an agent that nobody planned, that is not as planned, or that lies on a break; and, left open, those that a
    whole week of work lacks (they may have been given up for somebody who fell sick)."""
    for shift in work.shifts:
        yield from _of_shift(work, shift, account)
    for week in work.weeks:
        shifts = [shift for day in week.days for shift in day.shifts if not shift.lead_in]
        if week.whole and shifts:
            yield from _of_week(work, week, shifts, account)


def _of_shift(work: WorkDays, shift: Shift, account: Account) -> Iterator[Finding]:
    planned = {block.kind.value: block for block in account.group(shift.group).blocks}
    for one in shift.blocks:
        block = planned.get(one.block)
        if block is None:
            yield _finding(work, account, one, f"has {one.block} that {shift.group} does not plan")
        elif not one.paid or (one.end_utc - one.start_utc).total_seconds() != 60 * block.minutes:
            yield _finding(work, account, one, f"has {one.block} otherwise than {block.minutes} paid minutes")
        elif not _in_hours(work, one, block):
            yield _finding(work, account, one, f"has {one.block} outside its hours")
        for other in (*shift.rests, *(b for b in shift.blocks if b > one)):
            if other.start_utc < one.end_utc and one.start_utc < other.end_utc:
                yield _finding(work, account, one, f"has {one.block} during {other.block or 'a break'}")


def _of_week(work: WorkDays, week: Week, shifts: list[Shift], account: Account) -> Iterator[Finding]:
    group = account.group(shifts[0].group)
    for block in group.blocks:
        taken = [b for shift in shifts for b in shift.blocks if b.block == block.kind.value]
        wanted = sum(other.kind is block.kind for other in group.blocks)
        if len(taken) > wanted:
            yield _finding(work, account, taken[-1], f"has {block.kind} {len(taken)} times in the week from {week.date}")
        elif len(taken) < wanted:
            what = f"has no {block.kind} of {block.minutes} min in the week from {week.date}"
            span = (week.start_utc, week.end_utc)
            yield _finding(work, account, shifts[0], what, severity=Severity.OPEN, span=span)


def _in_hours(work: WorkDays, one: PlacedBreak, block: Block) -> bool:
    if (block.from_min, block.to_min) == (0, 1440):
        return True
    zone = zone_info(work.zone)
    start, end = one.start_utc.astimezone(zone), one.end_utc.astimezone(zone)
    ends = end.hour * 60 + end.minute + 1440 * (end.date() - start.date()).days
    return block.from_min <= start.hour * 60 + start.minute and ends <= block.to_min


def _finding(
    work: WorkDays,
    account: Account,
    at: PlacedBreak | Shift,
    what: str,
    *,
    severity: Severity = Severity.BREACH,
    span: tuple[datetime, datetime] | None = None,
) -> Finding:
    start, end = span or (at.start_utc, at.end_utc)
    return Finding(
        rule=RULE,
        country=account.site(work.site).country,
        severity=severity,
        site=work.site,
        agent=work.agent,
        start_utc=start,
        end_utc=end,
        date=work.date_of(at.start_utc),
        measured=1.0,
        limit=0.0,
        unit="",
        sentence=f"{work.agent} {what}: {work.clock(at.start_utc)}",
    )
