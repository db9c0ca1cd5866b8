"""Explanations of finished plans: who is needed, why so many, and what is kept when time runs out."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import planner
from planner.cli.app import app
from planner.domain.codec import decode, encode
from planner.domain.plan import Plan
from planner.economics import bill
from planner.errors import DataError
from planner.evaluation import evaluate
from planner.explanation import Explanation, explain
from planner.explanation.asking import cheapest, everything, least_missing_cover, linear
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.conflict import cover_conflicts, demands_of
from planner.explanation.limits import limits_of, without
from planner.explanation.need import agent_need, mean_only, without_places
from planner.explanation.phrases import WIDTH
from planner.explanation.prices import raised_by
from planner.explanation.result import Source
from planner.explanation.story import interval_story, with_one_away
from planner.explanation.words import told
from planner.sizing import size

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan() -> Plan:
    account = planner.load_account(ROOT / "sample_data" / "one_queue")
    return planner.plan(planner.override(account, {"run": {"cover": "window"}}))


@pytest.fixture(scope="module")
def shared() -> Plan:
    """Two queues, one of them served by a second group as well."""
    account = planner.load_account(ROOT / "sample_data" / "one_queue")
    change = {
        "run": {"cover": "interval", "scenarios": 3, "shortfall_price_per_h": 15.0, "gap": 0.02},
        "queues": [{"id": "calls", "patience_s": 120.0}],
    }
    return planner.plan(planner.override(account, change))


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(planner.export(plan, tmp_path_factory.mktemp("explain") / "plan"))


def test_without_a_head_no_level_rises_and_no_interval_gains(plan: Plan, shared: Plan) -> None:
    for made in (plan, shared):
        for agent in [a.id for a in made.roster.agents][:6]:
            need = agent_need(made, agent)
            assert all(c.after is None or c.after <= c.before + 1e-9 for c in need.changes)
            assert need.newly_short <= need.short


def test_what_a_head_is_needed_for_is_what_is_found_by_hand(plan: Plan) -> None:
    agent = plan.roster.agents[0]
    need = agent_need(plan, agent.id)
    places = [a.shift for a in plan.roster.assignments if a.agent == agent.id]
    fewer = without_places(plan.shifts, places)
    assert sum(s.heads for s in fewer.shifts) == sum(s.heads for s in plan.shifts.shifts) - len(places)
    after = evaluate(fewer, mean_only(plan.demand), plan.requirement, plan.account)
    lost = np.nan_to_num(after.shortfall) - np.nan_to_num(plan.evaluation.shortfall)
    assert need.short == int((lost > 1e-9).sum())
    assert need.short_h == pytest.approx(lost.clip(min=0).sum() * 0.25)
    saved = plan.bill.total_cost().amount - bill(fewer, plan.account).total_cost().amount
    assert need.saved == pytest.approx(float(saved))
    (change,) = need.changes
    (row,) = [r for r in after.sla if r.clause == "calls" and r.window is change.window]
    assert change.after == row.level
    assert change.before > row.level


def test_everybody_gone_leaves_nobody(plan: Plan) -> None:
    left = without_places(plan.shifts, [a.shift for a in plan.roster.assignments])
    assert left.shifts == ()


def test_an_interval_is_told_from_contacts_to_people(plan: Plan) -> None:
    t = int(np.nanargmax(plan.requirement.agents[0]))
    story = interval_story(plan, "calls", t)
    assert story.contacts is not None
    assert story.aht_s is not None
    assert story.load == pytest.approx(story.contacts * story.aht_s / 900)
    assert story.required == plan.requirement.agents[0, t]
    (group,) = story.groups
    assert group.on_seat == pytest.approx(group.heads * group.availability)
    assert story.given == pytest.approx(group.given)
    assert len(group.agents) == round(group.heads)
    start = story.start_utc
    running = {s.id for s in plan.shifts.shifts if s.start_utc <= start < s.end_utc}
    assert set(group.agents) <= {a.agent for a in plan.roster.assignments if a.shift in running}
    (less,) = story.one_less
    assert less.on_seat_after == pytest.approx(story.given - group.availability)
    assert less.level_before is not None
    assert less.level_after is not None
    assert less.level_after < less.level_before


def test_one_away_for_an_interval_is_missing_then_and_only_then(plan: Plan) -> None:
    from planner.evaluation import capacity

    grid = plan.shifts.grid
    start = grid.start_utc + (grid.end_utc - grid.start_utc) * 10 / 24
    fewer = with_one_away(plan.shifts, "leeds_en", start, start + (grid.end_utc - grid.start_utc) / 96)
    assert fewer is not None
    gone = capacity(plan.shifts, plan.account).scheduled[0] - capacity(fewer, plan.account).scheduled[0]
    assert gone[40] == pytest.approx(1.0)
    assert np.delete(gone, 40) == pytest.approx(0.0)


def test_the_overview_is_read_off_the_plan_and_computed(plan: Plan) -> None:
    found = explain(plan)
    assert found.overview is not None
    over = found.overview
    assert sum(p.amount for p in over.parts) == pytest.approx(over.cost)
    assert sum(p.amount for p in over.groups) == pytest.approx(float(plan.bill.total_cost().amount))
    assert over.cheapest is not None
    assert over.objective is not None
    assert over.cheapest.amount <= over.objective + 1e-6
    assert sum(h.cost for h in over.hours) <= over.cheapest.amount + 1e-6
    asked = {q.asked: q.objective for q in found.questions}
    for price in over.prices:
        if price.figure.source is Source.BOUND:
            objective = asked[f"{price.subject}: {price.change}"]
            assert objective is not None
            assert price.figure.amount == pytest.approx(objective - over.cheapest.amount)
    assert found.left_out == ()
    assert found.shortage is None
    assert decode(Explanation, json.loads(json.dumps(encode(found)))) == found
    assert max(len(line) for line in told(found, plan).splitlines()) <= WIDTH


def test_a_plan_short_by_choice_says_so_with_the_price_of_more(shared: Plan) -> None:
    found = explain(shared)
    assert found.shortage is not None
    assert found.shortage.forced is not None
    assert not found.shortage.forced.sure
    assert found.shortage.full_cover is not None
    assert found.shortage.full_cover.amount > 0
    assert "short by choice" in " ".join(told(found, shared).split())


def test_a_time_limit_and_a_stop_keep_what_is_known_and_name_what_is_not(plan: Plan) -> None:
    stop = threading.Event()
    stop.set()
    for found in (explain(plan, time_limit_s=1e-6), explain(plan, stop=stop)):
        assert found.overview is not None
        assert found.overview.cost == float(plan.bill.total_cost().amount)
        assert found.overview.cheapest is None
        assert found.overview.prices == ()
        assert found.overview.limits == ()
        assert "the cheapest plan" in found.left_out
        assert "Left out" in told(found, plan)
    assert explain(plan, stop=stop).stopped


def test_everything_unknown_is_named_at_once_with_the_nearest(plan: Plan) -> None:
    with pytest.raises(DataError) as error:
        explain(plan, queue="call", agent="leeds_en-999", interval="2026-03-09T10:00", time_limit_s=-1)
    said = str(error.value)
    assert "4 problems" in said
    assert "did you mean calls?" in said
    assert "did you mean leeds_en-0" in said
    assert "2026-03-04T00:00" in said


def test_times_are_on_the_clock_of_the_market_or_as_they_say(plan: Plan) -> None:
    plain = explain(plan, queue="calls", interval="2026-03-04T10:20").intervals[0]
    zoned = explain(plan, queue="calls", interval="2026-03-04T11:15+01:00").intervals[0]
    assert plain.start_utc == zoned.start_utc
    assert explain(plan, interval="2026-03-04T10:15").intervals[0].one_less == ()
    assert explain(plan, interval="2026-03-04T20:15").intervals == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--queue", "calls", "--interval", "2026-03-04T10:15"], "required"),
        (["--agent", "leeds_en-001"], "falls from"),
        (["--queue", "calls"], "closing an hour later"),
        (["--interval", "2026-03-04T20:15"], "nobody"),
    ],
)
def test_the_command_prints_words_and_json(folder: Path, options: list[str], words: str) -> None:
    runner = CliRunner()
    plain = runner.invoke(app, ["explain", str(folder), *options])
    assert plain.exit_code == 0, plain.output
    assert words in plain.stdout
    data = json.loads(runner.invoke(app, ["explain", str(folder), *options, "--json"]).stdout)
    assert data["account"] == "One queue"


def test_the_command_refuses_what_it_does_not_know(folder: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    bad = runner.invoke(app, ["explain", str(folder), "--queue", "cals", "--agent", "nobody", "--json"])
    assert bad.exit_code == 2
    assert len(json.loads(bad.stdout)["problems"]) == 2
    assert runner.invoke(app, ["explain", str(tmp_path / "none")]).exit_code == 2


def test_one_more_point_over_a_window_costs_what_its_contacts_cost(plan: Plan) -> None:
    """The promise of a day is a row of the model: its dual price lies between the differences of a step down and a step up."""
    case = Case(plan.account, size(plan.demand, plan.account))
    assert case.requirement.promised is not None
    step = 1e-4
    base = cheapest(linear(case), time_limit_s=60)
    dual = float(base.promise_prices().sum()) * step * sum(w.offered for w in case.requirement.promised.windows)
    costs = []
    for points in (-step, step):
        account = raised_by(plan.account, ["calls"], points)
        found = cheapest(linear(Case(account, size(plan.demand, account))), time_limit_s=60)
        assert found.cost is not None
        assert base.cost is not None
        costs.append(found.cost - base.cost)
    slack = 0.1 * max(abs(c) for c in costs) + 1e-3  # the curve is cut into pieces anew
    assert -costs[0] - slack <= dual <= costs[1] + slack


def test_an_impossible_promise_is_blamed_with_the_limits_that_forbid_it(plan: Plan) -> None:
    account = replace(plan.account, sites=tuple(replace(s, seats=12) for s in plan.account.sites))
    case = Case(account, size(plan.demand, account))
    every = everything(case.requirement)
    forced = least_missing_cover(case, every, time_limit_s=60)
    assert forced.impossible
    conflicts = cover_conflicts(case, forced, Budget(60.0))
    assert conflicts
    for conflict in conflicts:
        assert "seats:leeds" in [x.id for x in conflict.limits]
        parts = [0 for d in conflict.demands if d.clause]
        assert parts, "twelve seats are enough for the least of every interval"
        asked = demands_of(case, parts)
        limits = limits_of(account)
        only = without(case, [x for x in limits if x not in conflict.limits])
        assert least_missing_cover(only, asked, time_limit_s=60).impossible
        for left_out in conflict.limits:
            freer = without(case, [x for x in limits if x not in conflict.limits or x == left_out])
            assert not least_missing_cover(freer, asked, time_limit_s=60).impossible, left_out.id
    more = replace(plan.account, sites=tuple(replace(s, seats=14) for s in plan.account.sites))
    assert not least_missing_cover(replace(case, account=more), every, time_limit_s=60).impossible
