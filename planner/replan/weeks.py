"""Contracts by the week: what is promised, what was lost, what may still be worked, and overtime."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from planner.domain.account import Account
from planner.domain.roster import Agent
from planner.replan.facts import Facts, Place, Span, weeks_of
from planner.replan.prices import hour_of
from planner.shifts.patterns import patterns_of


@dataclass(frozen=True, kw_only=True)
class AgentWeek:
    """One agent's week: hours and days of `contract`, `promised` published hours not lost to absence, `lost_h` those lost, `used_h` and
    `used_days` of what stands outside slots, `overtime_h` allowed above the contract and its `premium` per hour."""

    agent: Agent
    span: Span
    contract_h: float
    contract_days: int
    promised_h: float
    lost_h: float
    lost_days: int
    used_h: float
    used_days: int
    overtime_h: float
    premium: float
    hour: float

    def holds(self, start: datetime) -> bool:
        """True for a shift that starts in this week."""
        return self.span[0] <= start < self.span[1]


def agent_weeks(facts: Facts, busy: Collection[str], standing: tuple[Place, ...]) -> Iterator[AgentWeek]:
    """Yield every week of the agents `busy`, by id, given the places `standing` that cannot change."""
    account = facts.account
    lost = {place.key for place in facts.lost}
    worked = {place.key: shift for place, shift in facts.cut}
    mine: dict[str, list[Place]] = {}
    for place in standing:
        mine.setdefault(place.agent.id, []).append(place)
    terms = {agent.id: _terms(account, agent) for agent in facts.agents}
    published: dict[str, list[Place]] = {}
    for place in (*facts.published.values(), *facts.double):
        published.setdefault(place.agent.id, []).append(place)
    for agent in facts.agents:
        if agent.id not in busy:
            continue
        offers = facts.overtime_of(agent)
        for span in weeks_of(facts, agent):
            was = [p for p in published.get(agent.id, ()) if span[0] <= p.shift.start_utc < span[1]]
            gone = [p for p in was if p.key in lost]
            used = [p for p in mine.get(agent.id, ()) if span[0] <= p.shift.start_utc < span[1]]
            allowed = [o for o in offers if o.start_utc < span[1] and span[0] < o.end_utc]
            hour = hour_of(account, agent)
            yield AgentWeek(
                agent=agent,
                span=span,
                contract_h=max(sum(p.shift.paid_h_per_head for p in was), terms[agent.id][1]),
                contract_days=max(len({p.shift.date for p in was}), terms[agent.id][0]),
                promised_h=sum(worked.get(p.key, p.shift).paid_h_per_head for p in was if p.key not in lost),
                lost_h=sum(p.shift.paid_h_per_head for p in gone),
                lost_days=len(gone),
                used_h=sum(p.shift.paid_h_per_head for p in used),
                used_days=len({p.shift.date for p in used}),
                overtime_h=max((o.hours_per_week for o in allowed), default=0.0),
                premium=max((o.premium_share for o in allowed), default=0.0) * hour,
                hour=hour,
            )


def _terms(account: Account, agent: Agent) -> tuple[int, float]:
    """Days and hours a week of the agent's contract: the person's own, or the group's."""
    person = next((person for person in account.people if person.id == agent.id), None)
    days = account.group(agent.group).days_per_week if person is None else person.most_days
    hours = days * _usual_hours(account, agent)
    return days, hours if person is None or person.most_hours is None else person.most_hours


def _usual_hours(account: Account, agent: Agent) -> float:
    """Paid hours of a shift of the agent's own pattern, with a band of the earliest; of the group's longest where it is none
    of the account's."""
    patterns = patterns_of(account.group(agent.group), account)
    own = [p.rule.paid_min / 60 for p in patterns if p.id == agent.pattern.partition("+")[0]]
    return own[0] if own else max(p.rule.paid_min / 60 for p in patterns)
