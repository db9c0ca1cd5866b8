"""Cost: what the roster costs line by line, and what the client pays for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from planner.charts import alt, cost_breakdown
from planner.domain.headline import cost_and_price, paid_hours
from planner.domain.money import LEAD_IN, CostLine
from planner.domain.plan import Plan
from planner.ui.components.figures import show_figure
from planner.ui.components.filters import filters
from planner.ui.components.nothing import plan_on_show
from planner.ui.components.tables import show_table
from planner.ui.frames import money_frame
from planner.ui.text import number, plain

BY = {"site": "Site", "language": "Language", "group": "Group"}


def show() -> None:
    """Draw the page."""
    found = plan_on_show("Cost", "Every amount is hours times a rate; nothing is copied from the optimiser.")
    if found is not None:
        _page(found[1])


@st.fragment
def _page(plan: Plan) -> None:
    picked = filters(plan, ask=("site",))
    _numbers(plan)
    by = st.segmented_control("Bars by", list(BY), default="site", required=True, format_func=BY.__getitem__, key="cost-by")
    figure = cost_breakdown(plan, by=str(by))
    show_figure(figure, alt=alt(figure), key="cost")
    sites = picked.sites(plan) | {""}
    cost = [x for x in plan.bill.cost if picked.site is None or x.site in sites]
    price = [x for x in plan.bill.price if picked.site is None or x.site in sites]
    left, right = st.columns(2)
    with left:
        st.subheader("By site")
        show_table(_sums(cost, "Site"), alt="Cost by site", name="cost-by-site", columns=_COLUMNS)
    with right:
        st.subheader("By item")
        show_table(_sums(cost, "Item"), alt="Cost by item", name="cost-by-item", columns=_COLUMNS)
    st.subheader("Cost lines")
    show_table(money_frame(cost), alt="Cost lines by site, group and item", name="cost", columns=_COLUMNS)
    st.subheader("Price")
    margin = f"{float(plan.account.contract.margin_share):.0%}"
    st.caption(f"Cost of the hours plus a margin of {plain(margin)}.")
    show_table(money_frame(price), alt="Price lines", name="price", columns=_COLUMNS)


def _numbers(plan: Plan) -> None:
    (cost, price), hours = cost_and_price(plan), paid_hours(plan)
    contacts = float(np.nansum(plan.demand.contacts))
    lead_in = plan.bill.lead_in_cost()
    a, b, c, d = st.columns(4)
    a.metric("Cost", f"{cost.amount:,.2f}", help=f"In {cost.currency}, whole horizon, lead-in excluded.")
    b.metric("Price", f"{price.amount:,.2f}", help=f"In {cost.currency}.")
    c.metric("Cost of a paid hour", number(float(cost.amount) / hours if hours else None, 2))
    d.metric(
        "Cost of a contact", number(float(cost.amount) / contacts if contacts else None, 2), help="Of an expected contact."
    )
    note = f"Shifts begun before the horizon cost {lead_in} more, counted apart." if lead_in is not None else ""
    st.caption(f"Amounts in {plain(cost.currency)}, all sites together. {plain(note, characters=300)}")


def _sums(lines: Sequence[CostLine], key: str) -> pd.DataFrame:
    """Return amounts and their shares by one column; the lead-in is left out, as in the total (C13)."""
    frame = money_frame(x for x in lines if not x.item.endswith(LEAD_IN))
    if frame.empty:
        return frame[[key, "Amount", "Currency"]]
    sums = frame.groupby([key, "Currency"], as_index=False)["Amount"].sum().sort_values("Amount", ascending=False)
    sums["Share, %"] = 100 * sums["Amount"] / sums["Amount"].sum()
    return sums[[key, "Amount", "Share, %", "Currency"]]


_COLUMNS = {
    "Hours": st.column_config.NumberColumn(format="accounting"),
    "Rate": st.column_config.NumberColumn(format="%.4f"),
    "Amount": st.column_config.NumberColumn(format="accounting"),
    "Share, %": st.column_config.NumberColumn(format="%.1f"),
}
