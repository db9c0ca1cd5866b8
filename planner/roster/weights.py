"""What a roster of named people is judged by, in points: documented weights, all whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Points of the objective; the fewer the better.

    An uncovered head outweighs everything else a person's week could cost, so that nobody's wish ever leaves work undone. The rest says
    what hurts how much: a wish of weight 1 not kept hurts as much as two and a half hours away from the usual start.
    """

    uncovered: int = 1_000
    """A head of a shift that no named person works."""
    away_h: int = 4
    """An hour (begun) that a shift starts away from the person's usual start of the week, the one that suits the week best; where starts
    may vary (`start_band_min`), outside the band from that start on."""
    backward_h: int = 2
    """An hour (begun) by which the usual start lies earlier than the week before: rotation goes forward."""
    lone_day_off: int = 6
    """A day off alone between two days of work: rest days belong together."""
    wish: int = 10
    """A preference of weight 1 not kept."""
    night: int = 3
    """A night, for every night that the person has worked more than whoever of the group has worked fewest."""
    weekend_day: int = 3
    """A Saturday or Sunday, for every one that the person has worked more than whoever of the group has worked fewest."""
    missing_day: int = 2
    """Square of the days of the contract that a week leaves unworked: short weeks are shared out."""
    short_hour: int = 2
    """An hour (begun) by which a shift is shorter than the hours that the contract owes come to on the fewest days that hold them."""

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if not (isinstance(value, int) and value >= 0):
                raise ValueError(f"{f.name} must be a whole number of points, 0 or more, got {value}")
