"""Who works when: agents (anonymous until people are named) and the shifts each one works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, order=True)
class Agent:
    """One person on the payroll under a pseudonymous id (C15), of one group, holding one pattern."""

    id: str
    group: str
    site: str
    pattern: str


@dataclass(frozen=True, kw_only=True, order=True)
class Assignment:
    """Agent `agent` works one place of shift `shift`."""

    agent: str
    shift: str


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Agents and their assignments: every head of every shift is one agent, nobody works two shifts of one site date."""

    agents: tuple[Agent, ...]
    assignments: tuple[Assignment, ...]
