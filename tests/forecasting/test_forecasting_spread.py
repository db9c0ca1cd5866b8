"""The spread is measured as it was made, and futures have it."""

import numpy as np
import pytest
from forecast_truth import Truth, ahead
from scipy import stats

from forecasts import (
    Spread,
    counts,
    day_factors,
    forecast_series,
    measure_spread,
    negative_binomial_quantiles,
    queue_correlation,
    shared_mood,
)


def made(day_cv: float, noise: float, *, days: int = 600, level: float = 1500, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    mean = Truth(level=level).means(20_000 + np.arange(days))
    rate = mean * rng.gamma(1 / day_cv**2, day_cv**2, (days, 1)) if day_cv else mean
    return rng.poisson(rate * rng.gamma(1 / noise, noise, mean.shape) if noise else rate).astype(float), mean


@pytest.mark.parametrize(("day_cv", "noise"), [(0.2, 0.05), (0.1, 0.02), (0.25, 0.0), (0.0, 0.1)])
def test_day_factor_and_noise_are_told_apart(day_cv: float, noise: float) -> None:
    actual, mean = made(day_cv, noise)
    spread = measure_spread(actual=actual, forecast=mean, origin=np.repeat(np.arange(60), 10))
    assert spread.day_cv == pytest.approx(day_cv, abs=0.03)
    assert spread.noise == pytest.approx(noise, abs=0.01)


def test_noise_of_wider_intervals_averages_out() -> None:
    actual, mean = made(0.1, 0.12)
    origin = np.repeat(np.arange(60), 10)
    fine, wide = (measure_spread(actual=actual, forecast=mean, origin=origin, block=b) for b in (1, 2))
    assert wide.noise == pytest.approx(fine.at(2).noise, rel=0.15)
    assert wide.day_cv == pytest.approx(fine.day_cv, abs=0.01)


def test_errors_shared_by_a_whole_horizon_are_seen() -> None:
    rng = np.random.default_rng(2)
    mean = Truth(level=1500).means(20_000 + np.arange(700))
    whole = np.repeat(rng.gamma(25, 1 / 25, 100), 7)[:, None]
    each = rng.gamma(25, 1 / 25, (700, 1))
    origin = np.repeat(np.arange(100), 7)
    together = measure_spread(actual=rng.poisson(mean * whole).astype(float), forecast=mean, origin=origin)
    apart = measure_spread(actual=rng.poisson(mean * each).astype(float), forecast=mean, origin=origin)
    assert together.day_correlation > 0.85
    assert apart.day_correlation < 0.15


def test_gaps_tell_nothing_of_the_spread() -> None:
    actual, mean = made(0.2, 0.05)
    actual[np.random.default_rng(3).random(actual.shape) < 0.3] = np.nan
    spread = measure_spread(actual=actual, forecast=mean, origin=np.repeat(np.arange(60), 10))
    assert spread.day_cv == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("dispersion", [1e-9, 0.01, 0.3, 4.0])
def test_quantiles_are_those_of_the_negative_binomial(dispersion: float) -> None:
    mean = np.array([0.0, 0.03, 0.4, 3.7, 26.0, 1157.0, 40_000.0])
    found = negative_binomial_quantiles(mean, dispersion, (0.1, 0.5, 0.9))
    size = 1 / dispersion
    for row, level in zip(found, (0.1, 0.5, 0.9), strict=True):
        expected = [0.0 if m == 0 else stats.nbinom.ppf(level, size, size / (size + m)) for m in mean]
        np.testing.assert_allclose(row, expected, atol=0 if dispersion > 1e-6 else 1)


def test_quantile_levels_outside_zero_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="must lie in"):
        negative_binomial_quantiles(np.ones(2), 0.1, (0.5, 1.0))


def test_busy_factors_have_mean_one_and_the_spread_asked_for() -> None:
    mood = shared_mood(seed=1, futures=20_000, days=3)
    factors = day_factors(
        mood=mood, spread=Spread(day_cv=0.25, noise=0, day_correlation=0.5), correlation=0.3, seed=1, series="a"
    )
    np.testing.assert_allclose(factors.mean(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(factors.std(axis=0), 0.25, rtol=0.05)
    logs = np.log(factors)
    assert np.corrcoef(logs[:, 0], logs[:, 2])[0, 1] == pytest.approx(0.5, abs=0.03)
    other = np.log(day_factors(mood=mood, spread=Spread(day_cv=0.1), correlation=0.3, seed=1, series="b"))
    assert np.corrcoef(logs[:, 1], other[:, 1])[0, 1] == pytest.approx(0.3, abs=0.03)


def test_counts_are_whole_and_have_the_moments_asked_for() -> None:
    rates = np.full((200_000, 2), (3.0, 40.0))
    for noise in (0.0, 0.2):
        drawn = counts(rates=rates, noise=noise, seed=5, series="a")
        assert (drawn == np.floor(drawn)).all()
        np.testing.assert_allclose(drawn.mean(axis=0), rates[0], rtol=0.01)
        np.testing.assert_allclose(drawn.var(axis=0), rates[0] + noise * rates[0] ** 2, rtol=0.03)


def test_draws_belong_to_the_seed_and_the_series() -> None:
    rates = np.full((10, 5), 20.0)
    first = counts(rates=rates, noise=0.1, seed=1, series="a")
    assert (first == counts(rates=rates, noise=0.1, seed=1, series="a")).all()
    assert (first != counts(rates=rates, noise=0.1, seed=2, series="a")).any()
    assert (first != counts(rates=rates, noise=0.1, seed=1, series="b")).any()


def test_correlation_between_queues_needs_common_days() -> None:
    rng = np.random.default_rng(6)
    common = rng.normal(size=60)
    errors = [common + rng.normal(size=60) for _ in range(3)]
    days = np.arange(60)
    assert queue_correlation([days] * 3, errors) in (0.4, 0.5, 0.6)
    assert queue_correlation([days], errors[:1]) is None
    assert queue_correlation([days, days + 50], errors[:2]) is None


def test_intervals_cover_what_comes() -> None:
    inside = judged = 0
    for seed in range(12):
        truth = Truth(level=1200)
        whole = truth.history(196, seed=seed, day_cv=0.15, noise=0.03)
        past = whole.until(whole.last_day - 14)
        days = ahead(past, 14)
        found = forecast_series(past, days=days, holidays=np.zeros(14, dtype=bool), wanted=np.ones((14, 48), dtype=bool))
        low, high = negative_binomial_quantiles(found.means, found.spread.noise_and_day, (0.1, 0.9))
        came = whole.values[-14:]
        inside += int(((came >= low) & (came <= high)).sum())
        judged += came.size
    assert 0.8 <= inside / judged <= 0.93
