"""Clock times and opening hours as people write them: "22:00", "Mon-Fri 08:00-20:00", "24/7"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from planner.domain.queues import MINUTES_A_DAY, OpenSpan

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_TIME = re.compile(r"(\d{1,2}):(\d{2})\Z")
_EXAMPLE = '"Mon-Fri 08:00-20:00"'


def minute_of_day(text: str, *, end: bool = False) -> int:
    """Return the minutes after midnight of "HH:MM"; "24:00" is allowed where `end` is True. Raises ValueError otherwise."""
    found = _TIME.match(text)
    minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else -1
    if not 0 <= minute < MINUTES_A_DAY and not (end and minute == MINUTES_A_DAY):
        raise ValueError(f'must be a time of day "HH:MM", 00:00 to {"24:00" if end else "23:59"}, got "{text}"')
    return minute


def clock_text(minute: int) -> str:
    """Return minutes after midnight as "HH:MM"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def opening_spans(rules: Sequence[str]) -> tuple[OpenSpan, ...]:
    """Return the weekly spans of rules such as "Mon-Fri 08:00-20:00", "Sat,Sun 09:00-17:00", "Fri 22:00-02:00" or "24/7".

    A span that ends at or before its start runs over midnight into the next day. Overlapping and touching spans of a day are joined.
    Raises ValueError naming the rule that cannot be read, or when there is none: open never.
    """
    minutes: dict[int, list[tuple[int, int]]] = {}
    for rule in rules:
        for weekday, start, end in _rule(rule):
            minutes.setdefault(weekday, []).append((start, end))
    if not minutes:
        raise ValueError(f'is closed all week; write opening hours such as {_EXAMPLE}, or "24/7"')
    return tuple(OpenSpan(day, start, end) for day in sorted(minutes) for start, end in _joined(minutes[day]))


def _rule(rule: str) -> list[tuple[int, int, int]]:
    if rule.strip() == "24/7":
        return [(day, 0, MINUTES_A_DAY) for day in range(7)]
    words = rule.split()
    if len(words) != 2 or words[1].count("-") != 1:
        raise ValueError(f'cannot be read: "{rule}"; write {_EXAMPLE} or "24/7"')
    first, last = words[1].split("-")
    try:
        start, end = minute_of_day(first), minute_of_day(last, end=True)
        on = weekdays(words[0])
    except ValueError as error:
        raise ValueError(f'cannot be read: "{rule}": {error}') from error
    if start == end:
        raise ValueError(f'cannot be read: "{rule}" ends when it starts; a whole day is 00:00-24:00')
    spans = []
    for day in on:
        if end > start:
            spans.append((day, start, end))
        else:
            spans.append((day, start, MINUTES_A_DAY))
            if end:
                spans.append(((day + 1) % 7, 0, end))
    return spans


def weekdays(text: str) -> list[int]:
    """Return the weekdays (0 = Monday) of "Mon-Fri" or "Mon,Wed"; raises ValueError for anything else."""
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = _weekday(first), _weekday(last or first)
        days += [(start + i) % 7 for i in range((end - start) % 7 + 1)]
    return days


def _weekday(text: str) -> int:
    for number, name in enumerate(DAYS):
        if text.strip().lower() == name.lower():
            return number
    raise ValueError(f'days must be {", ".join(DAYS)}, got "{text}"')


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
