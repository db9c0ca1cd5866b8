"""Kinds of shift no lawful roster can hold: under every law of the horizon, on any days off, with overtime paid or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from factories import tiny_account

from planner.domain.account import Account
from planner.domain.people import Premium, PremiumKind
from planner.domain.queues import Channel
from planner.domain.shifts import BreakRule, ShiftRule, Split
from planner.rules import forbidden, left_out, remedy_of, unlawful_shifts

MEAL = BreakRule(minutes=60, paid=False, earliest_min=200, latest_min=240)
EIGHT = ShiftRule(id="eight", length_min=540, first_start_min=480, last_start_min=480, breaks=(MEAL,))


def account(
    country: str,
    zone: str,
    rule: ShiftRule,
    *,
    days: int = 5,
    start: date = date(2026, 11, 9),
    length: int = 7,
    overtime_after_h: float | None = None,
    channels: tuple[Channel, ...] = (Channel.VOICE,),
    labour: tuple[tuple[str, float | None], ...] = (),
) -> Account:
    base = tiny_account()
    premiums = ()
    if overtime_after_h is not None:
        premiums = (Premium(kind=PremiumKind.OVERTIME, share=Decimal("0.25"), after_min=round(60 * overtime_after_h)),)
    site = replace(base.sites[0], country=country, zone=zone, premiums=premiums, labour=labour)
    group = replace(base.groups[0], shift_rules=(rule.id,), days_per_week=days, channels=channels)
    horizon = replace(base.horizon, zone=zone, start=start, days=length)
    return replace(base, horizon=horizon, sites=(site,), groups=(group,), shift_rules=(rule,))


def rules_of(account: Account) -> set[str]:
    return {one.rule for one in unlawful_shifts(account)}


def test_a_law_that_changes_within_the_horizon_binds_from_the_first_week_that_begins_under_it() -> None:
    eight = replace(EIGHT, id="long", length_min=9 * 60 + 24)  # 8.4 h of work: 42 in five days, 50.4 in six
    bogota = ("CO", "America/Bogota", eight)
    assert rules_of(account(*bogota, days=5, start=date(2026, 7, 6))) == set()  # 44 h until 15 July, then 42
    longer = replace(eight, length_min=9 * 60 + 36)
    bogota = ("CO", "America/Bogota", longer)
    assert rules_of(account(*bogota, start=date(2026, 7, 6), length=14)) == set()  # no week begins on the 15th or later
    assert rules_of(account(*bogota, start=date(2026, 7, 6), length=28)) == {"max_weekly_normal_h"}
    assert rules_of(account(*bogota, start=date(2026, 7, 20))) == {"max_weekly_normal_h"}


def test_hours_that_the_site_pays_as_overtime_are_not_unlawful() -> None:
    paris = ("FR", "Europe/Paris", EIGHT)
    assert rules_of(account(*paris)) == {"max_weekly_normal_h"}  # 40 h against 35
    assert rules_of(account(*paris, overtime_after_h=7)) == set()
    assert rules_of(account(*paris, overtime_after_h=7.5)) == {"max_weekly_normal_h"}


def test_overtime_that_is_paid_keeps_the_hard_limit() -> None:
    tea = BreakRule(minutes=15, paid=True, earliest_min=500, latest_min=520)
    ten = replace(EIGHT, length_min=660, breaks=(MEAL, tea))
    assert rules_of(account("DE", "Europe/Berlin", ten, days=4, overtime_after_h=8)) == set()
    eleven = replace(ten, length_min=720)
    assert rules_of(account("DE", "Europe/Berlin", eleven, days=4, overtime_after_h=8)) == {"max_daily_total_h"}


def test_nobody_is_forbidden_what_other_days_off_allow() -> None:
    no_more_than = (("max_consecutive_days", 3.0),)
    assert (
        rules_of(account("NP", "Asia/Kathmandu", EIGHT, days=5, labour=no_more_than)) == set()
    )  # three and two with a day between
    assert rules_of(account("NP", "Asia/Kathmandu", EIGHT, days=6, labour=no_more_than)) == {"max_consecutive_days"}


def test_a_weekly_rest_of_two_days_is_had_with_days_off_together_whenever_the_shift_starts() -> None:
    rest = (("weekly_rest_h", 48.0),)
    for start in (0, 480, 1380):
        late = replace(EIGHT, first_start_min=start, last_start_min=start)
        assert rules_of(account("NP", "Asia/Kathmandu", late, days=5, labour=rest)) == set()
        assert rules_of(account("NP", "Asia/Kathmandu", late, days=6, labour=rest)) == {"weekly_rest_h"}


def test_a_split_shift_is_forbidden_for_its_long_gaps_alone() -> None:
    split = ShiftRule(
        id="split",
        length_min=480,
        first_start_min=480,
        last_start_min=480,
        split=Split(first_min=(240,), gap_min=(120, 300)),
    )
    within_12 = (("spread_over_h", 12.0), ("max_continuous_work_h", None), ("break_min", None))
    one = account("PT", "Europe/Lisbon", split, labour=within_12)
    found = forbidden(one, one.groups[0], split)
    assert set(found) == {(480, 240, 300)}
    assert "spread_over_h" in {f.rule for f in found[480, 240, 300]}


def test_six_hour_desks_bind_whoever_answers_voice() -> None:
    desk = {"BR": ("BR", "America/Sao_Paulo", EIGHT)}["BR"]
    assert {"call_centre_max_daily_h", "call_centre_max_weekly_h", "call_centre_paid_breaks"} <= rules_of(account(*desk))
    assert not {r for r in rules_of(account(*desk, channels=(Channel.EMAIL,))) if r.startswith("call_centre")}


def test_what_is_left_out_is_said_once_for_groups_alike_with_the_rule_and_its_source() -> None:
    one = account("FR", "Europe/Paris", EIGHT)
    twin = replace(one.groups[0], id="twin")
    (said,) = left_out(replace(one, groups=(*one.groups, twin)))
    assert said.startswith(
        f"{one.groups[0].id}, twin: no eight: eight, starting at 08:00, works 40 h in the week from 2026-11-09."
    )
    assert "at most 35 h of ordinary work a week (max_weekly_normal_h; http" in said


def test_every_rule_in_the_way_comes_with_a_remedy() -> None:
    bare = ShiftRule(id="bare", length_min=600, first_start_min=1200, last_start_min=1200)
    for country, zone in (
        ("BR", "America/Sao_Paulo"),
        ("PT", "Europe/Lisbon"),
        ("MX", "America/Mexico_City"),
        ("PH", "Asia/Manila"),
    ):
        one = account(country, zone, bare, days=7)
        for findings in forbidden(one, one.groups[0], bare).values():
            for finding in findings:
                told = remedy_of(finding)
                assert f"set {finding.rule} under labour of site {finding.site}" in told
                assert len(told) > 80
