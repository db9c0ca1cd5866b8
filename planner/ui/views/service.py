"""Service: what the finished roster delivers against what was promised, and how sure that is."""

from __future__ import annotations

import streamlit as st

from planner.charts import alt, backlog_by_age, service_by_day
from planner.domain.evaluation import SlaResult
from planner.domain.headline import simulated_late
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.ui.components.figures import show_figure
from planner.ui.components.filters import Selection, filters
from planner.ui.components.nothing import plan_on_show
from planner.ui.components.simulated import show_simulation
from planner.ui.components.tables import show_table
from planner.ui.frames import deferred_frame, overload_frame, sla_frame
from planner.ui.promises import own_windows
from planner.ui.text import number, percent, plain

OWN = "own"


def show() -> None:
    """Draw the page."""
    found = plan_on_show("Service", "Computed from the finished roster, by the formula each promise names.")
    if found is not None:
        _page(found[1])


@st.fragment
def _page(plan: Plan) -> None:
    picked = filters(plan, ask=("language", "queue", "site"))
    own = [r for results in own_windows(plan).values() for r in results if _of(plan, r, picked)]
    _numbers(own)
    st.subheader("Promises")
    windows = list(dict.fromkeys(r.window for r in plan.evaluation.sla))
    options = [OWN, *(w.value for w in windows)]
    window = st.segmented_control(
        "Measured over",
        options,
        default=OWN,
        required=True,
        format_func=lambda w: "Each promise's own window" if w == OWN else str(w).capitalize(),
        key=f"window:{hash(tuple(options))}",
    )
    results = own if window == OWN else [r for r in plan.evaluation.sla if r.window is Window(window) and _of(plan, r, picked)]
    show_table(sla_frame(plan, results), alt="Delivered service by promise and window", name="service", columns=_COLUMNS)
    figure = service_by_day(plan, language=picked.language)
    show_figure(figure, alt=alt(figure), key="service")
    show_simulation(plan, {queue.id for queue in picked.queues})
    deferred = deferred_frame(plan, picked.rows(plan), picked.intervals(plan))
    st.subheader("Deferred work")
    if deferred.empty:
        st.caption("None of these queues holds deferred work.")
    else:
        show_table(deferred, alt="Deferred work by queue and day", name="deferred", columns=_DEFERRED)
        ages = backlog_by_age(plan, queues={queue.id for queue in picked.queues})
        show_figure(ages, alt=alt(ages), key="backlog")
        _late(plan, picked)
    if plan.evaluation.notes:
        st.subheader("Good to know")
        st.markdown("\n".join(f"- {plain(note, characters=600)}" for note in plan.evaluation.notes))


def _late(plan: Plan, picked: Selection) -> None:
    drawn = [(id, late) for id, late in simulated_late(plan) if any(queue.id == id for queue in picked.queues)]
    if drawn:
        total = sum(late for _, late in drawn)
        most = max(drawn, key=lambda row: row[1])
        named = f", most of them {plain(most[0])} ({number(most[1], 1)})" if total >= 0.05 else ""
        st.caption(f"On average over the simulated horizons {number(total, 1)} contacts miss their clock{named}.")
        return
    late = overload_frame(plan, {queue.id for queue in picked.queues})
    if late.empty:
        st.caption("No contact that may wait misses its clock.")
    else:
        st.caption("Contacts that miss their clock, answered late or still open, by day of arrival.")
        show_table(late, alt="Contacts that miss their clock by queue and day of arrival", name="overload", columns=_LATE)


def _of(plan: Plan, result: SlaResult, picked: Selection) -> bool:
    """True when a result is about one of the queues picked; clauses over several queues are shown with any of theirs."""
    covered = next((c.queues for c in plan.account.contract.clauses if c.id == result.clause), (result.scope,))
    names = {q.id for q in picked.queues}
    return result.scope in names or any(q in names for q in covered)


def _numbers(own: list[SlaResult]) -> None:
    judged = [r for r in own if r.met is not None]
    sure = [r.probability for r in own if r.probability is not None]
    worst = min(judged, key=lambda r: (r.level or 0) - r.target, default=None)
    a, b, c = st.columns(3)
    a.metric("Windows kept", f"{number(sum(bool(r.met) for r in judged))} of {number(len(judged))}")
    distance = "–" if worst is None or worst.level is None else f"{100 * (worst.level - worst.target):+.1f} points"
    b.metric("Tightest promise", distance, help="Delivered level less target, in the window that has least to spare.")
    c.metric("Least sure", percent(min(sure, default=None), 0), help="Share of demand scenarios in which that promise is kept.")


_COLUMNS = {
    "Contacts": st.column_config.NumberColumn(format="%.0f"),
    "In time": st.column_config.NumberColumn(format="%.0f"),
    "Delivered, %": st.column_config.NumberColumn(format="%.2f"),
    "Target, %": st.column_config.NumberColumn(format="%.1f"),
    "Probability, %": st.column_config.NumberColumn(format="%.0f", help="Share of demand scenarios in which it is kept."),
    "Law": st.column_config.TextColumn(help="How the level was computed: stationary, transient, simulated or fluid."),
}
_DEFERRED = {
    name: st.column_config.NumberColumn(format="%.1f")
    for name in ("Arrived", "Done", "Open at its end", "Overdue at its end", "Oldest open, h")
}
_LATE = {
    "Contacts": st.column_config.NumberColumn(format="%.1f"),
    "Late": st.column_config.NumberColumn(format="%.1f"),
    "Desk closed till due": st.column_config.NumberColumn(
        format="%.1f", help="Of the late ones, those with no open hour before they are due: late whatever the staffing."
    ),
    "Latest, h": st.column_config.NumberColumn(format="%.1f"),
}
