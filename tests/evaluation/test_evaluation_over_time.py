"""A queue with people of its own, followed through the day by its exact law."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation.test_evaluation_service import desk
from scipy.stats import poisson

from planner.domain.evaluation import Basis
from planner.domain.queues import Channel
from planner.domain.targets import Formula
from planner.evaluation.over_time import LONGEST_QUEUE
from planner.queueing import performance, transient


def day(**changed):
    known = {"contacts": [20.0, 40.0, 60.0, 60.0, 30.0], "agents": [6.0, 9.5, 12.0, 14.0, 9.0], "patience_s": 120.0}
    return desk(**{**known, "own_people": True, **changed})


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({}, ""),
        ({"own_people": False}, "agents serve other queues too"),
        ({"channel": Channel.CHAT, "concurrency": 2}, "agents hold several contacts at once"),
        ({"contacts": [30_000.0] * 5, "patience_s": None}, "its line would grow to thousands of contacts"),
    ],
)
def test_the_law_over_time_is_taken_where_it_is_exact_and_doubts_have_a_reason(changed: dict, doubt: str) -> None:
    found = day(**changed)
    assert found.doubt == doubt
    assert found.basis is (Basis.STATIONARY if doubt else Basis.TRANSIENT)


@pytest.mark.parametrize("patience_s", [None, 90.0])
@pytest.mark.parametrize("formula", list(Formula))
def test_a_steady_desk_open_from_the_start_is_the_stationary_law(formula: Formula, patience_s: float | None) -> None:
    one = day(contacts=[50.0] * 8, agents=[13.0] * 8, patience_s=patience_s, formula=formula)
    law = performance(rate_per_h=200, aht_s=180, agents=13, threshold_s=20, patience_s=patience_s, definition=formula.value)
    found = one.service()
    assert found.level == pytest.approx([float(law.service_level)] * 8, abs=1e-8)
    assert found.occupancy == pytest.approx([float(law.occupancy)] * 8, abs=1e-8)
    assert found.abandonment == pytest.approx([float(law.abandonment)] * 8, abs=1e-8)
    assert found.mean_wait_s == pytest.approx([float(law.mean_wait_s)] * 8, abs=1e-6)


def test_with_patience_as_long_as_handling_contacts_are_poisson_around_those_in_hand() -> None:
    # opens empty after a closed interval; m(t) = a (1 - exp(-t / aht)), and who comes at t waits with probability P(N >= s)
    is_open = np.array([False, True, True])
    one = day(contacts=[np.nan, 50.0, 50.0], agents=[0.0, 12.0, 12.0], patience_s=180.0, open=is_open)
    t = (np.arange(1800) + 0.5) / 1800 * 900
    at_once = poisson.cdf(11, 10 * (1 - np.exp(-t / 180))).mean()
    counts = one.counts(Formula.OFFERED, 0.0)
    assert counts.within[1] == pytest.approx(50 * at_once, rel=1e-6)
    assert counts.counted.tolist() == [0, 50, 50]


def test_a_queue_left_by_an_overload_is_served_in_the_next_interval() -> None:
    over, calm = day(contacts=[50.0, 90.0, 50.0], agents=[14.0] * 3), day(contacts=[50.0] * 3, agents=[14.0] * 3)
    assert over.service().level[2] < calm.service().level[2] - 0.01
    assert over.service().mean_wait_s[2] > calm.service().mean_wait_s[2]


def test_every_opening_is_a_day_by_itself_and_nobody_waits_overnight() -> None:
    is_open = np.array([False, True, True, True, False, True, True, True])
    contacts = np.where(is_open, 50.0, np.nan)
    agents = np.where(is_open, [0, 14, 11, 8, 0, 14, 11, 8], 0.0)
    found = day(contacts=contacts, agents=agents, patience_s=None, open=is_open).service()
    for values in (found.level, found.mean_wait_s, found.occupancy, found.abandonment):
        assert values[1:4] == pytest.approx(values[5:8], abs=1e-12)
        assert np.isnan(values[[0, 4]]).all()
    alone = transient(rate_per_h=[200] * 3, agents=[14, 11, 8], aht_s=180, interval_s=900, threshold_s=20, start="empty")
    assert found.level[1:4] == pytest.approx(alone.service_level, abs=1e-12)


@pytest.mark.parametrize("formula", list(Formula))
def test_counts_make_the_level_and_nobody_on_seat_leaves_no_way_out(formula: Formula) -> None:
    one = day(agents=[6.0, 0.0, 0.0, 14.0, 9.0], formula=formula)
    counts, found = one.counts(formula, 20.0), one.service()
    staffed = np.array([True, False, False, True, True])
    assert (counts.within / counts.counted)[staffed] == pytest.approx(found.level[staffed])
    assert counts.counted[~staffed].tolist() == [40, 60]
    assert (counts.within <= counts.counted).all()
    assert (found.abandonment[~staffed] > 0.5).all()
    assert np.isnan(found.occupancy[~staffed]).all()


def test_no_contacts_have_no_service_while_the_desk_goes_on() -> None:
    found = day(contacts=[30.0, 0.0, 30.0], agents=[7.0] * 3).service()
    assert np.isnan([x[1] for x in (found.level, found.abandonment, found.mean_wait_s)]).all()
    assert np.isnan(found.occupancy[1])
    assert np.isfinite([x[2] for x in (found.level, found.abandonment, found.mean_wait_s, found.occupancy)]).all()


@pytest.mark.parametrize(
    ("load", "spread", "patience_s", "formula", "off"),
    [
        (2, 0.25, 100.0, Formula.OFFERED, 0.002),
        (10, 0.20, None, Formula.OFFERED, 1e-9),
        (30, 0.20, 200.0, Formula.OFFERED, 0.002),
        (30, 0.20, 60.0, Formula.ANSWERED, 0.002),
        (40, 0.20, 7200.0, Formula.OFFERED, 1e-9),
    ],
)
def test_scenarios_are_as_close_to_the_law_as_promised(
    load: float, spread: float, patience_s: float | None, formula: Formula, off: float
) -> None:
    rng = np.random.default_rng(3)
    shape = 0.1 + np.sin(np.linspace(0, 2 * np.pi, 48)) ** 2
    contacts = load * 900 / 300 * shape
    agents = 1.02 * load * shape + 0.9 * np.sqrt(load * shape)
    rates = np.repeat(rng.gamma(spread**-2, spread**2, (30, 2)), 24, axis=1) * contacts
    one = desk(contacts, agents, patience_s=patience_s, aht_s=300.0, formula=formula, own_people=True)
    fast = one.scenario_counts(rates, formula, 20.0)
    for row, counted, within in zip(rates, fast.counted, fast.within, strict=True):
        exact = desk(row, agents, patience_s=patience_s, aht_s=300.0, formula=formula, own_people=True).counts(formula, 20.0)
        assert counted.sum() == pytest.approx(exact.counted.sum(), rel=0.005)
        assert abs(within.sum() / counted.sum() - exact.within.sum() / exact.counted.sum()) < off


def test_a_desk_in_collapse_is_a_fluid_and_recovers() -> None:
    # scenarios far above the staff: nobody is in time until the line is worked off
    contacts, agents = np.full(12, 400.0), np.r_[np.full(6, 90.0), np.full(6, 400.0)]
    one = desk(contacts, agents, own_people=True)
    rates = np.vstack([contacts, 30 * contacts])
    assert not one._over_time.reaches(rates[1])
    found = one.scenario_counts(rates, Formula.OFFERED, 20.0)
    assert (found.within[1] == 0).all()
    assert found.within[0].sum() > 0.7 * 12 * 400
    assert one._over_time._line(rates[1]).max() > LONGEST_QUEUE > one._over_time._line(contacts).max()


def test_without_abandonment_days_that_close_at_night_are_interpolated_within_two_tenths_of_a_point() -> None:
    rng = np.random.default_rng(3)
    is_open = np.tile(np.r_[np.zeros(8), np.ones(40)], 3).astype(bool)
    contacts = np.where(is_open, np.tile(30 + 20 * np.sin(np.linspace(0, np.pi, 48)), 3), np.nan)
    agents = np.where(is_open, np.nan_to_num(contacts) * 1.05 / 3 + 4, 0)
    days = np.nan_to_num(contacts) * np.repeat(rng.gamma(25, 1 / 25, (30, 3)), 48, axis=1)
    one = desk(contacts, agents, open=is_open, own_people=True, aht_s=300.0)
    fast = one.scenario_counts(days, Formula.OFFERED, 20.0)
    for row, within in zip(days, fast.within, strict=True):
        alone = desk(np.where(is_open, row, np.nan), agents, open=is_open, own_people=True, aht_s=300.0)
        exact = alone.counts(Formula.OFFERED, 20.0).within
        assert abs(within.sum() - exact.sum()) / row.sum() < 0.002
