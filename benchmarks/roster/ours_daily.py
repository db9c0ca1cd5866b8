"""The product's shift engine on daily work: one local day after another, nobody's week joined up."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from callcentre_instance import Instance

from benchmarks.roster.daily import DailyWork
from planner.domain.account import Account, Horizon, Settings
from planner.domain.people import Group, Site
from planner.domain.queues import Channel
from planner.domain.shifts import BreakRule, ShiftRule
from planner.shifts.patterns import Pattern
from planner.shifts.problem import Cells, Duty, Kind, Pool, Problem

MISSING = 1000.0
"""Price of a missing agent-period where nobody may be missing."""


def daily_problem(instance: Instance, work: DailyWork, day: int, *, hard: bool, settings: Settings) -> Problem:
    """Return the problem of one day: least wages with nobody missing (`hard`), or the least sum of absolute deviations, which is a price
    of 2 for everybody missing and 1 for everybody on seat, less the requirement."""
    account = _account(instance, work, settings)
    grid = account.grid
    rules = {rule.id: rule for rule in account.shift_rules}
    monday = account.horizon.start
    step = timedelta(seconds=grid.interval_s)
    duties, kinds, starts, lengths, breaks, choice_lengths, pools = [], [], [], [], [], [], []
    for number, (start, type_) in enumerate(zip(work.starts, work.kinds, strict=True)):
        shift = instance.types[type_]
        begin = grid.start_utc + start * step
        duties.append(Duty(number, monday, begin, begin + shift.length * step, False))
        kinds.append(Kind(0, Pattern(rules[shift.name], start * instance.period_min), False, np.array([number])))
        starts.append(start)
        lengths.append(shift.length)
        for length, early, late in shift.breaks:
            pools.append(Pool(0, length * instance.period_min, True, np.array([number]), np.array([len(breaks)])))
            breaks.append(start + (early + late) // 2)
            choice_lengths.append(length)
    need = np.array(work.required[day], dtype=np.float64)[None]
    each = np.array(lengths, dtype=np.float64)
    return Problem(
        account=account,
        grid=grid,
        kinds=tuple(kinds),
        duties=tuple(duties),
        duty_cost=np.array(work.cost) if hard else each,
        duty_cells=_in_a_row(starts, lengths),
        pools=tuple(pools),
        choice_start_s=int(grid.start_utc.timestamp()) + grid.interval_s * np.array(breaks, dtype=np.int64),
        choice_cost=np.zeros(len(breaks)) if hard else -np.array(choice_lengths, dtype=np.float64),
        choice_cells=_in_a_row(breaks, choice_lengths),
        classes=(("all",),),
        need=need,
        serves=np.ones((1, 1), dtype=np.bool_),
        availability=np.ones(1),
        price=MISSING if hard else 2.0,
        carried=np.zeros((1, grid.size)),
        seated=np.zeros((1, grid.size)),
        unit=np.ones(grid.size),
        unserved=0.0 if hard else -float(need.sum()),
    )


def _account(instance: Instance, work: DailyWork, settings: Settings) -> Account:
    minutes = instance.period_min
    most = 3 * max(max(row) for row in work.required)
    rules = tuple(
        ShiftRule(
            id=s.name,
            length_min=s.length * minutes,
            breaks=tuple(
                BreakRule(minutes=n * minutes, paid=True, earliest_min=a * minutes, latest_min=b * minutes)
                for n, a, b in s.breaks
            ),
        )
        for s in instance.types
    )
    group = Group(
        id="all",
        site="s",
        languages=("all",),
        channels=(Channel.VOICE,),
        shift_rules=tuple(r.id for r in rules),
        max_heads=most,
    )
    return Account(
        name="one day",
        currency="",
        horizon=Horizon(zone="UTC", start=date(2026, 1, 5), days=1, interval_s=60 * minutes),
        markets=(),
        queues=(),
        sites=(Site(id="s", country="", zone="UTC", seats=most, wage_per_h=Decimal(1), currency=""),),
        groups=(group,),
        shift_rules=rules,
        settings=settings,
    )


def _in_a_row(first: list[int], length: list[int]) -> Cells:
    counts = np.array(length, dtype=np.int64)
    item = np.repeat(np.arange(len(first), dtype=np.int64), counts)
    offset = np.arange(len(item), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return Cells(item, np.array(first, dtype=np.int64)[item] + offset, np.ones(len(item)))


def fixed_breaks(instance: Instance, *, types: tuple[str, ...] = (), step: int = 0) -> Instance:
    """Return `instance` with every break in the middle of its window; `types` and `step` (periods) may narrow the shifts."""
    kept = tuple(
        dataclasses.replace(s, breaks=tuple((n, (a + b) // 2, (a + b) // 2) for n, a, b in s.breaks))
        for s in instance.types
        if not types or s.name in types
    )
    return dataclasses.replace(instance, types=kept, step=step or instance.step)
