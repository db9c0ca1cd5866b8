"""All jobs of one server: a few at a time, the rest in line."""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from planner.domain.solve import Progress
from planner.errors import PlannerError
from planner.worker.job import GRACE_S, Job, Outcome, sweep_abandoned
from planner.worker.protocol import Ending, Request

WAITING = 20
"""Jobs that may wait in line; more are refused."""
REMEMBERED = 200
"""Ended jobs remembered; older ones are forgotten (their plans stay on disk)."""

log = logging.getLogger(__name__)


class QueueFullError(PlannerError):
    """Too many jobs wait already."""


@dataclass(frozen=True, kw_only=True)
class JobView:
    """A job at one moment: its place in line (0: not waiting), latest progress, seconds at work, and how it ended (None: not yet)."""

    id: str
    place: int
    progress: Progress | None
    seconds: float
    cancelling: bool
    outcome: Outcome | None


@dataclass
class _Entry:
    request: Request
    log_file: Path | None
    job: Job | None = None
    outcome: Outcome | None = None


class JobQueue:
    """Runs at most `slots` jobs at once, first come first served; `slots` defaults to the cores this process may use."""

    def __init__(self, slots: int | None = None, *, start: Callable[..., Job] = Job.start) -> None:
        sweep_abandoned()
        self.slots = slots or usable_cores()
        self._start = start
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.RLock()

    def submit(self, id: str, request: Request, *, log_file: Path | None = None) -> None:
        """Put a job called `id` in line; raises QueueFullError when too many wait, ValueError when `id` is taken."""
        with self._lock:
            if id in self._entries:
                raise ValueError(f"there is a job {id} already")
            if len(self._waiting()) >= WAITING:
                raise QueueFullError(f"{WAITING} plans wait already; try again when some are done")
            self._entries[id] = _Entry(request, log_file)
            self._forget()
        self._advance()

    def view(self, id: str) -> JobView | None:
        """Return how the job called `id` stands; None when there is no such job."""
        with self._lock:
            entry = self._entries.get(id)
            if entry is None:
                return None
            waiting = self._waiting()
            return JobView(
                id=id,
                place=waiting.index(id) + 1 if id in waiting else 0,
                progress=entry.job.poll() if entry.job else None,
                seconds=entry.job.seconds if entry.job else 0.0,
                cancelling=entry.job.cancelling if entry.job else False,
                outcome=entry.outcome,
            )

    def cancel(self, id: str, *, grace_s: float = GRACE_S) -> None:
        """Stop a running job, keeping its best plan; take a waiting one out of the line. No effect on an unknown or ended one."""
        with self._lock:
            entry = self._entries.get(id)
            if entry is None or entry.outcome is not None:
                return
            if entry.job is None:
                entry.outcome = Outcome(ending=Ending.CANCELLED, message="taken out of the line before it started")
                return
        entry.job.cancel(grace_s)

    def running(self) -> tuple[str, ...]:
        """Return the ids of the jobs at work."""
        with self._lock:
            return tuple(id for id, e in self._entries.items() if e.job and e.outcome is None)

    def close(self) -> None:
        """End every job at once and take everything out of the line."""
        with self._lock:
            jobs = [e.job for e in self._entries.values() if e.job and e.outcome is None]
            for id in self._waiting():
                self.cancel(id)
        for job in jobs:
            job.kill()

    def _waiting(self) -> list[str]:
        return [id for id, e in self._entries.items() if e.job is None and e.outcome is None]

    def _advance(self) -> None:
        with self._lock:
            for id in self._waiting()[: max(0, self.slots - len(self.running()))]:
                entry = self._entries[id]
                try:
                    entry.job = self._start(
                        entry.request, log_file=entry.log_file, on_end=lambda job, id=id: self._ended(id, job)
                    )
                except (OSError, ValueError) as error:
                    log.exception("the worker could not be started")
                    entry.outcome = Outcome(ending=Ending.ERROR, message=f"the worker could not be started: {error}")

    def _ended(self, id: str, job: Job) -> None:
        with self._lock:
            if id in self._entries:
                self._entries[id].outcome = job.result
        self._advance()

    def _forget(self) -> None:
        ended = [id for id, e in self._entries.items() if e.outcome is not None]
        for id in ended[: max(0, len(ended) - REMEMBERED)]:
            del self._entries[id]


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
