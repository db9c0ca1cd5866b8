"""Every number in the one-queue README: recomputed with fractions, and held against the planner."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import exp
from pathlib import Path

import numpy as np
import pytest

import planner
from planner.domain.evaluation import SlaResult
from planner.domain.plan import Plan
from planner.domain.targets import Window

LOAD, AHT_S, WITHIN_S = 10, 180, 20


@pytest.fixture(scope="module")
def readme(samples: Path) -> str:
    return (samples / "one_queue" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(samples: Path) -> Plan:
    return planner.plan(planner.load_account(samples / "one_queue"))


def _rows(text: str, columns: int) -> list[list[str]]:
    """Cells of the README's table with that many columns, header and rule left out."""
    lines = re.findall(r"^\| (.*) \|$", text, re.M)
    return [cells for cells in (line.split(" | ") for line in lines) if len(cells) == columns][2:]


def _erlang(agents: int) -> tuple[Fraction, Fraction, float]:
    """Erlang B, Erlang C and the share answered in time, B and C as exact fractions."""
    b = Fraction(1)
    for s in range(1, agents + 1):
        b = LOAD * b / (s + LOAD * b)
    if agents <= LOAD:
        return b, Fraction(1), 0.0
    c = agents * b / (agents - LOAD * (1 - b))
    return b, c, 1 - float(c) * exp(-(agents - LOAD) * WITHIN_S / AHT_S)


def _by_hand() -> dict[str, float]:
    low, high = _erlang(13)[2], _erlang(14)[2]
    return {
        "calls in a quarter-hour": 50,
        "offered load, erlang": 200 * AHT_S / 3600,
        "agents required": 13 + (0.8 - low) / (high - low),
        "agents on seat": 14,
        "heads in the six-hour shift": 0,
        "paid hours": 14 * 4,
        "wages, EUR": 56 * 10,
        "on-cost, EUR": 56 * 10 / 4,
        "cost, EUR": 56 * 10 * 1.25,
        "price, EUR": 56 * 10 * 1.25 * 1.2,
        "answered within 20 s": high,
        "mean wait, s": float(_erlang(14)[1]) * AHT_S / (14 - LOAD),
        "occupancy": LOAD / 14,
        "calls of the day": 4 * 200,
        "of them answered within 20 s": 800 * high,
        "agent-hours short": 0,
    }


def _day(plan: Plan) -> SlaResult:
    """The promise of the queue's own target, kept or not on its only day."""
    (day,) = (result for result in plan.evaluation.sla if result.window is Window.DAY)
    return day


def _by_the_planner(plan: Plan) -> dict[str, float]:
    """The same facts read off a plan; arrays must say the same in every open interval."""
    open_ = plan.requirement.open[0]

    def everywhere(values: np.ndarray) -> float:
        inside = values[0][open_]
        assert np.ptp(inside) < 1e-6
        return float(inside[0])

    evaluation, bill = plan.evaluation, plan.bill
    day = _day(plan)
    required = everywhere(plan.requirement.agents)
    money = {item: sum(x.amount for x in bill.cost if x.item.startswith(item)) for item in ("wage", "on-cost")}
    calls = everywhere(plan.demand.contacts)
    return {
        "calls in a quarter-hour": calls,
        "offered load, erlang": calls * everywhere(plan.demand.aht_s) / plan.demand.grid.interval_s,
        "agents required": required,
        "agents on seat": everywhere(evaluation.coverage.by_queue()),
        "heads in the six-hour shift": sum(s.heads for s in plan.shifts.shifts if s.paid_h_per_head == 6),
        "paid hours": sum(s.heads * s.paid_h_per_head for s in plan.shifts.shifts),
        "wages, EUR": float(money["wage"]),
        "on-cost, EUR": float(money["on-cost"]),
        "cost, EUR": float(bill.total_cost().amount),
        "price, EUR": float(bill.total_price().amount),
        "answered within 20 s": day.level if day.level is not None else np.nan,
        "mean wait, s": everywhere(evaluation.asa_s),
        "occupancy": everywhere(evaluation.occupancy),
        "calls of the day": day.offered,
        "of them answered within 20 s": day.within,
        "agent-hours short": float(np.nansum(evaluation.shortfall)) * plan.demand.grid.interval_h,
    }


def test_the_erlang_table_is_right(readme: str) -> None:
    rows = _rows(readme, 4)
    assert [int(row[0]) for row in rows] == [10, 11, 12, 13, 14]
    for s, *cells in rows:
        assert [float(cell) for cell in cells] == pytest.approx([float(x) for x in _erlang(int(s))], abs=6e-7)


def test_every_number_of_the_plan_table_is_right(readme: str) -> None:
    printed = {what: float(value) for what, value, _ in _rows(readme, 3)}
    assert printed == pytest.approx(_by_hand(), abs=6e-7)


def test_the_history_is_fifty_calls_every_quarter_hour_of_eight_weeks(samples: Path) -> None:
    lines = (samples / "one_queue" / "history.csv").read_text().splitlines()[1:]
    assert len(lines) == 8 * 5 * 16
    assert {line.split(",", 1)[1] for line in lines} == {"calls,50"}


def test_the_planner_finds_what_the_readme_finds(readme: str, plan: Plan) -> None:
    printed = {what: float(value) for what, value, _ in _rows(readme, 3)}
    assert _by_the_planner(plan) == pytest.approx(printed, abs=2e-6)


def test_fourteen_people_work_the_opening_hours(plan: Plan) -> None:
    assert {(s.start_utc.hour, s.end_utc.hour) for s in plan.shifts.shifts} == {(9, 13)}
    assert plan.shifts.heads() == len(plan.roster.agents) == 14
    assert plan.bill.total_cost().amount == Decimal("700.00")
    assert _day(plan).met
    assert all(s.status.repeatable for s in plan.solves)
