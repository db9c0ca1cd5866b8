"""The edge out: the plan folder, the page for people, the workbook."""

from planner.report.destination import check_destination
from planner.report.export import export
from planner.report.html import html
from planner.report.workbook import write_workbook

__all__ = ["check_destination", "export", "html", "write_workbook"]
