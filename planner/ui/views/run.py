"""Run: start a plan in a process of its own, see how it goes, stop it, and find the result."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from planner.domain.account import Account
from planner.errors import PlannerError
from planner.ui import session
from planner.ui.components.job import Job, Stand, follow, stand_of
from planner.ui.components.links import link
from planner.ui.components.nothing import no_account, unreadable
from planner.ui.components.problems import show_problems
from planner.ui.components.result import show_headline, show_origin
from planner.ui.edits import describe, inputs_of
from planner.ui.text import LABEL_CHARACTERS, plain, seconds, words
from planner.worker import QueueFullError, Request

LIMIT_S = 2 * 3600.0
"""No job runs longer: it stops as if cancelled and keeps its best plan."""
MEMORY_MB = 4096


def show() -> None:
    """Draw the page."""
    st.title("Run")
    st.caption("Forecast, requirement, shifts, roster, service and bill, in one go.")
    id = session.job_id()
    busy = stand_of(id) is Stand.AT_WORK
    state = session.loaded()
    if state is None and not busy:
        no_account()
    elif state is not None and state.account is None:
        show_problems(state.problems, "This account cannot be planned yet.")
        link("account", "Back to the account", icon=":material/arrow_back:")
    elif state is not None and state.account is not None and state.base is not None:
        _ask(state.account, state.base, busy=busy)
    run = state.account.settings if state and state.account else None
    job = Job(
        id=id,
        time_limit_s=run.time_limit_s if run else 300.0,
        gap=run.gap if run else 0.05,
        currency=state.account.currency if state and state.account else "",
    )
    stand = follow(job, result_known=session.library().find(id) is not None)
    if stand is Stand.AT_WORK:
        return
    if busy:  # it ended while this page was drawn
        st.rerun()
    if stand is Stand.DONE and session.tell_once(id):
        session.show(id)
        st.toast("The plan is ready.", icon=":material/check_circle:")
    _result()


def _ask(account: Account, base: Account, *, busy: bool) -> None:
    changed = describe(inputs_of(base), session.changes())
    what_if = f" · what-if **{plain(session.override_name())}**" if session.override_name() else ""
    edits = f" · {words(len(changed), 'change')} made on the page" if changed else ""
    st.markdown(
        f"**{plain(account.name)}**{what_if}{edits} · {words(len(account.queues), 'queue')}, "
        f"{words(account.horizon.days, 'day')} from {account.horizon.start} ({plain(account.horizon.zone)}) · "
        f"stops at a gap of {100 * account.settings.gap:.4g}% or after {seconds(account.settings.time_limit_s)}"
    )
    with st.form("run", border=False):
        a, b = st.columns([3, 1], vertical_alignment="bottom")
        label = a.text_input(
            "Name of the plan",
            value=_label(account, bool(changed)),
            max_chars=LABEL_CHARACTERS,
            key=f"label:{session.revision()}",
            disabled=busy,
            help="To tell it from others later.",
        )
        if b.form_submit_button("Run the plan", type="primary", icon=":material/play_arrow:", disabled=busy, width="stretch"):
            _start(account, label or _label(account, bool(changed)))


def _label(account: Account, changed: bool) -> str:
    parts = [account.name, session.override_name(), "changed" if changed else ""]
    return " · ".join(p for p in parts if p)[:LABEL_CHARACTERS]


def _start(account: Account, label: str) -> None:
    from planner.ui.library import Asked

    library, now = session.library(), datetime.now(UTC)
    id = library.new_id(now)
    folder = str(session.account_folder())
    asked = Asked(label=label, account=folder, override=session.override_name(), changes=session.changes(), at=now)
    library.note(id, asked)
    request = Request(
        account=folder,
        out=str(library.folder(id)),
        override=asked.override,
        changes=asked.changes,
        limit_s=LIMIT_S,
        memory_mb=MEMORY_MB,
    )
    try:
        session.job_queue().submit(id, request, log_file=library.log_file(id))
    except QueueFullError as error:
        library.forget(id)
        st.error(plain(error))
        return
    session.watch(id)
    st.rerun()


def _result() -> None:
    try:
        found = session.shown()
    except PlannerError as error:
        unreadable(error)
        return
    if found is None:
        return
    saved, plan = found
    with st.container(border=True):
        st.subheader("Result")
        show_origin(saved, plan)
        show_headline(plan)
        with st.expander("Summary in words"):
            st.code(plan.summary(), language=None)
        columns = st.columns(5)
        for column, (name, label) in zip(columns, _NEXT, strict=True):
            with column:
                link(name, label)


_NEXT = (
    ("requirement", "Requirement"),
    ("roster", "Roster"),
    ("service", "Service"),
    ("cost", "Cost"),
    ("download", "Download"),
)
