"""Who may be away, put together anew: every line of shifts.csv walked minute by minute."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from acceptance.acceptance_files import PlanFiles
from acceptance.acceptance_law import shared_agents
from acceptance.acceptance_service import rate_in_hand, threshold_of, times_of
from acceptance.acceptance_windows import windows


def absence_variance(plan: PlanFiles, promise: dict, key: object) -> float:
    """Variance that absent heads put on a window's contacts in time less the target times those counted."""
    worth = np.zeros((len(plan.groups), plan.size))
    seats, split = plan.rows("capacity", "group"), plan.rows("coverage", "group", "queue")
    for queue in promise["queues"]:
        piece = windows(plan, promise["window"], plan.zone_of(queue)).get(key)
        if piece is None:
            continue
        inside = np.zeros(plan.size)
        inside[piece.intervals] = _worth(plan, queue, promise)[piece.intervals]
        for g, group in enumerate(plan.groups):
            there = np.nan_to_num(plan.along(seats.get(group), "on_seat"))
            given = np.nan_to_num(plan.along(split.get((group, queue)), "on_seat"))
            share = np.divide(given, there, out=np.zeros(plan.size), where=there > 0)
            worth[g] += inside * share * (1 - plan.groups[group]["in_shift_loss"])
    total = 0.0
    for line in plan.table("shifts").itertuples():
        away = plan.groups[line.group]["absence"]
        effect = float(_at_work(plan, line) @ worth[list(plan.groups).index(line.group)])
        total += line.heads * away * (1 - away) * effect**2
    return total


def _worth(plan: PlanFiles, id: str, promise: dict) -> np.ndarray:
    """Contacts that one agent more brings in time, less the target times those counted, over half an agent each way."""
    queue, within_s = plan.queues[id], threshold_of(plan, promise, id)
    contacts = np.nan_to_num(plan.matrix("demand", "contacts")[id])
    busy = contacts > 0
    aht, slots = times_of(plan, id)[busy], plan.given[id][busy] * queue["concurrency"]
    rate = rate_in_hand(plan, id, contacts)[busy]
    ahead, ends = [], []
    for half in (-0.5, 0.5):
        agents = np.maximum(slots + half * queue["concurrency"], 0.0)
        law = shared_agents(
            rate_per_s=rate, aht_s=aht, agents=agents, within_s=within_s, patience_s=queue["patience_s"],
            formula=promise["formula"], panels=8,
        )  # fmt: skip
        counted = {"answered": law.answered, "excluding_short_abandons": 1 - law.abandoned_in_time}.get(
            promise["formula"], np.ones(len(rate))
        )
        there = (agents > 1e-9) | (promise["formula"] == "crediting_short_abandons")
        counted = np.where(there, counted, 1.0)
        ahead.append(np.where(there, counted * np.nan_to_num(law.level), 0.0) - promise["level"] * counted)
        ends.append(agents)
    out = np.zeros(plan.size)
    out[busy] = (ahead[1] - ahead[0]) * contacts[busy] * queue["concurrency"] / (ends[1] - ends[0])
    return out


def _at_work(plan: PlanFiles, line) -> np.ndarray:  # type: ignore[no-untyped-def]
    """One head of a line of shifts, outside breaks, as a share of every interval."""
    minutes = np.zeros(plan.size * plan.interval_s // 60)
    begin = plan.starts[0]

    def place(moment: object) -> int:
        return int(np.clip(round((pd.Timestamp(moment) - begin).total_seconds() / 60), 0, len(minutes)))

    minutes[place(line.start_utc) : place(line.end_utc)] = 1.0
    for start, end, _ in json.loads(line.breaks) if isinstance(line.breaks, str) else line.breaks:
        minutes[place(start) : place(end)] = 0.0
    return minutes.reshape(plan.size, -1).mean(axis=1)
