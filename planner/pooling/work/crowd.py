"""How many of a crowd can be busy: agents on seat, a number each of whom may be away, against contacts in hand, a Poisson number.

At every instant the agents on seat who are busy with live contacts answered in time are at most those on seat, B, and at most the
contacts that arrived no longer ago than their time in time and their handling, M (:meth:`Work.in_hand`), whatever routing does. M is a
Poisson number, and whoever is on seat does not depend on customers, so that ``E[min(B, M)]`` bounds the busy agents. Of k heads of
whom each is on seat with probability a it is a concave function of k, cut here by lines through two neighbouring k. Heads on seat less
surely count for fewer: being on seat with probability b < a is being one of the a's with probability b / a, and a concave function of
a random number of heads is on average at most that of their mean (Jensen). Over an interval in which heads are the same throughout the mean
of M serves, for the function is concave in it as well; else its most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import binom, poisson

from planner.domain.arrays import Bools, Floats, Ints
from planner.pooling.work.asked import Desk
from planner.shifts.cover import connected

SLOPES, FEW_SLOPES = (0.97, 0.94, 0.9, 0.85, 0.78, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1), (0.9, 0.6, 0.3)
"""Where lines are laid: at the heads of whom the next one would be busy for these shares of his time on seat."""
_MANY = 5_000
"""Lines from which on there are few, and none where work that can wait, or several chats at once, fill idle time."""


@dataclass(frozen=True)
class Crowd:
    """Lines ``sum of busy <= offset + slope (sum over groups of part D)``, D heads outside breaks, for `queues` in `interval` ``[R]``."""

    queues: tuple[int, ...]
    groups: tuple[int, ...]
    parts: tuple[float, ...]
    interval: Ints
    slope: Floats
    offset: Floats


def crowds(desk: Desk, serves: Bools, classes: list[list[int]], unit: Floats) -> Iterator[Crowd]:
    """Yield the lines for each class of queues, each pair of classes that share a group, and each set of classes that sharing joins;
    `serves` ``[G, C]``, `unit` ``[T]`` of the shift problem. Queues of which an agent holds several contacts are left out, and those whose
    callers call again, as their number is no Poisson number."""
    lines, pools = desk.floor.lines, desk.floor.pools
    on_seat = np.array([(1.0 - pool.absence) * (1.0 - pool.in_shift_loss) for pool in pools])
    sets: set[tuple[int, ...]] = {(c,) for c in range(len(classes))}
    sets |= {pair for row in serves for pair in combinations(np.flatnonzero(row).tolist(), 2)}
    sets |= set(connected(serves))
    in_hand: dict[int, Floats] = {}
    for own in sorted(sets, key=lambda s: (len(s), s)):
        queues = tuple(
            q for c in own for q in classes[c] if lines[q].live and desk.works[q].most == 1 and lines[q].redials is None
        )
        groups = tuple(np.flatnonzero(serves[:, list(own)].any(axis=1)).tolist())
        few = len(sets) * desk.floor.size * len(SLOPES) > _MANY
        if not queues or not groups or (few and len(queues) < sum(len(classes[c]) for c in own)):
            continue
        for q in queues:
            if q not in in_hand:
                in_hand[q] = desk.works[q].in_hand(desk.contacts[q], desk.floor.interval_s)
        total = np.sum([in_hand[q] for q in queues], axis=0)
        mean = np.where(unit == 1, total.mean(axis=1), total.max(axis=1))
        chance = float(on_seat[list(groups)].max())
        interval, slope, offset = lines_of(mean, chance, FEW_SLOPES if few else SLOPES)
        parts = tuple(float(on_seat[g]) / chance for g in groups)
        yield Crowd(queues, groups, parts, interval, slope, offset)


def busy(heads: Ints, chance: float, mean: Floats) -> Floats:
    """Return ``[T, N]`` the mean of the least of two numbers: those on seat of `heads` ``[N]``, each with `chance`, and a Poisson
    number with `mean` ``[T]``: the sum over j of ``P(on seat > j) P(contacts > j)``."""
    counts = np.arange(int(heads.max(initial=0)))
    agents = binom.sf(counts[None, :], heads[:, None], chance)
    contacts = poisson.sf(counts[None, :], mean[:, None])
    found: Floats = contacts @ agents.T
    return found


def lines_of(mean: Floats, chance: float, shares: tuple[float, ...] = SLOPES) -> tuple[Ints, Floats, Floats]:
    """Return intervals, slopes and offsets ``[R]`` of lines above `busy` as a function of heads, one at most for each of
    `shares`, where `mean` ``[T]`` is above zero."""
    at = np.flatnonzero(mean > 1e-6)
    if not len(at):
        return at, np.zeros(0), np.zeros(0)
    top = float(mean[at].max())
    heads = np.arange(int(np.ceil((top + 6 * np.sqrt(top) + 6) / chance)) + 1)
    value = busy(heads, chance, mean[at])
    slopes = np.diff(value, axis=1)
    found = []
    for share in shares:
        k = np.minimum((slopes > share * chance).sum(axis=1), slopes.shape[1] - 1)
        slope = slopes[np.arange(len(at)), k]
        found.append((at, slope, value[np.arange(len(at)), k] - slope * heads[k]))
    rows = np.array([(float(t), s, o) for part in found for t, s, o in zip(*part, strict=True)])
    rows = np.unique(np.round(rows, 12), axis=0)
    return rows[:, 0].astype(np.int64), rows[:, 1], rows[:, 2]
