"""What all peers can do, as plain data: shifts within one local day, breaks fixed in the middle of their windows, demand by local day.

The first group and language of a call-centre week; `DailyWork` goes to the child processes as JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from callcentre_instance import Instance


@dataclass(frozen=True)
class DailyWork:
    """`required` ``[7][day's periods]`` agents; per shift its `starts` slot, type number `kinds`, `cover` (0 or 1 per slot) and `cost`."""

    required: list[list[int]]
    starts: list[int]
    kinds: list[int]
    cover: list[list[int]]
    cost: list[float]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    def price(self, heads: list[list[int]]) -> tuple[float, int, int]:
        """Return wages, the sum of absolute deviations and the missing agent-periods of `heads` ``[7][shifts]``."""
        present = np.array(heads) @ np.array(self.cover)
        off = present - np.array(self.required)
        return float((np.array(heads) @ np.array(self.cost)).sum()), int(np.abs(off).sum()), int(-off[off < 0].sum())


def daily_work(instance: Instance, *, types: tuple[str, ...] = (), step: int = 0) -> DailyWork:
    """Return the daily work of `instance`; `types` and `step` (periods) may narrow the shifts. All shifts end by local midnight."""
    team = instance.teams[0]
    local = np.roll(instance.required[team.skills[0]], team.ahead).reshape(7, instance.day)
    starts, kinds, cover, cost = [], [], [], []
    for number, shift in enumerate(instance.types):
        if types and shift.name not in types:
            continue
        for start in range(0, instance.day - shift.length + 1, step or instance.step):
            row = np.zeros(instance.day, dtype=np.int64)
            row[start : start + shift.length] = 1
            for length, early, late in shift.breaks:
                offset = start + (early + late) // 2
                row[offset : offset + length] = 0
            starts.append(start)
            kinds.append(number)
            cover.append(row.tolist())
            cost.append(instance.duty_wage(0, number, start - team.ahead))
    return DailyWork(local.astype(np.int64).tolist(), starts, kinds, cover, cost)
