"""One queue, exactly: Erlang B, C and A at any size, and the agents a target takes. Pure functions on arrays that broadcast."""

from planner.queueing.curves import concave_majorant, service_curve
from planner.queueing.erlang_b import erlang_b
from planner.queueing.erlang_c import erlang_c
from planner.queueing.fractional import required_agents_fractional
from planner.queueing.inverse import required_agents
from planner.queueing.performance import Performance, performance
from planner.queueing.window_chance import WindowChance, chance_of, count_noise, window_chance

__all__ = [
    "Performance",
    "WindowChance",
    "chance_of",
    "concave_majorant",
    "count_noise",
    "erlang_b",
    "erlang_c",
    "performance",
    "required_agents",
    "required_agents_fractional",
    "service_curve",
    "window_chance",
]
