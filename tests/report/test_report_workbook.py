from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from factories import renamed, tiny_plan

from planner.domain.plan import Plan
from planner.report import write_workbook


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def book(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_workbook(plan, tmp_path_factory.mktemp("book") / "plan.xlsx"))


def records(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_sheets_are_those_promised(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Summary", "Requirement", "Shifts", "Roster", "Service", "Cost"]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref is not None


def test_numbers_are_numbers_and_times_are_dates(plan: Plan, book: openpyxl.Workbook) -> None:
    shift = plan.shifts.shifts[0]
    first = records(book, "Shifts")[0]
    assert first["Heads"] == shift.heads
    assert first["Start (UTC)"] == shift.start_utc.replace(tzinfo=None)
    assert first["Start (site's clock)"] == (shift.start_utc + timedelta(hours=8)).replace(tzinfo=None)
    cell = book["Shifts"].cell(2, 6)
    assert cell.is_date
    assert cell.number_format == "yyyy-mm-dd hh:mm"


def test_costs_add_up_to_the_bill(plan: Plan, book: openpyxl.Workbook) -> None:
    cost = sum(
        Decimal(str(r["Amount"])) for r in records(book, "Cost") if r["Kind"] == "cost" and "lead-in" not in str(r["What for"])
    )
    assert cost == plan.bill.total_cost().amount


def test_every_assignment_has_its_row(plan: Plan, book: openpyxl.Workbook) -> None:
    assert len(records(book, "Roster")) == len(plan.roster.assignments)


def test_requirement_leaves_closed_cells_empty(plan: Plan, book: openpyxl.Workbook) -> None:
    rows = records(book, "Requirement")
    night = next(r for r in rows if r["Queue"] == "gb_email" and r["Interval starts (UTC)"] == datetime(2026, 11, 9, 3))
    assert night["Required on seat (agents)"] is None
    assert night["Contacts expected (per 60 min)"] > 0
    assert not any(r["Queue"] == "gb_chat" and r["Interval starts (UTC)"] == datetime(2026, 11, 9, 3) for r in rows)


def test_the_summary_shows_figures_as_formatted_numbers(plan: Plan, book: openpyxl.Workbook) -> None:
    cells = {row[0].value: row[1] for row in book["Summary"].iter_rows(min_row=2)}
    assert Decimal(str(cells["Cost"].value)) == plan.bill.total_cost().amount
    assert cells["Cost"].number_format == "#,##0.00"
    assert cells["Contacts expected"].number_format == "#,##0.0"
    assert cells["Agents on the payroll"].value == plan.shifts.heads()


def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    plan = renamed(tiny_plan(), account_name="=1+1", note='=HYPERLINK("x")')
    lines = tuple(replace(line, item="http" + "://example.org/" + line.item) for line in plan.bill.cost)
    plan = replace(plan, bill=replace(plan.bill, cost=lines))
    book = openpyxl.load_workbook(write_workbook(plan, tmp_path / "plan.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(cell.value == "=1+1" and cell.data_type == "s" for cell in cells)


def test_a_text_longer_than_a_cell_is_cut_visibly(tmp_path: Path) -> None:
    plan = renamed(tiny_plan(), account_name="x", note="n" * 40_000)
    book = openpyxl.load_workbook(write_workbook(plan, tmp_path / "plan.xlsx"))
    longest = max((str(r["What it means"] or "") for r in records(book, "Summary")), key=len)
    assert len(longest) == 32_767
    assert longest.endswith("…")
