"""Computed and simulated side by side: what is apart is said with its reason, and nothing is said without a simulation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from factories import tiny_plan

from planner.domain.evaluation import Basis
from planner.domain.headline import headline, held_queues, people_for, queue_figures, simulated_late
from planner.domain.plan import Plan
from planner.domain.simulated_promises import promises_kept_simulated, simulated_promises
from planner.domain.simulated_words import apart_lines, held_line, simulated_line
from planner.domain.simulation import SimulatedSla
from planner.domain.targets import Window
from planner.evaluation import simulate
from planner.evaluation.judged import judged


@pytest.fixture(scope="module")
def plan() -> Plan:
    bare = tiny_plan()
    return replace(bare, evaluation=replace(bare.evaluation, simulation=simulate(bare, replications=8, seed=1)))


def told(plan: Plan, *rows: SimulatedSla) -> Plan:
    found = plan.evaluation.simulation
    assert found is not None
    return replace(plan, evaluation=replace(plan.evaluation, simulation=replace(found, sla=rows)))


def rows_of(plan: Plan, id: str) -> list[SimulatedSla]:
    assert plan.evaluation.simulation is not None
    return [row for row in plan.evaluation.simulation.sla if row.clause == id]


def test_levels_over_the_horizon_are_those_of_its_own_row(plan: Plan) -> None:
    for promise in simulated_promises(plan):
        whole = next(row for row in rows_of(plan, promise.id) if row.window is Window.CONTRACT)
        assert promise.simulated == pytest.approx(whole.level)
        assert promise.low == pytest.approx(whole.low)
        assert promise.high == pytest.approx(whole.high)
        assert promise.computed == pytest.approx(whole.computed)


def test_computed_figures_are_those_of_the_summary(plan: Plan) -> None:
    figures = {row.queue.id: row for row in queue_figures(plan)}
    for promise in simulated_promises(plan):
        assert promise.computed_chance == figures[promise.id].probability


def test_windows_together_are_weighed_by_their_contacts(plan: Plan) -> None:
    queue = plan.account.queues[0]
    days = [row for row in rows_of(plan, queue.id) if row.window is Window.DAY]
    assert len(days) > 1
    account = replace(
        plan.account, queues=(replace(queue, target=replace(queue.target, window=Window.DAY)), *plan.account.queues[1:])
    )
    daily = replace(plan, account=account)
    promise = simulated_promises(daily)[0]
    assert promise.windows == tuple(row for row in days if row.level is not None)
    assert promise.kept == sum(bool(row.met) for row in promise.windows)


def test_apart_only_beyond_three_points_and_outside_the_interval(plan: Plan) -> None:
    id = plan.account.queues[0].id
    whole = next(row for row in rows_of(plan, id) if row.window is Window.CONTRACT)
    assert whole.computed is not None
    for shift, half, apart in ((-0.05, 0.01, True), (-0.05, 0.08, False), (-0.02, 0.001, False)):
        level = whole.computed + shift
        row = replace(whole, level=level, low=level - half, high=level + half)
        promise = next(p for p in simulated_promises(told(plan, row)) if p.id == id)
        assert promise.apart is apart
        assert bool([line for line in apart_lines((promise,)) if "over single windows" not in line]) is apart


def test_reasons_are_named_where_known(plan: Plan) -> None:
    by_id = {promise.id: promise for promise in simulated_promises(plan)}
    chat = next(queue for queue in plan.account.queues if queue.concurrency > 1)
    assert "several chats at a time" in by_id[chat.id].why
    assert all("shared people" in promise.why for promise in by_id.values())
    shifts = tuple(
        replace(s, start_utc=s.start_utc + timedelta(minutes=7), end_utc=s.end_utc + timedelta(minutes=7))
        for s in plan.shifts.shifts
    )
    uneven = replace(plan, shifts=replace(plan.shifts, shifts=shifts))
    assert "breaks or shift ends within an interval" in simulated_promises(uneven)[0].why


def test_the_summary_shows_both_or_says_nothing(plan: Plan) -> None:
    text = plan.summary()
    assert "level/sim" in text
    assert "Simulated" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    bare = replace(plan, evaluation=replace(plan.evaluation, simulation=None))
    assert "level/sim" not in bare.summary()
    assert "Simulated" not in bare.summary()
    assert simulated_promises(bare) == ()
    assert not any("simulated" in name for name in headline(bare))


def test_headline_and_words_agree(plan: Plan) -> None:
    rows = simulated_promises(plan)
    kept, of = promises_kept_simulated(rows)
    assert headline(plan)["promises_kept_simulated"] == {"value": float(kept), "unit": f"of {of} promises"}
    assert plan.evaluation.simulation is not None
    said = simulated_line(plan.evaluation.simulation, rows)
    assert said.startswith(f"{kept} of {of} promises hold")
    assert "8 horizons and 8 futures" in said


def test_computed_levels_are_told_also_where_simulated_ones_stand_in_their_place(plan: Plan) -> None:
    held = replace(plan, evaluation=judged(plan.evaluation, plan.account))
    assert any(row.basis is Basis.SIMULATED for row in held.evaluation.sla)
    for before, after in zip(simulated_promises(plan), simulated_promises(held), strict=True):
        assert after.computed == pytest.approx(before.computed)
        assert after.simulated == pytest.approx(before.simulated)
        assert after.computed_chance is None
        assert after.chance == before.chance
    again = simulate(held, replications=8, seed=1)
    assert plan.evaluation.simulation is not None
    assert [row.computed for row in again.sla] == [row.computed for row in plan.evaluation.simulation.sla]


def test_promises_held_to_the_simulation_are_no_warning_but_one_sentence(plan: Plan) -> None:
    held = simulated_promises(replace(plan, evaluation=judged(plan.evaluation, plan.account)))
    assert all(promise.held for promise in held if promise.simulated is not None)
    far = tuple(replace(p, computed=0.0, simulated=0.99, low=0.98, high=1.0) for p in held)
    assert apart_lines(far) == []
    assert "held to the simulated level" in held_line(far)
    assert apart_lines((replace(far[0], held=False), *far[1:]))[0].startswith("Simulated differs from computed")
    assert held_line(simulated_promises(plan)) == ""


def test_of_promises_held_to_the_simulation_the_summary_names_no_computed_level(plan: Plan) -> None:
    text = replace(plan, evaluation=judged(plan.evaluation, plan.account)).summary()
    assert "differs from computed" not in text
    assert " ".join(text.split()).count("held to the simulated level") == 1
    assert "level/sim" not in text  # one level, the simulated
    assert max(len(line) for line in text.splitlines()) <= 100
    some = tuple(replace(row, basis=Basis.TRANSIENT) if row.clause == "gb_voice" else row for row in plan.evaluation.sla)
    mixed = replace(plan, evaluation=judged(replace(plan.evaluation, sla=some), plan.account)).summary()
    rows = {line.split()[0]: line for line in mixed.splitlines() if line.startswith("gb_")}
    assert " -/" in rows["gb_chat"]
    assert " -/" not in rows["gb_voice"]


def test_of_held_plans_occupancy_lateness_and_shortfall_are_said_to_be_what_they_are(plan: Plan) -> None:
    held = replace(plan, evaluation=judged(plan.evaluation, plan.account))
    assert held_queues(plan) == frozenset()
    assert held_queues(held) == {queue.id for queue in plan.account.queues}
    assert (people_for(held) >= people_for(plan) - 1e-9).all()
    found = held.evaluation.simulation
    assert found is not None
    ((mail, late),) = simulated_late(held)
    assert mail == "gb_email"
    q = held.evaluation.queues.index(mail)
    assert late == pytest.approx(np.nansum(found.answered[q] - found.within[q]) + found.overdue[q, -1])
    assert simulated_late(plan) == ()
    short = replace(held, evaluation=replace(held.evaluation, shortfall=np.ones_like(held.evaluation.shortfall)))
    assert "held to simulated levels" in " ".join(short.summary().split())


def test_where_shared_people_fall_short_in_simulation_the_way_out_is_named(plan: Plan) -> None:
    promise = next(p for p in simulated_promises(plan) if p.windows and not p.instead)
    missed = tuple(replace(row, met=False, level=row.target - 0.1) for row in promise.windows)
    short = replace(promise, windows=missed, computed=0.9, simulated=0.7, low=0.69, high=0.71, why=("shared people",))
    assert 'run.skills = "simulated"' in apart_lines((short,))[-1]
    assert not any("run.skills" in line for line in apart_lines((replace(short, why=("redials",)),)))
    assert apart_lines((replace(short, held=True),)) == []
    kept = tuple(replace(row, met=True) for row in promise.windows)
    assert not any("run.skills" in line for line in apart_lines((replace(short, windows=kept),)))
