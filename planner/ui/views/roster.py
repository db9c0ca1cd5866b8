"""Roster: who works when, on which clock, and where there are too many or too few."""

from __future__ import annotations

import streamlit as st

from planner.charts import alt, capacity_by_site, coverage_by_hour, coverage_heatmap, roster_gantt
from planner.domain.headline import paid_hours
from planner.domain.plan import Plan
from planner.domain.shifts import Shift
from planner.ui.components.figures import show_figure
from planner.ui.components.filters import Selection, filters
from planner.ui.components.nothing import plan_on_show
from planner.ui.components.tables import show_table
from planner.ui.frames import open_frame, people_frame, shifts_frame
from planner.ui.text import number

SITE_CLOCK = "site"
AGENT_ROWS = 400
"""With more people than this the chart has a row per shift kind only."""


def show() -> None:
    """Draw the page."""
    found = plan_on_show("Roster", "Shifts worked, and agents on seat over or under the requirement.")
    if found is not None:
        _page(found[1])


@st.fragment
def _page(plan: Plan) -> None:
    picked = filters(plan)
    shifts = _shifts(plan, picked)
    a, b, c, d = st.columns(4)
    a.metric("Agents", number(len(plan.roster.agents)), help="On the payroll, all sites.")
    b.metric("Shifts worked", number(sum(s.heads for s in shifts)), help="By the filters.")
    c.metric("Shift lines", number(len(shifts)), help="Same group, hours and breaks on one date.")
    d.metric("Paid hours", number(paid_hours(plan)), help="All sites, shifts begun in the horizon.")
    named = ["Named weeks", "Hire or overtime"] if plan.roster.named else []
    tabs = st.tabs(["Over and short", "Who works when", "People by site", "Shifts", *named])
    with tabs[0]:
        _map(plan, picked)
    with tabs[1]:
        _gantt(plan, picked)
    with tabs[2]:
        people = capacity_by_site(plan, site=picked.site)
        show_figure(people, alt=alt(people), key="people")
    with tabs[3]:
        zone = _clock(plan, "table")
        frame = shifts_frame(plan, shifts, zone)
        show_table(frame, alt="Shifts by site and date", name="shifts", columns=_COLUMNS)
    if named:
        with tabs[4]:
            _weeks(plan, picked)
        with tabs[5]:
            _open(plan, picked)


def _weeks(plan: Plan, picked: Selection) -> None:
    groups = [g.id for g in plan.account.groups if g.site in picked.sites(plan)]
    wanted = st.multiselect("Groups", groups, placeholder="All groups", key=f"groups:{hash(tuple(groups))}")
    frame = people_frame(plan, picked.sites(plan), wanted)
    if frame.empty:
        st.info("Nobody works here by these filters.")
        return
    st.caption("On each site's own clock. ·: free. off: time off. Agents that begin with hire- are yet to be hired.")
    show_table(frame, alt="Every agent's week", name="people", columns=_HOURS)


def _open(plan: Plan, picked: Selection) -> None:
    frame = open_frame(plan, picked.sites(plan))
    if picked.day is not None and not frame.empty:
        frame = frame[frame["Date"] == picked.day]
    if frame.empty:
        st.info("Every place of these shifts is held by somebody named.")
        return
    st.caption("Places nobody named can take within contract, leave and law.")
    show_table(frame, alt="Places to hire or ask overtime for", name="hire_or_overtime")


def _shifts(plan: Plan, picked: Selection) -> list[Shift]:
    sites = picked.sites(plan)
    serving = {g.id for g in plan.account.groups if any(g.serves(q.language, q.channel) for q in picked.queues)}
    return [
        s for s in plan.shifts.shifts if s.site in sites and s.group in serving and (picked.day is None or s.date == picked.day)
    ]


def _map(plan: Plan, picked: Selection) -> None:
    st.caption(
        "Orange: fewer than the interval alone would need; ▼: fewer than it must have; blue: more. Point at a chart for numbers."
    )
    whole = coverage_heatmap(plan)
    show_figure(whole, alt=alt(whole), key="heat")
    hours = coverage_by_hour(plan, queue=picked.queue)
    show_figure(hours, alt=alt(hours), key="hours")


def _gantt(plan: Plan, picked: Selection) -> None:
    a, b = st.columns(2)
    with a:
        zone = _clock(plan, "gantt")
    with b:
        kinds = ["shift", "agent"] if len(plan.roster.agents) <= AGENT_ROWS else ["shift"]
        words = {"shift": "Shift kinds", "agent": "People"}
        by = st.segmented_control(
            "A row for each", kinds, default="shift", required=True, format_func=words.__getitem__, key="rows"
        )
    figure = roster_gantt(plan, clock=zone or SITE_CLOCK, by=str(by), site=picked.site)
    show_figure(figure, alt=alt(figure), key="gantt")


def _clock(plan: Plan, key: str) -> str | None:
    """Ask which clock times are read on; return its zone, None for each site's own."""
    zones = list(dict.fromkeys(m.zone for m in plan.account.markets))
    names = {m.zone: f"Customers' clock ({m.zone})" for m in plan.account.markets}
    names |= {SITE_CLOCK: "Each site's own clock", "UTC": "UTC"}
    options = [SITE_CLOCK, *zones, *(["UTC"] if "UTC" not in zones else [])]
    picked = st.selectbox("Clock", options, format_func=lambda z: names.get(z, z), key=f"clock:{key}:{hash(tuple(options))}")
    return None if picked in (None, SITE_CLOCK) else str(picked)


_HOURS = {
    "Paid hours": st.column_config.NumberColumn(format="%.1f"),
    "Days of contract": st.column_config.NumberColumn(format="%d"),
}
_COLUMNS = {"Paid hours a head": st.column_config.NumberColumn(format="%.2f")}
