"""Progress on the console, and the first Ctrl-C as "stop and keep the best plan so far"."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from planner.domain.solve import Progress, Report, no_report

STAGES = {
    "load": "reading the account",
    "forecast": "forecasting contacts",
    "requirement": "sizing queues",
    "shifts": "solving shifts",
    "shared people": "simulating shared people",
    "roster": "drawing up tours",
    "evaluation": "evaluating the roster",
    "simulation": "simulating the roster",
    "replan": "re-planning the roster",
    "export": "writing the plan",
}


@contextmanager
def console_progress(*, quiet: bool) -> Iterator[Report]:
    """Yield a callback that shows the stage, the solver's best, bound and gap, and elapsed seconds on standard error."""
    if quiet:
        yield no_report
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        with _lines(console) as report:
            yield report
        return
    with Bar(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda progress: bar.update(task, description=describe(progress))


@contextmanager
def _lines(console: Any) -> Iterator[Report]:
    stage, at = "", 0.0

    def report(progress: Progress) -> None:
        nonlocal stage, at
        now = time.monotonic()
        if progress.stage != stage or (progress.best is not None and now - at > 10):
            console.print("  " + describe(progress), markup=False, highlight=False)
            stage, at = progress.stage, now

    yield report


def describe(progress: Progress) -> str:
    """Return one line: the stage in words and, while solving, best, bound and gap."""
    text = STAGES.get(progress.stage, progress.stage)
    if progress.best is not None and progress.bound is not None and progress.best > 0:
        gap = max(0.0, (progress.best - progress.bound) / progress.best)
        return f"{text}: best {progress.best:,.0f}, bound {progress.bound:,.0f}, gap {gap:.1%}"
    if progress.best is not None:
        return f"{text}: best {progress.best:,.0f}, no bound yet"
    if progress.share is not None:
        return f"{text}: {progress.share:.0%}"
    return text


@contextmanager
def stop_on_interrupt(keeping: str = "the best plan found so far") -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C sets, which says that it is `keeping` something; a second one ends the program at once."""
    stop = threading.Event()

    def first(signum: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        sys.stderr.write(f"\nstopping: keeping {keeping} (press Ctrl-C again to leave at once)\n")

    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, first)
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
