"""Shared people counted right: requirements that shrink until the simulated floor just keeps its promises."""

from planner.pooling.advice import advise
from planner.pooling.advised import Advice
from planner.pooling.keep import SharedPlan, keep_shared
from planner.pooling.search import shared_queues

__all__ = ["Advice", "SharedPlan", "advise", "keep_shared", "shared_queues"]
