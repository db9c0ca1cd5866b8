"""From slots of local days, as forecast, to the plan's grid of UTC: every contact kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import TimeGrid, local_clock, offsets_s
from planner.domain.queues import Market, Queue

DAY_S = 86_400
_QUARTER_S = 900  # no zone changes its clock off a quarter-hour
_MARGIN_S = 26 * 3600  # a whole local day, even of 25 hours, either side of the horizon


@dataclass(frozen=True, eq=False, kw_only=True)
class SlotMap:
    """Where the slots of a queue's local days lie on the plan's grid.

    The grid is looked at with a margin of a day either side, so that local days cut by the horizon's edge are known whole.
    """

    queue: Queue
    market: Market
    grid: TimeGrid
    interval_s: int
    phase_s: int

    @cached_property
    def margin(self) -> int:
        """Grid intervals added at either end."""
        return -(-max(_MARGIN_S, self.interval_s) // self.grid.interval_s)

    @cached_property
    def epoch_s(self) -> Ints:
        """POSIX seconds of the grid's intervals with the margins, ``[M + T + M]``."""
        step = self.grid.interval_s
        epoch: Ints = self.grid.epoch_s[0] + step * np.arange(-self.margin, self.grid.size + self.margin, dtype=np.int64)
        return epoch

    @cached_property
    def expected(self) -> Bools:
        """True where contacts can arrive, with the margins: opening hours of live queues, always for deferred ones."""
        if not self.queue.channel.live:
            return np.ones(len(self.epoch_s), dtype=np.bool_)
        return self.queue.opening.mask(local_clock(self.market.zone, self.epoch_s), self.market.holiday_dates)

    @property
    def inside(self) -> slice:
        """The horizon within the margins."""
        return slice(self.margin, self.margin + self.grid.size)

    @cached_property
    def _parts(self) -> tuple[int, Ints]:
        """Length in seconds of the parts every grid interval is cut into, and the cell (slot counted from day 0) of each part."""
        part = gcd(gcd(self.interval_s, self.grid.interval_s), _QUARTER_S)
        number = len(self.epoch_s) * (self.grid.interval_s // part)
        epoch = self.epoch_s[0] + part * np.arange(number, dtype=np.int64)
        local = epoch + offsets_s(self.market.zone, epoch)
        return part, np.floor_divide(local - self.phase_s, self.interval_s)

    @property
    def slots(self) -> int:
        """Slots a day."""
        return DAY_S // self.interval_s

    @cached_property
    def days(self) -> Ints:
        """Local days touched, with the margins, ``[H]``."""
        cells = self._parts[1]
        return np.arange(int(cells.min()) // self.slots, int(cells.max()) // self.slots + 1, dtype=np.int64)

    @cached_property
    def wanted(self) -> Bools:
        """``[H, S]``, True where a slot touches an interval of the horizon in which contacts can arrive."""
        part, cells = self._parts
        each = self.grid.interval_s // part
        asked = np.zeros(len(self.epoch_s), dtype=np.bool_)
        asked[self.inside] = self.expected[self.inside]
        wanted = np.zeros((len(self.days), self.slots), dtype=np.bool_)
        wanted.ravel()[self._positions(cells[np.repeat(asked, each)])] = True
        return wanted

    def interval_days(self) -> Ints:
        """Return, with the margins, which of `days` each grid interval starts in, counted from 0."""
        part, cells = self._parts
        day: Ints = cells[:: self.grid.interval_s // part] // self.slots - self.days[0]
        return day

    def _positions(self, cells: Ints) -> Ints:
        return cells - int(self.days[0]) * self.slots

    def to_grid(self, means: Floats, *, gather: bool) -> Floats:
        """Return contacts per grid interval, with the margins, of `means` ``[H, S]`` per slot.

        A slot's contacts lie evenly over its time. Where part of a slot is closed, `gather` puts all of them into the open part (they came
        while the desk was open); otherwise the closed part's share is left out. Slots closed altogether give nothing. In the hour an
        autumn clock change repeats a slot occurs twice, each at its full rate.
        """
        part, cells = self._parts
        each = self.grid.interval_s // part
        position = self._positions(cells)
        mass = means.ravel()[position] * (part / self.interval_s)
        there = np.repeat(self.expected, each)
        if gather:
            size = means.size
            whole = np.bincount(position, minlength=size)
            usable = np.bincount(position[there], minlength=size)
            mass = mass * (whole / np.maximum(usable, 1))[position]
        contacts: Floats = np.where(there, mass, 0.0).reshape(-1, each).sum(axis=1)
        return contacts
