"""From shifts to people: anonymous tours where nobody is named yet."""

from planner.roster.tours import assign_tours

__all__ = ["assign_tours"]
