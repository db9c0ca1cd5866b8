"""Deferred work (email, social, marketplace) against its clock: what it takes, and how a finished desk works it off.

The fluid queue itself is `planner.queueing.deferred`, below both sizing, which levels the work, and the evaluation, which runs it.
"""

from planner.queueing.deferred import (
    DeferredRun,
    DueTimes,
    Lots,
    Work,
    clock_lots,
    level_shared,
    level_work,
    lines,
    plain_lots,
    queue_lots,
    run_deferred,
    run_shared,
    with_backlog,
)

__all__ = [
    "DeferredRun",
    "DueTimes",
    "Lots",
    "Work",
    "clock_lots",
    "level_shared",
    "level_work",
    "lines",
    "plain_lots",
    "queue_lots",
    "run_deferred",
    "run_shared",
    "with_backlog",
]
