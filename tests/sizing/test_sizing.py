from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner.backlog import level_work
from planner.domain.account import Account, Horizon, Settings
from planner.domain.demand import Demand
from planner.domain.queues import Channel, Market, OpeningHours, OpenSpan, Queue
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, Window
from planner.errors import DataError
from planner.queueing import performance, required_agents, required_agents_fractional
from planner.reference import ring_rule
from planner.sizing import size

ALWAYS = OpeningHours(tuple(OpenSpan(day, 0, 1440) for day in range(7)))
OFFICE = OpeningHours(tuple(OpenSpan(day, 480, 1080) for day in range(7)))
PROMISE = LiveTarget(level=0.8, within_s=20)


def queue(id: str = "voice", channel: Channel = Channel.VOICE, **changes) -> Queue:
    known = {
        "id": id,
        "market": "us",
        "language": "en",
        "channel": channel,
        "aht_s": 300.0,
        "opening": OFFICE,
        "target": PROMISE if channel.live else DeferredTarget(level=0.95, within_s=24 * 3600),
    }
    return Queue(**{**known, **changes})


def account(*queues: Queue, **settings) -> Account:
    return Account(
        name="Desk",
        currency="USD",
        horizon=Horizon(zone="America/New_York", start=date(2026, 6, 1), days=1, interval_s=1800),
        markets=(Market(id="us", country="US", zone="America/New_York", language="en", opening=OFFICE),),
        queues=queues,
        sites=(),
        groups=(),
        shift_rules=(),
        settings=Settings(**{"cover": "interval", **settings}),
    )


def demand(desk: Account, contacts: float | np.ndarray = 50.0, aht_s: float | None = None, rates=()) -> Demand:
    grid, q = desk.grid, len(desk.queues)
    minute = grid.clock("America/New_York").minute
    expected = np.array([(not x.channel.live) | ((minute >= 480) & (minute < 1080)) for x in desk.queues]).reshape(q, grid.size)
    table = np.where(expected, contacts, np.nan)
    return Demand(
        queues=tuple(x.id for x in desk.queues),
        grid=grid,
        expected=expected,
        contacts=table,
        aht_s=np.where(expected, [[aht_s or x.aht_s] for x in desk.queues], np.nan),
        levels=(),
        quantiles=np.zeros((0, q, grid.size)),
        scenarios=np.zeros((len(rates), q, grid.size)),
        rates=np.array([np.where(expected, r * table, np.nan) for r in rates]).reshape(len(rates), q, grid.size),
        choices=(),
    )


def test_an_open_interval_takes_the_fractional_agents_of_its_rate_and_a_closed_one_has_no_requirement() -> None:
    desk = account(queue(patience_s=240.0, target=replace(PROMISE, max_occupancy=0.88)), sizing="sipp")
    got = size(demand(desk), desk)
    need = required_agents_fractional(
        rate_per_h=100, aht_s=300, threshold_s=20, service_level=0.8, patience_s=240, max_occupancy=0.88
    )
    assert got.open.sum() == 20
    assert got.agents[got.open] == pytest.approx(np.full(20, need), rel=1e-12)
    assert np.isnan(got.agents[~got.open]).all()
    assert np.isnan(got.level_at_requirement[~got.open]).all()
    assert need < required_agents(
        rate_per_h=100, aht_s=300, threshold_s=20, service_level=0.8, patience_s=240, max_occupancy=0.88
    )


def hands(minutes: np.ndarray, load: float = 100 * 300 / 3600) -> np.ndarray:
    """Contacts in hand, so many minutes after an empty desk opened."""
    return load * (1 - np.exp(-minutes * 60 / 300))


def test_the_desk_is_staffed_to_the_contacts_in_hand_which_build_up_from_none() -> None:
    desk = account(queue(patience_s=240.0))
    got = size(demand(desk), desk).agents[0, 16:36]
    moments = (np.arange(3000) + 0.5) / 100
    for k in range(3):
        load = hands(30 * k + moments).mean()
        need = required_agents_fractional(rate_per_h=load * 12, aht_s=300, threshold_s=20, service_level=0.8, patience_s=240)
        assert got[k] == pytest.approx(float(need), rel=1e-6)
    assert (np.diff(got) >= 0).all()


def test_a_promise_for_every_interval_is_staffed_to_the_most_in_hand() -> None:
    desk = account(queue(target=replace(PROMISE, window=Window.INTERVAL)))
    got = size(demand(desk), desk)
    need = required_agents_fractional(rate_per_h=hands(np.array(30.0)) * 12, aht_s=300, threshold_s=20, service_level=0.8)
    assert got.agents[0, 16] == pytest.approx(float(need), rel=1e-9)
    assert "at the calls in hand (most in an interval)" in got.methods[0]


def test_open_around_the_clock_the_first_interval_is_in_balance() -> None:
    desk = account(queue(opening=ALWAYS))
    flat = replace(
        demand(desk), expected=np.ones((1, 48), bool), contacts=np.full((1, 48), 50.0), aht_s=np.full((1, 48), 300.0)
    )
    steady = replace(desk, settings=Settings(sizing="sipp", cover="interval"))
    assert size(flat, desk).agents == pytest.approx(size(flat, steady).agents, rel=1e-12)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_where_contacts_cease_those_who_finish_them_stay(concurrency: int) -> None:
    channel = Channel.CHAT if concurrency > 1 else Channel.VOICE
    desk = account(queue(channel=channel, concurrency=concurrency))
    table = np.where(np.arange(48) < 20, 50.0, 0.0)
    got = size(demand(desk, table), desk)
    left = hands(np.array(120.0)) * (1 - np.exp(-6)) / 6  # mean over the half-hour after the last arrival
    assert got.agents[0, 20] == pytest.approx(left / concurrency, rel=1e-9)
    assert (got.agents[0, 22:36] == 0).all()  # less than a moment of anybody
    assert np.isnan(got.level_at_requirement[0, 20:]).all()


@pytest.mark.parametrize("patience", [None, 90.0])
@pytest.mark.parametrize("formula", list(Formula))
def test_the_level_at_the_requirement_is_the_promise_by_its_own_formula(formula, patience) -> None:
    desk = account(queue(patience_s=patience, target=replace(PROMISE, formula=formula)), sizing="sipp")
    got = size(demand(desk), desk)
    assert got.level_at_requirement[got.open] == pytest.approx(0.8, abs=1e-9)
    told = performance(
        rate_per_h=100, aht_s=300, agents=got.agents[got.open], threshold_s=20, patience_s=patience, definition=formula
    )
    assert (told.service_level == got.level_at_requirement[got.open]).all()


def test_without_patience_it_is_erlang_c_which_takes_more() -> None:
    patient, hasty = account(queue()), account(queue(patience_s=120.0))
    c, a = size(demand(patient), patient), size(demand(hasty), hasty)
    assert (c.agents[c.open] > a.agents[a.open] + 0.5).all()
    in_hand = "at the calls in hand (mean of each interval), 80% of offered calls within 20 s"
    assert c.methods[0].startswith(f"Erlang C {in_hand}, nobody gives up")
    assert a.methods[0].startswith(f"Erlang A {in_hand}, patience 120 s")
    steady = account(queue(), sizing="sipp")
    assert size(demand(steady), steady).methods[0].startswith("Erlang C at each interval's own load, 80%")


def test_no_contacts_take_no_agents_and_have_no_level_and_quiet_ones_no_whole_agent() -> None:
    desk = account(queue(), sizing="sipp")
    table = np.zeros(48)
    table[20] = 0.1
    got = size(demand(desk, table), desk)
    empty = got.open[0].copy()
    empty[20] = False
    assert (got.agents[0, empty] == 0).all()
    assert np.isnan(got.level_at_requirement[0, empty]).all()
    assert 0 < got.agents[0, 20] < 1


def test_chats_at_once_are_slots_and_agents_are_slots_over_concurrency() -> None:
    chat = queue("chat", Channel.CHAT, concurrency=3, patience_s=60.0)
    alone = replace(chat, concurrency=1)
    several, single = account(chat), account(alone)
    got, one = size(demand(several), several), size(demand(single), single)
    assert got.agents[got.open] == pytest.approx(one.agents[one.open] / 3, rel=1e-12)
    assert (got.level_at_requirement[got.open] == one.level_at_requirement[one.open]).all()
    assert "3 chats at once per agent, each slot at the handling time of full concurrency (conservative)" in got.methods[0]


def test_deferred_work_of_the_night_is_levelled_over_the_day() -> None:
    desk = account(queue("mail", Channel.EMAIL))
    need = demand(desk, 6.0)
    got = size(need, desk)
    want = level_work(need.contacts[0], 300, got.open[0], within_s=24 * 3600, interval_s=1800)
    assert np.array_equal(got.agents[0], want, equal_nan=True)
    assert np.nansum(got.agents) == pytest.approx(36 * 6 * 300 / 1800)  # what comes after 18:00 is tomorrow's
    assert np.isnan(got.level_at_requirement).all()
    assert got.methods[0].startswith("all emails that open hours let be done within 24 h of arrival, first due first")
    assert "promised: 95% within 24 h" in got.methods[0]


def test_a_cap_on_occupancy_gives_deferred_work_room_in_proportion() -> None:
    capped = DeferredTarget(level=0.95, within_s=24 * 3600, max_occupancy=0.8)
    desk, roomy = account(queue("mail", Channel.EMAIL)), account(queue("mail", Channel.EMAIL, target=capped))
    plain, got = size(demand(desk, 6.0), desk), size(demand(roomy, 6.0), roomy)
    assert got.agents[got.open] == pytest.approx(plain.agents[plain.open] / 0.8, rel=1e-12)
    assert "occupancy at most 80%" in got.methods[0]


def test_planning_for_a_quantile_sizes_for_that_quantile_of_the_rates() -> None:
    desk = account(queue(), plan_for=0.8)
    got = size(demand(desk, rates=(0.8, 0.9, 1.0, 1.1, 1.2, 1.3)), desk)
    plain = account(queue())
    same = size(demand(plain, 50.0 * 1.2), plain)
    assert got.agents[got.open] == pytest.approx(same.agents[same.open], rel=1e-12)
    assert got.methods[0].endswith("for the 80% quantile of the demand scenarios")
    with pytest.raises(DataError, match=r"set run\.scenarios"):
        size(demand(desk), desk)


def test_three_rings_are_named_with_their_seconds_country_and_source() -> None:
    rule = ring_rule("US", 3)
    desk = account(queue(patience_s=240.0, target=LiveTarget(level=0.8, within_s=14, rings=rule, max_occupancy=0.88)))
    assert size(demand(desk), desk).methods[0] == (
        "Erlang A at the calls in hand (mean of each interval), 80% of offered calls within 14 s (end of the third ring in the United "
        "States: 2 s on, 6 s period; source "
        "asterisk/asterisk:configs/samples/indications.conf.sample (ring=)), patience 240 s, occupancy at most 88%"
    )


@pytest.mark.parametrize(("moment", "said"), [("start", "start of the third ring"), ("before_next", "before the fourth ring")])
def test_the_moment_of_the_ring_is_said(moment, said) -> None:
    rule = ring_rule("GB", 3, moment)
    desk = account(queue(target=LiveTarget(level=0.8, within_s=rule.threshold_s, rings=rule)))
    assert f"({said} in the United Kingdom" in size(demand(desk), desk).methods[0]


def test_the_handling_time_of_the_hour_counts_not_the_queues_own() -> None:
    desk = account(queue(), sizing="sipp")
    slow = size(demand(desk, aht_s=450.0), desk)
    assert slow.agents[slow.open][0] == required_agents_fractional(rate_per_h=100, aht_s=450, threshold_s=20, service_level=0.8)


def test_demand_that_belongs_elsewhere_or_is_missing_is_refused() -> None:
    desk, other = account(queue()), account(queue("other"))
    with pytest.raises(ValueError, match="the account has"):
        size(demand(other), desk)
    later = replace(desk, horizon=replace(desk.horizon, days=2))
    with pytest.raises(ValueError, match="another time grid"):
        size(demand(desk), later)
    around_the_clock = account(queue(opening=ALWAYS))
    with pytest.raises(ValueError, match="demand of queue voice is missing in 28 intervals"):
        size(demand(around_the_clock), around_the_clock)


def test_a_promise_no_desk_can_keep_is_bad_input_that_names_every_such_queue() -> None:
    asked = account(queue("one"), queue("fine", aht_s=1.0), queue("two", aht_s=1e7))
    with pytest.raises(DataError) as told:
        size(demand(asked, contacts=2e6, aht_s=None), asked)
    places = [problem.place for problem in told.value.problems]
    assert places == ["queue two"]
    assert "10,000,000 agents" in told.value.problems[0].message
