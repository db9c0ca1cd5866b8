import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from planner.queueing.patience import EmpiricalPatience, ExponentialPatience, FixedPatience, WeibullPatience

LAWS = [
    ExponentialPatience(90.0),
    WeibullPatience(120.0, 0.6),
    WeibullPatience(120.0, 3.0),
    FixedPatience(60.0),
    EmpiricalPatience([5.0, 30.0, 80.0], [0.9, 0.5, 0.2]),
    EmpiricalPatience([0.0, 30.0, 80.0], [0.9, 0.5, 0.0]),
]


@pytest.mark.parametrize("law", LAWS)
def test_the_mean_is_the_integral_of_survival_which_falls_from_one_to_nothing(law) -> None:
    t = np.linspace(0, 500, 2001).reshape(3, -1)
    survival = law.survival(t)
    assert survival.shape == t.shape
    assert (np.diff(survival.ravel()) <= 0).all()
    assert survival[0, 0] == law.survival(0.0) <= 1
    assert law.survival(math.inf) == 0
    cuts = [0, 5, 30, 60, 80, 400, 3000, 60_000]
    area = sum(quad(law.survival, a, b, epsabs=1e-12, epsrel=1e-12)[0] for a, b in pairwise(cuts))
    assert area == pytest.approx(law.mean_s, rel=1e-9)


def test_survival_has_the_form_of_each_law() -> None:
    t = np.array([0.0, 10.0, 60.0, 600.0])
    assert ExponentialPatience(90).survival(t) == pytest.approx(np.exp(-t / 90), rel=1e-15)
    assert WeibullPatience(90, 1.0).survival(t) == pytest.approx(np.exp(-t / 90), rel=1e-15)
    scale = 90 / math.gamma(1.5)
    assert WeibullPatience(90, 2.0).survival(t) == pytest.approx(np.exp(-((t / scale) ** 2)), rel=1e-14)
    assert FixedPatience(60).survival(t).tolist() == [1, 1, 0, 0]  # at its end patience is over


def test_observed_shares_hold_from_their_time_on_and_then_fall_at_the_mean_rate() -> None:
    law = EmpiricalPatience([10.0, 50.0], [0.8, 0.5])
    assert law.tail_mean_s == pytest.approx(50 / math.log(2))
    want = [1, 1, 0.8, 0.8, 0.5, 0.5 * math.exp(-math.log(2) * 25 / 50)]
    assert law.survival([0, 9.9, 10, 49, 50, 75]) == pytest.approx(want, rel=1e-15)
    hangs_up = EmpiricalPatience([0.0, 50.0], [0.8, 0.4])  # who balks says nothing of how fast the others give up
    assert hangs_up.tail_mean_s == pytest.approx(50 / math.log(2))


def test_the_tail_can_be_named() -> None:
    assert EmpiricalPatience([10.0], [0.5], 30.0).survival(40) == pytest.approx(0.5 / math.e)
    for_ever = EmpiricalPatience([10.0], [0.5], math.inf)
    assert (for_ever.survival(1e12), for_ever.mean_s) == (0.5, math.inf)
    nobody = EmpiricalPatience([10.0], [1.0])  # no one has been seen to give up
    assert (nobody.tail_mean_s, nobody.survival(1e9)) == (math.inf, 1)
    assert EmpiricalPatience([10.0], [0.5]) != for_ever


def test_the_product_limit_estimate_is_that_of_kaplan_and_meiers_example() -> None:
    # their section 1: deaths at 0.8, 3.1, 5.4, 9.2 and losses at 1.0, 2.7, 7.0, 12.1 (in months)
    waits = [0.8, 1.0, 2.7, 3.1, 5.4, 7.0, 9.2, 12.1]
    gave_up = [True, False, False, True, True, False, True, False]
    law = EmpiricalPatience.from_waits(waits, gave_up)
    assert law.times_s.tolist() == [0.8, 3.1, 5.4, 9.2, 12.1]
    assert law.staying == pytest.approx([7 / 8, 7 / 8 * 4 / 5, 7 / 8 * 3 / 5, 7 / 8 * 3 / 10, 7 / 8 * 3 / 10], rel=1e-15)


def test_at_equal_times_those_who_gave_up_come_first() -> None:
    law = EmpiricalPatience.from_waits([5, 5, 5, 9], [True, False, True, True])
    assert law.staying == pytest.approx([0.5, 0.0], abs=1e-15)
    assert law.mean_s == pytest.approx(5 + 0.5 * 4)


def test_who_is_answered_at_once_says_nothing_and_who_hangs_up_at_once_balks() -> None:
    law = EmpiricalPatience.from_waits([0, 0, 0, 0, 10, 20], [False, False, False, True, True, False])
    assert law.times_s.tolist() == [0, 10, 20]
    assert law.survival(0) == pytest.approx(2 / 3)
    assert law.staying == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert law.tail_mean_s == pytest.approx(20 / math.log(2))


def test_without_censoring_the_estimate_is_the_share_still_waiting() -> None:
    waits = np.random.default_rng(1).exponential(60, 200)
    law = EmpiricalPatience.from_waits(waits, np.ones(200, dtype=bool))
    t = np.linspace(0, 300, 50)
    assert law.survival(t) == pytest.approx((waits[:, None] > t).mean(axis=0), abs=1e-12)
    assert law.mean_s == pytest.approx(waits.mean(), rel=1e-12)


def test_censored_waits_give_back_the_patience_behind_them() -> None:
    rng = np.random.default_rng(2)
    patience, offered = rng.exponential(90, 40_000), rng.exponential(60, 40_000)
    law = EmpiricalPatience.from_waits(np.minimum(patience, offered), patience < offered)
    t = np.array([10.0, 60.0, 150.0])
    assert law.survival(t) == pytest.approx(np.exp(-t / 90), abs=0.01)
    assert law.mean_s == pytest.approx(90, rel=0.03)  # the naive mean wait of those who gave up is 36
    assert np.minimum(patience, offered)[patience < offered].mean() < 40


@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), min_size=1, max_size=40))
@settings(deadline=None, max_examples=80)
def test_any_record_of_waits_gives_a_law(record) -> None:
    waits, gave_up = zip(*record, strict=True)
    if not any(w > 0 or g for w, g in record):
        return
    law = EmpiricalPatience.from_waits(waits, gave_up)
    survival = law.survival(np.linspace(0, 2000, 100))
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival) <= 0).all()
    assert law.mean_s >= 0


def test_a_curve_never_shares_its_arrays_with_the_law() -> None:
    law = EmpiricalPatience([10.0, 50.0], [0.8, 0.5])
    law.curve().steps[:] = 7
    assert law.survival(20) == 0.8
    with pytest.raises(ValueError, match="read-only"):
        law.times_s[0] = 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ExponentialPatience(0), "mean_s must be between 1e-06 and 1e+12 seconds, got 0"),
        (lambda: ExponentialPatience(math.nan), "mean_s must be between 1e-06 and 1e+12 seconds, got nan"),
        (lambda: WeibullPatience(60, 0.1), "shape must be from 0.2 to 10, got 0.1"),
        (lambda: WeibullPatience(-1, 1), "mean_s must be between"),
        (lambda: FixedPatience(math.inf), "seconds must be between 1e-06 and 1e+12 seconds, got inf"),
        (lambda: EmpiricalPatience([], []), "times_s must be rising seconds"),
        (lambda: EmpiricalPatience([5, 5], [0.9, 0.8]), "times_s must be rising seconds"),
        (lambda: EmpiricalPatience([-5], [0.9]), "times_s must be rising seconds"),
        (lambda: EmpiricalPatience([5, 9], [0.9]), "staying must have shape (2,), got (1,)"),
        (lambda: EmpiricalPatience([5, 9], [0.8, 0.9]), "staying must be shares between 0 and 1 that never rise"),
        (lambda: EmpiricalPatience([5, 9], [1.2, 0.9]), "staying must be shares between 0 and 1 that never rise"),
        (lambda: EmpiricalPatience([5], [0.9], 0), "tail_mean_s must be seconds above zero"),
        (lambda: EmpiricalPatience.from_waits([1, 2], [True]), "got shapes (2,) and (1,)"),
        (lambda: EmpiricalPatience.from_waits([1, -2, -3], [1, 0, 1]), "got -2 at index [1] (2 of 3 values are wrong)"),
        (lambda: EmpiricalPatience.from_waits([1, 2], [1, 3]), "gave_up must hold true or false only"),
        (lambda: EmpiricalPatience.from_waits([0, 0], [False, False]), "nobody had to wait"),
        (lambda: FixedPatience(60).survival([3, -1]), "t_s must be zero or more seconds, got -1"),
    ],
)
def test_values_that_make_no_sense_are_refused(make, message) -> None:
    with pytest.raises(ValueError) as raised:
        make()
    assert message in str(raised.value)
