"""One line of a floor watched through many replications: how its contacts fare, and whether anybody was there when they came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats, Int32s
from planner.simulation.floor import Floor
from planner.simulation.layout import ABANDONED, ARRIVES, CUT_OFF, DONE, ENDS, IN_HAND, LINE, STARTS, STATE
from planner.simulation.replicate import Simulator
from planner.simulation.space import Space
from planner.simulation.timetable import Table, lines_open, timetable
from planner.small_desk.cover import covered_s, open_spans
from planner.small_desk.presence import Steps, on_seat, on_shift, scheduled

SOMEBODY, UNSTAFFED, BREAK, AWAY = range(4)
"""What a contact meets: somebody on seat; nobody on shift; all on a break; somebody missing who should sit there."""

CAME, GAVE_UP, WAITED_S, WITHIN = range(4)
"""What is added up: contacts, those who gave up, seconds waited, and from WITHIN on those answered within each threshold."""


@dataclass(frozen=True)
class Observed:
    """Sums by replication and by what was met ``[R, 4, 3 + H]``, and the seconds with somebody on seat ``[R]``."""

    sums: Floats
    covered_s: Floats

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.sums)


@dataclass(frozen=True)
class Watch:
    """A line to watch, and the seconds within which its contacts count as answered."""

    line: str
    thresholds_s: tuple[float, ...]


def observe(
    floor: Floor, watched: tuple[Watch, ...], *, replications: range, seed: int, over: Bools | None = None
) -> tuple[Observed, ...]:
    """Watch lines in the replications numbered; `over` ``[T]`` are the intervals of arrival that count (None: all).

    Contacts still waiting when the horizon ends are left out: what becomes of them is not known.
    """
    simulator, space = Simulator(floor, seed), Space()
    opens, _ = lines_open(floor)
    counted = np.ones(floor.size, dtype=np.bool_) if over is None else over
    eyes = tuple(_Eye(floor, watch, counted, len(replications)) for watch in watched)
    for n, r in enumerate(replications):
        table = timetable(floor, opens, seed, r)[0]
        ran = simulator.run(r, space)
        for eye in eyes:
            eye.see(n, table, ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size])
    return tuple(Observed(eye.sums, eye.covered) for eye in eyes)


class _Eye:
    """What is seen of one line."""

    def __init__(self, floor: Floor, watch: Watch, counted: Bools, replications: int) -> None:
        self.q = next(n for n, one in enumerate(floor.lines) if one.id == watch.line)
        self.who, self.thresholds_s = serving(floor, watch.line), watch.thresholds_s
        self.plan = scheduled(floor.hours, self.who), on_shift(floor.hours, self.who)
        self.spans = open_spans(floor.lines[self.q].open, floor.interval_s)
        self.horizon_s, self.interval_s, self.counted = floor.horizon_s, floor.interval_s, counted
        self.sums = np.zeros((replications, 4, WITHIN + len(watch.thresholds_s)))
        self.covered = np.zeros(replications)

    def see(self, n: int, table: Table, seconds: Floats, numbers: Int32s) -> None:
        """Add up replication number `n`."""
        there, arrived = on_seat(table, self.who), seconds[:, ARRIVES]
        mine = (numbers[:, LINE] == self.q) & (arrived >= 0) & (arrived < self.horizon_s)
        mine[mine] = self.counted[(arrived[mine] / self.interval_s).astype(np.int64)]
        self.sums[n] = _sums(seconds[mine], numbers[mine], self.plan, there, self.thresholds_s)
        self.covered[n] = covered_s(there, self.spans)


def serving(floor: Floor, line: str) -> Bools:
    """Return which agents ``[A]`` of `floor` may take contacts of `line`, sooner or later."""
    names = [pool.id for pool in floor.pools]
    pools = {names.index(link.pool) for link in floor.links if link.line == line}
    return np.isin(floor.hours.pool, sorted(pools))


def _sums(seconds: Floats, numbers: Int32s, plan: tuple[Steps, Steps], there: Steps, thresholds_s: tuple[float, ...]) -> Floats:
    state, arrived = numbers[:, STATE], seconds[:, ARRIVES]
    answered = (state == DONE) | (state == IN_HAND)
    lost = (state == ABANDONED) | (state == CUT_OFF)
    waited = np.where(answered, seconds[:, STARTS], seconds[:, ENDS]) - arrived
    meant, shift = plan
    met = np.select(
        [there.at(arrived) > 0, meant.at(arrived) > 0, shift.at(arrived) > 0], [SOMEBODY, AWAY, BREAK], default=UNSTAFFED
    )
    found = np.zeros((4, WITHIN + len(thresholds_s)))
    for kind in range(4):
        here = (answered | lost) & (met == kind)
        found[kind, CAME] = here.sum()
        found[kind, GAVE_UP] = (here & lost).sum()
        found[kind, WAITED_S] = waited[here].sum()
        for h, limit_s in enumerate(thresholds_s):
            found[kind, WITHIN + h] = (here & answered & (waited <= limit_s)).sum()
    return found
