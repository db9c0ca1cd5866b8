"""Every number in the one-queue README: recomputed with fractions and matrix exponentials, and held against the planner."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import exp
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import poisson

import planner
from planner.domain.evaluation import Basis, SlaResult
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.queueing import offered_load

LOAD, AHT_S, WITHIN_S, QUARTER_S, AGENTS = 10, 180, 20, 900, 14
STATES = 160


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


def _erlang(load: Fraction | float, agents: int) -> tuple[float, float, float]:
    """Erlang B, Erlang C and the share answered in time; B and C exact where the load is a fraction."""
    b: Fraction | float = Fraction(1)
    for s in range(1, agents + 1):
        b = load * b / (s + load * b)
    if agents <= load:
        return float(b), 1.0, 0.0
    c = agents * b / (agents - load * (1 - b))
    return float(b), float(c), 1 - float(c) * exp(-(agents - load) * WITHIN_S / AHT_S)


def _in_hand(quarter: int) -> float:
    """Mean calls in hand of an unlimited staff."""
    turns = QUARTER_S / AHT_S
    return LOAD * (1 - (1 - exp(-turns)) / turns * exp(-turns * quarter))


def _required(load: float) -> float:
    whole = next(s for s in range(1, 100) if _erlang(load, s)[2] >= 0.8)
    low, high = _erlang(load, whole - 1)[2], _erlang(load, whole)[2]
    return whole - 1 + (0.8 - low) / (high - low)


@cache
def _morning() -> np.ndarray:
    """Busy share of the agents, share answered in time and mean wait of the sixteen quarter-hours, by Kolmogorov's equations."""
    n = np.arange(STATES)
    q = np.diag(np.full(STATES - 1, LOAD / AHT_S), 1) + np.diag(np.minimum(n[1:], AGENTS) / AHT_S, -1)
    q -= np.diag(q.sum(axis=1))
    both = expm(np.block([[q, np.eye(STATES)], [np.zeros((STATES, 2 * STATES))]]) * QUARTER_S)
    step, mean = both[:STATES, :STATES], both[:STATES, STATES:] / QUARTER_S
    in_time = _in_time()
    p, rows = np.eye(STATES)[0], []
    for _ in range(16):
        now = p @ mean
        waiting = now @ np.maximum(n - AGENTS, 0)
        rows.append([now @ np.minimum(n, AGENTS) / AGENTS, now @ in_time, waiting * QUARTER_S / 50])
        p = p @ step
    return np.array(rows)


def _in_time() -> np.ndarray:
    """The chance of a call that finds 0, 1, 2, ... others."""
    n = np.arange(STATES)
    return np.where(n < AGENTS, 1.0, poisson.sf(n - AGENTS, AGENTS * WITHIN_S / AHT_S))


def _by_hand() -> dict[str, float]:
    level, wait = _morning()[:, 1:].mean(axis=0)
    return {
        "calls in a quarter-hour": 50,
        "agents on seat": 14,
        "heads in the six-hour shift": 0,
        "paid hours": 14 * 4,
        "wages, EUR": 56 * 10,
        "on-cost, EUR": 56 * 10 / 4,
        "cost, EUR": 56 * 10 * 1.25,
        "price, EUR": 56 * 10 * 1.25 * 1.2,
        "calls of the day": 4 * 200,
        "answered within 20 s": level,
        "of them answered within 20 s": 800 * level,
        "mean wait, s": wait,
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
    money = {item: sum(x.amount for x in bill.cost if x.item.startswith(item)) for item in ("wage", "on-cost")}
    calls = everywhere(plan.demand.contacts)
    return {
        "calls in a quarter-hour": calls,
        "agents on seat": everywhere(evaluation.coverage.by_queue()),
        "heads in the six-hour shift": sum(s.heads for s in plan.shifts.shifts if s.paid_h_per_head == 6),
        "paid hours": sum(s.heads * s.paid_h_per_head for s in plan.shifts.shifts),
        "wages, EUR": float(money["wage"]),
        "on-cost, EUR": float(money["on-cost"]),
        "cost, EUR": float(bill.total_cost().amount),
        "price, EUR": float(bill.total_price().amount),
        "calls of the day": day.offered,
        "answered within 20 s": day.level if day.level is not None else np.nan,
        "of them answered within 20 s": day.within,
        "mean wait, s": float(np.nanmean(evaluation.mean_wait_s)),
        "agent-hours short": float(np.nansum(evaluation.shortfall)) * plan.demand.grid.interval_h,
    }


def _quarters(text: str) -> dict[int, list[float]]:
    """Rows of the README's table by quarter-hour, by their number."""
    found = {}
    for start, *cells in _rows(text, 6):
        hour, minute = map(int, start.split(":"))
        found[(hour - 9) * 4 + minute // 15] = [float(cell) for cell in cells]
    return found


def test_the_erlang_table_is_right(readme: str) -> None:
    rows = _rows(readme, 5)
    assert [int(row[1]) for row in rows] == [10, 11, 10, 11, 12, 13, 14]
    for a, s, *cells in rows:
        load = Fraction(LOAD) if a == "10" else _in_hand(0)
        assert float(a) == pytest.approx(float(load), abs=6e-7)
        assert [float(cell) for cell in cells] == pytest.approx(_erlang(load, int(s)), abs=6e-7)


def test_every_number_of_the_quarter_hours_is_right(readme: str) -> None:
    rows = _quarters(readme)
    assert list(rows) == [0, 1, 2, 4, 15]
    for quarter, cells in rows.items():
        load = _in_hand(quarter)
        assert cells == pytest.approx([load, _required(load), *_morning()[quarter]], abs=6e-7)


def test_the_morning_ends_in_the_steady_state() -> None:
    _, wait, level = _erlang(Fraction(LOAD), AGENTS)
    steady = [LOAD / AGENTS, level, wait * AHT_S / (AGENTS - LOAD)]
    assert _morning()[-1] == pytest.approx(steady, abs=1e-9)


def test_the_readmes_recipe_gives_the_day_in_steps_of_a_second() -> None:
    n = np.arange(STATES)
    served, in_time = np.minimum(n, AGENTS) / AHT_S, _in_time()
    p = np.eye(STATES)[0]
    level = wait = 0.0
    seconds = 16 * QUARTER_S
    for _ in range(seconds):
        level += p @ in_time / seconds
        wait += p @ np.maximum(n - AGENTS, 0) * QUARTER_S / 50 / seconds
        up = LOAD / AHT_S * p[:-1] - served[1:] * p[1:]
        p = p - np.append(up, 0.0) + np.append(0.0, up)
    assert [level, wait] == pytest.approx(_morning()[:, 1:].mean(axis=0), abs=1e-7)


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


def test_the_planner_finds_the_readmes_quarter_hours(readme: str, plan: Plan) -> None:
    open_ = plan.requirement.open[0]
    assert open_.sum() == 16
    rates = np.where(open_, plan.demand.contacts[0], 0.0) * 4
    evaluation = plan.evaluation
    columns = np.stack([
        offered_load(rate_per_h=rates, aht_s=AHT_S, interval_s=QUARTER_S)[open_],
        plan.requirement.agents[0, open_],
        evaluation.occupancy[0, open_],
        evaluation.level[0, open_],
        evaluation.mean_wait_s[0, open_],
    ])  # fmt: skip
    for quarter, cells in _quarters(readme).items():
        assert columns[:, quarter] == pytest.approx(cells, abs=2e-6)
    assert {r.basis for r in evaluation.sla} == {Basis.TRANSIENT}


def test_fourteen_people_work_the_opening_hours(plan: Plan) -> None:
    assert {(s.start_utc.hour, s.end_utc.hour) for s in plan.shifts.shifts} == {(9, 13)}
    assert plan.shifts.heads() == len(plan.roster.agents) == 14
    assert plan.bill.total_cost().amount == Decimal("700.00")
    assert _day(plan).met
    assert all(s.status.repeatable for s in plan.solves)
