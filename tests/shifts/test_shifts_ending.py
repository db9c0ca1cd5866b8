"""How a design ends: by proof, by rounds, by the clock, by a person; and the same way twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shifts.shift_checks import assert_honest, assert_lawful, price_again

from planner.domain.account import Settings
from planner.domain.solve import Progress, Status
from planner.shifts import design_shifts


class Flag:
    """A stop flag that someone may set."""

    def __init__(self) -> None:
        self.up = False

    def is_set(self) -> bool:
        return self.up


def demanding(make: Any, **settings: Any) -> tuple[Any, Any]:
    """Three days no search ends at gap zero: two languages, many kinds, odd needs."""
    rules = (
        make.rule("eight", length_min=480, step=60, breaks=((60, False, 180, 300),)),
        make.rule("six", length_min=360, step=60, breaks=((60, True, 120, 180),)),
    )
    account = make.account(
        languages=("en", "de"),
        days=3,
        rules=rules,
        groups=(
            make.group("en", rules=("eight", "six"), absence=0.08),
            make.group("both", languages=("en", "de"), rules=("eight",), in_shift_loss=0.05),
        ),
        settings=Settings(**{"gap": 0.0, "time_limit_s": 60.0, "shortfall_price_per_h": 50.0, **settings}),
    )
    need = np.random.default_rng(5).uniform(0.3, 2.9, (2, 72))
    return account, make.requirement(account, need)


def small(make: Any, **settings: Any) -> tuple[Any, Any]:
    account = make.account(settings=Settings(**{"gap": 0.0, "time_limit_s": 60.0, "shortfall_price_per_h": 50.0, **settings}))
    return account, make.requirement(account, 1.3)


def test_cancelling_keeps_the_best_plan_so_far_and_says_so(make: Any) -> None:
    account, requirement = demanding(make)
    flag, heard = Flag(), []

    def report(progress: Progress) -> None:
        heard.append(progress)
        flag.up = True

    plan, infos = design_shifts(requirement, account, report=report, stop=flag)
    assert infos[0].status is Status.CANCELLED
    assert not infos[0].status.repeatable
    assert infos[0].seconds < 30
    assert plan.shifts
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    assert heard[0].stage == "shifts"
    assert heard[0].best is not None
    assert infos[0].objective is not None
    assert infos[0].objective <= heard[0].best + 1e-6


def test_out_of_time_gives_a_lawful_plan_and_says_so(make: Any) -> None:
    account, requirement = demanding(make, time_limit_s=0.3)
    plan, infos = design_shifts(requirement, account)
    assert infos[0].status is Status.TIME_LIMIT
    assert infos[0].seconds < 10
    assert plan.shifts
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)


def test_a_gap_that_is_allowed_ends_the_work_and_is_kept(make: Any) -> None:
    account, requirement = demanding(make, gap=0.25)
    plan, infos = design_shifts(requirement, account)
    assert infos[0].status is Status.GAP_REACHED
    assert infos[0].gap is not None
    assert 1e-6 < infos[0].gap <= 0.25
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)


def test_the_bound_that_is_told_is_the_best_one_proven(make: Any) -> None:
    account, requirement = small(make)
    _, infos = design_shifts(requirement, account)
    proven = [info.bound for info in infos[1:] if info.bound is not None]
    assert {info.name for info in infos[1:]} <= {"bound", "branch and bound"}
    assert infos[0].objective is not None
    assert infos[0].bound == pytest.approx(min(max(proven), infos[0].objective))
    assert (infos[0].variables, infos[0].rows) == (infos[1].variables, infos[1].rows)
    assert infos[0].variables > 0


def test_branch_and_bound_gives_the_same_plan_twice(make: Any) -> None:
    account = make.account(days=7)
    requirement = make.requirement(account, 2.3)
    first, infos = design_shifts(requirement, account)
    second, again = design_shifts(requirement, account)
    assert "branch and bound" in [info.name for info in infos]
    assert first == second
    assert (infos[0].objective, infos[0].bound, infos[0].status) == (again[0].objective, again[0].bound, again[0].status)


def test_heads_of_one_shift_with_different_breaks_are_rows_of_their_own(make: Any) -> None:
    rule = make.rule("six", length_min=360, first=480, last=480, breaks=((60, False, 120, 240),))
    account = make.account(rules=(rule,), groups=(make.group(rules=("six",)),))
    need = np.zeros(24)
    need[8:14] = 2.0
    requirement = make.requirement(account, need)
    plan, infos = design_shifts(requirement, account)
    assert sum(s.heads for s in plan.shifts) == plan.heads() == 3
    assert len({s.breaks for s in plan.shifts}) == len(plan.shifts) == 3, "one break in each of three hours"
    assert [s.id.rsplit(".", 1)[1] for s in plan.shifts] == ["1", "2", "3"]
    assert infos[0].objective == pytest.approx(price_again(plan, requirement, account)) == 150.0
