"""The browser that tests marked `browser` drive: the system's Chromium, and the app on a port of its own; and who runs which tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("THIRD_RING_REQUIRE_BROWSER") == "1"

# The same examples on every run, so that a green suite is a fact about the code; `make test-random` draws new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests among several processes (``pytest -n``) in units that stay together."""
    from work_units import Units

    return Units(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests, with a reason that is printed, where there is no Chromium; where one is required they fail instead."""
    if CHROMIUM or REQUIRED:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="NOT TESTED IN A BROWSER: no chromium here; install it or set CHROMIUM"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium without what it would fetch by itself."""
    if not CHROMIUM:
        pytest.fail(
            "a browser is required here (THIRD_RING_REQUIRE_BROWSER=1) and there is no chromium; install it or set CHROMIUM"
        )
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", *quiet],
    }


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses are given in full; this one stands in for a plugin's own, whose form pytest has deprecated."""


@pytest.fixture(scope="session")
def serve_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """A function that starts the app with the environment given and returns its address; all are ended with the session."""
    with _servers(tmp_path_factory.mktemp("servers")) as start:
        yield start


@contextmanager
def _servers(folder: Path) -> Iterator[Callable[..., str]]:
    running: list[subprocess.Popen[bytes]] = []

    def start(script: str = "app.py", **environment: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = folder / f"{len(running)}.log"
        command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environment}, stdout=sink, stderr=subprocess.STDOUT
            )
        running.append(process)
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return address
            except OSError:
                pass
            if process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')}")

    try:
        yield start
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
