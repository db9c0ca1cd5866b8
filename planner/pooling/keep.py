"""Shifts for shared people that keep every promise on the simulated floor, with what was tried on the way."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import WindowKey, key_of
from planner.domain.solve import WORK_BOUND, NeverStop, Report, SolveInfo, Status, StopFlag, no_report
from planner.errors import PlannerError
from planner.evaluation import evaluate
from planner.pooling.allowed import not_handed_over
from planner.pooling.exchange import Exchanged, exchange
from planner.pooling.hires import Hires
from planner.pooling.margins import SAFE, lacking, levels, needs_of
from planner.pooling.mend import Mended, mend
from planner.pooling.pay import cost_of
from planner.pooling.reach import NEAR
from planner.pooling.restaff import Restaffed, restaff
from planner.pooling.search import Search, Step, Try
from planner.pooling.trim import SURE, Trimmed, trim
from planner.pooling.work.bound import WorkBound, work_bound
from planner.shifts.hand_over import hand_overs_told, has_hand_overs

_REPAIRS = 3
"""Times at most that what the check finds short is mended and checked again."""
_MEND_SHARE, _TRIM_SHARE, _RESTAFF_SHARE, _EXCHANGE_SHARE = 0.1, 0.1, 0.25, 0.25
"""Of the account's time limit, what hiring may take each time, taking spare people off, taking some off for others, exchanging people."""
_BOUND_SHARE = 0.75
"""Of the account's time limit, what the bound may take beside all else."""
_UNDONE = 0.01
"""Of deferred contacts, the share more that may be left open at the end when people are taken off."""
_DESIGN_BOUND = "bound"
"""Name of a design's own bound, which holds for what it was asked for alone."""


@dataclass(frozen=True, kw_only=True)
class SharedPlan:
    """Shifts of shared people with what they deliver.

    `requirement` is the one they were designed to, `steps` the designs tried, `missed` the promises that other customers do not find kept
    with 95% confidence.
    """

    requirement: Requirement
    shifts: ShiftPlan
    evaluation: Evaluation
    solves: tuple[SolveInfo, ...]
    steps: tuple[Step, ...]
    missed: int = 0


def keep_shared(
    requirement: Requirement, demand: Demand, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> SharedPlan:
    """Return the cheapest shifts found that keep the account's promises when people who can do several things do them as routing says.

    Designs follow a requirement whose reserves are those of queues apart, times a share of each promise's own (`pooled`); after each
    design the floor is simulated, and the share of each promise raised where it is short and lowered where it is not, by the slope its
    last two designs show. What the best design misses is mended by hiring, by cuts of what one person more brings on the simulated floor
    (`planner.pooling.mend`). That plan meets many other customers, which says how far ahead promises must be with those of the designs
    (`planner.pooling.margins`). Then people are taken off one by one where the floor still keeps its promises without them, several at
    once for a few others, by cuts again (`planner.pooling.restaff`), and exchanged for those who can do more where that spares somebody.
    The plan is checked with customers it has not met; what they find short is mended, and checked with others again. The bound, found
    meanwhile, is that of `planner.pooling.work.bound`: None where a promise is missed, for it bounds plans that keep all. Raises as
    `design_shifts` does.
    """
    stop = stop or NeverStop()
    ended = threading.Event()
    seconds, either = _BOUND_SHARE * account.settings.time_limit_s, _Either((stop, ended))
    with ThreadPoolExecutor(max_workers=1) as beside:
        bounding = beside.submit(work_bound, requirement, demand, account, seconds=seconds, stop=either)
        try:
            found = _kept(Search(requirement, demand, account, report=report, stop=stop))
        except BaseException:
            ended.set()
            raise
        return _bounded(found, _result(bounding), account.currency)


def _result(bounding: Future[WorkBound]) -> WorkBound:
    # the bound, or that there is none: a plan that is found is not lost with it
    try:
        return bounding.result()
    except (PlannerError, MemoryError, ValueError) as error:
        info = SolveInfo(name=WORK_BOUND, status=Status.FAILED, objective=None, bound=None, seconds=0.0, solver="")
        return WorkBound(bound=None, possible=True, note=f"no bound: {error}", solve=info)


@dataclass(frozen=True)
class _Either:
    """A stop that any of several flags asks for."""

    flags: tuple[StopFlag, ...]

    def is_set(self) -> bool:
        return any(flag.is_set() for flag in self.flags)


def _kept(search: Search) -> SharedPlan:
    # the plan without its bound
    demand, account, stop = search.demand, search.account, search.stop
    began = time.perf_counter()
    found = search.run()
    hires = Hires(found.design.problem, found.requirement)
    found, mended = _mended(search, found, hires)
    after = _cheaper(search, hires, mended)
    shifts, short, taken = _checked(search, hires, mended, after.exchanged.shifts)
    planned = found.design.planned()
    meant = found.requirement
    if planned is not None:
        meant = replace(meant, planned=np.where(meant.open, planned, np.nan))
    meant = replace(meant, methods=tuple(_method(m, bool(s)) for m, s in zip(meant.methods, search.shared, strict=True)))
    late = _cut_off(search, mended, after)
    ended = (Status.CANCELLED if stop.is_set() else Status.TIME_LIMIT) if late else Status.ROUNDS_DONE
    before = found.design.solves[0]
    by_clock = [one.design.solves[0].status for one in search.tried if not one.design.solves[0].status.repeatable]
    info = replace(
        before,
        status=by_clock[0] if by_clock else ended,
        objective=cost_of(shifts, account),
        bound=None,
        seconds=time.perf_counter() - began,
        note=_note(search, mended[:taken], after, shifts, len(short))
        + (f"; cut off by the clock: {', '.join(late)}" if late else ""),
    )
    return SharedPlan(
        requirement=meant,
        shifts=shifts,
        evaluation=evaluate(shifts, demand, meant, account),
        solves=(info, *(solve for solve in found.design.solves[1:] if solve.name != _DESIGN_BOUND)),
        steps=tuple(search.steps),
        missed=len(short.keys() | search.reach.keys()),
    )


def _bounded(found: SharedPlan, bound: WorkBound, currency: str) -> SharedPlan:
    whole, *others = found.solves
    said = bound.note if bound.bound is None else f"{bound.note}: {bound.bound:,.0f} {currency}"
    proven = None if found.missed else bound.bound
    told = replace(whole, bound=proven, note=f"{whole.note}; {said}")
    return replace(found, solves=(told, *others, bound.solve))


def _mended(search: Search, best: Try, hires: Hires) -> tuple[Try, list[Mended]]:
    # the best design mended; and where its price of a point mended says that another design might come out cheaper, that one too
    seconds = search.left(_MEND_SHARE)

    def mended(tried: Try) -> tuple[float, Mended]:
        done = mend(tried.shifts, hires, search, seconds=seconds, stop=search.stop)
        return cost_of(done.shifts, search.account), done

    cost, first = mended(best)
    if not first.hired or first.lacks or search.stop.is_set():
        return best, [first]
    price = (cost - cost_of(best.shifts, search.account)) / best.key[0]
    expected = {n: cost_of(t.shifts, search.account) + price * t.key[0] for n, t in enumerate(search.tried) if t is not best}
    other = min(expected, key=lambda n: expected[n], default=None)
    if other is None or expected[other] >= cost:
        return best, [first]
    dearer, second = mended(search.tried[other])
    fewer = not_handed_over(second.shifts, search.account) <= not_handed_over(first.shifts, search.account)
    return (best, [first]) if second.lacks or dearer >= cost or not fewer else (search.tried[other], [second])


@dataclass(frozen=True, kw_only=True)
class _Cheaper:
    """What made a plan cheaper that keeps its promises, one after the other."""

    trimmed: Trimmed
    restaffed: Restaffed
    exchanged: Exchanged


def _cheaper(search: Search, hires: Hires, mended: list[Mended]) -> _Cheaper:
    # the last plan mended once more for what many other customers ask, then made cheaper
    account, stop, shifts, needs = search.account, search.stop, mended[-1].shifts, None
    search.reached(cost_of(shifts, account))
    if not stop.is_set():
        needs = search.needs(shifts)
        done = {key_of(row): row.level for row in search.simulated(shifts, SURE) if not row.scope and row.level is not None}
        needs |= {key: level - _UNDONE for key, level in done.items()}
        mended.append(mend(shifts, hires, search, seconds=search.left(_MEND_SHARE), stop=stop, aims=needs))
        shifts = mended[-1].shifts
    trimmed = trim(
        shifts, account, search.simulated, seconds=search.left(_TRIM_SHARE), stop=stop, needs=needs, settle=hires.settled
    )
    search.reached(cost_of(trimmed.shifts, account))
    restaffed = restaff(trimmed.shifts, hires, search, seconds=search.left(_RESTAFF_SHARE), stop=stop, needs=needs)
    search.reached(cost_of(restaffed.shifts, account))
    seconds = search.left(_EXCHANGE_SHARE)
    exchanged = exchange(restaffed.shifts, account, search.simulated, seconds=seconds, stop=stop, needs=needs, hires=hires)
    search.reached(cost_of(exchanged.shifts, account))
    return _Cheaper(trimmed=trimmed, restaffed=restaffed, exchanged=exchanged)


def _checked(
    search: Search, hires: Hires, mended: list[Mended], shifts: ShiftPlan
) -> tuple[ShiftPlan, dict[WindowKey, float], int]:
    # the plan checked with customers it has not met, mended as they tell and checked with others, until they find it kept; else the one
    # of these plans that lacks least, with what it lacks, and how often it was mended until then
    best: tuple[float, ShiftPlan, dict[WindowKey, float], int] | None = None
    for n in range(_REPAIRS + 1):
        rows = search.checked(shifts, n)
        short = lacking(rows) | search.unanswered(rows)
        if best is None or sum(short.values()) < best[0]:
            best = sum(short.values()), shifts, short, len(mended)
        if not short or n == _REPAIRS or search.stop.is_set():
            break
        told, missed = needs_of(search.simulated(shifts, SURE), rows), {key for key, ahead in levels(rows).items() if ahead < 0}
        # those still open are better known once the missed ones are mended
        aims = {key: told.get(key, SAFE) for key in missed or short}
        mended.append(mend(shifts, hires, search, seconds=search.left(_MEND_SHARE), stop=search.stop, aims=aims))
        shifts = mended[-1].shifts
    assert best is not None
    return best[1:]


def _cut_off(search: Search, mended: list[Mended], after: _Cheaper) -> list[str]:
    # what the time limit, or a stop, ended before it was done
    parts = {
        "designs": search.in_time,
        "hiring": all(one.in_time for one in mended),
        "taking people off": after.trimmed.in_time,
        "people off for others": after.restaffed.in_time,
        "exchanges": after.exchanged.in_time,
    }
    return [name for name, done in parts.items() if not done]


def _method(said: str, shared: bool) -> str:
    return f"{said}; beyond its load as much as the simulated floor of shared people takes" if shared else said


def _people(number: int) -> str:
    return f"{number} {'person' if number == 1 else 'people'}"


def _note(search: Search, mended: list[Mended], after: _Cheaper, shifts: ShiftPlan, missed: int) -> str:
    currency = search.account.currency
    tried = ", ".join(f"{step.objective:,.0f} {currency} ({step.missed} missed)" for step in search.steps)
    said = [f"shared people, judged by simulation: designs of {tried}"]
    if any(one.hired for one in mended):
        people = sum(sum(one.hired.values()) for one in mended)
        cost = sum(hire.cost * heads for one in mended for hire, heads in one.hired.items())
        cuts, rounds = sum(one.cuts for one in mended), sum(one.rounds for one in mended)
        said.append(
            f"{_people(people)} hired for {cost:,.0f} {currency} where promises were short ({cuts} cuts in {rounds} rounds)"
        )
    if after.trimmed.taken:
        said.append(f"{_people(len(after.trimmed.taken))} taken off: spare")
    if after.restaffed.met:
        said.append(f"{_people(after.restaffed.off)} taken off for {_people(after.restaffed.on)} hired")
    if after.exchanged.steps:
        changed = ", ".join(f"{step.source} for {step.to}" for step in after.exchanged.steps)
        said.append(f"people exchanged until others were spare ({changed})")
    before, now = (cost_of(plan, search.account) for plan in (after.trimmed.met[0], shifts))
    said.append(f"pay {before:,.0f} {currency} before anybody was taken off, {now:,.0f} {currency} now")
    if search.reach:
        few = f"{len(search.reach)} promises are" if len(search.reach) > 1 else "1 promise is"
        said.append(
            f"{few} out of reach whoever works, and aimed at about {100 * NEAR:g} points below what a crowd reaches, or nearer"
        )
    if has_hand_overs(search.account):
        said.append(hand_overs_told(shifts, search.account).removeprefix("; "))
    kept = f"not sure of {missed}" if missed else "all kept" + (" that can be" if search.reach else "")
    said.append(f"promises with other customers, with 95% confidence: {kept}")
    return "; ".join(said)
