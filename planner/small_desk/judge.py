"""One line with few people, judged: every contact, the hours covered, empty desks, days with one away."""

from __future__ import annotations

import math

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.evaluation import Basis
from planner.domain.small_desk import Cause, Cover, Fare, Figure, MeetsNobody, SmallDesk, Threshold
from planner.simulation.floor import Floor
from planner.simulation.simulated import Estimate, ratio
from planner.small_desk.away import one_away
from planner.small_desk.cover import covered_s, longest_gap, open_spans
from planner.small_desk.exact import fare_on_seat
from planner.small_desk.observed import (
    AWAY,
    BREAK,
    CAME,
    GAVE_UP,
    UNSTAFFED,
    WAITED_S,
    WITHIN,
    Observed,
    Watch,
    observe,
    serving,
)
from planner.small_desk.presence import scheduled

WEEK_S = 7 * 86_400.0
MOST_CONTACTS = 200_000.0
"""Contacts of the whole floor simulated for days with one away, unless `_LEAST` replications take more."""
_LEAST = 10
_CAUSES = {Cause.UNSTAFFED: UNSTAFFED, Cause.BREAK: BREAK, Cause.AWAY: AWAY}


def most_at_once(floor: Floor, line: str) -> int:
    """Return how many people who may take contacts of `line` are scheduled at once at the most, in its open hours."""
    people = scheduled(floor.hours, serving(floor, line))
    one = next(found for found in floor.lines if found.id == line)
    spans = open_spans(one.open, floor.interval_s)
    inside = [int(people.people[(people.times >= a) & (people.times < b)].max(initial=0)) for a, b in spans]
    return max([*inside, *people.at(spans[:, 0]).tolist()], default=0)


def judge(
    floor: Floor,
    line: str,
    thresholds: tuple[Threshold, ...],
    *,
    days: Ints,
    week_s: float,
    replications: int,
    seed: int,
    seen: Observed | None = None,
) -> SmallDesk:
    """Return what the people who serve `line` on `floor` can promise.

    `days` ``[T]`` numbers the day of each interval on the customers' clock; `week_s` are the seconds of the horizon that make up a week
    (`WEEK_S`, or where the horizon is one week all of it, whatever clock change it holds). `seen` is what was seen of the line in so many
    replications of `seed`, where that is known already. Days with one away are simulated as often, or on a large floor until
    `MOST_CONTACTS` have come. Raises DataError as the floor does.
    """
    limits = tuple(threshold.seconds for threshold in thresholds)
    if seen is None:
        (seen,) = observe(floor, (Watch(line, limits),), replications=range(replications), seed=seed)
    one = next(found for found in floor.lines if found.id == line)
    people, spans = scheduled(floor.hours, serving(floor, line)), open_spans(one.open, floor.interval_s)
    a_week_h = week_s / floor.horizon_s / 3600
    gap = longest_gap(people, spans)
    hours = Cover(
        open_h=float((spans[:, 1] - spans[:, 0]).sum()) * a_week_h,
        rostered_h=covered_s(people, spans) * a_week_h,
        present_h=_figure(ratio(seen.covered_s, np.ones(replications)), scale=a_week_h),
        longest_s=gap.seconds,
        longest_from_s=gap.from_s,
    )
    return SmallDesk(
        queue=line,
        most=most_at_once(floor, line),
        thresholds=thresholds,
        every=_fare(seen.sums.sum(axis=1), seen),
        on_seat=fare_on_seat(floor, line, limits),
        one_away=_one_away(floor, line, limits, days, replications=_affordable(floor, replications), seed=seed),
        nobody=tuple(MeetsNobody(cause=cause, fare=_fare(seen.sums[:, met], seen)) for cause, met in _CAUSES.items()),
        cover=hours,
        replications=replications,
    )


def _one_away(floor: Floor, line: str, limits: tuple[float, ...], days: Ints, *, replications: int, seed: int) -> Fare | None:
    floors, over = one_away(floor, line, days)
    if not floors:
        return None
    each = [range(n, replications, len(floors)) for n in range(len(floors))]
    parts = [
        observe(short, (Watch(line, limits),), replications=numbers, seed=seed, over=over)[0]
        for short, numbers in zip(floors, each, strict=True)
        if numbers
    ]
    seen = Observed(np.concatenate([p.sums for p in parts]), np.concatenate([p.covered_s for p in parts]))
    return _fare(seen.sums.sum(axis=1), seen)


def _affordable(floor: Floor, replications: int) -> int:
    contacts = float(sum(np.nansum(one.contacts) for one in floor.lines))
    return min(replications, max(_LEAST, int(MOST_CONTACTS / max(contacts, 1.0))))


def _fare(sums: Floats, seen: Observed) -> Fare:
    # `sums` [R, 3 + H] of the contacts in question, their share being that of all that were seen
    came = sums[:, CAME]
    if not came.sum() > 0:
        nothing = Figure(value=0.0, basis=Basis.SIMULATED)
        return Fare(share=nothing, within=(None,) * (sums.shape[1] - WITHIN), gave_up=None, mean_wait_s=None)
    return Fare(
        share=_figure(ratio(came, seen.sums[:, :, CAME].sum(axis=1)), most=1.0),
        within=tuple(_figure(ratio(column, came), most=1.0) for column in sums[:, WITHIN:].T),
        gave_up=_figure(ratio(sums[:, GAVE_UP], came), most=1.0),
        mean_wait_s=_figure(ratio(sums[:, WAITED_S], came)),
    )


def _figure(found: Estimate, *, scale: float = 1.0, most: float = math.inf) -> Figure:
    known = math.isfinite(found.low)
    return Figure(
        value=found.value * scale,
        basis=Basis.SIMULATED,
        low=max(0.0, found.low * scale) if known else None,
        high=min(most, found.high * scale) if known else None,
    )
