"""Arrays inside frozen types: read-only copies of the stated shape, compared by content; series that keep their laws (C3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from planner.domain.arrays import equal, frozen_bools, frozen_floats, frozen_ints
from planner.domain.capacity import Capacity, Coverage
from planner.domain.demand import Demand
from planner.domain.grid import TimeGrid
from planner.domain.history import Series, Tables
from planner.domain.requirement import Requirement

GRID = TimeGrid(start_utc=datetime(2026, 1, 5, tzinfo=UTC), interval_s=900, size=4, zone="UTC")


@pytest.mark.parametrize("make", [frozen_floats, frozen_bools, frozen_ints])
def test_a_frozen_array_is_a_copy_that_cannot_be_written(make) -> None:  # type: ignore[no-untyped-def]
    source = np.ones((2, 3))
    array = make(source, (2, 3), "x [Q, T]")
    source[:] = 0
    assert (array == 1).all()
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 5
    with pytest.raises(ValueError, match=r"x \[Q, T\] must have shape \(3, 2\), got \(2, 3\)"):
        make(source, (3, 2), "x [Q, T]")


values = hnp.arrays(np.float64, st.integers(0, 6), elements=st.floats(allow_nan=True))


@settings(deadline=None)
@given(a=values, b=values)
def test_equality_looks_inside_and_nan_equals_nan(a: np.ndarray, b: np.ndarray) -> None:
    assert equal(a, a.copy())
    assert equal((1, "x", a), (1, "x", a.copy()))
    same = a.shape == b.shape and all(x == y or (x != x and y != y) for x, y in zip(a, b, strict=False))
    assert equal(a, b) == same == equal(b, a)


@st.composite
def series(draw: st.DrawFn) -> Series:
    steps = draw(st.lists(st.integers(1, 5), max_size=20))
    start = 900 * np.cumsum(np.array(steps, dtype=np.int64))
    counts = draw(hnp.arrays(np.float64, len(steps), elements=st.floats(0, 1e6)))
    aht = draw(hnp.arrays(np.float64, len(steps), elements=st.floats(1, 1e4) | st.just(np.nan)))
    return Series(id="q", interval_s=900, start_s=start, counts=counts, aht_s=aht)


@settings(deadline=None)
@given(one=series())
def test_a_series_equals_its_copy_and_no_changed_one(one: Series) -> None:
    assert one == replace(one)
    assert one != replace(one, id="other")
    if len(one.counts):
        assert one != replace(one, counts=one.counts + 1)
        assert one != replace(one, start_s=one.start_s + 900)


def test_a_series_is_in_time_order_each_interval_once_and_never_negative() -> None:
    good = {"id": "q", "interval_s": 900, "start_s": [0, 900, 2700], "counts": [1, 0, 2], "aht_s": [np.nan, 10, 10]}
    assert len(Series(**good).counts) == 3  # the gap at 1800 is a gap
    for change in ({"start_s": [0, 900, 900]}, {"start_s": [900, 0, 2700]}):
        with pytest.raises(ValueError, match="time order"):
            Series(**(good | change))
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="finite and zero or more"):
            Series(**(good | {"counts": [1, bad, 2]}))
    with pytest.raises(ValueError, match="counts must have shape"):
        Series(**(good | {"counts": [1, 2]}))


def test_an_empty_series_is_a_series_and_unhashable_like_all_array_types() -> None:
    empty = Series(id="q", interval_s=900, start_s=[], counts=[], aht_s=[])
    assert empty == Series(id="q", interval_s=900, start_s=[], counts=[], aht_s=[])
    with pytest.raises(TypeError):
        hash(empty)
    assert empty != "q"


def test_tables_find_series_by_name_or_say_there_is_none() -> None:
    one = Series(id="q", interval_s=900, start_s=[0], counts=[1], aht_s=[10])
    tables = Tables(history=(one,), drivers=(replace(one, id="orders"),))
    assert tables.history_of("q") is one
    assert tables.history_of("orders") is None
    assert tables.driver("orders") == replace(one, id="orders")
    assert tables.driver("q") is None


def test_capacity_and_coverage_refuse_arrays_of_another_shape() -> None:
    ones = np.ones((1, 4))
    with pytest.raises(ValueError, match="present"):
        Capacity(groups=("g",), grid=GRID, scheduled=ones, present=np.ones((1, 5)), on_seat=ones)
    coverage = Coverage(groups=("g", "h"), queues=("q",), grid=GRID, on_seat=np.stack([ones, 2 * ones]))
    assert coverage.by_queue().tolist() == [[3, 3, 3, 3]]
    with pytest.raises(ValueError, match="on_seat"):
        Coverage(groups=("g",), queues=("q",), grid=GRID, on_seat=ones)


def test_demand_and_requirement_hold_arrays_of_the_stated_axes() -> None:
    demand = Demand(
        queues=("q",),
        grid=GRID,
        expected=np.ones((1, 4), dtype=bool),
        contacts=np.ones((1, 4)),
        aht_s=np.ones((1, 4)),
        levels=(0.1, 0.9),
        quantiles=np.ones((2, 1, 4)),
        scenarios=np.ones((3, 1, 4)),
        rates=np.ones((3, 1, 4)),
        choices=(),
    )
    assert demand == replace(demand)
    with pytest.raises(ValueError, match="rates"):
        replace(demand, rates=np.ones((2, 1, 4)))
    with pytest.raises(ValueError, match="quantiles"):
        replace(demand, levels=(0.5,))
    with pytest.raises(ValueError, match="agents"):
        Requirement(
            queues=("q",),
            grid=GRID,
            open=np.ones((1, 4), dtype=bool),
            agents=np.ones((2, 4)),
            level_at_requirement=np.ones((1, 4)),
            methods=("",),
        )
