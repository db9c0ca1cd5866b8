"""Which second skill saves most: the ring of bilinguals is found, what is said adds up, and nothing is promised where nothing pays."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from shared_desk import LANGUAGES, write_four_languages

import planner
from planner.domain.account import Contract
from planner.domain.plan import Plan
from planner.errors import DataError
from planner.evaluation import evaluate
from planner.pooling.teaching import bench, levels
from planner.pooling.teaching.advised import Advice


@pytest.fixture(scope="session")
def dedicated_plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Four people for each of four languages, as every language by itself needs them; promised is a level of all together."""
    account = planner.load_account(write_four_languages(tmp_path_factory.mktemp("apart"), skills="apart", ring=False))
    alone = replace(account, contract=Contract(), settings=replace(account.settings, simulations=0))
    plan = planner.plan(alone)
    together = replace(alone, contract=account.contract)
    evaluation = evaluate(plan.shifts, plan.demand, plan.requirement, together)
    return replace(plan, account=together, evaluation=evaluation)


@pytest.fixture
def few_replications(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_LEAST", 16)
    monkeypatch.setattr(bench, "_CONTACTS", 1)
    monkeypatch.setattr(levels, "CHECKED", 20)


@pytest.fixture(scope="session")
def advice(dedicated_plan: Plan) -> Advice:
    return planner.advise(dedicated_plan, teach=(1,), time_limit_s=300)


def neighbours(plan: Plan, premium: float) -> Advice:
    return planner.advise(plan, teach=(1,), premium=premium, groups=("de",), skills=("fr", "es"), time_limit_s=300)


def test_a_ring_of_bilinguals_does_the_work_of_sixteen_with_twelve(advice: Advice) -> None:
    assert advice.plan.heads == 16
    assert advice.chained is not None
    assert advice.chained.heads <= 12
    (row,) = advice.chained.service
    assert row.level is not None
    assert row.level >= 0.8
    assert (row.kept, row.windows) == (1, 1)
    linked = {"de"}  # every desk helps the next one, directly or through others
    for _ in LANGUAGES:
        linked |= {
            x for lesson, _ in advice.taught for x in (lesson.group, lesson.skill) if {lesson.group, lesson.skill} & linked
        }
    assert linked == set(LANGUAGES)
    assert advice.pays
    assert advice.not_repeatable == ()


def test_everybody_able_to_do_everything_needs_fewest_and_nobody_apart_more_than_the_plan(advice: Advice) -> None:
    assert advice.flexible is not None
    assert advice.chained is not None
    assert advice.dedicated is not None
    assert advice.flexible.heads <= advice.chained.heads < advice.trimmed.heads <= advice.plan.heads
    assert advice.dedicated.heads == advice.trimmed.heads  # they are apart already
    for state in (advice.flexible, advice.chained, advice.trimmed, advice.plan):
        assert all(row.low is not None and row.level is not None and row.low <= row.level for row in state.service)


def test_what_is_saved_is_pay_less_premium_counted_from_those_who_are_not_spare_already(advice: Advice) -> None:
    assert advice.options
    saved = [option.saves for option in advice.options]
    assert None not in saved
    assert saved == sorted(saved, reverse=True)
    for option in advice.options:
        assert option.heads is not None
        assert option.spared == pytest.approx(40.0 * option.heads)  # four hours at 10.00
        assert option.premium <= 4.0 * option.people
    assert advice.chain[-1].saves == pytest.approx(advice.trimmed.cost - advice.chain[-1].cost, abs=0.011)
    number = sum(n for _, n in advice.taught)
    assert advice.chain[-1].cost == pytest.approx(40.0 * advice.chain[-1].heads + 4.0 * number)
    totals: dict[object, int] = {}
    for step in advice.chain:
        for lesson, n in step.taught:
            totals[lesson] = totals.get(lesson, 0) + n
    assert {lesson: n for lesson, n in totals.items() if n} == dict(advice.taught)


@pytest.mark.usefixtures("few_replications")
def test_a_dearer_premium_never_saves_more_and_a_very_dear_one_saves_nothing(dedicated_plan: Plan) -> None:
    found = [neighbours(dedicated_plan, premium) for premium in (0.0, 0.1, 5.0)]
    best = [max(max(o.saves or 0.0 for o in a.options), a.chain[-1].saves if a.chain else 0.0, 0.0) for a in found]
    assert best == sorted(best, reverse=True)
    assert not found[-1].pays
    assert found[-1].headline() == "No second skill pays at a premium of 500%."
    assert found[-1].chain == ()
    again = neighbours(dedicated_plan, 0.1)
    assert again == found[1]


@pytest.mark.usefixtures("few_replications")
def test_the_plan_is_left_as_it_is(dedicated_plan: Plan) -> None:
    before = dedicated_plan.shifts, dedicated_plan.account, dedicated_plan.roster
    planner.advise(dedicated_plan, groups=("nl",), skills=("de",), teach=(1,), time_limit_s=0.5)
    assert (dedicated_plan.shifts, dedicated_plan.account, dedicated_plan.roster) == before


@pytest.mark.usefixtures("few_replications")
def test_people_who_can_do_everything_already_have_nothing_to_learn(dedicated_plan: Plan) -> None:
    able = replace(dedicated_plan.account, groups=tuple(replace(g, languages=LANGUAGES) for g in dedicated_plan.account.groups))
    told = planner.advise(replace(dedicated_plan, account=able), time_limit_s=30)
    assert told.options == ()
    assert told.chain == ()
    assert not told.pays
    assert "no second skill pays" in told.headline()
    assert told.flexible == told.trimmed


@pytest.mark.usefixtures("few_replications")
def test_stopped_at_once_it_tells_the_plan_and_says_what_was_not_reached(dedicated_plan: Plan) -> None:
    stop = threading.Event()
    stop.set()
    told = planner.advise(dedicated_plan, teach=(1,), stop=stop)
    assert told.plan.heads == 16
    assert told.trimmed.heads == 16
    assert not told.trimmed.done
    assert all(option.heads is None for option in told.options)
    assert told.chain == ()
    assert told.headline().startswith("No second skill was tried")
    assert any("stopped by a person" in reason for reason in told.not_repeatable)
    assert not told.pays


def test_every_wrong_wish_is_told_at_once(dedicated_plan: Plan) -> None:
    with pytest.raises(DataError) as caught:
        planner.advise(dedicated_plan, teach=(0, 2), premium=-0.1, groups=("de", "it"), skills=("fr", "chat"), time_limit_s=0.0)
    places = [problem.place for problem in caught.value.problems]
    assert places == ["teach", "premium", "time limit", "group", "skill"]
    assert "de, fr, es, nl" in str(caught.value)
    with pytest.raises(DataError, match="nobody works in it"):
        planner.advise(replace(dedicated_plan, shifts=replace(dedicated_plan.shifts, shifts=(), tours=())))
    with pytest.raises(DataError, match="premium"):
        planner.advise(dedicated_plan, premium="a tenth")


def test_bilinguals_apart_take_more_people(shared_plan: Plan) -> None:
    told = planner.advise(shared_plan, teach=(1,), groups=("de_fr",), skills=("es",), time_limit_s=300)
    assert told.dedicated is not None
    assert told.dedicated.done
    assert told.dedicated.heads > told.trimmed.heads
    (row,) = told.dedicated.service
    assert row.level is not None
    assert row.level >= 0.79  # other customers than those of the search
