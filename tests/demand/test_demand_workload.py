"""From volume to workload: contacts and hours as by hand, histories not counted twice, nothing changed where nothing is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from demand_accounts import OFFICE, account, market, queue, series, utc, wave

from planner.demand import forecast_demand
from planner.domain.account import Account, Event
from planner.domain.demand import Demand
from planner.domain.handling import Handling, ServiceLaw
from planner.domain.journey import Bot, Delay, Escalation, Journey, Phase, Reason, Repeats
from planner.domain.own_work import own_work
from planner.domain.people import Group, Site
from planner.domain.quality import Effect, GroupQuality, Measure, Quality
from planner.domain.queues import HandlingSource, OpeningHours, Queue, Volume, VolumeSource
from planner.errors import DataError

DAYS = {"first": date(2026, 9, 14), "last": date(2026, 11, 9)}
HISTORY = (series("q", wave, **DAYS),)
DAY = Delay(mean_s=86_400.0)
EXPERTS = queue("x", aht_s=500.0, volume=Volume(source=VolumeSource.NONE))


def demand(*queues: Queue, history: Any = HISTORY, **more: Any) -> Demand:
    return forecast_demand(account(history=history, queues=queues, **more))


PLAIN = demand(queue())
TOTAL = float(PLAIN.contacts.sum())


def back(fcr: float, **more: Any) -> Journey:
    given: dict[str, Any] = {"repeats": (Repeats(queue="q", delay=DAY),), **more}
    return Journey(fcr=fcr, **given)


def test_first_contacts_grow_to_the_geometric_limit_and_every_future_with_them() -> None:
    found = demand(queue(journey=back(0.7, first_only=True)))
    assert found.contacts.sum() == pytest.approx(TOTAL / 0.7)
    (work,) = found.workload
    assert (work.first, work.repeats, work.unsolved_back) == pytest.approx((TOTAL, TOTAL * 3 / 7, TOTAL * 3 / 7))
    assert work.effect_h == pytest.approx(TOTAL * 3 / 7 * 300 / 3600)
    assert (found.rates.sum(axis=(1, 2)) / PLAIN.rates.sum(axis=(1, 2))).mean() == pytest.approx(1 / 0.7, rel=0.01)
    assert not np.array_equal(found.scenarios, PLAIN.scenarios)


def test_a_volume_of_all_contacts_is_left_as_it_is_bit_for_bit() -> None:
    found = demand(queue(journey=back(0.7)))
    for name in ("contacts", "aht_s", "quantiles", "scenarios", "rates"):
        assert np.array_equal(getattr(found, name), getattr(PLAIN, name))
    (work,) = found.workload
    assert work.wanted == pytest.approx(0.7 * TOTAL)
    assert work.contacts == pytest.approx(TOTAL)
    assert work.effect_h == pytest.approx(0, abs=1e-9)


def test_better_resolution_than_recorded_takes_only_the_difference_away() -> None:
    found = demand(queue(journey=back(0.8, fcr_recorded=0.7)))
    assert found.contacts.sum() == pytest.approx(TOTAL * 0.7 / 0.8)
    assert (found.rates >= 0).all()
    worse = demand(queue(journey=back(0.6, fcr_recorded=0.7)))
    assert worse.contacts.sum() == pytest.approx(TOTAL * 0.7 / 0.6)


def test_other_queues_keep_every_bit() -> None:
    history = (*HISTORY, series("other", wave, **DAYS))
    plain = demand(queue(), queue("other"), history=history)
    found = demand(queue(journey=back(0.5, first_only=True)), queue("other"), history=history)
    for name in ("contacts", "aht_s"):
        assert np.array_equal(getattr(found, name)[1], getattr(plain, name)[1])
    assert np.array_equal(found.scenarios[:, 1], plain.scenarios[:, 1])
    assert found.contacts[0].sum() == pytest.approx(2 * plain.contacts[0].sum())


def test_an_escalation_adds_its_seconds_to_both_queues() -> None:
    up = Escalation(queue="x", share=0.1, handover_s=60.0, aht_s=400.0)
    found = demand(queue(journey=Journey(escalations=(up,))), EXPERTS)
    assert np.array_equal(found.contacts[0], PLAIN.contacts[0])
    assert found.contacts[1] == pytest.approx(0.1 * PLAIN.contacts[0])
    assert found.aht_s[0] == pytest.approx(306.0)
    assert found.aht_s[1][found.contacts[1] > 0] == pytest.approx(460.0)
    work = {w.queue: w for w in found.workload}
    assert work["q"].handover_h == pytest.approx(TOTAL * 0.1 * 60 / 3600)
    assert work["x"].joined_h == pytest.approx(TOTAL * 0.1 * 460 / 3600)
    # own 300 s exponential, and 60 s more for one in ten: variance 300^2 + 0.09 x 60^2
    assert work["q"].cv2 == pytest.approx((300**2 + 0.09 * 60**2) / 306**2)
    assert work["x"].cv2 == pytest.approx((400 / 460) ** 2)


def test_work_without_escalations_is_what_there_was_before_them() -> None:
    up = Escalation(queue="x", share=0.1, handover_s=60.0, aht_s=400.0)
    history = (*HISTORY, series("x", lambda d, w, m: 0.3 * wave(d, w, m), **DAYS))
    queues = (queue(journey=Journey(escalations=(up,))), queue("x", aht_s=500.0))
    found = demand(*queues, history=history)
    own = own_work(found, account(history=history, queues=queues))
    plain = demand(queue(), queue("x", aht_s=500.0), history=history)
    assert own.contacts == pytest.approx(plain.contacts)
    assert own.rates == pytest.approx(plain.rates)
    assert own.aht_s == pytest.approx(plain.aht_s)
    same = own_work(plain, account(history=history, queues=(queue(), queue("x", aht_s=500.0))))
    assert same.contacts is plain.contacts
    assert same.aht_s is plain.aht_s


def test_an_escalation_in_the_history_is_shown_and_not_added() -> None:
    up = Escalation(queue="x", share=0.1, recorded=0.1, handover_s=60.0, aht_s=400.0)
    history = (
        series("q", wave, aht_s=310.0, **DAYS),
        series("x", lambda d, w, m: 0.3 * wave(d, w, m), aht_s=450.0, **DAYS),
    )
    specialists = queue("x", aht_s=500.0)
    plain = demand(queue(), specialists, history=history)
    found = demand(queue(journey=Journey(escalations=(up,))), specialists, history=history)
    for name in ("contacts", "aht_s", "scenarios"):
        assert np.array_equal(getattr(found, name), getattr(plain, name), equal_nan=True)
    own, theirs = found.workload
    assert own.plain_aht_s == pytest.approx(304.0)
    assert theirs.joined == pytest.approx(0.1 * plain.contacts[0].sum())
    assert theirs.hours == pytest.approx(plain.contacts[1].sum() * 450 / 3600)
    # half as many escalations as recorded take exactly their hours away
    halved = replace(up, share=0.05)
    fewer = demand(queue(journey=Journey(escalations=(halved,))), specialists, history=history)
    assert fewer.contacts[1].sum() == pytest.approx(plain.contacts[1].sum() - 0.05 * plain.contacts[0].sum())
    assert fewer.workload[1].hours == pytest.approx(theirs.hours - 0.05 * plain.contacts[0].sum() * 460 / 3600)
    assert fewer.workload[0].hours == pytest.approx(own.hours - 0.05 * plain.contacts[0].sum() * 60 / 3600)


def test_escalations_longer_than_the_handling_time_recorded_are_refused() -> None:
    up = Escalation(queue="x", share=1.0, recorded=1.0, handover_s=900.0, aht_s=60.0)
    history = (series("q", wave, aht_s=310.0, **DAYS),)
    with pytest.raises(DataError, match="shorter than the hand-overs"):
        demand(queue(journey=Journey(escalations=(up,))), EXPERTS, history=history)


def test_a_bot_spares_contacts_leaves_the_harder_ones_and_loses_none() -> None:
    bot = Bot(queue="q", contained=0.3, leak=0.1, aht_uplift=0.2)
    found = demand(queue(journey=Journey(bot=bot)))
    (work,) = found.workload
    assert (work.wanted, work.contained, work.first, work.leaked) == pytest.approx(
        (TOTAL, 0.3 * TOTAL, 0.7 * TOTAL, 0.03 * TOTAL)
    )
    assert work.contacts == pytest.approx(work.wanted - work.contained + work.leaked)
    assert work.first_h == pytest.approx(0.7 * TOTAL * 360 / 3600)
    assert work.leaked_h == pytest.approx(0.03 * TOTAL * 300 / 3600)
    assert work.contained_h == pytest.approx(0.3 * TOTAL * 300 / 3600)
    assert float((found.contacts * found.aht_s).sum()) / 3600 == pytest.approx(work.hours)


def test_a_bot_in_the_history_changes_nothing_and_more_of_it_takes_more_away() -> None:
    same = demand(queue(journey=Journey(bot=Bot(queue="q", contained=0.3, recorded=0.3, leak=0.1))))
    assert np.array_equal(same.contacts, PLAIN.contacts)
    wanted = TOTAL / (1 - 0.3 * 0.9)
    (work,) = same.workload
    assert (work.wanted, work.contained, work.leaked) == pytest.approx((wanted, 0.3 * wanted, 0.03 * wanted))
    more = demand(queue(journey=Journey(bot=Bot(queue="q", contained=0.5, recorded=0.3, leak=0.1))))
    assert more.contacts.sum() == pytest.approx(wanted * (1 - 0.5 * 0.9))
    assert more.workload[0].first == pytest.approx(0.5 * wanted)


def test_the_uplift_of_a_bot_follows_the_share_it_contains() -> None:
    def harder(contained: float, recorded: float, *, as_recorded: bool = True) -> float:
        return Bot(queue="q", contained=contained, recorded=recorded, aht_uplift=0.2).harder(as_recorded=as_recorded)

    assert harder(0.4, 0.0) == pytest.approx(1.2)
    assert harder(0.4, 0.2) == pytest.approx(1.2 / 1.1)
    assert harder(0.4, 0.4) == pytest.approx(1.0)
    assert harder(0.0, 0.4) == pytest.approx(1 / 1.2)
    assert harder(0.2, 0.4, as_recorded=False) == pytest.approx(1.1)
    assert Bot(queue="q", contained=0.0, aht_uplift=0.2).harder(as_recorded=True) == 1.0


def test_drawn_handling_times_have_the_mean_and_variation_of_the_mixture() -> None:
    journey = back(
        0.6,
        first_only=True,
        repeats=(Repeats(queue="q", delay=DAY, aht_factor=1.5),),
        escalations=(Escalation(queue="x", share=0.3, handover_s=200.0, aht_s=400.0),),
        bot=Bot(queue="q", contained=0.3, leak=0.2, aht_uplift=0.25),
    )
    (work, _) = demand(queue(journey=journey), EXPERTS).workload
    rng = np.random.default_rng(2)
    size = 400_000
    means = np.array([300 * 1.25, 300.0, 300 * 1.5])
    kind = rng.choice(3, size, p=np.array([work.first, work.leaked, work.repeats]) / work.contacts)
    times = rng.exponential(means[kind]) + 200.0 * (rng.random(size) < 0.3)
    assert times.mean() == pytest.approx(work.aht_s, rel=0.01)
    assert times.var() / times.mean() ** 2 == pytest.approx(work.cv2, rel=0.02)


def test_repeats_that_take_longer_raise_the_mean_handling_time() -> None:
    journey = back(0.5, first_only=True, repeats=(Repeats(queue="q", delay=DAY, aht_factor=1.4),))
    found = demand(queue(journey=journey))
    (work,) = found.workload
    assert work.aht_s == pytest.approx(300 * (1 + 1.4) / 2)
    assert work.cv2 == pytest.approx((1 + 1.4**2) / 2 * 2 / 1.2**2 - 1)
    assert float((found.contacts * found.aht_s).sum()) == pytest.approx(work.hours * 3600)


def test_a_recorded_handling_time_is_that_of_the_mixture_recorded() -> None:
    """Recorded 300 s over first contacts and repeats 1.5 times as long, half and half: plain ones take 240 s."""
    history = (series("q", wave, aht_s=300.0, **DAYS),)
    journey = Journey(fcr=1.0, fcr_recorded=0.5, repeats=(Repeats(queue="q", delay=DAY, aht_factor=1.5),))
    found = demand(queue(journey=journey), history=history)
    (work,) = found.workload
    assert found.contacts.sum() == pytest.approx(TOTAL / 2)
    assert work.plain_aht_s == pytest.approx(240.0)
    assert work.aht_s == pytest.approx(240.0)


def test_a_surge_sends_repeats_after_it_and_none_before() -> None:
    surge = Event(id="surge", start_utc=utc(2026, 11, 10), end_utc=utc(2026, 11, 11), factor=5.0)
    journey = back(0.5, first_only=True)
    calm, busy = demand(queue(journey=journey)), demand(queue(journey=journey), events=(surge,))
    more = (busy.contacts - calm.contacts)[0].reshape(7, 96).sum(axis=1)
    assert more[0] == pytest.approx(0, abs=1e-9)
    assert more[1] > more[2] > more[3] > more[4] > 1
    assert more.sum() == pytest.approx(4 * 1056 * 2, rel=0.1)  # nearly all of it within the week


def test_repeats_of_a_desk_with_office_hours_come_in_office_hours() -> None:
    markets = (market(opening=OFFICE),)
    plain = demand(queue(opening=OFFICE), markets=markets)
    found = demand(queue(opening=OFFICE, journey=back(0.6, first_only=True)), markets=markets)
    assert np.array_equal(np.isnan(found.contacts), np.isnan(plain.contacts))
    assert np.nansum(found.contacts) == pytest.approx(np.nansum(plain.contacts) / 0.6)
    ratio = (found.contacts / plain.contacts)[~np.isnan(plain.contacts) & (plain.contacts > 0)]
    assert ratio.min() > 1.2
    assert ratio.max() < 2.5


def test_what_finds_a_queue_closed_all_through_the_horizon_is_told() -> None:
    up = Escalation(queue="x", share=0.1, handover_s=60.0, aht_s=400.0)
    never = queue("x", opening=OpeningHours(()), volume=Volume(source=VolumeSource.NONE))
    found = demand(queue(journey=Journey(escalations=(up,))), never)
    assert np.isnan(found.contacts[1]).all()
    assert f"{0.1 * TOTAL:,.1f} contacts sent here find it closed" in found.choices[1].reason


def test_loops_that_never_die_out_are_refused_with_the_reason() -> None:
    with pytest.raises(DataError, match="never die out"):
        demand(queue(journey=back(0.0)))


def test_without_reasons_single_times_vary_as_the_queue_says() -> None:
    lognormal = Handling(law=ServiceLaw.LOGNORMAL, cv=0.5)
    assert demand(queue(handling=lognormal, journey=back(0.7))).workload[0].cv2 == pytest.approx(0.25)


def test_reasons_are_the_handling_time() -> None:
    reasons = (
        Reason(id="a", phase=Phase.BEFORE, share=0.25, aht_s=100.0),
        Reason(id="b", phase=Phase.AFTER, share=0.75, aht_s=300.0, cv=0.5),
    )
    found = demand(queue(aht_s=250.0, aht_from=HandlingSource.GIVEN, journey=Journey(reasons=reasons)))
    assert (found.aht_s == 250.0).all()
    assert found.workload[0].cv2 == pytest.approx((0.25 * 2 * 100**2 + 0.75 * 1.25 * 300**2) / 250**2 - 1)


def staffed(quality: Quality | None, journey: Journey | None) -> Account:
    site = Site(id="s", country="GB", zone="Europe/London", seats=9, wage_per_h=Decimal(10), currency="USD")
    groups = tuple(
        Group(id=id, site="s", languages=("en",), channels=(queue().channel,), shift_rules=()) for id in ("home", "away")
    )
    return replace(account(history=HISTORY, queues=(queue(journey=journey),)), sites=(site,), groups=groups, quality=quality)


def effect(on: str, measure: Measure, value: float) -> Effect:
    return Effect(on=on, measure=measure, value=value, source="test")


QUALITY = Quality(
    levels=True,
    effects=(effect("C1", Measure.AHT, 1.5), effect("C1", Measure.FCR, -0.1), effect("C1", Measure.ESCALATION, 2.0)),
    groups=(GroupQuality(group="away", levels=(("en", "C1"),)), GroupQuality(group="home", levels=(("en", "native"),))),
)


def test_non_native_groups_raise_handling_time_and_repeats_by_equal_hours() -> None:
    found = forecast_demand(staffed(QUALITY, back(0.7, first_only=True)))
    # as many hours each: of five contacts three are taken at home in 1 and two away in 1.5: mean 1.2; resolution 0.7 - 0.1 x 0.4
    assert found.contacts.sum() == pytest.approx(TOTAL / 0.66)
    assert found.aht_s == pytest.approx(360.0)
    assert found.workload[0].aht_factor == pytest.approx(1.2)
    assert found.workload[0].fcr == pytest.approx(0.66)


def test_quality_is_off_unless_switched_on() -> None:
    off = forecast_demand(staffed(replace(QUALITY, levels=False), None))
    assert off.workload == ()
    for name in ("contacts", "aht_s", "scenarios"):
        assert np.array_equal(getattr(off, name), getattr(PLAIN, name))


def test_customers_drawn_one_by_one_come_as_often_as_the_plan_says() -> None:
    """Monte Carlo of the whole journey: bot, leaks, repeats over two queues, escalations; three weeks, the last one counted."""
    rng = np.random.default_rng(11)
    journeys = {
        "q": Journey(
            fcr=0.6,
            first_only=True,
            repeats=(Repeats(queue="q", share=0.5, delay=DAY), Repeats(queue="r", share=0.3, delay=Delay(mean_s=7200.0))),
            escalations=(Escalation(queue="x", share=0.2, handover_s=60.0, aht_s=400.0),),
            bot=Bot(queue="q", contained=0.25, leak=0.4),
        ),
        "r": Journey(fcr=0.8, first_only=True, repeats=(Repeats(queue="q", delay=DAY),)),
    }
    history = (*HISTORY, series("r", lambda d, w, m: 0.5 * wave(d, w, m), **DAYS))
    found = demand(queue(journey=journeys["q"]), queue("r", journey=journeys["r"]), EXPERTS, history=history)
    plain = demand(queue(), queue("r"), history=history)
    week, many = 7 * 86_400, 20
    seen = dict.fromkeys(("q", "r", "x"), 0)

    def firsts(row: int) -> np.ndarray:
        times = np.repeat(np.arange(672) * 900.0, rng.poisson(many * plain.contacts[row]))
        return times + rng.random(times.size) * 900

    def people(id: str, at: np.ndarray) -> None:
        while at.size:
            seen[id] += int(((at >= 2 * week) & (at < 3 * week)).sum())
            seen["x"] += int(((at >= 2 * week) & (at < 3 * week) & (rng.random(at.size) < (0.2 if id == "q" else 0))).sum())
            journey = journeys[id]
            unsolved = at[rng.random(at.size) >= journey.fcr]
            which = rng.random(unsolved.size)
            at, edge = np.zeros(0), 0.0
            for way in journey.repeats:
                chosen = unsolved[(which >= edge) & (which < edge + way.share)]
                edge += way.share
                due = chosen + rng.exponential(way.delay.mean_s, chosen.size)
                due = due[due < 3 * week]
                if way.queue == id:
                    at = due
                else:
                    people(way.queue, due)

    for n in range(3):
        came = firsts(0) + n * week
        ended = rng.random(came.size) < 0.25
        leaked = came[ended & (rng.random(came.size) < 0.4)]
        people("q", np.concatenate([came[~ended], leaked + rng.exponential(3600.0, leaked.size)]))
        people("r", firsts(1) + n * week)
    for n, id in enumerate(("q", "r", "x")):
        expected = many * found.contacts[n].sum()
        assert abs(seen[id] - expected) < 5 * expected**0.5 + 0.002 * expected  # three weeks are nearly for ever


def test_in_a_horizon_of_ten_days_the_first_week_is_in_balance_with_the_week_before() -> None:
    longer = demand(queue(journey=back(0.7, first_only=True)), days=10)
    plain = demand(queue(), days=10)
    assert longer.contacts[0, :672].sum() == pytest.approx(plain.contacts[0, :672].sum() / 0.7)
    assert (longer.contacts / plain.contacts)[0].min() > 1
