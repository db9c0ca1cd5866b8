"""What shifts claim to be, against the account: hours of their pattern, breaks in their windows and apart, parts and gap of split ones,
seats of their site. Knows no optimiser; windows and gaps are read anew from the account's words.

A pattern is named ``rule-HHMM``, of a split shift ``rule-HHMM-HHMM-HHMM``: start, end of the first part, start of the second, on the site's
clock. Where a clock change makes the shift shorter or longer than its rule, breaks may lie earlier than their windows, never later. A
shift that ends before its pattern does may have been cut short on purpose: that is left open.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from planner.domain.account import Account
from planner.domain.grid import to_utc, zone_info
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, ShiftRule
from planner.rules.rule import Finding, Severity
from planner.rules.work import EPS_H

SHIFT_RULES = ("shift_pattern", "shift_hours", "shift_breaks", "break_gap", "split_parts", "seats")
"""Ids of these findings, beside those of labour rules and contracts."""

NAMED = re.compile(r"(?P<rule>.+?)-(?P<start>\d{4})(?:-(?P<leaves>\d{4})-(?P<back>\d{4}))?\Z")
"""A pattern's name in its parts."""


def shift_findings(shift_plan: ShiftPlan, account: Account) -> Iterator[Finding]:
    """Yield every shift of the plan that is not what its pattern says, and every stretch with more people than seats at a site.

    A shift without a pattern claims nothing.
    """
    rules = {rule.id: rule for rule in account.shift_rules}
    for shift in shift_plan.shifts:
        if shift.pattern:
            yield from _of_shift(shift, account, rules)
    yield from _seats(shift_plan, account)


def _of_shift(shift: Shift, account: Account, rules: dict[str, ShiftRule]) -> Iterator[Finding]:
    named = NAMED.match(shift.pattern)
    rule = rules.get(named["rule"]) if named else None
    if named is None or rule is None:
        what = f"names the pattern {shift.pattern}, which is no shift of the account: its hours and breaks cannot be judged"
        yield shift_finding("shift_pattern", account, shift, what, severity=Severity.OPEN)
        return
    start_min = minute_of(named["start"])
    first = (minute_of(named["leaves"]) - start_min) % 1440 if named["leaves"] else 0
    gap = (minute_of(named["back"]) - minute_of(named["leaves"])) % 1440 if named["back"] else 0
    if rule.id not in account.group(shift.group).shift_rules:
        yield shift_finding("shift_pattern", account, shift, f"is a {rule.id}, which {shift.group} does not work")
    if start_min not in range(rule.first_start_min, rule.last_start_min + 1, rule.step_min):
        yield shift_finding("shift_hours", account, shift, f"starts at {clock_of(start_min)}, when no {rule.id} does")
    if (first, gap) not in rule.parts_min:
        yield shift_finding("split_parts", account, shift, f"has parts and a gap that {rule.id} does not have")
        return
    zone = account.site(shift.site).zone
    start = to_utc(zone, shift.date, start_min)
    end = max(to_utc(zone, shift.date, start_min + rule.length_min + gap), start + timedelta(hours=1))
    if shift.start_utc != start or shift.end_utc > end:
        what = f"lasts from {_local(shift.start_utc, zone)} to {_local(shift.end_utc, zone)}; its pattern has "
        what += f"{_local(start, zone)} to {_local(end, zone)}"
        yield shift_finding("shift_hours", account, shift, what)
        return
    cut = shift.end_utc < end
    if cut:
        what = f"ends at {_local(shift.end_utc, zone)}, before its pattern does at {_local(end, zone)}: cut short"
        yield shift_finding("shift_hours", account, shift, what, severity=Severity.OPEN)
    usual = end - start == timedelta(minutes=rule.length_min + gap)
    yield from _parts(shift, account, rule, (first, gap), cut=cut, usual=usual)
    yield from _breaks(shift, account, rule, (first, gap), cut=cut, usual=usual)


def _parts(
    shift: Shift, account: Account, rule: ShiftRule, parts: tuple[int, int], *, cut: bool, usual: bool
) -> Iterator[Finding]:
    """The gap of a split shift: one, unpaid, where the pattern has it."""
    gaps = [b for b in shift.rests if b.off_site]
    first, gap = parts
    if any(b.paid for b in gaps):
        yield shift_finding("split_parts", account, shift, "is paid for the gap between its parts")
    if not gap or cut or not usual:
        if gaps and not gap:
            yield shift_finding("split_parts", account, shift, f"has a gap, but {rule.id} has none")
        return
    at = [(_after(shift, b.start_utc), _minutes(b)) for b in gaps]
    if at != [(first, gap)]:
        told = " and ".join(f"{length:g} min after {start:g}" for start, length in at) or "none"
        yield shift_finding("split_parts", account, shift, f"has a gap of {told}; its pattern has {gap} min after {first}")


def _breaks(
    shift: Shift, account: Account, rule: ShiftRule, parts: tuple[int, int], *, cut: bool, usual: bool
) -> Iterator[Finding]:
    first, gap = parts
    gaps = [b for b in shift.rests if b.off_site]
    own = sorted(b for b in shift.rests if not b.off_site)
    if len(own) > len(rule.breaks) or (len(own) < len(rule.breaks) and not cut):
        what = f"has {len(own)} breaks; {rule.id} has {len(rule.breaks)}"
        yield shift_finding("shift_breaks", account, shift, what, figures=(len(own), len(rule.breaks)), unit="breaks")
        return
    for number, (b, asked) in enumerate(zip(own, rule.breaks, strict=False), 1):
        ended = cut and b.end_utc == shift.end_utc
        if b.paid != asked.paid:
            kind = "paid" if b.paid else "unpaid"
            yield shift_finding("shift_breaks", account, shift, f"has its break {number} {kind}; {rule.id} has it otherwise")
        if _minutes(b) != asked.minutes and not ended:
            what = f"has {_minutes(b):g} min as its break {number}; {rule.id} has {asked.minutes}"
            yield shift_finding("shift_breaks", account, shift, what, figures=(_minutes(b), asked.minutes), unit="min")
        at = _after(shift, b.start_utc)
        worked = at - (gap if gap and at >= first + gap else 0)
        if worked > asked.latest_min or (worked < asked.earliest_min and usual):
            what = f"has its break {number} {worked:g} min into its work; {rule.id} has it from {asked.earliest_min} to {asked.latest_min}"
            limit = asked.latest_min if worked > asked.latest_min else asked.earliest_min
            yield shift_finding("shift_breaks", account, shift, what, figures=(worked, limit), unit="min")
        if any(b.start_utc < g.end_utc and g.start_utc < b.end_utc for g in gaps):
            yield shift_finding("shift_breaks", account, shift, f"has its break {number} in the gap between its parts")
    for n, (a, b) in enumerate(pairwise(own), 1):
        apart = (b.start_utc - a.end_utc).total_seconds() / 60
        least = rule.min_gap_min or 0
        if apart < least - EPS_H:
            what = f"has {apart:g} min between its breaks {n} and {n + 1}; {rule.id} keeps {least} (min_gap_min)"
            yield shift_finding("break_gap", account, shift, what, figures=(apart, least), unit="min")


def _seats(shift_plan: ShiftPlan, account: Account) -> Iterator[Finding]:
    """Everybody on a seat at once within the horizon, shifts already running included; the gap of a split shift frees one."""
    grid = shift_plan.grid
    for site in account.sites:
        moves: dict[datetime, int] = defaultdict(int)
        shifts = [s for s in (*shift_plan.shifts, *account.carry_in) if s.site == site.id]
        for shift in shifts:
            for start, end in shift.seat_spans:
                if start < grid.end_utc and grid.start_utc < end:
                    moves[max(start, grid.start_utc)] += shift.heads
                    moves[min(end, grid.end_utc)] -= shift.heads
        edges, seated, since = sorted(moves), Counter[str](), None
        for at in edges:
            seated["here"] += moves[at]
            over = seated["here"] > site.seats
            if over:
                seated["most"] = max(seated["most"], seated["here"])
                since = since or at
            elif since is not None:
                yield _crowded(site.id, site.country, site.zone, since, at, seated.pop("most"), site.seats)
                since = None


def _crowded(site: str, country: str, zone: str, start: datetime, end: datetime, most: int, seats: int) -> Finding:
    return Finding(
        rule="seats",
        country=country,
        severity=Severity.BREACH,
        site=site,
        agent="",
        start_utc=start,
        end_utc=end,
        date=start.astimezone(zone_info(zone)).date(),
        measured=float(most),
        limit=float(seats),
        unit="seats",
        sentence=f"Site {site} holds up to {most} people from {_local(start, zone)} to {_local(end, zone)} on {seats} seats",
    )


def shift_finding(
    id: str,
    account: Account,
    shift: Shift,
    what: str,
    *,
    severity: Severity = Severity.BREACH,
    figures: tuple[float, float] = (1, 0),
    unit: str = "",
) -> Finding:
    """Return the finding of rule `id` that `shift` is or does `what`; `figures` are measure and limit."""
    return Finding(
        rule=id,
        country=account.site(shift.site).country,
        severity=severity,
        site=shift.site,
        agent="",
        start_utc=shift.start_utc,
        end_utc=shift.end_utc,
        date=shift.date,
        measured=float(figures[0]),
        limit=float(figures[1]),
        unit=unit,
        sentence=f"Shift {shift.id} {what}",
    )


def minute_of(clock: str) -> int:
    """Return ``HHMM`` as minutes after midnight."""
    return int(clock[:2]) * 60 + int(clock[2:])


def clock_of(minute: int) -> str:
    """Return minutes after midnight as ``HH:MM``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _local(when: datetime, zone: str) -> str:
    return when.astimezone(zone_info(zone)).strftime("%a %Y-%m-%d %H:%M")


def _after(shift: Shift, when: datetime) -> float:
    return (when - shift.start_utc).total_seconds() / 60


def _minutes(b: PlacedBreak) -> float:
    return (b.end_utc - b.start_utc).total_seconds() / 60
