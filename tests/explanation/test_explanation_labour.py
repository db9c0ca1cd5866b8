"""Labour rules that forbid shifts are asked about, each by itself; others are not."""

from dataclasses import replace

from replan_cases import small_account, small_plan

from planner.explanation.case import Case
from planner.explanation.labour import labour_cases
from planner.rules import unlawful_shifts


def test_a_rule_that_forbids_shifts_is_switched_off_where_it_does() -> None:
    plan = small_plan(small_account(), ((8, 8), (12, None)))
    lawful = Case(plan.account, plan.requirement)
    assert not list(labour_cases(lawful))
    strict = replace(plan.account, sites=(replace(plan.account.sites[0], labour=(("max_daily_total_h", 3.0),)),))
    forbidden = unlawful_shifts(strict)
    assert {f.rule for f in forbidden} == {"max_daily_total_h"}
    ((id, said, tried, freed),) = labour_cases(Case(strict, plan.requirement))
    assert id == "labour:max_daily_total_h"
    assert "s4 of pt" in said
    assert "max_daily_total_h" in tried
    assert not unlawful_shifts(freed.account)
