"""What is edited on the page becomes an override that gives exactly the figures typed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.io import load_account, override
from planner.ui.edits import Inputs, changes_between, describe, inputs_of

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture(scope="module")
def shop() -> Any:
    return load_account(SAMPLES / "gift_shop")


def edited(inputs: Inputs, **cells: Any) -> Inputs:
    """Change cells, named table__row__column."""
    for place, value in cells.items():
        table, row, column = place.split("__")
        rows = [dict(r) for r in getattr(inputs, table)]
        rows[int(row)][column] = value
        inputs = replace(inputs, **{table: tuple(rows)})
    return inputs


def test_nothing_edited_changes_nothing(shop: Any) -> None:
    inputs = inputs_of(shop)
    assert changes_between(inputs, inputs) == {}
    assert describe(inputs, {}) == ()


def test_units_are_those_people_type(shop: Any) -> None:
    rows = {r["id"]: r for r in inputs_of(shop).queues}
    assert (rows["uk_voice"]["within"], rows["uk_voice"]["unit"]) == (3, "rings")
    assert (rows["uk_chat"]["within"], rows["uk_chat"]["unit"]) == (60, "seconds")
    assert (rows["uk_email"]["within"], rows["uk_email"]["unit"]) == (24, "hours")
    assert rows["uk_email"]["level_pct"] == 95


def test_every_kind_of_edit_reaches_the_account_as_typed(shop: Any) -> None:
    before = inputs_of(shop)
    wanted = edited(
        replace(before, start=date(2026, 11, 16), days=3, seed=7, gap_pct=2.5, time_limit_s=90.0),
        queues__0__within=2, queues__0__scale=1.5, queues__0__level_pct=85, queues__1__aht_s=900, queues__2__within=12,
        sites__0__wage_per_h=2.75, sites__1__seats=50, groups__0__min_heads=2, groups__0__max_heads=None, groups__1__max_heads=30,
    )  # fmt: skip
    changes = json.loads(json.dumps(changes_between(before, wanted)))
    after = override(shop, changes)
    assert inputs_of(after) == wanted
    assert after.queue("uk_voice").target.level == 0.85
    assert str(after.site("manila").wage_per_h) == "2.75"
    assert after.groups[0].max_heads is None
    lines = describe(before, changes)
    assert "uk_voice: within 3 rings → 2 rings" in lines
    assert "manila: wage per hour 2.5 → 2.75" in lines
    assert "gap: 5% → 2.5%" in lines
    assert len(lines) == 15


def test_an_empty_cell_means_as_before(shop: Any) -> None:
    before = inputs_of(shop)
    wanted = edited(before, queues__0__aht_s=None, sites__0__seats=float("nan"), groups__0__min_heads=None)
    assert changes_between(before, wanted) == {}


def test_rows_are_matched_by_id_not_by_position(shop: Any) -> None:
    before = inputs_of(shop)
    rows = tuple({**r, "aht_s": 777.0} if r["id"] == "uk_voice" else r for r in reversed(before.queues))
    assert changes_between(before, replace(before, queues=rows)) == {"queues": [{"id": "uk_voice", "aht_s": 777.0}]}


def test_rows_unknown_to_the_account_are_not_taken_in(shop: Any) -> None:
    before = inputs_of(shop)
    more = (*before.sites, {"id": "atlantis", "seats": 5, "wage_per_h": 1.0, "currency": "USD"})
    assert changes_between(before, replace(before, sites=more)) == {}


@given(level=st.integers(1, 9_999), wage=st.integers(1, 100_000))
def test_shares_and_money_keep_the_digits_typed(level: int, wage: int) -> None:
    base = Inputs(
        start=date(2026, 1, 1), days=1, seed=1, gap_pct=5.0, time_limit_s=60.0, groups=(),
        queues=({"id": "q", "channel": "voice", "scale": 1.0, "level_pct": 0.001, "within": 20.0, "unit": "seconds", "aht_s": 1.0},),
        sites=({"id": "s", "seats": 1, "wage_per_h": 0.001, "currency": "USD"},),
    )  # fmt: skip
    changes = changes_between(base, edited(base, queues__0__level_pct=level / 100, sites__0__wage_per_h=wage / 100))
    assert changes["queues"][0]["target"]["level"] == float(f"{level}e-4")
    whole, part = divmod(wage, 100)
    assert float(changes["sites"][0]["wage_per_h"]) == float(f"{whole}.{part:02d}")
    assert len(changes["sites"][0]["wage_per_h"]) <= len(f"{whole}.{part:02d}")
