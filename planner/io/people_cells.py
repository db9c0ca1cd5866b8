"""Cells about people as text become values; a ValueError says what is wrong with one, and what to write instead."""

from __future__ import annotations

from datetime import date, datetime

from planner.domain.queues import Channel, OpenSpan
from planner.domain.staff import LEVELS, MOST_WEIGHT, Nights, Wish
from planner.io.names import shown
from planner.io.settings.clock_times import DAYS, opening_spans


def whole(text: str) -> int:
    """Return a whole number of at most six digits."""
    if not text.isdigit() or len(text) > 6:
        raise ValueError(f"{shown(text)} is not a whole number; write digits")
    return int(text)


def number(text: str) -> float:
    """Return hours above 0, at most the 168 of a week."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a number; write digits with a decimal point where needed") from None
    if not 0 < value <= 168:
        raise ValueError(f"must be above 0 and at most 168 hours, got {value:g}; correct it")
    return value


def spent(text: str) -> float:
    """Return hours from 0 to the 168 of a week."""
    return 0.0 if text in ("0", "0.0") else number(text)


def local_time(text: str) -> datetime:
    """Return a date and time of a site's clock, without an offset."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a date and time; write it such as 2026-11-08 23:00") from None
    if when.tzinfo is not None or len(text) < 16:
        raise ValueError(f"{shown(text)} must be a date and time on the site's clock; write it such as 2026-11-08 23:00")
    return when


def weight(text: str) -> int:
    """Return the weight of a wish."""
    value = whole(text)
    if not 1 <= value <= MOST_WEIGHT:
        raise ValueError(f"must be 1 to {MOST_WEIGHT}, got {value}; {MOST_WEIGHT} is the strongest wish")
    return value


def day(text: str) -> date:
    """Return a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a date; write it such as 2026-11-09") from None


def weekday(text: str) -> int:
    """Return the number of a weekday, Monday 0."""
    for number, name in enumerate(DAYS):
        if text.casefold() == name.casefold():
            return number
    raise ValueError(f"{shown(text)} is not a weekday; write one of {', '.join(DAYS)}")


def spans(text: str) -> tuple[OpenSpan, ...]:
    """Return spans of the week, written apart by semicolons."""
    return opening_spans([part.strip() for part in text.split(";") if part.strip()])


def languages(text: str) -> tuple[tuple[str, str], ...]:
    """Return languages, each with its level or none."""
    found = []
    for part in text.split():
        language, _, level = part.partition(":")
        known = next((known for known in LEVELS if known.casefold() == level.casefold()), "")
        if level and not known:
            raise ValueError(f"{shown(part)} has an unknown level; levels are {', '.join(LEVELS)}")
        found.append((language, known))
    return tuple(found)


def channels(text: str) -> tuple[Channel, ...]:
    """Return channels."""
    try:
        return tuple(Channel(part) for part in text.split())
    except ValueError:
        raise ValueError(f"{shown(text)} holds an unknown channel; channels are {', '.join(Channel)}") from None


def nights(text: str) -> Nights:
    """Return how nights are meant for a person."""
    try:
        return Nights(text.casefold())
    except ValueError:
        raise ValueError(f"{shown(text)} is unknown; write one of {', '.join(Nights)}") from None


def wish(text: str) -> Wish:
    """Return a kind of wish."""
    try:
        return Wish(text.casefold())
    except ValueError:
        raise ValueError(f"{shown(text)} is not a wish; write one of {', '.join(Wish)}") from None


def scores(text: str) -> tuple[tuple[str, float], ...]:
    """Return skills with their scores from 0 to 1."""
    found = []
    for part in text.split():
        skill, _, score = part.partition(":")
        try:
            value = float(score)
        except ValueError:
            raise ValueError(f"{shown(part)} is not a skill with its score; write them such as empathy:0.8") from None
        if not 0 <= value <= 1:
            raise ValueError(f"a score must lie between 0 and 1, got {value:g} for {skill}; write 0.8 for 80%")
        found.append((skill, value))
    return tuple(found)
