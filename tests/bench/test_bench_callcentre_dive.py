"""Dives from the linear optimum: legal, whole, never below the bound, and near it where many agents work."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from callcentre_instance import read_instance  # noqa: E402
from callcentre_problem import problem_of  # noqa: E402

from benchmarks.roster.five_languages import five_languages  # noqa: E402
from planner.domain.account import Settings  # noqa: E402
from planner.domain.solve import NeverStop  # noqa: E402
from planner.shifts.answer import price  # noqa: E402
from planner.shifts.dive import dive, unbroken  # noqa: E402
from planner.shifts.place import place_breaks  # noqa: E402
from planner.shifts.tour_model import tour_model  # noqa: E402
from planner.solver import SolveOptions, relaxed, solve  # noqa: E402


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory):
    """A third of the made week with one length of shift every four hours, and its linear optimum."""
    week = five_languages(scale=1 / 3)
    week["shift_types"] = {"8h": week["shift_types"]["8h"]}
    week["start_step_minutes"] = 240
    path = tmp_path_factory.mktemp("dive") / "week.json"
    path.write_text(json.dumps(week), encoding="utf-8")
    problem = problem_of(read_instance(path), settings=Settings())
    built = tour_model(problem)
    linear = solve(relaxed(built.model), SolveOptions(lp_method="ipm", crossover=False))
    assert linear.values is not None
    return problem, built, linear


def dived(bilingual, *, ended=lambda: False, share=0.5):
    problem, built, linear = bilingual
    return dive(problem, built, linear.values, share=share, ended=ended, stop=NeverStop(), solver="highs")


def test_a_dive_is_a_legal_whole_plan_near_the_bound(bilingual) -> None:
    problem, _, linear = bilingual
    answer = dived(bilingual)
    assert answer is not None
    heads = answer.heads(problem)
    for k, kind in enumerate(problem.kinds):
        assert heads[kind.duties].sum() == 5 * answer.agents[k]
        assert heads[kind.duties].max() <= answer.agents[k]
    held = np.bincount(problem.kind_group, weights=answer.agents, minlength=8)
    assert held[5:].tolist() == [4, 3, 8]  # the bilinguals' headcounts
    _, placed = place_breaks(problem, answer, time_limit_s=20, solver="highs", stop=NeverStop())
    cost = price(problem, placed).total
    assert linear.info.bound <= cost <= 1.05 * linear.info.bound


def test_a_dive_repeats_itself(bilingual) -> None:
    first, second = dived(bilingual), dived(bilingual)
    assert first is not None
    assert second is not None
    assert first.agents.tolist() == second.agents.tolist()


def test_a_dive_without_time_has_no_plan(bilingual) -> None:
    assert dived(bilingual, ended=lambda: True) is None


def test_a_plan_without_placed_breaks_has_every_break_at_its_first_choice(bilingual) -> None:
    problem, _, _ = bilingual
    agents = np.zeros(len(problem.kinds), dtype=np.int64)
    heads = np.zeros(len(problem.duties), dtype=np.int64)
    agents[0], heads[problem.kinds[0].duties[:5]] = 2, 2
    answer = unbroken(problem, agents, heads)
    assert answer.heads(problem).tolist() == heads.tolist()
    firsts = {int(pool.choices[0]) for pool in problem.pools}
    assert all(set(rows.ravel().tolist()) <= firsts and rows.shape == (2, 3) for rows in answer.choices.values())
