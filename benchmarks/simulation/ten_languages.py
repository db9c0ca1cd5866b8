"""Ten languages on three channels, thirty groups, some 500 agents, one week: planned with shared people on the simulated floor.

``python -m benchmarks.simulation.ten_languages [SECONDS]``; the account's time limit is 600 seconds unless said otherwise.
"""

from __future__ import annotations

import math
import resource
import sys
import tempfile
import textwrap
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE.parent)]

import numpy as np  # noqa: E402
from measure import Row, at_most, print_rows  # noqa: E402

import planner  # noqa: E402

LANGUAGES = {
    "en": ("GB", "Europe/London"), "de": ("DE", "Europe/Berlin"), "fr": ("FR", "Europe/Paris"), "es": ("ES", "Europe/Madrid"),
    "it": ("IT", "Europe/Rome"), "nl": ("NL", "Europe/Amsterdam"), "pl": ("PL", "Europe/Warsaw"), "sv": ("SE", "Europe/Stockholm"),
    "pt": ("PT", "Europe/Lisbon"), "da": ("DK", "Europe/Copenhagen"),
}  # fmt: skip
"""Languages with a country and its zone; the first is the largest."""
SITES = {"lisbon": ("PT", "Europe/Lisbon", 8.0), "manila": ("PH", "Asia/Manila", 2.5), "bogota": ("CO", "America/Bogota", 4.5)}
"""Sites with country, zone and wage an hour."""
AGENTS = 500
"""Agents wanted, roughly: what contacts are scaled to."""
MOST_MINUTES = 15.0
"""Goal for the whole plan on two cores."""


def write_account(folder: Path, *, seconds: float = 600.0, agents: int = AGENTS) -> Path:
    """Write the account to `folder` and return it."""
    rows = [
        '[account]\nname = "Ten languages"\ncurrency = "EUR"\n[horizon]\nzone = "Europe/Berlin"\nstart = 2026-03-02\ndays = 7\n'
        f'interval_min = 30\n[run]\nseed = 5\nscenarios = 50\ngap = 0.02\ntime_limit_s = {seconds:g}\nskills = "simulated"\n'
    ]
    for language, (country, zone) in LANGUAGES.items():
        rows.append(
            f'[[markets]]\nid = "{language}"\ncountry = "{country}"\nzone = "{zone}"\nlanguage = "{language}"\n'
            'open = ["Mon-Sun 08:00-20:00"]\n'
        )
        for channel, body in (
            ("voice", "aht_s = 300\npatience_s = 180\n[queues.target]\nlevel = 0.80\nwithin_s = 20\n"),
            ("chat", "aht_s = 900\nconcurrency = 3\npatience_s = 300\n[queues.target]\nlevel = 0.80\nwithin_s = 60\n"),
            ("email", "aht_s = 420\ninterruptible = true\n[queues.target]\nlevel = 0.95\nwithin_h = 24\n"),
        ):
            rows.append(f'[[queues]]\nid = "{language}_{channel}"\nmarket = "{language}"\nchannel = "{channel}"\n{body}')
    for site, (country, zone, wage) in SITES.items():
        rows.append(
            f'[[sites]]\nid = "{site}"\ncountry = "{country}"\nzone = "{zone}"\nseats = 400\nwage_per_h = {wage}\noncost_share = 0.5\n'
        )
    names = list(LANGUAGES)
    for n, language in enumerate(names):
        beside = names[(n + 1) % len(names)]
        for site, spoken, factor in (("lisbon", (language,), 1.0), ("lisbon", (language, beside), 1.1), _far(n, language)):
            rows.append(
                f'[[groups]]\nid = "{site}_{"_".join(spoken)}"\nsite = "{site}"\n'
                f"languages = [{', '.join(f'{chr(34)}{s}{chr(34)}' for s in spoken)}]\n"
                'channels = ["voice", "chat", "email"]\nshifts = ["full8"]\nabsence = 0.10\nin_shift_loss = 0.08\n'
                f"wage_factor = {factor}\nmax_heads = {agents // (8 if len(spoken) == 1 else 40)}\n"
            )
    rows.append(
        '[[shifts]]\nid = "full8"\nlength_h = 8\nfirst_start = "00:00"\nlast_start = "23:00"\nstep_min = 60\n'
        "breaks = [{ minutes = 15, paid = true, earliest_min = 90, latest_min = 150 }, "
        "{ minutes = 60, paid = false, earliest_min = 195, latest_min = 285 }, "
        "{ minutes = 15, paid = true, earliest_min = 360, latest_min = 420 }]\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "account.toml").write_text("".join(rows), encoding="utf-8")
    (folder / "history.csv").write_text("\n".join(_history(agents)) + "\n", encoding="utf-8")
    return folder


def _far(n: int, language: str) -> tuple[str, tuple[str, ...], float]:
    # a group far away: every second language in Manila, the others in Bogota
    return ("manila" if n % 2 else "bogota", (language,), 1.3)


def _history(agents: int) -> list[str]:
    rows = ["interval_start,queue,offered"]
    share = [1.0 / (n + 2) for n in range(len(LANGUAGES))]
    # voice 45, chat 30, email 25 parts of the work; two thirds of 40 hours a week are work on contacts
    hours = agents * 40 * 0.55
    per_week = {"voice": 0.45 * hours * 3600 / 300, "chat": 0.30 * hours * 3600 / 300, "email": 0.25 * hours * 3600 / 420}
    profile = [math.exp(-((h - 6.5) ** 2) / 22) for h in range(24)]
    weekday = [1.2, 1.1, 1.0, 1.0, 1.0, 0.7, 0.5]
    for n, (language, (_, zone)) in enumerate(LANGUAGES.items()):
        for back in range(28):
            day = date(2026, 2, 2) + timedelta(days=back)
            for channel, total in per_week.items():
                scale = total * share[n] / sum(share) * weekday[day.weekday()] / sum(weekday) / sum(profile)
                for half in range(24):
                    start = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(zone)) + timedelta(minutes=30 * half)
                    jitter = 1 + 0.05 * math.sin(7 * back + 3 * half + n)
                    rows.append(f"{start.isoformat()},{language}_{channel},{round(scale * profile[half] * jitter)}")
    return rows


def _bound(plan: planner.Plan) -> str:
    found, cost = plan.solves[0].bound, plan.solves[0].objective
    return "none" if found is None or not cost else f"{found:,.0f}: gap {1 - found / cost:.0%}"


def main(seconds: str = "600") -> list[Row]:
    """Measure, print and return the rows."""
    with tempfile.TemporaryDirectory() as scratch:
        account = planner.load_account(write_account(Path(scratch) / "account", seconds=float(seconds)))
    wall, cpu = time.monotonic(), time.process_time()
    plan = planner.plan(account)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    whole, simulation = plan.solves[0], plan.evaluation.simulation
    assert simulation is not None
    own = {queue.id: queue.target.window for queue in account.queues}
    held = [row for row in simulation.sla if own.get(row.clause) is row.window and row.level is not None]
    worst = min(held, key=lambda row: (row.level or 0.0) - row.target)
    rows = [
        Row("queues, groups, agents", f"{len(account.queues)}, {len(account.groups)}, {plan.shifts.heads()}"),
        Row("contacts in the week", f"{float(np.nansum(simulation.offered)):,.0f}"),
        at_most("planned in", wall / 60, "min", MOST_MINUTES),
        Row("  CPU", f"{cpu:.0f} s"),
        Row("  peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"),
        Row("cost", f"{whole.objective:,.0f} {account.currency}"),
        Row("  bound, of the work alone", _bound(plan)),
        Row("promises kept as simulated", f"{sum(bool(row.met) for row in held)} of {len(held)}"),
        Row("  the worst", f"{worst.clause} {worst.level:.1%} of {worst.target:.0%}"),
    ]
    print_rows("Ten languages, three channels, thirty groups, a week, shared people", rows)
    print(textwrap.fill(whole.note, 120, initial_indent="  ", subsequent_indent="  "))
    return rows


if __name__ == "__main__":
    main(*sys.argv[1:2])
