"""The job a page has started: drawn while it is at work, told once it has ended. One way for every page that starts jobs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import streamlit as st

from planner.ui import session
from planner.ui.components.progress import show_failure, watch
from planner.worker import Ending


class Stand(Enum):
    """How a job stands."""

    NONE = "none"  # nothing was started
    AT_WORK = "at work"  # or in line
    LOST = "lost"  # started by a server that has ended since
    FAILED = "failed"  # ended without a result
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as its page tells of it: when solving stops (`time_limit_s`, `gap`), the `currency` of best and bound; `nothing` says that
    there is no result, `keeps` what a cancel leaves, `solving` whether there is a best and a bound at all."""

    id: str
    time_limit_s: float
    gap: float = 0.0
    currency: str = ""
    nothing: str = "No plan was made"
    keeps: str = "plan"
    solving: bool = True


def stand_of(id: str) -> Stand:
    """Return how the job `id` stands; empty for none."""
    if not id:
        return Stand.NONE
    view = session.job_queue().view(id)
    if view is None:
        return Stand.LOST
    if view.outcome is None:
        return Stand.AT_WORK
    return Stand.DONE if view.outcome.ending is Ending.DONE else Stand.FAILED


def follow(job: Job, *, result_known: bool = False) -> Stand:
    """Draw the job while it is at work and tell how it ended if it has no result; return how it stands.

    A page draws no more while the job is at work: it runs again once that has ended. With `result_known` a lost job is not told of.
    """
    stand = stand_of(job.id)
    if stand is Stand.AT_WORK:
        watch(
            job.id,
            time_limit_s=job.time_limit_s,
            gap=job.gap,
            currency=job.currency,
            solving=job.solving,
            keeps=job.keeps,
        )
    elif stand is Stand.LOST and not result_known:
        st.warning(
            "The job that was started here is not known any more: the server has been restarted.", icon=":material/help:"
        )
    elif stand is Stand.FAILED:
        view = session.job_queue().view(job.id)
        if view is not None and view.outcome is not None:
            show_failure(view.outcome, job.nothing)
            if view.outcome.ending not in (Ending.DATA, Ending.INFEASIBLE, Ending.CANCELLED):  # those say all there is to say
                _offer_log(job.id)
    return stand


def _offer_log(id: str) -> None:
    path = session.library().log_file(id)
    if path.is_file() and path.stat().st_size:
        st.download_button(
            "Worker's log",
            data=path.read_bytes,
            file_name="planner-worker.log",
            mime="text/plain",
            on_click="ignore",
            type="tertiary",
            icon=":material/description:",
            key=f"log:{id}",
        )
