"""Legal shift patterns and the shift model: from requirement to the cheapest shifts, with a bound."""

from planner.shifts.design import Design, design_from, design_shifts, redesign

__all__ = ["Design", "design_from", "design_shifts", "redesign"]
