"""Plans to look at, made once by the real pipeline, and the app as Streamlit's own test driver runs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from planner import export, load_account, override, plan

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_data"


@pytest.fixture(scope="session")
def one_queue_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two plans of the one-queue sample: `base`, and `dearer` with a higher wage and a longer handling time."""
    folder = tmp_path_factory.mktemp("plans")
    account = load_account(SAMPLES / "one_queue")
    changes = {"sites": [{"id": "leeds", "wage_per_h": "12.50"}], "queues": [{"id": "calls", "aht_s": 240}]}
    for name, each in (("base", account), ("dearer", override(account, changes))):
        export(plan(each), folder / name)
        stamp = 1_800_000_000 + 100 * len(name)  # the second is the newer one
        os.utime(folder / name / "summary.json", (stamp, stamp))
    return folder


@pytest.fixture
def no_plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of plans, in force."""
    monkeypatch.setenv("THIRD_RING_PLANS", str(tmp_path / "plans"))
    monkeypatch.setenv("THIRD_RING_ACCOUNTS", str(SAMPLES))
    return tmp_path / "plans"


@pytest.fixture
def plans(one_queue_plans: Path, no_plans: Path) -> Path:
    """Both plans in a folder of the test's own, in force."""
    shutil.copytree(one_queue_plans, no_plans, copy_function=shutil.copy2)
    return no_plans


@pytest.fixture
def open_page(no_plans: Path) -> Callable[..., AppTest]:
    """A function that opens a page of the app with the address and session given."""

    def open(name: str, query: dict[str, str] | None = None, **state: Any) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in (query or {}).items():
            app.query_params[key] = value
        for key, value in state.items():
            app.session_state[key] = value
        if name != "account":
            app._page_hash = calc_hash(name)  # the driver can only be told a page's file, and these pages are functions
        return app.run()

    return open
