"""Linear programs handed to HiGHS as arrays: from nothing, or by the simplex method from the basis of one like it."""

from __future__ import annotations

import time

import highspy
import numpy as np

from planner.domain.arrays import Ints
from planner.domain.solve import StopFlag, no_report
from planner.solver.highs import IPM_CALLBACK, SIMPLEX_CALLBACK, claim_threads, progress_callback, read_solution
from planner.solver.model import Model
from planner.solver.options import SolveOptions
from planner.solver.overlay import Arrays, arrays_of, laid_over
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

    Variables and rows of the same name keep their part in the basis; new variables begin at their lower bounds, new rows slack; those
    that only `known` has stay in the program in a way that changes nothing (:mod:`planner.solver.overlay`).
    Raises ValueError where `known` has no basis or `model` asks for whole numbers.
    """
    if known.basis is None or model.integer.any():
        raise ValueError("a basis belongs to a linear program that was solved to a vertex")
    began = time.perf_counter()
    over = laid_over(model, known.model)
    basis = highspy.HighsBasis()
    basis.valid = True
    basis.alien = True
    basis.col_status = _statuses(len(over.program.cost), over.columns, known.basis[0], _LOWER)
    basis.row_status = _statuses(len(over.program.row_lower), over.rows, known.basis[1], _BASIC)
    return _solved(model, over.program, basis, time_limit_s, stop, began)


def solve_linear(model: Model, *, time_limit_s: float, stop: StopFlag) -> Solution:
    """Return the end of the linear program `model`, by an interior point method that ends at a vertex.

    The same as :func:`planner.solver.solve` of it, without the seconds PuLP takes to build a program of many thousand variables.
    Raises ValueError where `model` asks for whole numbers.
    """
    if model.integer.any():
        raise ValueError("whole numbers are asked for; a linear program has none")
    began = time.perf_counter()
    return _solved(model, arrays_of(model), None, time_limit_s, stop, began)


def _solved(
    model: Model, program: Arrays, basis: highspy.HighsBasis | None, time_limit_s: float, stop: StopFlag, began: float
) -> Solution:
    options = SolveOptions(time_limit_s=time_limit_s, lp_method="ipm" if basis is None else "simplex")
    claim_threads(options.threads)
    highs = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", options.threads),
        ("random_seed", options.seed),
        ("solver", options.lp_method),
        ("time_limit", max(0.0, time_limit_s - (time.perf_counter() - began))),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(_passed(program))
    if basis is not None:
        highs.setBasis(basis)
    highs.setCallback(progress_callback(no_report, stop, "", False, began), None)
    for kind in (SIMPLEX_CALLBACK, IPM_CALLBACK):
        highs.startCallback(kind)
    highs.run()
    return read_solution(model, highs, False, options, time.perf_counter() - began)


def _passed(program: Arrays) -> highspy.HighsLp:
    inf = highspy.kHighsInf
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = len(program.cost), len(program.row_lower), program.offset
    lp.col_cost_, lp.col_lower_ = program.cost, program.lower
    lp.col_upper_ = np.where(np.isinf(program.upper), inf, program.upper)
    lp.row_lower_ = np.where(np.isinf(program.row_lower), -inf, program.row_lower)
    lp.row_upper_ = np.where(np.isinf(program.row_upper), inf, program.row_upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_ = program.starts.astype(np.int32)
    lp.a_matrix_.index_ = program.columns.astype(np.int32)
    lp.a_matrix_.value_ = program.values
    return lp


def _statuses(count: int, places: Ints, statuses: Ints, new: int) -> list[highspy.HighsBasisStatus]:
    found = np.full(count, new, dtype=np.int64)
    found[places] = statuses
    return [_STATUS[status] for status in found.tolist()]
