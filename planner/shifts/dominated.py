"""Kinds of shift that another kind of the same group makes needless: it covers at least as much of what is wanted, for no more money.

Kind b is dominated by kind a when both are held by one group, start on equally many dates of the horizon (the first a lead-in for both or
for neither), and on every date, taken in order,

- a holds a seat at no time that b does not, unless the site has a seat for everybody its groups may have;
- in every interval in which a queue of the group is open, heads of a are there for at least the share that heads of b are, gaps out;
- a has no more breaks than b, and for every start of the n-th break of b the n-th break of a, if it has one, has a start at which it takes
  away no more of any open interval and costs no more; where a least gap ties breaks together, the same start;
- a costs no more, with what a gap saves of premiums, and with the most that breaks of b beyond those of a may save; what breaks that go
  with each other save is compared start by start.

Then any agent of b can be put on a: same days off, headcount and contract, breaks one for one, no seat more, cover nowhere less, cost no
higher. So some optimum is without b. Kinds are looked at in turn and left out only for one that is still there, so of kinds that dominate
each other one stays, and whoever held a kind left out can be moved, step by step, to one that stays.

Of several starts by turns (:mod:`planner.shifts.bands`) one person's are left out where each of them is one of the other's starts or
dominated by one of them: day by day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.premium_hours import Span

_CENT = 1e-9


@dataclass(frozen=True)
class Worked:
    """A kind on one date: hours, gap of a split shift, possible starts of each break (POSIX seconds), and cost of a head."""

    hours: Span
    gap: Span | None
    choices: tuple[tuple[int, ...], ...]
    cost: float


@dataclass(frozen=True)
class Candidate:
    """A kind that may go into a problem: whether its first date is a lead-in, minutes of its breaks and whether they are paid, whether
    they are tied together by a least gap (its seconds, None without), and its dates in order."""

    lead_in: bool
    breaks: tuple[tuple[int, bool], ...]
    gap_s: int | None
    worked: tuple[Worked, ...]


def undominated(
    kinds: Sequence[Candidate],
    grid: TimeGrid,
    wanted: Bools,
    *,
    seats_bind: bool,
    saved: Callable[[int, int], float],
    held: Sequence[tuple[int, ...]] | None = None,
) -> Bools:
    """Return True for the kinds of one group that no other one dominates. `wanted` ``[T]`` is where a queue of theirs is open; `saved` says
    what an unpaid break of so many minutes at an instant changes in cost. With `held`, places in `kinds` of what people may hold by turns,
    True for those of them that stay."""
    if held is not None and any(len(places) > 1 for places in held):
        return _undominated_together(kinds, held, grid, wanted, seats_bind, saved)
    keep = np.ones(len(kinds), dtype=np.bool_)
    shapes: dict[tuple[bool, int], list[int]] = {}
    for k, kind in enumerate(kinds):
        shapes.setdefault((kind.lead_in, len(kind.worked)), []).append(k)
    for members in shapes.values():
        if not kinds[members[0]].worked:
            continue
        for k, better in zip(members, _no_worse([kinds[k] for k in members], grid, wanted, seats_bind, saved), strict=True):
            for other in np.flatnonzero(better).tolist():
                a = members[other]
                if a == k or not keep[a] or len(kinds[a].breaks) > len(kinds[k].breaks):
                    continue
                if all(
                    _covers(kinds[a], kinds[k], *pair, grid, wanted, seats_bind, saved)
                    for pair in zip(kinds[a].worked, kinds[k].worked, strict=True)
                ):
                    keep[k] = False
                    break
    return keep


def _no_worse(
    kinds: Sequence[Candidate], grid: TimeGrid, wanted: Bools, seats_bind: bool, saved: Callable[[int, int], float]
) -> Bools:
    """Return True at [b, a] where a may dominate b, by cost and by first and last hours alone; kinds of one shape."""
    hulls = np.array(
        [[_hull(w, grid, wanted, saved) for w in kind.worked] for kind in kinds]
    )  # [K, dates, (cost, open hull, hours)]
    found = np.zeros((len(kinds), len(kinds)), dtype=np.bool_)
    for n in range(len(kinds)):
        better = (
            (hulls[:, :, 0] <= hulls[n, :, 0] + _CENT) & (hulls[:, :, 1] <= hulls[n, :, 1]) & (hulls[:, :, 2] >= hulls[n, :, 2])
        )
        if seats_bind:
            better &= (hulls[:, :, 3] >= hulls[n, :, 3]) & (hulls[:, :, 4] <= hulls[n, :, 4])
        found[n] = better.all(axis=1)
    return found


def _undominated_together(
    kinds: Sequence[Candidate],
    held: Sequence[tuple[int, ...]],
    grid: TimeGrid,
    wanted: Bools,
    seats_bind: bool,
    saved: Callable[[int, int], float],
) -> Bools:
    """Return True for those of `held` that stay."""
    may = np.eye(len(kinds), dtype=np.bool_)
    shapes: dict[tuple[bool, int], list[int]] = {}
    for k, kind in enumerate(kinds):
        shapes.setdefault((kind.lead_in, len(kind.worked)), []).append(k)
    for members in shapes.values():
        if kinds[members[0]].worked:
            may[np.ix_(members, members)] = _no_worse([kinds[k] for k in members], grid, wanted, seats_bind, saved)

    @cache
    def covers(a: int, b: int) -> bool:
        if a == b:
            return True
        if not may[b, a] or len(kinds[a].breaks) > len(kinds[b].breaks):
            return False
        pairs = zip(kinds[a].worked, kinds[b].worked, strict=True)
        return all(_covers(kinds[a], kinds[b], *pair, grid, wanted, seats_bind, saved) for pair in pairs)

    keep = np.ones(len(held), dtype=np.bool_)
    for n, own in enumerate(held):
        inside = np.array([may[:, list(other)][list(own)].any(axis=1).all() for other in held])
        for other in np.flatnonzero(inside & keep).tolist():
            if other != n and all(any(covers(a, b) for a in held[other]) for b in own):
                keep[n] = False
                break
    return keep


def _hull(
    work: Worked, grid: TimeGrid, wanted: Bools, saved: Callable[[int, int], float]
) -> tuple[float, float, float, float, float]:
    """Cost, first open interval touched and the one after the last (none: from the end to the beginning), start and end in seconds."""
    first, last = _reach(work.hours, grid)
    inside = np.flatnonzero(wanted[first:last])
    hull = (first + inside[0], first + inside[-1] + 1) if len(inside) else (grid.size, 0)
    return (_cost(work, saved), *hull, utc_seconds(work.hours[0]), utc_seconds(work.hours[1]))


def _covers(
    a: Candidate,
    b: Candidate,
    on_a: Worked,
    on_b: Worked,
    grid: TimeGrid,
    wanted: Bools,
    seats_bind: bool,
    saved: Callable[[int, int], float],
) -> bool:
    """True when on one date everything holds that the head of this file asks for."""
    span = _reach((min(on_a.hours[0], on_b.hours[0]), max(on_a.hours[1], on_b.hours[1])), grid)
    there_a, there_b = (_filled([w.hours], w.gap, grid, span) for w in (on_a, on_b))
    if seats_bind and ((there_a > 0) & (there_b <= 0)).any():
        return False
    if _cost(on_a, saved) > _cost(on_b, saved) + _most_saved(a, b, on_b, saved) + _CENT:
        return False
    inside = wanted[span[0] : span[1]]
    if (there_a + _CENT < there_b)[inside].any():
        return False
    tied = a.gap_s is not None and (b.gap_s is None or b.gap_s < a.gap_s)
    if tied and len(a.breaks) > 1:
        return False  # breaks of b may lie closer than a allows
    same_only = a.gap_s is not None
    for (minutes_a, paid_a), (minutes_b, paid_b), starts_a, starts_b in zip(
        a.breaks, b.breaks, on_a.choices, on_b.choices, strict=False
    ):
        for s in starts_b:
            options = [s] if s in starts_a else []
            options += [] if same_only else [o for o in starts_a if o != s]
            away_b = _filled([_pause(s, minutes_b)], None, grid, span)
            cost_b = 0.0 if paid_b else saved(s, minutes_b)
            if not any(
                (0.0 if paid_a else saved(o, minutes_a)) <= cost_b + _CENT
                and (_filled([_pause(o, minutes_a)], None, grid, span) <= away_b + _CENT)[inside].all()
                for o in options
            ):
                return False
    return True


def _cost(work: Worked, saved: Callable[[int, int], float]) -> float:
    """Cost of a head, its gap's premiums saved."""
    if work.gap is None:
        return work.cost
    return work.cost + saved(utc_seconds(work.gap[0]), round((work.gap[1] - work.gap[0]).total_seconds() / 60))


def _most_saved(a: Candidate, b: Candidate, on_b: Worked, saved: Callable[[int, int], float]) -> float:
    """What breaks of b beyond those of a may save of premiums at most, negative."""
    beyond = zip(b.breaks[len(a.breaks) :], on_b.choices[len(a.breaks) :], strict=True)
    return sum(min(saved(s, minutes) for s in starts) for (minutes, paid), starts in beyond if not paid)


def _pause(start_s: int, minutes: int) -> tuple[int, int]:
    return start_s, start_s + 60 * minutes


def _reach(span: Span, grid: TimeGrid) -> tuple[int, int]:
    """First interval of the grid touched, and the one after the last."""
    first = int(np.clip(np.floor(grid.position(span[0])), 0, grid.size))
    return first, max(first, int(np.clip(np.ceil(grid.position(span[1])), 0, grid.size)))


def _filled(spans: Sequence[Span | tuple[int, int]], gap: Span | None, grid: TimeGrid, reach: tuple[int, int]) -> Floats:
    """Share of each interval of `reach` that `spans` fill, less the gap."""
    edges = utc_seconds(grid.start_utc) + grid.interval_s * np.arange(reach[0], reach[1] + 1)
    total = np.zeros(reach[1] - reach[0])
    for sign, span in [*((1.0, s) for s in spans), *([(-1.0, gap)] if gap else [])]:
        start, end = (at if isinstance(at, int) else utc_seconds(at) for at in span)
        total += sign * np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) / grid.interval_s
    return total
