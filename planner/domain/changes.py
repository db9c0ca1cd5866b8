"""What reality did to a published roster, and what may be done about it: the input of a re-plan, in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from planner.domain.account import Event


@dataclass(frozen=True, kw_only=True)
class Away:
    """Agent `agent` cannot work from `start_utc` to `end_utc`: ill, on leave at short notice, in court."""

    agent: str
    start_utc: datetime
    end_utc: datetime
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Agent `agent` works no shift that starts on or after `start_utc`."""

    agent: str
    start_utc: datetime
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Joining:
    """A new agent of `group` who can work shifts that start from `start_utc` on; `pattern` is the kind of shift the contract names."""

    agent: str
    group: str
    start_utc: datetime
    pattern: str = ""
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class VolumeChange:
    """Contacts of `queues` (empty: all) from `start_utc` to `end_utc` are multiplied by `factor`, or are `contacts` in all instead.

    Exactly one of the two is given. `contacts` is shared out as the plan's own contacts lie in time and among the queues.
    """

    queues: tuple[str, ...]
    start_utc: datetime
    end_utc: datetime
    factor: float | None = None
    contacts: float | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What must stay as published: every agent's every date that fits all the conditions given; an empty condition fits everything."""

    agents: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    shifts: tuple[str, ...] = ()
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """Agent `agent` works a place of the published shift `shift`: something already agreed with the person."""

    agent: str
    shift: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Overtime:
    """Up to `hours_per_week` above the contract may be worked by `agents` and by everybody of `groups` (both empty: by all).

    It holds in every week of the plan that ``[start_utc, end_utc)`` touches. Overtime earns `premium_share` of the hour's pay on top.
    """

    hours_per_week: float
    premium_share: float
    start_utc: datetime
    end_utc: datetime
    agents: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    place: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A change told less than `within_h` hours before it takes hold costs `factor` times its price."""

    within_h: float
    factor: float


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What it is worth to leave people alone: the price of one change, in hours of the agent's pay, or in money where `in_money`.

    `breaks_moved`: same shift, other breaks. `moved_start` and, on top, `moved_per_h` for each hour the start moves (a shift of another
    length counts as moved). `cancelled`: a shift taken away. `called_in`: a shift on a day off, and on top of that `swapped` when it
    takes over a published place that somebody else gives up, `added` when it is a new one. `overtime`: an agent's week with overtime.
    What illness or leaving forces costs nothing. A contact missing from a promise over a window costs `promise_missed` times what is short
    where an agent who would win it is missing, whatever the unit. `notice` is tried in order: the first that fits counts.
    """

    breaks_moved: float = 0.25
    moved_start: float = 1.0
    moved_per_h: float = 0.25
    cancelled: float = 1.0
    called_in: float = 3.0
    swapped: float = 0.5
    added: float = 1.0
    overtime: float = 1.0
    promise_missed: float = 4.0
    notice: tuple[Notice, ...] = (Notice(within_h=24, factor=2.0), Notice(within_h=48, factor=1.5))
    in_money: bool = False

    def factor(self, hours: float) -> float:
        """Return by how much a change told `hours` before it takes hold costs more."""
        return next((n.factor for n in self.notice if hours < n.within_h), 1.0)


NO_PRICES = Prices(
    breaks_moved=0, moved_start=0, moved_per_h=0, cancelled=0, called_in=0, swapped=0, added=0, overtime=0, notice=()
)
"""Changes cost nothing: free re-optimisation over the same moves."""


@dataclass(frozen=True, kw_only=True)
class Pay:
    """What is paid for shifts not worked, as shares of the plain hour: `sick_share` of those lost to absence, and of an agent's published
    hours of a week as far as fewer are worked, `guaranteed_share`."""

    sick_share: float = 1.0
    guaranteed_share: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How far the search goes: `reach_days` days around what is touched may change too; `everywhere` lifts that limit.

    `move_breaks` lets breaks of shifts that stay be moved. The search ends at the relative `gap` or after `time_limit_s` seconds, with
    the best roster found and the bound proven.
    """

    reach_days: int = 1
    everywhere: bool = False
    move_breaks: bool = False
    gap: float = 1e-4
    time_limit_s: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything that changed since a roster was published, and the prices of changing it. Without any content nothing is touched.

    `now_utc` is the moment of re-planning (None: the start of the horizon): shifts that start before it are history.
    """

    now_utc: datetime | None = None
    away: tuple[Away, ...] = ()
    leaving: tuple[Leaving, ...] = ()
    joining: tuple[Joining, ...] = ()
    volume: tuple[VolumeChange, ...] = ()
    events: tuple[Event, ...] = ()
    locks: tuple[Lock, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    overtime: tuple[Overtime, ...] = ()
    prices: Prices = Prices()
    pay: Pay = Pay()
    effort: Effort = Effort()
