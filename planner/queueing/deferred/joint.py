"""Deferred work of several queues that the same people do, laid out together: as level as all their due times allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats, Ints
from planner.queueing.deferred.clock import contacts_of, next_open
from planner.queueing.deferred.level import level_work
from planner.queueing.deferred.run import Work, run_shared

MOST_SLOTS = 3000
"""Open intervals up to which work is laid out together; the time it takes grows with their cube."""


def level_shared(works: Sequence[Work], *, interval_s: float) -> Floats:
    """Return the on-seat agents ``[Q, T]`` that work off all `works` on time with the lowest and flattest effort of them together;
    NaN where a queue is closed.

    Each lot may be worked from the interval it arrives in and is due as in `level_work`. Among schedules that keep every due time
    the one with the least peak, and the least of any other convex cost, repeats: find the stretch whose work, that which arrives
    and is due within it, asks most of each interval; give it that; cut it out (F. Yao, A. Demers and S. Shenker, "A scheduling
    model for reduced CPU energy", FOCS 1995). Whose work is done when is then first due first. Queues with other opening hours than
    each other, and more than `MOST_SLOTS` open intervals, are laid out each for itself.
    """
    apart = np.stack([level_work(w.arrived, w.aht_s, w.open, lots=w.lots, interval_s=interval_s) for w in works])
    first = works[0].open
    slots = int(first.sum())
    if len(works) < 2 or not 0 < slots <= MOST_SLOTS or any((work.open != first).any() for work in works):
        return apart
    release, due, load = (np.concatenate(parts) for parts in zip(*(_jobs(w, interval_s) for w in works), strict=True))
    together = np.zeros(slots)
    some = load > 0
    _level(release[some], due[some], load[some], together)
    seconds = np.zeros(first.size)
    seconds[first] = together * interval_s
    runs = run_shared(works, seconds, interval_s=interval_s)
    busy = np.stack([run.done * work.aht_s / interval_s for run, work in zip(runs, works, strict=True)])
    return np.where(first, busy, np.nan)


def _jobs(work: Work, interval_s: float) -> tuple[Ints, Ints, Floats]:
    """First and last open interval, counted among open ones, in which each lot may be worked, and its agent-intervals."""
    lots, is_open = work.lots, work.open
    opens = np.flatnonzero(is_open)
    each = contacts_of("aht_s", work.aht_s) / interval_s
    contacts = lots.contacts(contacts_of("arrived", work.arrived))
    load = contacts * np.where(lots.interval >= 0, each[np.maximum(lots.interval, 0)], each[opens[0]])
    begins: Ints = np.searchsorted(opens, np.maximum(lots.interval, 0)).astype(np.int64)
    following = next_open(np.append(is_open, True))[opens + 1]  # what falls due while closed has to be done before closing
    ends = np.searchsorted(np.minimum(following, is_open.size), np.minimum(lots.boundary, is_open.size), side="left")
    there = begins < len(opens)  # what comes after the last open interval is left for after the horizon
    last: Ints = np.clip(ends, begins, len(opens) - 1).astype(np.int64)
    return begins[there], last[there], load[there]


@compiled
def _level(release: Any, due: Any, load: Any, out: Any) -> None:
    slots = np.arange(out.size)
    r, d, w = release.copy(), due.copy(), load.copy()
    size, jobs = out.size, r.size
    while jobs > 0:
        order = np.argsort(-r[:jobs])
        best, start, end = -1.0, 0, 0
        by_end = np.zeros(size)
        at = 0
        for s in range(size - 1, -1, -1):
            while at < jobs and r[order[at]] == s:
                by_end[d[order[at]]] += w[order[at]]
                at += 1
            total = 0.0
            for e in range(s, size):
                total += by_end[e]
                each = total / (e - s + 1)
                if each > best:
                    best, start, end = each, s, e
        for slot in range(start, end + 1):
            out[slots[slot]] = best
        length = end - start + 1
        for slot in range(end + 1, size):
            slots[slot - length] = slots[slot]
        size -= length
        kept = 0
        for j in range(jobs):
            if start <= r[j] and d[j] <= end:
                continue
            r[kept] = r[j] - length if r[j] > end else min(r[j], start)
            d[kept] = d[j] - length if d[j] > end else (start - 1 if d[j] >= start else d[j])
            w[kept] = w[j]
            kept += 1
        jobs = kept
