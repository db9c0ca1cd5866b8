"""Live service by its law, in balance or over time, and over scenarios as close to it as is promised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.queues import Channel, OpeningHours, OpenSpan, Queue
from planner.domain.targets import Formula, LiveTarget
from planner.evaluation.monotone import interpolate_columns
from planner.evaluation.service import LiveQueue
from planner.queueing import offered_load, performance

ALWAYS = OpeningHours(tuple(OpenSpan(d, 0, 1440) for d in range(7)))


def desk(
    contacts: list[float] | np.ndarray,
    agents: list[float] | np.ndarray,
    *,
    patience_s: float | None = None,
    channel: Channel = Channel.VOICE,
    concurrency: int = 1,
    aht_s: float = 180.0,
    formula: Formula = Formula.OFFERED,
    own_people: bool = False,
    open: np.ndarray | None = None,
    interval_s: int = 900,
) -> LiveQueue:
    target = LiveTarget(level=0.8, within_s=20, formula=formula)
    queue = Queue(
        id="q",
        market="m",
        language="en",
        channel=channel,
        aht_s=aht_s,
        opening=ALWAYS,
        target=target,
        patience_s=patience_s,
        concurrency=concurrency,
    )
    n = len(contacts)
    return LiveQueue(
        queue=queue,
        contacts=np.asarray(contacts, float),
        aht_s=np.full(n, aht_s),
        agents=np.asarray(agents, float),
        interval_s=interval_s,
        open=np.ones(n, dtype=bool) if open is None else open,
        own_people=own_people,
    )


def test_the_textbook_case_is_delivered_as_printed() -> None:
    found = desk([50.0], [14.0]).service()
    assert found.level[0] == pytest.approx(0.88835, abs=5e-6)
    assert found.mean_wait_s[0] == pytest.approx(7.83593701, abs=1e-7)
    assert found.occupancy[0] == pytest.approx(10 / 14)
    assert found.abandonment[0] == 0


def test_fractional_agents_share_their_time_between_whole_neighbours() -> None:
    level = desk([50.0] * 3, [14.0, 14.25, 15.0]).service().level
    assert level[1] == pytest.approx(0.75 * level[0] + 0.25 * level[2])


def test_closed_and_empty_intervals_have_no_service() -> None:
    found = desk([np.nan, 0.0, 50.0], [14.0, 14.0, 14.0]).service()
    for values in (found.level, found.occupancy, found.abandonment, found.mean_wait_s):
        assert np.isnan(values[:2]).all()
        assert np.isfinite(values[2])


@pytest.mark.parametrize(
    ("formula", "patience_s"),
    [(f, p) for f in Formula for p in (None, 60.0) if not (p and f is Formula.CREDITING_SHORT_ABANDONS)],
)
def test_with_nobody_on_seat_the_level_is_zero_by_every_formula_that_counts_answers(
    formula: Formula, patience_s: float | None
) -> None:
    one = desk([50.0], [0.0], patience_s=patience_s, formula=formula)
    found = one.service()
    assert found.level[0] == 0
    assert found.mean_wait_s[0] == (np.inf if patience_s is None else patience_s)
    assert found.abandonment[0] == (0.0 if patience_s is None else 1.0)
    assert np.isnan(found.occupancy[0])
    counts = one.counts(formula, 20.0)
    assert (counts.counted[0], counts.within[0]) == (50.0, 0.0)


def test_with_nobody_on_seat_crediting_short_abandons_still_counts_those_who_hang_up() -> None:
    # the formula's own doing: of callers with a mean patience of 60 s, 1 - exp(-20 / 60) are gone within 20 s
    credited = -np.expm1(-20 / 60)
    one = desk([50.0, 50.0], [0.0, 0.0], patience_s=60.0, formula=Formula.CREDITING_SHORT_ABANDONS)
    found = one.service()
    assert found.level == pytest.approx([credited] * 2)
    assert found.abandonment[0] == 1
    counts = one.counts(Formula.CREDITING_SHORT_ABANDONS, 20.0)
    assert counts.counted == pytest.approx([50, 50])
    assert counts.within == pytest.approx([50 * credited] * 2)
    futures = one.scenario_counts(np.array([[10.0, 90.0]] * 3), Formula.CREDITING_SHORT_ABANDONS, 20.0)
    assert futures.within[0] == pytest.approx([10 * credited, 90 * credited])


def test_a_queue_that_cannot_keep_up_waits_for_ever() -> None:
    found = desk([50.0], [9.0]).service()
    assert found.level[0] == 0
    assert found.mean_wait_s[0] == np.inf
    assert found.occupancy[0] == 1


def test_chat_agents_count_as_their_slots() -> None:
    chat = desk([50.0], [7.0], channel=Channel.CHAT, concurrency=2).service()
    voice = desk([50.0], [14.0]).service()
    assert chat.level == pytest.approx(voice.level)
    assert chat.occupancy == pytest.approx(voice.occupancy)


@pytest.mark.parametrize("formula", list(Formula))
def test_counted_contacts_make_each_formulas_level(formula: Formula) -> None:
    one = desk([40.0, 60.0], [9.0, 13.0], patience_s=90.0, formula=formula)
    counts = one.counts(formula, 20.0)
    assert counts.within / counts.counted == pytest.approx(one.service().level)
    offered = one.counts(Formula.OFFERED, 20.0)
    assert offered.counted.tolist() == [40, 60]
    if formula in (Formula.OFFERED, Formula.ANSWERED, Formula.EXCLUDING_SHORT_ABANDONS):
        assert counts.within == pytest.approx(offered.within)  # answered in time is the numerator of all three
    if formula is Formula.ANSWERED:
        assert counts.counted == pytest.approx(np.array([40, 60]) * (1 - one.service().abandonment))


@pytest.mark.parametrize(
    ("load", "spread", "patience_s", "formula"),
    [
        (2, 0.25, 100.0, Formula.OFFERED),
        (10, 0.20, None, Formula.OFFERED),
        (30, 0.20, 200.0, Formula.OFFERED),
        (30, 0.20, 60.0, Formula.ANSWERED),
        (120, 0.15, 150.0, Formula.EXCLUDING_SHORT_ABANDONS),
        (120, 0.30, None, Formula.OFFERED),
        (600, 0.10, 300.0, Formula.OFFERED),
        (600, 0.10, 300.0, Formula.VIRTUAL),
    ],
)
def test_scenarios_are_within_two_tenths_of_a_point_of_the_law(
    load: float, spread: float, patience_s: float | None, formula: Formula
) -> None:
    rng = np.random.default_rng(3)
    shape = 0.1 + np.sin(np.linspace(0, 2 * np.pi, 48)) ** 2
    contacts = load * 900 / 300 * shape
    agents = 1.02 * load * shape + 0.9 * np.sqrt(load * shape)
    rates = np.repeat(rng.gamma(spread**-2, spread**2, (80, 2)), 24, axis=1) * contacts
    one = desk(contacts, agents, patience_s=patience_s, aht_s=300.0, formula=formula)
    fast = one.scenario_counts(rates, formula, 20.0)
    in_hand = offered_load(rate_per_h=4 * rates, aht_s=300.0, interval_s=900)
    exact = performance(
        rate_per_h=12 * in_hand, aht_s=300.0, agents=agents, threshold_s=20.0, patience_s=patience_s, definition=formula.value
    )
    counted = fast.counted if formula in (Formula.ANSWERED, Formula.EXCLUDING_SHORT_ABANDONS) else rates
    assert np.abs(fast.within / counted - exact.service_level).max() < 0.003  # single cells
    whole = (counted * exact.service_level).sum(axis=1) / counted.sum(axis=1)
    assert np.abs(fast.within.sum(axis=1) / fast.counted.sum(axis=1) - whole).max() < 0.002  # windows


def test_scenarios_with_no_contacts_in_an_interval_count_nothing_there() -> None:
    rates = np.array([[0.0, 10.0], [18.0, 0.0], [10.0, 5.0]])
    for patience_s in (None, 100.0):
        found = desk([10.0, 5.0], [4.0, 4.0], patience_s=patience_s).scenario_counts(rates, Formula.ANSWERED, 20.0)
        assert (found.counted[rates == 0] == 0).all()
        assert (found.within[rates == 0] == 0).all()
        assert (found.within > 0).sum() == 4


def test_the_scenario_of_the_mean_is_the_mean() -> None:
    one = desk([10.0, np.nan, 30.0], [4.0, 3.0, 7.5], patience_s=120.0)
    rates = np.vstack([one.contacts] * 3)
    found, mean = one.scenario_counts(rates, Formula.OFFERED, 20.0), one.counts(Formula.OFFERED, 20.0)
    assert found.within == pytest.approx(np.vstack([mean.within] * 3), rel=1e-6)
    assert found.counted.tolist() == [[10, 0, 30]] * 3


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.floats(-5, 5), min_size=2, max_size=9),
    where=st.lists(st.floats(-0.5, 1.5), min_size=2, max_size=30),
)
def test_interpolation_passes_through_its_points_and_never_overshoots(values: list[float], where: list[float]) -> None:
    table = np.array(values)[:, None]
    nodes = np.linspace(0.0, 1.0, len(values))
    assert interpolate_columns(nodes, table, nodes[:, None])[:, 0] == pytest.approx(np.array(values), abs=1e-9)
    at = np.sort(np.array(where))
    found = interpolate_columns(nodes, table, at[:, None])[:, 0]
    left = np.clip((np.clip(at, 0, 1) * (len(values) - 1)).astype(int), 0, len(values) - 2)
    low, high = np.minimum(table[left, 0], table[left + 1, 0]), np.maximum(table[left, 0], table[left + 1, 0])
    assert (found >= low - 1e-9).all()
    assert (found <= high + 1e-9).all()


def test_interpolation_rises_with_rising_values() -> None:
    rng = np.random.default_rng(8)
    table = np.cumsum(rng.exponential(1, (9, 5)) ** 3, axis=0)
    fine = interpolate_columns(np.linspace(0, 1, 9), table, np.linspace(0, 1, 400)[:, None] * np.ones(5))
    assert (np.diff(fine, axis=0) >= -1e-12).all()
