"""The search keeps honest books: its running cost is the plan's price, and it never does worse than trying everything."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from planner.domain.solve import NeverStop
from planner.shifts.anneal import Clock, anneal, answer_of, copied, first_plan
from planner.shifts.answer import Answer, missing_agents, on_duty, price, shortfall
from planner.shifts.assemble import assemble
from planner.shifts.divide import divided
from planner.shifts.exact import solve_exactly
from planner.shifts.place import place_breaks
from planner.shifts.search import best_parts, frame, moved, nearest_serves, start, state_of
from planner.shifts.sets import class_sets, narrowed
from planner.shifts.tour_model import tour_model
from planner.solver import SolveOptions, relaxed, solve

FOREVER = Clock(NeverStop(), float("inf"))
BREAKS = ((15, True, 60, 90), (30, False, 120, 165))


@pytest.fixture(scope="module")
def shared(make):
    """Three days, two languages, three groups of which one speaks both, quarter-hours with breaks."""
    rules = (make.rule("five", length_min=300, step=60, breaks=BREAKS),)
    groups = (
        make.group("en", languages=("en",), rules=("five",), absence=0.1),
        make.group("de", languages=("de",), rules=("five",), absence=0.05),
        make.group("both", languages=("en", "de"), rules=("five",), min_heads=1),
    )
    account = make.account(languages=("en", "de"), groups=groups, rules=rules, days=3, interval_min=15)
    t = np.arange(account.grid.size)
    need = np.array([1.4 + np.sin(t / 30), 0.7 + 0.5 * np.cos(t / 17)])
    return assemble(make.requirement(account, need), account)


@pytest.fixture(scope="module")
def worked(shared):
    """A frame of `shared` and a state after some rounds."""
    view = frame(shared)
    state = start(view, 7)
    first_plan(view, state)
    anneal(view, state, rounds_per_agent=30, heat=(1.0, 0.05), clock=FOREVER, tell=lambda cost: None)
    return view, state


def test_the_running_cost_is_the_price_from_scratch(shared, worked):
    view, state = worked
    answer = answer_of(shared, view, state)
    assert price(shared, answer).total == pytest.approx(float(state.cost[0]), abs=1e-6)
    assert missing_agents(shared, answer) == 0


def test_running_shortfall_is_that_of_the_heads_on_duty(shared, worked):
    view, state = worked
    answer = answer_of(shared, view, state)
    present = on_duty(shared, answer.heads(shared), answer.breaks(shared))
    assert state.short.sum(axis=0) == pytest.approx(shared.price * shortfall(shared, present), abs=1e-9)


def test_the_quick_shortfall_is_the_best_division_of_time(shared):
    rng = np.random.default_rng(5)
    present = rng.uniform(0, 3, (3, shared.size))
    by_program = divided(shared, (0, 1), present * shared.availability[:, None])
    assert shortfall(shared, present) == pytest.approx(by_program, abs=1e-6)


def test_a_plan_survives_being_moved_and_dealt_again(shared, worked):
    view, state = worked
    again = moved(view, state, 1)
    dealt = state_of(view, answer_of(shared, view, state), 1)
    for other in (again, dealt):
        assert float(other.cost[0]) == pytest.approx(float(state.cost[0]), abs=1e-6)
        assert other.heads.tolist() == state.heads.tolist()
        assert other.on_site.tolist() == state.on_site.tolist()
        assert other.gain == pytest.approx(state.gain, abs=1e-9)


def test_a_colder_search_from_a_plan_never_loses_its_books(shared, worked):
    view, state = worked
    own = copied(state, 11)
    anneal(view, own, rounds_per_agent=20, heat=(0.3, 0.02), clock=FOREVER, tell=lambda cost: None)
    assert price(shared, answer_of(shared, view, own)).total == pytest.approx(float(own.cost[0]), abs=1e-6)


def test_best_parts_is_at_least_as_good_as_any_of_its_states(shared):
    alone = frame(shared, nearest_serves(shared.serves))
    states = []
    for seed in range(3):
        state = start(alone, seed)
        first_plan(alone, state)
        anneal(alone, state, rounds_per_agent=5, heat=(1.5, 0.5), clock=FOREVER, tell=lambda cost: None)
        states.append(state)
    merged = best_parts(alone, states)
    assert float(merged.cost[0]) <= min(float(s.cost[0]) for s in states) + 1e-6


def test_placed_breaks_keep_heads_and_never_cost_more(shared, worked):
    view, state = worked
    answer = answer_of(shared, view, state)
    _, placed = place_breaks(shared, answer, time_limit_s=20, solver="highs", stop=NeverStop())
    assert placed.heads(shared).tolist() == answer.heads(shared).tolist()
    assert placed.agents.tolist() == answer.agents.tolist()
    assert price(shared, placed).total <= price(shared, answer).total + 1e-6


def test_the_relaxation_is_below_every_plan(shared, worked):
    _, state = worked
    built = tour_model(shared)
    for method in ("ipm", "simplex"):
        bound = solve(relaxed(built.model), SolveOptions(lp_method=method, crossover=method == "simplex")).info.bound
        assert bound <= float(state.cost[0]) + 1e-6


def test_the_rounding_rows_lift_the_bound_but_not_above_the_optimum(make):
    account = make.account(rules=(make.rule(step=60),))
    problem = assemble(make.requirement(account, [[1.3] * 24]), account)
    full = tour_model(problem)
    lifted = solve(relaxed(full.model)).info.objective
    whole = [b for b in full.model.rows if b.name.startswith("whole")]
    assert whole
    rows = np.concatenate([np.arange(b.first, b.first + b.count) for b in whole])
    full.model.set_rhs(rows, -1e6)
    plain = solve(relaxed(full.model)).info.objective
    optimum = brute_force(problem, most=2)
    assert plain < lifted - 1.0
    assert lifted <= optimum + 1e-6


def brute_force(problem, most):
    """Cheapest plan of at most `most` heads per duty, one day, no breaks: every combination priced from scratch."""
    best = float("inf")
    duties = range(len(problem.duties))
    empty = np.zeros((1, 0), dtype=np.int64)
    for count in range(13):
        for chosen in combinations_with_replacement(duties, count):
            heads = (
                np.bincount(chosen, minlength=len(problem.duties)) if count else np.zeros(len(problem.duties), dtype=np.int64)
            )
            if heads.max(initial=0) > most:
                continue
            agents = np.bincount(problem.duty_kind, weights=heads, minlength=len(problem.kinds)).astype(np.int64)
            choices = {int(j): np.repeat(empty, heads[j], axis=0) for j in np.flatnonzero(heads)}
            best = min(best, price(problem, Answer(agents, choices)).total)
        if count >= 4 and len(problem.duties) > 8:
            break
    return best


def test_branch_and_bound_ends_where_trying_everything_ends(make):
    account = make.account(rules=(make.rule(step=240),), groups=(make.group(absence=0.2),))
    need = [[0.5] * 5 + [1.9] * 7 + [3.1] * 4 + [np.nan] * 8]
    problem = assemble(make.requirement(account, need), account)
    view = frame(problem)
    known = answer_of(problem, view, start(view, 1))
    solution, answer = solve_exactly(
        problem, known, gap=0.0, time_limit_s=30, solver="highs", report=lambda p: None, stop=NeverStop()
    )
    wanted = brute_force(problem, most=6)
    assert price(problem, answer).total == pytest.approx(wanted)
    assert solution.info.bound == pytest.approx(wanted)


def test_sets_hold_every_class_whose_groups_they_use():
    serves = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]], dtype=bool)
    assert class_sets(serves) == [(0,), (2,), (1, 2), (0, 1, 2)]


def test_many_skills_are_narrowed_until_they_can_be_listed():
    count = 14
    serves = np.zeros((count, count), dtype=bool)
    for g in range(count):
        serves[g, [g, (g + 1) % count, (g + 5) % count]] = True
    assert class_sets(serves) is None
    less = narrowed(serves, np.arange(count, dtype=float))
    assert (less <= serves).all()
    assert less.any(axis=0).all()
    assert less.any(axis=1).all()
