"""Re-planning: from a published roster and what happened since to the cheapest legal roster that disturbs few."""

from planner.replan.problems import problems_of
from planner.replan.replan import replan

__all__ = ["problems_of", "replan"]
