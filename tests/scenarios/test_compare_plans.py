"""Comparison reads finished plans and counts differences from the base."""

from dataclasses import replace

import pytest
from factories import make_account, make_plan, tiny_plan

from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.errors import DataError
from planner.scenarios import compare


@pytest.fixture(scope="module")
def small() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def large() -> Plan:
    return make_plan(make_account(languages=2, channels=(Channel.VOICE,), days=2, interval_s=3600), heads=5, scenarios=5)


def test_differences_are_values_less_the_bases(small: Plan, large: Plan) -> None:
    result = compare([small, large], large)
    assert result.base == 1
    for row in result.rows:
        for value, difference in zip(row.values, row.differences, strict=True):
            if value is not None and row.values[1] is not None:
                assert difference == pytest.approx(value - row.values[1])


def test_a_plan_compared_with_itself_differs_in_nothing(small: Plan) -> None:
    assert all(d in (0, None) for row in compare([small, small]).rows for d in row.differences)


def test_totals_are_those_of_bill_and_roster(small: Plan, large: Plan) -> None:
    rows = {row.metric: row for row in compare([small, large]).rows}
    assert rows["cost"].values == tuple(float(p.bill.total_cost().amount) for p in (small, large))
    assert rows["agents on the payroll"].values == (len(small.roster.agents), len(large.roster.agents))


def test_a_queue_one_plan_lacks_is_blank_there(small: Plan, large: Plan) -> None:
    extra = next(q.id for q in large.account.queues if q.id not in {x.id for x in small.account.queues})
    row = next(r for r in compare([small, large]).rows if r.metric.startswith(extra))
    assert row.values[0] is None
    assert row.differences == (None, None)


def test_equal_names_are_told_apart(small: Plan) -> None:
    names = compare([small, small]).names
    assert len(set(names)) == 2


def test_bad_requests_list_every_problem(small: Plan, large: Plan) -> None:
    other = replace(small, account=replace(small.account, currency="JPY"))
    with pytest.raises(DataError) as caught:
        compare([small, other], large)
    assert len(caught.value.problems) == 2
    with pytest.raises(DataError, match="two plans"):
        compare([small])


def test_the_table_shows_every_figure_and_difference(small: Plan, large: Plan) -> None:
    text = compare([small, large], names=["today", "tomorrow"]).table()
    assert "today" in text
    assert "(+" in text
