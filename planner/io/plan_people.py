"""Shifts, roster and bill of a written plan."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from planner.domain.account import Account
from planner.domain.money import Bill, CostLine
from planner.domain.people import BlockKind
from planner.domain.roster import Agent, Assignment, OpenShift, Roster
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, Tour
from planner.io.plan_files import parse_utc
from planner.io.plan_tables import Table

OFF_SITE = "off site"
_BLOCKS = [[kind.value] for kind in BlockKind]
"""What marks the gap of a split shift among its breaks."""
_NO_BREAKS: tuple[PlacedBreak, ...] = ()
_SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def read_shifts(shifts: Table, tours: Table, account: Account) -> ShiftPlan:
    """Return the shift plan of shifts.csv and tours.csv; wrong cells are noted as problems."""
    columns = zip(
        shifts.texts("shift"),
        shifts.texts("site"),
        shifts.texts("group"),
        shifts.texts("pattern"),
        shifts.each("date", date.fromisoformat, _SOME_TIME.date()),
        shifts.each("start_utc", parse_utc, _SOME_TIME),
        shifts.each("end_utc", parse_utc, _SOME_TIME),
        shifts.each("breaks", parse_breaks, _NO_BREAKS),
        shifts.each("heads", int, 1),
        shifts.each("lead_in", parse_flag, False),
        shifts.texts("tour"),
        strict=True,
    )
    worked: list[Shift] = []
    sites, groups = {site.id for site in account.sites}, {group.id for group in account.groups}
    for row, (id, site, group, pattern, day, start, end, breaks, heads, lead_in, tour) in enumerate(columns, 2):
        if site not in sites:
            shifts.wrong(row, "site", f"{site!r} is not a site of this plan")
        if group not in groups:
            shifts.wrong(row, "group", f"{group!r} is not a group of this plan")
        try:
            shift = Shift(
                id=id,
                site=site,
                group=group,
                pattern=pattern,
                date=day,
                start_utc=start,
                end_utc=end,
                breaks=breaks,
                heads=heads,
                lead_in=lead_in,
                tour="" if tour == pattern else tour,
            )
        except ValueError as error:
            # A cell already reported made it so; two complaints about one row help nobody.
            if start != _SOME_TIME and end != _SOME_TIME:
                shifts.wrong(row, "", str(error))
        else:
            worked.append(shift)
    counts = tours.each("agents", int, 0)
    held = zip(tours.texts("group"), tours.texts("pattern"), counts, strict=True)
    return ShiftPlan(
        grid=account.grid,
        shifts=tuple(worked),
        tours=tuple(Tour(group=group, pattern=pattern, agents=agents) for group, pattern, agents in held),
    )


def parse_breaks(cell: str) -> tuple[PlacedBreak, ...]:
    """Return the breaks written as a JSON list of ``[start_utc, end_utc, paid]``, the gap of a split shift with ``"off site"`` after that,
    a planned block with its kind; raise ValueError for anything else."""
    items = json.loads(cell)
    if not isinstance(items, list) or not all(
        isinstance(item, list)
        and [type(part) for part in item[:3]] == [str, str, bool]
        and item[3:] in ([], [OFF_SITE], *_BLOCKS)
        for item in items
    ):
        raise ValueError(
            f'expected a JSON list of [start_utc, end_utc, paid], with "{OFF_SITE}" or a kind of block as a fourth'
        )
    return tuple(
        PlacedBreak(
            start_utc=parse_utc(start),
            end_utc=parse_utc(end),
            paid=paid,
            off_site=said == [OFF_SITE],
            block=said[0] if said and said != [OFF_SITE] else "",
        )
        for start, end, paid, *said in items
    )


def parse_flag(cell: str) -> bool:
    """Return the truth value written as ``true`` or ``false``; raise ValueError for anything else."""
    if cell not in ("true", "false"):
        raise ValueError("expected true or false")
    return cell == "true"


def read_roster(agents: Table, roster: Table, open_shifts: Table) -> Roster:
    """Return the roster of agents.csv, roster.csv and open_shifts.csv."""
    people = zip(
        agents.texts("agent"),
        agents.texts("group"),
        agents.texts("site"),
        agents.texts("pattern"),
        agents.each("named", parse_flag, False),
        strict=True,
    )
    places = zip(roster.texts("agent"), roster.texts("shift"), strict=True)
    return Roster(
        agents=tuple(
            Agent(id=id, group=group, site=site, pattern=pattern, named=named) for id, group, site, pattern, named in people
        ),
        assignments=tuple(Assignment(agent=agent, shift=shift) for agent, shift in places),
        open_shifts=_open_shifts(open_shifts),
    )


def _open_shifts(table: Table) -> tuple[OpenShift, ...]:
    columns = zip(
        table.texts("shift"),
        table.texts("group"),
        table.texts("site"),
        table.each("date", date.fromisoformat, _SOME_TIME.date()),
        table.each("start_utc", parse_utc, _SOME_TIME),
        table.each("end_utc", parse_utc, _SOME_TIME),
        table.each("heads", int, 1),
        table.texts("overtime"),
        table.each("filled", parse_flag, True),
        strict=True,
    )
    return tuple(
        OpenShift(
            shift=shift,
            group=group,
            site=site,
            date=day,
            start_utc=start,
            end_utc=end,
            heads=heads,
            overtime=tuple(overtime.split()),
            filled=filled,
        )
        for shift, group, site, day, start, end, heads, overtime, filled in columns
    )


def read_bill(cost: Table, price: Table) -> Bill:
    """Return the bill of cost.csv and price.csv, every amount exact."""
    return Bill(cost=_lines(cost), price=_lines(price))


def _lines(table: Table) -> tuple[CostLine, ...]:
    zero = Decimal(0)
    columns = zip(
        table.texts("site"),
        table.texts("group"),
        table.texts("item"),
        table.each("hours", _decimal, zero),
        table.each("rate", _decimal, zero),
        table.each("amount", _decimal, zero),
        table.texts("currency"),
        strict=True,
    )
    return tuple(
        CostLine(site=site, group=group, item=item, hours=hours, rate=rate, amount=amount, currency=currency)
        for site, group, item, hours, rate, amount, currency in columns
    )


def _decimal(cell: str) -> Decimal:
    value = Decimal(cell)
    if not value.is_finite():
        raise ValueError("expected a number")
    return value
