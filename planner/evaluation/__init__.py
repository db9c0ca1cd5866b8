"""The finished roster judged by itself: who is there, how they are divided, what service that gives and how sure it is (C8).

Nothing here looks at the optimiser. Capacity comes from shift rows, service from the same queueing laws that sized the queues,
deferred work from running its desk, probabilities from the demand scenarios. Beside them stands what a simulation of the same shifts says.
"""

from __future__ import annotations

from planner.evaluation.beside import simulated_beside, simulated_in_full
from planner.evaluation.by_simulation import simulate
from planner.evaluation.capacity import capacity
from planner.evaluation.evaluate import CreditLaws, evaluate, evaluate_credits
from planner.evaluation.split import split
from planner.evaluation.window_law import CreditLaw

__all__ = [
    "CreditLaw",
    "CreditLaws",
    "capacity",
    "evaluate",
    "evaluate_credits",
    "simulate",
    "simulated_beside",
    "simulated_in_full",
    "split",
]
