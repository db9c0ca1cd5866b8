"""Whether the tables of a plan folder speak of the same people and shifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from planner.domain.roster import Roster
from planner.domain.shifts import ShiftPlan
from planner.io.names import shown
from planner.io.plan_tables import Problems

_NAMED = 4


def check_roster(roster: Roster, shifts: ShiftPlan, problems: Problems) -> None:
    """Note what ``roster.csv`` names that ``agents.csv`` or ``shifts.csv`` does not have, and ids that stand there twice."""
    agents, rows = [a.id for a in roster.agents], [s.id for s in shifts.shifts]
    for file, ids in (("agents.csv", agents), ("shifts.csv", rows)):
        if twice := sorted(id for id, count in Counter(ids).items() if count > 1):
            problems.add(file, "", f"has the same id twice: {_listed(twice)}")
    for what, file, known, named in (
        ("agent", "agents.csv", set(agents), (a.agent for a in roster.assignments)),
        ("shift", "shifts.csv", set(rows), (a.shift for a in roster.assignments)),
    ):
        if strange := sorted(set(named) - known):
            many = f"{len(strange)} {what}{'s' * (len(strange) != 1)}"
            problems.add("roster.csv", "", f"names {many} that {file} lacks: {_listed(strange)}")


def _listed(ids: Iterable[str]) -> str:
    every = list(ids)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(shown(id) for id in every[:_NAMED]) + more
