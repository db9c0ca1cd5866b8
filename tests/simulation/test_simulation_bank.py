"""Two recorded months of a bank replayed, call by call, with the agents who were there: the simulated months are the real ones.

The data are not the product's to ship; where they are absent these tests are skipped.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.simulation import Recorded, Simulated, pauses, replay, simulate_floor

FILE = "bank_il_1999_calls.csv.gz"
DAYS, FIRST_DAY = 59, "1999-01-01"
SLOTS = 48


def data_folder() -> Path:
    given = os.environ.get("THIRD_RING_DATA")
    return Path(given) if given else Path(__file__).resolve().parents[3] / "shared" / "data"


@cache
def calls() -> Recorded:
    file = data_folder() / FILE
    if not file.exists():
        pytest.skip(f"no {FILE} in {data_folder()}")
    table = pd.read_csv(file)
    table = table[(table["service_type"] != "IN") & (table["result"] != "vru_hangup")]  # internet support has its own agents
    wall = pd.to_datetime(table["agent_request"].str.slice(0, 19))
    return Recorded(
        arrives_s=(wall - pd.Timestamp(FIRST_DAY)).dt.total_seconds().to_numpy(),
        waits_s=table["queue_s"].to_numpy(dtype=np.float64),
        answered=(table["result"] == "served").to_numpy(),
        work_s=table["service_s"].to_numpy(dtype=np.float64),
        agent=np.where(table["agent"].isna(), -1, pd.factorize(table["agent"])[0]),
    )


def busy_hours() -> np.ndarray:
    """Sunday to Thursday, 07 to 24 h; the first of January 1999 was a Friday."""
    slot = np.arange(DAYS * SLOTS)
    return (slot % SLOTS >= 14) & ~np.isin((slot // SLOTS) % 7, (0, 1))


def real() -> tuple[float, float, float]:
    """Share that gave up, mean wait of all and share answered in 20 s, as recorded."""
    known = calls()
    inside = busy_hours()[(known.arrives_s // 1800).astype(int)]
    answered, waits = known.answered[inside], known.waits_s[inside]
    return 1 - float(answered.mean()), float(waits.mean()), float((answered & (waits <= 20)).mean())


def simulated(*, with_pauses: bool) -> Simulated:
    floor = replay(calls(), interval_s=1800.0, size=DAYS * SLOTS, with_pauses=with_pauses)
    return simulate_floor(floor, replications=10, seed=1)


def test_months_replayed_come_out_as_they_were() -> None:
    gave_up, waited_s, in_time = real()
    assert (gave_up, waited_s, in_time) == pytest.approx((0.120, 42.5, 0.513), abs=0.05)
    ran, over = simulated(with_pauses=True), busy_hours()
    assert ran.abandonment("calls", over).value == pytest.approx(gave_up, abs=0.015)
    assert ran.mean_wait_s("calls", over).value == pytest.approx(waited_s, abs=6.0)
    assert ran.level("calls", over=over).value == pytest.approx(in_time, abs=0.06)


def test_agents_who_never_pause_make_the_months_better_than_they_were() -> None:
    gave_up, _, in_time = real()
    ran, over = simulated(with_pauses=False), busy_hours()
    assert ran.abandonment("calls", over).value < gave_up - 0.02
    assert ran.level("calls", over=over).value > in_time + 0.1
    law = pauses(calls())
    assert 10 < law.mean_s < 60
    assert np.interp(0.5, 1 - law.staying, law.times_s) == pytest.approx(6.0, abs=3.0)
