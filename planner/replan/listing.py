"""The changes, one line for each agent's date: what was, what is, at which price, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.grid import zone_info
from planner.domain.replanned import ChangeKind, RosterChange
from planner.domain.roster import Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.replan.facts import Facts, Place
from planner.replan.intervals import touched
from planner.replan.money import overtime_hours
from planner.replan.prices import change_price, hour_of, place_price, unit
from planner.replan.problem import Problem

_SOME = 0.05
"""On-seat agents short below which an interval is no reason."""


def changes_of(
    problem: Problem, places: Sequence[Place], shifts: ShiftPlan, roster: Roster, short: Floats
) -> tuple[RosterChange, ...]:
    """Return what differs from the published roster when `places` are worked, by date and agent; prices as in the model.

    `short` ``[Q, T]`` is what is short of the requirement when nobody reacts: it is the reason given for calling or moving somebody.
    """
    facts = problem.facts
    row_of = {shift.id: shift for shift in shifts.shifts}
    now: dict[tuple[str, date], Shift] = {}
    for assignment in roster.assignments:
        shift = row_of[assignment.shift]
        now[assignment.agent, shift.date] = shift
    lost = {place.key for place in facts.lost}
    cut = {place.key for place, _ in facts.cut}
    doubles = {place.key for place in facts.double}
    agents = {agent.id: agent for agent in facts.agents}
    givers = _givers(facts, now)
    found: list[RosterChange] = []
    for key in sorted({*facts.published, *now} - doubles, key=lambda k: (k[1], k[0])):
        was, is_ = facts.published.get(key), now.get(key)
        before = was.shift if was else None
        if before is not None and is_ is not None and _same(before, is_):
            continue
        agent = agents[key[0]]
        if key in lost and is_ is None:
            kind, price, reason = ChangeKind.ABSENT, 0.0, _absence(facts, key[0], before)
        elif key in cut:
            kind, price, reason = ChangeKind.CUT_SHORT, 0.0, _absence(facts, key[0], before)
        elif is_ is None:
            price = change_price(facts, agent, before, None, None)
            kind, reason = ChangeKind.CANCELLED, _spared(facts, key, now)
        else:
            price = change_price(facts, agent, before, is_.start_utc, is_.end_utc)
            kind = _kind(before, is_)
            reason = _need(problem, is_, before, short)
            if before is None and key not in facts.fixed:
                waiting = givers[is_.group, is_.start_utc, is_.end_utc]
                new = not waiting
                price += place_price(facts, hour_of(facts.account, agent), is_.start_utc, new=new)
                kind = ChangeKind.ADDED if new else ChangeKind.TAKES_OVER
                reason = reason if new else f"takes over from {waiting.pop(0)}; {reason}"
        if key in facts.fixed:
            kind = ChangeKind.ADDED if before is None else kind
            price, reason = 0.0, "fixed by hand"
        found.append(
            RosterChange(
                date=key[1],
                agent=key[0],
                kind=kind,
                was=_hours(facts, before),
                now=_hours(facts, is_),
                was_shift=before.id if before else "",
                is_shift=is_.id if is_ else "",
                price=price,
                reason=reason,
            )
        )
    return tuple(sorted([*found, *_overtime(problem, places)]))


def _same(a: Shift, b: Shift) -> bool:
    return (a.start_utc, a.end_utc, sorted(a.breaks)) == (b.start_utc, b.end_utc, sorted(b.breaks))


def _kind(before: Shift | None, now: Shift) -> ChangeKind:
    if before is not None and (before.start_utc, before.end_utc) == (now.start_utc, now.end_utc):
        return ChangeKind.BREAKS
    return ChangeKind.MOVED


def _givers(facts: Facts, now: dict[tuple[str, date], Shift]) -> dict[tuple[str, datetime, datetime], list[str]]:
    """Who gives up a published place, by its group and hours."""
    found: dict[tuple[str, datetime, datetime], list[str]] = defaultdict(list)
    for key, place in sorted(facts.published.items()):
        shift, is_ = place.shift, now.get(key)
        if is_ is None or (is_.start_utc, is_.end_utc) != (shift.start_utc, shift.end_utc):
            found[shift.group, shift.start_utc, shift.end_utc].append(place.agent.id)
    return found


def _absence(facts: Facts, agent: str, shift: Shift | None) -> str:
    assert shift is not None
    ill = [a for a in facts.changes.away if a.agent == agent and a.start_utc < shift.end_utc and shift.start_utc < a.end_utc]
    if not ill:
        return "has left"
    zone = facts.account.site(shift.site).zone
    return f"away {_clock(ill[0].start_utc, zone)} to {_clock(ill[0].end_utc, zone)}"


def _spared(facts: Facts, key: tuple[str, date], now: dict[tuple[str, date], Shift]) -> str:
    other = [day for agent, day in now if agent == key[0] and (agent, day) not in facts.published]
    return f"works {min(other):%a} {min(other).day} {min(other):%b} instead" if other else "no longer needed"


def _need(problem: Problem, now: Shift, before: Shift | None, short: Floats) -> str:
    account, grid = problem.account, problem.grid
    g = problem.group_number[now.group]
    rows = np.flatnonzero(account.serves()[g])
    mine = np.zeros(grid.size, dtype=np.bool_)
    mine[touched(grid, now.start_utc, now.end_utc)] = True
    if before is not None and (before.start_utc, before.end_utc) != (now.start_utc, now.end_utc):
        mine[touched(grid, before.start_utc, before.end_utc)] = False
    seen = np.where(mine, np.nan_to_num(short[rows]), 0.0)
    if not seen.size or seen.max() < _SOME:
        return "makes room for the other changes"
    q, t = np.unravel_index(int(np.argmax(seen)), seen.shape)
    when = grid.start_utc + timedelta(seconds=grid.interval_s * int(t))
    zone = account.site(now.site).zone
    return f"{account.queues[int(rows[q])].id} would be {seen[q, t]:.1f} short at {_clock(when, zone)}"


def _overtime(problem: Problem, places: Sequence[Place]) -> list[RosterChange]:
    facts = problem.facts
    return [
        RosterChange(
            date=week.span[0].astimezone(zone_info(facts.account.site(week.agent.site).zone)).date(),
            agent=week.agent.id,
            kind=ChangeKind.OVERTIME,
            was="",
            now=f"{hours:.4g} h of overtime in the week",
            was_shift="",
            is_shift="",
            price=facts.changes.prices.overtime * unit(facts, week.agent),
            reason="above the contract's hours, absence counted as worked",
        )
        for week, hours in overtime_hours(problem.weeks, places)
    ]


def _hours(facts: Facts, shift: Shift | None) -> str:
    if shift is None:
        return ""
    zone = zone_info(facts.account.site(shift.site).zone)
    breaks = " ".join(f"{b.start_utc.astimezone(zone):%H:%M}" for b in sorted(shift.breaks) if not b.off_site)
    hours = " and ".join(f"{a.astimezone(zone):%H:%M}-{b.astimezone(zone):%H:%M}" for a, b in shift.seat_spans)
    return f"{hours} (breaks {breaks})" if breaks else hours


def _clock(when: datetime, zone: str) -> str:
    local = when.astimezone(zone_info(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"
