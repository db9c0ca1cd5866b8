"""Options of `planner erlang` as typed: numbers, shares and durations, each refused with its name, its value and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.cli.erlang_ask import MAX_AGENTS, MAX_AHT_S, MAX_CALLS_PER_H, MAX_THRESHOLD_S
from planner.errors import Problem

_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600}
_CLOCK = re.compile(r"(\d+):([0-5]\d)(?::([0-5]\d))?")
_DURATION = re.compile(r"([\d.]+) ?([a-z]+)")


@dataclass(frozen=True, kw_only=True)
class _Field:
    low: float = 0.0
    high: float = float("inf")
    low_belongs: bool = True
    high_belongs: bool = True
    least: float = 0.0  # smaller values than this, other than zero, are slips of the pen
    kind: str = "number"  # number, whole, share or seconds
    remedy: str = ""


_FIELDS: Mapping[str, _Field] = {
    "calls": _Field(least=1e-6, high=MAX_CALLS_PER_H, remedy="give the calls of an hour, or of the interval named by --per"),
    "aht": _Field(
        low_belongs=False,
        least=1e-3,
        high=MAX_AHT_S,
        kind="seconds",
        remedy="give the mean seconds of a call, talk and wrap-up together",
    ),
    "agents": _Field(high=MAX_AGENTS, remedy="give the agents on seat, or leave the option out to find them"),
    "target": _Field(low_belongs=False, high=1.0, high_belongs=False, kind="share", remedy="write 0.8 for 80%"),
    "within": _Field(high=MAX_THRESHOLD_S, kind="seconds", remedy="give seconds, such as 20"),
    "rings": _Field(low=1, high=100, kind="whole", remedy="give a whole number of rings, such as 3"),
    "patience": _Field(low=1e-6, high=1e12, kind="seconds", remedy="give mean seconds, or leave it out if nobody gives up"),
    "max_asa": _Field(low_belongs=False, least=1e-3, high=MAX_THRESHOLD_S, kind="seconds", remedy="give seconds, such as 15"),
    "max_abandonment": _Field(low_belongs=False, least=1e-6, high=1.0, kind="share", remedy="write 0.05 for 5%"),
    "max_occupancy": _Field(low_belongs=False, least=0.01, high=1.0, kind="share", remedy="write 0.85 for 85%"),
    "rate_cv": _Field(high=2.0, kind="share", remedy="write 0.1 where days differ by about 10% from what is expected"),
    "shrinkage": _Field(high=1.0, high_belongs=False, kind="share", remedy="write 0.3 where 30% of paid time is off the phone"),
}


def option(name: str) -> str:
    """Return the option of a field: ``--max-asa`` for ``max_asa``."""
    return f"--{name.replace('_', '-')}"


def read_field(name: str, typed: str, problems: list[Problem], *, place: str = "") -> Fraction | None:
    """Return the exact value typed for an option, or None with the problem added to `problems`."""
    field = _FIELDS[name]
    place = place or option(name)
    value = _exact(typed.strip().lower(), field.kind)
    if value is None:
        problems.append(Problem(place, _unreadable(typed), field.remedy))
        return None
    if field.kind == "whole" and value.denominator != 1:
        problems.append(Problem(place, f"must be a whole number, got {typed}", field.remedy))
        return None
    low = value >= Fraction(field.low) if field.low_belongs else value > Fraction(field.low)
    low = low and (value == 0 or value >= Fraction(str(field.least)))
    high = field.high == float("inf") or (value <= Fraction(field.high) if field.high_belongs else value < Fraction(field.high))
    if low and high:
        return value
    problems.append(Problem(place, f"must be {_range(field, value, too_low=not low)}, got {typed}", _hint(name, field, value)))
    return None


def read_interval(typed: str, problems: list[Problem]) -> tuple[float, str]:
    """Return the seconds and the words of ``--per``: ``30min``, ``15min``, ``hour``."""
    text = typed.strip().lower()
    found = _DURATION.fullmatch(text if text[:1].isdigit() else f"1{text}")
    unit = found and (_UNITS.get(found[2]) or _UNITS.get(found[2].removesuffix("s")))
    seconds = _plain(found[1]) if found else None
    if not unit or seconds is None or not 60 <= seconds * unit <= 86400:
        problems.append(Problem("--per", f"must be a time from 1min to 24h, got {typed}", "write hour, 30min or 15min"))
        return 3600.0, "hour"
    total = seconds * unit
    if total == 3600:
        return 3600.0, "hour"
    return float(total), f"{float(total / 3600):g} h" if total % 3600 == 0 else f"{float(total / 60):g} min"


def _exact(text: str, kind: str) -> Fraction | None:
    if kind == "share" and text.endswith("%"):
        percent = _plain(text[:-1].strip())
        return None if percent is None else percent / 100
    if kind == "seconds":
        if clock := _CLOCK.fullmatch(text):
            first, second, third = int(clock[1]), int(clock[2]), clock[3]
            return Fraction(first * 60 + second if third is None else first * 3600 + second * 60 + int(third))
        if (found := _DURATION.fullmatch(text)) and found[2] in _UNITS:
            number = _plain(found[1])
            return None if number is None else number * _UNITS[found[2]]
    return _plain(text)


def _plain(text: str) -> Fraction | None:
    try:
        value = float(text)
        return Fraction(text) if abs(value) < 1e300 and (value == 0 or abs(value) > 1e-300) else None
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _unreadable(typed: str) -> str:
    try:
        value = float(typed)
    except ValueError:
        comma = "; write a point for decimals and nothing between thousands" if "," in typed else ""
        return f"must be a number, got {typed!r}{comma}"
    return f"must be a finite number, got {value:g}"


def _range(field: _Field, value: Fraction, *, too_low: bool) -> str:
    if 0 < value < field.least:
        return f"at least {field.least:g}"
    if field.kind == "share" and field.high == 1.0:
        return "above 0, at most 1" if field.high_belongs else "between 0 and 1"
    if not too_low:
        return f"at most {field.high:.10g}"
    if field.low == 0:
        return "zero or more" if field.low_belongs else "above 0"
    return f"{field.low:g} or more"


def _hint(name: str, field: _Field, value: Fraction) -> str:
    if name == "target" and value == 1:
        return "no number of agents answers every call in time; write 0.99"
    if name == "shrinkage" and value == 1:
        return "nobody would be left on seat; write 0.3 where 30% of paid time is off the phone"
    if field.kind == "share" and field.high < value <= 100:
        return f"write {float(value / 100):g} for {float(value):g}%"
    return field.remedy
