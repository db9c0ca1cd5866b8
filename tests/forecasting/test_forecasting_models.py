"""Each method gives back a truth it can express, and reads gaps as gaps."""

import numpy as np
import pytest
from forecast_truth import MONDAY, WEEKDAY, Truth, ahead, shape

from forecasts import MODELS, DayMatrix, Fitted
from forecasts.level import Trend, carry_level

NONE = np.zeros(7, dtype=bool)


def with_gaps(history: DayMatrix, gaps: np.ndarray) -> DayMatrix:
    return DayMatrix(history.first_day, np.where(gaps, np.nan, history.values), history.holidays)


@pytest.mark.parametrize("name", MODELS)
def test_a_steady_week_without_noise_is_repeated(name: str) -> None:
    truth = Truth(level=5000)
    history = truth.history(140, seed=None)
    means = MODELS[name](Fitted(history), ahead(history), NONE)
    assert np.abs(means - truth.means(ahead(history))).sum() < 0.01 * means.sum()
    np.testing.assert_allclose(means.sum(axis=1), truth.means(ahead(history)).sum(axis=1), rtol=0.01)


@pytest.mark.parametrize("name", MODELS)
def test_constant_counts_are_forecast_exactly(name: str) -> None:
    values = np.full((56, 96), np.nan)
    values[:, 36:52] = 50.0
    values[5::7] = values[6::7] = np.nan
    history = DayMatrix(MONDAY, values[:54], np.zeros(54, dtype=bool))
    days = MONDAY + 56 + np.arange(5)
    np.testing.assert_allclose(MODELS[name](Fitted(history), days, np.zeros(5, dtype=bool))[:, 36:52], 50, rtol=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_holes_are_not_read_as_quiet_days(name: str) -> None:
    truth = Truth()
    whole = truth.history(140, seed=None)
    gaps = np.zeros((140, 48), dtype=bool)
    gaps[100:107] = gaps[121:128] = True
    gaps[np.random.default_rng(4).random((140, 48)) < 0.1] = True
    history = with_gaps(whole, gaps)
    means = MODELS[name](Fitted(history), ahead(history), NONE)
    assert means.sum() == pytest.approx(truth.means(ahead(history)).sum(), rel=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_a_day_recorded_until_noon_counts_as_the_whole_day_it_was(name: str) -> None:
    truth = Truth()
    gaps = np.zeros((140, 48), dtype=bool)
    gaps[-1, 24:] = True
    history = with_gaps(truth.history(140, seed=None), gaps)
    means = MODELS[name](Fitted(history), ahead(history), NONE)
    assert means.sum() == pytest.approx(truth.means(ahead(history)).sum(), rel=0.02)


def test_hours_recorded_on_empty_days_alone_leave_the_shape_of_the_others() -> None:
    counts = np.full((28, 24), np.nan)
    counts[:, 8:14] = 20.0
    empty = counts.copy()
    empty[6] = 0.0
    profiles = [Fitted(DayMatrix(MONDAY, values, np.zeros(28, dtype=bool))).profile for values in (counts, empty)]
    np.testing.assert_allclose(profiles[1].shares, profiles[0].shares, atol=1e-12)


def test_holiday_factor_is_recovered_and_ordinary_days_stay_clean() -> None:
    off = tuple(MONDAY + d for d in (28, 65, 101, 108))
    truth = Truth(holiday=0.3, holidays=(*off, MONDAY + 142))
    history = truth.history(140, seed=5)
    fitted = Fitted(history)
    assert fitted.factors.holiday == pytest.approx(0.3, abs=0.03)
    assert fitted.factors.holidays_seen == 4
    days = ahead(history)
    for name in ("day_profile", "average_4_weeks"):
        means = MODELS[name](fitted, days, days == MONDAY + 142).sum(axis=1)
        np.testing.assert_allclose(means, truth.means(days).sum(axis=1), rtol=0.12)


def test_holidays_absent_from_the_history_leave_ordinary_days_alone() -> None:
    off = tuple(MONDAY + d for d in (28, 64, 108))
    truth = Truth(holidays=off)
    gaps = np.isin(MONDAY + np.arange(140), off)[:, None] & np.ones(48, dtype=bool)
    fitted = Fitted(with_gaps(truth.history(140, seed=6), gaps))
    assert fitted.factors.holidays_seen == 0
    assert fitted.factors.holiday == 1
    np.testing.assert_allclose(fitted.factors.weekday, WEEKDAY / WEEKDAY.mean(), rtol=0.06)


def test_weekday_effects_do_not_depend_on_a_moving_level() -> None:
    fitted = Fitted(Truth(growth_per_week=0.05).history(182, seed=None))
    np.testing.assert_allclose(fitted.factors.weekday, WEEKDAY / WEEKDAY.mean(), rtol=0.04)


def test_after_a_step_recent_weeks_weigh_most() -> None:
    before, after = Truth(level=500).history(140, seed=None), Truth(level=1400).history(140, seed=None)
    values = before.values.copy()
    values[119:] = after.values[119:]
    history = DayMatrix(MONDAY, values, before.holidays)
    truth = Truth(level=1400).means(ahead(history)).sum()
    quick = MODELS["day_profile_quick"](Fitted(history), ahead(history), NONE).sum()
    steady = MODELS["day_profile"](Fitted(history), ahead(history), NONE).sum()
    assert quick == pytest.approx(truth, rel=0.05)
    assert 0.7 * truth < steady < truth


def test_trend_follows_steady_growth_and_is_limited() -> None:
    def carried(growth: float, days: np.ndarray) -> np.ndarray:
        fitted = Fitted(Truth(growth_per_week=growth).history(182, seed=None))
        return carry_level(
            fitted.history, fitted.level, fitted.observed, fitted.factors, trend=Trend(half_life_days=14, slope=True), days=days
        )

    days = MONDAY + 182 + np.arange(7)
    mean = WEEKDAY.mean() * Truth().level
    np.testing.assert_allclose(carried(0.02, days), mean * (1 + 0.02 * (days - MONDAY) / 7), rtol=0.03)
    far = carried(0.02, MONDAY + 182 + np.array([0, 1000]))
    assert far[1] < far[0] * 1.15  # a trend dies out within weeks
    falling = carried(-0.0384, days)
    assert (falling >= 0).all()


def test_a_weekday_never_recorded_has_the_mean_profile() -> None:
    truth = Truth(level=5000)
    gaps = np.zeros((140, 48), dtype=bool)
    gaps[5::7] = True
    history = with_gaps(truth.history(140, seed=None), gaps)
    for name in MODELS:
        saturday = MODELS[name](Fitted(history), MONDAY + np.array([145]), np.zeros(1, dtype=bool))[0]
        assert np.abs(saturday / saturday.sum() - shape(48)).sum() < 0.01
        assert saturday.sum() == pytest.approx(np.delete(WEEKDAY, 5).mean() * truth.level, rel=0.03)


def test_small_queues_get_a_smooth_profile() -> None:
    fitted = Fitted(Truth(level=15).history(120, seed=7))
    noisy = fitted.history.values.sum(axis=0) / fitted.history.values.sum()
    error = [np.abs(p - shape(48)).sum() for p in (fitted.profile.shares[0], noisy)]
    assert error[0] < error[1]


def test_large_queues_keep_the_profile_of_each_weekday() -> None:
    history = Truth(level=20_000).history(120, seed=8)
    values = history.values.copy()
    values[6::7] = values[6::7, ::-1]  # Sundays turned round
    fitted = Fitted(DayMatrix(MONDAY, values, history.holidays))
    np.testing.assert_allclose(fitted.profile.shares[6], shape(48)[::-1], atol=0.004)
    np.testing.assert_allclose(fitted.profile.shares[0], shape(48), atol=0.002)


def test_last_four_recorded_values_are_averaged_whatever_lies_between() -> None:
    values = np.full((70, 1), np.nan)
    values[0::7, 0] = [100, 100, 1, 2, 3, 4, np.nan, np.nan, 5, np.nan]
    values[1, 0] = 7
    history = DayMatrix(MONDAY, values, np.zeros(70, dtype=bool))
    assert (
        MODELS["average_4_weeks"](Fitted(history), MONDAY + np.array([70]), np.zeros(1, dtype=bool))[0, 0]
        == (2 + 3 + 4 + 5) / 4
    )
    assert MODELS["week_naive"](Fitted(history), MONDAY + np.array([70]), np.zeros(1, dtype=bool))[0, 0] == 5
