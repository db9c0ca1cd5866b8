"""Kinds of shift that no lawful roster can hold: each is tried as somebody would work it, by the functions that check rosters.

A group's contract is so many days of seven at one start and length. A kind is unlawful when whoever works it breaks a rule on whichever
days off: tried on an ordinary fortnight without a clock change, under the law as it is on every date of the horizon. What depends on
where breaks lie is tried apart, over the windows they have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.people import Group, PremiumKind, Site
from planner.domain.queues import Channel
from planner.domain.shifts import ShiftRule
from planner.rules.book import changes_of, frozen, law_of_site
from planner.rules.placements import Outline, Placeable, lawful_starts
from planner.rules.registry import WEEK_RULES
from planner.rules.rule import Finding, Severity
from planner.rules.trial import Parts, kind_worked, middle_of, outline_of, quiet_fortnight, starts_worked, windows
from planner.rules.work import DAYS_A_WEEK

_WHEN = re.compile(r" (on|from|at)( \w{3})? \d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")


@dataclass(frozen=True, kw_only=True)
class UnlawfulShift:
    """Kinds of a shift of an account that `rule` forbids to a group, and the rule's sentence with an example.

    `always` is False when only some placements of its breaks are unlawful: then the model chooses among the others. `overtime` hours are
    unlawful as nobody pays them as such.
    """

    site: str
    group: str
    shift_rule: str
    kinds: tuple[Parts, ...]
    rule: str
    severity: Severity
    always: bool
    sentence: str

    @property
    def starts_min(self) -> tuple[int, ...]:
        """The starts of these kinds in minutes after midnight."""
        return tuple(sorted({start for start, _, _ in self.kinds}))


def unlawful_shifts(account: Account) -> tuple[UnlawfulShift, ...]:
    """Return the kinds of every group that break a rule when worked `days_per_week` days of seven at one start, by group and shift.

    Only breaches count, and overtime that the site does not pay as such; a limit on average is not reached by a fortnight.
    """
    return tuple(
        UnlawfulShift(
            site=group.site,
            group=group.id,
            shift_rule=id,
            kinds=kind.kinds,
            rule=kind.finding.rule,
            severity=kind.finding.severity,
            always=kind.always,
            sentence=kind.finding.sentence,
        )
        for group in account.groups
        for id in group.shift_rules
        for kind in _of_rule(account, group, account.shift_rule(id))
    )


def voice(group: Group) -> bool:
    """True for agents who answer telephones."""
    return Channel.VOICE in group.channels


def eras(account: Account, site: Site) -> tuple[date, ...]:
    """Return the site's first date of the horizon, and those within it on which its law changes."""
    law, (first, last) = law_of_site(site), _dates(account, site)
    return (first, *changes_of(law, first, last))


def lawful_breaks(
    site: Site, day: date, outline: Outline, starts_s: tuple[tuple[int, ...], ...], *, answers_voice: bool
) -> Placeable:
    """Return what the law of `site` on `day` leaves of the starts of a shift's breaks; see :func:`lawful_starts`."""
    return _lawful_breaks(_bare(site), day, outline, starts_s, answers_voice)


def starts_lawful(account: Account, group: Group, rule: ShiftRule, early: Parts, late: Parts) -> bool:
    """True when somebody of `group` may work two kinds of `rule` in turn, an earlier and a later start, each of them lawful by itself."""
    site = account.site(group.site)
    weekly = tuple((day, _begins_a_week(account, site, day)) for day in eras(account, site))
    return _in_turn(_bare(site), rule, group.days_per_week, voice(group), weekly, (early, late))


@lru_cache(maxsize=4096)
def _in_turn(
    site: Site,
    rule: ShiftRule,
    days: int,
    answers_voice: bool,
    weekly: tuple[tuple[date, bool], ...],
    kinds: tuple[Parts, Parts],
) -> bool:
    for day, begins in weekly:
        law = frozen(law_of_site(site), day)
        found = starts_worked(site, law, rule, kinds, quiet_fortnight(site.zone, day), days, answers_voice)
        if any(begins or f.rule not in WEEK_RULES for f in found):
            return False
    return True


@dataclass(frozen=True)
class _Found:
    kinds: tuple[Parts, ...]
    finding: Finding
    always: bool


def _of_rule(account: Account, group: Group, rule: ShiftRule) -> tuple[_Found, ...]:
    site = account.site(group.site)
    weekly = tuple((day, _begins_a_week(account, site, day)) for day in eras(account, site))
    return _tried(_bare(site), rule, group.days_per_week, voice(group), weekly)


@lru_cache(maxsize=1024)
def _tried(
    site: Site, rule: ShiftRule, days: int, answers_voice: bool, weekly: tuple[tuple[date, bool], ...]
) -> tuple[_Found, ...]:
    """Everything found against kinds of `rule`; `weekly` are dates to try the law of, True where a week begins on them."""
    starts = range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)
    kinds: list[Parts] = [(start, *parts) for start in starts for parts in rule.parts_min]
    middle = middle_of(rule)
    by_rule: dict[str, dict[Parts, Finding]] = {}
    in_breaks: dict[tuple[str, bool], dict[Parts, Finding]] = {}
    for day, begins in weekly:
        law = frozen(law_of_site(site), day)
        first = quiet_fortnight(site.zone, day)
        for kind in kinds:
            for finding in kind_worked(site, law, rule, kind, middle, first, days, answers_voice):
                if begins or finding.rule not in WEEK_RULES:
                    by_rule.setdefault(finding.rule, {}).setdefault(kind, finding)
        for parts in rule.parts_min:
            placeable = _lawful_breaks(site, day, outline_of(rule, *parts), windows(rule, *parts), answers_voice)
            for finding in placeable.rules:
                found = in_breaks.setdefault((finding.rule, finding.rule in placeable.always), {})
                found.update({kind: _said(finding, site, rule) for kind in kinds if kind[1:] == parts})
    plain = [_Found(tuple(found), next(iter(found.values())), True) for found in by_rule.values()]
    broken = [_Found(tuple(found), next(iter(found.values())), always) for (_, always), found in sorted(in_breaks.items())]
    return (*plain, *broken)


@lru_cache(maxsize=16_384)
def _lawful_breaks(
    site: Site, day: date, outline: Outline, starts_s: tuple[tuple[int, ...], ...], answers_voice: bool
) -> Placeable:
    return lawful_starts(outline, starts_s, frozen(law_of_site(site), day), voice=answers_voice)


def _said(finding: Finding, site: Site, rule: ShiftRule) -> Finding:
    """The finding about the shift by its name, without the time it was tried at."""
    words = _WHEN.sub("", finding.sentence, count=1).strip()
    return replace(finding, agent=rule.id, site=site.id, sentence=f"{rule.id} {words}")


def _bare(site: Site) -> Site:
    """The site with what the law may depend on, and nothing else."""
    overtime = tuple(replace(p, share=Decimal(1)) for p in site.premiums if p.kind is PremiumKind.OVERTIME)
    return Site(
        id=site.id,
        country=site.country,
        zone=site.zone,
        seats=1,
        wage_per_h=Decimal(1),
        currency=site.currency,
        premiums=overtime,
        labour=site.labour,
    )


def _dates(account: Account, site: Site) -> tuple[date, date]:
    grid, zone = account.grid, zone_info(site.zone)
    return grid.start_utc.astimezone(zone).date(), (grid.end_utc - timedelta(seconds=1)).astimezone(zone).date()


def _begins_a_week(account: Account, site: Site, day: date) -> bool:
    """True on the horizon's first date, and when a week begins later under a law that has changed since the week before."""
    first, last = _dates(account, site)
    return day == first or any(
        day <= first + timedelta(days=n) for n in range(DAYS_A_WEEK, (last - first).days + 1, DAYS_A_WEEK)
    )


def forbidden(account: Account, group: Group, rule: ShiftRule) -> dict[Parts, tuple[Finding, ...]]:
    """Return the kinds of `rule` that nobody of `group` may hold, each with one finding for every rule in the way; placements of
    breaks aside, unless none is lawful."""
    found: dict[Parts, list[Finding]] = {}
    for one in _of_rule(account, group, rule):
        if one.always:
            for kind in one.kinds:
                found.setdefault(kind, []).append(one.finding)
    return {kind: tuple(findings) for kind, findings in found.items()}
