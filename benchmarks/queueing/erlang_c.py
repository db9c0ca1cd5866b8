"""Least agents by Erlang C for 100,000 random half-hours, against pyworkforce in the same run; every different answer explained.

pyworkforce runs in a child process of its own (it loads OR-tools, which does not mix with every HiGHS) on a sample; its time is scaled.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from measure import Row, print_rows
from mpmath import mpf

LEVEL = 0.8
SIZE = 100_000
GOAL_RATIO, GOAL_RATIO_LARGE = 900.0, 10_000.0


@dataclass(frozen=True)
class Mix:
    """Random half-hours: contacts in the half-hour, handling seconds, threshold seconds; the first `sample` go to the peer."""

    name: str
    contacts: np.ndarray
    aht_s: np.ndarray
    within_s: np.ndarray
    sample: int


def voice(size: int = SIZE, sample: int = 10_000) -> Mix:
    """Calls: load log-uniform from 0.5 to 500 erlang, AHT 120 to 900 s, thresholds of 10 to 120 s."""
    rng = np.random.default_rng(20_260_101)
    load = np.exp(rng.uniform(np.log(0.5), np.log(500), size))
    aht = rng.uniform(120, 900, size)
    return Mix("voice", load * 1800 / aht, aht, rng.choice([10.0, 20.0, 30.0, 60.0, 120.0], size), sample)


def large(size: int = SIZE, sample: int = 500) -> Mix:
    """Calls of large desks: the same with loads from 500 to 5,000 erlang."""
    rng = np.random.default_rng(20_260_103)
    load = np.exp(rng.uniform(np.log(500), np.log(5000), size))
    aht = rng.uniform(120, 900, size)
    return Mix("large desks", load * 1800 / aht, aht, rng.choice([10.0, 20.0, 30.0, 60.0, 120.0], size), sample)


def email(size: int = 1000) -> Mix:
    """Messages: the same loads up to 50 erlang, thresholds of 1 to 24 hours."""
    rng = np.random.default_rng(20_260_102)
    load = np.exp(rng.uniform(np.log(0.5), np.log(50), size))
    aht = rng.uniform(120, 900, size)
    return Mix("email", load * 1800 / aht, aht, rng.uniform(1, 24, size) * 3600, size)


def ours(mix: Mix) -> tuple[np.ndarray, float]:
    """Return our agents and the least CPU seconds of five calls after the first, which may compile."""
    from planner.queueing import required_agents

    known = {"rate_per_h": mix.contacts * 2, "aht_s": mix.aht_s, "threshold_s": mix.within_s, "service_level": LEVEL}
    agents = required_agents(**known)
    return agents, min(_cpu(lambda: required_agents(**known)) for _ in range(5))


def _cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def peers(mix: Mix) -> tuple[np.ndarray, float]:
    """Return pyworkforce's agents for the sample and its least CPU seconds of three rounds after a first, without its import."""
    cases = [
        list(row) for row in zip(*(x[: mix.sample].tolist() for x in (mix.contacts, mix.aht_s, mix.within_s)), strict=True)
    ]
    child = subprocess.run(
        [sys.executable, __file__, "--peer"], input=json.dumps(cases), capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    if child.returncode:
        raise RuntimeError(f"pyworkforce could not be run (it comes with the extra bench): {child.stderr[-500:]}")
    answer = json.loads(child.stdout)
    return np.array(answer["agents"]), answer["cpu_s"]


def _peer() -> None:
    from pyworkforce.queuing import ErlangC

    cases = json.load(sys.stdin)

    def size() -> list[int]:
        return [
            ErlangC(transactions=contacts, aht=aht_s / 60, asa=within_s / 60, interval=30).required_positions(
                service_level=LEVEL
            )["raw_positions"]
            for contacts, aht_s, within_s in cases
        ]

    json.dump({"agents": size(), "cpu_s": min(_cpu(size) for _ in range(3))}, sys.stdout)


def exact_level(contacts: float, aht_s: float, within_s: float, agents: int) -> mpf:
    """The service level of Erlang C in 40 digits, by the sum over states."""
    with mpmath.workdps(40):
        load = mpf(contacts) * mpf(aht_s) / 1800
        if agents <= load:
            return mpf(0)
        term, total = mpf(1), mpf(0)
        for n in range(agents):
            total += term
            term *= load / (n + 1)
        queueing = term * agents / (agents - load)
        return 1 - queueing / (total + queueing) * mpmath.exp(-(agents - load) * mpf(within_s) / mpf(aht_s))


def explain(case: tuple[float, float, float], mine: int, theirs: int) -> str:
    """Say why two answers differ, after proving in 40 digits which of them is the least that meets the level."""
    met, one_fewer = exact_level(*case, mine), exact_level(*case, mine - 1)
    if not met >= LEVEL > one_fewer:
        return "OURS IS NOT MINIMAL"
    load = case[0] * case[1] / 1800
    if theirs > mine and theirs == round(load + 1):
        return "pyworkforce starts its search at round(load + 1), above the least number"
    return "pyworkforce understaffs" if theirs < mine else "pyworkforce overstaffs, cause unknown"


def rows_of(mix: Mix, *, goal: float | None) -> list[Row]:
    """Compare one mix and return its rows."""
    mine, cpu = ours(mix)
    theirs, peer_cpu = peers(mix)
    sample = mix.sample
    each, peer_each = cpu / mine.size, peer_cpu / sample
    different = np.flatnonzero(mine[:sample] != theirs)
    why = Counter(
        explain((mix.contacts[i], mix.aht_s[i], mix.within_s[i]), int(mine[i]), int(theirs[i])) for i in different.tolist()
    )
    ratio = peer_each / each
    out = [
        Row(f"{mix.name}: {mine.size:,} intervals sized, CPU", f"{1e3 * cpu:.1f} ms ({1e6 * each:.2f} us each)"),
        Row(f"{mix.name}: pyworkforce, {sample:,} of them, CPU each", f"{1e6 * peer_each:.0f} us"),
        Row(
            f"{mix.name}: times faster",
            f"{ratio:.0f}",
            "" if goal is None else f"≥ {goal:g}",
            None if goal is None else ratio >= goal,
        ),
        Row(f"{mix.name}: equal answers", f"{sample - different.size:,} of {sample:,}"),
    ]
    for reason, count in why.most_common():
        proven = "ours is" not in reason.lower()
        out.append(Row(f"{mix.name}: different, {reason}", f"{count:,}", "ours proven minimal" if proven else "", proven))
    return out


def proof_rows(mix: Mix, *, checked: int = 100) -> list[Row]:
    """Prove in 40 digits, on some intervals, that our answer meets the level and one agent fewer does not."""
    mine, _ = ours(mix)
    at = np.linspace(0, mine.size - 1, checked).astype(int).tolist()
    good = sum(
        bool(exact_level(*case, int(mine[i])) >= LEVEL > exact_level(*case, int(mine[i]) - 1))
        for i, case in ((i, (mix.contacts[i], mix.aht_s[i], mix.within_s[i])) for i in at)
    )
    return [Row(f"{mix.name}: proven minimal in 40 digits, spread over all", f"{good} of {checked}", "all", good == checked)]


def main() -> list[Row]:
    """Run, print the table and return its rows."""
    calls, desks, messages = voice(), large(), email()
    rows = [*rows_of(calls, goal=GOAL_RATIO), *proof_rows(calls), *rows_of(desks, goal=GOAL_RATIO_LARGE)]
    rows += [*rows_of(messages, goal=None), *proof_rows(messages)]
    print_rows(f"Erlang C, least agents for {LEVEL:.0%}, against pyworkforce", rows)
    return rows


if __name__ == "__main__":
    if "--peer" in sys.argv[1:]:
        _peer()
    else:
        main()
