"""Draw the people of the gift shop: agents.csv, time_off.csv and preferences.csv, under pseudonyms, the same at every run.

Run `python sample_data/gift_shop/make_agents.py` after changing a number here. Nobody in these tables exists; the counts are about what
the plan needs, so that some work is left to hire or ask overtime for.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEED = 20_261_109
FIRST = date(2026, 11, 9)

PEOPLE = {
    "manila_en": 45,
    "lisbon_de": 14,
    "lisbon_fr": 13,
    "lisbon_nl": 7,
    "lisbon_de_en": 3,
    "lisbon_nl_en": 2,
    "bogota_es": 8,
    "bogota_es_en": 6,
}
LANGUAGES = {"manila": ("C1", "C2"), "lisbon": ("C1", "C2", "native"), "bogota": ("C1", "native")}
ALSO = {"lisbon_de_en": "lisbon_de", "lisbon_nl_en": "lisbon_nl", "bogota_es_en": "bogota_es"}
PART_TIME = 0.12
NIGHTS_NEVER = 0.15
ON_LEAVE = 0.04
WITH_WISHES = 0.30
CHANCE_OF_A_SECOND_GROUP = 0.5

AGENTS = (
    "agent", "group", "languages", "days_per_week", "hours_per_week", "availability", "nights", "scores", "nights_before",
    "weekend_days_before",
)  # fmt: skip


def main() -> None:
    """Write the three tables."""
    rng = np.random.default_rng(SEED)
    agents, leave, wishes = [], [], []
    for group, count in PEOPLE.items():
        site, *spoken = group.split("_")
        for n in range(1, count + 1):
            id = f"{site[0]}-{'-'.join(spoken)}-{n:02d}"
            agents.append(agent(rng, id, group))
            if rng.random() < ON_LEAVE:
                first = FIRST + timedelta(days=int(rng.integers(0, 5)))
                leave.append((id, first, first + timedelta(days=int(rng.integers(0, 3)))))
            if rng.random() < WITH_WISHES:
                wishes.append(wish(rng, id))
    write("agents.csv", AGENTS, agents)
    write("time_off.csv", ("agent", "from", "to"), leave)
    write("preferences.csv", ("agent", "wish", "weekday", "from", "to", "weight"), wishes)


def agent(rng: np.random.Generator, id: str, group: str) -> tuple[object, ...]:
    """Return one row of agents.csv."""
    site, *spoken = group.split("_")
    part_time = rng.random() < PART_TIME
    days, hours = (3, 24) if part_time else (5, 40)
    second = ALSO.get(group) if rng.random() < CHANCE_OF_A_SECOND_GROUP else None
    never = site == "manila" and rng.random() < NIGHTS_NEVER
    levels = " ".join(f"{language}:{rng.choice(LANGUAGES[site])}" for language in spoken)
    weekdays_only = part_time and site == "lisbon" and rng.random() < 0.5
    empathy, product = rng.uniform(0.5, 1.0, 2).round(2)
    return (
        id, f"{group} {second}" if second else group, levels, days, hours, "Mon-Fri 00:00-24:00" if weekdays_only else "",
        "never" if never else "any", f"empathy:{empathy:g} product:{product:g}",
        int(rng.integers(0, 6)) if site == "manila" and not never else 0, int(rng.integers(0, 3)),
    )  # fmt: skip


def wish(rng: np.random.Generator, id: str) -> tuple[object, ...]:
    """Return one row of preferences.csv."""
    weight = int(rng.integers(1, 4))
    day = str(rng.choice(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]))
    kind = rng.choice(["off", "want", "avoid"], p=[0.6, 0.2, 0.2])
    if kind == "off":
        return id, "off", day, "", "", weight
    if kind == "want":
        return id, "want", "", "06:00", "11:00", weight
    return id, "avoid", day, "20:00", "23:59", weight


def write(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Write a table beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
