"""Demand and requirement of a written plan."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.demand import Demand, ForecastChoice
from planner.domain.grid import TimeGrid
from planner.domain.requirement import Requirement
from planner.domain.workload import QueueWorkload
from planner.io.plan_files import SCENARIOS, SUMMARY, quantile_column, utc_text
from planner.io.plan_tables import Problems, Table

SCENARIO_BYTES = 4_000_000_000
"""Unpacked size of scenarios.npz beyond which it is refused unread."""

_LABELS = ("contacts", "rates", "queue", "interval_start_utc", "quantile_level")


def interval_places(grid: TimeGrid) -> dict[str, int]:
    """Return where each interval start, as written in the files, stands on `grid`."""
    return {utc_text(start): t for t, start in enumerate(grid.starts())}


def positions(table: Table, account: Account) -> tuple[Ints, Ints]:
    """Return the queue and interval positions of every row; unknown ones are noted as problems."""
    queues = {queue.id: n for n, queue in enumerate(account.queues)}
    q = table.positions("queue", queues, "a queue")
    t = table.positions("interval_start_utc", interval_places(account.grid), "an interval start")
    return q, t


def cells(table: Table, account: Account) -> tuple[Ints, Ints]:
    """Return the queue and interval positions of a file with one row for each; unknown and doubled ones are problems."""
    q, t = positions(table, account)
    table.once(q, t)
    return q, t


def spread(values: Floats, q: Ints, t: Ints, account: Account) -> Floats:
    """Return ``[Q, T]`` with `values` at their cells and NaN where the file has no row (C3)."""
    whole = np.full((len(account.queues), account.grid.size), np.nan)
    whole[q, t] = values
    return whole


def present(q: Ints, t: Ints, account: Account) -> Bools:
    """Return ``[Q, T]``, True where the file has a row."""
    whole = np.zeros((len(account.queues), account.grid.size), dtype=np.bool_)
    whole[q, t] = True
    return whole


def read_demand(
    table: Table,
    scenarios: Path,
    account: Account,
    choices: tuple[ForecastChoice, ...],
    workload: tuple[QueueWorkload, ...] = (),
) -> Demand | None:
    """Return the demand of demand.csv and scenarios.npz; None, with the reasons noted, when they do not fit."""
    q, t = cells(table, account)
    arrays = _scenarios(scenarios, account, table.problems)
    if arrays is None:
        return None
    levels = tuple(arrays["quantile_level"].tolist())
    lacking = [quantile_column(level) for level in levels if quantile_column(level) not in table.columns]
    if lacking:
        table.problems.add(table.file, "row 1", f"lacks the column {', '.join(lacking)}")
        return None
    quantiles = [spread(table.numbers(quantile_column(level)), q, t, account) for level in levels]
    return Demand(
        queues=tuple(queue.id for queue in account.queues),
        grid=account.grid,
        expected=present(q, t, account),
        contacts=spread(table.numbers("contacts"), q, t, account),
        aht_s=spread(table.numbers("aht_s"), q, t, account),
        levels=levels,
        quantiles=np.array(quantiles).reshape(len(levels), len(account.queues), account.grid.size),
        scenarios=arrays["contacts"],
        rates=arrays["rates"],
        choices=choices,
        workload=workload,
    )


def _scenarios(path: Path, account: Account, problems: Problems) -> dict[str, NDArray[Any]] | None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > SCENARIO_BYTES:
            raise ValueError(f"it unpacks to {unpacked:,} bytes")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in _LABELS}
    except FileNotFoundError:
        problems.add(path.name, "", "is missing")
        return None
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        problems.add(path.name, "", f"cannot be read: {error}")
        return None
    return arrays if _labels_fit(arrays, account, problems) else None


def _labels_fit(arrays: dict[str, NDArray[Any]], account: Account, problems: Problems) -> bool:
    before = len(problems.found)
    queues, starts = [q.id for q in account.queues], list(interval_places(account.grid))
    if arrays["queue"].tolist() != queues:
        problems.add(SCENARIOS, "", f"its queues are not those of inputs.json: {', '.join(queues)}")
    if arrays["interval_start_utc"].tolist() != starts:
        problems.add(SCENARIOS, "", "its intervals are not those of the horizon in inputs.json")
    k = len(arrays["contacts"]) if arrays["contacts"].ndim else 0
    for name in ("contacts", "rates"):
        wanted = (k, len(queues), len(starts))
        if arrays[name].shape != wanted or arrays[name].dtype.kind != "f":
            problems.add(SCENARIOS, "", f"{name} must be numbers of shape {wanted}, got {arrays[name].shape}")
    if arrays["quantile_level"].ndim != 1 or arrays["quantile_level"].dtype.kind != "f":
        problems.add(SCENARIOS, "", "quantile_level must be a list of numbers")
    return len(problems.found) == before


def read_requirement(table: Table, account: Account, methods: dict[str, str]) -> Requirement:
    """Return the requirement of requirement.csv; a queue is open where the file has a row."""
    q, t = cells(table, account)
    queues = tuple(queue.id for queue in account.queues)
    for queue in queues:
        if queue not in methods:
            table.problems.add(SUMMARY, "", f"requirement_methods lacks {queue}")
    planned = spread(table.numbers("planned_agents"), q, t, account)
    return Requirement(
        queues=queues,
        grid=account.grid,
        open=present(q, t, account),
        agents=spread(table.numbers("agents"), q, t, account),
        level_at_requirement=spread(table.numbers("level_at_requirement"), q, t, account),
        methods=tuple(methods.get(queue, "") for queue in queues),
        least=spread(table.numbers("least_agents"), q, t, account),
        planned=None if np.isnan(planned).all() else planned,
    )
