"""What named people leave open: who could take it as overtime, and the agents to be hired who hold it until then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from planner.domain.account import Account
from planner.domain.roster import Agent, Assignment, OpenShift
from planner.domain.shifts import Shift

_WEEK = 7
HIRE = "hire"
"""Ids of agents to be hired begin so."""


def open_shifts(
    left: Mapping[str, int], shifts: Mapping[str, Shift], filled: bool, candidates: Callable[[Shift], tuple[str, ...]]
) -> tuple[OpenShift, ...]:
    """Return a line for every shift with heads `left`, with `candidates` for overtime."""
    return tuple(
        OpenShift(
            shift=id,
            group=(shift := shifts[id]).group,
            site=shift.site,
            date=shift.date,
            start_utc=shift.start_utc,
            end_utc=shift.end_utc,
            heads=heads,
            overtime=candidates(shift),
            filled=filled,
        )
        for id, heads in left.items()
        if heads
    )


def hired(left: Mapping[str, int], shifts: Mapping[str, Shift], account: Account) -> tuple[list[Agent], list[Assignment]]:
    """Return the fewest agents who, one tour's pattern each, can hold the heads `left` of shifts, and what they work.

    Heads are dealt date by date going round, as for anonymous tours: nobody twice on a date, nobody more days of any seven than the
    group's contract.
    """
    by_pattern: dict[tuple[str, str], dict[date, list[Shift]]] = defaultdict(lambda: defaultdict(list))
    for id, heads in left.items():
        shift = shifts[id]
        by_pattern[shift.group, shift.held][shift.date] += [shift] * heads
    taken = {person.id for person in account.people}
    agents: list[Agent] = []
    assignments: list[Assignment] = []
    numbered: dict[str, int] = defaultdict(int)
    for (group, pattern), dates in sorted(by_pattern.items()):
        ids: list[str] = []
        while len(ids) < _fewest({day: len(at) for day, at in dates.items()}, account.group(group).days_per_week):
            numbered[group] += 1
            if (id := f"{HIRE}-{group}-{numbered[group]:03d}") not in taken:
                ids.append(id)
        agents += [Agent(id=id, group=group, site=account.group(group).site, pattern=pattern) for id in ids]
        turn = 0
        for day in sorted(dates):
            for shift in dates[day]:
                assignments.append(Assignment(agent=ids[turn % len(ids)], shift=shift.id))
                turn += 1
    return agents, assignments


def _fewest(heads: Mapping[date, int], days_per_week: int) -> int:
    """Fewest people who can hold so many heads on each date, none more than `days_per_week` of any seven in a row."""
    windows = [sum(heads.get(first + timedelta(days=n), 0) for n in range(_WEEK)) for first in heads]
    return max([*heads.values(), *(-(-total // days_per_week) for total in windows)], default=0)
