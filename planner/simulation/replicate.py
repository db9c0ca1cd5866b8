"""One replication of a floor: its customers and its timetable through the event loop, counted."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Int32s
from planner.simulation.backlog import backlog, fate
from planner.simulation.contacts import Contacts, contacts
from planner.simulation.customers import Customers
from planner.simulation.floor import Floor
from planner.simulation.kernel import SPARE, run_floor
from planner.simulation.layout import (
    AGENT_NUMBERS,
    AGENT_SECONDS,
    ARRIVES,
    AT_MOST,
    COUNT,
    ENDS,
    FREE_ROW,
    FULL,
    IN_HANDS,
    KEY,
    LINE,
    NUMBERS,
    OF_POOL,
    ON,
    PARENT,
    VERSION,
)
from planner.simulation.space import Space
from planner.simulation.state import State
from planner.simulation.tables import Tables, tables
from planner.simulation.tally import WITHIN, bin_cells, bin_edges, tally
from planner.simulation.timetable import Table, lines_open, timetable


@dataclass(frozen=True, eq=False)
class Replication:
    """One replication: its `contacts` as they ended, of which `size` came; `busy`, `overrun` and `seats` are seconds by pool and interval
    ``[G, T]``: at work, of these after their time, and on seat by the timetable."""

    contacts: Contacts
    size: int
    busy: Floats
    overrun: Floats
    seats: Floats


@dataclass(frozen=True, eq=False)
class Counted:
    """One replication counted: `counts` ``[Q, T, C]``, `waits` ``[Q, T]`` seconds, `places` of answered contacts that waited in bins
    ``[Q, T, B]`` taken as one row, `busy`, `overrun`, `seats` ``[G, T]``, and of deferred lines the contacts `open` and the age of the
    oldest, `oldest_s`, at the end of each interval ``[Q, T]``, how many of them are `overdue`, and what became of those that came before
    the start, `before` ``[B]``, line by line and oldest first (`planner.simulation.backlog`)."""

    counts: Int32s
    waits: Floats
    places: Int32s
    busy: Floats
    overrun: Floats
    seats: Floats
    open: Floats
    oldest_s: Floats
    overdue: Floats
    before: Int32s


class Simulator:
    """A floor made ready to be run again and again; replications are numbered and may be run in any order, also at once."""

    def __init__(self, floor: Floor, seed: int, customers: Customers | None = None) -> None:
        self.floor, self.seed, self.customers = floor, seed, customers
        self.tables: Tables = tables(floor)
        self.lines_open, self.open_at_start = lines_open(floor)
        self.live = np.array([line.live for line in floor.lines], dtype=np.int64)
        most = max(len(line.within_s) for line in floor.lines if line.live) if self.live.any() else 1
        self.within_s = np.full((len(floor.lines), max(1, most)), np.nan)
        for q, line in enumerate(floor.lines):
            if line.live:
                self.within_s[q, : len(line.within_s)] = line.within_s
        self._edges = bin_edges()
        self._cells = bin_cells(self._edges)
        self._spaces = threading.local()
        chance = any(pool.absence > 0 or pool.in_shift_loss > 0 for pool in floor.pools)
        self._always: tuple[Table, Floats] | None = None if chance else timetable(floor, self.lines_open, seed, 0)

    def run(self, replication: int, space: Space | None = None) -> Replication:
        """Return replication number `replication`; its contacts in `space` if there is one, until it is used again."""
        floor, made = self.floor, self.tables
        space = space or Space()
        r = made.routing
        (when, whom, what), seats = self._always or timetable(floor, self.lines_open, self.seed, replication)
        grows, room = made.grows, 1.0
        while True:
            expected = float(sum(line.contacts.sum() for line in floor.lines))
            spare = int(room * 1.3 * grows * expected + 200) if grows > 0 else 0
            drawn = contacts if self.customers is None else self.customers.of
            came = drawn(floor, self.seed, replication, spare, space)
            agents = floor.hours.pool.size
            ai = np.zeros((agents, AGENT_NUMBERS), dtype=np.int32)
            ai[:] = -1
            ai[:, [ON, IN_HANDS, VERSION, AT_MOST]] = 0
            ai[:, OF_POOL] = floor.hours.pool
            af = np.zeros((agents, AGENT_SECONDS))
            slots = np.zeros((agents, made.slots), dtype=np.int32)
            free = np.full((len(floor.pools), made.slots + 1, 3), -1, dtype=np.int32)
            free[:, :, COUNT] = 0
            waiting = np.full((len(floor.lines), 3), -1, dtype=np.int32)
            waiting[:, COUNT] = 0
            busy, overrun = np.zeros((2, len(floor.pools), floor.size))
            places = int(room * (4 * agents + len(came.seconds) // 2)) + 4 * SPARE
            times, events = space.floats("times", places), space.ints("events", places)
            numbers = np.zeros(NUMBERS, dtype=np.int64)
            state = State(
                cf=came.seconds, ci=came.numbers, ai=ai, af=af, slots=slots, free=free, waiting=waiting,
                is_open=self.open_at_start.copy(), line=made.line, seconds=made.seconds, pace=made.pace, overflow_s=made.overflow_s,
                serves=r.serves, rank=r.rank, pools=r.pools, tiers=r.tiers, after=r.after, keep=r.keep, handling=r.handling,
                ways=made.ways, aht_s=made.aht_s, due=made.due, lets_in=made.lets_in, more_work=came.more_work,
                more_patience=came.more_patience, seed=self._chance(replication),
                times=times, what=events, numbers=numbers, busy=busy, overrun=overrun, interval_s=floor.interval_s,
            )  # fmt: skip
            run_floor(state, came.arriving, when, whom, what)
            if not numbers[FULL]:
                return Replication(came, int(numbers[FREE_ROW]), busy, overrun, seats)
            room *= 2.0

    def count(self, replication: int) -> Counted:
        """Run replication number `replication` and count it."""
        if not hasattr(self._spaces, "mine"):
            self._spaces.mine = Space()
        space: Space = self._spaces.mine
        ran, floor = self.run(replication, space), self.floor
        shape = (len(floor.lines), floor.size)
        counts = np.zeros((*shape, WITHIN + 2 * self.within_s.shape[1]), dtype=np.int32)
        waits, places = np.zeros(shape), space.int32s("places", ran.size)
        seconds, numbers = ran.contacts.seconds, ran.contacts.numbers
        waited = tally(
            seconds,
            numbers,
            ran.size,
            self.live,
            self.within_s,
            floor.interval_s,
            self._edges,
            self._cells,
            counts,
            waits,
            places,
        )
        still, oldest, overdue = np.full((3, *shape), np.nan)
        before = []
        for q in np.flatnonzero(self.live == 0).tolist():
            mine = numbers[: ran.size, LINE] == q
            own = seconds[: ran.size][mine]
            still[q], oldest[q], overdue[q] = backlog(own[:, ARRIVES], own[:, ENDS], own[:, KEY], floor)
            there = own[(own[:, ARRIVES] < 0) & (numbers[: ran.size][mine, PARENT] < 0)]
            before.append(fate(there[:, ENDS], there[:, KEY], floor.horizon_s))
        was = np.concatenate([np.zeros(0, dtype=np.int32), *before])
        return Counted(counts, waits, places[:waited].copy(), ran.busy, ran.overrun, ran.seats, still, oldest, overdue, was)

    def _chance(self, replication: int) -> int:
        return int(np.random.SeedSequence([self.seed, replication]).generate_state(1, dtype=np.uint64)[0] >> np.uint64(2))
