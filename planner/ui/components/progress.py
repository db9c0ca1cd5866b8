"""A job at work, drawn anew twice a second, and how it ended."""

from __future__ import annotations

import streamlit as st

from planner.domain.solve import Progress
from planner.ui import session
from planner.ui.components.problems import show_problems, show_reasons
from planner.ui.text import number, percent, plain, seconds
from planner.worker import Ending, Outcome
from planner.worker.protocol import gap as gap_of
from planner.worker.queue import JobView

EVERY_S = 0.5
OTHERS = {
    "load": (0.00, 0.03, "Opening the plan"),
    "replan": (0.25, 0.91, "Re-planning"),
    "shared people": (0.25, 0.88, "Simulating shared people"),
    "second skills": (0.03, 1.00, "Trying second skills"),
}
"""The same for stages of a re-plan, of advice, and of plans of shared people, whose simulations go on from the design of shifts."""
ASKING = "asking"
"""How stages of an explanation begin."""
STAGES = {
    "account": (0.00, 0.03, "Reading the account"),
    "forecast": (0.03, 0.15, "Forecasting contacts"),
    "requirement": (0.15, 0.25, "Sizing the requirement"),
    "shifts": (0.25, 0.88, "Designing shifts"),
    "roster": (0.88, 0.91, "Assigning people"),
    "evaluation": (0.91, 0.93, "Evaluating the roster"),
    "simulation": (0.93, 0.96, "Simulating the roster"),
    "export": (0.96, 1.00, "Writing the plan"),
}
"""Where in the whole each stage begins and ends, as shown on the bar, and how people call it."""


def overall(progress: Progress | None, time_limit_s: float) -> tuple[float, str]:
    """Return the share of the whole job done and what is under way. Solving has no known length: its time against the limit stands in."""
    if progress is None:
        return 0.0, "Starting"
    if progress.stage.startswith(ASKING):  # questions count against their own time
        return progress.share or 0.0, progress.stage.capitalize()
    begin, end, words = (STAGES | OTHERS).get(progress.stage, (0.25, 0.88, progress.stage or "Working"))
    within = progress.share if progress.share is not None else min(0.95, progress.seconds / max(time_limit_s, 1.0))
    return begin + (end - begin) * min(max(within, 0.0), 1.0), words


def watch(id: str, *, time_limit_s: float, gap: float, currency: str, solving: bool = True, keeps: str = "plan") -> None:
    """Show the job `id` until it has ended, then run the page again to show its result.

    Best, bound and gap are shown for jobs that are `solving`; `keeps` is what a cancel leaves.
    """

    @st.fragment(run_every=EVERY_S)
    def live() -> None:
        view = session.job_queue().view(id)
        if view is None or view.outcome is not None:
            st.rerun()
        _draw(view, time_limit_s=time_limit_s, gap=gap, currency=currency, solving=solving)
        st.button(
            "Stopping …" if view.cancelling else "Cancel",
            key=f"cancel:{id}",
            disabled=view.cancelling,
            icon=":material/stop_circle:",
            help=f"Stops soon and keeps the best {keeps} found so far, if there is one.",
            on_click=session.job_queue().cancel,
            args=(id,),
        )

    live()


def _draw(view: JobView, *, time_limit_s: float, gap: float, currency: str, solving: bool) -> None:
    if view.place:
        at_work = len(session.job_queue().running())
        st.info(f"In line: number {view.place} of those waiting, while {at_work} are at work.", icon=":material/hourglass_top:")
        return
    share, words = overall(view.progress, time_limit_s)
    st.progress(share, text=f"{plain(words)} · {seconds(round(view.seconds))}")
    if not solving:
        return
    progress = view.progress
    best, bound = (progress.best, progress.bound) if progress else (None, None)
    a, b, c, d = st.columns(4)
    a.metric("Best so far", number(best), help=f"Best roster found, in {currency}, with a price on what is short.")
    b.metric("Bound", number(bound), help=f"No roster can cost less than this, in {currency}.")
    c.metric("Gap", percent(gap_of(best, bound)), help="How far the best can be above the cheapest.")
    d.metric("Stops at", f"{100 * gap:.4g}% or {seconds(time_limit_s)}")


def show_failure(outcome: Outcome, nothing: str = "No plan was made") -> None:
    """Say how a job without a plan, or another result (`nothing` says so), ended."""
    if outcome.ending is Ending.DATA:
        show_problems(outcome.problems, f"{nothing}: the input is not right.")
    elif outcome.ending is Ending.INFEASIBLE:
        show_reasons(outcome.reasons, f"{nothing}: no roster can do this.")
    elif outcome.ending is Ending.CANCELLED:
        st.info(f"Cancelled: {plain(outcome.message, characters=600)}", icon=":material/cancel:")
    else:
        st.error(f"**{nothing}:** {plain(outcome.message, characters=600)}", icon=":material/error:")
