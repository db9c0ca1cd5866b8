"""Locks that a week's shifts leave room for: somebody on a shift that is there, with a head left for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planner.domain.staff import Lock, Person
from planner.roster.eligible import Eligibility
from planner.roster.places import Place


def without_room(
    people: Iterable[Person], places: Iterable[Place], locks: Iterable[Lock], eligible: Eligibility
) -> tuple[Lock, ...]:
    """Return the `locks` to a shift that cannot be kept with the heads there are.

    Heads are reserved lock by lock, those that name most first, each from the place with most left.
    """
    everybody = {person.id: person for person in people}
    by_date: dict[date, list[Place]] = {}
    for place in places:
        by_date.setdefault(place.date, []).append(place)
    left = {(place.date, place.kind): place.heads for day in by_date.values() for place in day}
    found = []
    for lock in sorted(locks, key=lambda one: (one.start_min is None, not one.rule, one.day, one.agent)):
        person = everybody[lock.agent]
        room = [place for place in by_date.get(lock.day, ()) if left[place.date, place.kind] and eligible.allows(person, place)]
        if room:
            most = max(room, key=lambda place: (left[place.date, place.kind], place.kind))
            left[most.date, most.kind] -= 1
        else:
            found.append(lock)
    return tuple(found)
