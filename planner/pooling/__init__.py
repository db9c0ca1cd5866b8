"""Shared people counted right: requirements that shrink until the simulated floor just keeps its promises."""

from planner.pooling.keep import SharedPlan, keep_shared
from planner.pooling.search import shared_queues

__all__ = ["SharedPlan", "keep_shared", "shared_queues"]
