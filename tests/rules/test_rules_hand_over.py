"""Where a hand-over is due and lacks: held against what a person would say of each case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from factories import tiny_account

from planner.domain.account import Account, Horizon
from planner.domain.queues import OpeningHours, OpenSpan
from planner.domain.shifts import PlacedBreak, Shift
from planner.rules.hand_over import hand_over_findings, lacking, teams_of

DAY = datetime(2026, 11, 9, tzinfo=UTC)


def account(*, handover_min: int = 30, hours: tuple[int, int] = (480, 1200), zone: str = "UTC", days: int = 2) -> Account:
    base = tiny_account()
    queue = next(q for q in base.queues if base.groups[0].serves(q.language, q.channel))
    market = replace(base.market(queue.market), zone="UTC", holidays=())
    opening = OpeningHours(tuple(OpenSpan(d, *hours) for d in range(7)))
    site = replace(base.sites[0], id="here", zone=zone, certificates=())
    group = replace(base.groups[0], id="team", site="here", handover_min=handover_min)
    return replace(
        base,
        horizon=Horizon(zone="UTC", start=date(2026, 11, 9), days=days, interval_s=900),
        markets=(market,),
        queues=(replace(queue, opening=opening),),
        sites=(site,),
        groups=(group,),
        contract=replace(base.contract, clauses=()),
    )


def shift(
    start_h: float, end_h: float, *, group: str = "team", gap: tuple[float, float] | None = None, pause: bool = False
) -> Shift:
    def at(hour: float) -> datetime:
        return DAY + timedelta(hours=hour)

    breaks = (PlacedBreak(start_utc=at(gap[0]), end_utc=at(gap[1]), paid=False, off_site=not pause),) if gap else ()
    return Shift(
        id=f"{group}-{start_h}-{end_h}", site="here", group=group, pattern="", date=DAY.date(), start_utc=at(start_h),
        end_utc=at(end_h), breaks=breaks, heads=1,
    )  # fmt: skip


def told(one: Account, *shifts: Shift) -> list[tuple[float, float]]:
    return [((lack.start_utc - DAY) / timedelta(hours=1), lack.minutes) for lack in lacking(shifts, one, one.grid)]


CASES = {
    "half an hour together": ([shift(8, 14), shift(13.5, 20)], []),
    "one goes as the other comes": ([shift(8, 14), shift(14, 20)], [(13.5, 30)]),
    "a quarter too little": ([shift(8, 14), shift(13.75, 20)], [(13.5, 15)]),
    "a third is there all along": ([shift(8, 14), shift(14, 20), shift(10, 16)], []),
    "two go and two come": ([shift(8, 14), shift(8, 14), shift(14, 20)], [(13.5, 30)]),
    "a gap counts at both ends": ([shift(8, 12), shift(15, 20)], [(11.5, 30), (14.5, 30)]),
    "a short gap counts on": ([shift(8, 12), shift(12.25, 20)], [(11.5, 45)]),
    "a desk that rests for hours": ([shift(8, 12), shift(16, 20)], []),
    "nobody at all hands nothing over": ([], []),
    "come late and leave early": ([shift(9, 19)], []),
    "closed at once with the desk": ([shift(7, 14), shift(13.5, 22)], []),
    "a break is time on shift": ([shift(8, 14, gap=(13.5, 14), pause=True), shift(13.5, 20)], []),
    "somebody in the gap of a split shift is away": ([shift(8, 20, gap=(13, 15)), shift(13, 15)], [(12.5, 30), (14.5, 30)]),
    "others' shifts do not count": ([shift(8, 14), shift(14, 20), shift(8, 20, group="others")], [(13.5, 30)]),
}


@pytest.mark.parametrize("case", CASES)
def test_hand_overs_lack_where_a_person_would_say_so(case: str) -> None:
    shifts, expected = CASES[case]
    assert told(account(days=1), *shifts) == expected


def test_a_group_without_the_key_need_not_hand_over() -> None:
    one = account(handover_min=0)
    assert teams_of(one) == ()
    assert told(one, shift(8, 14), shift(14, 20)) == []


def test_over_midnight_the_desk_hands_over_and_at_the_end_of_the_horizon_nothing_is_asked() -> None:
    one = account(hours=(0, 1440))
    assert told(one, shift(-2, 12), shift(12, 24), shift(24, 36), shift(36, 50)) == [(11.5, 30), (23.5, 30), (35.5, 30)]
    assert told(one, shift(0, 12.5), shift(12, 24.5), shift(24, 36.5), shift(36, 48)) == []


def test_shifts_already_running_hand_over_too() -> None:
    one = replace(account(hours=(0, 1440), days=1), carry_in=(shift(-4, 4),))
    assert told(one, shift(3.5, 24)) == []
    assert told(one, shift(4, 24)) == [(3.5, 30)]


def test_the_finding_says_where_and_when_on_the_clock_of_the_site() -> None:
    one = account(zone="Asia/Kolkata", days=1)
    (finding,) = hand_over_findings([shift(8, 14), shift(14, 20)], one, one.grid)
    assert "at team: nobody is on shift both at Mon 2026-11-09 19:00 and at Mon 2026-11-09 19:30" in finding.sentence
    assert (finding.site, finding.measured, finding.limit, finding.unit) == ("here", 30.0, 0.0, "min")
    assert (finding.start_utc, finding.end_utc) == (DAY + timedelta(hours=13.5), DAY + timedelta(hours=14.5))


def test_stretches_are_what_looking_at_every_minute_finds() -> None:
    rng = np.random.default_rng(4)
    one = account(days=1, hours=(60, 1380))
    for _ in range(60):
        starts = rng.integers(0, 80, size=int(rng.integers(0, 5))) / 4
        shifts = [shift(s, s + rng.integers(2, 40) / 4) for s in starts.tolist()]
        minutes = 0
        some = [any(s.start_utc <= DAY + timedelta(minutes=t) < s.end_utc for s in shifts) for t in range(1380 + 3000)]
        there = [t for t, here in enumerate(some) if here]
        at_work = set(there).union(*(range(a, b) for a, b in pairwise(there) if b - a - 1 < 240))
        for t in range(60, 1350):
            if not {t, t + 30} <= at_work:
                continue
            first = [s.start_utc <= DAY + timedelta(minutes=t) < s.end_utc for s in shifts]
            later = [s.start_utc <= DAY + timedelta(minutes=t + 30) < s.end_utc for s in shifts]
            minutes += (any(first) or any(later)) and not any(a and b for a, b in zip(first, later, strict=True))
        assert sum(length for _, length in told(one, *shifts)) == minutes
