"""People exchanged on the simulated floor: somebody who speaks more in somebody's place, until somebody else is spare."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.people import Group
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey
from planner.domain.solve import StopFlag
from planner.pooling.allowed import wrongs
from planner.pooling.hires import Hires, with_work
from planner.pooling.margins import floors
from planner.pooling.pay import cost_of, cost_of_work
from planner.pooling.trim import LOOK, SURE, Rows, Settle, kept, trim, without
from planner.rules.shift_check import NAMED
from planner.shifts.blocks import work_of_tours

_ENOUGH = 0.05
"""A promise ahead by this many points is worth no more than that."""
_FEW = 4
"""Exchanges looked at a second time."""
_IN_VAIN, _PATIENCE = 6, 8
"""Exchanges that may spare nobody before the search gives up, and people tried after each."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One step: somebody of group `source` gave way to somebody of group `to` who works the same tour."""

    source: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """Shifts after exchanges, and these in order; `met` are the plans on the way that paid, `in_time` says whether all was tried."""

    shifts: ShiftPlan
    steps: tuple[Exchange, ...] = ()
    met: tuple[ShiftPlan, ...] = ()
    in_time: bool = True


def exchange(
    shifts: ShiftPlan,
    account: Account,
    rows: Rows,
    *,
    seconds: float,
    stop: StopFlag,
    needs: Mapping[WindowKey, float] | None = None,
    hires: Hires | None = None,
) -> Exchanged:
    """Return `shifts` or a cheaper plan met by exchanges: each time the one that helps the floor most, then whoever became spare is taken
    off. Sets of exchanges that do not pay for themselves are undone.

    People of two groups can be exchanged where both work at one site, the second can do all that the first can and more, and both may work
    the shift's pattern. Promises stay as far ahead as in `trim`. It ends when no further exchange can pay, when `_IN_VAIN` of them in a row
    have spared nobody, or after `seconds`.
    """
    deadline = time.perf_counter() + seconds
    least = floors(rows(shifts, SURE), needs)
    best, best_cost = Exchanged(shifts=shifts), cost_of(shifts, account)
    work = shifts
    steps: list[Exchange] = []
    while len(steps) < _IN_VAIN:
        if time.perf_counter() > deadline or stop.is_set():
            return replace(best, in_time=False)
        step = _most_helpful(work, account, rows, deadline, stop, hires)
        if time.perf_counter() > deadline or stop.is_set():
            return replace(best, in_time=False)
        if step is None:
            break
        work, done = step
        steps.append(done)
        if cost_of(work, account) - best_cost >= _dearest(work, account):
            break  # not even one person less would pay for the exchanges
        if not kept(rows(work, SURE), least, 0.0):
            continue
        left = deadline - time.perf_counter()
        fewer = trim(
            work, account, rows, seconds=max(left, 0.0), stop=stop, needs=needs, settle=_settle(hires), patience=_PATIENCE
        ).shifts
        if (cost := cost_of(fewer, account)) < best_cost - 1e-6:
            best_cost = cost
            best = Exchanged(shifts=fewer, steps=(*best.steps, *steps), met=(*best.met, fewer))
            work, steps = fewer, []
    return best


def exchanges(shifts: ShiftPlan, account: Account, hires: Hires | None = None) -> Iterator[tuple[ShiftPlan, Exchange]]:
    """Yield every plan with one person exchanged, alike ones once; with `hires` only for tours that these know of the other group."""
    wrong = wrongs(shifts, account)
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    serves = account.serves()
    number = {group.id: g for g, group in enumerate(account.groups)}
    for name, work in work_of_tours(shifts).items():
        if not work:
            continue
        source = account.group(work[0].group)
        for other in account.groups:
            more = serves[number[other.id]] & ~serves[number[source.id]]
            less = serves[number[source.id]] & ~serves[number[other.id]]
            key = name.rsplit("/", 1)[0], other.id, tuple(shift.id for shift in work)
            if not _alike(source, other) or not _works(work, other) or not more.any() or less.any() or key in seen:
                continue
            if hires is not None and not hires.may(other.id, key[0].split("/", 1)[1]):
                continue
            seen.add(key)
            plan = moved(shifts, key[0], work, other.id)
            if wrongs(plan, account) <= wrong:
                yield plan, Exchange(source=source.id, to=other.id)


def moved(shifts: ShiftPlan, tour: str, work: tuple[Shift, ...], to: str) -> ShiftPlan:
    """Return `shifts` with the `work` of one agent of `tour` (``group/pattern``) done by somebody of group `to`."""
    as_theirs = tuple(replace(s, id=f"{to}{s.id.removeprefix(s.group)}", group=to, heads=1) for s in work)
    return with_work(without(shifts, tour, work), as_theirs, to, tour.split("/", 1)[1])


def _works(work: tuple[Shift, ...], group: Group) -> bool:
    # whether every shift is of a rule by which the group works
    named = [NAMED.match(shift.pattern) for shift in work]
    return all(name is not None and name["rule"] in group.shift_rules for name in named)


def _alike(one: Group, other: Group) -> bool:
    # whether a tour of one is a tour of the other
    same = (one.site, one.days_per_week, one.start_band_min) == (other.site, other.days_per_week, other.start_band_min)
    return same and not (one.blocks or other.blocks or one.part_of or other.part_of)


def _most_helpful(
    shifts: ShiftPlan, account: Account, rows: Rows, deadline: float, stop: StopFlag, hires: Hires | None
) -> tuple[ShiftPlan, Exchange] | None:
    # what the floor gains most from for the money, or loses least by: two together may do what one does not; None without any. All are
    # looked at with few customers, the best few with as many as decide
    cost = cost_of(shifts, account)
    tried = list(exchanges(shifts, account, hires))
    for replications, left in ((LOOK, _FEW), (SURE, 1)):
        here, scores = _worth(rows(shifts, replications)), []
        for plan, _ in tried:
            if time.perf_counter() > deadline or stop.is_set():
                return None
            gain, dearer = _worth(rows(plan, replications)) - here, max(cost_of(plan, account) - cost, 1e-9)
            scores.append(gain / dearer if gain > 0 else gain * dearer)
        tried = [tried[n] for n in np.argsort(-np.array(scores), kind="stable")[:left].tolist()]
    return tried[0] if tried else None


def _settle(hires: Hires | None) -> Settle:
    return (lambda shifts: shifts) if hires is None else hires.settled


def _worth(rows: tuple[SimulatedSla, ...]) -> float:
    # the mean of what promises are ahead, and the worst once more
    ahead = np.array([min(r.level - r.target, _ENOUGH) for r in rows if r.level is not None])
    return float(ahead.mean() + ahead.min()) if ahead.size else 0.0


def _dearest(shifts: ShiftPlan, account: Account) -> float:
    works = (work for work in work_of_tours(shifts).values() if work)
    return max((cost_of_work(work, shifts, account) for work in works), default=0.0)
