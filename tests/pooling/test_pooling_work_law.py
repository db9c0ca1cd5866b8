"""What contacts bring in work is never less than drawn contacts bring, whenever they are begun."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from planner.domain.arrays import Floats
from planner.domain.handling import ServiceLaw
from planner.pooling.work.crowd import busy, lines_of
from planner.pooling.work.law import Work, left_in_hand

LAWS = [(ServiceLaw.EXPONENTIAL, 1.0), (ServiceLaw.FIXED, 0.0), (ServiceLaw.LOGNORMAL, 1.5), (ServiceLaw.LOGNORMAL, 0.4)]
STEP = 900.0
DRAWN = 40_000


def work(law: tuple[ServiceLaw, float], *, mean_s: float = 400.0, size: int = 12, **changes: Any) -> Work:
    own = {"slow": 1.0, "fast": 1.0, "rate": 1.0, "within_s": 60.0} | changes
    return Work(law=law[0], cv=law[1], mean_s=np.full(size, mean_s), **own)


def drawn(of: Work, rng: np.random.Generator, size: int = DRAWN) -> Floats:
    if of.law is ServiceLaw.EXPONENTIAL:
        return rng.exponential(of.mean_s[0], size)
    if of.law is ServiceLaw.FIXED:
        return np.full(size, of.mean_s[0])
    variance = np.log1p(of.cv**2)
    return of.mean_s[0] * np.exp(rng.normal(-variance / 2, np.sqrt(variance), size))


@pytest.mark.parametrize("law", LAWS)
def test_limited_values_are_the_integral_of_what_is_not_done(law: tuple[ServiceLaw, float]) -> None:
    of = work(law)
    for x in (0.0, 0.2, 0.99, 1.7, 6.0):
        whole = quad(lambda u: 1.0 - float(of.done(np.array([u]))[0]), 0.0, x, points=[1.0] if x > 1 else None)[0]
        assert float(of.limited(np.array([x]))[0]) == pytest.approx(whole, abs=1e-6)
    assert float(of.limited(np.array([np.inf]))[0]) == pytest.approx(1.0)


@settings(max_examples=25)
@given(law=st.sampled_from(LAWS), mean_s=st.floats(60.0, 2000.0), within_s=st.floats(0.0, 1200.0), seed=st.integers(0, 99))
def test_no_contact_in_time_brings_more_to_an_interval(
    law: tuple[ServiceLaw, float], mean_s: float, within_s: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    of = work(law, mean_s=mean_s, within_s=within_s)
    for lag in range(4):
        arrives = rng.uniform(0.0, STEP, DRAWN)
        waits = np.minimum(within_s, np.maximum(lag * STEP - arrives, 0.0)) if seed % 2 else rng.uniform(0.0, within_s, DRAWN)
        begins = arrives + waits
        ends = begins + drawn(of, rng)
        brought = np.clip(np.minimum(ends, (lag + 1) * STEP) - np.maximum(begins, lag * STEP), 0.0, None)
        luck = 4 * brought.std() / np.sqrt(DRAWN)
        assert brought.mean() <= of.brought(lag, STEP)[0] + luck + 1e-6


@pytest.mark.parametrize("law", LAWS)
def test_without_waiting_a_contact_brings_its_handling_and_little_more(law: tuple[ServiceLaw, float]) -> None:
    of = work(law, within_s=0.0, size=200)
    total = sum(float(of.brought(lag, STEP)[0]) for lag in range(200))
    assert 400.0 <= total <= 400.0 * 1.02
    left = of.after_end(STEP)
    assert left[-1] <= 400.0
    assert left[0] <= 1e-3 * 400.0


@pytest.mark.parametrize("law", LAWS)
def test_chats_that_slow_each_other_bring_no_more_than_the_bound_either(law: tuple[ServiceLaw, float]) -> None:
    rng = np.random.default_rng(5)
    of = work(law, slow=0.8, fast=2.0, rate=3.0, most=3)
    for lag in range(3):
        arrives = rng.uniform(0.0, STEP, DRAWN)
        pace = rng.choice([0.8, 1.0, 2.0], DRAWN)
        ends = arrives + drawn(of, rng) / pace
        brought = pace * np.clip(np.minimum(ends, (lag + 1) * STEP) - np.maximum(arrives, lag * STEP), 0.0, None)
        assert brought.mean() <= of.brought(lag, STEP)[0] + 4 * brought.std() / np.sqrt(DRAWN)


@pytest.mark.parametrize("law", LAWS)
def test_no_more_work_goes_on_off_the_seat(law: tuple[ServiceLaw, float]) -> None:
    rng = np.random.default_rng(7)
    of, loss, away_s = work(law), 0.2, 300.0
    wanted, off = drawn(of, rng, 4_000), np.zeros(4_000)
    for n, length in enumerate(wanted.tolist()):
        at, on = 0.0, True
        while at < length:
            turn = min(rng.exponential(away_s * (1 - loss) / loss if on else away_s), length - at)
            off[n] += 0.0 if on else turn
            at, on = at + turn, not on
    assert off.sum() / wanted.sum() <= float(of.away(loss, away_s, 900.0)[0]) + 4 * off.std() / np.sqrt(4_000) / 400.0
    assert float(of.away(loss, away_s, 900.0)[0]) <= loss


@pytest.mark.parametrize("law", LAWS)
def test_whoever_leaves_has_no_more_left_in_hand(law: tuple[ServiceLaw, float]) -> None:
    rng = np.random.default_rng(9)
    of = work(law)
    for start, end in ((0.0, 300.0), (300.0, 1200.0), (0.0, np.inf)):
        most = float(left_in_hand((of,), np.array([start]), np.array([end]), 7200.0)[0])
        for since in (0.0, 350.0, 2000.0, 7000.0):  # busy without a pause for so long
            at = np.full(20_000, -since)
            left = drawn(of, rng, 20_000) + at
            while (left <= 0).any():
                again = left <= 0
                left[again] += drawn(of, rng, int(again.sum()))
            seen = np.clip(np.minimum(left, end) - start, 0.0, None)
            assert seen.mean() <= most + 4 * seen.std() / np.sqrt(20_000)


def test_least_work_per_contact_done_is_that_of_the_best_moment_to_give_up() -> None:
    for law in LAWS:
        of = work(law)
        rng = np.random.default_rng(3)
        handled = drawn(of, rng, 200_000)
        least = float(of.per_contact()[0])
        for patience in (50.0, 150.0, 400.0, 1500.0):
            if (handled <= patience).any():
                assert np.minimum(handled, patience).mean() / (handled <= patience).mean() >= 0.98 * least
        assert least <= 400.0 + 1e-9


def test_busy_agents_are_the_least_of_those_on_seat_and_contacts_in_hand() -> None:
    rng = np.random.default_rng(1)
    heads = np.arange(12)
    found = busy(heads, 0.7, np.array([0.4, 3.0, 8.0]))
    for row, mean in enumerate((0.4, 3.0, 8.0)):
        contacts = rng.poisson(mean, 100_000)
        for k in (0, 1, 4, 11):
            drawn_ = np.minimum(rng.binomial(k, 0.7, 100_000), contacts)
            assert found[row, k] == pytest.approx(drawn_.mean(), abs=0.02)
    assert (np.diff(found, 2, axis=1) <= 1e-12).all()


def test_lines_lie_above_the_curve() -> None:
    mean = np.array([0.0, 0.5, 5.0, 20.0])
    interval, slope, offset = lines_of(mean, 0.8)
    assert set(interval.tolist()) == {1, 2, 3}
    heads = np.arange(40)
    value = busy(heads, 0.8, mean)
    assert (offset[:, None] + slope[:, None] * heads >= value[interval] - 1e-9).all()


def test_contacts_in_hand_are_the_offered_load_where_rates_stay_the_same() -> None:
    of = work((ServiceLaw.EXPONENTIAL, 1.0), size=40, within_s=20.0)
    found = of.in_hand(np.full(40, 18.0), STEP)
    assert found[-1].mean() == pytest.approx(18.0 / STEP * (400.0 + 20.0), rel=0.01)
    assert found[-1].mean() >= 18.0 / STEP * (400.0 + 20.0) - 1e-6
