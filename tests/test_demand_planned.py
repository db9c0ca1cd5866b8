"""Planned work: batches come when they are given, follow-ups follow, and both are worked as deferred work by their clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from deferred_account import desk_settings, desk_tables

from planner.demand import forecast_demand
from planner.demand.planned import following, whole_counts
from planner.domain.account import Account
from planner.domain.grid import TimeGrid
from planner.domain.planned_work import Batch, batch_contacts
from planner.errors import DataError
from planner.evaluation.overload import LEAST
from planner.io import account_from

BERLIN = "Europe/Berlin"
FOLLOWS = {"source": "queue", "queue": "amazon", "share": 0.1}
GRID = TimeGrid.for_days(zone=BERLIN, start=date(2026, 3, 27), days=5, interval_s=1800)


def desk(**queue: Any) -> Account:
    raw = desk_settings()
    raw["queues"].append(
        {
            "id": "surveys",
            "market": "de",
            "channel": "outbound",
            "aht_s": 200.0,
            "target": {"level": 0.9, "within_h": 24},
            **queue,
        }
    )
    raw["groups"][0]["channels"].append("outbound")
    return account_from(raw, desk_tables())


def at(day: int, hour: float) -> int:
    """Interval of an hour on Berlin's clock of a March day."""
    zone_h = 2 if day > 29 or (day == 29 and hour >= 3) else 1
    when = datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour - zone_h)
    return int(GRID.position(when))


def test_batches_fall_where_they_are_given_over_the_change_of_clocks() -> None:
    once = Batch(contacts=200, day=date(2026, 3, 30), from_min=480)
    daily = Batch(contacts=30, weekdays=(0, 1, 2, 3, 4), from_min=540, to_min=720)
    found = batch_contacts((once, daily), BERLIN, GRID)
    assert found[at(30, 8)] == 200
    assert found[at(27, 9) : at(27, 12)] == pytest.approx(np.full(6, 5.0))
    assert found[at(28, 0) : at(30, 0)].sum() == 0  # the weekend
    assert found.sum() == 200 + 3 * 30
    whole_day = batch_contacts((Batch(contacts=46, weekdays=(6,), to_min=1440),), BERLIN, GRID)
    assert whole_day[at(29, 0) : at(30, 0)] == pytest.approx(np.full(46, 1.0))  # a Sunday of 23 hours


def test_batches_are_the_same_in_every_future_and_whole() -> None:
    account = desk(
        volume={"source": "given", "batches": [{"contacts": 31, "days": "Mon-Fri", "at": "09:00", "until": "12:00"}]}
    )
    demand = forecast_demand(account)
    q = 3
    assert demand.contacts[q].sum() == pytest.approx(3 * 31)
    assert (demand.rates[:, q] == demand.contacts[q]).all()
    assert (demand.scenarios[:, q].sum(axis=1) == 93).all()
    assert (demand.scenarios[:, q] == np.round(demand.scenarios[:, q])).all()


def test_rounding_never_strays_by_more_than_half() -> None:
    contacts = np.random.default_rng(3).random(500)
    whole = whole_counts(contacts, 2)
    assert np.abs(np.cumsum(whole[0]) - np.cumsum(contacts)).max() <= 0.5 + 1e-9
    assert (whole[0] == whole[1]).all()


def test_follow_ups_come_after_their_delay_and_after_what_history_records() -> None:
    account = desk(volume={"source": "queue", "queue": "amazon", "share": 0.25, "delay_h": 24})
    demand = forecast_demand(account)
    day = 48
    assert demand.contacts[3][day:] == pytest.approx(0.25 * demand.contacts[0][:-day])
    assert demand.rates[:, 3, day:] == pytest.approx(0.25 * demand.rates[:, 0, :-day])
    history = account.tables.history_of("amazon")
    yesterday = history.counts[-24:]
    assert demand.contacts[3][:day:2] == pytest.approx(0.25 * yesterday / 2)
    assert "25% of the contacts of amazon, 24 h later" in demand.choices[3].reason


def test_a_delay_of_part_of_an_interval_is_shared_between_two() -> None:
    account = desk(volume={"source": "queue", "queue": "amazon", "share": 1.0, "delay_h": 0.75})
    contacts = np.zeros(account.grid.size)
    contacts[10] = 8.0
    found = following(account, account.queues[3], contacts, contacts)
    assert found[10:14].tolist() == [0.0, 4.0, 4.0, 0.0]


def test_without_history_what_came_before_is_taken_from_the_horizon_itself() -> None:
    account = desk(volume={"source": "queue", "queue": "amazon", "share": 1.0, "delay_h": 24})
    account = replace(account, tables=replace(account.tables, history=()))
    contacts = np.arange(account.grid.size, dtype=float)
    found = following(account, account.queues[3], contacts, contacts)
    assert found[:48].tolist() == contacts[:48].tolist()
    assert found[48:].tolist() == contacts[:-48].tolist()


def test_planned_work_is_done_by_its_clock_in_one_line_with_the_rest() -> None:
    import planner

    plan = planner.plan(desk(volume={"source": "given", "batches": [{"contacts": 40, "days": "Mon-Fri", "at": "09:00"}]}))
    work = plan.evaluation.deferred
    assert work.arrived[3].sum() == pytest.approx(work.done[3].sum() + work.open[3, -1])
    assert not [row for row in plan.evaluation.overload if row.queue == "surveys" and row.late > LEAST]
    assert any("surveys" in note and "one line" in note for note in plan.evaluation.notes)
    assert "outbound" in plan.summary()


@pytest.mark.parametrize(
    ("queue", "said"),
    [
        ({"volume": {"source": "given"}}, "batches is missing"),
        ({"volume": {"source": "given", "batches": [{"contacts": 5}]}}, "date and days are both not given"),
        ({"volume": {"source": "given", "batches": [{"contacts": 5, "days": "Mon", "at": "10:00", "until": "09:00"}]}}, "is not after"),
        ({"volume": {"source": "queue", "queue": "amazon"}}, "share missing"),
        ({"volume": {"source": "queue", "queue": "amazn", "share": 0.1}}, "not among the queues"),
        ({"volume": {"source": "queue", "queue": "surveys", "share": 0.1}}, "follows itself"),
        ({"volume": {"source": "queue", "queue": "amazon", "share": 1.5}}, "share"),
        ({"volume": {"source": "history", "share": 0.5}}, "the source is history"),
        ({"volume": {"source": "given", "batches": [{"contacts": 5, "days": "Mon"}], "driver": "x"}}, "driver given"),
        ({"channel": "voice", "target": {"level": 0.8, "within_s": 20}, "volume": FOLLOWS}, "when there is time"),
        ({"backlog": [{"age_h": -1, "contacts": 5}], "volume": FOLLOWS}, "age_h must be"),
    ],
)  # fmt: skip
def test_wrong_plans_are_refused_with_the_reason(queue, said) -> None:
    with pytest.raises(DataError) as caught:
        desk(**queue)
    assert any(said in f"{p.place} {p.message}" for p in caught.value.problems), caught.value.problems
