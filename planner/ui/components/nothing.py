"""What a page says when it has nothing to show yet: why, and the next step."""

from __future__ import annotations

import streamlit as st

from planner.domain.plan import Plan
from planner.errors import DataError, PlannerError, Problem
from planner.ui import session
from planner.ui.components.links import link
from planner.ui.components.problems import show_problems
from planner.ui.components.result import show_origin
from planner.ui.library import SavedPlan, plan_words


def no_account() -> None:
    """Say that no account is chosen."""
    st.info("No account is chosen yet. Choose a sample, an account on disk, or upload your own.", icon=":material/folder_open:")
    link("account", "Choose an account", icon=":material/arrow_forward:")


def plan_on_show(title: str, subtitle: str) -> tuple[SavedPlan, Plan] | None:
    """Start a page about the plan on show: heading, which plan it is, whether it is stale. None, and the next step, without a plan."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.title(title)
    with right:
        pick_plan()
    try:
        found = session.shown()
    except PlannerError as error:
        unreadable(error)
        return None
    if found is None:
        st.info("There is no plan to show yet. Run one, or pick one made before.", icon=":material/event_note:")
        if session.account_folder() is None:
            link("account", "First choose an account", icon=":material/arrow_forward:")
        else:
            link("run", "Run a plan", icon=":material/arrow_forward:")
        return None
    st.caption(subtitle)
    show_origin(found[0], found[1])
    return found


def unreadable(error: PlannerError) -> None:
    """Say that a plan on disk cannot be read."""
    problems = error.problems if isinstance(error, DataError) else (Problem("plan", str(error)),)
    show_problems(problems, "This plan cannot be read.")


def pick_plan() -> None:
    """Let a finished plan be put on show; nothing while there are none."""
    words = plan_words(session.library().plans())
    if not words:
        return
    ids, current = list(words), session.shown_id()
    picked = st.selectbox(
        "Plan on show",
        ids,
        index=ids.index(current) if current in words else None,
        format_func=words.__getitem__,
        placeholder="Choose a plan",
        key=f"plan-on-show:{current}:{len(ids)}",
    )
    if picked is not None and picked != current:
        session.show(picked)
        st.rerun()
