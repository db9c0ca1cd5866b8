"""CBC as a second opinion: the binary PuLP carries, run in its own process group, believed only where it has proof."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pulp

from planner.domain.arrays import Floats
from planner.domain.solve import SolveInfo, Status, StopFlag
from planner.solver.build import to_pulp
from planner.solver.model import Model
from planner.solver.options import SolveOptions
from planner.solver.solution import Solution

_POLL_S = 0.05
_LOWER = re.compile(r"^Lower bound:\s+(\S+)", re.MULTILINE)
_POSSIBLE = re.compile(r"best possible (\S+?)[,\s]")


def solve_with_cbc(model: Model, options: SolveOptions, stop: StopFlag) -> Solution:
    """Solve `model` with CBC. A start is not passed on, and progress is not reported.

    CBC answers "infeasible" also when it ran out of time before it found anything, and then prints fractional values (measured with
    2.10.3); under a time limit that was used up it is therefore reported as the time limit, without values.
    """
    began = time.perf_counter()
    problem, variables = to_pulp(model)
    problem.objective.constant = 0.0
    with tempfile.TemporaryDirectory(prefix="planner-cbc-") as folder:
        path = Path(folder)
        _, names, _, _ = problem.writeMPS(str(path / "model.mps"), rename=1)
        killed = _run(path, options, stop)
        log = (path / "log.txt").read_text(encoding="utf-8", errors="replace")
        answer = path / "solution.txt"
        lines = answer.read_text(encoding="utf-8").splitlines() if answer.exists() else []
    seconds = time.perf_counter() - began
    whole = bool(model.integer.any())
    status, has = _status(lines[0] if lines else "", killed, options, seconds, whole)
    values = _values(model, lines[1:], {names[v.name]: i for i, v in enumerate(variables) if v.name in names}) if has else None
    objective = None if values is None else float(model.cost @ values) + model.offset
    bound = _bound(log, status, objective, model.offset)
    if whole and status is Status.OPTIMAL and bound is not None and objective is not None:
        status = Status.OPTIMAL if objective - bound <= 1e-6 * max(1.0, abs(objective)) else Status.GAP_REACHED
    info = SolveInfo(
        name=model.name,
        status=status,
        objective=objective,
        bound=bound,
        seconds=seconds,
        solver="CBC 2.10",
        variables=model.n_columns,
        rows=model.n_rows,
    )
    return Solution(model=model, info=info, values=values)


def _run(folder: Path, options: SolveOptions, stop: StopFlag) -> Status | None:
    """Run CBC until it ends, is stopped or overruns its limit by half; says why it was killed, None when it was not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3 says of its own binary that PuLP 4 has none
        binary = pulp.PULP_CBC_CMD(msg=False).path
    command = [binary, str(folder / "model.mps"), "-timeMode", "elapsed", "-ratio", str(options.gap), "-randomSeed"]
    command += [str(options.seed + 1), "-threads", str(max(0, options.threads - 1))]
    hard = float("inf")
    if options.time_limit_s is not None:
        command += ["-sec", str(options.time_limit_s)]
        hard = time.perf_counter() + options.time_limit_s * 1.5 + 2
    if options.max_nodes is not None:
        command += ["-maxNodes", str(max(1, options.max_nodes))]
    command += ["-branch", "-printingOptions", "all", "-solution", str(folder / "solution.txt")]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            while process.poll() is None:
                if stop.is_set():
                    return Status.CANCELLED
                if time.perf_counter() > hard:
                    return Status.TIME_LIMIT
                time.sleep(_POLL_S)
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return None


def _status(headline: str, killed: Status | None, options: SolveOptions, seconds: float, whole: bool) -> tuple[Status, bool]:
    """What CBC's first line is worth, and whether its values are a solution."""
    if killed is not None:
        return killed, False
    text = headline.lower()
    spent = options.time_limit_s is not None and seconds >= 0.8 * options.time_limit_s
    if text.startswith("optimal"):
        return Status.OPTIMAL, True
    if "infeasible" in text:
        return (Status.TIME_LIMIT if spent and whole else Status.INFEASIBLE), False
    if text.startswith("unbounded"):
        return Status.UNBOUNDED, False
    if text.startswith("stopped"):
        found = whole and "no integer solution" not in text
        return (Status.ROUNDS_DONE if "iterations" in text or "nodes" in text else Status.TIME_LIMIT), found
    return Status.FAILED, False


def _values(model: Model, lines: list[str], place: dict[str, int]) -> Floats:
    """Values by CBC's names; variables in no row and without cost are not listed and stay at their lower bound."""
    values = model.lower.copy()
    for line in lines:
        words = line.split()
        if words and words[0] == "**":
            words = words[1:]
        if len(words) >= 3 and words[1] in place:
            values[place[words[1]]] = float(words[2])
    whole = model.integer
    values[whole] = np.rint(values[whole])
    return values


def _bound(log: str, status: Status, objective: float | None, offset: float) -> float | None:
    found = _LOWER.findall(log)
    if not found and status is not Status.OPTIMAL:
        found = _POSSIBLE.findall(log)
    if found:
        value = float(found[-1])
        return value + offset if abs(value) < 1e40 else None
    return objective if status is Status.OPTIMAL else None
