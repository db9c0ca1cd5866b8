"""What a labour rule may say besides a number: a stretch of the clock, paid pauses, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WINDOW = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})\Z")
_PAUSES = re.compile(r"(\d+) x (\d+)\Z")


@dataclass(frozen=True)
class ClockWindow:
    """Minutes after midnight on the site's clock, from `from_min` up to `to_min`; over midnight where that is the earlier one."""

    from_min: int
    to_min: int

    def __post_init__(self) -> None:
        if not (0 <= self.from_min < 1440 and 0 <= self.to_min < 1440 and self.from_min != self.to_min):
            raise ValueError(f"a window needs two different times of day, got {self.from_min} and {self.to_min} minutes")

    @property
    def end_min(self) -> int:
        """Its end in minutes after the midnight before `from_min`: above 1440 when it runs over midnight."""
        return self.to_min if self.to_min > self.from_min else self.to_min + 1440

    def __str__(self) -> str:
        return f"{_clock(self.from_min)} to {_clock(self.to_min)}"


@dataclass(frozen=True)
class Pauses:
    """`count` pauses of `minutes` each."""

    count: int
    minutes: int

    def __str__(self) -> str:
        return f"{self.count} pauses of {self.minutes} minutes"


RuleValue = float | ClockWindow | Pauses | str


def parse_window(text: str) -> ClockWindow:
    """Return the window written ``22:00-06:00``; raise ValueError for anything else."""
    found = _WINDOW.match(text)
    if not found:
        raise ValueError(f'expected a window such as 22:00-06:00, got "{text}"')
    h1, m1, h2, m2 = map(int, found.groups())
    return ClockWindow(h1 * 60 + m1, h2 * 60 + m2)


def parse_pauses(text: str) -> Pauses:
    """Return the pauses written ``2 x 10``; raise ValueError for anything else."""
    found = _PAUSES.match(text)
    if not found:
        raise ValueError(f'expected pauses such as 2 x 10, got "{text}"')
    return Pauses(int(found[1]), int(found[2]))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
