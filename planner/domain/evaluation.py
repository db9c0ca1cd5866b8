"""What the finished roster delivers (C8): service per interval and window, deferred work, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from planner.domain.arrays import ArrayEq, Floats, frozen_floats
from planner.domain.capacity import Capacity, Coverage
from planner.domain.simulation import SimulationReport
from planner.domain.targets import Formula, Window

if TYPE_CHECKING:
    from planner.domain.small_desk import SmallDesk


class Basis(StrEnum):
    """By which law a figure was computed (C12)."""

    STATIONARY = "stationary"
    TRANSIENT = "transient"
    SIMULATED = "simulated"
    FLUID = "fluid"  # deferred work, first due first, at the capacity left to it


@dataclass(frozen=True, kw_only=True)
class SlaResult:
    """One clause over one window: `within` of `offered` contacts in time is `level`, against `target`.

    A queue's own rows carry its id as `clause`, over its target's window, every day and the whole horizon (CONTRACT); `scope` names the
    queues. `offered` are the contacts `formula` divides by: answered ones for ANSWERED, those without short abandons for
    EXCLUDING_SHORT_ABANDONS; for deferred work (`formula` None) those answered or late by the end of the horizon.
    `level` is None when nothing was offered (C3). `met` compares unrounded. `probability` is the chance that the window's own
    count reaches the target, over demand scenarios, absent agents and the luck of the draw; None where it was not computed. `partial`
    marks a window cut by the horizon's edge: `window_start_utc` is where it starts inside the horizon, `window_date` its first date on
    the market's clock wherever that lies. `expected_credit` is what the window is expected to owe by the tiers of its clause, by the same
    chances at the tiers' levels, to the cent in the account's currency, of a partial window the share of its hours inside; None without
    tiers, or where no chance was computed.
    """

    clause: str
    scope: str
    window: Window
    window_start_utc: datetime
    window_date: date
    offered: float
    within: float
    level: float | None
    formula: Formula | None
    threshold_s: float
    target: float
    met: bool | None
    probability: float | None
    basis: Basis
    partial: bool = False
    expected_credit: Decimal | None = None


AGE_BANDS_H = (4, 8, 24, 48, 72)
"""Ages in hours at which open deferred contacts are told apart: under 4 hours, 4 to 8, ..., 72 and over."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DeferredWork(ArrayEq):
    """Deferred queues over time ``[Q, T]`` (NaN rows for live queues): contacts `arrived` and `done` in the interval, `open` and
    `overdue` at its end, and the age in seconds of the oldest one open, `oldest_s`. `by_age` ``[B, Q, T]`` are those open by band of age
    (`AGE_BANDS_H`; None: not told). What was open at the start and all that arrived is done or open."""

    arrived: Floats
    done: Floats
    open: Floats
    overdue: Floats
    oldest_s: Floats
    by_age: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Overload:
    """Deferred contacts of one queue that miss their clock: `late` of the `contacts` that arrived on local `date`, answered late or still
    open; of these `closed` have no open hour before they are due, whatever the staffing. `latest_s` is how late the last of them is, so far
    as the horizon shows. `at_start` marks contacts that were open when the horizon starts."""

    queue: str
    date: date
    contacts: float
    late: float
    closed: float
    latest_s: float
    at_start: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation(ArrayEq):
    """The service a roster delivers, computed from its shifts alone.

    `level` ``[Q, T]`` delivered service level by each queue's formula; `occupancy` ``[Q, T]`` carried load per on-seat agent;
    `abandonment` ``[Q, T]`` share of contacts that give up; `mean_wait_s` ``[Q, T]`` mean wait of all contacts in seconds, those who give
    up included (inf where the queue cannot keep up; by the transient law waits are booked in the interval they pass in). All NaN where
    closed, without contacts, or deferred (occupancy is given for deferred work too).
    `shortfall` ``[Q, T]`` on-seat agents missing from the least an interval must have, zero elsewhere, NaN where closed.
    `overload` lists deferred contacts that miss their clock, by queue and day of arrival. `simulation` is what simulated horizons say of
    the same promises (None: not simulated), `small_desks` what it says of queues served by one to three people at once.
    """

    queues: tuple[str, ...]
    capacity: Capacity
    coverage: Coverage
    level: Floats
    occupancy: Floats
    abandonment: Floats
    mean_wait_s: Floats
    shortfall: Floats
    deferred: DeferredWork
    sla: tuple[SlaResult, ...]
    notes: tuple[str, ...] = ()
    overload: tuple[Overload, ...] = ()
    simulation: SimulationReport | None = None
    small_desks: tuple[SmallDesk, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.capacity.grid.size)
        for name in ("level", "occupancy", "abandonment", "mean_wait_s", "shortfall"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name), shape, f"{name} [Q, T]"))
