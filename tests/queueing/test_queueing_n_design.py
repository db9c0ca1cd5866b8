"""Two classes, a pool of one's own and a shared one."""

import heapq
import math
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import expm_multiply

from planner.domain.targets import Formula
from planner.queueing import performance
from planner.queueing.n_design import n_design
from planner.queueing.n_design_chain import System, balance
from planner.queueing.n_design_tagged import tagged_law

BY_CLASS = ("service_level", "prob_wait", "abandonment", "asa_answered_s", "mean_wait_s", "queue_length")


def events(state, system):
    """What can happen next when (busy 1, busy 2, waiting 1, waiting 2): (kind, rate), as the rules of the desk are told."""
    busy1, busy2, waiting1, waiting2 = state
    (one, two), (mu1, mu2), (theta1, theta2) = system.arrivals, system.completions, system.giving_up
    yield "call 1", one
    yield "call 2", two
    yield "pool 1 done", busy1 * mu1
    yield "pool 2 done", busy2 * mu2
    yield "class 1 gives up", waiting1 * theta1
    yield "class 2 gives up", waiting2 * theta2


def after(state, kind, system):
    """The state after an event, and the class that an agent turned to, if one did."""
    busy1, busy2, waiting1, waiting2 = state
    s1, s2 = system.agents
    if kind == "call 1":
        if busy1 < s1:
            return (busy1 + 1, busy2, waiting1, waiting2), None
        if busy2 < s2:
            return (busy1, busy2 + 1, waiting1, waiting2), None
        return (busy1, busy2, waiting1 + 1, waiting2), None
    if kind == "call 2":
        if busy2 < s2:
            return (busy1, busy2 + 1, waiting1, waiting2), None
        return (busy1, busy2, waiting1, waiting2 + 1), None
    if kind == "pool 1 done":
        if waiting1:
            return (busy1, busy2, waiting1 - 1, waiting2), 1
        return (busy1 - 1, busy2, waiting1, waiting2), None
    if kind == "pool 2 done":
        for favoured in (system.priority, 3 - system.priority):
            if favoured == 1 and waiting1:
                return (busy1, busy2, waiting1 - 1, waiting2), 1
            if favoured == 2 and waiting2:
                return (busy1, busy2, waiting1, waiting2 - 1), 2
        return (busy1, busy2 - 1, waiting1, waiting2), None
    if kind == "class 1 gives up":
        return (busy1, busy2, waiting1 - 1, waiting2), None
    return (busy1, busy2, waiting1, waiting2 - 1), None


def by_dense_algebra(system, thresholds, longest):
    """Every measure from all states reached, and the levels from a chain in which one waiting contact is followed among the others."""
    index, unvisited, entries = {(0, 0, 0, 0): 0}, [(0, 0, 0, 0)], []
    while unvisited:
        here = unvisited.pop()
        for kind, rate in events(here, system):
            there, _ = after(here, kind, system)
            if rate == 0 or max(there[2:]) > longest:
                continue
            if there not in index:
                index[there] = len(index)
                unvisited.append(there)
            entries.append((index[here], index[there], rate))
    q = np.zeros((len(index), len(index)))
    for i, j, rate in entries:
        q[i, j] += rate
    np.fill_diagonal(q, -q.sum(axis=1))
    a = q.copy()
    a[:, 0] = 1.0
    p = np.linalg.solve(a.T, np.eye(len(index))[0])
    states = np.array(list(index))
    s1, s2 = system.agents
    waits = ((states[:, 0] == s1) & (states[:, 1] == s2), states[:, 1] == s2)
    queue = p @ states[:, 2:]
    levels = []
    for mine in (1, 2):
        # followed states: the four numbers, and how many of my class are ahead; -1 answered, -2 gave up. I count among those waiting.
        start, unvisited, rows, theta = {}, [], [], system.giving_up[mine - 1]
        for state, i in index.items():
            if waits[mine - 1][i]:
                joined = list(state)
                joined[1 + mine] += 1
                start[(*joined, state[1 + mine])] = p[i]
                unvisited.append((*joined, state[1 + mine]))
        known = {state: i for i, state in enumerate(start)}
        while unvisited:
            here = unvisited.pop()
            ahead = here[4]
            if ahead < 0:
                continue
            for kind, rate in events(here[:4], system):
                there, served = after(here[:4], kind, system)
                split = [(ahead, rate)]
                if kind == f"class {mine} gives up":
                    split = [(ahead - 1, ahead * theta), (-2, theta), (ahead, rate - (ahead + 1) * theta)]
                elif served == mine:
                    split = [(ahead - 1, rate)]
                for now, part in split:
                    to = (*there, now) if now >= 0 else (0, 0, 0, 0, now)
                    if part <= 0 or max(there[2:]) > longest + 1:
                        continue
                    if to not in known:
                        known[to] = len(known)
                        unvisited.append(to)
                    rows.append((known[here], known[to], part))
        of, to, rate = (np.array(x) for x in zip(*rows, strict=True))
        leaving = np.bincount(of, rate, len(known))
        n = np.arange(len(known))
        moving = coo_matrix((np.append(rate, -leaving), (np.append(of, n), np.append(to, n))), (n.size, n.size)).tocsr()
        first = np.zeros(len(known))
        for state, mass in start.items():
            first[known[state]] = mass
        then = expm_multiply(moving.T.tocsc() * thresholds[mine - 1], first)
        levels.append(1 - sum(start.values()) + then[known[0, 0, 0, 0, -1]])
    return {
        "service_level": np.array(levels), "prob_wait": np.array([p[w].sum() for w in waits]), "queue_length": queue,
        "abandonment": queue * system.giving_up / np.array(system.arrivals), "mean_wait_s": queue / system.arrivals,
        "occupancy": p @ states[:, :2] / system.agents,
    }  # fmt: skip


@pytest.mark.parametrize("priority", [1, 2])
@pytest.mark.parametrize(
    ("rate", "aht", "agents", "patience", "threshold", "longest"),
    [
        ((40, 25), (180, 180), (2, 2), (60, 45), (20, 10), 14),
        ((30, 40), (120, 240), (1, 3), (40, 90), (5, 30), 16),
        ((60, 10), (150, 90), (3, 1), (30, 30), (15, 60), 14),
    ],
)
def test_dense_algebra_on_small_desks_agrees(rate, aht, agents, patience, threshold, longest, priority) -> None:
    known = {"rate_per_h": rate, "aht_s": aht, "agents": agents, "patience_s": patience, "priority": priority}
    system = System(
        arrivals=(rate[0] / 3600, rate[1] / 3600), completions=(1 / aht[0], 1 / aht[1]),
        giving_up=(1 / patience[0], 1 / patience[1]), agents=agents, priority=priority,
    )  # fmt: skip
    want, got = by_dense_algebra(system, threshold, longest), n_design(threshold_s=threshold, **known)
    for name, value in want.items():
        assert getattr(got, name) == pytest.approx(value, rel=2e-7), name


DESKS = st.fixed_dictionaries(
    {
        "rate_per_h": st.tuples(st.floats(5, 120), st.floats(5, 120)),
        "aht_s": st.tuples(st.floats(60, 300), st.floats(60, 300)),
        "agents": st.tuples(st.integers(0, 6), st.integers(1, 6)),
        "patience_s": st.tuples(st.floats(10, 300), st.floats(10, 300)),
        "priority": st.sampled_from([1, 2]),
    }
)


@given(DESKS, st.floats(0, 120))
@settings(deadline=None, max_examples=12)
def test_littles_law_flows_and_the_two_chains_agree(desk, within) -> None:
    got = n_design(threshold_s=within, **desk)
    rate, patience = np.array(desk["rate_per_h"]) / 3600, np.array(desk["patience_s"])
    assert got.queue_length == pytest.approx(rate * got.mean_wait_s, rel=1e-12)
    assert rate * got.abandonment == pytest.approx(got.queue_length / patience, rel=1e-10)
    busy = np.where(np.array(desk["agents"]) > 0, got.occupancy, 0) * desk["agents"]
    assert (busy / desk["aht_s"]).sum() == pytest.approx((rate * (1 - got.abandonment)).sum(), rel=1e-10)
    assert got.by_pool_2 * rate[0] <= busy[1] / desk["aht_s"][1] * (1 + 1e-9)
    system = System(
        arrivals=tuple(rate), completions=tuple(1 / np.array(desk["aht_s"])), giving_up=tuple(1 / patience),
        agents=desk["agents"], priority=desk["priority"],
    )  # fmt: skip
    found = balance(system)
    for i in (0, 1):
        law = tagged_law(system, i + 1, found, within)
        # solved from the contact's own chain, and from the mean queue
        assert law[3] == pytest.approx(got.abandonment[i], rel=1e-8)
        assert 0 <= law[2] <= law[1] <= 1
        assert law[2] + law[4] <= 1 + 1e-12
    for definition in Formula:
        level = n_design(threshold_s=within, definition=definition, **desk).service_level
        assert ((level >= 0) & (level <= 1)).all()


@given(
    st.floats(5, 100),
    st.integers(1, 8),
    st.floats(20, 300),
    st.floats(0, 90),
    st.sampled_from([1, 2]),
    st.sampled_from(list(Formula)),
)
@settings(deadline=None, max_examples=20)
def test_without_a_shared_pool_class_1_is_alone(rate, agents, patience, within, priority, definition) -> None:
    known = {"threshold_s": within, "definition": definition}
    got = n_design(rate_per_h=(rate, 7), aht_s=240, agents=(agents, 0), patience_s=(patience, 50), priority=priority, **known)
    want = performance(rate_per_h=rate, aht_s=240, agents=agents, patience_s=patience, **known)
    for name in BY_CLASS:
        assert getattr(got, name)[0] == pytest.approx(getattr(want, name), rel=1e-8, abs=1e-12), name
    assert got.occupancy[0] == pytest.approx(want.occupancy, rel=1e-9)
    assert (got.prob_wait[1], got.abandonment[1], got.mean_wait_s[1]) == pytest.approx((1, 1, 50))
    assert (got.by_pool_2, np.isnan(got.occupancy[1])) == (pytest.approx(0, abs=1e-9), True)


@given(st.floats(5, 60), st.floats(5, 60), st.integers(1, 8), st.floats(20, 300), st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=20)
def test_one_shared_pool_and_equal_patience_are_one_queue_in_all(one, two, agents, patience, priority) -> None:
    got = n_design(rate_per_h=(one, two), aht_s=240, agents=(0, agents), threshold_s=20, patience_s=patience, priority=priority)
    want = performance(rate_per_h=one + two, aht_s=240, agents=agents, threshold_s=20, patience_s=patience)
    assert got.prob_wait == pytest.approx([want.prob_wait] * 2, rel=1e-9)
    assert got.queue_length.sum() == pytest.approx(want.queue_length, rel=1e-9)
    share = np.array([one, two]) / (one + two)
    assert got.abandonment @ share == pytest.approx(want.abandonment, rel=1e-9)
    assert got.occupancy[1] == pytest.approx(want.occupancy, rel=1e-9)
    assert got.service_level[priority - 1] > got.service_level[2 - priority]


@pytest.mark.parametrize("priority", [1, 2])
def test_a_class_without_contacts_leaves_the_other_alone(priority) -> None:
    known = {"aht_s": 200, "agents": (3, 4), "threshold_s": 20, "patience_s": 90, "priority": priority}
    first, second = n_design(rate_per_h=(110, 0), **known), n_design(rate_per_h=(0, 60), **known)
    plain = {"aht_s": 200, "threshold_s": 20, "patience_s": 90}
    everybody, shared = performance(rate_per_h=110, agents=7, **plain), performance(rate_per_h=60, agents=4, **plain)
    for name in BY_CLASS:
        assert getattr(first, name)[0] == pytest.approx(getattr(everybody, name), rel=1e-9), name
        assert getattr(second, name)[1] == pytest.approx(getattr(shared, name), rel=1e-9), name
    assert np.isnan([first.service_level[1], second.service_level[0], second.by_pool_2]).all()
    assert (first.queue_length[1], second.queue_length[0]) == (0, 0)


@pytest.mark.parametrize("priority", [1, 2])
def test_endless_patience_is_the_limit_of_long_patience(priority) -> None:
    known = {"rate_per_h": (60, 40), "aht_s": (180, 200), "agents": (3, 4), "threshold_s": 20, "priority": priority}
    long, endless = n_design(patience_s=1e7, **known), n_design(**known)
    for name in ("service_level", "prob_wait", "mean_wait_s", "asa_answered_s", "occupancy"):
        assert getattr(long, name) == pytest.approx(getattr(endless, name), rel=1e-3), name
    assert endless.abandonment.tolist() == [0, 0]
    assert endless.asa_answered_s == pytest.approx(endless.mean_wait_s, rel=1e-8)
    mixed = n_design(patience_s=(60, np.inf), **known)
    assert mixed.abandonment[0] > 0 == mixed.abandonment[1]


def test_the_favoured_class_waits_less_and_the_other_pays() -> None:
    known = {"rate_per_h": (100, 60), "aht_s": 180, "agents": (4, 5), "threshold_s": 20, "patience_s": (90, 120)}
    first, second = n_design(priority=1, **known), n_design(priority=2, **known)
    assert first.service_level[0] > second.service_level[0]
    assert first.service_level[1] < second.service_level[1]
    assert first.by_pool_2 > second.by_pool_2


def simulated(system, contacts, seed):
    """Every contact by itself: drawn arrival, work and patience, agents who look for the next caller. Averages of each class by batch."""
    rng = np.random.default_rng(seed)
    (s1, s2), batches = system.agents, 40
    counts = np.zeros((batches, 2, 4))  # contacts, waited, gave up, answered within 20 s
    clock, events_, order = 0.0, [], 0
    for kind in (0, 1):
        if system.arrivals[kind]:
            heapq.heappush(events_, (rng.exponential(1 / system.arrivals[kind]), order, "call", kind))
            order += 1
    busy, queues, seen = [0, 0], (deque(), deque()), 0
    while seen < contacts:
        clock, _, what, which = heapq.heappop(events_)
        batch = min(batches - 1, seen * batches // contacts)
        if what == "call":
            heapq.heappush(events_, (clock + rng.exponential(1 / system.arrivals[which]), order, "call", which))
            order += 1
            seen += 1
            counts[batch, which, 0] += 1
            pool = 0 if which == 0 and busy[0] < s1 else 1 if busy[1] < s2 else None
            if pool is None:
                counts[batch, which, 1] += 1
                queues[which].append((clock, clock + rng.exponential(1 / system.giving_up[which]), batch))
            else:
                counts[batch, which, 3] += 1
                busy[pool] += 1
                heapq.heappush(events_, (clock + rng.exponential(1 / system.completions[pool]), order, "done", pool))
                order += 1
            continue
        busy[which] -= 1
        for wanted in (0,) if which == 0 else (system.priority - 1, 2 - system.priority):
            while queues[wanted] and queues[wanted][0][1] < clock:  # gone before an agent looked
                counts[queues[wanted].popleft()[2], wanted, 2] += 1
            if queues[wanted]:
                came, _, at = queues[wanted].popleft()
                counts[at, wanted, 3] += clock - came <= 20
                busy[which] += 1
                heapq.heappush(events_, (clock + rng.exponential(1 / system.completions[which]), order, "done", which))
                order += 1
                break
    return counts[2:, :, 1:] / counts[2:, :, :1]


@pytest.mark.slow
@pytest.mark.parametrize("priority", [1, 2])
@pytest.mark.parametrize(
    ("rate", "aht", "agents", "patience"),
    [
        ((100, 60), (180, 180), (4, 5), (90, 120)),
        ((200, 250), (150, 240), (6, 20), (60, 200)),
        ((40, 80), (200, 120), (2, 3), (45, 30)),
    ],
)
def test_simulated_contacts_agree(rate, aht, agents, patience, priority) -> None:
    system = System(
        arrivals=(rate[0] / 3600, rate[1] / 3600), completions=(1 / aht[0], 1 / aht[1]),
        giving_up=(1 / patience[0], 1 / patience[1]), agents=agents, priority=priority,
    )  # fmt: skip
    batches = simulated(system, 1_000_000, seed=11)
    got = n_design(rate_per_h=rate, aht_s=aht, agents=agents, patience_s=patience, threshold_s=20, priority=priority)
    want = np.array([got.prob_wait, got.abandonment, got.service_level]).T
    z = (batches.mean(axis=0) - want) / (batches.std(axis=0, ddof=1) / math.sqrt(len(batches)))
    assert np.abs(z).max() < 4, z


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"priority": 3}, "priority must be class 1 or class 2, got 3"),
        ({"rate_per_h": (1, 2, 3)}, "shapes do not fit together: rate_per_h (3,)"),
        ({"rate_per_h": [[1, 2], [3, 4]]}, "every argument must be one number or a pair of them, got shape (2, 2)"),
        ({"rate_per_h": (100, -1)}, "rate_per_h must be a finite number of contacts, zero or more, got -1 at index [1]"),
        ({"agents": (4, 5.5)}, "agents must be whole, got [4.0, 5.5]"),
        ({"aht_s": 0}, "aht_s must be a finite number of seconds above zero, got 0"),
        ({"patience_s": (60, 0)}, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ({"definition": "best"}, "unknown definition of service level 'best'"),
        ({"patience_s": None}, "class 1 has no balance: 100 contacts an hour arrive, nobody gives up, and 80 an hour is all"),
        ({"patience_s": (60, np.inf), "rate_per_h": (100, 45)}, "class 2 has no balance: 45 contacts an hour arrive"),
        ({"patience_s": (np.inf, 60), "rate_per_h": (90, 45), "priority": 2}, "class 1 has no balance: 90 contacts an hour arrive"),
        ({"patience_s": None, "rate_per_h": (1, 1), "agents": (1, 0)}, "class 2 has no balance"),
        ({"patience_s": 1e6, "rate_per_h": (3000, 3000)}, "this exact model is for smaller systems"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change, message) -> None:
    good = {"rate_per_h": (100, 60), "aht_s": 180, "agents": (2, 2), "threshold_s": 20, "patience_s": 60}
    with pytest.raises(ValueError) as raised:
        n_design(**{**good, **change})
    assert message in str(raised.value)


def test_stability_is_drawn_where_the_queue_starts_to_grow_without_end() -> None:
    # with class 1 first and patient for a minute, pool 2 has so much left for class 2; just below it the queue is long but finite
    known = {"aht_s": 180, "agents": (2, 2), "threshold_s": 20, "patience_s": (60, np.inf)}
    with pytest.raises(ValueError, match="class 2 has no balance") as raised:
        n_design(rate_per_h=(50, 1000), **known)
    left = float(str(raised.value).split("gives up, and ")[1].split()[0])
    assert 10 < left < 40
    near = n_design(rate_per_h=(50, 0.95 * left), **known)
    nearer = n_design(rate_per_h=(50, 0.97 * left), **known)
    assert nearer.queue_length[1] / near.queue_length[1] == pytest.approx(5 / 3, rel=0.05)
