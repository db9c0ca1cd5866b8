"""Customers as they came, and as they are drawn: who comes when, in which order lines are taken, what waits are counted as."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from simulated_floors import all_day, desk, line

from planner.errors import DataError
from planner.queueing import ExponentialPatience
from planner.simulation import Floor, Given, Link, Pool, ServiceLaw, draws, simulate_floor
from planner.simulation.contacts import contacts
from planner.simulation.layout import ARRIVES, ENDS, KEY, LEAVES, LINE, STARTS, WORK
from planner.simulation.replicate import Simulator
from planner.simulation.tally import BINS, BINS_RATIO, FIRST_BIN_S, bin_cells, bin_edges


def given_desk(arrives: list[float], work: list[float], agents: int = 1) -> Floor:
    calls = replace(line(size=8), given=Given(arrives_s=np.array(arrives), work_s=np.array(work)))
    return desk(calls, agents, warm_up_s=0.0)


def test_given_contacts_come_when_they_came_and_take_what_they_took_in_every_replication() -> None:
    floor = given_desk([-100.0, 50.0, 60.0, 4000.0], [300.0, 30.0, 40.0, 10.0])
    for replication in (0, 3):
        ran = Simulator(floor, 1).run(replication)
        seconds = ran.contacts.seconds[: ran.size]
        assert seconds[:, ARRIVES].tolist() == [-100.0, 50.0, 60.0, 4000.0]
        # the agent is there from the start: the first is answered then, the others one after the other
        assert seconds[:, STARTS].tolist() == [0.0, 300.0, 330.0, 4000.0]
        assert seconds[:, ENDS].tolist() == [300.0, 330.0, 370.0, 4010.0]
    found = simulate_floor(floor, replications=2, seed=1)
    assert found.totals("calls")["offered"] == 3.0
    assert found.mean_wait_s("calls").value == pytest.approx((250.0 + 270.0 + 0.0) / 3)


def test_patience_of_given_contacts_is_drawn_anew_in_each_replication() -> None:
    floor = given_desk([0.0, 1.0], [1e5, 10.0])
    floor = replace(floor, lines=(replace(floor.lines[0], patience=ExponentialPatience(100.0)),))
    left = [contacts(floor, 1, r, 0).seconds[1, LEAVES] for r in range(3)]
    assert len(set(left)) == 3


def test_given_contacts_out_of_order_or_without_work_are_refused_together() -> None:
    with pytest.raises(DataError) as told:
        Given(arrives_s=np.array([2.0, 1.0]), work_s=np.array([1.0, 0.0]))
    assert "in order of time" in str(told.value)
    assert "above 0 seconds" in str(told.value)


def test_given_contacts_are_neither_contained_nor_varied() -> None:
    calls = replace(line(size=8), given=Given(arrives_s=np.array([1.0]), work_s=np.array([1.0])))
    with pytest.raises(DataError, match="given contacts cannot be contained"):
        desk(replace(calls, contained=0.5), 1)
    with pytest.raises(DataError, match="credit_s must be 0 or more"):
        desk(replace(line(), credit_s=-1.0), 1)


def test_credit_counts_as_time_waited() -> None:
    # at 100 s the agent is free: the regular caller of 10 s waited 90 s, the one with 60 s of credit 40 s, then 70 s more
    def floor(vip_came_s: float) -> Floor:
        regular = replace(line("regular", size=8), given=Given(arrives_s=np.array([0.0, 10.0]), work_s=np.array([100.0, 50.0])))
        vip = replace(
            line("vip", size=8), credit_s=60.0, given=Given(arrives_s=np.array([vip_came_s]), work_s=np.array([20.0]))
        )
        links = (Link(line="regular", pool="all"), Link(line="vip", pool="all"))
        return Floor(interval_s=900.0, lines=(regular, vip), pools=(Pool(id="all"),), links=links, hours=all_day((1,), 7200.0))

    for came, starts in ((60.0, 100.0), (75.0, 150.0)):
        ran = Simulator(floor(came), 1).run(0)
        vip = ran.contacts.numbers[: ran.size, LINE] == 1
        assert ran.contacts.seconds[: ran.size][vip, STARTS].tolist() == [starts]
        assert ran.contacts.seconds[: ran.size][vip, KEY].tolist() == [came - 60.0]


@pytest.mark.parametrize("lines", [1, 2, 3, 7])
def test_contacts_of_all_lines_come_in_order_each_with_what_was_drawn_for_it(lines: int) -> None:
    rng = np.random.default_rng(lines)
    each = [
        replace(
            line(f"l{q}", size=24), contacts=rng.uniform(0, 30, 24) * (rng.random(24) < 0.7), aht_s=rng.uniform(50, 500, 24),
            patience=ExponentialPatience(100.0 + q), law=ServiceLaw.LOGNORMAL, cv=1.2,
        )
        for q in range(lines)
    ]  # fmt: skip
    floor = Floor(
        interval_s=900.0, lines=tuple(each), pools=(Pool(id="all"),), links=tuple(Link(line=x.id, pool="all") for x in each),
        hours=all_day((1,), 21_600.0), warm_up_s=1000.0,
    )  # fmt: skip
    found = contacts(floor, 5, 2, 0)
    assert (np.diff(found.seconds[:, ARRIVES]) >= 0).all()
    for q, x in enumerate(each):
        mine = found.seconds[found.numbers[:, LINE] == q]
        # the textbook way: a stream of rate one through the inverse of the expected number
        upto = np.concatenate([[0.0], np.cumsum(np.concatenate([[x.contacts[0] / 0.9], x.contacts]))])
        came = np.cumsum(draws.stream(5, 2, draws.ARRIVAL, q).standard_exponential(3 * 720))
        came = came[came < upto[-1]]
        at = np.searchsorted(upto, came, side="right") - 1
        expected = np.concatenate([[-1000.0], np.arange(25) * 900.0])[at]
        expected = expected + (came - upto[at]) / np.diff(upto)[at] * np.concatenate([[1000.0], np.full(24, 900.0)])[at]
        assert mine[:, ARRIVES] == pytest.approx(expected, abs=1e-6)
        times = np.empty(came.size)
        draws.handling(draws.stream(5, 2, draws.HANDLING, q), x, times)
        assert mine[:, WORK] == pytest.approx(times * x.aht_s[np.maximum(at - 1, 0)])
        draws.patience(draws.stream(5, 2, draws.WAITING, q), x.patience, times)
        assert mine[:, LEAVES] == pytest.approx(expected + times)


def test_the_same_customers_come_whatever_memory_is_used_again() -> None:
    floor = desk(line(per_h=300, size=48, patience=ExponentialPatience(60.0)), 12)
    simulator = Simulator(floor, 4)
    first, later = simulator.count(1), [simulator.count(r) for r in (2, 0, 1)][-1]
    for name in ("counts", "waits", "places", "busy"):
        assert np.array_equal(getattr(first, name), getattr(later, name)), name


def test_every_wait_falls_into_its_bin() -> None:
    edges = bin_edges()
    cells = bin_cells(edges)
    assert edges.size == BINS
    assert edges[1] == FIRST_BIN_S
    assert edges[50] == pytest.approx(FIRST_BIN_S * BINS_RATIO**49)
    assert (np.diff(edges[1:-1]) >= 0.04).all()  # cells are no wider than bins: a cell holds one edge at most
    assert (cells[:13] == 1).all()
    waits = np.array([0.0, 0.3, 0.5, 0.51, 20.0, 163.0, 164.0, 7000.0])
    calls = Given(arrives_s=np.zeros(waits.size), work_s=np.diff(np.append(waits, 1e5)).clip(1e-9))
    ran = simulate_floor(desk(replace(line(size=8), given=calls), 1, warm_up_s=0.0), replications=1, seed=1)
    found = np.repeat(np.arange(BINS), ran.bins.sum(axis=(0, 1)))
    assert (edges[found] + 1e-6 >= np.sort(waits)).all()
    assert (np.concatenate([[-1.0], edges])[found] < np.sort(waits) + 1e-6).all()
