"""The work to be shared out: every pattern on every date with its heads, and the week of the contract it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from planner.domain.account import Account
from planner.domain.grid import to_utc, zone_info
from planner.domain.people import Site
from planner.domain.shifts import Shift, ShiftPlan
from planner.rules import Law, WorkDays, law_of_site
from planner.rules.nights import is_night_shift

LEAD_IN = -1
"""Week of shifts begun before the horizon."""
_WEEK = 7


Kind = tuple[str, str, bool]
"""Group, pattern, and whether its heads work a night."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """All heads of pattern `pattern` of `group` on `date` who work a `night`, or all who do not, by where their breaks lie: the same hours,
    breaks at different times. `week` is counted from the horizon's start on the site's clock; `start_min` is on that clock, `rule` the
    shift it is one of, `band_min` how far apart the starts of one person of the group may be."""

    group: str
    pattern: str
    rule: str
    date: date
    week: int
    shifts: tuple[Shift, ...]
    start_min: int
    night: bool
    band_min: int = 0

    @cached_property
    def heads(self) -> int:
        """Heads of all its shifts."""
        return sum(shift.heads for shift in self.shifts)

    @property
    def start_utc(self) -> datetime:
        """When everybody starts."""
        return self.shifts[0].start_utc

    @property
    def end_utc(self) -> datetime:
        """When everybody ends."""
        return self.shifts[0].end_utc

    @cached_property
    def paid_min(self) -> int:
        """Paid minutes of a head, of the longest where breaks differ."""
        return round(60 * max(shift.paid_h_per_head for shift in self.shifts))

    @property
    def kind(self) -> Kind:
        """Group, pattern and whether it is a night."""
        return self.group, self.pattern, self.night


def places_of(shift_plan: ShiftPlan, account: Account, laws: dict[str, Law]) -> tuple[Place, ...]:
    """Return the places of a plan by date, group, pattern and whether it is a night; `laws` say of every site what a night is."""
    sites = {site.id: site for site in account.sites}
    starts = {id: week_starts(site, shift_plan) for id, site in sites.items()}
    nobody = {id: _nobody(site, shift_plan) for id, site in sites.items()}
    together: dict[tuple[date, str, str, bool], list[Shift]] = defaultdict(list)
    for shift in shift_plan.shifts:
        law = laws[shift.site]
        night = is_night_shift(nobody[shift.site], shift, law, law.country)
        together[shift.date, shift.group, shift.pattern, night].append(shift)
    found = []
    for (day, group, pattern, night), shifts in sorted(together.items(), key=lambda item: item[0]):
        site = sites[shifts[0].site]
        first = shifts[0]
        local = first.start_utc.astimezone(zone_info(site.zone))
        week = LEAD_IN if first.lead_in else max(0, sum(first.start_utc >= start for start in starts[site.id]) - 1)
        found.append(
            Place(
                group=group,
                pattern=pattern,
                rule=rule_of(pattern, account),
                date=day,
                week=week,
                shifts=tuple(shifts),
                start_min=local.hour * 60 + local.minute,
                night=night,
                band_min=account.group(group).start_band_min,
            )
        )
    return tuple(found)


def week_starts(site: Site, shift_plan: ShiftPlan) -> tuple[datetime, ...]:
    """Return when the weeks of the horizon begin at `site`: every seven days, at the time of the site's clock at which it starts."""
    start, end = shift_plan.grid.start_utc, shift_plan.grid.end_utc
    first = start.astimezone(zone_info(site.zone))
    minute = first.hour * 60 + first.minute
    starts = [start]
    while True:
        following = to_utc(site.zone, first.date() + timedelta(days=_WEEK * len(starts)), minute)
        if following >= end:
            return tuple(starts)
        starts.append(following)


def rule_of(pattern: str, account: Account) -> str:
    """Return the id of the shift that a pattern is one of, the pattern itself where no shift is named in it."""
    named = [rule.id for rule in account.shift_rules if pattern.startswith(rule.id)]
    return max(named, key=len, default=pattern)


def site_laws(account: Account, overrides: dict[str, float | None] | None) -> dict[str, Law]:
    """Return the law of every site, `overrides` over its own."""
    return {site.id: law_of_site(site, overrides) for site in account.sites}


def hours_apart(one_min: int, other_min: int) -> int:
    """Return the hours begun between two times of the clock, the shorter way round."""
    apart = abs(one_min - other_min) % 1440
    return -(-min(apart, 1440 - apart) // 60)


def hours_outside(home_min: int, band_min: int, start_min: int) -> int:
    """Return the hours begun by which a start lies outside the band from `home_min` on, the shorter way round the clock; 0 inside."""
    if (start_min - home_min) % 1440 <= band_min:
        return 0
    return min(hours_apart(home_min, start_min), hours_apart(home_min + band_min, start_min))


def hours_backward(before_min: int, after_min: int) -> int:
    """Return the hours begun by which `after_min` lies before `before_min` on the clock; 0 where the shorter way is forward."""
    back = (before_min - after_min) % 1440
    return -(-back // 60) if back < 720 else 0


def by_group(places: Iterable[Place]) -> dict[str, list[Place]]:
    """Return the places of each group."""
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        found[place.group].append(place)
    return found


def _nobody(site: Site, shift_plan: ShiftPlan) -> WorkDays:
    """Somebody's empty roster: what the law needs to know of a clock."""
    grid = shift_plan.grid
    return WorkDays(agent="", site=site.id, zone=site.zone, start_utc=grid.start_utc, end_utc=grid.end_utc, shifts=())
