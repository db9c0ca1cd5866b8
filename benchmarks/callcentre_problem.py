"""A call-centre week as the planner's shift problem: the same kinds, duties, breaks and prices, on a week that closes on itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from callcentre_instance import DAYS, Instance

from planner.domain.account import Account, Horizon, Settings
from planner.domain.arrays import Floats, Ints
from planner.domain.grid import TimeGrid
from planner.domain.people import Group, Site
from planner.domain.promised import Promised, PromisedWindow, Term
from planner.domain.queues import Channel
from planner.domain.shifts import BreakRule, ShiftRule
from planner.queueing import service_curve
from planner.shifts.patterns import Pattern
from planner.shifts.problem import Cells, Duty, Kind, Pool, Problem
from planner.shifts.service import Service, service_of

MONDAY = date(2026, 1, 5)
ROOM = 3
"""Heads a group may have, as a multiple of what its languages' work would fill; :func:`enough_room` proves it harmless afterwards."""
MISSING = 50.0
"""Price of a missing agent under a promise, in units of the file's own."""


@dataclass(frozen=True)
class Promise:
    """The share `level` of the calls of every `window` ("week" or "day" of UTC) answered in time, and no period below `floor`."""

    level: float
    window: str
    floor: float


def problem_of(instance: Instance, *, settings: Settings, promise: Promise | None = None, band_min: int = 0) -> Problem:
    """Return the shift problem whose cost is the instance's objective; with `band_min` starts of one person may lie so many minutes apart,
    which the instances do not allow.

    Without `promise` everybody on seat costs `over` a period, and a missing agent `under + over`, less `over` times the requirement: for
    cover n and requirement r that is ``under (r - n)+ + over (n - r)+``. So the cost above requirement moves into shifts and breaks.
    With it the promise and the floor take the requirement's place, and the objective is wages alone; what is missing has a price so high
    that no good plan misses anything.
    """
    account = account_of(instance, settings, band_min=band_min)
    over = instance.over if promise is None else 0.0
    price = instance.under + over if promise is None else MISSING * instance.under
    service = None if promise is None else _service(instance, account.grid, promise, price)
    need = instance.required if service is None else service.least
    grid = account.grid
    rules = {rule.id: rule for rule in account.shift_rules}
    kinds: list[Kind] = []
    duties: list[Duty] = []
    duty_cost: list[float] = []
    first: list[int] = []
    length: list[int] = []
    pools: dict[tuple[int, int, tuple[int, ...]], tuple[list[int], list[int]]] = {}
    choice_start: list[int] = []
    choice_length: list[int] = []
    for g in range(len(instance.teams)):
        for s, shift in enumerate(instance.types):
            for held in _held(instance, shift.length, band_min):
                pattern = Pattern(rules[shift.name], held[0] * instance.period_min)
                count = DAYS * len(held)
                numbers = np.arange(len(duties), len(duties) + count, dtype=np.int64)
                for n, (d, start) in enumerate((d, start) for d in range(DAYS) for start in held):
                    at = duty_start(instance, g, start, d)
                    begin = grid.start_utc + at * timedelta(seconds=grid.interval_s)
                    end = begin + shift.length * timedelta(seconds=grid.interval_s)
                    later = (start - held[0]) * instance.period_min
                    duties.append(Duty(len(kinds), MONDAY + timedelta(days=d), begin, end, False, later))
                    duty_cost.append(instance.duty_wage(g, s, at) + over * shift.length)
                    first.append(at)
                    length.append(shift.length)
                    for periods, early, late in shift.breaks:
                        starts = tuple((at + offset) % instance.size for offset in range(early, late + 1))
                        key = (g, periods, starts)
                        if key not in pools:
                            pools[key] = ([], list(range(len(choice_start), len(choice_start) + len(starts))))
                            choice_start += starts
                            choice_length += [periods] * len(starts)
                        pools[key][0].append(int(numbers[n]))
                firsts = np.arange(0, count, len(held)) if len(held) > 1 else None
                kinds.append(Kind(g, pattern, False, numbers, firsts, (held[-1] - held[0]) * instance.period_min))
    minutes = instance.period_min
    origin = int(grid.start_utc.timestamp())
    return Problem(
        account=account,
        grid=grid,
        kinds=tuple(kinds),
        duties=tuple(duties),
        duty_cost=np.array(duty_cost),
        duty_cells=_cells(np.array(first), np.array(length), instance.size),
        pools=tuple(
            Pool(key[0], key[1] * minutes, True, np.array(own, dtype=np.int64), np.array(choices, dtype=np.int64))
            for key, (own, choices) in pools.items()
        ),
        choice_start_s=origin + grid.interval_s * np.array(choice_start, dtype=np.int64),
        choice_cost=-over * np.array(choice_length, dtype=np.float64),
        choice_cells=_cells(np.array(choice_start, dtype=np.int64), np.array(choice_length, dtype=np.int64), instance.size),
        classes=tuple((name,) for name in instance.languages),
        need=need,
        serves=np.array([[n in team.skills for n in range(len(instance.languages))] for team in instance.teams]),
        availability=np.ones(len(instance.teams)),
        price=price,
        carried=np.zeros((len(instance.teams), instance.size)),
        seated=np.zeros((len(account.sites), instance.size)),
        unit=np.ones(instance.size),
        unserved=-over * float(need.sum()),
        service=service,
        cyclic=True,
    )


def _held(instance: Instance, length: int, band_min: int) -> list[range]:
    """Starts that one person may hold by turns, in periods of the site's day: every stretch of the band's length that rest of eleven hours
    leaves, midnight its end."""
    rest = 11 * 60 // instance.period_min
    width = max(0, min(band_min // instance.period_min, instance.day - rest - length)) // instance.step * instance.step
    return [range(first, first + width + 1, instance.step) for first in range(0, instance.day - width, instance.step)]


def _service(instance: Instance, grid: TimeGrid, promise: Promise, price: float) -> Service:
    """Pieces of service per language and period above the floor, and what each window must win."""
    length = instance.size if promise.window == "week" else instance.day
    window = np.arange(instance.size) // length
    windows, terms = [], []
    least = np.zeros(instance.calls.shape)
    for n, name in enumerate(instance.languages):
        calls = instance.calls[n]
        some = np.flatnonzero(calls > 0)
        levels = curves(instance, n)
        least[n, some] = np.argmax(levels[some] >= promise.floor, axis=1)
        ahead = np.where(calls[:, None] > 0, calls[:, None] * (levels - promise.level), 0.0)
        number = {w: len(windows) + i for i, w in enumerate(np.unique(window[some]).tolist())}
        windows += [
            PromisedWindow(
                clause=name,
                number=w,
                level=promise.level,
                offered=float(calls[window == w].sum()),
                first_date=MONDAY + timedelta(days=w * length // instance.day),
            )
            for w in number
        ]
        of = np.full(instance.size, -1, dtype=np.int64)
        of[some] = [number[w] for w in window[some].tolist()]
        terms.append(Term(queue=n, window=of, ahead=ahead))
    count = len(instance.languages)
    promised = Promised(
        queues=instance.languages,
        grid=grid,
        servers=np.ones(count, dtype=np.int64),
        windows=tuple(windows),
        terms=tuple(terms),
    )
    alone = [all(len(team.skills) == 1 for team in instance.teams if n in team.skills) for n in range(count)]
    return service_of(promised, np.arange(count), least, np.array(alone, dtype=np.float64), price)


def curves(instance: Instance, language: int) -> Floats:
    """Return the share answered in time by 0, 1, ... agents in every period ``[T, S + 1]`` (Erlang C; 1 where nobody calls)."""
    calls, aht = instance.calls[language], float(instance.aht_s[language])
    rate = calls * 60 / instance.period_min
    most = int(np.ceil(1.2 * rate.max() * aht / 3600)) + 30
    found = np.ones((instance.size, most + 1))
    some = calls > 0
    found[some] = service_curve(rate_per_h=rate[some], aht_s=aht, threshold_s=instance.within_s, max_agents=most)
    return found


def duty_start(instance: Instance, team: int, start: int, day: int) -> int:
    """Return the UTC period in which the shift of local day `day` starts at period `start` of the site's day."""
    return (day * instance.day + start - instance.teams[team].ahead) % instance.size


def account_of(instance: Instance, settings: Settings, *, band_min: int = 0) -> Account:
    """Return the account that stands behind the problem: its groups' days and headcounts, and a seat for everybody."""
    minutes = instance.period_min
    least_seat = min(s.length - sum(b[0] for b in s.breaks) for s in instance.types) * instance.days
    rules = tuple(
        ShiftRule(
            id=s.name,
            length_min=s.length * minutes,
            step_min=instance.step * minutes,
            breaks=tuple(
                BreakRule(minutes=n * minutes, paid=True, earliest_min=a * minutes, latest_min=b * minutes)
                for n, a, b in s.breaks
            ),
        )
        for s in instance.types
    )
    groups = []
    for number, team in enumerate(instance.teams):
        work = float(instance.required[list(team.skills)].sum())
        most = team.most if team.most is not None else max(team.least, 120 + int(np.ceil(ROOM * work / least_seat / 1.5)))
        groups.append(
            Group(
                id=f"g{number}",
                site=f"s{number}",
                languages=tuple(instance.languages[n] for n in team.skills),
                channels=(Channel.VOICE,),
                shift_rules=tuple(r.id for r in rules),
                days_per_week=instance.days,
                min_heads=team.least,
                max_heads=most,
                start_band_min=band_min,
            )
        )
    sites = tuple(
        Site(
            id=f"s{number}",
            country="",
            zone="UTC",
            seats=group.max_heads or 1,
            wage_per_h=Decimal(str(team.wage_per_h)),
            currency="",
        )
        for number, (team, group) in enumerate(zip(instance.teams, groups, strict=True))
    )
    return Account(
        name="call-centre week",
        currency="",
        horizon=Horizon(zone="UTC", start=MONDAY, days=DAYS, interval_s=60 * minutes),
        markets=(),
        queues=(),
        sites=sites,
        groups=tuple(groups),
        shift_rules=rules,
        settings=settings,
    )


def enough_room(instance: Instance, problem: Problem, cost: float) -> bool:
    """True when no plan as cheap as `cost` can hold as many agents as a group without a headcount may have, so that the limits exclude
    none: such a group's wages and what the languages it does not speak cost at least would come to more."""
    rates, weeks = np.zeros((2, len(instance.teams)))
    for g in range(len(instance.teams)):
        wages = [
            [instance.duty_wage(g, s, first) for first in range(0, instance.size, instance.step)]
            for s in range(len(instance.types))
        ]
        seated = [s.length - sum(b[0] for b in s.breaks) for s in instance.types]
        rates[g] = min(min(row) / n for row, n in zip(wages, seated, strict=True))
        weeks[g] = instance.days * min(map(min, wages))
    served = [
        min(rates[g] for g, team in enumerate(instance.teams) if n in team.skills) for n in range(len(instance.languages))
    ]
    work = problem.need.sum(axis=1) * np.minimum(served, problem.price)
    for g, (group, team) in enumerate(zip(problem.account.groups, instance.teams, strict=True)):
        others = sum(float(work[n]) for n in range(len(instance.languages)) if n not in team.skills)
        if team.most is None and cost >= weeks[g] * (group.max_heads or 0) + others:
            return False
    return True


def _cells(first: Ints, length: Ints, size: int) -> Cells:
    """Whole periods in a row from `first` on, past the end of the week from its start again."""
    item = np.repeat(np.arange(len(first), dtype=np.int64), length)
    offset = np.arange(len(item), dtype=np.int64) - np.repeat(np.cumsum(length) - length, length)
    share: Floats = np.ones(len(item))
    return Cells(item, (first[item] + offset) % size, share)
