"""Advice on second skills and on a shared desk, on a page."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from planner.offers.shared_result import Delivered, SharedDesk
from planner.pooling.teaching.advised import Advice, level_words, worst_words
from planner.pooling.teaching.skills import Lesson
from planner.ui.components.tables import show_table
from planner.ui.text import number, one_line, plain

_MONEY = st.column_config.NumberColumn(format="%.2f")
_POINTS = st.column_config.NumberColumn(format="%+.1f", help="Points of service gained before anybody is taken off.")


def show_advice(advice: Advice) -> None:
    """Show which second skill pays: the headline, people side by side, lessons by themselves, the chain, the service with it."""
    say = st.success if advice.pays else st.info
    say(plain(advice.headline(), characters=400), icon=":material/translate:")
    currency, days = advice.currency, f"{advice.days} {'day' if advice.days == 1 else 'days'}"
    show_table(
        state_frame(advice), alt="People and cost side by side", name="advice-people", columns={f"Cost, {currency}": _MONEY}
    )
    if advice.chain:
        st.markdown("**One after the other, each given the ones before**")
        show_table(
            chain_frame(advice), alt="A chain of lessons", name="advice-chain", columns={f"Saved so far, {currency}": _MONEY}
        )
    if advice.options:
        st.markdown("**One skill by itself, the best first**")
        show_table(
            option_frame(advice),
            alt="Lessons by themselves",
            name="advice-lessons",
            columns={"Worst promise": _POINTS, "All promises": _POINTS, f"Saves, {currency}": _MONEY},
        )
    st.markdown("**Service with it**")
    show_table(service_frame(advice), alt="Promises in the plan and with the skills", name="advice-service")
    st.caption(
        f"Money over {days}, a premium of {100 * advice.premium:g}% of the wage taken off for whoever learns. Levels are those of "
        f"{advice.replications} simulated horizons of customers that no decision has met, with 95% intervals. Nothing is proven best: "
        "it is a search from the plan's own shifts."
    )
    for note in advice.notes:
        st.caption(f"{plain(note[:1].upper() + note[1:], characters=400)}.")
    if advice.not_repeatable:
        st.info(
            f"Cut off: {plain('; '.join(advice.not_repeatable), characters=600)}. What was not reached is not said to be worth nothing.",
            icon=":material/timer:",
        )


def state_frame(advice: Advice) -> pd.DataFrame:
    """Return a row for each way to staff the same promises."""
    states = (
        ("Everybody apart", advice.dedicated),
        ("The plan as it is", advice.plan),
        ("Less who is spare already", advice.trimmed),
        ("With the chain of skills", advice.chained),
        ("Everybody for everything", advice.flexible),
    )
    return pd.DataFrame(
        [
            {
                "People": name if state.done else f"{name} (time ended)",
                "Heads": state.heads,
                f"Cost, {advice.currency}": state.cost,
                "Worst promise": one_line(worst_words(state.service, "–")),
            }
            for name, state in states
            if state is not None
        ]
    )


def option_frame(advice: Advice) -> pd.DataFrame:
    """Return a row for each lesson by itself."""
    return pd.DataFrame(
        [
            {
                "Skill": one_line(o.lesson.skill),
                "Taught to": f"{o.people} of {one_line(o.lesson.group)}",
                "Worst promise": 100 * o.worst_points,
                "All promises": 100 * o.mean_points,
                "Heads": "not tried" if o.heads is None else f"−{o.heads}" if o.heads else "0",
                f"Saves, {advice.currency}": o.saves,
                "Pays up to": "–" if o.break_even is None else f"{100 * o.break_even:.0f}%",
            }
            for o in advice.options
        ]
    )


def chain_frame(advice: Advice) -> pd.DataFrame:
    """Return a row for each step of the chain."""
    return pd.DataFrame(
        [{"Step": lessons(s.taught), "Heads then": s.heads, f"Saved so far, {advice.currency}": s.saves} for s in advice.chain]
    )


def service_frame(advice: Advice) -> pd.DataFrame:
    """Return a row for each promise: in the plan, and with the chain, or without those who are spare already."""
    after = {row.promise: row for row in (advice.chained or advice.trimmed).service}
    told = "With the chain" if advice.chained is not None else "Less who is spare"
    return pd.DataFrame(
        [
            {
                "Promise": one_line(row.promise),
                "Target": f"{100 * row.target:.4g}%",
                "Plan": level_words(row, "–"),
                "Windows kept": f"{row.kept} of {row.windows}",
                told: level_words(after[row.promise], "–"),
                "Windows kept then": f"{after[row.promise].kept} of {after[row.promise].windows}",
            }
            for row in advice.plan.service
            if row.promise in after
        ]
    )


def show_shared_desk(found: SharedDesk) -> None:
    """Show what clients get and pay with people of their own, and on one desk."""
    saved = found.apart_cost.amount - found.shared_cost.amount
    a, b, c = st.columns(3)
    a.metric("Heads apart", number(found.apart_heads))
    b.metric("Heads shared", number(found.shared_heads))
    c.metric(f"Saved, {found.apart_cost.currency}", number(float(saved), 2))
    if not found.pools:
        st.info("Sharing the same people would break a promise that is kept apart: they stay apart.", icon=":material/info:")
    show_table(client_frame(found), alt="Clients apart and on one desk", name="shared-desk")
    st.caption(
        f"Shares within each queue's own threshold over {found.replications} simulated horizons, with 95% intervals. The pool's cost is "
        "divided by the time that each client's contacts are handled."
    )


def client_frame(found: SharedDesk) -> pd.DataFrame:
    """Return a row for each client."""
    currency = found.apart_cost.currency
    return pd.DataFrame(
        [
            {
                "Client": one_line(c.client),
                "Heads apart": c.apart_heads,
                f"Cost apart, {currency}": float(c.apart_cost.amount),
                "Level apart": _delivered(c.apart),
                "Level shared": _delivered(c.shared),
                "Handled, share": f"{100 * c.handled_share:.1f}%",
                f"Cost shared, {currency}": float(c.shared_cost.amount),
                f"Saved, {currency}": float(c.saved.amount),
            }
            for c in found.clients
        ]
    )


def lessons(given: Iterable[tuple[Lesson, int]]) -> str:
    """Return lessons and numbers of people in words."""
    return ", ".join(
        f"{one_line(x.skill)} to {n} of {one_line(x.group)}"
        if n > 0
        else f"{one_line(x.skill)} to {-n} fewer of {one_line(x.group)}"
        for x, n in given
    )


def _delivered(found: Delivered) -> str:
    if found.level is None or found.low is None or found.high is None:
        return "–"
    return f"{100 * found.level:.1f}% ({100 * found.low:.1f} to {100 * found.high:.1f}), {found.kept} of {found.windows} kept"
