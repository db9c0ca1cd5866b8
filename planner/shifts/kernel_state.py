"""What the compiled search works on: the problem as flat arrays, and the state of a plan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints

MOST_OUT = 8
"""Most agents taken out at once."""
MOST_IN = 100
"""Most agents put in before a caller can look at the clock."""


class Data(NamedTuple):
    """What does not change: duties ``[J]``, break choices ``[O]``, kinds ``[K]``, groups ``[G]``, sites, sets of classes ``[S]``."""

    duty_first: Ints  # first interval touched
    duty_last: Ints  # interval after the last one touched
    duty_head: Floats  # share of the first interval
    duty_tail: Floats  # share of the last interval
    duty_cost: Floats
    duty_pool: Ints  # [J, B] pool of each break, -1 for none
    pool_first: Ints
    pool_last: Ints
    choice_first: Ints
    choice_last: Ints
    choice_head: Floats
    choice_tail: Floats
    choice_cost: Floats
    kind_group: Ints
    kind_first: Ints  # first duty; duties of a kind follow each other by date
    kind_count: Ints
    kind_lead: Ints  # 1 when the first duty is the lead-in
    group_first: Ints  # [G + 1] kinds of a group follow each other
    group_days: Ints
    group_site: Ints
    group_part: Ints  # connected part the group works for, -1 for none
    group_min: Ints
    group_max: Ints
    availability: Floats
    set_first: Ints  # [parts + 1]
    set_has: Bools  # [S, G]
    related: Bools  # [G, G] share a class
    part_groups: Ints  # [parts + 1] into part_group
    part_group: Ints
    seats: Ints
    price: float


class State(NamedTuple):
    """What changes: deficits per set ``[S, T]``, shortfall per part, gains per group, heads on site, and the agents. The last fields are
    working space: arrays made, or assigned whole, inside compiled code cost seconds of compilation each."""

    deficit: Floats
    short: Floats
    gain: Floats
    on_site: Ints
    kind: Ints  # [A] kind held, -1 for a free place
    days: Ints  # [A] bit i: works the kind's duty i
    choice: Ints  # [A, days, B]
    heads: Ints  # [G] agents of the group
    cost: Floats  # [1] total: duties, break corrections, shortfall
    rng: np.ndarray  # [1] uint64
    delta: Floats  # [T]
    upto: Floats  # [T + 1]
    full: Ints  # [T + 1]
    values: Floats  # [days]
    best: Floats  # [2, 64]
    came: Ints  # [days, 64]
    likely: Bools  # [K] kinds that may be put in
    touched: Ints  # [G] 1 where the group shares a class with an agent taken out
    here: Ints  # [A]
    added: Ints  # [A]
    removed: Ints  # [MOST_OUT]
    saved_kind: Ints
    saved_days: Ints
    saved_choice: Ints  # [MOST_OUT, days, B]
