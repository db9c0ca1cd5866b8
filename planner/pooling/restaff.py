"""People taken off and people hired in one stroke, where cuts of the simulated floor say that it pays."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.solve import StopFlag
from planner.pooling.allowed import held_by, not_handed_over, wrongs
from planner.pooling.hires import Hire, Hires
from planner.pooling.late import late
from planner.pooling.margins import floors, levels
from planner.pooling.mend import Floor
from planner.pooling.pay import cost_of_work
from planner.pooling.trim import SURE, kept, spared, without
from planner.shifts.blocks import work_of_tours
from planner.simulation import Simulated
from planner.solver import Model, Sense, SolveOptions, solve

LOOKED = 30
"""Replications that tell what one person less or more changes: with the same customers differences are seen in few."""
_TIGHT, _OF_A_GROUP = 6, 1
"""Promises with least to spare that people are looked for, and hires tried of each group for each of them."""
_MOST_OFF, _MOST_ON = 5, 4
"""People taken off and hired in one stroke: beyond, what one person changes says too little."""
_TRIFLE = 0.01
_TRIES = 6
"""Strokes tried from one plan; each that fails adds cuts."""


@dataclass(frozen=True, kw_only=True)
class Off:
    """One person who may go: `work` of an agent of `tour` (``group/pattern``), who costs `cost`."""

    tour: str
    work: tuple[Shift, ...]
    cost: float


@dataclass(frozen=True, kw_only=True)
class Restaffed:
    """A plan after strokes that each took people `off` for others `on`, with the plans `met` on the way."""

    shifts: ShiftPlan
    off: int
    on: int
    met: tuple[ShiftPlan, ...]
    in_time: bool


def restaff(
    shifts: ShiftPlan,
    hires: Hires,
    floor: Floor,
    *,
    seconds: float,
    stop: StopFlag,
    needs: Mapping[WindowKey, float] | None = None,
) -> Restaffed:
    """Return `shifts` with people taken off and others hired as long as that is cheaper and every promise stays as far ahead as it must
    (`planner.pooling.margins.floors`).

    From each plan the floor is simulated with one person less for everybody who may go, and one more for those who meet most late
    contacts of the promises with least to spare. An integer program takes the cheapest few of both whose gains and losses together hold
    every promise; the plan with them is simulated, and where it fails the program is told so by a cut and asked again.
    """
    deadline = time.perf_counter() + seconds
    met: list[ShiftPlan] = []
    off = on = 0
    least = floors(floor.seen(shifts, SURE)[0], needs)

    def over() -> bool:
        return time.perf_counter() > deadline or stop.is_set()

    while not over():
        stroke = _Changes(shifts, hires, floor, least, over)
        found = None if over() else stroke.best()
        if found is None:
            return Restaffed(shifts=shifts, off=off, on=on, met=tuple(met), in_time=not over())
        shifts, gone, come = found
        off, on = off + gone, on + come
        met.append(shifts)
    return Restaffed(shifts=shifts, off=off, on=on, met=tuple(met), in_time=False)


class _Changes:
    """What one person less or more changes at one plan, and the strokes this suggests."""

    def __init__(
        self, shifts: ShiftPlan, hires: Hires, floor: Floor, least: Mapping[WindowKey, float], over: Callable[[], bool]
    ) -> None:
        self.shifts, self.hires, self.floor, self.least, self.over = shifts, hires, floor, least, over
        self.wrong = wrongs(shifts, floor.account)
        rows, ran = floor.seen(shifts, SURE)
        ahead, looked = levels(rows), levels(floor.seen(shifts, LOOKED)[0])
        self.promises = [key for key in least if key in ahead and key in looked]
        self.spare = np.array([ahead[key] - least[key] for key in self.promises])
        lacks = not_handed_over(shifts, floor.account)
        self.offs = [
            one
            for one in offs(shifts, floor.account)
            if not_handed_over(without(shifts, one.tour, one.work), floor.account) <= lacks
        ]
        self.ons = self._ons(rows, ran)
        changed = [hires.settled(without(shifts, one.tour, one.work)) for one in self.offs]
        changed += [hires.hired(shifts, {hire: 1}) for hire in self.ons]
        self.change = np.zeros((len(self.promises), len(changed)))
        for n, plan in enumerate(changed):
            if over():
                break
            seen = levels(floor.seen(plan, LOOKED)[0])
            self.change[:, n] = [seen.get(key, -1.0) - looked[key] for key in self.promises]
        self.money = np.array([-one.cost for one in self.offs] + [hire.cost for hire in self.ons])

    def best(self) -> tuple[ShiftPlan, int, int] | None:
        """Return the first stroke that saves money and keeps every promise, with how many went and came; None without one."""
        cuts = [(self.change[p], -spare) for p, spare in enumerate(self.spare)]
        for _ in range(_TRIES):
            chosen = self._program(cuts)
            if chosen is None or self.over():
                return None
            plan = self._with(chosen)
            if plan is None:
                cuts.append((-chosen.astype(np.float64), 1.0 - chosen.sum()))  # not these again
                continue
            rows = self.floor.seen(plan, SURE)[0]
            if kept(rows, dict(self.least), 0.0):
                gone = int(chosen[: len(self.offs)].sum())
                return plan, gone, int(chosen.sum()) - gone
            reached = levels(rows)
            for p, key in enumerate(self.promises):
                lack = self.least[key] - reached.get(key, -1.0)
                if lack > 0:
                    cuts.append((self.change[p], float(self.change[p] @ chosen) + lack))
        return None

    def _program(self, cuts: list[tuple[Floats, float]]) -> Bools | None:
        # the people taken off and hired who save most while every cut holds; None where nothing saves
        model, several = Model("strokes"), len(self.offs)
        people = model.add_columns("people", len(self.money), upper=1.0, cost=self.money, integer=True)
        rows = model.add_rows("cut", len(cuts), sense=Sense.GE, rhs=[right for _, right in cuts])
        model.add_terms(rows[:, None], people[None, :], np.array([left for left, _ in cuts]))
        sizes = model.add_rows("most", 2, sense=Sense.LE, rhs=[_MOST_OFF, _MOST_ON])
        model.add_terms(np.repeat(sizes, [several, len(self.money) - several]), people, 1.0)
        tours = sorted({one.tour for one in self.offs})
        same = model.add_rows("tour", len(tours), sense=Sense.LE, rhs=1.0)
        model.add_terms(same[[tours.index(one.tour) for one in self.offs]], people[:several], 1.0)
        found = solve(model, SolveOptions(gap=0.0, max_nodes=10_000))
        if found.values is None:
            return None
        chosen: Bools = found["people"] > 0.5
        return chosen if float(self.money @ chosen) < -_TRIFLE else None

    def _with(self, chosen: Bools) -> ShiftPlan | None:
        # the plan after the stroke; None where headcounts, shares or seats forbid it
        plan, several = self.shifts, len(self.offs)
        for one, gone in zip(self.offs, chosen[:several], strict=True):
            plan = without(plan, one.tour, one.work) if gone else plan
        plan = self.hires.hired(plan, {hire: 1 for hire, on in zip(self.ons, chosen[several:], strict=True) if on})
        return plan if wrongs(plan, self.floor.account) <= self.wrong else None

    def _ons(self, rows: tuple[SimulatedSla, ...], ran: Simulated) -> list[Hire]:
        account, serves = self.floor.account, self.floor.account.serves()
        tight = {self.promises[p] for p in np.argsort(self.spare, kind="stable")[:_TIGHT].tolist()}
        found: dict[Hire, None] = {}
        for row in rows:
            if key_of(row) not in tight or not row.scope:
                continue
            worth = late(account, row, ran)
            for g in range(len(account.groups)):
                found |= dict.fromkeys(self.hires.best(self.shifts, worth[serves[g]].sum(axis=0), g, _OF_A_GROUP))
        return list(found)


def offs(shifts: ShiftPlan, account: Account) -> list[Off]:
    """Return everybody who may go by least headcounts and shares of contracts, people who work alike once."""
    held = held_by(shifts, account)
    found: dict[tuple[str, tuple[str, ...]], Off] = {}
    for name, work in work_of_tours(shifts).items():
        tour = name.rsplit("/", 1)[0]
        key = tour, tuple(shift.id for shift in work)
        if work and key not in found and spared(held, work[0].group, account):
            found[key] = Off(tour=tour, work=work, cost=cost_of_work(work, shifts, account))
    return list(found.values())
