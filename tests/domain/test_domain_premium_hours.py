"""Premium hours on the site's clock, counted again minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.grid import to_utc
from planner.domain.people import Premium, PremiumKind, Site
from planner.domain.premium_hours import hours_by_premium, paid_spans, premium_hours

ZONES = ["Europe/Lisbon", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Asia/Kathmandu"]
SHARE = Decimal("0.1")


def site(zone: str, *premiums: Premium, holidays: tuple[date, ...] = ()) -> Site:
    return Site(
        id="s",
        country="PT",
        zone=zone,
        seats=1,
        wage_per_h=Decimal(1),
        currency="EUR",
        premiums=premiums,
        holidays=tuple((day, "holiday") for day in holidays),
    )


def night(from_min: int, to_min: int) -> Premium:
    return Premium(kind=PremiumKind.NIGHT, share=SHARE, from_min=from_min, to_min=to_min)


changes = [date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4), date(2026, 10, 3), date(2026, 3, 7), date(2026, 10, 31)]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(changes) | st.dates(date(2026, 1, 1), date(2026, 12, 30)),
    start=st.integers(0, 1439),
    length=st.integers(1, 960),
    window=st.tuples(st.integers(0, 1440), st.integers(0, 1440)),
)
def test_every_premium_is_what_the_wall_clock_says_minute_by_minute(
    zone: str, day: date, start: int, length: int, window: tuple[int, int]
) -> None:
    from_min, to_min = (m // 30 * 30 for m in window)
    one = site(
        zone,
        night(from_min, to_min),
        Premium(kind=PremiumKind.SUNDAY, share=SHARE),
        Premium(kind=PremiumKind.HOLIDAY, share=SHARE),
        holidays=(day,),
    )
    begin = to_utc(zone, day, start)
    counted = dict.fromkeys(PremiumKind, 0)
    for n in range(length):
        local = (begin + timedelta(minutes=n)).astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        inside = from_min <= minute < to_min if from_min < to_min else minute >= from_min or minute < to_min
        counted[PremiumKind.NIGHT] += inside and from_min != to_min
        counted[PremiumKind.SUNDAY] += local.weekday() == 6
        counted[PremiumKind.HOLIDAY] += local.date() == day
    found = premium_hours(one, [(begin, begin + timedelta(minutes=length))])
    if {from_min, to_min} & set(range(60, 181)) and day in changes:
        del found[PremiumKind.NIGHT]  # a window that opens or shuts inside the skipped or repeated hour: either reading is fair
    for kind, hours in found.items():
        assert hours == pytest.approx(counted[kind] / 60)


def test_hours_add_up_over_spans_and_cut_anywhere() -> None:
    one = site("Europe/Lisbon", night(22 * 60, 6 * 60))
    start = to_utc("Europe/Lisbon", date(2026, 10, 24), 20 * 60)
    cut = start + timedelta(hours=5, minutes=17)
    end = start + timedelta(hours=12)
    assert hours_by_premium(one, [(start, cut), (cut, end)]) == pytest.approx(hours_by_premium(one, [(start, end)]))
    assert hours_by_premium(one, [(start, end)]) == pytest.approx((9.0,))


def test_kinds_that_are_not_paid_are_absent_and_two_of_one_kind_add_up() -> None:
    span = (to_utc("Europe/Lisbon", date(2026, 11, 3), 17 * 60), to_utc("Europe/Lisbon", date(2026, 11, 3), 25 * 60))
    one = site("Europe/Lisbon", night(18 * 60, 22 * 60), night(22 * 60, 6 * 60))
    assert premium_hours(one, [span]) == {PremiumKind.NIGHT: 7.0}
    assert hours_by_premium(one, [span]) == (4.0, 3.0)
    assert premium_hours(site("Europe/Lisbon"), [span]) == {}


def test_paid_spans_are_what_unpaid_breaks_leave() -> None:
    at = datetime(2026, 11, 3, 9, tzinfo=UTC)

    def hour(n: float) -> datetime:
        return at + timedelta(hours=n)

    assert paid_spans(hour(0), hour(8)) == ((hour(0), hour(8)),)
    assert paid_spans(hour(0), hour(8), [(hour(6), hour(6.5)), (hour(3), hour(4))]) == (
        (hour(0), hour(3)),
        (hour(4), hour(6)),
        (hour(6.5), hour(8)),
    )
    assert paid_spans(hour(0), hour(8), [(hour(0), hour(1)), (hour(7), hour(8))]) == ((hour(1), hour(7)),)
