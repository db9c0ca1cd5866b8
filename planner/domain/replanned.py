"""What a re-plan changed in a published roster: who is told what, at which price, and what it buys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happens to one agent's date."""

    ABSENT = "absent"  # the published shift falls to illness or leaving: nothing to decide
    CUT_SHORT = "cut_short"  # a running shift ends where illness begins
    CANCELLED = "cancelled"
    MOVED = "moved"
    BREAKS = "breaks"
    TAKES_OVER = "takes_over"  # called in on a day off, to a published place somebody gives up
    ADDED = "added"  # called in on a day off, to a new place
    OVERTIME = "overtime"  # the price of a week with overtime; the shifts themselves are listed apart


@dataclass(frozen=True, kw_only=True, order=True)
class RosterChange:
    """One agent's one date: the hours that were and are (on the site's clock, empty for none), the price put on the change, in the
    account's currency, and the reason. `was_shift` and `is_shift` name rows of the shift plans before and after."""

    date: date
    agent: str
    kind: ChangeKind
    was: str
    now: str
    was_shift: str
    is_shift: str
    price: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class QueueService:
    """A queue's service level over the horizon in three rosters: as published, with reality but nobody reacting, and re-planned.

    None where it has no contacts or is deferred work without any due.
    """

    queue: str
    published: float | None
    untouched: float | None
    replanned: float | None
    target: float

    @property
    def differs(self) -> bool:
        """True when the three are not the same to a twentieth of a percent."""
        levels = {None if level is None else round(2000 * level) for level in (self.published, self.untouched, self.replanned)}
        return len(levels) > 1


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Money and time of one roster, in the account's currency: `cost` of the bill, lead-in excluded; on-seat agent-hours short."""

    cost: float
    shortfall_h: float
    promises_kept: int
    promises: int


@dataclass(frozen=True, kw_only=True)
class Replanned:
    """How a plan came from a published one: the changes, their price, and the rosters before, without reaction, and after."""

    from_sha256: str
    now: str
    changes: tuple[RosterChange, ...]
    published: Stage
    untouched: Stage
    replanned: Stage
    service: tuple[QueueService, ...]
    notes: tuple[str, ...] = ()

    @property
    def price(self) -> float:
        """Sum of the prices put on the changes."""
        return sum(change.price for change in self.changes)

    @property
    def forced(self) -> tuple[RosterChange, ...]:
        """What illness and leaving did."""
        return tuple(c for c in self.changes if c.kind in (ChangeKind.ABSENT, ChangeKind.CUT_SHORT))

    @property
    def chosen(self) -> tuple[RosterChange, ...]:
        """What was decided, overtime lines left out."""
        return tuple(c for c in self.changes if c.kind not in (ChangeKind.ABSENT, ChangeKind.CUT_SHORT, ChangeKind.OVERTIME))

    @property
    def told(self) -> tuple[str, ...]:
        """The agents who must be told of a decision."""
        return tuple(sorted({c.agent for c in self.chosen}))

    def headline(self) -> str:
        """Return the changes in a line: ``12 changes, 9 people told: 3 called in, 9 moved``."""
        if not self.chosen:
            return "no changes, nobody to tell"
        counts = {kind: sum(c.kind is kind for c in self.chosen) for kind in _SAID}
        said = ", ".join(f"{n} {_SAID[kind]}" for kind, n in counts.items() if n)
        people = len(self.told)
        changes = len(self.chosen)
        return f"{changes} change{'s' * (changes != 1)}, {people} {'people' if people != 1 else 'person'} told: {said}"


_SAID = {
    ChangeKind.TAKES_OVER: "called in to take over a shift",
    ChangeKind.ADDED: "called in for a new shift",
    ChangeKind.MOVED: "moved",
    ChangeKind.CANCELLED: "cancelled",
    ChangeKind.BREAKS: "with other breaks",
}
