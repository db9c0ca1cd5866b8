"""People at each site over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.charts.clocks import to_interval_ends, wall_axis
from planner.charts.theme import MUTED, PALETTE, finish, graph_objects, label, time_axis
from planner.domain.arrays import Floats
from planner.domain.plan import Plan

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_PANEL_PX = 210


def capacity_by_site(plan: Plan, *, site: str | None = None) -> Figure:
    """Return heads rostered (outside breaks) and agents on seat by site over time, each on its site's clock, with its seats.

    `site` keeps one site; raises KeyError when there is none of that name.
    """
    graph_objects()
    from plotly.subplots import make_subplots

    sites = list(plan.account.sites) if site is None else [plan.account.site(site)]
    grid = plan.demand.grid
    figure = make_subplots(
        rows=len(sites),
        cols=1,
        vertical_spacing=0.0 if len(sites) == 1 else 90 / (_PANEL_PX * len(sites)),
        subplot_titles=[f"{label(s.id)}: {s.seats} seats" for s in sites],
    )
    words = []
    for row, each in enumerate(sites, 1):
        scheduled, on_seat = site_totals(plan, each.id)
        axis = wall_axis(grid, each.zone)
        first, last = {"x0": axis.x0, "dx": axis.dx}, row == 1
        hover = "%{x|%a %d %b %H:%M}<br>%{y:.1f}"
        figure.add_scatter(
            y=to_interval_ends(scheduled),
            **first,
            mode="lines",
            line={"shape": "hv", "width": 1, "color": MUTED},
            name="rostered, outside breaks",
            legendgroup="scheduled",
            showlegend=last,
            hovertemplate=hover + " heads rostered<extra></extra>",
            row=row,
            col=1,
        )
        figure.add_scatter(
            y=to_interval_ends(on_seat),
            **first,
            mode="lines",
            line={"shape": "hv", "width": 1.5, "color": PALETTE[0]},
            fill="tozeroy",
            fillcolor="rgba(0,114,178,0.15)",
            name="on seat, after absence and in-shift losses",
            legendgroup="on_seat",
            showlegend=last,
            hovertemplate=hover + " agents on seat<extra></extra>",
            row=row,
            col=1,
        )
        peak = float(scheduled.max()) if scheduled.size else 0.0
        if peak > 0.4 * each.seats:
            figure.add_hline(y=each.seats, line={"color": PALETTE[1], "dash": "dash", "width": 1}, row=row, col=1)
        words.append(f"{each.id} up to {peak:.0f} heads of {each.seats} seats")
        figure.update_xaxes(**time_axis(axis.title), row=row, col=1)
    figure = finish(
        figure,
        title="People by site (dashed: seats, where they come near)",
        alt_text="Areas of agents on seat by site over the horizon: " + "; ".join(words) + ".",
        height=130 + (_PANEL_PX + 10) * len(sites),
    )
    figure.update_annotations(font={"size": 12}, x=0, xanchor="left")
    figure.update_yaxes(title={"text": "people", "font": {"size": 11}}, rangemode="tozero")
    figure.update_layout(legend={"y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"})
    return figure


def site_totals(plan: Plan, site: str) -> tuple[Floats, Floats]:
    """Return heads rostered outside breaks and agents on seat of one site, both ``[T]``."""
    capacity = plan.evaluation.capacity
    rows = [n for n, group in enumerate(plan.account.groups) if group.site == site]
    return capacity.scheduled[rows].sum(axis=0), capacity.on_seat[rows].sum(axis=0)
