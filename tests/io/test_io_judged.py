"""Shared people planned for simulated levels: what simulation does not judge and designs do not plan is refused in one message."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.domain.history import Series, Tables
from planner.domain.targets import Window
from planner.errors import DataError
from planner.io import account_from

STARTS = 1_793_577_600 + 1800 * np.arange(48)
TABLES = Tables(
    history=tuple(
        Series(id=q, interval_s=1800, start_s=STARTS, counts=np.ones(48), aht_s=np.full(48, np.nan))
        for q in ("uk_email", "uk_voice")
    )
)
SIMULATED = {"run": {"skills": "simulated"}}


def told(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(DataError) as error:
        account_from(raw, TABLES)
    return [str(p) for p in error.value.problems]


def spoilt(raw: dict[str, Any]) -> dict[str, Any]:
    """Virtual waits, and hand-overs, which are planned."""
    raw["queues"][0]["target"]["formula"] = "virtual"
    raw["groups"][0]["handover_min"] = 30
    return raw


def test_virtual_waits_and_chances_are_refused_together(raw: dict[str, Any]) -> None:
    found = told(spoilt(raw) | {"run": {"skills": "simulated", "certainty": 0.9}})
    assert len(found) == 2
    assert "certainty = 0.9 asks for a chance" in found[0]
    assert found[1].startswith('account.toml: queues[1] "uk_voice" target: skills = "simulated", but formula = "virtual"')
    assert 'another formula, such as "offered", or write skills = "apart"' in found[1]


def test_people_planned_apart_may_have_both_and_so_may_hand_overs_of_shared_ones(raw: dict[str, Any]) -> None:
    assert account_from(spoilt(raw), TABLES).settings.skills == "apart"
    raw["queues"][0]["target"]["formula"] = "offered"
    assert account_from(raw | SIMULATED, TABLES).groups[0].handover_min == 30


def test_rolling_windows_that_a_clock_brings_along_are_judged(raw: dict[str, Any]) -> None:
    raw["queues"][1]["channel"] = "marketplace"
    raw["queues"][1]["target"] = {"clock": "amazon_24h"}
    raw["groups"][0]["channels"].append("marketplace")
    assert account_from(raw | SIMULATED, TABLES).queues[1].target.window is Window.ROLLING


@pytest.mark.parametrize(("formula", "faults"), [("virtual", 1), ("offered", 0)])
def test_of_a_covered_queue_the_clause_says_how_waits_count(raw: dict[str, Any], formula: str, faults: int) -> None:
    raw["queues"][0]["target"]["formula"] = "virtual"
    clause = {"id": "all", "queues": ["uk_voice"], "level": 0.8, "formula": formula}
    mine = raw | SIMULATED | {"contract": {"clauses": [clause]}}
    if not faults:
        assert account_from(mine, TABLES).settings.skills == "simulated"
        return
    (found,) = told(mine)
    assert found.startswith('account.toml: contract clauses[1] "all": skills = "simulated", but formula = "virtual"')
