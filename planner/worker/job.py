"""The parent's side of one child process."""

from __future__ import annotations

import contextlib
import glob
import json
import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from planner.domain.solve import Progress
from planner.errors import Problem
from planner.worker.child import SCRATCH, SCRATCH_PREFIX
from planner.worker.protocol import Ending, Request, read_progress

GRACE_S = 20.0
"""Seconds a cancelled child has to keep its best plan before it is ended by force."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a job ended. `plan` is the plan folder when `ending` is DONE, else None; `problems` and `reasons` say why there is none.

    `cancelled` marks a plan that a cancel cut short: the best found until then. `repeatable` is the plan's own word (C14).
    """

    ending: Ending
    plan: Path | None = None
    message: str = ""
    problems: tuple[Problem, ...] = ()
    reasons: tuple[str, ...] = ()
    cancelled: bool = False
    repeatable: bool = True
    seconds: float = 0.0


class Job:
    """A child process at work. Made by `start`; safe to ask from any thread."""

    def __init__(
        self, process: subprocess.Popen[bytes], out: Path, scratch: Path, on_end: Callable[[Job], None] | None
    ) -> None:
        self._process = process
        self._out = out
        self._scratch = scratch
        self._on_end = on_end
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._progress: Progress | None = None
        self._outcome: Outcome | None = None
        self._cancelled = False
        self._timer: threading.Timer | None = None
        self._ended = threading.Event()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    @classmethod
    def start(
        cls,
        request: Request,
        *,
        log_file: Path | None = None,
        on_end: Callable[[Job], None] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "planner.worker"),
    ) -> Job:
        """Start a child on `request`; what it logs goes to `log_file` (default: nowhere). `on_end` is called once, from a thread.

        `command` is the child's program; another one must speak the same lines.
        """
        line = request.to_json().encode() + b"\n"
        scratch = Path(tempfile.mkdtemp(prefix=f"{SCRATCH_PREFIX}{os.getpid()}-"))
        sink: IO[bytes] | int = log_file.open("ab") if log_file else subprocess.DEVNULL
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                env={**os.environ, SCRATCH: str(scratch), "PYTHONUNBUFFERED": "1"},
                start_new_session=True,  # so that the child and all it starts can be ended as one group
            )
        except OSError:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        finally:
            if not isinstance(sink, int):
                sink.close()
        job = cls(process, Path(request.out), scratch, on_end)
        job._outbox.put(line)
        for work in (job._read, job._write):
            threading.Thread(target=work, name=f"job-{process.pid}{work.__name__}", daemon=True).start()
        return job

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def seconds(self) -> float:
        """Seconds since the start, or what the job took."""
        return self._outcome.seconds if self._outcome else time.monotonic() - self._began

    @property
    def cancelling(self) -> bool:
        """True from a cancel until the end."""
        return self._cancelled and self._outcome is None

    @property
    def result(self) -> Outcome | None:
        """How it ended; None while it runs."""
        return self._outcome

    def poll(self) -> Progress | None:
        """Return the latest progress; None before the first."""
        return self._progress

    def wait(self, timeout_s: float | None = None) -> Outcome | None:
        """Wait for the end and return it; None when `timeout_s` seconds pass first."""
        self._ended.wait(timeout_s)
        return self._outcome

    def cancel(self, grace_s: float = GRACE_S) -> None:
        """Ask the child to stop and keep its best plan; end it by force when it has not ended `grace_s` seconds later."""
        with self._lock:
            if self._cancelled or self._outcome is not None:
                return
            self._cancelled = True
            self._timer = threading.Timer(grace_s, self.kill)
            self._timer.daemon = True
            self._timer.start()
        self._outbox.put(b'{"cancel": true}\n')

    def kill(self) -> None:
        """End the child and everything it started, at once; what it had found is lost."""
        with self._lock:
            if self._process.returncode is not None:
                return
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _write(self) -> None:
        """Send what is in the outbox, in order, until told that the child is gone; a long request takes a while to be read."""
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError, ValueError):
            while (line := self._outbox.get()) is not None:
                stdin.write(line)
                stdin.flush()
        with contextlib.suppress(OSError):
            stdin.close()

    def _read(self) -> None:
        """Take in every message until the child closes its output, then settle how it ended."""
        assert self._process.stdout is not None
        told: Outcome | None = None
        for line in self._process.stdout:
            try:
                message = json.loads(line)
                if message["kind"] == "progress":
                    self._progress = read_progress(message)
                elif message["kind"] in ("done", "failed"):
                    told = self._outcome_of(message)
            except (ValueError, KeyError, TypeError):
                log.warning("not a message from the worker: %r", line[:200])
        code = self._reap()
        self._finish(told or self._died(code))

    def _reap(self) -> int:
        try:
            code = self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        self._outbox.put(None)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def _finish(self, outcome: Outcome) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)
        if outcome.ending is Ending.KILLED:
            for half in self._out.parent.glob(
                f".{glob.escape(self._out.name)}.*"
            ):  # what a plan is written to before it is moved
                shutil.rmtree(half, ignore_errors=True)
        with self._lock:
            self._outcome = outcome
            if self._timer:
                self._timer.cancel()
        self._ended.set()
        if self._on_end:
            self._on_end(self)

    def _outcome_of(self, message: Mapping[str, Any]) -> Outcome:
        seconds = time.monotonic() - self._began
        if message["kind"] == "done":
            return Outcome(
                ending=Ending.DONE,
                plan=Path(message["plan"]),
                cancelled=bool(message.get("cancelled")),
                repeatable=bool(message.get("repeatable", True)),
                message=str(message.get("why_not_repeatable") or ""),
                seconds=seconds,
            )
        problems = tuple(Problem(p["place"], p["message"], p.get("remedy", "")) for p in message.get("problems", ()))
        return Outcome(
            ending=Ending(message["ending"]),
            message=str(message.get("message", "")),
            problems=problems,
            reasons=tuple(message.get("reasons", ())),
            seconds=seconds,
        )

    def _died(self, code: int) -> Outcome:
        if self._cancelled:
            message = "it did not stop in time and was ended by force; there is no plan"
        elif code < 0:
            message = f"the process was ended by the system ({_signal_name(-code)}), often for want of memory; there is no plan"
        else:
            message = f"the process ended with code {code} and no answer; there is no plan"
        return Outcome(ending=Ending.KILLED, message=message, seconds=time.monotonic() - self._began)


def sweep_abandoned() -> None:
    """Remove the temporary files of jobs whose parent and child were both ended by force: nobody else will."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH_PREFIX}*-*"):
        owner = folder.name.removeprefix(SCRATCH_PREFIX).split("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True  # asking would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
