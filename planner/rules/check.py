"""The independent check of a finished roster: every agent's shifts against every rule of the site's country, knowing no optimiser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.people import Site
from planner.domain.queues import Channel
from planner.domain.roster import Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.rules.block_check import block_findings
from planner.rules.book import law_of_site
from planner.rules.hand_over import hand_over_findings
from planner.rules.overtime_pay import site_pays
from planner.rules.registry import findings_of
from planner.rules.rule import Finding, Severity
from planner.rules.shift_check import shift_findings
from planner.rules.staff_check import heads_findings, staff_findings
from planner.rules.start_check import band_findings, start_findings
from planner.rules.work import WorkDays, in_order


def check(
    roster: Roster, shift_plan: ShiftPlan, account: Account, *, overrides: Mapping[str, float | None] | None = None
) -> tuple[Finding, ...]:
    """Return everything that labour rules, contracts, skills, days off and the account's own shifts find against `roster`, by site, rule
    and agent; nothing when it is lawful, but overtime that the site pays as such. Any roster may be judged, one edited by hand too: the
    plan's shifts and the account's people and shifts say what must hold.

    `overrides` are laid over those of every site; None switches a rule off. A rule dated within the horizon binds days and weeks that
    begin while it holds. What the horizon is too short to judge, and what nobody has researched, comes as one open finding for each
    site and rule. Raises KeyError for an assignment to a shift that is not in the plan, DataError for an unknown override.
    """
    laws = {site.id: law_of_site(site, overrides) for site in account.sites}
    findings: list[Finding] = []
    findings += heads_findings(roster, shift_plan, account)
    findings += shift_findings(shift_plan, account)
    findings += band_findings(shift_plan, account)
    worked = {assignment.shift for assignment in roster.assignments}
    findings += hand_over_findings([s for s in shift_plan.shifts if s.id in worked], account, shift_plan.grid)
    for agent, work in zip(roster.agents, work_of(roster, shift_plan, account), strict=True):
        site, days = account.site(work.site), account.group(agent.group).days_per_week
        for finding in findings_of(work, laws[work.site]):
            paid = site_pays(site, days, finding, work)
            findings.append(replace(finding, severity=Severity.PAID) if paid else finding)
        findings += start_findings(work, agent, account)
        findings += block_findings(work, account)
        findings += staff_findings(work, agent, account, laws[work.site])
    judged = [f for f in findings if f.severity is not Severity.OPEN]
    unjudged = [f for f in findings if f.severity is Severity.OPEN]
    nobody_knows = [_not_researched(site, shift_plan) for site in account.sites if not laws[site.id].researched]
    return tuple(sorted([*judged, *_together(unjudged), *nobody_knows], key=_order))


def work_of(roster: Roster, shift_plan: ShiftPlan, account: Account) -> Iterator[WorkDays]:
    """Yield what each agent of `roster` works, in the roster's order; agents without a shift too."""
    shifts = {shift.id: shift for shift in shift_plan.shifts}
    worked: dict[str, list[Shift]] = {agent.id: [] for agent in roster.agents}
    for assignment in roster.assignments:
        worked[assignment.agent].append(shifts[assignment.shift])
    for agent in roster.agents:
        yield WorkDays(
            agent=agent.id,
            site=agent.site,
            zone=account.site(agent.site).zone,
            start_utc=shift_plan.grid.start_utc,
            end_utc=shift_plan.grid.end_utc,
            shifts=in_order(worked[agent.id]),
            voice=Channel.VOICE in account.group(agent.group).channels,
        )


def _together(findings: list[Finding]) -> Iterator[Finding]:
    """One finding for each site and rule: the first one's, with the number of agents it stands for."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.site, finding.rule), []).append(finding)
    for same in groups.values():
        agents = len({f.agent for f in same})
        first = same[0]
        whom = "1 agent" if agents == 1 else f"{agents} agents"
        yield replace(first, agent="", sentence=f"Cannot be judged here for {whom}, such as: {first.sentence}")


def _not_researched(site: Site, shift_plan: ShiftPlan) -> Finding:
    start, end = shift_plan.grid.start_utc, shift_plan.grid.end_utc
    return Finding(
        rule="not_researched",
        country=site.country,
        severity=Severity.OPEN,
        site=site.id,
        agent="",
        start_utc=start,
        end_utc=end,
        date=start.astimezone(zone_info(site.zone)).date(),
        measured=0.0,
        limit=0.0,
        unit="",
        sentence=f"Nobody has looked up the labour rules of {site.country}: set those you know under labour of site {site.id}",
    )


def _order(finding: Finding) -> tuple[str, str, str, str, str]:
    return finding.site, finding.severity, finding.rule, finding.agent, finding.start_utc.isoformat()
