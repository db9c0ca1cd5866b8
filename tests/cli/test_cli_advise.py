"""`planner advise`: tables for people, JSON for programs, and every wrong wish refused with its remedy."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from factories import make_account, make_plan
from typer.testing import CliRunner

from planner.cli.app import app
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.pooling.teaching import bench, levels
from planner.report import export

runner = CliRunner()


def two_languages() -> Plan:
    return make_plan(make_account(languages=2, channels=(Channel.VOICE,), days=1, interval_s=3600), heads=1, scenarios=2)


@pytest.fixture(autouse=True)
def few_replications(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_LEAST", 16)
    monkeypatch.setattr(bench, "_CONTACTS", 1)
    monkeypatch.setattr(levels, "CHECKED", 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:  # the page is not needed here
        patch.setattr(sys.modules["planner.report.export"], "html", lambda plan: "")
        return export(two_languages(), tmp_path_factory.mktemp("plans") / "tiny")


def test_people_read_what_is_taught_to_whom_and_what_it_saves(folder: Path) -> None:
    result = runner.invoke(app, ["advise", str(folder), "--teach", "1", "--time-limit", "60"])
    assert result.exit_code == 0, result.output
    for words in (
        "the plan as it is",
        "less who is spare already",
        "everybody for everything",
        "premium of 10%",
        "95% intervals",
    ):
        assert words in result.output, words
    group = two_languages().account.groups[0]
    assert f" to {group.id}" in result.output


def test_programs_read_the_same_each_time(folder: Path) -> None:
    group = two_languages().account.groups[0].id
    wish = ["advise", str(folder), "--teach", "1,2", "--premium", "15%", "--group", group, "--json", "--time-limit", "60"]
    one, two = (runner.invoke(app, wish) for _ in range(2))
    told = json.loads(one.stdout)
    assert json.loads(two.stdout) == told
    assert told["premium"] == pytest.approx(0.15)
    assert told["headline"]
    assert told["stopped_early"] is False
    assert told["not_repeatable"] == []
    assert {option["lesson"]["group"] for option in told["options"]} == {group}
    for option in told["options"]:
        assert option["saves"] == pytest.approx(option["spared"] - option["premium"])


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (["--teach", "0-2"], "--teach"),
        (["--teach", "two"], "write 1-5"),
        (["--premium", "-0.1"], "--premium"),
        (["--premium", "ten"], "write 0.10 or 10%"),
        (["--group", "nobody"], "there is no group nobody"),
        (["--skill", "klingon"], "no queue asks for klingon"),
        (["--seconds", "0"], "above 0 seconds"),
        (["--group", "manila_en", "--skill", "en"], "de to manila_en"),
    ],
)
def test_wrong_wishes_are_refused_with_what_to_write_instead(folder: Path, wish: list[str], words: str) -> None:
    result = runner.invoke(app, ["advise", str(folder), *wish])
    assert result.exit_code == 2
    assert words in result.output


def test_all_wrong_wishes_are_told_at_once(folder: Path) -> None:
    result = runner.invoke(app, ["advise", str(folder), "--teach", "5-2", "--premium", "600%", "--time-limit", "-1"])
    assert result.exit_code == 2
    assert "3 problems" in result.output


def test_a_folder_that_is_neither_plan_nor_account_is_refused(tmp_path: Path) -> None:
    result = runner.invoke(app, ["advise", str(tmp_path)])
    assert result.exit_code == 2
    assert "neither a plan nor an account" in result.output
