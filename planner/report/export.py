"""The edge out: a plan as a folder of files, whole or not at all."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from planner.domain.account import Account
from planner.domain.codec import encode
from planner.domain.plan import Plan
from planner.domain.routing import routes
from planner.io.plan_files import INPUTS, PAGE, ROUTES, SCENARIOS, SUMMARY, WORKBOOK
from planner.report.destination import check_destination, replaced_whole
from planner.report.html import html
from planner.report.json_text import json_text
from planner.report.scenarios_npz import scenarios_npz
from planner.report.summary_json import summary
from planner.report.tables import tables
from planner.report.workbook import write_workbook

logger = logging.getLogger(__name__)


def export(plan: Plan, dir: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Write `plan` to the folder `dir` and return its absolute path; :func:`planner.io.load_plan` gives the plan back.

    All files are written to a temporary folder beside `dir` and moved in one step: there is never half a plan. Missing parents are
    made. An existing folder is refused with DataError, unless `force` is given and it holds a plan and nothing else. Raises
    PlannerError when the disk refuses, ValueError when the plan's parts are not on one set of queues, groups and intervals.
    """
    target = check_destination(dir, force=force)
    check_axes(plan)
    with replaced_whole(target) as folder:
        for name, text in tables(plan):
            _write(folder / name, text.encode())
        _write(folder / INPUTS, json_text(_inputs(plan.account)).encode())
        _write(folder / SUMMARY, json_text(summary(plan)).encode())
        _write(folder / SCENARIOS, scenarios_npz(plan))
        _write(folder / PAGE, html(plan).encode())
        write_workbook(plan, folder / WORKBOOK)
    logger.info("plan written to %s", target)
    return target


def _inputs(account: Account) -> dict[str, Any]:
    """The resolved account, and who may take what with defaults filled in, for whoever simulates it elsewhere."""
    return {**encode(account), ROUTES: [encode(route) for route in routes(account)]}


def check_axes(plan: Plan) -> None:
    """Raise ValueError unless every part of `plan` has the account's queues and groups, in its order, on its grid (C2)."""
    account = plan.account
    queues, groups, grid = tuple(q.id for q in account.queues), tuple(g.id for g in account.groups), account.grid
    evaluation = plan.evaluation
    for part, found in (
        ("demand", plan.demand.queues),
        ("requirement", plan.requirement.queues),
        ("evaluation", evaluation.queues),
        ("coverage", evaluation.coverage.queues),
    ):
        if found != queues:
            raise ValueError(f"the {part} has queues {found}, the account {queues}")
    simulated = evaluation.simulation
    if simulated is not None and (simulated.queues, simulated.groups, simulated.grid) != (queues, groups, grid):
        raise ValueError("the simulation has other queues, groups or intervals than the account")
    for part, found in (("capacity", evaluation.capacity.groups), ("coverage", evaluation.coverage.groups)):
        if found != groups:
            raise ValueError(f"the {part} has groups {found}, the account {groups}")
    for part, other in (
        ("demand", plan.demand.grid),
        ("requirement", plan.requirement.grid),
        ("shift plan", plan.shifts.grid),
        ("capacity", evaluation.capacity.grid),
        ("coverage", evaluation.coverage.grid),
    ):
        if other != grid:
            raise ValueError(f"the {part} is on {other}, the account on {grid}")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
