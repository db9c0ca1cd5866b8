"""Orders of groups bind as skills do: named in a conflict, and a group they leave out is a way out of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shifts.conftest import Make

from planner.domain.routing import GroupOrder, Routing
from planner.explanation.asking import Demands, least_missing_cover
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.conflict import cover_conflicts
from planner.explanation.limits import limits_of, sentence, without
from planner.explanation.relaxations import steps_of


def test_an_order_that_leaves_able_people_out_is_to_blame_and_letting_them_in_helps() -> None:
    account = Make.account(groups=(Make.group("first", max_heads=2), Make.group("second")))
    order = GroupOrder(queue=account.queues[0].id, groups=("first",))
    account = replace(account, routing=Routing(orders=(order,)))
    need = np.ones(24)
    need[12] = 4.0
    case = Case(account, Make.requirement(account, need))
    forced = least_missing_cover(case, Demands(need[None]), time_limit_s=60.0)
    assert forced.impossible
    (conflict,) = cover_conflicts(case, forced, Budget(60.0))
    assert {"max_heads:first", f"skills:{order.queue}"} <= {limit.id for limit in conflict.limits}
    skills = next(limit for limit in conflict.limits if limit.target == order.queue)
    assert sentence(skills, account) == f"{order.queue}: only first can answer (languages, channels, order of groups)"
    assert without(case, limits_of(account)).account.serves().all()
    (step,) = steps_of(case, skills)
    assert step.sentence.startswith("second also answering")
    freer = least_missing_cover(step.case, Demands(need[None]), time_limit_s=60.0)
    assert freer.proven == pytest.approx(0.0, abs=1e-6)
