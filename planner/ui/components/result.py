"""A finished plan in a few lines: what it is, when and from what it was made, how good it is."""

from __future__ import annotations

import streamlit as st

from planner.domain.headline import cost_and_price, promises_kept, shortfall_hours
from planner.domain.plan import Plan
from planner.domain.solve import SolveInfo, Status
from planner.io.overrides import CUSTOM
from planner.ui import session
from planner.ui.library import SavedPlan
from planner.ui.text import number, percent, plain, when, words


def proof(info: SolveInfo) -> str:
    """Return how a solve ended, in words that promise nothing it did not prove."""
    near = f"at most {percent(info.gap)} above the cheapest" if info.gap is not None else "with no proven bound"
    match info.status:
        case Status.OPTIMAL:
            return "the cheapest, proven"
        case Status.GAP_REACHED:
            return near
        case Status.ROUNDS_DONE:
            return f"best of the planned rounds, {near}"
        case Status.TIME_LIMIT:
            return f"best found in the time, {near}"
        case Status.CANCELLED:
            return f"best found before it was cancelled, {near}"
        case _:
            return info.status.value.replace("_", " ")


def show_origin(saved: SavedPlan, plan: Plan) -> None:
    """Say which plan is on show, when and from which inputs it was made, and whether these have changed since."""
    horizon = plan.account.horizon
    asked = session.library().asked(saved.id)
    named = [name for name in plan.account.override.split("+") if name and name != CUSTOM]
    what_if = f" · what-if {plain(' + '.join(named))}" if named else ""
    edits = " · with changes made on the page" if asked and asked.changes else ""
    account = f" · {plain(saved.account)}" if saved.label != saved.account else ""
    st.markdown(
        f"**{plain(saved.label)}**{account}{what_if}{edits} · {words(horizon.days, 'day')} from {horizon.start} "
        f"({plain(horizon.zone)}) · made {when(saved.made)}"
    )
    if session.is_stale(saved):
        st.warning(
            "The inputs have changed since this plan was made: its figures belong to the inputs of then. Run again to bring it up to date.",
            icon=":material/history:",
        )


def show_headline(plan: Plan) -> None:
    """Show a plan's key figures, each with its meaning."""
    cost, price = cost_and_price(plan)
    met, promises = promises_kept(plan)
    a, b, c, d, e = st.columns(5)
    a.metric("Cost", f"{cost.amount:,.0f}", help=f"Cost of the roster in {cost.currency}, lead-in excluded.")
    b.metric("Price", f"{price.amount:,.0f}", help=f"Cost plus margin in {price.currency}.")
    c.metric("Agents", number(len(plan.roster.agents)), help="People on the payroll.")
    d.metric("Promises kept", f"{met} of {promises}", help="Service promises met in every one of their own windows.")
    e.metric(
        "Short",
        f"{number(shortfall_hours(plan), 1)} h",
        help="On-seat agent-hours missing against the requirement, summed over queues and intervals.",
    )
    st.caption(
        f"Amounts in {plain(plan.account.currency)} for the horizon. Shift plan: {proof(plan.solves[0])}. {_repeatable(plan)}"
    )


def _repeatable(plan: Plan) -> str:
    made = plan.provenance
    if made.repeatable:
        return "The same inputs give this plan again."
    return f"The same inputs may give another plan: {plain(made.why_not_repeatable)}."
