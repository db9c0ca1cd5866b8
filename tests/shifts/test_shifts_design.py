"""The whole design: honest, lawful, repeatable, stoppable; impossible limits told in words."""

import threading
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner.domain.account import Settings
from planner.domain.solve import Status
from planner.economics import cost_lines
from planner.errors import CancelledError, DataError, InfeasibleError
from planner.roster import assign_tours
from planner.shifts import design_shifts

BREAKS = ((15, True, 60, 90), (30, False, 150, 210))


def week(make, **more):
    """A week of quarter-hours at two sites far from the horizon's zone, with breaks, lead-in and a bilingual group."""
    rules = (make.rule("six", length_min=360, step=180, breaks=BREAKS),)
    sites = (
        make.site("east", zone="Asia/Manila", wage="4", seats=9),
        make.site("west", zone="America/Bogota", wage="5", seats=9),
    )
    groups = (
        make.group("east_en", site="east", rules=("six",), absence=0.1),
        make.group("west_es", site="west", languages=("es",), rules=("six",), days_per_week=4),
        make.group("west_both", site="west", languages=("en", "es"), rules=("six",), min_heads=1),
    )
    settings = Settings(gap=0.04, shortfall_price_per_h=60)
    account = make.account(
        languages=("en", "es"),
        sites=sites,
        groups=groups,
        rules=rules,
        zone="Europe/London",
        start=date(2026, 3, 23),
        days=7,
        interval_min=15,
        settings=settings,
        **more,
    )
    t = np.arange(account.grid.size)
    en = 1.5 + np.sin(t * 2 * np.pi / 96)
    es = np.where((t % 96 >= 32) & (t % 96 < 80), 1.2, np.nan)
    return account, make.requirement(account, np.array([en, es]))


@pytest.fixture(scope="module")
def designed(make):
    account, requirement = week(make)
    return account, requirement, *design_shifts(requirement, account)


def test_the_end_is_honest(designed):
    _, _, _, (whole, *others) = designed
    assert whole.name == "shifts"
    assert whole.status in (Status.GAP_REACHED, Status.ROUNDS_DONE, Status.OPTIMAL)
    assert whole.status.repeatable
    assert whole.bound <= whole.objective
    assert (whole.status is Status.ROUNDS_DONE) == (whole.gap > 0.04)
    assert any(info.name == "bound" for info in others)


def test_pay_is_what_the_bill_says(designed):
    account, _, plan, (whole, *_) = designed
    shortfall = float(whole.note.split("cost, ")[1].split(" is the")[0].replace(",", ""))
    billed = float(sum(line.amount for line in cost_lines(plan, account)))
    assert whole.objective - shortfall == pytest.approx(billed, abs=0.5)


def test_everybody_works_the_contract_and_nobody_twice_a_date(designed):
    account, _, plan, _ = designed
    roster = assign_tours(plan, account)
    shifts = {shift.id: shift for shift in plan.shifts}
    group_of = {agent.id: account.group(agent.group) for agent in roster.agents}
    worked: dict[str, list[date]] = {agent.id: [] for agent in roster.agents}
    main: dict[str, int] = dict.fromkeys(worked, 0)
    for assignment in roster.assignments:
        worked[assignment.agent].append(shifts[assignment.shift].date)
        main[assignment.agent] += not shifts[assignment.shift].lead_in
    assert sum(shift.heads for shift in plan.shifts) == len(roster.assignments)
    for agent, dates in worked.items():
        days = group_of[agent].days_per_week
        assert len(set(dates)) == len(dates)
        assert abs(main[agent] - days) <= 1  # the clock change gives some kinds a date more or less in the week
        for first in dates:
            assert sum(0 <= (day - first).days < 7 for day in dates) <= days


def test_heads_meet_the_least_and_the_seats(designed):
    account, _, plan, _ = designed
    assert sum(t.agents for t in plan.tours if t.group == "west_both") >= 1
    for site in account.sites:
        taken = np.zeros(account.grid.size)
        for shift in plan.shifts:
            if shift.site == site.id:
                a, b = max(0, account.grid.position(shift.start_utc)), max(0, account.grid.position(shift.end_utc))
                taken[int(a) : int(b)] += shift.heads
        assert taken.max() <= site.seats


def test_the_same_input_gives_the_same_plan(make, designed):
    _, _, plan, (whole, *_) = designed
    account, requirement = week(make)
    again, (info, *_) = design_shifts(requirement, account)
    assert again == plan
    assert info.objective == whole.objective
    assert info.bound == whole.bound


def test_another_seed_may_differ_but_keeps_its_promise(make):
    account, requirement = week(make)
    account = replace(account, settings=replace(account.settings, seed=5))
    _, (whole, *_) = design_shifts(requirement, account)
    assert whole.gap <= 0.04 or whole.status is Status.ROUNDS_DONE


def test_stopping_keeps_the_best_plan_so_far(make):
    account, requirement = week(make)
    account = replace(account, settings=replace(account.settings, gap=0.0))
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    plan, (whole, *_) = design_shifts(requirement, account, stop=stop)
    timer.cancel()
    assert whole.status is Status.CANCELLED
    assert not whole.status.repeatable
    assert whole.seconds < 15
    assert plan.heads() > 0
    assign_tours(plan, account)


def test_stopped_before_it_began_there_is_nothing_to_keep(make):
    account, requirement = week(make)
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        design_shifts(requirement, account, stop=stop)


def test_the_clock_ends_it_and_says_so(make):
    account, requirement = week(make)
    account = replace(account, settings=replace(account.settings, gap=0.0, time_limit_s=0.2))
    plan, (whole, *_) = design_shifts(requirement, account)
    assert whole.status is Status.TIME_LIMIT
    assert plan.heads() > 0


def test_shortfall_is_priced_when_seats_are_too_few(make):
    account = make.account(sites=(make.site(seats=1),))
    plan, (whole, *_) = design_shifts(make.requirement(account, [[3.0] * 24]), account)
    assert max(shift.heads for shift in plan.shifts) == 1
    # one seat all day: 24 paid hours at 10, and two agents missing for 24 hours at 50
    assert whole.objective == pytest.approx(240 + 2 * 24 * 50)
    assert whole.status is Status.OPTIMAL


def test_nobody_needed_is_a_plan_without_shifts(make):
    account = make.account()
    plan, (whole, *_) = design_shifts(make.requirement(account, [[np.nan] * 24]), account)
    assert plan.shifts == ()
    assert whole.objective == 0
    assert whole.status is Status.OPTIMAL


def test_a_queue_nobody_serves_is_shortfall_in_cost_and_bound_alike(make):
    account = make.account(languages=("en", "xx"))
    plan, (whole, *_) = design_shifts(make.requirement(account, [[1.0] * 24, [0.5] * 24]), account)
    assert whole.objective == pytest.approx(240 + 0.5 * 24 * 50)
    assert whole.status is Status.OPTIMAL
    assert plan.heads() == 6


def test_too_many_must_be_seated_in_words(make):
    rule = make.rule(length_min=480, first=480, last=600, step=60)
    account = make.account(
        rules=(rule,), groups=(make.group(rules=("four",), min_heads=9),), sites=(make.site(seats=5),), days=7
    )
    with pytest.raises(InfeasibleError, match=r"site here must hold at least 9 agents .* leave room for at most 7") as caught:
        design_shifts(make.requirement(account, [[1.0] * 168]), account)
    assert len(caught.value.reasons) == 1


def test_heads_without_any_work_in_words(make):
    account = make.account(
        languages=("en", "de"), groups=(make.group(), make.group("idle", languages=("de",), min_heads=2)), days=1
    )
    with pytest.raises(InfeasibleError, match="group idle must have at least 2 agents"):
        design_shifts(make.requirement(account, [[1.0] * 24, [np.nan] * 24]), account)


def test_a_currency_without_a_rate_is_bad_input(make):
    account = make.account(sites=(make.site(currency="USD"),))
    with pytest.raises(DataError, match=r"fx\.USD"):
        design_shifts(make.requirement(account, [[1.0] * 24]), account)


def test_least_headcount_is_hired_even_where_it_does_not_pay(make):
    account = make.account(groups=(make.group(min_heads=9),), days=1)
    plan, (whole, *_) = design_shifts(make.requirement(account, [[0.01] * 24]), account)
    assert plan.heads() == 9
    assert whole.gap == pytest.approx(0.0, abs=1e-6)


def test_cbc_gives_the_same_optimum(make):
    account = make.account(rules=(make.rule(step=240),))
    requirement = make.requirement(account, [[0.5] * 8 + [2.4] * 8 + [1.2] * 8])
    _, (highs, *_) = design_shifts(requirement, account)
    _, (cbc, *_) = design_shifts(requirement, replace(account, settings=replace(account.settings, solver="cbc")))
    assert cbc.objective == pytest.approx(highs.objective)
    assert cbc.bound == pytest.approx(highs.bound, rel=1e-6)
