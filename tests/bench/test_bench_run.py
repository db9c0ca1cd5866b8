"""Several benchmarks, each in a process of its own: one that fails, or is killed, is no success of the others."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def run() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "run.py"
    spec = importlib.util.spec_from_file_location("benchmarks_run", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("codes", "wanted"), [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((-9, 0), 1)])
def test_all_are_run_and_any_that_fails_is_told(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, codes: tuple[int, int], wanted: int
) -> None:
    asked: list[str] = []

    def ended(command: list[str]) -> subprocess.CompletedProcess[str]:
        asked.append(command[-1])
        return subprocess.CompletedProcess(command, codes[len(asked) - 1])

    monkeypatch.setattr(run.subprocess, "run", ended)
    assert run.main(["queueing.chat", "start_up"]) == wanted
    assert asked == ["queueing.chat", "start_up"]


def test_an_unknown_benchmark_is_refused(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["queueing.chat", "nonsense"]) == 2
    assert "unknown benchmark nonsense; known: start_up" in capsys.readouterr().err
