"""Words that explanations share: figures with their units, levels, windows, names, wrapped lines."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.explanation.result import Figure, LevelChange, Margin, ShortInterval, Source

WIDTH = 110
"""Columns of a console."""
MOST = 8
"""Rows of a list shown; the rest is counted."""

SOURCES = {
    Source.BOUND: "bound difference",
    Source.DUAL: "dual price",
    Source.ROSTERS: "difference of two rosters",
    Source.PLAN: "counted in the plan",
}
"""How a figure was found, in words."""


def item(text: str, indent: str = "  ") -> list[str]:
    """Return `text` wrapped to the width of the console, what follows its first line further in."""
    return wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False
    )


def names_text(queues: Sequence[str], most: int = 4) -> str:
    """Return up to `most` names, and how many more there are."""
    return ", ".join(queues[:most]) + (f" and {len(queues) - most} more" if len(queues) > most else "")


def amount_text(figure: Figure) -> str:
    """Return a figure with its unit: "nothing" where it is below its own error, "at most" where a dual price is of savings."""
    if not figure.sure:
        return "nothing"
    at_most = "at most " if figure.source is Source.DUAL and figure.amount < 0 else ""
    return f"{at_most}{figure.amount:,.2f} {figure.unit}"


def level_text(level: float, target: float, least: int = 1) -> str:
    """As many digits as it takes not to read as its target when it falls short, `least` at least."""
    for digits in range(least, 8):
        said = f"{100 * level:.{digits}f}"
        if not level < target or float(said) < 100 * target:
            break
    return f"{said}%"


def window_text(item: Margin | LevelChange, plan: Plan) -> str:
    """Return the window of a promise in words."""
    if item.window is Window.CONTRACT:
        return "whole horizon"
    if item.window is Window.INTERVAL:
        queue = next((q for q in plan.account.queues if q.id == item.clause), None)
        market = plan.account.market(queue.market) if queue is not None else None
        zone = market.zone if market is not None else plan.account.horizon.zone
        return f"at {item.window_start_utc.astimezone(zone_info(zone)):%a %d %b %H:%M}"
    return (
        f"{item.window.noun} from {item.window_date:%a %d %b}"
        if item.window is not Window.DAY
        else f"{item.window_date:%a %d %b}"
    )


def short_text(s: ShortInterval, plan: Plan) -> str:
    """Return how many agents one interval of a queue lacks, on the clock of its market."""
    zone = plan.account.market(plan.account.queue(s.queue).market).zone
    agents = f"{s.agents:.1f}" if s.agents >= 0.05 else "less than 0.1"
    return f"{s.queue} {agents} at {s.start_utc.astimezone(zone_info(zone)):%a %d %b %H:%M}"
