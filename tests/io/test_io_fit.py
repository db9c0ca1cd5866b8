"""What fits together and what does not: languages, shifts and opening hours on their own clocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.account import Horizon
from planner.domain.history import Series, Tables
from planner.domain.people import Site
from planner.domain.queues import Channel
from planner.domain.shifts import ShiftRule
from planner.domain.targets import LiveTarget, RingMoment
from planner.errors import DataError
from planner.io import account_from
from planner.io.fit import on_duty

DAY_S = 1_793_577_600  # 2026-11-02 00:00 UTC


def tables(*queues: str, years_back: int = 0) -> Tables:
    starts = DAY_S - years_back * 31_536_000 + 1800 * np.arange(48)
    return Tables(
        history=tuple(
            Series(id=q, interval_s=1800, start_s=starts, counts=np.ones(48), aht_s=np.full(48, np.nan)) for q in sorted(queues)
        )
    )


BOTH = tables("uk_voice", "uk_email")


def problems(raw: dict[str, Any], given_tables: Tables = BOTH) -> list[str]:
    try:
        account_from(raw, given_tables)
    except DataError as error:
        return [str(p) for p in error.problems]
    return []


def test_the_night_in_london_is_worked_from_manila(raw: dict[str, Any]) -> None:
    raw["markets"][0]["open"] = ["Mon-Sun 00:00-05:00"]
    raw["shifts"][0] |= {"first_start": "08:00", "last_start": "09:00"}  # eight to five in Lisbon: London's night is past
    assert len([p for p in problems(raw) if "none of its shifts is ever on duty" in p]) == 1
    raw["sites"][0] |= {"country": "PH", "zone": "Asia/Manila"}  # the same hours in Manila: midnight to nine in London
    assert problems(raw) == []


def test_a_queue_none_of_whose_people_are_there_is_named_though_the_group_has_other_work(raw: dict[str, Any]) -> None:
    raw["queues"][1]["open"] = "Mon-Fri 00:00-04:00"
    assert problems(raw) == [
        'account.toml: queues[2] "uk_email": is open only at times when no shift of those who serve it is on duty; '
        "add shifts for these hours, see first_start and last_start, or change open"
    ]


def test_hours_that_nobody_covers_beside_covered_ones_are_shortfall_not_an_error(raw: dict[str, Any]) -> None:
    raw["markets"][0]["open"] = "24/7"
    assert problems(raw) == []


@given(
    first=st.integers(0, 1439),
    more=st.integers(0, 600),
    step=st.integers(5, 240),
    length=st.integers(60, 960),
)
def test_on_duty_is_exactly_when_some_start_is_running(first: int, more: int, step: int, length: int) -> None:
    rule = ShiftRule(id="s", length_min=length, first_start_min=first, last_start_min=min(first + more, 1439), step_min=step)
    site = Site(id="a", country="IN", zone="Asia/Kolkata", seats=1, wage_per_h=Decimal(1), currency="EUR")
    grid = Horizon(zone="Asia/Kolkata", start=date(2026, 11, 9), days=1, interval_s=1800).grid()
    starts = range(rule.first_start_min, rule.last_start_min + 1, step)
    expected = [any((30 * t - s) % 1440 < length for s in starts) for t in range(48)]
    assert on_duty([rule], site, grid).tolist() == expected


@pytest.mark.parametrize(
    ("zone", "country", "interval_min", "hours", "faults"),
    [
        ("Asia/Kolkata", "IN", 60, ["Mon-Fri 09:00-17:00"], 2),
        ("Asia/Kolkata", "IN", 60, ["Mon-Fri 09:30-17:30"], 0),
        ("Asia/Kolkata", "IN", 60, "24/7", 0),
        ("Asia/Kolkata", "IN", 30, ["Mon-Fri 09:00-17:00"], 0),
        ("Asia/Kathmandu", "NP", 30, ["Mon-Fri 09:00-17:00"], 2),
        ("Asia/Kathmandu", "NP", 15, ["Mon-Fri 09:00-17:00"], 0),
        ("Europe/London", "GB", 15, ["Mon-Fri 09:05-17:00"], 1),
        ("Europe/London", "GB", 60, ["Mon-Fri 22:00-00:00", "Tue-Sat 00:00-02:00"], 0),
    ],
)
def test_doors_open_between_intervals_not_inside_them(
    raw: dict[str, Any], zone: str, country: str, interval_min: int, hours: Any, faults: int
) -> None:
    raw["horizon"]["interval_min"] = interval_min
    raw["markets"][0] |= {"zone": zone, "country": country, "open": hours}
    raw["shifts"][0] |= {"first_start": "00:00", "last_start": "23:00"}
    raw["queues"] = raw["queues"][:1]
    found = [p for p in problems(raw, tables("uk_voice")) if "inside an interval" in p]
    assert len(found) == faults
    if zone != "Europe/London":
        assert all(f"write interval_min = {15 if country == 'NP' else 30}" in p for p in found)


def test_holidays_span_history_and_horizon_on_both_clocks(raw: dict[str, Any]) -> None:
    account = account_from(raw, tables("uk_voice", "uk_email", years_back=2))
    years = {day.year for day in account.market("uk").holiday_dates}
    assert {2024, 2025, 2026, 2027} <= years
    names = {day.isoformat() for day, _ in account.site("lisbon").holidays}
    assert "2026-12-08" in names  # Immaculate Conception: Portugal, not Britain
    assert "2026-12-08" not in {day.isoformat() for day in account.market("uk").holiday_dates}


def test_regions_have_their_own_holidays(raw: dict[str, Any]) -> None:
    raw["markets"][0]["region"] = "SCT"
    scotland = {d.isoformat() for d in account_from(raw, BOTH).market("uk").holiday_dates}
    raw["markets"][0]["region"] = "ENG"
    england = {d.isoformat() for d in account_from(raw, BOTH).market("uk").holiday_dates}
    assert "2026-11-30" in scotland - england


@pytest.mark.parametrize("moment", list(RingMoment))
def test_rings_become_the_seconds_of_the_callers_country(raw: dict[str, Any], moment: RingMoment) -> None:
    from planner.reference import ring_rule

    raw["queues"][0]["target"] = {"level": 0.8, "within_rings": 3, "ring_moment": moment.value}
    target = account_from(raw, BOTH).queue("uk_voice").target
    assert isinstance(target, LiveTarget)
    assert target.rings == ring_rule("GB", 3, moment)
    assert target.within_s == target.rings.threshold_s
    raw["queues"][0]["target"]["ring_country"] = "US"
    other = account_from(raw, BOTH).queue("uk_voice").target
    assert isinstance(other, LiveTarget)
    assert other.rings == ring_rule("US", 3, moment)
    assert other.within_s > target.within_s


def test_chat_does_not_ring(raw: dict[str, Any]) -> None:
    raw["queues"][0] |= {"channel": "chat", "target": {"level": 0.8, "within_rings": 3}}
    raw["groups"][0]["channels"] = ["chat", "email"]
    assert any("within_rings is for voice; nothing rings on chat" in p for p in problems(raw))


def test_defaults_are_the_documented_ones(raw: dict[str, Any]) -> None:
    account = account_from(raw, BOTH)
    queue, group = account.queue("uk_voice"), account.group("lisbon_en")
    assert (queue.language, queue.concurrency, queue.volume.scale) == ("en", 1, 1.0)
    assert (group.shift_rules, group.days_per_week, group.max_heads) == (("full8",), 5, None)
    assert account.site("lisbon").currency == "EUR"
    assert str(account.contract.margin_share) == "0.20"
    assert account.settings.seed == 20_260_101


def test_clauses_name_live_queues_that_exist(raw: dict[str, Any]) -> None:
    clause = {"id": "all", "queues": ["uk_voice"], "level": 0.8, "window": "month"}
    raw["contract"] = {"clauses": [clause]}
    assert account_from(raw, BOTH).contract.clauses[0].queues == ("uk_voice",)
    raw["contract"] = {"clauses": [clause | {"queues": ["uk_voice", "uk_email"]}, clause | {"queues": ["uk_voise"]}]}
    found = problems(raw)
    assert any('contract clauses[1] "all": uk_email: a clause covers voice and chat only' in p for p in found)
    assert any('queues: "uk_voise" is not among the queues; did you mean uk_voice?' in p for p in found)
    assert any('2 clauses have the id "all"' in p for p in found)


def test_a_group_that_serves_nothing_is_named(raw: dict[str, Any]) -> None:
    raw["groups"].append({"id": "spare", "site": "lisbon", "languages": ["de"], "channels": ["voice"]})
    assert problems(raw) == [
        'account.toml: groups[2] "spare": serves no queue: no queue has one of its languages on one of its channels; delete the group'
    ]


def test_history_of_a_queue_the_account_lacks_is_named(raw: dict[str, Any]) -> None:
    found = problems(raw, tables("uk_voice", "uk_email", "us_voice"))
    assert found == ["account.toml: history holds us_voice, which is not a queue; did you mean uk_voice?"]


def test_a_volume_from_a_driver_needs_no_history(raw: dict[str, Any]) -> None:
    raw["queues"][1]["volume"] = {"source": "driver", "driver": "orders", "rate": 0.02, "delay_days": [0.5, 0.5]}
    orders = Tables(history=tables("uk_voice").history, drivers=tables("orders").history)
    volume = account_from(raw, orders).queue("uk_email").volume
    assert (volume.driver, volume.rate, volume.delay_days) == ("orders", 0.02, (0.5, 0.5))
    raw["queues"][1]["volume"]["delay_days"] = [0.5, 0.4]
    assert any("delay_days must be shares that sum to 1, got a sum of 0.9" in p for p in problems(raw, orders))


def test_other_channels_are_served_only_by_those_who_work_them(raw: dict[str, Any]) -> None:
    account = account_from(raw, BOTH)
    assert account.serves().tolist() == [[True, True]]
    assert not account.groups[0].serves("en", Channel.CHAT)


def test_a_horizon_that_does_not_divide_into_intervals_is_refused(raw: dict[str, Any]) -> None:
    # Lord Howe moves its clocks by half an hour: on 4 October 2026 the day has 23.5 hours
    raw["horizon"] |= {"zone": "Australia/Lord_Howe", "start": date(2026, 10, 3), "days": 2, "interval_min": 60}
    said = [p for p in problems(raw) if ": horizon" in p]
    assert said == [
        "account.toml: horizon: 2 days from 2026-10-03 in Australia/Lord_Howe have 47.5 hours, not whole intervals of 60 minutes; "
        "write interval_min = 30"
    ]
    raw["horizon"]["interval_min"] = 30
    assert not [p for p in problems(raw) if ": horizon" in p]


def test_the_interval_proposed_for_opening_hours_fits_before_and_after_a_clock_change(raw: dict[str, Any]) -> None:
    raw["horizon"] |= {"zone": "Australia/Brisbane", "start": date(2026, 4, 4), "days": 2, "interval_min": 60}
    raw["markets"][0] |= {"zone": "Australia/Lord_Howe", "open": "Mon-Sun 08:00-20:00"}
    told = [p for p in problems(raw) if "in Australia/Lord_Howe, inside an interval of 60 minutes" in p]
    assert told
    assert all(p.endswith("write interval_min = 30") for p in told)


def test_an_account_without_groups_is_told_in_plain_words(raw: dict[str, Any]) -> None:
    raw["groups"] = []
    assert all("add a group with languages" in p and "no spoken" not in p for p in problems(raw))
    assert problems(raw)
    del raw["groups"]
    assert [p for p in problems(raw) if "group" in p] == ["account.toml: there are no groups; add at least one [[groups]]"]
