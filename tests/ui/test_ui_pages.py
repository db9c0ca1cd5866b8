"""Every page, as a visitor finds it: with nothing yet, with a plan, with other people's words, with wrong input."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from planner import export, load_account, load_plan
from planner.domain.solve import Progress
from planner.errors import Problem
from planner.ui import session
from planner.ui.library import Asked, Library
from planner.worker import Ending, JobQueue, Outcome

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
PAGES = ("account", "run", "requirement", "roster", "service", "cost", "compare", "download")
RESULTS = ("requirement", "roster", "service", "cost", "download")
ONE_QUEUE = str(SAMPLES / "one_queue")
Open = Callable[..., AppTest]


def words(app: AppTest) -> str:
    """All text of a page."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.markdown,
        app.caption,
        app.info,
        app.warning,
        app.error,
        app.success,
        app.text,
    )
    return "\n".join(str(e.value) for kind in kinds for e in kind)


def said(app: AppTest, key: str) -> str:
    """What the address says of `key`."""
    value = app.query_params[key]
    return value if isinstance(value, str) else value[0]


def figures(app: AppTest) -> dict[str, str]:
    assert not app.exception, [e.message for e in app.exception]
    return {m.label: m.value for m in app.metric}


def button(app: AppTest, label: str) -> Any:
    return next(b for b in app.button if b.label == label)


# ---- nothing yet


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_an_empty_desk_and_says_what_to_do_next(open_page: Open, name: str) -> None:
    app = open_page(name)
    assert not app.exception
    assert app.title[0].value == name.capitalize()
    if name == "account":
        assert "one_queue" in app.selectbox[0].options
    else:
        assert app.info, "an empty page must say why it is empty"
        assert app.get("page_link"), "an empty page must lead on"


@pytest.mark.parametrize("name", RESULTS)
def test_pages_of_results_point_to_run_once_an_account_is_chosen(open_page: Open, name: str) -> None:
    app = open_page(name, account=ONE_QUEUE)
    assert app.get("page_link")[0].proto.page == "run"


def test_unknown_or_hostile_ids_in_the_address_are_dropped(open_page: Open, no_plans: Path) -> None:
    (no_plans / "..hidden").mkdir(parents=True)
    for id in ("../../etc", "nobody", "..hidden", "%2e%2e/x"):
        app = open_page("cost", {"plan": id, "job": id})
        assert not app.exception
        assert "plan" not in app.query_params
        assert "no plan to show" in app.info[0].value


# ---- a plan


@pytest.mark.parametrize("name", [*RESULTS, "run", "compare"])
def test_every_page_shows_a_plan_named_in_the_address(open_page: Open, plans: Path, name: str) -> None:
    app = open_page(name, {"plan": "base"})
    assert not app.exception, [e.message for e in app.exception]
    assert not app.error
    assert said(app, "plan") == "base"
    if name != "compare":
        assert "One queue" in words(app)
        assert "made 20" in words(app)


def test_the_run_page_shows_the_plans_own_figures(open_page: Open, plans: Path) -> None:
    plan = load_plan(plans / "base")
    shown = figures(open_page("run", {"plan": "base"}))
    assert shown["Cost"] == f"{plan.bill.total_cost().amount:,.0f}"
    assert shown["Price"] == f"{plan.bill.total_price().amount:,.0f}"
    assert shown["Agents"] == str(len(plan.roster.agents))
    assert shown["Promises kept"] == "1 of 1"


def test_the_requirement_page_counts_what_the_plan_holds_and_follows_its_filters(open_page: Open, plans: Path) -> None:
    plan = load_plan(plans / "base")
    app = open_page("requirement", {"plan": "base"})
    shown = figures(app)
    assert shown["Contacts expected"] == f"{np.nansum(plan.demand.contacts):,.0f}"
    table = app.dataframe[0].value
    assert len(table) == int(plan.requirement.open.sum())
    assert table["Agents required"].sum() == pytest.approx(np.nansum(plan.requirement.agents))
    assert len(app.get("plotly_chart")) == 2
    box = next(s for s in app.selectbox if s.label == "Queue")
    box.set_value("calls").run()
    assert figures(app) == shown


def test_the_roster_page_lists_every_shift_on_the_clock_asked_for(open_page: Open, plans: Path) -> None:
    plan = load_plan(plans / "base")
    app = open_page("roster", {"plan": "base"})
    shown = figures(app)
    assert shown["Shifts worked"] == str(sum(s.heads for s in plan.shifts.shifts))
    table = app.dataframe[0].value
    assert table["Heads"].sum() == sum(s.heads for s in plan.shifts.shifts)
    first = plan.shifts.shifts[0].start_utc
    assert table["Start"][0] == f"{first:%Y-%m-%d %H:%M}"  # London in winter
    assert [t.label for t in app.tabs] == ["Over and short", "Who works when", "People by site", "Shifts"]
    assert len(app.get("plotly_chart")) == 4


def test_the_service_page_names_formula_threshold_target_and_probability(open_page: Open, plans: Path) -> None:
    plan = load_plan(plans / "base")
    app = open_page("service", {"plan": "base"})
    table = app.dataframe[0].value
    own = [r for r in plan.evaluation.sla if r.window is plan.account.queues[0].target.window]
    assert len(table) == len(own)
    row = table.iloc[0]
    assert row["Delivered, %"] == pytest.approx(100 * own[0].level)
    assert (row["Formula"], row["Within"], row["Target, %"]) == ("offered", "20 s", 80.0)
    assert row["Kept"] == "✓ met"
    assert row["Probability, %"] == pytest.approx(100 * own[0].probability)
    assert "holds deferred work" in words(app)


def test_the_cost_page_adds_up_to_the_bill(open_page: Open, plans: Path) -> None:
    plan = load_plan(plans / "base")
    app = open_page("cost", {"plan": "base"})
    assert figures(app)["Cost"] == f"{plan.bill.total_cost().amount:,.2f}"
    by_site, by_item, lines, price = (d.value for d in app.dataframe)
    for table in (by_site, by_item, lines):
        assert table["Amount"].sum() == pytest.approx(float(plan.bill.total_cost().amount))
    assert price["Amount"].sum() == pytest.approx(float(plan.bill.total_price().amount))


def test_two_plans_are_compared_with_differences_from_the_first(open_page: Open, plans: Path) -> None:
    base, dearer = load_plan(plans / "base"), load_plan(plans / "dearer")
    app = open_page("compare", {"plan": "dearer"})
    difference = float(dearer.bill.total_cost().amount - base.bill.total_cost().amount)
    assert difference > 0
    assert figures(app)["Cost"] == f"{dearer.bill.total_cost().amount:,.0f}"
    table = app.dataframe[0].value.set_index("Figure")
    assert table.loc["cost", "Difference"] == pytest.approx(difference)
    assert table.loc["cost", ""] == "▼ worse"
    button(app, "Swap").click().run()
    table = app.dataframe[0].value.set_index("Figure")
    assert table.loc["cost", "Difference"] == pytest.approx(-difference)
    assert table.loc["cost", ""] == "▲ better"


def test_every_file_of_the_plan_is_offered_and_a_plan_can_be_deleted(open_page: Open, plans: Path) -> None:
    app = open_page("download", {"plan": "base"})
    offered = {b.label for b in app.get("download_button")}
    assert {"Download the plan (zip)", "Download report.html", "Download plan.xlsx", "summary.json", "shifts.csv"} <= offered
    box = next(s for s in app.selectbox if s.label == "Plan to delete")
    box.set_value("dearer").run()
    button(app, "Delete").click().run()
    assert (plans / "dearer").is_dir(), "a plan must not go without a second word"
    button(app, "Delete for good").click().run()
    assert not (plans / "dearer").exists()
    assert (plans / "base").is_dir()


def test_other_peoples_words_stay_words(open_page: Open, no_plans: Path) -> None:
    import factories

    hostile = "![x](http://e.example/x.png) <img src=x onerror=alert(1)> **bold** :red[x]"
    export(factories.renamed(factories.tiny_plan(), account_name=hostile, note=hostile), no_plans / "evil")
    for page in (*RESULTS, "run"):
        app = open_page(page, {"plan": "evil"})
        assert not app.exception
        for element in (*app.markdown, *app.caption, *app.warning, *app.info):
            text = str(element.value)
            assert "![" not in text.replace("\\!\\[", "")
            assert "<img" not in text.replace("\\<img", "")
            assert not element.allow_html if hasattr(element, "allow_html") else True


def test_a_plan_of_other_inputs_is_marked_stale_and_one_of_todays_is_not(open_page: Open, plans: Path) -> None:
    asked = Asked(label="One", account=ONE_QUEUE, at=datetime(2026, 11, 20, tzinfo=UTC))
    Library(plans).note("base", asked)
    fresh = open_page("cost", {"plan": "base"}, account=ONE_QUEUE)
    assert not fresh.warning
    stale = open_page("cost", {"plan": "base"}, account=ONE_QUEUE, changes=[{"run": {"seed": 5}}])
    assert "inputs have changed" in stale.warning[0].value


@pytest.mark.parametrize("name", [*RESULTS, "run", "compare"])
def test_a_damaged_plan_is_told_as_such(open_page: Open, plans: Path, name: str) -> None:
    (plans / "base" / "cost.csv").write_text("site,group\n")
    app = open_page(name, {"plan": "base"})
    assert not app.exception
    assert "This plan cannot be read" in app.error[0].value
    assert "cost\\.csv" in app.error[0].value


# ---- the account and its inputs


def test_a_sample_is_chosen_and_its_facts_are_shown(open_page: Open) -> None:
    app = open_page("account")
    app.selectbox[0].set_value("one_queue").run()
    button(app, "Open account").click().run()
    assert app.header[0].value == "One queue"
    assert figures(app)["Queues"] == "1"
    queues = app.get("arrow_data_frame")[0].value if app.get("arrow_data_frame") else app.data_editor[0].value
    assert list(queues["aht_s"]) == [180.0]


def test_edits_are_applied_listed_undone_and_reset(open_page: Open) -> None:
    app = open_page("account", account=ONE_QUEUE)
    next(n for n in app.number_input if n.label == "Seed").set_value(7)
    button(app, "Apply changes").click().run()
    assert "seed\\: 1 → 7" in words(app)
    next(n for n in app.number_input if n.label == "Gap to stop at, %").set_value(3.0)
    button(app, "Apply changes").click().run()
    assert app.session_state["changes"][-1] == {"run": {"seed": 7, "gap": 0.03}}
    button(app, "Undo").click().run()
    assert app.session_state["changes"][-1] == {"run": {"seed": 7}}
    button(app, "Reset").click().run()
    assert "Changed from the account" not in words(app)
    assert button(app, "Reset").disabled
    button(app, "Undo").click().run()
    assert "seed\\: 1 → 7" in words(app)


def test_edits_that_make_no_account_are_refused_with_every_problem_and_not_kept(open_page: Open) -> None:
    app = open_page("account", account=ONE_QUEUE)
    app.date_input[0].set_value(date(2026, 3, 8))  # a Sunday: closed all day
    button(app, "Apply changes").click().run()
    assert not app.exception
    assert "The changes were not applied" in app.error[0].value
    assert not app.session_state["changes"] if "changes" in app.session_state else True


def test_a_what_if_is_applied_and_drops_changes_made_before(open_page: Open) -> None:
    app = open_page("account", account=str(SAMPLES / "gift_shop"), changes=[{"run": {"seed": 5}}])
    box = next(s for s in app.selectbox if s.label == "What-if")
    name = next(o for o in box.options if not o.startswith("None"))
    box.set_value(name).run()
    assert not app.exception
    assert app.session_state["override"] == name
    assert app.session_state["changes"] == []


def test_problems_of_an_account_are_listed_with_remedies(open_page: Open, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(ONE_QUEUE, folder)
    text = (folder / "account.toml").read_text().replace("level = 0.80", "level = 80").replace("aht_s = 180", "aht_s = 0")
    (folder / "account.toml").write_text(text)
    for page in ("account", "run"):
        app = open_page(page, account=str(folder))
        assert not app.exception
        assert "2 problems" in app.error[0].value
        assert "write 0\\.8" in app.error[0].value


def test_an_upload_becomes_the_account(open_page: Open) -> None:
    app = open_page("account")
    files = [(p.name, p.read_bytes(), "text/plain") for p in sorted(Path(ONE_QUEUE).iterdir()) if p.is_file()]
    app.file_uploader[0].set_value(files)
    button(app, "Use the upload").click().run()
    assert not app.exception
    assert app.header[0].value == "One queue"
    assert app.session_state["account"] != ONE_QUEUE


def test_an_upload_that_is_no_account_is_refused_and_the_old_one_kept(open_page: Open) -> None:
    app = open_page("account", account=ONE_QUEUE)
    app.file_uploader[0].set_value([("x.csv", b"a,b\n", "text/csv")])
    button(app, "Use the upload").click().run()
    assert "The upload was not taken" in app.error[0].value
    assert app.session_state["account"] == ONE_QUEUE


# ---- a job


class StillJob:
    """A job that stands still until the test moves it."""

    def __init__(self) -> None:
        self.progress: Progress | None = Progress(stage="shifts", best=1200.0, bound=1140.0, seconds=30.0)
        self.result: Outcome | None = None
        self.seconds, self.cancelling, self.on_end = 42.0, False, lambda job: None

    def poll(self) -> Progress | None:
        return self.progress

    def cancel(self, grace_s: float) -> None:
        self.cancelling = True

    def kill(self) -> None:
        self.end(Outcome(ending=Ending.KILLED))

    def end(self, outcome: Outcome) -> None:
        self.result = outcome
        self.on_end(self)


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> StillJob:
    """The one job of a server with one slot."""
    still = StillJob()

    def start(request: Any, *, log_file: Path | None, on_end: Any) -> StillJob:
        still.on_end = on_end
        return still

    line = JobQueue(1, start=start)
    monkeypatch.setattr(session, "job_queue", lambda: line)
    return still


def run_one(open_page: Open) -> AppTest:
    app = open_page("run", account=ONE_QUEUE)
    app.text_input[0].set_value("My plan")
    button(app, "Run the plan").click().run()
    assert not app.exception
    return app


def test_a_running_job_shows_best_bound_and_gap_and_can_be_cancelled(open_page: Open, job: StillJob) -> None:
    app = run_one(open_page)
    shown = figures(app)
    assert (shown["Best so far"], shown["Bound"], shown["Gap"]) == ("1,200", "1,140", "5.0%")
    assert button(app, "Run the plan").disabled
    assert said(app, "job") == app.session_state["job"]
    button(app, "Cancel").click().run()
    assert job.cancelling
    assert button(app, "Stopping …").disabled


def test_a_reload_finds_the_job_again_by_the_address(open_page: Open, job: StillJob) -> None:
    id = run_one(open_page).session_state["job"]
    again = open_page("run", {"job": id})
    assert figures(again)["Best so far"] == "1,200"
    assert again.session_state["account"] == ONE_QUEUE


def test_a_job_in_line_says_its_place(open_page: Open, job: StillJob) -> None:
    run_one(open_page)
    second = run_one(open_page)
    assert "number 1" in second.info[0].value


def test_a_finished_job_shows_its_plan_and_says_so_once(
    open_page: Open, job: StillJob, no_plans: Path, one_queue_plans: Path
) -> None:
    app = run_one(open_page)
    id = app.session_state["job"]
    shutil.copytree(one_queue_plans / "base", no_plans / id)
    job.end(Outcome(ending=Ending.DONE, plan=no_plans / id))
    app.run()
    assert not app.exception
    assert [t.value for t in app.toast] == ["The plan is ready."]
    assert app.subheader[0].value == "Result"
    assert "My plan" in words(app)
    assert not app.warning, "a plan just made must not be called stale"
    app.run()
    assert not app.toast


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(ending=Ending.DATA, problems=(Problem("a", "is b", "do c"), Problem("d", "is e"))), "2 problems"),
        (Outcome(ending=Ending.INFEASIBLE, reasons=("too few seats",)), "too few seats"),
        (Outcome(ending=Ending.CANCELLED, message="stopped"), "Cancelled"),
        (Outcome(ending=Ending.KILLED, message="ended by the system"), "ended by the system"),
        (Outcome(ending=Ending.ERROR, message="ValueError: x"), "ValueError"),
    ],
)
def test_a_job_without_a_plan_says_why(open_page: Open, job: StillJob, outcome: Outcome, said: str) -> None:
    app = run_one(open_page)
    job.end(replace(outcome))
    app.run()
    assert not app.exception
    assert said in words(app)
    assert not button(app, "Run the plan").disabled


def test_what_is_asked_of_the_worker_is_what_is_on_the_page(
    open_page: Open, job: StillJob, no_plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("run", account=ONE_QUEUE, changes=[{"run": {"seed": 5}}])
    button(app, "Run the plan").click().run()
    id = app.session_state["job"]
    request = session.job_queue()._entries[id].request
    assert request.account == ONE_QUEUE
    assert request.changes == {"run": {"seed": 5}}
    assert Path(request.out) == no_plans / id
    assert json.loads(request.to_json())
    assert load_account(Path(str(request.account))).name == "One queue"
