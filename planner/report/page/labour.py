"""What labour rules say of the finished roster, site by site."""

from __future__ import annotations

from planner.domain.account import Account
from planner.domain.people import Site
from planner.domain.plan import Plan
from planner.report.markup import Markup, join, table, tag
from planner.report.words import number
from planner.rules import NOT_LEGAL_ADVICE, Finding, Severity, check, law_of_site, left_out

_SAID = {
    Severity.BREACH: "broken",
    Severity.OVERTIME: "kept only if the overtime is agreed and paid",
    Severity.PAID: "overtime, paid as such",
    Severity.OPEN: "cannot be judged here",
}


def labour(plan: Plan) -> Markup:
    """Return a table of findings per site, or that every rule known is kept; with the line that it is no legal advice."""
    found = check(plan.roster, plan.shifts, plan.account)
    parts = [_site(site, [f for f in found if f.site == site.id]) for site in plan.account.sites]
    return join([*parts, _left_out(plan.account), tag("p", NOT_LEGAL_ADVICE, class_="small")])


def _left_out(account: Account) -> Markup:
    """Shifts that the search was not given, each with the rule."""
    said = left_out(account)
    if not said:
        return join([])
    return join([tag("h3", "Shifts left out"), tag("ul", join([tag("li", one) for one in said]))])


def _site(site: Site, findings: list[Finding]) -> Markup:
    heading = tag("h3", f"{site.id} ({site.country})")
    if not law_of_site(site).researched:
        return join([heading, tag("p", "Nobody has looked up this country's rules: none were checked.")])
    if not findings:
        return join([heading, tag("p", "Every rule known is kept by every agent.")])
    together: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        together.setdefault((finding.rule, finding.severity), []).append(finding)
    rows = [
        [rule, _SAID[severity], number(len({f.agent for f in same if f.agent}) or None), same[0].sentence]
        for (rule, severity), same in together.items()
    ]
    caption = f"Labour rules at {site.id}; of each finding the first"
    return join([heading, table(("Rule", "Finding", "Agents", "In words"), rows, kinds="ttnt", caption=caption)])
