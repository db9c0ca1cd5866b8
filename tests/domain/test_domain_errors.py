"""Errors carry everything that is wrong, in order, with remedies; plans and evaluations compare by content."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from factories import tiny_plan

from planner.errors import CancelledError, DataError, InfeasibleError, PlannerError, Problem


def test_one_problem_reads_as_a_sentence_with_its_remedy() -> None:
    error = DataError(Problem("account.toml: queues[2].aht_s", "must be above 0, got 0", "write seconds"))
    assert str(error) == "account.toml: queues[2].aht_s: must be above 0, got 0; write seconds"


def test_many_problems_are_counted_and_numbered() -> None:
    error = DataError(Problem(f"row {n}", "is empty") for n in (2, 3))
    assert str(error) == "2 problems found:\n  1. row 2: is empty\n  2. row 3: is empty"
    assert len(error.problems) == 2


def test_an_error_about_nothing_is_itself_an_error() -> None:
    with pytest.raises(ValueError, match="at least one problem"):
        DataError([])


def test_exit_codes_tell_bad_input_from_the_impossible() -> None:
    infeasible = InfeasibleError(["site x has no seats", "queue y is open"])
    assert str(infeasible) == "not possible: site x has no seats; queue y is open"
    assert infeasible.reasons == ("site x has no seats", "queue y is open")
    assert (DataError(Problem("a", "b")).exit_code, infeasible.exit_code) == (2, 1)
    assert all(issubclass(e, PlannerError) for e in (DataError, InfeasibleError, CancelledError))


def test_plans_are_equal_when_all_their_parts_are() -> None:
    one, other = tiny_plan(), tiny_plan()
    assert one == other
    level = one.evaluation.level.copy()
    level[0, 0] += 1e-12
    assert one != replace(one, evaluation=replace(one.evaluation, level=level))
    assert one != replace(one, bill=replace(one.bill, price=()))


def test_an_evaluation_refuses_arrays_of_another_shape() -> None:
    found = tiny_plan().evaluation
    with pytest.raises(ValueError, match=r"mean_wait_s \[Q, T\]"):
        replace(found, mean_wait_s=np.zeros((1, 1)))
