"""What the simulation says, on a page: what is apart from the computed levels, the chart, promises, queues, groups."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from planner.charts import alt, simulated_levels
from planner.domain.plan import Plan
from planner.domain.simulated_figures import simulated_groups, simulated_queues
from planner.domain.simulated_promises import SimulatedPromise, simulated_promises
from planner.domain.simulated_words import apart_lines, held_line, simulated_line
from planner.domain.simulation import SHARES, SimulationReport
from planner.ui.components.figures import show_figure
from planner.ui.components.tables import show_table
from planner.ui.text import one_line, plain


def show_simulation(plan: Plan, queues: Collection[str]) -> None:
    """Show what simulated horizons say of `queues` and the clauses over them; a caption where the plan was not simulated."""
    st.subheader("What the simulation says")
    found = plan.evaluation.simulation
    if found is None:
        st.caption("This plan was not simulated: set run.simulations, or run planner simulate on its folder.")
        return
    everything = simulated_promises(plan)
    promises = [p for p in everything if p.id in queues or _covers(plan, p.id, queues)]
    said = plain(simulated_line(found, everything), characters=1_000)
    st.caption(f"The roster on a simulated floor, customer by customer, with the account's routing. {said}.")
    if held := held_line(tuple(promises)):
        st.caption(held)
    for line in apart_lines(tuple(promises)):
        st.warning(plain(line, characters=1_000))
    if not promises:
        st.caption("Nothing was simulated of these queues.")
        return
    figure = simulated_levels(plan, queues=queues)
    show_figure(figure, alt=alt(figure), key="simulation")
    show_table(promise_frame(promises), alt="Computed and simulated levels by promise", name="simulated", columns=_LEVELS)
    show_table(queue_frame(plan, found, queues), alt="Simulated waits and backlog by queue", name="waits", columns=_WAITS)
    groups = pd.DataFrame(
        [
            {"Group": one_line(g.id), "Occupancy, %": None if g.occupancy is None else 100 * g.occupancy}
            for g in simulated_groups(plan, found)
        ]
    )
    show_table(groups, alt="Simulated occupancy by group", name="occupancy", columns=_BUSY)


def _covers(plan: Plan, id: str, queues: Collection[str]) -> bool:
    return any(c.id == id and any(queue in queues for queue in c.queues) for c in plan.account.contract.clauses)


def promise_frame(promises: Collection[SimulatedPromise]) -> pd.DataFrame:
    """Return a row per promise: level and chance, computed and simulated."""
    return pd.DataFrame(
        [
            {
                "Promise": one_line(p.id),
                "Target, %": 100 * p.target,
                "Computed, %": None if p.held else _percent(p.computed),
                "Simulated, %": _percent(p.simulated),
                "95% sure from, %": _percent(p.low),
                "95% sure to, %": _percent(p.high),
                "Apart": "yes" if p.apart else "",
                "Windows kept": f"see {one_line(p.instead)}"
                if p.instead
                else f"{p.kept} of {len(p.windows)}"
                if p.windows
                else "not simulated",
                "Probability computed, %": _percent(p.computed_chance),
                "Probability simulated, %": _percent(p.chance),
            }
            for p in promises
        ]
    )


def queue_frame(plan: Plan, found: SimulationReport, queues: Collection[str]) -> pd.DataFrame:
    """Return a row per queue: contacts, waits in minutes, what is open."""
    return pd.DataFrame(
        [
            {
                "Queue": one_line(q.id),
                "Contacts": q.offered,
                "Give up, %": _percent(q.abandoned),
                "Mean wait, min": _minutes(q.mean_wait_s),
                **{f"{100 * share:.10g}% wait at most, min": _minutes(w) for share, w in zip(SHARES, q.waits_s, strict=True)},
                "Open at the end": q.open_at_end,
                "Oldest open, h": None if q.oldest_s is None else q.oldest_s / 3600,
            }
            for q in simulated_queues(plan, found)
            if q.id in queues
        ]
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


_LEVELS = {
    "Target, %": st.column_config.NumberColumn(format="%.1f"),
    "Computed, %": st.column_config.NumberColumn(format="%.1f", help="By the formulas of the evaluation, over the horizon."),
    "Simulated, %": st.column_config.NumberColumn(
        format="%.1f", help="Mean of the simulated horizons at the expected contacts."
    ),
    "95% sure from, %": st.column_config.NumberColumn(format="%.1f", help="Confidence interval of the simulated level."),
    "95% sure to, %": st.column_config.NumberColumn(format="%.1f"),
    "Apart": st.column_config.TextColumn(help="Computed and simulated differ by more than 3 points, beyond the interval."),
    "Probability computed, %": st.column_config.NumberColumn(format="%.0f", help="Of the least certain window."),
    "Probability simulated, %": st.column_config.NumberColumn(format="%.0f", help="Share of simulated futures that keep it."),
}
_WAITS = (
    {
        name: st.column_config.NumberColumn(format="%.2f")
        for name in ("Mean wait, min", *(f"{100 * share:.10g}% wait at most, min" for share in SHARES))
    }
    | {name: st.column_config.NumberColumn(format="%.1f") for name in ("Give up, %", "Open at the end", "Oldest open, h")}
    | {"Contacts": st.column_config.NumberColumn(format="%.0f", help="Those who call again included.")}
)
_BUSY = {"Occupancy, %": st.column_config.NumberColumn(format="%.0f", help="Time at work by time on seat, over the horizon.")}
