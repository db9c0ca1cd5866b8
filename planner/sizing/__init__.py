"""Demand to requirement."""

from planner.sizing.size import size

__all__ = ["size"]
