"""Service credits in account.toml: read as written, and everything wrong with them told at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from planner.domain.history import Series, Tables
from planner.domain.tiers import Tier
from planner.errors import DataError
from planner.io import account_from

STARTS = 1_793_577_600 + 1800 * np.arange(48)
TABLES = Tables(
    history=tuple(
        Series(id=q, interval_s=1800, start_s=STARTS, counts=np.ones(48), aht_s=np.full(48, np.nan))
        for q in ("uk_email", "uk_voice")
    )
)


def with_tiers(raw: dict[str, Any], *tiers: tuple[Any, Any], **clause: Any) -> dict[str, Any]:
    promised = {"id": "all", "queues": ["uk_voice"], "level": 0.8, "window": "day"} | clause
    return raw | {"contract": {"clauses": [promised | {"tiers": [{"below": b, "credit": c} for b, c in tiers]}]}}


def told(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(DataError) as error:
        account_from(raw, TABLES)
    return [str(p) for p in error.value.problems]


def test_tiers_are_read_from_the_highest_level_down(raw: dict[str, Any]) -> None:
    (clause,) = account_from(with_tiers(raw, (0.75, "1500.50"), (0.8, 500)), TABLES).contract.clauses
    assert clause.tiers == (Tier(below=0.8, credit=Decimal(500)), Tier(below=0.75, credit=Decimal("1500.50")))


def test_what_is_wrong_with_tiers_is_told_together(raw: dict[str, Any]) -> None:
    found = told(with_tiers(raw, (0.8, 500), (0.7, 400), (0.4, 900), floor=0.5))
    assert found == [
        'account.toml: contract clauses[1] "all": tiers: credit 400 below 0.7 is not more than 500 below 0.8; '
        "credits rise as levels fall: each tier names the whole credit, not what it adds",
        'account.toml: contract clauses[1] "all": tiers: below 0.4 is not above the floor 0.5: no window ends there while intervals '
        "keep it; lower the floor, or leave the tier out",
    ]
    found = told(with_tiers(raw, (80, 500), (0.75, -1), (0.7, "many")))
    assert [text.partition("tiers")[2].partition(",")[0] for text in found] == [
        "[1]: below must be above 0 and at most 1",
        "[2]: credit must be above 0",
        "[3]: credit must be a number such as 3.20",
    ]
    assert "longer than an interval" in told(with_tiers(raw, (0.8, 500), window="interval"))[0]


def test_promises_are_paid_for_only_where_something_is_owed(raw: dict[str, Any]) -> None:
    paid = raw | {"run": {"promises": "paid", "cover": "interval"}}
    found = told(paid)
    assert 'promises = "paid", but no clause of the contract has tiers' in found[0]
    assert 'cover = "interval" holds every interval to the level' in found[1]
    assert account_from(with_tiers(raw | {"run": {"promises": "paid"}}, (0.8, 500)), TABLES).settings.promises == "paid"
    assert any("must be one of" in text and "kept" in text for text in told(raw | {"run": {"promises": "payed"}}))


def test_plans_judged_by_simulation_are_asked_for_nothing_they_do_not_do(raw: dict[str, Any]) -> None:
    run = {"skills": "simulated", "certainty": 0.9, "promises": "paid", "simulations": 0}
    found = told(with_tiers(raw | {"run": run}, (0.8, 500)))
    assert len(found) == 3
    assert "certainty = 0.9 asks for a chance" in found[0]
    assert 'promises = "paid" weighs them in money' in found[1]
    assert "simulations = 0 simulates no finished plan" in found[2]
    assert account_from(raw | {"run": {"skills": "simulated"}}, TABLES).settings.skills == "simulated"
    assert account_from(raw | {"run": {"certainty": 0.9}}, TABLES).settings.certainty == 0.9
