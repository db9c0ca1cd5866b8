"""Promises that the simulated floor does not keep, mended by hiring: simulate, cut, hire the cheapest, simulate again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.solve import StopFlag
from planner.pooling.allowed import limits, wrongs
from planner.pooling.cuts import Cut, cheapest
from planner.pooling.hires import Hire, Hires
from planner.pooling.late import late
from planner.pooling.margins import levels, margins
from planner.pooling.trim import SURE
from planner.simulation import Simulated

ROUNDS = 10
"""Times at most that people are hired."""
_OF_A_GROUP, _LEAST_TRIED, _MOST_TRIED = 2, 8, 24
"""Hires tried of each group for each promise that is short; in a round at least so many, at most so many."""


class Floor(Protocol):
    """What simulates shifts: always the same customers."""

    account: Account

    def seen(self, shifts: ShiftPlan, replications: int) -> tuple[tuple[SimulatedSla, ...], Simulated]:
        """Return the promises that must be kept as simulated with `shifts`, and all that was simulated."""
        ...


@dataclass(frozen=True, kw_only=True)
class Mended:
    """A plan with the people `hired`, after `rounds` programs of `cuts` in all.

    `lacks` is the sum of points that its promises lack of their aims, `in_time` False when the clock ended it.
    """

    shifts: ShiftPlan
    hired: Mapping[Hire, int]
    rounds: int
    cuts: int
    lacks: float
    in_time: bool


def mend(
    shifts: ShiftPlan,
    hires: Hires,
    floor: Floor,
    *,
    seconds: float,
    stop: StopFlag,
    aims: Mapping[WindowKey, float] | None = None,
) -> Mended:
    """Return `shifts` with as many people more as their promises take, at the least cost that cuts of the simulated floor tell.

    A promise that is short is aimed at its margin ahead of its level (`planner.pooling.margins`), or at the points that `aims` say. Each
    round simulates one person more of those whose shifts meet most late contacts, adds a cut for every promise short
    (`planner.pooling.cuts`) and hires what the integer program of all cuts finds cheapest, anew from the first plan, within headcounts,
    contract shares and seats. Where nobody helps or may be hired, or rounds or `seconds` end, the plan that lacks least is returned.
    """
    deadline = time.perf_counter() + seconds
    wanted = dict(aims or {})
    base, at = shifts, dict[Hire, int]()
    cuts: list[Cut] = []
    best: tuple[float, ShiftPlan, dict[Hire, int]] | None = None
    rounds, in_time, wrong = 0, True, wrongs(base, floor.account)
    while True:
        rows, ran = floor.seen(shifts, SURE)
        ahead = levels(rows)
        wanted |= {key: margin for key, margin in margins(rows).items() if ahead[key] < 0 and key not in wanted}
        lack = {key: wanted[key] - points for key, points in ahead.items() if points < wanted.get(key, 0.0)}
        lacking = sum(lack.values())
        if best is None or lacking < best[0]:
            best = lacking, shifts, dict(at)
        if not lack or rounds == ROUNDS:
            break
        if time.perf_counter() > deadline or stop.is_set():
            in_time = False
            break
        short = [row for row in rows if key_of(row) in lack and row.scope]
        gains = {}
        for hire in _candidates(shifts, hires, floor.account, short, ran, at):
            if time.perf_counter() > deadline or stop.is_set():
                in_time = False
                break
            more = levels(floor.seen(hires.hired(shifts, {hire: 1}), SURE)[0])
            gains[hire] = {key: more.get(key, ahead[key]) - ahead[key] for key in lack}
        for key, points in lack.items():
            cuts.append(Cut(promise=key, lack=points, at=dict(at), gains={hire: gain[key] for hire, gain in gains.items()}))
        found = cheapest(cuts, lambda own: limits(base, floor.account, [h.group for h in own], [h.work for h in own]))
        plan = hires.hired(base, found)
        if not found or found == at or not wrongs(plan, floor.account) <= wrong:
            break
        shifts, at, rounds = plan, found, rounds + 1
    assert best is not None
    return Mended(shifts=best[1], hired=best[2], rounds=rounds, cuts=len(cuts), lacks=best[0], in_time=in_time)


def _candidates(
    shifts: ShiftPlan, hires: Hires, account: Account, short: list[SimulatedSla], ran: Simulated, at: Mapping[Hire, int]
) -> list[Hire]:
    # those hired already, then for each promise that is short, in turn, the best of each group who may serve it
    lists = [list(_of_promise(shifts, hires, account, row, ran)) for row in short]
    found = dict.fromkeys(at)
    most = max(_LEAST_TRIED, min(_MOST_TRIED, 4 * len(short)))
    for place in range(max((len(own) for own in lists), default=0)):
        for own in lists:
            if place < len(own) and len(found) < most + len(at):
                found.setdefault(own[place])
    return list(found)


def _of_promise(shifts: ShiftPlan, hires: Hires, account: Account, row: SimulatedSla, ran: Simulated) -> Iterator[Hire]:
    worth, serves = late(account, row, ran), account.serves()
    own = []
    for g in range(len(account.groups)):
        own += hires.best(shifts, worth[serves[g]].sum(axis=0), g, _OF_A_GROUP)
    value = {hire: _worth(hire, worth, account, shifts) for hire in own}
    yield from sorted(own, key=lambda hire: (-value[hire] / hire.cost, hire.name))


def _worth(hire: Hire, worth: Floats, account: Account, shifts: ShiftPlan) -> float:
    mine = worth[account.serves()[next(g for g, group in enumerate(account.groups) if group.id == hire.group)]].sum(axis=0)
    total = 0.0
    for shift in hire.work:
        first, last = (
            int(np.clip(round(shifts.grid.position(x)), 0, shifts.grid.size)) for x in (shift.start_utc, shift.end_utc)
        )
        total += float(mine[first:last].sum())
    return total
