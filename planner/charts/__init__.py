"""Charts: a plan in, a Plotly figure out. Needs the extra ``ui``; without it every function raises PlannerError that says so."""

from planner.charts.backlog import age_bands, backlog_by_age, open_by_age
from planner.charts.capacity import capacity_by_site
from planner.charts.cost import cost_breakdown
from planner.charts.coverage import coverage_by_hour, coverage_heatmap, coverage_lines
from planner.charts.demand import demand_forecast
from planner.charts.gantt import roster_gantt
from planner.charts.service import daily_levels, service_by_day
from planner.charts.simulation import simulated_levels
from planner.charts.theme import alt

__all__ = [
    "age_bands",
    "alt",
    "backlog_by_age",
    "capacity_by_site",
    "cost_breakdown",
    "coverage_by_hour",
    "coverage_heatmap",
    "coverage_lines",
    "daily_levels",
    "demand_forecast",
    "open_by_age",
    "roster_gantt",
    "service_by_day",
    "simulated_levels",
]
