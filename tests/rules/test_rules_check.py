"""The check of a whole roster: every agent at the rules of their own site, with what cannot be judged told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from factories import tiny_plan
from labour_shifts import shift

from planner.domain.people import Site
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.roster import Agent, Assignment, Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.errors import DataError
from planner.rules import Finding, Severity, check, lawful


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


def findings(plan: Plan, shifts: list[Shift], agents: dict[str, str], **changes: object) -> tuple[Finding, ...]:
    """Check shifts named ``agent/…`` at the agents' sites."""
    sites = tuple(replace(site, **changes) for site in plan.account.sites)  # type: ignore[arg-type]
    account = replace(plan.account, sites=sites)
    groups = {group.site: group.id for group in account.groups}
    roster = Roster(
        agents=tuple(Agent(id=a, group=groups[site], site=site, pattern="p") for a, site in agents.items()),
        assignments=tuple(Assignment(agent=s.id.split("/")[0], shift=s.id) for s in shifts),
    )
    own = tuple(replace(s, site=(at := agents[s.id.split("/")[0]]), group=groups[at]) for s in shifts)
    return check(roster, ShiftPlan(grid=plan.shifts.grid, shifts=own, tours=()), account)


def placed(agent: str, zone: str, n: int, start_h: float, paid_h: float, breaks: list[tuple[float, float, bool]]) -> Shift:
    made = shift(zone, date(2026, 11, 9) + timedelta(days=n), start_h, paid_h, breaks)
    return replace(made, id=f"{agent}/{n}")


def test_each_site_has_its_own_law(plan: Plan) -> None:
    meal = [(240, 60, False)]
    late = placed("m", "Asia/Manila", 0, 14, 8, meal), placed("m", "Asia/Manila", 1, 8, 8, meal)
    same = placed("l", "Europe/Lisbon", 0, 14, 8, meal), placed("l", "Europe/Lisbon", 1, 8, 8, meal)
    found = [f for f in findings(plan, [*late, *same], {"m": "manila", "l": "lisbon"}) if f.severity is Severity.BREACH]
    assert [(f.site, f.agent, f.rule, f.measured) for f in found] == [("lisbon", "l", "daily_rest_h", 9)]
    assert not lawful(tuple(found))


def test_what_the_site_sets_is_what_is_checked(plan: Plan) -> None:
    meal = [(240, 60, False)]
    shifts = [placed("m", "Asia/Manila", 0, 14, 8, meal), placed("m", "Asia/Manila", 1, 8, 8, meal)]
    found = findings(plan, shifts, {"m": "manila"}, labour=(("daily_rest_h", 12.0),))
    (breach,) = [f for f in found if f.severity is Severity.BREACH]
    assert breach.sentence.endswith(
        "PH, set by the user: at least 12 h of rest between one working day and the next (daily_rest_h; set by the user)"
    )
    assert lawful(findings(plan, shifts, {"m": "manila"}, labour=(("break_min", None),)))


def test_what_the_horizon_cannot_show_comes_once_for_a_site_and_rule_and_breaks_nothing(plan: Plan) -> None:
    shifts = [placed(a, "Europe/Lisbon", n, 9, 7, [(200, 60, False)]) for a in "abc" for n in (0, 1)]
    found = findings(plan, shifts, dict.fromkeys("abc", "lisbon"))
    assert [(f.rule, f.severity, f.agent) for f in found] == [("weekly_rest_h", Severity.OPEN, "")]
    assert found[0].sentence.startswith("Cannot be judged here for 3 agents, such as: a has")
    assert lawful(found)


def test_a_country_nobody_looked_up_says_so(plan: Plan) -> None:
    sites = (
        *plan.account.sites,
        Site(id="kathmandu", country="NP", zone="Asia/Kathmandu", seats=5, wage_per_h=Decimal(2), currency="USD"),
    )
    nothing = replace(plan.shifts, shifts=())
    found = check(Roster(agents=(), assignments=()), nothing, replace(plan.account, sites=sites))
    assert [(f.site, f.rule, f.severity) for f in found] == [("kathmandu", "not_researched", Severity.OPEN)]
    assert "set those you know under labour of site kathmandu" in found[0].sentence


def test_overrides_of_the_call_lie_over_those_of_sites(plan: Plan) -> None:
    found = check(plan.roster, plan.shifts, plan.account, overrides={"break_min": None, "max_continuous_work_h": None})
    assert lawful(found)
    assert not lawful(check(plan.roster, plan.shifts, plan.account))
    with pytest.raises(DataError, match="did you mean break_min"):
        check(plan.roster, plan.shifts, plan.account, overrides={"break_mn": 1.0})


def test_an_assignment_to_an_unknown_shift_is_an_error(plan: Plan) -> None:
    agent = plan.roster.agents[0].id
    roster = replace(plan.roster, assignments=(Assignment(agent=agent, shift="nowhere"),))
    with pytest.raises(KeyError, match="nowhere"):
        check(roster, plan.shifts, plan.account)


def test_the_made_up_plan_breaks_what_its_half_hour_meal_breaks(plan: Plan) -> None:
    assert all(Channel.VOICE in group.channels for group in plan.account.groups)
    rules = {(f.site, f.rule) for f in check(plan.roster, plan.shifts, plan.account) if f.severity is Severity.BREACH}
    assert rules == {("lisbon", "break_min"), ("lisbon", "max_continuous_work_h"), ("manila", "break_min")}
