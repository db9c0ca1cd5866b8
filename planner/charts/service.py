"""Service delivered per day against what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from planner.charts.theme import PALETTE, finish, graph_objects, label
from planner.domain.plan import Plan
from planner.domain.queues import Channel, Queue
from planner.domain.targets import Window

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SYMBOLS = {
    Channel.VOICE: "circle",
    Channel.CHAT: "square",
    Channel.EMAIL: "diamond",
    Channel.SOCIAL: "triangle-up",
    Channel.MARKETPLACE: "x",
    Channel.OUTBOUND: "star",
    Channel.BACK_OFFICE: "hexagon",
}
"""Channels differ by mark as well as by colour."""

_PANEL_PX = 190


@dataclass(frozen=True)
class DayLevel:
    """One queue's delivered level on one local day of its market; None without contacts (C3)."""

    day: date
    level: float | None
    partial: bool = False


def service_by_day(plan: Plan, *, language: str | None = None) -> Figure:
    """Return the delivered service level of each queue by day of its market's clock, one panel per language, targets as lines.

    Levels are those of the evaluation's daily windows. `language` keeps one language; raises KeyError when nobody is served in it.
    """
    graph_objects()
    from plotly.subplots import make_subplots

    languages = list(dict.fromkeys(q.language for q in plan.account.queues))
    if language is not None:
        if language not in languages:
            raise KeyError(language)
        languages = [language]
    figure = make_subplots(
        rows=len(languages),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.28 / max(4, len(languages)),
        subplot_titles=[f"Language {label(each)}" for each in languages],
    )
    channels = list(dict.fromkeys(q.channel for q in plan.account.queues))
    named: set[Channel] = set()
    lowest, several = 1.0, False
    for row, each in enumerate(languages, 1):
        for queue in (q for q in plan.account.queues if q.language == each):
            days = _between_contacts(daily_levels(plan, queue))
            lowest = min([lowest, queue.target.level, *(d.level for d in days if d.level is not None)])
            colour = PALETTE[channels.index(queue.channel) % len(PALETTE)]
            x = [d.day.isoformat() for d in days]
            several |= len(x) > 1
            figure.add_scatter(
                x=x,
                y=[None if d.level is None else 100 * d.level for d in days],
                mode="lines+markers",
                line={"color": colour, "width": 1.5},
                marker={"symbol": SYMBOLS[queue.channel], "size": 8, "color": colour},
                name=queue.channel.value,
                legendgroup=queue.channel.value,
                showlegend=queue.channel not in named,
                customdata=[[label(queue.id), 100 * queue.target.level] for _ in days],
                hovertemplate="%{customdata[0]}<br>%{x|%a %d %b}: %{y:.1f}% of contacts<br>target %{customdata[1]:g}%<extra></extra>",
                row=row,
                col=1,
            )
            named.add(queue.channel)
            figure.add_scatter(
                x=x,
                y=[100 * queue.target.level] * len(x),
                mode="lines" if len(x) > 1 else "markers",  # one day has no line
                line={"color": colour, "width": 1, "dash": "dash"},
                marker={"symbol": "line-ew", "size": 30, "line": {"width": 2, "color": colour}},
                hoverinfo="skip",
                showlegend=False,
                legendgroup=queue.channel.value,
                row=row,
                col=1,
            )
    floor = max(0.0, 100 * lowest - 5)
    figure = finish(
        figure,
        title=f"Service delivered by day (solid) against target ({'dashed' if several else 'dash'})",
        alt_text=_words(plan),
        height=130 + _PANEL_PX * len(languages),
    )
    figure.update_annotations(font={"size": 12}, x=0, xanchor="left")
    figure.update_yaxes(title={"text": "% in time", "font": {"size": 11}}, range=[floor, 101.5])
    figure.update_xaxes(type="date", dtick=86_400_000, tickformat="%a %d %b")
    if plan.account.horizon.days > 10:
        figure.update_xaxes(dtick=None, tickformat="%d %b")
    figure.update_xaxes(title={"text": "Day on the queue's market's clock"}, row=len(languages), col=1)
    figure.update_layout(legend={"y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"})
    return figure


def daily_levels(plan: Plan, queue: Queue) -> list[DayLevel]:
    """Return the delivered level of `queue` per local day of its market: the evaluation's daily windows.

    Without daily windows, a live queue's interval levels are weighted by expected contacts; a deferred queue then has none.
    """
    zone = plan.account.market(queue.market).zone
    measured = [r for r in plan.evaluation.sla if r.scope == queue.id and r.window is Window.DAY]
    if measured:
        by_day = {r.window_date: DayLevel(r.window_date, r.level, r.partial) for r in measured}
        return [by_day[day] for day in sorted(by_day)]
    at = plan.demand.queues.index(queue.id)
    level, contacts = plan.evaluation.level[at], plan.demand.contacts[at]
    counted = ~np.isnan(level) & ~np.isnan(contacts)
    clock = plan.demand.grid.clock(zone)
    result = []
    for day in np.unique(clock.day).tolist():
        here = counted & (clock.day == day)
        total = float(contacts[here].sum())
        share = float((level[here] * contacts[here]).sum()) / total if total > 0 else None
        result.append(DayLevel(date(1970, 1, 1) + timedelta(days=day), share))
    return result


def _between_contacts(days: list[DayLevel]) -> list[DayLevel]:
    """Leave out the days without contacts at either end, as those that another clock merely touches."""
    counted = [n for n, each in enumerate(days) if each.level is not None]
    return days[counted[0] : counted[-1] + 1] if counted else days


def _words(plan: Plan) -> str:
    below = []
    for queue in plan.account.queues:
        bad = [d for d in daily_levels(plan, queue) if d.level is not None and d.level < queue.target.level]
        if bad:
            below.append(f"{queue.id} on {len(bad)}")
    if not below:
        return "Every queue is at or above its target on every day with contacts."
    return "Days below target by queue: " + ", ".join(below) + "."
