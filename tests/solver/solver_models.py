"""Small models with a known character, for tests of the solver adapter."""

from __future__ import annotations

import numpy as np

from planner.solver import Model, Sense

PICKS = 40


class Stopped:
    """A stop flag that was set before the work began."""

    def is_set(self) -> bool:
        return True


def market_split(*, slack: bool, base: float = 0.0) -> tuple[Model, np.ndarray]:
    """Return a market split (Cornuejols and Dawande 1998) of five rows, and a choice that hits every row exactly.

    No solver of today finds the exact choice in a second. With `slack` misses are allowed and cost 1 each, so that anything is a
    solution and 0 the optimum; `base` is a cost that cannot be avoided.
    """
    rng = np.random.default_rng(0)
    weights, exact = rng.integers(0, 100, (5, PICKS)), rng.integers(0, 2, PICKS)
    model = Model("split", offset=base)
    picks = model.add_columns("pick", PICKS, upper=1, integer=True, cost=0.0 if slack else np.arange(PICKS))
    rows = model.add_rows("share", 5, sense=Sense.EQ, rhs=weights @ exact)
    model.add_terms(rows[:, None], picks[None, :], weights)
    if slack:
        for name, sign in (("over", -1.0), ("under", 1.0)):
            model.add_terms(rows, model.add_columns(name, 5, upper=1e4, cost=1.0), sign)
    return model, exact


def wide_program(size: int = 300) -> Model:
    """Return a dense linear program that takes a solver a good part of a second."""
    rng = np.random.default_rng(1)
    model = Model("wide")
    columns = model.add_columns("x", size, cost=rng.random(size))
    rows = model.add_rows("r", size, sense=Sense.GE, rhs=rng.random(size))
    model.add_terms(rows[:, None], columns[None, :], rng.random((size, size)))
    return model


def two_columns(sense: Sense, rhs: float, *, cost: tuple[float, float], upper: float = np.inf, integer: bool = False) -> Model:
    """Return ``x + y`` compared with `rhs`, both from 0 to `upper`."""
    model = Model("two")
    columns = model.add_columns("x", 2, cost=cost, upper=upper, integer=integer)
    model.add_terms(model.add_rows("sum", 1, sense=sense, rhs=rhs), columns, 1.0)
    return model
