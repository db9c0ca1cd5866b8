"""What the models are told: plain limits, shifts no lawful roster can hold, and rules that contradict each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from factories import tiny_account

from planner.domain.account import Account
from planner.domain.shifts import BreakRule, ShiftRule
from planner.rules import UnlawfulShift, contradictions, law_of, limits_of, rules_for, unlawful_shifts

DAY = date(2026, 11, 9)


def test_limits_are_plain_minutes_and_days() -> None:
    limits = limits_of(law_of("PT"), DAY, DAY)
    assert (limits.rest_min, limits.weekly_rest_min, limits.span_min) == (660, 35 * 60, 13 * 60)
    assert (limits.paid_day_min, limits.paid_week_min, limits.days_of_seven) == (480, 2400, 6)
    assert {r.id for r in limits.rules} >= {"daily_rest_h", "weekly_rest_h", "max_daily_normal_h", "weekly_rest_days"}
    nowhere = limits_of(law_of("NP"), DAY, DAY)
    assert (nowhere.rest_min, nowhere.span_min, nowhere.paid_week_min, nowhere.days_of_seven) == (None, None, None, 7)


def test_limits_of_a_period_with_a_change_are_the_strictest() -> None:
    assert limits_of(law_of("CO"), date(2026, 7, 1), date(2026, 7, 14)).paid_week_min == 44 * 60
    assert limits_of(law_of("CO"), date(2026, 7, 1), date(2026, 7, 15)).paid_week_min == 42 * 60


def test_desks_limit_those_who_answer_telephones() -> None:
    assert limits_of(law_of("BR"), DAY, DAY).paid_day_min == 360
    assert limits_of(law_of("BR"), DAY, DAY, voice=False).paid_day_min == 480


def test_limits_on_average_bind_no_single_week() -> None:
    assert limits_of(law_of("GB"), DAY, DAY).paid_week_min is None
    assert limits_of(law_of("DE"), DAY, DAY).paid_day_min == 600


def unlawful(country: str, zone: str, rule: ShiftRule, *, days: int = 5) -> tuple[UnlawfulShift, ...]:
    account: Account = tiny_account()
    site = replace(account.sites[0], country=country, zone=zone)
    group = replace(account.groups[0], shift_rules=(rule.id,), days_per_week=days)
    return unlawful_shifts(replace(account, sites=(site,), groups=(group,), shift_rules=(rule,)))


def test_a_shift_of_forbidden_length_is_listed_with_its_sentence() -> None:
    (found,) = unlawful(
        "TN", "Africa/Tunis", ShiftRule(id="long", length_min=660, first_start_min=480, last_start_min=600), days=4
    )
    assert (found.rule, found.starts_min, found.always) == ("max_daily_total_h", (480, 540, 600), True)
    assert found.sentence.startswith("long, starting at 08:00, works 11 h on 2026-11-09. Tunisia (Labour Code): at most 10 h")


def test_a_shift_is_unlawful_at_those_starts_only_that_make_it_a_night() -> None:
    meal = BreakRule(minutes=30, paid=False, earliest_min=200, latest_min=240)
    found = unlawful("MX", "America/Mexico_City", ShiftRule(id="eight", length_min=510, breaks=(meal,)))
    starts = {f.rule: f.starts_min for f in found}
    assert set(starts) == {"max_daily_mixed_h", "max_daily_night_h"}
    lawful_starts = set(range(0, 1440, 60)) - {s for each in starts.values() for s in each}
    assert lawful_starts == {360, 420, 480, 540, 600, 660}  # wholly between 06:00 and 20:00


def test_too_many_days_or_hours_a_week_are_found_by_the_same_functions() -> None:
    meal = BreakRule(minutes=60, paid=False, earliest_min=200, latest_min=240)
    eight = ShiftRule(id="eight", length_min=540, first_start_min=480, last_start_min=480, breaks=(meal,))
    assert unlawful("PT", "Europe/Lisbon", eight) == ()
    assert {f.rule for f in unlawful("PT", "Europe/Lisbon", eight, days=6)} == {"max_weekly_normal_h"}
    assert {f.rule for f in unlawful("FR", "Europe/Paris", eight)} == {"max_weekly_normal_h"}
    assert "weekly_rest_days" in {f.rule for f in unlawful("PT", "Europe/Lisbon", eight, days=7)}


def test_a_break_window_that_reaches_too_far_is_told_apart_from_one_that_never_fits() -> None:
    wide = BreakRule(minutes=60, paid=False, earliest_min=200, latest_min=330)
    sometimes = unlawful(
        "PT", "Europe/Lisbon", ShiftRule(id="wide", length_min=540, breaks=(wide,), first_start_min=480, last_start_min=480)
    )
    assert [(f.rule, f.always) for f in sometimes] == [("max_continuous_work_h", False)]
    short = BreakRule(minutes=30, paid=False, earliest_min=200, latest_min=240)
    never = unlawful(
        "PT", "Europe/Lisbon", ShiftRule(id="short", length_min=510, breaks=(short,), first_start_min=480, last_start_min=480)
    )
    assert {(f.rule, f.always) for f in never} == {("break_min", True), ("max_continuous_work_h", True)}


def test_two_shifts_of_eight_hours_a_day_leave_no_rest_of_eleven() -> None:
    eight = ShiftRule(id="eight", length_min=480)
    book = rules_for("PL", DAY)
    assert contradictions(book, shift_rules=[eight], place="here") == ()
    (problem,) = contradictions(book, shift_rules=[eight], shifts_a_day=2, place="here")
    assert str(problem) == (
        "here: 2 shifts of 8 h a day (eight) leave 8 h, not daily_rest_h of 11 h; shorten the shift or the rest"
    )


@pytest.mark.parametrize(
    ("country", "overrides", "told"),
    [
        ("PL", [("max_daily_normal_h", 16.0)], "max_daily_normal_h of 16 h and daily_rest_h of 11 h do not fit into a day"),
        ("DE", [("max_daily_normal_h", 11.0)], "max_daily_normal_h of 11 h is more than max_daily_total_h of 10 h"),
        ("PL", [("max_weekly_total_h", 38.0)], "max_weekly_normal_h of 40 h is more than max_weekly_total_h of 38 h"),
        ("PL", [("weekly_rest_h", 10.0)], "daily_rest_h of 11 h is more than weekly_rest_h of 10 h"),
        ("ZA", [("ot_cap_day_h", 12.0)], "ot_cap_day_h of 12 h is more than ot_cap_week_h of 10 h"),
    ],
)
def test_values_that_cannot_both_be_kept_are_told(country: str, overrides: list[tuple[str, float]], told: str) -> None:
    problems = contradictions(rules_for(country, DAY, overrides=overrides), place="here", only_set=True)
    assert [p.message for p in problems] == [told]


def test_no_shipped_country_contradicts_itself() -> None:
    from planner.reference import labour_countries

    for country in labour_countries():
        for day in (date(2026, 11, 9), date(2030, 1, 1)):
            assert contradictions(rules_for(country, day), place=country) == ()


def test_the_shipped_samples_hold_no_unlawful_shift(tmp_path: object) -> None:
    from pathlib import Path

    from planner.io import load_account

    samples = Path(__file__).resolve().parents[2] / "sample_data"
    for name in ("gift_shop", "bank_desk", "one_queue"):
        assert unlawful_shifts(load_account(samples / name)) == ()
