"""The finished roster judged by itself: who is there, how they are divided, what service that gives and how sure it is (C8).

Nothing here looks at the optimiser. Capacity comes from shift rows, service from the same queueing laws that sized the queues,
deferred work from running its desk, probabilities from the demand scenarios.
"""

from __future__ import annotations

from planner.evaluation.capacity import capacity
from planner.evaluation.evaluate import evaluate
from planner.evaluation.split import split

__all__ = ["capacity", "evaluate", "split"]
