"""`planner erlang`: the calculator."""

from __future__ import annotations

from typing import Any

import typer

from planner.cli.run import print_json
from planner.errors import DataError, Problem


def calculate(
    *,
    calls: float,
    aht: float,
    agents: float | None,
    target: float,
    within: float | None,
    rings: int | None,
    country: str,
    patience: float | None,
    definition: str,
    max_occupancy: float | None,
    json: bool,
) -> None:
    """Print the service that `agents` give, or the least agents for the target and the service those give."""
    problems = _problems(calls=calls, aht=aht, agents=agents, target=target, within=within, rings=rings, patience=patience)
    threshold, words = 20.0 if within is None else within, ""
    if rings is not None and within is not None:
        problems.append(Problem("--rings", "cannot be given together with --within", "give one of them"))
    elif rings is not None:
        threshold, words, more = _in_rings(rings, country)
        problems += more
    if problems:
        raise DataError(problems)
    from planner.queueing import performance, required_agents

    law: dict[str, Any] = {
        "rate_per_h": calls,
        "aht_s": aht,
        "threshold_s": threshold,
        "patience_s": patience,
        "definition": definition,
    }
    try:
        n = agents
        if n is None:
            n = float(required_agents(**law, service_level=target, max_occupancy=max_occupancy))
        result = performance(**law, agents=n)
    except ValueError as error:
        raise DataError(Problem("erlang", str(error))) from None
    figures = {
        "calls_per_hour": calls,
        "aht_s": aht,
        "load_erlang": calls * aht / 3600,
        "agents": n,
        "agents_found": agents is None,
        "threshold_s": threshold,
        "threshold_in_words": words or f"{threshold:g} s",
        "definition": definition,
        "law": "Erlang C" if patience is None else "Erlang A",
        "service_level": float(result.service_level),
        "prob_wait": float(result.prob_wait),
        "abandonment": float(result.abandonment),
        "asa_answered_s": float(result.asa_answered_s),
        "mean_wait_s": float(result.mean_wait_s),
        "occupancy": float(result.occupancy),
        "queue_length": float(result.queue_length),
    }
    if json:
        print_json(figures)
        return
    typer.echo(_text(figures, target))


def _text(f: dict[str, Any], target: float) -> str:
    found = (
        f"{f['agents']:g} agents required for {target:.4g} of contacts"
        if f["agents_found"]
        else f"{f['agents']:g} agents on seat"
    )
    lines = [
        f"{f['law']}: {f['calls_per_hour']:g} contacts/h x {f['aht_s']:g} s = {f['load_erlang']:.3f} erlang offered",
        found,
        f"service level ({f['definition']}, within {f['threshold_in_words']})  {f['service_level']:.4%}",
        f"probability of waiting                {f['prob_wait']:.4%}",
        f"abandonment                           {f['abandonment']:.4%}",
        f"mean wait of answered contacts        {f['asa_answered_s']:.2f} s",
        f"mean wait of all contacts             {f['mean_wait_s']:.2f} s",
        f"occupancy (carried load per agent)    {f['occupancy']:.4%}",
        f"mean queue length                     {f['queue_length']:.3f} contacts",
    ]
    if f["service_level"] == 0 and f["mean_wait_s"] == float("inf"):
        lines.append("the load is at or above the agents: without abandonment the queue grows without end")
    return "\n".join(lines)


def _in_rings(rings: int, country: str) -> tuple[float, str, list[Problem]]:
    from planner.domain.targets import RingMoment
    from planner.reference import ring_rule

    try:
        rule = ring_rule(country.upper(), rings, RingMoment.END)
    except ValueError as error:
        return 0.0, "", [Problem("--rings", str(error))]
    return rule.threshold_s, f"{rule.threshold_s:g} s, the end of ring {rings} in {rule.country}", []


def _problems(**options: float | None) -> list[Problem]:
    problems = []
    for name, value in options.items():
        if value is None:
            continue
        option = f"--{name.replace('_', '-')}"
        if value != value or abs(value) == float("inf"):
            problems.append(Problem(option, f"must be a finite number, got {value}"))
        elif name in ("aht", "patience", "rings") and value <= 0:
            problems.append(Problem(option, f"must be above 0, got {value:g}"))
        elif name in ("calls", "agents", "within") and value < 0:
            problems.append(Problem(option, f"must be zero or more, got {value:g}"))
        elif name == "target" and not 0 < value < 1:
            hint = (
                f"write {value / 100:g} for {value:g}%"
                if 1 < value < 100
                else "no number of agents answers every contact in time"
            )
            problems.append(Problem(option, f"must lie between 0 and 1, got {value:g}", hint))
    return problems
