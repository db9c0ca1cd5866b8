"""Why so many are there: from contacts to load, to agents by formula, to people on seat, to heads and who they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from planner.domain.plan import Plan
from planner.domain.queues import Queue
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan
from planner.domain.targets import Window
from planner.explanation.need import evaluated_as, level_changes
from planner.explanation.result import GroupThere, IntervalStory, OneLess
from planner.queueing import offered_load

_NOBODY = 1e-9


def interval_story(plan: Plan, queue: str, interval: int, *, one_less: bool = True) -> IntervalStory:
    """Return who is there for `queue` in interval number `interval` and why; with `one_less`, what one head less of each group would do."""
    q = plan.demand.queues.index(queue)
    t = interval
    item = plan.account.queue(queue)
    grid = plan.shifts.grid
    contacts, aht_s = _number(plan.demand.contacts[q, t]), _number(plan.demand.aht_s[q, t])
    load = contacts * aht_s / grid.interval_s if contacts is not None and aht_s is not None else None
    return IntervalStory(
        queue=queue,
        start_utc=_start(plan, t),
        interval_s=grid.interval_s,
        zone=plan.account.market(item.market).zone,
        open=bool(plan.requirement.open[q, t]),
        contacts=contacts,
        aht_s=aht_s,
        load=load,
        concurrency=item.concurrency,
        in_hand=_in_hand(plan, item, q, t),
        required=_number(plan.requirement.agents[q, t]),
        method=plan.requirement.methods[q],
        level_at_requirement=_number(plan.requirement.level_at_requirement[q, t]),
        given=float(plan.evaluation.coverage.on_seat[:, q, t].sum()),
        level=_number(plan.evaluation.level[q, t]),
        occupancy=_number(plan.evaluation.occupancy[q, t]),
        target=item.target.level,
        groups=tuple(_groups(plan, q, t)),
        one_less=tuple(_one_less(plan, q, t)) if one_less else (),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _start(plan: Plan, t: int) -> datetime:
    grid = plan.shifts.grid
    return grid.start_utc + timedelta(seconds=grid.interval_s * t)


def _in_hand(plan: Plan, queue: Queue, q: int, t: int) -> float | None:
    """Contacts in hand as the queue was sized for them; None where it was not."""
    if not queue.channel.live or plan.account.settings.sizing != "mol" or not plan.requirement.open[q, t]:
        return None
    grid = plan.shifts.grid
    came = np.where(plan.requirement.open[q], np.nan_to_num(plan.demand.contacts[q], nan=0.0), 0.0)
    aht_s = np.where(np.isnan(plan.demand.aht_s[q]), queue.aht_s, plan.demand.aht_s[q])
    moment = "max" if queue.target.window is Window.INTERVAL else "mean"
    load = offered_load(rate_per_h=came * 3600 / grid.interval_s, aht_s=aht_s, interval_s=grid.interval_s, at=moment)
    return float(load[t])


def _groups(plan: Plan, q: int, t: int) -> Iterator[GroupThere]:
    people, given = plan.evaluation.capacity, plan.evaluation.coverage.on_seat
    serves = plan.account.serves()
    there = _on_shift(plan, t)
    for g, group in enumerate(plan.account.groups):
        if serves[g, q] and people.scheduled[g, t] > _NOBODY:
            yield GroupThere(
                group=group.id,
                heads=float(people.scheduled[g, t]),
                present=float(people.present[g, t]),
                on_seat=float(people.on_seat[g, t]),
                given=float(given[g, q, t]),
                availability=group.availability,
                agents=there.get(group.id, ()),
            )


def _on_shift(plan: Plan, t: int) -> dict[str, tuple[str, ...]]:
    """Ids by group of those on shift in the interval, unless a break takes all of it."""
    start, end = _start(plan, t), _start(plan, t + 1)
    working = {s.id for s in plan.shifts.shifts if _worked_s(s, start, end) > 0}
    groups = {a.id: a.group for a in plan.roster.agents}
    found: dict[str, list[str]] = {}
    for place in plan.roster.assignments:
        if place.shift in working and place.agent in groups:
            found.setdefault(groups[place.agent], []).append(place.agent)
    return {group: tuple(sorted(ids)) for group, ids in found.items()}


def _overlap_s(a: datetime, b: datetime, start: datetime, end: datetime) -> float:
    return max(0.0, (min(b, end) - max(a, start)).total_seconds())


def _worked_s(shift: Shift, start: datetime, end: datetime) -> float:
    """Seconds of the interval that a head of `shift` works."""
    breaks = sum(_overlap_s(b.start_utc, b.end_utc, start, end) for b in shift.breaks)
    return _overlap_s(shift.start_utc, shift.end_utc, start, end) - breaks


def _one_less(plan: Plan, q: int, t: int) -> Iterator[OneLess]:
    """One head of each group that gives time to the queue away for the interval, the roster divided and evaluated again."""
    queue = plan.account.queues[q].id
    for g, group in enumerate(plan.account.groups):
        if plan.evaluation.coverage.on_seat[g, q, t] <= _NOBODY:
            continue
        fewer = with_one_away(plan.shifts, group.id, _start(plan, t), _start(plan, t + 1))
        if fewer is None:
            continue
        after = evaluated_as(plan, fewer)
        yield OneLess(
            group=group.id,
            queue=queue,
            level_before=_number(plan.evaluation.level[q, t]),
            level_after=_number(after.level[q, t]),
            on_seat_after=float(after.coverage.on_seat[:, q, t].sum()),
            changes=level_changes(plan, plan.evaluation, after),
        )


def with_one_away(shifts: ShiftPlan, group: str, start: datetime, end: datetime) -> ShiftPlan | None:
    """Return `shifts` with one head of `group` on a break from `start` to `end`; of those who work most of it, the first. None when
    nobody of the group works then."""
    working = [s for s in shifts.shifts if s.group == group and _worked_s(s, start, end) > 0]
    if not working:
        return None
    chosen = max(working, key=lambda s: _worked_s(s, start, end))
    kept = []
    for shift in shifts.shifts:
        if shift is not chosen:
            kept.append(shift)
            continue
        if shift.heads > 1:
            kept.append(replace(shift, heads=shift.heads - 1))
        kept.append(replace(shift, id=f"{shift.id}~away", heads=1, breaks=_pauses(shift, start, end)))
    return replace(shifts, shifts=tuple(kept))


def _pauses(shift: Shift, start: datetime, end: datetime) -> tuple[PlacedBreak, ...]:
    """The shift's breaks outside the stretch, and the stretch."""
    parts = [PlacedBreak(start_utc=max(start, shift.start_utc), end_utc=min(end, shift.end_utc), paid=True)]
    for pause in shift.breaks:
        if pause.start_utc < start:
            parts.append(replace(pause, end_utc=min(pause.end_utc, start)))
        if pause.end_utc > end:
            parts.append(replace(pause, start_utc=max(pause.start_utc, end)))
    return tuple(sorted(parts))
