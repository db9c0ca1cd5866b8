"""What is wrong with a floor: every fault with its place and remedy, before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from planner.domain.journey import endless_loop
from planner.errors import Problem
from planner.simulation.floor import Floor, Line, Link, Pool, ServiceLaw

_ROUNDING = 1e-9


def faults_of(floor: Floor) -> list[Problem]:
    """Return every fault of `floor`, empty where it can be simulated."""
    lines, pools = [line.id for line in floor.lines], [pool.id for pool in floor.pools]
    if not lines or not pools:
        return [Problem("floor", "it has no line of contacts or no pool of agents", "give at least one of each")]
    return [
        *_of_whole(floor, lines, pools),
        *(Problem(f"line {line.id}", *fault) for line in floor.lines for fault in _of_line(line, floor.size, lines)),
        *(Problem(f"line {line.id}", *fault) for line in floor.lines for fault in _of_comings(line, lines)),
        *_of_loops(floor),
        *(Problem(f"pool {pool.id}", *fault) for pool in floor.pools for fault in _of_pool(pool)),
        *(
            Problem(f"link of line {link.line} to pool {link.pool}", *fault)
            for link in floor.links
            for fault in _of_link(link, lines, pools)
        ),
    ]


def _of_whole(floor: Floor, lines: list[str], pools: list[str]) -> Iterator[Problem]:
    if not 0 < floor.interval_s < float("inf"):
        yield Problem("floor", f"interval_s must be above 0 seconds, got {floor.interval_s:g}")
    if not 0 <= floor.warm_up_s < float("inf"):
        yield Problem("floor", f"warm_up_s must be 0 or more seconds, got {floor.warm_up_s:g}")
    for kind, ids in (("line", lines), ("pool", pools)):
        for id, n in Counter(ids).items():
            if n > 1:
                yield Problem(f"{kind} {id}", f"this id is there {n} times", "give each its own")
    for (line, pool), n in Counter((link.line, link.pool) for link in floor.links).items():
        if n > 1:
            yield Problem(f"link of line {line} to pool {pool}", f"it is there {n} times", "once is enough")
    served = {link.line for link in floor.links}
    for id in lines:
        if id not in served:
            yield Problem(f"line {id}", "no pool may take its contacts", "link a pool to it")
    hours = floor.hours
    if hours.pool.size and not (hours.pool.min() >= 0 and hours.pool.max() < len(pools)):
        yield Problem("hours", f"pool numbers must be 0 to {len(pools) - 1}")
    with np.errstate(invalid="ignore"):
        if (hours.ends <= hours.starts).any() or (hours.starts[:, 1:] < hours.ends[:, :-1]).any():
            yield Problem("hours", "every stretch must end after it starts, and start after the one before it")


def _of_line(line: Line, size: int, lines: list[str]) -> Iterator[tuple[str, str]]:
    if line.contacts.shape != (size,) or line.aht_s.shape != (size,) or line.open.shape != (size,):
        yield f"contacts, aht_s and open must have shape ({size},), as the first line's contacts", ""
    if not ((line.contacts >= 0) & np.isfinite(line.contacts)).all():
        yield "contacts must be zero or more in every interval", ""
    if not ((line.aht_s > 0) & np.isfinite(line.aht_s)).all():
        yield "aht_s must be above 0 seconds in every interval", ""
    if line.law is ServiceLaw.LOGNORMAL and not 0 < line.cv < 20:
        yield f"cv must lie in (0, 20), got {line.cv:g}", ""
    if line.live and not all(0 <= t < float("inf") for t in line.within_s):
        yield "within_s must be zero or more seconds", ""
    if not line.live and not callable(line.due_s) and not line.due_s > 0:
        yield f"due_s must be above 0 seconds, got {line.due_s:g}", ""
    if line.together < 1:
        yield f"an agent must hold at least one contact at once, got a concurrency of {line.together}", "write 1 or more"
    elif len(line.speeds) != line.together:
        yield f"speed needs {line.together} values, got {len(line.speed)}", "give one for each number of contacts in hand"
    elif not all(0 < v < float("inf") for v in line.speeds):
        yield f"speed must be above 0, got {min(line.speeds):g}", ""
    elif any(b > a for a, b in pairwise(line.speeds)):
        yield (
            "speed rises with the number of contacts in hand",
            "nobody answers one chat faster because of another; let it fall",
        )
    if any(age < 0 for age in line.backlog_s):
        yield "backlog_s must be ages of zero or more seconds", ""
    if not 0 <= line.credit_s < float("inf") or (line.credit_s > 0 and not line.live):
        yield f"credit_s must be 0 or more seconds, and 0 for deferred work, got {line.credit_s:g}", ""
    if line.given is not None and (line.contained > 0 or line.interval_cv > 0 or line.backlog_s):
        yield (
            "given contacts cannot be contained, vary or have a backlog besides",
            "leave out contained, interval_cv and backlog_s",
        )
    if not line.interval_cv >= 0:
        yield f"interval_cv must be 0 or more, got {line.interval_cv:g}", ""


def _of_comings(line: Line, lines: list[str]) -> Iterator[tuple[str, str]]:
    if line.redials is not None and not 0 <= line.redials.share < 1:
        yield f"the share of redials must lie in [0, 1), got {line.redials.share:g}", "at 1 and above they never die out"
    for name, again in (("redials", line.redials), *(("repeats", back) for back in line.repeats)):
        if again is not None and not 0 < again.mean_s < float("inf"):
            yield f"the delay of {name} must be above 0 seconds, got {again.mean_s:g}", ""
    if not 0 <= line.contained <= 1:
        yield f"contained must lie in [0, 1], got {line.contained:g}", ""
    for name, parts in (("repeats", line.repeats), ("escalations", line.escalations)):
        total = sum(part.share for part in parts)
        if any(part.share < 0 for part in parts) or not total <= 1 + _ROUNDING:
            yield f"the share of {name} must lie in [0, 1], got {total:g}", ""
    for back in line.repeats:
        if back.to and back.to not in lines:
            yield f"repeats come to {back.to!r}, which is no line", f"name one of {', '.join(lines)}"
        if not (back.phases >= 1 and 0 < back.work < float("inf")):
            yield "repeats need phases of 1 or more and work above 0", ""
    for up in line.escalations:
        if up.to not in lines or up.to == line.id:
            others = ", ".join(id for id in lines if id != line.id) or "another line"
            yield f"escalations go to {up.to!r}, which is no other line", f"name one of {others}"
        if not (up.joined_s >= 0 and up.hold_s > 0 and (up.work_s is None or up.work_s > 0)):
            yield "escalations need joined_s of 0 or more, hold_s and work_s above 0 seconds", ""


def _of_loops(floor: Floor) -> Iterator[Problem]:
    number = {line.id: q for q, line in enumerate(floor.lines)}
    gains = np.zeros((2, len(number), len(number)))
    for q, line in enumerate(floor.lines):
        for back in line.repeats:
            gains[0, q, number.get(back.to or line.id, q)] += max(back.share, 0.0)
        for up in line.escalations:
            gains[1, q, number.get(up.to, q)] += max(up.share, 0.0)
    for name, gain in zip(("repeats", "escalations"), gains, strict=True):
        if at := endless_loop(gain):
            names = ", ".join(floor.lines[q].id for q in at)
            yield Problem(f"lines {names}", f"their {name} never die out", "lower their shares")


def _of_pool(pool: Pool) -> Iterator[tuple[str, str]]:
    for name, value in (("absence", pool.absence), ("in_shift_loss", pool.in_shift_loss)):
        if not 0 <= value < 1:
            yield f"{name} must lie in [0, 1), got {value:g}", ""
    if not pool.away_s > 0:
        yield f"away_s must be above 0 seconds, got {pool.away_s:g}", ""


def _of_link(link: Link, lines: list[str], pools: list[str]) -> Iterator[tuple[str, str]]:
    if link.line not in lines:
        yield f"there is no line {link.line}", f"the lines are {', '.join(lines)}"
    if link.pool not in pools:
        yield f"there is no pool {link.pool}", f"the pools are {', '.join(pools)}"
    if not 0 <= link.after_s < float("inf"):
        yield f"after_s must be 0 or more seconds, got {link.after_s:g}", ""
    if link.keep_idle < 0:
        yield f"keep_idle must be 0 or more agents, got {link.keep_idle}", ""
    if not 0 < link.handling < float("inf"):
        yield f"handling must be above 0, got {link.handling:g}", ""
