"""One small desk of shared people, planned once."""

from __future__ import annotations

from pathlib import Path

import pytest
from shared_desk import write_four_languages

import planner
from planner.domain.account import Account
from planner.domain.plan import Plan


@pytest.fixture(scope="session")
def four_languages(tmp_path_factory: pytest.TempPathFactory) -> Account:
    folder: Path = tmp_path_factory.mktemp("four")
    return planner.load_account(write_four_languages(folder))


@pytest.fixture(scope="session")
def shared_plan(four_languages: Account) -> Plan:
    return planner.plan(four_languages)
