"""Models as blocks: what is said with arrays is what PuLP gets."""

import numpy as np
import pytest

from planner.solver import Model, Sense, relaxed, solve
from planner.solver.build import lp_text, to_pulp
from planner.solver.solution import dual_bound


def knapsack():
    model = Model("bag", offset=3.0)
    x = model.add_columns("take", 3, upper=[1, 2, 1], cost=[-5, -4, -3], integer=True, labels=["gold", "silver", "tin"])
    slack = model.add_columns("over", 1, cost=10, upper=4)
    row = model.add_rows("weight", 1, sense=Sense.LE, rhs=7)
    model.add_terms(row, x, [4, 3, 2])
    model.add_terms(row, slack, -1)
    return model


def test_lp_text_reads_like_the_model():
    assert lp_text(knapsack()) == (
        "Minimize\n"
        "cost: 10 over(0) - 5 take(gold) - 4 take(silver) - 3 take(tin)\n"
        "Subject To\n"
        "weight(0): - over(0) + 4 take(gold) + 3 take(silver) + 2 take(tin) <= 7\n"
        "Bounds\n"
        " 0 <= take(gold) <= 1\n"
        " 0 <= take(silver) <= 2\n"
        " 0 <= take(tin) <= 1\n"
        " over(0) <= 4\n"
        "Generals\n"
        "take(gold)\ntake(silver)\ntake(tin)\n"
        "End\n"
    )


def test_terms_given_twice_add_up_and_zeros_vanish():
    model = Model("m")
    x = model.add_columns("x", 2, upper=1)
    r = model.add_rows("r", 2, sense=Sense.GE, rhs=[1, 0])
    model.add_terms(r[0], x, 1.0)
    model.add_terms(r, x[0], [0.5, 1.0])
    model.add_terms(r[1], x[0], -1.0)
    starts, columns, values = model.matrix()
    assert starts.tolist() == [0, 2, 2]
    assert columns.tolist() == [0, 1]
    assert values.tolist() == [1.5, 1.0]


def test_a_block_name_is_used_once():
    model = Model("m")
    model.add_columns("x", 1)
    with pytest.raises(ValueError, match="already has a block called x"):
        model.add_columns("x", 1)


def test_whole_optimum_and_its_relaxation():
    found = solve(knapsack())
    assert found.info.objective == pytest.approx(3 - 5 - 4)
    assert found["take"].tolist() == [1, 1, 0]
    loose = solve(relaxed(knapsack()))
    assert loose.info.objective == pytest.approx(3 - 3 - 4 * 5 / 3)
    assert loose.info.bound == pytest.approx(loose.info.objective)


def test_fix_and_new_right_hand_side():
    model = knapsack()
    model.fix(np.array([0]), [0.0])
    model.set_rhs(np.array([0]), 5.0)
    model.set_cost(np.array([2]), -10.0)
    found = solve(model)
    assert found["take"].tolist() == [0, 1, 1]
    assert found.info.objective == pytest.approx(3 - 14)


def test_any_duals_prove_a_bound():
    model = relaxed(knapsack())
    optimum = solve(model).info.objective
    rng = np.random.default_rng(3)
    for _ in range(50):
        assert dual_bound(model, rng.normal(-1, 2, size=1)) <= optimum + 1e-9


def test_pulp_gets_every_column_even_without_terms():
    model = Model("m")
    model.add_columns("x", 3, lower=1, upper=2, cost=[1, 0, 0])
    _, variables = to_pulp(model)
    assert [v.name for v in variables] == ["x(0)", "x(1)", "x(2)"]
    assert solve(model).values.tolist()[0] == 1
