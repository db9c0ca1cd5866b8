"""Rates on few contacts are drawn to what they have in common, rates on many are left alone."""

import numpy as np

from forecasts.shrink import shrunk_rate


def test_pure_counting_noise_is_pooled_away() -> None:
    rng = np.random.default_rng(1)
    prior = np.full(500, 0.02)
    exposed = np.full(500, 200.0)
    plain = rng.poisson(exposed * prior) / exposed
    shrunk = shrunk_rate(plain * exposed, exposed, prior)
    assert np.mean((shrunk - prior) ** 2) < 0.1 * np.mean((plain - prior) ** 2)


def test_real_differences_on_many_contacts_survive() -> None:
    rng = np.random.default_rng(2)
    truth = 0.02 * rng.gamma(4, 1 / 4, 300)
    exposed = np.full(300, 1e5)
    shrunk = shrunk_rate(rng.poisson(exposed * truth).astype(float), exposed, np.full(300, 0.02))
    np.testing.assert_allclose(shrunk, truth, rtol=0.15, atol=1e-4)


def test_shrinking_beats_both_extremes_in_between() -> None:
    rng = np.random.default_rng(3)
    truth = 0.02 * rng.gamma(10, 1 / 10, 2000)
    exposed, prior = np.full(2000, 500.0), np.full(2000, 0.02)
    counted = rng.poisson(exposed * truth).astype(float)
    error = [np.mean((rate - truth) ** 2) for rate in (shrunk_rate(counted, exposed, prior), counted / exposed, prior)]
    assert error[0] < min(error[1:])


def test_nothing_seen_gives_the_prior_and_a_zero_prior_the_plain_rate() -> None:
    rate = shrunk_rate(np.array([0.0, 4.0, 3.0]), np.array([0.0, 10.0, 10.0]), np.array([0.7, 0.0, 0.3]))
    assert rate[0] == 0.7
    assert rate[1] == 0.4
