"""Capacity, coverage and delivered service of a written plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, frozen_floats
from planner.domain.capacity import Capacity, Coverage
from planner.domain.evaluation import Basis, DeferredWork, Evaluation, Overload, SlaResult
from planner.domain.targets import Formula, Window
from planner.io.plan_demand import cells, interval_places, positions, spread
from planner.io.plan_files import AGE_COLUMNS, SIMULATED_COLUMNS, TABLES, parse_utc
from planner.io.plan_people import parse_flag
from planner.io.plan_simulation import read_simulation
from planner.io.plan_tables import Table


def read_evaluation(
    tables: Mapping[str, Table], account: Account, notes: tuple[str, ...], simulation: Any = None
) -> Evaluation:
    """Return the evaluation of capacity, coverage, service, sla, deferred and simulation CSV, `simulation` being what summary.json says of
    it; wrong cells are noted as problems."""
    service = tables["service.csv"]
    q, t = cells(service, account)

    def whole(column: str) -> Floats:
        return spread(service.numbers(column), q, t, account)

    people, busy = _capacity(tables["capacity.csv"], account)
    sla = _sla(tables["sla.csv"])
    return Evaluation(
        queues=tuple(queue.id for queue in account.queues),
        capacity=people,
        coverage=_coverage(tables["coverage.csv"], account),
        level=whole("level"),
        occupancy=whole("occupancy"),
        abandonment=whole("abandonment"),
        mean_wait_s=whole("mean_wait_s"),
        shortfall=whole("shortfall"),
        deferred=_deferred(tables["deferred.csv"], account),
        sla=sla,
        overload=_overload(tables["overload.csv"]),
        notes=notes,
        simulation=read_simulation(simulation, tables, sla, busy, account),
    )


def _capacity(table: Table, account: Account) -> tuple[Capacity, Floats]:
    """People by group and interval, and their simulated occupancy ``[G, T]``."""
    groups = {group.id: n for n, group in enumerate(account.groups)}
    g = table.positions("group", groups, "a group")
    t = table.positions("interval_start_utc", interval_places(account.grid), "an interval start")
    table.once(g, t)
    shape = (len(groups), account.grid.size)
    if table.rows != shape[0] * shape[1]:
        table.wrong(1, "", f"has {table.rows:,} lines below it, {shape[0] * shape[1]:,} were expected: groups times intervals")

    def whole(column: str) -> Floats:
        values = np.full(shape, np.nan)
        values[g, t] = table.numbers(column)
        return values

    people = Capacity(
        groups=tuple(groups),
        grid=account.grid,
        scheduled=whole("scheduled"),
        present=whole("present"),
        on_seat=whole("on_seat"),
    )
    return people, whole("simulated_occupancy")


def _coverage(table: Table, account: Account) -> Coverage:
    groups = {group.id: n for n, group in enumerate(account.groups)}
    g = table.positions("group", groups, "a group")
    q, t = positions(table, account)
    table.once(g, q, t)
    # A row that is not there is a queue closed or one the group does not serve: nobody sits for it.
    values = np.zeros((len(groups), len(account.queues), account.grid.size))
    values[g, q, t] = table.numbers("on_seat")
    return Coverage(groups=tuple(groups), queues=tuple(queue.id for queue in account.queues), grid=account.grid, on_seat=values)


def _deferred(table: Table, account: Account) -> DeferredWork:
    q, t = cells(table, account)

    def whole(column: str) -> Floats:
        values = spread(table.numbers(column), q, t, account)
        return frozen_floats(values, values.shape, column)

    return DeferredWork(
        arrived=whole("arrived"),
        done=whole("done"),
        open=whole("open"),
        overdue=whole("overdue"),
        oldest_s=whole("oldest_s"),
        by_age=_ages(table, [whole(column) for column in AGE_COLUMNS]),
    )


def _ages(table: Table, bands: list[Floats]) -> Floats | None:
    """Open contacts by band of age; None where the plan did not tell them."""
    told = np.stack(bands)
    return None if table.rows and np.isnan(told).all() else frozen_floats(told, told.shape, "open by age")


def _overload(table: Table) -> tuple[Overload, ...]:
    rows = zip(
        table.texts("queue"),
        table.each("date", date.fromisoformat, date(1970, 1, 1)),
        table.numbers("contacts").tolist(),
        table.numbers("late").tolist(),
        table.numbers("closed").tolist(),
        table.numbers("latest_s").tolist(),
        table.each("at_start", parse_flag, False),
        strict=True,
    )
    return tuple(Overload(**dict(zip(TABLES["overload.csv"], row, strict=True))) for row in rows)


def _sla(table: Table) -> tuple[SlaResult, ...]:
    some_time = parse_utc("1970-01-01T00:00:00Z")

    def optional(column: str) -> list[float | None]:
        return [None if value != value else value for value in table.numbers(column).tolist()]

    columns = zip(
        table.texts("clause"),
        table.texts("scope"),
        table.each("window", Window, Window.CONTRACT),
        table.each("window_start_utc", parse_utc, some_time),
        table.each("window_date", date.fromisoformat, some_time.date()),
        table.numbers("offered").tolist(),
        table.numbers("within").tolist(),
        optional("level"),
        table.each("formula", lambda cell: Formula(cell) if cell else None, None),
        table.numbers("threshold_s").tolist(),
        table.numbers("target").tolist(),
        table.each("met", lambda cell: parse_flag(cell) if cell else None, None),
        optional("probability"),
        table.each("basis", Basis, Basis.STATIONARY),
        table.each("partial", parse_flag, False),
        table.each("expected_credit", lambda cell: Decimal(cell) if cell else None, None),
        strict=True,
    )
    names = [name for name in TABLES["sla.csv"] if name not in SIMULATED_COLUMNS]
    return tuple(SlaResult(**dict(zip(names, row, strict=True))) for row in columns)
