"""How customers wait: the law by which they give up, and whether they call again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

LEAST_SHAPE, MOST_SHAPE = 0.2, 10.0
"""Bounds of a Weibull law's shape, as the queueing formulas have them."""


class PatienceLaw(StrEnum):
    """How the time until a customer gives up varies around its mean."""

    EXPONENTIAL = "exponential"
    WEIBULL = "weibull"  # the longer waited, the sooner (shape above 1) or later (below 1) given up
    RECORDED = "recorded"  # shares given up by waits, as they were measured


@dataclass(frozen=True, kw_only=True)
class GaveUp:
    """Of all customers kept waiting so long, `share` have given up by `wait_s` seconds."""

    wait_s: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How customers of a queue wait: the `law` of their patience, its `shape` (Weibull) or what was `recorded`; of those who give up
    `redial_prob` try again, on average `redial_after_s` seconds later (exponential). The mean patience is the queue's. Read by
    simulation alone."""

    law: PatienceLaw = PatienceLaw.EXPONENTIAL
    shape: float = 1.0
    recorded: tuple[GaveUp, ...] = ()
    redial_prob: float = 0.0
    redial_after_s: float = 300.0

    def __post_init__(self) -> None:
        for message, remedy in waiting_faults(self):
            raise ValueError(f"{message}; {remedy}" if remedy else message)


@dataclass(frozen=True, kw_only=True)
class RecordedWaits:
    """Single waits of queue `queue` as they were recorded: of `waited` contacts kept waiting `gave_up` did so before an agent answered;
    `steps` is the share that had given up by then, had nobody been answered."""

    queue: str
    waited: int
    gave_up: int
    steps: tuple[GaveUp, ...]


def waiting_faults(waiting: Waiting) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with `waiting`, each with what to do."""
    said = []
    if waiting.law is not PatienceLaw.WEIBULL and waiting.shape != 1:
        said.append((f"a shape belongs to the law weibull, but the law is {waiting.law}", "leave the shape out"))
    if not LEAST_SHAPE <= waiting.shape <= MOST_SHAPE:
        said.append((f"shape must lie in [{LEAST_SHAPE:g}, {MOST_SHAPE:g}], got {waiting.shape:g}", ""))
    if (waiting.law is PatienceLaw.RECORDED) != bool(waiting.recorded):
        said.append(("the law recorded needs recorded waits, and no other law has them", ""))
    if not 0 <= waiting.redial_prob < 1:
        said.append(
            (
                f"redial_prob must lie in [0, 1), got {waiting.redial_prob:g}",
                "at 1 and above redials never die out; write 0.3 for 30%",
            )
        )
    if not 0 < waiting.redial_after_s < float("inf"):
        said.append((f"redial_after_s must be above 0 seconds, got {waiting.redial_after_s:g}", ""))
    return (*said, *recorded_faults(waiting.recorded))


def recorded_faults(recorded: tuple[GaveUp, ...]) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with shares given up by waits, each with what to do."""
    if not recorded:
        return ()
    waits, shares = [row.wait_s for row in recorded], [row.share for row in recorded]
    said = []
    if not all(0 <= wait < float("inf") for wait in waits) or any(b <= a for a, b in pairwise(waits)):
        said.append(("waits must be seconds from 0 that rise from row to row", "sort the rows, each wait once"))
    if not all(0 <= share <= 1 for share in shares) or any(b < a for a, b in pairwise(shares)):
        said.append(("shares given up must lie in [0, 1] and never fall", "write the share of all who have given up by then"))
    at_once = shares[0] if waits[0] == 0 else 0.0
    if not said and shares[-1] <= at_once:
        said.append(("nobody gives up after a wait above 0 s", "add the waits by which more have given up"))
    return tuple(said)


AS_A_RULE = Waiting()
"""Exponential patience; nobody who gave up tries again."""
