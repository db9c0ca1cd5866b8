"""Why: what stands in a plan's way, what a little more would cost, and who is needed for what."""

from planner.explanation.explain import explain, why_not
from planner.explanation.result import Explanation

__all__ = ["Explanation", "explain", "why_not"]
