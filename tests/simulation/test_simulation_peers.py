"""Shared skills simulated: what is promised for agents who are counted for two queues, and what a few of them are really worth."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from planner.queueing import performance, required_agents


def _benchmark() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "simulation" / "skills.py"
    spec = importlib.util.spec_from_file_location("simulated_skills", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


skills = _benchmark()
BOTH = ("billing", "technical")


def test_ten_agents_counted_in_full_for_two_queues_of_ten_answer_every_ninth_call_in_time() -> None:
    for kind in skills.TWO:
        assert kind.per_h * kind.aht_s / 3600 == pytest.approx(6.67, abs=0.01)
        assert required_agents(rate_per_h=kind.per_h, aht_s=kind.aht_s, threshold_s=20, service_level=0.8) == 10
    ran = skills.levels(skills.TWO, skills.TWO_PATIENCE_S, {BOTH: 10}, 40)
    assert ran.level("billing").value == pytest.approx(0.108, abs=0.01)
    assert ran.level("technical").value == pytest.approx(0.108, abs=0.01)


def test_seventeen_heads_answer_both_queues_in_time_and_sixteen_do_not() -> None:
    heads, ran = skills.fewest(skills.all_flexible(14, 18), 40)
    assert sum(heads.values()) == 17
    assert all(ran.level(id).low >= 0.8 for id in BOTH)
    assert skills.worst(skills.levels(skills.TWO, skills.TWO_PATIENCE_S, {BOTH: 16}, 40)) < 0.8


def test_a_few_flexible_agents_are_worth_nearly_as_much_as_all() -> None:
    few = {("billing",): 6, ("technical",): 6, BOTH: 5}
    assert skills.worst(skills.levels(skills.TWO, skills.TWO_PATIENCE_S, few, 100)) >= 0.795


def test_eight_dedicated_and_four_in_a_ring_answer_four_languages_as_twelve_heads() -> None:
    known = {"rate_per_h": 24, "aht_s": 300, "threshold_s": 20, "patience_s": 180}
    alone = int(required_agents(**known, service_level=0.8))
    assert 4 * alone == 16
    apart = skills.levels(skills.FOUR, skills.FOUR_PATIENCE_S, {(k.id,): alone for k in skills.FOUR}, 40)
    assert skills.pooled(apart) == pytest.approx(float(performance(**known, agents=alone).service_level), abs=0.005)
    ring = skills.ring(2)
    assert sum(ring.values()) == 12
    ran = skills.levels(skills.FOUR, skills.FOUR_PATIENCE_S, ring, 150)
    assert skills.pooled(ran) >= 0.8
    assert skills.worst(ran) >= 0.785


def test_search_tries_fewest_flexible_first_and_finds_nothing_where_nothing_is_enough() -> None:
    assert next(skills.mixes(3)) == {("billing",): 0, ("technical",): 3, BOTH: 0}
    assert sum(1 for _ in skills.mixes(3)) == 10
    assert skills.fewest(skills.mixes(8), 4) is None
