"""Chats held at once: the exact chain, the balanced shortcut, and the agents a promise takes."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from planner.domain.targets import Formula
from planner.queueing import performance
from planner.queueing.chat import chat_performance
from planner.queueing.chat_agents import required_chat_agents
from planner.queueing.chat_exact import exact_sums

THREE = [180.0, 210.0, 240.0]
MEASURES = (
    "service_level", "prob_wait", "abandonment", "asa_answered_s", "mean_wait_s", "queue_length", "slot_occupancy", "agent_busy",
)  # fmt: skip


def grown(start, moves):
    """All states that can be reached, and the matrix of rates among them; `moves` lists (next state, rate)."""
    index, unvisited, entries = {start: 0}, [start], []
    while unvisited:
        here = unvisited.pop()
        for there, rate in moves(here):
            if there not in index:
                index[there] = len(index)
                unvisited.append(there)
            entries.append((index[here], index[there], rate))
    return index, entries


def desk_moves(rate, completions, *, longest=0, theta=0.0, most_loaded=False):
    """Events of a desk written as how many agents hold 0, 1, ..., k chats, and how many chats wait."""
    k = len(completions)

    def moves(state):
        held, waiting = list(state[:-1]), state[-1]
        free = [j for j in range(k) if held[j]]
        if free:
            j = max(free) if most_loaded else min(free)
            to = held.copy()
            to[j] -= 1
            to[j + 1] += 1
            yield (*to, 0), rate
        elif waiting < longest:
            yield (*held, waiting + 1), rate
        if waiting:
            yield (*held, waiting - 1), waiting * theta + held[k] * completions[k - 1]
        else:
            for j in range(1, k + 1):
                if held[j]:
                    to = held.copy()
                    to[j] -= 1
                    to[j - 1] += 1
                    yield (*to, 0), held[j] * completions[j - 1]

    return moves


def by_dense_algebra(rate_per_h, aht, agents, patience, threshold, *, longest, most_loaded=False):
    """Every measure from the whole chain, queue and all, and the level from the chain of a waiting chat."""
    k, rate, theta = len(aht), rate_per_h / 3600, 0.0 if patience is None else 1 / patience
    completions = [j / aht[j - 1] for j in range(1, k + 1)]
    moves = desk_moves(rate, completions, longest=longest, theta=theta, most_loaded=most_loaded)
    index, entries = grown((agents, *[0] * k, 0), moves)
    q = np.zeros((len(index), len(index)))
    for i, j, value in entries:
        q[i, j] += value
    np.fill_diagonal(q, -q.sum(axis=1))
    q[:, 0] = 1.0
    p = np.linalg.solve(q.T, np.eye(len(index))[0])
    queue = np.zeros(longest + 1)
    full = chats = busy = 0.0
    for state, i in index.items():
        chats += p[i] * sum(j * n for j, n in enumerate(state[:-1]))
        busy += p[i] * (agents - state[0])
        if state[k] == agents:
            full += p[i]
            queue[state[-1]] += p[i]
    speed = agents * completions[-1]
    moving = np.zeros((longest + 3, longest + 3))  # ahead of me 0, 1, ...; answered; gave up
    for ahead in range(longest + 1):
        moving[ahead, ahead - 1 if ahead else longest + 1] += speed + ahead * theta
        moving[ahead, longest + 2] += theta
    np.fill_diagonal(moving, -moving.sum(axis=1))
    start = np.append(queue, [0.0, 0.0])
    lost = theta * (queue @ np.arange(longest + 1)) / rate
    later = np.linalg.solve(
        moving[: longest + 1, : longest + 1], np.linalg.solve(moving[: longest + 1, : longest + 1], np.eye(longest + 1)[0])
    )
    return {
        "prob_wait": full, "abandonment": lost, "queue_length": queue @ np.arange(longest + 1),
        "mean_wait_s": queue @ np.arange(longest + 1) / rate, "asa_answered_s": queue @ later * speed / (1 - lost),
        "service_level": 1 - full + (start @ expm(moving * threshold))[longest + 1],
        "slot_occupancy": chats / (agents * k), "agent_busy": busy / agents,
    }  # fmt: skip


def test_the_published_five_agent_desk_is_reproduced() -> None:
    known = {"rate_per_h": 240, "aht_by_level_s": THREE, "agents": 5, "patience_s": 60, "threshold_s": 20}
    shortcut = chat_performance(method="balanced", **known)  # CCmath prints these two
    assert (shortcut.abandonment, shortcut.slot_occupancy) == pytest.approx((0.1544, 0.8678), abs=5e-5)
    exact = chat_performance(**known)
    assert (exact.abandonment, exact.slot_occupancy) == pytest.approx((0.1555, 0.8701), abs=5e-5)
    assert exact.agent_busy == pytest.approx(0.994, abs=5e-4)
    assert (exact.method, exact.states, shortcut.states) == ("exact", 56, 16)
    other = by_dense_algebra(240, THREE, 5, 60, 20, longest=60, most_loaded=True)
    assert other["abandonment"] == pytest.approx(0.1589, abs=5e-5)  # chats to the most loaded agent


@pytest.mark.parametrize(
    ("rate", "aht", "agents", "patience", "threshold", "longest"),
    [
        (240, THREE, 5, 60, 20, 60),
        (100, [120, 150], 3, 45, 10, 50),
        (60, [200, 230, 270, 330], 3, 300, 45, 90),
        (150, [200, 500, 900], 3, 30, 5, 60),  # more chats at once close fewer
        (90, [300, 260, 200], 4, 120, 20, 60),  # and more of them
        (30, [240], 3, 90, 30, 50),
        (5, [600, 700, 900, 1000, 1300], 1, 200, 60, 40),
        (55, [120, 160], 2, None, 20, 400),
    ],
)
def test_dense_algebra_on_the_whole_chain_agrees(rate, aht, agents, patience, threshold, longest) -> None:
    want = by_dense_algebra(rate, aht, agents, patience, threshold, longest=longest)
    got = chat_performance(rate_per_h=rate, aht_by_level_s=aht, agents=agents, patience_s=patience, threshold_s=threshold)
    for name in MEASURES:
        assert getattr(got, name) == pytest.approx(want[name], rel=2e-9), name


@pytest.mark.parametrize(
    ("load", "agents", "chats"), [("1/1000", 3, 2), ("1/50", 2, 4), ("7/2", 4, 2), ("40", 3, 3), ("5000", 2, 3)]
)
def test_even_the_smallest_probabilities_keep_their_digits(load, agents, chats) -> None:
    rate = Fraction(load)
    completions = [Fraction(10 * j, 9 + j) for j in range(1, chats + 1)]
    index, entries = grown((agents, *[0] * chats, 0), desk_moves(rate, completions))
    size = len(index)
    a = [[Fraction(0)] * (size + 1) for _ in range(size)]  # balance of every state, the first replaced by the sum of all
    for i, j, value in entries:
        a[j][i] += value
        a[i][i] -= value
    a[0] = [Fraction(1)] * (size + 1)
    for i in range(size):
        pivot = next(r for r in range(i, size) if a[r][i])
        a[i], a[pivot] = a[pivot], a[i]
        a[i] = [x / a[i][i] for x in a[i]]
        for r in range(size):
            if r != i and a[r][i]:
                factor = a[r][i]
                a[r] = [x - factor * y for x, y in zip(a[r], a[i], strict=True)]
    p = {state: a[i][size] for state, i in index.items()}
    full = (*[0] * chats, agents, 0)
    below, top, held, busy = exact_sums(float(rate), agents, np.array([float(c) for c in completions]))
    assert top / (below + top) == pytest.approx(float(p[full]), rel=1e-13)
    assert held / below == pytest.approx(
        float(sum(x * sum(j * n for j, n in enumerate(state[:-1])) for state, x in p.items() if state != full) / (1 - p[full])),
        rel=1e-13,
    )
    assert busy / below == pytest.approx(
        float(sum(x * (agents - state[0]) for state, x in p.items() if state != full) / (1 - p[full])), rel=1e-13
    )


LOADS = st.floats(-2, 2.5).map(lambda x: 10**x)
PATIENCE = st.one_of(st.none(), st.floats(1, 3000))


@given(
    LOADS,
    st.floats(0.4, 2),
    PATIENCE,
    st.floats(0, 200),
    st.sampled_from(list(Formula)),
    st.sampled_from(["exact", "balanced"]),
)
@settings(deadline=None, max_examples=60)
def test_one_chat_at_a_time_is_a_queue_of_calls(load, ratio, patience, within, definition, method) -> None:
    agents = max(1, round(load * ratio))
    known = {"rate_per_h": load * 12, "agents": agents, "patience_s": patience, "threshold_s": within, "definition": definition}
    got, want = chat_performance(aht_by_level_s=[300], method=method, **known), performance(aht_s=300, **known)
    assert got.service_level == pytest.approx(want.service_level, rel=1e-9, abs=1e-12)
    for name in ("prob_wait", "abandonment", "asa_answered_s", "mean_wait_s", "queue_length"):
        assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-9, abs=1e-15), name
    assert got.slot_occupancy == got.agent_busy == pytest.approx(want.occupancy, rel=1e-9)


@given(LOADS, st.floats(0.4, 2), st.integers(2, 4), PATIENCE, st.floats(0, 200), st.sampled_from(["exact", "balanced"]))
@settings(deadline=None, max_examples=60)
def test_chats_that_do_not_slow_each_other_down_have_an_agent_a_place(load, ratio, chats, patience, within, method) -> None:
    agents = min(max(1, round(load * ratio / chats)), 40)
    known = {"rate_per_h": load * 12, "patience_s": patience, "threshold_s": within}
    got = chat_performance(aht_by_level_s=[300] * chats, agents=agents, method=method, **known)
    want = performance(aht_s=300, agents=agents * chats, **known)
    for name in ("service_level", "prob_wait", "abandonment", "asa_answered_s", "mean_wait_s", "queue_length"):
        assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-9, abs=1e-12), name
    assert got.slot_occupancy == pytest.approx(want.occupancy, rel=1e-9)
    assert got.handling_s == pytest.approx(300, rel=1e-9)


@given(
    LOADS,
    st.integers(1, 12),
    st.lists(st.floats(60, 900), min_size=1, max_size=4),
    st.floats(1, 3000),
    st.sampled_from(["exact", "balanced"]),
)
@settings(deadline=None, max_examples=60)
def test_littles_law_and_the_balance_of_those_who_give_up(load, agents, aht, patience, method) -> None:
    rate = load * 12
    got = chat_performance(
        rate_per_h=rate, aht_by_level_s=aht, agents=agents, patience_s=patience, threshold_s=20, method=method
    )
    assert got.queue_length == pytest.approx(rate / 3600 * got.mean_wait_s, rel=1e-12)
    assert rate / 3600 * got.abandonment == pytest.approx(got.queue_length / patience, rel=1e-10)
    closed = rate / 3600 * (1 - got.abandonment)
    assert got.slot_occupancy * agents * len(aht) == pytest.approx(closed * got.handling_s, rel=1e-9)
    assert min(aht) * (1 - 1e-9) <= got.handling_s <= max(aht) * (1 + 1e-9)
    assert got.slot_occupancy <= got.agent_busy * (1 + 1e-12)


def test_the_balanced_shortcut_tends_to_the_exact_chain_as_the_desk_grows() -> None:
    agents = np.array([2, 5, 10, 20, 40, 80])
    known = {"rate_per_h": 43 * agents, "aht_by_level_s": THREE, "agents": agents, "patience_s": 60, "threshold_s": 20}
    exact, shortcut = (chat_performance(method=m, **known) for m in ("exact", "balanced"))
    gap = exact.slot_occupancy - shortcut.slot_occupancy
    assert (gap > 0).all()
    assert (np.diff(gap)[1:] < 0).all()
    assert gap[-1] < 4e-4 < 3e-3 < gap[1]
    assert (exact.service_level < shortcut.service_level).all()


def test_endless_patience_is_the_limit_of_long_patience() -> None:
    known = {"rate_per_h": [150, 200], "aht_by_level_s": THREE, "agents": 5, "threshold_s": 20}
    endless, long = chat_performance(**known), chat_performance(patience_s=1e10, **known)
    for name in MEASURES:
        if name != "abandonment":
            assert getattr(long, name) == pytest.approx(getattr(endless, name), rel=1e-6), name
    assert endless.abandonment.tolist() == [0, 0]


@pytest.mark.parametrize("method", ["exact", "balanced"])
def test_more_than_a_full_desk_can_close_waits_for_ever_where_nobody_gives_up(method) -> None:
    capacity = 5 * 3 * 3600 / 240
    got = chat_performance(rate_per_h=[capacity, 2 * capacity], aht_by_level_s=THREE, agents=5, threshold_s=20, method=method)
    assert got.prob_wait.tolist() == [1, 1]
    assert got.service_level.tolist() == [0, 0]
    assert np.isinf([got.mean_wait_s, got.asa_answered_s, got.queue_length]).all()
    assert got.slot_occupancy.tolist() == got.agent_busy.tolist() == [1, 1]
    assert got.handling_s == pytest.approx(240)


@pytest.mark.parametrize("method", ["exact", "balanced"])
def test_no_chats_and_no_agents_have_defined_answers(method) -> None:
    got = chat_performance(
        rate_per_h=[0, 0, 60, 60],
        aht_by_level_s=THREE,
        agents=[5, 0, 0, 0],
        patience_s=[60, 60, 60, np.inf],
        threshold_s=20,
        method=method,
    )
    for name in ("service_level", "prob_wait", "abandonment", "asa_answered_s", "mean_wait_s"):
        assert np.isnan(getattr(got, name)[:2]).all(), name
    assert got.queue_length.tolist() == [0, 0, 1, np.inf]
    assert got.slot_occupancy[0] == 0
    assert np.isnan(got.slot_occupancy[1:]).all()
    assert (got.abandonment[2], got.service_level[2], got.mean_wait_s[2]) == (1, 0, 60)
    assert (got.prob_wait[3], got.service_level[3], got.mean_wait_s[3]) == (1, 0, np.inf)


def test_agents_between_two_whole_numbers_share_their_time() -> None:
    known = {"rate_per_h": 240, "aht_by_level_s": THREE, "patience_s": 60, "threshold_s": 20}
    low, got, high = (chat_performance(agents=n, **known) for n in (5, 5.25, 6))
    for name in ("service_level", "prob_wait", "abandonment", "mean_wait_s", "queue_length"):
        assert getattr(got, name) == pytest.approx(0.75 * getattr(low, name) + 0.25 * getattr(high, name), rel=1e-12), name
    assert got.slot_occupancy * 5.25 == pytest.approx(0.75 * low.slot_occupancy * 5 + 0.25 * high.slot_occupancy * 6, rel=1e-12)
    some = chat_performance(agents=0.5, **known)
    assert some.service_level == pytest.approx(0.5 * chat_performance(agents=1, **known).service_level)
    stuck = chat_performance(rate_per_h=60, aht_by_level_s=THREE, agents=1.5, threshold_s=20)
    assert (stuck.mean_wait_s, stuck.prob_wait) == (np.inf, pytest.approx(0.5 + 0.5 * chat_performance(
        rate_per_h=60, aht_by_level_s=THREE, agents=2, threshold_s=20).prob_wait))  # fmt: skip


EXTREME = st.tuples(
    st.floats(-300, 300).map(lambda x: 10**x),
    st.integers(0, 9),
    st.lists(st.floats(-2, 5).map(lambda x: 10**x), min_size=1, max_size=5),
    st.one_of(st.none(), st.floats(-6, 12).map(lambda x: 10**x)),
    st.sampled_from([0.0, 1e-3, 20.0, 604_800.0]),
    st.sampled_from(["exact", "balanced"]),
)


@given(EXTREME)
@settings(deadline=None, max_examples=200)
@pytest.mark.filterwarnings("error")
def test_every_measure_stays_in_its_range_at_the_extremes(inputs) -> None:
    rate, agents, aht, patience, within, method = inputs
    for definition in Formula:
        got = chat_performance(
            rate_per_h=rate, aht_by_level_s=aht, agents=agents, patience_s=patience, threshold_s=within, method=method,
            definition=definition,
        )  # fmt: skip
        assert 0 <= got.service_level <= 1 or agents == 0 or definition in ("answered", "excluding_short_abandons")
    for value in (got.prob_wait, got.abandonment):
        assert 0 <= value <= 1
    assert agents == 0 or (0 <= got.slot_occupancy <= 1 + 1e-12 and 0 <= got.agent_busy <= 1 + 1e-12)
    assert got.mean_wait_s >= 0
    assert agents == 0 or got.asa_answered_s >= 0


def test_large_desks_are_exact_up_to_a_million_states() -> None:
    known = {"rate_per_h": 175 * 44, "aht_by_level_s": THREE, "agents": 175, "patience_s": 60, "threshold_s": 20}
    exact, shortcut = chat_performance(**known), chat_performance(method="balanced", **known)
    assert exact.states == 924_176
    assert exact.service_level == pytest.approx(shortcut.service_level, abs=2e-4)
    with pytest.raises(ValueError, match=r'1,373,701 states and the limit is 1,000,000 states; use method="balanced"'):
        chat_performance(rate_per_h=200, aht_by_level_s=THREE, agents=200, threshold_s=20)
    with pytest.raises(ValueError, match=r'the limit is 20 chats an agent; use method="balanced"'):
        chat_performance(rate_per_h=200, aht_by_level_s=[100] * 21, agents=1, threshold_s=20)
    huge = chat_performance(
        rate_per_h=44 * 3000, aht_by_level_s=THREE, agents=3000, patience_s=60, threshold_s=20, method="balanced"
    )
    assert 0.9 < huge.service_level < 1


def test_quiet_desks_of_any_size_neither_overflow_nor_lose_their_chats() -> None:
    for chats, agents in ((2, 700), (3, 120), (4, 40), (6, 15), (20, 3)):
        aht = [200.0 + 20 * j for j in range(chats)]
        for rate in (1e-6, 1.0, 0.5 * agents):
            got = chat_performance(rate_per_h=rate, aht_by_level_s=aht, agents=agents, threshold_s=20)
            assert got.prob_wait < 1e-9
            assert got.slot_occupancy * agents * chats == pytest.approx(rate / 3600 * 200, rel=1e-2)


@pytest.mark.parametrize("method", ["exact", "balanced"])
def test_the_least_agents_meet_the_level_and_one_fewer_does_not(method) -> None:
    rate = np.array([0.0, 2.0, 60.0, 240.0, 700.0])
    for patience, level in ((60, 0.8), (None, 0.9), (600, 0.5), (20, 0.0)):
        known = {"rate_per_h": rate, "aht_by_level_s": THREE, "patience_s": patience, "threshold_s": 20, "method": method}
        need = required_chat_agents(service_level=level, **known)
        assert need[0] == 0
        assert need.dtype == np.int64
        reached = chat_performance(agents=need, **known).service_level[1:]
        assert (reached >= level).all()
        fewer = chat_performance(agents=np.maximum(need - 1, 0), **known).service_level[1:]
        unstable = np.zeros(4, dtype=bool) if patience else (need[1:] - 1) * 3 * 15 <= rate[1:]
        assert ((fewer < level) | unstable | (need[1:] == 0)).all()


@given(
    st.floats(1, 400), st.lists(st.floats(0, 200), min_size=1, max_size=4), PATIENCE, st.floats(0.05, 0.98),
    st.floats(1, 60), st.floats(0.01, 0.3), st.sampled_from(["exact", "balanced"]),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_limits_asked_for_together_take_as_many_as_the_hardest_alone(rate, slower, patience, level, asa, lost, method) -> None:
    aht = 120 + np.cumsum(slower)
    known = {"rate_per_h": rate, "aht_by_level_s": aht, "patience_s": patience, "threshold_s": 20, "method": method}
    limits = {"service_level": level, "max_asa_s": asa, "max_abandonment": lost}
    alone = [int(required_chat_agents(**known, **{name: value})) for name, value in limits.items()]
    need = int(required_chat_agents(**known, **limits))
    completions = np.arange(1, aht.size + 1) / aht
    if (np.diff(completions, 2, prepend=0) <= 1e-12).all() if aht.size > 1 else True:
        assert need == max(alone)
        for more in (need, need + 1, need + 3):
            got = chat_performance(agents=more, **known)
            assert got.service_level >= level
            assert got.asa_answered_s <= asa
            assert got.abandonment <= lost


def test_one_chat_at_a_time_takes_as_many_agents_as_calls_do() -> None:
    from planner.queueing import required_agents

    rate = np.array([3.0, 40.0, 200.0, 900.0])
    known = {"rate_per_h": rate, "threshold_s": 20, "service_level": 0.8, "patience_s": [[45.0], [np.inf]]}
    calls = required_agents(aht_s=240, **known)
    for method in ("exact", "balanced"):
        assert (required_chat_agents(aht_by_level_s=[240], method=method, **known) == calls).all()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("rate_per_h", -1, "rate_per_h must be a finite number of chats, zero or more, got -1"),
        ("aht_by_level_s", 180, "aht_by_level_s must be a list of seconds, one for each number of open chats, got shape ()"),
        ("aht_by_level_s", [], "aht_by_level_s must be a list of seconds, one for each number of open chats, got shape (0,)"),
        ("aht_by_level_s", [180, 0], "aht_by_level_s must be a finite number of seconds above zero, got 0 at index [1]"),
        ("aht_by_level_s", ["long"], "aht_by_level_s must be a list of seconds, got ['long']"),
        ("patience_s", 0, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ("threshold_s", np.nan, "threshold_s must be a finite number of seconds, zero or more, got nan"),
        ("agents", -2, "agents must be a finite number of agents, zero or more, got -2"),
        ("method", "quick", "unknown method 'quick'; it is one of exact, balanced"),
        ("definition", "best", "unknown definition of service level 'best'"),
    ],
)
def test_what_is_wrong_is_named(name, value, message) -> None:
    good = {"rate_per_h": 240, "aht_by_level_s": THREE, "agents": 5, "threshold_s": 20}
    with pytest.raises(ValueError) as raised:
        chat_performance(**{**good, name: value})
    assert message in str(raised.value)
    if name != "agents":
        del good["agents"]
        with pytest.raises(ValueError) as raised:
            required_chat_agents(**{**good, "service_level": 0.8, name: value})
        assert message in str(raised.value)


def test_a_requirement_without_limits_or_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="give at least one of service_level, max_asa_s, max_abandonment"):
        required_chat_agents(rate_per_h=240, aht_by_level_s=THREE, threshold_s=20)
    with pytest.raises(ValueError, match=r"service_level must be a share .* got 80; write 0.8 for 80%"):
        required_chat_agents(rate_per_h=240, aht_by_level_s=THREE, threshold_s=20, service_level=80)
    with pytest.raises(ValueError, match="1 of 2 requirements exceed 1,000,000 agents, the first at 1e"):
        required_chat_agents(rate_per_h=[240, 1e9], aht_by_level_s=THREE, threshold_s=20, service_level=0.8)
