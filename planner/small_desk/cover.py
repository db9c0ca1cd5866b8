"""Hours that people cover: open time with somebody there, and the longest stretch without anybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.small_desk.presence import Steps


@dataclass(frozen=True)
class Gap:
    """An open stretch without anybody: when it begins, and how long it lasts, in seconds."""

    from_s: float
    seconds: float


def open_spans(is_open: Bools, interval_s: float) -> Floats:
    """Return the stretches ``[N, 2]`` in seconds in which a line is open throughout, given its open intervals ``[T]``."""
    change = np.diff(np.concatenate([[False], is_open, [False]]).astype(np.int8))
    edges = np.stack([np.flatnonzero(change == 1), np.flatnonzero(change == -1)], axis=1)
    return edges.astype(np.float64) * interval_s


def covered_s(people: Steps, spans: Floats) -> float:
    """Return the seconds of `spans` ``[N, 2]`` in which at least one of `people` is there."""
    return float(sum(length for _, length, there in _pieces(people, spans) if there))


def longest_gap(people: Steps, spans: Floats) -> Gap:
    """Return the longest stretch of one of `spans` without anybody, the first of equals; one of no length at 0 where there is none.

    Closing ends a stretch: customers of an open hour do not miss whoever is not there at night.
    """
    best, begins, upto = Gap(0.0, 0.0), 0.0, None
    for start, length, there in _pieces(people, spans):
        if there:
            upto = None
            continue
        if upto != start or any(start == span for span in spans[:, 0]):
            begins = start
        upto = start + length
        if upto - begins > best.seconds:
            best = Gap(begins, upto - begins)
    return best


def _pieces(people: Steps, spans: Floats) -> list[tuple[float, float, bool]]:
    # spans cut where somebody comes or goes: start, length, whether anybody is there
    found = []
    for start, end in spans:
        inner = people.times[(people.times > start) & (people.times < end)]
        edges = np.concatenate([[start], inner, [end]])
        there = people.at(edges[:-1]) > 0
        found += list(zip(edges[:-1].tolist(), np.diff(edges).tolist(), there.tolist(), strict=True))
    return found
