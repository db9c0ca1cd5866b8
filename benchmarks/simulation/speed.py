"""Simulated events a second against Ciw and SimPy: one queue of callers who give up, and ten languages on six overlapping pools.

An event is an arrival or the end of a contact, two a contact, as the peers' own counts. Everybody gets the same day, 48,000 contacts, from
an empty floor. CPU seconds of one thread: ours with drawing the customers, the event loop and counting by quarter-hour, and the loop alone
beside; the peers' with their run alone, not with gathering their records. Peers run in turn with ours, each in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from floor_data import AGENTS, AHT_S, DAY_S, PATIENCE_S, PER_H, SPOKEN, agents_of, lines_of  # noqa: E402
from measure import Row, print_rows  # noqa: E402

from planner.queueing import ExponentialPatience, performance  # noqa: E402
from planner.simulation import Floor, Hours, Line, Link, Pool, Simulated, replicate, simulate_floor  # noqa: E402

STEP_S = 900.0
ROUNDS, DAYS = 3, 30
GOALS = {"one": {"ciw": 300.0}, "many": {"ciw": 100.0}}
TITLES = {
    "one": "One queue: 2,000 calls an hour, 180 s, 100 agents, patience 120 s, a day",
    "many": "Ten languages on six overlapping pools, 2,000 calls an hour in all, a day",
}


def floor(case: str) -> Floor:
    """Return the day of one queue ("one") or of many skills."""
    size = round(DAY_S / STEP_S)
    names = ["calls"] if case == "one" else [f"l{q}" for q in lines_of()]
    spoken = [(0,)] if case == "one" else SPOKEN
    pool = np.zeros(AGENTS, dtype=np.int64)
    if case == "many":
        for g in range(len(SPOKEN)):
            pool[agents_of(g)] = g
    return Floor(
        interval_s=STEP_S,
        lines=tuple(
            Line(
                id=name, contacts=np.full(size, PER_H / len(names) * STEP_S / 3600), aht_s=np.full(size, AHT_S),
                open=np.ones(size, dtype=bool), patience=ExponentialPatience(PATIENCE_S),
            )
            for name in names
        ),
        pools=tuple(Pool(id=f"p{g}") for g in range(len(spoken))),
        links=tuple(Link(line=names[q], pool=f"p{g}") for g, each in enumerate(spoken) for q in each),
        hours=Hours(pool=pool, starts=np.zeros((AGENTS, 1)), ends=np.full((AGENTS, 1), DAY_S)),
    )  # fmt: skip


def shares(ran: Simulated) -> dict[str, float]:
    """Return of all contacts the shares that wait, give up and are answered in 20 s."""
    from planner.simulation.tally import ANSWERED, GAVE_UP, WITHIN

    c = ran.counts.sum(axis=(0, 1, 2))
    total = c[ANSWERED] + c[GAVE_UP]
    return {"wait": 1 - ran.bins[..., 0].sum() / total, "gave_up": c[GAVE_UP] / total, "in_time": c[WITHIN] / total}


def ours(simulator: replicate.Simulator, first: int) -> tuple[int, float, float]:
    """Simulate and count some days; return contacts, CPU seconds, and of them those of the event loop."""
    loop = [0.0]
    run = replicate.run_floor
    replicate.run_floor = _timed(run, loop)
    start = time.process_time()
    contacts = sum(int(simulator.count(r).counts[:, :, 0].sum()) for r in range(first, first + DAYS))
    took = time.process_time() - start
    replicate.run_floor = run
    return contacts, took, loop[0]


def _timed(run: Callable[..., None], loop: list[float]) -> Callable[..., None]:
    def timed(*given: Any) -> None:
        start = time.process_time()
        run(*given)
        loop[0] += time.process_time() - start

    return timed


def peer(name: str, case: str, seed: int) -> dict[str, float]:
    """Return what a peer says of one day."""
    done = subprocess.run(
        [sys.executable, str(HERE / f"peer_{name}.py"), case, str(seed)], capture_output=True, text=True, cwd=HERE
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-500:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def table(case: str) -> list[Row]:
    """Measure one case."""
    day = floor(case)
    simulator = replicate.Simulator(day, 1)
    simulator.count(0)  # compiled by now
    mine = np.zeros(3)
    peers: dict[str, list[dict[str, float]]] = {"ciw": [], "simpy": []}
    for k in range(ROUNDS):
        for name, found in peers.items():
            found.append(peer(name, case, k + 1))
            mine += ours(simulator, DAYS * (len(peers) * k + list(peers).index(name)))
    contacts, took, loop = mine
    rate = 2 * contacts / took
    rows = [
        Row("ours, all of it: events a second of CPU", f"{rate / 1e6:.2f} million"),
        Row("  a contact; a day", f"{1e9 * took / contacts:.0f} ns; {1e3 * took / (2 * ROUNDS * DAYS):.2f} ms"),
        Row("  the event loop alone", f"{2 * contacts / loop / 1e6:.2f} million"),
    ]
    for name, found in peers.items():
        theirs = 2 * sum(f["contacts"] for f in found) / sum(f["cpu_s"] for f in found)
        goal = GOALS[case].get(name)
        rows += [
            Row(f"{name}: events a second of CPU", f"{theirs:,.0f}"),
            Row(
                "  times faster", f"{rate / theirs:.0f}", f"≥ {goal:g}" if goal else "", rate / theirs >= goal if goal else None
            ),
        ]
    return [*rows, *_levels(case, day, peers)]


def _levels(case: str, day: Floor, peers: dict[str, list[dict[str, float]]]) -> list[Row]:
    # everybody's shares beside each other and, for one queue, beside the exact law
    told = {"ours": shares(simulate_floor(day, replications=100, seed=1))}
    told |= {name: {key: float(np.mean([f[key] for f in found])) for key in told["ours"]} for name, found in peers.items()}
    exact: dict[str, float] = {}
    if case == "one":
        law = performance(rate_per_h=PER_H, aht_s=AHT_S, agents=AGENTS, threshold_s=20, patience_s=PATIENCE_S)
        exact = {"wait": float(law.prob_wait), "gave_up": float(law.abandonment), "in_time": float(law.service_level)}
    rows = []
    for key, what in (
        ("wait", "share that waits"),
        ("gave_up", "share that gives up"),
        ("in_time", "answered in 20 s, of all"),
    ):
        text = ", ".join(f"{name} {values[key]:.4f}" for name, values in told.items())
        near = (
            [abs(values[key] - exact[key]) <= (0.006 if name == "ours" else 0.03) for name, values in told.items()]
            if exact
            else []
        )
        rows.append(Row(what, text, f"exact {exact[key]:.4f}" if exact else "", all(near) if exact else None))
    return rows


def main() -> list[Row]:
    """Run, print both tables and return their rows."""
    every = []
    for case, title in TITLES.items():
        rows = table(case)
        print_rows(title, rows)
        every += rows
    print(
        "  SimPy has our routing; Ciw has no line shared by pools: callers join the shortest one and stay. CPU ratios of one run."
    )
    print(
        f"  Processes running on this machine, which share its caches: {os.getloadavg()[1]:.1f} on average over five minutes."
    )
    return every


if __name__ == "__main__":
    main()
