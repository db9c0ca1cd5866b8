"""From requirement to shifts: a bound and a search side by side, hand-overs and planned blocks after them."""

from __future__ import annotations

import dataclasses
import time

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop, Report, SolveInfo, StopFlag, no_report
from planner.errors import CancelledError
from planner.shifts.anneal import Clock
from planner.shifts.answer import Answer, price
from planner.shifts.assemble import assemble
from planner.shifts.blocks import has_blocks
from planner.shifts.by_week import divisible, weekly
from planner.shifts.design_search import AGAIN, DesignSearch
from planner.shifts.designed import Design, with_note
from planner.shifts.hand_over import has_hand_overs, price_of_lacks, with_hand_overs
from planner.shifts.layers import layers_of
from planner.shifts.pay_blocks import pay_for_blocks
from planner.shifts.possible import check_possible
from planner.shifts.problem import Problem

__all__ = ["AGAIN", "Design", "design", "design_from", "design_shifts", "redesign"]


def design_shifts(
    requirement: Requirement, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> tuple[ShiftPlan, tuple[SolveInfo, ...]]:
    """Return the cheapest shifts found for `requirement`, and how the solves ended; the first one is the whole.

    Its objective is the cost of the shifts returned, in the account's currency: wages, premiums and on-costs of every shift that
    touches the horizon (lead-in included), plus the price of shortfall at the best division of everybody's time, and of contacts missing
    from promises over windows. Its bound is proven for the same objective. It ends when the account's `gap` is reached, when a fixed
    number of rounds is worked, at the account's time limit, or when `stop` is set, with the best plan so far.

    Raises InfeasibleError when the least headcounts cannot be seated, DataError when a currency has no rate, CancelledError when
    `stop` was set before there was a plan.
    """
    found = design_from(requirement, account, report=report, stop=stop)
    return found.shifts(), found.solves


def design_from(
    requirement: Requirement, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> Design:
    """Return what `design_shifts` does, with all that a later `redesign` needs."""
    stop = stop or NeverStop()
    began = time.perf_counter()
    if stop.is_set():
        raise CancelledError("stopped before there was a plan")
    problem = assemble(requirement, account)
    check_possible(problem)
    clock = Clock(stop, began + account.settings.time_limit_s)

    weeks = (lambda: weekly(requirement, account, problem)) if divisible(requirement, account) else None

    def run(problem: Problem) -> Design:
        return DesignSearch(problem, report, clock, began, persistent=False, weeks=weeks).run()

    def left() -> float:
        return clock.deadline - time.perf_counter()

    def handed(problem: Problem) -> Design:
        found = run(problem)
        if not has_hand_overs(account):
            return found
        bounding = weeks is None and not has_blocks(account)
        return with_hand_overs(found, run, seconds_left=left, bounding=bounding, stop=stop)

    found = handed(problem)
    if has_blocks(account):
        found = pay_for_blocks(dataclasses.replace(found, requirement=requirement), handed, seconds_left=left, stop=stop)
    return with_note(found)


def redesign(
    known: Design, margin: Floats, *, seconds: float, report: Report = no_report, stop: StopFlag | None = None
) -> Design:
    """Return `known` changed so that every window is ahead of its promise by `margin` ``[W]`` contacts, within `seconds`.

    Its cost and bound are still those of the promises as they are: the bound stays proven.
    """
    before = known.problem
    assert before.service is not None
    carried = before.carried if known.lent is None else before.carried - known.lent
    problem = dataclasses.replace(before, service=before.service.with_margin(margin), carried=carried)
    began = time.perf_counter()
    work = DesignSearch(problem, report, Clock(stop or NeverStop(), began + seconds), began, persistent=False)
    answer, multipliers, status = work.run_from(known)
    whole = known.solves[0]
    cost = price(before, answer, layers_of(before, multipliers))
    found = dataclasses.replace(known, answer=answer, multipliers=multipliers)
    info = dataclasses.replace(
        whole,
        objective=cost.total + (price_of_lacks(found) if has_hand_overs(before.account) else 0.0),
        note=f"of the cost, {cost.shortfall:,.2f} is the price of shortfall and {cost.missed:,.2f} that of contacts missing from "
        f"{cost.windows} windows",
        status=whole.status if status.repeatable else status,
        seconds=whole.seconds + time.perf_counter() - began,
    )
    return with_note(dataclasses.replace(found, solves=(info, *known.solves[1:])))


def design(
    problem: Problem,
    *,
    report: Report = no_report,
    stop: StopFlag | None = None,
    began: float | None = None,
    persistent: bool = False,
) -> tuple[Answer, tuple[SolveInfo, ...]]:
    """Return the cheapest plan found for a numbered problem, and how the solves ended; see `design_shifts`.

    A `persistent` search goes on until its time is up: a long first epoch, which a slowly falling temperature serves best, then looks for
    better plans near the best one, and further epochs. That is not repeatable (C14).
    """
    began = time.perf_counter() if began is None else began
    clock = Clock(stop or NeverStop(), began + problem.account.settings.time_limit_s)
    found = DesignSearch(problem, report, clock, began, persistent).run()
    return found.answer, found.solves
