"""An account whose queues have people of their own and are never in balance: one open around the clock, one with too few agents."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SWINGS = """
[account]
name = "A day of swings"
currency = "EUR"
[horizon]
zone = "Europe/London"
start = 2026-11-10
days = 1
interval_min = 30
[run]
seed = 11
scenarios = 40
gap = 0.2
shortfall_price_per_h = 40
time_limit_s = 60
[[markets]]
id = "uk"
country = "GB"
zone = "Europe/London"
language = "en"
open = "24/7"
[[markets]]
id = "de"
country = "DE"
zone = "Europe/Berlin"
language = "de"
open = ["Mon-Fri 08:00-16:00"]
[[queues]]
id = "all_hours"
market = "uk"
channel = "voice"
aht_s = 300
patience_s = 240
  [queues.target]
  level = 0.80
  within_s = 30
  formula = "answered"
  window = "interval"
[[queues]]
id = "rush" # nobody gives up, far too few agents, and none in the last hours
market = "de"
channel = "voice"
aht_s = 240
  [queues.target]
  level = 0.70
  within_s = 20
[[sites]]
id = "leeds"
country = "GB"
zone = "Europe/London"
seats = 60
wage_per_h = 12.00
[[groups]]
id = "english"
site = "leeds"
languages = ["en"]
channels = ["voice"]
shifts = ["four"]
absence = 0.07
in_shift_loss = 0.08
[[groups]]
id = "german"
site = "leeds"
languages = ["de"]
channels = ["voice"]
shifts = ["early"]
absence = 0.05
in_shift_loss = 0.04
max_heads = 7
[[shifts]]
id = "four"
length_h = 4
first_start = "00:00"
last_start = "20:00"
step_min = 120
[[shifts]]
id = "early"
length_h = 6
first_start = "07:00"
last_start = "07:00"
  [[shifts.breaks]]
  minutes = 20
  paid = true
  earliest_min = 120
  latest_min = 240
[contract]
margin_share = 0.15
  [[contract.clauses]]
  id = "of_all"
  queues = ["all_hours", "rush"]
  level = 0.60
  window = "day"
  [[contract.clauses]]
  id = "in_the_end" # a wait through a change of staff or two
  queues = ["all_hours"]
  level = 0.90
  window = "day"
  formula = "answered"
  within_s = 2000
  [[contract.clauses]]
  id = "excluding"
  queues = ["all_hours"]
  level = 0.80
  window = "day"
  formula = "excluding_short_abandons"
  within_s = 15
  [[contract.clauses]]
  id = "crediting"
  queues = ["all_hours"]
  level = 0.80
  window = "interval"
  formula = "crediting_short_abandons"
  within_s = 60
  [[contract.clauses]]
  id = "reachable"
  queues = ["all_hours"]
  level = 0.80
  window = "contract"
  formula = "virtual"
  within_s = 20
"""


def write_swings(folder: Path) -> Path:
    """Write the account of two queues with people of their own, never in balance, with five weeks of history drawn from a fixed seed."""
    folder.mkdir()
    (folder / "account.toml").write_text(SWINGS, encoding="utf-8")
    rng = np.random.default_rng(20261110)
    stamps = np.datetime64("2026-10-05T00:00:00") + np.timedelta64(30, "m") * np.arange(35 * 48)
    hour = (stamps - stamps.astype("datetime64[D]")) / np.timedelta64(1, "h")
    weekday = (stamps.astype("datetime64[D]").astype(np.int64) + 3) % 7
    # Berlin's clocks go back on the 25th
    german = hour + np.where(stamps < np.datetime64("2026-10-25T01:00"), 2, 1)
    means = {
        "all_hours": (3 + 45 * np.exp(-0.5 * ((hour - 11) / 1.5) ** 2) + 30 * ((hour >= 17) & (hour < 18)), hour >= 0),
        "rush": (55 + 0 * hour, (weekday < 5) & (german >= 8) & (german < 16)),
    }
    lines = ["interval_start,queue,offered"]
    for queue, (mean, open_then) in means.items():
        lines += [f"{s}Z,{queue},{n}" for s, n, o in zip(stamps, rng.poisson(mean), open_then, strict=True) if o]
    (folder / "history.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
