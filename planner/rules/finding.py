"""Saying what was found: one way for every rule."""

from __future__ import annotations

from datetime import date, datetime

from planner.rules.rule import Finding, LabourRule, Severity
from planner.rules.work import WorkDays


def found(
    work: WorkDays,
    rule: LabourRule,
    span: tuple[datetime, datetime],
    day: date,
    *,
    measured: float,
    what: str,
    limit: float | None = None,
    unit: str = "h",
    severity: Severity = Severity.BREACH,
) -> Finding:
    """Return the finding that `what` (a clause without the agent's name) goes against `rule`; `limit` defaults to its number."""
    bound = rule.number if limit is None else limit
    return Finding(
        rule=rule.id,
        country=rule.country,
        severity=severity,
        site=work.site,
        agent=work.agent,
        start_utc=span[0],
        end_utc=span[1],
        date=day,
        measured=round(measured, 6),
        limit=bound,
        unit=unit,
        sentence=f"{work.agent} {what}. {rule.sentence()}",
    )


def hours(value: float) -> str:
    """Return hours as a person reads them: at most two decimals."""
    return f"{round(value, 2):g} h"
