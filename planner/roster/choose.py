"""The best choice among schedules at hand, one for each person: an integer program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.solve import Report, SolveInfo, StopFlag, no_report
from planner.roster.columns import Master
from planner.solver import Model, Sense, SolveOptions, solve


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How the program ended, and a schedule for each person if it found any."""

    info: SolveInfo
    work: dict[int, Ints] | None


def choose(
    master: Master, which: list[int], *, seconds: float | None, nodes: int | None = None, seed: int = 0, first: list[int] | None = None,
    stop: StopFlag | None = None, report: Report = no_report,
) -> Choice:  # fmt: skip
    """Choose among schedules `which` of a master; `first` is a choice to start from. The bound is one on choices among `which`."""
    model = Model("named_roster", offset=master.offset)
    size, n = master.need.size, len(master.people)
    short = model.add_columns("short", size, cost=master.problem.under_cost.ravel())
    spare = model.add_columns("spare", size, cost=master.problem.over_cost.ravel())
    cost, starts, rows, values = master.entries(which)
    chosen = model.add_columns("schedule", len(which), cost=cost, upper=1.0, integer=True)
    model.add_rows("one_schedule", n, sense=Sense.EQ, rhs=1.0)
    cover = model.add_rows("heads", size, sense=Sense.EQ, rhs=master.need.ravel())
    model.add_terms(cover, short, 1.0)
    model.add_terms(cover, spare, -1.0)
    model.add_terms(rows, np.repeat(chosen, np.diff(starts)), values)
    guess = None
    if first is not None:
        guess = np.full(model.n_columns, np.nan)
        guess[chosen] = np.isin(which, first).astype(np.float64)
    options = SolveOptions(time_limit_s=seconds, gap=0.0, seed=seed, max_nodes=nodes, start=guess)
    answer = solve(model, options, stop=stop, report=report)
    if answer.values is None:
        return Choice(info=answer.info, work=None)
    taken = np.flatnonzero(answer["schedule"] > 0.5)
    return Choice(info=answer.info, work={master.pool.person[which[j]]: master.pool.work[which[j]] for j in taken})
