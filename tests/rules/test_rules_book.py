"""Which rules hold where and when: dates, the Union's floor, what an account sets, and countries nobody looked up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from labour_shifts import daily, work

from planner.errors import DataError
from planner.rules import Severity, findings_of, law_of, premium_facts, rules_for
from planner.rules.book import _with_floor


@pytest.mark.parametrize(
    ("country", "day", "hours"),
    [
        ("CO", "2024-07-15", 46), ("CO", "2025-07-14", 46), ("CO", "2025-07-15", 44), ("CO", "2026-07-14", 44),
        ("CO", "2026-07-15", 42), ("CO", "2040-01-01", 42), ("MX", "2020-01-01", 48), ("MX", "2026-12-31", 48),
        ("MX", "2027-01-01", 46), ("MX", "2028-01-01", 44), ("MX", "2029-12-31", 42), ("MX", "2030-01-01", 40),
    ],
)  # fmt: skip
def test_the_week_shrinks_on_the_day_the_law_says(country: str, day: str, hours: float) -> None:
    assert rules_for(country, date.fromisoformat(day)).number("max_weekly_normal_h") == hours


def test_before_the_first_known_version_there_is_no_rule() -> None:
    assert rules_for("CO", date(2024, 7, 14)).get("max_weekly_normal_h") is None


def test_the_colombian_night_begins_earlier_from_christmas_2025() -> None:
    nights = [rules_for("CO", date(2025, 12, day)).get("night_window") for day in (24, 25)]
    assert [str(rule.value) for rule in nights if rule is not None] == ["21:00 to 06:00", "19:00 to 06:00"]


def test_a_roster_across_the_date_is_held_to_both_each_week_to_the_rule_of_its_first_day() -> None:
    law = law_of("CO")
    assert {r.number for r in law.between(date(2026, 7, 13), date(2026, 7, 26)) if r.id == "max_weekly_normal_h"} == {44, 42}
    zone, monday = "America/Bogota", date(2026, 7, 13)
    shifts = daily(zone, monday, [*range(5), *range(7, 12)], 8, 8.8)
    found = list(findings_of(work(zone, shifts, monday, 14), law))
    assert [(f.rule, f.date, f.measured, f.limit) for f in found] == [("max_weekly_normal_h", date(2026, 7, 20), 44.0, 42.0)]


def test_members_of_the_union_have_its_floor_where_they_have_no_row_or_a_looser_one() -> None:
    day = date(2026, 11, 9)
    portugal, spain, romania, britain, dutch = (rules_for(c, day) for c in ("PT", "ES", "RO", "GB", "NL"))
    weekly = portugal.get("weekly_rest_h")
    assert weekly is not None
    assert (weekly.country, weekly.number, weekly.on_top_h) == ("EU", 24, 11)
    assert "on top of 11 h of daily rest" in weekly.sentence()
    assert any(n.startswith("weekly_rest_h: the floor of the European Union holds, PT having no row") for n in portugal.notes)
    assert spain.number("daily_rest_h") == 12
    assert any(n.startswith("daily_rest_h: the row of ES holds") for n in spain.notes)
    assert romania.number("daily_rest_h") == 11
    weekly = britain.get("weekly_rest_h")
    assert weekly is not None
    assert (weekly.country, weekly.on_top_h) == ("GB", 0)
    assert not dutch.researched
    assert dutch.number("daily_rest_h") == 11
    assert "no labour rule has been looked up; the floor of the European Union holds" in dutch.notes[-1]


def test_the_floor_wins_at_every_date_where_it_is_stricter() -> None:
    floor = law_of("NL").versions["daily_rest_h"][0]
    loose = replace(floor, country="XX", value=9.0, effective_from=date(2020, 1, 1), effective_until=date(2025, 1, 1))
    strict = replace(loose, value=12.0, effective_from=date(2025, 1, 1), effective_until=date(2026, 1, 1))
    versions, note = _with_floor("XX", "daily_rest_h", (loose, strict), floor)
    days = [date(2010, 1, 1), date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [[r.number for r in versions if r.in_force(day)] for day in days] == [[11], [11], [11], [12], [12], [11]]
    assert "stricter" in note


def test_a_country_that_is_no_member_gets_no_floor_and_says_that_nobody_looked() -> None:
    book = rules_for("AU", date(2026, 11, 9))
    assert (book.rules, book.researched) == ((), False)
    assert book.notes == ("AU: no labour rule has been looked up; set those you know",)


def test_an_empty_row_is_no_rule_and_is_told() -> None:
    book = rules_for("PH", date(2026, 11, 9))
    assert book.get("daily_rest_h") is None
    assert any("no statutory daily rest found" in note for note in book.notes)


def test_a_state_has_its_countrys_rules_besides_its_own() -> None:
    book = rules_for("US-CA", date(2026, 11, 9))
    assert (book.number("ot_weekly_threshold_h"), book.number("ot_daily_threshold_h")) == (40, 8)
    assert rules_for("US", date(2026, 11, 9)).get("break_min") is None


def test_what_the_account_sets_takes_the_place_of_every_version_and_says_so() -> None:
    law = law_of("CO", overrides=[("max_weekly_normal_h", 40.0), ("daily_rest_h", 11.0)])
    for day in (date(2020, 1, 1), date(2026, 7, 15)):
        rule = law.at("max_weekly_normal_h", day)
        assert rule is not None
        assert (rule.number, rule.set_by_user, rule.source) == (40, True, "set by the user")
        assert "46 h" in rule.note
        assert "44 h" in rule.note
    rest = law.at("daily_rest_h", date(2026, 1, 1))
    assert rest is not None
    assert rest.sentence() == (
        "CO, set by the user: at least 11 h of rest between one working day and the next (daily_rest_h; set by the user)"
    )
    assert "in place of: no rule known" in rest.note


def test_a_rule_switched_off_is_gone_and_told() -> None:
    law = law_of("PT", overrides=[("break_min", None)])
    assert law.at("break_min", date(2026, 11, 9)) is None
    assert law.off == ("break_min",)
    assert any(note.startswith("break_min: switched off by the user, in place of: Portugal") for note in law.notes)


def test_everything_wrong_with_overrides_is_listed_at_once() -> None:
    wrong = [
        ("daily_rest", 11.0), ("daily_rest_h", 30.0), ("ot_weekday_pct", 50.0), ("night_window", 22.0),
        ("annual_leave_min_weeks", 5.0), ("mixed_becomes_night_after_h", None), ("break_paid", 1.0), ("qqq", 1.0),
        ("weekly_rest_h", float("nan")),
    ]  # fmt: skip
    with pytest.raises(DataError) as caught:
        law_of("PT", overrides=wrong)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == len(wrong)
    for text, part in zip(
        told,
        [
            "unknown rule daily_rest; did you mean daily_rest_h?",
            "daily_rest_h must lie between 0 and 20 h, got 30",
            "ot_weekday_pct is about pay; write what is paid under premiums",
            "night_window is not checked",
            "annual_leave_min_weeks is not checked",
            "mixed_becomes_night_after_h is only read by other rules",
            'break_paid has no number to set; leave it out, or write break_paid = "off"',
            "unknown rule qqq; known: daily_rest_h",
            "weekly_rest_h must lie between 0 and 144 h, got nan",
        ],
        strict=True,
    ):
        assert part in text


def test_an_unverified_row_says_so() -> None:
    rule = rules_for("BR", date(2026, 11, 9)).get("call_centre_max_weekly_h")
    assert rule is not None
    assert rule.sentence().endswith("(call_centre_max_weekly_h; no source, unverified)")


def test_pay_facts_are_told_for_the_date_and_bind_nobody() -> None:
    sundays = {day: [r.number for r in premium_facts("CO", day) if r.id == "sunday_holiday_pct"]
               for day in (date(2026, 6, 30), date(2026, 7, 1), date(2027, 7, 1))}  # fmt: skip
    assert list(sundays.values()) == [[80], [90], [100]]
    assert {r.id for r in premium_facts("US", date(2026, 1, 1))} >= {"ot_weekday_pct", "ot_weekly_threshold_h"}


def test_overtime_is_told_apart_from_a_breach() -> None:
    zone, monday = "Europe/Paris", date(2026, 11, 9)
    found = list(findings_of(work(zone, daily(zone, monday, range(5), 9, 8, [(240, 30, False)]), monday), law_of("FR")))
    assert [(f.rule, f.severity, f.measured) for f in found] == [("max_weekly_normal_h", Severity.OVERTIME, 40.0)]
