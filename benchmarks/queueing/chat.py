"""Chat: the exact chain beside the balanced shortcut, what each says and what each takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from measure import Row, at_most, print_rows

AHT_S = [180.0, 210.0, 240.0]
RATE_PER_AGENT = 44.0  # chats an hour, of the 45 a full agent closes


def cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` gives the second time and the CPU seconds of that call (the first one may compile)."""
    work()
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def desks() -> list[Row]:
    """Compare both models for desks of growing size."""
    from planner.queueing.chat import chat_performance

    rows = []
    for agents in (5, 20, 50, 100, 175):
        known = {
            "rate_per_h": RATE_PER_AGENT * agents, "aht_by_level_s": AHT_S, "agents": agents, "patience_s": 60, "threshold_s": 20,
        }  # fmt: skip
        exact, exact_s = cpu(lambda known=known: chat_performance(**known))
        near, near_s = cpu(lambda known=known: chat_performance(method="balanced", **known))
        gap = 100 * (near.service_level - exact.service_level)
        name = f"{agents} agents, {exact.states:,} states"
        rows.append(Row(f"{name}: level, balanced - exact", f"{100 * exact.service_level:.3f} % {gap:+.3f}"))
        if agents == 175:
            rows.append(at_most(f"{name}: exact, CPU", 1e3 * exact_s, "ms", 1000))
        else:
            rows.append(Row(f"{name}: exact, CPU", f"{1e3 * exact_s:.2f} ms"))
        rows.append(Row(f"{name}: balanced, CPU", f"{1e3 * near_s:.2f} ms"))
    return rows


def week() -> list[Row]:
    """Size a week of half-hours by both models."""
    from planner.queueing.chat_agents import required_chat_agents

    rng = np.random.default_rng(20_260_103)
    rate = np.exp(rng.uniform(np.log(20), np.log(1200), 336))
    known = {"rate_per_h": rate, "aht_by_level_s": AHT_S, "patience_s": 90, "threshold_s": 30, "service_level": 0.8}
    near, near_s = cpu(lambda: required_chat_agents(method="balanced", **known))
    exact, exact_s = cpu(lambda: required_chat_agents(**known))
    short = exact - near
    return [
        Row("336 half-hours sized, balanced, CPU", f"{1e3 * near_s:.1f} ms ({1e6 * near_s / rate.size:.1f} us each)"),
        at_most("336 half-hours sized, exact, CPU", exact_s, "s", 10),
        Row("balanced answer one agent short", f"{int((short == 1).sum())} of {rate.size}"),
        Row("balanced answer further off", f"{int((abs(short) > 1).sum() + (short < 0).sum())}"),
    ]


def main() -> list[Row]:
    """Run, print the table and return its rows."""
    rows = [*desks(), *week()]
    print_rows("Chat, up to 3 at once, 180/210/240 s", rows)
    return rows


if __name__ == "__main__":
    main()
