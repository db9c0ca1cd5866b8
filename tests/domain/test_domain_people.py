"""Sites, groups and accounts: shrinkage once, skills as a graph, references that exist."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Account, Event, Horizon
from planner.domain.people import Group, Premium, PremiumKind, Site
from planner.domain.queues import Channel, Market, OpeningHours, OpenSpan, Queue
from planner.domain.shifts import ShiftRule
from planner.domain.targets import DeferredTarget, LiveTarget

ALWAYS = OpeningHours(tuple(OpenSpan(d, 0, 1440) for d in range(7)))


def site(**changes: object) -> Site:
    fields = {
        "id": "lisbon",
        "country": "PT",
        "zone": "Europe/Lisbon",
        "seats": 10,
        "wage_per_h": Decimal(8),
        "currency": "EUR",
    }
    return Site(**(fields | changes))  # type: ignore[arg-type]


def group(**changes: object) -> Group:
    fields = {"id": "g", "site": "lisbon", "languages": ("pt",), "channels": (Channel.VOICE,), "shift_rules": ("full",)}
    return Group(**(fields | changes))  # type: ignore[arg-type]


@settings(deadline=None)
@given(absence=st.floats(0, 0.99), loss=st.floats(0, 0.99))
def test_shrinkage_multiplies_each_factor_once(absence: float, loss: float) -> None:
    assert group(absence=absence, in_shift_loss=loss).availability == pytest.approx((1 - absence) * (1 - loss))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"absence": 8.0}, "write 0.08 for 8%"),
        ({"in_shift_loss": -0.1}, "in_shift_loss"),
        ({"days_per_week": 8}, "days_per_week"),
        ({"wage_factor": Decimal(0)}, "wage_factor"),
        ({"min_heads": 5, "max_heads": 3}, "min_heads 5 is above max_heads 3"),
        ({"min_heads": -1}, "min_heads must be 0 or more"),
    ],
)
def test_a_group_refuses_what_it_cannot_be(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        group(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seats": 0}, "seat"),
        ({"wage_per_h": Decimal(0)}, "wage_per_h"),
        ({"wage_per_h": Decimal("NaN")}, None),
        ({"oncost_share": Decimal(45)}, "0.3 for 30%"),
        ({"zone": "Lisbon"}, "unknown time zone"),
    ],
)
def test_a_site_refuses_what_it_cannot_be(changes: dict[str, object], says: str | None) -> None:
    with pytest.raises((ValueError, ArithmeticError), match=says):
        site(**changes)


@pytest.mark.parametrize(("changes"), [{"share": Decimal(25)}, {"share": Decimal(0)}, {"from_min": -1}, {"to_min": 1441}])
def test_a_premium_refuses_what_it_cannot_be(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="premium"):
        Premium(**({"kind": PremiumKind.NIGHT, "share": Decimal("0.1")} | changes))  # type: ignore[arg-type]


def queue(id: str, language: str, channel: Channel) -> Queue:
    target = LiveTarget(level=0.8, within_s=20) if channel.live else DeferredTarget(level=0.9, within_s=86_400)
    return Queue(id=id, market="m", language=language, channel=channel, aht_s=200, opening=ALWAYS, target=target)


def account() -> Account:
    return Account(
        name="a",
        currency="EUR",
        horizon=Horizon(zone="Europe/Lisbon", start=date(2026, 10, 25), days=2),
        markets=(Market(id="m", country="PT", zone="Europe/Lisbon", language="pt", opening=ALWAYS),),
        queues=(
            queue("pt_voice", "pt", Channel.VOICE),
            queue("pt_mail", "pt", Channel.EMAIL),
            queue("es_voice", "es", Channel.VOICE),
        ),
        sites=(site(),),
        groups=(group(), group(id="both", languages=("pt", "es"), channels=(Channel.VOICE, Channel.EMAIL))),
        shift_rules=(ShiftRule(id="full", length_min=480),),
    )


def test_who_serves_what_needs_the_language_and_the_channel() -> None:
    assert account().serves().tolist() == [[True, False, False], [True, True, True]]


def test_an_account_finds_its_parts_by_id_or_raises() -> None:
    a = account()
    assert (a.market("m").id, a.queue("es_voice").id, a.site("lisbon").id) == ("m", "es_voice", "lisbon")
    assert (a.group("both").id, a.shift_rule("full").id) == ("both", "full")
    for find in (a.market, a.queue, a.site, a.group, a.shift_rule):
        with pytest.raises(KeyError):
            find("nobody")


def test_an_accounts_grid_is_its_horizon_with_the_clock_change() -> None:
    assert account().grid.size == (25 + 24) * 4
    assert account().grid == account().horizon.grid()


def test_accounts_compare_by_meaning_not_by_where_they_came_from() -> None:
    from dataclasses import replace

    a = account()
    assert a == replace(a, folder="/elsewhere", source={"account": {}})
    assert a != replace(a, currency="USD")


def test_an_event_refuses_to_end_before_it_starts_or_to_be_written_in_percent() -> None:
    from datetime import UTC, datetime

    start, end = datetime(2026, 11, 11, tzinfo=UTC), datetime(2026, 11, 12, tzinfo=UTC)
    assert Event(id="sale", start_utc=start, end_utc=end, factor=2).factor == 2
    with pytest.raises(ValueError, match="ends before"):
        Event(id="sale", start_utc=end, end_utc=start, factor=2)
    with pytest.raises(ValueError, match="write 2 for a doubling"):
        Event(id="sale", start_utc=start, end_utc=end, factor=200)
