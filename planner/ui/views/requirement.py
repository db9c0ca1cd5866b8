"""Requirement: what is expected, with its spread, and the agents it takes by interval."""

from __future__ import annotations

import numpy as np
import streamlit as st

from planner.charts import alt, coverage_lines, demand_forecast
from planner.domain.headline import held_queues
from planner.domain.plan import Plan
from planner.ui.components.figures import show_figure
from planner.ui.components.filters import Selection, filters
from planner.ui.components.nothing import plan_on_show
from planner.ui.components.tables import show_table
from planner.ui.frames import requirement_frame
from planner.ui.text import number, plain

DESIGNED = (
    "Promises of shared people are held to the simulated floor (see Service). Agents required are those the shifts were designed for, "
    "people divided between queues; work that waits needs few of its own, for it fills idle time."
)
"""What a requirement means where promises are held to simulated levels."""


def show() -> None:
    """Draw the page."""
    found = plan_on_show("Requirement", "Contacts expected, and the agents on seat that keep the promise in each interval.")
    if found is not None:
        _page(found[1])


@st.fragment
def _page(plan: Plan) -> None:
    picked = filters(plan)
    if not picked.queues:
        st.info("No queue is left by these filters.")
        return
    if held_queues(plan):
        st.caption(DESIGNED)
    _numbers(plan, picked)
    demand = demand_forecast(plan, queue=picked.queue)
    show_figure(demand, alt=alt(demand), key="demand")
    lines = coverage_lines(plan, queue=picked.queue, language=None if picked.queue else picked.language)
    show_figure(lines, alt=alt(lines), key="lines")
    st.subheader("By interval")
    frame = requirement_frame(plan, picked.rows(plan), picked.intervals(plan))
    show_table(frame, alt="Requirement by queue and interval", name="requirement", columns=_COLUMNS)
    with st.expander("How each queue was forecast and sized"):
        for q in picked.queues:
            at = plan.demand.queues.index(q.id)
            choice = plan.demand.choices[at]
            errors = ", ".join(f"{plain(name)} {wape:.1%}" for name, wape in choice.wape)
            st.markdown(
                f"**{plain(q.id)}**  \nForecast: {plain(choice.model)}. {plain(choice.reason, characters=600)}"
                + (f" Back-test error (WAPE): {errors}." if errors else "")
                + f"  \nSized: {plain(plan.requirement.methods[at], characters=600)}"
            )


def _numbers(plan: Plan, picked: Selection) -> None:
    rows, when = picked.rows(plan), picked.intervals(plan)
    contacts = plan.demand.contacts[rows][:, when]
    agents = plan.requirement.agents[rows][:, when]
    load_h = np.nansum(contacts * plan.demand.aht_s[rows][:, when]) / 3600
    together = np.nansum(agents, axis=0)
    a, b, c, d = st.columns(4)
    a.metric("Contacts expected", number(float(np.nansum(contacts))))
    b.metric("Work", f"{number(float(load_h))} h", help="Contacts times handling time.")
    c.metric("Agent-hours required", f"{number(float(np.nansum(agents)) * plan.demand.grid.interval_h)} h", help="On seat.")
    d.metric(
        "Most agents at once", number(float(together.max()) if together.size else None, 1), help="Sum over the queues picked."
    )


_COLUMNS = {
    "Contacts": st.column_config.NumberColumn(format="%.1f"),
    "Contacts p10": st.column_config.NumberColumn(format="%.1f", help="One future in ten stays below."),
    "Contacts p90": st.column_config.NumberColumn(format="%.1f", help="One future in ten goes above."),
    "Agents required": st.column_config.NumberColumn(format="%.2f"),
    "Agents on seat": st.column_config.NumberColumn(format="%.2f"),
    "Over (+) or short (-)": st.column_config.NumberColumn(format="%+.2f"),
    "Level at requirement, %": st.column_config.NumberColumn(
        format="%.1f", help="Empty for deferred work and without contacts."
    ),
}
