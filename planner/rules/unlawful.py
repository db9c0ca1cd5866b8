"""Kinds of shift that no lawful roster can hold: each is tried as somebody would work it, by the functions that check rosters.

A group's contract is so many days of seven at one start and length. A kind is unlawful when whoever works it breaks a rule on whichever
days off: tried on an ordinary fortnight without a clock change, under the law as it is on every date of the horizon. What depends on
where breaks lie is tried apart, over the windows they have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from planner.domain.account import Account
from planner.domain.grid import to_utc, zone_info
from planner.domain.people import Group, PremiumKind, Site
from planner.domain.queues import Channel
from planner.domain.shifts import Shift, ShiftRule
from planner.rules.book import Law, changes_of, frozen, law_of_site
from planner.rules.overtime_pay import site_pays
from planner.rules.placements import Outline, Placeable, lawful_starts
from planner.rules.registry import BREAK_RULES, DAYS_OFF_RULES, PERIOD_RULES, WEEK_RULES, findings_of
from planner.rules.rule import Finding, Severity
from planner.rules.work import DAYS_A_WEEK, WorkDays

WINDOW_STEP_MIN = 15
"""Break windows are tried at their ends and every quarter-hour between."""

WEEKS = 2

_STARTS_TOLD = 8
"""Starts named in a sentence before the rest are counted."""

_WHEN = re.compile(r" (on|from|at)( \w{3})? \d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")

Parts = tuple[int, int, int]
"""A kind of a shift rule: minutes of its start after midnight, of the first part of a split shift and of its gap (0 and 0 in one piece)."""


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
    middle = _middle(rule)
    by_rule: dict[str, dict[Parts, Finding]] = {}
    in_breaks: dict[tuple[str, bool], dict[Parts, Finding]] = {}
    for day, begins in weekly:
        law = frozen(law_of_site(site), day)
        first = _quiet(site.zone, day)
        for kind in kinds:
            for finding in _kind_worked(site, law, rule, kind, middle, first, days, answers_voice):
                if begins or finding.rule not in WEEK_RULES:
                    by_rule.setdefault(finding.rule, {}).setdefault(kind, finding)
        for parts in rule.parts_min:
            placeable = _lawful_breaks(site, day, outline_of(rule, *parts), _windows(rule, *parts), answers_voice)
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


def outline_of(rule: ShiftRule, first_min: int, gap_min: int) -> Outline:
    """Return the outline of a kind of `rule` on a day without a clock change."""
    return Outline(
        length_s=60 * (rule.length_min + gap_min),
        breaks=tuple((b.minutes, b.paid) for b in rule.breaks),
        waits_s=tuple(60 * wait for wait in rule.waits_min) if rule.min_gap_min is not None else (),
        gap_s=(60 * first_min, 60 * (first_min + gap_min)) if gap_min else None,
    )


def _windows(rule: ShiftRule, first_min: int, gap_min: int) -> tuple[tuple[int, ...], ...]:
    """Starts of each break in seconds after the shift's, gap included."""
    options = []
    for b in rule.breaks:
        at = sorted({*range(b.earliest_min, b.latest_min + 1, WINDOW_STEP_MIN), b.earliest_min, b.latest_min})
        if gap_min:
            at = sorted({s if s + b.minutes <= first_min else s + gap_min for s in at if not s < first_min < s + b.minutes})
        options.append(tuple(60 * s for s in at))
    return tuple(options)


def _middle(rule: ShiftRule) -> tuple[int, ...]:
    """Breaks in the middle of their windows, later ones put off where they would come too close; minutes at work after the start."""
    at: list[int] = []
    latest = [b.latest_min for b in rule.breaks]
    for n in range(len(latest) - 2, -1, -1):
        latest[n] = min(latest[n], latest[n + 1] - rule.waits_min[n])
    for n, b in enumerate(rule.breaks):
        middle = min((b.earliest_min + b.latest_min) // 2, latest[n])
        at.append(max(middle, at[-1] + rule.waits_min[n - 1]) if at and rule.min_gap_min is not None else middle)
    return tuple(at)


def _kind_worked(
    site: Site, law: Law, rule: ShiftRule, kind: Parts, middle: tuple[int, ...], first: date, days: int, answers_voice: bool
) -> list[Finding]:
    """What is found against somebody who works `kind` and has days off together; against nobody's days off where others would do."""
    start, first_min, gap_min = kind
    outline = outline_of(rule, first_min, gap_min)
    placed = [
        60 * (at if at + b.minutes <= first_min or not gap_min else max(at, first_min) + gap_min)
        for at, b in zip(middle, rule.breaks, strict=True)
    ]
    shift = outline.with_breaks_at(placed)

    def found(off: tuple[int, ...]) -> list[Finding]:
        dates = [first + timedelta(days=d) for d in range(WEEKS * DAYS_A_WEEK) if d % DAYS_A_WEEK not in off]
        begin = to_utc(site.zone, first, start)
        work = WorkDays(
            agent=f"{rule.id}, starting at {start // 60:02d}:{start % 60:02d},",
            site=site.id,
            zone=site.zone,
            start_utc=begin,
            end_utc=begin + timedelta(days=WEEKS * DAYS_A_WEEK),
            shifts=tuple(_moved(shift, to_utc(site.zone, day, start), day) for day in dates),
            voice=answers_voice,
        )
        return [
            f
            for f in findings_of(work, law)
            if f.severity is not Severity.OPEN
            and f.rule not in BREAK_RULES
            and f.rule not in PERIOD_RULES
            and not site_pays(site, days, f, work)
        ]

    before = (days + 1) // 2
    together = found(tuple(range(before, before + DAYS_A_WEEK - days)))
    if not any(f.rule in DAYS_OFF_RULES for f in together):
        return together
    for off in combinations(range(DAYS_A_WEEK), DAYS_A_WEEK - days):
        other = found(off)
        if not any(f.rule in DAYS_OFF_RULES for f in other):
            return other
    return together


def _moved(shift: Shift, start: datetime, day: date) -> Shift:
    by = start - shift.start_utc
    return replace(
        shift,
        date=day,
        start_utc=start,
        end_utc=shift.end_utc + by,
        breaks=tuple(replace(b, start_utc=b.start_utc + by, end_utc=b.end_utc + by) for b in shift.breaks),
    )


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


def _quiet(zone: str, first: date) -> date:
    """The first day, from `first` on in steps of a week, with no clock change over the fortnight and what it may run into."""
    length = timedelta(days=WEEKS * DAYS_A_WEEK + 2)
    for weeks in range(12):
        day = first + timedelta(days=DAYS_A_WEEK * weeks)
        if to_utc(zone, day + length, 0) - to_utc(zone, day, 0) == length:
            return day
    return first


def forbidden(account: Account, group: Group, rule: ShiftRule) -> dict[Parts, tuple[Finding, ...]]:
    """Return the kinds of `rule` that nobody of `group` may hold, each with one finding for every rule in the way; placements of
    breaks aside, unless none is lawful."""
    found: dict[Parts, list[Finding]] = {}
    for one in _of_rule(account, group, rule):
        if one.always:
            for kind in one.kinds:
                found.setdefault(kind, []).append(one.finding)
    return {kind: tuple(findings) for kind, findings in found.items()}


def left_out(account: Account) -> tuple[str, ...]:
    """Return in a sentence each what labour rules leave out of the shifts of `account`: whose, which starts, and the rule with its source;
    groups of one site to whom the same happens together."""
    together: dict[tuple[str, str, tuple[Parts, ...], str, bool], list[UnlawfulShift]] = {}
    for one in unlawful_shifts(account):
        together.setdefault((one.site, one.shift_rule, one.kinds, one.rule, one.always), []).append(one)
    return tuple(_left_out(account, same) for same in together.values())


def _left_out(account: Account, same: list[UnlawfulShift]) -> str:
    one, rule = same[0], account.shift_rule(same[0].shift_rule)
    groups = ", ".join(other.group for other in same)
    if not one.always:
        return f"breaks of {rule.id} lie only where {one.rule} allows it ({groups}): {one.sentence}"
    starts = [f"{at // 60:02d}:{at % 60:02d}" for at in one.starts_min]
    every = len(one.kinds) == len(range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)) * len(rule.parts_min)
    told = starts if len(starts) <= _STARTS_TOLD else [*starts[: _STARTS_TOLD - 1], f"{len(starts) - _STARTS_TOLD + 1} more"]
    which = rule.id if every else f"{rule.id} at {', '.join(told)}" + (" with some of its parts and gaps" if rule.split else "")
    return f"{groups}: no {which}: {one.sentence}"
