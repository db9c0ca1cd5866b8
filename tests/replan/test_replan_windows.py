"""Re-plans of plans that promise over windows: what one hour lacks another may make up for, and nobody is asked for more than promised."""

from dataclasses import replace

import numpy as np
import pytest
from replan_cases import monday, small_account, small_plan, with_windows

from planner.domain.changes import Away, Changes, Effort, Joining, Leaving, VolumeChange
from planner.domain.headline import promises_kept
from planner.domain.plan import Plan
from planner.errors import DataError
from planner.replan import problems_of, replan
from planner.replan.held import held_of, margin_of, published_margin, won_of

EXACT = Effort(everywhere=True, gap=0.0)
HELD = (*((8, 8),) * 3, *((12, 12),) * 4, *((16, 16),) * 2)
"""Who starts when on two days: every day's promise is kept with some contacts to spare."""


def window_plan(**account: object) -> Plan:
    return small_plan(with_windows(small_account(**account)), HELD)  # type: ignore[arg-type]


def test_nothing_happened_and_the_plan_comes_back_as_it_was() -> None:
    plan = window_plan()
    same = replan(plan, Changes())
    assert (same.roster, same.shifts, same.evaluation, same.bill) == (plan.roster, plan.shifts, plan.evaluation, plan.bill)


def test_a_plan_read_back_without_its_promises_is_held_to_them_all_the_same() -> None:
    plan = window_plan()
    read = replace(plan, requirement=replace(plan.requirement, promised=None))
    sick = Changes(away=(Away(agent="pt-002", start_utc=monday(0), end_utc=monday(23)),), effort=EXACT)
    assert replan(read, sick).solves[0].objective == pytest.approx(replan(plan, sick).solves[0].objective)


def test_contacts_to_spare_ask_nobody_in_where_an_interval_falls_below_the_promised_level() -> None:
    plan = window_plan()
    assert promises_kept(plan) == (1, 1)
    sick = Changes(away=(Away(agent="pt-004", start_utc=monday(0), end_utc=monday(23)),), effort=EXACT)
    held = replan(plan, sick).replanned
    by_interval = replan(small_plan(small_account(), HELD), sick).replanned
    assert held is not None
    assert by_interval is not None
    assert held.untouched.promises_kept == 1
    assert held.chosen == ()
    assert held.replanned.shortfall_h < by_interval.replanned.shortfall_h


def test_the_price_of_missed_contacts_buys_promises() -> None:
    plan = window_plan()
    busy = VolumeChange(queues=(), start_utc=monday(8), end_utc=monday(20), factor=1.25)
    changes = Changes(volume=(busy,), effort=EXACT)
    cheap = replace(changes, prices=replace(changes.prices, promise_missed=0.0))
    kept = [replan(plan, c).replanned for c in (changes, cheap)]
    assert kept[0] is not None
    assert kept[1] is not None
    assert kept[0].replanned.promises_kept >= kept[1].replanned.promises_kept
    assert kept[0].price >= kept[1].price


def test_the_margin_makes_the_model_see_the_published_roster_as_the_evaluation_does() -> None:
    plan = window_plan()
    promised = plan.requirement.promised
    assert promised is not None
    agents = plan.evaluation.coverage.by_queue()
    margin = margin_of(promised, published_margin(promised, agents, plan.evaluation, plan.account))
    results = {r.window_date: r for r in plan.evaluation.sla if r.window.value == "day"}
    for window, ahead in zip(promised.windows, (won_of(promised, agents).sum(axis=1) - margin).tolist(), strict=True):
        result = results[window.first_date]
        assert result.level is not None
        assert ahead == pytest.approx((result.level - result.target) * result.offered)


def test_a_chance_asked_for_is_kept_by_more_contacts() -> None:
    plan = window_plan()
    promised = plan.requirement.promised
    assert promised is not None
    agents = plan.evaluation.coverage.by_queue()
    sure = replace(plan.account, settings=replace(plan.account.settings, certainty=0.8))
    low, high = (
        margin_of(promised, published_margin(promised, agents, plan.evaluation, account)) for account in (plan.account, sure)
    )
    assert (high > low).all()


def test_pieces_of_service_win_at_least_what_the_true_curves_say() -> None:
    plan = window_plan()
    promised = plan.requirement.promised
    assert promised is not None
    least = np.nan_to_num(plan.requirement.least)
    span = np.ones(plan.demand.grid.size, dtype=np.bool_)
    margin = np.array([1.0, 2.0])
    held = held_of(
        promised, np.zeros(1, dtype=np.int64), least, least, margin=margin, price=60.0,
    )  # fmt: skip
    pieces = held.inside(span)
    for more in (0.0, 0.7, 1.5, 4.0):
        filled = np.zeros(len(pieces.queue))
        for t in range(len(span)):
            left = more
            for i in np.flatnonzero(pieces.interval == t):  # pieces of a curve follow each other, worth falling
                filled[i] = min(left, pieces.width[i])
                left -= filled[i]
        model = pieces.base + np.bincount(pieces.window, weights=(filled[pieces.of] * pieces.reward), minlength=2)
        true = won_of(promised, least + np.where(least > 0, more, 0.0)).sum(axis=1) - margin
        assert (model >= true - 1e-6).all()


def test_a_contract_class_keeps_its_share_when_people_join() -> None:
    plan = window_plan()
    main = plan.account.groups[0]
    part = replace(main, id="pt_part", part_of="pt", max_share=0.1)
    account = replace(plan.account, groups=(main, part))
    plan = replace(plan, account=account)
    join = tuple(Joining(agent=f"new-{n}", group="pt_part", start_utc=monday(0), place=f"joining {n}") for n in range(2))
    assert not problems_of(Changes(joining=join[:1]), plan)
    (problem,) = problems_of(Changes(joining=join), plan)
    assert "2 of 11 people of pt" in problem.message
    assert "10%" in problem.message
    leave = tuple(Leaving(agent=f"pt-00{n}", start_utc=monday(0)) for n in (1, 2, 3))
    with pytest.raises(DataError):
        replan(plan, Changes(joining=join[:1], leaving=leave))
