"""The same account gives the same plan, in another process too, and it reads back; a seed changes futures, not needs (C10, C14)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acceptance.acceptance_accounts import write_desk
from acceptance.acceptance_files import PlanFiles
from typer.testing import CliRunner

import planner
from planner.cli.app import app
from planner.demand import forecast_demand
from planner.domain.demand import Demand
from planner.domain.plan import Plan
from planner.domain.requirement import Requirement
from planner.io import input_hash
from planner.sizing import size


@pytest.fixture(scope="session")
def weekend_again(weekend_account: Path) -> Plan:
    """The weekend planned once more, in this process; the files were made by the command in another one."""
    return planner.plan(planner.load_account(weekend_account))


@pytest.fixture(scope="session")
def weekend_again_files(weekend_again: Plan, tmp_path_factory: pytest.TempPathFactory) -> PlanFiles:
    return PlanFiles(planner.export(weekend_again, tmp_path_factory.mktemp("weekend_again") / "plan"))


def test_planning_twice_gives_the_same_tables_to_the_byte(weekend: PlanFiles, weekend_again_files: PlanFiles) -> None:
    assert weekend.summary["repeatable"] is True
    names = {path.name for path in weekend.folder.iterdir()}
    assert names == {path.name for path in weekend_again_files.folder.iterdir()}
    for name in sorted(names):
        if name.endswith((".csv", ".npz")) or name == "inputs.json":
            assert (weekend.folder / name).read_bytes() == (weekend_again_files.folder / name).read_bytes(), name


def test_summaries_of_two_runs_differ_in_nothing_but_seconds(weekend: PlanFiles, weekend_again_files: PlanFiles) -> None:
    assert _untimed(weekend.summary) == _untimed(weekend_again_files.summary)


def test_two_runs_are_equal_plans(weekend: PlanFiles, weekend_again: Plan) -> None:
    first = planner.load_plan(weekend.folder)
    for part in ("account", "demand", "requirement", "shifts", "roster", "evaluation", "bill", "provenance"):
        assert getattr(first, part) == getattr(weekend_again, part), part
    assert [(s.status, s.objective, s.bound) for s in first.solves] == [
        (s.status, s.objective, s.bound) for s in weekend_again.solves
    ]


def test_what_was_written_is_read_back(weekend_again: Plan, weekend_again_files: PlanFiles) -> None:
    assert planner.load_plan(weekend_again_files.folder) == weekend_again


def test_a_plan_read_back_and_written_again_is_the_same_folder(weekend: PlanFiles, tmp_path: Path) -> None:
    again = planner.export(planner.load_plan(weekend.folder), tmp_path / "again")
    for path in weekend.folder.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_equality_sees_a_difference_in_every_part(weekend: PlanFiles, one_queue: PlanFiles) -> None:
    a, b = planner.load_plan(weekend.folder), planner.load_plan(one_queue.folder)
    for part in ("account", "demand", "requirement", "shifts", "roster", "evaluation", "bill", "provenance"):
        assert getattr(a, part) != getattr(b, part), part


def test_the_input_hash_names_the_input(weekend_account: Path, one_queue: PlanFiles) -> None:
    account = planner.load_account(weekend_account)
    assert input_hash(account) == input_hash(planner.load_account(weekend_account))
    changed = [
        planner.override(account, changes)
        for changes in ("busier", {"run": {"seed": 8}}, {"sites": [{"id": "dublin", "seats": 31}]}, {"horizon": {"days": 4}})
    ]
    hashes = [input_hash(a) for a in (account, *changed)]
    assert len(set(hashes)) == len(hashes)
    assert one_queue.summary["input_sha256"] not in hashes


@pytest.fixture(scope="session")
def for_the_mean(weekend_account: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weekend sized for the mean instead of a quantile of the scenarios."""
    folder = tmp_path_factory.mktemp("mean") / "account"
    shutil.copytree(weekend_account, folder)
    text = (folder / "account.toml").read_text(encoding="utf-8")
    assert text.count("plan_for = 0.6\n") == 1
    (folder / "account.toml").write_text(text.replace("plan_for = 0.6\n", ""), encoding="utf-8")
    return folder


def _sized(folder: Path, seed: int) -> tuple[Demand, Requirement]:
    account = planner.override(planner.load_account(folder), {"run": {"seed": seed}})
    demand = forecast_demand(account)
    return demand, size(demand, account)


def test_another_seed_draws_other_futures_but_needs_the_same_people(for_the_mean: Path) -> None:
    demand, requirement = _sized(for_the_mean, 7)
    other, same = _sized(for_the_mean, 8)
    assert requirement == same
    assert np.array_equal(demand.contacts, other.contacts, equal_nan=True)
    assert np.array_equal(demand.aht_s, other.aht_s, equal_nan=True)
    assert demand.choices == other.choices
    assert not np.array_equal(demand.scenarios, other.scenarios, equal_nan=True)
    assert not np.array_equal(demand.rates, other.rates, equal_nan=True)


def test_a_plan_for_a_quantile_of_the_futures_does_depend_on_the_seed(weekend_account: Path) -> None:
    demand, requirement = _sized(weekend_account, 7)
    other, different = _sized(weekend_account, 8)
    assert np.array_equal(demand.contacts, other.contacts, equal_nan=True)
    assert requirement != different


def test_the_command_takes_a_seed_and_says_so(tmp_path: Path) -> None:
    folder = write_desk(tmp_path / "desk")
    plans = []
    for seed in ("1", "2"):
        done = CliRunner().invoke(app, ["plan", str(folder), "--out", str(tmp_path / seed), "--seed", seed])
        assert done.exit_code == 0, done.stderr
        plans.append(PlanFiles(tmp_path / seed))
    first, second = plans
    assert (first.summary["seed"], second.summary["seed"]) == (1, 2)
    assert first.summary["input_sha256"] != second.summary["input_sha256"]
    assert (first.folder / "requirement.csv").read_bytes() == (second.folder / "requirement.csv").read_bytes()
    assert (first.folder / "scenarios.npz").read_bytes() != (second.folder / "scenarios.npz").read_bytes()


def _untimed(value: Any) -> Any:
    """The same without what a clock on the wall decides."""
    if isinstance(value, dict):
        return {key: _untimed(item) for key, item in value.items() if key != "seconds"}
    return [_untimed(item) for item in value] if isinstance(value, list) else value
