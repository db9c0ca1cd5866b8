"""Run a command as a user would and account for it: wall and CPU seconds, peak memory, and when each line was printed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One finished run. CPU counts the command and all its waited-for children; memory is the largest single process in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    code: int
    lines: tuple[tuple[float, str], ...]

    def when(self, text: str) -> float | None:
        """Return the second at which a line containing `text` was first printed."""
        return next((at for at, line in self.lines if text in line), None)


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 900,
    accept: Sequence[int] = (0,),
) -> Run:
    """Run `command` and measure it; raises RuntimeError with its output when it ends with a code not in `accept`."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append((time.monotonic() - start, line.rstrip()))
        if lines[-1][0] > timeout_s:
            process.kill()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    result = Run(
        wall_s=time.monotonic() - start,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
        code=process.returncode,
        lines=tuple(lines),
    )
    if result.code not in accept:
        raise RuntimeError(f"{' '.join(command)} ended with {result.code}:\n" + "\n".join(text for _, text in lines[-40:]))
    return result


def machine() -> str:
    """Name the machine by what matters for the figures."""
    return f"{os.cpu_count()} cores"


@dataclass(frozen=True)
class Row:
    """One measured figure beside its goal; `met` is None where no goal is stated."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def at_most(what: str, value: float, unit: str, goal: float, *, digits: int = 1) -> Row:
    """Return a row for a figure that should not exceed `goal`."""
    return Row(what, f"{value:.{digits}f} {unit}", f"≤ {goal:g} {unit}", value <= goal)


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Print a table of rows to standard output."""
    print(f"\n{title} ({machine()})")
    width = max(len(r.what) for r in rows)
    figure = max(len(r.figure) for r in rows)
    for r in rows:
        verdict = "" if r.met is None else "met" if r.met else "MISSED"
        print(f"  {r.what.ljust(width)}  {r.figure.rjust(figure)}  {r.goal:>12}  {verdict}".rstrip())
