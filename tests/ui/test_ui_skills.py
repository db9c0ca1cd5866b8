"""The page about skills: nothing yet, nothing to teach, advice through the worker, small desks, one client alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from one_agent import write_shops
from shared_desk import write_four_languages
from streamlit.testing.v1 import AppTest

import planner
from planner.domain.codec import decode
from planner.pooling.teaching.advised import Advice
from planner.ui import session
from planner.ui.components.small_desks import desk_frame
from planner.ui.library import NOTES
from planner.worker import JobQueue, Request

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of four small desks, people of one language each."""
    account = planner.load_account(write_four_languages(tmp_path_factory.mktemp("four"), skills="apart", ring=False))
    return Path(planner.export(planner.plan(account), tmp_path_factory.mktemp("plans") / "four"))


def words(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.success, app.error)
    return "\n".join(str(e.value) for kind in kinds for e in kind)


def button(app: AppTest, label: str) -> Any:
    return next(b for b in app.button if b.label == label)


def ended(queue: JobQueue, id: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        view = queue.view(id)
        if view is None or view.outcome is not None:
            return
        time.sleep(0.2)
    raise AssertionError("the job did not end")


def test_without_a_plan_the_page_says_what_to_do_next(open_page: Open) -> None:
    app = open_page("skills")
    assert not app.exception
    assert app.title[0].value == "Skills"
    assert "There is no plan to show yet" in words(app)


def test_where_everybody_can_do_everything_nothing_is_offered(open_page: Open, plans: Path) -> None:
    app = open_page("skills", plan="base")
    assert not app.exception
    assert "Nothing to teach" in words(app)
    assert "needs queues of two clients or more" in words(app)
    assert not [b for b in app.button if "skill" in b.label]


def test_advice_is_asked_for_followed_and_shown(open_page: Open, no_plans: Path, languages: Path) -> None:
    planner.export(planner.load_plan(languages), no_plans / "four")
    app = open_page("skills", plan="four")
    assert not app.exception
    app.multiselect[0].set_value(["de"])
    app.multiselect[1].set_value(["fr"])
    next(n for n in app.number_input if n.label == "Seconds").set_value(20)
    button(app, "Ask which skill pays").click().run()
    assert not app.exception
    ended(session.job_queue(), app.session_state["job:skills:four"])
    app.run()
    assert not app.exception
    said = words(app)
    found = decode(Advice, json.loads(next((no_plans).rglob("*.skills")).read_text(encoding="utf-8")))
    assert {(o.lesson.group, o.lesson.skill) for o in found.options} == {("de", "fr")}
    assert found.headline()[:30] in said.replace("\\", "")
    assert "horizons of customers that no decision has met" in said
    assert len(app.dataframe) >= 3


def test_small_desks_of_the_plan_are_told(open_page: Open, no_plans: Path, languages: Path) -> None:
    plan = planner.load_plan(languages)
    planner.export(plan, no_plans / "four")
    app = open_page("skills", plan="four")
    desks = plan.evaluation.small_desks
    if not desks:
        assert "more than three people at once" in words(app)
    for desk in desks:
        assert f"**{desk.queue}**".replace("_", "\\_") in words(app) or desk.queue in words(app).replace("\\", "")
        frame = desk_frame(desk)
        assert next(iter(frame["Contacts"])) == "All contacts"
        assert len(frame.columns) == 3 + 2 * len(desk.thresholds)


def test_clients_of_the_plans_account_are_planned_on_one_desk(open_page: Open, no_plans: Path, tmp_path: Path) -> None:
    folder = write_shops(tmp_path / "shops", {"alpha": 6, "beta": 6}, days=1)
    planner.export(planner.plan(planner.load_account(folder)), no_plans / "shops")
    assert "account is not known here" in words(open_page("skills", plan="shops"))
    note = {"label": "Shops", "account": str(folder), "override": "", "changes": {}, "at": "2026-03-02T08:00:00+00:00"}
    (no_plans / NOTES).mkdir(exist_ok=True)
    (no_plans / NOTES / "shops.json").write_text(json.dumps(note), encoding="utf-8")
    app = open_page("skills", plan="shops")
    button(app, "Plan clients apart and on one desk").click().run()
    assert not app.exception
    ended(session.job_queue(), app.session_state["job:skills:shops"])
    app.run()
    assert not app.exception
    assert [m.label for m in app.metric] == ["Heads apart", "Heads shared", "Saved, EUR"]
    assert "divided by the time that each client's contacts are handled" in words(app)


def test_requests_for_advice_are_checked() -> None:
    from planner.errors import DataError
    from planner.worker.protocol import parse_request

    parse_request(Request(kind="advise", plan="p", out="o", question={"groups": [], "time_limit_s": 5.0}).to_json())
    parse_request(Request(kind="share", account="a", out="o").to_json())
    for kind, question in (("advise", {"agent": "a"}), ("share", {"groups": []})):
        with pytest.raises(DataError, match="not known"):
            parse_request(Request(kind=kind, plan="p", account="a", out="o", question=question).to_json())
    with pytest.raises(DataError, match="missing"):
        parse_request(Request(kind="advise", out="o").to_json())
