"""What the compiled search works on: the problem as flat arrays, and the state of a plan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints

Rows = np.ndarray
"""Structured rows: compiled code reads ``rows[i].field``. One array of rows instead of one per field, because every array handed from
function to function costs compilation time."""

MOST_OUT = 8
"""Most agents taken out at once."""
MOST_IN = 100
"""Most agents put in before a caller can look at the clock."""


_SPAN = [("first", "i8"), ("last", "i8"), ("head", "f8"), ("tail", "f8"), ("cost", "f8")]
DUTY = np.dtype([*_SPAN, ("off", "i8"), ("back", "i8")])
"""First interval touched, interval after the last, the shares of both that are filled, and a cost; the intervals from off to before back
leave the seat free."""
CHOICE = np.dtype([*_SPAN, ("start", "i8")])
"""The same of a break, and when it starts (POSIX seconds)."""
POOL = np.dtype([("first", "i8"), ("last", "i8"), ("wait", "i8"), ("waited", "i8")])
"""Break choices from first to before last; seconds after the start of the duty's pool before that it may start at the earliest, -1 where
the two do not meet; 1 where a pool after it waits for it."""
KIND = np.dtype([("group", "i8"), ("first", "i8"), ("count", "i8"), ("lead", "i8")])
"""Group; first of its rows of dates and how many, in order; 1 when the first one is the lead-in."""
DATE = np.dtype([("first", "i8"), ("last", "i8")])
"""A date of a kind: duties from first to before last, of which an agent works one. Duties of a kind follow each other by date."""
_WHOLE = ("first", "last", "days", "site", "part", "min", "max", "family", "run")
GROUP = np.dtype([(name, "i8") for name in _WHOLE] + [("availability", "f8"), ("share", "f8"), ("least", "f8")])
"""Kinds from first to before last; working days a week; site; connected part it works for, -1 for none; least and most heads;
number of its family; most days worked in a row; on-seat agents per head; largest and least share of the family's heads."""
PART = np.dtype([("first_set", "i8"), ("last_set", "i8"), ("first_group", "i8"), ("last_group", "i8")])
"""Rows of ``set_has`` and of ``part_group``."""
AGENT = np.dtype([("kind", "i8"), ("days", "i8")])
"""Kind held, -1 for a free place; bit i: works on the kind's date i."""
SAVED = np.dtype([("place", "i8"), ("kind", "i8"), ("days", "i8")])


class Data(NamedTuple):
    """What does not change."""

    duty: Rows  # [J] DUTY
    duty_pool: Ints  # [J, B] pool of each break, -1 for none
    pool: Rows  # [P] POOL
    choice: Rows  # [O] CHOICE
    kind: Rows  # [K] KIND
    date: Rows  # [dates of all kinds] DATE
    group: Rows  # [G] GROUP
    part: Rows  # [parts] PART
    part_group: Ints  # groups, part by part
    set_has: Bools  # [S, G]
    need: Floats  # [S, T, L] of each set of classes in each layer
    related: Bools  # [G, G] share a class
    seats: Ints
    worth: Floats  # [L] cost of an agent missing in each layer of need


class State(NamedTuple):
    """What changes: agents who can serve each set of classes, cost of shortfall per part, gains per group (twice over where the grid is
    cyclic: R = 2 T), heads on site, and the agents. The last fields are working space: arrays made, or assigned whole, inside compiled
    code cost seconds of compilation each."""

    supply: Floats  # [S, T]
    short: Floats  # [parts, T] money
    gain: Floats  # [G, R]
    on_site: Ints  # [sites, T]
    agent: Rows  # [A] AGENT
    choice: Ints  # [A, days, 1 + B] the duty worked on each date, then the choices of its breaks
    heads: Ints  # [G] agents of the group
    cost: Floats  # [1] total: duties, break corrections, shortfall
    rng: np.ndarray  # [1] uint64
    delta: Floats  # [R]
    upto: Floats  # [R + 1]
    full: Ints  # [R + 1]
    values: Floats  # [duties of a kind]
    daily: Floats  # [days] values of the best duties of each date
    picked: Ints  # [2, days] best duty of each date, of the kind looked at and of the best kind
    best: Floats  # [2, 64]
    came: Ints  # [days, 64]
    loss: Floats  # [O] what breaks cost up to a choice, of those that keep each other apart
    since: Ints  # [O] the choice of the break before that goes with it
    taken: Ints  # [B] breaks of the duty looked at last
    likely: Bools  # [K] kinds that may be put in
    touched: Ints  # [G] 1 where the group shares a class with an agent taken out
    here: Ints  # [A]
    near: Ints  # [S]
    added: Ints  # [A]
    saved: Rows  # [MOST_OUT] SAVED
    saved_choice: Ints  # [MOST_OUT, days, 1 + B]
