"""Shared people counted right: requirements that shrink until the simulated floor just keeps its promises."""

from planner.pooling.keep import SharedPlan, keep_shared
from planner.pooling.search import shared_queues
from planner.pooling.teaching.advice import advise
from planner.pooling.teaching.advised import Advice

__all__ = ["Advice", "SharedPlan", "advise", "keep_shared", "shared_queues"]
