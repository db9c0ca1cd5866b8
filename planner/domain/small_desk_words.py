"""What few people can promise, in sentences that a seller can read."""

from __future__ import annotations

import math

from planner.domain.grid import zone_info
from planner.domain.small_desk import Cause, Fare, Figure, SmallDesk, Threshold

_CAUSE = {
    Cause.UNSTAFFED: "outside shifts",
    Cause.BREAK: "in breaks",
    Cause.AWAY: "when somebody is off sick or off the seat",
}


def title(most: int) -> str:
    """Return the heading of what up to `most` people can promise."""
    return "What one agent can promise" if most == 1 else "What so few agents can promise"


def lines_of(desk: SmallDesk, zone: str = "") -> tuple[str, ...]:
    """Return `desk` in sentences: what it keeps, while on seat, hours, empty desks, days with one away; instants on the clock of `zone`."""
    who = "one person" if desk.most == 1 else f"up to {desk.most} people"
    found = [f"{desk.queue}, {who} at once: {levels(desk, desk.every)} of all contacts; {giving_up(desk.every)}"]
    found += unkept(desk)
    if desk.on_seat is not None:
        everybody = "the agent sits" if desk.most == 1 else "all who are due sit"
        found.append(f"While {everybody} there: {levels(desk, desk.on_seat)} (exact, in balance)")
    found.append(hours(desk, zone))
    found.append(empty(desk))
    if desk.one_away is not None:
        answered = any(figure is not None and figure.value > 0 for figure in desk.one_away.within)
        said = (
            f"{levels(desk, desk.one_away)}; {giving_up(desk.one_away)}"
            if answered
            else f"nobody answers; {giving_up(desk.one_away)}"
        )
        found.append(f"On a day when {'the agent' if desk.most == 1 else 'one of them'} is away: {said}")
    return tuple(found)


def unkept(desk: SmallDesk) -> tuple[str, ...]:
    """Return the promises that the roster cannot keep, as sentences."""
    return tuple(
        f"The {100 * threshold.promised:.4g}% promised within {within(threshold)} cannot be kept by this roster."
        for threshold, figure in zip(desk.thresholds, desk.every.within, strict=True)
        if threshold.promised is not None and figure is not None and figure.value < threshold.promised - 1e-9
    )


def within(threshold: Threshold) -> str:
    """Return a threshold in words: rings where it is said in rings, with the seconds that they last."""
    seconds = f"{threshold.seconds:.4g} s"
    if not threshold.rings:
        return seconds
    name = {1: "one ring", 2: "two rings", 3: "three rings"}.get(threshold.rings, f"{threshold.rings} rings")
    return f"{name} ({seconds})"


def levels(desk: SmallDesk, fare: Fare) -> str:
    """Return the shares answered within each threshold."""
    each = [f"{percent(figure)} within {within(t)}" for t, figure in zip(desk.thresholds, fare.within, strict=True)]
    return ", ".join(each)


def giving_up(fare: Fare) -> str:
    """Return the share that gives up."""
    return f"{percent(fare.gave_up)} give up"


def hours(desk: SmallDesk, zone: str = "") -> str:
    """Return the hours covered, and the longest stretch without anybody."""
    cover = desk.cover
    said = (
        f"Hours a week: open {cover.open_h:.1f}, somebody on seat {_down(cover.rostered_h)} by the roster, "
        f"{_down(cover.present_h.value)} as people turn up"
    )
    if not cover.longest_s:
        return f"{said}; never without anybody by the roster"
    at = ""
    if cover.longest_utc is not None:
        local = cover.longest_utc.astimezone(zone_info(zone)) if zone else cover.longest_utc
        at = f", {local:%a %d %b %H:%M}"
    return f"{said}; longest without anybody {lasting(cover.longest_s)}{at}"


def empty(desk: SmallDesk) -> str:
    """Return which contacts meet an empty desk, and how they fare."""
    met = [one for one in desk.nobody if one.fare.share.value > 0]
    if not met:
        return "No contact meets an empty desk."
    each = []
    for one in met:
        fare = one.fare
        soon = fare.within[0]
        answered = f"of these {percent(soon)} are answered within {within(desk.thresholds[0]).partition(' (')[0]}"
        each.append(f"{percent(fare.share)} {_CAUSE[one.cause]} ({answered}, {giving_up(fare)})")
    return f"Contacts that meet nobody: {'; '.join(each)}"


def percent(figure: Figure | None) -> str:
    """Return a share with one digit, rounded down; "-" where there is none."""
    return "-" if figure is None or math.isnan(figure.value) else f"{math.floor(1000 * figure.value + 1e-6) / 10:.1f}%"


def between(figure: Figure | None) -> str:
    """Return the 95% interval of a simulated share; what else it is where it has none."""
    if figure is None:
        return "-"
    if figure.low is None or figure.high is None:
        return "exact" if figure.basis.value == "stationary" else "-"
    return f"{100 * figure.low:.1f} to {100 * figure.high:.1f}%"


def lasting(seconds: float) -> str:
    """Return a duration in minutes or hours."""
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _down(hours_: float) -> str:
    return f"{math.floor(10 * hours_ + 1e-6) / 10:.1f}"
