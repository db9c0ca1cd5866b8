"""Starts that vary: which starts of a shift one person may take in turn (`start_band_min` of a group).

A person's starts may lie at most the band apart, on the site's clock. All starts of one person then lie in a stretch of the band's length
that begins with one of them; a kind with a band is such a stretch, cut down to the starts that people may hold, and on each date an agent
of the kind works one of them. Stretches inside others are left out, as whoever fits into one fits into the other, so that nobody's way to
work is lost and few come twice: whose starts leave room belongs to several kinds, at the same cost in each.

A stretch ends

- before its shifts would come too close: whoever ends latest and starts earliest the next day keeps every rest that labour rules ask for,
  and an hour between two shifts where none do (clocks may go forward in between);
- at midnight of the site's clock, and at the times of that clock at which days of the horizon begin: all starts of a kind lie in the
  horizon on the same dates, so that its weeks are the same for all of them, and are weeks of the horizon's parts too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from planner.domain.account import Account
from planner.domain.grid import to_utc, zone_info
from planner.domain.people import Site
from planner.shifts.patterns import Pattern

_APART_MIN = 60
"""Least time between two shifts of one person; a clock change may take it."""

Together = Callable[[Pattern, Pattern], bool]
"""True when one person may lawfully hold both patterns, the earlier one the day after the later one."""


def bands(found: Sequence[Pattern], band_min: int, cuts: Sequence[int], together: Together) -> tuple[tuple[int, ...], ...]:
    """Return the kinds that patterns of one group make, each as places in `found` by start; `cuts` are times of the site's clock, in
    minutes after midnight, over which no band runs. Without a band every pattern is its own."""
    if not band_min:
        return tuple((n,) for n in range(len(found)))
    alike: dict[tuple[str, int, int, int], list[int]] = {}
    for n, pattern in enumerate(found):
        part = sum(pattern.start_min >= cut for cut in cuts)
        alike.setdefault((pattern.rule.id, pattern.first_min, pattern.gap_min, part), []).append(n)
    kinds: list[tuple[int, ...]] = []
    for places in alike.values():
        own = sorted(places, key=lambda n: found[n].start_min)
        reached = 0
        for at in range(len(own)):
            last = max(at, reached - 1)  # what an earlier start reaches, this one does
            while last + 1 < len(own) and _fits(found[own[at]], found[own[last + 1]], band_min, together):
                last += 1
            if last + 1 > reached:
                kinds.append(tuple(own[at : last + 1]))
                reached = last + 1
    return tuple(sorted(kinds, key=lambda kind: (kind[0], kind)))


def _fits(early: Pattern, late: Pattern, band_min: int, together: Together) -> bool:
    apart = late.start_min - early.start_min
    span = early.rule.length_min + early.gap_min
    return apart <= min(band_min, 1440 - _APART_MIN - span) and together(early, late)


def day_starts(account: Account, site: Site) -> tuple[int, ...]:
    """Return the times of the clock of `site`, in minutes after midnight, at which days of the horizon begin and at which it ends."""
    horizon = account.horizon
    days = (horizon.start + timedelta(days=n) for n in range(horizon.days + 1))
    local = [to_utc(horizon.zone, day, 0).astimezone(zone_info(site.zone)) for day in days]
    return tuple(sorted({at.hour * 60 + at.minute for at in local}))
