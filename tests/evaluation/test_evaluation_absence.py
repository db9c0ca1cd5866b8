"""Who may be away: the variance it puts on a window's count, against every combination of heads and against simulated days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest

from planner.domain.account import Account, Horizon
from planner.domain.capacity import Capacity, Coverage
from planner.domain.people import Group
from planner.domain.queues import Channel
from planner.domain.shifts import PlacedBreak, Shift
from planner.evaluation.absence import absence
from planner.queueing import performance

START = datetime(2026, 3, 2, tzinfo=UTC)
SIZE = 16


def moment(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def shift(id: str, group: str, start: float, end: float, *pauses: tuple[float, float], heads: int = 1) -> Shift:
    breaks = tuple(PlacedBreak(start_utc=moment(a), end_utc=moment(b), paid=True) for a, b in pauses)
    return Shift(
        id=id, site="s", group=group, pattern="p", date=START.date(), start_utc=moment(start), end_utc=moment(end),
        breaks=breaks, heads=heads,
    )  # fmt: skip


def floor(*shifts: Shift, away: float = 0.2, loss: float = 0.1, queues: int = 2) -> tuple[Account, Capacity, Coverage]:
    """Two groups, of which the first divides its time among the queues 3 : 1; 15-minute intervals."""
    groups = tuple(
        Group(id=id, site="s", languages=("en",), channels=(Channel.VOICE,), shift_rules=(), absence=a, in_shift_loss=loss)
        for id, a in (("both", away), ("second", away / 2))
    )
    account = Account(
        name="floor", currency="EUR", horizon=Horizon(zone="UTC", start=START.date(), days=1, interval_s=900), markets=(),
        queues=(), sites=(), groups=groups, shift_rules=(),
    )  # fmt: skip
    there = np.array([present(group.id, shifts) for group in groups])
    there = np.concatenate([there, np.zeros((2, 96 - SIZE))], axis=1)
    on_seat = there * np.array([[(1 - g.absence) * (1 - loss)] for g in groups])
    split = np.array([[0.75, 0.25], [0.0, 1.0]])[:, :queues, None]
    grid = account.grid
    people = Capacity(groups=("both", "second"), grid=grid, scheduled=there, present=there, on_seat=on_seat)
    names = ("q", "r")[:queues]
    coverage = Coverage(groups=people.groups, queues=names, grid=grid, on_seat=on_seat[:, None] * split)
    return account, people, coverage


def present(group: str, shifts: tuple[Shift, ...]) -> np.ndarray:
    """Heads at work, minute by minute, averaged over quarter-hours."""
    minutes = np.zeros(SIZE * 15)
    for one in shifts:
        if one.group == group:
            a, b = ((x - START).total_seconds() / 60 for x in (one.start_utc, one.end_utc))
            minutes[int(a) : int(b)] += one.heads
            for pause in one.breaks:
                a, b = ((x - START).total_seconds() / 60 for x in (pause.start_utc, pause.end_utc))
                minutes[int(a) : int(b)] -= one.heads
    return minutes.reshape(SIZE, 15).mean(axis=1)


SHIFTS = (
    shift("a", "both", 0, 2, (1.0, 1.25)),
    shift("b", "both", 0.5, 3, (1.5, 1.75), (2.25, 2.5)),
    shift("c", "second", 1, 4, heads=2),
)
WORTH = np.random.default_rng(4).normal(1.0, 0.5, (2, 96))


def test_the_variance_is_that_of_every_combination_of_heads_at_work() -> None:
    account, people, coverage = floor(*SHIFTS)
    found = absence(SHIFTS, people, coverage, account).of_window([(0, WORTH[0]), (1, WORTH[1])])
    singles = [replace(one, heads=1) for one in SHIFTS for _ in range(one.heads)]
    split = {"both": (0.75, 0.25), "second": (0.0, 1.0)}
    counts, chances = [], []
    for at_work in product((0, 1), repeat=len(singles)):
        chance, count = 1.0, 0.0
        for here, one in zip(at_work, singles, strict=True):
            away = 0.2 if one.group == "both" else 0.1
            chance *= 1 - away if here else away
            for q in range(2):
                count += here * 0.9 * split[one.group][q] * float(present(one.group, (one,)) @ WORTH[q, :SIZE])
        counts.append(count)
        chances.append(chance)
    mean = np.dot(chances, counts)
    assert found == pytest.approx(np.dot(chances, (np.array(counts) - mean) ** 2), rel=1e-9)


def test_a_shift_counts_in_a_window_by_its_part_inside() -> None:
    account, people, coverage = floor(*SHIFTS)
    away = absence(SHIFTS, people, coverage, account)
    first = np.where(np.arange(96) < 6, WORTH[1], 0.0)
    assert 0 < away.of_window([(1, first)]) < away.of_window([(1, np.abs(WORTH[1]) + 1)])
    assert away.of_window([(1, np.where(np.arange(96) > 40, WORTH[1], 0.0))]) == 0
    assert away.of_window([]) == 0


def test_where_everybody_turns_up_nothing_varies() -> None:
    account, people, coverage = floor(*SHIFTS, away=0.0)
    assert absence(SHIFTS, people, coverage, account).of_window([(0, WORTH[0])]) == 0


def test_a_shift_begun_before_the_horizon_counts_from_its_start_on() -> None:
    early = replace(SHIFTS[0], start_utc=moment(-3))
    account, people, coverage = floor(*SHIFTS)
    variance = [absence((one,), people, coverage, account).of_window([(0, WORTH[0])]) for one in (early, SHIFTS[0])]
    assert variance[0] == pytest.approx(variance[1])


def test_the_variance_of_levels_is_near_that_of_days_with_the_heads_drawn() -> None:
    # twelve heads of one group, one of ten away: the law of each drawn day against the straight line through the expected one
    team = tuple(shift(f"s{n}", "second", 0, 4) for n in range(12))
    account, people, coverage = floor(*team, away=0.2)
    known = {"rate_per_h": 120, "aht_s": 240, "threshold_s": 20, "patience_s": 180}
    seats = 12 * 0.9 * 0.9
    ends = [performance(agents=seats + half, **known).service_level for half in (-0.5, 0.5)]
    worth = np.where(np.arange(96) < SIZE, 30 * (ends[1] - ends[0]), 0.0)
    found = absence(team, people, coverage, account).of_window([(1, worth)])
    heads = np.random.default_rng(1).binomial(12, 0.9, 20_000)
    drawn = SIZE * 30 * performance(agents=heads * 0.9, **known).service_level
    assert np.sqrt(found) == pytest.approx(drawn.std(), rel=0.1)
