"""Plans in which people hand over (:mod:`planner.rules.hand_over`).

Every interval in which a hand-over lacks has its price, `TIMES` that of an agent missing, so that no desk is left empty only to have
nobody hand over. A plan is made without looking at hand-overs first. Where some lack, agents are moved one by one to other starts and
lengths, or join (:mod:`planner.shifts.overlap`), and the search is asked again with a head missing from the groups concerned, in the
minutes before the change of people or in those after it, so that somebody else comes earlier or stays longer. Of the plans found the one
that misses fewest windows stays, then the one that costs least, lacks at their price included.

The bound is one for the same cost. For a class of queues whose groups all hand over for k intervals, with need above zero in intervals t
and t + k and a queue open from one through the other,

    sum of heads on duties that reach over both  +  lack(t)  +  s(t) / need(t)  +  s(t+k) / need(t+k)  >=  1,

where s is the class's shortfall: with nobody on shift at one end all of its need is short, with somebody at each the same person is at
both, or the interval lacks its hand-over. It holds where hours fill whole intervals, so it is asked for there only, and where few are
needed, as crowds overlap anyway. The bound without hand-overs holds always, and stays where it is higher.

Small problems are solved to the end with whole lacks and with p(t) one where heads on duties over t, of H at most, are more than none:

    heads over t  <=  H p(t),     p(t) + p(t')  <=  1  +  sum of heads on duties that reach over both  +  lack(t)

for times t' after t + k, and the same for p(t+k) and times before t, less than a desk's rest away.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.grid import utc_seconds
from planner.domain.solve import NeverStop, SolveInfo, Status, StopFlag, no_report
from planner.errors import PlannerError
from planner.rules.hand_over import REST_H, Lack, Team, lacking, open_through, teams_of
from planner.shifts.answer import Answer, Price, missing_agents, on_duty, price, shift_plan
from planner.shifts.exact import NODES, answer_of_model, small_enough, start_from
from planner.shifts.layers import layers_of
from planner.shifts.overlap import overlapped
from planner.shifts.problem import Problem
from planner.shifts.tour_model import TourModel, tour_model
from planner.solver import Sense, SolveOptions, relaxed, solve

if TYPE_CHECKING:
    from planner.domain.account import Account
    from planner.domain.shifts import ShiftPlan
    from planner.shifts.designed import Design

_LOG = logging.getLogger(__name__)

PASSES = 2
"""Times at most that the search is asked again."""
TIMES = 4.0
"""What an interval without hand-over costs, in agents missing for it."""
THIN = 4.0
"""Heads needed up to which the bound asks for a hand-over."""

_TINY = 1e-9
_WINDOW = 1e12
"""More than any plan costs: a window missed."""
_Key = tuple[int, float]
"""Windows missed, cost with lacks: less is better."""


def has_hand_overs(account: Account) -> bool:
    """True when people of some group must hand over."""
    return any(group.handover_min for group in account.groups)


def with_hand_overs(
    found: Design,
    again: Callable[[Problem], Design],
    *,
    seconds_left: Callable[[], float],
    bounding: bool = True,
    stop: StopFlag | None = None,
) -> Design:
    """Return `found`, or a better plan in which people hand over, found by `again` for its problem with heads missing where hand-overs
    lack. `bounding` asks for a bound that counts hand-overs. Returns a plan whatever happens; `hand_over_note` says what it still lacks."""
    base, whole = found.problem, found.solves[0]
    first = _lacks(found, base)
    if not first:
        return found

    def ended() -> bool:
        return seconds_left() <= 0 or (stop is not None and stop.is_set())

    small = base.service is None and small_enough(base)
    infos, statuses = [*found.solves[1:]], [whole.status]
    best = with_moves(found, base, ended)
    key = _key(best, base, _lacks(best, base))
    for number in range(0 if small else PASSES):
        close = whole.bound is not None and key[1] - whole.bound <= base.account.settings.gap * key[1]
        if ended() or close:
            break
        lent = _missing(found, base, first, after=number % 2 == 1)
        try:
            other = again(dataclasses.replace(base, carried=base.carried - lent))
        except PlannerError:
            _LOG.info("shifts: no plan with heads missing where hand-overs lack")
            continue
        infos += [dataclasses.replace(s, name=f"{s.name}, hand-overs {number + 1}") for s in other.solves]
        statuses.append(other.solves[0].status)
        other = dataclasses.replace(other, problem=base, requirement=found.requirement, lent=lent)
        other = with_moves(other, base, ended)
        if (new := _key(other, base, _lacks(other, base))) < key:
            best, key = other, new
    last = None
    if small and seconds_left() > 0:
        best, last = _exactly(best, base, key, seconds_left(), stop)
    elif bounding and seconds_left() > 0:
        last = _bound(base, seconds_left(), stop)
    infos += [last] if last is not None else []
    proven = [whole.bound, last.bound if last is not None and bounding else None]
    bound = max((b for b in proven if b is not None), default=None)
    return dataclasses.replace(best, solves=(_told(whole, best, statuses, bound), *infos))


def with_moves(design: Design, base: Problem, ended: Callable[[], bool]) -> Design:
    """Return `design`, found for `base`, with agents moved to hand over as long as that pays until `ended`; every window stays kept that it
    keeps."""
    layers = None if design.multipliers is None else layers_of(base, design.multipliers)

    def cost(answer: Answer) -> float:
        found = price(base, answer, layers)
        return found.total + _WINDOW * found.windows

    answer = overlapped(base, design.answer, cost, worth=TIMES * base.price, ended=ended)
    return dataclasses.replace(design, answer=answer)


def hand_over_note(design: Design) -> str:
    """Return what hand-overs the finished shifts of `design` lack, in words that continue a note; empty where nobody must hand over."""
    account = design.problem.account
    return hand_overs_told(design.shifts(), account) if has_hand_overs(account) else ""


def hand_overs_told(shifts: ShiftPlan, account: Account) -> str:
    """Return the same of the finished `shifts`."""
    lacks = lacking(shifts.shifts, account, shifts.grid)
    if not lacks:
        return "; people hand over wherever one leaves and another comes"
    times = "once" if len(lacks) == 1 else f"{len(lacks):,} times"
    return f"; hand-overs lack {times}, first: {lacks[0].sentence(account)}"


def price_of_lacks(design: Design) -> float:
    """Return what the hand-overs cost that the shifts of `design` lack, in the account's currency."""
    return _lacking_costs(design.problem, _lacks(design, design.problem))


def _lacking_costs(problem: Problem, lacks: Sequence[Lack]) -> float:
    return TIMES * problem.price * sum(60 * lack.minutes for lack in lacks) / problem.grid.interval_s


def _lacks(design: Design, base: Problem) -> tuple[Lack, ...]:
    return lacking(shift_plan(base, design.answer).shifts, base.account, base.grid)


def _price(design: Design, base: Problem) -> Price:
    return price(base, design.answer, None if design.multipliers is None else layers_of(base, design.multipliers))


def _key(design: Design, base: Problem, lacks: Sequence[Lack]) -> _Key:
    cost = _price(design, base)
    return cost.windows, round(cost.total + _lacking_costs(base, lacks), 6)


def _missing(design: Design, base: Problem, lacks: Sequence[Lack], *, after: bool) -> Floats:
    """Heads to be missing ``[G, T]`` so that one more is wanted than are there alone: in the intervals in which a hand-over lacks, or with
    `after` in those it leads to; beyond those that lack already in the problem that `design` was found for."""
    grid, account = base.grid, base.account
    lent = np.zeros(base.carried.shape) if design.lent is None else design.lent.copy()
    there = on_duty(base, design.answer.heads(base), design.answer.breaks(base))
    numbers = {group.id: g for g, group in enumerate(account.groups)}
    for lack in lacks:
        groups = np.array([numbers[id] for id in lack.team.groups])
        moved = 60 * lack.team.minutes if after else 0
        begin = (utc_seconds(lack.start_utc) + moved - utc_seconds(grid.start_utc)) / grid.interval_s
        end = (utc_seconds(lack.end_utc) + moved - utc_seconds(grid.start_utc)) / grid.interval_s
        at = np.arange(max(0, int(np.floor(begin))), min(base.size, int(np.ceil(end))))
        if not len(at):
            continue
        classes = base.serves[groups].any(axis=0)
        heads = np.ceil(base.need[classes][:, at].sum(axis=0) / base.availability[groups].min() - _TINY)
        spare = np.maximum(there[groups][:, at].sum(axis=0) - heads, 0.0)
        special = groups[np.lexsort((-there[groups][:, at].sum(axis=1), base.serves[groups].sum(axis=1)))[0]]
        lent[special, at] = np.maximum(lent[special, at], 1.0 + np.floor(spare))
    return lent


def _add_rows(built: TourModel, problem: Problem, *, whole: bool = False) -> None:
    """Add the rows at the head of this file, and lacks at their price, to the model; those of small problems with `whole`."""
    teams = {team.groups: team for team in teams_of(problem.account)}
    model, heads = built.model, built.tours.heads
    first, last = _reach(problem)
    for c in range(len(problem.classes)):
        members = np.flatnonzero(problem.serves[:, c])
        team = teams.get(tuple(problem.account.groups[g].id for g in members.tolist()))
        if team is None:
            continue
        k = 60 * team.minutes // problem.grid.interval_s
        at = _cells(problem, c, members, team, k)
        lack = model.add_columns(f"lack.{c}", len(at), upper=1.0, cost=TIMES * problem.price, integer=whole)
        rows = model.add_rows(f"hand_over.{c}", len(at), sense=Sense.GE, rhs=1.0)
        duties = np.flatnonzero(np.isin(problem.duty_group, members) & (heads >= 0))
        over = _terms(duties, first, last - k, at, problem.size)
        model.add_terms(rows, lack, 1.0)
        model.add_terms(rows[over[0]], heads[over[1]], 1.0)
        for t in (at, at + k):
            model.add_terms(rows, built.cover.short[c, t], 1.0 / problem.need[c, t])
        if whole:
            there = model.add_columns(f"there.{c}", problem.size, upper=1.0, integer=True)
            most = float(model.upper[heads[duties]].sum())
            limits = model.add_rows(f"present.{c}", problem.size, sense=Sense.LE, rhs=0.0)
            present = _terms(duties, first, last, np.arange(problem.size), problem.size)
            model.add_terms(limits[present[0]], heads[present[1]], 1.0)
            model.add_terms(limits, there, -most)
            for end, far in _pairs(k, problem.grid.interval_s):
                mine = np.flatnonzero((at + far >= 0) & (at + far < problem.size))
                name = f"meet.{c}.{end}.{far}".replace("-", "m")
                numbers = np.full(len(at), -1, dtype=np.int64)
                numbers[mine] = model.add_rows(name, len(mine), sense=Sense.LE, rhs=1.0)
                model.add_terms(numbers[mine], there[at[mine] + end], 1.0)
                model.add_terms(numbers[mine], there[at[mine] + far], 1.0)
                model.add_terms(numbers[mine], lack[mine], -1.0)
                kept = numbers[over[0]] >= 0
                model.add_terms(numbers[over[0]][kept], heads[over[1][kept]], -1.0)


def _pairs(k: int, interval_s: int) -> list[tuple[int, int]]:
    """Ends of a hand-over of k intervals, 0 or k, and times beyond the other end at which somebody may be there, every half hour."""
    step, most = max(1, 1800 // interval_s), 3600 * REST_H // interval_s
    far = range(k, most + 1, step)
    return [(0, f) for f in far] + [(k, k - f) for f in far if f > k]


def _terms(duties: Ints, first: Ints, last: Ints, at: Ints, size: int) -> tuple[Ints, Ints]:
    """Positions in `at` and numbers of `duties`, a pair for each interval of `at` from `first` of the duty to before its `last`."""
    place = np.full(size, -1, dtype=np.int64)
    place[at] = np.arange(len(at))
    rows, numbers = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for j in duties.tolist():
        own = place[max(0, int(first[j])) : max(0, int(last[j]))]
        rows.append(own[own >= 0])
        numbers.append(np.full(len(rows[-1]), j, dtype=np.int64))
    return np.concatenate(rows), np.concatenate(numbers)


def _reach(problem: Problem) -> tuple[Ints, Ints]:
    """First interval that each duty touches, and the one after the last ``[J]``."""
    cells = problem.duty_cells
    first = np.full(len(problem.duties), problem.size, dtype=np.int64)
    last = np.zeros(len(problem.duties), dtype=np.int64)
    np.minimum.at(first, cells.item, cells.interval)
    np.maximum.at(last, cells.item, cells.interval + 1)
    return first, last


def _cells(problem: Problem, c: int, members: Ints, team: Team, k: int) -> Ints:
    """Intervals of class `c` at which the row holds for every plan and is worth asking for."""
    origin, step = utc_seconds(problem.grid.start_utc), problem.grid.interval_s
    through = np.zeros(problem.size, dtype=np.bool_)
    for start, end in open_through(problem.classes[c], team.minutes, problem.account, problem.grid):
        through[(start - origin) // step : (end - origin) // step] = True
    numbers = {group.id: g for g, group in enumerate(problem.account.groups)}
    running = np.zeros(problem.size, dtype=np.bool_)
    for shift in problem.account.carry_in:
        if numbers.get(shift.group, -1) in members:  # rows are left out near their hours: whoever is there may hand over
            end = int(np.ceil((utc_seconds(shift.end_utc) - origin) / step))
            running[: max(0, end)] = True
    need = problem.need[c]
    few = (need > _TINY) & (need <= THIN * problem.availability[members].min() + _TINY)
    sound = few & (np.abs(problem.unit - 1) < _TINY) & ~running
    at = np.arange(max(0, problem.size - k))
    kept: Ints = at[sound[at] & sound[at + k] & through[at]]
    return kept


def _bound(problem: Problem, seconds: float, stop: StopFlag | None) -> SolveInfo:
    """The linear model with rows of hand-over, by interior point."""
    built = tour_model(problem)
    _add_rows(built, problem)
    options = SolveOptions(
        time_limit_s=max(1.0, seconds), lp_method="ipm", crossover=False, solver=problem.account.settings.solver
    )
    return dataclasses.replace(solve(relaxed(built.model), options, stop=stop).info, name="bound with hand-overs")


def _exactly(best: Design, base: Problem, key: _Key, seconds: float, stop: StopFlag | None) -> tuple[Design, SolveInfo]:
    """Branch and bound with rows of hand-over, from the best plan known."""
    built = tour_model(base, whole_breaks=True)
    _add_rows(built, base, whole=True)
    options = SolveOptions(
        time_limit_s=max(1.0, seconds),
        gap=base.account.settings.gap,
        max_nodes=NODES,
        start=start_from(base, built, best.answer),
        solver=base.account.settings.solver,
    )
    solution = solve(built.model, options, report=no_report, stop=stop or NeverStop(), stage="shifts")
    if solution.values is not None:
        other = dataclasses.replace(best, answer=answer_of_model(base, built, solution.values), lent=None)
        if _key(other, base, _lacks(other, base)) < key and missing_agents(base, other.answer) == 0:
            best = other
    return best, dataclasses.replace(solution.info, name="branch and bound with hand-overs")


def _told(whole: SolveInfo, best: Design, statuses: list[Status], bound: float | None) -> SolveInfo:
    problem = best.problem
    status = next((s for s in statuses if not s.repeatable), whole.status)
    cost, lacks = _price(best, problem), price_of_lacks(best)
    missed = (
        f" and {cost.missed:,.2f} that of contacts missing from {cost.windows} windows" if problem.service is not None else ""
    )
    total = cost.total + lacks
    if bound is not None and bound > total + 1e-6 * max(1.0, abs(total)):
        raise PlannerError(
            f"the shift plan costs {total:.2f} with its hand-overs, less than its proven bound {bound:.2f}: "
            "it breaks a limit of its own model; please report this account"
        )
    info = dataclasses.replace(
        whole,
        objective=total,
        bound=None if bound is None else min(bound, total),
        status=status,
        note=f"of the cost, {cost.shortfall:,.2f} is the price of shortfall{missed} and {lacks:,.2f} that of hand-overs lacking",
    )
    proven = info.gap is not None and info.gap <= max(problem.account.settings.gap, 1e-9)
    if status.repeatable and not proven:
        return dataclasses.replace(info, status=Status.ROUNDS_DONE)
    if status.repeatable and proven:
        return dataclasses.replace(info, status=Status.OPTIMAL if (info.gap or 0.0) <= 1e-6 else Status.GAP_REACHED)
    return info
