"""One week of one team as a problem in numbers: what was worked before is fixed, the rest is to be shared out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.staff import Person, Preference
from planner.roster.eligible import Eligibility
from planner.roster.places import LEAD_IN, Kind, Place, hours_backward, hours_outside
from planner.roster.problem import DAY_OFF, NamedProblem
from planner.roster.weights import Weights
from planner.rules import Law, limits_of

MOST_IN_A_ROW = 6
"""Nobody works more days in a row, whatever the law allows, but for contracts of seven days a week."""

BEFORE = 7
"""Dates before the week that are looked back on."""

WEEKDAYS = 7
_SATURDAY = 5
_ENDLESS = 10**6

Worked = Mapping[str, Mapping[date, Place]]
"""What each person works, by date."""


@dataclass(frozen=True, kw_only=True)
class Team:
    """People who share work, everybody who shares any of it, and all of that work; one site's law and clock."""

    people: tuple[Person, ...]
    places: tuple[Place, ...]
    zone: str
    law: Law
    first: date  # of the horizon's first week on the site's clock
    days: int  # of the horizon


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What fairness and rotation look back on: nights and weekend days worked, and the usual start of the week before."""

    nights: Mapping[str, int]
    weekend_days: Mapping[str, int]
    home: Mapping[str, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class WeekFrame:
    """A week's problem with the dates, kinds and places its numbers stand for."""

    problem: NamedProblem
    dates: tuple[date, ...]
    kinds: tuple[Kind, ...]
    places: Mapping[tuple[int, int], Place]
    homes: tuple[int, ...]
    past: Bools  # [P, D] True where somebody's work is that of before

    def worked(self, p: int, work: Ints) -> dict[date, Place]:
        """Return what row `work` ``[P, D]`` of person `p` means, the week's own work and lead-ins only."""
        found = {}
        for d, s in enumerate(work[p].tolist()):
            if s != DAY_OFF and not self.past[p, d]:
                found[self.dates[d]] = self.places[d, s]
        return found

    def home(self, p: int, work: Ints) -> int | None:
        """Return the usual start of person `p` that costs least, None for somebody who does not work."""
        at = np.flatnonzero(work[p] != DAY_OFF)
        at = at[self.problem.counted[at, work[p][at]]]
        if not len(at):
            return None
        cost = self.problem.home_cost[p] + self.problem.away_cost[:, work[p][at]].sum(axis=1)
        return self.homes[int(np.argmin(cost))]


def week_frame(
    team: Team, week: int, *, worked: Worked, tally: Tally, eligible: Eligibility, wishes: Mapping[str, tuple[Preference, ...]],
    weights: Weights,
) -> WeekFrame | None:  # fmt: skip
    """Return the problem of week `week` of `team` after what was `worked` before; None where nothing is to be worked."""
    own = [place for place in team.places if place.week == week or (week == 0 and place.week == LEAD_IN)]
    if not own:
        return None
    since = min(place.date for place in own) - timedelta(days=BEFORE)
    before = {p.id: {day: at for day, at in worked.get(p.id, {}).items() if day >= since} for p in team.people}
    past = {(place.date, place.kind): place for days in before.values() for place in days.values()}
    first = min([place.date for place in own] + [day for day, _ in past])
    last = max([place.date for place in own] + [day for day, _ in past])
    dates = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    kinds = tuple(sorted({place.kind for place in own} | {kind for _, kind in past}))
    day_of, kind_of = {day: d for d, day in enumerate(dates)}, {kind: s for s, kind in enumerate(kinds)}
    places = {(day_of[day], kind_of[kind]): place for (day, kind), place in past.items()}
    places |= {(day_of[place.date], kind_of[place.kind]): place for place in own}
    shape = (len(dates), len(kinds))
    need, counted = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    for place in own:
        at = day_of[place.date], kind_of[place.kind]
        need[at], counted[at] = place.heads, place.week == week
    allowed = _allowed(team, own, eligible, (day_of, kind_of), shape)
    must = np.zeros((len(team.people), len(dates)), dtype=np.bool_)
    for p, person in enumerate(team.people):
        for day, place in before[person.id].items():
            d, s = day_of[day], kind_of[place.kind]
            need[d, s] += 1
            must[p, d] = True
            allowed[p, d] = False
            allowed[p, d, s] = True
    done = must.copy()
    for p, person in enumerate(team.people):
        for d, day in enumerate(dates):
            lock = eligible.locks.get((person.id, day))
            must[p, d] |= lock is not None and not lock.off and allowed[p, d].any()
    starts = np.array([_usual_start(places, s) for s in range(len(kinds))])
    bands = [max(place.band_min for (_, kind), place in places.items() if kind == s) for s in range(len(kinds))]
    homes = tuple(sorted({place.start_min for place in own if place.week == week})) or (0,)
    least, most = _days(team, week, own, eligible)
    columns = np.arange(int(counted.any(axis=1).sum()) + 1)
    problem = NamedProblem(
        people=tuple(person.id for person in team.people),
        shifts=tuple(_named(kind, kinds) for kind in kinds),
        minutes=np.array([max(1, *(at.paid_min for (_, s2), at in places.items() if s2 == s)) for s in range(len(kinds))]),
        may_not_follow=_too_close(team, places, shape),
        max_shifts=np.full((len(team.people), len(kinds)), len(dates)),
        min_minutes=np.zeros(len(team.people), dtype=np.int64),
        max_minutes=_minutes(team, week, dates),
        min_run=np.ones(len(team.people), dtype=np.int64),
        max_run=np.array([most_in_a_row(team.law, team.first, team.days, person) for person in team.people], dtype=np.int64),
        min_off=np.ones(len(team.people), dtype=np.int64),
        max_weekends=most,
        fixed_off=np.zeros((len(team.people), len(dates)), dtype=np.bool_),
        weekend=np.where(counted.any(axis=1), np.arange(len(dates)), -1),
        wish_on=np.zeros((len(team.people), *shape)),
        wish_off=_wish_cost(team, own, tally, wishes, weights, (day_of, kind_of), shape),
        need=need,
        under_cost=np.full(shape, float(weights.uncovered)),
        over_cost=np.full(shape, float(weights.uncovered)),
        allowed=allowed,
        must=must,
        counted=counted,
        lone_off_cost=np.full(len(team.people), float(weights.lone_day_off)),
        weekend_cost=weights.missing_day * np.maximum(0, least[:, None] - columns) ** 2.0,
        home_cost=np.array([[_backward(tally, person, home, weights) for home in homes] for person in team.people]),
        away_cost=np.array(
            [
                [float(weights.away_h * hours_outside(home, *start)) for start in zip(bands, starts, strict=True)]
                for home in homes
            ]
        ),
    )
    return WeekFrame(problem=problem, dates=dates, kinds=kinds, places=places, homes=homes, past=done)


def _allowed(
    team: Team, own: list[Place], eligible: Eligibility, at: tuple[dict[date, int], dict[Kind, int]], shape: tuple[int, int]
) -> Bools:  # fmt: skip
    allowed = np.zeros((len(team.people), *shape), dtype=np.bool_)
    for p, person in enumerate(team.people):
        for place in own:
            allowed[p, at[0][place.date], at[1][place.kind]] = eligible.allows(person, place)
    return allowed


def _wish_cost(
    team: Team, own: list[Place], tally: Tally, wishes: Mapping[str, tuple[Preference, ...]], weights: Weights,
    at: tuple[dict[date, int], dict[Kind, int]], shape: tuple[int, int],
) -> Floats:  # fmt: skip
    """Cost of each shift given: wishes not kept, nights and weekend days beyond those of whoever has worked fewest, and hours by which
    it is shorter than the hours that the contract owes come to on each of the fewest days that can hold them."""
    cost = np.zeros((len(team.people), *shape))
    owed = [owed_min(person, own) for person in team.people]
    fewest = {group: _fewest(team, tally, group) for group in {person.group for person in team.people}}
    for p, person in enumerate(team.people):
        nights = tally.nights.get(person.id, 0) - fewest[person.group][0]
        weekends = tally.weekend_days.get(person.id, 0) - fewest[person.group][1]
        for place in own:
            broken = sum(wish.weight for wish in wishes.get(person.id, ()) if wish.broken_by(place.date, place.start_min))
            fair = weights.night * nights * place.night + weights.weekend_day * weekends * (place.date.weekday() >= _SATURDAY)
            short = weights.short_hour * max(0, ceil((owed[p] - place.paid_min) / 60))
            cost[p, at[0][place.date], at[1][place.kind]] = weights.wish * broken + fair + short
    return cost


def _fewest(team: Team, tally: Tally, group: str) -> tuple[int, int]:
    same = [person.id for person in team.people if person.group == group]
    return min(tally.nights.get(id, 0) for id in same), min(tally.weekend_days.get(id, 0) for id in same)


def _backward(tally: Tally, person: Person, home: int, weights: Weights) -> float:
    before = tally.home.get(person.id)
    return 0.0 if before is None else float(weights.backward_h * hours_backward(before, home))


def _usual_start(places: Mapping[tuple[int, int], Place], s: int) -> int:
    """Start of a kind: a clock change may move it on single days."""
    return Counter(place.start_min for (_, kind), place in places.items() if kind == s).most_common(1)[0][0]


def _too_close(team: Team, places: Mapping[tuple[int, int], Place], shape: tuple[int, int]) -> Bools:
    """True at [a, b] where on any two days in a row the rest between a and b is shorter than the law asks for."""
    kinds = shape[1]
    close = np.zeros((kinds, kinds), dtype=np.bool_)
    rests = {day: limits_of(team.law, day, day).rest_min or 0.0 for day in {place.date for place in places.values()}}
    for (d, a), place in places.items():
        need = timedelta(minutes=rests[place.date])
        for b in range(kinds):
            after = places.get((d + 1, b))
            if after is not None and after.start_utc - place.end_utc < need:
                close[a, b] = True
    return close


def most_in_a_row(law: Law, first: date, days: int, person: Person) -> int:
    """Return the most days in a row that `person` may work within so many days from `first`."""
    last = first + timedelta(days=days)
    most = [WEEKDAYS if person.most_days == WEEKDAYS else MOST_IN_A_ROW, limits_of(law, first, last).days_of_seven]
    most += [int(rule.number) for rule in law.between(first, last) if rule.id == "max_consecutive_days"]
    return max(1, min(most))


def owed_min(person: Person, places: Iterable[Place]) -> float:
    """Return the paid minutes a day by which the hours owed a week come to be worked on the fewest days; 0 where none are owed."""
    longest = max((place.paid_min for place in places if place.group in person.groups), default=0)
    return 60 * person.least_hours / ceil(60 * person.least_hours / longest) if person.least_hours and longest else 0.0


def _minutes(team: Team, week: int, dates: tuple[date, ...]) -> Ints:
    """Most paid minutes of each person in the week: the contract's and the law's, less those spent before the horizon."""
    lawful = limits_of(team.law, dates[0], dates[-1]).paid_week_min
    limits = [60 * person.most_hours if person.most_hours is not None else _ENDLESS for person in team.people]
    most = [int(min(one, lawful if lawful is not None else _ENDLESS)) for one in limits]
    if week == 0:
        most = [max(0, one - ceil(60 * person.hours_before)) for one, person in zip(most, team.people, strict=True)]
    return np.array(most, dtype=np.int64)


def _days(team: Team, week: int, places: list[Place], eligible: Eligibility) -> tuple[Ints, Ints]:
    """Fewest days the contract asks for and most days it allows in the week, for each person.

    Hours owed ask for as many days as hold them. A day of time off counts as one worked, so that nobody has a week's leave made up for
    at its weekend; a day on which the contract does not hold, or that the horizon cuts off, lowers what is asked for only.
    """
    dates = [team.first + timedelta(days=WEEKDAYS * week + n) for n in range(min(WEEKDAYS, team.days - WEEKDAYS * week))]
    least, most = [], []
    for person in team.people:
        employed = [day for day in dates if person.employed_on(day)]
        off = sum(any(o.first <= day <= o.last for o in eligible.off.get(person.id, ())) for day in employed)
        most.append(max(0, person.most_days - off))
        asked = person.least_days
        if a_day := owed_min(person, places):
            owed = 60 * (person.least_hours - (person.hours_before if week == 0 else 0.0))
            asked = min(person.most_days, max(asked, ceil(owed / a_day - 1e-9)))
        least.append(max(0, asked - off - (WEEKDAYS - len(employed))))
    return np.array(least, dtype=np.int64), np.array(most, dtype=np.int64)


def _named(kind: Kind, kinds: Sequence[Kind]) -> str:
    # group and pattern, nights told apart where some heads of the pattern work none
    group, pattern, night = kind
    return f"{group} {pattern} (nights)" if night and (group, pattern, False) in kinds else f"{group} {pattern}"
