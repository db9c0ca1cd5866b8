"""Numbers and promises of the calculator in words that fit a terminal of 80 columns."""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import dataclass, replace
from typing import Any

from planner.cli.erlang_ask import Ask
from planner.cli.erlang_solve import limits_kept
from planner.domain.targets import Formula, RingMoment, RingRule
from planner.queueing import Performance

WIDTH = 80

COUNTED = {
    Formula.OFFERED: "answered in time / all calls",
    Formula.ANSWERED: "answered in time / all answered",
    Formula.EXCLUDING_SHORT_ABANDONS: "answered in time / (all - given up in time)",
    Formula.CREDITING_SHORT_ABANDONS: "(answered + given up in time) / all calls",
    Formula.VIRTUAL: "would be answered in time if nobody gave up / all",
}
"""What each formula divides by what."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One promise and what is delivered; `measure` is the field of `Performance`."""

    measure: str
    promised: float
    delivered: float
    kept: bool
    name: str
    amount: str


def number(value: float) -> str:
    """Return a quantity as it would be typed, or what it means where it is no number."""
    if math.isnan(value):
        return "–"
    return "endless" if math.isinf(value) else f"{value:.10g}"


def seconds(value: float, promised: float | None = None) -> str:
    """Return a mean wait to hundredths, and finer where it would otherwise look as if a limit just missed were kept."""
    return f"{_told(value, promised, 1.0)} s" if math.isfinite(value) else number(value)


def percent(share: float, promised: float | None = None) -> str:
    """Return a share in percent to two decimals, and finer where it would otherwise look as if a limit just missed were kept."""
    return f"{_told(share, promised, 100.0)}%" if math.isfinite(share) else number(share)


def _told(value: float, promised: float | None, scale: float) -> str:
    text = f"{value * scale:.2f}"
    for places in range(2, 12):
        text = f"{value * scale:.{places}f}"
        if promised is None or value == promised or (float(text) < promised * scale) is (value < promised):
            break
    return text


def short_percent(share: float) -> str:
    """Return a share somebody typed: 80%, 99.5%."""
    return f"{share * 100:.10g}%"


def agents(count: float) -> str:
    """Return ``1 agent`` or ``14 agents``."""
    return f"{number(count)} agent{'' if count == 1 else 's'}"


def listed(words: list[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def interval(ask: Ask, rate_per_h: float) -> str:
    """Return a rate in the interval it was counted in."""
    calls = number(round(rate_per_h * ask.per_s / 3600, 9))
    return f"{calls} per {ask.per_words}"


def ring_words(ring: RingRule) -> str:
    """Return the moment a threshold in rings stands for."""
    moment = {
        RingMoment.START: f"the start of ring {ring.rings}",
        RingMoment.END: f"the end of ring {ring.rings}",
        RingMoment.BEFORE_NEXT: f"the last moment before ring {ring.rings + 1}",
    }
    return f"{moment[ring.moment]} in {ring.country}"


def within(ask: Ask) -> str:
    """Return the threshold in seconds, and in rings where it was given so."""
    assert ask.threshold_s is not None
    seconds = f"{number(ask.threshold_s)} s"
    return seconds if ask.ring is None else f"{seconds}, {ring_words(ask.ring)}"


def promises(ask: Ask) -> list[str]:
    """Return every limit in words."""
    said = []
    if ask.target is not None:
        threshold = "" if ask.threshold_s is None else f" within {number(ask.threshold_s)} s"
        said.append(f"{short_percent(ask.target)}{threshold}")
    if ask.max_asa_s is not None:
        said.append(f"a mean wait of at most {number(ask.max_asa_s)} s")
    if ask.max_abandonment is not None:
        said.append(f"at most {short_percent(ask.max_abandonment)} giving up")
    if ask.max_occupancy is not None:
        said.append(f"at most {short_percent(ask.max_occupancy)} occupancy")
    return said


def limits(ask: Ask, found: Performance) -> list[Limit]:
    """Return every limit with what is delivered, each judged alone by the unrounded value."""
    asked: list[tuple[str, str, str, float | None]] = [
        ("service_level", "target", "target", ask.target),
        ("asa_answered_s", "max_asa_s", "limit on the mean wait", ask.max_asa_s),
        ("abandonment", "max_abandonment", "limit on giving up", ask.max_abandonment),
        ("occupancy", "max_occupancy", "limit on occupancy", ask.max_occupancy),
    ]
    rows = []
    for measure, field, name, promised in asked:
        if promised is None:
            continue
        alone: dict[str, Any] = {other: promised if other == field else None for _, other, _, _ in asked}
        amount = f"{number(promised)} s" if measure == "asa_answered_s" else short_percent(promised)
        rows.append(
            Limit(
                measure=measure,
                promised=promised,
                delivered=float(getattr(found, measure)),
                kept=bool(limits_kept(replace(ask, **alone), found, ask.load)),
                name=name,
                amount=amount,
            )
        )
    return rows


def wrapped(label: str, text: str, *, indent: int = 2, width: int = 13) -> list[str]:
    """Return lines of at most `WIDTH` columns: a label, and its text hanging beside it; a number stays with its unit."""
    first = " " * indent + label.ljust(width)
    rest = " " * (indent + width)
    lines = textwrap.wrap(
        re.sub(r"(\d) (s|min|erlang|agents?|calls?)\b", "\\1\u00a0\\2", text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\u00a0", " ") for line in lines]
