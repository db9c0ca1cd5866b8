"""The text of every family of constraints on a tiny account, held to what was read and found right.

To write the texts anew after a change made on purpose: ``GOLDEN=write pytest tests/shifts/test_shifts_golden.py`` and read the diff.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.domain.shifts import BreakRule, Split
from planner.shifts.assemble import assemble
from planner.shifts.tour_model import tour_model
from planner.solver.build import lp_text

GOLDEN = Path(__file__).with_name("golden")
FAMILIES = {
    "tour_days": ("daily", "week", "rest", "window"),
    "breaks": ("rests",),
    "cover": ("present", "cover", "split_both"),
    "rounding": ("whole_0", "whole_1", "whole_0_1"),
    "seats": ("seats_here",),
    "headcount": ("min_heads", "max_heads"),
    "apart": ("rests", "apart"),
    "split": ("rests", "present", "seats_here"),
    "band": ("daily", "week", "window", "present", "rests", "seats_here", "max_heads"),
}


def ten_days(make: Any) -> Any:
    """A night shift that reaches into ten days: one lead-in date, one whole block, one cut short to three dates."""
    account = make.account(days=10, rules=(make.rule("night", length_min=480, first=1320, last=1320),))
    need = np.zeros(240)
    need[2::24] = 1.5
    return tour_model(assemble(make.requirement(account, need), account))


def one_day(make: Any) -> Any:
    """Two starts with a break, a group for each language and one for both, a needed hour or two of each language."""
    rule = make.rule("five", length_min=300, first=480, last=600, step=120, breaks=((60, False, 120, 180),))
    account = make.account(
        languages=("en", "de"),
        start=date(2026, 3, 3),
        rules=(rule,),
        sites=(make.site(seats=3),),
        groups=(
            make.group("en", rules=("five",), min_heads=1),
            make.group("de", rules=("five",), languages=("de",), max_heads=2, days_per_week=7),
            make.group("both", rules=("five",), languages=("en", "de"), absence=0.2, min_heads=1, max_heads=4),
        ),
    )
    need = np.zeros((2, 24))
    need[0, 10:12], need[1, 11:13] = 1.5, 0.7
    return tour_model(assemble(make.requirement(account, need), account))


def wide_breaks(make: Any) -> Any:
    """Two starts of a shift with two breaks anywhere in its middle, an hour apart."""
    pauses = tuple(BreakRule(minutes=60, paid=True, earliest_min=60, latest_min=240) for _ in range(2))
    rule = replace(make.rule("six", length_min=360, first=480, last=600, step=120), breaks=pauses, min_gap_min=60)
    account = make.account(rules=(rule,), groups=(make.group(rules=("six",)),))
    return tour_model(assemble(make.requirement(account, np.ones(24)), account))


def two_parts(make: Any) -> Any:
    """A shift in two parts, three hours apart, and one that may take the seat meanwhile."""
    rule = replace(make.rule("two", length_min=360, first=480, last=480), split=Split(first_min=(180,), gap_min=(180,)))
    rules = (rule, make.rule("three", length_min=180, first=660, last=660))
    account = make.account(rules=rules, groups=(make.group(rules=("two", "three"), max_heads=30),))
    return tour_model(assemble(make.requirement(account, np.ones(24)), account))


def band(make: Any) -> Any:
    """Evenings of a week that start within two hours of each other, the later two of three running into the next day: tours of two starts
    each, with a lead-in of those that reach into the horizon."""
    rule = make.rule("late", length_min=300, first=1080, last=1200, step=60, breaks=((60, False, 120, 120),))
    group = make.group(rules=("late",), start_band_min=60, max_heads=4)
    account = make.account(days=7, rules=(rule,), groups=(group,), sites=(make.site(seats=2),))
    need = np.zeros(168)
    need[20::24], need[0::24] = 1.5, 0.5
    return tour_model(assemble(make.requirement(account, need), account))


def family(text: str, names: tuple[str, ...]) -> str:
    """Return the rows of `text` that belong to the blocks `names`, lines joined."""
    body = text.split("Subject To\n")[1].split("Bounds\n")[0].replace("\n ", " ")
    return "".join(f"{row}\n" for row in body.splitlines() if plain(row.partition("(")[0]) in names)


def plain(block: str) -> str:
    """Return the name of a block without the availability it was rounded for."""
    return re.sub(r"_a[\d.]+$", "", block)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_of_constraints_reads_as_it_did(make: Any, name: str) -> None:
    text = lp_text(
        {"tour_days": ten_days, "apart": wide_breaks, "split": two_parts, "band": band}.get(name, one_day)(make).model
    )
    found, path = family(text, FAMILIES[name]), GOLDEN / f"{name}.lp"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [ten_days, one_day, wide_breaks, two_parts, band])
def test_no_row_belongs_to_no_family(make: Any, model: Any) -> None:
    known = {name for names in FAMILIES.values() for name in names}
    found = {plain(block.name) for block in model(make).model.rows}
    assert found <= known


def test_what_is_paid_is_the_objective_of_heads_breaks_and_shortfall(make: Any) -> None:
    text = lp_text(one_day(make).model)
    objective = text.split("Subject To")[0].replace("\n ", " ")
    terms = dict(re.findall(r"([\d.]+) (\w+)\(", objective)[::-1])
    assert terms == {"40": "heads", "50": "short"}
    assert "breaks" not in objective, "an unpaid break saves no premium where there is none"
    assert "agents" not in objective
