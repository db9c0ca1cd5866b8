"""Simulated desks against exact laws: every figure within the 99% interval of its simulation."""

from __future__ import annotations

import numpy as np
import pytest
from simulated_floors import all_day, desk, line

from planner.domain.targets import Formula
from planner.queueing import (
    EmpiricalPatience,
    ExponentialPatience,
    FixedPatience,
    Patience,
    WeibullPatience,
    blended,
    chat_performance,
    n_design,
    performance,
    with_redials,
)
from planner.simulation import Again, Floor, Link, Pool, ServiceLaw, Simulated, simulate_floor
from planner.simulation.simulated import Estimate

WHOLE_DAY = 96


def within(estimate: Estimate, exact: float) -> bool:
    return estimate.low <= exact <= estimate.high


def held(ran: Simulated, id: str, exact: object, *, patience: bool) -> None:
    level, wait, gone = exact.service_level, exact.mean_wait_s, exact.abandonment  # type: ignore[attr-defined]
    assert within(ran.level(id, confidence=0.99), float(level))
    assert within(ran.mean_wait_s(id, confidence=0.99), float(wait))
    assert not patience or within(ran.abandonment(id, confidence=0.99), float(gone))


@pytest.mark.parametrize(
    "patience",
    [
        None,
        ExponentialPatience(120.0),
        WeibullPatience(120.0, 0.6),
        WeibullPatience(90.0, 2.0),
        FixedPatience(60.0),
        EmpiricalPatience(np.array([0.0, 20.0, 60.0, 200.0]), np.array([0.95, 0.8, 0.5, 0.3])),
    ],
    ids=["nobody", "exponential", "weibull 0.6", "weibull 2", "fixed", "empirical"],
)
def test_one_desk_in_balance_is_served_as_the_exact_law_says(patience: Patience | None) -> None:
    agents, replications = (
        (12, 300) if patience is None else (10, 60)
    )  # waits without end are long and few: it takes more days to see them
    ran = simulate_floor(
        desk(line(per_h=200, size=WHOLE_DAY, patience=patience), agents, warm_up_s=7200), replications=replications, seed=4
    )
    exact = performance(rate_per_h=200, aht_s=180, agents=agents, threshold_s=20, patience_s=patience)
    held(ran, "calls", exact, patience=patience is not None)
    assert within(ran.occupancy("all", confidence=0.99), float(exact.occupancy))


def test_formulas_count_abandons_as_the_exact_law_does() -> None:
    ran = simulate_floor(desk(line(per_h=200, size=WHOLE_DAY, patience=ExponentialPatience(60.0)), 9), replications=60, seed=5)
    for formula in (Formula.OFFERED, Formula.ANSWERED, Formula.EXCLUDING_SHORT_ABANDONS, Formula.CREDITING_SHORT_ABANDONS):
        exact = performance(rate_per_h=200, aht_s=180, agents=9, threshold_s=20, patience_s=60.0, definition=formula.value)
        assert within(ran.level("calls", formula, confidence=0.99), float(exact.service_level)), formula


def test_waits_of_answered_contacts_have_the_exact_quantiles() -> None:
    ran = simulate_floor(desk(line(per_h=200, size=WHOLE_DAY), 11, warm_up_s=7200), replications=80, seed=8)
    exact = performance(rate_per_h=200, aht_s=180, agents=11, threshold_s=20)
    for share in (0.8, 0.9, 0.95):
        found, wanted = ran.wait_quantile_s("calls", share), float(exact.wait_quantile_s(share, of="answered"))
        assert abs(found - wanted) <= 0.08 * wanted + 0.5


def test_fixed_handling_waits_half_as_long_as_exponential_handling_at_one_agent() -> None:
    # Pollaczek and Khinchine: W = rho / (1 - rho) * (1 + cv^2) / 2 * AHT
    for law, cv in ((ServiceLaw.FIXED, 0.0), (ServiceLaw.LOGNORMAL, 0.5), (ServiceLaw.EXPONENTIAL, 1.0)):
        ran = simulate_floor(
            desk(line(per_h=12, size=WHOLE_DAY * 2, law=law, cv=cv), 1, warm_up_s=36_000), replications=200, seed=1
        )
        assert within(ran.mean_wait_s("calls", confidence=0.99), 0.6 / 0.4 * (1 + cv**2) / 2 * 180), law


@pytest.mark.parametrize("priority", [1, 2])
def test_shared_pool_beside_an_own_one_is_served_as_the_chain_of_the_n_design_says(priority: int) -> None:
    exact = n_design(
        rate_per_h=(90, 60), aht_s=(180, 240), agents=(3, 6), threshold_s=(20, 20), patience_s=(120, 120), priority=priority
    )
    patience = ExponentialPatience(120.0)
    one, two = (line(id, per_h=rate, size=WHOLE_DAY, patience=patience) for id, rate in (("one", 90), ("two", 60)))
    first, second = (0, 1) if priority == 1 else (1, 0)
    floor = Floor(
        interval_s=900.0,
        lines=(one, two),
        pools=(Pool(id="own"), Pool(id="shared")),
        links=(
            Link(line="one", pool="own", tier=0),
            Link(line="one", pool="shared", tier=1, rank=first, handling=240 / 180),
            Link(line="two", pool="shared", rank=second, handling=240 / 180),
        ),
        hours=all_day((3, 6), 86_400.0),
        warm_up_s=7200.0,
    )
    ran = simulate_floor(floor, replications=80, seed=11)
    for q, id in enumerate(("one", "two")):
        assert within(ran.level(id, confidence=0.99), float(exact.service_level[q]))
        assert within(ran.abandonment(id, confidence=0.99), float(exact.abandonment[q]))
        assert within(ran.mean_wait_s(id, confidence=0.99), float(exact.mean_wait_s[q]))
    for g, id in enumerate(("own", "shared")):
        assert within(ran.occupancy(id, confidence=0.99), float(exact.occupancy[g]))


def test_chats_that_slow_each_other_are_served_as_the_exact_chain_says() -> None:
    aht = (180.0, 210.0, 240.0)
    exact = chat_performance(rate_per_h=240, aht_by_level_s=aht, agents=5, threshold_s=20, patience_s=60)
    chats = line(
        "chats",
        per_h=240,
        aht_s=aht[-1],
        size=WHOLE_DAY,
        patience=ExponentialPatience(60.0),
        together=3,
        speed=tuple(aht[-1] / a for a in aht),
    )
    ran = simulate_floor(desk(chats, 5), replications=80, seed=2)
    assert within(ran.level("chats", confidence=0.99), float(exact.service_level))
    assert within(ran.abandonment("chats", confidence=0.99), float(exact.abandonment))
    assert within(ran.occupancy("all", confidence=0.99), float(exact.agent_busy))


def test_outbound_between_calls_leaves_calls_what_the_blended_law_says() -> None:
    # outbound work without end, begun as soon as more than two agents are idle
    exact = blended(rate_per_h=120, aht_s=180, agents=10, reserved=2, threshold_s=20, patience_s=90)
    calls = line("calls", per_h=120, size=WHOLE_DAY, patience=ExponentialPatience(90.0))
    outbound = line("outbound", per_h=0.0, size=WHOLE_DAY, live=False, backlog_s=(1.0,) * 6000)
    floor = Floor(
        interval_s=900.0,
        lines=(calls, outbound),
        pools=(Pool(id="all"),),
        links=(Link(line="calls", pool="all"), Link(line="outbound", pool="all", rank=1, keep_idle=2)),
        hours=all_day((10,), 86_400.0),
        warm_up_s=3600.0,
    )
    ran = simulate_floor(floor, replications=60, seed=6)
    assert within(ran.level("calls", confidence=0.99), float(exact.service_level))
    assert within(ran.abandonment("calls", confidence=0.99), float(exact.abandonment))
    assert within(ran.occupancy("all", confidence=0.99), float(exact.occupancy))


def test_who_calls_again_after_giving_up_raises_the_calls_as_the_balance_says() -> None:
    exact = with_redials(fresh_rate_per_h=200, aht_s=180, agents=9, threshold_s=20, patience_s=60, redial_prob=0.6)
    calls = line(per_h=200, size=WHOLE_DAY, patience=ExponentialPatience(60.0), redials=Again(share=0.6, mean_s=1800.0))
    ran = simulate_floor(desk(calls, 9, warm_up_s=36_000), replications=40, seed=4)
    total = ran.totals("calls")
    assert total["again"] / total["offered"] == pytest.approx(float(exact.redial_per_h / exact.total_per_h), rel=0.02)
    # calls that come again come in bursts when service is poor, which the balance, a long delay, leaves out
    assert ran.level("calls").value == pytest.approx(float(exact.performance.service_level), abs=0.02)


def test_an_interval_asked_for_at_95_percent_holds_the_exact_level_about_that_often() -> None:
    floor = desk(line(per_h=200, size=16, patience=ExponentialPatience(120.0)), 10)
    exact = float(performance(rate_per_h=200, aht_s=180, agents=10, threshold_s=20, patience_s=120).service_level)
    hits = sum(within(simulate_floor(floor, replications=12, seed=seed).level("calls"), exact) for seed in range(80))
    assert 70 <= hits <= 80
