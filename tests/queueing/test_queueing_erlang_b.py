import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from planner.queueing import erlang_b


def exact(load: float, agents: float) -> float:
    """B = a^s e^-a / Gamma(s + 1, a) in 60 digits."""
    with mpmath.workdps(60):
        a, s = mpf(load), mpf(agents)
        return float(a**s * mpmath.exp(-a) / mpmath.gammainc(s + 1, a))


def load_blocked_at(share: float, agents: int) -> float:
    low, high = 0.0, 10.0 * agents
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if erlang_b(middle, agents) < share else (low, middle)
    return low


@pytest.mark.parametrize(
    ("agents", "load", "blocked"),
    [  # computed by recursion and by series in 50 digits
        (8, 5, 0.07004785221),
        (25, 20, 0.05022177789),
        (60, 50, 0.02166847306),
        (150, 140, 0.02823373826),
        (700, 690, 0.02134220704),
        (2500, 2450, 0.005680446285),
        (200, 180, 0.01032),  # a public Go test suite asserts 0.012 for 200 lines and 180 erlang
        (40, 20, 2.778e-5),  # python-erlang returns 0 below 1e-4
        (300, 3000, 0.900),  # overload, where cumulative Poisson forms underflow to nan
        (5000, 20000, 0.750),
    ],
)
def test_published_and_recomputed_values_are_reproduced(agents: int, load: float, blocked: float) -> None:
    digits = len(f"{blocked:.10g}".replace("0.", "").lstrip("0").split("e")[0].replace(".", ""))
    assert erlang_b(load, agents) == pytest.approx(blocked, rel=1.01 * 10 ** -(digits - 1))


def test_lines_at_one_per_cent_blocking_match_public_tables() -> None:
    assert load_blocked_at(0.01, 15) == pytest.approx(8.108, abs=5e-4)  # erlang.com
    assert round(load_blocked_at(0.01, 5), 1) == 1.4  # GlobalSpec table, one decimal
    assert round(load_blocked_at(0.01, 9), 1) == 3.8


@pytest.mark.parametrize(
    ("load", "agents"),
    [(2, 3.7), (10, 10.9), (0.3, 0.5), (1.4999, 2.25), (1e-9, 0.999), (120, 99.5), (99.5, 130.25), (2000, 2010.5)],
)
def test_a_real_number_of_agents_follows_the_analytic_continuation(load: float, agents: float) -> None:
    # erlanglib gives 0.3420 for (3.7, 2), turbotab 0.2146 for (10.9, 10): the true values are 0.12286 and 0.16802
    assert erlang_b(load, agents) == pytest.approx(exact(load, agents), rel=1e-12)


@pytest.mark.parametrize(("load", "agents"), [(1e5, 1e5), (1e5, 100_400), (9.5e4, 1e5), (1e-9, 3), (700, 690), (3000, 300)])
def test_no_size_overflows_or_loses_digits(load: float, agents: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(exact(load, agents), rel=1e-12)


def test_the_ends_are_defined() -> None:
    # turbotab fails on 0 servers, python-erlang gives 0.833
    assert erlang_b(5, 0) == 1
    assert erlang_b(0, 0) == 1
    assert erlang_b(0, 3) == 0
    assert erlang_b(1e-3, 1e5) == 0


@given(st.floats(1e-6, 5e3), st.floats(0.01, 5e3))
@settings(deadline=None)
def test_more_agents_block_less_and_more_load_blocks_more(load: float, agents: float) -> None:
    here = erlang_b(load, agents)
    assert 0 <= erlang_b(load, agents + 0.5) <= here <= 1
    assert erlang_b(load * 1.01, agents) >= here * (1 - 1e-12)


@given(st.floats(1e-3, 5e3), st.floats(0.0, 300.0))
@settings(deadline=None)
def test_the_recursion_holds_between_neighbours(load: float, agents: float) -> None:
    below, above = erlang_b(load, agents), erlang_b(load, agents + 1)
    assert above == pytest.approx(load * below / (agents + 1 + load * below), rel=1e-11, abs=1e-300)


def test_arrays_broadcast_and_shapes_are_kept() -> None:
    table = erlang_b(np.array([[1.0], [2.0]]), np.array([1, 2, 3]))
    assert table.shape == (2, 3)
    assert table[1, 2] == erlang_b(2, 3)
