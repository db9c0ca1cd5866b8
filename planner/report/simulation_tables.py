"""A simulation as tables: by queue and interval, by group and interval, by window of a promise; and what no table holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.evaluation import SlaResult
from planner.domain.simulation import SHARES, SimulatedSla, SimulationReport, key_of
from planner.io.plan_files import TABLES, utc_text
from planner.report.csv_text import csv_text, number_cell, number_cells, text_cells


def simulation_table(report: SimulationReport | None) -> str:
    """Return simulation.csv: a row for each queue and interval there is something to tell of; none without a simulation."""
    columns = TABLES["simulation.csv"]
    if report is None:
        return csv_text(columns, [[] for _ in columns])
    told: tuple[Floats, ...] = (
        report.offered,
        report.answered,
        report.within,
        report.abandoned,
        report.level,
        report.mean_wait_s,
        *report.waits_s,
        report.open,
        report.oldest_s,
        report.overdue,
    )
    q, t = np.nonzero(np.any([~np.isnan(values) for values in told], axis=0))
    queues, starts = text_cells(report.queues), [utc_text(start) for start in report.grid.starts()]
    keys = [[queues[n] for n in q.tolist()], [starts[n] for n in t.tolist()]]
    return csv_text(columns, [*keys, *(number_cells(values[q, t]) for values in told)])


def occupancy_table(report: SimulationReport) -> str:
    """Return occupancy.csv: simulated occupancy by group and interval, without rows where nobody is on seat."""
    g, t = np.nonzero(~np.isnan(report.occupancy))
    groups, starts = text_cells(report.groups), [utc_text(start) for start in report.grid.starts()]
    cells = [[groups[n] for n in g.tolist()], [starts[n] for n in t.tolist()], number_cells(report.occupancy[g, t])]
    return csv_text(("group", "interval_start_utc", "occupancy"), cells)


def windows_table(report: SimulationReport) -> str:
    """Return simulated_sla.csv: every promise over every window, computed and simulated."""
    rows = report.sla
    cells = [
        text_cells(r.clause for r in rows),
        text_cells(r.scope for r in rows),
        [r.window.value for r in rows],
        [utc_text(r.window_start_utc) for r in rows],
        [r.window_date.isoformat() for r in rows],
        [number_cell(r.target) for r in rows],
        [number_cell(r.computed) for r in rows],
        [number_cell(r.level) for r in rows],
        [number_cell(r.low) for r in rows],
        [number_cell(r.high) for r in rows],
        [_flag(r.met) for r in rows],
        [number_cell(r.probability) for r in rows],
        [_flag(r.apart) for r in rows],
        ["" if r.expected_credit is None else format(r.expected_credit, "f") for r in rows],
    ]
    names = (
        "clause",
        "scope",
        "window",
        "window_start_utc",
        "window_date",
        "target",
        "computed",
        "level",
        "low",
        "high",
        "met",
    )
    return csv_text((*names, "probability", "apart", "expected_credit"), cells)


def simulated_cells(results: Sequence[SlaResult], report: SimulationReport | None) -> list[list[str]]:
    """Return the simulated columns of sla.csv beside `results`."""
    found = {} if report is None else {key_of(r): r for r in report.sla}
    beside: list[SimulatedSla | None] = [found.get(key_of(r)) for r in results]
    return [
        [_flag(r is not None) for r in beside],
        [number_cell(None if r is None else r.level) for r in beside],
        [number_cell(None if r is None else r.low) for r in beside],
        [number_cell(None if r is None else r.high) for r in beside],
        [_flag(None if r is None else r.met) for r in beside],
        [number_cell(None if r is None else r.probability) for r in beside],
        [number_cell(None if r is None else r.computed) for r in beside],
        ["" if r is None or r.expected_credit is None else format(r.expected_credit, "f") for r in beside],
    ]


def simulation_summary(report: SimulationReport | None) -> dict[str, Any] | None:
    """Return what summary.json says of the simulation: its size, its seed, and the waits of answered contacts over the whole horizon."""
    if report is None:
        return None
    waits = {
        queue: {f"p{100 * share:.10g}": float(report.queue_waits_s[s, q]) for s, share in enumerate(SHARES)}
        for q, queue in enumerate(report.queues)
    }
    return {
        "replications": report.replications,
        "futures": report.futures,
        "seed": report.seed,
        "wait_quantiles_s": waits,
    }


def _flag(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"
