"""What one to three agents can promise, on a page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.domain.plan import Plan
from planner.domain.small_desk import Fare, SmallDesk
from planner.domain.small_desk_words import between, empty, hours, percent, unkept, within
from planner.ui.components.tables import show_table
from planner.ui.text import number, one_line, plain


def show_small_desks(plan: Plan) -> None:
    """Show every small desk of `plan`: what it keeps of all contacts, and while all are there; its hours and when it is empty."""
    desks = plan.evaluation.small_desks
    if not desks:
        st.caption(
            "Every live queue of this plan has more than three people at once: what they deliver is on the page Service."
        )
        return
    st.caption(
        "Whoever is on the line cannot take the next call, has breaks, falls ill. These are shares of all contacts, simulated with sampled "
        "absences, with 95% intervals; while all who are due are there they are exact."
    )
    for desk in desks:
        who = "one person" if desk.most == 1 else f"up to {desk.most} people"
        st.markdown(f"**{plain(desk.queue)}**, {who} at once")
        show_table(desk_frame(desk), alt=f"What {desk.queue} can promise", name=f"desk-{desk.queue}")
        zone = plan.account.market(plan.account.queue(desk.queue).market).zone
        for line in unkept(desk):
            st.warning(plain(line, characters=400), icon=":material/warning:")
        st.markdown("\n".join(f"- {plain(line, characters=600)}" for line in (hours(desk, zone), empty(desk))))


def desk_frame(desk: SmallDesk) -> pd.DataFrame:
    """Return a row for all contacts, for those who come while all are there, and for a day with one away."""
    kinds: tuple[tuple[str, Fare | None], ...] = (
        ("All contacts", desk.every),
        ("While all due are there", desk.on_seat),
        ("On a day with one of them away", desk.one_away),
    )
    return pd.DataFrame([_row(desk, words, fare) for words, fare in kinds if fare is not None])


def _row(desk: SmallDesk, words: str, fare: Fare) -> dict[str, str]:
    row = {"Contacts": words}
    for threshold, figure in zip(desk.thresholds, fare.within, strict=True):
        row[f"Within {one_line(within(threshold))}"] = percent(figure)
        row[f"95% interval, {one_line(within(threshold))}"] = between(figure)
    row["Give up"] = percent(fare.gave_up)
    row["Mean wait, s"] = "–" if fare.mean_wait_s is None else number(fare.mean_wait_s.value)
    return row
