"""One queue, exactly: voice, chat, blending and redials, at any size, over time, at rates that are not sure; and the agents a target takes.

Pure functions on arrays that broadcast; each names its source.
"""

from planner.queueing.blending import Blended, blended
from planner.queueing.chain import LinesLaw, lines_law
from planner.queueing.chat import Chat, chat_performance
from planner.queueing.chat_agents import required_chat_agents
from planner.queueing.curves import concave_majorant, service_curve
from planner.queueing.erlang_b import erlang_b
from planner.queueing.erlang_c import erlang_c
from planner.queueing.fractional import required_agents_fractional
from planner.queueing.general_patience import GeneralLaw, general_law
from planner.queueing.general_quantile import wait_quantile
from planner.queueing.inverse import required_agents
from planner.queueing.n_design import NDesign, n_design
from planner.queueing.offered_load import offered_load
from planner.queueing.patience import EmpiricalPatience, ExponentialPatience, FixedPatience, Patience, WeibullPatience
from planner.queueing.performance import Performance, performance
from planner.queueing.redials import Redials, fresh_rate, with_redials
from planner.queueing.square_root import SquareRoot, SquareRootAgents, square_root, square_root_agents
from planner.queueing.steps import step_worths
from planner.queueing.transient import Transient, TransientTotal, transient
from planner.queueing.window_chance import WindowChance, chance_of, count_noise, window_chance

__all__ = [
    "Blended",
    "Chat",
    "EmpiricalPatience",
    "ExponentialPatience",
    "FixedPatience",
    "GeneralLaw",
    "LinesLaw",
    "NDesign",
    "Patience",
    "Performance",
    "Redials",
    "SquareRoot",
    "SquareRootAgents",
    "Transient",
    "TransientTotal",
    "WeibullPatience",
    "WindowChance",
    "blended",
    "chance_of",
    "chat_performance",
    "concave_majorant",
    "count_noise",
    "erlang_b",
    "erlang_c",
    "fresh_rate",
    "general_law",
    "lines_law",
    "n_design",
    "offered_load",
    "performance",
    "required_agents",
    "required_agents_fractional",
    "required_chat_agents",
    "service_curve",
    "square_root",
    "square_root_agents",
    "step_worths",
    "transient",
    "wait_quantile",
    "window_chance",
    "with_redials",
]
