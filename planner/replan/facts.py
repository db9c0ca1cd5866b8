"""What is certain before anything is decided: who is there when, which shifts stand, which fall, and which dates may be touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from planner.domain.account import Account
from planner.domain.changes import Changes, Joining, Lock, Overtime
from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.domain.roster import Agent
from planner.domain.shifts import Shift
from planner.rules import WorkDays
from planner.shifts.patterns import patterns_of

Span = tuple[datetime, datetime]
"""A stretch of UTC, its end excluded."""


@dataclass(frozen=True)
class Place:
    """One agent's place in a published shift."""

    agent: Agent
    shift: Shift

    @property
    def key(self) -> tuple[str, date]:
        """Whose date it is."""
        return self.agent.id, self.shift.date


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The published roster in the light of what happened.

    `agents` are all of them, new ones last; `published` their places by agent and date, and `double` the dates with several shifts,
    which stay. `lost` are places that fall to absence; `cut` the running shifts that end early, each with the hours worked. `away` is
    when an agent cannot work. `fixed` says who must work which published shift. `now` divides history from the rest.
    """

    plan: Plan
    changes: Changes
    now: datetime
    agents: tuple[Agent, ...]
    published: dict[tuple[str, date], Place]
    double: tuple[Place, ...]
    lost: tuple[Place, ...]
    cut: tuple[tuple[Place, Shift], ...]
    away: dict[str, tuple[Span, ...]]
    fixed: dict[tuple[str, date], Shift]

    @property
    def account(self) -> Account:
        """The account planned."""
        return self.plan.account

    def locked(self, agent: Agent, day: date, shift: Shift | None) -> bool:
        """True when `agent`'s date `day`, on which `shift` is published (None: free), must stay as it is."""
        return any(lock_fits(lock, agent, day, shift) for lock in self.changes.locks)

    def is_away(self, agent: str, start: datetime, end: datetime) -> bool:
        """True when `agent` cannot work some of the stretch."""
        return any(start < b and a < end for a, b in self.away.get(agent, ()))

    def standing(self) -> tuple[Place, ...]:
        """Return every published place that absence leaves, running shifts as far as they are worked."""
        lost = {place.key for place in self.lost}
        cut = {place.key: Place(place.agent, shift) for place, shift in self.cut}
        kept = [cut.get(key, place) for key, place in self.published.items() if key not in lost]
        return (*kept, *self.double)

    def overtime_of(self, agent: Agent) -> tuple[Overtime, ...]:
        """Return the overtime allowed to `agent`."""
        return tuple(
            o for o in self.changes.overtime if not (o.agents or o.groups) or agent.id in o.agents or agent.group in o.groups
        )


def facts_of(plan: Plan, changes: Changes) -> Facts:
    """Return what is certain once `changes` have happened to `plan`."""
    now = changes.now_utc or plan.shifts.grid.start_utc
    agents = (*plan.roster.agents, *(_joined(plan.account, joining) for joining in changes.joining))
    by_id = {agent.id: agent for agent in agents}
    shifts = {shift.id: shift for shift in plan.shifts.shifts}
    away: dict[str, list[Span]] = defaultdict(list)
    for absence in changes.away:
        away[absence.agent].append((absence.start_utc, absence.end_utc))
    for leaving in changes.leaving:
        away[leaving.agent].append((leaving.start_utc, _after(plan)))
    for joining in changes.joining:
        away[joining.agent].append((_before(plan), joining.start_utc))
    places: dict[tuple[str, date], list[Place]] = defaultdict(list)
    for assignment in plan.roster.assignments:
        place = Place(by_id[assignment.agent], shifts[assignment.shift])
        places[place.key].append(place)
    published = {key: found[0] for key, found in places.items() if len(found) == 1}
    leaves = {leaving.agent: leaving.start_utc for leaving in changes.leaving}
    lost: list[Place] = []
    cut: list[tuple[Place, Shift]] = []
    for place in published.values():
        shift, id = place.shift, place.agent.id
        spans = [(a, b) for a, b in away.get(id, ()) if shift.start_utc < b and a < shift.end_utc]
        if not spans or (id in leaves and shift.start_utc < leaves[id] and not _ill(changes, id, shift)):
            continue
        first = min(a for a, _ in spans)
        if shift.start_utc < now and shift.start_utc < first:
            cut.append((place, ended_at(shift, first)))
        else:
            lost.append(place)
    return Facts(
        plan=plan,
        changes=changes,
        now=now,
        agents=agents,
        published=published,
        double=tuple(place for found in places.values() if len(found) > 1 for place in found),
        lost=tuple(lost),
        cut=tuple(cut),
        away={id: tuple(spans) for id, spans in away.items()},
        fixed={(f.agent, shifts[f.shift].date): shifts[f.shift] for f in changes.fixed},
    )


def lock_fits(lock: Lock, agent: Agent, day: date, shift: Shift | None) -> bool:
    """True when `lock` holds `agent`'s date `day`, on which `shift` is published."""
    return (
        (not lock.agents or agent.id in lock.agents)
        and (not lock.groups or agent.group in lock.groups)
        and (not lock.sites or agent.site in lock.sites)
        and (not lock.dates or day in lock.dates)
        and (not lock.shifts or (shift is not None and shift.id in lock.shifts))
    )


def ended_at(shift: Shift, when: datetime) -> Shift:
    """Return one head of `shift` worked until `when` only; a break that runs then ends with it."""
    breaks = tuple(replace(b, end_utc=min(b.end_utc, when)) for b in shift.breaks if b.start_utc < when)
    return replace(shift, id=f"{shift.id}.until{when:%H%M}", end_utc=when, breaks=breaks, heads=1)


def weeks_of(facts: Facts, agent: Agent) -> tuple[Span, ...]:
    """Return the weeks that labour rules count for `agent`: seven days of the site's clock from the horizon's start."""
    grid = facts.plan.shifts.grid
    zone = facts.account.site(agent.site).zone
    work = WorkDays(agent=agent.id, site=agent.site, zone=zone, start_utc=grid.start_utc, end_utc=grid.end_utc, shifts=())
    return tuple((week.start_utc, week.end_utc) for week in work.weeks)


def site_date(account: Account, site: str, when: datetime) -> date:
    """Return the date of `when` on the clock of `site`."""
    return when.astimezone(zone_info(account.site(site).zone)).date()


def heads_of(places: Iterable[Place]) -> dict[str, int]:
    """Return how many of `places` each shift row has."""
    heads: dict[str, int] = defaultdict(int)
    for place in places:
        heads[place.shift.id] += 1
    return dict(heads)


def _joined(account: Account, joining: Joining) -> Agent:
    group = account.group(joining.group)
    pattern = joining.pattern or patterns_of(group, account)[0].id
    return Agent(id=joining.agent, group=group.id, site=group.site, pattern=pattern)


def _ill(changes: Changes, agent: str, shift: Shift) -> bool:
    return any(a.agent == agent and shift.start_utc < a.end_utc and a.start_utc < shift.end_utc for a in changes.away)


def _before(plan: Plan) -> datetime:
    return plan.shifts.grid.start_utc - timedelta(days=8)


def _after(plan: Plan) -> datetime:
    return plan.shifts.grid.end_utc + timedelta(days=8)
