import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from planner.queueing.offered_load import offered_load

QUARTER = {"interval_s": 900}


@given(st.floats(0.1, 5000), st.floats(5, 30_000), st.integers(1, 5), st.sampled_from(["mean", "max"]))
@settings(deadline=None)
def test_a_constant_rate_gives_rate_times_handling_time(rate, aht, intervals, at) -> None:
    got = offered_load(rate_per_h=[rate] * intervals, aht_s=aht, at=at, **QUARTER)
    assert got == pytest.approx(np.full(intervals, rate * aht / 3600), rel=1e-14)


@pytest.mark.parametrize("start", ["stationary", "empty"])
def test_the_closed_form_solves_the_differential_equation(start) -> None:
    rng = np.random.default_rng(1)
    rate, aht = rng.uniform(0, 400, 12), rng.uniform(100, 2500, 12)
    known = {"rate_per_h": rate, "aht_s": aht, "start": start, **QUARTER}
    m = rate[0] * aht[0] / 3600 if start == "stationary" else 0.0
    mean, most = offered_load(**known), offered_load(**known, at="max")
    for i in range(12):

        def slope(t, y, i=i):
            return rate[i] / 3600 - y / aht[i]

        path = solve_ivp(slope, (0, 900), [m], rtol=1e-11, atol=1e-11, dense_output=True, method="DOP853").sol
        assert mean[i] == pytest.approx(quad(lambda t, path=path: path(t)[0], 0, 900, epsabs=1e-9)[0] / 900, rel=1e-9)
        assert most[i] == pytest.approx(path(np.linspace(0, 900, 500))[0].max(), rel=1e-9)
        m = path(900)[0]


def test_a_sinusoidal_rate_gives_the_load_of_eick_massey_and_whitt() -> None:
    # "M(t)/G/infinity queues with sinusoidal arrival rates", Management Science 39 (1993): for lambda = a + b sin(g t) and
    # exponential handling m(t) = a/mu + b (mu sin g t - g cos g t) / (mu^2 + g^2)
    g, mu, minute = 2 * np.pi / 86_400, 1 / 3600, 60.0
    t = np.arange(3 * 1440) * minute
    rate = 3600 * (0.02 + 0.01 * (np.cos(g * t) - np.cos(g * (t + minute))) / (g * minute))
    middle = t + minute / 2
    want = 0.02 / mu + 0.01 * (mu * np.sin(g * middle) - g * np.cos(g * middle)) / (mu**2 + g**2)
    assert offered_load(rate_per_h=rate, aht_s=3600, interval_s=minute)[1440:] == pytest.approx(want[1440:], rel=1e-5)


def test_short_contacts_follow_the_rate_and_long_ones_lag_behind() -> None:
    rate = np.array([10.0, 100.0, 40.0])
    assert offered_load(rate_per_h=rate, aht_s=1e-3, **QUARTER) == pytest.approx(rate * 1e-3 / 3600, rel=1e-5)
    slow = offered_load(rate_per_h=rate, aht_s=1e7, **QUARTER)
    assert slow == pytest.approx(np.full(3, 10 * 1e7 / 3600), rel=2e-3)


def test_the_largest_load_of_an_interval_is_at_one_of_its_ends() -> None:
    rate = [60, 200, 20]
    most = offered_load(rate_per_h=rate, aht_s=600, at="max", **QUARTER)
    mean = offered_load(rate_per_h=rate, aht_s=600, **QUARTER)
    assert (most >= mean).all()
    assert most[2] == pytest.approx(most[1])  # falls from where the peak ended
    assert most[1] < 200 * 600 / 3600


def test_a_closed_desk_works_off_what_is_in_hand() -> None:
    nan = np.nan
    got = offered_load(rate_per_h=[60, nan, 0, 60], aht_s=[900, nan, nan, 900], at="max", **QUARTER)
    assert got == pytest.approx([15, 15, 15 / np.e, 15 * (1 - (1 - np.exp(-2)) / np.e)])
    first = offered_load(rate_per_h=[nan, nan, 60], aht_s=[nan, nan, 900], **QUARTER)
    assert first == pytest.approx([0, 0, 15 / np.e])
    assert offered_load(rate_per_h=[nan, 0], aht_s=nan, **QUARTER).tolist() == [0, 0]


@pytest.mark.parametrize("at", ["mean", "max"])
def test_scenarios_and_queues_do_not_touch_each_other(at) -> None:
    rng = np.random.default_rng(2)
    rate, aht = rng.uniform(0, 90, (2, 3, 8)), rng.uniform(60, 900, (3, 8))
    whole = offered_load(rate_per_h=rate, aht_s=aht, at=at, start="empty", **QUARTER)
    assert whole.shape == (2, 3, 8)
    for k in range(2):
        for q in range(3):
            alone = offered_load(rate_per_h=rate[k, q], aht_s=aht[q], at=at, start="empty", **QUARTER)
            assert whole[k, q].tolist() == alone.tolist()
    assert offered_load(rate_per_h=np.empty((0, 4)), aht_s=60, **QUARTER).shape == (0, 4)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(1, 1e5)), min_size=1, max_size=12), st.floats(1, 1e5))
@settings(deadline=None)
def test_the_load_stays_between_the_extremes_of_the_stationary_one(intervals, interval) -> None:
    rate, aht = (np.array(x) for x in zip(*intervals, strict=True))
    # where handling times change the load in hand is carried over, so the bounds are rates times the extremes of both
    got = offered_load(rate_per_h=rate, aht_s=aht, interval_s=interval)
    loads = rate * aht / 3600
    assert (got >= loads.min() * (1 - 1e-12) - 1e-9).all()
    assert (got <= loads.max() * (1 + 1e-12) + 1e-9).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate_per_h": [1, -2]}, "rate_per_h must be a finite number of contacts, zero or more, got -2 at index [1]"),
        ({"rate_per_h": [1, np.inf]}, "rate_per_h must be a finite number of contacts, zero or more, got inf at index [1]"),
        ({"aht_s": [60, np.nan]}, "aht_s must be a finite number of seconds above zero, got nan at index [1]"),
        ({"aht_s": 0}, "aht_s must be a finite number of seconds above zero, got 0"),
        ({"aht_s": [1, 2, 3]}, "shapes do not fit together: rate_per_h (2,), aht_s (3,)"),
        ({"rate_per_h": 5}, "rate_per_h must have an axis of intervals, its last, got shape ()"),
        ({"rate_per_h": []}, "rate_per_h must have an axis of intervals, its last, got shape (0,)"),
        ({"interval_s": -1}, "interval_s must be a finite number of seconds above zero, got -1"),
        ({"interval_s": [1, 2]}, "interval_s must be one number, got shape (2,)"),
        ({"start": "full"}, "unknown start 'full'; it is one of stationary, empty"),
        ({"at": "end"}, "unknown at 'end'; it is one of mean, max"),
    ],
)
def test_what_makes_no_sense_is_named(change, message) -> None:
    with pytest.raises(ValueError) as raised:
        offered_load(**{"rate_per_h": [10.0, 20.0], "aht_s": 180.0, **QUARTER, **change})
    assert message in str(raised.value)
