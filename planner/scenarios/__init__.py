"""Several plans side by side."""

from planner.scenarios.compare import Comparison, ComparisonRow, compare

__all__ = ["Comparison", "ComparisonRow", "compare"]
