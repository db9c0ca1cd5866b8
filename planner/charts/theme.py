"""How every chart looks and what it says to those who cannot see it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

INK, MUTED, RULE, GROUND = "#1d2733", "#5b6875", "#e3e8ed", "#f6f8fa"

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#8a5fa8", "#b8860b", "#56b4e9", "#c2476f", "#5b6875")
"""Colours of categories, told apart with any common colour blindness (after Okabe and Ito, 2008); dark enough on white."""

SHORT_COLOUR, OVER_COLOUR = "#b35806", "#2166ac"


FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"


TIME_TICKS: list[dict[str, Any]] = [
    {"dtickrange": [None, 43_200_000], "value": "%H:%M\n%a %-d %b"},
    {"dtickrange": [43_200_000, None], "value": "%a %-d %b"},
]
"""Ticks of time axes: hours with their day below, or days alone."""


def time_axis(title: str) -> dict[str, Any]:
    """Return the settings of an axis of wall-clock time called `title`."""
    return {"title": {"text": title}, "type": "date", "tickformatstops": TIME_TICKS}


def graph_objects() -> Any:
    """Return the module `plotly.graph_objects`; raise PlannerError naming the extra when Plotly is not installed."""
    try:
        import plotly.graph_objects as go
    except ImportError as error:
        raise PlannerError('charts need Plotly, which is not installed; get it with: pip install "third-ring[ui]"') from error
    return go


def diverging(under: float, over: float) -> list[list[Any]]:
    """Return the colours from `under` below zero to `over` above it: orange for too few, white for right, blue for more than needed.

    Each side has its own scale, so that a small shortage stands out beside a large surplus. Told apart with any common colour
    blindness (ColorBrewer's PuOr and RdBu ends).
    """
    zero = under / (under + over)
    return [
        [0.0, SHORT_COLOUR],
        [zero / 2, "#f1a340"],
        [zero, "#f7f7f7"],
        [(1 + zero) / 2, "#67a9cf"],
        [1.0, OVER_COLOUR],
    ]


def label(text: str, longest: int = 48) -> str:
    """Return text of the user's as chart text: markup made harmless, control characters gone, cut at `longest` characters."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    if len(clean) > longest:
        clean = clean[: longest - 1] + "…"
    return html.escape(clean, quote=False)


def finish(figure: Figure, *, title: str, alt_text: str, height: int, **layout: Any) -> Figure:
    """Give `figure` the house look, its title and its description; return it."""
    figure.update_layout(
        template="none",
        title={
            "text": title,
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 8, "t": 12},
            "font": {"size": 15, "color": INK},
        },
        font={"family": FONT, "size": 12, "color": INK},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        height=height,
        margin={"l": 60, "r": 24, "t": 72, "b": 56},
        hoverlabel={"font": {"family": FONT, "size": 12}, "align": "left"},
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.0,
            "yanchor": "bottom",
            "xanchor": "left",
            "font": {"size": 11},
            "traceorder": "normal",
        },
        meta={"alt": alt_text},
    )
    axis = {
        "automargin": True,
        "gridcolor": RULE,
        "linecolor": RULE,
        "zeroline": False,
        "tickfont": {"size": 11, "color": MUTED},
        "title": {"font": {"size": 12, "color": MUTED}},
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_layout(**layout)
    return figure


def alt(figure: Figure) -> str:
    """Return what `figure` shows, in words: for the `alt` text of an image or the description of a chart."""
    meta = figure.layout.meta
    if isinstance(meta, dict) and meta.get("alt"):
        return str(meta["alt"])
    parts = [figure.layout.title.text, figure.layout.xaxis.title.text, figure.layout.yaxis.title.text]
    return "; ".join(str(part) for part in parts if part) or "chart"


def add_menu(figure: Figure, choices: list[dict[str, Any]], *, active: int = 0, above_px: int = 0) -> None:
    """Give `figure` a switch at its top right: `choices` are Plotly buttons (label, method, args).

    `above_px` leaves that much room between it and the plot, for an axis drawn there.
    """
    figure.update_layout(updatemenus=[_menu(choices, active, above_px)], margin={"t": 92 + above_px})


def _menu(choices: list[dict[str, Any]], active: int, above_px: int) -> dict[str, Any]:
    return {
        "type": "dropdown",
        "direction": "down",
        "buttons": choices,
        "active": active,
        "showactive": True,
        "x": 1.0,
        "xanchor": "right",
        "y": 1.0,
        "yanchor": "bottom",
        "pad": {"b": 6 + above_px, "r": 0},
        "bgcolor": "#ffffff",
        "bordercolor": "#b9c3cd",
        "font": {"size": 12, "color": INK},
    }
