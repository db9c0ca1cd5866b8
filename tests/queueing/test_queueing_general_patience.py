import heapq
import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from mpmath import mpf

from planner.queueing import erlang_b, erlang_c
from planner.queueing.erlang_a import erlang_a_law
from planner.queueing.erlang_c import erlang_c_law
from planner.queueing.general_patience import general_law, general_patience_law
from planner.queueing.general_quantile import wait_quantile
from planner.queueing.patience import NEVER, EmpiricalPatience, ExponentialPatience, FixedPatience, WeibullPatience

AHT = 300.0


def law_of(patience, *, load, agents, t=20.0, balking=0.0):
    scale, shape, steps = NEVER if patience is None else patience.curve()
    return general_patience_law(float(load), agents, t / AHT, AHT, float(balking), scale, shape, steps)


# An oracle in 25 digits: double-exponential quadrature of the density itself, piece by piece, exponent by incomplete gamma functions.
def pieces(f, low, high, count):
    half, total = (high - low) / 2, [mpf(0)] * count
    for k in range(-58, 59):
        x = mpf(k) / 16
        bend = mpmath.pi / 2 * mpmath.sinh(x)
        weight = mpmath.pi / 2 * mpmath.cosh(x) / mpmath.cosh(bend) ** 2 * half / 16
        edge = half / (mpmath.exp(abs(bend)) * mpmath.cosh(bend))
        for i, value in enumerate(f(high - edge if bend > 0 else low + edge)):
            total[i] += weight * value
    return total


def exact(patience, *, load, agents, t, balking):
    scale, shape, steps = patience.curve()
    with mpmath.workdps(25):
        keep, rate, t = 1 - mpf(balking), mpf(load) / mpf(AHT), mpf(t)
        x, y = ([mpf(v) for v in row] for row in steps[:2].tolist())
        area = [mpf(0)]
        for n in range(1, len(x)):
            area.append(area[-1] + y[n - 1] * (x[n] - x[n - 1]))
        endless = scale == math.inf
        scale, shape = mpf(scale), mpf(shape)

        def stays_and_area(u):
            n = max(i for i in range(len(x)) if x[i] <= u)
            if n < len(x) - 1 or endless:
                return keep * y[n], keep * (area[n] + y[n] * (u - x[n]))
            z = ((u - x[n]) / scale) ** shape
            tail = scale / shape * mpmath.gammainc(1 / shape, 0, z) if z > 0 else mpf(0)
            return keep * y[n] * mpmath.exp(-z), keep * (area[n] + y[n] * tail)

        def exponent(u):
            return rate * stays_and_area(u)[1] - agents * u / mpf(AHT)

        cuts = set(x[1:]) | ({t} if t > 0 else set())
        if not endless:
            cuts |= {x[-1] + scale * mpf(z) ** (1 / shape) for z in ("0.001", "0.03", "0.3", "1", "3", "10", "40")}
            if load * keep * y[-1] > agents:
                cuts.add(x[-1] + scale * mpmath.log(load * keep * y[-1] / agents) ** (1 / shape))
        peak = max([mpf(0), *cuts], key=exponent)
        top = exponent(peak)

        def away(side, fall):  # where the exponent has fallen so far from its peak
            near, far = peak, mpf(0)
            if side > 0:
                far = peak + mpf(AHT) / agents
                while top - exponent(far) < fall:
                    far = peak + 2 * (far - peak)
            elif top - exponent(far) <= fall:
                return far
            for _ in range(12):
                middle = (near + far) / 2
                near, far = (middle, far) if top - exponent(middle) < fall else (near, middle)
            return far

        low, high = away(-1, 75), away(1, 75)
        cuts |= {away(side, fall) for side in (-1, 1) for fall in (2, 8, 25)} | {low, peak, high}
        ordered = sorted(c for c in cuts if low <= c <= high)
        sums = [[mpf(0)] * 6, [mpf(0)] * 6]

        def terms(u):
            stays, h = stays_and_area(u)
            g = mpmath.exp(rate * h - agents * u / mpf(AHT) - top)
            return g, (1 - stays) * g, stays * g, u * stays * g, h * g, u * g

        for a, b in pairwise(ordered):
            row = sums[0 if b <= t else 1]
            row[:] = [old + new for old, new in zip(row, pieces(terms, a, b, 6), strict=True)]
        inverse = term = mpf(1)
        for n in range(agents - 1, 0, -1):
            term *= n / mpf(load)
            inverse += term
        k = rate / inverse
        idle = mpmath.exp(-top)
        total = idle + k * (sums[0][0] + sums[1][0])
        idle, k = idle / total, k / total
        whole = [k * (a + b) for a, b in zip(*sums, strict=True)]
        late, gone = k * sums[1][0], 1 - stays_and_area(t)[0]
        return [float(v) for v in (
            whole[0], idle + whole[2], idle + k * sums[0][2], whole[1], k * sums[0][1] + gone * late, late,
            whole[4] / AHT, whole[3] / AHT, whole[5] / AHT,
        )]  # fmt: skip


# patience, load, agents, threshold in seconds, balking
CASES = [
    (WeibullPatience(180.0, 0.2), 4.0, 3, 20.0, 0.0),
    (WeibullPatience(180.0, 0.93), 190.0, 180, 20.0, 0.05),
    (WeibullPatience(60.0, 0.31), 40.0, 44, 5.0, 0.0),
    (WeibullPatience(1e-3, 0.5), 8.0, 9, 1e-4, 0.0),
    (WeibullPatience(1e9, 0.7), 95.0, 100, 60.0, 0.0),
    (WeibullPatience(1e6, 1.5), 1000.0, 700, 3e5, 0.3),
    (WeibullPatience(120.0, 2.7), 30.0, 12, 100.0, 0.0),
    (WeibullPatience(90.0, 3.7), 17.9, 1, 0.0, 0.0),
    (WeibullPatience(45.0, 10.0), 600.0, 590, 30.0, 0.0),
    (WeibullPatience(30.0, 9.5), 0.5, 1, 20.0, 0.5),
    (FixedPatience(60.0), 20.0, 19, 20.0, 0.1),
    (EmpiricalPatience([0.0, 10.0, 30.0, 90.0], [0.95, 0.8, 0.7, 0.4]), 50.0, 45, 20.0, 0.0),
    (EmpiricalPatience([10.0, 30.0, 90.0], [0.9, 0.8, 0.7], 1000.0), 50.0, 30, 400.0, 0.1),
    (EmpiricalPatience([10.0, 30.0, 90.0], [0.9, 0.6, 0.3], math.inf), 50.0, 30, 30.0, 0.0),
]


@pytest.mark.parametrize(("patience", "load", "agents", "t", "balking"), CASES)
def test_quadrature_of_the_density_in_many_digits_gives_the_same(patience, load, agents, t, balking) -> None:
    want = exact(patience, load=load, agents=agents, t=t, balking=balking)
    got = law_of(patience, load=load, agents=agents, t=t, balking=balking)
    assert got[:6] == pytest.approx(want[:6], rel=1e-11, abs=1e-14)
    assert got[6:] == pytest.approx(want[6:], rel=1e-11)


@given(st.floats(-3, 5).map(lambda x: 10**x), st.floats(0.1, 2), st.floats(-4, 6).map(lambda x: 10**x), st.floats(-3, 3))
@settings(deadline=None, max_examples=200)
def test_exponential_patience_is_erlang_a(load, ratio, theta, decade) -> None:
    agents = max(1, round(load * ratio))
    t = 10**decade
    got = law_of(ExponentialPatience(AHT / theta), load=load, agents=agents, t=t * AHT)
    want = erlang_a_law(load, agents, theta, t)
    assert got[:6] == pytest.approx(want[:6], rel=1e-10, abs=1e-12)
    assert got[6:] == pytest.approx(want[6:], rel=1e-10)


def test_a_weibull_law_of_shape_one_is_exponential_and_shapes_beside_it_are_close() -> None:
    known = {"rate_per_h": 240.0, "aht_s": 180.0, "agents": [10, 12, 14], "threshold_s": 20.0, "balking": 0.1}
    one, same = general_law(patience=WeibullPatience(60, 1), **known), general_law(patience=ExponentialPatience(60), **known)
    assert vars(one).keys() == vars(same).keys()
    for name, value in vars(same).items():
        assert getattr(one, name) == pytest.approx(value, rel=1e-15)
        beside = getattr(general_law(patience=WeibullPatience(60, 1 + 1e-9), **known), name)
        assert beside == pytest.approx(value, rel=1e-7)


@given(st.floats(0.1, 300), st.floats(0.3, 1.5), st.floats(1, 1000), st.floats(0, 1200))
@settings(deadline=None, max_examples=80)
def test_fixed_patience_has_a_closed_form(load, ratio, patience, t) -> None:
    agents = max(1, round(load * ratio))
    with mpmath.workdps(40):
        a, d, x = mpf(load), mpf(patience) / mpf(AHT), min(mpf(t) / mpf(AHT), mpf(patience) / mpf(AHT))
        assume(abs(a - agents) > 1e-6 and abs(t - patience) > 1e-6)  # a threshold at the very patience is a matter of rounding
        grow = a - agents
        inverse = term = mpf(1)  # of Erlang B with one agent fewer
        for n in range(agents - 1, 0, -1):
            term *= n / a
            inverse += term
        k = a / inverse
        before, after = mpmath.expm1(grow * d) / grow, mpmath.exp(grow * d) / agents
        total = 1 + k * (before + after)
        in_time = (1 + k * mpmath.expm1(grow * x) / grow) / total
        want = (
            (total - 1) / total, (1 + k * before) / total, in_time, k * after / total,
            k * after / total if t >= patience else mpf(0),
        )  # fmt: skip
        want = [float(v) for v in want]
    got = law_of(FixedPatience(patience), load=load, agents=agents, t=t)
    assert got[:5] == pytest.approx(want, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("shape", [0.2, 0.8, 1.0, 3.5, 10.0])
@pytest.mark.parametrize(("load", "agents"), [(0.4, 1), (9.0, 12), (180.0, 200)])
def test_endless_patience_is_erlang_c_and_none_at_all_erlang_b(shape, load, agents) -> None:
    patient = law_of(WeibullPatience(1e12, shape), load=load, agents=agents)
    want = erlang_c_law(load, agents, 20 / AHT)
    if shape >= 0.8:
        assert patient == pytest.approx(want, rel=1e-6, abs=1e-6)
    assert law_of(None, load=load, agents=agents) == pytest.approx(want, rel=1e-12)
    assert law_of(FixedPatience(1e12), load=load, agents=agents) == pytest.approx(want, rel=1e-12)
    hasty = [WeibullPatience(1e-6, shape), FixedPatience(1e-6)] if shape >= 0.8 else [FixedPatience(1e-6)]
    for patience in hasty:
        got = law_of(patience, load=load, agents=agents)
        assert got[1] == pytest.approx(1 - erlang_b(load, agents), rel=1e-6)
        assert got[6] < 1e-8
    balks = law_of(WeibullPatience(60, shape), load=load, agents=agents, balking=1.0)
    assert (balks[1], balks[6]) == (pytest.approx(1 - erlang_b(load, agents), rel=1e-13), 0)


def test_many_observed_shares_of_an_exponential_law_tend_to_it() -> None:
    want = np.array(law_of(ExponentialPatience(90.0), load=60, agents=55))
    errors = []
    for count in (100, 200, 400, 3200):
        staying = 1 - (np.arange(count) + 0.5) / count
        times = -90 * np.log(1 - np.arange(count) / count)
        got = law_of(EmpiricalPatience(times, staying), load=60, agents=55)
        errors.append(np.abs(np.array(got) - want).max())
    assert errors[-1] < 2e-5
    assert errors[0] > 1.8 * errors[1] > 3.2 * errors[2]


LAWS = st.one_of(
    st.builds(WeibullPatience, st.floats(-3, 9).map(lambda x: 10**x), st.floats(0.2, 10)),
    st.builds(FixedPatience, st.floats(-3, 6).map(lambda x: 10**x)),
    st.builds(
        lambda times, shares, tail: EmpiricalPatience(sorted(times), sorted(shares[: len(times)], reverse=True), tail),
        st.lists(st.floats(0.01, 5000), min_size=1, max_size=6, unique=True),
        st.lists(st.floats(0, 1), min_size=6, max_size=6),
        st.one_of(st.none(), st.floats(1, 1e6), st.just(math.inf)),
    ),
)


@example(WeibullPatience(1.0, 0.21875), 1.5, 0.5, 5e-77, 0.0)
@given(LAWS, st.floats(0.01, 2000), st.floats(0.2, 1.6), st.floats(0, 1000), st.sampled_from([0.0, 0.0, 0.07, 0.9]))
@settings(deadline=None, max_examples=200)
def test_every_law_keeps_the_balance_of_flows_and_more_agents_help(patience, load, ratio, t, balking) -> None:
    agents = max(1, round(load * ratio))
    got, more = (law_of(patience, load=load, agents=s, t=t, balking=balking) for s in (agents, agents + 1))
    assert all(0 <= v <= 1 for v in got[:6])
    assert all(v >= 0 for v in got[6:])
    assert got[1] + got[3] == pytest.approx(1, abs=1e-12)
    if math.isfinite(got[8]):
        # busy agents by Little's law, and by the states: all of them, or those of the loss system with one fewer
        busy = agents * got[0] + (1 - got[0]) * load * (1 - erlang_b(load, agents - 1))
        assert load * got[1] == pytest.approx(busy, rel=1e-11)
        assert more[0] <= got[0] + 1e-13
        assert more[8] <= got[8] * (1 + 1e-11)
    assert more[1] >= got[1] - 1e-13
    assert more[2] >= got[2] - 1e-13
    assert more[5] <= got[5] + 1e-13
    assert got[3] >= balking * got[0] - 1e-13
    assert got[7] <= got[6] * (1 + 1e-12) <= got[8] * (1 + 1e-11)


@given(st.floats(0.1, 400), st.floats(0.3, 1.6), st.floats(5, 3000), st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_exponential_patience_with_balking_gives_up_in_proportion_to_the_queue(load, ratio, patience, balking) -> None:
    agents = max(1, round(load * ratio))
    got = law_of(ExponentialPatience(patience), load=load, agents=agents, balking=balking)
    assert got[3] - balking * got[0] == pytest.approx(got[6] * AHT / patience, rel=1e-9, abs=1e-14)


@given(
    st.floats(-9, 8).map(lambda x: 10**x), st.integers(0, 100_000), st.floats(-6, 12).map(lambda x: 10**x),
    st.sampled_from([0.2, 0.7, 1.0, 3.0, 10.0]), st.sampled_from([0.0, 1e-9, 20.0, 1e7]), st.sampled_from([0.0, 0.5, 1 - 1e-9, 1.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=200)
def test_nothing_overflows_at_the_extremes(load, agents, mean, shape, t, balking) -> None:
    for patience in (WeibullPatience(mean, shape), FixedPatience(mean)):
        got = law_of(patience, load=load, agents=agents, t=t, balking=balking)
        assert all(0 <= v <= 1 for v in got[:6])
        assert all(v >= 0 for v in got[6:])
        assert got[1] + got[3] == pytest.approx(1, abs=1e-12)
        assert got[2] <= got[1] + 1e-15
        assert got[4] <= got[3]


@pytest.mark.parametrize("seed", [1, 2])
def test_simulated_callers_meet_the_law(seed) -> None:
    # first come first served: an agent is taken by a caller whose patience outlasts the wait for the agent who is free first
    rng = np.random.default_rng(seed)
    patience, load, agents, t, balking = WeibullPatience(150, 0.7), 5.5, 5, 30.0, 0.15
    n = 150_000
    arrivals = np.cumsum(rng.exponential(AHT / load, n)).tolist()
    handling = rng.exponential(AHT, n).tolist()
    scale = patience.curve().scale_s
    patient = np.where(rng.random(n) < balking, 0.0, scale * rng.weibull(0.7, n)).tolist()
    free = [0.0] * agents
    waits = np.empty(n)
    for i, now in enumerate(arrivals):
        waits[i] = max(0.0, free[0] - now)
        if waits[i] == 0 or patient[i] > waits[i]:
            heapq.heapreplace(free, now + waits[i] + handling[i])
    waits, patient = waits[5000:], np.array(patient[5000:])
    answered, wait = (waits == 0) | (patient > waits), np.where(waits == 0, 0, np.minimum(waits, patient))
    seen = [waits > 0, answered, answered & (waits <= t), ~answered, ~answered & (patient <= t), waits > t]
    seen += [wait / AHT, np.where(answered, waits, 0) / AHT, waits / AHT]
    want = law_of(patience, load=load, agents=agents, t=t, balking=balking)
    for values, value in zip(seen, want, strict=True):
        batches = values.reshape(50, -1).mean(axis=1)
        assert abs(batches.mean() - value) < 4 * batches.std(ddof=1) / math.sqrt(50)


def test_a_queue_whose_immortal_callers_exceed_the_agents_grows_without_end() -> None:
    patience = EmpiricalPatience([10.0, 60.0], [0.9, 0.6], math.inf)
    known = {"rate_per_h": 120.0, "aht_s": AHT, "threshold_s": 20.0, "patience": patience}  # 10 erlang, 6 of them immortal
    got = general_law(agents=6, **known)
    assert (got.prob_wait, got.prob_offered_wait_longer, got.answered_in_time) == (1, 1, 0)
    assert (got.answered, got.abandoned, got.abandoned_in_time) == pytest.approx((0.6, 0.4, 0.1))
    assert (got.mean_wait_s, got.asa_answered_s, got.mean_offered_wait_s) == (math.inf, math.inf, math.inf)
    stable = general_law(agents=7, **known)
    assert stable.prob_wait < 1
    assert np.isfinite(stable.mean_wait_s)
    balking = general_law(agents=6, balking=0.1, **known)
    assert balking.prob_wait < 1
    assert np.isfinite(balking.mean_wait_s)
    never = general_law(agents=[9, 10, 11], **{**known, "patience": None})
    assert never.prob_wait == pytest.approx(erlang_c(10, [9, 10, 11]))
    assert never.mean_wait_s.tolist()[:2] == [math.inf, math.inf]


def test_without_agents_everybody_waits_until_patience_ends() -> None:
    got = general_law(rate_per_h=60, aht_s=AHT, agents=0, threshold_s=30, patience=WeibullPatience(90, 0.8), balking=[0, 0.2])
    assert got.mean_wait_s == pytest.approx([90, 72])
    assert got.abandoned.tolist() == [1, 1]
    assert np.isnan(got.asa_answered_s).all()


# ---- quantiles of the wait of all ----


def test_the_quantile_of_erlang_c_is_its_closed_form() -> None:
    load, agents, p = 10.0, np.array([11, 14, 20]), 0.95
    want = np.maximum(0, np.log(erlang_c(load, agents) / (1 - p)) * 180 / (agents - load))
    assert wait_quantile(load=load, agents=agents, aht_s=180, patience=None, p=p) == pytest.approx(want, rel=1e-12)
    assert wait_quantile(load=load, agents=[8, 10], aht_s=180, patience=None, p=p).tolist() == [math.inf, math.inf]


@given(LAWS, st.floats(0.1, 300), st.floats(0.4, 1.3), st.floats(0, 0.9999), st.sampled_from([0.0, 0.3]))
@settings(deadline=None, max_examples=60)
def test_the_share_p_has_waited_no_longer_and_was_still_short_of_it_just_before(patience, load, ratio, p, balking) -> None:
    agents = max(1, round(load * ratio))
    q = float(wait_quantile(load=load, agents=agents, aht_s=AHT, patience=patience, p=p, balking=balking))

    def longer(t):
        late = law_of(patience, load=load, agents=agents, t=t, balking=balking)[5]
        return (1 - balking) * patience.survival(t) * late

    if q == math.inf:
        assert longer(1e15) > 1 - p
        return
    assert longer(q * (1 + 1e-9)) <= (1 - p) * (1 + 1e-9)
    if q > 0:
        assert longer(q * (1 - 1e-9)) >= (1 - p) * (1 - 1e-9)


def test_a_wait_is_never_longer_than_fixed_patience_and_zero_where_answered_at_once() -> None:
    known = {"load": 10.0, "agents": 12, "aht_s": 180.0, "patience": FixedPatience(60)}
    at_once = 1 - law_of(FixedPatience(100), load=10, agents=12)[0]  # patience 100 of AHT 300 is 60 of 180
    got = wait_quantile(p=[0.0, at_once - 1e-9, at_once + 1e-6, 0.99, 0.9999], **known)
    assert got[:2].tolist() == [0, 0]
    assert 0 < got[2] < 1e-2
    assert got[3:] == pytest.approx([60, 60], rel=1e-14)
    assert wait_quantile(p=0.5, **{**known, "load": 0.0}) != wait_quantile(p=0.5, **{**known, "load": 0.0})  # nan


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("agents", 3.5, "agents must be whole, got 3.5"),
        ("agents", -1, "agents must be a finite number of agents, zero or more, got -1"),
        ("rate_per_h", -1, "rate_per_h must be a finite number of contacts"),
        ("aht_s", 0, "aht_s must be a finite number of seconds above zero"),
        ("threshold_s", np.nan, "threshold_s must be a finite number of seconds, zero or more"),
        ("balking", 5, "balking must be a share from 0 on to 1, got 5; write 0.05 for 5%"),
    ],
)
def test_what_makes_no_sense_is_named(name, value, message) -> None:
    good = {"rate_per_h": 60, "aht_s": 180, "agents": 5, "threshold_s": 20, "balking": 0.0}
    with pytest.raises(ValueError) as raised:
        general_law(patience=FixedPatience(60), **{**good, name: value})
    assert message in str(raised.value)
    with pytest.raises(ValueError, match="p must be a share from 0 on to 1"):
        wait_quantile(load=5, agents=6, aht_s=180, patience=None, p=1.0)


def test_no_contacts_have_no_service() -> None:
    got = general_law(rate_per_h=[0, 60], aht_s=180, agents=5, threshold_s=20, patience=FixedPatience(60))
    assert all(np.isnan(v[0]) and np.isfinite(v[1]) for v in vars(got).values())
