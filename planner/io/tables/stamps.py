"""Time stamps of a table: ISO 8601, with an offset or on the clock of a zone given; every one must name exactly one instant."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.errors import Problem
from planner.io import limits
from planner.io.names import shown
from planner.io.tables.listing import cell_place, listed

COLUMN = "interval_start"
_ISO = r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?)?\s*(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?"
_NONE = np.iinfo(np.int64).min


def stamp_column(values: pd.Series, *, zone: str | None, file: str) -> tuple[NDArray[np.int64], list[Problem]]:
    """Return the microseconds since 1970 (UTC) of each stamp, the smallest int64 where it names no instant, and the problems.

    Stamps without offset are read on the clock of `zone`; one that a clock change skips or repeats is an error, and so is any without
    `zone`. Equal texts are read once.
    """
    codes, texts = pd.factorize(_as_text(values), use_na_sentinel=True)
    unique = pd.Series(texts, dtype=object)
    instants, faults = _unique_instants(unique, zone)
    micros = np.append(instants, _NONE)[codes]
    rows = values.index.to_numpy()
    problems = _empty(rows[codes < 0], file)
    for message, remedy, chosen in faults:
        which = np.flatnonzero(np.isin(codes, np.flatnonzero(chosen)))
        problems += _told(rows[which], unique.to_numpy()[codes[which]], file, message=message, remedy=remedy)
    return micros, problems


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        stamps = values.dt.tz_convert("UTC") if values.dt.tz is not None else values
        text = stamps.dt.strftime("%Y-%m-%dT%H:%M:%S.%f")
        return text + "Z" if values.dt.tz is not None else text
    return values.map(lambda v: str(v).strip(), na_action="ignore").replace("", None).astype(object)


def _unique_instants(texts: pd.Series, zone: str | None) -> tuple[NDArray[np.int64], list[tuple[str, str, NDArray[np.bool_]]]]:
    """Return the instants of the distinct texts, and per kind of fault its message, remedy and where it applies."""
    parts = texts.astype(str).str.extract(f"^(?:{_ISO})$", expand=False)
    readable = texts.astype(str).str.fullmatch(_ISO).to_numpy(dtype=bool)
    naive = readable & parts.isna().to_numpy()
    stamps = pd.to_datetime(texts.where(readable), format="ISO8601", utc=True, errors="coerce")
    lost = ~stamps.notna().to_numpy()
    year = stamps.dt.year.to_numpy()
    far = ~lost & ((year < limits.YEARS[0]) | (year >= limits.YEARS[1]))
    faults = [
        ("is not a time", "write ISO 8601 with an offset: 2026-11-09T08:00:00+00:00", lost),
        ("is too far away", f"years {limits.YEARS[0]} to {limits.YEARS[1]} are read", far),
    ]
    bad = lost | far
    naive &= ~bad
    if naive.any() and zone is None:
        remedy = 'write offsets (2026-11-09T08:00:00+00:00), or name the zone in account.toml: [tables] history_zone = "Europe/London"'
        faults.append(("has no UTC offset", remedy, naive))
        bad |= naive
    micros = np.where(bad, _NONE, _micros(stamps))
    if naive.any() and zone is not None:
        wall = stamps[naive].dt.tz_localize(None)
        once = wall.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        exists = wall.dt.tz_localize(zone, ambiguous=np.zeros(len(wall), dtype=bool), nonexistent="NaT").notna().to_numpy()
        unclear = once.isna().to_numpy()
        micros[naive] = np.where(unclear, _NONE, _micros(once))
        for message, which in (("does not exist", ~exists), ("exists twice", unclear & exists)):
            chosen = np.zeros(len(texts), dtype=bool)
            chosen[np.flatnonzero(naive)[which]] = True
            faults.append((f"{message} in {zone}: the clock changes there", "write this stamp with its UTC offset", chosen))
    return micros, faults


def _micros(stamps: pd.Series) -> NDArray[np.int64]:
    utc = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    micros: NDArray[np.int64] = utc.to_numpy(dtype="datetime64[us]").astype(np.int64)
    return micros


def _empty(rows: NDArray[np.int64], file: str) -> list[Problem]:
    return listed(
        file, rows, lambda i, row: Problem(cell_place(file, row, COLUMN), "is empty", "write the time"), kind="no time"
    )


def _told(rows: NDArray[np.int64], texts: NDArray[np.object_], file: str, *, message: str, remedy: str) -> list[Problem]:
    def tell(i: int, row: int) -> Problem:
        return Problem(cell_place(file, row, COLUMN), f"{shown(texts[i])} {message}", remedy)

    if message == "has no UTC offset" and len(rows) > 1:
        more = f" (and {len(rows) - 1:,} more rows)"
        return [Problem(cell_place(file, int(rows[0]), COLUMN), f"{shown(texts[0])} {message}{more}", remedy)]
    return listed(file, rows, tell, kind=f"{COLUMN} {message}")
