"""Open hours that no lawful shift reaches are known before anything is planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from planner.domain.queues import Channel
from planner.domain.shifts import Split
from planner.domain.targets import DeferredTarget
from planner.shifts import design_shifts
from planner.shifts.uncovered import coverable, uncovered_hours


def test_hours_without_any_shift_are_named_on_the_markets_clock(make: Any) -> None:
    rule = make.rule("day", length_min=480, first=480, last=960, step=60)
    account = make.account(rules=(rule,), sites=(make.site(zone="Asia/Kathmandu"),), days=2, interval_min=15)
    (said,) = uncovered_hours(account)
    # 08:00 to 24:00 in Kathmandu is 02:15 to 18:15 in UTC
    assert said == (
        "q_en is open but no shift that its groups may work is on duty: Mon 02 Mar 00:00 to 02:15, Mon 02 Mar 18:15 to "
        "Tue 03 Mar 02:15, Tue 03 Mar 18:15 to Wed 04 Mar 00:00"
    )


def test_the_gap_of_a_split_shift_covers_nothing(make: Any) -> None:
    rule = replace(make.rule("two", length_min=360, first=480, last=480), split=Split(first_min=(180,), gap_min=(120,)))
    (row,) = coverable(make.account(rules=(rule,)))
    assert np.flatnonzero(row).tolist() == [8, 9, 10, 13, 14, 15]


def test_shifts_the_law_forbids_cover_nothing_and_neither_do_groups_without_people(make: Any) -> None:
    rule = make.rule("eight", length_min=540, first=0, last=1380, step=60, breaks=((60, False, 200, 300),))
    zone = "America/Mexico_City"
    account = make.account(
        rules=(rule,), sites=(replace(make.site(zone=zone), country="MX"),), zone=zone, start=date(2026, 11, 9)
    )
    (said,) = uncovered_hours(account)
    assert said.endswith("Mon 09 Nov 00:00 to 06:00, Mon 09 Nov 20:00 to Tue 10 Nov 00:00")
    (said,) = uncovered_hours(replace(account, groups=(replace(account.groups[0], max_heads=0),)))
    assert said.endswith("Mon 09 Nov 00:00 to Tue 10 Nov 00:00")


def test_hours_that_are_covered_or_can_wait_are_no_matter(make: Any) -> None:
    rule = make.rule("day", length_min=480, first=480, last=480)
    account = make.account(rules=(rule,))
    slow = DeferredTarget(level=0.9, within_s=86_400.0)
    email = replace(account, queues=(replace(account.queues[0], channel=Channel.EMAIL, target=slow),))
    assert uncovered_hours(email) == ()
    around = make.account(rules=(make.rule("four"),), days=2)
    assert uncovered_hours(around) == ()
    need = np.ones(48)
    plan, _ = design_shifts(make.requirement(around, need), around)
    assert coverable(around).all()
    assert plan.shifts
