"""What language and soft skills do by default: every row with its source, nothing believed without one."""

from __future__ import annotations

from planner.domain.quality import Measure
from planner.domain.staff import LEVELS
from planner.reference import quality_rows


def test_every_level_has_every_measure_once() -> None:
    found = [(row.effect.on, row.effect.measure) for row in quality_rows() if row.kind == "language_level"]
    assert sorted(found) == sorted((level, measure) for level in LEVELS for measure in Measure)


def test_what_has_no_source_does_nothing_and_says_so() -> None:
    for row in quality_rows():
        if row.source_type == "none":
            assert row.effect.value == row.effect.measure.nothing
            assert not row.effect.verified
            assert "no source found" in row.note
        elif row.effect.on != "native":
            assert row.effect.source.startswith("https://")


def test_a_default_lies_within_its_stated_range_and_native_is_the_base() -> None:
    for row in quality_rows():
        if row.low and row.high:
            assert float(row.low) <= row.effect.value <= float(row.high)
        if row.effect.on == "native":
            assert row.effect.value == row.effect.measure.nothing
