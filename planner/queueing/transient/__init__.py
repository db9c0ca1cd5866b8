"""A queue whose arrivals, staff and handling times change during the day: its exact law, and the service it gives."""

from planner.queueing.transient.day import transient
from planner.queueing.transient.result import Transient, TransientTotal

__all__ = ["Transient", "TransientTotal", "transient"]
