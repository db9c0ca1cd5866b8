"""Heads that the simulated floor shows to be spare, taken off one person at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.solve import StopFlag
from planner.pooling.allowed import headcounts, held_by, not_handed_over
from planner.pooling.late import places
from planner.pooling.margins import floors, levels
from planner.pooling.pay import cost_of_work
from planner.shifts.blocks import work_of_tours

Rows = Callable[[ShiftPlan, int], tuple[SimulatedSla, ...]]
"""The promises that must be kept, as so many replications simulate them with these shifts."""

Settle = Callable[[ShiftPlan], ShiftPlan]
"""What puts a plan in order whose people have changed."""


def _as_is(shifts: ShiftPlan) -> ShiftPlan:
    return shifts


LOOK, SURE = 15, 100
"""Replications of a first look at a plan with one person less, and of what decides."""
_ROOMY, _LITTLE = 0.05, 0.02
"""Points to spare that are enough for anybody to be tried, and how much less people without any are tried for their pay."""
_HOPELESS = -0.01
"""A first look this many points short of a promise is enough."""


@dataclass(frozen=True, kw_only=True)
class Trimmed:
    """What is left of a plan, and who was taken off: the group and the cost of each, in the account's currency. `met` are the plans on the
    way, the first one included; `in_time` says whether everybody was tried."""

    shifts: ShiftPlan
    taken: tuple[tuple[str, float], ...]
    met: tuple[ShiftPlan, ...]
    in_time: bool


def trim(
    shifts: ShiftPlan,
    account: Account,
    rows: Rows,
    *,
    seconds: float,
    stop: StopFlag,
    needs: Mapping[WindowKey, float] | None = None,
    settle: Settle = _as_is,
    patience: int | None = None,
) -> Trimmed:
    """Return `shifts` without the people whom no promise kept so far needs, within `seconds`: first tried are the dearest whose queues'
    promises have most to spare. With `patience` it ends after as many in a row who cannot be spared.

    One person is a whole tour, so that what is left is as legal as it was; least headcounts, shares of contracts and hand-overs stay. A
    promise that `shifts` miss may not be missed by more, one that they keep must stay ahead by its need, or its margin without one
    (`planner.pooling.margins`).
    """
    deadline = time.perf_counter() + seconds
    seen = rows(shifts, SURE)
    least = floors(seen, needs)
    taken: list[tuple[str, float]] = []
    met, in_time, lacks = [shifts], False, not_handed_over(shifts, account)
    refused: set[tuple[str, tuple[str, ...]]] = set()
    in_a_row = 0
    while time.perf_counter() < deadline and not stop.is_set():
        candidate = _next(shifts, account, refused, room_of(seen, least, account))
        if candidate is None or in_a_row == patience:
            in_time = True
            break
        tour, work, cost = candidate
        fewer = settle(without(shifts, tour, work))
        handed = not_handed_over(fewer, account) <= lacks
        if handed and kept(rows(fewer, LOOK), least, _HOPELESS, look=True) and kept(found := rows(fewer, SURE), least, 0.0):
            shifts, seen = fewer, found
            taken.append((work[0].group, cost))
            met.append(shifts)
            in_a_row = 0
        else:
            refused.add((tour, _shape(work)))
            in_a_row += 1
    return Trimmed(shifts=shifts, taken=tuple(taken), met=tuple(met), in_time=in_time)


def without(shifts: ShiftPlan, tour: str, work: tuple[Shift, ...]) -> ShiftPlan:
    """Return `shifts` with one agent less of `tour` (group and pattern, as ``group/pattern``) and one head less of each shift of `work`."""
    less = Counter(shift.id for shift in work)
    rows = (replace(s, heads=s.heads - less[s.id]) if s.heads > less[s.id] else None for s in shifts.shifts)
    tours = (replace(t, agents=t.agents - 1) if f"{t.group}/{t.pattern}" == tour else t for t in shifts.tours)
    return replace(shifts, shifts=tuple(row for row in rows if row is not None), tours=tuple(t for t in tours if t.agents > 0))


def kept(rows: tuple[SimulatedSla, ...], least: Mapping[WindowKey, float], slack: float, *, look: bool = False) -> bool:
    """True when every promise of `least` is ahead by its points plus `slack`. One that has no level any more is not: its contacts are no
    longer answered; only in a first `look` at few replications it may have had none."""
    found = levels(rows)
    return all(found[key] >= floor + slack if key in found else look for key, floor in least.items())


def _shape(work: tuple[Shift, ...]) -> tuple[str, ...]:
    return tuple(shift.id for shift in work)


def room_of(rows: tuple[SimulatedSla, ...], least: Mapping[WindowKey, float], account: Account) -> dict[str, float]:
    """Return for each group how much the promises of its queues have to spare, the tightest of them: 1 where that is `_ROOMY` points or
    more, and a little where it is nothing."""
    room = {queue.id: _ROOMY for queue in account.queues}
    for row in rows:
        if row.level is not None:
            spare = row.level - row.target - least.get(key_of(row), 0.0)
            for q, _ in places(row, account):
                room[account.queues[q].id] = min(room[account.queues[q].id], spare)
    ids = [queue.id for queue in account.queues]
    serves = account.serves()
    found = {}
    for g, group in enumerate(account.groups):
        own = [room[ids[q]] for q in np.flatnonzero(serves[g]).tolist()]
        found[group.id] = max(min(own, default=_ROOMY) / _ROOMY, _LITTLE)
    return found


def _next(
    shifts: ShiftPlan, account: Account, refused: set[tuple[str, tuple[str, ...]]], room: Mapping[str, float]
) -> tuple[str, tuple[Shift, ...], float] | None:
    # the dearest person by what there is to spare, not yet refused, whom headcounts can spare
    seen: set[tuple[str, tuple[str, ...]]] = set()
    best: tuple[str, tuple[Shift, ...], float] | None = None
    worth = 0.0
    held = held_by(shifts, account)
    for name, work in work_of_tours(shifts).items():
        tour = name.rsplit("/", 1)[0]
        key = tour, _shape(work)
        if not work or key in refused or key in seen:
            continue
        seen.add(key)
        if not spared(held, work[0].group, account):
            continue
        cost = cost_of_work(work, shifts, account)
        if best is None or cost * room[work[0].group] > worth:
            best, worth = (tour, work, cost), cost * room[work[0].group]
    return best


def spared(held: Mapping[str, int], group: str, account: Account) -> bool:
    """True when `group` may have one agent less than `held` says: its least headcount, and the shares of contracts in its family."""
    return headcounts({**held, group: held[group] - 1}, account) <= headcounts(held, account)
