"""Repeats and escalations played out contact by contact: they give back the demand they were taken out of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from demand_accounts import OFFICE, account, queue, series, wave
from simulated_floors import all_day, line

from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.journey import Delay, DelayLaw, Escalation, Journey, Repeats
from planner.domain.own_work import own_work, spread_of
from planner.domain.queues import Channel, Volume, VolumeSource
from planner.simulation import Escalation as Joins
from planner.simulation import Floor, Given, Link, Pool, Repeat, simulate_floor
from planner.simulation.layout import ARRIVES, DONE, ENDS, LINE, PARENT, STARTS, STATE
from planner.simulation.of_plan import lines_of
from planner.simulation.replicate import Simulator
from planner.simulation.tally import AGAIN, ANSWERED, GAVE_UP, OFFERED, OPEN

DAYS: dict[str, Any] = {"first": date(2026, 9, 14), "last": date(2026, 11, 9)}
HISTORY = (series("q", wave, aht_s=300.0, **DAYS), series("mail", lambda d, w, m: 0.3 * wave(d, w, m), aht_s=240.0, **DAYS))
ERLANG = Delay(mean_s=6 * 3600.0, law=DelayLaw.ERLANG, phases=4)
NONE = Volume(source=VolumeSource.NONE)


def desk() -> tuple[Account, Demand]:
    """Calls and mail that come back and are escalated, to specialists with office hours, and from these to others at any hour."""
    calls = Journey(
        fcr=0.7,
        first_only=True,
        repeats=(Repeats(queue="q", share=0.6, delay=ERLANG, aht_factor=1.5), Repeats(queue="office", share=0.2)),
        escalations=(Escalation(queue="office", share=0.15, handover_s=60.0, aht_s=400.0),
                     Escalation(queue="chief", share=0.05, handover_s=30.0, aht_s=200.0)),
    )  # fmt: skip
    mail = Journey(
        fcr=0.5,
        repeats=(Repeats(queue="q", delay=Delay(mean_s=7200.0)),),
        escalations=(Escalation(queue="chief", share=0.1, handover_s=40.0, aht_s=100.0),),
    )
    office = Journey(escalations=(Escalation(queue="chief", share=0.3, handover_s=20.0, aht_s=500.0),))
    queues = (
        queue("q", journey=calls),
        queue("office", opening=OFFICE, aht_s=350.0, volume=NONE, journey=office),
        queue("chief", volume=NONE, aht_s=500.0),
        queue("mail", channel=Channel.EMAIL, journey=replace(mail, first_only=True)),
    )
    one = account(history=HISTORY, queues=queues, scenarios=12)
    return one, forecast_demand(one)


ACCOUNT, DEMAND = desk()


def floor(*, futures: bool = False) -> Floor:
    """That desk with people enough that nobody waits."""
    own = own_work(DEMAND, ACCOUNT)
    lines = lines_of(ACCOUNT, DEMAND, own)
    grid = DEMAND.grid
    return Floor(
        interval_s=float(grid.interval_s),
        lines=lines,
        pools=tuple(Pool(id=one.id) for one in lines),
        links=tuple(Link(line=one.id, pool=one.id) for one in lines),
        hours=all_day((60,) * len(lines), grid.size * float(grid.interval_s)),
        futures=np.nan_to_num(own.rates) if futures else None,
        warm_up_s=7200.0,
    )


RAN = simulate_floor(floor(), replications=60, seed=3)


def sure(values: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Distance of means over replications (first axis) from what is expected, in standard errors."""
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return np.abs(values.mean(axis=0) - expected) / np.maximum(error, 1e-9)


def test_first_contacts_and_what_comes_of_them_give_back_the_demand_of_every_queue() -> None:
    offered = RAN.counts[..., OFFERED].astype(float)
    wanted = np.nan_to_num(DEMAND.contacts)
    assert own_work(DEMAND, ACCOUNT).contacts[0].sum() < 0.8 * wanted[0].sum()
    assert sure(offered.sum(axis=2), wanted.sum(axis=1)).max() < 2.58
    # and day by day: the worst of 26 days
    by_day = sure(offered.reshape(60, 28, -1).sum(axis=2), wanted.reshape(28, -1).sum(axis=1))
    assert by_day[wanted.reshape(28, -1).sum(axis=1) > 0].max() < 3.6


def test_people_are_as_busy_as_the_demand_says() -> None:
    work = np.nansum(DEMAND.contacts * DEMAND.aht_s, axis=1)
    assert sure(RAN.busy.sum(axis=2), work).max() < 3.0


def test_every_future_gives_back_its_own_contacts() -> None:
    ran = simulate_floor(floor(futures=True), replications=24, seed=5)
    offered = ran.counts[..., OFFERED].sum(axis=2).astype(float)
    wanted = np.nan_to_num(DEMAND.rates).sum(axis=2)[np.arange(24) % len(DEMAND.rates)]
    assert sure(offered - wanted, np.zeros(4)).max() < 2.85


def test_nobody_comes_of_others_to_a_closed_queue() -> None:
    assert RAN.counts[:, 1, ~DEMAND.expected[1], OFFERED].sum() == 0
    assert RAN.counts[:, 1, :, AGAIN].sum() > 1000


def test_nothing_is_lost_and_nobody_is_in_two_places() -> None:
    c = RAN.counts
    assert (c[..., OFFERED] == c[..., ANSWERED] + c[..., GAVE_UP] + c[..., OPEN]).all()
    ran = Simulator(floor(), 3).run(0)
    s, n = ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size]
    assert (s[n[:, PARENT] >= 0, ARRIVES] >= s[n[n[:, PARENT] >= 0, PARENT], ARRIVES]).all()
    done = n[:, STATE] == DONE
    # seconds in hand are seconds at work: contacts held for a specialist last until the hand-over is done
    inside = np.clip(s[done, ENDS], 0, floor().horizon_s) - np.clip(s[done, STARTS], 0, floor().horizon_s)
    held = np.bincount(n[done, LINE], inside, minlength=4)
    assert ran.busy.sum(axis=1) == pytest.approx(held, rel=1e-9)


def test_two_rosters_meet_the_same_customers_as_long_as_these_are_answered() -> None:
    few = replace(floor(), hours=all_day((25, 25, 25, 25), floor().horizon_s))
    one, two = (Simulator(f, 3).run(1) for f in (floor(), few))
    arrivals = []
    for ran in (one, two):
        s, n = ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size]
        arrivals.append(np.sort(s[(n[:, PARENT] >= 0) & (n[:, LINE] == 0), ARRIVES]))
    same = np.isin(np.round(arrivals[0], 3), np.round(arrivals[1], 3))
    assert same.mean() > 0.95


def test_a_share_comes_back_of_those_who_came_within_the_horizon_after_the_delay() -> None:
    # of contacts at rate f, those at t have caused f / (1 - g) (1 - g e^(-(1 - g) t / m)) a second by then
    f, g, m, until = 60.0, 0.3, 900.0, 86_400.0
    calls = line(per_h=f, size=96, repeats=(Repeat(share=g, mean_s=m),), aht_s=1.0)
    free = Floor(
        interval_s=900.0,
        lines=(calls,),
        pools=(Pool(id="p"),),
        links=(Link(line="calls", pool="p"),),
        hours=all_day((9,), until),
    )
    found = simulate_floor(free, replications=200, seed=1).counts[..., OFFERED].sum(axis=(1, 2)).astype(float)
    total = f / 3600 / (1 - g) * (until - g * m / (1 - g) * (1 - np.exp(-(1 - g) * until / m)))
    assert sure(found, np.array(total)) < 2.58


def test_delays_of_several_steps_vary_less_and_spread_as_the_law_says() -> None:
    given = Given(arrives_s=np.sort(np.random.default_rng(1).uniform(0, 900, 4000)), work_s=np.full(4000, 0.01))
    one = replace(line(size=200, repeats=(Repeat(share=0.99, mean_s=9000.0, phases=4, to="back"),)), given=given)
    floor = Floor(
        interval_s=900.0,
        lines=(one, line("back", per_h=0.0, size=200)),
        pools=(Pool(id="p"),),
        links=(Link(line="calls", pool="p"), Link(line="back", pool="p")),
        hours=all_day((50,), 180_000.0),
    )
    came = simulate_floor(floor, replications=5, seed=1).counts[:, 1, :, OFFERED].mean(axis=0) / (0.99 * 4000)
    assert came == pytest.approx(spread_of(Delay(mean_s=9000.0, law=DelayLaw.ERLANG, phases=4), 900, 200), abs=0.005)


def test_an_account_may_name_several_specialists() -> None:
    shares = {one.id: {up.to: up.share for up in one.escalations} for one in floor().lines}
    assert shares["q"] == {"office": 0.15, "chief": 0.05}
    first = own_work(DEMAND, ACCOUNT)
    assert np.nansum(first.contacts[2]) == pytest.approx(0.0, abs=1e-6)


def test_who_holds_is_free_when_the_customer_gives_up_waiting_for_the_specialist() -> None:
    from planner.queueing import EmpiricalPatience

    calls = replace(
        line(size=8, escalations=(Joins(share=1.0, to="second", joined_s=60.0, hold_s=500.0),)),
        given=Given(arrives_s=np.array([100.0]), work_s=np.array([50.0])),
    )
    second = line("second", per_h=0.0, size=8, patience=EmpiricalPatience(np.array([20.0]), np.array([0.0])))
    floor = Floor(
        interval_s=900.0,
        lines=(calls, second),
        pools=(Pool(id="first"), Pool(id="experts")),
        links=(Link(line="calls", pool="first"), Link(line="second", pool="experts")),
        hours=all_day((1, 0), 7200.0),
    )
    ran = Simulator(floor, 1).run(0)
    assert ran.contacts.seconds[0, ENDS] == pytest.approx(170.0)
    assert ran.busy.sum() == pytest.approx(70.0)
