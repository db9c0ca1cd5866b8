"""Accounts the acceptance tests write for themselves: a small one that touches every rule at once, and a plain desk to be spoilt."""

from __future__ import annotations

from pathlib import Path

import numpy as np

WEEKEND = """
[account]
name = "Long weekend"
currency = "EUR"
[horizon] # three days; the clocks of London, Dublin and Berlin go back on the second, those of New York and Manila do not
zone = "Europe/London"
start = 2026-10-24
days = 3
interval_min = 15
[run]
seed = 7
scenarios = 60
gap = 0.15
shortfall_price_per_h = 300 # so dear that the nights are worked
time_limit_s = 120
plan_for = 0.6
[fx]
PHP = 0.0153
[[markets]]
id = "uk"
country = "GB"
zone = "Europe/London"
language = "en"
open = "24/7"
[[markets]]
id = "us"
country = "US"
zone = "America/New_York"
language = "en"
open = ["Mon-Fri 09:00-18:00", "Sat,Sun 10:00-16:00"]
[[markets]]
id = "de"
country = "DE"
zone = "Europe/Berlin"
language = "de"
open = ["Mon-Fri 08:00-18:00", "Sat 09:00-13:00"]
[[queues]]
id = "uk_voice"
market = "uk"
channel = "voice"
aht_s = 300
patience_s = 150
  [queues.target]
  level = 0.80
  within_rings = 3
  window = "day"
  max_occupancy = 0.85
[[queues]]
id = "us_chat"
market = "us"
channel = "chat"
aht_s = 700
patience_s = 200
concurrency = 3
  [queues.target]
  level = 0.85
  within_s = 45
  formula = "answered"
  window = "week"
[[queues]]
id = "de_voice" # nobody gives up
market = "de"
channel = "voice"
aht_s = 240
  [queues.target]
  level = 0.75
  within_s = 30
  window = "interval"
[[queues]]
id = "de_email"
market = "de"
channel = "email"
aht_s = 420
  [queues.target]
  level = 0.90
  within_h = 6
  window = "day"
  max_occupancy = 0.90
[[sites]]
id = "dublin"
country = "IE"
zone = "Europe/Dublin"
seats = 30
wage_per_h = 14.00
oncost_share = 0.25
  [[sites.premiums]]
  kind = "night"
  share = 0.25
  from = "20:00"
  to = "07:00"
  [[sites.premiums]]
  kind = "sunday"
  share = 0.50
  [[sites.premiums]]
  kind = "holiday" # 26 October 2026, the third day, is one
  share = 1.00
[[sites]]
id = "manila"
country = "PH"
zone = "Asia/Manila"
seats = 14
wage_per_h = 210
currency = "PHP"
oncost_share = 0.40
  [[sites.premiums]]
  kind = "night"
  share = 0.10
[[groups]]
id = "dublin_both" # the only ones who speak both languages
site = "dublin"
languages = ["en", "de"]
channels = ["voice", "chat", "email"]
shifts = ["part5", "full9"]
absence = 0.05
in_shift_loss = 0.10
wage_factor = 1.12
days_per_week = 3
max_heads = 24
[[groups]]
id = "dublin_de"
site = "dublin"
languages = ["de"]
channels = ["voice", "email"]
shifts = ["part5", "full9"]
absence = 0.10
in_shift_loss = 0.05
[[groups]]
id = "manila_en"
site = "manila"
languages = ["en"]
channels = ["voice", "chat"]
shifts = ["day9"]
absence = 0.12
in_shift_loss = 0.08
days_per_week = 6
[[shifts]] # the evening and the night of Manila are Dublin's work
id = "day9"
length_h = 9
first_start = "10:00"
last_start = "15:00"
step_min = 60
  [[shifts.breaks]]
  minutes = 60
  paid = false
  earliest_min = 225
  latest_min = 300
[[shifts]]
id = "full9"
length_h = 9
first_start = "00:00"
last_start = "22:00"
step_min = 120
  [[shifts.breaks]] # on no grid of quarter-hours
  minutes = 20
  paid = true
  earliest_min = 90
  latest_min = 150
  [[shifts.breaks]]
  minutes = 60
  paid = false
  earliest_min = 225
  latest_min = 300
[[shifts]]
id = "part5"
length_h = 5
first_start = "07:00"
last_start = "17:00"
step_min = 60
  [[shifts.breaks]]
  minutes = 15
  paid = false
  earliest_min = 120
  latest_min = 165
[contract]
margin_share = 0.175
  [[contract.clauses]]
  id = "english"
  queues = ["uk_voice", "us_chat"]
  level = 0.80
  window = "week"
  [[contract.clauses]]
  id = "voices"
  queues = ["uk_voice", "de_voice"]
  level = 0.75
  window = "day"
  within_s = 25
  [[contract.clauses]]
  id = "excluding"
  queues = ["uk_voice"]
  level = 0.80
  window = "month"
  formula = "excluding_short_abandons"
  within_s = 15
  [[contract.clauses]]
  id = "crediting"
  queues = ["uk_voice"]
  level = 0.90
  window = "contract"
  formula = "crediting_short_abandons"
  within_s = 10
  [[contract.clauses]]
  id = "reachable"
  queues = ["uk_voice"]
  level = 0.80
  window = "interval"
  formula = "virtual"
  within_s = 20
[overrides.busier]
queues = [{ id = "uk_voice", volume = { scale = 1.3 } }]
"""

DESK = """
[account]
name = "Desk"
currency = "EUR"
[horizon]
zone = "Europe/London"
start = 2026-11-09
days = 1
interval_min = 30
[run]
scenarios = 5
[[markets]]
id = "uk"
country = "GB"
zone = "Europe/London"
language = "en"
open = ["Mon-Fri 09:00-13:00"]
[[queues]]
id = "calls"
market = "uk"
channel = "voice"
aht_s = 180
  [queues.target]
  level = 0.80
  within_s = 20
[[sites]]
id = "leeds"
country = "GB"
zone = "Europe/London"
seats = 12
wage_per_h = 10.00
[[groups]]
id = "leeds_en"
site = "leeds"
languages = ["en"]
channels = ["voice"]
[[shifts]]
id = "morning"
length_h = 4
first_start = "09:00"
last_start = "09:00"
[overrides.busier]
queues = [{ id = "calls", volume = { scale = 1.5 } }]
"""

HALF_HOURS = [f"{hour:02d}:{minute}" for hour in range(9, 13) for minute in ("00", "30")]
DESK_ROWS = [f"2026-{date}T{time}:00Z,calls,20" for date in ("10-26", "11-02") for time in HALF_HOURS]
DESK_HISTORY = "interval_start,queue,offered\n" + "".join(f"{row}\n" for row in DESK_ROWS)


def write_desk(
    folder: Path, *, toml: str = DESK, history: str | bytes | None = DESK_HISTORY, name: str = "history.csv"
) -> Path:
    """Write a desk of one queue on one morning; `history` None writes no table."""
    folder.mkdir()
    (folder / "account.toml").write_text(toml, encoding="utf-8")
    if history is not None:
        (folder / name).write_bytes(history.encode() if isinstance(history, str) else history)
    return folder


def write_weekend(folder: Path) -> Path:
    """Write the small account of several sites, markets and channels, with five weeks of half-hourly history drawn from a fixed seed."""
    folder.mkdir()
    (folder / "account.toml").write_text(WEEKEND, encoding="utf-8")
    rng = np.random.default_rng(20261024)
    start = np.datetime64("2026-09-19T00:00:00")
    stamps = start + np.timedelta64(30, "m") * np.arange(35 * 48)
    hour = (stamps - stamps.astype("datetime64[D]")) / np.timedelta64(1, "h")
    weekday = (stamps.astype("datetime64[D]").astype(np.int64) + 3) % 7
    wave = np.exp(-0.5 * ((hour - 13) / 4.0) ** 2)
    day = np.where(weekday >= 5, 0.6, 1.0)
    # New York is four hours behind UTC in these weeks and Berlin two ahead
    us = np.where(weekday >= 5, (hour >= 14) & (hour < 20), (hour >= 13) & (hour < 22))
    de = np.where(weekday >= 5, (weekday == 5) & (hour >= 7) & (hour < 11), (hour >= 6) & (hour < 16))
    means = {
        "uk_voice": (4.0 + 18 * wave * day, np.ones(len(stamps), dtype=bool)),
        "us_chat": (14 * day, us),
        "de_voice": (9 * np.ones(len(stamps)), de),
        "de_email": (0.6 + 9 * wave * day, np.ones(len(stamps), dtype=bool)),
    }
    lines = ["interval_start,queue,offered,aht_s"]
    for queue, (mean, open_then) in means.items():
        counts = rng.poisson(mean)
        aht = np.round(
            rng.normal(1.0, 0.03, len(stamps)) * {"uk_voice": 300, "us_chat": 700, "de_voice": 240, "de_email": 420}[queue], 1
        )
        lines += [f"{s}Z,{queue},{n},{a}" for s, n, a, o in zip(stamps, counts, aht, open_then, strict=True) if o]
    (folder / "history.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
