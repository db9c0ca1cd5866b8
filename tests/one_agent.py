"""Small desks: one French-speaking agent for a shop that gets six calls an hour, or several shops that each do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_HEAD = """[account]
name = "{name}"
currency = "EUR"
[horizon]
zone = "Europe/Paris"
start = {start}
days = {days}
interval_min = 30
[run]
seed = 5
scenarios = 20
gap = 0.01
time_limit_s = 20
skills = "{skills}"
[[markets]]
id = "fr"
country = "FR"
zone = "Europe/Paris"
language = "fr"
open = ["Mon-Fri 09:00-18:00"]
"""
_QUEUE = """[[queues]]
id = "{id}"
client = "{client}"
market = "fr"
channel = "voice"
aht_s = 300
patience_s = 180
[queues.target]
level = {level}
within_s = 20
window = "week"
"""
_PEOPLE = """[[sites]]
id = "lisbon"
country = "PT"
zone = "Europe/Lisbon"
seats = 20
wage_per_h = 9.00
oncost_share = 0.24
[[groups]]
id = "lisbon_fr"
site = "lisbon"
languages = ["fr"]
channels = ["voice"]
shifts = ["day"]
absence = 0.08
{more}
[[shifts]]
id = "day"
length_h = 9
first_start = "08:00" # nine in Paris
last_start = "08:00"
[[shifts.breaks]]
minutes = 60
paid = false
earliest_min = 180
latest_min = 240
"""


def write_one_agent(folder: Path, *, start: str = "2026-03-02", days: int = 7, heads: int = 1) -> Path:
    """Write the account of one shop with so many agents to `folder` and return it."""
    return write_shops(folder, {"shop": 6}, start=start, days=days, more=f"min_heads = {heads}\nmax_heads = {heads}")


def write_shops(
    folder: Path,
    per_h: dict[str, int],
    *,
    start: str = "2026-03-02",
    days: int = 7,
    level: float = 0.8,
    skills: str = "simulated",
    more: str = "",
) -> Path:
    """Write an account with one queue of calls for each client named, so many contacts an hour each, to `folder` and return it."""
    text = _HEAD.format(name="French desk", start=start, days=days, skills=skills)
    text += "".join(_QUEUE.format(id=f"{client}_calls", client=client, level=level) for client in per_h)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "account.toml").write_text(text + _PEOPLE.format(more=more), encoding="utf-8")
    rows = [row for client, rate in per_h.items() for row in _history(client, rate, date.fromisoformat(start))]
    (folder / "history.csv").write_text("\n".join(["interval_start,queue,offered", *rows]) + "\n", encoding="utf-8")
    return folder


def _history(client: str, per_h: int, start: date) -> list[str]:
    rows = []
    for n in range(28):
        day = start - timedelta(days=28 - n)
        for half in range(18):
            minute = 9 * 60 + 30 * half
            when = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo("Europe/Paris"))
            if day.weekday() < 5:
                rows.append(f"{when.isoformat()},{client}_calls,{per_h // 2}")
    return rows
