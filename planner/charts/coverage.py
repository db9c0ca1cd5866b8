"""Requirement against coverage: who is missing where, as maps and as lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.charts.clocks import to_interval_ends, wall_axis
from planner.charts.gaps import block_size, blocks, by_day_and_hour, gap, nanmean
from planner.charts.theme import GROUND, OVER_COLOUR, SHORT_COLOUR, add_menu, diverging, finish, graph_objects, label, time_axis
from planner.domain.arrays import Floats
from planner.domain.plan import Plan

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MARKED_AGENTS = 0.5
"""An interval with so many agents fewer than it must have, or more, gets a mark on the map."""

_EPOCH = date(1970, 1, 1)


def coverage_heatmap(plan: Plan) -> Figure:
    """Return the map of agents over or under the requirement by queue and time, on the horizon's clock.

    A column joins intervals so that the whole horizon fits: its colour is their mean difference, which a promise over a longer window
    may make up for elsewhere; ``▼`` marks one in which an interval misses `MARKED_AGENTS` or more of the least it must have. Empty
    cells are closed.
    """
    go = graph_objects()
    grid, per = plan.demand.grid, block_size(plan)
    axis = wall_axis(grid, grid.zone, per=per)
    starts = np.datetime64(axis.x0, "ms") + np.arange(-(-grid.size // per)) * np.timedelta64(axis.dx, "ms")
    centres = starts + np.timedelta64(axis.dx, "ms") // 2
    difference = gap(plan)
    mean = nanmean(blocks(difference, per), -1)
    need = nanmean(blocks(plan.requirement.agents, per), -1)
    worst = np.where(np.isnan(blocks(difference, per)), np.inf, blocks(difference, per)).min(axis=-1)
    short = np.nan_to_num(blocks(plan.evaluation.shortfall, per)).max(axis=-1) >= MARKED_AGENTS
    names = [label(queue) for queue in plan.requirement.queues]
    under, over = _reach(difference)
    figure = go.Figure()
    figure.add_heatmap(
        z=mean,
        y=names,
        x0=str(centres[0]),
        dx=axis.dx,
        customdata=np.stack([need, mean + need, np.where(np.isfinite(worst), worst, np.nan)], axis=-1),
        text=[[f"{each:%a %d %b %H:%M}" for each in starts.tolist()]] * len(names),
        zmin=-under,
        zmax=over,
        colorscale=diverging(under, over),
        colorbar={"title": {"text": "agents<br>+ over<br>− under", "side": "top"}, "thickness": 12, "outlinewidth": 0},
        hoverongaps=False,
        hovertemplate="%{y}<br>%{text}<br>required %{customdata[0]:.1f}, on seat %{customdata[1]:.1f}"
        "<br>difference %{z:+.1f} agents<br>worst interval %{customdata[2]:+.1f}<extra></extra>",
        ygap=2,
        name="",
    )
    q, b = np.nonzero(short)
    figure.add_scatter(
        x=centres[b],
        y=[names[i] for i in q.tolist()],
        mode="markers",
        marker={"symbol": "triangle-down", "size": 6, "color": "#3b1d02"},
        hoverinfo="skip",
        name=f"an interval with {MARKED_AGENTS:g} agents or more below its least",
        showlegend=True,
    )
    return finish(
        figure,
        title="Agents on seat against the requirement, by queue",
        alt_text=_map_words(plan),
        height=150 + 26 * max(4, len(names)),
        plot_bgcolor=GROUND,
        xaxis=time_axis(axis.title)
        | {"showgrid": False, "range": [str(starts[0]), str(starts[-1] + np.timedelta64(axis.dx, "ms"))]},
        yaxis={"title": {"text": ""}, "autorange": "reversed", "type": "category", "showgrid": False},
    )


def coverage_by_hour(plan: Plan, *, queue: str | None = None) -> Figure:
    """Return the signed difference between agents on seat and required by local day and hour, on the queue's market's clock.

    With `queue` None the figure has a switch over all queues, starting with the one that is shortest of agents. Raises KeyError for
    an unknown queue.
    """
    go = graph_objects()
    difference = gap(plan)
    ids = plan.requirement.queues if queue is None else (plan.account.queue(queue).id,)
    missing = np.nansum(np.maximum(-difference, 0.0), axis=1)
    at = {id: i for i, id in enumerate(plan.requirement.queues)}
    first = max(range(len(ids)), key=lambda i: missing[at[ids[i]]])
    figure = go.Figure()
    zones = []
    under, over = _reach(difference)
    for n, id in enumerate(ids):
        market = plan.account.market(plan.account.queue(id).market)
        clock = plan.demand.grid.clock(market.zone)
        days, mean = by_day_and_hour(difference[at[id]], clock.day, clock.minute)
        zones.append(market.zone)
        figure.add_heatmap(
            z=mean,
            x=[f"{hour:02d}" for hour in range(24)],
            y=[f"{_EPOCH + timedelta(days=int(day)):%a %d %b}" for day in days],
            text=_signed(mean),
            texttemplate="%{text}",
            textfont={"size": 10},
            zmin=-under,
            zmax=over,
            colorscale=diverging(under, over),
            showscale=False,
            hoverongaps=False,
            hovertemplate="%{y} %{x}:00<br>mean difference %{z:+.2f} agents<extra></extra>",
            xgap=1,
            ygap=1,
            visible=n == first,
            name="",
        )
    figure = finish(
        figure,
        title="Mean difference by day and hour (agents on seat minus required)",
        alt_text="Table of agents on seat minus agents required by local day and hour. " + _map_words(plan),
        height=150 + 30 * max(4, plan.account.horizon.days),
        plot_bgcolor=GROUND,
        xaxis={"title": {"text": _hour_title(zones[first])}, "type": "category", "showgrid": False},
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
    )
    if len(ids) > 1:
        choices = [
            {
                "label": label(id, 30),
                "method": "update",
                "args": [{"visible": [i == n for i in range(len(ids))]}, {"xaxis.title.text": _hour_title(zones[n])}],
            }
            for n, id in enumerate(ids)
        ]
        add_menu(figure, choices, active=first)
    return figure


def coverage_lines(plan: Plan, *, queue: str | None = None, language: str | None = None) -> Figure:
    """Return agents required and on seat over time as two lines, for one queue (its market's clock) or one language (the horizon's).

    With neither, the figure has a switch over all languages and queues. Raises KeyError for an unknown queue or language.
    """
    go = graph_objects()
    scopes = [_scope_of_language(plan, language)] if language is not None else []
    if queue is not None:
        scopes.append(_scope_of_queue(plan, queue))
    if not scopes:
        languages = list(dict.fromkeys(q.language for q in plan.account.queues))
        scopes = [_scope_of_language(plan, each) for each in languages]
        scopes += [_scope_of_queue(plan, each.id) for each in plan.account.queues]
    grid = plan.demand.grid
    figure = go.Figure()
    for n, (_, zone, need, given) in enumerate(scopes):
        axis = wall_axis(grid, zone)
        line: dict[str, Any] = {"x0": axis.x0, "dx": axis.dx, "mode": "lines", "visible": n == 0, "connectgaps": False}
        hover = "%{x|%a %d %b %H:%M}<br>%{y:.2f} agents<extra></extra>"
        figure.add_scatter(
            y=to_interval_ends(given),
            name="on seat",
            line={"shape": "hv", "width": 1.5, "color": OVER_COLOUR},
            fill="tozeroy",
            fillcolor="rgba(33,102,172,0.12)",
            hovertemplate="on seat " + hover,
            **line,
        )
        figure.add_scatter(
            y=to_interval_ends(need),
            name="required",
            line={"shape": "hv", "width": 1.5, "color": SHORT_COLOUR, "dash": "dot"},
            hovertemplate="required " + hover,
            **line,
        )
    name, zone, need, given = scopes[0]
    figure = finish(
        figure,
        title=f"Agents required and on seat: {name}",
        alt_text=f"Lines of agents required and agents on seat over the horizon. {name}: required up to {_peak(need)}, "
        f"on seat up to {_peak(given)} agents.",
        height=360,
        xaxis=time_axis(wall_axis(grid, zone).title),
        yaxis={"title": {"text": "agents on seat"}, "rangemode": "tozero"},
    )
    if len(scopes) > 1:
        add_menu(figure, _line_choices(plan, scopes))
    return figure


_Scope = tuple[str, str, Floats, Floats]


def _line_choices(plan: Plan, scopes: list[_Scope]) -> list[dict[str, Any]]:
    grid = plan.demand.grid
    return [
        {
            "label": name,
            "method": "update",
            "args": [
                {"visible": [i // 2 == n for i in range(2 * len(scopes))]},
                {"xaxis.title.text": wall_axis(grid, zone).title, "title.text": f"Agents required and on seat: {name}"},
            ],
        }
        for n, (name, zone, _, _) in enumerate(scopes)
    ]


def _scope_of_queue(plan: Plan, queue: str) -> _Scope:
    found = plan.account.queue(queue)
    at = plan.requirement.queues.index(queue)
    given = np.where(plan.requirement.open[at], plan.evaluation.coverage.by_queue()[at], np.nan)
    return label(queue, 30), plan.account.market(found.market).zone, plan.requirement.agents[at], given


def _scope_of_language(plan: Plan, language: str) -> _Scope:
    rows = [i for i, q in enumerate(plan.account.queues) if q.language == language]
    if not rows:
        raise KeyError(language)
    closed = ~plan.requirement.open[rows].any(axis=0)
    need = np.nansum(plan.requirement.agents[rows], axis=0)
    given = plan.evaluation.coverage.by_queue()[rows].sum(axis=0)
    need[closed] = given[closed] = np.nan
    return f"language {label(language, 20)}", plan.demand.grid.zone, need, given


def _signed(values: Floats) -> list[list[str]]:
    return [
        ["" if v != v else "0.0" if abs(v) < 0.05 else f"{v:+.1f}".replace("-", "−") for v in row] for row in values.tolist()
    ]


def _hour_title(zone: str) -> str:
    return f"Hour of day, {zone} (the customer's clock)"


def _reach(difference: Floats) -> tuple[float, float]:
    """Where the colours end, below and above zero: the 98th percentile of either side, so that one peak does not wash out the rest."""
    sides = (-difference[difference < 0], difference[difference > 0])
    under, over = (max(1.0, float(np.quantile(side, 0.98))) if side.size else 1.0 for side in sides)
    return under, over


def _peak(values: Floats) -> str:
    there = values[~np.isnan(values)]
    return f"{there.max():.1f}" if there.size else "no"


def _map_words(plan: Plan) -> str:
    missing = np.nansum(plan.evaluation.shortfall, axis=1) * plan.demand.grid.interval_h
    total, worst = float(missing.sum()), int(np.argmax(missing))
    if total <= 0:
        return "No queue is short of agents in any interval."
    return (
        f"{total:,.1f} agent-hours are missing in all, most in {plan.requirement.queues[worst]} "
        f"({missing[worst]:,.1f} agent-hours)."
    )
