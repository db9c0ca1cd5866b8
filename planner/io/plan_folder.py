"""A written plan read back: the folder is checked to be one, then every part is rebuilt exactly as it was."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from planner.domain.account import Account
from planner.domain.codec import decode
from planner.domain.demand import ForecastChoice
from planner.domain.plan import Plan, Provenance
from planner.domain.small_desk import SmallDesk
from planner.domain.solve import SolveInfo
from planner.domain.workload import QueueWorkload
from planner.errors import DataError, Problem
from planner.io.limits import TABLE_BYTES
from planner.io.plan_changes import read_replanned
from planner.io.plan_demand import read_demand, read_requirement
from planner.io.plan_files import FORMAT, INPUTS, KIND, ROUTES, SCENARIOS, SIMULATION, SMALL_DESKS, SUMMARY, TABLES
from planner.io.plan_fit import check_roster
from planner.io.plan_people import read_bill, read_roster, read_shifts
from planner.io.plan_service import read_evaluation
from planner.io.plan_tables import Problems, Table, read_table

_T = TypeVar("_T")

_DERIVED = ("contacts", "hours", "effect_h")
"""Figures of a queue's workload that follow from the others."""

_AGAIN = "name a folder that planner plan has written"


def load_plan(dir: str | os.PathLike[str]) -> Plan:
    """Return the plan that :func:`planner.report.export` wrote to `dir`; it equals (``==``) the one written.

    The raw settings and the history tables are no part of a plan folder: the account comes back without them, which equality does
    not look at. Raises DataError with every problem found when `dir` is no plan folder or its files do not fit together.
    """
    folder = Path(dir)
    problems = Problems()
    summary, account = _head(folder, problems)
    found = {name: read_table(folder / name, columns, problems) for name, columns in TABLES.items()}
    tables = {name: table for name, table in found.items() if table is not None}
    _stop_at(problems)
    assert account is not None
    parts = _Summary.of(summary, problems)
    plan = _plan(account, parts, tables, folder, problems)
    _stop_at(problems)
    assert plan is not None
    return plan


def _plan(account: Account, said: _Summary, tables: dict[str, Table], folder: Path, problems: Problems) -> Plan | None:
    demand = read_demand(tables["demand.csv"], folder / SCENARIOS, account, said.choices, said.workload)
    requirement = read_requirement(tables["requirement.csv"], account, said.methods)
    shifts = read_shifts(tables["shifts.csv"], tables["tours.csv"], account)
    roster = read_roster(tables["agents.csv"], tables["roster.csv"], tables["open_shifts.csv"])
    check_roster(roster, shifts, problems)
    evaluation = replace(read_evaluation(tables, account, said.notes, said.simulation), small_desks=said.small_desks)
    bill = read_bill(tables["cost.csv"], tables["price.csv"])
    replanned = read_replanned(said.replanned, folder, problems)
    if problems.found or demand is None or said.made is None:
        return None
    return Plan(
        account=account,
        demand=demand,
        requirement=requirement,
        shifts=shifts,
        roster=roster,
        evaluation=evaluation,
        bill=bill,
        solves=said.solves,
        provenance=said.made,
        replanned=replanned,
    )


def _head(folder: Path, problems: Problems) -> tuple[dict[str, Any], Account | None]:
    """Read the two JSON files; raise at once where there is no plan folder at all."""
    if not folder.exists():
        raise DataError(Problem(str(folder), "does not exist", _AGAIN))
    if not folder.is_dir():
        raise DataError(Problem(str(folder), "is a file, a plan is a folder", _AGAIN))
    if not (folder / SUMMARY).is_file():
        raise DataError(Problem(str(folder), f"is not a plan folder: it has no {SUMMARY}", _AGAIN))
    summary = _json(folder / SUMMARY, problems)
    _stop_at(problems)
    if summary.get("kind") != KIND:
        raise DataError(Problem(SUMMARY, f"is not a plan's: kind is {summary.get('kind')!r}, expected {KIND!r}", _AGAIN))
    if summary.get("format") != FORMAT:
        message = f"has format {summary.get('format')!r}, this version reads {FORMAT}"
        raise DataError(Problem(SUMMARY, message, "read it with the version that wrote it, or plan again"))
    inputs = {key: value for key, value in _json(folder / INPUTS, problems).items() if key != ROUTES}
    return summary, _decoded(Account, inputs, INPUTS, problems) if inputs else None


def _json(path: Path, problems: Problems) -> dict[str, Any]:
    try:
        if path.stat().st_size > TABLE_BYTES:
            raise ValueError(f"it has more than {TABLE_BYTES:,} bytes")
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.add(path.name, "", "is missing")
        return {}
    except (OSError, ValueError, RecursionError) as error:
        problems.add(path.name, "", f"cannot be read: {error}")
        return {}
    if not isinstance(content, dict) or not content:
        problems.add(path.name, "", "must be a JSON object with something in it")
        return {}
    return content


def _decoded(cls: type[_T], data: Any, place: str, problems: Problems) -> _T | None:
    try:
        return decode(cls, data)
    except (ValueError, TypeError) as error:
        problems.add(place, "", str(error))
        return None


@dataclass(frozen=True)
class _Summary:
    """What summary.json alone holds of a plan."""

    made: Provenance | None
    solves: tuple[SolveInfo, ...]
    choices: tuple[ForecastChoice, ...]
    workload: tuple[QueueWorkload, ...]
    methods: dict[str, str]
    notes: tuple[str, ...]
    replanned: Any
    simulation: Any
    small_desks: tuple[SmallDesk, ...]

    @classmethod
    def of(cls, summary: dict[str, Any], problems: Problems) -> _Summary:
        def items(key: str, kind: type) -> list[Any]:
            value = summary.get(key)
            if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
                problems.add(SUMMARY, "", f"{key} must be a list of {'texts' if kind is str else 'objects'}")
                return []
            return value

        made_keys = ("version", "results_version", "input_sha256", "seed", "repeatable", "why_not_repeatable")
        made = _decoded(Provenance, {key: summary[key] for key in made_keys if key in summary}, SUMMARY, problems)
        solves = [
            _decoded(SolveInfo, {k: v for k, v in item.items() if k != "gap"}, SUMMARY, problems)
            for item in items("solves", dict)
        ]
        choices = [_decoded(ForecastChoice, item, SUMMARY, problems) for item in items("forecast", dict)]
        works = [
            _decoded(QueueWorkload, {k: v for k, v in item.items() if k not in _DERIVED}, SUMMARY, problems)
            for item in (items("workload", dict) if "workload" in summary else ())
        ]
        desks = [
            _decoded(SmallDesk, item, SUMMARY, problems)
            for item in (items(SMALL_DESKS, dict) if SMALL_DESKS in summary else ())
        ]
        methods = summary.get("requirement_methods")
        if not isinstance(methods, dict) or not all(isinstance(text, str) for text in methods.values()):
            problems.add(SUMMARY, "", "requirement_methods must be an object of texts")
            methods = {}
        return cls(
            made=made,
            solves=tuple(s for s in solves if s is not None),
            choices=tuple(c for c in choices if c is not None),
            workload=tuple(w for w in works if w is not None),
            methods=methods,
            notes=tuple(items("notes", str)),
            replanned=summary.get("replanned"),
            simulation=summary.get(SIMULATION),
            small_desks=tuple(d for d in desks if d is not None),
        )


def _stop_at(problems: Problems) -> None:
    if problems.found:
        raise DataError(problems.all())
