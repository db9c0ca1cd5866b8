"""A plan of shared people that is stopped, or runs out of time, keeps the best it met and says so."""

from __future__ import annotations

import threading
from dataclasses import replace

from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.solve import Progress, Status
from planner.pooling import keep_shared
from planner.sizing import size


def test_a_stop_after_the_first_design_keeps_it(four_languages: Account) -> None:
    stop, seen = threading.Event(), []

    def report(progress: Progress) -> None:
        if progress.stage == "shared people":
            seen.append(progress.best)
            stop.set()

    demand = forecast_demand(four_languages)
    found = keep_shared(size(demand, four_languages), demand, four_languages, report=report, stop=stop)
    assert len(found.steps) == 1
    assert found.solves[0].status is Status.CANCELLED
    assert not found.solves[0].status.repeatable
    assert found.shifts.heads() >= 11
    assert found.solves[0].objective == seen[0]


def test_time_that_runs_out_is_told(four_languages: Account) -> None:
    hurried = replace(four_languages, settings=replace(four_languages.settings, time_limit_s=0.5))
    demand = forecast_demand(hurried)
    found = keep_shared(size(demand, hurried), demand, hurried)
    assert found.solves[0].status is Status.TIME_LIMIT
    assert found.shifts.heads() >= 11
