"""SimPy on a day, in a process of its own: ``python peer_simpy.py one|many SEED`` prints contacts, CPU seconds and shares.

Written as its manual shows queues with people who give up: a process a call. With many skills free agents lie in a FilterStore; whoever
waits longest and is understood by the agent who comes free is next, as on our floor.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any


def main(case: str, seed: int) -> None:
    """Simulate one day and print it as JSON."""
    import simpy
    from floor_data import AGENTS, AHT_S, DAY_S, PATIENCE_S, PER_H, SPOKEN, agents_of, lines_of
    from peer_ciw import shares

    rng = random.Random(seed)
    env = simpy.Environment()
    waits: list[tuple[float, bool]] = []
    desk = simpy.Resource(env, AGENTS)
    idle = simpy.FilterStore(env)
    idle.items.extend((g, a) for a in range(AGENTS) for g in range(len(SPOKEN)) if a in agents_of(g))

    def call() -> Iterator[Any]:
        came = env.now
        with desk.request() as agent:
            got = yield agent | env.timeout(rng.expovariate(1 / PATIENCE_S))
            waits.append((env.now - came, agent in got))
            if agent in got:
                yield env.timeout(rng.expovariate(1 / AHT_S))

    def skilled(language: int) -> Iterator[Any]:
        came = env.now
        agent = idle.get(lambda who: language in SPOKEN[who[0]])
        got = yield agent | env.timeout(rng.expovariate(1 / PATIENCE_S))
        waits.append((env.now - came, agent in got))
        if agent in got:
            yield env.timeout(rng.expovariate(1 / AHT_S))
            yield idle.put(agent.value)
        else:
            agent.cancel()

    def source() -> Iterator[Any]:
        while True:
            yield env.timeout(rng.expovariate(PER_H / 3600))
            env.process(call() if case == "one" else skilled(rng.choice(lines_of())))

    env.process(source())
    start = time.process_time()
    env.run(DAY_S)
    took = time.process_time() - start
    print(json.dumps({"cpu_s": took, **shares(waits)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
