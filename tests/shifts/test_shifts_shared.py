"""Agents of several languages: one person, once (C6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shifts.shift_checks import assert_honest, assert_lawful, least_shortfall, on_seat

from planner.domain.account import Settings
from planner.shifts import design_shifts
from planner.shifts.cover import connected
from planner.shifts.sets import class_sets


def bilingual(make: Any, *, price: float = 1000, **more: Any) -> Any:
    return make.account(
        languages=("en", "de"),
        rules=(make.rule("eight", length_min=480, first=480, last=480),),
        groups=(make.group("both", languages=("en", "de"), rules=("eight",), **more),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )


def in_the_day(*needs: float) -> np.ndarray:
    hours = np.arange(24)
    return np.array([np.where((hours >= 8) & (hours < 16), need, 0.0) for need in needs])


def test_one_person_cannot_answer_two_languages_at_once(make: Any) -> None:
    account = bilingual(make, max_heads=1)
    requirement = make.requirement(account, in_the_day(1.0, 1.0))
    plan, infos = design_shifts(requirement, account)
    assert plan.heads() == 1
    assert infos[0].objective == pytest.approx(8 * 10 + 8 * 1000)
    assert least_shortfall(requirement, account, on_seat(plan, account)).sum() == pytest.approx(8.0)


@pytest.mark.parametrize(("english", "german", "people"), [(1.0, 1.0, 2), (0.5, 0.5, 1), (0.3, 1.6, 2), (0.9, 0.2, 2)])
def test_a_person_divides_the_hour_as_it_is_needed(make: Any, english: float, german: float, people: int) -> None:
    account = bilingual(make)
    requirement = make.requirement(account, in_the_day(english, german))
    plan, infos = design_shifts(requirement, account)
    assert plan.heads() == people
    assert infos[0].objective == pytest.approx(people * 80)
    assert_lawful(plan, account)


def test_a_chain_of_languages_is_planned_with_honest_prices(make: Any) -> None:
    languages = ("en", "de", "fr", "es")
    account = make.account(
        languages=languages,
        rules=(make.rule("four", length_min=240, first=480, last=720, step=120),),
        sites=(make.site(seats=7),),
        groups=(
            make.group("a", languages=("en", "de"), absence=0.1),
            make.group("b", languages=("de", "fr"), in_shift_loss=0.2),
            make.group("c", languages=("es",)),
            make.group("d", languages=languages, max_heads=1),
        ),
        settings=Settings(gap=0.02, time_limit_s=60, shortfall_price_per_h=30),
    )
    need = np.random.default_rng(3).uniform(0, 1.8, (4, 24)) * (np.arange(24) >= 7) * (np.arange(24) < 17)
    requirement = make.requirement(account, need)
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    assert {s.group for s in plan.shifts} >= {"a", "b"}


def test_queues_of_one_language_share_their_people(make: Any) -> None:
    account = make.account(
        languages=("en", "en2"),
        rules=(make.rule("eight", length_min=480, first=480, last=480),),
        groups=(make.group("both", languages=("en", "en2"), rules=("eight",)),),
    )
    plan, infos = design_shifts(make.requirement(account, in_the_day(0.4, 0.6)), account)
    assert plan.heads() == 1
    assert infos[0].objective == pytest.approx(80.0)


def test_sets_of_classes_are_those_that_can_be_short_together() -> None:
    serves = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=bool)
    assert connected(serves) == [(0, 1), (2,)]
    # people of group 1 can leave class 1, so class 0 is never short alone without class 1 being looked at with it
    assert class_sets(serves[:, :2]) == [(1,), (0, 1)]
    assert connected(np.zeros((2, 2), dtype=bool)) == []
