"""Laws that hold for any work: less work breaks no rule on hours, and the calendar's week does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labour_shifts import ZONES, between, work

from planner.domain.grid import to_utc, zone_info
from planner.domain.shifts import PlacedBreak, Shift
from planner.rules import CHECKS, Severity, WorkDays, findings_of, in_order, law_of
from planner.rules import hours as hours_rules
from planner.rules import overtime as overtime_rules
from planner.rules.nights import night_h
from planner.rules.values import ClockWindow

MONDAY = date(2026, 11, 2)
QUARTERS_OF_A_DAY = 96
DAYS = 14
HOURS_RULES = {id for id, c in CHECKS.items() if c.__module__ in (hours_rules.__name__, overtime_rules.__name__)} - {
    "min_shift_h"
}
FIRM = (Severity.BREACH, Severity.OVERTIME)


@st.composite
def anyones_work(draw: st.DrawFn, countries: tuple[str, ...]) -> tuple[str, WorkDays]:
    """Two weeks of shifts that do not overlap, with a break here and there, at a site of one of `countries`."""
    country = draw(st.sampled_from(countries))
    zone = ZONES.get(country, "Europe/Amsterdam")
    shifts: list[Shift] = []
    at = draw(st.integers(0, 60))
    while at < QUARTERS_OF_A_DAY * DAYS - 4 and len(shifts) < 20:
        length = draw(st.integers(4, 64))
        start = to_utc(zone, MONDAY, 15 * at)
        breaks = [(length * 15 / 2, draw(st.sampled_from([15, 30])), draw(st.booleans()))] if length > 16 else []
        shifts.append(between(zone, start, start + timedelta(minutes=15 * length), breaks))
        at += length + draw(st.integers(1, 160))
    return country, work(zone, shifts, MONDAY, DAYS)


def moved(placed: WorkDays, weeks: int) -> WorkDays:
    by = timedelta(days=7 * weeks)
    shifts = [
        replace(
            s,
            date=s.date + by,
            start_utc=s.start_utc + by,
            end_utc=s.end_utc + by,
            breaks=tuple(PlacedBreak(start_utc=b.start_utc + by, end_utc=b.end_utc + by, paid=b.paid) for b in s.breaks),
        )
        for s in placed.shifts
    ]
    return replace(placed, start_utc=placed.start_utc + by, end_utc=placed.end_utc + by, shifts=in_order(shifts))


@given(
    anyones_work(("PL", "DE", "ZA", "PT", "TR", "BG", "MY", "CN", "MX", "CR", "EG", "BR", "US-CA", "CO", "FR", "TN")), st.data()
)
def test_taking_a_shift_away_never_breaks_a_rule_on_hours(case: tuple[str, WorkDays], data: st.DataObject) -> None:
    country, placed = case
    if not placed.shifts:
        return
    law = law_of(country)
    gone = data.draw(st.integers(0, len(placed.shifts) - 1))
    less = replace(placed, shifts=(*placed.shifts[:gone], *placed.shifts[gone + 1 :]))
    before, after = (
        {(f.rule, f.severity) for f in findings_of(w, law) if f.rule in HOURS_RULES and f.severity in FIRM}
        for w in (placed, less)
    )
    assert after <= before


@given(anyones_work(("PL", "ES", "ZA", "PH", "BR", "CR", "DE", "IN", "EG", "NP")), st.integers(1, 4))
def test_work_moved_by_whole_weeks_is_judged_alike(case: tuple[str, WorkDays], weeks: int) -> None:
    country, placed = case
    law = law_of(country)
    judged = [
        [(f.rule, f.severity, f.measured, f.limit, f.start_utc - w.start_utc) for f in findings_of(w, law)]
        for w in (placed, moved(placed, weeks))
    ]
    assert judged[0] == judged[1]


CHANGES = (
    ("Europe/Madrid", date(2026, 3, 28)), ("Europe/Madrid", date(2026, 10, 24)), ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)), ("America/Santiago", date(2026, 9, 5)), ("America/Santiago", date(2026, 4, 4)),
    ("Australia/Adelaide", date(2026, 10, 3)), ("Australia/Lord_Howe", date(2026, 4, 4)), ("Asia/Kolkata", date(2026, 3, 28)),
    ("Asia/Kathmandu", date(2026, 3, 28)), ("Africa/Cairo", date(2026, 4, 23)), ("America/Sao_Paulo", date(2026, 10, 17)),
)  # fmt: skip


@given(
    st.sampled_from(CHANGES), st.sampled_from(["ES", "PL", "CO", "ZA", "BR", "CR"]), st.integers(0, 3 * 96), st.integers(4, 60)
)
def test_night_hours_are_those_counted_minute_by_minute_on_the_wall(
    change: tuple[str, date], country: str, start: int, length: int
) -> None:
    zone, first = change
    law = law_of(country)
    at = to_utc(zone, first - timedelta(days=1), 0) + timedelta(minutes=15 * start)
    half = length * 15 // 2
    placed = between(zone, at, at + timedelta(minutes=15 * length), [(half, 20, False)])
    window = law.versions["night_window"][-1].value
    assert isinstance(window, ClockWindow)
    counted = 0
    for minute in range(15 * length):
        wall = (at + timedelta(minutes=minute)).astimezone(zone_info(zone))
        clock = wall.hour * 60 + wall.minute
        on_break = half <= minute < half + 20
        counted += not on_break and (clock >= window.from_min or clock < window.to_min)
    assert night_h(work(zone, [placed], first), placed, law) == pytest.approx(counted / 60)


@given(anyones_work(("PL", "MX", "IN", "BG", "KE")))
def test_every_finding_names_a_stretch_of_the_work_and_a_measure_beyond_its_limit(case: tuple[str, WorkDays]) -> None:
    country, placed = case
    law = law_of(country)
    for finding in findings_of(placed, law):
        assert finding.start_utc < finding.end_utc
        assert finding.measured != finding.limit
        assert finding.sentence.startswith("ana ")
        rules = [r for r in law.versions[finding.rule] if r.in_force(finding.date)]
        higher = rules[0].spec.higher_is_stricter
        bound = finding.limit
        if finding.rule not in ("weekly_rest_days", "short_breaks_paid"):
            assert (finding.measured < bound) is higher
