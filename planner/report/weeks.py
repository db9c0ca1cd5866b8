"""Named weeks as rows of cells: who works which hours on which date, and where people are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.domain.shifts import Shift
from planner.rules import AgentFigures, agent_figures

OFF, AWAY = "·", "off"
"""What stands on a free date, and on one of time off."""


@dataclass(frozen=True, kw_only=True)
class PersonWeek:
    """One agent's hours by date on the site's clock, with their figures."""

    figures: AgentFigures
    hours: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """Heads of one group, date and pair of hours that nobody named takes, and who could as overtime."""

    group: str
    site: str
    date: date
    hours: str
    heads: int
    overtime: tuple[str, ...]
    filled: bool


def roster_dates(plan: Plan) -> tuple[date, ...]:
    """Return the site dates on which a shift of the plan begins, from first to last."""
    days = {shift.date for shift in plan.shifts.shifts}
    if not days:
        return ()
    first = min(days)
    return tuple(first + timedelta(days=n) for n in range((max(days) - first).days + 1))


def person_weeks(plan: Plan, *, sites: Collection[str] | None = None) -> tuple[PersonWeek, ...]:
    """Return the weeks of every agent of `sites` (all by default), in the roster's order."""
    shifts = {shift.id: shift for shift in plan.shifts.shifts}
    worked: dict[str, dict[date, Shift]] = defaultdict(dict)
    for place in plan.roster.assignments:
        worked[place.agent][shifts[place.shift].date] = shifts[place.shift]
    away = {
        (one.agent, one.first + timedelta(days=n))
        for one in plan.account.time_off
        for n in range((one.last - one.first).days + 1)
    }
    zones = {site.id: site.zone for site in plan.account.sites}
    dates = roster_dates(plan)
    found = []
    for figures in agent_figures(plan.roster, plan.shifts, plan.account):
        if sites is not None and figures.site not in sites:
            continue
        own = worked[figures.agent]
        cells = [
            shift_hours(own[day], zones[figures.site]) if day in own else AWAY if (figures.agent, day) in away else OFF
            for day in dates
        ]
        found.append(PersonWeek(figures=figures, hours=tuple(cells)))
    return tuple(found)


def open_work(plan: Plan, *, sites: Collection[str] | None = None) -> tuple[OpenWork, ...]:
    """Return where to hire or ask for overtime, variants of breaks together, by date."""
    zones = {site.id: site.zone for site in plan.account.sites}
    together: dict[tuple[date, str, str, str, bool], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for one in plan.roster.open_shifts:
        if sites is None or one.site in sites:
            start, end = (when.astimezone(zone_info(zones[one.site])) for when in (one.start_utc, one.end_utc))
            key = (one.date, one.group, one.site, f"{start:%H:%M}–{end:%H:%M}", one.filled)
            together[key].append((one.heads, one.overtime))
    return tuple(
        OpenWork(
            date=day, group=group, site=site, hours=hours, filled=filled, heads=sum(heads for heads, _ in lines),
            overtime=tuple(dict.fromkeys(id for _, ids in lines for id in ids)),
        )
        for (day, group, site, hours, filled), lines in sorted(together.items())
    )  # fmt: skip


def shift_hours(shift: Shift, zone: str) -> str:
    """Return a shift's hours on the clock of `zone`."""
    start, end = shift.start_utc.astimezone(zone_info(zone)), shift.end_utc.astimezone(zone_info(zone))
    return f"{start:%H:%M}–{end:%H:%M}"
