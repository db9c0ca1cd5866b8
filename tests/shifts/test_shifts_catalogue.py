"""The least shift catalogue: against every plan there is, against its own claims, and against the clock."""

import itertools
import threading
import time

import numpy as np
import pytest

from planner.domain.solve import Status
from planner.shifts.catalogue import Catalogue, least_catalogue
from planner.shifts.catalogue_anneal import annealing
from planner.shifts.catalogue_case import checked_case
from planner.shifts.catalogue_model import useful_heads, values_of, window_model
from planner.shifts.catalogue_proof import Proof
from planner.solver import SolveOptions, relaxed, solve


def cost_of(demand, found: Catalogue, days: int, slot_min: float, weight: float) -> float:
    """Recompute the objective head by head."""
    slots, present = len(demand) // days, np.zeros(len(demand))
    for kind, heads in zip(found.kinds, found.heads, strict=True):
        for day, count in enumerate(heads):
            for t in range(kind.length):
                present[(day * slots + kind.start + t) % len(demand)] += count
    return slot_min * float(np.abs(present - demand).sum()) + weight * sum(bool(heads.any()) for heads in found.heads)


def least_of_all(demand, kinds, days: int, slot_min: float, weight: float, most: int) -> float:
    """The least objective of every plan with up to `most` heads per kind and day."""
    best = np.inf
    for heads in itertools.product(range(most + 1), repeat=len(kinds) * days):
        plan = np.array(heads).reshape(len(kinds), days)
        best = min(best, cost_of(demand, Catalogue(tuple(checked(kinds)), plan), days, slot_min, weight))
    return best


def checked(kinds):
    return checked_case([0.0] * 24, kinds, days=1, kind_price=0).kinds


def week(seed: int, *, slots: int = 24, days: int = 7):
    """A week made of a few shifts and a little noise."""
    rng = np.random.default_rng(seed)
    kinds = [(s, n) for s in range(4, slots, 2) for n in range(7, 10)]
    demand = np.zeros(slots * days)
    for start, length in (kinds[i] for i in rng.choice(len(kinds), 5, replace=False)):
        for day in range(days):
            demand[(day * slots + start + np.arange(length)) % len(demand)] += rng.integers(0, 5)
    demand[rng.integers(0, len(demand), 10)] += 1
    return demand, kinds


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weight", [0.0, 45.0, 60.0, 1000.0])
def test_no_plan_at_all_is_cheaper(seed, weight) -> None:
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 3, 10).astype(float)
    if seed % 2:
        demand += 0.25
    kinds = [(0, 2), (1, 3), (3, 4)]
    found, info = least_catalogue(demand, kinds, days=2, slot_min=60, weight=weight, seconds=120, runs=1)
    assert info.status is Status.OPTIMAL
    assert info.objective == pytest.approx(least_of_all(demand, kinds, 2, 60, weight, 3))
    assert info.objective == pytest.approx(cost_of(demand, found, 2, 60, weight))
    assert info.bound == pytest.approx(info.objective)


@pytest.mark.parametrize("seed", range(3))
def test_a_week_is_solved_to_the_end_and_the_figures_are_those_of_the_plan(seed) -> None:
    demand, kinds = week(seed)
    found, info = least_catalogue(demand, kinds, slot_min=60, weight=60, seconds=30, runs=2, seed=seed)
    assert info.objective == pytest.approx(cost_of(demand, found, 7, 60, 60))
    assert info.bound <= info.objective + 1e-6
    assert (found.heads >= 0).all()
    assert found.heads.any(axis=1).all()
    assert set(found.kinds) <= set(kinds)
    assert info.gap is not None
    assert info.gap <= 0.2


def test_dearer_kinds_never_lead_to_more_of_them() -> None:
    demand, kinds = week(1)
    count = []
    for weight in (30, 120, 480):
        found, info = least_catalogue(demand, kinds, slot_min=60, weight=weight, seconds=60, runs=3)
        assert info.status is Status.OPTIMAL
        count.append(len(found.kinds))
    assert count == sorted(count, reverse=True)


def test_no_demand_needs_no_shift() -> None:
    found, info = least_catalogue([0.0] * 24, [(0, 8)], days=1, slot_min=60, weight=60, seconds=5, runs=1)
    assert (found.kinds, info.objective, info.status) == ((), 0.0, Status.OPTIMAL)


def test_a_longer_look_at_the_search_never_ends_with_a_dearer_plan_and_repeats_itself() -> None:
    demand, kinds = week(2)
    case = checked_case(demand, kinds, days=7, kind_price=1.0)
    costs = [cost for _, cost, *_ in annealing(case, 3, 1)]
    assert costs == sorted(costs, reverse=True)
    again = list(annealing(case, 3, 1))
    assert [cost for _, cost, *_ in again] == costs
    assert case.cost(again[-1][2]) == costs[-1]


def test_a_plan_written_into_the_model_costs_what_it_costs() -> None:
    demand, kinds = week(4)
    case = checked_case(demand, kinds, days=7, kind_price=1.5)
    *_, (_, cost, heads, _) = annealing(case, 0, 1)
    model = window_model(case, 0, len(demand))
    values = values_of(model, heads)
    starts, columns, numbers = model.model.matrix()
    sums = np.add.reduceat(numbers * values[columns], starts[:-1])
    over = len(demand)
    assert sums[:over] == pytest.approx(model.model.rhs[:over])
    assert (sums[over:] <= 1e-9).all()
    assert model.model.cost @ values <= cost + 1e-9


def test_every_window_bounds_the_whole_week_from_below() -> None:
    demand, kinds = week(5)
    case = checked_case(demand, kinds, days=7, kind_price=1.0)
    _, info = least_catalogue(demand, kinds, slot_min=1, weight=1, seconds=30, runs=3)
    for first, length in ((4, 24), (100, 30), (150, 36), (-3, 24)):
        part = solve(window_model(case, first, length).model, SolveOptions(time_limit_s=20, gap=0))
        assert part.info.objective <= info.objective + 1e-6
    assert solve(relaxed(window_model(case, 0, len(demand)).model)).info.bound <= info.objective + 1e-6


def test_windows_prove_a_bound_where_the_whole_is_too_large(monkeypatch) -> None:
    monkeypatch.setattr("planner.shifts.catalogue_proof.WHOLE", 0)
    demand, kinds = week(6)
    case = checked_case(demand, kinds, days=7, kind_price=1.0)
    proof = Proof(case, time.perf_counter() + 8)
    *_, (_, cost, heads, _) = annealing(case, 0, 1)
    proof.start_from(cost, heads)
    proof.work()
    assert 0 < proof.bound <= proof.cost <= cost


@pytest.mark.parametrize(
    ("under", "most"), [([3, 3, 3], 3), ([1, 2, 9], 2), ([1, 9], 1), ([0, 0, 5], 0), ([2.4, 2.4], 2), ([2.6], 3)]
)
def test_more_heads_than_the_median_under_a_shift_are_never_of_use(under, most) -> None:
    assert useful_heads(np.array(under, dtype=float)) == most


def test_a_stop_keeps_the_best_plan_so_far() -> None:
    demand, kinds = week(7)
    stop = threading.Event()
    stop.set()
    found, info = least_catalogue(demand, kinds, slot_min=60, weight=60, seconds=60, stop=stop)
    assert info.status is Status.CANCELLED
    assert info.seconds < 5
    assert info.objective == pytest.approx(cost_of(demand, found, 7, 60, 60))


def test_the_time_limit_is_kept() -> None:
    rng = np.random.default_rng(8)
    demand = rng.integers(0, 40, 96 * 7).astype(float)
    kinds = [(s, n) for s in range(20, 90) for n in range(28, 37)]
    told = []
    found, info = least_catalogue(demand, kinds, slot_min=15, weight=15, seconds=3, report=told.append)
    assert info.status is Status.TIME_LIMIT
    assert info.seconds < 8
    assert info.bound <= info.objective == pytest.approx(cost_of(demand, found, 7, 15, 15))
    assert told
    assert told[-1].best >= info.objective - 1e-6


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"demand": [1.0, 2.0, 3.0]}, "same number of slots for each of 2 days"),
        ({"demand": [1.0, -2.0]}, "0 or more heads in every slot, got -2"),
        ({"demand": [1.0, float("nan")]}, "0 or more heads in every slot, got nan"),
        ({"kinds": []}, "at least one shift"),
        ({"kinds": [(5, 1)]}, "start in slots 0 to 0 of its day, got 5"),
        ({"kinds": [(0, 9)]}, "last 1 to 2 slots, got 9"),
        ({"slot_min": 0}, "slot_min must be a positive number"),
        ({"weight": -1}, "price of a kind must be 0 or more"),
    ],
)
def test_input_that_makes_no_sense_is_refused_in_words(change, says) -> None:
    asked = {"demand": [1.0, 2.0], "kinds": [(0, 1)], "days": 2, "slot_min": 60, "weight": 60, "seconds": 1} | change
    with pytest.raises(ValueError, match=says):
        least_catalogue(asked.pop("demand"), asked.pop("kinds"), **asked)
