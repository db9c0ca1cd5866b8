"""The simulation of a plan survives its folder: every figure to the last bit, and what does not fit is named."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from factories import tiny_plan

from planner.domain.plan import Plan
from planner.errors import DataError
from planner.evaluation import simulated_beside
from planner.io import load_plan
from planner.report import export


@pytest.fixture(scope="module")
def judged() -> Plan:
    plan = tiny_plan()
    account = replace(plan.account, settings=replace(plan.account.settings, simulations=6))
    return replace(plan, account=account, evaluation=simulated_beside(plan.evaluation, plan.shifts, plan.demand, account))


@pytest.fixture(scope="module")
def written(judged: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:  # the page is no part of reading back
        patch.setattr(sys.modules["planner.report.export"], "html", lambda plan: "")
        return export(judged, tmp_path_factory.mktemp("plans") / "judged")


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "copy"))


def test_a_simulated_plan_comes_back_as_it_was(judged: Plan, written: Path) -> None:
    back = load_plan(written)
    assert judged.evaluation.simulation is not None
    assert back.evaluation.simulation == judged.evaluation.simulation
    assert back == judged


def test_rows_of_the_simulation_stand_in_the_order_of_the_evaluation(judged: Plan) -> None:
    found = judged.evaluation.simulation
    assert found is not None
    rows = [(r.clause, r.window, r.window_start_utc) for r in judged.evaluation.sla]
    assert [(r.clause, r.window, r.window_start_utc) for r in found.sla] == rows


def test_endless_and_missing_waits_come_back(judged: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["planner.report.export"], "html", lambda plan: "")
    found = judged.evaluation.simulation
    assert found is not None
    waits = found.queue_waits_s.copy()
    waits[0, 0], waits[1, 0] = np.inf, np.nan
    rows = (replace(found.sla[0], level=None, low=None, high=None, met=None, probability=None), *found.sla[1:-1])
    other = replace(found, queue_waits_s=waits, futures=0, sla=rows)
    plan = replace(judged, evaluation=replace(judged.evaluation, simulation=other))
    assert load_plan(export(plan, tmp_path / "p")) == plan


def test_a_simulation_that_does_not_fit_is_refused(copy: Path) -> None:
    summary = json.loads((copy / "summary.json").read_text())
    del summary["simulation"]["wait_quantiles_s"]
    (copy / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(DataError, match="simulation must be an object"):
        load_plan(copy)
    summary["simulation"] = None
    (copy / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(DataError, match="says of no simulation"):
        load_plan(copy)


def test_other_queues_are_not_written(judged: Plan, tmp_path: Path) -> None:
    found = judged.evaluation.simulation
    assert found is not None
    strange = replace(found, queues=tuple(reversed(found.queues)))
    with pytest.raises(ValueError, match="simulation has other queues"):
        export(replace(judged, evaluation=replace(judged.evaluation, simulation=strange)), tmp_path / "p")
