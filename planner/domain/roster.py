"""Who works when: agents (anonymous until people are named), the shifts each one works, and the places nobody holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, order=True)
class Agent:
    """One person on the payroll under a pseudonymous id (C15), of one group. `pattern` is the one they hold, or where they are `named`
    the one they work most (empty when they work none)."""

    id: str
    group: str
    site: str
    pattern: str
    named: bool = False


@dataclass(frozen=True, kw_only=True, order=True)
class Assignment:
    """Agent `agent` works one place of shift `shift`."""

    agent: str
    shift: str


@dataclass(frozen=True, kw_only=True, order=True)
class OpenShift:
    """Places of shift `shift`, its group, site, date and hours, that no named person can take: hire, or ask for overtime here.

    `overtime` names people who could work one of these places beyond their contract without breaking another rule. `filled` tells
    whether anonymous agents, yet to be hired, hold the places in the roster.
    """

    shift: str
    group: str
    site: str
    date: date
    start_utc: datetime
    end_utc: datetime
    heads: int
    overtime: tuple[str, ...] = ()
    filled: bool = True


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Agents and their assignments: every head of every shift is one agent, nobody works two shifts of one site date.

    `open_shifts` lists the places that named people leave open.
    """

    agents: tuple[Agent, ...]
    assignments: tuple[Assignment, ...]
    open_shifts: tuple[OpenShift, ...] = ()

    @property
    def named(self) -> bool:
        """True when people are named in it."""
        return any(agent.named for agent in self.agents)
