"""The one place where the shift model is asked: what the cheapest plan costs at least, and what even the best plan misses."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.requirement import Requirement
from planner.domain.solve import NeverStop, Status
from planner.explanation.case import Case, least_of
from planner.shifts.assemble import assemble
from planner.shifts.problem import Problem
from planner.shifts.tour_model import TourModel, tour_model
from planner.solver import Model, Solution, SolveOptions, relaxed, solve, solve_from, solve_linear
from planner.solver.model import Block
from planner.solver.regroup import regrouped
from planner.solver.solution import dual_bound

NOTHING = 1e-5
"""Missing hours or agents below this are arithmetic."""

SMALL = 700
"""Whole people are asked for where there are no more duties and break choices than this."""

WHOLE_NODES = 2_000

_PATIENCE, _LEAST_S = 2.0, 2.0
"""A question begun from an earlier one's basis may take so many times that one's seconds, and some more; then it is begun from nothing."""

_ROUNDING = re.compile(r"whole_\d+(_\d+)*(_a[\d.]+)?")
"""Names of the blocks that round requirements of classes (:mod:`planner.shifts.cover`)."""

_OF_TOURS = ("week", "rest", "window")
_TOURS = ("daily", *_OF_TOURS)


@dataclass(frozen=True, eq=False)
class Linear:
    """The shift model of a case as a linear program: lower bounds on every plan's cost, shortfall priced."""

    problem: Problem
    built: TourModel
    model: Model


@dataclass(frozen=True, eq=False)
class Cheapest:
    """The optimum of a case's linear program, in the account's currency. `bound` is what the duals prove; None where the solve did not
    end. `duals` ``[rows]``."""

    linear: Linear
    solution: Solution
    seconds: float

    @property
    def cost(self) -> float | None:
        """The optimum, None when the solve did not end."""
        done = self.solution.info.status is Status.OPTIMAL
        return self.solution.info.objective if done else None

    @property
    def bound(self) -> float | None:
        """What the duals prove: no plan costs less."""
        if self.solution.info.status is not Status.OPTIMAL:
            return None
        nothing = self.linear.model.n_columns == 0  # nobody can be put anywhere: there is but one plan
        return self.solution.info.objective if nothing else self.solution.info.bound

    @property
    def error(self) -> float:
        """How far optimum and proof are apart: what a difference of two such answers may be off by, each."""
        if self.cost is None or self.bound is None:
            return float("inf")
        return abs(self.cost - self.bound) + 1e-7 * max(1.0, abs(self.cost))

    @property
    def duals(self) -> Floats:
        """Slope of the optimum in each right-hand side ``[rows]``."""
        duals = self.solution.row_duals
        return np.zeros(self.linear.model.n_rows) if duals is None else duals

    def agents(self) -> Floats:
        """Return the agents on seat the optimum means for each class ``[C, T]``: the least, and what promises over windows add to it."""
        problem, pieces = self.linear.problem, self.linear.built.cover.pieces
        found = problem.need.copy()
        if problem.service is not None and self.solution.values is not None:
            kept = np.flatnonzero(pieces >= 0)
            at = (problem.service.piece_class[kept], problem.service.interval[kept])
            np.add.at(found, at, self.solution.values[pieces[kept]])
        return found

    def promise_prices(self) -> Floats:
        """Return what one more contact in time costs for each window of ``Problem.service`` ``[W]``: a dual price."""
        return self.duals[self.linear.built.cover.promises]


@dataclass(frozen=True, eq=False)
class Demands:
    """What is demanded: agents on seat `least` ``[Q, T]``, and the promises over windows numbered in ``Requirement.promised``. A window
    brings the least agents of its queues with it: what they do is counted before anybody else's."""

    least: Floats
    windows: frozenset[int] = frozenset()

    def table(self, requirement: Requirement) -> Floats:
        """Return the least agents demanded ``[Q, T]``, those of windows included."""
        found = self.least.copy()
        if requirement.promised is not None:
            every = every_least(requirement)
            for term in requirement.promised.terms:
                at = np.isin(term.window, sorted(self.windows))
                found[term.queue, at] = every[term.queue, at]
        return found


def every_least(requirement: Requirement) -> Floats:
    """Return the least agents on seat ``[Q, T]``, zero where closed."""
    found: Floats = np.nan_to_num(least_of(requirement), nan=0.0).clip(min=0.0)
    return found


def everything(requirement: Requirement) -> Demands:
    """Return all that a requirement demands."""
    windows = 0 if requirement.promised is None else len(requirement.promised.windows)
    return Demands(every_least(requirement), frozenset(range(windows)))


@dataclass(frozen=True, eq=False)
class Missing:
    """What even the best plan misses: on-seat agent-hours of demands, or agents of least headcounts. `proven` is a lower bound on it
    (None when the solve did not end); `short` ``[C, T]`` agents missing of classes `classes` and `missed` ``[W]`` contacts missing from
    promises over windows in the solution found."""

    amount: float | None
    proven: float | None
    classes: tuple[tuple[str, ...], ...]
    short: Floats
    missed: Floats
    seconds: float

    @property
    def impossible(self) -> bool:
        """True when it is proven that something is missing."""
        return self.proven is not None and self.proven > NOTHING


def linear(case: Case) -> Linear:
    """Return the linear program of `case`."""
    problem = assemble(case.requirement, case.account, exempt=case.exempt)
    built = tour_model(problem)
    return Linear(problem, built, _freed(relaxed(built.model), case))


def cheapest(
    asked: Linear,
    *,
    time_limit_s: float,
    stop: object = None,
    full_cover: bool = False,
    known: Cheapest | None = None,
    near: bool = False,
) -> Cheapest:
    """Return the optimum of a linear program; with `full_cover` nothing may be missing that somebody serves.

    From the basis of `known` the simplex method finds the optimum of a program that differs little from it in a fraction of the time an
    interior point takes from nothing: that is tried where the two have the same rows and variables, or are said to be `near`.
    """
    began = time.perf_counter()
    model = asked.model
    if full_cover:
        model = relaxed(model)
        cover = asked.built.cover
        model.fix(np.concatenate([cover.short[cover.short >= 0], cover.missed]), 0.0)
    if known is not None and known.solution.basis is not None and (near or _alike(known.linear.model, model)):
        limit = max(0.1, min(time_limit_s, _PATIENCE * known.seconds + _LEAST_S))
        found = solve_from(model, known.solution, time_limit_s=limit, stop=stop)  # type: ignore[arg-type]
        if found.info.status in (Status.OPTIMAL, Status.INFEASIBLE, Status.CANCELLED):
            return Cheapest(asked, found, time.perf_counter() - began)
        time_limit_s -= time.perf_counter() - began
    found = solve_linear(model, time_limit_s=max(0.1, time_limit_s), stop=stop if stop is not None else NeverStop())  # type: ignore[arg-type]
    return Cheapest(asked, found, time.perf_counter() - began)


def without_least(asked: Linear, group: str) -> Linear:
    """Return the linear program without the least headcount of `group`: the same one, a row of it asking for nobody."""
    model = relaxed(asked.model)
    for block in model.rows:
        if block.name == "min_heads":
            rows = [block.first + i for i in range(block.count) if block.label(i) == f"min_heads[{group}]"]
            model.set_rhs(np.array(rows, dtype=np.int64), 0.0)
    return replace(asked, model=model)


def slope(answer: Cheapest, other: Linear) -> float | None:
    """Return the dual price of a change: what the duals of `answer` prove about the program `other`, less what they prove of its own.

    `other` differs in right-hand sides and bounds alone; its optimum is never below the sum. None where the two have other rows.
    """
    mine, new = answer.linear.model, other.model
    if not _alike(mine, new):
        return None
    return dual_bound(new, answer.duals) - dual_bound(mine, answer.duals)


def _alike(a: Model, b: Model) -> bool:
    return [(x.name, x.count) for x in (*a.columns, *a.rows)] == [(x.name, x.count) for x in (*b.columns, *b.rows)]


def need_prices(answer: Cheapest) -> Floats:
    """Return what one more agent on seat costs ``[C, T]`` in each interval for each class of queues: a dual price.

    It is the slope of the optimum as requirements rise with the rounding rows moved along, that is per whole head on seat: exact for
    steps of whole heads, an average over smaller ones. Zero where nothing is needed.
    """
    problem, model, duals = answer.linear.problem, answer.linear.model, answer.duals
    prices = np.zeros(problem.need.shape)
    for block in model.rows:
        rows = duals[block.first : block.first + block.count]
        if block.name == "cover":
            for i, at in enumerate(_labels(block)):
                c, t = (int(x) for x in at.split(","))
                prices[c, t] += rows[i]
        elif _ROUNDING.fullmatch(block.name):
            classes, reference = _rounded(block, problem)
            for i, at in enumerate(_labels(block)):
                t = int(at)
                prices[classes, t] += rows[i] / (reference * problem.unit[t])
    return prices + _unmet(answer)


def _unmet(answer: Cheapest) -> Floats:
    """What the prices owe to bounds: an agent that is missing anyway costs its shortfall price and no more."""
    problem, model = answer.linear.problem, answer.linear.model
    short = answer.linear.built.cover.short
    starts, columns, values = model.matrix()
    paid = np.bincount(columns, weights=values * np.repeat(answer.duals, np.diff(starts)), minlength=model.n_columns)
    reduced = np.minimum(model.cost - paid, 0.0)
    return np.where(short >= 0, reduced[short], 0.0) if problem.need.size else np.zeros(problem.need.shape)


def _labels(block: Block) -> list[str]:
    return [block.label(i)[len(block.name) + 1 : -1] for i in range(block.count)]


def _rounded(block: Block, problem: Problem) -> tuple[list[int], float]:
    """Classes of a block of rounding rows, and the availability they were rounded by."""
    said, _, reference = block.name.removeprefix("whole_").partition("_a")
    classes = [int(c) for c in said.split("_")]
    if reference:
        return classes, float(reference)
    serving = np.array(problem.serves[:, classes].any(axis=1))
    present = np.isin(np.arange(serving.size), problem.kind_group)
    return classes, float(problem.availability[serving & present][0])


def least_missing_cover(
    case: Case, demands: Demands, *, time_limit_s: float, stop: object = None, whole: bool = False
) -> Missing:
    """Return the least on-seat agent-hours any plan misses of `demands`, whatever it costs.

    A contact missing from a promise over a window counts as the agent-hours it is priced at. With `whole` for whole people and breaks,
    else with fractions allowed, which only ever misses less.
    """
    began = time.perf_counter()
    requirement, table = case.requirement, demands.table(case.requirement)
    if not any(g.min_heads for g in case.account.groups):  # whoever touches no demand can stay at home
        requirement = replace(
            requirement,
            agents=np.where(requirement.open, table, np.nan),
            least=np.where(requirement.open, table, np.nan),
            promised=requirement.promised if demands.windows else None,
        )
    problem = _demanding(assemble(requirement, case.account, exempt=case.exempt), case, table, demands.windows)
    built = tour_model(problem, whole_breaks=whole)
    model = _freed(built.model if whole else relaxed(built.model), case)
    model.set_cost(np.arange(model.n_columns), 0.0)
    hours, short = problem.grid.interval_h, built.cover.short
    model.set_cost(short[short >= 0], hours)
    if problem.service is not None:
        model.set_cost(built.cover.missed, problem.service.miss_price / problem.price * hours if problem.price else hours)
    model.offset = float((table.sum() - problem.need.sum()) * hours)  # what nobody can serve
    return _missing(model, problem, built, began, time_limit_s, stop, whole)


def least_missing_heads(case: Case, *, time_limit_s: float, stop: object = None, whole: bool = False) -> Missing:
    """Return how many agents any plan lacks of the least headcounts at least, whatever it costs and however little it covers."""
    began = time.perf_counter()
    only = _least_alone(case)
    problem = assemble(only.requirement, only.account, exempt=only.exempt)
    problem = _demanding(problem, only, np.zeros(case.requirement.agents.shape), frozenset())
    built = tour_model(problem, whole_breaks=whole)
    model = _freed(built.model if whole else relaxed(built.model), case)
    model.set_cost(np.arange(model.n_columns), 0.0)
    model.offset = 0.0
    for block in model.rows:
        if block.name == "min_heads":
            slack = model.add_columns("missing", block.count, cost=1.0)
            model.add_terms(np.arange(block.first, block.first + block.count), slack, 1.0)
            break
    here = {problem.account.groups[g].id for g in set(problem.kind_group.tolist())}
    model.offset = float(sum(g.min_heads for g in case.account.groups if g.id not in here))
    return _missing(model, problem, built, began, time_limit_s, stop, whole)


def _least_alone(case: Case) -> Case:
    """The case as far as least headcounts and seats know it: who need not be there stays away, and nobody's break frees a seat."""
    account = case.account
    groups = tuple(g for g in account.groups if g.min_heads > 0)
    rules = tuple(replace(r, breaks=()) for r in account.shift_rules)
    only = replace(case, account=replace(account, groups=groups, shift_rules=rules))
    return only.without_law()  # which would forbid shifts for the breaks they do have


def _missing(
    model: Model, problem: Problem, built: TourModel, began: float, time_limit_s: float, stop: object, whole: bool
) -> Missing:
    short, windows = built.cover.short, built.cover.missed
    options = SolveOptions(
        time_limit_s=max(0.1, time_limit_s),
        gap=0.0,
        lp_method="choose" if whole else "ipm",
        max_nodes=WHOLE_NODES if whole else None,
    )
    found = solve(model, options, stop=stop)  # type: ignore[arg-type]
    table, missed = np.zeros(short.shape), np.zeros(len(windows))
    if found.values is not None:
        table[short >= 0] = found.values[short[short >= 0]]
        missed = found.values[windows]
    ended = found.info.status in (Status.OPTIMAL, Status.GAP_REACHED)
    proven = found.info.bound if ended or (found.info.bound or 0.0) > NOTHING else None
    if not model.n_columns:
        proven = found.info.objective
    return Missing(
        amount=found.info.objective,
        proven=proven,
        classes=problem.classes,
        short=table,
        missed=missed,
        seconds=time.perf_counter() - began,
    )


def small(case: Case) -> bool:
    """True when whole people can be asked for about least headcounts."""
    only = _least_alone(case)
    problem = assemble(only.requirement, only.account, exempt=only.exempt)
    return len(problem.duties) + len(problem.choice_start_s) <= SMALL


def _demanding(problem: Problem, case: Case, table: Floats, windows: frozenset[int]) -> Problem:
    """The problem with `table` ``[Q, T]`` in place of its need, and of its promises those of `windows` alone; its shifts stay."""
    rows = {q: i for i, q in enumerate(case.requirement.queues)}
    need = np.array([table[[rows[q] for q in queues]].sum(axis=0) for queues in problem.classes]).reshape(problem.need.shape)
    service = problem.service if windows else None
    if service is not None:
        asked = np.isin(np.arange(len(service.miss_price)), sorted(windows))
        service = replace(service, miss_price=np.where(asked, service.miss_price, 0.0))
    return replace(problem, need=need, service=service, lines=None)  # they were drawn for other needs


def _freed(model: Model, case: Case) -> Model:
    """The model without the days off of some groups, or with one set of days off for all kinds of a group together."""
    if not case.any_days and not case.any_start:
        return model

    def key(block: Block, i: int) -> str | None:
        label = block.label(i)
        if block.name not in _TOURS:
            return label[len(block.name) + 1 : -1]
        group, pattern, day = label[len(block.name) + 1 : -1].split(",")
        if group in case.any_days and block.name in _OF_TOURS:
            return None
        return f"{group},{day}" if group in case.any_start else f"{group},{pattern},{day}"

    return regrouped(model, key)
