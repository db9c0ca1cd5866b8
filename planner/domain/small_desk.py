"""What one to three agents can promise: how contacts fare with them, which hours they cover, and what happens when nobody is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.domain.evaluation import Basis

FEW = 3
"""People at once up to whom a desk is small."""

RINGS = 3
"""Rings within which an answer feels at once."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its basis; simulated ones are 95% sure to lie from `low` to `high` (None: exact, or one replication alone)."""

    value: float
    basis: Basis
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Seconds within which a contact counts as answered: so many `rings` as callers in `country` hear them (0 rings: said in seconds);
    `promised` is the share that the queue's own target asks for within them (None: none)."""

    seconds: float
    rings: int = 0
    country: str = ""
    promised: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fare:
    """How some contacts fare: their `share` of all, of them the shares answered `within` each threshold and those who gave up, and their
    mean wait in seconds, answered or not. None where there are no such contacts (C3)."""

    share: Figure
    within: tuple[Figure | None, ...]
    gave_up: Figure | None
    mean_wait_s: Figure | None


class Cause(StrEnum):
    """Why a contact meets nobody."""

    UNSTAFFED = "unstaffed"  # open, but nobody is on shift
    BREAK = "break"  # all on shift are on a break, or in a planned block off the phones
    AWAY = "away"  # somebody should be on seat, but is absent or off the seat for a moment


@dataclass(frozen=True, kw_only=True)
class MeetsNobody:
    """Contacts that come while nobody is on seat, for one `cause`."""

    cause: Cause
    fare: Fare


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Hours a week that a queue is open, with somebody on seat by the roster (`rostered_h`), and with somebody who turned up and sits
    there (`present_h`). `longest_s` is the longest open stretch without anybody by the roster, which begins at `longest_from_s` seconds
    of the horizon and, where that has a date, `longest_utc`."""

    open_h: float
    rostered_h: float
    present_h: Figure
    longest_s: float
    longest_from_s: float
    longest_utc: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SmallDesk:
    """What the few who serve `queue` can promise; `most` of them are scheduled at once at the most.

    Levels are shares of all contacts that come. `every` is how all of them fare, breaks, absences and all; `on_seat` how they do while
    everybody scheduled sits there, by the law of M/M/n+M in balance (None where that law does not hold: shared people, chats several at
    once, other laws of handling or patience, redials); `one_away` how they do on days on which one of those due to work is away and all
    others are there (None: nobody to be away). `nobody` are the contacts that meet an empty desk, by cause.
    """

    queue: str
    most: int
    thresholds: tuple[Threshold, ...]
    every: Fare
    on_seat: Fare | None
    one_away: Fare | None
    nobody: tuple[MeetsNobody, ...]
    cover: Cover
    replications: int
