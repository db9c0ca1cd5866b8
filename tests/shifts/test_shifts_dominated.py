"""Kinds of shift that another one makes needless are left out, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.test_shifts_optimum import assert_best, levels

from planner.domain.account import Settings
from planner.domain.people import Premium, PremiumKind
from planner.domain.shifts import Split
from planner.shifts import design_shifts
from planner.shifts.assemble import assemble

EVENING = Premium(kind=PremiumKind.NIGHT, share=Decimal("0.5"), from_min=1080, to_min=1320)


def kinds_left(make: Any, rules: Any, *, seats: int = 20, open_h: tuple[int, int] = (8, 18), **group: Any) -> set[str]:
    """Return the kinds that a day open at some hours is planned with."""
    account = make.account(
        rules=rules, sites=(make.site(seats=seats),), groups=(make.group(rules=tuple(r.id for r in rules), **group),)
    )
    need = np.full(24, np.nan)
    need[open_h[0] : open_h[1]] = 1.0
    problem = assemble(make.requirement(account, need), account)
    return {kind.pattern.id for kind in problem.kinds}


def test_a_shift_past_closing_time_gives_way_to_a_shorter_one_that_ends_with_it(make: Any) -> None:
    rules = (make.rule("six", length_min=360, first=840, last=840), make.rule("four", length_min=240, first=840, last=840))
    assert kinds_left(make, rules) == {"four-1400"}
    assert kinds_left(make, rules, open_h=(8, 19)) == {"six-1400", "four-1400"}, "the longer one covers an hour more"


def test_a_later_start_takes_the_place_of_one_before_opening_only_where_everybody_has_a_seat(make: Any) -> None:
    rules = (make.rule("six", length_min=360, first=360, last=480, step=120),)
    assert kinds_left(make, rules, seats=5, max_heads=5) == {"six-0800"}
    assert kinds_left(make, rules, seats=5, max_heads=6) == {"six-0600", "six-0800"}
    assert kinds_left(make, rules, seats=5) == {"six-0600", "six-0800"}


def test_of_two_that_are_the_same_one_stays(make: Any) -> None:
    rules = (make.rule("a", first=600, last=600), make.rule("b", first=600, last=600))
    assert len(kinds_left(make, rules)) == 1


def test_wider_windows_for_the_same_breaks_make_narrower_ones_needless(make: Any) -> None:
    rules = (
        make.rule("narrow", length_min=360, first=600, last=600, breaks=((60, True, 120, 180),)),
        make.rule("wide", length_min=360, first=600, last=600, breaks=((60, True, 60, 240),)),
    )
    assert kinds_left(make, rules) == {"wide-1000"}
    longer = replace(rules[1], breaks=(replace(rules[1].breaks[0], minutes=120, latest_min=200),))
    assert kinds_left(make, (rules[0], longer)) == {"narrow-1000"}, "a break of the same pay twice as long"


def test_premiums_count(make: Any) -> None:
    rules = (make.rule("early", length_min=240, first=720, last=720), make.rule("late", length_min=240, first=960, last=960))
    account = make.account(
        rules=rules, sites=(make.site(premiums=(EVENING,)),), groups=(make.group(rules=("early", "late"), max_heads=3),)
    )
    need = np.full(24, np.nan)
    need[14:16] = 1.0
    need[16:18] = 0.0
    problem = assemble(make.requirement(account, need), account)
    assert [k.pattern.id for k in problem.kinds] == ["early-1200"]
    need[16:20] = 1.0
    assert len(assemble(make.requirement(account, need), account).kinds) == 2


def test_a_split_shift_whose_gap_is_open_is_no_match_for_one_without(make: Any) -> None:
    whole = make.rule("whole", length_min=360, first=600, last=600)
    split = replace(make.rule("split", length_min=360, first=600, last=600), split=Split(first_min=(180,), gap_min=(120,)))
    assert kinds_left(make, (whole, split)) == {"whole-1000", "split-1000-1300-1500"}
    assert "split-1000-1300-1500" in kinds_left(make, (whole, split), open_h=(8, 13)), "it leaves its seat for two hours"
    assert kinds_left(make, (whole, split), open_h=(8, 13), max_heads=9) in ({"whole-1000"}, {"split-1000-1300-1500"})


@settings(max_examples=20, deadline=None)
@given(
    need=st.tuples(*[st.integers(0, 7)] * 5),
    seats=st.integers(1, 3),
    most=st.sampled_from([None, 1, 2]),
    price=st.sampled_from([12, 30]),
)
def test_nothing_is_lost_by_leaving_needless_kinds_out(
    make: Any, need: tuple[int, ...], seats: int, most: int | None, price: int
) -> None:
    assume(any(need))
    rules = (
        make.rule("six", length_min=360, first=360, last=840, step=240, breaks=((60, False, 120, 240),)),
        make.rule("four", length_min=240, first=480, last=840, step=180),
    )
    account = make.account(
        rules=rules,
        sites=(make.site(seats=seats, premiums=(replace(EVENING, from_min=960),)),),
        groups=(make.group(rules=("six", "four"), max_heads=most),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )
    wanted = np.full(24, np.nan)
    wanted[8:18] = levels(10, need)
    requirement = make.requirement(account, wanted)
    assume(assemble(requirement, account).dominated > 0)
    assert_best(account, requirement)


def test_the_end_of_the_search_says_how_many_were_left_out(make: Any) -> None:
    rules = (make.rule("six", length_min=360, first=840, last=840), make.rule("four", length_min=240, first=840, last=840))
    account = make.account(rules=rules)
    need = np.full(24, np.nan)
    need[8:18] = 1.0
    _, infos = design_shifts(make.requirement(account, need), account)
    assert "1 kind of shift left out that others make needless" in infos[0].note


@pytest.mark.parametrize(("days", "lead"), [(1, True), (8, True)])
def test_lead_in_dates_and_blocks_keep_their_places(make: Any, days: int, lead: bool) -> None:
    rules = (make.rule("ten", length_min=600, first=1200, last=1200), make.rule("eight", length_min=480, first=1200, last=1200))
    account = make.account(days=days, rules=rules)
    need = np.tile(np.r_[np.ones(4), np.full(16, np.nan), np.ones(4)], days)
    problem = assemble(make.requirement(account, need), account)
    assert [(k.pattern.id, k.lead_in) for k in problem.kinds] == [("eight-2000", lead)]
    assert problem.dominated == 1
