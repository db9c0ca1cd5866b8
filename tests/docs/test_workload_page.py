"""The page on what drives the workload: its account is accepted, and what it quotes is what ships."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.history import Series, Tables
from planner.io import account_from
from planner.reference import quality_rows

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "workload.md").read_text(encoding="utf-8")
FRAME = """
[account]
name = "Page"
currency = "EUR"
[horizon]
zone = "Europe/London"
start = 2026-11-09
days = 7
[[markets]]
id = "uk"
country = "GB"
zone = "Europe/London"
language = "en"
[[sites]]
id = "cairo"
country = "EG"
zone = "Africa/Cairo"
seats = 20
wage_per_h = 5
[[groups]]
id = "cairo_en"
site = "cairo"
languages = ["en"]
channels = ["voice"]
[[shifts]]
id = "full8"
length_h = 8
"""


def test_the_accounts_of_the_page_are_accepted() -> None:
    raw: dict[str, Any] = tomllib.loads(FRAME)
    blocks = re.findall(r"^```toml\n(.*?)^```", PAGE, re.S | re.M)
    assert len(blocks) == 2
    for block in blocks:
        raw |= tomllib.loads(block)
    starts = 1_793_577_600 + 1800 * np.arange(48)
    series = Series(id="uk_voice", interval_s=1800, start_s=starts, counts=np.ones(48), aht_s=np.full(48, np.nan))
    account = account_from(raw, Tables(history=(series,)))
    assert account.queues[0].aht_s == 0.6 * 200 + 0.4 * 420
    assert account.quality is not None


def test_sources_quoted_on_the_page_are_links_and_weak_ones_are_called_so() -> None:
    assert "weak web text" in PAGE
    assert {row.source_type for row in quality_rows()} == {"definition", "weak web text", "none"}
