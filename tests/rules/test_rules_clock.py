"""Rules on the site's clock: over midnight, both changes of the clock on both hemispheres, zones off the hour, horizon edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from labour_shifts import between, daily, shift, work

from planner.domain.grid import to_utc
from planner.rules import Finding, Severity, WorkDays, findings_of, law_of
from planner.rules.nights import DayKind, kind_of_day, night_h

REST = [("daily_rest_h", 11.0)]

CHANGES = [
    ("DE", "Europe/Berlin", date(2026, 3, 28), +1),
    ("DE", "Europe/Berlin", date(2026, 10, 24), -1),
    ("PT", "Europe/Lisbon", date(2026, 3, 28), +1),
    ("PT", "Europe/Lisbon", date(2026, 10, 24), -1),
    ("US", "America/New_York", date(2026, 3, 7), +1),
    ("US", "America/New_York", date(2026, 10, 31), -1),
    ("CL", "America/Santiago", date(2026, 9, 5), +1),
    ("CL", "America/Santiago", date(2026, 4, 4), -1),
    ("AU", "Australia/Adelaide", date(2026, 10, 3), +1),
    ("AU", "Australia/Adelaide", date(2026, 4, 4), -1),
    ("AU", "Australia/Lord_Howe", date(2026, 10, 3), +0.5),
    ("BR", "America/Sao_Paulo", date(2026, 10, 17), 0),
    ("IN", "Asia/Kolkata", date(2026, 3, 28), 0),
    ("NP", "Asia/Kathmandu", date(2026, 3, 28), 0),
]


def judged(placed: WorkDays, country: str, *, overrides: list[tuple[str, float]] | None = None) -> list[Finding]:
    return list(findings_of(placed, law_of(country, overrides=overrides or [])))


@pytest.mark.parametrize(("country", "zone", "saturday", "lost_h"), CHANGES)
def test_a_night_of_a_clock_change_gives_the_rest_that_really_passes(
    country: str, zone: str, saturday: date, lost_h: float
) -> None:
    for wall_h, legal in ((11 + lost_h, True), (11 + lost_h - 0.25, False)):
        late = shift(zone, saturday, 14, 4)
        evening = to_utc(zone, saturday, 18 * 60)
        assert late.end_utc == evening
        next_day = saturday + timedelta(days=1)
        early = shift(zone, next_day, 18 - 24 + wall_h, 4)
        found = [f for f in judged(work(zone, [late, early], saturday), country, overrides=REST) if f.rule == "daily_rest_h"]
        assert (found == []) is legal
        if not legal:
            assert found[0].measured == pytest.approx(10.75)
            assert found[0].date == saturday
            assert found[0].sentence.startswith(f"ana rests 10.75 h from Sat {saturday} 18:00 to Sun {next_day} ")


@pytest.mark.parametrize(
    ("zone", "saturday", "hours"),
    [
        ("Europe/Madrid", date(2026, 3, 28), 7), ("Europe/Madrid", date(2026, 10, 24), 9), ("Europe/Madrid", date(2026, 6, 6), 8),
        ("America/Santiago", date(2026, 9, 5), 7), ("America/Santiago", date(2026, 4, 4), 9),
        ("Australia/Adelaide", date(2026, 10, 3), 7), ("Australia/Adelaide", date(2026, 4, 4), 9),
        ("Asia/Kolkata", date(2026, 3, 28), 8), ("Asia/Kathmandu", date(2026, 10, 24), 8),
    ],
)  # fmt: skip
def test_a_night_has_as_many_hours_as_pass_between_its_two_clock_times(zone: str, saturday: date, hours: float) -> None:
    law = law_of("ES")  # 22:00 to 06:00
    whole = between(zone, to_utc(zone, saturday, 20 * 60), to_utc(zone, saturday + timedelta(days=1), 8 * 60))
    assert night_h(work(zone, [whole], saturday), whole, law) == pytest.approx(hours)


def test_an_unpaid_break_at_night_is_no_night_work_and_mornings_count_with_the_night_before() -> None:
    zone, day, law = "Asia/Manila", date(2026, 11, 9), law_of("PH")
    early = shift(zone, day, 4, 8, [(30, 60, False)])
    assert night_h(work(zone, [early], day), early, law) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("start_h", "kind"),
    [(6, DayKind.DAY), (12, DayKind.DAY), (13, DayKind.MIXED), (15.25, DayKind.MIXED), (15.5, DayKind.NIGHT), (22, DayKind.NIGHT),
     (1.5, DayKind.NIGHT), (2.5, DayKind.NIGHT), (3, DayKind.MIXED)],
)  # fmt: skip
def test_three_and_a_half_hours_of_night_make_a_mexican_shift_a_night(start_h: float, kind: DayKind) -> None:
    zone, day = "America/Mexico_City", date(2026, 11, 9)
    placed = work(zone, [shift(zone, day, start_h, 8)], day)
    assert kind_of_day(placed, placed.days[0], law_of("MX")) is kind
    limits = {DayKind.DAY: set(), DayKind.MIXED: {"max_daily_mixed_h"}, DayKind.NIGHT: {"max_daily_night_h"}}
    assert {f.rule for f in judged(placed, "MX")} - {"break_min"} == limits[kind]


def test_a_shift_over_midnight_belongs_to_the_date_it_starts_on() -> None:
    zone, monday = "Asia/Kolkata", date(2026, 11, 9)
    six_nights = daily(zone, monday, range(6), 22, 8, [(200, 30, False)])
    assert judged(work(zone, six_nights, monday), "IN") == []
    seven = judged(work(zone, daily(zone, monday, range(7), 22, 6, [(200, 30, False)]), monday), "IN")
    assert [(f.rule, f.measured, f.limit) for f in seven] == [("weekly_rest_days", 7, 6)]


def test_days_of_zones_off_the_hour_start_at_their_own_midnight() -> None:
    zone, monday = "Asia/Kathmandu", date(2026, 11, 9)
    placed = work(zone, daily(zone, monday, range(6), 0.25, 8), monday)
    assert placed.start_utc.isoformat() == "2026-11-08T18:15:00+00:00"
    assert [day.date for day in placed.days] == [monday + timedelta(days=n) for n in range(6)]
    assert [week.date for week in placed.weeks] == [monday]


def test_a_week_of_the_horizon_is_a_week_at_every_site() -> None:
    london = [to_utc("Europe/London", date(2026, 10, 19) + timedelta(days=n), 0) for n in (0, 7, 14)]
    for zone in ("Asia/Manila", "America/Bogota", "Asia/Kolkata", "Europe/Lisbon", "Australia/Adelaide"):
        placed = WorkDays(agent="a", site="s", zone=zone, start_utc=london[0], end_utc=london[2], shifts=())
        assert [week.whole for week in placed.weeks] == [True, True], zone


def test_weekly_rest_needs_a_whole_week_before_it_can_be_missed() -> None:
    zone, monday = "Europe/Warsaw", date(2026, 11, 9)
    breaks = [(240, 15, True)]
    for days, severities in ((3, {Severity.OPEN}), (7, {Severity.BREACH})):
        placed = work(zone, daily(zone, monday, range(days), 8, 6.5, breaks), monday, days)
        assert {f.severity for f in judged(placed, "PL") if f.rule == "weekly_rest_h"} == severities
    five = work(zone, daily(zone, monday, range(5), 8, 8, breaks), monday)
    assert judged(five, "PL") == []


def test_a_rest_that_may_go_on_beyond_the_horizon_is_left_open() -> None:
    zone, monday = "Europe/Madrid", date(2026, 11, 9)
    six = work(zone, daily(zone, monday, range(6), 9, 6), monday)  # free from Saturday 15:00 for 33 hours that we see
    (found,) = [f for f in judged(six, "ES") if f.rule == "weekly_rest_h"]
    assert (found.severity, found.measured) == (Severity.OPEN, 33)
    assert "where the horizon ends or begins" in found.sentence


def test_a_rest_over_the_border_of_two_weeks_counts_whole_in_the_week_with_its_larger_part() -> None:
    zone, monday = "Europe/Warsaw", date(2026, 11, 9)
    breaks = [(240, 15, True)]
    shifts = daily(zone, monday, [*range(6), *range(7, 12)], 8, 8, breaks)
    late_start = [*shifts[:6], shift(zone, monday + timedelta(days=7), 10, 6), *shifts[7:]]
    found = [f for f in judged(work(zone, late_start, monday, 14), "PL") if f.rule == "weekly_rest_h"]
    assert found == []  # Saturday 16:00 to Monday 10:00: 42 hours, 32 of them in the first week


def test_twelve_days_in_a_row_are_lawful_in_the_union_and_not_in_the_philippines() -> None:
    monday = date(2026, 11, 9)
    days = range(1, 13)  # off on the first Monday and the last Sunday
    europe = work("Europe/Amsterdam", daily("Europe/Amsterdam", monday, days, 9, 4), monday, 14)
    assert [f for f in judged(europe, "NL") if f.severity is Severity.BREACH] == []
    manila = work("Asia/Manila", daily("Asia/Manila", monday, days, 9, 4), monday, 14)
    (found,) = [f for f in judged(manila, "PH") if f.rule == "weekly_rest_h"]
    assert (found.date, found.measured) == (monday + timedelta(days=7), 20)


def test_a_heavy_week_that_may_be_evened_out_is_left_open() -> None:
    zone, monday = "Europe/London", date(2026, 11, 9)
    placed = work(zone, daily(zone, monday, range(5), 8, 10, [(240, 30, False)]), monday)
    (found,) = judged(placed, "GB")
    assert (found.rule, found.severity, found.measured) == ("max_weekly_total_h", Severity.OPEN, 50)
    assert "to be evened out over 17 weeks" in found.sentence


def test_a_day_too_long_leaves_no_rest_within_24_hours() -> None:
    zone, monday = "Europe/London", date(2026, 11, 9)
    long = work(zone, [shift(zone, monday, 6, 12, [(240, 60, False), (500, 15, False)])], monday)
    assert [(f.rule, f.measured) for f in judged(long, "GB")] == [("daily_rest_h", 10.75)]
    split = work(zone, [shift(zone, monday, 8, 4), shift(zone, monday, 16, 4)], monday)
    assert judged(split, "GB") == []  # the pause between two shifts of one date is no daily rest


def test_a_german_sunday_is_left_open_even_from_a_saturday_night() -> None:
    zone, saturday = "Europe/Berlin", date(2026, 11, 14)
    night = work(zone, [shift(zone, saturday, 20, 6)], saturday)
    (found,) = judged(night, "DE")
    assert (found.rule, found.severity, found.date, found.measured) == (
        "sunday_work_allowed", Severity.OPEN, date(2026, 11, 15), 2.0,
    )  # fmt: skip


def test_desks_bind_those_who_answer_telephones_only() -> None:
    zone, monday = "America/Sao_Paulo", date(2026, 11, 9)
    shifts = daily(zone, monday, range(5), 8, 8, [(240, 60, False)])
    voice = {f.rule for f in judged(work(zone, shifts, monday), "BR")}
    assert voice == {"call_centre_max_daily_h", "call_centre_max_weekly_h", "call_centre_paid_breaks"}
    assert judged(work(zone, shifts, monday, voice=False), "BR") == []


def test_shifts_out_of_order_are_refused() -> None:
    zone, monday = "Europe/London", date(2026, 11, 9)
    late, early = shift(zone, monday, 14, 4), shift(zone, monday, 8, 4)
    with pytest.raises(ValueError, match="not in order of time"):
        WorkDays(agent="ana", site="s", zone=zone, start_utc=early.start_utc, end_utc=late.end_utc, shifts=(late, early))
