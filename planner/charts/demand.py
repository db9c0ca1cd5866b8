"""Expected contacts with their spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.charts.clocks import wall_axis
from planner.charts.theme import OVER_COLOUR, add_menu, finish, graph_objects, label, time_axis
from planner.domain.arrays import Floats
from planner.domain.plan import Plan

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_Series = tuple[str, str, Floats, Floats, Floats]


def demand_forecast(plan: Plan, *, queue: str | None = None) -> Figure:
    """Return expected contacts per interval as a line in the band between the 10th and the 90th percentile.

    With `queue` None the figure has a switch: all queues together (percentiles of the scenarios' sums, on the horizon's clock) and
    each queue (its market's clock). Raises KeyError for an unknown queue.
    """
    go = graph_objects()
    if queue is not None:
        series = [_of_queue(plan, plan.account.queue(queue).id)]
    else:
        series = [_of_all(plan), *(_of_queue(plan, each) for each in plan.demand.queues)]
    grid = plan.demand.grid
    minutes = grid.interval_s // 60
    figure = go.Figure()
    for n, (_, zone, low, mean, high) in enumerate(series):
        axis = wall_axis(grid, zone)
        shared: dict[str, Any] = {"x0": axis.x0, "dx": axis.dx, "mode": "lines", "visible": n == 0}
        when = "%{x|%a %d %b %H:%M}<br>"
        figure.add_scatter(
            y=high,
            line={"width": 0},
            name="90th percentile",
            showlegend=False,
            hovertemplate=when + "p90 %{y:.1f}<extra></extra>",
            **shared,
        )
        figure.add_scatter(
            y=low,
            line={"width": 0},
            fill="tonexty",
            fillcolor="rgba(33,102,172,0.20)",
            name="10th to 90th percentile",
            hovertemplate=when + "p10 %{y:.1f}<extra></extra>",
            **shared,
        )
        figure.add_scatter(
            y=mean,
            line={"width": 1.5, "color": OVER_COLOUR},
            name="expected",
            hovertemplate=when + "expected %{y:.1f}<extra></extra>",
            **shared,
        )
    name, zone, _, mean, _ = series[0]
    figure = finish(
        figure,
        title=f"Contacts expected: {name}",
        alt_text=f"Line of expected contacts per {minutes} minutes with a band from the 10th to the 90th percentile. {name}: "
        f"{float(np.nansum(mean)):,.0f} contacts over the horizon.",
        height=340,
        xaxis=time_axis(wall_axis(grid, zone).title),
        yaxis={"title": {"text": f"contacts per {minutes} min"}, "rangemode": "tozero"},
    )
    if len(series) > 1:
        choices = [
            {
                "label": each[0],
                "method": "update",
                "args": [
                    {"visible": [i // 3 == n for i in range(3 * len(series))]},
                    {"xaxis.title.text": wall_axis(grid, each[1]).title, "title.text": f"Contacts expected: {each[0]}"},
                ],
            }
            for n, each in enumerate(series)
        ]
        add_menu(figure, choices)
    return figure


def _of_queue(plan: Plan, queue: str) -> _Series:
    demand = plan.demand
    at = demand.queues.index(queue)
    zone = plan.account.market(plan.account.queue(queue).market).zone
    low, high = (_quantile(plan, level)[at] for level in (0.1, 0.9))
    return label(queue, 30), zone, low, demand.contacts[at], high


def _quantile(plan: Plan, level: float) -> Floats:
    demand = plan.demand
    if level in demand.levels:
        found: Floats = demand.quantiles[demand.levels.index(level)]
        return found
    if not len(demand.scenarios):
        return np.full(demand.contacts.shape, np.nan)
    return np.where(demand.expected, np.quantile(np.nan_to_num(demand.scenarios), level, axis=0), np.nan)


def _of_all(plan: Plan) -> _Series:
    demand = plan.demand
    closed = ~demand.expected.any(axis=0)
    mean = np.nansum(demand.contacts, axis=0)
    sums = np.nansum(demand.scenarios, axis=1)
    low, high = np.quantile(sums, (0.1, 0.9), axis=0) if len(sums) else np.full((2, demand.grid.size), np.nan)
    low, mean, high = (np.where(closed, np.nan, values) for values in (low, mean, high))
    return "all queues", demand.grid.zone, low, mean, high
