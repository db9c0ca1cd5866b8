"""Whose turn it is: the people of a tour take its heads date by date, going round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from planner.domain.shifts import Shift


def turns(agents: int, shifts: Sequence[Shift]) -> tuple[list[tuple[int, Shift]], dict[date, int]]:
    """Return who of `agents` people takes which head, in order of dates and turns, and the dates with more heads than people, with their
    number: those nobody takes.

    Taking turns (McNaughton's wrap-around rule, 1959) gives any stretch of dates with S heads among N agents to each agent floor(S/N)
    or ceil(S/N) times, nobody twice on a date. How the heads of a date are split into rows does not change who works on it. Where the
    starts of a date differ, the earlier ones go to those of its people who come first, so that everybody's starts change little.
    """
    taken: list[tuple[int, Shift]] = []
    crowded: dict[date, int] = {}
    turn = 0
    for day, rows in by_date(shifts):
        places = [shift for shift in rows for _ in range(shift.heads)]
        if len(places) > agents:
            crowded[day] = len(places)
            continue
        who = [(turn + n) % agents for n in range(len(places))]
        turn += len(places)
        if len({place.start_utc for place in places}) > 1:
            who.sort()
            places.sort(key=lambda place: place.start_utc)
        taken += zip(who, places, strict=True)
    return taken, crowded


def by_date(shifts: Sequence[Shift]) -> list[tuple[date, list[Shift]]]:
    """Return `shifts` by date, in order of dates, each date's in the order given."""
    days: dict[date, list[Shift]] = defaultdict(list)
    for shift in shifts:
        days[shift.date].append(shift)
    return sorted(days.items())
