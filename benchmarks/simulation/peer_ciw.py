"""Ciw on a day, in a process of its own: ``python peer_ciw.py one|many SEED`` prints contacts, CPU seconds and, for one queue, shares.

Ciw has no line that several pools share: with many skills each pool is a node, and callers join the shortest line of the pools that speak
their language and stay there. It is given the same arrivals, handling and patience; its levels are not comparable there.
"""

from __future__ import annotations

import json
import sys
import time


def main(case: str, seed: int) -> None:
    """Simulate one day and print it as JSON."""
    import ciw
    from floor_data import AGENTS, AHT_S, DAY_S, PATIENCE_S, PER_H, SPOKEN, lines_of

    if case == "one":
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(PER_H / 3600)],
            service_distributions=[ciw.dists.Exponential(1 / AHT_S)],
            reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_S)],
            number_of_servers=[AGENTS],
        )
    else:
        pools = range(len(SPOKEN))
        each = PER_H / len(lines_of()) / 3600
        # callers of a language enter at a node without service, and go to the shortest line that they may join
        network = ciw.create_network(
            arrival_distributions={f"l{q}": [ciw.dists.Exponential(each), *[None] * len(SPOKEN)] for q in lines_of()},
            service_distributions={
                f"l{q}": [ciw.dists.Deterministic(0.0), *[ciw.dists.Exponential(1 / AHT_S) for _ in pools]] for q in lines_of()
            },
            reneging_time_distributions={
                f"l{q}": [None, *[ciw.dists.Exponential(1 / PATIENCE_S) for _ in pools]] for q in lines_of()
            },
            number_of_servers=[float("inf"), *[len(agents) for agents in _agents()]],
            routing={
                f"l{q}": ciw.routing.NetworkRouting(
                    routers=[
                        ciw.routing.JoinShortestQueue(
                            destinations=[g + 2 for g in pools if q in SPOKEN[g]], tie_break="random"
                        ),
                        *[ciw.routing.Leave() for _ in pools],
                    ]
                )
                for q in lines_of()
            },
        )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    start = time.process_time()
    simulation.simulate_until_max_time(DAY_S)
    took = time.process_time() - start
    records = [r for r in simulation.get_all_records() if case == "one" or r.node > 1]
    waits = [(r.waiting_time, r.record_type == "service") for r in records]
    print(json.dumps({"cpu_s": took, **shares(waits)}))


def _agents() -> list[list[int]]:
    from floor_data import SPOKEN, agents_of

    return [agents_of(g) for g in range(len(SPOKEN))]


def shares(waits: list[tuple[float, bool]]) -> dict[str, float]:
    """Return contacts, and of them the shares that wait, give up, are answered in 20 s."""
    n = len(waits)
    return {
        "contacts": n,
        "wait": sum(w > 1e-9 for w, _ in waits) / n,
        "gave_up": sum(not ok for _, ok in waits) / n,
        "in_time": sum(ok and w <= 20 for w, ok in waits) / n,
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
