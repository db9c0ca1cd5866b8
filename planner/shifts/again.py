"""A known design carried over to another requirement: the same people and patterns, searched on briefly from the plan they had."""

from __future__ import annotations

import time
from dataclasses import replace

from planner.domain.account import Account
from planner.domain.requirement import Requirement
from planner.domain.solve import NeverStop, Status, StopFlag
from planner.shifts.anneal import Clock
from planner.shifts.answer import price
from planner.shifts.assemble import assemble
from planner.shifts.design import AGAIN, Design
from planner.shifts.hand_over import has_hand_overs, price_of_lacks, with_moves
from planner.shifts.layers import layers_of
from planner.shifts.run import improve_run, new_run
from planner.shifts.search import state_of

ROUNDS = 20
"""Rounds per agent: enough to follow a requirement that has changed a little."""


def design_again(
    known: Design, requirement: Requirement, account: Account, *, seconds: float, stop: StopFlag | None = None
) -> Design:
    """Return the design found for `requirement` by searching on from `known`, within `seconds`.

    Queues, groups and opening hours must be those of `known`. Nothing is proven of it: its bound is None. Raises InfeasibleError as
    `design_shifts` does when the least headcounts cannot be seated.
    """
    began = time.perf_counter()
    problem = assemble(requirement, account)
    clock = Clock(stop or NeverStop(), began + seconds)
    run = new_run(problem, account.settings.seed)
    if known.multipliers is not None:
        run.price_windows(known.multipliers)
    run.state = state_of(run.view, known.answer, account.settings.seed)
    done = improve_run(run, rounds_per_agent=ROUNDS, heat=AGAIN, clock=clock, tell=_to_nobody)
    found = Design(problem, run.answer(), known.solves, run.multipliers, None if known.requirement is None else requirement)
    if has_hand_overs(account):

        def over() -> bool:
            return time.perf_counter() > clock.deadline or clock.stop.is_set()

        found = with_moves(found, problem, over)
        done = done and not over()
    layers = None if run.multipliers is None else layers_of(problem, run.multipliers)
    cost = price(problem, found.answer, layers)
    ended = Status.ROUNDS_DONE if done else Status.CANCELLED if clock.stop.is_set() else Status.TIME_LIMIT
    info = replace(
        known.solves[0],
        status=ended,
        objective=cost.total + (price_of_lacks(found) if has_hand_overs(account) else 0.0),
        bound=None,
        seconds=time.perf_counter() - began,
        note=f"of the cost, {cost.shortfall:,.2f} is the price of shortfall and {cost.missed:,.2f} that of contacts missing from "
        f"{cost.windows} windows",
    )
    return replace(found, solves=(info,))


def _to_nobody(cost: float) -> None:
    """Progress of a search nobody watches."""
