"""Laws that hold on every floor: nothing is lost, nobody is in two places, waits and queues agree, the same seed gives the same day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from simulated_floors import all_day, desk, line

from planner.errors import DataError
from planner.queueing import ExponentialPatience, performance
from planner.simulation import Again, Escalation, Floor, Hours, Link, Pool, Precision, Repeat, simulate_floor
from planner.simulation.layout import AGENT, ARRIVES, DONE, ENDS, LINE, PARENT, STARTS, STATE
from planner.simulation.replicate import Simulator, backlog
from planner.simulation.simulated import quantile_of, quantiles_of, ratio
from planner.simulation.tally import ANSWERED, BINS, GAVE_UP, OFFERED, OPEN


def busy_floor(**more: Any) -> Floor:
    """Two languages and their mail, a pool for each and one for both, breaks, absence and moments off the seat."""
    de = line("de", per_h=80, size=48, patience=ExponentialPatience(90.0), redials=Again(share=0.4, mean_s=600.0))
    fr = line("fr", per_h=50, size=48, patience=ExponentialPatience(150.0), repeats=(Repeat(share=0.1, mean_s=3600.0),))
    chat = line("chat", per_h=40, size=48, together=3, speed=(1.5, 1.2, 1.0), patience=ExponentialPatience(200.0))
    mail = line(
        "mail", per_h=15, size=48, live=False, due_s=7200.0, pre_empted=True, handed_over=True, backlog_s=(100.0, 9000.0)
    )
    starts = np.array([[0.0, 20_000.0]] * 14)
    ends = np.array([[18_000.0, 43_200.0]] * 14)
    starts[:4], ends[:4] = [5_000.0, np.nan], [30_000.0, np.nan]
    return Floor(
        interval_s=900.0,
        lines=(de, fr, chat, mail),
        pools=(Pool(id="de", absence=0.1), Pool(id="fr"), Pool(id="both", in_shift_loss=0.15)),
        links=(
            Link(line="de", pool="de"),
            Link(line="de", pool="both", tier=1, after_s=20.0),
            Link(line="fr", pool="fr"),
            Link(line="fr", pool="both", tier=1, keep_idle=1),
            Link(line="chat", pool="both"),
            Link(line="mail", pool="de", rank=5),
            Link(line="mail", pool="both", rank=5),
        ),
        hours=Hours(pool=np.array([0, 1, 2, 2, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]), starts=starts, ends=ends),
        **more,
    )


def test_every_contact_is_answered_or_gives_up_or_is_still_open() -> None:
    ran = simulate_floor(busy_floor(), replications=10, seed=1)
    c = ran.counts
    assert (c[..., OFFERED] == c[..., ANSWERED] + c[..., GAVE_UP] + c[..., OPEN]).all()
    assert c[..., ANSWERED].sum() > 0
    assert c[..., GAVE_UP].sum() > 0
    assert ran.bins.sum() == c[..., ANSWERED].sum()


def test_nobody_holds_more_contacts_than_the_concurrency_of_each_of_them() -> None:
    floor = busy_floor()
    ran = Simulator(floor, 7).run(0)
    seconds, numbers = ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size]
    served = (numbers[:, STATE] == DONE) & (numbers[:, LINE] != 3)  # cases of mail are laid down in between
    for agent in np.unique(numbers[served, AGENT]):
        mine = np.flatnonzero(served & (numbers[:, AGENT] == agent))
        for x in mine:
            at = seconds[x, STARTS]
            together = [y for y in mine if seconds[y, STARTS] <= at < seconds[y, ENDS]]
            most = min(floor.lines[int(numbers[y, LINE])].together for y in together)
            assert len(together) <= most


def test_queue_length_is_rate_times_wait() -> None:
    # Little's law, on one long day of one replication: contacts waiting at random moments against arrivals times mean wait
    floor = desk(line(per_h=200, size=96 * 4, patience=ExponentialPatience(120.0)), 10)
    ran = Simulator(floor, 5).run(0)
    s = ran.contacts.seconds[: ran.size]
    s = s[s[:, ARRIVES] >= 0]
    until = np.where(np.isnan(s[:, STARTS]), s[:, ENDS], s[:, STARTS])
    waits = until - s[:, ARRIVES]
    moments = np.arange(0.0, floor.horizon_s, 7.0)
    waiting = np.searchsorted(np.sort(s[:, ARRIVES]), moments) - np.searchsorted(np.sort(until), moments)
    assert waiting.mean() == pytest.approx(len(s) / floor.horizon_s * waits.mean(), rel=0.02)


def test_seconds_busy_are_the_seconds_of_all_handling() -> None:
    floor = desk(line(per_h=100, size=20), 8, warm_up_s=0.0)
    ran = Simulator(floor, 3).run(0)
    s = ran.contacts.seconds[: ran.size]
    inside = np.clip(s[:, ENDS], 0, floor.horizon_s) - np.clip(s[:, STARTS], 0, floor.horizon_s)
    assert ran.busy.sum() == pytest.approx(np.nansum(inside), rel=1e-9)
    assert ran.seats.sum() == pytest.approx(8 * floor.horizon_s)


def test_same_seed_gives_the_same_days_however_many_work_at_once() -> None:
    one, two = (simulate_floor(busy_floor(), replications=6, seed=9, workers=n) for n in (1, 3))
    assert one == two
    assert simulate_floor(busy_floor(), replications=6, seed=10) != one


def test_two_rosters_meet_the_same_customers() -> None:
    small, large = (desk(line(per_h=200, size=48, patience=ExponentialPatience(120.0)), n) for n in (10, 11))
    a, b = (Simulator(floor, 2).run(4).contacts for floor in (small, large))
    assert np.array_equal(a.seconds[:, ARRIVES], b.seconds[:, ARRIVES])
    levels = [
        (
            simulate_floor(small, replications=1, seed=s).level("calls").value,
            simulate_floor(large, replications=1, seed=s).level("calls").value,
        )
        for s in range(20)
    ]
    assert all(more >= less for less, more in levels)


def test_absence_and_moments_off_the_seat_cost_their_share_of_seconds() -> None:
    floor = desk(line(per_h=1, size=96), 200)
    floor = replace(floor, pools=(Pool(id="all", absence=0.1, in_shift_loss=0.2),))
    ran = simulate_floor(floor, replications=30, seed=1)
    present = ran.seats.sum(axis=(1, 2)) / (200 * floor.horizon_s)
    assert present.mean() == pytest.approx(0.9 * 0.8, abs=4 * present.std() / np.sqrt(30))
    assert ran.seats.mean(axis=0)[0, :10].sum() == pytest.approx(ran.seats.mean(axis=0)[0, -10:].sum(), rel=0.02)


def test_contacts_that_come_back_after_an_answer_add_up_to_the_geometric_series() -> None:
    calls = line(per_h=60, size=96, repeats=(Repeat(share=0.3, mean_s=900.0),))
    total = simulate_floor(desk(calls, 12), replications=60, seed=1).totals("calls")
    assert total["offered"] == pytest.approx(60 * 24 / (1 - 0.3), rel=0.01)


def test_an_escalation_keeps_two_people_busy_until_the_specialist_is_there_and_the_hand_over_done() -> None:
    front = line(
        "front", per_h=30, aht_s=100.0, size=96, escalations=(Escalation(share=0.25, to="second", joined_s=60.0, hold_s=1e6),)
    )
    second = line("second", per_h=0.0, aht_s=200.0, size=96)
    floor = Floor(
        interval_s=900.0,
        lines=(front, second),
        pools=(Pool(id="first"), Pool(id="experts")),
        links=(Link(line="front", pool="first"), Link(line="second", pool="experts")),
        hours=all_day((20, 20), 86_400.0),
        warm_up_s=3600.0,
    )
    ran = simulate_floor(floor, replications=60, seed=1)
    assert ran.totals("second")["offered"] == pytest.approx(0.25 * 720, rel=0.03)
    # with experts free at once the first agent is busy for AHT + share * hand-over, the expert for his own AHT
    assert ran.busy[:, 0].sum(axis=1).mean() == pytest.approx(720 * (100 + 0.25 * 60), rel=0.02)
    assert ran.busy[:, 1].sum(axis=1).mean() == pytest.approx(0.25 * 720 * 200, rel=0.04)


def test_a_first_agent_does_not_wait_longer_for_a_specialist_than_allowed() -> None:
    front = line(
        "front", per_h=30, aht_s=100.0, size=96, escalations=(Escalation(share=1.0, to="second", joined_s=60.0, hold_s=50.0),)
    )
    second = line("second", per_h=0.0, size=96)
    floor = Floor(
        interval_s=900.0,
        lines=(front, second),
        pools=(Pool(id="first"), Pool(id="experts")),
        links=(Link(line="front", pool="first"), Link(line="second", pool="experts")),
        hours=Hours(pool=np.zeros(20, dtype=np.int64), starts=np.zeros((20, 1)), ends=np.full((20, 1), 86_400.0)),
    )
    ran = Simulator(floor, 1).run(0)
    assert ran.busy[0].sum() == pytest.approx(float((ran.contacts.numbers[: ran.size, PARENT] < 0).sum()) * 150, rel=0.1)
    assert ran.contacts.numbers[: ran.size, PARENT].max() >= 0


def test_bot_leaves_people_the_share_it_does_not_contain() -> None:
    total = simulate_floor(desk(line(per_h=100, size=96, contained=0.35), 20), replications=30, seed=1).totals("calls")
    assert total["offered"] == pytest.approx(0.65 * 2400, rel=0.02)


def test_replications_take_the_futures_in_turn() -> None:
    floor = desk(line(per_h=100, size=8), 20)
    floor = replace(floor, futures=np.stack([np.full((1, 8), 5.0), np.full((1, 8), 50.0)]))
    offered = simulate_floor(floor, replications=8, seed=1).counts[..., OFFERED].sum(axis=(1, 2))
    assert (offered[::2] < 100).all()
    assert (offered[1::2] > 300).all()


def test_simulation_ends_when_the_level_is_sure_enough() -> None:
    floor = desk(line(per_h=200, size=96, patience=ExponentialPatience(120.0)), 10)
    ran = simulate_floor(floor, replications=500, seed=1, precision=Precision(half_width=0.01))
    assert 20 <= ran.replications < 500
    assert ran.level("calls").half_width <= 0.01
    exact = performance(rate_per_h=200, aht_s=180, agents=10, threshold_s=20, patience_s=120)
    assert abs(ran.level("calls").value - float(exact.service_level)) < 0.02


def test_waiting_callers_of_the_last_opening_are_cut_off_when_the_line_opens_again() -> None:
    is_open = np.array([True] * 4 + [False] * 4 + [True] * 4)
    calls = replace(line(per_h=100, size=12), open=is_open, contacts=np.where(is_open, 25.0, 0.0))
    floor = replace(
        desk(calls, 2, warm_up_s=0.0),
        hours=Hours(pool=np.zeros(2, dtype=np.int64), starts=np.zeros((2, 1)), ends=np.full((2, 1), 3600.0)),
    )
    ran = simulate_floor(floor, replications=5, seed=1)
    assert ran.counts[:, 0, :4, OPEN].sum() == 0
    assert ran.counts[:, 0, :4, GAVE_UP].sum() > 0
    assert ran.counts[:, 0, 8:, OPEN].sum() > 0


def test_backlog_counts_what_is_open_and_knows_the_oldest() -> None:
    floor = desk(line(per_h=1, size=4), 1)
    arrived = np.array([-50.0, 100.0, 950.0, 1000.0])
    still, oldest, overdue = backlog(arrived, np.array([1000.0, 200.0, 2800.0, np.nan]), arrived + 1500.0, floor)
    assert overdue.tolist() == [0.0, 0.0, 2.0, 1.0]
    assert still.tolist() == [1.0, 2.0, 2.0, 1.0]
    assert oldest.tolist() == [950.0, 850.0, 1750.0, 2600.0]


def test_quantiles_are_read_off_the_bins() -> None:
    bins = np.zeros(BINS, dtype=np.int64)
    assert np.isnan(quantile_of(bins, 0.5))
    bins[0], bins[2] = 6, 4
    assert quantile_of(bins, 0.6) == 0.0
    assert 0.5 < quantile_of(bins, 0.8) < 0.55


def test_ratio_of_one_replication_has_no_interval() -> None:
    only = ratio(np.array([3.0]), np.array([4.0]))
    assert (only.value, only.low, only.high) == (0.75, -np.inf, np.inf)
    assert np.isnan(ratio(np.zeros(3), np.zeros(3)).value)


def test_every_fault_of_a_floor_is_told_at_once() -> None:
    bad = line("a", together=2, speed=(1.0, 1.2), redials=Again(share=1.0, mean_s=0.0), backlog_s=(-1.0,))
    with pytest.raises(DataError) as told:
        Floor(
            interval_s=900.0,
            lines=(bad, line("b", together=0, escalations=(Escalation(share=2.0, to="b"),)), line("c", aht_s=0.0)),
            pools=(Pool(id="p", absence=1.0), Pool(id="p", away_s=0.0)),
            links=(Link(line="a", pool="p", after_s=-1.0), Link(line="x", pool="y", handling=0.0, keep_idle=-1)),
            hours=Hours(pool=np.array([4]), starts=np.array([[5.0]]), ends=np.array([[5.0]])),
            warm_up_s=-1.0,
        )
    text = str(told.value)
    for words in (
        "speed rises", "never die out", "delay of redials", "backlog_s", "concurrency of 0", "share of escalations", "no other line",
        "aht_s must be above 0", "absence must lie", "away_s", "this id is there 2 times", "after_s", "there is no line x",
        "there is no pool y", "handling must be above", "keep_idle", "no pool may take its contacts", "pool numbers", "end after it starts",
        "warm_up_s",
    ):  # fmt: skip
        assert words in text, words


def test_no_replications_or_no_precision_is_refused() -> None:
    floor = desk(line(), 5)
    with pytest.raises(DataError, match="replications: must be 1 or more"):
        simulate_floor(floor, replications=0)
    with pytest.raises(DataError, match="precision: must be above 0"):
        simulate_floor(floor, precision=Precision(half_width=0.0))
    with pytest.raises(DataError, match="seed: must be 0 or more") as told:
        simulate_floor(floor, replications=-3, seed=-1)
    assert len(told.value.problems) == 2


def test_progress_is_told_to_the_end() -> None:
    told: list[float | None] = []
    simulate_floor(desk(line(size=4), 5), replications=30, report=lambda p: told.append(p.share))
    assert told == [20 / 30, 1.0]


def test_quantiles_of_many_rows_are_those_of_each() -> None:
    rng = np.random.default_rng(4)
    bins = rng.poisson(rng.uniform(0, 0.2, (40, 1)), (40, BINS))
    bins[0], bins[1], bins[1, -1], bins[2], bins[2, 0] = 0, 0, 3, 0, 2
    shares = (0.5, 0.8, 0.95)
    together = quantiles_of(bins, shares)
    for n, share in enumerate(shares):
        assert np.allclose(together[n], [quantile_of(row, share) for row in bins], rtol=1e-14, equal_nan=True)
    assert np.isnan(together[0, 0])
    assert together[0, 1] == np.inf
    assert together[0, 2] == 0.0
