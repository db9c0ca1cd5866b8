"""What the models need of the law: limits as plain numbers, and the shifts of an account that no lawful roster can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from planner.domain.account import Account
from planner.domain.grid import to_utc
from planner.domain.people import Group, Site
from planner.domain.queues import Channel
from planner.domain.shifts import PlacedBreak, Shift, ShiftRule, Split
from planner.rules.averages import weeks_of_average
from planner.rules.book import Law
from planner.rules.check import law_of_site
from planner.rules.readings import rest_per_24_hours
from planner.rules.registry import BREAK_RULES, findings_of
from planner.rules.rule import Finding, LabourRule, Severity
from planner.rules.work import DAYS_A_WEEK, WorkDays

PLACEMENT_STEP_MIN = 15
"""Break windows are tried at their ends and every quarter-hour between."""

PLACEMENTS = 2_000
"""Placements of a shift's breaks that are tried at most: more are thinned evenly."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The strictest limits of a period as plain numbers, minutes and days; None where the law sets none.

    `paid_day_min` and `paid_week_min` are ordinary hours that every day and week must keep; limits on average are not among them.
    `span_min` bounds a day from start to end, breaks included. `rules` are those the numbers come from.
    """

    rest_min: float | None
    weekly_rest_min: float | None
    span_min: float | None
    paid_day_min: float | None
    paid_week_min: float | None
    days_of_seven: int
    rules: tuple[LabourRule, ...]


@dataclass(frozen=True, kw_only=True)
class UnlawfulShift:
    """A shift of an account that `rule` forbids to a group: `starts_min` after midnight, and the rule's sentence with an example.

    `always` is False when only some placements of its breaks are unlawful: then the model must choose another.
    """

    site: str
    group: str
    shift_rule: str
    starts_min: tuple[int, ...]
    rule: str
    severity: Severity
    always: bool
    sentence: str


def limits_of(law: Law, first: date, last: date, *, voice: bool = True) -> Limits:
    """Return the limits that bind all of `first` to `last`; `voice` adds those of telephone desks."""
    rules = law.between(first, last)
    used: list[LabourRule] = []

    def most(*ids: str) -> float | None:
        return _extreme(rules, ids, used, law, highest=False)

    def least(*ids: str) -> float | None:
        return _extreme(rules, ids, used, law, highest=True)

    desk_day, desk_week = ("call_centre_max_daily_h",) * voice, ("call_centre_max_weekly_h",) * voice
    rest = least("daily_rest_h")
    per_24 = [24 - r.number for r in rules if r.id == "daily_rest_h" and rest_per_24_hours(r.country)]
    spans = [x for x in (most("spread_over_h", "max_presence_h"), *per_24) if x is not None]
    weekly = least("weekly_rest_h", "weekly_rest_shift_h", "weekly_rest_summarised_h")
    free = least("weekly_rest_days")
    return Limits(
        rest_min=_minutes(rest),
        weekly_rest_min=_minutes(weekly),
        span_min=_minutes(min(spans, default=None)),
        paid_day_min=_minutes(
            most("max_daily_normal_h", "max_daily_total_h", "max_shift_summarised_h", "ot_daily_threshold_h", *desk_day)
        ),
        paid_week_min=_minutes(most("max_weekly_normal_h", "max_weekly_total_h", "ot_weekly_threshold_h", *desk_week)),
        days_of_seven=int(DAYS_A_WEEK - (free or 0)),
        rules=tuple(used),
    )


def unlawful_shifts(account: Account) -> tuple[UnlawfulShift, ...]:
    """Return the shifts of every group that break a rule when worked `days_per_week` days of seven at one start, by group and shift.

    A week without a clock change is tried, from the horizon's first day on, days off together at its end. Only breaches and overtime
    count; a limit on average is not reached by one week.
    """
    return tuple(
        UnlawfulShift(
            site=site.id,
            group=group.id,
            shift_rule=id,
            starts_min=kind.starts_min,
            rule=kind.rule,
            severity=kind.severity,
            always=kind.always,
            sentence=kind.sentence,
        )
        for group in account.groups
        for site in (account.site(group.site),)
        for id in group.shift_rules
        for kind in _unlawful(site, account.shift_rule(id), group.days_per_week, _voice(group), account.horizon.start)
    )


@dataclass(frozen=True)
class _Kind:
    starts_min: tuple[int, ...]
    rule: str
    severity: Severity
    always: bool
    sentence: str


@lru_cache(maxsize=256)
def _unlawful(site: Site, rule: ShiftRule, days: int, voice: bool, first: date) -> tuple[_Kind, ...]:
    law = law_of_site(site)
    week = _quiet_week(site.zone, first)
    starts = range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)
    middle = _middle(rule)
    by_rule: dict[str, dict[int, Finding]] = {}
    for start, worked in product(starts, _widest(rule)):
        for finding in _tried(site, law, worked, start, middle, week, days, voice):
            if finding.rule not in BREAK_RULES:
                by_rule.setdefault(finding.rule, {}).setdefault(start, finding)
    kinds = [
        _Kind(tuple(found), id, next(iter(found.values())).severity, True, next(iter(found.values())).sentence)
        for id, found in by_rule.items()
    ]
    return (*kinds, *_unlawful_breaks(site, law, rule, week, voice, tuple(starts)))


def _unlawful_breaks(
    site: Site, law: Law, rule: ShiftRule, week: date, voice: bool, starts: tuple[int, ...]
) -> Iterator[_Kind]:
    """Rules on breaks, over the placements that the windows of `rule` leave."""
    placements = list(_placements(rule))
    placements = placements[:: -(-len(placements) // PLACEMENTS)]
    broken: list[dict[str, Finding]] = []
    for offsets, worked in product(placements, _widest(rule)):
        findings = _tried(site, law, worked, starts[0], offsets, week, 1, voice)
        broken.append({f.rule: f for f in findings if f.rule in BREAK_RULES})
    first = {id: finding for found in reversed(broken) for id, finding in found.items()}
    for id in sorted(first):
        always = all(id in found for found in broken)
        yield _Kind(starts, id, first[id].severity, always, first[id].sentence)


def _placements(rule: ShiftRule) -> Iterable[tuple[int, ...]]:
    options = [
        sorted({*range(b.earliest_min, b.latest_min + 1, PLACEMENT_STEP_MIN), b.earliest_min, b.latest_min})
        for b in rule.breaks
    ]
    return filter(rule.keeps_apart, product(*options)) if rule.min_gap_min is not None else product(*options)


def _widest(rule: ShiftRule) -> tuple[ShiftRule, ...]:
    """A split rule once for each length of its first part, with the longest gap; others as they are."""
    if rule.split is None:
        return (rule,)
    longest = (max(rule.split.gap_min),)
    return tuple(replace(rule, split=Split(first_min=(first,), gap_min=longest)) for first in rule.split.first_min)


def _middle(rule: ShiftRule) -> tuple[int, ...]:
    """Breaks in the middle of their windows, later ones put off where they would come too close."""
    at: list[int] = []
    latest = [b.latest_min for b in rule.breaks]
    for n in range(len(latest) - 2, -1, -1):
        latest[n] = min(latest[n], latest[n + 1] - rule.waits_min[n])
    for n, b in enumerate(rule.breaks):
        middle = min((b.earliest_min + b.latest_min) // 2, latest[n])
        at.append(max(middle, at[-1] + rule.waits_min[n - 1]) if at and rule.min_gap_min is not None else middle)
    return tuple(at)


def _tried(
    site: Site, law: Law, rule: ShiftRule, start_min: int, offsets: tuple[int, ...], week: date, days: int, voice: bool
) -> list[Finding]:
    shifts = tuple(_shift(site, rule, start_min, offsets, week + timedelta(days=d)) for d in range(days))
    work = WorkDays(
        agent=f"{rule.id}, starting at {start_min // 60:02d}:{start_min % 60:02d},",
        site=site.id,
        zone=site.zone,
        start_utc=to_utc(site.zone, week, 0),
        end_utc=to_utc(site.zone, week + timedelta(days=DAYS_A_WEEK), 0),
        shifts=shifts,
        voice=voice,
    )
    return [f for f in findings_of(work, law) if f.severity is not Severity.OPEN]


def _shift(site: Site, rule: ShiftRule, start_min: int, offsets: tuple[int, ...], day: date) -> Shift:
    start = to_utc(site.zone, day, start_min)
    ((first, gap),) = rule.parts_min
    placed = [
        (at if at + b.minutes <= first or not gap else max(at, first) + gap, b.minutes, b.paid, False)
        for at, b in zip(offsets, rule.breaks, strict=True)
    ]
    placed += [(first, gap, False, True)] if gap else []
    breaks = tuple(
        PlacedBreak(
            start_utc=start + timedelta(minutes=at), end_utc=start + timedelta(minutes=at + minutes), paid=paid, off_site=off
        )
        for at, minutes, paid, off in sorted(placed)
    )
    return Shift(
        id=f"{rule.id}-{day}",
        site=site.id,
        group="",
        pattern=rule.id,
        date=day,
        start_utc=start,
        end_utc=start + timedelta(minutes=rule.span_min),
        breaks=breaks,
        heads=1,
    )


def _quiet_week(zone: str, first: date) -> date:
    """The first day, from `first` on in steps of a week, of nine days without a clock change: a week and what it may run into."""
    for weeks in range(9):
        day = first + timedelta(days=DAYS_A_WEEK * weeks)
        if to_utc(zone, day + timedelta(days=9), 0) - to_utc(zone, day, 0) == timedelta(days=9):
            return day
    return first


def _voice(group: Group) -> bool:
    return Channel.VOICE in group.channels


def _extreme(
    rules: tuple[LabourRule, ...], ids: tuple[str, ...], used: list[LabourRule], law: Law, *, highest: bool
) -> float | None:
    found = [r for r in rules if r.id in ids and weeks_of_average(r, law) is None]
    if not found:
        return None
    best = sorted(found, key=lambda r: r.number + r.on_top_h)[-1 if highest else 0]
    used.append(best)
    return best.number + best.on_top_h


def _minutes(hours: float | None) -> float | None:
    return None if hours is None else hours * 60
