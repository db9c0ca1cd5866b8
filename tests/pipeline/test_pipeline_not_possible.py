"""What cannot be planned ends with its reasons, whatever promises the account makes: never with a fault of the program."""

from __future__ import annotations

import pytest
from edge_accounts import desk

from planner import plan
from planner.errors import InfeasibleError


def test_a_group_without_a_lawful_shift_is_told_the_rule_and_nothing_else() -> None:
    account = desk({"sites": [{"id": "s", "labour": {"max_daily_total_h": 6.0}}]})
    with pytest.raises(InfeasibleError) as caught:
        plan(account)
    (reason,) = caught.value.reasons
    assert "at most 6 h of work a day, overtime included (max_daily_total_h; set by the user)" in reason
    assert "shorten the shift to 6 h of work" in reason


def test_least_headcounts_without_seats_are_told_with_ways_out_under_promises_over_a_week() -> None:
    account = desk({"groups": [{"id": "g", "min_heads": 40, "days_per_week": 7}], "sites": [{"id": "s", "seats": 4}]})
    with pytest.raises(InfeasibleError) as caught:
        plan(account)
    assert "site s must hold at least 40 agents" in caught.value.reasons[0]
    assert any("cannot all hold" in reason for reason in caught.value.reasons)
