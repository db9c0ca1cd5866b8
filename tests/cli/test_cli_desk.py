"""`planner desk`: figures typed, a plan folder, several clients; every wrong wish refused at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from one_agent import write_shops
from typer.testing import CliRunner

from planner.cli.app import app
from planner.queueing import performance
from planner.reference.rings import ring_rule

runner = CliRunner()
TYPED = ["desk", "--per-h", "6", "--aht", "5:00", "--patience", "180", "--country", "de", "--replications", "50"]


def test_one_agent_by_a_few_figures() -> None:
    result = runner.invoke(app, [*TYPED, "--agents", "1", "--break", "12:00-12:30", "--absence", "8%"])
    assert result.exit_code == 0, result.output
    for words in ("1 agent", "three rings (11 s)", "95% interval", "somebody on seat 37.5", "in breaks", "one away", "exact"):
        assert words in result.output, words


def test_without_agents_one_two_and_three_are_shown() -> None:
    result = runner.invoke(app, [*TYPED, "--json"])
    assert result.exit_code == 0, result.output
    desks = json.loads(result.stdout)["desks"]
    assert [desk["agents"] for desk in desks] == [1, 2, 3]
    limit = ring_rule("DE", 3).threshold_s
    for desk in desks:
        law = performance(rate_per_h=6, aht_s=300, agents=desk["agents"], threshold_s=limit, patience_s=180)
        assert desk["on_seat"]["within"][0]["value"] == pytest.approx(float(law.service_level))
        assert desk["on_seat"]["within"][0]["basis"] == "stationary"
        assert desk["every"]["within"][0]["basis"] == "simulated"


def test_every_wrong_figure_is_listed_at_once() -> None:
    wrong = [
        "--agents",
        "5",
        "--per-h",
        "x",
        "--patience",
        "0",
        "--rings",
        "0",
        "--country",
        "ZZ",
        "--hours",
        "5",
        "--absence",
        "8",
    ]
    result = runner.invoke(app, ["desk", *wrong, "--days", "12", "--json"])
    assert result.exit_code == 2
    places = {problem["place"] for problem in json.loads(result.stdout)["problems"]}
    assert places == {
        "--agents", "--per-h", "--aht", "--patience", "--rings", "--country", "--hours", "--absence", "--days",
    }  # fmt: skip


def test_figures_and_a_folder_do_not_go_together(tmp_path: Path) -> None:
    result = runner.invoke(app, ["desk", str(tmp_path), "--per-h", "6", "--shared", "--seed", "-1", "--json"])
    assert result.exit_code == 2
    assert len(json.loads(result.stdout)["problems"]) == 3
    assert runner.invoke(app, ["desk", "--shared"]).exit_code == 2
    assert runner.invoke(app, ["desk", str(tmp_path / "nowhere")]).exit_code == 2


def test_clients_on_one_desk_are_told_in_a_table(tmp_path: Path) -> None:
    folder = write_shops(tmp_path / "shops", {"alpha": 6, "beta": 6}, days=1)
    result = runner.invoke(app, ["desk", "--shared", str(folder)])
    assert result.exit_code == 0, result.output
    for words in ("alpha", "beta", "cost share", "handled", "100.0%", "fewer"):
        assert words in result.output, words
