"""Shared skills on the simulated floor: pyworkforce's documented example, and four small languages taught in a ring.

The example (pyworkforce 0.5.4, guide "Multi-skill staffing", queues "Billing" and "Technical"): 100 calls an hour of 4 minutes and 50 of
8 minutes, 6.67 erlang each, patience 10 minutes, 80% in 20 s. Each queue sized alone needs 10 agents, so ten flexible ones "cover" both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measure import Row, at_most, print_rows  # noqa: E402

from planner.domain.targets import Formula  # noqa: E402
from planner.queueing import ExponentialPatience, performance, required_agents  # noqa: E402
from planner.simulation import Floor, Hours, Line, Link, Pool, Simulated, simulate_floor  # noqa: E402

STEP_S = 900.0
LEVEL, WITHIN_S = 0.8, 20.0


@dataclass(frozen=True)
class Calls:
    """Calls of one kind: how many an hour, mean handling seconds."""

    id: str
    per_h: float
    aht_s: float


TWO = (Calls("billing", 100, 240), Calls("technical", 50, 480))
TWO_PATIENCE_S = 600.0
FOUR = tuple(Calls(id, 24, 300) for id in ("de", "fr", "it", "nl"))
FOUR_PATIENCE_S = 180.0


def steady(kinds: Sequence[Calls], patience_s: float, heads: dict[tuple[str, ...], int], *, hours: int = 24) -> Floor:
    """Return a floor in balance: `heads` by the kinds that they take, who takes fewest is asked first and takes whoever waits longest."""
    size = round(hours * 3600 / STEP_S)
    pools = {"+".join(skills): (skills, n) for skills, n in heads.items() if n > 0}
    agents = np.repeat(np.arange(len(pools)), [n for _, n in pools.values()])
    return Floor(
        interval_s=STEP_S,
        lines=tuple(
            Line(
                id=kind.id, contacts=np.full(size, kind.per_h * STEP_S / 3600), aht_s=np.full(size, kind.aht_s),
                open=np.ones(size, dtype=bool), within_s=(WITHIN_S,), patience=ExponentialPatience(patience_s),
            )
            for kind in kinds
        ),
        pools=tuple(Pool(id=id) for id in pools),
        links=tuple(
            Link(line=skill, pool=id, tier=len(skills) - 1) for id, (skills, _) in pools.items() for skill in skills
        ),
        hours=Hours(pool=agents, starts=np.zeros((agents.size, 1)), ends=np.full((agents.size, 1), size * STEP_S)),
        warm_up_s=4 * 3600.0,
    )  # fmt: skip


def levels(kinds: Sequence[Calls], patience_s: float, heads: dict[tuple[str, ...], int], replications: int = 60) -> Simulated:
    """Simulate days of `heads` on `kinds`."""
    return simulate_floor(steady(kinds, patience_s, heads), replications=replications, seed=1)


def worst(ran: Simulated) -> float:
    """Return the lowest level of any line."""
    return min(ran.level(id).value for id in ran.lines)


def pooled(ran: Simulated) -> float:
    """Return the share of all offered contacts that is answered in time."""
    within, counted = (np.array([ran.counted(id, Formula.OFFERED)[k].sum() for id in ran.lines]) for k in (0, 1))
    return float(within.sum() / counted.sum())


def mixes(heads: int) -> Iterator[dict[tuple[str, ...], int]]:
    """Yield every way to have `heads` billing, technical and flexible agents, fewest flexible ones first."""
    for flexible in range(heads + 1):
        for billing in range(heads - flexible + 1):
            yield {("billing",): billing, ("technical",): heads - flexible - billing, ("billing", "technical"): flexible}


def fewest(
    options: Iterator[dict[tuple[str, ...], int]], replications: int
) -> tuple[dict[tuple[str, ...], int], Simulated] | None:
    """Return the first of `options` that answers the wanted share of both queues in time, with its simulation."""
    for heads in options:
        if {skill for skills, n in heads.items() if n for skill in skills} != {"billing", "technical"}:
            continue
        if worst(levels(TWO, TWO_PATIENCE_S, heads, 6)) < LEVEL - 0.03:  # a look first
            continue
        ran = levels(TWO, TWO_PATIENCE_S, heads, replications)
        if worst(ran) >= LEVEL:
            return heads, ran
    return None


def all_flexible(least: int, most: int) -> Iterator[dict[tuple[str, ...], int]]:
    """Yield flexible agents alone, one more each time."""
    return ({("billing", "technical"): n} for n in range(least, most + 1))


def ring(dedicated: int) -> dict[tuple[str, ...], int]:
    """Return `dedicated` agents of each of the four languages and one bilingual for each neighbouring pair."""
    ids = [kind.id for kind in FOUR]
    pairs = zip(ids, ids[1:] + ids[:1], strict=True)
    return {**{(id,): dedicated for id in ids}, **dict.fromkeys(pairs, 1)}


def two_rows(replications: int = 200) -> list[Row]:
    """Table of the example."""
    alone = [int(required_agents(rate_per_h=k.per_h, aht_s=k.aht_s, threshold_s=WITHIN_S, service_level=LEVEL)) for k in TWO]
    rows = [Row(f"{k.id}: {k.per_h:g} an hour, {k.aht_s:g} s, {k.per_h * k.aht_s / 3600:.2f} erlang, alone", f"{n} agents")
            for k, n in zip(TWO, alone, strict=True)]  # fmt: skip
    theirs = levels(TWO, TWO_PATIENCE_S, {("billing", "technical"): max(alone)}, replications)
    rows.append(Row(f"pyworkforce: {max(alone)} flexible agents, each counted for both", _levels(theirs)))
    found = fewest(all_flexible(max(alone), 18), replications)
    if found:
        heads, ran = found
        rows.append(at_most(f"ours, all flexible: {_levels(ran)}", sum(heads.values()), "heads", 18, digits=0))
        mixed = fewest(mixes(sum(heads.values())), replications)
        if mixed:
            rows.append(Row(f"  as many heads, fewest flexible: {_mix(mixed[0])}", _levels(mixed[1])))
        before = fewest(mixes(sum(heads.values()) - 1), replications)
        rows.append(Row("  one head less, any mix", "none reaches both" if before is None else _levels(before[1])))
    apart = levels(TWO, TWO_PATIENCE_S, {("billing",): alone[0], ("technical",): alone[1]}, replications)
    rows.append(Row(f"dedicated: {sum(alone)} heads", _levels(apart)))
    return rows


def four_rows(replications: int = 200) -> list[Row]:
    """Table of the four languages."""
    known = {"rate_per_h": FOUR[0].per_h, "aht_s": FOUR[0].aht_s, "threshold_s": WITHIN_S, "patience_s": FOUR_PATIENCE_S}
    each = int(required_agents(**known, service_level=LEVEL))
    exact = float(performance(**known, agents=each).service_level)
    apart = levels(FOUR, FOUR_PATIENCE_S, {(k.id,): each for k in FOUR}, replications)
    rows = [Row(f"dedicated: {4 * each} heads, each language {exact:.1%} by the exact law", f"{pooled(apart):.1%} pooled")]
    for heads in (ring(2), {tuple(k.id for k in FOUR): 12}, {tuple(k.id for k in FOUR): 11}):
        ran = levels(FOUR, FOUR_PATIENCE_S, heads, replications)
        kind = "8 dedicated and 4 bilinguals in a ring" if len(heads) > 1 else f"{sum(heads.values())} who speak all four"
        rows.append(Row(f"{kind}: {sum(heads.values())} heads", f"{pooled(ran):.1%} pooled, worst {worst(ran):.1%}"))
    return rows


def main() -> list[Row]:
    """Run, print the tables and return their rows."""
    two, four = two_rows(), four_rows()
    print_rows("Two queues, patience 10 min, 80% in 20 s: levels simulated", two)
    print_rows("Four languages of 2 erlang, AHT 300 s, patience 180 s, 80% in 20 s", four)
    return [*two, *four]


def _levels(ran: Simulated) -> str:
    return ", ".join(f"{id} {ran.level(id).value:.1%}" for id in ran.lines)


def _mix(heads: dict[tuple[str, ...], int]) -> str:
    return ", ".join(f"{n} {'flexible' if len(skills) > 1 else skills[0]}" for skills, n in heads.items() if n)


if __name__ == "__main__":
    main()
