"""The pages that re-plan a plan and explain it: nothing yet, wrong changes, a whole run through the worker, an answer."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner import load_plan
from planner.io import load_changes
from planner.ui import session
from planner.ui.changes_text import away_lines, lock_lines, starter, volume_lines

Open = Callable[..., AppTest]


def words(app: AppTest) -> str:
    """All text of a page."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.code)
    return "\n".join(str(e.value) for kind in kinds for e in kind)


def button(app: AppTest, label: str, number: int = 0) -> Any:
    """The button called `label`."""
    return [b for b in app.button if b.label == label][number]


def finished(app: AppTest, page: str) -> AppTest:
    """The page once its job has ended."""
    id = app.session_state[f"job:{page}"]
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
    assert "job:replan" not in app.session_state
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
    assert app.session_state["plan"] == app.session_state["job:replan"]
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


def test_the_overview_is_kept_with_the_plan_and_in_its_report(open_page: Open, plans: Path) -> None:
    app = open_page("why", plan="base")
    button(app, "Explain the plan").click().run()
    app = finished(app, "why")
    assert not app.exception, [e.message for e in app.exception]
    assert "No plan can cost less than" in words(app)
    page = (plans / "base" / "report.html").read_text(encoding="utf-8")
    assert "Why this plan" in page
    assert load_plan(plans / "base") is not None


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
