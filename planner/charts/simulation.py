"""Simulated levels with their intervals, against what was computed and what was promised."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from planner.charts.theme import INK, MUTED, PALETTE, SHORT_COLOUR, finish, graph_objects, label
from planner.domain.plan import Plan
from planner.domain.simulated_promises import SimulatedPromise, simulated_promises

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_ROW_PX = 26


def simulated_levels(plan: Plan, *, queues: Collection[str] | None = None) -> Figure:
    """Return, a row per promise, the simulated level over the horizon with its 95% interval, the computed level where it is one to compare
    with, and the target as a tick.

    Promises of `queues` or all, clauses with any of them; a plan that was not simulated gives an empty figure that says so.
    """
    go = graph_objects()
    rows = [p for p in simulated_promises(plan) if p.simulated is not None and _of(plan, p.id, queues)]
    figure = go.Figure()
    names = [label(p.id, 28) for p in rows]
    simulated = [100 * (p.simulated or 0.0) for p in rows]
    figure.add_scatter(
        x=[100 * p.target for p in rows],
        y=names,
        mode="markers",
        marker={"symbol": "line-ns", "size": 17, "line": {"width": 2, "color": INK}},
        name="target",
        hovertemplate="%{y}: target %{x:g}%<extra></extra>",
    )
    compared = [p for p in rows if not p.held]
    if compared or not rows:
        figure.add_scatter(
            x=[None if p.computed is None else 100 * p.computed for p in compared],
            y=[label(p.id, 28) for p in compared],
            mode="markers",
            marker={"symbol": "diamond-open", "size": 9, "color": MUTED, "line": {"width": 1.5}},
            name="computed",
            hovertemplate="%{y}: computed %{x:.1f}%<extra></extra>",
        )
    figure.add_scatter(
        x=simulated,
        y=names,
        mode="markers",
        marker={
            "symbol": "circle",
            "size": 9,
            "color": [SHORT_COLOUR if (p.simulated or 0.0) < p.target else PALETTE[0] for p in rows],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (p.high or 0.0) - x for p, x in zip(rows, simulated, strict=True)],
            "arrayminus": [x - 100 * (p.low or 0.0) for p, x in zip(rows, simulated, strict=True)],
            "thickness": 1.5,
            "width": 4,
            "color": INK,
        },
        name="simulated, 95% interval (orange: below target)",
        customdata=[[100 * (p.low or 0.0), 100 * (p.high or 0.0)] for p in rows],
        hovertemplate="%{y}: simulated %{x:.1f}%, 95% sure from %{customdata[0]:.1f} to %{customdata[1]:.1f}%<extra></extra>",
    )
    figure = finish(
        figure,
        title="Simulated service against computed and promised"
        if compared or not rows
        else "Simulated service against promised",
        alt_text=_words(rows),
        height=150 + _ROW_PX * max(2, len(rows)),
    )
    lowest = min([99.0, *simulated, *(100 * p.target for p in rows), *(100 * (p.computed or 1.0) for p in rows if not p.held)])
    figure.update_xaxes(title={"text": "% in time over the horizon"}, range=[max(0.0, lowest - 4), 101.5])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def _of(plan: Plan, id: str, queues: Collection[str] | None) -> bool:
    if queues is None:
        return True
    covered = next((c.queues for c in plan.account.contract.clauses if c.id == id), (id,))
    return any(queue in queues for queue in covered)


def _words(rows: list[SimulatedPromise]) -> str:
    if not rows:
        return "This plan was not simulated."
    below = [p.id for p in rows if (p.simulated or 0.0) < p.target]
    apart = [p.id for p in rows if p.apart]
    said = f"Below target in simulation: {', '.join(below)}." if below else "No promise is below its target in simulation."
    if all(p.held for p in rows):
        return said
    return f"{said} More than 3 points from what was computed: {', '.join(apart) or 'none'}."
