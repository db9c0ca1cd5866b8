"""Small systems against a dense oracle: the matrix exponential of every state, and a caller marked through staffing changes."""

import numpy as np
import pytest
from transient_dense import DenseQueue

from planner.domain.targets import Formula
from planner.queueing.transient import transient

# contacts per hour, handling seconds, agents, patience, interval, threshold
CASES = {
    "threshold within the interval": ([20, 25, 10], [180, 180, 180], [3, 1, 2], 50.0, 300.0, 40.0),
    "threshold over several intervals": ([20, 30, 8], [150, 90, 90], [2, 1, 2], 60.0, 200.0, 500.0),
    "nobody there for a while": ([20, 12, 12], [120, 120, 120], [2, 0, 2], 45.0, 120.0, 30.0),
    "two drops in a row": ([25, 10, 10], [200, 200, 200], [3, 2, 1], 50.0, 60.0, 20.0),
}


@pytest.mark.parametrize("staff_drop", ["return", "finish"])
@pytest.mark.parametrize("case", CASES)
def test_every_measure_agrees_with_the_matrix_exponential(case, staff_drop) -> None:
    rate, aht, agents, patience, interval, within = CASES[case]
    finish = staff_drop == "finish"
    oracle = DenseQueue(
        rate_per_s=[r / 3600 for r in rate], aht_s=aht, agents=agents, patience_s=patience, interval_s=interval, finish=finish
    )  # fmt: skip
    want = oracle.run({(0, 0): 0.4, (agents[0], 2): 0.6}, within)
    p = np.zeros((agents[0] + 1, 3)) if finish else np.zeros(agents[0] + 3)
    p.flat[0] = 0.4
    p.flat[-1] = 0.6
    known = {
        "rate_per_h": rate, "agents": agents, "aht_s": aht, "interval_s": interval, "threshold_s": within, "patience_s": patience,
        "start": p, "staff_drop": staff_drop,
    }  # fmt: skip
    got = transient(**known)
    tight = {"rel": 1e-11, "abs": 1e-12}
    assert got.prob_wait == pytest.approx(want["wait"], **tight)
    assert got.queue_length == pytest.approx(want["queue"], **tight)
    present = np.array(agents) + want["over"]
    assert got.occupancy == pytest.approx(
        np.where(present > 0, want["busy"] / np.where(present > 0, present, 1), np.nan), nan_ok=True
    )
    assert got.answered_within / got.offered == pytest.approx(want["in_time"], **tight)
    assert 1 - got.abandonment == pytest.approx(want["answered"], **tight)
    late = np.exp(-within / patience) * (1 - want["virtual"])
    levels = {
        Formula.OFFERED: want["in_time"],
        Formula.ANSWERED: want["in_time"] / want["answered"],
        Formula.EXCLUDING_SHORT_ABANDONS: want["in_time"] / (want["in_time"] + late),
        Formula.CREDITING_SHORT_ABANDONS: 1 - late,
        Formula.VIRTUAL: want["virtual"],
    }
    for definition, level in levels.items():
        assert transient(definition=definition, **known).service_level == pytest.approx(level, **tight)
    final = np.zeros_like(want["final"])
    for k, (busy, waiting) in enumerate(oracle.index):
        place = (busy, waiting) if finish else (busy + waiting,)
        if all(x < size for x, size in zip(place, got.final.shape, strict=True)):
            final[k] = got.final[place]
    met = want["final"] > 1e-13
    assert final[met] == pytest.approx(want["final"][met], abs=1e-13)
