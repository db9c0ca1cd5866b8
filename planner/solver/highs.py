"""HiGHS behind PuLP, trusted for its own word: status, bound and gap are read from the solver, never from PuLP's status."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import highspy
import numpy as np
import pulp

from planner.domain.arrays import Floats, Ints
from planner.domain.solve import Progress, Report, SolveInfo, Status, StopFlag
from planner.solver.build import to_pulp
from planner.solver.model import Model
from planner.solver.options import SolveOptions
from planner.solver.solution import Solution, dual_bound

_S = highspy.HighsModelStatus
_C = highspy.cb.HighsCallbackType

_STATUS = {
    _S.kOptimal: Status.OPTIMAL,
    _S.kInfeasible: Status.INFEASIBLE,
    _S.kUnboundedOrInfeasible: Status.INFEASIBLE_OR_UNBOUNDED,
    _S.kUnbounded: Status.UNBOUNDED,
    _S.kTimeLimit: Status.TIME_LIMIT,
    _S.kInterrupt: Status.CANCELLED,
    _S.kSolutionLimit: Status.ROUNDS_DONE,
    _S.kModelEmpty: Status.OPTIMAL,
}
_MAY_HAVE_SOLUTION = (Status.OPTIMAL, Status.TIME_LIMIT, Status.CANCELLED, Status.ROUNDS_DONE)
SIMPLEX_CALLBACK = _C.kCallbackSimplexInterrupt
IPM_CALLBACK = _C.kCallbackIpmInterrupt
_FEASIBLE = 2  # HiGHS' code of a primal or dual solution that satisfies all rows and bounds
_threads_used: list[int] = []
_threads_lock = threading.Lock()


class _BulkHighs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS, handing the problem over in one piece and taking a first solution."""

    def __init__(self, variables: list[pulp.LpVariable], start: Floats | None, **parameters: object) -> None:
        super().__init__(**parameters)
        self._order = variables
        self._start = start

    def buildSolverModel(self, lp: pulp.LpProblem) -> None:  # noqa: N802 (PuLP's name)
        """Pass the PuLP problem's columns and rows to HiGHS as arrays; row by row takes seconds at 60,000 columns."""
        inf = highspy.kHighsInf
        for i, variable in enumerate(self._order):
            variable.index = i
        costs = np.zeros(len(self._order))
        for variable, cost in lp.objective.items():
            if variable is not lp.dummyVar:  # PuLP's stand-in for an objective without terms
                costs[variable.index] = cost
        starts, indices, values, low, high = [0], [], [], [], []
        for row in lp._constraints.values():
            indices.extend([v.index for v in row])
            values.extend(row.values())
            starts.append(len(indices))
            lb, ub = row.getLb(), row.getUb()
            low.append(-inf if lb is None else lb)
            high.append(inf if ub is None else ub)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._order), len(low)
        model.offset_ = float(lp.objective.constant)
        model.col_cost_ = costs
        model.col_lower_ = np.array([-inf if v.lowBound is None else v.lowBound for v in self._order])
        model.col_upper_ = np.array([inf if v.upBound is None else v.upBound for v in self._order])
        model.row_lower_, model.row_upper_ = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.num_col_, model.a_matrix_.num_row_ = len(self._order), len(low)
        model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(indices, dtype=np.int32)
        model.a_matrix_.value_ = np.array(values, dtype=np.float64)
        if any(v.isInteger() for v in self._order):
            kinds = highspy.HighsVarType
            model.integrality_ = [kinds.kInteger if v.isInteger() else kinds.kContinuous for v in self._order]
        lp.solverModel.passModel(model)
        if self._start is not None:
            said = np.flatnonzero(~np.isnan(self._start)).astype(np.int32)
            lp.solverModel.setSolution(len(said), said, self._start[said])

    def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:  # noqa: N802 (PuLP's name)
        """Leave PuLP's variables alone: values are read from HiGHS, and only when there are any."""
        return pulp.constants.LpStatusUndefined, pulp.constants.LpSolutionNoSolutionFound


def solve_with_highs(model: Model, options: SolveOptions, report: Report, stop: StopFlag, stage: str) -> Solution:
    """Solve `model` with HiGHS through PuLP; `report` hears of progress, `stop` ends the search within about a second."""
    claim_threads(options.threads)
    began = time.perf_counter()
    problem, variables = to_pulp(model)
    whole = bool(model.integer.any())
    problem.solve(
        _BulkHighs(
            variables,
            options.start,
            msg=False,
            gapRel=options.gap,
            timeLimit=options.time_limit_s,
            threads=options.threads,
            callbackTuple=(progress_callback(report, stop, stage, whole, began), None),
            callbacksToActivate=[_C.kCallbackMipInterrupt, _C.kCallbackSimplexInterrupt, _C.kCallbackIpmInterrupt],
            **_parameters(options, whole),
        )
    )
    highs = problem.solverModel
    if not whole and not options.crossover and highs.getModelStatus() == _S.kUnknown:
        highs.setOptionValue("run_crossover", "on")  # the interior point was not clean enough to be called optimal
        highs.run()
    return read_solution(model, highs, whole, options, time.perf_counter() - began)


def _parameters(options: SolveOptions, whole: bool) -> dict[str, object]:
    found: dict[str, object] = {"random_seed": options.seed, "run_crossover": "on" if options.crossover else "off"}
    if whole:
        found["mip_feasibility_tolerance"] = 1e-7  # a millionth of a head short of whole is worth real money where many add up
    if whole and highspy.Highs().version().startswith("1.14."):
        # its presolve mistakes some mixed programs' optimum, bound included (ERGO-Code/HiGHS issue 3043; neither 1.13 nor 1.15 does)
        found |= {"presolve": "off", "mip_allow_restart": False}
    if options.lp_method != "choose":
        found["mip_lp_solver" if whole else "solver"] = options.lp_method
    if options.max_nodes is not None:
        found["mip_max_nodes"] = options.max_nodes
    if options.max_stall_nodes is not None:
        found["mip_max_stall_nodes"] = options.max_stall_nodes
    if options.heuristic_effort is not None:
        found["mip_heuristic_effort"] = options.heuristic_effort
    return found | options.extra


def progress_callback(report: Report, stop: StopFlag, stage: str, whole: bool, began: float) -> Callable[..., None]:
    """Return what HiGHS calls now and then: it passes progress on, and ends the solve once `stop` is set."""
    last = [0.0]

    def called(kind: object, message: object, out: highspy.cb.HighsCallbackOutput, inp: object, user: object) -> None:
        if stop.is_set():
            inp.user_interrupt = True  # type: ignore[attr-defined]
        now = time.perf_counter()
        if whole and now - last[0] >= 0.5:
            last[0] = now
            best, bound = out.mip_primal_bound, out.mip_dual_bound
            report(
                Progress(
                    stage=stage,
                    best=best if np.isfinite(best) else None,
                    bound=bound if np.isfinite(bound) else None,
                    seconds=now - began,
                )
            )

    return called


def read_solution(model: Model, highs: highspy.Highs, whole: bool, options: SolveOptions, seconds: float) -> Solution:
    """Return how a solve of `model` ended, read from HiGHS. What HiGHS has beyond the variables and rows of `model` is left out."""
    info = highs.getInfo()
    status = _STATUS.get(highs.getModelStatus(), Status.FAILED)
    has = int(info.primal_solution_status) == _FEASIBLE or (model.n_columns == 0 and status is Status.OPTIMAL)
    if status not in _MAY_HAVE_SOLUTION:
        has = False
    if not has and status is Status.OPTIMAL and not options.crossover:
        # without crossover HiGHS may call an optimal interior point slightly infeasible; its duals still prove a bound
        has = True
    solution = highs.getSolution()
    values = np.array(solution.col_value, dtype=np.float64)[: model.n_columns] if has else None
    duals = None
    if not whole and solution.dual_valid:
        duals = np.array(solution.row_dual, dtype=np.float64)[: model.n_rows]
    bound: float | None = None
    if whole:
        bound = float(info.mip_dual_bound)
    elif duals is not None:
        bound = dual_bound(model, duals)
    if bound is not None and not np.isfinite(bound):
        bound = None
    if whole and status is Status.OPTIMAL and info.mip_gap > 1e-6:
        status = Status.GAP_REACHED
    name = f"HiGHS {highs.version()}"
    objective = float(info.objective_function_value) if has else None
    return Solution(
        model=model,
        info=SolveInfo(
            name=model.name,
            status=status,
            objective=objective,
            bound=bound,
            seconds=seconds,
            solver=name,
            variables=model.n_columns,
            rows=model.n_rows,
        ),
        values=values,
        row_duals=duals,
        basis=None if whole or not has else _basis(model, highs),
    )


def _basis(model: Model, highs: highspy.Highs) -> tuple[Ints, Ints] | None:
    found = highs.getBasis()
    if not found.valid:
        return None
    columns, rows = ([int(s) for s in part] for part in (found.col_status[: model.n_columns], found.row_status[: model.n_rows]))
    return np.array(columns, dtype=np.int64), np.array(rows, dtype=np.int64)


def claim_threads(threads: int) -> None:
    """All HiGHS solves of one process share a scheduler of one size; another size would end silently without solving."""
    with _threads_lock:
        if not _threads_used:
            _threads_used.append(threads)
        elif _threads_used[0] != threads:
            raise ValueError(f"this process solves with {_threads_used[0]} threads; another solve asked for {threads}")
