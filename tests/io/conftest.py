"""A small sound account in a folder, to be spoilt one thing at a time."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOML = """
[account]
name = "Desk"
currency = "EUR"
[horizon]
zone = "Europe/London"
start = 2026-11-09
days = 7
interval_min = 30
[[markets]]
id = "uk"
country = "GB"
zone = "Europe/London"
language = "en"
open = ["Mon-Fri 08:00-20:00"]
holidays = "closed"
[[queues]]
id = "uk_voice"
market = "uk"
channel = "voice"
aht_s = 300
patience_s = 240
  [queues.target]
  level = 0.80
  within_s = 20
[[queues]]
id = "uk_email"
market = "uk"
channel = "email"
aht_s = 360
  [queues.target]
  level = 0.90
  within_h = 24
[[sites]]
id = "lisbon"
country = "PT"
zone = "Europe/Lisbon"
seats = 20
wage_per_h = 8.50
oncost_share = "0.35"
  [[sites.premiums]]
  kind = "night"
  share = 0.25
[[groups]]
id = "lisbon_en"
site = "lisbon"
languages = ["en"]
channels = ["voice", "email"]
absence = 0.08
[[shifts]]
id = "full8"
length_h = 8
first_start = "06:00"
last_start = "14:00"
  [[shifts.breaks]]
  minutes = 30
  paid = false
  earliest_min = 180
  latest_min = 270
[[events]]
id = "mailing"
from = 2026-11-11T09:00:00
to = 2026-11-11T18:00:00
factor = 1.5
queues = ["uk_voice"]
[overrides.surge]
  [[overrides.surge.queues]]
  id = "uk_voice"
  volume.scale = 2.0
"""

ROWS = [
    f"2026-11-0{day}T{hour:02d}:{minute}:00Z,{queue},{hour}"
    for queue in ("uk_voice", "uk_email")
    for day in (2, 3)
    for hour in range(8, 20)
    for minute in ("00", "30")
]
HISTORY = "interval_start,queue,offered\n" + "\n".join(ROWS) + "\n"


@pytest.fixture
def raw() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(TOML))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "desk"
    path.mkdir()
    (path / "account.toml").write_text(TOML)
    (path / "history.csv").write_text(HISTORY)
    return path


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str], Path]:
    """Replace the one place where a text stands in account.toml by another."""

    def replace(old: str, new: str) -> Path:
        file = folder / "account.toml"
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the account"
        file.write_text(text.replace(old, new))
        return folder

    return replace


@pytest.fixture
def with_history(folder: Path) -> Callable[[str | bytes], Path]:
    """Replace the history table."""

    def replace(content: str | bytes, name: str = "history.csv") -> Path:
        (folder / "history.csv").unlink(missing_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return replace
