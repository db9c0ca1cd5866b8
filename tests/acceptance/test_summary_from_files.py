"""The service a plan promises, computed again from its files alone: heads from shifts, agents from heads, levels from agents.

Nothing of the planner is imported: formulas are in acceptance_law, acceptance_in_hand and acceptance_over_time, the deferred
desk in acceptance_desk, clocks in acceptance_windows, sums in acceptance_service.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from acceptance.acceptance_absence import absence_variance
from acceptance.acceptance_files import PlanFiles, seconds
from acceptance.acceptance_luck import chance
from acceptance.acceptance_service import (
    CRUMBS,
    basis_of,
    can_handle,
    deferred_queues,
    delivered,
    desk_of,
    futures_of,
    held_to,
    judged_by,
    law_of,
    luck_of,
    needs_of,
    promises_of,
    rate_in_hand,
    shares_of,
    sized_for,
    threshold_of,
    times_of,
)

# the grid and what stands on it


def test_the_horizon_runs_between_local_midnights_and_counts_every_hour_of_a_clock_change(plan: PlanFiles) -> None:
    h = plan.summary["horizon"]
    assert pd.Timestamp(h["start_utc"]) == plan.horizon[0]
    assert pd.Timestamp(h["end_utc"]) == plan.horizon[1]
    assert h["intervals"] == plan.size


def test_the_weekend_has_a_day_of_twenty_five_hours(weekend: PlanFiles) -> None:
    assert weekend.size == (24 + 25 + 24) * 4


def test_files_speak_of_a_live_queue_only_while_it_is_open(plan: PlanFiles) -> None:
    contacts, agents = plan.matrix("demand", "contacts"), plan.matrix("requirement", "agents")
    for queue in plan.queues:
        assert np.array_equal(np.isfinite(agents[queue]), plan.open[queue]), queue
        expected = plan.open[queue] if plan.live(queue) else np.ones(plan.size, dtype=bool)
        assert np.array_equal(np.isfinite(contacts[queue]), expected), queue
    covered = plan.table("coverage")
    for queue, rows in covered.groupby("queue"):
        assert plan.open[queue][plan.starts.get_indexer(rows["interval_start_utc"])].all()


def test_quantiles_of_demand_are_in_order_and_scenarios_stand_around_the_mean(plan: PlanFiles) -> None:
    demand = plan.table("demand")
    assert (demand["contacts_p10"] <= demand["contacts_p50"]).all()
    assert (demand["contacts_p50"] <= demand["contacts_p90"]).all()
    assert (demand["interval_s"] == plan.interval_s).all()
    assert plan.scenarios["queue"].tolist() == list(plan.queues)
    assert pd.to_datetime(plan.scenarios["interval_start_utc"], utc=True).equals(pd.DatetimeIndex(plan.starts))
    contacts = plan.matrix("demand", "contacts")
    for queue in plan.queues:
        rates = np.nansum(plan.rates(queue), axis=1)
        assert len(rates) == plan.inputs["settings"]["scenarios"]
        assert rates.mean() == pytest.approx(np.nansum(contacts[queue]), rel=0.05)


# requirement.csv from demand.csv


def test_least_live_agents_are_where_the_level_between_whole_agents_meets_what_no_interval_may_go_below(
    plan: PlanFiles,
) -> None:
    least = plan.matrix("requirement", "least_agents")
    for id, queue in plan.queues.items():
        if not plan.live(id):
            continue
        held = held_to(plan, id)
        contacts, aht = np.where(plan.open[id], sized_for(plan, id), 0.0), times_of(plan, id)
        at = plan.open[id] & (contacts > 0)
        rates = rate_in_hand(plan, id, contacts, "max" if any(h["window"] == "interval" for h in held) else "mean")
        # who comes no more leaves what he brought
        finishing = np.where(rates * aht > 1e-3, rates * aht / queue["concurrency"], 0.0)
        np.testing.assert_allclose(least[id][plan.open[id] & ~at], finishing[plan.open[id] & ~at], rtol=0, atol=1e-9)
        slots = least[id][at] * queue["concurrency"]
        rate = rates[at]
        load = rate * aht[at]
        tight = np.zeros(len(slots), dtype=bool)
        for promise in held:
            law = law_of(queue, rate, aht[at], slots, promise["formula"], promise["within_s"])
            assert (law.level >= promise["least"] - 1e-7).all()
            # not an agent too many: a millionth less would miss the level, the load, or the cap on occupancy
            less = law_of(queue, rate, aht[at], np.maximum(slots - 1e-6, 0), promise["formula"], promise["within_s"])
            tight |= less.level < promise["least"]
        if queue["patience_s"] is None:
            tight |= slots <= load + 1e-6
        cap = queue["target"]["max_occupancy"]
        if cap is not None:
            assert (law.occupancy <= cap + 1e-7).all()
            tight |= less.occupancy > cap - 1e-9
        assert tight.all(), f"{id}: {np.flatnonzero(~tight).size} requirements are larger than they need to be"


def test_live_requirements_give_the_level_they_state_and_keep_what_is_promised(plan: PlanFiles) -> None:
    required, least = plan.matrix("requirement", "agents"), plan.matrix("requirement", "least_agents")
    stated = plan.matrix("requirement", "level_at_requirement")
    kept: dict[str, list[float]] = {}
    for id, queue in plan.queues.items():
        if not plan.live(id):
            continue
        assert (required[id][plan.open[id]] >= least[id][plan.open[id]] - 1e-9).all()
        contacts, aht = np.where(plan.open[id], sized_for(plan, id), 0.0), times_of(plan, id)
        at = plan.open[id] & (contacts > 0)
        held = held_to(plan, id)
        rate = rate_in_hand(plan, id, contacts, "max" if any(h["window"] == "interval" for h in held) else "mean")[at]
        for n, promise in enumerate(held):
            law = law_of(queue, rate, aht[at], required[id][at] * queue["concurrency"], promise["formula"], promise["within_s"])
            if n == 0:
                np.testing.assert_allclose(law.level, stated[id][at], rtol=0, atol=1e-7)
            sums = kept.setdefault(promise["clause"], [0.0, 0.0, promise["level"]])
            sums[0] += float((contacts[at] * law.level).sum())
            sums[1] += float(contacts[at].sum())
    for clause, (within, counted, level) in kept.items():
        # over all windows together, as agents are taken on the curve's majorant, a little above it near the floor
        assert within >= (level - 0.01) * counted, clause


def test_deferred_requirements_are_the_flattest_schedule_that_keeps_the_clock(plan: PlanFiles) -> None:
    required = plan.matrix("requirement", "agents")
    for id in deferred_queues(plan):
        target, is_open = plan.queues[id]["target"], plan.open[id]
        clock = int(target["within_s"] // plan.interval_s)
        work = sized_for(plan, id) * plan.matrix("demand", "aht_s")[id] / plan.interval_s
        opens = np.flatnonzero(is_open)
        arrived = np.concatenate(([0.0], np.cumsum(work)))
        due = np.zeros(plan.size + 1)
        for t in range(plan.size):
            later = opens[opens >= t]
            boundary = t + 1 + clock
            if not len(later) or boundary <= later[0]:  # late whatever happens: a fresh clock from the opening
                boundary = (later[0] if len(later) else plan.size + 1) + max(clock, 1)
            if boundary <= plan.size:
                due[boundary:] += work[t]
        done = np.cumsum(required[id][opens] * (target["max_occupancy"] or 1.0))
        most = arrived[opens + 1]
        following = np.append(opens[1:], plan.size)  # what falls due while closed must be done before closing
        least = np.minimum(due[following], most)
        least[-1] = most[-1]
        assert (done <= most + 1e-6).all()
        assert (done >= least - 1e-6).all()
        # the taut string: effort rises only where all that has come is done, and falls only where all that is due is
        step = np.diff(np.concatenate(([0.0], done)))
        rises, falls = np.diff(step) > 1e-6, np.diff(step) < -1e-6
        assert (np.abs(done - most)[:-1][rises] < 1e-6).all()
        assert (np.abs(done - least)[:-1][falls] < 1e-6).all()


# capacity.csv from shifts.csv and the account's shrinkage


def test_capacity_is_heads_outside_breaks_second_by_second_less_shrinkage(plan: PlanFiles) -> None:
    first, last = (seconds(pd.Timestamp(edge)) for edge in plan.horizon)
    shifts = plan.table("shifts")
    assert plan.inputs["carry_in"] == []
    capacity = plan.rows("capacity", "group")
    for id, group in plan.groups.items():
        change = np.zeros(last - first + 1)
        for n in np.flatnonzero(shifts["group"] == id):
            row = shifts.iloc[n]
            spans = [(seconds(row["start_utc"]), seconds(row["end_utc"]), 1), *((a, b, -1) for a, b, _ in plan.breaks[n])]
            for begins, ends, sign in spans:
                np.add.at(
                    change, np.clip(np.array([begins, ends]) - first, 0, last - first), sign * np.array([1, -1]) * row["heads"]
                )
        there = np.cumsum(change)[:-1].reshape(plan.size, plan.interval_s).mean(axis=1)
        rows = capacity[id]
        assert len(rows) == plan.size
        np.testing.assert_allclose(plan.along(rows, "scheduled"), there, rtol=0, atol=1e-9)
        present = there * (1 - group["absence"])
        np.testing.assert_allclose(plan.along(rows, "present"), present, rtol=0, atol=1e-9)
        np.testing.assert_allclose(plan.along(rows, "on_seat"), present * (1 - group["in_shift_loss"]), rtol=0, atol=1e-9)


# coverage.csv: one person, once


def test_nobody_is_counted_twice_and_nobody_idles_while_a_queue_of_his_needs_people(plan: PlanFiles) -> None:
    need, shares = needs_of(plan), shares_of(plan)
    for group, rows in plan.rows("capacity", "group").items():
        capacity = plan.along(rows, "on_seat")
        given = sum((shares[group, queue] for queue in plan.queues), np.zeros(plan.size))
        assert (given <= capacity + 1e-9).all()
        wanted = np.any([need[q] > 0 for q in plan.queues if plan.serves(group, q)], axis=0)
        np.testing.assert_allclose(given, np.where(wanted, capacity, 0.0), rtol=0, atol=1e-8)
    for (group, queue), rows in plan.rows("coverage", "group", "queue").items():
        assert plan.serves(group, queue) or (rows["on_seat"] == 0).all()
        assert (rows["on_seat"] >= 0).all()


def test_shared_agents_go_where_the_plan_means_them_or_to_live_queues_first_and_to_the_one_worst_off(plan: PlanFiles) -> None:
    meant = plan.matrix("requirement", "planned_agents")
    if any(np.isfinite(values).any() for values in meant.values()):
        for id, values in meant.items():
            np.testing.assert_allclose(plan.given[id][plan.open[id]], values[plan.open[id]], rtol=0, atol=1e-6, err_msg=id)
        return
    need, shares = needs_of(plan), shares_of(plan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = {q: np.where(need[q] > 0, np.minimum(1, plan.given[q] / need[q]), 1.0) for q in plan.queues}
    for group in plan.groups:
        mine = [q for q in plan.queues if plan.serves(group, q)]
        for helped in mine:
            for other in mine:
                takes = shares[group, helped] > 1e-9
                if plan.live(other) and not plan.live(helped):
                    assert (share[other][takes] >= 1 - 1e-8).all(), f"{group} works on {helped} while {other} is short"
                if plan.live(other) == plan.live(helped):
                    assert (share[other][takes] >= share[helped][takes] - 1e-8).all(), f"{group} favours {helped} over {other}"


# service.csv from coverage.csv, demand.csv and inputs.json


def test_delivered_service_of_every_interval_is_the_law_at_the_agents_given(plan: PlanFiles) -> None:
    columns = ("offered", "on_seat", "level", "occupancy", "abandonment", "mean_wait_s", "shortfall")
    service = {column: plan.matrix("service", column) for column in columns}
    need = plan.matrix("requirement", "least_agents")
    for id in plan.queues:
        np.testing.assert_allclose(service["offered"][id], plan.matrix("demand", "contacts")[id], rtol=1e-12)
        shown = np.isfinite(service["on_seat"][id])
        np.testing.assert_allclose(service["on_seat"][id][shown], plan.given[id][shown], rtol=0, atol=1e-9)
        assert (plan.given[id][~shown] == 0).all()
        missing = np.where(plan.open[id], np.maximum(0, need[id] - plan.given[id]), np.nan)
        np.testing.assert_allclose(service["shortfall"][id], missing, rtol=0, atol=2e-9)
        if not plan.live(id):
            assert all(np.isnan(service[c][id]).all() for c in ("level", "abandonment", "mean_wait_s"))
            continue
        expected = delivered(plan, id)
        sampled = np.isfinite(expected.abandonment)
        gone = service["abandonment"][id]
        assert sampled.any()
        np.testing.assert_allclose(gone[sampled], expected.abandonment[sampled], rtol=1e-6, atol=1e-7, err_msg=id)
        np.testing.assert_array_equal(np.isnan(gone), np.isnan(service["level"][id]))
        for column in ("level", "occupancy", "mean_wait_s"):
            np.testing.assert_allclose(
                service[column][id], getattr(expected, column), rtol=1e-6, atol=1e-7, err_msg=f"{id} {column}"
            )


# sla.csv


def test_every_promise_is_judged_over_every_window_of_its_markets_clock(plan: PlanFiles) -> None:
    expected = [(promise, row) for promise in promises_of(plan) for row in judged_by(plan, promise)]
    stated = list(plan.table("sla").itertuples())
    assert [(r.clause, r.window, r.window_start_utc) for r in stated] == [
        (promise["clause"], promise["window"], pd.Timestamp(row["start"])) for promise, row in expected
    ]
    for found, (promise, row) in zip(stated, expected, strict=True):
        key = (found.clause, found.window, found.window_start_utc)
        assert found.scope == " + ".join(promise["queues"])
        assert found.target == promise["level"]
        assert (found.formula if isinstance(found.formula, str) else None) == promise["formula"]
        assert found.threshold_s == max(threshold_of(plan, promise, q) for q in promise["queues"])
        assert found.partial == row["partial"], key
        laws = {basis_of(plan, q) for q in promise["queues"] if plan.live(q)}
        assert found.basis == ("fluid" if not laws else "transient" if laws == {"transient"} else "stationary")
        close = row["slack"]
        assert found.offered == pytest.approx(row["offered"], rel=1e-6, abs=1e-6 + close), key
        assert found.within == pytest.approx(row["within"], rel=1e-6, abs=1e-6 + close), key
        if row["offered"] == 0:
            assert np.isnan(found.level), key
            assert not isinstance(found.met, bool), key
        else:
            assert found.level == pytest.approx(found.within / found.offered, abs=1e-9), key
            assert found.met == (found.level >= promise["level"] - 1e-9), key


def test_every_window_has_its_own_local_date(plan: PlanFiles) -> None:
    rows = plan.table("sla")
    longer = rows[rows["window"] != "interval"]
    assert not longer.duplicated(["clause", "window", "window_date"]).any()
    dates = pd.to_datetime(longer["window_date"])
    assert (dates[longer["window"] == "week"].dt.day_of_week == 0).all()
    assert (dates[longer["window"] == "month"].dt.day == 1).all()
    whole = longer[~longer["partial"] & longer["window"].isin(["day", "week", "month"])]
    zone = {queue: plan.zone_of(queue) for queue in plan.queues}
    for row in whole.itertuples():
        if row.scope in zone:
            assert row.window_start_utc.tz_convert(zone[row.scope]).date().isoformat() == str(row.window_date)[:10]


def test_probability_is_the_chance_that_the_window_counts_the_target_reached(plan: PlanFiles) -> None:
    stated = list(plan.table("sla").itertuples())
    expected = [(promise, row) for promise in promises_of(plan) for row in judged_by(plan, promise)]
    own = {id: queue["target"]["window"] for id, queue in plan.queues.items()}
    own |= {clause["id"]: clause["window"] for clause in plan.inputs["contract"]["clauses"]}
    assert len(expected) == len(stated)
    left = {"stationary": 12, "transient": 2} if plan.size <= 96 else {"stationary": 3, "transient": 1}
    looked = 0
    for found, (promise, row) in zip(stated, expected, strict=True):
        key = (found.clause, found.window, found.window_start_utc)
        if np.isnan(found.level):
            assert np.isnan(found.probability), key
            continue
        if not promise["formula"]:  # the desk here works in crumbs
            _, level = _level_of_futures(plan, promise, row["key"])
            assert np.mean(level >= promise["level"] + 0.02) - 1e-9 <= found.probability, key
            assert found.probability <= np.mean(level >= promise["level"] - 0.02) + 1e-9, key
            continue
        # a week of the law over the day would take a minute: its days are looked at
        window = "day" if found.basis == "transient" else own[found.clause]
        if found.window != window or left[found.basis] == 0:
            continue
        left[found.basis] -= 1
        looked += 1
        # the planner may interpolate between multiples of the mean, to 0.2 points of the law in balance and half a point of that over time
        away = 0.005 if found.basis == "transient" else 0.002
        low, high = _probabilities(plan, promise, row, away)
        assert low - 0.003 <= found.probability <= high + 0.003, key
    assert looked or not any(promise["formula"] for promise in promises_of(plan))


def _probabilities(plan: PlanFiles, promise: dict, row: dict, away: float) -> list[float]:
    """The chance of a window if every scenario's level were `away` lower, and higher."""
    n, level = _level_of_futures(plan, promise, row["key"])
    alone, varied = luck_of(plan, promise, row["key"])
    absent = absence_variance(plan, promise, row["key"])
    share = n / row["offered"]
    return [
        float(np.mean([
            chance(c, p, alone * k, varied * k + absent * k**2, promise["level"])
            for c, p, k in zip(n, np.clip(level + off, 0.0, 1.0), share, strict=True)
        ]))
        for off in (-away, away)
    ]  # fmt: skip


def _level_of_futures(plan: PlanFiles, promise: dict, key: object) -> tuple[np.ndarray, np.ndarray]:
    """Contacts counted in a window and the level there, of every scenario with contacts."""
    offered, within = futures_of(plan, promise, key)
    some = offered > 0
    return offered[some], within[some] / offered[some]


# deferred.csv


def test_deferred_work_is_done_first_due_first_at_the_agents_given(plan: PlanFiles) -> None:
    rows = plan.rows("deferred", "queue")
    assert set(rows) == set(deferred_queues(plan))
    for id in deferred_queues(plan):
        arrived, run = desk_of(plan, id, plan.queues[id]["target"]["within_s"])
        np.testing.assert_allclose(plan.along(rows[id], "arrived"), arrived, rtol=1e-12)
        np.testing.assert_allclose(plan.along(rows[id], "done"), run.done, rtol=0, atol=1e-6)
        np.testing.assert_allclose(plan.along(rows[id], "open"), run.open, rtol=0, atol=1e-6)
        crumb = arrived.max() / CRUMBS
        np.testing.assert_allclose(plan.along(rows[id], "overdue"), run.overdue, rtol=0, atol=2 * crumb)
        np.testing.assert_allclose(plan.along(rows[id], "oldest_s"), run.oldest_s, rtol=0, atol=2 * plan.interval_s / CRUMBS)
        occupancy = plan.matrix("service", "occupancy")[id]
        can = can_handle(plan, id)
        np.testing.assert_allclose(occupancy[can > 0], run.done[can > 0] / can[can > 0], rtol=0, atol=1e-6)
        assert np.isnan(occupancy[can == 0]).all()


def test_the_weekend_has_work_that_no_clock_can_save(weekend: PlanFiles) -> None:
    """The closed Sunday strands emails: without them the order of work would not be tested."""
    arrived, run = desk_of(weekend, "de_email", weekend.queues["de_email"]["target"]["within_s"])
    assert 0 < run.in_time.sum() < arrived.sum() - run.pending.sum()
