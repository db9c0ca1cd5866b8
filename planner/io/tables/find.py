"""Which files an account's tables are in, and reading them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.domain.history import Row, Series, Tables
from planner.domain.waiting import RecordedWaits
from planner.errors import DataError, Problem
from planner.io.draft import Draft
from planner.io.names import safe_path
from planner.io.settings import TablesSettings
from planner.io.tables.read import ENDINGS, read_rows, read_series
from planner.io.tables.spec import AGENTS, DRIVERS, HISTORY, LOCKS, PREFERENCES, TIME_OFF, WAITS, TableSpec
from planner.io.tables.waits import read_waits


def read_tables(folder: Path, draft: Draft) -> tuple[Tables, list[Problem]]:
    """Return the tables of the account in `folder` and every problem met; a table with problems is left out."""
    settings = draft.tables or _sound(draft.raw.get("tables"))
    problems: list[Problem] = []
    found: dict[str, tuple[Series, ...]] = {"history": (), "drivers": ()}
    for spec in (HISTORY, DRIVERS):
        try:
            path = _path(folder, spec, getattr(settings, spec.name), draft)
            if path is not None:
                found[spec.name] = read_series(
                    path,
                    spec,
                    zone=settings.history_zone,
                    known=draft.ids["queues"] if spec is HISTORY else None,
                    ignore_unknown=settings.unknown_queues == "ignore",
                )
        except DataError as error:
            problems += error.problems
    rows: dict[str, tuple[Row, ...]] = {}
    for people in (AGENTS, TIME_OFF, PREFERENCES, LOCKS):
        try:
            path = _path(folder, people, getattr(settings, people.name), draft)
            if path is not None:
                rows[people.name] = read_rows(path, people)
        except DataError as error:
            problems += error.problems
    waits: tuple[RecordedWaits, ...] = ()
    try:
        path = _path(folder, WAITS, settings.waits, draft)
        if path is not None:
            waits = read_waits(path, known=draft.ids["queues"], ignore_unknown=settings.unknown_queues == "ignore")
    except DataError as error:
        problems += error.problems
    return Tables(history=found["history"], drivers=found["drivers"], waits=waits, **rows), problems


def _sound(written: Any) -> TablesSettings:
    """Return the settings of a section with faults, less those faults: the tables are read all the same, to find theirs as well.

    A zone that does not exist counts as UTC here, or every stamp would be told to be without one.
    """
    kept: dict[str, Any] = {}
    for key, value in written.items() if isinstance(written, Mapping) else ():
        try:
            TablesSettings.model_validate({key: value})
        except ValidationError:
            if key == "history_zone":
                kept[key] = "UTC"
        else:
            kept[key] = value
    return TablesSettings.model_validate(kept)


def _path(folder: Path, spec: TableSpec, named: str | None, draft: Draft) -> Path | None:
    if named is not None:
        return safe_path(folder, named, place=f"{draft.place('tables')}: {spec.name}")
    there = [folder / f"{spec.name}{ending}" for ending in ENDINGS if (folder / f"{spec.name}{ending}").exists()]
    if len(there) > 1:
        names = " and ".join(path.name for path in there)
        raise DataError(
            Problem(str(folder), f"{names} are both there", f'say which one holds: [tables] {spec.name} = "{there[0].name}"')
        )
    return there[0] if there else None
