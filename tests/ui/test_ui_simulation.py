"""The service page tells what the simulation says, of the queues picked, or that there was none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from factories import tiny_plan
from streamlit.testing.v1 import AppTest

from planner import export, load_plan
from planner.domain.simulated_promises import simulated_promises
from planner.evaluation import simulate
from planner.ui.components.simulated import promise_frame, queue_frame

Open = Callable[..., AppTest]


def test_the_page_shows_computed_and_simulated_levels(plans: Path, open_page: Open) -> None:
    found = load_plan(plans / "base")
    assert found.evaluation.simulation is not None
    app = open_page("service", {"plan": "base"})
    assert not app.exception, [e.message for e in app.exception]
    assert "What the simulation says" in [each.value for each in app.subheader]
    frame = next(each.value for each in app.dataframe if "Simulated, %" in each.value.columns)
    promise = simulated_promises(found)[0]
    assert promise.simulated is not None
    assert frame.iloc[0]["Simulated, %"] == pytest.approx(100 * promise.simulated)


def test_a_plan_without_a_simulation_says_how_to_get_one(plans: Path, open_page: Open) -> None:
    found = load_plan(plans / "base")
    export(replace(found, evaluation=replace(found.evaluation, simulation=None)), plans / "bare")
    app = open_page("service", {"plan": "bare"})
    assert not app.exception, [e.message for e in app.exception]
    assert any("was not simulated" in each.value for each in app.caption)
    assert not any("Simulated, %" in each.value.columns for each in app.dataframe)


def test_tables_hold_the_figures_of_the_queues_picked() -> None:
    plan = tiny_plan()
    found = simulate(plan, replications=4, seed=1)
    judged = replace(plan, evaluation=replace(plan.evaluation, simulation=found))
    promises = simulated_promises(judged)
    assert list(promise_frame(promises)["Promise"]) == [p.id for p in promises]
    one = plan.account.queues[0].id
    frame = queue_frame(judged, found, {one})
    assert list(frame["Queue"]) == [one]
    assert frame.iloc[0]["95% wait at most, min"] == pytest.approx(found.queue_waits_s[3, 0] / 60)
