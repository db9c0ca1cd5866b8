"""Money is exact and never adds two currencies (C9); a bill keeps the lead-in apart (C13)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.money import LEAD_IN, Bill, CostLine, Money, cents, total

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


def line(amount: str, item: str = "wage", currency: str = "EUR") -> CostLine:
    value = Decimal(amount)
    return CostLine(site="s", group="g", item=item, hours=Decimal(1), rate=value, amount=value, currency=currency)


@settings(deadline=None)
@given(a=amounts, b=amounts, c=amounts)
def test_addition_is_exact_in_any_order(a: Decimal, b: Decimal, c: Decimal) -> None:
    x, y, z = (Money(v, "EUR") for v in (a, b, c))
    assert (x + y) + z == x + (y + z) == z + y + x
    assert (x + y + z).amount == a + b + c


def test_ten_cents_ten_times_is_one_euro() -> None:
    assert total([line("0.10")] * 10) == Money(Decimal("1.00"), "EUR")


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="cannot add USD to EUR without a rate"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(ValueError, match="cannot add"):
        total([line("1"), line("1", currency="USD")])


def test_nothing_to_add_is_an_error_not_a_zero_without_currency() -> None:
    with pytest.raises(ValueError, match="no cost lines"):
        total([])


@pytest.mark.parametrize(("raw", "rounded"), [("0.005", "0.00"), ("0.015", "0.02"), ("0.025", "0.02"), ("-0.015", "-0.02")])
def test_half_cents_go_to_the_even_cent(raw: str, rounded: str) -> None:
    assert cents(Decimal(raw)) == Decimal(rounded)
    assert Money(Decimal(raw), "EUR").rounded() == Money(Decimal(rounded), "EUR")


@settings(deadline=None)
@given(value=amounts)
def test_rounding_moves_an_amount_by_half_a_cent_at_most(value: Decimal) -> None:
    assert abs(cents(value) - value) <= Decimal("0.005")
    assert cents(cents(value)) == cents(value)


def test_money_reads_with_its_currency() -> None:
    assert str(Money(Decimal("1234567.5"), "EUR")) == "1,234,567.50 EUR"


def test_a_bill_keeps_the_lead_in_out_of_its_totals() -> None:
    bill = Bill(cost=(line("10"), line("3", "wage" + LEAD_IN)), price=(line("12"), line("3.6", "hours" + LEAD_IN)))
    assert bill.total_cost() == Money(Decimal(10), "EUR")
    assert bill.total_price() == Money(Decimal(12), "EUR")
    assert bill.lead_in_cost() == Money(Decimal(3), "EUR")
    assert Bill(cost=(line("10"),)).lead_in_cost() is None
