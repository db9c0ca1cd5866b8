"""The CSV files of a plan folder: what a plan holds, as columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Bools, Floats
from planner.domain.evaluation import AGE_BANDS_H, Overload
from planner.domain.money import CostLine
from planner.domain.people import Group
from planner.domain.plan import Plan
from planner.domain.shifts import PlacedBreak, Shift
from planner.domain.staff import Person
from planner.io.plan_files import CHANGES, TABLES, local_text, quantile_column, utc_text
from planner.report.changes import changes_table
from planner.report.csv_text import csv_text, number_cell, number_cells, quoted_cells, text_cells
from planner.report.simulation_tables import simulated_cells, simulation_table
from planner.rules import agent_figures

REQUIRED_QUANTILES = (0.1, 0.5, 0.9)
"""Probabilities whose quantiles demand.csv always shows; those the forecast did not give are taken over the scenarios."""


def tables(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield every CSV file of `plan`: its name and its text."""
    yield "demand.csv", _demand(plan)
    yield "requirement.csv", _requirement(plan)
    yield "shifts.csv", _shifts(plan)
    yield "tours.csv", _tours(plan)
    yield "agents.csv", _agents(plan)
    yield "roster.csv", _roster(plan)
    yield "open_shifts.csv", _open_shifts(plan)
    yield "capacity.csv", _capacity(plan)
    yield "coverage.csv", _coverage(plan)
    yield "service.csv", _service(plan)
    yield "sla.csv", _sla(plan)
    yield "simulation.csv", simulation_table(plan.evaluation.simulation)
    yield "deferred.csv", _deferred(plan)
    yield "overload.csv", _overload(plan.evaluation.overload)
    yield "cost.csv", _money("cost.csv", plan.bill.cost)
    yield "price.csv", _money("price.csv", plan.bill.price)
    if plan.replanned is not None:
        yield CHANGES, changes_table(plan.replanned, plan.account.currency)


def _demand(plan: Plan) -> str:
    demand = plan.demand
    keys, (q, t) = _keys(plan, demand.expected)
    shown = {quantile_column(level): quantile[q, t] for level, quantile in zip(demand.levels, demand.quantiles, strict=True)}
    for level in REQUIRED_QUANTILES:
        if quantile_column(level) not in shown:
            values = demand.scenarios[:, q, t]
            shown[quantile_column(level)] = np.quantile(values, level, axis=0) if len(values) else np.full(len(q), np.nan)
    columns = [*TABLES["demand.csv"], *(name for name in shown if name not in TABLES["demand.csv"])]
    cells: list[Sequence[str]] = [
        *keys,
        [str(demand.grid.interval_s)] * len(q),
        number_cells(demand.contacts[q, t]),
        number_cells(demand.aht_s[q, t]),
        *(number_cells(shown[name]) for name in columns[5:]),
    ]
    return csv_text(columns, cells)


def _requirement(plan: Plan) -> str:
    requirement = plan.requirement
    keys, at = _keys(plan, requirement.open)
    assert requirement.least is not None
    planned = np.full(requirement.agents.shape, np.nan) if requirement.planned is None else requirement.planned
    columns = (requirement.agents, requirement.level_at_requirement, requirement.least, planned)
    cells = [*keys, *(number_cells(column[at]) for column in columns)]
    return csv_text(TABLES["requirement.csv"], cells)


def _shifts(plan: Plan) -> str:
    shifts = plan.shifts.shifts
    zones = {site.id: site.zone for site in plan.account.sites}
    cells = [
        text_cells(s.id for s in shifts),
        text_cells(s.site for s in shifts),
        text_cells(s.group for s in shifts),
        text_cells(s.pattern for s in shifts),
        [s.date.isoformat() for s in shifts],
        [utc_text(s.start_utc) for s in shifts],
        [utc_text(s.end_utc) for s in shifts],
        [local_text(s.start_utc, zones[s.site]) for s in shifts],
        quoted_cells(breaks_json(s.breaks) for s in shifts),
        [str(s.heads) for s in shifts],
        [number_cell(s.paid_h_per_head) for s in shifts],
        [local_text(s.end_utc, zones[s.site]) for s in shifts],
        [_flag(s.lead_in) for s in shifts],
        text_cells(s.held for s in shifts),
    ]
    return csv_text(TABLES["shifts.csv"], cells)


def breaks_json(breaks: Sequence[PlacedBreak]) -> str:
    """Return breaks as a JSON list of ``[start_utc, end_utc, paid]``; the gap of a split shift has ``"off site"`` as a fourth, a
    planned block its kind."""
    listed = [
        [utc_text(b.start_utc), utc_text(b.end_utc), b.paid, *(["off site"] if b.off_site else [b.block] if b.block else [])]
        for b in breaks
    ]
    return json.dumps(listed, separators=(",", ":"))


def _tours(plan: Plan) -> str:
    tours = plan.shifts.tours
    cells = [text_cells(t.group for t in tours), text_cells(t.pattern for t in tours), [str(t.agents) for t in tours]]
    return csv_text(TABLES["tours.csv"], cells)


def _agents(plan: Plan) -> str:
    agents = plan.roster.agents
    groups = {group.id: group for group in plan.account.groups}
    figures = agent_figures(plan.roster, plan.shifts, plan.account)
    people = {person.id: person for person in plan.account.people}
    cells = [
        text_cells(a.id for a in agents),
        text_cells(a.group for a in agents),
        text_cells(a.site for a in agents),
        text_cells(skills_text(groups[a.group], people.get(a.id)) for a in agents),
        text_cells(contract_text(groups[a.group], people.get(a.id)) for a in agents),
        text_cells(a.pattern for a in agents),
        [_flag(a.named) for a in agents],
        [str(f.days) for f in figures],
        [number_cell(f.hours) for f in figures],
        [str(f.nights) for f in figures],
        [str(f.weekend_days) for f in figures],
    ]
    return csv_text(TABLES["agents.csv"], cells)


def skills_text(group: Group, person: Person | None = None) -> str:
    """Return what a group, or a person of it, can take, as ``language:channel`` pairs parted by spaces."""
    languages = [language for language, _ in person.languages] if person is not None else []
    channels = person.channels if person is not None else ()
    return " ".join(
        f"{language}:{channel.value}" for language in languages or group.languages for channel in channels or group.channels
    )


def contract_text(group: Group, person: Person | None = None) -> str:
    """Return the contract of a group, or of a person of it, in words: ``5 days a week, at most 40 h``."""
    days = group.days_per_week if person is None else person.most_days
    words = "1 day a week" if days == 1 else f"{days} days a week"
    return words if person is None or person.most_hours is None else f"{words}, at most {person.most_hours:g} h"


def _open_shifts(plan: Plan) -> str:
    zones = {site.id: site.zone for site in plan.account.sites}
    lines = plan.roster.open_shifts
    cells = [
        text_cells(one.group for one in lines),
        text_cells(one.site for one in lines),
        text_cells(one.shift for one in lines),
        [one.date.isoformat() for one in lines],
        [utc_text(one.start_utc) for one in lines],
        [utc_text(one.end_utc) for one in lines],
        [local_text(one.start_utc, zones[one.site]) for one in lines],
        [str(one.heads) for one in lines],
        text_cells(" ".join(one.overtime) for one in lines),
        [_flag(one.filled) for one in lines],
    ]
    return csv_text(TABLES["open_shifts.csv"], cells)


def _roster(plan: Plan) -> str:
    assignments = plan.roster.assignments
    shifts: dict[str, Shift] = {s.id: s for s in plan.shifts.shifts}
    start = {id: utc_text(s.start_utc) for id, s in shifts.items()}
    end = {id: utc_text(s.end_utc) for id, s in shifts.items()}
    breaks = {id: breaks_json(s.breaks) for id, s in shifts.items()}
    cells = [
        text_cells(a.agent for a in assignments),
        text_cells(a.shift for a in assignments),
        [start[a.shift] for a in assignments],
        [end[a.shift] for a in assignments],
        quoted_cells(breaks[a.shift] for a in assignments),
        ["work"] * len(assignments),
    ]
    return csv_text(TABLES["roster.csv"], cells)


def _capacity(plan: Plan) -> str:
    capacity, found = plan.evaluation.capacity, plan.evaluation.simulation
    busy = np.full(capacity.on_seat.shape, np.nan) if found is None else found.occupancy
    g, t = np.indices(capacity.on_seat.shape).reshape(2, -1)
    cells = [
        _pick(text_cells(capacity.groups), g),
        _pick(_starts(plan), t),
        *(number_cells(values.ravel()) for values in (capacity.scheduled, capacity.present, capacity.on_seat, busy)),
    ]
    return csv_text(TABLES["capacity.csv"], cells)


def _coverage(plan: Plan) -> str:
    coverage = plan.evaluation.coverage
    could = plan.account.serves()[:, :, None] & plan.requirement.open[None, :, :]
    g, q, t = np.nonzero(could | (coverage.on_seat != 0))
    cells = [
        _pick(text_cells(coverage.groups), g),
        _pick(text_cells(coverage.queues), q),
        _pick(_starts(plan), t),
        number_cells(coverage.on_seat[g, q, t]),
    ]
    return csv_text(TABLES["coverage.csv"], cells)


def _service(plan: Plan) -> str:
    evaluation = plan.evaluation
    measured = (evaluation.level, evaluation.occupancy, evaluation.abandonment, evaluation.mean_wait_s, evaluation.shortfall)
    shown = plan.requirement.open | plan.demand.expected
    for values in measured:
        shown = shown | ~np.isnan(values)
    keys, at = _keys(plan, shown)
    given = evaluation.coverage.by_queue()
    cells = [*keys, *(number_cells(values[at]) for values in (plan.demand.contacts, given, *measured))]
    return csv_text(TABLES["service.csv"], cells)


def _sla(plan: Plan) -> str:
    results = plan.evaluation.sla
    cells = [
        text_cells(r.clause for r in results),
        text_cells(r.scope for r in results),
        [r.window.value for r in results],
        [utc_text(r.window_start_utc) for r in results],
        [r.window_date.isoformat() for r in results],
        [number_cell(r.offered) for r in results],
        [number_cell(r.within) for r in results],
        [number_cell(r.level) for r in results],
        ["" if r.formula is None else r.formula.value for r in results],
        [number_cell(r.threshold_s) for r in results],
        [number_cell(r.target) for r in results],
        ["" if r.met is None else _flag(r.met) for r in results],
        [number_cell(r.probability) for r in results],
        [r.basis.value for r in results],
        [_flag(r.partial) for r in results],
        ["" if r.expected_credit is None else format(r.expected_credit, "f") for r in results],
        *simulated_cells(results, plan.evaluation.simulation),
    ]
    return csv_text(TABLES["sla.csv"], cells)


def _deferred(plan: Plan) -> str:
    work = plan.evaluation.deferred
    none = np.full(work.open.shape, np.nan)
    ages = [none] * (len(AGE_BANDS_H) + 1) if work.by_age is None else list(work.by_age)
    measured: tuple[Floats, ...] = (work.arrived, work.done, work.open, work.overdue, work.oldest_s, *ages)
    shown = np.zeros(plan.requirement.open.shape, dtype=np.bool_)
    for values in measured:
        shown |= ~np.isnan(values)
    keys, at = _keys(plan, shown)
    return csv_text(TABLES["deferred.csv"], [*keys, *(number_cells(values[at]) for values in measured)])


def _overload(rows: Sequence[Overload]) -> str:
    cells = [
        text_cells(row.queue for row in rows),
        [row.date.isoformat() for row in rows],
        [number_cell(row.contacts) for row in rows],
        [number_cell(row.late) for row in rows],
        [number_cell(row.closed) for row in rows],
        [number_cell(row.latest_s) for row in rows],
        [_flag(row.at_start) for row in rows],
    ]
    return csv_text(TABLES["overload.csv"], cells)


def _money(name: str, lines: Sequence[CostLine]) -> str:
    cells = [
        text_cells(line.site for line in lines),
        text_cells(line.group for line in lines),
        text_cells(line.item for line in lines),
        [format(line.hours, "f") for line in lines],
        [format(line.rate, "f") for line in lines],
        [format(line.amount, "f") for line in lines],
        text_cells(line.currency for line in lines),
    ]
    return csv_text(TABLES[name], cells)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _starts(plan: Plan) -> list[str]:
    return [utc_text(start) for start in plan.demand.grid.starts()]


def _keys(plan: Plan, shown: Bools) -> tuple[list[list[str]], tuple[NDArray[Any], ...]]:
    """The queue and interval columns of the cells where `shown` ``[Q, T]`` is True, and the positions of those cells."""
    q, t = np.nonzero(shown)
    return [_pick(text_cells(plan.demand.queues), q), _pick(_starts(plan), t)], (q, t)


def _pick(texts: Sequence[str], at: NDArray[Any]) -> list[str]:
    return [texts[i] for i in at.tolist()]
