"""Every claim a shift makes is held against the account: hours, breaks, least gaps, split parts, seats; a legal and an illegal one each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from factories import tiny_account

from planner.domain.account import Account
from planner.domain.grid import to_utc
from planner.domain.shifts import BreakRule, PlacedBreak, Shift, ShiftPlan, ShiftRule, Split
from planner.rules import Finding, Severity
from planner.rules.shift_check import shift_findings

ZONE = "Europe/Lisbon"
DAY = date(2026, 11, 9)
EIGHT = ShiftRule(
    id="eight-h",
    length_min=480,
    first_start_min=480,
    last_start_min=600,
    step_min=60,
    breaks=(
        BreakRule(minutes=15, paid=True, earliest_min=60, latest_min=300),
        BreakRule(minutes=30, paid=False, earliest_min=120, latest_min=360),
    ),
    min_gap_min=90,
)
HALVES = ShiftRule(
    id="halves",
    length_min=480,
    first_start_min=480,
    last_start_min=480,
    breaks=(BreakRule(minutes=15, paid=True, earliest_min=60, latest_min=420),),
    split=Split(first_min=(240,), gap_min=(120, 180)),
)


def account(*, seats: int = 10, rules: tuple[str, ...] = ("eight-h", "halves")) -> Account:
    base = tiny_account()
    site = replace(base.sites[1], id="here", zone=ZONE, seats=seats)
    group = replace(base.groups[0], id="team", site="here", shift_rules=rules)
    return replace(base, sites=(site,), groups=(group,), shift_rules=(EIGHT, HALVES))


def breaks(
    start_min: int, *placed: tuple[int, int, bool] | tuple[int, int, bool, bool], day: date = DAY
) -> tuple[PlacedBreak, ...]:
    start = to_utc(ZONE, day, start_min)
    return tuple(
        PlacedBreak(
            start_utc=start + timedelta(minutes=at),
            end_utc=start + timedelta(minutes=at + minutes),
            paid=paid,
            off_site=bool(more),
        )
        for at, minutes, paid, *more in placed
    )


def eight(day: date = DAY, *, heads: int = 1) -> Shift:
    return Shift(
        id=f"s-{day}",
        site="here",
        group="team",
        pattern="eight-h-0900",
        date=day,
        start_utc=to_utc(ZONE, day, 540),
        end_utc=to_utc(ZONE, day, 1020),
        breaks=breaks(540, (90, 15, True), (240, 30, False), day=day),
        heads=heads,
    )


def halves() -> Shift:
    return replace(
        eight(),
        id="split",
        pattern="halves-0800-1200-1500",
        start_utc=to_utc(ZONE, DAY, 480),
        end_utc=to_utc(ZONE, DAY, 480 + 480 + 180),
        breaks=breaks(480, (90, 15, True), (240, 180, False, True)),
    )


def found(*shifts: Shift, seats: int = 10, rules: tuple[str, ...] = ("eight-h", "halves")) -> list[Finding]:
    one = account(seats=seats, rules=rules)
    return list(shift_findings(ShiftPlan(grid=one.grid, shifts=shifts, tours=()), one))


def test_shifts_that_are_what_their_patterns_say_are_found_sound() -> None:
    assert found(eight(), halves(), replace(eight(), id="free", pattern="", breaks=())) == []


def _later(shift: Shift) -> Shift:
    return replace(shift, start_utc=shift.start_utc + timedelta(minutes=15), end_utc=shift.end_utc + timedelta(minutes=15))


WRONG: dict[str, tuple[Callable[[], Shift], str, str]] = {
    "later than its pattern": (lambda: _later(eight()), "shift_hours", "its pattern has Mon 2026-11-09 09:00"),
    "a start the rule does not have": (
        lambda: replace(
            eight(), pattern="eight-h-0700", start_utc=to_utc(ZONE, DAY, 420), end_utc=to_utc(ZONE, DAY, 900),
            breaks=breaks(420, (90, 15, True), (240, 30, False)),
        ),
        "shift_hours",
        "starts at 07:00, when no eight-h does",
    ),
    "a break missing": (lambda: replace(eight(), breaks=breaks(540, (90, 15, True))), "shift_breaks", "has 1 breaks; eight-h has 2"),
    "a break too short": (
        lambda: replace(eight(), breaks=breaks(540, (90, 15, True), (240, 20, False))),
        "shift_breaks",
        "has 20 min as its break 2; eight-h has 30",
    ),
    "a paid break unpaid": (lambda: replace(eight(), breaks=breaks(540, (90, 15, False), (240, 30, False))), "shift_breaks", "unpaid"),
    "a break after its window": (
        lambda: replace(eight(), breaks=breaks(540, (90, 15, True), (375, 30, False))),
        "shift_breaks",
        "has its break 2 375 min into its work; eight-h has it from 120 to 360",
    ),
    "breaks too close": (
        lambda: replace(eight(), breaks=breaks(540, (90, 15, True), (190, 30, False))),
        "break_gap",
        "has 85 min between its breaks 1 and 2; eight-h keeps 90 (min_gap_min)",
    ),
    "a gap of another length": (
        lambda: replace(halves(), breaks=breaks(480, (90, 15, True), (240, 120, False, True))),
        "split_parts",
        "has a gap of 120 min after 240; its pattern has 180 min after 240",
    ),
    "a gap that is paid": (
        lambda: replace(halves(), breaks=breaks(480, (90, 15, True), (240, 180, True, True))),
        "split_parts",
        "is paid for the gap",
    ),
    "no gap at all": (lambda: replace(halves(), breaks=breaks(480, (90, 15, True))), "split_parts", "has a gap of none"),
    "a gap its rule does not have": (
        lambda: replace(halves(), pattern="halves-0800-1200-1600"), "split_parts", "parts and a gap that halves does not have",
    ),
    "a break inside the gap": (
        lambda: replace(halves(), breaks=breaks(480, (300, 15, True), (240, 180, False, True))),
        "shift_breaks",
        "in the gap between its parts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_as_claimed_is_told(case: str) -> None:
    make, rule, said = WRONG[case]
    findings = found(make())
    assert findings
    assert {f.severity for f in findings} == {Severity.BREACH}
    assert any(f.rule == rule and said in f.sentence for f in findings), [f.sentence for f in findings]


def test_after_the_gap_windows_count_work_and_not_the_clock() -> None:
    late = replace(halves(), breaks=breaks(480, (240, 180, False, True), (240 + 180 + 150, 15, True)))  # 390 min of work
    assert found(late) == []
    assert found(replace(late, breaks=breaks(480, (240, 180, False, True), (240 + 180 + 190, 15, True))))


def test_a_group_may_not_work_a_shift_that_is_not_theirs() -> None:
    (one,) = found(eight(), rules=("halves",))
    assert (one.rule, one.severity) == ("shift_pattern", Severity.BREACH)


def test_an_unknown_pattern_and_a_shift_cut_short_are_left_open() -> None:
    (unknown,) = found(replace(eight(), pattern="by hand"))
    assert (unknown.rule, unknown.severity) == ("shift_pattern", Severity.OPEN)
    home = replace(eight(), end_utc=to_utc(ZONE, DAY, 720), breaks=breaks(540, (90, 15, True)))
    (cut,) = found(home)
    assert (cut.rule, cut.severity) == ("shift_hours", Severity.OPEN)
    assert cut.sentence.endswith("cut short")


def test_more_people_than_seats_are_told_for_as_long_as_they_are_there() -> None:
    assert found(eight(heads=3), halves(), seats=4) == []
    crowds = found(eight(heads=4), halves(), seats=4)
    assert {(f.rule, f.measured, f.limit) for f in crowds} == {("seats", 5, 4)}
    assert ["from Mon 2026-11-09 09:00 to Mon 2026-11-09 12:00 on 4 seats" in f.sentence for f in crowds] == [True, False]
    assert "from Mon 2026-11-09 15:00 to Mon 2026-11-09 17:00" in crowds[1].sentence  # in between the others have left
    assert found(eight(heads=4), replace(halves(), heads=1), seats=5) == []


def test_clock_changes_make_a_shift_longer_and_move_breaks_only_earlier() -> None:
    night = replace(EIGHT, first_start_min=1380, last_start_min=1380)
    one = replace(account(), shift_rules=(night, HALVES))
    grid = replace(one, horizon=replace(one.horizon, start=date(2026, 3, 27), days=3)).grid
    day = date(2026, 3, 28)  # clocks go forward at 01:00
    shift = replace(
        eight(),
        pattern="eight-h-2300",
        date=day,
        start_utc=to_utc(ZONE, day, 1380),
        end_utc=to_utc(ZONE, day, 1380 + 480),
        breaks=breaks(1380, (90, 15, True), (240, 30, False), day=day),
    )
    assert (shift.end_utc - shift.start_utc) == timedelta(hours=7)
    plan = ShiftPlan(grid=grid, shifts=(shift,), tours=())
    assert list(shift_findings(plan, one)) == []
    early = replace(shift, breaks=breaks(1380, (15, 15, True), (120, 30, False), day=day))
    assert list(shift_findings(replace(plan, shifts=(early,)), one)) == []
    late = replace(shift, breaks=breaks(1380, (90, 15, True), (375, 30, False), day=day))
    assert [f.rule for f in shift_findings(replace(plan, shifts=(late,)), one)] == ["shift_breaks"]
