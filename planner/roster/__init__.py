"""From shifts to people: named ones where an account names them, anonymous tours where nobody is named yet."""

from planner.roster.assign import assign
from planner.roster.staff import staff_shifts
from planner.roster.tours import assign_tours
from planner.roster.weights import Weights

__all__ = ["Weights", "assign", "assign_tours", "staff_shifts"]
