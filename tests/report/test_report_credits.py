"""Service credits where people read them: summary, headline, page, workbook rows, comparison and the plan folder."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from factories import tiny_plan

from planner.domain.account import Clause
from planner.domain.evaluation import SlaResult
from planner.domain.headline import cost_and_price, expected_credits, headline, margin_left
from planner.domain.plan import Plan
from planner.domain.solve import AS_WORDED
from planner.domain.targets import Window
from planner.domain.tiers import Tier
from planner.io import load_plan
from planner.report import export
from planner.report.html import html
from planner.report.summary_rows import summary_rows
from planner.scenarios import compare

TIERS = (Tier(below=0.8, credit=Decimal(500)), Tier(below=0.75, credit=Decimal("1500.5")))


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The tiny plan with a clause that owes credits by the day: 120.25 and 30 expected, and none told of other windows."""
    plan = tiny_plan()
    clause = Clause(id="both", queues=("gb_voice", "gb_chat"), level=0.9, window=Window.DAY, tiers=TIERS)
    days = [r for r in plan.evaluation.sla if r.clause == "gb_voice" and r.window is Window.DAY][:2]
    told = [Decimal("120.25"), Decimal("30.00")]
    rows: list[SlaResult] = [
        replace(r, clause="both", scope="gb_voice + gb_chat", level=0.78, expected_credit=owed)
        for r, owed in zip(days, told, strict=True)
    ]
    return replace(
        plan,
        account=replace(plan.account, contract=replace(plan.account.contract, clauses=(clause,))),
        evaluation=replace(plan.evaluation, sla=(*plan.evaluation.sla, *rows)),
    )


def test_expected_credits_add_up_and_what_is_left_is_price_less_cost_and_credits(plan: Plan) -> None:
    cost, price = cost_and_price(plan)
    credits, left = expected_credits(plan), margin_left(plan)
    assert credits is not None
    assert left is not None
    assert str(credits) == "150.25 USD"
    assert left.amount == price.amount - cost.amount - Decimal("150.25")
    figures = headline(plan)
    assert figures["expected_service_credits"] == {"value": 150.25, "unit": "USD"}
    assert figures["margin_after_expected_credits"]["value"] == float(left.amount)
    assert "150.25 USD of service credits expected" in re.sub(r"\s+", " ", plan.summary())


def test_without_tiers_nothing_is_said_of_credits() -> None:
    plan = tiny_plan()
    assert expected_credits(plan) is None
    assert not any("credit" in name for name in headline(plan))
    assert "service credit" not in plan.summary()
    assert "Service credits" not in html(plan)
    assert not any("credits" in str(row[0]) for row in summary_rows(plan))
    assert not any(row.metric == "expected service credits" for row in compare([plan, plan]).rows)


def test_page_workbook_and_comparison_tell_what_is_expected(plan: Plan) -> None:
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html(plan)))
    assert "service credits for each day: 500 USD below 80%, 1,500.5 USD below 75%" in words
    assert "2 150.25 120.25, Mon 9 Nov" in words
    assert {row[0]: row[1] for row in summary_rows(plan)}["Expected service credits"] == Decimal("150.25")
    (row,) = [row for row in compare([plan, tiny_plan()]).rows if row.metric == "expected service credits"]
    assert row.values == (150.25, None)


def test_a_plan_with_credits_comes_back_as_it_was_written(plan: Plan, tmp_path: Path) -> None:
    assert load_plan(export(plan, tmp_path / "plan")) == plan


def test_the_summary_proves_nothing_of_cost_and_credits_together(plan: Plan) -> None:
    worded = replace(plan.solves[0], name=AS_WORDED, objective=1000.0, bound=950.0)
    weighed = replace(plan, solves=(replace(plan.solves[0], objective=900.0, bound=None), worded))
    said = re.sub(r"\s+", " ", weighed.summary())
    assert "expected credits 900.00 USD; no proven bound for their sum" in said
    assert "with promises as worded 1,000.00 without credits, none below 950.00: gap 5.00%" in said
