"""A floor as the event loop takes it: the tables that are the same in every replication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.simulation.floor import Floor
from planner.simulation.layout import (
    DUE_S,
    ESCALATES,
    ESCALATES_TO,
    FILLS,
    HANDED_OVER,
    HOLD_S,
    JOINED_S,
    LINE_NUMBERS,
    LINE_SECONDS,
    LIVE,
    OVERFLOWS,
    PRE_EMPTED,
    REDIAL_S,
    REDIALS,
    REPEAT_S,
    REPEATS,
    TIMED,
    TOGETHER,
)


@dataclass(frozen=True, eq=False)
class Routing:
    """Who may take what: for each pool the lines it serves in order of rank ``[G, Q]``, for each line the pools in order of tier ``[Q, G]``
    (-1 no more) with their `tiers`; and by pool and line ``[G, Q]`` rank, delay (infinite where there is no link), agents kept idle and
    factor of handling."""

    serves: Ints
    rank: Ints
    pools: Ints
    tiers: Ints
    after: Floats
    keep: Ints
    handling: Floats


@dataclass(frozen=True, eq=False)
class Tables:
    """Numbers and seconds of lines ``[Q, ...]``, `pace` ``[Q, S + 1]`` seconds of the clock for each second of work by contacts in hand,
    delays of overflow ``[Q, K]``, and the routing. An agent holds `slots` contacts at most; `grows` is how many contacts may come of each
    that arrives, roughly."""

    line: Ints
    seconds: Floats
    pace: Floats
    overflow_s: Floats
    routing: Routing
    slots: int
    grows: float


def tables(floor: Floor) -> Tables:
    """Return the tables of `floor`."""
    lines = len(floor.lines)
    slots = max(line.together for line in floor.lines)
    number = {line.id: q for q, line in enumerate(floor.lines)}
    line_numbers = np.zeros((lines, LINE_NUMBERS), dtype=np.int64)
    seconds = np.zeros((lines, LINE_SECONDS))
    pace = np.ones((lines, slots + 1))
    grows = 0.0
    for q, line in enumerate(floor.lines):
        row, values = line_numbers[q], seconds[q]
        row[TOGETHER], row[LIVE] = line.together, line.live
        row[PRE_EMPTED], row[HANDED_OVER] = line.pre_empted and not line.live, line.handed_over and not line.live
        row[ESCALATES_TO], row[FILLS] = -1, line.fill
        if line.redials is not None and line.redials.share > 0:
            row[TIMED] = 1
            values[REDIALS], values[REDIAL_S] = line.redials.share, line.redials.mean_s
        if line.repeats is not None:
            values[REPEATS], values[REPEAT_S] = line.repeats.share, line.repeats.mean_s
        if line.escalation is not None:
            row[ESCALATES_TO] = number[line.escalation.to]
            values[ESCALATES], values[JOINED_S] = line.escalation.share, line.escalation.joined_s
            values[HOLD_S] = line.escalation.hold_s
        if not line.live:
            values[DUE_S] = 86_400.0 if callable(line.due_s) else line.due_s
        else:
            values[DUE_S] = -line.credit_s
        again = max(values[REDIALS], values[REPEATS])
        grows = max(grows, again / (1 - again) + values[ESCALATES] / (1 - again))
        pace[q, 1 : line.together + 1] = 1.0 / np.array(line.speeds)
        pace[q, line.together + 1 :] = 1.0 / line.speeds[-1]
    return Tables(line_numbers, seconds, pace, _overflow(floor, line_numbers), _routing(floor, number), slots, grows)


def _overflow(floor: Floor, line_numbers: Ints) -> Floats:
    # the delays after which further pools may take a line's contacts, each once
    delays = [sorted({link.after_s for link in floor.links if link.line == line.id} - {0.0}) for line in floor.lines]
    found = np.full((len(delays), max(1, max(map(len, delays)))), np.inf)
    for q, values in enumerate(delays):
        found[q, : len(values)] = values
        line_numbers[q, OVERFLOWS] = len(values)
    return found


def _routing(floor: Floor, number: dict[str, int]) -> Routing:
    place = {pool.id: g for g, pool in enumerate(floor.pools)}
    lines, pools = len(number), len(place)
    rank, keep = np.zeros((2, pools, lines), dtype=np.int64)
    after, handling = np.full((pools, lines), np.inf), np.ones((pools, lines))
    tier = np.zeros((lines, pools), dtype=np.int64)
    for link in floor.links:
        at = place[link.pool], number[link.line]
        rank[at], keep[at], after[at], handling[at] = link.rank, link.keep_idle, link.after_s, link.handling
        tier[at[1], at[0]] = link.tier
    linked = np.isfinite(after)
    serves, order = np.full((pools, lines), -1), np.full((lines, pools), -1)
    tiers = np.zeros((lines, pools), dtype=np.int64)
    for g in range(pools):
        those = sorted(np.flatnonzero(linked[g]).tolist(), key=lambda q: (rank[g, q], q))
        serves[g, : len(those)] = those
    for q in range(lines):
        those = sorted(np.flatnonzero(linked[:, q]).tolist(), key=lambda g: (tier[q, g], g))
        order[q, : len(those)] = those
        tiers[q, : len(those)] = tier[q, those]
    return Routing(serves, rank, order, tiers, after, keep, handling)
