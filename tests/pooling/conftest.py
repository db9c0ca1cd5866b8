"""One small desk of shared people, planned once."""

from __future__ import annotations

from pathlib import Path

import pytest
from shared_desk import write_four_languages

import planner
from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.evaluation import evaluate
from planner.pooling.hires import Hires
from planner.pooling.search import Search
from planner.shifts.assemble import assemble
from planner.sizing import size


@pytest.fixture(scope="session")
def four_languages(tmp_path_factory: pytest.TempPathFactory) -> Account:
    folder: Path = tmp_path_factory.mktemp("four")
    return planner.load_account(write_four_languages(folder))


@pytest.fixture(scope="session")
def shared_plan(four_languages: Account) -> Plan:
    return planner.plan(four_languages)


@pytest.fixture(scope="session")
def search(four_languages: Account, shared_plan: Plan) -> Search:
    demand = forecast_demand(four_languages)
    found = Search(size(demand, four_languages), demand, four_languages)
    found.computed = evaluate(shared_plan.shifts, demand, shared_plan.requirement, four_languages).sla
    return found


@pytest.fixture(scope="session")
def hires(search: Search) -> Hires:
    return Hires(assemble(search.requirement, search.account), search.requirement)
