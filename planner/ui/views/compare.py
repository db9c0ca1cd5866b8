"""Compare: two plans side by side, and the difference in every figure."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from planner.errors import DataError, PlannerError
from planner.scenarios import Comparison, compare
from planner.scenarios.compare import ComparisonRow
from planner.ui import session
from planner.ui.components.links import link
from planner.ui.components.nothing import unreadable
from planner.ui.components.problems import show_problems
from planner.ui.components.result import proof
from planner.ui.components.tables import show_table
from planner.ui.library import SavedPlan, plan_words
from planner.ui.text import number, one_line, plain, when, words

KEPT = "compare:picked"
BETTER, WORSE, SAME = "▲ better", "▼ worse", "= same"


def show() -> None:
    """Draw the page."""
    st.title("Compare")
    st.caption("People, hours, money and delivered service of two finished plans; differences are against the first.")
    plans = {p.id: p for p in session.library().plans()}
    if len(plans) < 2:
        have = "is no plan" if not plans else "is one plan only"
        st.info(
            f"There {have} so far. Change an input or pick a what-if, run again, and compare.", icon=":material/compare_arrows:"
        )
        link("account" if plans else "run", "Change inputs" if plans else "Run a plan", icon=":material/arrow_forward:")
        return
    base, other = _pick(plans)
    if base is None or other is None:
        return
    if base == other:
        st.info("Pick two different plans.")
        return
    _sides(plans[base], plans[other])


def _pick(plans: dict[str, SavedPlan]) -> tuple[str | None, str | None]:
    ids = list(plans)
    before = [i for i in st.session_state.get(KEPT, ()) if i in plans]
    if len(before) < 2:
        newest = session.shown_id() if session.shown_id() in plans else ids[0]
        before = [next(i for i in ids if i != newest), newest]
    words = plan_words(plans.values())
    a, b, c = st.columns([5, 1.6, 5], vertical_alignment="bottom")
    base = a.selectbox(
        "First (base)", ids, index=ids.index(before[0]), format_func=words.__getitem__, key=f"base:{before}:{len(ids)}"
    )
    swap = b.button("Swap", icon=":material/swap_horiz:", width="stretch", help="Exchange the two plans.")
    other = c.selectbox(
        "Second", ids, index=ids.index(before[1]), format_func=words.__getitem__, key=f"other:{before}:{len(ids)}"
    )
    if swap:
        st.session_state[KEPT] = (other, base)
        st.rerun()
    st.session_state[KEPT] = (base, other)
    return base, other


def _sides(first: SavedPlan, second: SavedPlan) -> None:
    try:
        plans = [session.read_plan(first), session.read_plan(second)]
    except PlannerError as error:
        unreadable(error)
        return
    names = [first.label, second.label] if first.label != second.label else [f"{first.label} (1)", f"{second.label} (2)"]
    try:
        result = compare(plans, plans[0], names=names)
    except DataError as error:
        show_problems(error.problems, "These plans cannot be compared.")
        return
    metrics = {row.metric: row for row in result.rows}
    columns = st.columns(5)
    for column, (metric, label, digits) in zip(columns, _KEY, strict=True):
        if metric in metrics:
            _metric(column, label, metrics[metric], digits)
    st.caption(
        f"Figures above are those of {plain(names[1])}, with the difference from {plain(names[0])}; amounts in {plain(result.currency)}."
    )
    show_table(
        comparison_frame(result), alt="Two plans side by side with differences", name="comparison", columns=_columns(result)
    )
    a, b = st.columns(2)
    for column, saved, plan in ((a, first, plans[0]), (b, second, plans[1])):
        with column, st.container(border=True):
            horizon = plan.account.horizon
            st.markdown(
                f"**{plain(saved.label)}**  \n{plain(saved.account)}, {words(horizon.days, 'day')} from {horizon.start}  \n"
                f"made {when(saved.made)}  \nShift plan: {proof(plan.solves[0])}"
            )
            if st.button("Put on show", key=f"show:{saved.id}", disabled=session.shown_id() == saved.id):
                session.show(saved.id)
                st.rerun()


_KEY = (
    ("cost", "Cost", 0),
    ("price", "Price", 0),
    ("agents on the payroll", "Agents", 0),
    ("paid hours", "Paid hours", 0),
    ("promises kept in every window", "Promises kept", 0),
)


def _metric(column: st.delta_generator.DeltaGenerator, label: str, row: ComparisonRow, digits: int) -> None:
    difference = row.differences[1]
    unchanged = difference is None or abs(difference) < 0.5 * 10**-digits
    column.metric(
        label,
        number(row.values[1], digits),
        None if unchanged else f"{difference:+,.{digits}f}",
        delta_color="off" if row.better == 0 else "normal" if row.better > 0 else "inverse",
    )


def comparison_frame(result: Comparison) -> pd.DataFrame:
    """Return a row per figure: both plans' values, the difference, and which way it is better (said in words and by a sign)."""
    first, second = result.names
    rows = [
        {
            "Figure": one_line(row.metric),
            "Unit": row.unit,
            first: row.values[0],
            second: row.values[1],
            "Difference": _rounded(row.differences[1]),
            "": _verdict(row),
            "Difference, %": _relative(row),
        }
        for row in result.rows
    ]
    return pd.DataFrame(rows)


def _rounded(difference: float | None) -> float | None:
    return None if difference is None else round(difference, 9) + 0.0  # no -0.00


def _relative(row: ComparisonRow) -> float | None:
    base, difference = row.values[0], row.differences[1]
    return None if difference is None or not base or row.unit == "%" else 100 * difference / abs(base)


def _verdict(row: ComparisonRow) -> str:
    difference = row.differences[1]
    if difference is None or row.better == 0:
        return ""
    if abs(difference) < 1e-9:
        return SAME
    return BETTER if difference * row.better > 0 else WORSE


def _columns(result: Comparison) -> dict[str, Any]:
    values = {name: st.column_config.NumberColumn(format="accounting") for name in result.names}
    return values | {
        "Difference": st.column_config.NumberColumn(format="%+.2f"),
        "Difference, %": st.column_config.NumberColumn(format="%+.1f"),
    }
