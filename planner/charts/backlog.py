"""Deferred work that is open, by age, over time."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner.charts.clocks import to_interval_ends, wall_axis
from planner.charts.theme import INK, finish, graph_objects, time_axis
from planner.domain.arrays import Floats
from planner.domain.evaluation import AGE_BANDS_H
from planner.domain.plan import Plan

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLOURS = ("#deebf7", "#9ecae1", "#4292c6", "#fdae6b", "#e6550d", "#7f2704")
"""From young, blue, to old, brown; told apart with any common colour blindness (ColorBrewer's Blues and Oranges)."""


def age_bands() -> tuple[str, ...]:
    """Return the names of the bands of age, youngest first: "under 4 h", "4 to 8 h", ..., "72 h and over"."""
    return (
        f"under {AGE_BANDS_H[0]} h",
        *(f"{low} to {high} h" for low, high in pairwise(AGE_BANDS_H)),
        f"{AGE_BANDS_H[-1]} h and over",
    )


def open_by_age(plan: Plan, queues: Collection[str] | None = None) -> Floats:
    """Return contacts ``[B, T]`` open at the end of each interval by band of age, of all deferred queues or of `queues`; zero where
    the plan does not tell ages."""
    by_age = plan.evaluation.deferred.by_age
    if by_age is None:
        return np.zeros((len(AGE_BANDS_H) + 1, plan.demand.grid.size))
    mine = [n for n, id in enumerate(plan.demand.queues) if queues is None or id in queues]
    total: Floats = np.nansum(by_age[:, mine], axis=1)
    return total


def _open(plan: Plan, queues: Collection[str] | None) -> Floats:
    mine = [n for n, id in enumerate(plan.demand.queues) if queues is None or id in queues]
    total: Floats = np.nansum(plan.evaluation.deferred.open[mine], axis=0)
    return total


def backlog_by_age(plan: Plan, *, queues: Collection[str] | None = None) -> Figure:
    """Return deferred contacts open over time, stacked by age, on the horizon's clock, and those overdue as a line; of `queues` or
    all."""
    go = graph_objects()
    grid = plan.demand.grid
    axis = wall_axis(grid, grid.zone)
    bands = open_by_age(plan, queues)
    figure = go.Figure()
    place = {"x0": axis.x0, "dx": axis.dx}
    names: tuple[str, ...] = age_bands()
    colours: tuple[str, ...] = COLOURS
    if plan.evaluation.deferred.by_age is None:
        names, colours, bands = ("open, age not told",), COLOURS[1:2], _open(plan, queues)[None]
    for name, colour, values in zip(names, colours, bands, strict=True):
        figure.add_scatter(
            y=to_interval_ends(values),
            **place,
            mode="lines",
            line={"shape": "hv", "width": 0, "color": colour},
            fillcolor=colour,
            stackgroup="open",
            name=name,
            hovertemplate="%{x|%a %d %b %H:%M}: %{y:,.1f} contacts open, " + name + "<extra></extra>",
        )
    mine = [n for n, id in enumerate(plan.demand.queues) if queues is None or id in queues]
    overdue = np.nansum(plan.evaluation.deferred.overdue[mine], axis=0)
    figure.add_scatter(
        y=to_interval_ends(overdue),
        **place,
        mode="lines",
        line={"shape": "hv", "width": 1.5, "color": INK, "dash": "dash"},
        name="overdue",
        hovertemplate="%{x|%a %d %b %H:%M}: %{y:,.1f} overdue<extra></extra>",
    )
    total = bands.sum(axis=0)
    most = int(np.argmax(total)) if total.size else 0
    said = (
        f"Open contacts that may wait, by age: at most {total[most]:,.0f} at a time, {total[-1]:,.0f} at the end; overdue at most "
        f"{float(overdue.max(initial=0.0)):,.0f}."
    )
    figure = finish(figure, title="Open work that can wait, by age (dashed: overdue)", alt_text=said, height=340)
    figure.update_xaxes(**time_axis(axis.title))
    figure.update_yaxes(title={"text": "contacts open", "font": {"size": 11}}, rangemode="tozero")
    return figure
