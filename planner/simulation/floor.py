"""What is simulated: lines of contacts, pools of agents, who may take what and when, and everybody's hours.

All times are seconds from the floor's start, all arrays by interval of one length. Nothing here knows where it came from: an account's
plan, a benchmark or a textbook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import ArrayEq, Bools, Floats, Ints, frozen_bools, frozen_floats, frozen_ints
from planner.domain.handling import ServiceLaw as ServiceLaw
from planner.errors import DataError, Problem
from planner.queueing.patience import Patience


@dataclass(frozen=True, kw_only=True)
class Again:
    """A share of contacts that come again, after a delay with exponential law and mean `mean_s` seconds."""

    share: float
    mean_s: float


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A share of contacts answered that leave the matter unsolved: the customer comes to line `to` (empty: the same one) after a delay of
    mean `mean_s` seconds from the contact's arrival, of so many exponential `phases`, or once answered if that is later. It takes `work`
    times as long as other contacts of that line. Who came before the floor's start does not come back in it: give such contacts as
    arrivals."""

    share: float
    mean_s: float
    to: str = ""
    phases: int = 1
    work: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """A share of contacts that end with a specialist: they join line `to`, take `work_s` seconds on average there (None: as its other
    contacts), and do not come back on their own account.

    The first agent stays until the specialist is there and for `joined_s` seconds more, or waits for `hold_s` seconds at most, unless
    either line is deferred, the first one's agents hold several contacts at once, or the specialists' line is closed: then nobody stays.
    """

    share: float
    to: str
    joined_s: float = 60.0
    hold_s: float = 300.0
    work_s: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Given(ArrayEq):
    """Contacts as they really came, the same in every replication: `arrives_s` ``[N]`` in order, seconds from the floor's start (below 0:
    before it, served but not counted), and their handling seconds `work_s` ``[N]`` at full speed. Raises DataError for instants out of
    order and for handling times that are not above 0."""

    arrives_s: Floats
    work_s: Floats

    def __post_init__(self) -> None:
        size = (np.size(self.arrives_s),)
        object.__setattr__(self, "arrives_s", frozen_floats(self.arrives_s, size, "arrives_s [N]"))
        object.__setattr__(self, "work_s", frozen_floats(self.work_s, size, "work_s [N]"))
        problems = []
        if not np.isfinite(self.arrives_s).all() or (np.diff(self.arrives_s) < 0).any():
            problems.append(Problem("given contacts", "arrives_s must be in order of time", "sort the contacts by arrival"))
        if not ((self.work_s > 0) & np.isfinite(self.work_s)).all():
            problems.append(Problem("given contacts", "work_s must be above 0 seconds for every contact"))
        if problems:
            raise DataError(problems)


@dataclass(frozen=True, kw_only=True, eq=False)
class Line(ArrayEq):
    """Contacts that wait in one line.

    `contacts` expected per interval, `aht_s` mean handling seconds of those who arrive in it at full speed, `open` where deferred work
    may be done or live contacts come ``[T]``; `contained` is the share that a bot answers before anybody waits. `law` and, for
    lognormal, `cv` say how handling varies. `patience` None: nobody gives up. An agent holds `together` contacts at once; with n of
    them each goes on at ``speed[n - 1]``, 1 at full concurrency (empty: 1 always); who holds least is asked first, or with `fill` who
    holds most, which keeps others free. Live contacts are answered within each of
    `within_s` seconds, deferred work is done within `due_s` seconds of its arrival, or by the instant that a function of arrivals
    gives. Deferred work may be `pre_empted` by live contacts, and open cases `handed_over` at the end of a shift. `interval_cv` is a
    gamma factor's coefficient of variation, anew in each interval. `backlog_s` holds the ages of contacts open at the start.

    Of contacts answered some come back (`repeats`) or take a specialist in (`escalations`), of those who gave up some call again
    (`redials`). Who would come back or join while a live line is closed does so over the first day after it opens, by the shape of
    `lets_in` (None: of its contacts).

    Live contacts may have `credit_s` seconds of credit: they are taken as if they had waited so much longer. `given` contacts come
    instead of drawn ones; their patience is drawn all the same.
    """

    id: str
    contacts: Floats
    aht_s: Floats
    open: Bools
    live: bool = True
    within_s: tuple[float, ...] = (20.0,)
    due_s: float | Callable[[Floats], Floats] = 86_400.0
    law: ServiceLaw = ServiceLaw.EXPONENTIAL
    cv: float = 1.0
    patience: Patience | None = None
    together: int = 1
    fill: bool = False
    speed: tuple[float, ...] = ()
    redials: Again | None = None
    repeats: tuple[Repeat, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    lets_in: Floats | None = None
    contained: float = 0.0
    pre_empted: bool = False
    handed_over: bool = False
    interval_cv: float = 0.0
    backlog_s: tuple[float, ...] = ()
    credit_s: float = 0.0
    given: Given | None = None

    def __post_init__(self) -> None:
        shape = np.shape(self.contacts)
        object.__setattr__(self, "contacts", frozen_floats(self.contacts, shape, "contacts [T]"))
        object.__setattr__(self, "aht_s", frozen_floats(self.aht_s, shape, "aht_s [T]"))
        object.__setattr__(self, "open", frozen_bools(self.open, shape, "open [T]"))
        if self.lets_in is not None:
            object.__setattr__(self, "lets_in", frozen_floats(self.lets_in, shape, "lets_in [T]"))

    @property
    def leads_to(self) -> tuple[str, ...]:
        """Ids of the lines to which contacts come of this one's, itself among them where they do."""
        back = tuple(way.to or self.id for way in self.repeats if way.share > 0)
        return back + tuple(up.to for up in self.escalations if up.share > 0)

    @property
    def speeds(self) -> tuple[float, ...]:
        """At what speed each of 1, 2, ... contacts in hand goes on."""
        return self.speed or (1.0,) * self.together


def due_of(line: Line, arrived_s: Floats) -> Floats:
    """Return by when deferred work that arrived at `arrived_s` is due."""
    return line.due_s(arrived_s) if callable(line.due_s) else arrived_s + line.due_s


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Agents who are alike. Of their shifts the share `absence` is not worked; on a shift worked they are off their seats for the share
    `in_shift_loss`, some `away_s` seconds at a time. Agents draw that luck by their hours and the pool's id, or by `luck` where it is said:
    somebody who moves to a pool of the same luck keeps it."""

    id: str
    absence: float = 0.0
    in_shift_loss: float = 0.0
    away_s: float = 300.0
    luck: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """Agents of `pool` take contacts of `line`: once these have waited `after_s` seconds, if `keep_idle` more agents of the pool stay free.

    A contact looks for agents in pools of the lowest `tier` first; a free agent takes from lines of the lowest `rank` first, whoever
    waits longest (deferred work: is due first). `handling` multiplies handling times.
    """

    line: str
    pool: str
    tier: int = 0
    rank: int = 0
    after_s: float = 0.0
    keep_idle: int = 0
    handling: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Hours(ArrayEq):
    """Who works when: agent a, of pool number `pool[a]`, is on seat from `starts[a, b]` to `ends[a, b]` seconds; rows are padded with NaN
    and their stretches in order. One agent is one person on one shift."""

    pool: Ints
    starts: Floats
    ends: Floats

    def __post_init__(self) -> None:
        size, most = np.shape(self.starts)
        object.__setattr__(self, "pool", frozen_ints(self.pool, (size,), "pool [A]"))
        object.__setattr__(self, "starts", frozen_floats(self.starts, (size, most), "starts [A, B]"))
        object.__setattr__(self, "ends", frozen_floats(self.ends, (size, most), "ends [A, B]"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Floor(ArrayEq):
    """A floor: `lines`, `pools`, the `links` between them and the agents' `hours`, over equal intervals of `interval_s` seconds.

    `futures` ``[K, Q, T]`` are equally likely expected contacts; replication r takes future r modulo K (None: the lines' own). Contacts
    before the start are simulated for `warm_up_s` seconds at the first interval's rate, by those on seat at the start, and not counted.
    Raises DataError with every fault: routing nobody can serve, negative or missing numbers, shares outside their range.
    """

    interval_s: float
    lines: tuple[Line, ...]
    pools: tuple[Pool, ...]
    links: tuple[Link, ...]
    hours: Hours
    futures: Floats | None = None
    warm_up_s: float = 0.0

    def __post_init__(self) -> None:
        from planner.simulation.faults import faults_of

        problems = faults_of(self)
        if problems:
            raise DataError(problems)
        if self.futures is not None:
            shape = (len(self.futures), len(self.lines), self.size)
            object.__setattr__(self, "futures", frozen_floats(self.futures, shape, "futures [K, Q, T]"))

    @property
    def size(self) -> int:
        """Intervals."""
        return int(self.lines[0].contacts.size)

    @property
    def horizon_s(self) -> float:
        """Seconds of all intervals."""
        return self.size * self.interval_s
