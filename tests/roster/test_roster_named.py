"""Named people: exact schedules, rules that hold, bounds that are bounds."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from named_problems import all_schedules, drawn, encloses_the_optimum, small

from planner.domain.solve import Status
from planner.roster.check_named import BrokenRosterError, broken_by_person, verified
from planner.roster.columns import priced
from planner.roster.kit import kit_of
from planner.roster.problem import NamedRoster
from planner.roster.schedules import all_legal, schedules_within
from planner.roster.solve import solve_named

ROOT = Path(__file__).resolve().parents[2]
INSTANCES = Path(os.environ.get("THIRD_RING_NRP", "no such folder"))  # holds Instance1.txt and so on
_ = -1
E, L = 0, 1
NEVER_L_TO_E = np.array([[False, False], [True, False]])
RULES = {
    "shifts of a type": ({"max_shifts": [[1, 7]]}, [E, _, _, L, _, _, _], [E, _, E, _, _, _, _]),
    "most minutes": ({"max_minutes": [1000]}, [E, E, _, _, _, _, _], [E, L, _, _, _, _, _]),
    "least minutes": ({"min_minutes": [1080]}, [E, L, _, _, _, _, _], [E, E, _, _, _, _, _]),
    "longest run": ({"max_run": [3]}, [E, E, E, _, E, E, E], [E, E, E, E, _, _, _]),
    "shortest run": ({"min_run": [3]}, [E, _, E, E, E, _, E], [E, _, E, E, _, _, _]),
    "shortest rest": ({"min_off": [3]}, [_, E, _, _, _, E, _], [E, _, _, E, _, _, _]),
    "weekends": ({"max_weekends": [0]}, [E, E, E, E, E, _, _], [_, _, _, _, _, _, E]),
    "fixed days off": ({"fixed_off": [[True] + 6 * [False]]}, [_, E, _, _, _, _, _], [E, _, _, _, _, _, _]),
    "what may follow": ({"may_not_follow": NEVER_L_TO_E}, [E, L, _, E, _, _, _], [L, E, _, _, _, _, _]),
}


@pytest.mark.parametrize("rule", RULES)
def test_checker_and_search_agree_on_what_a_rule_allows(rule):
    changes, good, bad = RULES[rule]
    problem = small(**changes)
    rows = np.array([good, bad])
    assert broken_by_person(problem, 0, rows[0]) == []
    assert len(broken_by_person(problem, 0, rows[1])) == 1
    assert all_legal(kit_of(problem), np.zeros(2, dtype=np.int64), rows).tolist() == [True, False]
    for row, wanted in ((rows[0], True), (rows[1], False)):
        price = np.full((7, 2), -1.0)
        price[np.flatnonzero(row >= 0), row[row >= 0]] = 1.0
        work, value, bound = priced(kit_of(problem), np.array([0]), price)
        assert value[0] == bound[0]
        assert np.array_equal(work[0], row) == wanted
        assert broken_by_person(problem, 0, work[0]) == []


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_best_schedule_is_the_best_of_all_schedules(seed):
    rng = np.random.default_rng(seed)
    problem = drawn(rng, people=1, days=6)
    price = rng.normal(0, 3, (6, 2))
    legal = [days for days in all_schedules(problem) if not broken_by_person(problem, 0, days)]
    kit = kit_of(problem)
    everything = np.array(all_schedules(problem))
    assert all_legal(kit, np.zeros(len(everything), dtype=np.int64), everything).sum() == len(legal)

    def worth(days):
        return sum(problem.wish_cost[0, d, s] - price[d, s] for d, s in enumerate(days) if s >= 0)

    work, value, bound = priced(kit, np.array([0]), price)
    if not legal:
        assert value[0] == np.inf
        return
    assert value[0] == pytest.approx(min(map(worth, legal)))
    assert bound[0] == value[0]
    assert worth(work[0]) == pytest.approx(value[0])
    assert not broken_by_person(problem, 0, work[0])
    rows, costs = np.empty((1000, 6), dtype=np.int64), np.empty(1000)
    count = schedules_within(kit, 0, price, value[0] + 2.5, rows, costs)
    assert count == sum(worth(days) <= value[0] + 2.5 for days in legal)
    assert len({row.tobytes() for row in rows[:count]}) == count


@given(seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_bound_and_objective_enclose_the_optimum(seed):
    problem = drawn(np.random.default_rng(seed), people=2, days=5)
    encloses_the_optimum(problem, seed)


def test_an_illegal_roster_is_refused_by_name():
    problem = small(max_run=[2])
    with pytest.raises(BrokenRosterError, match="p0: 3 shifts in a row from day 1, at most 2"):
        verified(problem, NamedRoster(work=np.array([[_, E, E, E, _, _, _]])))


def test_the_same_seed_gives_the_same_roster():
    problem = drawn(np.random.default_rng(5), people=6, days=10, shifts=3)
    (one, first), (two, second) = (solve_named(problem, rounds=4, seed=3) for _ in range(2))
    assert first.status.repeatable
    assert (one == two, first.objective, first.bound) == (True, second.objective, second.bound)


def test_a_cancelled_search_keeps_its_best_roster():
    problem = drawn(np.random.default_rng(7), people=6, days=10, shifts=3)
    stop = threading.Event()
    stop.set()
    roster, info = solve_named(problem, stop=stop)
    assert info.status in (Status.CANCELLED, Status.OPTIMAL)
    assert info.objective == verified(problem, roster)
    assert info.bound is None or info.bound <= info.objective


TINY = """SECTION_HORIZON
7
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=7|L=2,2400,960,5,2,2,1
B,E=7|L=0,2400,960,5,2,2,0
SECTION_DAYS_OFF
A,0
SECTION_SHIFT_ON_REQUESTS
A,1,L,3
SECTION_SHIFT_OFF_REQUESTS
B,2,E,2
SECTION_COVER
""" + "".join(f"{d},{s},1,100,1\n" for d in range(7) for s in "EL")


def adapter(*arguments):
    command = [sys.executable, "-m", "benchmarks.nrp", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=570)


def judge():
    spec = importlib.util.spec_from_file_location("check_nrp", ROOT / "benchmarks" / "check_nrp.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solved(path, out, seconds):
    done = adapter(path, "--seconds", seconds, "--out", out)
    assert done.returncode == 0, done.stderr
    objective, bound, _ = map(float, done.stdout.splitlines()[-1].split())
    check = judge()
    instance = check.sections(path.read_text())
    assignments = json.loads(out.read_text())["assignments"]
    assert check.broken(instance, assignments) == []
    assert check.objective(instance, assignments) == objective
    assert bound <= objective
    return objective, bound


def test_adapter_writes_a_solution_that_the_judge_prices_alike(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY)
    objective, bound = solved(tmp_path / "tiny.txt", tmp_path / "out.json", 20)
    assert objective == bound


def test_judge_names_what_is_broken():
    check = judge()
    instance = check.sections(TINY)
    found = check.broken(instance, {"A": {"0": "L", "1": "E"}, "B": {"1": "L", "4": "E", "5": "E"}})
    for words in ("A: works on day 0", "A: E on day 1 cannot follow L", "B: 1 shifts L", "B: 1 weekends", "B: 1 consecutive"):
        assert any(words in line for line in found), (words, found)


def test_bad_file_lists_every_problem_and_ends_with_2(tmp_path):
    (tmp_path / "bad.txt").write_text(TINY.replace("A,0\n", "C,9\n").replace("L,480,E", "L,480,X").replace("A,1,L,3", "A,1,L"))
    done = adapter(tmp_path / "bad.txt")
    assert done.returncode == 2
    assert "3 problems found" in done.stderr
    for words in ("unknown employee 'C'", "unknown shift X", "wants 4 fields, got 3"):
        assert words in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("number", "best"), [(1, 607), (2, 828), (3, 1001), (4, 1716)])
def test_published_optima_are_found_and_proven(number, best, tmp_path):
    path = INSTANCES / f"Instance{number}.txt"
    if not path.exists():
        pytest.skip("set THIRD_RING_NRP to the folder of the instances")
    assert solved(path, tmp_path / "out.json", 120) == (best, best)
