"""How handling times vary, what several contacts at once do to them, and what interrupts the work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

MOST_CV = 10.0
"""Largest coefficient of variation of single handling times."""


class ServiceLaw(StrEnum):
    """How handling times of one kind of contact vary around their mean."""

    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    FIXED = "fixed"

    @property
    def cv(self) -> float | None:
        """Coefficient of variation that the law has by itself; None where it may have any."""
        return {ServiceLaw.EXPONENTIAL: 1.0, ServiceLaw.FIXED: 0.0}.get(self)


@dataclass(frozen=True, kw_only=True)
class Handling:
    """How single handling times of a queue vary: their `law` and coefficient of variation `cv`.

    `by_chats_s` holds the mean handling time in seconds with 1, 2, ... chats in hand, the last that at full concurrency (empty: chats do
    not slow each other). Deferred work may be `interruptible` by live contacts and goes on afterwards; cases open at the end of a shift
    go back to the queue with `hand_over`, else they are finished. Read by simulation alone.
    """

    law: ServiceLaw = ServiceLaw.EXPONENTIAL
    cv: float = 1.0
    by_chats_s: tuple[float, ...] = ()
    interruptible: bool = False
    hand_over: bool = False

    def __post_init__(self) -> None:
        for message, remedy in handling_faults(self):
            raise ValueError(f"{message}; {remedy}" if remedy else message)

    @property
    def speeds(self) -> tuple[float, ...]:
        """At what speed each of 1, 2, ... chats in hand goes on, 1 at full concurrency; empty where chats do not slow each other."""
        return tuple(self.by_chats_s[-1] / seconds for seconds in self.by_chats_s)


def handling_faults(handling: Handling) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with `handling`, each with what to do."""
    said = []
    own = handling.law.cv
    if own is not None and handling.cv != own:
        said.append((f"{handling.law} handling times have a cv of {own:g}, got {handling.cv:g}", 'write law "lognormal"'))
    if own is None and not 0 < handling.cv <= MOST_CV:
        said.append((f"cv of lognormal handling times must be above 0 and at most {MOST_CV:g}, got {handling.cv:g}", ""))
    return (*said, *chats_faults(handling.by_chats_s))


def chats_faults(by_chats_s: tuple[float, ...]) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with handling times by number of chats in hand, each with what to do."""
    if not all(0 < seconds < float("inf") for seconds in by_chats_s):
        return ((f"handling times must be above 0 seconds, got {min(by_chats_s):g}", ""),)
    for n, (fewer, more) in enumerate(pairwise(by_chats_s), 1):
        if more < fewer:
            return (
                (
                    f"a chat takes {fewer:g} s with {n} in hand but {more:g} s with {n + 1}: nobody answers one chat faster because of "
                    "another",
                    "write handling times that rise or stay as chats are added",
                ),
            )
    return ()


AS_A_RULE = Handling()
"""Exponential, chats that do not slow each other, deferred work finished once begun."""
