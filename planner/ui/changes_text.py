"""Files of changes as text: what a new one starts with, and lines to add to it. The planner reads it back (docs/replan.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.domain.plan import Plan


def starter(plan: Plan) -> str:
    """Return an empty file of changes for `plan`, with examples in its own names as comments."""
    agent = plan.roster.agents[0].id if plan.roster.agents else "agent"
    queue = plan.account.queues[0].id
    day = plan.account.horizon.start
    return (
        "# What happened since the plan was published. Lines after # are not read; an empty file changes nothing.\n"
        f"# now = {day}T06:00:00        # shifts that began before are history\n\n"
        f"# [[away]]\n# agents = [{_quoted(agent)}]\n# from = {day}\n# to = {day}\n\n"
        f"# [[volume]]\n# queues = [{_quoted(queue)}]\n# from = {day}\n# to = {day}\n# factor = 1.3\n\n"
        f"# [[locks]]                    # stays as published\n# dates = [{day}]\n"
    )


def away_lines(agents: Sequence[str], first: date, last: date) -> str:
    """Return the lines that keep `agents` away from `first` to `last`, both whole days."""
    names = ", ".join(_quoted(a) for a in agents)
    return f"\n[[away]]\nagents = [{names}]\nfrom = {first}\nto = {last}\n"


def volume_lines(queues: Sequence[str], first: date, last: date, factor: float) -> str:
    """Return the lines that multiply the contacts of `queues` (none: all) from `first` to `last` by `factor`."""
    named = f"queues = [{', '.join(_quoted(q) for q in queues)}]\n" if queues else ""
    return f"\n[[volume]]\n{named}from = {first}\nto = {last}\nfactor = {factor:g}\n"


def lock_lines(groups: Sequence[str], first: date, last: date) -> str:
    """Return the lines that lock the shifts of `groups` (none: all dates of everybody) from `first` to `last`."""
    named = f"groups = [{', '.join(_quoted(g) for g in groups)}]\n" if groups else ""
    return f"\n[[locks]]\n{named}from = {first}\nto = {last}\n"


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else f"\\{c}" if c in '"\\' else c for c in text)
    return f'"{escaped}"'
