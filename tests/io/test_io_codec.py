"""Everything in the domain comes back from JSON exactly as it went, and equal things have equal hashes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Account, Clause, Contract, Event, Horizon, Settings
from planner.domain.evaluation import SlaResult
from planner.domain.history import Tables
from planner.domain.money import Bill, CostLine
from planner.domain.people import Group, Premium, Site
from planner.domain.queues import Channel, HolidayPolicy, Market, OpeningHours, OpenSpan, Queue, Volume
from planner.domain.requirement import Requirement
from planner.domain.roster import Roster
from planner.domain.shifts import Shift, ShiftPlan, ShiftRule
from planner.domain.solve import SolveInfo, Status
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, RingMoment, RingRule, Window
from planner.domain.tiers import Tier
from planner.io import decode, encode, input_hash, load_account

IDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
FRACTIONS = st.floats(0.001, 0.999)
MONEY = st.decimals("0.000001", "99999", allow_nan=False, allow_infinity=False)
UTC_TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/London", "Asia/Kolkata", "America/New_York"])

NUMBERS = st.floats(allow_nan=False)

RINGS = st.builds(
    RingRule, rings=st.integers(1, 9), ring_s=FRACTIONS, period_s=st.floats(1, 9), moment=st.sampled_from(RingMoment)
)
LIVE = st.builds(
    LiveTarget, level=FRACTIONS, within_s=st.floats(0, 999), max_occupancy=st.none() | FRACTIONS, rings=st.none() | RINGS
)
DEFERRED = st.builds(DeferredTarget, level=FRACTIONS, within_s=st.floats(1, 1e6))
SPANS = st.builds(OpenSpan, st.integers(0, 6), st.integers(0, 700), st.integers(701, 1440))
OPENING = st.builds(OpeningHours, st.lists(SPANS, max_size=3).map(tuple), st.sampled_from(HolidayPolicy))
QUEUES = st.one_of(
    st.builds(
        Queue,
        channel=st.just(Channel.CHAT),
        aht_s=st.floats(1, 999),
        opening=OPENING,
        target=LIVE,
        volume=st.builds(Volume, scale=st.floats(0.1, 9)),
        patience_s=st.none() | st.floats(1, 999),
        concurrency=st.integers(1, 9),
    ),
)
SITES = st.builds(
    Site,
    zone=ZONES,
    seats=st.integers(1, 99),
    wage_per_h=MONEY,
    oncost_share=st.decimals("0", "5", places=4),
    premiums=st.lists(
        st.builds(
            Premium, share=st.decimals("0.01", "5", places=3), from_min=st.integers(0, 1440), to_min=st.integers(0, 1440)
        ),
        max_size=2,
    ).map(tuple),
)
GROUPS = st.builds(
    Group,
    absence=FRACTIONS,
    in_shift_loss=FRACTIONS,
    wage_factor=MONEY,
    days_per_week=st.integers(1, 7),
    min_heads=st.integers(0, 3),
    max_heads=st.none() | st.integers(3, 9),
)
EVENTS = st.builds(
    lambda start, hours, **rest: Event(start_utc=start, end_utc=start + timedelta(hours=hours), **rest),
    start=UTC_TIMES,
    hours=st.integers(1, 99),
    id=IDS,
    factor=st.floats(0, 100),
    queues=st.lists(IDS, max_size=2).map(tuple),
)
TIERS = st.lists(st.floats(0.01, 0.99), unique=True, max_size=3).map(
    lambda levels: tuple(Tier(below=x, credit=Decimal(100 * (n + 1)) / 3) for n, x in enumerate(sorted(levels, reverse=True)))
)
CLAUSES = st.builds(Clause, level=NUMBERS, within_s=st.none() | NUMBERS, window=st.just(Window.DAY), tiers=TIERS)
SETTINGS = st.builds(
    Settings, gap=NUMBERS, time_limit_s=NUMBERS, shortfall_price_per_h=st.none() | NUMBERS, plan_for=st.none() | NUMBERS
)
ACCOUNTS = st.builds(
    Account,
    horizon=st.builds(Horizon, zone=ZONES, days=st.integers(1, 9)),
    markets=st.lists(st.builds(Market, zone=ZONES, opening=OPENING), max_size=2).map(tuple),
    queues=st.lists(QUEUES, max_size=2).map(tuple),
    sites=st.lists(SITES, max_size=2).map(tuple),
    groups=st.lists(GROUPS, max_size=2).map(tuple),
    shift_rules=st.lists(
        st.builds(
            ShiftRule,
            length_min=st.integers(60, 960),
            first_start_min=st.just(0),
            last_start_min=st.integers(0, 1439),
            step_min=st.integers(5, 60),
            breaks=st.just(()),
        ),
        max_size=2,
    ).map(tuple),
    events=st.lists(EVENTS, max_size=2).map(tuple),
    contract=st.builds(Contract, margin_share=MONEY, clauses=st.lists(CLAUSES, max_size=2).map(tuple)),
    settings=SETTINGS,
    carry_in=st.just(()),
    rates=st.lists(st.tuples(IDS, MONEY), max_size=2).map(tuple),
    tables=st.just(Tables()),
    source=st.just({}),
    folder=st.just(""),
)


def through_json(obj: Any) -> Any:
    return decode(type(obj), json.loads(json.dumps(encode(obj), allow_nan=False)))


@given(account=ACCOUNTS)
@settings(max_examples=60, deadline=None)
def test_any_account_comes_back_as_it_was(account: Account) -> None:
    back = through_json(account)
    assert back == account
    assert encode(back) == encode(account)
    assert input_hash(back) == input_hash(account)


OTHERS = {
    "solve": st.builds(SolveInfo, objective=st.none() | NUMBERS, bound=st.none() | NUMBERS, seconds=NUMBERS),
    "bill": st.builds(
        Bill,
        cost=st.lists(st.builds(CostLine, hours=MONEY, rate=MONEY, amount=MONEY), max_size=3).map(tuple),
        price=st.just(()),
    ),
    "roster": st.builds(Roster),
    "service": st.builds(
        SlaResult,
        window_start_utc=UTC_TIMES,
        offered=NUMBERS,
        within=NUMBERS,
        level=st.none() | NUMBERS,
        threshold_s=NUMBERS,
        target=NUMBERS,
        probability=st.none() | NUMBERS,
    ),
}


@pytest.mark.parametrize("kind", OTHERS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_other_types_come_back_as_they_were(kind: str, data: st.DataObject) -> None:
    obj = data.draw(OTHERS[kind])
    assert through_json(obj) == obj


def test_a_loaded_account_comes_back_without_its_tables_source_and_folder(folder: Path) -> None:
    account = load_account(folder)
    back = through_json(account)
    assert back == account
    assert (back.source, back.folder, back.tables.history) == ({}, "", ())


def test_targets_say_which_kind_they_are(folder: Path) -> None:
    voice, email = encode(load_account(folder))["queues"]
    assert voice["target"]["type"] == "LiveTarget"
    assert email["target"]["type"] == "DeferredTarget"


def test_equal_accounts_hash_equally_however_their_numbers_were_written(folder: Path) -> None:
    account = load_account(folder)
    site = account.sites[0]
    same = replace(
        account,
        sites=(replace(site, wage_per_h=Decimal("8.5000")),),
        queues=(replace(account.queues[0], aht_s=300), account.queues[1]),
    )
    assert same == account
    assert input_hash(same) == input_hash(account)


@pytest.mark.parametrize(
    "change",
    [{"name": "Other"}, {"tables_sha256": "0" * 64}, {"settings": Settings(seed=1)}, {"override": "x"}, {"currency": "USD"}],
)
def test_whatever_a_plan_depends_on_changes_the_hash(folder: Path, change: dict[str, Any]) -> None:
    account = load_account(folder)
    assert input_hash(replace(account, **change)) != input_hash(account)


def test_other_counts_in_the_table_change_the_hash(folder: Path) -> None:
    before = input_hash(load_account(folder))
    file = folder / "history.csv"
    file.write_text(file.read_text().replace("uk_voice,8\n", "uk_voice,9\n", 1))
    assert input_hash(load_account(folder)) != before


def test_instants_end_in_z_and_infinities_are_words() -> None:
    when = datetime(2026, 11, 9, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    event = Event(id="e", start_utc=when, end_utc=when + timedelta(hours=1), factor=1.0)
    assert encode(event)["start_utc"] == "2026-11-09T08:00:00Z"
    info = SolveInfo(
        name="x",
        status=Status.OPTIMAL,
        objective=None,
        bound=float("-inf"),
        seconds=0.0,
        solver="highs",
    )
    assert encode(info)["bound"] == "-inf"
    assert through_json(info) == info


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="not a dataclass"):
        encode(3)
    with pytest.raises(TypeError, match="no UTC offset"):
        encode(Event(id="e", start_utc=datetime(2026, 1, 1), end_utc=datetime(2026, 1, 2), factor=1.0))
    grid = Horizon(zone="UTC", start=date(2026, 1, 1), days=1).grid()
    nothing = np.zeros((0, grid.size))
    with pytest.raises(TypeError, match="no JSON form"):
        encode(Requirement(queues=(), grid=grid, open=nothing, agents=nothing, level_at_requirement=nothing, methods=()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level": 2.0}, "level must lie in"),
        ({"level": "0.8"}, "LiveTarget.level must be a float"),
        ({"formula": "best"}, "'best' is not a Formula"),
        ({"more": 1}, "unknown key 'more'"),
        ({"rings": [1]}, "LiveTarget.rings must be an object"),
        ({"within_s": None}, "within_s must not be null"),
    ],
)
def test_data_that_does_not_fit_is_refused_by_place(change: dict[str, Any], message: str) -> None:
    data = {**encode(LiveTarget(level=0.8, within_s=20.0)), **change}
    with pytest.raises(ValueError, match=message):
        decode(LiveTarget, data)


def test_a_key_left_out_takes_its_default_and_a_needed_one_is_missed() -> None:
    assert decode(LiveTarget, {"level": 0.8, "within_s": 20}) == LiveTarget(
        level=0.8, within_s=20.0, formula=Formula.OFFERED, window=Window.WEEK
    )
    with pytest.raises(ValueError, match="key 'within_s' is missing"):
        decode(LiveTarget, {"level": 0.8})


def test_shifts_come_back_with_their_breaks(folder: Path) -> None:
    start = datetime(2026, 11, 9, 8, tzinfo=UTC)
    shift = Shift(
        id="s",
        site="a",
        group="b",
        pattern="p",
        date=date(2026, 11, 9),
        start_utc=start,
        end_utc=start + timedelta(hours=8),
        breaks=(),
        heads=2,
    )
    plan = ShiftPlan(grid=load_account(folder).grid, shifts=(shift,), tours=())
    assert through_json(plan) == plan
