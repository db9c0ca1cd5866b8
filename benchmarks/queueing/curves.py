"""Service curves for a week of 30 queues, what they take in memory, and the least agents of ten million intervals."""

from __future__ import annotations

import resource
import time

import numpy as np
from measure import Row, at_most, print_rows


def week_of_queues(queues: int = 30, intervals: int = 672) -> dict[str, np.ndarray]:
    """Random intervals: load log-uniform from 0.5 to 30 erlang, AHT 120 to 900 s, patience 30 to 600 s, thresholds 10 to 120 s."""
    rng = np.random.default_rng(20_260_111)
    shape = (queues, intervals)
    load = np.exp(rng.uniform(np.log(0.5), np.log(30), shape))
    aht = rng.uniform(120, 900, shape)
    return {
        "rate_per_h": load * 3600 / aht,
        "aht_s": aht,
        "patience_s": rng.uniform(30, 600, shape),
        "threshold_s": rng.choice([10.0, 20.0, 30.0, 60.0, 120.0], shape),
    }


def main() -> list[Row]:
    """Run, print the table and return its rows."""
    from planner.queueing import concave_majorant, required_agents, service_curve

    cases = week_of_queues()
    service_curve(rate_per_h=60, aht_s=180, patience_s=90, threshold_s=20, max_agents=5)
    start = time.process_time()
    curves = service_curve(**cases, max_agents=60, up_to=0.999)
    took = time.process_time() - start
    concave_majorant(curves[:1])
    start = time.process_time()
    raised = concave_majorant(curves)
    rows = [
        at_most("30 queues x 672 intervals, 0 to 60 agents up to 99.9%, CPU", took, "s", 0.3, digits=3),
        at_most("their concave majorants, CPU", time.process_time() - start, "s", 0.3, digits=3),
        Row("most a majorant lies above its curve", f"{100 * float((raised - curves).max()):.1f} points"),
    ]
    size = 10_000_000
    rng = np.random.default_rng(1)
    rate = rng.uniform(1, 400, size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    agents = required_agents(rate_per_h=rate, aht_s=240, threshold_s=20, service_level=0.8)
    beyond = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before - agents.nbytes / 2**20
    rows += [
        Row("least agents of 10,000,000 intervals, CPU", f"{time.process_time() - start:.1f} s"),
        at_most("peak memory beyond inputs and outputs", beyond, "MiB", 200, digits=0),
    ]
    print_rows("Service curves and memory", rows)
    return rows


if __name__ == "__main__":
    main()
