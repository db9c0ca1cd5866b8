"""The floor, event by event: many lines, many pools, real routing; the judge of every plan, which knows nothing of the optimiser."""

from planner.simulation.customers import Customers
from planner.simulation.floor import Again, Escalation, Floor, Given, Hours, Line, Link, Pool, Repeat, ServiceLaw
from planner.simulation.of_plan import floor_of
from planner.simulation.replay import Recorded, pauses, replay, sessions
from planner.simulation.run import Precision, simulate_floor
from planner.simulation.simulated import Estimate, Simulated, ratio

__all__ = [
    "Again",
    "Customers",
    "Escalation",
    "Estimate",
    "Floor",
    "Given",
    "Hours",
    "Line",
    "Link",
    "Pool",
    "Precision",
    "Recorded",
    "Repeat",
    "ServiceLaw",
    "Simulated",
    "floor_of",
    "pauses",
    "ratio",
    "replay",
    "sessions",
    "simulate_floor",
]
