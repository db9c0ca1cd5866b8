"""A floor as the event loop takes it: the tables that are the same in every replication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.release import release_shares
from planner.simulation.floor import Floor, Line, due_of
from planner.simulation.layout import (
    ESCALATES,
    ESCALATES_FROM,
    FILLS,
    HANDED_OVER,
    LINE_NUMBERS,
    LINE_SECONDS,
    LIVE,
    OVERFLOWS,
    PRE_EMPTED,
    REDIAL_S,
    REDIALS,
    REPEATS,
    REPEATS_FROM,
    TIMED,
    TOGETHER,
    WAY_COLUMNS,
)

_GENERATIONS = 40
"""Of contacts that come of others, so many are thought of when room is made; where that is too little more is found."""


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
    that arrives, roughly.

    Of contacts that come of others the `ways` ``[W, 8]``, mean handling times `aht_s` ``[Q, T]``, what they are ordered by, `due`
    ``[Q, T, 2]``, and when those held are let in, `lets_in` ``[Q, T]``.
    """

    line: Ints
    seconds: Floats
    pace: Floats
    overflow_s: Floats
    routing: Routing
    slots: int
    grows: float
    ways: Floats
    aht_s: Floats
    due: Floats
    lets_in: Floats


def tables(floor: Floor) -> Tables:
    """Return the tables of `floor`."""
    lines = len(floor.lines)
    slots = max(line.together for line in floor.lines)
    number = {line.id: q for q, line in enumerate(floor.lines)}
    line_numbers = np.zeros((lines, LINE_NUMBERS), dtype=np.int64)
    seconds = np.zeros((lines, LINE_SECONDS))
    pace = np.ones((lines, slots + 1))
    ways: list[tuple[float, ...]] = []
    for q, line in enumerate(floor.lines):
        row, values = line_numbers[q], seconds[q]
        row[TOGETHER], row[LIVE] = line.together, line.live
        row[PRE_EMPTED], row[HANDED_OVER] = line.pre_empted and not line.live, line.handed_over and not line.live
        row[FILLS] = line.fill
        if line.redials is not None and line.redials.share > 0:
            row[TIMED] = 1
            values[REDIALS], values[REDIAL_S] = line.redials.share, line.redials.mean_s
        row[REPEATS_FROM], row[REPEATS] = len(ways), len(line.repeats)
        ways += [
            (number[back.to or line.id], back.share, np.nan, back.work, back.mean_s, back.phases, 0.0, 0.0)
            for back in line.repeats
        ]
        row[ESCALATES_FROM], row[ESCALATES] = len(ways), len(line.escalations)
        for up in line.escalations:
            work_s, holds = np.nan if up.work_s is None else up.work_s, somebody_holds(line, floor.lines[number[up.to]])
            ways.append((number[up.to], up.share, work_s, 1.0, 0.0, 1.0, up.joined_s, up.hold_s if holds else 0.0))
            line_numbers[number[up.to], TIMED] = 1  # whoever holds is free once the customer gives up
        pace[q, 1 : line.together + 1] = 1.0 / np.array(line.speeds)
        pace[q, line.together + 1 :] = 1.0 / line.speeds[-1]
    return Tables(
        line=line_numbers,
        seconds=seconds,
        pace=pace,
        overflow_s=_overflow(floor, line_numbers),
        routing=_routing(floor, number),
        slots=slots,
        grows=_grows(floor, number),
        ways=np.array(ways, dtype=np.float64).reshape(-1, WAY_COLUMNS),
        aht_s=np.array([line.aht_s for line in floor.lines]),
        due=np.array([_due(line, floor) for line in floor.lines]),
        lets_in=np.array([_lets_in(line, floor) for line in floor.lines]),
    )


def somebody_holds(line: Line, specialists: Line) -> bool:
    """True where whoever answers `line` stays with a contact until somebody of `specialists` joins."""
    return line.live and line.together == 1 and specialists.live


def _grows(floor: Floor, number: dict[str, int]) -> float:
    # how many contacts come of each that arrives, roughly and rather too many
    gains = np.zeros((len(number), len(number)))
    for q, line in enumerate(floor.lines):
        gains[q, q] += line.redials.share if line.redials is not None else 0.0
        for back in line.repeats:
            gains[q, number[back.to or line.id]] += back.share
        for up in line.escalations:
            gains[q, number[up.to]] += up.share
    first = came = np.array([line.contacts.sum() + len(line.backlog_s) for line in floor.lines])
    total = float(first.sum())
    more = 0.0
    for _ in range(_GENERATIONS):
        came = came @ gains
        more += float(came.sum())
    return min(more / total, _GENERATIONS) if total > 0 else float(gains.any())


def _due(line: Line, floor: Floor) -> Floats:
    # by what contacts that arrive in each interval are ordered: at its start, and more for each second later [T, 2]
    starts: Floats = np.arange(floor.size, dtype=np.float64) * floor.interval_s
    if line.live:
        return np.stack([starts - line.credit_s, np.ones(floor.size)], axis=1)
    ends: Floats = starts + (floor.interval_s - 1)
    last = due_of(line, ends)  # before whatever changes at the next one's start
    first = due_of(line, starts)
    return np.stack([first, (last - first) / (floor.interval_s - 1)], axis=1)


def _lets_in(line: Line, floor: Floor) -> Floats:
    # share let in, of those who would have come while a live line was closed; -1 while it is [T]
    if not line.live:
        return np.ones(floor.size)
    usual = line.contacts if line.lets_in is None else line.lets_in
    shares = release_shares(line.open[None], usual[None], most=max(1, int(86_400 // floor.interval_s)))[0]
    return np.where(line.open, shares, -1.0)


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
