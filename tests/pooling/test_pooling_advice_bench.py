"""People of a plan tried out: what the floor is with them as they are, and that one person changed changes nobody else's luck."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from planner.domain.account import Contract
from planner.domain.plan import Plan
from planner.domain.solve import NeverStop
from planner.evaluation import evaluate
from planner.pooling.teaching.bench import OFF, Bench, State
from planner.pooling.teaching.skills import taught, teachable
from planner.pooling.teaching.spare import Sparing
from planner.pooling.teaching.teach import Lessons


@pytest.fixture(scope="module")
def plan(shared_plan: Plan) -> Plan:
    """The shared plan with absence and moments away, held to each language's own promise."""
    groups = tuple(replace(group, absence=0.1, in_shift_loss=0.05) for group in shared_plan.account.groups)
    account = replace(shared_plan.account, groups=groups, contract=Contract())
    return replace(
        shared_plan,
        account=account,
        evaluation=evaluate(shared_plan.shifts, shared_plan.demand, shared_plan.requirement, account),
    )


def changed(state: State, n: int, id: str) -> State:
    return (*state[:n], id, *state[n + 1 :])


def test_the_bench_begins_as_the_plan_is(plan: Plan) -> None:
    bench = Bench(plan, NeverStop())
    assert bench.heads(bench.start) == plan.shifts.heads()
    assert bench.cost(bench.start) == pytest.approx(float(sum(line.amount for line in plan.bill.cost)), abs=0.01)
    seats = sum(bench.seconds_on_seat(n) for n in range(len(bench.workers)))
    assert float(np.sum(seats)) == pytest.approx(sum(s.heads * s.paid_h_per_head for s in plan.shifts.shifts) * 3600)


def apart(plan: Plan) -> Plan:
    """`plan` with people of one language each, so that every desk stands alone."""
    return replace(
        plan, account=replace(plan.account, groups=tuple(replace(g, languages=(g.id[:2],)) for g in plan.account.groups))
    )


def test_customers_of_others_fare_exactly_as_before_when_somebody_is_taken_off(plan: Plan) -> None:
    bench = Bench(apart(plan), NeverStop())
    first = next(n for n, w in enumerate(bench.workers) if w.group.startswith("de"))
    before, after = bench.ahead(bench.start, 5), bench.ahead(changed(bench.start, first, OFF), 5)
    moved = {key[0] for key in before if before[key] != after[key]}
    assert moved == {"de_calls"}
    assert after[next(k for k in after if k[0] == "de_calls")] < before[next(k for k in before if k[0] == "de_calls")]


def test_a_skill_that_nobody_asks_for_changes_nothing_but_pay(plan: Plan) -> None:
    alone = apart(plan)
    quiet = replace(
        alone, demand=replace(plan.demand, contacts=np.where(np.arange(4)[:, None] == 3, 0.0, plan.demand.contacts))
    )
    n, worker = next((n, w) for n, w in enumerate(Bench(quiet, NeverStop()).workers) if w.group.startswith("de"))
    lesson = next(x for x in teachable(quiet.account) if x.group == worker.group and x.skill == "nl")
    variant = taught(lesson, quiet.account, Decimal("0.2"))
    bench = Bench(quiet, NeverStop(), [variant])
    state = changed(bench.start, n, variant.id)
    before, after = bench.by_promise(bench.start, 60), bench.by_promise(state, 60)
    assert after.pop("de_calls") == pytest.approx(before.pop("de_calls"), abs=0.01)  # who knows more is asked last
    assert after == before
    assert set(after) == {"fr_calls", "es_calls"}
    assert bench.cost(state) == pytest.approx(bench.cost(bench.start) + 0.2 * worker.cost)


def test_lessons_go_to_people_of_the_group_and_are_taken_back(plan: Plan) -> None:
    group = next(tour.group for tour in plan.shifts.tours if "_" in tour.group)
    variants = {x: taught(x, plan.account, Decimal("0.1")) for x in teachable(plan.account) if x.group == group}
    bench = Bench(plan, NeverStop(), variants.values())
    lessons = Lessons(bench, variants)
    lesson = next(iter(variants))
    people = sum(w.group == group for w in bench.workers)
    state = lessons.teach(bench.start, lesson, people)
    assert state is not None
    assert lessons.given(state) == {lesson: people}
    assert bench.held(state) == bench.held(bench.start)
    assert lessons.teach(bench.start, lesson, people + 1) is None
    assert lessons.teach(state, lesson, 1) is None
    (less,) = lessons.untaught(state).values()
    assert lessons.given(less) == {lesson: people - 1}


def test_least_headcounts_keep_people_who_are_not_needed(shared_plan: Plan) -> None:
    kept = tuple(
        replace(g, min_heads=sum(t.agents for t in shared_plan.shifts.tours if t.group == g.id))
        for g in shared_plan.account.groups
    )
    target = replace(shared_plan.account.contract.clauses[0], level=0.1)
    for groups, fewer in ((kept, False), (shared_plan.account.groups, True)):
        account = replace(shared_plan.account, groups=groups, contract=Contract(clauses=(target,)))
        evaluation = evaluate(shared_plan.shifts, shared_plan.demand, shared_plan.requirement, account)
        bench = Bench(replace(shared_plan, account=account, evaluation=evaluation), NeverStop())
        sparing = Sparing(bench, float("inf"))
        sparing.hold_to(bench.start)
        assert (bench.heads(sparing.thoroughly(bench.start)) < bench.heads(bench.start)) is fewer
