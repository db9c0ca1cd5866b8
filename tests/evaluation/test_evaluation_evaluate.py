"""A finished roster judged whole: everything recomputed here by other means from shifts, contacts and the queueing law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from factories import ALWAYS, make_account, make_plan, tiny_account

from planner.domain.account import Account, Clause, Horizon
from planner.domain.demand import Demand
from planner.domain.evaluation import Basis, Evaluation, SlaResult
from planner.domain.grid import to_utc
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.requirement import Requirement
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, Window
from planner.evaluation import evaluate
from planner.queueing import chance_of, count_noise, offered_load, performance


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two languages, three channels, three days in half-hours, people at two sites, one group bilingual."""
    account = make_account(languages=2, channels=(Channel.VOICE, Channel.CHAT, Channel.EMAIL), days=3, interval_s=1800)
    clause = Clause(id="all voice", queues=("gb_voice", "de_voice"), level=0.8, window=Window.DAY)
    at_once = Clause(id="fast", queues=("gb_voice",), level=0.5, window=Window.CONTRACT, formula=Formula.VIRTUAL, within_s=1.0)
    slower = tuple(replace(q, target=replace(q.target, within_s=12.0)) if q.id == "de_voice" else q for q in account.queues)
    account = replace(account, queues=slower, contract=replace(account.contract, clauses=(clause, at_once)))
    return make_plan(account, heads=2, scenarios=12)


@pytest.fixture(scope="module")
def found(plan: Plan) -> Evaluation:
    return judged(plan)


def judged(plan: Plan, **changes: object) -> Evaluation:
    parts = {"shift_plan": plan.shifts, "demand": plan.demand, "requirement": plan.requirement, "account": plan.account}
    return evaluate(**(parts | changes))  # type: ignore[arg-type]


def rows(found: Evaluation, clause: str, window: Window) -> list[SlaResult]:
    return [r for r in found.sla if r.clause == clause and r.window is window]


def test_coverage_adds_up_to_the_people_there(plan: Plan, found: Evaluation) -> None:
    serves = plan.account.serves()
    given = found.coverage.on_seat
    assert (given[~serves] == 0).all()
    assert (given.sum(axis=1) <= found.capacity.on_seat + 1e-9).all()
    wanted = (np.nan_to_num(plan.requirement.agents) > 0)[None] & serves[:, :, None]
    busy = wanted.any(axis=1)
    assert given.sum(axis=1)[busy] == pytest.approx(found.capacity.on_seat[busy])
    assert (given[:, ~plan.requirement.open] == 0).all()


def test_capacity_is_heads_times_availability(plan: Plan, found: Evaluation) -> None:
    for g, group in enumerate(plan.account.groups):
        assert found.capacity.on_seat[g] == pytest.approx(found.capacity.scheduled[g] * group.availability)
    assert found.capacity == plan.evaluation.capacity  # counted another way when the plan was made


def test_levels_are_the_queueing_law_at_the_coverage(plan: Plan, found: Evaluation) -> None:
    given = found.coverage.by_queue()
    for q, queue in enumerate(plan.account.queues):
        if not queue.channel.live:
            assert np.isnan(found.level[q]).all()
            continue
        assert (np.isnan(found.level[q]) == ~plan.demand.expected[q]).all()
        in_hand = offered_load(
            rate_per_h=2 * np.nan_to_num(plan.demand.contacts[q]), aht_s=plan.demand.aht_s[q], interval_s=1800
        )
        for t in np.flatnonzero(plan.demand.expected[q])[::5]:
            if given[q, t] == 0:
                assert (found.level[q, t], found.abandonment[q, t], found.mean_wait_s[q, t]) == (0, 1, queue.patience_s)
                continue
            law = performance(
                rate_per_h=in_hand[t] * 3600 / plan.demand.aht_s[q, t],
                aht_s=plan.demand.aht_s[q, t],
                agents=given[q, t] * queue.concurrency,
                threshold_s=queue.target.within_s,
                patience_s=queue.patience_s,
                definition=queue.target.formula.value,
            )
            assert found.level[q, t] == pytest.approx(float(law.service_level))
            assert found.abandonment[q, t] == pytest.approx(float(law.abandonment))
            assert found.mean_wait_s[q, t] == pytest.approx(float(law.mean_wait_s))
            assert found.occupancy[q, t] == pytest.approx(float(law.occupancy))


def test_shortfall_is_what_is_missing_where_open(plan: Plan, found: Evaluation) -> None:
    missing = np.clip(plan.requirement.agents - found.coverage.by_queue(), 0, None)
    assert found.shortfall[plan.requirement.open] == pytest.approx(missing[plan.requirement.open], abs=1e-8)
    assert np.isnan(found.shortfall[~plan.requirement.open]).all()
    assert found.shortfall[plan.requirement.open].max() > 0


def test_every_window_adds_up_its_local_intervals(plan: Plan, found: Evaluation) -> None:
    contacts = np.nan_to_num(plan.demand.contacts)
    for q, queue in enumerate(plan.account.queues):
        if not queue.channel.live or queue.target.formula is not Formula.OFFERED:
            continue
        zone = ZoneInfo(plan.account.market(queue.market).zone)
        dates = np.array([when.astimezone(zone).date() for when in plan.demand.grid.starts()])
        days = rows(found, queue.id, Window.DAY)
        assert len(days) == len(set(dates))
        for row, day in zip(days, sorted(set(dates)), strict=True):
            here = dates == day
            assert row.offered == pytest.approx(contacts[q, here].sum())
            assert row.within == pytest.approx(np.nansum(contacts[q, here] * found.level[q, here]))
        (whole,) = rows(found, queue.id, Window.CONTRACT)
        assert whole.level == pytest.approx(np.nansum(contacts[q] * found.level[q]) / contacts[q].sum())
        assert (whole.scope, whole.basis, whole.target) == (queue.id, Basis.STATIONARY, queue.target.level)


def test_every_queue_is_told_by_its_promise_its_days_and_the_horizon(plan: Plan, found: Evaluation) -> None:
    for queue in plan.account.queues:
        windows = [r.window for r in found.sla if r.clause == queue.id]
        assert set(windows) == {queue.target.window, Window.DAY, Window.CONTRACT}
        assert windows.count(Window.CONTRACT) == 1
        for window in set(windows):
            starts = [r.window_start_utc for r in rows(found, queue.id, window)]
            assert starts == sorted(set(starts))


def test_levels_met_and_marks_agree_with_each_other(found: Evaluation) -> None:
    for r in found.sla:
        assert (r.level is None) == (r.offered == 0) == (r.met is None)
        if r.level is not None:
            assert r.level == pytest.approx(r.within / r.offered)
            assert r.met == (r.level >= r.target - 1e-9)
            assert 0 <= r.level <= 1
            assert r.probability is not None
            assert 0 <= r.probability <= 1


def test_a_clause_over_two_markets_weights_them_by_contacts_on_the_same_local_day(plan: Plan, found: Evaluation) -> None:
    together = rows(found, "all voice", Window.DAY)
    assert {r.scope for r in together} == {"gb_voice + de_voice"}
    assert {r.threshold_s for r in together} == {12.0}  # each its own, the longest shown
    british, german = rows(found, "gb_voice", Window.DAY), rows(found, "de_voice", Window.DAY)
    assert len(german) == 4  # the last German day begins an hour before the British horizon ends
    for both, *parts in zip(together[:3], british, german[:3], strict=True):
        assert both.offered == pytest.approx(sum(p.offered for p in parts))
        assert both.within == pytest.approx(sum(p.within for p in parts))
        assert both.window_start_utc == min(p.window_start_utc for p in parts)
    assert together[3].offered == pytest.approx(german[3].offered)
    assert together[0].partial  # the first German day is cut, so the sum is
    assert not together[1].partial


def test_a_clause_may_name_another_formula_and_threshold_than_the_queue(plan: Plan, found: Evaluation) -> None:
    (fast,) = rows(found, "fast", Window.CONTRACT)
    given = found.coverage.by_queue()
    aht_s = plan.demand.aht_s[0]
    in_hand = offered_load(rate_per_h=2 * plan.demand.contacts[0], aht_s=aht_s, interval_s=1800)
    law = performance(
        rate_per_h=in_hand * 3600 / aht_s,
        aht_s=aht_s,
        agents=given[0],
        threshold_s=1.0,
        patience_s=240.0,
        definition="virtual",
    )
    assert (fast.formula, fast.threshold_s) == (Formula.VIRTUAL, 1.0)
    assert fast.level == pytest.approx(np.average(law.service_level, weights=plan.demand.contacts[0]))


def test_probability_is_the_chance_over_futures_that_the_count_reaches_the_target(plan: Plan) -> None:
    # everybody turns up: who may not is another test's
    present = replace(plan.account, groups=tuple(replace(group, absence=0.0) for group in plan.account.groups))
    given = judged(plan, account=present).coverage.by_queue()
    for q, queue in enumerate(plan.account.queues):
        if queue.channel is not Channel.VOICE:
            continue
        law = performance(
            rate_per_h=2 * plan.demand.rates[:, q],
            aht_s=plan.demand.aht_s[q],
            agents=given[q],
            threshold_s=queue.target.within_s,
            patience_s=queue.patience_s,
        )
        levels = (law.service_level * plan.demand.rates[:, q]).sum(axis=1) / plan.demand.rates[:, q].sum(axis=1)
        for target in np.quantile(levels, [0.2, 0.5, 0.9]) + 1e-3 * np.array([1, 1, 1]):
            changed = replace(queue, target=replace(queue.target, level=float(target)))
            account = replace(present, queues=tuple(changed if x.id == queue.id else x for x in present.queues))
            (whole,) = rows(judged(plan, account=account), queue.id, Window.CONTRACT)
            desk = {"aht_s": plan.demand.aht_s[q], "agents": given[q], "threshold_s": queue.target.within_s}
            noise = count_noise(
                rate_per_h=2 * plan.demand.contacts[q], patience_s=queue.patience_s, level=float(target), **desk
            )
            _, alone, varied = (x.sum() / 2 for x in noise)
            n = plan.demand.rates[:, q].sum(axis=1)
            share = n / plan.demand.contacts[q].sum()
            chances = chance_of(n, levels, alone * share, varied * share, float(target))
            assert whole.probability == pytest.approx(chances.mean(), abs=0.003)


def test_without_scenarios_nothing_is_said_of_probability(plan: Plan) -> None:
    none = np.zeros((0, *plan.demand.contacts.shape))
    found = judged(plan, demand=replace(plan.demand, scenarios=none, rates=none))
    assert {r.probability for r in found.sla} == {None}
    assert not any(note.startswith("P:") for note in found.notes)


def test_deferred_work_keeps_its_books(plan: Plan, found: Evaluation) -> None:
    given = found.coverage.by_queue()
    for q, queue in enumerate(plan.account.queues):
        work = [
            values[q] for values in (found.deferred.arrived, found.deferred.done, found.deferred.open, found.deferred.overdue)
        ]
        if queue.channel.live:
            assert all(np.isnan(values).all() for values in work)
            continue
        arrived, done, still_open, overdue = work
        assert arrived == pytest.approx(plan.demand.contacts[q])
        assert np.cumsum(arrived - done) == pytest.approx(still_open, abs=1e-6)
        assert (done <= given[q] * 1800 / plan.demand.aht_s[q] + 1e-9).all()
        assert (overdue <= still_open + 1e-9).all()
        there = given[q] > 0
        assert found.occupancy[q, there] == pytest.approx(
            np.minimum(1, done[there] * plan.demand.aht_s[q, there] / 1800 / given[q, there])
        )
        (whole,) = rows(found, queue.id, Window.CONTRACT)
        assert (whole.formula, whole.basis) == (None, Basis.FLUID)
        assert whole.offered <= arrived.sum() + 1e-9  # what is open and not yet due counts neither way
        assert whole.offered >= arrived.sum() - still_open[-1] - 1e-6


def test_deferred_levels_on_a_case_done_by_hand() -> None:
    # One agent answers 12 contacts an hour; 18 an hour come for two hours, then none. Clock: one hour.
    # The contact at hour u is answered at 1.5 u up to u = 2 (hour 3): it waits u/2, so all 36 are in time.
    found = deferred_by_hand(within_s=3600.0)
    assert found.level == pytest.approx(1.0)
    # Clock: half an hour. u/2 <= 1/2 while u <= 1: the first 18 of the 36.
    found = deferred_by_hand(within_s=1800.0)
    assert (found.offered, found.level) == (pytest.approx(36.0), pytest.approx(0.5))


def deferred_by_hand(*, within_s: float) -> SlaResult:
    account = tiny_account()
    queue = replace(
        account.queues[2], target=DeferredTarget(level=0.9, within_s=within_s, window=Window.CONTRACT), opening=ALWAYS
    )
    group = replace(account.groups[0], absence=0.0, in_shift_loss=0.0)
    account = replace(
        account, queues=(queue,), groups=(group,), horizon=Horizon(zone="UTC", start=date(2026, 11, 9), days=1, interval_s=1800)
    )
    contacts = np.zeros((1, 48))
    contacts[0, :4] = 9.0
    found = evaluate(*staffed(account, contacts, heads=1, hours=(0, 5)), account)
    (row,) = rows(found, queue.id, Window.CONTRACT)
    return row


def staffed(
    account: Account, contacts: np.ndarray, *, heads: int, hours: tuple[int, int]
) -> tuple[ShiftPlan, Demand, Requirement]:
    grid = account.grid
    site = account.site(account.groups[0].site)
    start = grid.start_utc + timedelta(hours=hours[0])
    shift = Shift(
        id="s",
        site=site.id,
        group=account.groups[0].id,
        pattern="p",
        date=start.astimezone(ZoneInfo(site.zone)).date(),
        start_utc=start,
        end_utc=grid.start_utc + timedelta(hours=hours[1]),
        breaks=(),
        heads=heads,
    )
    queues = tuple(q.id for q in account.queues)
    shape = contacts.shape
    expected = np.ones(shape, dtype=bool)
    demand = Demand(
        queues=queues,
        grid=grid,
        expected=expected,
        contacts=contacts,
        aht_s=np.full(shape, 300.0),
        levels=(),
        quantiles=np.zeros((0, *shape)),
        scenarios=np.zeros((0, *shape)),
        rates=np.zeros((0, *shape)),
        choices=(),
    )
    need = Requirement(
        queues=queues,
        grid=grid,
        open=expected,
        agents=np.ones(shape),
        level_at_requirement=np.full(shape, np.nan),
        methods=("",) * len(queues),
    )
    return ShiftPlan(grid=grid, shifts=(shift,), tours=()), demand, need


def test_one_queue_solved_by_hand_over_the_clock_change_day() -> None:
    # 50 calls a quarter-hour of 180 s all day, 14 agents in Lisbon on the day of 25 hours: 5,000 calls at the printed level
    account = tiny_account()
    voice = replace(
        account.queues[0], patience_s=None, aht_s=180.0, target=LiveTarget(level=0.8, within_s=20, window=Window.DAY)
    )
    market = replace(account.markets[0], zone="Europe/Lisbon")
    group = replace(account.groups[1], absence=0.0, in_shift_loss=0.0)
    horizon = Horizon(zone="Europe/Lisbon", start=date(2026, 10, 25), days=1, interval_s=900)
    account = replace(account, queues=(voice,), markets=(market,), groups=(group,), horizon=horizon)
    contacts = np.full((1, 100), 50.0)
    shifts, demand, need = staffed(account, contacts, heads=14, hours=(0, 25))
    demand = replace(demand, aht_s=np.full((1, 100), 180.0))
    found = evaluate(shifts, demand, need, account)
    (day,) = rows(found, voice.id, Window.DAY)
    assert day.offered == 5000
    assert day.level == pytest.approx(0.888350, abs=5e-7)
    assert (day.met, day.partial) == (True, False)
    assert day.window_start_utc == to_utc("Europe/Lisbon", date(2026, 10, 25), 0) == datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert (found.shortfall == 0).all()


def test_interval_promises_leave_out_intervals_without_contacts(plan: Plan) -> None:
    chat = plan.account.queues[1]
    changed = replace(chat, target=replace(chat.target, window=Window.INTERVAL, formula=Formula.OFFERED))
    account = replace(plan.account, queues=tuple(changed if x.id == chat.id else x for x in plan.account.queues))
    found = judged(plan, account=account)
    intervals = rows(found, chat.id, Window.INTERVAL)
    assert len(intervals) == plan.demand.expected[1].sum()
    assert [r.level for r in intervals] == pytest.approx(found.level[1, plan.demand.expected[1]])


def test_notes_say_what_the_figures_rest_on(found: Evaluation) -> None:
    said = " ".join(found.notes)
    for words in (
        "in balance with the contacts then in hand",
        "only a simulation",
        "no-pooling",
        "Chat:",
        "Deferred work:",
        "marked partial",
        "12 demand scenarios",
        "own",
    ):
        assert words in said


def test_deferred_work_that_no_staffing_can_do_in_time_is_told(plan: Plan) -> None:
    # the desk opens 8 to 20 on its market's clock; within two hours of arriving, what comes from 20 to 6 is late before it opens
    account = plan.account
    target = DeferredTarget(level=0.9, within_s=2 * 3600.0)
    hurried = replace(account, queues=tuple(replace(q, target=target) if q.id == "gb_email" else q for q in account.queues))
    said = [note for note in judged(plan, account=hurried).notes if "gb_email" in note]
    at, came = account.queues.index(account.queue("gb_email")), plan.demand.contacts
    minute = plan.demand.grid.clock("Europe/London").minute
    late = ((minute >= 1200) | (minute < 360)) & (
        np.arange(came.shape[1]) < came.shape[1] - 4
    )  # what falls due after the end is not seen
    share = came[at, late].sum() / came[at].sum()
    assert said == [
        f"gb_email: {100 * share:.0f}% of contacts arrive with no open hour within the 2 h promised; they are late whatever the staffing."
    ]
    assert not any("whatever the staffing" in note for note in judged(plan).notes)


def test_a_roster_of_one_channel_says_nothing_of_the_others() -> None:
    account = make_account(languages=1, channels=(Channel.VOICE,), days=7, interval_s=3600)
    account = replace(account, markets=(replace(account.markets[0], zone="Europe/London"),))
    small = make_plan(account, heads=2, scenarios=3)
    said = " ".join(judged(small).notes)
    for words in ("no-pooling", "Chat:", "Deferred", "partial"):
        assert words not in said


def test_the_same_input_gives_the_same_evaluation(plan: Plan, found: Evaluation) -> None:
    assert judged(plan) == found


def test_more_people_never_serve_worse(plan: Plan, found: Evaluation) -> None:
    doubled = tuple(replace(s, heads=2 * s.heads) for s in plan.shifts.shifts)
    better = judged(plan, shift_plan=replace(plan.shifts, shifts=doubled))
    live = np.isfinite(found.level)
    assert (better.coverage.by_queue() >= found.coverage.by_queue() - 1e-9).all()
    assert (better.level[live] >= found.level[live] - 1e-9).all()
    assert np.nansum(better.deferred.overdue) <= np.nansum(found.deferred.overdue) + 1e-9


def test_parts_that_do_not_belong_together_are_refused(plan: Plan) -> None:
    with pytest.raises(ValueError, match="same queues"):
        judged(plan, account=replace(plan.account, queues=plan.account.queues[::-1]))
    with pytest.raises(ValueError, match="one grid"):
        judged(
            plan, shift_plan=replace(plan.shifts, grid=replace(plan.shifts.grid, start_utc=datetime(2026, 1, 1, tzinfo=UTC)))
        )
