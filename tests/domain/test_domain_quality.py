"""Who answers: factors by level and score, averaged as agents equally busy take contacts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.quality import Effect, Measure, Quality, mean_aht_factor


def effect(on: str, measure: Measure, value: float) -> Effect:
    return Effect(on=on, measure=measure, value=value, source="test")


QUALITY = Quality(
    levels=True,
    scores=True,
    base_level="C2",
    effects=(
        effect("C2", Measure.AHT, 1.1),
        effect("B2", Measure.AHT, 1.32),
        effect("C2", Measure.FCR, -0.05),
        effect("B2", Measure.FCR, -0.15),
        effect("empathy", Measure.AHT, 0.9),
        effect("empathy", Measure.FCR, 0.02),
    ),
)


def test_effects_count_against_the_base_and_by_tenths_of_scores() -> None:
    assert QUALITY.of_person("B2", {}, Measure.AHT) == pytest.approx(1.2)
    assert QUALITY.of_person("B2", {}, Measure.FCR) == pytest.approx(-0.1)
    assert QUALITY.of_person("", {"empathy": 0.9}, Measure.AHT) == pytest.approx(0.81)
    assert QUALITY.of_person("native", {"empathy": 0.6}, Measure.FCR) == pytest.approx(0.05 - 0.02)
    assert QUALITY.of_person("C2", {"empathy": 0.7}, Measure.ESCALATION) == 1.0


def test_what_is_switched_off_or_not_known_does_nothing() -> None:
    off = Quality(effects=QUALITY.effects)
    assert not off.used
    for measure in Measure:
        assert off.of_person("B2", {"empathy": 1.0}, measure) == measure.nothing
        assert QUALITY.of_person("", {}, measure) == measure.nothing


@given(st.lists(st.tuples(st.floats(0.2, 5), st.floats(0, 20)), min_size=1, max_size=5))
def test_the_mean_is_what_agents_equally_busy_handle(pairs: list[tuple[float, float]]) -> None:
    """n agents busy an hour each handle n / f contacts: hours over contacts is the mean."""
    factors, agents = np.array(pairs).T
    found = float(mean_aht_factor(factors[:, None], agents[:, None])[0])
    contacts = (agents / factors).sum()
    assert found == pytest.approx(agents.sum() / contacts if contacts > 0 else 1.0)


@pytest.mark.parametrize(
    ("measure", "value", "said"),
    [(Measure.FCR, -8.0, "write -0.08 for 8 points less"), (Measure.AHT, 0.0, "write 1.1 for 10% more")],
)
def test_an_effect_outside_its_range_is_refused(measure: Measure, value: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        effect("C1", measure, value)
