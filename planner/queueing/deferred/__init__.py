"""Deferred work (email, social, marketplace) against its clock: how it is levelled over open hours, and how a desk works it off.

Work is a fluid: contacts arrive evenly within an interval and are worked off evenly. It is done first due first. A contact whose
whole clock runs out while the desk is closed is late whatever happens (it is counted so); its order, and the work to be planned for
it, go by a fresh clock from the next opening, for otherwise Monday's first quarter-hour would have to clear the weekend.
"""

from planner.queueing.deferred.clock import stranded
from planner.queueing.deferred.joint import level_shared
from planner.queueing.deferred.level import level_work
from planner.queueing.deferred.lines import lines
from planner.queueing.deferred.lots import DueTimes, Lots, clock_lots, plain_lots, with_backlog
from planner.queueing.deferred.queue_lots import queue_lots
from planner.queueing.deferred.run import DeferredRun, Work, run_deferred, run_shared

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
    "stranded",
    "with_backlog",
]
