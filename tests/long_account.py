"""An account that takes long: for tests of progress and cancel."""

from __future__ import annotations

import shutil
from pathlib import Path

ONE_QUEUE = Path(__file__).resolve().parents[1] / "sample_data" / "one_queue"
LONG = "long"
"""Name of the what-if that takes half a minute and more: a week, four lengths with a break each, starts every quarter-hour, no gap."""


def long_account(folder: Path) -> Path:
    """Write the one-queue sample with the what-if `LONG` to `folder` and return it."""
    shutil.copytree(ONE_QUEUE, folder)
    settings = folder / "account.toml"
    settings.write_text(settings.read_text() + _OVERRIDE + "".join(_shift(id, h) for id, h in _LENGTHS.items()))
    return folder


_LENGTHS = {"morning": 4, "five": 5.5, "long": 7, "nine": 9}

_OVERRIDE = f"""
[overrides.{LONG}.run]
gap = 0
time_limit_s = 600
[overrides.{LONG}.horizon]
days = 7
[[overrides.{LONG}.queues]]
id = "calls"
volume = {{ scale = 1.37 }}
[[overrides.{LONG}.markets]]
id = "uk"
open = ["Mon-Fri 06:00-23:00", "Sat,Sun 07:30-21:15"]
[[overrides.{LONG}.sites]]
id = "leeds"
seats = 60
premiums = [{{ kind = "night", share = 0.13 }}, {{ kind = "sunday", share = 0.5 }}]
[[overrides.{LONG}.groups]]
id = "leeds_en"
shifts = {list(_LENGTHS)}
absence = 0.07
"""


def _shift(id: str, length_h: float) -> str:
    return f"""[[overrides.{LONG}.shifts]]
id = "{id}"
length_h = {length_h}
first_start = "00:00"
last_start = "23:45"
step_min = 15
breaks = [{{ minutes = 30, paid = false, earliest_min = 90, latest_min = 180 }}]
"""
