"""Labour rules inside the shift model: kinds nobody may hold and starts of breaks the law forbids are never chosen, and it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from planner.domain.people import Premium, PremiumKind
from planner.errors import InfeasibleError
from planner.roster.tours import assign_tours
from planner.rules import check, lawful
from planner.shifts import design_shifts
from planner.shifts.assemble import assemble
from planner.shifts.possible import check_possible

LUNCH = (60, False, 60, 480)


def accounts(make, country: str, zone: str, rules, *, labour=(), days: int = 7, premiums=(), **group):
    site = make.site(zone=zone, labour=labour, premiums=premiums)
    site = replace(site, country=country)
    team = make.group(rules=tuple(r.id for r in rules), **group)
    return make.account(sites=(site,), groups=(team,), rules=tuple(rules), zone=zone, start=date(2026, 11, 9), days=days)


def judged(account, requirement):
    plan, info = design_shifts(requirement, account)
    return plan, info, check(assign_tours(plan, account), plan, account)


def test_a_roster_keeps_the_breaks_of_the_law_though_windows_and_cheapness_say_otherwise(make) -> None:
    rule = make.rule("nine", length_min=540, first=480, last=480, breaks=(LUNCH,))
    need = np.full(7 * 24, np.nan)
    for day in range(7):
        need[24 * day + 11 : 24 * day + 15] = 2.0  # the busy hours are those in which the law wants the break
    free = accounts(make, "XX", "Europe/Lisbon", (rule,))
    bound = accounts(make, "PT", "Europe/Lisbon", (rule,))
    cheap, _, _ = judged(free, make.requirement(free, need))
    plan, _, findings = judged(bound, make.requirement(bound, need))
    late = [b for s in cheap.shifts for b in s.breaks if not 3 <= (b.start_utc - s.start_utc).seconds / 3600 <= 5]
    assert late
    assert plan.shifts
    assert lawful(findings)


def test_kinds_that_the_law_forbids_are_left_out_and_counted(make) -> None:
    rule = make.rule("eight", length_min=540, first=0, last=1380, step=60, breaks=((60, False, 200, 300),))
    account = accounts(make, "MX", "America/Mexico_City", (rule,))
    need = np.ones(7 * 24)
    problem = assemble(make.requirement(account, need), account)
    assert {k.pattern.start_min for k in problem.kinds} <= {6 * 60, 7 * 60, 8 * 60, 9 * 60, 10 * 60, 11 * 60}
    assert problem.unlawful == 18
    _, solves, findings = judged(account, make.requirement(account, need))
    assert "18 kinds of shift left out that labour rules forbid" in solves[0].note
    assert lawful(findings)


def test_the_sites_own_rule_counts_instead_of_the_countrys(make) -> None:
    rule = make.rule("eight", length_min=540, first=0, last=1380, step=60, breaks=((60, False, 200, 300),))
    off = tuple((id, None) for id in ("max_daily_mixed_h", "max_daily_night_h"))
    account = accounts(make, "MX", "America/Mexico_City", (rule,), labour=off)
    problem = assemble(make.requirement(account, np.ones(7 * 24)), account)
    assert problem.unlawful == 0
    strict = accounts(make, "XX", "UTC", (rule,), labour=(("max_daily_total_h", 7.5),))
    assert assemble(make.requirement(strict, np.ones(7 * 24)), strict).unlawful == 24


def test_a_group_without_a_lawful_shift_is_told_every_rule_and_remedy_beside_other_reasons(make) -> None:
    long = make.rule("ten", length_min=600, first=480, last=480)
    account = accounts(make, "PT", "Europe/Lisbon", (long,), min_heads=3)
    problem = assemble(make.requirement(account, np.ones(7 * 24)), account)
    with pytest.raises(InfeasibleError) as caught:
        check_possible(problem)
    reasons = caught.value.reasons
    for rule in ("max_daily_normal_h", "max_weekly_normal_h", "break_required_after_h", "max_continuous_work_h"):
        (said,) = [r for r in reasons if f"({rule};" in r]
        assert said.startswith("group team has no shift left that labour rules of site here allow: ten")
        assert f"or set {rule} under labour of site here if another rule holds there" in said
    assert not [r for r in reasons if "min_heads" in r]


def test_groups_that_hold_nobody_need_no_lawful_shift(make) -> None:
    long = make.rule("ten", length_min=600, first=480, last=480)
    account = accounts(make, "PT", "Europe/Lisbon", (long,), max_heads=0)
    check_possible(assemble(make.requirement(account, np.ones(7 * 24)), account))


def test_paid_overtime_is_chosen_and_found_lawful(make) -> None:
    rule = make.rule("nine", length_min=600, first=480, last=480, breaks=((60, False, 240, 300),))
    pays = (Premium(kind=PremiumKind.OVERTIME, share=Decimal("0.5"), after_min=480),)
    need = np.full(7 * 24, np.nan)
    for day in range(7):
        need[24 * day + 9 : 24 * day + 17] = 1.0
    unpaid = accounts(make, "PT", "Europe/Lisbon", (rule,), days_per_week=4)
    with pytest.raises(InfeasibleError, match="max_daily_normal_h"):
        design_shifts(make.requirement(unpaid, need), unpaid)
    paid = accounts(make, "PT", "Europe/Lisbon", (rule,), days_per_week=4, premiums=pays)
    plan, _, findings = judged(paid, make.requirement(paid, need))
    assert plan.shifts
    assert {f.severity.value for f in findings} == {"paid overtime"}
    assert lawful(findings)


def test_a_rule_taken_away_never_makes_a_plan_dearer(make) -> None:
    rule = make.rule("nine", length_min=540, first=420, last=660, step=120, breaks=(LUNCH,))
    need = np.full(7 * 24, np.nan)
    for day in range(5):
        need[24 * day + 8 : 24 * day + 18] = 1.7
    bound = accounts(make, "PT", "Europe/Lisbon", (rule,))
    free = accounts(make, "PT", "Europe/Lisbon", (rule,), labour=(("max_continuous_work_h", None),))
    (_, strict), (_, loose) = (design_shifts(make.requirement(a, need), a) for a in (bound, free))
    assert strict[0].bound is not None
    assert loose[0].bound is not None
    assert loose[0].bound <= strict[0].objective + 1e-6
    assert loose[0].objective <= strict[0].objective + 1e-6


@pytest.mark.parametrize(("run", "days"), [(3, 5), (2, 4), (4, 5), (5, 5)])
def test_no_more_days_in_a_row_than_the_law_allows_at_the_optimum(make, run: int, days: int) -> None:
    rule = make.rule("eight", length_min=480, first=480, last=480)
    need = np.full(14 * 24, np.nan)
    for day in range(14):
        need[24 * day + 8 : 24 * day + 16] = 3.0 if day % 7 < 5 else 1.0
    labour = (("max_consecutive_days", float(run)),)
    bound = accounts(make, "XX", "UTC", (rule,), labour=labour, days=14, days_per_week=days)
    free = accounts(make, "XX", "UTC", (rule,), days=14, days_per_week=days)
    plan, info, findings = judged(bound, make.requirement(bound, need))
    _, loose = design_shifts(make.requirement(free, need), free)
    assert plan.shifts
    assert not [f for f in findings if f.rule == "max_consecutive_days"]
    assert info[0].gap is not None
    assert info[0].gap < 1e-6
    assert loose[0].objective is not None
    assert info[0].objective >= loose[0].objective - 1e-6
    if run >= days:
        assert info[0].objective == pytest.approx(loose[0].objective)
