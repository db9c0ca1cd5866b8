"""What the simulation says, on the page, in the workbook and in the chart: the report's own figures, and nothing without one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from factories import tiny_plan
from python_calamine import CalamineWorkbook

from planner.charts import alt, simulated_levels
from planner.domain.plan import Plan
from planner.domain.simulated_promises import simulated_promises
from planner.evaluation import simulate
from planner.evaluation.judged import judged
from planner.report.html import html
from planner.report.summary_rows import summary_rows
from planner.report.workbook import write_workbook


@pytest.fixture(scope="module")
def plan() -> Plan:
    bare = tiny_plan()
    return replace(bare, evaluation=replace(bare.evaluation, simulation=simulate(bare, replications=6, seed=2)))


def test_the_page_has_a_section_only_where_there_was_a_simulation(plan: Plan) -> None:
    page = html(plan)
    assert '<section id="simulation">' in page
    assert "means of 6 simulated horizons" in page
    for promise in simulated_promises(plan):
        assert promise.simulated is not None
        assert f"{100 * promise.simulated:.1f}%" in page
    bare = html(tiny_plan())
    assert '<section id="simulation">' not in bare
    assert "What the simulation says" not in bare


def test_the_workbook_holds_both_levels_side_by_side(plan: Plan, tmp_path: Path) -> None:
    book = CalamineWorkbook.from_path(write_workbook(plan, tmp_path / "plan.xlsx"))
    head, *rows = book.get_sheet_by_name("Service").to_python()
    found = plan.evaluation.simulation
    assert found is not None
    beside = {(r.clause, r.window.value, r.window_date.isoformat()): r for r in found.sla}
    at = {name: n for n, name in enumerate(head)}
    for row in rows:
        simulated = beside[row[at["Promise"]], row[at["Window"]], row[at["Window's first date (market)"]].isoformat()]
        assert row[at["Simulated level"]] == pytest.approx(simulated.level)
        assert row[at["95% sure from"]] == pytest.approx(simulated.low)
    sheet = book.get_sheet_by_name("Simulation").to_python()
    assert len(sheet) == 1 + len(plan.account.queues) + len(plan.account.groups)
    assert "Simulation" not in CalamineWorkbook.from_path(write_workbook(tiny_plan(), tmp_path / "bare.xlsx")).sheet_names


def test_the_chart_shows_levels_intervals_and_targets(plan: Plan) -> None:
    pytest.importorskip("plotly")
    figure = simulated_levels(plan)
    promises = simulated_promises(plan)
    target, computed, simulated = figure.data
    assert list(target.x) == pytest.approx([100 * p.target for p in promises])
    assert list(computed.x) == pytest.approx([100 * (p.computed or 0.0) for p in promises])
    assert list(simulated.x) == pytest.approx([100 * (p.simulated or 0.0) for p in promises])
    assert all(width >= 0 for width in (*simulated.error_x.array, *simulated.error_x.arrayminus))
    below = [p.id for p in promises if (p.simulated or 0.0) < p.target]
    assert all(id in alt(figure) for id in below)
    one = plan.account.queues[0].id
    assert list(simulated_levels(plan, queues={one}).data[0].y) == [one]
    assert "not simulated" in alt(simulated_levels(tiny_plan()))


def test_a_plan_held_to_its_simulation_contradicts_itself_nowhere(plan: Plan) -> None:
    held = replace(plan, evaluation=judged(plan.evaluation, plan.account))
    page = html(held)
    assert "simulated futures" in page
    assert "Open under" not in page  # ages are not simulated; what is open is
    assert "stationary formula" not in page
    assert "possible demand futures, absent agents" not in page
    assert "What is short here is short of what the shifts were designed for" in page
    folder_rows = {row[0]: row for row in summary_rows(held)}
    assert folder_rows["Held to the simulation"][1] == len(simulated_promises(held))
