"""`planner check`: exit code 0 for a lawful roster, 1 for another, 2 for a folder that is no plan; never without its caveat."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from factories import tiny_plan
from typer.testing import CliRunner, Result

from planner.cli.app import app
from planner.domain.plan import Plan
from planner.rules import NOT_LEGAL_ADVICE

Check = Callable[..., Result]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Check:
    def run(plan: Plan, *options: str) -> Result:
        monkeypatch.setattr("planner.io.load_plan", lambda folder: plan)
        return CliRunner().invoke(app, ["check", "anywhere", *options])

    return run


def lawful_plan() -> Plan:
    plan = tiny_plan()
    off = (("break_min", None), ("max_continuous_work_h", None))
    sites = tuple(replace(site, labour=off) for site in plan.account.sites)
    return replace(plan, account=replace(plan.account, sites=sites))


def test_a_breach_is_told_with_its_rule_and_source_and_ends_with_1(checked: Check) -> None:
    result = checked(tiny_plan())
    assert result.exit_code == 1
    assert "Philippines (Labor Code, old article numbers): a break of at least 60 min (break_min;" in result.output
    assert result.output.count("works 7.5 h") == 2  # one example for each site and rule
    assert result.output.count("without a break of 60 min") == 1
    assert NOT_LEGAL_ADVICE in result.output


def test_a_roster_that_keeps_the_rules_ends_with_0_and_the_same_caveat(checked: Check) -> None:
    result = checked(lawful_plan())
    assert result.exit_code == 0, result.output
    assert NOT_LEGAL_ADVICE in result.output


def test_json_holds_every_finding_and_which_rows_hold(checked: Check) -> None:
    result = checked(tiny_plan(), "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["lawful"], told["note"]) == (False, NOT_LEGAL_ADVICE)
    assert {row["rule"] for row in told["findings"] if row["finding"] == "breach"} == {"break_min", "max_continuous_work_h"}
    assert any("floor of the European Union" in note for note in told["rules"]["lisbon"])
    assert json.loads(checked(lawful_plan(), "--json").stdout)["lawful"] is True


def test_a_folder_that_is_no_plan_is_bad_input(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 2
