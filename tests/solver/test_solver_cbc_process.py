"""CBC runs as a process of its own: nothing of it may stay behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from solver.solver_models import market_split

from planner.domain.solve import Status
from planner.solver import SolveOptions, cbc, solve


class After:
    """A stop flag set once `condition` holds."""

    def __init__(self, condition: Any) -> None:
        self.condition = condition

    def is_set(self) -> bool:
        return bool(self.condition())


def alive(pid: int) -> bool:
    """True when a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Put a shell script in CBC's place."""
    binary = folder / "cbc"
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(cbc.pulp, "PULP_CBC_CMD", lambda **_: SimpleNamespace(path=str(binary)))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
def test_stop_ends_the_real_cbc_and_sweeps_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(*args: Any, **more: Any) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = real(*args, **more)
        started.append(process)
        return process

    monkeypatch.setattr(cbc.subprocess, "Popen", popen)
    began = time.perf_counter()
    seen: list[tuple[bool, int]] = []

    def late() -> bool:
        seen.append((alive(started[0].pid), os.getpgid(started[0].pid)))
        return time.perf_counter() - began > 0.4

    model, _ = market_split(slack=True)
    solution = solve(model, SolveOptions(solver="cbc", time_limit_s=60), stop=After(late))
    assert solution.info.status is Status.CANCELLED
    assert seen[0] == (True, started[0].pid), "it leads a group of its own"
    assert seen[0][1] != os.getpgid(0)
    assert started[0].returncode == -signal.SIGKILL
    assert not alive(started[0].pid)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
def test_stop_ends_the_whole_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = tmp_path / "child"
    pretend(monkeypatch, tmp_path, f"sleep 60 &\necho $! > {note}.new; mv {note}.new {note}\nsleep 60")
    model, _ = market_split(slack=True)
    solution = solve(model, SolveOptions(solver="cbc"), stop=After(note.exists))
    assert solution.info.status is Status.CANCELLED
    child = int(note.read_text())
    for _ in range(100):
        if not alive(child):
            break
        time.sleep(0.02)
    assert not alive(child)


def test_an_error_in_the_stop_flag_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = tmp_path / "me"
    pretend(monkeypatch, tmp_path, f"echo $$ > {note}.new; mv {note}.new {note}\nexec sleep 60")

    def broken() -> bool:
        if note.exists():
            raise RuntimeError("interrupted")
        return False

    model, _ = market_split(slack=True)
    with pytest.raises(RuntimeError, match="interrupted"):
        solve(model, SolveOptions(solver="cbc"), stop=After(broken))
    assert not alive(int(note.read_text()))


def test_a_cbc_that_overruns_its_limit_is_ended_and_told_as_out_of_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, "exec sleep 60")
    model, _ = market_split(slack=True)
    solution = solve(model, SolveOptions(solver="cbc", time_limit_s=0.1))
    assert solution.values is None
    assert solution.info.seconds < 10
    assert solution.info.status is Status.TIME_LIMIT


def test_a_cbc_that_dies_is_a_failure_without_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretend(monkeypatch, tmp_path, "exit 139")
    model, _ = market_split(slack=True)
    solution = solve(model, SolveOptions(solver="cbc"))
    assert solution.info.status is Status.FAILED
    assert solution.values is None
    assert solution.info.objective is None
    assert solution.info.bound is None
