"""Contacts that cause contacts over time: delays exact on the grid, nothing lost, drawn contacts agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.demand.flow import JOINED, LEAKED, REPEATS, DelayChain, Edge, Flow, Network, release_shares
from planner.domain.journey import Delay, DelayLaw

HOUR = 3600


def network(queues: int = 1, **parts: object) -> Network:
    none = np.zeros((queues, queues))
    given_: dict[str, object] = {
        "interval_s": HOUR,
        "recorded": (),
        "planned": (),
        "leaks": (),
        "through": np.ones(queues),
        "escalations_recorded": none,
        "escalations": none,
        "joined_s": none,
        **parts,
    }
    return Network(**given_)  # type: ignore[arg-type]


def edge(gain: float, *, hours: float = 10.0, origin: int = 0, to: int = 0, phases: int = 1, factor: float = 1.0) -> Edge:
    law = DelayLaw.ERLANG if phases > 1 else DelayLaw.EXPONENTIAL
    return Edge(origin=origin, to=to, gain=gain, delay=Delay(mean_s=hours * HOUR, law=law, phases=phases), aht_factor=factor)


def shape(queues: int = 1, intervals: int = 168) -> np.ndarray:
    hours = np.arange(intervals)
    return np.tile(5 + 4 * np.sin(2 * np.pi * hours / 24), (queues, 1))


@pytest.mark.parametrize("phases", [1, 4])
@pytest.mark.parametrize("hours", [0.2, 1.0, 30.0])
def test_a_delay_loses_nobody_and_takes_as_long_as_it_says(hours: float, phases: int) -> None:
    chain = DelayChain(edge(1.0, hours=hours, phases=phases).delay, HOUR)
    assert chain.stays.sum(axis=1) + chain.leaves == pytest.approx(1.0)
    waiting, out = chain.enters, [chain.at_once]
    for _ in range(2000):
        out.append(float(waiting @ chain.leaves))
        waiting = waiting @ chain.stays
    assert sum(out) == pytest.approx(1.0)
    # contacts and returns both lie evenly within intervals, on average, so whole intervals apart is the mean delay for long ones
    assert sum(n * share for n, share in enumerate(out)) == pytest.approx(
        hours, abs=1e-6 if phases == 1 and hours > 20 else 0.6
    )


def test_a_delay_is_that_of_drawn_contacts() -> None:
    rng = np.random.default_rng(1)
    chain = DelayChain(edge(1.0, hours=2.0, phases=3).delay, HOUR)
    apart = np.floor(rng.random(400_000) + rng.gamma(3, 2.0 / 3, 400_000)).astype(int)
    drawn = np.bincount(apart, minlength=8)[:8] / 400_000
    waiting, exact = chain.enters, [chain.at_once]
    for _ in range(7):
        exact.append(float(waiting @ chain.leaves))
        waiting = waiting @ chain.stays
    assert np.abs(drawn - exact).max() < 0.003


def test_repeats_in_the_long_run_are_the_geometric_series() -> None:
    flow = Flow(network(planned=(edge(0.3),)), np.ones((1, 168), dtype=bool), shape())
    run = flow.run(shape()[None], flow.steady(shape()))
    assert run.contacts.sum() == pytest.approx(shape().sum() / 0.7, rel=1e-12)


def test_loops_over_queues_are_the_inverse_of_the_matrix_of_gains() -> None:
    gains = np.array([[0.1, 0.3, 0.0], [0.0, 0.2, 0.4], [0.5, 0.0, 0.0]])
    edges = tuple(edge(g, origin=i, to=j, hours=5 + i + j) for (i, j), g in np.ndenumerate(gains) if g)
    first = shape(3) * np.array([[1.0], [2.0], [0.5]])
    flow = Flow(network(3, planned=edges), np.ones((3, 168), dtype=bool), first)
    run = flow.run(first[None], flow.steady(first))
    assert run.contacts[0].sum(axis=1) == pytest.approx(first.sum(axis=1) @ np.linalg.inv(np.eye(3) - gains))


def test_drawn_customers_come_back_when_the_flow_says() -> None:
    """Simulation-free cross-check: customers drawn one by one, from an empty start, with repeats and escalations."""
    rng = np.random.default_rng(3)
    escalations = np.array([[0.0, 0.15], [0.0, 0.0]])
    first = np.zeros((2, 48))
    first[0, :24] = 1000.0
    net = network(2, planned=(edge(0.4, hours=6.0),), escalations=escalations, joined_s=np.full((2, 2), 100.0))
    flow = Flow(net, np.ones((2, 48), dtype=bool), first)
    run = flow.run(first[None], flow.nobody(1))
    now = np.repeat(np.arange(24), 1000) + rng.random(24_000)
    seen = np.zeros((2, 48))
    while now.size:
        seen[0] += np.bincount(now.astype(int), minlength=48)
        seen[1] += np.bincount(now[rng.random(now.size) < 0.15].astype(int), minlength=48)
        now = now[rng.random(now.size) < 0.4]
        now = now + rng.exponential(6.0, now.size)
        now = now[now < 48]
    spread = np.sqrt(np.maximum(run.contacts[0], 1.0))
    assert (np.abs(seen - run.contacts[0]) / spread).max() < 5
    assert np.abs((seen - run.contacts[0]).sum(axis=1)).max() < 4 * seen.sum() ** 0.5


def test_what_is_due_while_closed_comes_once_open_and_nothing_is_lost() -> None:
    hours = np.arange(168) % 24
    is_open = ((hours >= 8) & (hours < 18))[None]
    first = np.where(is_open, 10.0, 0.0)
    flow = Flow(network(planned=(edge(0.4, hours=8.0),)), is_open, first)
    run = flow.run(first[None], flow.steady(first))
    assert not run.contacts[0][~is_open].any()
    assert run.contacts.sum() == pytest.approx(first.sum() / 0.6, rel=1e-12)
    morning = run.kinds[REPEATS, 0, 0, 8:18]
    assert morning.max() < 2 * morning.min()  # spread over the day, no spike at opening


def test_a_queue_that_never_opens_takes_nothing_in() -> None:
    is_open = np.array([[True] * 24, [False] * 24])
    first = np.vstack([np.full(24, 5.0), np.zeros(24)])
    net = network(2, planned=(edge(0.5, to=1),), escalations=np.array([[0.0, 0.2], [0.0, 0.0]]))
    flow = Flow(net, is_open, first)
    run = flow.run(first[None], flow.steady(first))
    assert run.contacts[0, 0] == pytest.approx(5.0)
    assert not run.contacts[0, 1].any()


def test_leaks_come_once_and_escalations_at_once() -> None:
    net = network(
        2,
        through=np.array([0.7, 1.0]),
        leaks=(edge(0.3 * 0.2, hours=1.0),),
        escalations=np.array([[0.0, 0.1], [0.0, 0.0]]),
    )
    first = np.vstack([shape()[0], np.zeros(168)])
    flow = Flow(net, np.ones((2, 168), dtype=bool), first)
    run = flow.run(first[None], flow.steady(first))
    assert run.kinds[LEAKED, 0, 0].sum() == pytest.approx(0.06 * first.sum())
    assert run.contacts[0, 0].sum() == pytest.approx(0.76 * first.sum())
    assert run.kinds[JOINED, 0, 1] == pytest.approx(0.1 * run.contacts[0, 0])


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_whatever_the_network_contacts_sum_to_first_ones_through_the_matrix(seed: int) -> None:
    rng = np.random.default_rng(seed)
    queues = int(rng.integers(1, 4))
    gains = rng.random((queues, queues)) * 0.9 / queues
    edges = tuple(
        edge(float(g), origin=i, to=j, hours=float(rng.uniform(0.3, 40)), phases=int(rng.integers(1, 4)), factor=1.3)
        for (i, j), g in np.ndenumerate(gains)
    )
    is_open = rng.random((queues, 48)) < 0.7
    is_open[:, 0] = True
    first = np.where(is_open, rng.random((queues, 48)) * 9, 0.0)
    flow = Flow(network(queues, planned=edges), is_open, first)
    start = flow.steady(first)
    run = flow.run(first[None], start)
    assert run.contacts[0].sum(axis=1) == pytest.approx(first.sum(axis=1) @ np.linalg.inv(np.eye(queues) - gains), rel=1e-8)
    assert run.contacts.min() >= -1e-9
    assert run.end.flat() == pytest.approx(start.flat(), rel=1e-6, abs=1e-9)


def test_recorded_repeats_taken_out_and_put_back_leave_the_volume_as_it_was() -> None:
    edges = (edge(0.35, hours=20.0, phases=4), edge(0.1, hours=3.0))
    volume = shape()
    flow = Flow(network(recorded=edges, planned=edges), np.ones((1, 168), dtype=bool), volume)
    run = flow.run(volume[None], flow.steady(volume))
    assert run.contacts[0] == pytest.approx(volume, rel=1e-10)
    assert run.left.sum() == pytest.approx(0.55 * volume.sum())


def test_held_contacts_come_by_the_shape_of_the_first_day_after_opening() -> None:
    is_open = np.array([[False, True, True, True, False, True, True]])
    usual = np.array([[0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0]])
    shares = release_shares(is_open, usual, most=2)
    assert shares[0] == pytest.approx([0, 1 / 3, 1, 0, 0, 1 / 2, 1])
