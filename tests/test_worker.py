"""The worker: one job in a process of its own, told in lines of JSON, stopped gently or by force, never left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from long_account import LONG, ONE_QUEUE, long_account

from planner.domain.solve import Progress, Status
from planner.errors import DataError
from planner.worker import Ending, Job, JobQueue, QueueFullError, Request
from planner.worker.child import SCRATCH
from planner.worker.protocol import parse_request, progress_message, read_progress

ROOT = Path(__file__).resolve().parents[1]
posix_only = pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")


def until(condition: Callable[[], bool], timeout_s: float = 20.0) -> bool:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def stub(body: str) -> list[str]:
    """A child that speaks the same lines and does what the test needs."""
    head = """
        import json, os, sys, time
        request = json.loads(sys.stdin.readline())
        def say(**message): print(json.dumps(message), flush=True)
    """
    return [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(body)]


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    return Request(account=str(ONE_QUEUE), out=str(tmp_path / "plan"))


@pytest.fixture
def jobs() -> Iterator[list[Job]]:
    """Jobs to be ended whatever the test does."""
    started: list[Job] = []
    yield started
    for job in started:
        job.kill()


# ---- the real child


def test_a_job_tells_its_stages_and_writes_a_plan_that_can_be_loaded(
    request_: Request, jobs: list[Job], tmp_path: Path
) -> None:
    from planner.io import load_plan

    job = Job.start(request_, log_file=tmp_path / "log")
    jobs.append(job)
    stages: list[str] = []
    while job.result is None:
        progress = job.poll()
        if progress and progress.stage not in stages:
            stages.append(progress.stage)
        time.sleep(0.005)
        assert job.seconds < 120
    assert job.result.ending is Ending.DONE, (job.result, (tmp_path / "log").read_text())
    assert job.result.plan == tmp_path / "plan"
    assert not job.result.cancelled
    assert job.result.repeatable
    plan = load_plan(tmp_path / "plan")
    assert plan.account.name == "One queue"
    assert len(stages) >= 2
    assert "export" in (job.poll() or Progress(stage="")).stage
    assert not job._scratch.exists()


def test_settings_with_a_folder_of_tables_and_changes_are_planned_as_the_account_they_make(
    tmp_path: Path, jobs: list[Job]
) -> None:
    from planner.domain.codec import input_hash
    from planner.io import load_account, override

    account = load_account(ONE_QUEUE)
    changes = {"run": {"seed": 99}, "sites": [{"id": "leeds", "wage_per_h": "11.25"}]}
    request = Request(account=dict(account.source), tables=str(ONE_QUEUE), out=str(tmp_path / "plan"), changes=changes)
    job = Job.start(request, log_file=tmp_path / "log")
    jobs.append(job)
    outcome = job.wait(120)
    assert outcome is not None
    assert outcome.ending is Ending.DONE, (outcome, (tmp_path / "log").read_text())
    inputs = json.loads((tmp_path / "plan" / "inputs.json").read_text())
    assert inputs["settings"]["seed"] == 99
    assert inputs["sites"][0]["wage_per_h"] == "11.25"
    made_from = json.loads((tmp_path / "plan" / "summary.json").read_text())["input_sha256"]
    assert made_from == input_hash(override(account, changes))


def test_a_bad_account_is_told_with_every_problem_and_nothing_is_written(tmp_path: Path, jobs: list[Job]) -> None:
    from planner.io import account_problems

    folder = tmp_path / "bad"
    shutil.copytree(ONE_QUEUE, folder)
    text = (folder / "account.toml").read_text()
    (folder / "account.toml").write_text(text.replace("level = 0.80", "level = 80").replace("aht_s = 180", "aht_s = 0"))
    expected = account_problems(folder)
    assert len(expected) >= 2
    job = Job.start(Request(account=str(folder), out=str(tmp_path / "plan")))
    jobs.append(job)
    outcome = job.wait(60)
    assert outcome is not None
    assert outcome.ending is Ending.DATA
    assert outcome.problems == expected
    assert outcome.plan is None
    assert not (tmp_path / "plan").exists()


@posix_only
def test_the_child_ends_when_its_parent_dies_and_leaves_no_temporary_files(tmp_path: Path) -> None:
    script = f"""
        import sys, time
        from pathlib import Path
        from planner.worker import Job, Request
        job = Job.start(Request(account={str(ONE_QUEUE)!r}, out={str(tmp_path / "plan")!r}))
        while job.poll() is None: time.sleep(0.01)
        print(job.pid, job._scratch, flush=True)
        time.sleep(600)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid_text, scratch = parent.stdout.readline().split(" ", 1)
    pid = int(pid_text)
    assert alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert until(lambda: not alive(pid)), "the child went on without its parent"
    assert until(lambda: not Path(scratch.strip()).exists())


def test_a_cancel_keeps_the_best_plan_so_far(tmp_path: Path, jobs: list[Job]) -> None:
    from planner.io import load_plan

    job = Job.start(long_request(tmp_path), log_file=tmp_path / "log")
    jobs.append(job)
    assert until(lambda: job.result is not None or (job.poll() is not None and job.poll().best is not None), 60)  # type: ignore[union-attr]
    assert job.result is None, "it ended before it could be cancelled"
    job.cancel(grace_s=60)
    assert job.cancelling
    outcome = job.wait(60)
    assert outcome is not None
    assert outcome.ending is Ending.DONE, (outcome, (tmp_path / "log").read_text())
    assert outcome.cancelled
    assert not outcome.repeatable
    plan = load_plan(tmp_path / "plan")
    assert any(s.status is Status.CANCELLED for s in plan.solves)
    assert plan.shifts.shifts


def test_a_job_stops_by_itself_after_the_time_allowed(tmp_path: Path, jobs: list[Job]) -> None:
    job = Job.start(long_request(tmp_path, limit_s=0.5))
    jobs.append(job)
    outcome = job.wait(60)
    assert outcome is not None
    assert (outcome.ending is Ending.DONE and outcome.cancelled) or outcome.ending is Ending.CANCELLED


def long_request(tmp_path: Path, **more: Any) -> Request:
    return Request(account=str(long_account(tmp_path / "account")), override=LONG, out=str(tmp_path / "plan"), **more)


# ---- the lines spoken


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"garbage\n", "not a line of JSON"),
        (b"[1, 2]\n", "must be a JSON object"),
        (b"", "is missing"),
        (b'{"account": 7, "outt": "x"}\n', "account"),
        (b'{"account": "a", "out": "b", "limit_s": -1}\n', "above zero"),
        (b'{"account": {"account": {}}, "out": "b"}\n', "tables"),
    ],
)
def test_garbage_on_the_line_ends_with_code_2_and_says_what_is_wrong(line: bytes, said: str) -> None:
    result = subprocess.run([sys.executable, "-m", "planner.worker"], cwd=ROOT, input=line, capture_output=True, timeout=60)
    assert result.returncode == 2, result.stderr
    (answer,) = result.stdout.splitlines()
    message = json.loads(answer)
    assert message["kind"] == "failed"
    assert message["ending"] == "data"
    assert any(said in f"{p['place']} {p['message']}" for p in message["problems"])


def test_every_problem_of_a_request_is_named() -> None:
    with pytest.raises(DataError) as caught:
        parse_request('{"acount": "x", "out": 3, "changes": [], "memory_mb": true}')
    places = [p.place for p in caught.value.problems]
    assert places == ["request: acount", "request: out", "request: changes", "request: memory_mb", "request: account"]


plain_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    changes=st.dictionaries(st.text(max_size=8), plain_data, max_size=4), name=st.text(alphabet="abc é漢'\"\\\n", max_size=12)
)
def test_a_request_reads_back_as_it_was_written(changes: dict[str, Any], name: str) -> None:
    request = Request(account="folder" + name, out="plan" + name, override=name, changes=changes, limit_s=3.5, memory_mb=512)
    line = request.to_json()
    assert "\n" not in line
    assert parse_request(line) == request


def test_a_request_carries_dates_as_text_and_refuses_what_is_not_data() -> None:
    line = Request(account={"horizon": {"start": date(2026, 11, 9)}}, tables="t", out="o").to_json()
    assert json.loads(line)["account"]["horizon"]["start"] == "2026-11-09"
    for value in (print, object(), float("nan")):
        with pytest.raises((TypeError, ValueError)):
            Request(account="a", out="o", changes={"x": value}).to_json()


def test_progress_without_figures_is_null_on_the_line_and_none_again_after() -> None:
    message = progress_message(Progress(stage="shifts", best=float("inf"), bound=float("nan"), seconds=2.0))
    assert json.loads(json.dumps(message, allow_nan=False)) == message
    assert (message["best"], message["bound"], message["gap"]) == (None, None, None)
    assert read_progress(message) == Progress(stage="shifts", seconds=2.0)


def test_gap_on_the_line_is_that_of_the_solver() -> None:
    assert progress_message(Progress(stage="shifts", best=100.0, bound=95.0))["gap"] == pytest.approx(0.05)


def test_what_libraries_print_does_not_mix_with_the_messages() -> None:
    code = """
        import os
        from planner.worker.child import _own_stdout
        with _own_stdout() as out:
            print("noise"); os.system("echo more noise"); os.write(1, b"raw noise\\n")
            out.write("message\\n")
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.stdout == "message\n"
    assert "raw noise" in result.stderr


def test_only_its_own_kind_of_folder_is_ever_swept(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    environment = {**os.environ, SCRATCH: str(precious)}
    result = subprocess.run(
        [sys.executable, "-m", "planner.worker"], cwd=ROOT, input=b"{}\n", capture_output=True, timeout=60, env=environment
    )
    assert result.returncode == 2
    assert precious.is_dir()


# ---- the parent's side, with children that misbehave


@posix_only
def test_a_child_deaf_to_cancel_is_ended_by_force_with_all_it_started(
    request_: Request, jobs: list[Job], tmp_path: Path
) -> None:
    body = f"""
        import subprocess
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=subprocess.DEVNULL)
        open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
        say(kind="progress", stage="shifts", best=5, bound=4, seconds=1)
        time.sleep(600)
    """
    half = tmp_path / ".plan.abcd.part"
    half.mkdir()
    job = Job.start(request_, command=stub(body))
    jobs.append(job)
    assert until(lambda: job.poll() is not None)
    grandchild = int((tmp_path / "pid").read_text())
    assert alive(grandchild)
    began = time.monotonic()
    job.cancel(grace_s=0.3)
    job.cancel(grace_s=600)  # a second cancel changes nothing
    outcome = job.wait(20)
    assert outcome is not None
    assert 0.25 < time.monotonic() - began < 15
    assert outcome.ending is Ending.KILLED
    assert "by force" in outcome.message
    assert until(lambda: not alive(grandchild))
    assert not alive(job.pid)
    assert not job._scratch.exists()
    assert not half.exists(), "half a plan was left behind"


@posix_only
def test_temporary_files_of_those_who_are_gone_are_swept_and_of_the_living_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine, theirs, other = (
        tmp_path / n for n in (f"third-ring-job-{os.getpid()}-a", f"third-ring-job-{gone.pid}-b", "third-ring-job-x-c")
    )
    for folder in (mine, theirs, other):
        folder.mkdir()
    JobQueue(1)
    assert (mine.exists(), theirs.exists(), other.exists()) == (True, False, True)


@posix_only
def test_a_child_ended_by_the_system_is_told_as_such(request_: Request, jobs: list[Job]) -> None:
    job = Job.start(request_, command=stub("os.kill(os.getpid(), 9)"))
    jobs.append(job)
    outcome = job.wait(20)
    assert outcome is not None
    assert outcome.ending is Ending.KILLED
    assert signal.SIGKILL.name in outcome.message


def test_a_child_that_ends_without_a_word_is_no_success(request_: Request, jobs: list[Job]) -> None:
    job = Job.start(request_, command=stub("sys.exit(0)"))
    jobs.append(job)
    outcome = job.wait(20)
    assert outcome is not None
    assert outcome.ending is Ending.KILLED
    assert "no answer" in outcome.message


def test_lines_that_are_no_messages_are_passed_over(request_: Request, jobs: list[Job]) -> None:
    body = """
        print("Running HiGHS 1.14"); print("[1]"); print("{}"); sys.stdout.buffer.write(b"\\xff\\xfe\\n"); sys.stdout.flush()
        say(kind="progress", stage="shifts", best=None, bound=2.0, seconds=0.5)
        say(kind="failed", ending="infeasible", message="no", problems=[], reasons=["too few seats", "two"])
    """
    job = Job.start(request_, command=stub(body))
    jobs.append(job)
    outcome = job.wait(20)
    assert outcome is not None
    assert outcome.ending is Ending.INFEASIBLE
    assert outcome.reasons == ("too few seats", "two")
    assert job.poll() == Progress(stage="shifts", bound=2.0, seconds=0.5)


def test_a_message_of_an_unknown_ending_does_not_leave_the_job_hanging(request_: Request, jobs: list[Job]) -> None:
    job = Job.start(request_, command=stub('say(kind="failed", ending="exploded"); say(kind="done")'))
    jobs.append(job)
    outcome = job.wait(20)
    assert outcome is not None
    assert outcome.ending is Ending.KILLED


def test_a_long_request_does_not_hold_up_the_one_who_starts_it(tmp_path: Path, jobs: list[Job]) -> None:
    big = Request(account=str(ONE_QUEUE), out=str(tmp_path / "o"), changes={"notes": "x" * 5_000_000})
    began = time.monotonic()
    job = Job.start(big, command=[sys.executable, "-c", "import time; time.sleep(600)"])
    jobs.append(job)
    assert time.monotonic() - began < 3
    job.kill()
    assert job.wait(10) is not None


# ---- the line of jobs


class FakeJob:
    """A job that ends when told to."""

    def __init__(self, request: Request, on_end: Callable[[Any], None]) -> None:
        self.request, self._on_end, self.result, self.seconds, self.cancelling = request, on_end, None, 1.0, False

    def poll(self) -> Progress:
        return Progress(stage="shifts")

    def cancel(self, grace_s: float) -> None:
        self.cancelling = True

    def kill(self) -> None:
        self.end(Ending.KILLED)

    def end(self, ending: Ending = Ending.DONE) -> None:
        from planner.worker import Outcome

        self.result = Outcome(ending=ending)  # type: ignore[assignment]
        self._on_end(self)


@pytest.fixture
def started() -> list[FakeJob]:
    return []


@pytest.fixture
def line(started: list[FakeJob]) -> JobQueue:
    def start(request: Request, *, log_file: Path | None, on_end: Callable[[Any], None]) -> Any:
        started.append(FakeJob(request, on_end))
        return started[-1]

    return JobQueue(2, start=start)


def place(line: JobQueue, id: str) -> int:
    view = line.view(id)
    assert view is not None
    return view.place


def test_no_more_jobs_run_at_once_than_there_are_slots_and_the_rest_stand_in_line(
    line: JobQueue, started: list[FakeJob]
) -> None:
    for id in "abcd":
        line.submit(id, Request(account=id, out=id))
    assert line.running() == ("a", "b")
    assert [place(line, id) for id in "abcd"] == [0, 0, 1, 2]
    started[1].end()
    assert line.running() == ("a", "c")
    assert place(line, "d") == 1
    ended = line.view("b")
    assert ended is not None
    assert ended.outcome is not None
    assert ended.outcome.ending is Ending.DONE


def test_a_waiting_job_taken_out_of_the_line_never_starts(line: JobQueue, started: list[FakeJob]) -> None:
    for id in "abcd":
        line.submit(id, Request(account=id, out=id))
    line.cancel("c")
    for job in list(started):
        job.end()
    assert [j.request.out for j in started] == ["a", "b", "d"]
    view = line.view("c")
    assert view is not None
    assert view.outcome is not None
    assert view.outcome.ending is Ending.CANCELLED


def test_a_running_job_is_asked_to_stop(line: JobQueue, started: list[FakeJob]) -> None:
    line.submit("a", Request(account="a", out="a"))
    line.cancel("a")
    line.cancel("nobody")
    assert started[0].cancelling


def test_a_full_line_refuses_and_a_taken_id_is_refused(line: JobQueue) -> None:
    for n in range(22):
        line.submit(f"job{n}", Request(account="a", out="a"))
    with pytest.raises(QueueFullError, match="wait already"):
        line.submit("one more", Request(account="a", out="a"))
    with pytest.raises(ValueError, match="already"):
        line.submit("job3", Request(account="a", out="a"))
    assert line.view("one more") is None


def test_a_worker_that_cannot_be_started_is_told_and_does_not_block_the_line() -> None:
    def start(request: Request, **_: Any) -> Any:
        raise OSError("no such program")

    line = JobQueue(1, start=start)
    for id in "ab":
        line.submit(id, Request(account=id, out=id))
    for id in "ab":
        view = line.view(id)
        assert view is not None
        assert view.outcome is not None
        assert view.outcome.ending is Ending.ERROR


def test_closing_the_line_ends_what_runs_and_drops_what_waits(line: JobQueue, started: list[FakeJob]) -> None:
    for id in "abc":
        line.submit(id, Request(account=id, out=id))
    line.close()
    assert line.running() == ()
    assert len(started) == 2


def test_real_jobs_pass_through_the_line_one_after_the_other(tmp_path: Path) -> None:
    commands = stub('time.sleep(0.1); say(kind="failed", ending="cancelled", message="x", problems=[], reasons=[])')
    line = JobQueue(1, start=lambda request, **rest: Job.start(request, command=commands, **rest))
    for id in "abc":
        line.submit(id, Request(account=id, out=id), log_file=tmp_path / id)
    most = 0
    done = threading.Event()
    while not done.is_set():
        most = max(most, len(line.running()))
        views = [line.view(id) for id in "abc"]
        if all(v is not None and v.outcome is not None for v in views):
            done.set()
        time.sleep(0.01)
    assert most == 1
    assert {v.outcome.ending for v in views if v and v.outcome} == {Ending.CANCELLED}
