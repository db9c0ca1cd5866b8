"""Starts that vary, against the account: the band of every tour, and the starts of every anonymous agent (`start_band_min` of groups).

A tour whose starts vary is named by the pattern of the earliest and the minutes to the latest, ``rule-HHMM+60``. Knows no optimiser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from planner.domain.account import Account
from planner.domain.roster import Agent
from planner.domain.shifts import Shift, ShiftPlan
from planner.rules.rule import Finding, Severity
from planner.rules.shift_check import NAMED, clock_of, minute_of, shift_finding
from planner.rules.work import WorkDays

START_BAND = "start_band"
"""Id of these findings."""


def band_findings(shift_plan: ShiftPlan, account: Account) -> Iterator[Finding]:
    """Yield every shift that is none of its tour's, and every tour whose starts lie further apart than its group allows."""
    for shift in shift_plan.shifts:
        if shift.tour:
            yield from _of_shift(shift, account)


def start_findings(work: WorkDays, agent: Agent, account: Account) -> Iterator[Finding]:
    """Yield every week in which an anonymous agent starts further apart than the group's band allows, one start without a band.

    Starts are those of the patterns, which clock changes do not move. Weeks with shifts of other tours than the agent's own are left
    open: a re-plan moves people, by agreement. Starts of named people are a wish, not a rule (:mod:`planner.roster`).
    """
    if agent.named or any(person.id == agent.id for person in account.people):
        return
    allowed = account.group(agent.group).start_band_min
    for week in work.weeks:
        shifts = [shift for day in week.days for shift in day.shifts]
        starts = [minute_of(named["start"]) for shift in shifts if (named := NAMED.match(shift.pattern))]
        apart = max(starts, default=0) - min(starts, default=0)
        if apart <= allowed:
            continue
        moved = any(shift.held != agent.pattern for shift in shifts)
        said = f"{allowed} min (start_band_min)" if allowed else "one start"
        what = f"{agent.id} starts from {clock_of(min(starts))} to {clock_of(max(starts))} in the week from {week.date}; "
        what += f"{agent.group} allows {said}"
        what += f", and the tour is {agent.pattern}: moved by agreement?" if moved else ""
        yield replace(
            shift_finding(
                START_BAND,
                account,
                shifts[0],
                "",
                severity=Severity.OPEN if moved else Severity.BREACH,
                figures=(apart, allowed),
                unit="min",
            ),
            agent=agent.id,
            start_utc=week.start_utc,
            end_utc=week.end_utc,
            date=week.date,
            sentence=what,
        )


def _of_shift(shift: Shift, account: Account) -> Iterator[Finding]:
    """The start of a shift within those of its tour, and the band of the tour within the group's."""
    first, _, band = shift.tour.rpartition("+")
    of, named = NAMED.match(first), NAMED.match(shift.pattern)
    if of is None or named is None or not band.isdecimal():
        yield shift_finding(START_BAND, account, shift, f"names the tour {shift.tour}, which is none", severity=Severity.OPEN)
        return
    allowed = account.group(shift.group).start_band_min
    if int(band) > allowed:
        what = f"belongs to the tour {shift.tour}, whose starts lie {int(band)} min apart; {shift.group} allows {allowed} (start_band_min)"
        yield shift_finding(START_BAND, account, shift, what, figures=(int(band), allowed), unit="min")
    later = minute_of(named["start"]) - minute_of(of["start"])
    if of["rule"] != named["rule"] or _lengths(of) != _lengths(named) or not 0 <= later <= int(band):
        what = f"is a {shift.pattern}, which is none of the tour {shift.tour}"
        yield shift_finding(START_BAND, account, shift, what, figures=(later, int(band)), unit="min")


def _lengths(named: re.Match[str]) -> tuple[int, int] | None:
    """Minutes of the first part and of the gap of a split pattern."""
    if not named["back"]:
        return None
    leaves = minute_of(named["leaves"])
    return (leaves - minute_of(named["start"])) % 1440, (minute_of(named["back"]) - leaves) % 1440
