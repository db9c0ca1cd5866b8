"""The command line from outside: exit codes, JSON, and that a failure writes nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from long_account import LONG, long_account

ROOT = Path(__file__).resolve().parents[2]
ONE_QUEUE = ROOT / "sample_data" / "one_queue"
PLANNER = [sys.executable, "-m", "planner.cli"]


def planner(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PLANNER, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    result = planner("plan", ONE_QUEUE, "--out", folder / "plan", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "Plan written to" in result.stdout
    return folder / "plan"


def test_plan_writes_a_folder_and_prints_the_summary_of_what_is_in_it(planned: Path) -> None:
    summary = json.loads((planned / "summary.json").read_text())
    assert summary["solves"][0]["status"] in ("optimal", "gap_reached")
    for name in ("report.html", "plan.xlsx", "shifts.csv", "coverage.csv", "sla.csv", "cost.csv"):
        assert (planned / name).stat().st_size > 0


def test_an_existing_folder_is_refused_without_force_and_left_as_it_was(planned: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in planned.iterdir()}
    result = planner("plan", ONE_QUEUE, "--out", planned, cwd=tmp_path)
    assert result.returncode == 2
    assert "--force" in result.stderr
    assert {p.name: p.read_bytes() for p in planned.iterdir()} == before


def test_json_of_a_plan_is_one_document_with_the_folder(tmp_path: Path) -> None:
    result = planner("plan", ONE_QUEUE, "--out", "p", "--json", cwd=tmp_path)
    assert result.returncode == 0
    assert Path(json.loads(result.stdout)["folder"]).name == "p"


def test_validate_accepts_the_sample_and_counts_its_parts(tmp_path: Path) -> None:
    result = planner("validate", ONE_QUEUE, "--json", cwd=tmp_path)
    assert result.returncode == 0
    assert json.loads(result.stdout)["queues"] == 1


def test_bad_input_lists_every_problem_and_exits_2(tmp_path: Path) -> None:
    account = tmp_path / "bad"
    account.mkdir()
    text = (ONE_QUEUE / "account.toml").read_text().replace("level = 0.80", "level = 80").replace("aht_s = 180", "aht_s = 0")
    (account / "account.toml").write_text(text)
    (account / "history.csv").write_bytes((ONE_QUEUE / "history.csv").read_bytes())
    result = planner("plan", account, "--out", "p", cwd=tmp_path)
    assert result.returncode == 2
    assert "level" in result.stderr
    assert "0.8 for 80%" in result.stderr
    assert "aht_s" in result.stderr
    assert not (tmp_path / "p").exists()
    listed = json.loads(planner("validate", account, "--json", cwd=tmp_path).stdout)
    assert listed["error"] == "bad_input"
    assert len(listed["problems"]) >= 2


def test_a_missing_account_is_one_clear_message(tmp_path: Path) -> None:
    result = planner("plan", tmp_path / "nowhere", cwd=tmp_path)
    assert result.returncode == 2
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


def test_new_writes_a_starter_that_plans_as_it_is(tmp_path: Path) -> None:
    assert planner("new", "mine", cwd=tmp_path).returncode == 0
    again = planner("new", "mine", cwd=tmp_path)
    assert again.returncode == 2
    result = planner("plan", "mine", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "mine" / "report.html").exists()
    lawful = planner("check", "out/mine", cwd=tmp_path)
    assert lawful.returncode == 0, lawful.stdout


def test_forecast_totals_are_the_days_added_up(tmp_path: Path) -> None:
    result = planner("forecast", ONE_QUEUE, "--json", cwd=tmp_path)
    assert result.returncode == 0
    queue = json.loads(result.stdout)["queues"][0]
    assert sum(queue["contacts_by_day"].values()) == pytest.approx(queue["contacts"])


def test_quote_prices_the_finished_roster(planned: Path, tmp_path: Path) -> None:
    offer = json.loads(planner("quote", planned, "--json", cwd=tmp_path).stdout)
    assert sum(line["amount"] for line in offer["lines"]) == pytest.approx(offer["total"])
    assert offer["price_per_paid_hour"] == pytest.approx(
        offer["total"] / sum(line["hours"] for line in offer["lines"]), abs=0.005
    )


def test_compare_counts_differences_from_the_base(planned: Path, tmp_path: Path) -> None:
    busy = planner("plan", ONE_QUEUE, "--out", "busy", "--override", _an_override(), cwd=tmp_path)
    assert busy.returncode == 0, busy.stderr
    result = planner("compare", planned, "busy", "--json", cwd=tmp_path)
    rows = {r["metric"]: r for r in json.loads(result.stdout)["rows"]}
    cost = rows["cost"]
    assert cost["differences"][0] == 0
    assert cost["differences"][1] == pytest.approx(cost["values"][1] - cost["values"][0])


def _an_override() -> str:
    import tomllib

    return next(iter(tomllib.loads((ONE_QUEUE / "account.toml").read_text())["overrides"]))


def test_compare_refuses_a_folder_that_is_no_plan(planned: Path, tmp_path: Path) -> None:
    result = planner("compare", planned, tmp_path, cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_interrupting_a_plan_keeps_the_best_so_far_and_says_so(tmp_path: Path) -> None:
    account = long_account(tmp_path / "account")
    process = subprocess.Popen(
        [*PLANNER, "plan", str(account), "--out", "p", "--override", LONG],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stderr is not None
    deadline = time.monotonic() + 240
    for line in process.stderr:  # the first line with a best plan means there is something to keep
        if "best" in line:
            break
        assert time.monotonic() < deadline, "no plan was found in time"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Stopped by you" in out
    summary = json.loads((tmp_path / "p" / "summary.json").read_text())
    assert summary["repeatable"] is False
    assert summary["solves"][0]["status"] == "cancelled"
