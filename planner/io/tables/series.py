"""From checked cells to series: one per queue or driver, in time order, each interval once and on its grid."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.grid import INTERVALS_S
from planner.domain.history import Series
from planner.errors import Problem
from planner.io import limits
from planner.io.names import did_you_mean, id_fault, shown
from planner.io.tables.cells import cell_fault
from planner.io.tables.listing import cell_place, listed
from planner.io.tables.spec import TableSpec

_MICRO = 1_000_000


def build_series(
    *,
    keys: pd.Series,
    micros: NDArray[np.int64],
    numbers: pd.DataFrame,
    spec: TableSpec,
    file: str,
    known: Collection[str] | None,
    ignore_unknown: bool,
) -> tuple[tuple[Series, ...], list[Problem]]:
    """Return the series of a table and the problems of its rows taken together.

    `keys` name queues or drivers (None: empty cell), `micros` their instants (the smallest int64: unknown), `numbers` the columns of
    numbers. `known` are the ids there may be (None: any); others are problems, or left out when `ignore_unknown`.
    """
    rows = keys.index.to_numpy()
    codes, ids = pd.factorize(keys, use_na_sentinel=True)
    problems = listed(
        file,
        rows[codes < 0],
        lambda i, row: Problem(cell_place(file, row, spec.key), "is empty", f"name the {spec.key}"),
        kind=f"{spec.key} is empty",
    )
    unwanted = [i for i, id in enumerate(ids) if known is not None and id not in known]
    if known is not None and not ignore_unknown:
        problems += _unknown(
            [(str(ids[i]), rows[codes == i]) for i in unwanted if not cell_fault(str(ids[i]))], spec, file, known
        )
    elif known is None:
        problems += [
            Problem(cell_place(file, int(rows[codes == i][0]), spec.key), *_halves(fault))
            for i, id in enumerate(ids)
            if not cell_fault(str(id)) and (fault := id_fault(str(id)))
        ]
    good = (codes >= 0) & ~np.isin(codes, unwanted) & (micros > np.iinfo(np.int64).min)
    order = np.flatnonzero(good)[np.lexsort((micros[good], codes[good]))]
    series = []
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for chosen in np.split(order, starts[1:]) if len(order) else []:
        one, found = _one(str(ids[codes[chosen[0]]]), rows[chosen], micros[chosen], numbers.iloc[chosen], spec, file)
        problems += found
        if one is not None:
            series.append(one)
    return tuple(sorted(series, key=lambda s: s.id)), problems


def _halves(fault: str) -> tuple[str, str]:
    message, _, remedy = fault.partition("; ")
    return message, remedy


def _unknown(found: list[tuple[str, NDArray[np.int64]]], spec: TableSpec, file: str, known: Collection[str]) -> list[Problem]:
    problems = []
    for id, rows in found[: limits.LISTED]:
        more = f" (and {len(rows) - 1:,} more {'row' if len(rows) == 2 else 'rows'})" if len(rows) > 1 else ""
        message = f"{shown(id)} is not a {spec.key} of the account{more}"
        near = did_you_mean(id, known, what=f"{spec.key}s")
        remedy = f'{near if near.endswith("?") else near + "."} To leave such rows out: [tables] unknown_queues = "ignore"'
        problems.append(Problem(cell_place(file, int(rows[0]), spec.key), message, remedy))
    if len(found) > limits.LISTED:
        problems.append(Problem(file, f"and {len(found) - limits.LISTED:,} more unknown {spec.key}s"))
    return problems


def _one(
    id: str, rows: NDArray[np.int64], micros: NDArray[np.int64], numbers: pd.DataFrame, spec: TableSpec, file: str
) -> tuple[Series | None, list[Problem]]:
    interval_s, problems = _interval(id, rows, micros, numbers, spec, file)
    problems += _repeated(id, rows, micros, spec, file)
    if interval_s:
        problems += _off_grid(id, rows, micros, interval_s, file=file, spec=spec)
    counts = numbers[spec.count].to_numpy(dtype=np.float64)
    if problems or not interval_s or not (np.isfinite(counts).all() and (counts >= 0).all()):
        return None, problems
    aht_s = numbers["aht_s"].to_numpy(dtype=np.float64) if "aht_s" in numbers else np.full(len(rows), np.nan)
    return Series(id=id, interval_s=interval_s, start_s=micros // _MICRO, counts=counts, aht_s=aht_s), problems


def _interval(
    id: str, rows: NDArray[np.int64], micros: NDArray[np.int64], numbers: pd.DataFrame, spec: TableSpec, file: str
) -> tuple[int, list[Problem]]:
    """Return the interval of a series in seconds: the one written, else the commonest gap between its stamps; 0 when it has none."""
    allowed = f"intervals of {', '.join(str(s // 60) for s in INTERVALS_S)} minutes are read"
    if "interval_s" in numbers and numbers["interval_s"].isin(INTERVALS_S).any():
        written = numbers["interval_s"].to_numpy()
        lengths, times = np.unique(written[np.isin(written, INTERVALS_S)], return_counts=True)
        length = int(lengths[np.argmax(times)])
        other = np.isin(written, INTERVALS_S) & (written != length)
        tell = lambda i, row: Problem(  # noqa: E731
            cell_place(file, row, "interval_s"),
            f"{id} has an interval of {written[other][i]:g} s here and of {length} s elsewhere",
            "one series needs one interval",
        )
        return length, listed(file, rows[other], tell, kind=f"another interval of {id}")
    gaps = np.diff(micros)
    gaps = gaps[gaps > 0]
    if not len(gaps):
        message = f"{spec.key} {id} has one interval only, so its length cannot be told"
        return 0, [Problem(f"{file} row {rows[0]}", message, "add a column interval_s, for example 1800")]
    lengths, times = np.unique(gaps, return_counts=True)
    length_s, rest = divmod(int(lengths[np.argmax(times)]), _MICRO)
    if rest or length_s not in INTERVALS_S:
        message = f"the stamps of {spec.key} {id} are mostly {lengths[np.argmax(times)] / _MICRO / 60:g} minutes apart"
        return 0, [Problem(file, message, f"{allowed}; if the rows are such intervals with gaps, add a column interval_s")]
    return length_s, []


def _repeated(id: str, rows: NDArray[np.int64], micros: NDArray[np.int64], spec: TableSpec, file: str) -> list[Problem]:
    again = np.flatnonzero(np.diff(micros) == 0) + 1

    def tell(i: int, row: int) -> Problem:
        first = rows[np.searchsorted(micros, micros[again[i]])]
        when = np.datetime64(int(micros[again[i]]), "us").astype("datetime64[s]")
        message = f"{spec.key} {id} has {when}Z twice, in rows {first} and {row}"
        return Problem(f"{file} row {row}", message, "keep one row, or add them up")

    return listed(file, rows[again], tell, kind=f"repeated intervals of {id}")


def _off_grid(
    id: str, rows: NDArray[np.int64], micros: NDArray[np.int64], interval_s: int, *, file: str, spec: TableSpec
) -> list[Problem]:
    phase = micros % (interval_s * _MICRO)
    off = np.flatnonzero(phase)
    if len(off) == len(rows) > 1 and (phase == phase[0]).all():
        late, length = phase[0] / _MICRO / 60, interval_s // 60
        message = f"every interval of {spec.key} {id} starts {late:g} minutes after a full {length} minutes of UTC"
        remedy = "export shorter intervals: hours of a half-hour zone need half-hours"
        return [Problem(f"{file} row {rows[0]}", message, remedy)]

    def tell(i: int, row: int) -> Problem:
        when = np.datetime64(int(micros[off[i]]), "us").astype(f"datetime64[{'ms' if micros[off[i]] % _MICRO else 's'}]")
        message = f"{when}Z is off the grid: intervals of {id} start every {interval_s // 60} minutes"
        return Problem(f"{file} row {row}, column interval_start", message, "correct the time or leave out the row")

    return listed(file, rows[off], tell, kind=f"off the grid of {id}")
