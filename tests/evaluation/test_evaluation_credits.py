"""Expected service credits: by the same chances that the report tells, and along the curve the plan is aimed by."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from factories import make_account, make_plan

from planner.domain.account import Account, Clause
from planner.domain.evaluation import SlaResult
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.targets import Window
from planner.domain.tiers import Tier, credit_owed
from planner.evaluation import CreditLaw, evaluate_credits
from planner.evaluation.window_law import WindowLaw

TIERS = tuple(Tier(below=below, credit=Decimal(credit)) for below, credit in ((0.97, 500), (0.9, 1500), (0.85, 4000)))
INSIDE = (47 / 48, 1.0, 1 / 48)
"""Of three local days the shares of their hours inside: midnight of the horizon is one o'clock in Berlin."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two voice queues under one promise, two days in half-hours."""
    account = make_account(languages=2, channels=(Channel.VOICE,), days=2, interval_s=1800)
    return make_plan(account, heads=4, scenarios=30)


def judged(plan: Plan, *tiers: Tier, level: float = 0.9) -> tuple[list[SlaResult], dict[object, CreditLaw]]:
    clause = Clause(id="both", queues=("gb_voice", "de_voice"), level=level, window=Window.DAY, tiers=tiers)
    account: Account = replace(plan.account, contract=replace(plan.account.contract, clauses=(clause,)))
    found, laws = evaluate_credits(plan.shifts, plan.demand, plan.requirement, account)
    return [r for r in found.sla if r.clause == "both"], dict(laws)


def test_a_tier_at_the_promised_level_is_owed_when_the_promise_is_missed(plan: Plan) -> None:
    rows, laws = judged(plan, TIERS[1])
    assert len(rows) == len(laws) == 3
    for row, inside in zip(rows, INSIDE, strict=True):
        assert row.probability is not None
        assert row.expected_credit is not None
        some = 1 if row.offered > 40 else np.mean(-np.expm1(-laws["both", row.window_date].law.counted))
        assert float(row.expected_credit) == pytest.approx(
            inside * 1500 * (1 - row.probability) * some, rel=0.06 if some < 1 else 1e-4, abs=0.01
        )
    assert any(0 < row.expected_credit < 1500 for row in rows if row.expected_credit is not None)


def test_tiers_add_what_each_one_would_owe_in_steps(plan: Plan) -> None:
    rows, _ = judged(plan, *TIERS)
    missed = [
        [1 - row.probability for row in judged(plan, level=tier.below)[0] if row.probability is not None] for tier in TIERS
    ]
    for n, row in enumerate(rows):
        if row.offered < 40:
            continue  # contacts may fail to come at all
        by_hand = INSIDE[n] * (500 * missed[0][n] + 1000 * missed[1][n] + 2500 * missed[2][n])
        assert float(row.expected_credit or 0) == pytest.approx(by_hand, abs=0.02)


def test_without_tiers_or_scenarios_no_credit_is_told(plan: Plan) -> None:
    assert {row.expected_credit for row in judged(plan)[0]} == {None}
    none = np.zeros((0, *plan.demand.contacts.shape))
    rows, laws = judged(replace(plan, demand=replace(plan.demand, scenarios=none, rates=none)), *TIERS)
    assert {row.expected_credit for row in rows} == {None}
    assert laws == {}


def test_more_contacts_in_time_owe_less_from_everything_to_nothing(plan: Plan) -> None:
    _, laws = judged(plan, *TIERS)
    for law, inside in zip(laws.values(), INSIDE, strict=True):
        far = float(law.law.counted.max())
        shifts = np.linspace(-far, far, 21)
        owed = np.array([law.expected(x) for x in shifts])
        assert (np.diff(owed) <= 1e-6).all()
        most = 4000 * inside * (1 if far > 40 else np.mean(-np.expm1(-law.law.counted)))
        assert owed[0] == pytest.approx(most)
        assert owed[-1] == pytest.approx(0, abs=1e-6)
        if far > 40:  # the quick curve takes the count as normal
            assert law.curve(shifts) == pytest.approx(owed, abs=0.04 * 4000)


def test_the_law_agrees_with_windows_drawn_one_by_one() -> None:
    rng = np.random.default_rng(3)
    n, share = np.array([40.0, 60.0]), np.array([0.84, 0.74])
    tiers = (Tier(below=0.8, credit=Decimal(300)), Tier(below=0.7, credit=Decimal(1000)))
    levels = tuple(tier.below for tier in tiers)
    # contacts that meet the queue alone: the variance of in time less level times counted is that of a marked Poisson count
    alone = [50 * (0.78 * (1 - b) ** 2 + 0.22 * b**2) for b in levels]
    law = WindowLaw(counted=n, within=n * share, expected=50.0, levels=levels, luck=np.array([alone, alone, [0.0, 0.0]]))
    counted = rng.poisson(n, size=(100_000, 2))
    level = rng.binomial(counted, share) / np.maximum(counted, 1)
    drawn = np.mean([float(credit_owed(tiers, x)) for x in level[:20_000].ravel()])
    assert CreditLaw(law=law, steps=(Decimal(300), Decimal(700))).expected() == pytest.approx(drawn, rel=0.03)
    assert law.below(0) == pytest.approx((level < 0.8).mean(), abs=0.005)


def test_a_window_that_may_have_no_contacts_owes_the_less_for_it() -> None:
    luck = np.array([[0.01], [0.01], [0.0]])
    law = WindowLaw(counted=np.array([0.1, 0.0]), within=np.array([0.0, 0.0]), expected=0.05, levels=(0.8,), luck=luck)
    assert law.below(0) == pytest.approx((1 - np.exp(-0.1)) / 2)
