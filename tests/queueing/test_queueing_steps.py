"""Steps of service curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.queueing import service_curve, step_worths


def test_steps_of_a_concave_curve_are_its_differences() -> None:
    curve = np.array([[0.0, 5.0, 8.0, 9.0, 9.5]])
    width, worth, start = step_worths(curve, np.array([1.0]))
    assert width.tolist() == [[0, 1, 1, 1]]
    assert worth.tolist() == [[0, 3, 1, 0.5]]
    assert start.tolist() == [5.0]


def test_the_first_step_goes_from_a_floor_between_two_numbers_to_the_next_one() -> None:
    width, worth, start = step_worths(np.array([[0.0, 4.0, 6.0]]), np.array([0.25]))
    assert width[0].tolist() == [0.75, 1.0]
    assert worth[0].tolist() == [4.0, 2.0]
    assert start[0] == pytest.approx(1.0)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12), st.floats(0, 1))
def test_steps_fall_and_are_never_less_than_the_curve_above_the_floor(values: list[float], share: float) -> None:
    curve = np.array([values])
    floor = np.array([share * (len(values) - 1)])
    width, worth, start = step_worths(curve, floor)
    used = worth[0][width[0] > 0]
    assert (np.diff(used) <= 1e-9).all()
    reached = start[0] + np.cumsum(width[0] * worth[0])
    for s in range(1, len(values)):
        if s >= floor[0]:
            assert reached[s - 1] >= curve[0, s] - 1e-9
    assert start[0] >= np.interp(floor[0], np.arange(len(values)), curve[0]) - 1e-9


def test_steps_of_an_s_shaped_curve_are_those_of_its_majorant() -> None:
    curve = service_curve(rate_per_h=100.0, aht_s=360, threshold_s=20, patience_s=120, max_agents=25)[None]
    width, worth, start = step_worths(curve, np.array([0.0]))
    assert start[0] + (width * worth).sum() == pytest.approx(curve[0, -1])
