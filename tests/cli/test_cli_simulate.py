"""`planner simulate`: a table for people, JSON for programs, a folder of tables, and every wrong wish refused with its remedy."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
from factories import tiny_plan
from typer.testing import CliRunner

from planner.cli.app import app
from planner.report import export

runner = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:  # the page is not needed here
        patch.setattr(sys.modules["planner.report.export"], "html", lambda plan: "")
        return export(tiny_plan(), tmp_path_factory.mktemp("plans") / "tiny")


def test_people_read_levels_waits_and_occupancy(folder: Path) -> None:
    result = runner.invoke(app, ["simulate", str(folder), "--replications", "5"])
    assert result.exit_code == 0, result.output
    plan = tiny_plan()
    for queue in plan.account.queues:
        assert result.output.count(f" {queue.id} ") >= 2
    for words in ("95% interval", "p95", "occupancy", "over 5 horizons and 5 futures", "oldest"):
        assert words in result.output, words


def test_programs_read_the_same_for_the_same_seed(folder: Path) -> None:
    one, two, other = (
        runner.invoke(app, ["simulate", str(folder), "--replications", "3", "--seed", seed, "--json"])
        for seed in ("4", "4", "5")
    )
    told = json.loads(one.stdout)
    assert json.loads(two.stdout) == told
    assert json.loads(other.stdout) != told
    assert (told["replications"], told["futures"], told["seed"], told["stopped_early"]) == (3, 3, 4, False)
    for promise in told["promises"]:
        assert promise["low"] <= promise["simulated"] <= promise["high"]
    assert len(told["queues"][0]["waits_s"]) == 4
    assert all(0 <= group["occupancy"] <= 1 for group in told["groups"] if group["occupancy"] is not None)


def test_precision_ends_early_and_says_so(folder: Path) -> None:
    result = runner.invoke(app, ["simulate", str(folder), "--precision", "0.2"])
    assert result.exit_code == 0, result.output
    assert "is sure to 20 points after 20 horizons" in result.output
    short = runner.invoke(app, ["simulate", str(folder), "--precision", "0.0001", "--replications", "4"])
    assert "Not as sure as asked for" in short.output


def test_tables_go_to_a_folder_of_their_own(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "sim"
    first = runner.invoke(app, ["simulate", str(folder), "--replications", "2", "--out", str(out)])
    assert first.exit_code == 0, first.output
    assert {path.name for path in out.iterdir()} == {
        "simulation.csv",
        "occupancy.csv",
        "simulated_sla.csv",
        "simulation.json",
    }
    rows = list(csv.DictReader((out / "simulated_sla.csv").open()))
    assert len(rows) == len(tiny_plan().evaluation.sla)
    assert json.loads((out / "simulation.json").read_text())["replications"] == 2
    again = runner.invoke(app, ["simulate", str(folder), "--replications", "2", "--out", str(out)])
    assert again.exit_code == 2
    assert "--force" in again.output
    forced = runner.invoke(app, ["simulate", str(folder), "--replications", "2", "--out", str(out), "--force"])
    assert forced.exit_code == 0, forced.output


def test_the_plan_itself_is_never_written_over(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = runner.invoke(app, ["simulate", str(folder), "--replications", "2", "--out", str(folder), "--force"])
    assert result.exit_code == 2
    assert "no part of a simulation" in result.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--replications", "0"], "--replications: must be 1 or more"),
        (["--precision", "0"], "--precision: must lie above 0"),
        (["--precision", "nan"], "--precision: must lie above 0"),
        (["--seed", "-1"], "--seed: must be 0 or more"),
    ],
)
def test_wrong_wishes_are_refused(options: list[str], words: str, folder: Path) -> None:
    result = runner.invoke(app, ["simulate", str(folder), *options])
    assert result.exit_code == 2
    assert words in result.output


def test_all_wrong_wishes_come_at_once_and_no_plan_is_refused(folder: Path, tmp_path: Path) -> None:
    both = runner.invoke(app, ["simulate", str(folder), "--replications", "0", "--precision", "-1", "--json"])
    assert both.exit_code == 2
    assert len(json.loads(both.stdout)["problems"]) == 2
    none = runner.invoke(app, ["simulate", str(tmp_path)])
    assert none.exit_code == 2
    assert "is not a plan folder" in none.output
