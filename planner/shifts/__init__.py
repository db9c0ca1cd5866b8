"""Legal shift patterns and the shift model: from requirement to the cheapest shifts, with a bound."""

from planner.shifts.design import design_shifts

__all__ = ["design_shifts"]
