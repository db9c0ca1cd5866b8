"""plan.xlsx: the plan in sheets with real numbers and dates, and no cell that a spreadsheet could take for a formula."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.domain.simulated_figures import simulated_groups, simulated_queues
from planner.domain.simulation import SimulatedSla, SimulationReport, key_of
from planner.domain.targets import Window
from planner.report.page.promises import promises
from planner.report.summary_rows import summary_rows
from planner.report.tables import skills_text
from planner.report.weeks import open_work, person_weeks, roster_dates

MOST_ROWS = 1_048_575
"""Rows a sheet can hold below its header."""

_LONGEST = 32_767


_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Column:
    """One column: its header with the unit, its number format (a key of `_FORMATS`, or ``any`` to go by each value's type) and its
    width in characters."""

    name: str
    kind: str = "text"
    width: float = 14


_FORMATS = {
    "text": "General",
    "whole": "#,##0",
    "one": "#,##0.0",
    "two": "#,##0.00",
    "four": "#,##0.0000",
    "share": "0.0%",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
}


def write_workbook(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write `plan` to an Excel workbook at `path` and return it.

    Sheets: Summary, Requirement (with coverage and service per interval), Shifts, Roster, with named people also People and Hire or
    overtime, Service, where the plan was simulated Simulation, Late where deferred work misses its clock, Cost. Times stand in two columns
    where it matters: UTC and the wall clock of the site or the customer. The same plan gives the same bytes.
    """
    import xlsxwriter

    target = Path(path)
    with tempfile.TemporaryDirectory(prefix="planner-") as scratch:
        _fill(plan, xlsxwriter.Workbook(str(target), {**_OPTIONS, "tmpdir": scratch}))
    return target


def _fill(plan: Plan, workbook: Any) -> None:
    with workbook as book:
        # The date a file says it was made on is part of its bytes; the horizon's start is the plan's own.
        made = plan.demand.grid.start_utc.replace(tzinfo=None)
        book.set_properties({"title": plan.account.name[:200], "created": made})
        writer = _Writer(book)
        writer.sheet("Summary", _SUMMARY, summary_rows(plan))
        writer.sheet("Requirement", _requirement_columns(plan), _requirement(plan))
        writer.sheet("Shifts", _SHIFTS, _shifts(plan))
        writer.sheet("Roster", _ROSTER, _roster(plan))
        if plan.roster.named:
            writer.sheet("People", _people_columns(plan), _people(plan))
            writer.sheet("Hire or overtime", _OPEN, _open(plan))
        writer.sheet("Service", _SERVICE, _service(plan))
        if plan.evaluation.simulation is not None:
            writer.sheet("Simulation", _SIMULATION, _simulation(plan, plan.evaluation.simulation))
        if plan.evaluation.overload:
            writer.sheet("Late", _LATE, _late(plan))
        writer.sheet("Cost", _COST, _cost(plan))


class _Writer:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1, "text_wrap": True, "valign": "top"})
        self._formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for c, column in enumerate(columns):
            sheet.set_column(c, c, column.width)
            sheet.write_string(0, c, column.name, self._head)
        last = 0
        for r, row in enumerate(rows, 1):
            if r > MOST_ROWS:
                sheet.write_string(MOST_ROWS, 0, "cut here: a sheet holds no more rows; the CSV files have them all")
                break
            last = r
            for c, value in enumerate(row):
                kind = columns[c].kind if columns[c].kind != "any" else _kind(value)
                _write(sheet, (r, c), value, self._formats[kind])
        if last:
            sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


def _kind(value: Any) -> str:
    """The number format of a cell in a column of mixed figures."""
    if isinstance(value, Decimal):
        return "two"
    return {int: "whole", float: "one"}.get(type(value), "text")


def _write(sheet: Any, at: tuple[int, int], value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(*at, value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…", style)
    elif isinstance(value, bool):
        sheet.write_string(*at, "yes" if value else "no")
    elif isinstance(value, datetime | date):
        sheet.write_datetime(*at, value, style)
    elif isinstance(value, Decimal) or np.isfinite(value):
        sheet.write_number(*at, float(value), style)
    elif not np.isnan(value):
        sheet.write_string(*at, "no limit" if value > 0 else "none")


_SUMMARY = (Column("Figure", width=46), Column("Value", "any", 34), Column("Unit", width=18), Column("What it means", width=90))

_SHIFTS = (
    Column("Shift", width=32),
    Column("Site"),
    Column("Group", width=18),
    Column("Pattern", width=18),
    Column("Date (site)", "date", 12),
    Column("Start (site's clock)", "time", 18),
    Column("End (site's clock)", "time", 18),
    Column("Start (UTC)", "time", 18),
    Column("End (UTC)", "time", 18),
    Column("Breaks (site's clock)", width=34),
    Column("Heads", "whole", 9),
    Column("Paid hours per head (h)", "two", 12),
    Column("Paid hours (h)", "two", 12),
    Column("Begun before the horizon", width=12),
)

_ROSTER = (
    Column("Agent", width=14),
    Column("Group", width=18),
    Column("Site"),
    Column("Skills", width=40),
    Column("Shift", width=32),
    Column("Date (site)", "date", 12),
    Column("Start (site's clock)", "time", 18),
    Column("End (site's clock)", "time", 18),
    Column("Start (UTC)", "time", 18),
    Column("End (UTC)", "time", 18),
)

_OPEN = (
    Column("Date (site)", "date", 12),
    Column("Group", width=18),
    Column("Site"),
    Column("Hours (site's clock)", width=16),
    Column("Heads", "whole", 9),
    Column("Could work it as overtime", width=60),
    Column("Held by agents to be hired", width=14),
)

_SERVICE = (
    Column("Promise", width=22),
    Column("Scope", width=22),
    Column("Window", width=11),
    Column("The promise's own window", width=12),
    Column("Window's first date (market)", "date", 12),
    Column("Window starts (UTC)", "time", 18),
    Column("Cut by the horizon", width=10),
    Column("Contacts", "one", 12),
    Column("Within threshold (contacts)", "one", 14),
    Column("Service level", "share", 10),
    Column("Target", "share", 10),
    Column("Kept", width=8),
    Column("Probability", "share", 11),
    Column("Formula", width=26),
    Column("Threshold (s)", "one", 12),
    Column("Computed by", width=14),
    Column("Simulated level", "share", 11),
    Column("95% sure from", "share", 11),
    Column("95% sure to", "share", 11),
    Column("Simulated probability", "share", 11),
)

_SIMULATION = (
    Column("Queue or group", width=22),
    Column("Contacts", "one", 12),
    Column("Give up", "share", 10),
    Column("Mean wait (s)", "one", 12),
    Column("50% wait at most (s)", "one", 12),
    Column("80% wait at most (s)", "one", 12),
    Column("90% wait at most (s)", "one", 12),
    Column("95% wait at most (s)", "one", 12),
    Column("Open at the end", "one", 12),
    Column("Oldest ever open (h)", "one", 12),
    Column("Occupancy", "share", 11),
)

_LATE = (
    Column("queue"),
    Column("arrived on", "date"),
    Column("open at the start", "any"),
    Column("contacts", "one"),
    Column("late", "one"),
    Column("of these, desk closed till due", "one", 26),
    Column("latest, h", "one"),
)

_COST = (
    Column("Kind", width=9),
    Column("Site"),
    Column("Group", width=18),
    Column("What for", width=38),
    Column("Hours (h)", "two", 14),
    Column("Rate (per h)", "four", 14),
    Column("Amount", "two", 16),
    Column("Currency", width=10),
)


def _requirement_columns(plan: Plan) -> tuple[Column, ...]:
    minutes = plan.demand.grid.interval_s // 60
    return (
        Column("Queue", width=22),
        Column("Interval starts (customer's clock)", "time", 18),
        Column("Interval starts (UTC)", "time", 18),
        Column(f"Contacts expected (per {minutes} min)", "two", 12),
        Column("AHT (s)", "one", 10),
        Column("Required on seat (agents)", "two", 12),
        Column("Given on seat (agents)", "two", 12),
        Column("Missing (agents)", "two", 11),
        Column("Service level", "share", 10),
        Column("Occupancy", "share", 11),
        Column("Mean wait (s)", "one", 13),
    )


def _requirement(plan: Plan) -> Iterable[Sequence[Any]]:
    evaluation, demand = plan.evaluation, plan.demand
    starts = [s.replace(tzinfo=None) for s in demand.grid.starts()]
    values = (
        demand.contacts,
        demand.aht_s,
        plan.requirement.agents,
        evaluation.coverage.by_queue(),
        evaluation.shortfall,
        evaluation.level,
        evaluation.occupancy,
        evaluation.mean_wait_s,
    )
    for q, queue in enumerate(plan.account.queues):
        zone = zone_info(plan.account.market(queue.market).zone)
        local = [s.astimezone(zone).replace(tzinfo=None) for s in demand.grid.starts()]
        shown = np.flatnonzero(plan.requirement.open[q] | demand.expected[q]).tolist()
        columns = [array[q].tolist() for array in values]
        for t in shown:
            yield [queue.id, local[t], starts[t], *(column[t] for column in columns)]


def _shifts(plan: Plan) -> Iterable[Sequence[Any]]:
    for shift in plan.shifts.shifts:
        zone = zone_info(plan.account.site(shift.site).zone)
        breaks = "; ".join(
            f"{b.start_utc.astimezone(zone):%H:%M}–{b.end_utc.astimezone(zone):%H:%M} "
            + (b.block or ("off site" if b.off_site else "paid" if b.paid else "unpaid"))
            for b in shift.breaks
        )
        yield [
            shift.id,
            shift.site,
            shift.group,
            shift.pattern,
            shift.date,
            shift.start_utc.astimezone(zone).replace(tzinfo=None),
            shift.end_utc.astimezone(zone).replace(tzinfo=None),
            shift.start_utc.astimezone(UTC).replace(tzinfo=None),
            shift.end_utc.astimezone(UTC).replace(tzinfo=None),
            breaks,
            shift.heads,
            shift.paid_h_per_head,
            shift.paid_h_per_head * shift.heads,
            shift.lead_in,
        ]


def _roster(plan: Plan) -> Iterable[Sequence[Any]]:
    agents = {a.id: a for a in plan.roster.agents}
    shifts = {s.id: s for s in plan.shifts.shifts}
    skills = {g.id: skills_text(g) for g in plan.account.groups}
    for place in plan.roster.assignments:
        agent, shift = agents[place.agent], shifts[place.shift]
        zone = zone_info(plan.account.site(shift.site).zone)
        yield [
            agent.id,
            agent.group,
            agent.site,
            skills[agent.group],
            shift.id,
            shift.date,
            shift.start_utc.astimezone(zone).replace(tzinfo=None),
            shift.end_utc.astimezone(zone).replace(tzinfo=None),
            shift.start_utc.astimezone(UTC).replace(tzinfo=None),
            shift.end_utc.astimezone(UTC).replace(tzinfo=None),
        ]


def _people_columns(plan: Plan) -> tuple[Column, ...]:
    return (
        Column("Agent", width=24),
        Column("Group", width=18),
        Column("Site"),
        Column("Named"),
        *(Column(f"{day:%a %Y-%m-%d}", width=13) for day in roster_dates(plan)),
        Column("Days", "whole", 9),
        Column("Days of the contract", "whole", 11),
        Column("Paid hours (h)", "two", 11),
        Column("Nights", "whole", 9),
        Column("Weekend days", "whole", 11),
        Column("Different starts", "whole", 11),
        Column("Single days off", "whole", 11),
        Column("Wishes", "whole", 9),
        Column("Wishes not kept (days)", "whole", 12),
    )


def _people(plan: Plan) -> Iterable[Sequence[Any]]:
    for week in person_weeks(plan):
        f = week.figures
        yield [
            f.agent, f.group, f.site, f.named, *week.hours, f.days, f.days_asked if f.named else None, f.hours, f.nights,
            f.weekend_days, f.starts, f.lone_days_off, f.wishes, f.wishes_broken,
        ]  # fmt: skip


def _open(plan: Plan) -> Iterable[Sequence[Any]]:
    for line in open_work(plan):
        yield [
            line.date,
            line.group,
            line.site,
            line.hours,
            line.heads,
            ", ".join(line.overtime) or "nobody: hire",
            line.filled,
        ]


def _late(plan: Plan) -> Iterable[Sequence[Any]]:
    for row in plan.evaluation.overload:
        yield [row.queue, row.date, row.at_start, row.contacts, row.late, row.closed, row.latest_s / 3600]


def _service(plan: Plan) -> Iterable[Sequence[Any]]:
    own = {p.id: p.window for p in promises(plan)}
    report = plan.evaluation.simulation
    found = {} if report is None else {key_of(row): row for row in report.sla}
    for r in plan.evaluation.sla:
        if r.window is Window.INTERVAL and own.get(r.clause) is not Window.INTERVAL:
            continue
        yield [
            r.clause,
            r.scope,
            r.window.value,
            own.get(r.clause) is r.window,
            r.window_date,
            r.window_start_utc.astimezone(UTC).replace(tzinfo=None),
            r.partial,
            r.offered,
            r.within,
            r.level,
            r.target,
            "" if r.met is None else r.met,
            r.probability,
            "" if r.formula is None else r.formula.value,
            r.threshold_s,
            r.basis.value,
            *_simulated(found.get(key_of(r))),
        ]


def _simulated(row: SimulatedSla | None) -> tuple[float | None, ...]:
    return (None,) * 4 if row is None else (row.level, row.low, row.high, row.probability)


def _simulation(plan: Plan, found: SimulationReport) -> Iterable[Sequence[Any]]:
    for q in simulated_queues(plan, found):
        oldest = None if q.oldest_s is None else q.oldest_s / 3600
        yield [q.id, q.offered, q.abandoned, q.mean_wait_s, *q.waits_s, q.open_at_end, oldest, None]
    for g in simulated_groups(plan, found):
        yield [g.id, *(None for _ in range(9)), g.occupancy]


def _cost(plan: Plan) -> Iterable[Sequence[Any]]:
    for kind, lines in (("cost", plan.bill.cost), ("price", plan.bill.price)):
        for line in lines:
            yield [kind, line.site, line.group, line.item, line.hours, line.rate, line.amount, line.currency]
