"""Linear programs like one that was solved before: the simplex method from its basis, moved over by the names of variables and rows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import highspy
import numpy as np

from planner.domain.arrays import Ints
from planner.domain.solve import StopFlag, no_report
from planner.solver.highs import SIMPLEX_CALLBACK, claim_threads, progress_callback, read_solution
from planner.solver.model import Block, Model, Sense
from planner.solver.options import SolveOptions
from planner.solver.solution import Solution

_LOWER, _BASIC = 0, 1
_STATUS = (
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
    highspy.HighsBasisStatus.kZero,
    highspy.HighsBasisStatus.kNonbasic,
)


def solve_from(model: Model, known: Solution, *, time_limit_s: float, stop: StopFlag) -> Solution:
    """Return the end of the linear program `model`, begun from the basis of `known`, the solution of one like it.

    Variables and rows of the same name keep their part in the basis; new variables begin at their lower bounds, new rows slack; what
    that leaves singular is mended. Raises ValueError where `known` has no basis or `model` asks for whole numbers.
    """
    if known.basis is None or model.integer.any():
        raise ValueError("a basis belongs to a linear program that was solved to a vertex")
    began = time.perf_counter()
    options = SolveOptions(time_limit_s=time_limit_s)
    claim_threads(options.threads)
    highs = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", options.threads),
        ("random_seed", options.seed),
        ("solver", "simplex"),
        ("time_limit", time_limit_s),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(_lp(model))
    highs.setBasis(_moved(model, known))
    highs.setCallback(progress_callback(no_report, stop, "", False, began), None)
    highs.startCallback(SIMPLEX_CALLBACK)
    highs.run()
    return read_solution(model, highs, False, options, time.perf_counter() - began)


def _lp(model: Model) -> highspy.HighsLp:
    inf = highspy.kHighsInf
    starts, columns, values = model.matrix()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = model.n_columns, model.n_rows, model.offset
    lp.col_cost_, lp.col_lower_ = model.cost, model.lower
    lp.col_upper_ = np.where(np.isinf(model.upper), inf, model.upper)
    sense = np.array([{Sense.LE: -1, Sense.EQ: 0, Sense.GE: 1}[x] for x in model.senses], dtype=np.int64)
    lp.row_lower_ = np.where(sense >= 0, model.rhs, -inf)
    lp.row_upper_ = np.where(sense <= 0, model.rhs, inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = model.n_columns, model.n_rows
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = columns.astype(np.int32)
    lp.a_matrix_.value_ = values
    return lp


def _moved(model: Model, known: Solution) -> highspy.HighsBasis:
    assert known.basis is not None
    basis = highspy.HighsBasis()
    basis.valid = True
    basis.alien = True
    columns, rows = known.basis
    basis.col_status = _statuses(model.columns, known.model.columns, columns, _LOWER)
    basis.row_status = _statuses(model.rows, known.model.rows, rows, _BASIC)
    return basis


def _statuses(blocks: Sequence[Block], before: Sequence[Block], statuses: Ints, new: int) -> list[highspy.HighsBasisStatus]:
    was = dict(zip(_names(before), statuses.tolist(), strict=True))
    return [_STATUS[was.get(name, new)] for name in _names(blocks)]


def _names(blocks: Sequence[Block]) -> list[str]:
    """Names that the same thing has in both models: a number at the end of three, which only counts, becomes its place among its like."""
    found = []
    seen: Counter[str] = Counter()
    for block in blocks:
        for i in range(block.count):
            name = block.label(i)
            if block.name == "service":
                name = name.rpartition(",")[0]
                seen[name] += 1
                name = f"{name},{seen[name]}"
            found.append(name)
    return found
