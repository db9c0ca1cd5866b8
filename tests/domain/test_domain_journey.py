"""What becomes of contacts: mixtures by hand, loops that die out or do not, parts that contradict each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.codec import decode, encode
from planner.domain.journey import (
    Bot,
    Delay,
    DelayLaw,
    Escalation,
    Journey,
    Phase,
    Reason,
    Repeats,
    endless_loop,
    loops,
    mixed,
    reasons_mix,
    spectral_radius,
)
from planner.domain.planned_journeys import check_loops


def test_mixture_of_two_exponential_reasons_is_the_one_by_hand() -> None:
    # 0.6 of 120 s and 0.4 of 270 s: mean 180; second moment 2 (0.6 14,400 + 0.4 72,900) = 75,600; variance 43,200
    reasons = [
        Reason(id="where", phase=Phase.AFTER, share=0.6, aht_s=120.0),
        Reason(id="return", phase=Phase.AFTER, share=0.4, aht_s=270.0),
    ]
    mix = reasons_mix(reasons)
    assert mix.mean_s == pytest.approx(180.0)
    assert mix.cv2 == pytest.approx(43_200 / 180**2)


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(1, 1e4), st.floats(0, 3)), min_size=1, max_size=6))
def test_a_mixture_varies_at_least_as_its_parts_and_its_mean_lies_between_theirs(
    parts: list[tuple[float, float, float]],
) -> None:
    mix = mixed(parts)
    means = [mean for _, mean, _ in parts]
    assert min(means) * (1 - 1e-9) <= mix.mean_s <= max(means) * (1 + 1e-9)
    within = sum(w * (m * cv) ** 2 for w, m, cv in parts) / sum(w for w, _, _ in parts)
    assert mix.cv2 * mix.mean_s**2 >= within * (1 - 1e-6) - 1e-6


def test_mixture_agrees_with_draws() -> None:
    rng = np.random.default_rng(5)
    parts = [(0.5, 100.0, 1.0), (0.3, 400.0, 0.5), (0.2, 50.0, 0.0)]
    which = rng.choice(3, size=400_000, p=[w for w, _, _ in parts])
    shape = np.array([1.0, 4.0, 1.0])
    drawn = rng.gamma(shape[which]) / shape[which] * np.array([100.0, 400.0, 50.0])[which]
    drawn = np.where(which == 2, 50.0, drawn)
    mix = mixed(parts)
    assert drawn.mean() == pytest.approx(mix.mean_s, rel=0.01)
    assert drawn.var() / drawn.mean() ** 2 == pytest.approx(mix.cv2, rel=0.02)


def _back(queue: str, fcr: float, share: float = 1.0) -> Journey:
    return Journey(fcr=fcr, repeats=(Repeats(queue=queue, share=share),))


def test_gain_of_a_loop_over_two_queues_is_the_root_of_the_product() -> None:
    repeats, escalations = loops({"a": _back("b", 0.6), "b": _back("a", 0.1)})
    assert spectral_radius(repeats) == pytest.approx((0.4 * 0.9) ** 0.5)
    assert not escalations.any()


@pytest.mark.parametrize(
    ("journeys", "names"),
    [
        ({"a": _back("a", 0.0)}, "a"),
        ({"a": _back("b", 0.0), "b": _back("a", 0.0), "c": None}, "a, b"),
    ],
)
def test_loops_that_never_die_out_are_named_with_a_remedy(journeys: dict[str, Journey | None], names: str) -> None:
    ((message, remedy),) = check_loops(journeys)
    assert message.startswith(f"repeats of {names} never die out: each contact causes 1 more")
    assert "raise fcr" in remedy


def test_escalations_in_a_circle_of_all_contacts_never_die_out() -> None:
    def up(queue: str) -> Journey:
        return Journey(escalations=(Escalation(queue=queue, share=1.0, handover_s=0.0, aht_s=60.0),))

    ((message, _),) = check_loops({"a": up("b"), "b": up("c"), "c": up("a")})
    assert message.startswith("escalations of a, b, c never die out")


def test_a_chain_without_a_way_back_dies_out_whatever_its_shares() -> None:
    assert check_loops({"a": _back("b", 0.0), "b": _back("c", 0.0), "c": None}) == ()
    assert endless_loop(np.zeros((0, 0))) == ()


@given(st.integers(1, 5), st.integers(0, 10_000))
def test_loops_die_out_exactly_where_the_spectral_radius_is_below_one(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    gains = rng.random((size, size)) * (rng.random((size, size)) < 0.5) * 1.5
    radius = spectral_radius(gains)
    if abs(radius - 1) > 1e-6:
        assert bool(endless_loop(gains)) == (radius >= 1)


def test_parts_that_contradict_each_other_are_refused() -> None:
    reason = Reason(id="r", phase=Phase.BEFORE, share=0.5, aht_s=60.0)
    with pytest.raises(ValueError, match=r"come to 0\.5 \(r 0\.5\); change them"):
        Journey(reasons=(reason,))
    with pytest.raises(ValueError, match=r"fcr must lie in \[0, 1\], got 75; write 0\.75 for 75%"):
        Journey(fcr=75)
    with pytest.raises(ValueError, match="how many are solved"):
        Journey(repeats=(Repeats(queue="q"),))
    with pytest.raises(ValueError, match=r"come to 1\.2"):
        Journey(fcr=0.5, repeats=(Repeats(queue="q", share=0.6), Repeats(queue="p", share=0.6)))
    with pytest.raises(ValueError, match=r"contained must lie in \[0, 1\)"):
        Bot(queue="q", contained=1.0)


def test_a_journey_goes_through_the_codec_unchanged() -> None:
    journey = Journey(
        reasons=(Reason(id="r", phase=Phase.DURING, share=1.0, aht_s=60.0, cv=0.7, priority=3),),
        fcr=0.7,
        fcr_recorded=0.6,
        repeats=(Repeats(queue="q", share=0.5, delay=Delay(mean_s=3600.0, law=DelayLaw.ERLANG, phases=4), aht_factor=1.2),),
        escalations=(Escalation(queue="p", share=0.1, handover_s=30.0, aht_s=400.0, recorded=0.05),),
        bot=Bot(queue="q", contained=0.3, leak=0.1, aht_uplift=0.2),
    )
    assert decode(Journey, encode(journey)) == journey
