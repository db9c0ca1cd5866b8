"""When agents come and go in one replication, and when lines open: who is absent, who is off the seat for a moment."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.simulation.attendance import BEGINS, OFF_SEAT, ON_SEAT, THERE, Chance, agent_keys, bits, mixed
from planner.simulation.floor import Floor
from planner.simulation.layout import COMES, GOES, GOES_HOME, LINE_CLOSES, LINE_OPENS

Table = tuple[Floats, Ints, Ints]
"""Events in order of time: when (seconds), whom (number of the agent or line), what."""


def lines_open(floor: Floor) -> tuple[Table, Ints]:
    """Return when lines open and close, and which are open at the start ``[Q]``: live ones always, deferred
    ones from the floor's start on, by their hours."""
    when: list[Floats] = []
    whom: list[Ints] = []
    what: list[Ints] = []
    at_start = np.array([line.live for line in floor.lines], dtype=np.int64)
    for q, line in enumerate(floor.lines):
        before = line.open[0] if line.live else False  # a live line open at the start was open before
        change = np.flatnonzero(np.diff(line.open.astype(np.int8), prepend=np.int8(before)))
        when.append(np.asarray(change * floor.interval_s, dtype=np.float64))
        whom.append(np.full(change.size, q, dtype=np.int64))
        what.append(np.where(line.open[change], LINE_OPENS, LINE_CLOSES).astype(np.int64))
    return (np.concatenate(when), np.concatenate(whom), np.concatenate(what)), at_start


def timetable(floor: Floor, lines: Table, seed: int, replication: int) -> tuple[Table, Floats]:
    """Return who comes and goes when, merged with the times of `lines`, and seconds on seat by pool and interval ``[G, T]``.

    Agents on seat at the start are there through the warm-up. Each agent is absent, for the whole shift, with the chance of the pool, and
    steps off the seat for exponential stretches so that on average the share `in_shift_loss` of the time is lost.
    """
    hours = floor.hours
    keys = agent_keys(floor.pools, hours)
    absence = np.array([pool.absence for pool in floor.pools])
    there = Chance(keys, seed, replication).uniforms(THERE, 1)[:, 0] >= absence[hours.pool]
    starts = np.where(hours.starts == 0, -floor.warm_up_s, hours.starts)
    who, start, end, home = _stretches(starts, hours.ends, there)
    loss = np.array([pool.in_shift_loss for pool in floor.pools])
    if (loss > 0).any():
        chance = Chance(mixed(keys[who] ^ bits(start)), seed, replication)
        who, start, end, home = _less_moments_away(floor, chance, who, start, end, home)
    seats = seconds_on_seat(floor, hours.pool[who], start, end)
    when = np.concatenate([start, end, lines[0]])
    whom = np.concatenate([who, who, lines[1]])
    what = np.concatenate([np.full(who.size, COMES), np.where(home, GOES_HOME, GOES), lines[2]])
    # ends before starts at one instant: nobody is in two places, and a line opens with whoever comes
    order = np.lexsort((np.where(what == COMES, 1, 0), when))
    return (when[order], whom[order].astype(np.int32), what[order].astype(np.int32)), seats


def _stretches(starts: Floats, ends: Floats, there: Bools) -> tuple[Ints, Floats, Floats, Bools]:
    # agents and their stretches one after the other; which ones end a shift
    known = ~np.isnan(starts) & there[:, None]
    who = np.broadcast_to(np.arange(len(starts))[:, None], starts.shape)[known]
    last = np.isnan(np.concatenate([starts[:, 1:], np.full((len(starts), 1), np.nan)], axis=1))
    return who, starts[known], ends[known], last[known]


def _less_moments_away(
    floor: Floor, chance: Chance, who: Ints, start: Floats, end: Floats, home: Bools
) -> tuple[Ints, Floats, Floats, Bools]:
    # cut each stretch into the parts on seat: on and away in turns, both exponential, in balance when the stretch begins
    pool = floor.hours.pool[who]
    loss = np.array([p.in_shift_loss for p in floor.pools])[pool]
    away_s = np.array([p.away_s for p in floor.pools])[pool]
    longest = float((end - start).max(initial=0.0))
    with np.errstate(divide="ignore"):
        on_s = np.where(loss > 0, away_s * (1 - loss) / np.where(loss > 0, loss, 1.0), np.inf)
    least = float((on_s + away_s).min(initial=np.inf))
    turns = int(2 * longest / least + 6 * np.sqrt(longest / least) + 8) if least < np.inf else 1
    on = chance.exponentials(ON_SEAT, turns) * np.where(on_s < np.inf, on_s, 1.0)[:, None]
    on[~np.isfinite(on_s)] = np.inf
    on[chance.uniforms(BEGINS, 1)[:, 0] < loss, 0] = 0.0
    off = chance.exponentials(OFF_SEAT, turns) * away_s[:, None]
    leaves = (
        start[:, None]
        + np.cumsum(on, axis=1)
        + np.concatenate([np.zeros((who.size, 1)), np.cumsum(off, axis=1)[:, :-1]], axis=1)
    )
    with np.errstate(invalid="ignore"):
        back = np.concatenate([start[:, None], leaves + off], axis=1)
        leaves = np.concatenate([leaves, np.full((who.size, 1), np.inf)], axis=1)
        until = np.minimum(leaves, end[:, None])
        kept = (back < end[:, None]) & (until > back)
    row = np.broadcast_to(np.arange(who.size)[:, None], back.shape)[kept]
    part_end = until[kept]
    return who[row], back[kept], part_end, home[row] & (part_end >= end[row])


def seconds_on_seat(floor: Floor, pool: Ints, start: Floats, end: Floats) -> Floats:
    """Return seconds on seat by pool and interval ``[G, T]`` of stretches from `start` to `end` by agents of `pool`."""
    size, step = floor.size, floor.interval_s
    edges = np.zeros((len(floor.pools), size + 2))
    for times, sign in ((start, 1.0), (end, -1.0)):
        at = np.clip(times, 0.0, floor.horizon_s) / step
        cell = at.astype(np.int64)
        np.add.at(edges, (pool, cell), sign * (1 - (at - cell)))
        np.add.at(edges, (pool, cell + 1), sign * (at - cell))
    on_seat: Floats = np.cumsum(edges, axis=1)[:, :size] * step
    return on_seat
