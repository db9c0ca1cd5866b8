"""What to change so that a shift keeps a rule: one way out for each family of rules, and the account's own word last."""

from __future__ import annotations

from planner.rules.registry import BREAK_RULES, DAYS_OFF_RULES
from planner.rules.rule import Finding, Severity

_PAID = {"break_paid", "short_breaks_paid"}
_PAUSES = {"paid_rest_per_4h_min", "call_centre_paid_breaks"}
_NIGHTS = {"max_daily_mixed_h", "max_daily_night_h", "max_night_shift_h", "max_night_shift_avg_h", "max_weekly_night_h"}
_LENGTH = {"spread_over_h", "max_presence_h", "daily_rest_h"}
_CONTINUOUS = {"max_continuous_work_h", "break_required_after_h"}


def remedy_of(finding: Finding) -> str:
    """Return what a planner may change for `finding` not to arise: the shift, the contract, the pay, or the rule at the site."""
    own = f"or set {finding.rule} under labour of site {finding.site} if another rule holds there"
    return f"{_change(finding)}, {own}"


def _change(finding: Finding) -> str:
    id, limit = finding.rule, f"{finding.limit:g} {finding.unit.split(' ')[0]}"
    if id in _PAID:
        return "make the break paid"
    if id in _PAUSES:
        return (
            f"give the shift paid breaks of {limit}"
            if finding.unit == "min"
            else f"give the shift {limit}, paid, away from its ends"
        )
    if id in _CONTINUOUS:
        return f"place a break so that nobody works more than {limit} without one"
    if id in BREAK_RULES:
        return f"lengthen the break to {limit}"
    if id in _LENGTH:
        return "shorten the shift, with any gap in it"
    if id in DAYS_OFF_RULES:
        return "lower days_per_week of the group"
    if id == "min_shift_h":
        return f"lengthen the shift to {limit} of paid work"
    if id in _NIGHTS:
        shorter = f"shorten the shift or start it at another time of day ({limit} at most)"
    elif "week" in id:
        shorter = f"shorten the shift or lower days_per_week ({limit} a week at most)"
    else:
        shorter = f"shorten the shift to {limit} of work"
    paid = ", pay overtime beyond it (a premium of kind overtime)" if finding.severity is Severity.OVERTIME else ""
    return shorter + paid
