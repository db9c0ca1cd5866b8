"""The pages that re-plan a plan and explain it: nothing yet, wrong changes, a whole run through the worker, an answer."""

from __future__ import annotations

import json
import shutil
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner import load_plan
from planner.domain.codec import encode
from planner.explanation import explain
from planner.io import load_changes
from planner.io.plan_why import load_why
from planner.ui import session
from planner.ui.changes_text import away_lines, lock_lines, starter, volume_lines
from planner.worker import Ending, JobQueue, Outcome, Request

Open = Callable[..., AppTest]


def words(app: AppTest) -> str:
    """All text of a page."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.code)
    return "\n".join(str(e.value) for kind in kinds for e in kind)


def button(app: AppTest, label: str, number: int = 0) -> Any:
    """The button called `label`."""
    return [b for b in app.button if b.label == label][number]


def finished(app: AppTest, page: str, plan: str = "base") -> AppTest:
    """The page once its job about `plan` has ended."""
    id = app.session_state[f"job:{page}:{plan}"]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        view = session.job_queue().view(id)
        if view is None or view.outcome is not None:
            return app.run()
        time.sleep(0.2)
    raise AssertionError("the job did not end")


@pytest.mark.parametrize(("name", "title"), [("replan", "Re-plan"), ("why", "Why")])
def test_without_a_plan_the_page_says_what_to_do_next(open_page: Open, name: str, title: str) -> None:
    app = open_page(name)
    assert not app.exception
    assert app.title[0].value == title
    assert "There is no plan to show yet" in words(app)


def test_changes_that_cannot_be_tried_are_listed_and_nothing_is_started(open_page: Open, plans: Path) -> None:
    app = open_page("replan", plan="base")
    app.text_area[0].set_value(
        '[[away]]\nagents = ["nobody"]\nfrom = 2020-01-01\nto = 2020-01-02\n\n[[locks]]\ngroups = "nowhere"\n'
    ).run()
    button(app, "Re-plan").click().run()
    assert not app.exception
    assert "These changes cannot be tried" in app.error[0].value
    assert "nobody" in app.error[0].value
    assert "nowhere" in app.error[0].value
    assert "job:replan:base" not in app.session_state
    assert not list(plans.glob(".asked/*.toml"))


def test_a_sick_call_runs_to_the_end_and_shows_what_changed(open_page: Open, plans: Path) -> None:
    plan = load_plan(plans / "base")
    shift = plan.shifts.shifts[len(plan.shifts.shifts) // 2]
    agent = next(a.agent for a in plan.roster.assignments if a.shift == shift.id)
    app = open_page("replan", plan="base")
    app.text_area[0].set_value(away_lines([agent], shift.date, shift.date) + "[run]\ntime_limit_s = 20\n").run()
    button(app, "Re-plan").click().run()
    app = finished(app, "replan")
    assert not app.exception, [e.message for e in app.exception]
    assert app.session_state["plan"] == app.session_state["job:replan:base"]
    assert "Promises kept" in {m.label for m in app.metric}
    assert agent in set(app.dataframe[0].value["Agent"])


def test_a_queue_is_asked_about_and_the_answer_is_shown(open_page: Open, plans: Path) -> None:
    app = open_page("why", plan="base")
    assert "not been explained yet" in words(app)
    agent = load_plan(plans / "base").roster.agents[0].id
    button(app, "Ask", 2).click().run()
    app = finished(app, "why")
    assert not app.exception, [e.message for e in app.exception]
    assert f"Without {agent}" in words(app)


def test_an_uploaded_file_of_changes_takes_the_place_of_the_text_once(open_page: Open, plans: Path) -> None:
    app = open_page("replan", plan="base")
    app.file_uploader[0].set_value(("sick.toml", b"# sent by the floor\n", "application/toml")).run()
    assert not app.exception
    assert app.text_area[0].value == "# sent by the floor\n"
    app.text_area[0].set_value("# changed by hand\n").run()
    assert app.text_area[0].value == "# changed by hand\n", "the file is not taken again"


def test_the_overview_is_kept_with_the_plan_and_in_its_report(open_page: Open, plans: Path) -> None:
    app = open_page("why", plan="base")
    button(app, "Explain the plan").click().run()
    app = finished(app, "why")
    assert not app.exception, [e.message for e in app.exception]
    assert "No plan can cost less than" in words(app)
    assert app.dataframe[0].value.columns[0] == "The cheapest plan would cost less by"
    page = (plans / "base" / "report.html").read_text(encoding="utf-8")
    assert "Why this plan" in page
    assert load_plan(plans / "base") is not None


class Waiting:
    """A job that works on until it is told how it ended."""

    progress, seconds, cancelling, result = None, 3.0, False, None

    def __init__(self, request: Request, *, log_file: Path | None, on_end: Callable[[Any], None]) -> None:
        self.request, self.log_file, self._on_end = request, log_file, on_end

    def poll(self) -> None:
        """Nothing to tell."""

    def cancel(self, grace_s: float) -> None:
        """Take the wish; go on."""
        self.cancelling = True

    def end(self, outcome: Outcome) -> None:
        """End so."""
        self.result = outcome  # type: ignore[assignment]
        self._on_end(self)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Waiting]:
    """The jobs started from here on: none of them does anything by itself."""
    started: list[Waiting] = []

    def start(request: Request, **more: Any) -> Waiting:
        started.append(Waiting(request, **more))
        return started[-1]

    queue = JobQueue(slots=4, start=start)  # type: ignore[arg-type]
    monkeypatch.setattr(session, "job_queue", lambda: queue)
    return started


PAGES = [("replan", "Re-plan", 0, "Nothing was re-planned"), ("why", "Explain the plan", 0, "There is no answer")]


@pytest.mark.parametrize(("name", "label", "number", "nothing"), PAGES)
def test_a_job_at_work_is_shown_can_be_stopped_and_tells_why_it_failed(
    open_page: Open, plans: Path, jobs: list[Waiting], name: str, label: str, number: int, nothing: str
) -> None:
    app = open_page(name, plan="base")
    button(app, label, number).click().run()
    assert not app.exception
    assert "Cancel" in {b.label for b in app.button}
    assert label not in {b.label for b in app.button}, "nothing more is asked meanwhile"
    button(app, "Cancel").click().run()
    assert jobs[0].cancelling
    assert {b.label for b in app.button if b.disabled} == {"Stopping …"}
    assert jobs[0].log_file is not None
    jobs[0].log_file.write_text("a fault")
    jobs[0].end(Outcome(ending=Ending.KILLED, message="the worker ran out of memory"))
    app.run()
    assert f"**{nothing}:** the worker ran out of memory" in app.error[0].value
    assert label in {b.label for b in app.button}, "it can be asked again"
    assert "Worker's log" in {d.proto.label for d in app.get("download_button")}


@pytest.mark.parametrize(("name", "label", "number", "nothing"), PAGES)
def test_jobs_about_one_plan_are_not_told_of_where_another_is_on_show(
    open_page: Open, plans: Path, jobs: list[Waiting], name: str, label: str, number: int, nothing: str
) -> None:
    app = open_page(name, plan="base")
    button(app, label, number).click().run()
    app.session_state["plan"] = "dearer"
    app.run()
    assert label in {b.label for b in app.button}
    assert "Cancel" not in {b.label for b in app.button}
    jobs[0].end(Outcome(ending=Ending.ERROR, message="the disk is full"))
    app.run()
    assert not app.error
    app.session_state["plan"] = "base"
    app.run()
    assert nothing in app.error[0].value


@pytest.mark.parametrize(("name", "label", "number", "nothing"), PAGES)
def test_a_job_that_a_new_server_does_not_know_is_said_to_be_lost(
    open_page: Open, plans: Path, jobs: list[Waiting], name: str, label: str, number: int, nothing: str
) -> None:
    app = open_page(name, plan="base", **{f"job:{name}:base": "20261109-080000-0badf00d"})
    assert "not known any more" in app.warning[0].value
    assert label in {b.label for b in app.button}


def test_an_answer_about_an_older_plan_is_not_shown_for_a_newer_one(open_page: Open, plans: Path, jobs: list[Waiting]) -> None:
    app = open_page("why", plan="base")
    button(app, "Ask", 2).click().run()
    agent = load_plan(plans / "base").roster.agents[0].id
    answer = explain(load_plan(plans / "base"), agent=agent)
    Path(jobs[0].request.out).write_text(json.dumps(encode(answer)), encoding="utf-8")
    jobs[0].end(Outcome(ending=Ending.DONE))
    app.run()
    assert f"Without {agent}" in words(app)
    app.session_state["plan"] = "dearer"
    app.run()
    assert f"Without {agent}" not in words(app)
    assert "not been explained yet" in words(app)


def test_a_re_plan_that_ends_while_another_plan_is_on_show_waits_for_its_own(
    open_page: Open, plans: Path, jobs: list[Waiting]
) -> None:
    app = open_page("replan", plan="base")
    button(app, "Re-plan").click().run()
    shutil.copytree(plans / "dearer", jobs[0].request.out)
    jobs[0].end(Outcome(ending=Ending.DONE))
    app.session_state["plan"] = "dearer"
    app.run()
    assert app.session_state["plan"] == "dearer"
    app.session_state["plan"] = "base"
    app.run()
    assert app.session_state["plan"] == Path(jobs[0].request.out).name
    for id in ("another job", app.session_state["plan"]):  # jobs of other pages are told of in between
        app.session_state["told"] = app.session_state["told"] | {id}
    app.session_state["plan"] = "base"
    app.run()
    assert app.session_state["plan"] == "base", "told once, and then it is for the planner to choose"


def test_cancel_ends_a_real_re_plan_with_the_best_found_or_with_none(open_page: Open, plans: Path) -> None:
    app = open_page("replan", plan="base")
    button(app, "Re-plan").click().run()
    button(app, "Cancel").click().run()
    app = finished(app, "replan")
    assert not app.exception, [e.message for e in app.exception]
    assert "Cancel" not in {b.label for b in app.button}
    made = {p.name for p in plans.iterdir() if not p.name.startswith(".")} - {"base", "dearer"}
    if made:
        assert app.session_state["plan"] == app.session_state["job:replan:base"] == made.pop()
        assert load_plan(plans / app.session_state["plan"]).replanned is not None
    else:
        assert "Cancelled" in words(app)
        assert "Re-plan" in {b.label for b in app.button}


def test_cancel_ends_real_questions_with_what_was_known_by_then(open_page: Open, plans: Path) -> None:
    app = open_page("why", plan="base")
    button(app, "Explain the plan").click().run()
    button(app, "Cancel").click().run()
    app = finished(app, "why")
    assert not app.exception, [e.message for e in app.exception]
    assert "Stopped before its end" in words(app)
    assert "Left out" in words(app)
    assert "Explain the plan" in {b.label for b in app.button}
    assert load_why(plans / "base") is None, "what was stopped is not kept with the plan"


def test_lines_added_by_the_page_are_read_back_as_what_was_meant(one_queue_plans: Path, tmp_path: Path) -> None:
    plan = load_plan(one_queue_plans / "base")
    agent, queue, group = plan.roster.agents[0].id, plan.account.queues[0].id, plan.account.groups[0].id
    day: date = plan.account.horizon.start
    text = starter(plan) + away_lines([agent], day, day) + volume_lines([queue], day, day, 1.5) + lock_lines([group], day, day)
    assert tomllib.loads(text)["away"][0]["agents"] == [agent]
    (tmp_path / "c.toml").write_text(text)
    read = load_changes(tmp_path / "c.toml", plan)
    assert (read.away[0].agent, read.volume[0].factor, read.locks[0].groups) == (agent, 1.5, (group,))
    (tmp_path / "d.toml").write_text(starter(plan))
    assert load_changes(tmp_path / "d.toml", plan).away == ()
