"""The simulation of a written plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.evaluation import SlaResult
from planner.domain.simulation import SHARES, SimulatedSla, SimulationReport
from planner.io.plan_demand import cells, spread
from planner.io.plan_files import SIMULATION, SUMMARY, WAIT_COLUMNS
from planner.io.plan_people import parse_flag
from planner.io.plan_tables import Table

_NUMBERS = ("replications", "futures", "seed")


def read_simulation(
    said: Any, tables: Mapping[str, Table], sla: tuple[SlaResult, ...], occupancy: Floats, account: Account
) -> SimulationReport | None:
    """Return the simulation of simulation.csv, the simulated columns of sla.csv and what summary.json says of it; None where there was
    none. `sla` are the rows of sla.csv, `occupancy` ``[G, T]`` the column of capacity.csv; wrong cells are noted as problems."""
    table = tables["simulation.csv"]
    if said is None:
        if table.rows:
            table.wrong(2, "", f"has lines, but {SUMMARY} says of no simulation")
        return None
    waits = _queue_waits(said, account)
    if waits is None:
        table.problems.add(
            SUMMARY, "", f"{SIMULATION} must be an object of {', '.join(_NUMBERS)} and wait_quantiles_s of every queue"
        )
        return None
    q, t = cells(table, account)

    def whole(column: str) -> Floats:
        return spread(table.numbers(column), q, t, account)

    return SimulationReport(
        queues=tuple(queue.id for queue in account.queues),
        groups=tuple(group.id for group in account.groups),
        grid=account.grid,
        replications=said["replications"],
        futures=said["futures"],
        seed=said["seed"],
        offered=whole("offered"),
        answered=whole("answered"),
        within=whole("within"),
        abandoned=whole("abandoned"),
        level=whole("level"),
        mean_wait_s=whole("mean_wait_s"),
        waits_s=np.stack([whole(column) for column in WAIT_COLUMNS]),
        occupancy=occupancy,
        open=whole("open"),
        oldest_s=whole("oldest_s"),
        overdue=whole("overdue"),
        queue_waits_s=waits,
        sla=_sla(tables["sla.csv"], sla),
    )


def _queue_waits(said: Any, account: Account) -> Floats | None:
    """Waits ``[4, Q]`` of the whole horizon; None where the object is not as it should be."""
    try:
        if not all(type(said[name]) is int for name in _NUMBERS):
            return None
        told = [[said["wait_quantiles_s"][queue.id][f"p{100 * share:.10g}"] for queue in account.queues] for share in SHARES]
        return np.array([[np.nan if wait is None else float(wait) for wait in row] for row in told], dtype=np.float64)
    except (KeyError, TypeError, ValueError):
        return None


def _sla(table: Table, rows: tuple[SlaResult, ...]) -> tuple[SimulatedSla, ...]:
    def optional(column: str) -> list[float | None]:
        return [None if value != value else value for value in table.numbers(column).tolist()]

    columns = zip(
        rows,
        table.each("simulated", parse_flag, False),
        optional("simulated_level"),
        optional("simulated_low"),
        optional("simulated_high"),
        table.each("simulated_met", lambda cell: parse_flag(cell) if cell else None, None),
        optional("simulated_probability"),
        optional("computed_level"),
        table.each("simulated_credit", lambda cell: Decimal(cell) if cell else None, None),
        strict=True,
    )
    return tuple(
        SimulatedSla(
            clause=row.clause,
            scope=row.scope,
            window=row.window,
            window_start_utc=row.window_start_utc,
            window_date=row.window_date,
            level=level,
            low=low,
            high=high,
            target=row.target,
            met=met,
            probability=probability,
            computed=computed,
            expected_credit=credit,
        )
        for row, simulated, level, low, high, met, probability, computed, credit in columns
        if simulated
    )
