"""Bills recomputed independently, minute by minute, from shift rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Account, Contract, Horizon
from planner.domain.grid import to_utc
from planner.domain.money import LEAD_IN, Bill, cents, total
from planner.domain.people import Group, Premium, PremiumKind, Site
from planner.domain.queues import Channel
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan
from planner.economics import bill
from planner.errors import DataError

NIGHT = Premium(kind=PremiumKind.NIGHT, share=Decimal("0.25"))
SUNDAY = Premium(kind=PremiumKind.SUNDAY, share=Decimal("0.50"))
HOLIDAY = Premium(kind=PremiumKind.HOLIDAY, share=Decimal("1.00"))
LISBON = Site(
    id="lisbon",
    country="PT",
    zone="Europe/Lisbon",
    seats=50,
    wage_per_h=Decimal("8.40"),
    currency="EUR",
    oncost_share=Decimal("0.2375"),
    premiums=(NIGHT, SUNDAY, HOLIDAY),
    holidays=((date(2026, 10, 26), "a holiday"),),
)
SYDNEY = replace(
    LISBON, id="sydney", zone="Australia/Sydney", country="AU", wage_per_h=Decimal("31.07"), currency="AUD", holidays=()
)
KATHMANDU = replace(LISBON, id="kathmandu", zone="Asia/Kathmandu", country="NP", wage_per_h=Decimal("1.95"), currency="USD")


def account(*sites: Site, currency: str = "EUR", rates: tuple[tuple[str, Decimal], ...] = (), factor: str = "1") -> Account:
    group = Group(
        id="g", site="", languages=("en",), channels=(Channel.VOICE,), shift_rules=("r",), wage_factor=Decimal(factor)
    )
    return Account(
        name="a",
        currency=currency,
        horizon=Horizon(zone="UTC", start=date(2026, 10, 24), days=3),
        markets=(),
        queues=(),
        sites=sites,
        groups=tuple(replace(group, id=f"{site.id}_en", site=site.id) for site in sites),
        shift_rules=(),
        contract=Contract(margin_share=Decimal("0.20")),
        rates=rates,
    )


def shift(
    site: Site, day: date, from_min: int, to_min: int, *breaks: tuple[int, int, bool], heads: int = 1, lead_in: bool = False
) -> Shift:
    placed = tuple(
        PlacedBreak(start_utc=to_utc(site.zone, day, a), end_utc=to_utc(site.zone, day, b), paid=paid) for a, b, paid in breaks
    )
    return Shift(
        id=f"{site.id}-{day}-{from_min}-{to_min}-{heads}-{lead_in}",
        site=site.id,
        group=f"{site.id}_en",
        pattern="p",
        date=day,
        start_utc=to_utc(site.zone, day, from_min),
        end_utc=to_utc(site.zone, day, to_min),
        breaks=placed,
        heads=heads,
        lead_in=lead_in,
    )


def bill_of(a: Account, *shifts: Shift) -> Bill:
    return bill(ShiftPlan(grid=a.grid, shifts=shifts, tours=()), a)


def hours(found: Bill) -> dict[str, Decimal]:
    return {line.item: line.hours for line in found.cost}


def minute_by_minute(site: Site, one: Shift) -> dict[str, int]:
    """Paid minutes by item, looked up on the wall clock of each UTC minute."""
    found: dict[str, int] = defaultdict(int)
    at = one.start_utc
    while at < one.end_utc:
        if not any(b.start_utc <= at < b.end_utc and not b.paid for b in one.breaks):
            local = at.astimezone(ZoneInfo(site.zone))
            found["wage"] += one.heads
            if local.hour >= 22 or local.hour < 6:
                found["night"] += one.heads
            if local.weekday() == 6:
                found["sunday"] += one.heads
            if local.date() in site.holiday_dates:
                found["holiday"] += one.heads
        at += timedelta(minutes=1)
    return dict(found)


def test_a_plain_shift_costs_hours_times_wage_and_on_cost() -> None:
    a = account(replace(LISBON, premiums=(), oncost_share=Decimal("0.25"), wage_per_h=Decimal(10)))
    found = bill_of(a, shift(LISBON, date(2026, 11, 2), 540, 780, heads=14))
    assert found.total_cost().amount == Decimal("700.00")
    assert found.total_price().amount == Decimal("840.00")
    assert [(line.item, line.hours, line.amount) for line in found.cost] == [
        ("wage", Decimal(56), Decimal("560.00")),
        ("on-cost on wage", Decimal(56), Decimal("140.00")),
    ]


def test_a_night_over_the_autumn_clock_change_is_paid_nine_hours_and_seven_in_spring() -> None:
    a = account(LISBON)
    autumn = hours(bill_of(a, shift(LISBON, date(2026, 10, 24), 22 * 60, 30 * 60)))
    assert (autumn["wage"], autumn["night"], autumn["sunday"]) == (9, 9, 7)
    spring = hours(bill_of(a, shift(LISBON, date(2026, 3, 28), 22 * 60, 30 * 60)))
    assert (spring["wage"], spring["night"], spring["sunday"]) == (7, 7, 5)


def test_a_shift_over_midnight_earns_the_premiums_of_both_dates_on_the_sites_clock() -> None:
    found = hours(bill_of(account(LISBON), shift(LISBON, date(2026, 10, 25), 20 * 60, 28 * 60)))
    assert (found["wage"], found["night"], found["sunday"], found["holiday"]) == (8, 6, 4, 4)


def test_unpaid_breaks_earn_nothing_and_paid_ones_everything() -> None:
    one = shift(LISBON, date(2026, 11, 3), 21 * 60, 30 * 60, (23 * 60, 23 * 60 + 40, False), (26 * 60, 26 * 60 + 15, True))
    found = hours(bill_of(account(LISBON), one))
    assert found["wage"] == Decimal("8.333333")
    assert found["night"] == Decimal("7.333333")


shifts_of = st.lists(
    st.tuples(
        st.sampled_from([LISBON, SYDNEY, KATHMANDU]),
        st.dates(min_value=date(2026, 10, 1), max_value=date(2026, 10, 30))
        | st.dates(min_value=date(2026, 4, 2), max_value=date(2026, 4, 6)),
        st.integers(0, 287).map(lambda n: 5 * n),
        st.integers(12, 120).map(lambda n: 5 * n),
        st.integers(1, 40),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)
FX = (("AUD", Decimal("0.6061")), ("USD", Decimal("0.9213")))


@settings(max_examples=40, deadline=None)
@given(rows=shifts_of)
def test_every_bill_is_what_counting_minutes_gives(rows: list[tuple[Site, date, int, int, int, bool, bool]]) -> None:
    a = account(LISBON, SYDNEY, KATHMANDU, rates=FX, factor="1.075")
    fx = {"EUR": Decimal(1)} | dict(FX)
    shifts, minutes = [], defaultdict(int)
    for site, day, start, length, heads, lead_in, paid in rows:
        at = to_utc(site.zone, day, start)
        pause = PlacedBreak(start_utc=at + timedelta(minutes=20), end_utc=at + timedelta(minutes=50), paid=paid)
        one = replace(
            shift(site, day, start, start + 1440, heads=heads, lead_in=lead_in),
            end_utc=at + timedelta(minutes=length),
            breaks=(pause,),
        )
        shifts.append(one)
        for item, n in minute_by_minute(site, one).items():
            minutes[site.id, item + LEAD_IN * lead_in] += n
    found = bill_of(a, *shifts)
    shares = {"wage": Decimal(1), "night": NIGHT.share, "sunday": SUNDAY.share, "holiday": HOLIDAY.share}
    exact = Decimal(0)
    billed = {(line.site, line.item): line for line in found.cost}
    for (site_id, item), n in minutes.items():
        site = a.site(site_id)
        rate = site.wage_per_h * Decimal("1.075") * shares[item.removesuffix(LEAD_IN)] * fx[site.currency]
        assert abs(billed[site_id, item].hours - Decimal(n) / 60) <= Decimal("0.0000005")
        assert billed[site_id, item].rate == rate
        exact += Decimal(n) / 60 * rate * (1 + site.oncost_share)
    wages = {key for key in billed if not key[1].startswith("on-cost")}
    assert wages == set(minutes)
    assert len(billed) == 2 * len(wages)
    assert abs(sum(line.amount for line in found.cost) - exact) <= Decimal("0.006") * len(found.cost)


@settings(max_examples=40, deadline=None)
@given(rows=shifts_of)
def test_every_line_is_hours_times_rate_and_totals_are_their_sums(
    rows: list[tuple[Site, date, int, int, int, bool, bool]],
) -> None:
    a = account(LISBON, SYDNEY, KATHMANDU, rates=FX)
    shifts = [shift(s, d, start, start + length, heads=n, lead_in=lead) for s, d, start, length, n, lead, _ in rows]
    found = bill_of(a, *shifts)
    for line in (*found.cost, *found.price):
        assert line.amount == cents(line.hours * line.rate)
        assert line.currency == "EUR"
    paid = sum((line.hours for line in found.price), Decimal(0))
    assert float(paid) == pytest.approx(sum(s.paid_h_per_head * s.heads for s in shifts), abs=1e-5)
    cost = total(found.cost).amount
    assert abs(total(found.price).amount - cost * Decimal("1.20")) <= Decimal("0.02") * len(found.price)
    in_horizon = [line.amount for line in found.cost if not line.item.endswith(LEAD_IN)]
    if in_horizon:
        assert found.total_cost().amount == sum(in_horizon)


def test_lead_in_shifts_have_lines_of_their_own() -> None:
    a = account(LISBON)
    day = date(2026, 10, 23)
    before = bill_of(a, shift(LISBON, day, 600, 840))
    found = bill_of(a, shift(LISBON, day, 600, 840), shift(LISBON, day, 600, 840, lead_in=True))
    lead_in = found.lead_in_cost()
    assert lead_in is not None
    assert found.total_cost() == before.total_cost() == lead_in
    assert {line.item for line in found.cost if line.item.endswith(LEAD_IN)} == {"wage" + LEAD_IN, "on-cost on wage" + LEAD_IN}
    assert found.total_price() == before.total_price()


def test_shifts_carried_in_are_on_the_bill_before() -> None:
    a = account(LISBON)
    late = shift(LISBON, date(2026, 10, 23), 22 * 60, 30 * 60)
    assert bill_of(replace(a, carry_in=(late,))).cost == ()


def test_every_missing_rate_is_named_at_once_with_its_remedy() -> None:
    a = account(LISBON, SYDNEY, KATHMANDU)
    day = date(2026, 10, 20)
    with pytest.raises(DataError) as error:
        bill_of(a, *(shift(site, day, 540, 1020) for site in (LISBON, SYDNEY, KATHMANDU)))
    assert [p.place for p in error.value.problems] == ["account.toml: fx.AUD", "account.toml: fx.USD"]
    assert "[fx]" in str(error.value)
    assert bill_of(a, shift(LISBON, day, 540, 1020)).total_cost().currency == "EUR"  # rates nobody needs are not asked for


def test_two_night_premiums_of_one_site_are_two_lines() -> None:
    evening = Premium(kind=PremiumKind.NIGHT, share=Decimal("0.1"), from_min=18 * 60, to_min=22 * 60)
    site = replace(LISBON, premiums=(evening, NIGHT))
    found = hours(bill_of(account(site), shift(site, date(2026, 11, 3), 16 * 60, 24 * 60)))
    assert found["night 18:00-22:00"] == 4
    assert found["night 22:00-06:00"] == 2


def test_a_shift_of_a_stranger_is_refused() -> None:
    a = account(LISBON)
    with pytest.raises(ValueError, match="which the account does not have"):
        bill_of(a, shift(SYDNEY, date(2026, 10, 20), 540, 1020))
    with pytest.raises(ValueError, match="which the account does not have"):
        bill_of(account(LISBON, SYDNEY), replace(shift(SYDNEY, date(2026, 10, 20), 540, 1020), group="lisbon_en"))


def test_nobody_on_shift_costs_no_lines() -> None:
    found = bill_of(account(LISBON))
    assert (found.cost, found.price) == ((), ())


def test_the_margin_is_named_in_percent() -> None:
    a = replace(account(LISBON), contract=Contract(margin_share=Decimal("0.175")))
    assert bill_of(a, shift(LISBON, date(2026, 10, 20), 540, 1020)).price[0].item == "agent hours, cost plus 17.5%"


def test_a_loss_of_a_cent_per_line_is_the_most_that_rounding_takes() -> None:
    a = account(replace(LISBON, wage_per_h=Decimal("0.01")))
    start = datetime(2026, 11, 3)
    found = bill_of(a, *(shift(LISBON, (start + timedelta(days=n)).date(), 540, 1020) for n in range(5)))
    assert all(line.amount == cents(line.hours * line.rate) for line in found.cost)
    assert found.cost[0].amount == Decimal("0.40")
