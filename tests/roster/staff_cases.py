"""Small accounts with named people and shift plans written by hand, for tests of assignment and checking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from factories import tiny_account

from planner.domain.account import Account, Horizon
from planner.domain.grid import to_utc
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, Tour
from planner.domain.staff import Person

FIRST = date(2026, 11, 9)
GROUP = "lisbon_en"


def desk(*people: Person, days: int = 7, start: date = FIRST, zone: str = "Europe/Lisbon", **changes) -> Account:
    """The tiny account on a horizon of `days`, its people named."""
    base = tiny_account()
    return replace(base, horizon=Horizon(zone=zone, start=start, days=days, interval_s=900), people=people, **changes)


def group_of(account: Account, site: str = "lisbon") -> str:
    return next(group.id for group in account.groups if group.site == site)


def person(account: Account, id: str, **changes) -> Person:
    return Person(id=id, **({"groups": (group_of(account),), "most_days": 5, "least_days": 5} | changes))


def plan_of(account: Account, work: dict[str, list[int]], hours: dict[str, tuple[int, int]] | None = None) -> ShiftPlan:
    """Heads by date for kinds of shift: ``{"E": [1, 1, 0, …]}``; `hours` start and length in minutes, E 07:00 and L 14:00 by default."""
    hours = hours or {"E": (420, 540), "L": (840, 540), "N": (1320, 540)}
    group = group_of(account)
    site = account.site(account.group(group).site)
    shifts = []
    for name, heads in work.items():
        begins, length = hours[name]
        for n, count in enumerate(heads):
            if not count:
                continue
            day = account.horizon.start + timedelta(days=n)
            start, end = to_utc(site.zone, day, begins), to_utc(site.zone, day, begins + length)
            pause = start + timedelta(minutes=240)
            breaks = (PlacedBreak(start_utc=pause, end_utc=pause + timedelta(minutes=60), paid=False),)
            shifts.append(
                Shift(
                    id=f"{name}.{n}", site=site.id, group=group, pattern=f"{name}-{begins // 60:02d}00", date=day, start_utc=start,
                    end_utc=end, breaks=breaks, heads=count,
                )
            )  # fmt: skip
    tours = tuple(
        Tour(group=group, pattern=f"{name}-{hours[name][0] // 60:02d}00", agents=max(heads)) for name, heads in work.items()
    )
    return ShiftPlan(grid=account.grid, shifts=tuple(shifts), tours=tours)
