"""Locks of people that could not be kept whatever the plan: against each other, days of the contract, leave, skills, starts and rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from planner.domain.history import Row
from planner.domain.people import Site
from planner.domain.shifts import ShiftRule
from planner.domain.staff import Lock, Person, TimeOff
from planner.io.resolved import Resolved
from planner.io.settings.clock_times import clock_text
from planner.rules import law_of_site, limits_of

OFF, ANY = "off", "any"
"""What a lock says instead of a shift's id."""

Tell = Callable[[Row, str, str], None]
_WEEK = 7


def check_locks(
    done: Resolved, tell: Tell, locks: Sequence[tuple[Row, Lock]], people: Sequence[Person], away: Sequence[TimeOff]
) -> None:
    """Tell every lock that no shift plan leaves room for, all at once; `tell` takes a row, a column, and fault with remedy."""
    horizon = done.draft.horizon
    if horizon is None:
        return
    last = horizon.start + timedelta(days=horizon.days - 1)
    rules = {rule.id: rule for rule in done.shift_rules.values()}
    sites = {site.id: site for site in done.sites.values()}
    home = {group.id: sites.get(group.site) for group in done.groups.values()}
    shifts_of = {group.id: group.shift_rules for group in done.groups.values()}
    everybody = {person.id: person for person in people}
    own: dict[str, list[tuple[Row, Lock]]] = defaultdict(list)
    for row, lock in locks:
        if not horizon.start - timedelta(days=1) <= lock.day <= last:
            tell(
                row,
                "date",
                f"{lock.day} is outside the horizon, {horizon.start} to {last}; correct the date, or delete the row",
            )
        else:
            own[lock.agent].append((row, lock))
    for id, mine in own.items():
        one_each = _once(tell, mine)
        person = everybody.get(id)
        if person is None:
            continue  # told already
        names = [rule for group in person.groups for rule in shifts_of[group]]
        names = [rule for rule in dict.fromkeys(names) if not person.shift_rules or rule in person.shift_rules]
        for row, lock in one_each:
            if not lock.off:
                _alone(tell, row, lock, person, [rules[name] for name in names if name in rules], away)
        worked = sorted(((row, lock) for row, lock in one_each if not lock.off), key=lambda one: one[1].day)
        _weeks(tell, worked, person, horizon.start)
        if (site := home.get(person.group)) is not None:
            _rests(tell, worked, person, [rules[name] for name in names if name in rules], site)


def _once(tell: Tell, mine: Sequence[tuple[Row, Lock]]) -> list[tuple[Row, Lock]]:
    """The first lock of each date; others are told."""
    first: dict[date, tuple[Row, Lock]] = {}
    for row, lock in mine:
        if lock.day in first:
            tell(
                row, "date", f"{lock.agent} has a lock on {lock.day} in row {first[lock.day][0].row} already; leave one of them"
            )
        else:
            first[lock.day] = (row, lock)
    return list(first.values())


def _alone(tell: Tell, row: Row, lock: Lock, person: Person, rules: Sequence[ShiftRule], away: Sequence[TimeOff]) -> None:
    """Faults of one lock to a shift."""
    who = f"{lock.agent} on {lock.day}"
    possible = _possible(lock, rules)
    if lock.rule and lock.rule not in [rule.id for rule in rules]:
        names = ", ".join(rule.id for rule in rules)
        tell(
            row, "shift", f"{lock.rule} is not a shift that {lock.agent} works; write one of {names}, or add it to the person's"
        )
    elif lock.start_min is not None and not possible:
        tell(row, "start", f"no shift of {lock.agent} starts at {clock_text(lock.start_min)}; write a start that its shift has")
    if lock.start_min is not None and not person.may_start(lock.start_min):
        tell(
            row,
            "start",
            f"{lock.agent} may not start at {clock_text(lock.start_min)}; correct start, or earliest and latest start",
        )
    if any(one.agent == lock.agent and one.first <= lock.day <= one.last for one in away):
        tell(row, "date", f"{who} is locked to a shift but has time off; delete the lock or the leave")
    if not person.employed_on(lock.day):
        tell(
            row,
            "date",
            f"{who} is locked to a shift, when the contract does not hold; delete the lock, or correct valid_from and valid_to",
        )
    if person.availability and not any(span.weekday == lock.day.weekday() for span in person.availability):
        tell(
            row,
            "date",
            f"{who} is locked to a shift but not available that weekday; delete the lock, or add the day to availability",
        )


def _weeks(tell: Tell, worked: Sequence[tuple[Row, Lock]], person: Person, first: date) -> None:
    """More locked shifts in a week of the horizon than the contract has days."""
    weeks: dict[int, list[Row]] = defaultdict(list)
    for row, lock in worked:
        weeks[(lock.day - first).days // _WEEK].append(row)
    for number, rows in weeks.items():
        if len(rows) > person.most_days:
            start = first + timedelta(days=_WEEK * number)
            tell(
                rows[person.most_days],
                "date",
                f"{person.id} is locked to {len(rows)} shifts in the week from {start} but works at most {person.most_days} days a week; "
                f"delete {len(rows) - person.most_days} of them, or raise days_per_week",
            )


def _rests(tell: Tell, worked: Sequence[tuple[Row, Lock]], person: Person, rules: Sequence[ShiftRule], site: Site) -> None:
    """Locks on two days in a row that leave less than the daily rest however early the one ends and however late the other starts."""
    law = law_of_site(site)
    for (_, one), (row, other) in pairwise(worked):
        before, after = _possible(one, rules), _possible(other, rules)
        asked = limits_of(law, one.day, other.day).rest_min or 0.0
        if (other.day - one.day).days != 1 or not before or not after or not asked:
            continue
        ends = min((rule.first_start_min if one.start_min is None else one.start_min) + rule.length_min for rule in before)
        starts = max(rule.last_start_min if other.start_min is None else other.start_min for rule in after)
        rest = 1440 + starts - ends
        if rest < asked:
            tell(
                row,
                "date",
                f"{person.id} is locked to shifts on {one.day} and {other.day} with at most {rest / 60:g} h between them, {asked / 60:g} h "
                "of rest are the rule; delete one of them, or move its start",
            )


def _possible(lock: Lock, rules: Sequence[ShiftRule]) -> list[ShiftRule]:
    """The shifts that could keep a lock."""
    return [
        rule
        for rule in rules
        if lock.rule in ("", rule.id)
        and (lock.start_min is None or lock.start_min in range(rule.first_start_min, rule.last_start_min + 1, rule.step_min))
    ]
