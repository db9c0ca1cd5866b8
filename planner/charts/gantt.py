"""The roster as bars over time, read on the site's clock or the customer's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from planner.charts.clocks import wall
from planner.charts.theme import PALETTE, add_menu, finish, graph_objects, label, time_axis
from planner.domain.plan import Plan
from planner.domain.shifts import PlacedBreak

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SITE_CLOCK = "site"

_PAUSE, _AWAY = "rgba(255,255,255,0.55)", "rgba(255,255,255,0.92)"
"""What lies over a bar for a break, and for the gap of a split shift."""
_ROW_PX = {"shift": 22, "agent": 13}

_AXIS_PX = 58
"""The time axis stands above the bars: a roster is taller than a screen."""

_LEGEND_PX = 46
"""The sites stand between the axis and the switch, in two rows on a narrow page."""


@dataclass(frozen=True)
class _Bar:
    row: str
    site: str
    text: str
    hover: str
    start_utc: datetime
    end_utc: datetime
    breaks: tuple[PlacedBreak, ...]
    lead_in: bool


def roster_gantt(plan: Plan, *, clock: str | None = None, by: str = "shift", site: str | None = None) -> Figure:
    """Return who works when as bars over the horizon.

    `clock` is ``"site"`` (every bar on its own site's wall clock) or an IANA zone, such as a market's: the customer's clock. None
    gives a figure with a switch among the site's clock, every market's and UTC. `by` ``"shift"`` has a row per group and shift
    kind, its bars saying how many heads; ``"agent"`` a row per person. `site` keeps one site's. Raises ValueError for another
    `by`, KeyError for an unknown site.
    """
    go = graph_objects()
    if by not in _ROW_PX:
        raise ValueError(f"by must be shift or agent, got {by!r}")
    if site is not None:
        plan.account.site(site)
    bars = [bar for bar in (_shift_bars(plan) if by == "shift" else _agent_bars(plan)) if site is None or bar.site == site]
    sites = [s.id for s in plan.account.sites if any(bar.site == s.id for bar in bars)]
    zones = {s.id: s.zone for s in plan.account.sites}
    clocks = _clocks(plan) if clock is None else [(clock, clock)]
    figure = go.Figure()
    for n, id in enumerate(sites):
        own = [bar for bar in bars if bar.site == id]
        placed = _placed([(bar.start_utc, bar.end_utc) for bar in own], _zone(clocks[0][1], zones[id]))
        figure.add_bar(
            orientation="h",
            y=[bar.row for bar in own],
            **placed,
            text=[bar.text for bar in own],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            constraintext="none",
            textfont={"size": 10, "color": "#ffffff"},
            customdata=[bar.hover for bar in own],
            hovertemplate="%{y}<br>%{customdata}<extra></extra>",
            marker={
                "color": PALETTE[n % len(PALETTE)],
                "opacity": [0.55 if bar.lead_in else 1.0 for bar in own],
                "line": {"width": 0},
            },
            name=f"{label(id)} ({zones[id]})",
            legendgroup=id,
        )
    pauses = {id: [(bar, b) for bar in bars if bar.site == id for b in bar.breaks] for id in sites}
    for id in sites:
        placed = _placed([(b.start_utc, b.end_utc) for _, b in pauses[id]], _zone(clocks[0][1], zones[id]))
        figure.add_bar(
            orientation="h",
            y=[bar.row for bar, _ in pauses[id]],
            **placed,
            marker={"color": [_AWAY if b.off_site else _PAUSE for _, b in pauses[id]], "line": {"width": 0}},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=id,
            name="",
        )
    rows = list(dict.fromkeys(bar.row for bar in bars))
    plot_px = _ROW_PX[by] * max(4, len(rows))
    top_px = 92 + _AXIS_PX + (_LEGEND_PX if len(clocks) > 1 else 0)
    figure = finish(
        figure,
        title=f"Roster: {'shifts and heads' if by == 'shift' else 'one row per agent'}",
        alt_text=_words(plan, bars, by),
        height=plot_px + top_px + 16,
        margin={"l": 60, "r": 24, "t": top_px, "b": 16},
        legend={"y": 1 + _AXIS_PX / plot_px},
        barmode="overlay",
        bargap=0.18,
        xaxis=time_axis(_axis_title(*clocks[0])) | {"side": "top"},
        yaxis={
            "autorange": "reversed",
            "type": "category",
            "categoryorder": "array",
            "categoryarray": rows,
            "showticklabels": by == "shift" or len(rows) <= 200,
        },
    )
    if len(clocks) > 1:
        add_menu(figure, _switch(bars, pauses, sites, zones, clocks), above_px=_AXIS_PX + _LEGEND_PX)
    return figure


def _clocks(plan: Plan) -> list[tuple[str, str]]:
    """Return the clocks on offer: (what it is called, zone or ``site``)."""
    markets: dict[str, list[str]] = {}
    for market in plan.account.markets:
        markets.setdefault(market.zone, []).append(market.id)
    customers = [(f"customer's clock: {zone} ({', '.join(label(m, 12) for m in ids)})", zone) for zone, ids in markets.items()]
    utc = [] if "UTC" in markets else [("UTC", "UTC")]
    return [("site's own clock", SITE_CLOCK), *customers, *utc]


def _zone(clock: str, site_zone: str) -> str:
    return site_zone if clock == SITE_CLOCK else clock


def _axis_title(name: str, clock: str) -> str:
    if clock == SITE_CLOCK:
        return "Time on each site's own clock"
    return f"Time on the {name.replace(': ', ', ', 1)}" if name != clock else f"Time in {clock}"


def _placed(spans: Sequence[tuple[datetime, datetime]], zone: str) -> dict[str, Any]:
    """Where bars start and how long they are on the wall clock of `zone`: Plotly's `base` and `x` (milliseconds)."""
    start = [wall(a, zone) for a, _ in spans]
    end = [wall(b, zone) for _, b in spans]
    return {
        "base": [a.isoformat() for a in start],
        "x": [(b - a).total_seconds() * 1000 for a, b in zip(start, end, strict=True)],
    }


def _switch(
    bars: list[_Bar],
    pauses: dict[str, list[tuple[_Bar, PlacedBreak]]],
    sites: list[str],
    zones: dict[str, str],
    clocks: list[tuple[str, str]],
) -> list[dict[str, Any]]:
    choices = []
    for name, clock in clocks:
        placed = [
            _placed([(bar.start_utc, bar.end_utc) for bar in bars if bar.site == id], _zone(clock, zones[id])) for id in sites
        ]
        placed += [_placed([(b.start_utc, b.end_utc) for _, b in pauses[id]], _zone(clock, zones[id])) for id in sites]
        args = [
            {"base": [p["base"] for p in placed], "x": [p["x"] for p in placed]},
            # New bars make Plotly guess the axis anew; it must stay one of time.
            {"xaxis.title.text": _axis_title(name, clock), "xaxis.type": "date", "xaxis.autorange": True},
        ]
        choices.append({"label": name, "method": "update", "args": args})
    return choices


def _shift_bars(plan: Plan) -> list[_Bar]:
    """One bar per group, shift kind and date; break variants of the same hours are joined."""
    joined: dict[tuple[str, str, datetime, datetime], list[Any]] = {}
    group_at = {g.id: n for n, g in enumerate(plan.account.groups)}
    ordered = sorted(
        plan.shifts.shifts, key=lambda s: (group_at[s.group], _local_minute(plan, s.site, s.start_utc), s.pattern, s.start_utc)
    )
    for shift in ordered:
        joined.setdefault((shift.group, shift.pattern, shift.start_utc, shift.end_utc), []).append(shift)
    bars = []
    for (group, pattern, start, end), shifts in joined.items():
        heads = sum(s.heads for s in shifts)
        more = "<br>begun before the horizon" if shifts[0].lead_in else ""
        more += f"<br>breaks at {len(shifts)} different times" if len(shifts) > 1 else ""
        breaks = tuple(b for b in shifts[0].breaks if len(shifts) == 1 or b.off_site)
        more += _gaps(breaks, plan.account.site(shifts[0].site).zone)
        zone = plan.account.site(shifts[0].site).zone
        bars.append(
            _Bar(
                row=f"{label(group, 24)} · {label(pattern, 24)}",
                site=shifts[0].site,
                text=str(heads),
                hover=f"{heads} {'agent' if heads == 1 else 'agents'}<br>{_hours(start, end, zone)}{more}",
                start_utc=start,
                end_utc=end,
                breaks=breaks,
                lead_in=shifts[0].lead_in,
            )
        )
    return bars


def _gaps(breaks: Sequence[PlacedBreak], zone: str) -> str:
    """What is said of the gap of a split shift and of planned blocks off the phones."""
    named = [(b, b.block or "away") for b in breaks if b.off_site or b.block]
    return "".join(f"<br>{said} {_hours(b.start_utc, b.end_utc, zone)}" for b, said in named)


def _agent_bars(plan: Plan) -> list[_Bar]:
    shifts = {s.id: s for s in plan.shifts.shifts}
    agents = {a.id: a for a in plan.roster.agents}
    order = {g.id: n for n, g in enumerate(plan.account.groups)}
    bars = []
    for place in plan.roster.assignments:
        shift, agent = shifts[place.shift], agents[place.agent]
        zone = plan.account.site(shift.site).zone
        bars.append(
            (
                (order[agent.group], agent.pattern, agent.id, shift.start_utc),
                _Bar(
                    row=label(agent.id, 24),
                    site=shift.site,
                    text="",
                    hover=f"{label(agent.group)} · {label(shift.pattern)}<br>{_hours(shift.start_utc, shift.end_utc, zone)}"
                    f"{_gaps(shift.breaks, zone)}",
                    start_utc=shift.start_utc,
                    end_utc=shift.end_utc,
                    breaks=shift.breaks,
                    lead_in=shift.lead_in,
                ),
            )
        )
    return [bar for _, bar in sorted(bars, key=lambda item: item[0])]


def _local_minute(plan: Plan, site: str, when: datetime) -> int:
    local = wall(when, plan.account.site(site).zone)
    return local.hour * 60 + local.minute


def _hours(start: datetime, end: datetime, zone: str) -> str:
    local_start, local_end = wall(start, zone), wall(end, zone)
    return (
        f"{local_start:%a %d %b %H:%M} to {local_end:%H:%M} {zone}"
        f"<br>{start.astimezone(UTC):%a %d %b %H:%M} to {end.astimezone(UTC):%H:%M} UTC"
    )


def _words(plan: Plan, bars: list[_Bar], by: str) -> str:
    if not bars:
        return "No shifts are worked."
    what = f"{len(plan.roster.agents)} agents" if by == "agent" else f"{sum(int(bar.text) for bar in bars)} places"
    kind = "shift lines" if by == "shift" else "shifts"
    return (
        f"Bars of {len(bars)} {kind} over the horizon, {what} in all; rows are grouped by site, sites differ by colour. "
        "Paler bars began before the horizon."
    )
