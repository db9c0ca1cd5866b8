"""A quote is the bill's price lines, added up."""

from decimal import Decimal

import numpy as np
import pytest
from factories import tiny_plan

from planner.domain.money import LEAD_IN
from planner.offers import quote


def test_the_total_is_the_sum_of_the_lines_and_of_the_bill() -> None:
    plan = tiny_plan()
    offer = quote(plan)
    assert sum((line.amount for line in offer.lines), Decimal(0)) == offer.total.amount == plan.bill.total_price().amount


def test_lead_in_hours_are_not_charged() -> None:
    plan = tiny_plan()
    assert not any(line.item.endswith(LEAD_IN) for line in quote(plan).lines)


def test_unit_prices_are_totals_over_hours_and_contacts() -> None:
    plan = tiny_plan()
    offer = quote(plan)
    hours = sum((line.hours for line in offer.lines), Decimal(0))
    assert offer.per_hour is not None
    assert offer.per_contact is not None
    assert float(offer.per_hour) == pytest.approx(float(offer.total.amount / hours), abs=0.005)
    assert float(offer.per_contact) == pytest.approx(float(offer.total.amount) / np.nansum(plan.demand.contacts), abs=0.005)
