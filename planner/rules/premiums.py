"""What the law says about pay: facts for pricing, which change no pay by themselves."""

from __future__ import annotations

from datetime import date

from planner.rules.book import rules_for
from planner.rules.catalogue import Use
from planner.rules.rule import LabourRule


def premium_facts(country: str, on: date) -> tuple[LabourRule, ...]:
    """Return the premiums and pay thresholds of `country` in force on the date `on`: overtime, night, Sunday, holiday, rest day.

    The thresholds of overtime, which bind a roster too, are among them.
    """
    rules = rules_for(country, on).rules
    return tuple(r for r in rules if r.spec.use is Use.PAY or r.id in ("ot_daily_threshold_h", "ot_weekly_threshold_h"))
