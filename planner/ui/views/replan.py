"""Re-plan: say what happened since a plan was published, start the re-plan, and see who is told what, at what price, and what it buys."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from planner.domain.plan import Plan
from planner.domain.replanned import Replanned
from planner.errors import DataError, PlannerError
from planner.report.page.changes import KINDS
from planner.ui import session
from planner.ui.archive import zip_plan
from planner.ui.changes_text import away_lines, lock_lines, starter, volume_lines
from planner.ui.components.job import Job, Stand, follow
from planner.ui.components.links import link
from planner.ui.components.nothing import plan_on_show
from planner.ui.components.problems import show_problems
from planner.ui.components.result import proof
from planner.ui.components.tables import show_table
from planner.ui.library import Asked, SavedPlan
from planner.ui.text import LABEL_CHARACTERS, NONE, number, percent, plain
from planner.worker import QueueFullError, Request

PAGE = "replan"
LIMIT_S = 3600.0
MEMORY_MB = 4096
UPLOAD_MB = 1
"""The longest file of changes taken."""


def show() -> None:
    """Draw the page."""
    found = plan_on_show("Re-plan", "Sick calls, more contacts, an event: the cheapest legal roster that disturbs few.")
    if found is None:
        return
    saved, plan = found
    id = session.job_of(PAGE, saved.id)
    job = Job(
        id=id, time_limit_s=90.0, gap=1e-4, currency=plan.account.currency, nothing="Nothing was re-planned", keeps="roster"
    )
    stand = follow(job, result_known=session.library().find(id) is not None)
    if stand is Stand.AT_WORK:
        return
    if stand is Stand.DONE and session.tell_once(id):
        session.show(id)
        st.toast("The re-plan is ready.", icon=":material/check_circle:")
        st.rerun()
    if plan.replanned is not None:
        _result(saved, plan, plan.replanned)
        with st.expander("Re-plan this re-plan", icon=":material/published_with_changes:"):
            _ask(saved, plan)
    else:
        _ask(saved, plan)


def _ask(saved: SavedPlan, plan: Plan) -> None:
    """The file of changes: written here with a little help, or uploaded."""
    key = f"changes:{saved.id}"
    if key not in st.session_state:
        st.session_state[key] = starter(plan)
    st.subheader("What happened")
    _helpers(plan, key)
    st.text_area("Changes", key=key, height=260, help="TOML; every key is explained in docs/replan.md.")
    a, b = st.columns([3, 1], vertical_alignment="bottom")
    default = f"{saved.label} · re-planned"[:LABEL_CHARACTERS]
    label = a.text_input("Name of the new plan", value=default, max_chars=LABEL_CHARACTERS, key=f"label:{key}")
    if b.button("Re-plan", type="primary", icon=":material/play_arrow:", width="stretch", key=f"go:{key}"):
        _start(saved, plan, st.session_state[key], label or default)


def _helpers(plan: Plan, key: str) -> None:
    """Forms that add lines to the text."""
    first = plan.account.horizon.start
    last = first + timedelta(days=plan.account.horizon.days - 1)
    tabs = st.tabs(
        [
            ":material/sick: Somebody is away",
            ":material/trending_up: More or fewer contacts",
            ":material/lock: Lock",
            ":material/upload_file: A file",
        ]
    )
    with tabs[0], st.form(f"away:{key}", border=False):
        a, b, c = st.columns([3, 2, 1], vertical_alignment="bottom")
        a.multiselect(
            "Agents", [agent.id for agent in plan.roster.agents], key=f"away-agents:{key}", placeholder="Choose agents"
        )
        b.date_input("Whole days", (first, first), min_value=first, max_value=last, key=f"away-days:{key}")
        c.form_submit_button("Add", icon=":material/add:", width="stretch", on_click=_add_away, args=(key,))
    with tabs[1], st.form(f"volume:{key}", border=False):
        a, b, c, d = st.columns([2.4, 2, 0.8, 0.8], vertical_alignment="bottom")
        a.multiselect("Queues", [q.id for q in plan.account.queues], key=f"volume-queues:{key}", placeholder="All queues")
        b.date_input("Whole days", (first, first), min_value=first, max_value=last, key=f"volume-days:{key}")
        c.number_input("Times", 0.0, 100.0, 1.3, 0.1, key=f"volume-factor:{key}", help="1.3 is 30% more, 0.7 is 30% fewer.")
        d.form_submit_button("Add", icon=":material/add:", width="stretch", on_click=_add_volume, args=(key,))
    with tabs[2], st.form(f"locks:{key}", border=False):
        a, b, c = st.columns([3, 2, 1], vertical_alignment="bottom")
        a.multiselect("Groups", [g.id for g in plan.account.groups], key=f"lock-groups:{key}", placeholder="All groups")
        b.date_input("Whole days", (first, first), min_value=first, max_value=last, key=f"lock-days:{key}")
        c.form_submit_button("Add", icon=":material/add:", width="stretch", on_click=_add_lock, args=(key,))
    with tabs[3]:
        _upload(key)


def _upload(key: str) -> None:
    """Take a file in place of the text, once: what is written afterwards stays."""
    sent = st.file_uploader(
        "A file of changes (TOML); it takes the place of the text below",
        type=["toml"],
        max_upload_size=UPLOAD_MB,
        key=f"file:{key}",
    )
    if sent is not None and st.session_state.get(f"taken:{key}") != sent.file_id:
        st.session_state[f"taken:{key}"] = sent.file_id
        st.session_state[key] = sent.getvalue().decode("utf-8", errors="replace")


def _days(key: str) -> tuple[date, date]:
    days: Any = st.session_state[key]
    picked = tuple(days) if isinstance(days, tuple | list) else (days,)
    return picked[0], picked[-1]


def _add(key: str, lines: str) -> None:
    st.session_state[key] = st.session_state[key].rstrip("\n") + "\n" + lines


def _add_away(key: str) -> None:
    if agents := st.session_state[f"away-agents:{key}"]:
        _add(key, away_lines(agents, *_days(f"away-days:{key}")))


def _add_volume(key: str) -> None:
    queues, factor = st.session_state[f"volume-queues:{key}"], st.session_state[f"volume-factor:{key}"]
    _add(key, volume_lines(queues, *_days(f"volume-days:{key}"), factor))


def _add_lock(key: str) -> None:
    _add(key, lock_lines(st.session_state[f"lock-groups:{key}"], *_days(f"lock-days:{key}")))


def _start(saved: SavedPlan, plan: Plan, text: str, label: str) -> None:
    """Read the changes; when they can be tried, start the job."""
    from planner.io import load_changes

    library, now = session.library(), datetime.now(UTC)
    id = library.new_id(now)
    asked = library.asked(saved.id)
    library.note(
        id, Asked(label=label, account=asked.account if asked else "", override=asked.override if asked else "", at=now)
    )
    file = library.log_file(id).with_suffix(".toml")
    try:
        file.write_text(text, encoding="utf-8")
        load_changes(file, plan)
        request = Request(
            kind="replan",
            plan=str(saved.folder),
            file=str(file),
            out=str(library.folder(id)),
            limit_s=LIMIT_S,
            memory_mb=MEMORY_MB,
        )
        session.job_queue().submit(id, request, log_file=library.log_file(id))
    except (PlannerError, QueueFullError, OSError) as error:
        library.forget(id)
        file.unlink(missing_ok=True)
        if isinstance(error, DataError):
            named = [type(p)(p.place.replace(file.name, "changes"), p.message, p.remedy) for p in error.problems]
            show_problems(named, "These changes cannot be tried.")
        else:
            st.error(plain(error, characters=600), icon=":material/error:")
        return
    session.watch_on(PAGE, saved.id, id)
    st.rerun()


def _result(saved: SavedPlan, plan: Plan, done: Replanned) -> None:
    st.subheader(done.headline().capitalize())
    before, quiet, after = done.published, done.untouched, done.replanned
    a, b, c, d, e = st.columns(5)
    a.metric(
        "Cost",
        number(after.cost),
        _delta(after.cost - before.cost),
        delta_color="inverse",
        help="Against the roster as published.",
    )
    b.metric("Price of changes", number(done.price), help="What it is worth to leave people alone; no part of the bill.")
    c.metric("People told", number(len(done.told)))
    d.metric(
        "Promises kept",
        f"{after.promises_kept} of {after.promises}",
        (after.promises_kept - before.promises_kept) or None,
        help=f"{before.promises_kept} as published.",
    )
    e.metric(
        "If nobody reacted",
        f"{quiet.promises_kept} of {quiet.promises}",
        help="Promises kept by the roster as reality left it.",
    )
    st.caption(f"Amounts in {plain(plan.account.currency)}. Re-plan: {proof(plan.solves[0])}.")
    for note in done.notes:
        st.info(plain(note, characters=600), icon=":material/info:")
    if done.changes:
        show_table(changes_frame(done), alt="Every change of the roster, with its price and reason", name=f"changes-{saved.id}")
    else:
        st.info("Nobody has to be told anything: what happened changes no shift.", icon=":material/check_circle:")
    left, right = st.columns(2)
    with left:
        st.markdown("**Before and after**")
        show_table(
            stages_frame(done), alt="Cost, shortfall and promises in three rosters", name=f"stages-{saved.id}", columns=_MONEY
        )
    with right:
        st.markdown("**Service level over the plan**, queues whose level differs")
        frame = service_frame(done)
        if len(frame):
            show_table(frame, alt="Service level by queue in three rosters", name=f"replanned-service-{saved.id}")
        else:
            st.caption("The same for every queue.")
    a, b, c = st.columns(3)
    a.download_button(
        "Download the plan (zip)", data=lambda: zip_plan(saved.folder), file_name=f"plan-{saved.id}.zip", mime="application/zip",
        icon=":material/folder_zip:", on_click="ignore", width="stretch", key=f"zip:{saved.id}",
    )  # fmt: skip
    _changes_file(b, saved.folder, saved.id)
    with c:
        link("roster", "See the roster", icon=":material/calendar_view_week:")


def _changes_file(column: st.delta_generator.DeltaGenerator, folder: Path, id: str) -> None:
    path = folder / "changes.csv"
    column.download_button(
        "Download changes.csv", data=lambda: path.read_bytes(), file_name=f"changes-{id}.csv", mime="text/csv", disabled=not path.is_file(),
        icon=":material/draft:", on_click="ignore", width="stretch", key=f"changes-csv:{id}",
    )  # fmt: skip


def _delta(amount: float) -> str | None:
    return None if abs(amount) < 0.5 else f"{amount:+,.0f}"


_MONEY = {"Cost": st.column_config.NumberColumn(format="localized")}


def changes_frame(done: Replanned) -> pd.DataFrame:
    """Return a row per change, hours on the site's clock."""
    rows = [
        {
            "Agent": c.agent, "Date": c.date, "Change": KINDS[c.kind.value], "Was": c.was or "free", "Is": c.now or "free",
            "Price": round(c.price, 2), "Reason": c.reason,
        }
        for c in done.changes
    ]  # fmt: skip
    return pd.DataFrame(rows)


def stages_frame(done: Replanned) -> pd.DataFrame:
    """Return the roster as published, with nobody reacting, and re-planned, side by side."""
    stages = (("As published", done.published), ("Nobody reacts", done.untouched), ("Re-planned", done.replanned))
    rows = [
        {
            "Roster": name,
            "Cost": round(s.cost, 2),
            "Short, h": round(s.shortfall_h, 1),
            "Promises kept": f"{s.promises_kept} of {s.promises}",
        }
        for name, s in stages
    ]
    return pd.DataFrame(rows)


def service_frame(done: Replanned) -> pd.DataFrame:
    """Return the levels of queues that differ between the three rosters."""
    rows = [
        {
            "Queue": s.queue, "Published": _level(s.published), "Nobody reacts": _level(s.untouched), "Re-planned": _level(s.replanned),
            "Promised": percent(s.target),
        }
        for s in done.service
        if s.differs
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _level(level: float | None) -> str:
    return NONE if level is None else percent(level, 2)
