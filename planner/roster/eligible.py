"""Who may take which work at all, and why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from planner.domain.account import Account
from planner.domain.people import Group, Site
from planner.domain.queues import Queue
from planner.domain.staff import Lock, Nights, Person, TimeOff, merged
from planner.roster.places import Place


@dataclass(frozen=True)
class Eligibility:
    """The hard conditions of people: skills, gates of queues, contract dates, time off, availability, starts, nights, what is settled."""

    groups: dict[str, Group]
    sites: dict[str, Site]
    serves: dict[str, tuple[Queue, ...]]
    off: dict[str, tuple[TimeOff, ...]]
    locks: Mapping[tuple[str, date], Lock] = field(default_factory=dict)

    def allows(self, person: Person, place: Place) -> bool:
        """True when nothing keeps `person` from working at `place`."""
        return self.bar(person, place) is None

    def bar(self, person: Person, place: Place) -> str | None:
        """Return what keeps `person` from working at `place`, None where nothing does."""
        if skill := self.lacks(person, place.group):
            return skill
        zone = self.sites[self.groups[place.group].site].zone
        if not person.employed_on(place.date):
            return "the contract does not hold on that day"
        if any(one.touches(place.start_utc, place.end_utc, zone) for one in self.off.get(person.id, ())):
            return "time off"
        lock = self.locks.get((person.id, place.date))
        if lock is not None and not lock.allows(place.rule, place.start_min):
            return "off by a lock" if lock.off else "another shift is settled for that day"
        if person.shift_rules and place.rule not in person.shift_rules:
            return f"works no shift {place.rule}"
        if not person.may_start(place.start_min) or not person.is_there(place.start_utc, place.end_utc, zone):
            return "not available at these hours"
        if (person.nights is Nights.NEVER and place.night) or (person.nights is Nights.ONLY and not place.night):
            return "works no nights" if place.night else "works nights only"
        return None

    def lacks(self, person: Person, group: str) -> str | None:
        """Return what `person` lacks to do the work of `group`, None where nothing."""
        if group not in person.groups:
            return f"is not of {group}"
        of = self.groups[group]
        spoken = {language for language, _ in person.languages}
        if spoken and not spoken.issuperset(of.languages):
            return f"does not speak {', '.join(sorted(set(of.languages) - spoken))}"
        if person.channels and not set(person.channels).issuperset(of.channels):
            return f"does not work {', '.join(sorted(c.value for c in set(of.channels) - set(person.channels)))}"
        barred = [queue.id for queue in self.serves[group] if not person.passes(queue)]
        return f"does not reach what {', '.join(barred)} asks for" if barred else None


def eligibility(account: Account, time_off: Iterable[TimeOff], locks: Iterable[Lock] = ()) -> Eligibility:
    """Return the conditions that hold in `account`."""
    off: dict[str, list[TimeOff]] = defaultdict(list)
    for one in merged(tuple(time_off)):
        off[one.agent].append(one)
    able = account.serves()
    return Eligibility(
        groups={group.id: group for group in account.groups},
        sites={site.id: site for site in account.sites},
        serves={
            group.id: tuple(queue for queue, served in zip(account.queues, row, strict=True) if served)
            for group, row in zip(account.groups, able, strict=True)
        },
        off={id: tuple(times) for id, times in off.items()},
        locks={(lock.agent, lock.day): lock for lock in locks},
    )
