"""What people worked before the horizon, as far as it binds what they may work in it."""

from __future__ import annotations

from datetime import date, timedelta

from planner.domain.grid import to_utc, zone_info
from planner.domain.people import Site
from planner.domain.shifts import Shift
from planner.domain.staff import Person
from planner.roster.places import LEAD_IN, Place

HOURS = 8
"""Length assumed of shifts before the horizon, of which only the end is known."""


def worked_before(person: Person, site: Site, most_in_a_row: int) -> dict[date, Place]:
    """Return the days in a row that `person` worked last before the horizon, each with a shift that ended at the same time of the clock.

    Never more than `most_in_a_row` days: somebody who worked longer has a day off first, and no more can be asked of a roster. The rest
    after the last of them and the run it belongs to are those given; hours of the earlier days are assumed.
    """
    if person.last_end_utc is None:
        return {}
    end = person.last_end_utc.astimezone(zone_info(site.zone))
    minute = end.hour * 60 + end.minute - 60 * HOURS
    last = end.date() + timedelta(days=minute // 1440)
    start_min = minute % 1440
    found = {}
    for n in range(min(max(1, person.days_in_a_row_before), most_in_a_row)):
        day = last - timedelta(days=n)
        ended = person.last_end_utc if n == 0 else to_utc(site.zone, day, start_min + 60 * HOURS)
        shift = Shift(
            id=f"before.{person.id}.{n}",
            site=site.id,
            group=person.group,
            pattern=f"before-{start_min}",
            date=day,
            start_utc=ended - timedelta(hours=HOURS),
            end_utc=ended,
            breaks=(),
            heads=1,
            lead_in=True,
        )
        found[day] = Place(
            group="",
            pattern=shift.pattern,
            rule="",
            date=day,
            week=LEAD_IN,
            shifts=(shift,),
            start_min=start_min,
            night=False,
        )
    return found
