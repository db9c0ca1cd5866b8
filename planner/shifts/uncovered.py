"""Open hours that no lawful shift can cover: whoever serves the queue, no kind of shift that the rules allow is on duty then."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools
from planner.domain.grid import TimeGrid, zone_info
from planner.domain.queues import open_intervals
from planner.shifts.assemble import cells_of
from planner.shifts.lawful import Lawful
from planner.shifts.patterns import dates_of, patterns_of

_TOLD = 6
"""Stretches named before the rest are counted."""


def coverable(account: Account) -> Bools:
    """Return ``[G, T]``, True where some lawful shift of the group can be on duty at some time of the interval; shifts already running
    and those begun before the horizon count."""
    grid, lawful = account.grid, Lawful(account)
    found = np.zeros((len(account.groups), grid.size), dtype=np.bool_)
    running: dict[str, list[tuple[int, int]]] = {group.id: [] for group in account.groups}
    for shift in account.carry_in:
        if shift.group in running:
            running[shift.group].append((int(shift.start_utc.timestamp()), int(shift.end_utc.timestamp())))
    for g, group in enumerate(account.groups):
        site = account.site(group.site)
        spans = running[group.id]
        for pattern in patterns_of(group, account):
            if group.max_heads == 0 or not lawful.allows(group, pattern):
                continue
            dates = dates_of(pattern, site, grid, lead_in=not account.carry_in)
            for day in (*([dates.lead_in] if dates.lead_in else []), *dates.main):
                start, end = pattern.hours(site, day)
                gap = pattern.gap(site, day) or (end, end)
                spans += [(int(a.timestamp()), int(b.timestamp())) for a, b in ((start, gap[0]), (gap[1], end)) if a < b]
        found[g, np.unique(cells_of(grid, spans).interval)] = True
    return found


def uncovered_hours(account: Account) -> tuple[str, ...]:
    """Return in a sentence for each queue the hours it is open, on its market's clock, while nobody can be on duty; none for queues that
    can wait (their work is done when somebody is there)."""
    on_duty, serves, grid = coverable(account), account.serves(), account.grid
    said = []
    for q, queue in enumerate(account.queues):
        if not queue.channel.live or not serves[:, q].any():
            continue
        market = account.market(queue.market)
        missing = open_intervals(queue, market, grid) & ~on_duty[serves[:, q]].any(axis=0)
        if missing.any():
            said.append(
                f"{queue.id} is open but no shift that its groups may work is on duty: {_stretches(missing, grid, market.zone)}"
            )
    return tuple(said)


def _stretches(missing: Bools, grid: TimeGrid, zone: str) -> str:
    edges = np.flatnonzero(np.diff(np.r_[False, missing, False].astype(np.int8)))
    step = timedelta(seconds=grid.interval_s)
    told = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        start, end = ((grid.start_utc + n * step).astimezone(zone_info(zone)) for n in (first, last))
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %d %b %H:%M}"
        told.append(f"{start:%a %d %b %H:%M} to {until}")
    more = f" and {len(told) - _TOLD + 1} more" if len(told) > _TOLD else ""
    return ", ".join(told if not more else told[: _TOLD - 1]) + more
