"""The last word before a roster is given out: nobody keeps a shift that, with their others, breaks a rule the model does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from planner.domain.account import Account
from planner.domain.queues import Channel
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.staff import Person
from planner.roster.places import Place
from planner.rules import Law, Severity, WorkDays, findings_of, in_order
from planner.rules.registry import PERIOD_RULES, WEEK_RULES

OF_A_ROSTER = WEEK_RULES | PERIOD_RULES | {"daily_rest_h"}
"""Rules that depend on which shifts come together; the others judge one shift or one day, whoever works it."""


def broken_rules(person: Person, days: Mapping[date, Place], shift_plan: ShiftPlan, account: Account, law: Law) -> list[str]:
    """Return the sentences of rules of `OF_A_ROSTER` that the shifts of `days` break together, overtime of theirs included."""
    return _broken(person, list(days.values()), shift_plan, account, law, (Severity.BREACH, Severity.OVERTIME))


def may_add(
    person: Person, days: Mapping[date, Place], place: Place, shift_plan: ShiftPlan, account: Account, law: Law
) -> bool:
    """True when `place` on top of `days` breaks no rule that even agreed overtime must keep."""
    if place.date in days:
        return False
    severities = (Severity.BREACH,)
    before = _broken(person, list(days.values()), shift_plan, account, law, severities)
    return len(_broken(person, [*days.values(), place], shift_plan, account, law, severities)) <= len(before)


def keep_lawful(
    person: Person, days: dict[date, Place], free: set[date], shift_plan: ShiftPlan, account: Account, law: Law
) -> list[Place]:
    """Take shifts on `free` dates from `days` until their rules hold, as few as a greedy choice needs; returns what was taken."""
    taken: list[Place] = []
    while broken := broken_rules(person, days, shift_plan, account, law):
        tried = []
        for day in sorted(free & set(days)):
            rest = {other: place for other, place in days.items() if other != day}
            tried.append((len(broken_rules(person, rest, shift_plan, account, law)), day))
        if not tried or min(tried)[0] >= len(broken):
            break
        taken.append(days.pop(min(tried)[1]))
    return taken


def _broken(
    person: Person, places: list[Place], shift_plan: ShiftPlan, account: Account, law: Law, severities: tuple[Severity, ...]
) -> list[str]:
    shifts: tuple[Shift, ...] = in_order(place.shifts[0] for place in places)
    group = account.group(person.group)
    site = account.site(group.site)
    grid = shift_plan.grid
    work = WorkDays(
        agent=person.id,
        site=site.id,
        zone=site.zone,
        start_utc=grid.start_utc,
        end_utc=grid.end_utc,
        shifts=shifts,
        voice=Channel.VOICE in group.channels,
    )
    return [f.sentence for f in findings_of(work, law) if f.rule in OF_A_ROSTER and f.severity in severities]
