"""Deferred work (email, social, marketplace) against its clock: what it takes, and how a finished desk works it off.

The fluid queue itself is `planner.queueing.deferred`, below both sizing, which levels the work, and the evaluation, which runs it.
"""

from planner.queueing.deferred import DeferredRun, level_work, run_deferred

__all__ = ["DeferredRun", "level_work", "run_deferred"]
