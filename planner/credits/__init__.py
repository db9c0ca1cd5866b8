"""Service credits weighed against cost: how far above or below its level a window should be aimed."""

from planner.credits.aim import best_shift
from planner.credits.frontier import Frontier, frontier_of
from planner.credits.least import binding, least_total

__all__ = ["Frontier", "best_shift", "binding", "frontier_of", "least_total"]
