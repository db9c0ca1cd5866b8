"""The shift problem in numbers: groups, kinds, duties, break choices, classes of queues, all as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import TimeGrid
from planner.shifts.patterns import Pattern
from planner.shifts.service import Service
from planner.shifts.whole_service import Lines


@dataclass(frozen=True)
class Cells:
    """Sparse rows of coverage: item `item[i]` fills the share `share[i]` of interval `interval[i]`."""

    item: Ints
    interval: Ints
    share: Floats

    def where(self, keep: Bools) -> Cells:
        """Return the cells of the items for which `keep` ``[items]`` is True, items renumbered in order."""
        number = np.cumsum(keep) - 1
        mask = keep[self.item]
        return Cells(number[self.item[mask]], self.interval[mask], self.share[mask])

    def total(self, weight: Floats, size: int) -> Floats:
        """Return the sum over items of weight times share, per interval ``[size]``."""
        return np.bincount(self.interval, weights=weight[self.item] * self.share, minlength=size).astype(np.float64)


@dataclass(frozen=True)
class Kind:
    """What agents of one group hold: a pattern, the same start and length on all dates, or with a band the pattern of the earliest of
    several starts of one length (:mod:`planner.shifts.bands`).

    `duties` are its duty numbers in order of date, and of start; those of the first date are the lead-in when `lead_in`. `date_first` are
    the places in `duties` of each date's first; None: one duty a date. `band_min` are the minutes from the earliest start to the latest.
    """

    group: int
    pattern: Pattern
    lead_in: bool
    duties: Ints
    date_first: Ints | None = None
    band_min: int = 0

    @property
    def name(self) -> str:
        """Name of the tours of this kind: the pattern's, with the band after it where there is one: ``full8-0900+60``."""
        return f"{self.pattern.id}+{self.band_min}" if self.band_min else self.pattern.id

    @cached_property
    def dates(self) -> tuple[Ints, ...]:
        """The duties of each date, in order; an agent works one of them."""
        first = np.arange(len(self.duties)) if self.date_first is None else self.date_first
        return tuple(np.split(self.duties, first[1:])) if len(first) else ()

    def on(self, per_duty: Ints) -> Ints:
        """Return the sum of `per_duty` ``[J]`` over the duties of each date."""
        if self.date_first is None:
            return per_duty[self.duties]
        return np.add.reduceat(per_duty[self.duties], self.date_first)


@dataclass(frozen=True)
class Duty:
    """One kind on one date: hours in UTC. Arrays of :class:`Problem` hold the rest. It starts `later_min` minutes after its kind's
    earliest start."""

    kind: int
    day: date
    start_utc: datetime
    end_utc: datetime
    lead_in: bool
    later_min: int = 0


@dataclass(frozen=True)
class Pool:
    """Breaks that may be exchanged: same group, minutes, pay and possible starts. One break of every head of `duties` belongs to it.

    `choices` are its choice numbers, in order of start. Where a least gap keeps it from an earlier break of the same heads, `after` is
    that break's pool, whose duties are the same ones, and this break starts at least `wait_s` seconds after the start of that one
    (:mod:`planner.shifts.gaps`). The gap of a split shift is a break `off_site` with one choice.
    """

    group: int
    minutes: int
    paid: bool
    duties: Ints
    choices: Ints
    after: int | None = None
    wait_s: int = 0
    off_site: bool = False


@dataclass(frozen=True)
class Problem:
    """Everything the models need, numbered: G groups, K kinds, J duties, P pools of breaks, O break choices, C classes, T intervals.

    A class gathers the queues served by exactly the same groups: their requirements add up, because any agent of those groups can
    turn to either (C6). `need` ``[C, T]`` on-seat agents, zero where nothing is open; `serves` ``[G, C]``. `duty_cost` ``[J]`` is the
    cost of one head if no unpaid break fell into premium hours, `choice_cost` ``[O]`` the (negative) correction for where a break
    does fall. `availability` ``[G]`` on-seat agents per head; `price` of one missing on-seat agent for one interval.
    `carried` ``[G, T]`` heads outside breaks and `seated` ``[sites, T]`` seats taken by shifts already running; `unit` ``[T]`` the
    share of a head in whose multiples heads change. `unserved` is the cost of queues nobody speaks for. `service` holds promises over
    windows (None: `need` is all there is to reach); `need` then is what no interval may go below. On a `cyclic` grid, which stands for a
    week that repeats itself, time past the end is its start. `dominated` kinds were left out as others make them needless, `unlawful`
    ones as labour rules forbid them; `barred` names groups without a lawful kind, each with a reason.
    """

    account: Account
    grid: TimeGrid
    kinds: tuple[Kind, ...]
    duties: tuple[Duty, ...]
    duty_cost: Floats
    duty_cells: Cells
    pools: tuple[Pool, ...]
    choice_start_s: Ints
    choice_cost: Floats
    choice_cells: Cells
    classes: tuple[tuple[str, ...], ...]
    need: Floats
    serves: Bools
    availability: Floats
    price: float
    carried: Floats
    seated: Floats
    unit: Floats
    unserved: float
    service: Service | None = None
    lines: Lines | None = None
    cyclic: bool = False
    dominated: int = 0
    unlawful: int = 0
    barred: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Number of intervals."""
        return self.grid.size

    def pattern_of(self, duty: int) -> Pattern:
        """Return what the heads of `duty` work that day."""
        found = self.duties[duty]
        pattern = self.kinds[found.kind].pattern
        return replace(pattern, start_min=pattern.start_min + found.later_min) if found.later_min else pattern

    @cached_property
    def kind_group(self) -> Ints:
        """Group of every kind ``[K]``."""
        return np.array([k.group for k in self.kinds], dtype=np.int64)

    @cached_property
    def duty_kind(self) -> Ints:
        """Kind of every duty ``[J]``."""
        return np.array([d.kind for d in self.duties], dtype=np.int64)

    @cached_property
    def duty_group(self) -> Ints:
        """Group of every duty ``[J]``."""
        return self.kind_group[self.duty_kind]

    @cached_property
    def choice_pool(self) -> Ints:
        """Pool of every break choice ``[O]``."""
        owner = np.zeros(len(self.choice_start_s), dtype=np.int64)
        for number, pool in enumerate(self.pools):
            owner[pool.choices] = number
        return owner

    @cached_property
    def pool_group(self) -> Ints:
        """Group of every pool ``[P]``."""
        return np.array([p.group for p in self.pools], dtype=np.int64)

    @cached_property
    def off_seat(self) -> Ints:
        """First interval and interval after the last that a duty's gap fills whole, its seat free ``[J, 2]``; zeros without a gap."""
        found = np.zeros((len(self.duties), 2), dtype=np.int64)
        cells = self.choice_cells
        for pool in self.pools:
            if pool.off_site:
                whole = cells.interval[(cells.item == pool.choices[0]) & (cells.share > 1 - 1e-9)]
                if len(whole):
                    found[pool.duties] = whole.min(), whole.max() + 1
        return found

    @cached_property
    def seat_cells(self) -> Cells:
        """The cells of `duty_cells` in which a seat is held."""
        cells, off = self.duty_cells, self.off_seat
        held = (cells.interval < off[cells.item, 0]) | (cells.interval >= off[cells.item, 1])
        return Cells(cells.item[held], cells.interval[held], cells.share[held])
