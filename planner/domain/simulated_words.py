"""What a simulation says, in words: how many promises hold, and where it differs from what was computed."""

from __future__ import annotations

import math

from planner.domain.simulated_promises import SHARED, SimulatedPromise, promises_kept_simulated
from planner.domain.simulation import APART, SimulationReport


def simulated_line(report: SimulationReport, promises: tuple[SimulatedPromise, ...]) -> str:
    """Return how much was simulated, how many promises hold there, and which fall short."""
    kept, of = promises_kept_simulated(promises)
    futures = f" and {report.futures} futures" if report.futures else ""
    horizons = "1 horizon" if report.replications == 1 else f"{report.replications} horizons"
    said = f"{kept} of {of} promises hold in every window, over {horizons}{futures}, seed {report.seed}"
    short = [f"{p.id} {floor_percent(p.simulated)} of {100 * p.target:.4g}%" for p in _short(promises)]
    return f"{said}; short: {', '.join(short)}" if short else said


def _short(promises: tuple[SimulatedPromise, ...]) -> list[SimulatedPromise]:
    missed = [p for p in promises if not p.instead and p.windows and p.kept < len(p.windows)]
    return sorted(missed, key=lambda p: (p.simulated or 0.0) - p.target)


def apart_lines(promises: tuple[SimulatedPromise, ...]) -> list[str]:
    """Return the warning of computed levels that the simulation does not bear out, by what is known of the reason; empty without any."""
    by_reason: dict[tuple[str, ...], list[SimulatedPromise]] = {}
    for promise in promises:
        if promise.apart:
            by_reason.setdefault(promise.why, []).append(promise)
    lines = []
    for why, found in by_reason.items():
        named = ", ".join(f"{p.id} {difference(p)}" for p in sorted(found, key=lambda p: -abs(_points(p))))
        reason = ", ".join(why) if why else "no reason known"
        lines.append(f"Simulated differs from computed by more than {100 * APART:.0f} points: {named} ({reason}).")
    days = [p for p in promises if not p.apart and p.windows_apart and len(p.windows) > 1]
    if days:
        named = ", ".join(f"{p.id} in {p.windows_apart} of {len(p.windows)} {p.window.noun}s" for p in days)
        lines.append(f"So it does over single windows, not over the horizon: {named}.")
    if lines and any(SHARED in p.why and not p.held for p in _short(promises)):
        lines.append(
            'To plan shared people for what the simulation finds, set run.skills = "simulated" (docs/shared-people.md).'
        )
    return lines


def held_line(promises: tuple[SimulatedPromise, ...]) -> str:
    """Return what a reader must know of promises held to their simulated levels, in a sentence; empty where none is."""
    held = sum(p.held for p in promises)
    if not held:
        return ""
    who = "All promises are" if held == len(promises) else f"{held} of {len(promises)} promises, where people are shared, are"
    return f"{who} held to the simulated level: formulas divide people between queues beforehand, so theirs differs and is not compared."


def difference(promise: SimulatedPromise) -> str:
    """Return simulated less computed in points, with its sign."""
    return f"{100 * _points(promise):+.1f}"


def _points(promise: SimulatedPromise) -> float:
    return (promise.simulated or 0.0) - (promise.computed or 0.0)


def floor_percent(share: float | None) -> str:
    """Return a level with one digit, rounded down so that one short of its target never reads as the target."""
    return "-" if share is None else f"{math.floor(1000 * share + 1e-6) / 10:.1f}%"
