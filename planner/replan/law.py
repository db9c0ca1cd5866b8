"""What labour rules leave to a re-plan: kinds of shift that are lawful at all, breaks that are, and what they find in one agent's work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from planner.domain.account import Account
from planner.domain.people import Group, Site
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.roster import Agent
from planner.domain.shifts import PlacedBreak, Shift
from planner.rules import (
    Finding,
    Law,
    Limits,
    Severity,
    WorkDays,
    findings_of,
    in_order,
    law_of_site,
    limits_of,
    unlawful_shifts,
)
from planner.rules.registry import BREAK_RULES
from planner.rules.staff_check import CONTRACT_RULES, staff_findings
from planner.shifts.gaps import together
from planner.shifts.patterns import Pattern

TRIED = 4_000
"""Placements of a shift's breaks that are tried where some are unlawful."""

MONOTONE_NOT = frozenset(
    {"max_weekly_normal_h", "max_weekly_night_h", "max_night_shift_avg_h", "weekly_rest_h", "weekly_rest_shift_h",
     "weekly_rest_summarised_h"}
)  # fmt: skip
"""Rules that more work may satisfy where less does not: which of a week's shifts are nights decides them, or which days are a run."""


def lawful_breaks(
    account: Account,
    group: Group,
    pattern: Pattern,
    day: date,
    span: tuple[datetime, datetime],
    starts: tuple[tuple[int, ...], ...],
) -> tuple[tuple[int, ...], ...] | None:
    """Return the starts that each break of a shift may take freely: `starts` where every combination is lawful.

    Where some are not, one lawful combination is all that is offered; None when there is none.
    """
    if not starts or (group.id, pattern.rule.id) not in _some_unlawful(account):
        return starts
    law, site = law_of_site(account.site(group.site)), account.site(group.site)
    gap = pattern.gap(site, day)
    tried = list(together(starts, [60 * wait for wait in pattern.rule.waits_min]))
    middle = sorted(
        tried[:: max(1, len(tried) // TRIED)],
        key=lambda c: sum(abs(a - (s[0] + s[-1]) / 2) for a, s in zip(c, starts, strict=True)),
    )
    for chosen in middle:
        breaks = tuple(
            PlacedBreak(
                start_utc=datetime.fromtimestamp(at, UTC),
                end_utc=datetime.fromtimestamp(at + 60 * rule.minutes, UTC),
                paid=rule.paid,
            )
            for at, rule in zip(chosen, pattern.rule.breaks, strict=True)
        )
        if gap is not None:
            breaks = (*breaks, PlacedBreak(start_utc=gap[0], end_utc=gap[1], paid=False, off_site=True))
        shift = Shift(
            id="tried", site=site.id, group=group.id, pattern=pattern.id, date=day, start_utc=span[0], end_utc=span[1],
            breaks=breaks, heads=1,
        )  # fmt: skip
        work = WorkDays(
            agent="", site=site.id, zone=site.zone, start_utc=span[0] - timedelta(days=1), end_utc=span[1] + timedelta(days=8),
            shifts=(shift,), voice=voice(group),
        )  # fmt: skip
        if not any(f.rule in BREAK_RULES and f.severity is not Severity.OPEN for f in findings_of(work, law)):
            return tuple((at,) for at in chosen)
    return None


def alone(account: Account, plan: Plan, group: Group, shift: Shift) -> Severity | None:
    """Return how labour rules take `shift` as the only one somebody works: None when lawful, overtime, or a breach."""
    agent = Agent(id="somebody", group=group.id, site=group.site, pattern=shift.pattern)
    found = {f.severity for f in found_against(plan, agent, (shift,))}
    if Severity.BREACH in found:
        return Severity.BREACH
    return Severity.OVERTIME if found else None


def limits_at(site: Site, plan: Plan, group: Group) -> Limits:
    """Return the limits that bind `group` at `site` over the whole horizon of `plan`."""
    grid = plan.shifts.grid
    first, last = grid.start_utc.date() - timedelta(days=1), grid.end_utc.date() + timedelta(days=1)
    return limits_of(law_of_site(site), first, last, voice=voice(group))


def longest_run(site: Site, day: date) -> int | None:
    """Return how many days in a row may be worked, None where no rule says."""
    number = law_of_site(site).number("max_consecutive_days", day)
    return None if number is None else int(number)


def found_against(plan: Plan, agent: Agent, shifts: Iterable[Shift], *, law: Law | None = None) -> tuple[Finding, ...]:
    """Return the breaches and overtime in one agent's `shifts` over the horizon of `plan`: against labour rules and, where people are
    named, against contract, skills, time off and availability."""
    account, grid = plan.account, plan.shifts.grid
    site = account.site(agent.site)
    work = WorkDays(
        agent=agent.id,
        site=site.id,
        zone=site.zone,
        start_utc=grid.start_utc,
        end_utc=grid.end_utc,
        shifts=in_order(shifts),
        voice=voice(account.group(agent.group)),
    )
    book = law or law_of_site(site)
    found = (*findings_of(work, book), *staff_findings(work, agent, account, book))
    return tuple(f for f in found if f.severity is not Severity.OPEN)


def may_work(plan: Plan, agent: Agent, shift: Shift) -> bool:
    """True when nothing in a named agent's own terms keeps them from `shift`; always for agents who are not named."""
    if not any(person.id == agent.id for person in plan.account.people):
        return True
    return not any(f.rule in CONTRACT_RULES and f.severity is Severity.BREACH for f in found_against(plan, agent, (shift,)))


def groups_of(account: Account, agent: Agent) -> tuple[str, ...]:
    """Return the groups whose work `agent` may take."""
    person = next((person for person in account.people if person.id == agent.id), None)
    return (agent.group,) if person is None else person.groups


def voice(group: Group) -> bool:
    """True for agents who answer telephones."""
    return Channel.VOICE in group.channels


def _some_unlawful(account: Account) -> frozenset[tuple[str, str]]:
    return _kinds(tuple((u.group, u.shift_rule) for u in unlawful_shifts(account) if u.rule in BREAK_RULES))


@lru_cache(maxsize=8)
def _kinds(found: tuple[tuple[str, str], ...]) -> frozenset[tuple[str, str]]:
    return frozenset(found)
