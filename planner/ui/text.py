"""People's words and the planner's figures, made fit for the page."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

LABEL_CHARACTERS = 80
NONE = "–"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def one_line(text: str, *, characters: int = 200) -> str:
    """Return `text` without control and direction-changing characters, on one line, cut to `characters`."""
    clean = _CONTROL.sub(" ", text).strip()
    return clean if len(clean) <= characters else clean[: characters - 1] + "…"


def plain(text: object, *, characters: int = 200) -> str:
    """Return `text` so that markdown shows it as it is: no links, no images, no formulas, no emoji codes, one line."""
    return _MARKDOWN.sub(r"\\\1", one_line(str(text), characters=characters))


def number(value: float | None, digits: int = 0) -> str:
    """Return `value` with thousands separators; a dash when there is none."""
    return NONE if value is None or not math.isfinite(value) else f"{value:,.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return the share `value` as a percentage; a dash when there is none."""
    return NONE if value is None or not math.isfinite(value) else f"{100 * value:.{digits}f}%"


def seconds(value: float | None) -> str:
    """Return a stretch of time as people say it: 20 s, 4 min, 24 h."""
    if value is None or not math.isfinite(value):
        return NONE
    if value < 120:
        return f"{value:.4g} s"
    if value < 2 * 3600:
        return f"{value / 60:.3g} min"
    return f"{value / 3600:.3g} h"


def when(moment: datetime) -> str:
    """Return an instant in UTC to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def words(count: int, noun: str) -> str:
    """Return a count with its noun: 1 queue, 3 queues."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
