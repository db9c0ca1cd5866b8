"""The child's side: take a request, plan, write the plan folder, tell how it goes."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.domain.solve import Progress, Status
from planner.errors import CancelledError, DataError, InfeasibleError, PlannerError, Problem
from planner.worker.protocol import REQUEST_BYTES, Ending, Request, parse_request, progress_message

EVERY_S = 0.2
"""Progress within one stage is told at most this often, in seconds."""
SCRATCH = "THIRD_RING_SCRATCH"
"""Environment variable naming the job's own folder for temporary files; whoever ends the job removes it."""

SCRATCH_PREFIX = "third-ring-job-"
"""How such folders are called; none with another name is ever removed."""

log = logging.getLogger(__name__)


def main() -> int:
    """Run one job from standard input; return 0 with a plan, 1 when there is none, 2 for bad input."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    with _own_stdout() as out, _scratch():
        talk = _Talk(out)
        source = _Lines(sys.stdin.fileno())
        try:
            request = parse_request(_first_line(source))
        except DataError as error:
            talk.failed(Ending.DATA, str(error), problems=error.problems)
            return error.exit_code
        stop = threading.Event()
        threading.Thread(target=_listen, args=(source, stop), daemon=True).start()
        return _run(request, stop, talk)


def _run(request: Request, stop: threading.Event, talk: _Talk) -> int:
    began = time.monotonic()
    timer = threading.Timer(request.limit_s, stop.set) if request.limit_s else None
    if timer:
        timer.daemon = True
        timer.start()
    try:
        _limit_memory(request.memory_mb)
        if request.kind == "explain":
            return _explain(request, stop, talk, began)
        if request.kind in ("advise", "share"):
            return _advise(request, stop, talk, began)
        finished = _replanned(request, stop, talk) if request.kind == "replan" else _planned(request, stop, talk)
        from planner.report import export

        talk.progress(Progress(stage="export", seconds=time.monotonic() - began))
        folder = export(finished, Path(request.out))
    except DataError as error:
        talk.failed(Ending.DATA, str(error), problems=error.problems)
        return error.exit_code
    except InfeasibleError as error:
        talk.failed(Ending.INFEASIBLE, str(error), reasons=error.reasons)
        return error.exit_code
    except CancelledError as error:
        talk.failed(Ending.CANCELLED, str(error) or "stopped before there was a plan to keep")
        return error.exit_code
    except PlannerError as error:
        talk.failed(Ending.ERROR, str(error))
        return error.exit_code
    except MemoryError:
        log.exception("out of memory")
        limit = f" than the {request.memory_mb} MB allowed" if request.memory_mb else ""
        talk.failed(Ending.ERROR, f"the plan needs more memory{limit}; plan fewer days or longer intervals")
        return 1
    except Exception as error:
        log.exception("the job failed")
        talk.failed(Ending.ERROR, f"this is a fault of the program: {type(error).__name__}: {error}")
        return 1
    finally:
        if timer:
            timer.cancel()
    made = finished.provenance
    talk.say(
        {
            "kind": "done",
            "plan": str(folder),
            "cancelled": any(s.status is Status.CANCELLED for s in finished.solves),
            "repeatable": made.repeatable,
            "why_not_repeatable": made.why_not_repeatable,
            "seconds": time.monotonic() - began,
        }
    )
    return 0


def _planned(request: Request, stop: threading.Event, talk: _Talk) -> Plan:
    from planner.pipeline import plan

    talk.progress(Progress(stage="account"))
    return plan(_account(request), report=talk.progress, stop=stop)


def _replanned(request: Request, stop: threading.Event, talk: _Talk) -> Plan:
    from planner.io import load_changes, load_plan
    from planner.replan import replan

    talk.progress(Progress(stage="load"))
    before = load_plan(Path(request.plan))
    return replan(before, load_changes(Path(request.file), before), report=talk.progress, stop=stop)


def _explain(request: Request, stop: threading.Event, talk: _Talk, began: float) -> int:
    from planner.domain.codec import encode
    from planner.explanation import explain
    from planner.io import load_plan
    from planner.report.why import keep_why

    talk.progress(Progress(stage="load"))
    plan = load_plan(Path(request.plan))
    found = explain(plan, **request.question, report=talk.progress, stop=stop)
    Path(request.out).write_text(json.dumps(encode(found), allow_nan=False), encoding="utf-8")
    if found.overview is not None and not stop.is_set():
        keep_why(plan, found, request.plan)
    talk.say({"kind": "done", "plan": request.out, "cancelled": found.stopped, "seconds": time.monotonic() - began})
    return 0


def _advise(request: Request, stop: threading.Event, talk: _Talk, began: float) -> int:
    from planner.domain.codec import encode
    from planner.io import load_plan
    from planner.offers import shared_desk
    from planner.pooling import advise

    talk.progress(Progress(stage="load" if request.kind == "advise" else "account"))
    if request.kind == "advise":
        found: Any = advise(load_plan(Path(request.plan)), **request.question, report=talk.progress, stop=stop)
    else:
        found = shared_desk(_account(request), report=talk.progress, stop=stop)
    Path(request.out).write_text(json.dumps(encode(found), allow_nan=False), encoding="utf-8")
    talk.say({"kind": "done", "plan": request.out, "cancelled": stop.is_set(), "seconds": time.monotonic() - began})
    return 0


def _account(request: Request) -> Account:
    from planner.io import load_account, override

    if isinstance(request.account, str):
        account = load_account(Path(request.account), request.override or None)
    else:
        account = _account_of(request.account, Path(request.tables))
        account = override(account, request.override) if request.override else account
    return override(account, request.changes) if request.changes else account


def _account_of(settings: Mapping[str, Any], folder: Path) -> Account:
    """Return the account of `settings` with the tables in `folder`; raise DataError with the problems of both."""
    from planner.io import account_from
    from planner.io.draft import read_settings
    from planner.io.tables.find import read_tables

    draft, _ = read_settings(settings)
    tables, problems = read_tables(folder, draft)
    try:
        account = account_from(settings, tables, str(folder))
    except DataError as error:
        raise DataError([*error.problems, *problems]) from error
    if problems:
        raise DataError(problems)
    return account


class _Talk:
    """Says things to the parent, one line at a time, from whichever thread has something to say."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._stage = ""
        self._next = 0.0

    def say(self, message: Mapping[str, Any]) -> None:
        line = json.dumps(message, allow_nan=False)
        with self._lock:
            try:
                self._out.write(line + "\n")
                self._out.flush()
            except (BrokenPipeError, ValueError):
                _end_with_parent()

    def progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage == self._stage and now < self._next:
            return
        self._stage, self._next = progress.stage, now + EVERY_S
        self.say(progress_message(progress))

    def failed(
        self, ending: Ending, message: str, *, problems: tuple[Problem, ...] = (), reasons: tuple[str, ...] = ()
    ) -> None:
        listed = [{"place": p.place, "message": p.message, "remedy": p.remedy} for p in problems]
        self.say({"kind": "failed", "ending": ending, "message": message, "problems": listed, "reasons": list(reasons)})


class _Lines:
    """Lines of a file descriptor. A thread may wait here while the interpreter ends, which a buffered stdin does not survive."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._rest = bytearray()

    def next(self, limit: int) -> bytes:
        """Return the next line, at most `limit` bytes and one; empty at the end of the input."""
        looked = 0
        while (at := self._rest.find(b"\n", looked)) < 0 and len(self._rest) <= limit:
            looked = len(self._rest)
            piece = os.read(self._fd, 65_536)
            if not piece:
                break
            self._rest += piece
        end = at + 1 if at >= 0 else len(self._rest)
        line = bytes(self._rest[:end])
        del self._rest[:end]
        return line


def _first_line(source: _Lines) -> bytes:
    line = source.next(REQUEST_BYTES)
    if len(line) > REQUEST_BYTES:
        raise DataError(Problem("request", f"is longer than {REQUEST_BYTES // 2**20} MB", "keep big numbers in the tables"))
    if not line:
        raise DataError(Problem("request", "is missing", "send one line of JSON"))
    return line


def _listen(source: _Lines, stop: threading.Event) -> None:
    """Set `stop` when told to; end with the parent when it closes the pipe."""
    while line := source.next(4096):
        with contextlib.suppress(ValueError, AttributeError):
            if json.loads(line).get("cancel") is True:
                log.info("told to stop")
                stop.set()
    _end_with_parent()


def _end_with_parent() -> None:
    """End at once, with everything this process started: nobody is left to hand a plan to."""
    _sweep()
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


@contextlib.contextmanager
def _own_stdout() -> Iterator[TextIO]:
    """Keep standard output for messages alone: what solvers print there goes to standard error."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    try:
        yield out
    finally:
        with contextlib.suppress(OSError, ValueError):
            out.close()


@contextlib.contextmanager
def _scratch() -> Iterator[None]:
    """Put every temporary file of this process where it can be swept."""
    given = os.environ.get(SCRATCH)
    folder = given or tempfile.mkdtemp(prefix=SCRATCH_PREFIX)
    os.environ[SCRATCH] = os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = folder
    tempfile.tempdir = folder
    try:
        yield
    finally:
        _sweep()


def _sweep() -> None:
    folder = os.environ.get(SCRATCH, "")
    if Path(folder).name.startswith(SCRATCH_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _limit_memory(memory_mb: int | None) -> None:
    if not memory_mb or not sys.platform.startswith("linux"):
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = memory_mb * 2**20
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
