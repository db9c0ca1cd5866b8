"""Four languages of 2 erlangs each on one desk of four hours: people of one language, and people of two neighbouring ones, ten percent
dearer. Dedicated it takes 16 heads (Erlang A: 80% in 20 s, 300 s of handling, 180 s of patience)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LANGUAGES = ("de", "fr", "es", "nl")
_COUNTRY = {
    "de": ("DE", "Europe/Berlin"),
    "fr": ("FR", "Europe/Paris"),
    "es": ("ES", "Europe/Madrid"),
    "nl": ("NL", "Europe/Amsterdam"),
}


def write_four_languages(folder: Path, *, skills: str = "simulated", ring: bool = True) -> Path:
    """Write the account to `folder` and return it."""
    rows = [
        '[account]\nname = "Four languages"\ncurrency = "EUR"\n[horizon]\nzone = "Europe/Berlin"\nstart = 2026-03-04\ndays = 1\n'
        f'interval_min = 30\n[run]\nseed = 3\nscenarios = 10\ngap = 0.001\ntime_limit_s = 120\nskills = "{skills}"\n'
        "[[contract.clauses]]\n"
        'id = "all_languages"\nqueues = ["de_calls", "fr_calls", "es_calls", "nl_calls"]\nlevel = 0.80\nwithin_s = 20\nwindow = "day"\n'
    ]
    for language in LANGUAGES:
        country, zone = _COUNTRY[language]
        rows.append(
            f'[[markets]]\nid = "{language}"\ncountry = "{country}"\nzone = "{zone}"\nlanguage = "{language}"\n'
            'open = ["Mon-Fri 09:00-13:00"]\n'
            f'[[queues]]\nid = "{language}_calls"\nmarket = "{language}"\nchannel = "voice"\naht_s = 300\npatience_s = 180\n'
            '[queues.target]\nlevel = 0.80\nwithin_s = 20\nwindow = "day"\n'
        )
    rows.append(
        '[[sites]]\nid = "lisbon"\ncountry = "PT"\nzone = "Europe/Berlin"\nseats = 60\nwage_per_h = 10.00\n'
        '[[shifts]]\nid = "day"\nlength_h = 4\nfirst_start = "09:00"\nlast_start = "09:00"\n'
    )
    groups = [(language, f'["{language}"]', 1.0) for language in LANGUAGES]
    if ring:
        pairs = zip(LANGUAGES, (*LANGUAGES[1:], LANGUAGES[0]), strict=True)
        groups += [(f"{a}_{b}", f'["{a}", "{b}"]', 1.1) for a, b in pairs]
    for id, spoken, factor in groups:
        rows.append(
            f'[[groups]]\nid = "{id}"\nsite = "lisbon"\nlanguages = {spoken}\nchannels = ["voice"]\nshifts = ["day"]\n'
            f"wage_factor = {factor}\n"
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "account.toml").write_text("".join(rows), encoding="utf-8")
    (folder / "history.csv").write_text("\n".join(["interval_start,queue,offered", *_history()]) + "\n", encoding="utf-8")
    return folder


def _history() -> list[str]:
    rows = []
    for n in range(28):
        day = date(2026, 2, 4) + timedelta(days=n)
        for half in range(8):
            start = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(minutes=30 * half)
            if day.weekday() < 5:
                rows += [f"{start.isoformat()},{language}_calls,12" for language in LANGUAGES]
    return rows
