"""Promises as data: rings become seconds by the moment the contract means, and impossible promises are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.targets import DeferredTarget, LiveTarget, RingMoment, RingRule, Window


def rule(rings: int, moment: RingMoment, ring_s: float = 2.0, period_s: float = 6.0) -> RingRule:
    return RingRule(rings=rings, moment=moment, country="US", ring_s=ring_s, period_s=period_s, source="test")


@pytest.mark.parametrize(
    ("moment", "seconds"), [(RingMoment.START, 12.0), (RingMoment.END, 14.0), (RingMoment.BEFORE_NEXT, 18.0)]
)
def test_three_rings_of_two_on_four_off_are_worth(moment: RingMoment, seconds: float) -> None:
    assert rule(3, moment).threshold_s == seconds


@settings(deadline=None)
@given(
    rings=st.integers(1, 20),
    ring_s=st.floats(0.2, 5),
    pause_s=st.floats(0, 8),
)
def test_the_moments_of_a_ring_come_in_order_and_rings_a_period_apart(rings: int, ring_s: float, pause_s: float) -> None:
    at = {m: rule(rings, m, ring_s, ring_s + pause_s).threshold_s for m in RingMoment}
    assert 0 <= at[RingMoment.START] < at[RingMoment.END] <= at[RingMoment.BEFORE_NEXT] + 1e-9
    later = {m: rule(rings + 1, m, ring_s, ring_s + pause_s).threshold_s for m in RingMoment}
    for moment in RingMoment:
        assert later[moment] - at[moment] == pytest.approx(ring_s + pause_s)
    assert later[RingMoment.START] == at[RingMoment.BEFORE_NEXT]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"level": 80.0}, "write 0.8 for 80%"),
        ({"level": 0.0}, "level"),
        ({"level": 1.0}, "0.99"),
        ({"level": float("nan")}, "level"),
        ({"within_s": -1.0}, "within_s"),
        ({"within_s": float("inf")}, "within_s"),
        ({"within_s": float("nan")}, "within_s"),
        ({"max_occupancy": 88.0}, "write 0.88 for 88%"),
    ],
)
def test_a_live_target_refuses_what_cannot_be_kept(changes: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        LiveTarget(**({"level": 0.8, "within_s": 20.0} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{"level": 95.0}, {"within_s": 0.0}, {"within_s": float("inf")}])
def test_a_deferred_target_refuses_what_cannot_be_kept(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        DeferredTarget(**({"level": 0.95, "within_s": 86_400.0} | changes))  # type: ignore[arg-type]


def test_answering_at_once_and_answering_everything_late_are_promises() -> None:
    assert LiveTarget(level=0.8, within_s=0).within_s == 0
    assert DeferredTarget(level=1, within_s=3600).level == 1


def test_every_window_has_a_noun_that_reads_in_a_sentence() -> None:
    assert [window.noun for window in Window] == ["interval", "day", "week", "month", "contract", "rolling window"]
