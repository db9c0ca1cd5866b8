"""`planner simulate`: a finished plan on the simulated floor, beside what was computed."""

from __future__ import annotations

import math
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.console import print_table
from planner.cli.progress import console_progress, stop_on_interrupt
from planner.cli.run import print_json
from planner.errors import DataError, Problem

if TYPE_CHECKING:
    from planner.domain.plan import Plan
    from planner.domain.simulated_figures import SimulatedQueue
    from planner.domain.simulated_promises import SimulatedPromise
    from planner.domain.simulation import SimulationReport

REPLICATIONS, AT_MOST = 200, 5_000
"""Replications unless told otherwise: without and with a precision to reach."""

WIDTH = 100
"""Columns that text is broken at."""

_LEGEND = (
    "level: share in time over the horizon; kept: windows of the promise that simulation keeps; P, simP: chance that the least certain "
    "window is kept, computed and simulated"
)


def simulate_plan(
    folder: Path,
    *,
    replications: int | None,
    precision: float | None,
    seed: int | None,
    out: Path | None,
    force: bool,
    json: bool,
) -> None:
    """Simulate the plan in `folder` and print what comes of it, with `out` also write its tables; the first Ctrl-C keeps what is done."""
    from planner.evaluation import simulate
    from planner.io import load_plan
    from planner.report.simulation_folder import check_simulation_destination, export_simulation

    _check(replications, precision, seed)
    if out is not None:
        check_simulation_destination(out, force=force)
    wanted = replications or (REPLICATIONS if precision is None else AT_MOST)
    with console_progress(quiet=json) as report, stop_on_interrupt(keeping="what is simulated so far") as stop:
        plan = load_plan(folder)
        found = simulate(plan, replications=wanted, precision=precision, seed=seed, report=report, stop=stop)
    written = export_simulation(found, out, force=force) if out is not None else None
    if json:
        print_json(_as_json(plan, found, stopped=stop.is_set(), written=written))
        return
    _print(plan, found)
    if precision is not None:
        typer.echo(_reached(found, precision))
    if stop.is_set():
        typer.echo(f"Stopped by you after {found.replications} of {wanted} horizons.")
    if written is not None:
        typer.echo(f"\nSimulation written to {written}")


def _check(replications: int | None, precision: float | None, seed: int | None) -> None:
    problems = []
    if replications is not None and replications < 1:
        problems.append(
            Problem("--replications", f"must be 1 or more, got {replications}", "leave it out for 200, enough for most plans")
        )
    if precision is not None and not 0 < precision < 1:
        problems.append(
            Problem("--precision", f"must lie above 0 and below 1, got {precision:g}", "write 0.005 for half a point")
        )
    if seed is not None and seed < 0:
        problems.append(Problem("--seed", f"must be 0 or more, got {seed}", "leave it out for the account's own"))
    if problems:
        raise DataError(problems)


def _print(plan: Plan, found: SimulationReport) -> None:
    from planner.domain.simulated_figures import simulated_groups, simulated_queues
    from planner.domain.simulated_promises import simulated_promises
    from planner.domain.simulated_words import apart_lines, held_line, simulated_line

    promises = simulated_promises(plan, found)
    _say(f"{plan.account.name}: {simulated_line(found, promises)}")
    head = ["promise", "target", "computed", "simulated", "95% interval", "differs", "kept", "P", "simP"]
    print_table(head, [_promise(promise) for promise in promises])
    _say(_LEGEND)
    queues = simulated_queues(plan, found)
    head = ["queue", "contacts", "give up", "mean wait", "p50", "p80", "p90", "p95", "open at end", "oldest"]
    print_table(head, [_queue(queue) for queue in queues])
    _say(
        "waits of answered contacts that so many in 100 do not exceed; oldest: age of the oldest open contact at the worst moment"
    )
    groups = simulated_groups(plan, found)
    print_table(["group", "occupancy"], [[group.id, _share(group.occupancy, 0)] for group in groups])
    for line in (held_line(promises), *apart_lines(promises)):
        if line:
            _say(line)


def _say(text: str) -> None:
    typer.echo("\n".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)))


def _promise(promise: SimulatedPromise) -> list[str]:
    from planner.domain.simulated_words import difference, floor_percent

    between = "-" if promise.low is None or promise.high is None else f"{100 * promise.low:.1f} to {100 * promise.high:.1f}%"
    both = promise.simulated is not None and promise.computed is not None and not promise.held
    if promise.instead:
        kept = f"see {promise.instead}"
    else:
        plural = "s" if len(promise.windows) != 1 else ""
        kept = f"{promise.kept}/{len(promise.windows)} {promise.window.noun}{plural}" if promise.windows else "-"
    return [
        promise.id,
        f"{100 * promise.target:.4g}%",
        "-" if promise.held else floor_percent(promise.computed),
        floor_percent(promise.simulated),
        between,
        difference(promise) + (" !" if promise.apart else "") if both else "-",
        kept,
        _share(promise.computed_chance, 0),
        _share(promise.chance, 0),
    ]


def _queue(queue: SimulatedQueue) -> list[str]:
    return [
        queue.id,
        f"{queue.offered:,.0f}",
        _share(queue.abandoned, 1),
        _time(queue.mean_wait_s, live=queue.live),
        *(_time(wait, live=queue.live) for wait in queue.waits_s),
        "-" if queue.open_at_end is None else f"{queue.open_at_end:,.1f}",
        "-" if queue.oldest_s is None else _time(queue.oldest_s, live=False),
    ]


def _time(seconds: float | None, *, live: bool) -> str:
    if seconds is None:
        return "-"
    if not math.isfinite(seconds):
        return "over a month"
    return f"{seconds:,.1f} s" if live else f"{seconds / 3600:,.1f} h"


def _share(share: float | None, digits: int) -> str:
    return "-" if share is None else f"{100 * share:.{digits}f}%"


def _reached(found: SimulationReport, precision: float) -> str:
    """Whether every queue's level over the horizon is as sure as asked for."""
    from planner.domain.targets import Window

    rows = [r for r in found.sla if r.window is Window.CONTRACT and r.low is not None and r.high is not None]
    widest = max(rows, key=lambda r: (r.high or 0.0) - (r.low or 0.0), default=None)
    half = 0.0 if widest is None else ((widest.high or 0.0) - (widest.low or 0.0)) / 2
    if widest is None or half <= precision:
        return f"Every queue's level is sure to {100 * precision:g} points after {found.replications} horizons."
    return (
        f"Not as sure as asked for: {widest.clause} to {100 * half:.2f} points after {found.replications} horizons; "
        "raise --replications."
    )


def _as_json(plan: Plan, found: SimulationReport, *, stopped: bool, written: Path | None) -> dict[str, Any]:
    from planner.domain.codec import encode
    from planner.domain.simulated_figures import simulated_groups, simulated_queues
    from planner.domain.simulated_promises import simulated_promises

    promises = [
        {
            "promise": p.id,
            "target": p.target,
            "window": p.window.value,
            "computed": p.computed,
            "simulated": p.simulated,
            "low": p.low,
            "high": p.high,
            "apart": p.apart,
            "held_to_simulated": p.held,
            "why": list(p.why) if p.apart else [],
            "windows": len(p.windows),
            "windows_kept": p.kept,
            "windows_apart": p.windows_apart,
            "computed_probability": p.computed_chance,
            "simulated_probability": p.chance,
            "held_to": p.instead or None,
        }
        for p in simulated_promises(plan, found)
    ]
    return {
        "account": plan.account.name,
        "replications": found.replications,
        "futures": found.futures,
        "seed": found.seed,
        "stopped_early": stopped,
        "folder": None if written is None else str(written),
        "promises": promises,
        "queues": [encode(queue) for queue in simulated_queues(plan, found)],
        "groups": [encode(group) for group in simulated_groups(plan, found)],
    }
