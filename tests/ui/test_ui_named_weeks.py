"""The roster page where people are named: their weeks, filters, and where to hire or ask for overtime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import factories
from streamlit.testing.v1 import AppTest

from planner import export
from planner.domain.plan import Plan
from planner.domain.staff import Person
from planner.roster import assign


def named(per_group: int) -> Plan:
    """The small finished plan with its shifts assigned to so many people a group."""
    plan = factories.tiny_plan()
    people = tuple(
        Person(id=f"{group.id}-p{n}", groups=(group.id,), most_days=5)
        for group in plan.account.groups
        for n in range(per_group)
    )
    account = replace(plan.account, people=people)
    roster, _ = assign(plan.shifts, people, account=account, rounds=1)
    return replace(plan, account=account, roster=roster)


def test_named_weeks_and_open_places_are_shown(no_plans: Path, open_page: Callable[..., AppTest]) -> None:
    plan = named(1)
    export(plan, no_plans / "named")
    app = open_page("roster", {"plan": "named"})
    assert not app.exception
    assert [tab.label for tab in app.tabs][-2:] == ["Named weeks", "Hire or overtime"]
    weeks, missing = (app.tabs[n].dataframe[0].value for n in (-2, -1))
    assert set(weeks["Agent"]) == {agent.id for agent in plan.roster.agents}
    assert missing["Heads"].sum() == sum(line.heads for line in plan.roster.open_shifts) > 0
    group = plan.account.groups[0].id
    chosen = app.multiselect[0].set_value([group]).run()
    assert set(chosen.tabs[-2].dataframe[0].value["Group"]) == {group}


def test_an_anonymous_plan_has_no_such_tabs(no_plans: Path, open_page: Callable[..., AppTest]) -> None:
    export(factories.tiny_plan(), no_plans / "plain")
    app = open_page("roster", {"plan": "plain"})
    assert [tab.label for tab in app.tabs] == ["Over and short", "Who works when", "People by site", "Shifts"]
