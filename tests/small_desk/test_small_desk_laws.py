"""What few agents can promise: exact laws, hours counted by hand, and what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_floors import line

from planner.domain.evaluation import Basis
from planner.domain.small_desk import Cause, Fare, Figure, SmallDesk, Threshold
from planner.errors import DataError
from planner.queueing import performance
from planner.queueing.patience import ExponentialPatience
from planner.simulation import Floor, Hours, Link, Pool
from planner.small_desk import DeskAsk, judge, one_desk
from planner.small_desk.away import one_away
from planner.small_desk.cover import covered_s, longest_gap, open_spans
from planner.small_desk.one import floor_of_ask, with_agents
from planner.small_desk.presence import steps

RINGS = Threshold(seconds=11.0, rings=3, country="DE")
H = 3600.0


def ask(**more: object) -> DeskAsk:
    plain = DeskAsk(agents=1, per_h=6, aht_s=300, patience_s=180, thresholds=(RINGS,), from_s=9 * H, to_s=17 * H)
    return replace(plain, **more)  # type: ignore[arg-type]


def value(figure: Figure | None) -> float:
    assert figure is not None
    return figure.value


def near(figure: Figure | None, exact: float) -> bool:
    """True within one and a half times the 95% interval: 99.7%."""
    assert figure is not None
    assert figure.low is not None
    assert figure.high is not None
    reach = 0.75 * (figure.high - figure.low) + 1e-9
    return abs(figure.value - exact) <= reach


def in_balance(agents: int, *, patience_s: float | None = 180.0, per_h: float = 6.0) -> SmallDesk:
    size = 200
    one = line(
        per_h=per_h,
        aht_s=300.0,
        size=size,
        interval_s=900.0,
        patience=None if patience_s is None else ExponentialPatience(patience_s),
    )
    hours = Hours(pool=np.zeros(agents, dtype=int), starts=np.zeros((agents, 1)), ends=np.full((agents, 1), size * 900.0))
    floor = Floor(
        interval_s=900.0,
        lines=(one,),
        pools=(Pool(id="all"),),
        links=(Link(line="calls", pool="all"),),
        hours=hours,
        warm_up_s=4 * H,
    )
    days = np.zeros(size, dtype=int)
    return judge(floor, "calls", (RINGS,), days=days, week_s=floor.horizon_s, replications=400, seed=11)


@pytest.mark.parametrize("agents", [1, 2, 3])
def test_simulated_shares_are_those_of_erlang_a(agents: int) -> None:
    found = in_balance(agents, per_h=6.0 * agents)
    law = performance(rate_per_h=6.0 * agents, aht_s=300, agents=agents, threshold_s=11, patience_s=180)
    assert near(found.every.within[0], float(law.service_level))
    assert near(found.every.gave_up, float(law.abandonment))
    assert near(found.every.mean_wait_s, float(law.mean_wait_s))
    assert found.on_seat is not None
    assert value(found.on_seat.within[0]) == pytest.approx(float(law.service_level), abs=1e-12)
    assert found.on_seat.within[0] is not None
    assert found.on_seat.within[0].basis is Basis.STATIONARY


def test_one_agent_without_patience_is_m_m_1() -> None:
    found = in_balance(1, patience_s=None)
    assert found.on_seat is not None
    load, mu = 0.5, 1 / 300
    assert value(found.on_seat.within[0]) == pytest.approx(1 - load * np.exp(-mu * (1 - load) * 11.0), abs=1e-12)
    assert near(found.every.within[0], value(found.on_seat.within[0]))


def test_who_calls_when_nobody_is_there_waits_out_their_patience() -> None:
    found = one_desk(ask(absence=0.999), replications=60)
    away = next(met for met in found.nobody if met.cause is Cause.AWAY)
    assert value(away.fare.share) > 0.99
    assert value(away.fare.within[0]) < 0.001
    assert near(away.fare.mean_wait_s, 180.0)
    assert found.one_away is not None
    assert value(found.one_away.within[0]) == 0.0
    assert value(found.one_away.gave_up) == 1.0


def test_hours_with_a_break_and_absence_are_those_counted_by_hand() -> None:
    found = one_desk(ask(breaks=((12 * H, 0.5 * H),), absence=0.1), replications=400)
    assert found.cover.open_h == pytest.approx(40.0)
    assert found.cover.rostered_h == pytest.approx(37.5)
    assert near(found.cover.present_h, 37.5 * 0.9)
    assert found.cover.longest_s == 1800.0
    assert found.cover.longest_from_s == 3 * H


def test_share_that_meets_a_break_is_its_share_of_the_hours() -> None:
    found = one_desk(ask(breaks=((12 * H, 0.5 * H),), patience_s=30), replications=300)
    in_break = next(met for met in found.nobody if met.cause is Cause.BREAK)
    assert near(in_break.fare.share, 0.5 / 8)
    assert value(in_break.fare.gave_up) > 0.9


def test_breaks_of_several_are_taken_in_turn() -> None:
    found = one_desk(ask(agents=2, per_h=12, breaks=((12 * H, 0.5 * H),)), replications=20)
    assert found.cover.rostered_h == pytest.approx(40.0)
    assert found.cover.longest_s == 0.0
    assert sum(value(met.fare.share) for met in found.nobody) == 0.0


def test_causes_and_somebody_there_make_up_all_contacts() -> None:
    found = one_desk(ask(absence=0.2, in_shift_loss=0.1, breaks=((12 * H, H),)), replications=100)
    assert sum(value(met.fare.share) for met in found.nobody) < 1
    for fare in (found.every, *(met.fare for met in found.nobody)):
        if fare.gave_up is not None:
            assert 0 <= value(fare.within[0]) + value(fare.gave_up) <= 1 + 1e-12


@given(
    breaks=st.sampled_from([(), ((12 * H, 0.5 * H),), ((11 * H, 0.25 * H), (13 * H, H))]),
    absence=st.sampled_from([0.0, 0.1, 0.4]),
    seed=st.integers(0, 5),
)
@settings(max_examples=6, deadline=None)
def test_more_agents_never_cover_fewer_hours(breaks: tuple[tuple[float, float], ...], absence: float, seed: int) -> None:
    desks = [one_desk(with_agents(ask(breaks=breaks, absence=absence), n), replications=40, seed=seed) for n in (1, 2, 3)]
    for fewer, more in pairwise(desks):
        assert more.cover.rostered_h >= fewer.cover.rostered_h - 1e-9
        assert more.cover.longest_s <= fewer.cover.longest_s + 1e-9
        assert value(more.every.within[0]) >= value(fewer.every.within[0])


def test_a_day_with_one_away_is_a_day_with_one_fewer() -> None:
    three, two = one_desk(ask(agents=3, per_h=18), replications=300), one_desk(ask(agents=2, per_h=18), replications=300)
    assert three.one_away is not None
    assert near(three.one_away.within[0], value(two.every.within[0]))


def test_everybody_is_away_once_in_turn() -> None:
    floor, days = floor_of_ask(ask(agents=3, absence=0.3))
    floors, over = one_away(floor, "desk", days)
    assert len(floors) == 3
    assert all(short.hours.pool.size == 2 * 5 for short in floors)
    assert all(pool.absence == 0 for short in floors for pool in short.pools)
    assert over.all()


def test_gaps_end_when_the_line_closes() -> None:
    spans = open_spans(np.array([True, True, False, True]), 900.0)
    assert spans.tolist() == [[0.0, 1800.0], [2700.0, 3600.0]]
    people = steps(np.array([0.0]), np.array([600.0]))
    assert covered_s(people, spans) == 600.0
    gap = longest_gap(people, spans)
    assert (gap.from_s, gap.seconds) == (600.0, 1200.0)


def test_fares_of_nobody_are_absent_not_zero() -> None:
    found = one_desk(ask(), replications=5)
    fare: Fare = found.nobody[0].fare
    assert fare.share.value == 0
    assert fare.gave_up is None
    assert fare.within == (None,)


def test_every_fault_is_listed_at_once() -> None:
    with pytest.raises(DataError) as caught:
        ask(agents=4, per_h=-1, aht_s=0, patience_s=0, absence=8, days=9, from_s=18 * H, breaks=((2 * H, H),))
    places = {problem.place for problem in caught.value.problems}
    assert places == {"agents", "per_h", "aht", "patience", "absence", "days", "hours", "break"}
