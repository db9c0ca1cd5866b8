"""Overtime that the account pays as such: hours above the ordinary ones are lawful where they are agreed and paid.

A site agrees to overtime by a premium of kind ``overtime``: every paid hour of a shift beyond the premium's limit, or of a week beyond its
weekly one, is paid on top. Ordinary are the hours before. A finding about ordinary hours is settled when those that nobody pays on top
stay within the rule.
"""

from __future__ import annotations

from planner.domain.people import PremiumKind, Site
from planner.rules.rule import Finding, Severity
from planner.rules.work import DAYS_A_WEEK, EPS_H, WorkDays


def ordinary_h(site: Site, days_per_week: int) -> float | None:
    """Return the paid hours of a shift beyond which `site` pays overtime to a group that works `days_per_week` days, None where it pays
    none."""
    limits = [p.after_min_of(days_per_week) / 60 for p in site.premiums if p.kind is PremiumKind.OVERTIME]
    return min(limits, default=None)


def site_pays(site: Site, days_per_week: int, finding: Finding, work: WorkDays) -> bool:
    """True when `finding` is overtime in `work` and the hours that `site` pays without a premium keep the rule."""
    limit = ordinary_h(site, days_per_week)
    if finding.severity is not Severity.OVERTIME or limit is None:
        return False
    days = [day for day in work.days if finding.start_utc <= day.start_utc < finding.end_utc]
    weeks = max(1, round((finding.end_utc - finding.start_utc).days / DAYS_A_WEEK))
    ordinary = sum(min(shift.paid_h_per_head, limit) for day in days for shift in day.shifts)
    return ordinary / weeks <= finding.limit + EPS_H
