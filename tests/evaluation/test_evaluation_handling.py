"""Handling times of those who really answer, where language levels count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from factories import tiny_plan

from planner.domain.quality import Effect, GroupQuality, Measure, Quality
from planner.evaluation.handling import handling_times

PLAN = tiny_plan()
GROUPS = tuple(group.id for group in PLAN.account.groups)


def with_levels(**levels: str) -> Quality:
    return Quality(
        levels=True,
        effects=(Effect(on="C1", measure=Measure.AHT, value=1.5, source="test"),),
        groups=tuple(GroupQuality(group=group, levels=(("en", level),)) for group, level in levels.items()),
    )


def test_without_effects_the_demands_own_array_is_used() -> None:
    assert handling_times(PLAN.demand, PLAN.evaluation.coverage, PLAN.account) is PLAN.demand.aht_s


def test_the_mean_over_who_may_serve_gives_way_to_the_mean_over_who_does() -> None:
    assert len(GROUPS) == 2
    account = replace(PLAN.account, quality=with_levels(**{GROUPS[0]: "C1", GROUPS[1]: "native"}))
    serves = account.serves()
    shared = int(np.flatnonzero(serves.all(axis=0))[0])
    on_seat = np.zeros(PLAN.evaluation.coverage.on_seat.shape)
    on_seat[0, shared, ::3], on_seat[1, shared, 1::3] = 2.0, 2.0  # the one, the other, nobody
    found = handling_times(PLAN.demand, replace(PLAN.evaluation.coverage, on_seat=on_seat), account)[shared]
    planned = PLAN.demand.aht_s[shared]
    mean = 2 / (1 / 1.5 + 1)
    assert found[::3] == pytest.approx(planned[::3] * 1.5 / mean, nan_ok=True)
    assert found[1::3] == pytest.approx(planned[1::3] / mean, nan_ok=True)
    assert np.array_equal(found[2::3], planned[2::3], equal_nan=True)
