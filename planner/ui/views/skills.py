"""Skills: which second language or channel pays, what few agents can promise, and several clients on one desk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from planner.domain.codec import decode
from planner.domain.plan import Plan
from planner.offers.shared_result import SharedDesk
from planner.pooling.teaching.advised import Advice
from planner.pooling.teaching.skills import teachable
from planner.ui import session
from planner.ui.components.advised import show_advice, show_shared_desk
from planner.ui.components.job import Job, Stand, follow
from planner.ui.components.nothing import plan_on_show
from planner.ui.components.small_desks import show_small_desks
from planner.ui.library import SavedPlan
from planner.ui.text import plain
from planner.worker import QueueFullError, Request

PAGE = "skills"
TABS = (
    ":material/translate: Second skills",
    ":material/person: Small desks",
    ":material/groups: Clients on one desk",
)
SECONDS = 90
LIMIT_S = 3600.0
MEMORY_MB = 4096


def show() -> None:
    """Draw the page."""
    found = plan_on_show(
        "Skills", "Which second language or channel pays, what few agents can promise, and several clients on one desk."
    )
    if found is None:
        return
    saved, plan = found
    id = session.job_of(PAGE, saved.id)
    job = Job(id=id, time_limit_s=LIMIT_S, nothing="There is no advice", keeps="what is known", solving=False)
    stand = follow(job)
    if stand is Stand.AT_WORK:
        return
    answer = _answer(id) if stand is Stand.DONE else None
    first = TABS[2] if isinstance(answer, SharedDesk) else TABS[0]
    a, b, c = st.tabs(TABS, default=first, key=f"skills:{id}")
    with a:
        _ask_advice(saved, plan)
        if isinstance(answer, Advice):
            show_advice(answer)
            _keep(id, "advice")
    with b:
        show_small_desks(plan)
    with c:
        _ask_shared(saved, plan)
        if isinstance(answer, SharedDesk):
            show_shared_desk(answer)
            _keep(id, "shared-desk")


def _ask_advice(saved: SavedPlan, plan: Plan) -> None:
    staffed = {shift.group for shift in plan.shifts.shifts}
    lessons = [x for x in teachable(plan.account) if x.group in staffed]
    if not lessons:
        st.info(
            "Nothing to teach: everybody of this plan can take every contact that their site may take.", icon=":material/info:"
        )
        return
    st.caption(
        "People of the plan are taken as taught one language or channel more, on the simulated floor with the plan's own shifts; then "
        "whoever became spare is taken off."
    )
    with st.form(f"advice:{saved.id}", border=False):
        a, b, c, d = st.columns([2, 2, 1, 1], vertical_alignment="bottom")
        groups = a.multiselect("Taught to", list(dict.fromkeys(x.group for x in lessons)), placeholder="any group")
        skills = b.multiselect("Skill", list(dict.fromkeys(x.skill for x in lessons)), placeholder="any language or channel")
        premium = c.number_input("Premium, % of wage", 0.0, 500.0, 10.0, 1.0, help="What one more skill is paid.")
        limit = d.number_input("Seconds", 10, 3600, SECONDS, 10, help="What is known by then is told, and what was cut off.")
        if st.form_submit_button("Ask which skill pays", type="primary", icon=":material/play_arrow:"):
            question = {"groups": groups, "skills": skills, "premium": f"{premium / 100:.10g}", "time_limit_s": float(limit)}
            _start(saved, Request(kind="advise", plan=str(saved.folder), question=question, out="-"))


def _ask_shared(saved: SavedPlan, plan: Plan) -> None:
    clients = {queue.client for queue in plan.account.queues if queue.client}
    if len(clients) < 2:
        st.info(
            "One desk for several clients needs queues of two clients or more: name each queue's client in the account.",
            icon=":material/info:",
        )
        return
    asked = session.library().asked(saved.id)
    if asked is None or not (Path(asked.account) / "account.toml").is_file():
        st.info(
            "This plan's account is not known here, and clients are planned from it: run planner desk ACCOUNT --shared, or make the plan "
            "on the page Run.",
            icon=":material/info:",
        )
        return
    st.caption(
        "Each client is planned with people of its own, then all of them on one pool; the pool's cost is divided by handled time."
    )
    if st.button("Plan clients apart and on one desk", type="primary", icon=":material/play_arrow:"):
        _start(saved, Request(kind="share", account=asked.account, override=asked.override, changes=asked.changes, out="-"))


def _start(saved: SavedPlan, asked: Request) -> None:
    library = session.library()
    id = library.new_id(datetime.now(UTC))
    log = library.log_file(id)
    request = replace(asked, out=str(log.with_suffix(".skills")), limit_s=LIMIT_S, memory_mb=MEMORY_MB)
    try:
        session.job_queue().submit(id, request, log_file=log)
    except QueueFullError as error:
        st.error(plain(error))
        return
    session.watch_on(PAGE, saved.id, id)
    st.rerun()


def _answer(id: str) -> Advice | SharedDesk | None:
    """What the job `id` found."""
    try:
        said = json.loads(_file(id).read_text(encoding="utf-8"))
        return decode(SharedDesk, said) if "clients" in said else decode(Advice, said)
    except (OSError, ValueError, TypeError, KeyError):
        st.warning("The answer cannot be read any more: ask again.", icon=":material/help:")
        return None


def _keep(id: str, name: str) -> None:
    st.download_button(
        "Download (JSON)",
        data=_file(id).read_bytes,
        file_name=f"{name}-{id}.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key=f"keep:{id}",
    )


def _file(id: str) -> Path:
    return session.library().log_file(id).with_suffix(".skills")
