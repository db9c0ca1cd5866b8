"""Service credits by tiers: what a level owes, in whole and in steps, and tiers that make no sense."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.account import Clause
from planner.domain.targets import Window
from planner.domain.tiers import Tier, credit_owed, credit_steps, tier_faults

TWO = (Tier(below=0.75, credit=Decimal(1500)), Tier(below=0.8, credit=Decimal(500)))


def test_the_credit_of_the_lowest_tier_undercut_is_owed_not_the_sum() -> None:
    owed = [credit_owed(TWO, level) for level in (0.9, 0.8, 0.7999, 0.75, 0.7, None)]
    assert owed == [0, 0, 500, 500, 1500, 0]


@given(levels=st.lists(st.floats(0.01, 0.99), unique=True, max_size=4), level=st.floats(0, 1))
def test_steps_below_a_level_add_up_to_its_credit(levels: list[float], level: float) -> None:
    tiers = [Tier(below=x, credit=Decimal(7 * (n + 1))) for n, x in enumerate(sorted(levels, reverse=True))]
    assert sum(step for below, step in credit_steps(tiers[::-1]) if level < below) == credit_owed(tiers, level)


def test_every_fault_of_tiers_is_told() -> None:
    tiers = [Tier(below=x, credit=Decimal(c)) for x, c in ((0.8, 500), (0.8, 600), (0.7, 400), (0.4, 900))]
    told = [message for message, _ in tier_faults(tiers, Window.INTERVAL, 0.5)]
    assert [part in text for part, text in zip(("longer than an interval", "two tiers below 0.8"), told, strict=False)] == [
        True
    ] * 2
    assert "credit 400 below 0.7 is not more than 600 below 0.8" in told[2]
    assert "below 0.4 is not above the floor 0.5" in told[3]
    assert len(told) == 4


@pytest.mark.parametrize(
    ("below", "credit", "said"), [(80, 5, "write 0.8 for 80%"), (1, 5, r"\(0, 1\)"), (0.8, 0, "above zero")]
)
def test_a_tier_is_not_born_wrong(below: float, credit: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Tier(below=below, credit=Decimal(credit))


def test_a_clause_refuses_tiers_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="clause all: tiers: credits are owed for windows longer than an interval"):
        Clause(id="all", queues=("a",), level=0.8, window=Window.INTERVAL, tiers=TWO)
