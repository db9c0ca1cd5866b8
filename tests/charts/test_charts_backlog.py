"""The figure of open work says what the plan's deferred work says."""

import numpy as np
import pytest
from deferred_account import desk_plan

from planner.charts import age_bands, alt, backlog_by_age, open_by_age
from planner.domain.evaluation import AGE_BANDS_H

pytest.importorskip("plotly")


@pytest.fixture(scope="module")
def deferred_plan():
    return desk_plan()


def test_bands_are_those_of_the_plan_and_in_order_of_age() -> None:
    names = age_bands()
    assert len(names) == len(AGE_BANDS_H) + 1
    assert (names[0], names[1], names[-1]) == ("under 4 h", "4 to 8 h", "72 h and over")


def test_open_contacts_are_stacked_by_age_and_the_overdue_are_a_line(deferred_plan) -> None:
    figure = backlog_by_age(deferred_plan)
    stacked = [trace for trace in figure.data if trace.stackgroup]
    assert len(stacked) == len(age_bands())
    total = np.sum([np.array(trace.y, dtype=float)[:-1] for trace in stacked], axis=0)
    assert total == pytest.approx(np.nansum(deferred_plan.evaluation.deferred.open, axis=0), abs=1e-6)
    assert figure.data[-1].name == "overdue"
    assert "overdue at most" in alt(figure)


def test_the_figure_of_some_queues_counts_only_theirs(deferred_plan) -> None:
    each = [open_by_age(deferred_plan, {id}) for id in deferred_plan.demand.queues]
    assert np.sum(each, axis=0) == pytest.approx(open_by_age(deferred_plan), abs=1e-9)
