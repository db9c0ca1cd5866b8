"""The last look at a re-planned roster before it is handed over, knowing nothing of how it was found."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from planner.domain.changes import Changes
from planner.domain.plan import Plan
from planner.domain.shifts import Shift
from planner.replan.facts import lock_fits
from planner.replan.law import groups_of
from planner.rules import Severity, check
from planner.rules.hand_over import RULE as HAND_OVER


def faults_of(before: Plan, after: Plan, changes: Changes) -> tuple[str, ...]:
    """Return what is wrong with `after` as a re-plan of `before`; nothing when it is sound.

    Looked at: heads of shift rows against assignments; nobody twice on a date or in two overlapping shifts; nobody at work while away,
    before joining or after leaving; locks and history kept; and no breach of a labour rule that the published roster did not have.
    """
    shifts = {shift.id: shift for shift in after.shifts.shifts}
    agents = {agent.id: agent for agent in after.roster.agents}
    faults: list[str] = []
    heads = Counter(a.shift for a in after.roster.assignments)
    faults += [f"shift {id} has {s.heads} heads but {heads[id]} people" for id, s in shifts.items() if heads[id] != s.heads]
    mine: dict[str, list[Shift]] = {id: [] for id in agents}
    for a in after.roster.assignments:
        mine[a.agent].append(shifts[a.shift])
        if shifts[a.shift].group not in groups_of(after.account, agents[a.agent]):
            faults.append(f"{a.agent} is not of the group of shift {a.shift}")
    old = {s.id: s for s in before.shifts.shifts}
    was: dict[str, list[Shift]] = {}
    for a in before.roster.assignments:
        was.setdefault(a.agent, []).append(old[a.shift])
    for id, work in mine.items():
        work.sort(key=lambda s: s.start_utc)
        twice = any(a.end_utc > b.start_utc or a.date == b.date for a, b in pairwise(work))
        if twice and not _double(was.get(id, [])):
            faults.append(f"{id} has two shifts at once or on one date")
    for away in changes.away:
        for shift in mine.get(away.agent, ()):
            if shift.start_utc < away.end_utc and away.start_utc < shift.end_utc:
                faults.append(f"{away.agent} works {shift.id} while away")
    for leaving in changes.leaving:
        faults += [
            f"{leaving.agent} works after leaving" for s in mine.get(leaving.agent, ()) if s.start_utc >= leaving.start_utc
        ]
    for joining in changes.joining:
        faults += [
            f"{joining.agent} works before joining" for s in mine.get(joining.agent, ()) if s.start_utc < joining.start_utc
        ]
    faults += _kept(before, changes, mine, was)
    return (*faults, *_law(before, after, changes))


def verify(before: Plan, after: Plan, changes: Changes) -> None:
    """Raise AssertionError when the re-plan `after` of `before` is not sound: a fault of this program, not of the input."""
    faults = faults_of(before, after, changes)
    assert not faults, "; ".join(faults[:5])


def _double(work: list[Shift]) -> bool:
    return len({s.date for s in work}) < len(work)


def _kept(before: Plan, changes: Changes, mine: dict[str, list[Shift]], was: dict[str, list[Shift]]) -> list[str]:
    """History, and what is locked, is as it was, but for absence."""
    now = changes.now_utc or before.shifts.grid.start_utc
    forced = {a.agent for a in changes.away} | {leaving.agent for leaving in changes.leaving}
    faults = []
    for agent in before.roster.agents:
        held = {s.date: _hours(s) for s in mine.get(agent.id, ())}
        published = {s.date: s for s in was.get(agent.id, ())}
        for day in sorted({*held, *published}):
            shift = published.get(day)
            past = shift is not None and shift.start_utc < now
            locked = any(lock_fits(lock, agent, day, shift) for lock in changes.locks)
            if (past or locked) and held.get(day) != (None if shift is None else _hours(shift)) and agent.id not in forced:
                faults.append(f"{agent.id} on {day} was {'history' if past else 'locked'} and has changed")
    return faults


def _hours(shift: Shift) -> tuple[object, ...]:
    return shift.start_utc, shift.end_utc, tuple(sorted(shift.breaks))


def _law(before: Plan, after: Plan, changes: Changes) -> list[str]:
    known = {(f.rule, f.agent, f.date) for f in check(before.roster, before.shifts, before.account)}
    offered = changes.overtime
    paid = {
        a.id
        for a in after.roster.agents
        if any(not (o.agents or o.groups) or a.id in o.agents or a.group in o.groups for o in offered)
    }
    return [
        f.sentence
        for f in check(after.roster, after.shifts, after.account)
        if (f.severity is Severity.BREACH or (f.severity is Severity.OVERTIME and f.agent not in paid))
        and (f.rule, f.agent, f.date) not in known
        and not _forced(f.agent, f.rule, changes)
    ]


def _forced(agent: str, rule: str, changes: Changes) -> bool:
    """A shift cut short by illness may be shorter than a shift may be, and hand-overs that illness breaks are told, not mended."""
    return rule == HAND_OVER or (rule == "min_shift_h" and any(a.agent == agent for a in changes.away))
