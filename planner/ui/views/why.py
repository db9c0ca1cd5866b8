"""Why: what limits and promises of a plan cost, why it is short, and questions about a queue, an interval, an agent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Any

import pandas as pd
import streamlit as st

from planner.domain.codec import decode
from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.errors import PlannerError
from planner.explanation import Explanation
from planner.explanation.rows import (
    HOURS,
    LIMITS,
    MARGINS,
    PRICES,
    base_sentence,
    hour_rows,
    limit_rows,
    margin_rows,
    price_rows,
    shortage_lines,
)
from planner.explanation.words import told
from planner.io.plan_why import load_why
from planner.ui import session
from planner.ui.components.job import Job, Stand, follow
from planner.ui.components.nothing import plan_on_show, unreadable
from planner.ui.components.tables import show_table
from planner.ui.library import SavedPlan
from planner.ui.text import plain
from planner.worker import QueueFullError, Request

PAGE = "why"
OVERVIEW_S = 300.0
LIMIT_S = 3600.0
CLOCK = "On the clock of the queue's market; of the plan where no queue is named."
MEMORY_MB = 4096


def show() -> None:
    """Draw the page."""
    found = plan_on_show(
        "Why", "What the plan's limits and promises cost at the margin, why it is short, and who is needed for what."
    )
    if found is None:
        return
    saved, plan = found
    id = session.job_of(PAGE, saved.id)
    job = Job(id=id, time_limit_s=OVERVIEW_S, nothing="There is no answer", keeps="answers", solving=False)
    stand = follow(job)
    if stand is Stand.AT_WORK:
        return
    _questions(saved, plan)
    answer = _answer(id) if stand is Stand.DONE else None
    if answer is not None and answer.overview is None:
        st.subheader("Answer")
        st.code(told(answer, plan), language=None, wrap_lines=True)
    _overview(saved, plan, answer if answer is not None and answer.overview is not None else None)


def _questions(saved: SavedPlan, plan: Plan) -> None:
    """What can be asked, each with its button."""
    key = saved.id
    tabs = st.tabs(
        [
            ":material/summarize: Overview",
            ":material/call: A queue",
            ":material/schedule: An interval",
            ":material/person: An agent",
        ]
    )
    with tabs[0], st.form(f"overview:{key}", border=False):
        a, b = st.columns([3, 1], vertical_alignment="bottom")
        limit = a.number_input(
            "Stop asking after (seconds)", 10, 3600, int(OVERVIEW_S), 10, help="What is known by then is kept, the rest is named.",
        )  # fmt: skip
        if b.form_submit_button("Explain the plan", type="primary", icon=":material/play_arrow:", width="stretch"):
            _start(saved, {"time_limit_s": float(limit)})
    with tabs[1], st.form(f"queue:{key}", border=False):
        a, b = st.columns([3, 1], vertical_alignment="bottom")
        queue = a.selectbox("Queue", [q.id for q in plan.account.queues], key=f"why-queue:{key}")
        if b.form_submit_button("Ask", icon=":material/play_arrow:", width="stretch"):
            _start(saved, {"queue": queue})
    with tabs[2], st.form(f"interval:{key}", border=False):
        grid = plan.shifts.grid
        zone = plan.account.horizon.zone
        first, last = (x.astimezone(zone_info(zone)).date() for x in (grid.start_utc, grid.end_utc))
        a, b, c, d = st.columns([2, 1.4, 1, 1], vertical_alignment="bottom")
        who = a.selectbox("Queue", ["every queue open", *(q.id for q in plan.account.queues)], key=f"why-who:{key}")
        day = b.date_input("Date", first, min_value=first, max_value=last, key=f"why-day:{key}")
        at = c.time_input(
            "Time",
            time(10),
            step=grid.interval_s,
            key=f"why-time:{key}",
            help=CLOCK,
        )
        if d.form_submit_button("Ask", icon=":material/play_arrow:", width="stretch"):
            question: dict[str, Any] = {"interval": f"{day}T{at:%H:%M}"}
            _start(saved, question | ({} if who == "every queue open" else {"queue": who}))
    with tabs[3], st.form(f"agent:{key}", border=False):
        a, b = st.columns([3, 1], vertical_alignment="bottom")
        agent = a.selectbox("Agent", [x.id for x in plan.roster.agents], key=f"why-agent:{key}")
        if b.form_submit_button("Ask", icon=":material/play_arrow:", width="stretch"):
            _start(saved, {"agent": agent})


def _start(saved: SavedPlan, question: dict[str, Any]) -> None:
    library = session.library()
    id = library.new_id(datetime.now(UTC))
    log = library.log_file(id)
    request = Request(
        kind="explain",
        plan=str(saved.folder),
        out=str(log.with_suffix(".why")),
        question=question,
        limit_s=LIMIT_S,
        memory_mb=MEMORY_MB,
    )
    try:
        session.job_queue().submit(id, request, log_file=log)
    except QueueFullError as error:
        st.error(plain(error))
        return
    session.watch_on(PAGE, saved.id, id)
    st.rerun()


def _answer(id: str) -> Explanation | None:
    """The answer of the job `id`."""
    try:
        said = json.loads(session.library().log_file(id).with_suffix(".why").read_text(encoding="utf-8"))
        return decode(Explanation, said)
    except (OSError, ValueError, TypeError, KeyError):
        st.warning("The answer cannot be read any more: ask again.", icon=":material/help:")
        return None


def _overview(saved: SavedPlan, plan: Plan, stopped: Explanation | None) -> None:
    """The overview kept with the plan, or the one that was stopped before its end."""
    try:
        found = stopped or load_why(saved.folder)
    except PlannerError as error:
        unreadable(error)
        return
    if found is None or found.overview is None:
        st.info(
            "This plan has not been explained yet. The overview asks the shift model some twenty questions, which takes a few minutes.",
            icon=":material/help_center:",
        )
        return
    overview = found.overview
    st.subheader("Why this plan")
    if stopped is not None and stopped.stopped:
        st.info(
            "Stopped before its end: what was known by then is shown, and is not kept with the plan.", icon=":material/timer:"
        )
    st.markdown(plain(base_sentence(overview, plan), characters=600))
    for title, head, rows, name in (
        ("What rules and limits cost", LIMITS, limit_rows(overview), "limits"),
        ("A little more of a promise, or less", PRICES, price_rows(overview), "prices"),
        ("The dearest hours of the clock", HOURS, hour_rows(overview), "hours"),
        ("Promises missed, and just kept", MARGINS, margin_rows(overview, plan), "margins"),
    ):
        if rows:
            st.markdown(f"**{title}**")
            frame = pd.DataFrame(rows, columns=list(head))
            if head is LIMITS:  # sentences are long: the amount stands before them, or a narrow window would hide it
                frame = frame[[head[2], head[0], head[1], *head[3:]]]
            show_table(frame, alt=title, name=f"why-{name}-{saved.id}")
    st.markdown("**Why it is short**")
    st.code("\n".join(shortage_lines(found, plan)), language=None, wrap_lines=True)
    st.caption(
        "A bound difference compares two linear programs, each solved; a dual price is the slope of one, good for small steps. Both are "
        "about the least cost any plan could have."
    )
    if found.left_out:
        st.info(f"Left out: {plain('; '.join(found.left_out), characters=600)}", icon=":material/timer:")
