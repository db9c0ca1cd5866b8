"""Where one more contact in time costs as much as it saves: the best aim of one window, its floor included."""

from __future__ import annotations

import numpy as np

from planner.credits.frontier import Frontier
from planner.domain.arrays import Floats
from planner.evaluation import CreditLaw

_COARSE, _FINE, _SPREADS = 160, 160, 4.0
"""Points over all that can be given up or won, and over this many standard deviations of the count each way."""


def best_shift(frontier: Frontier, ahead: float, agent_cost: float, law: CreditLaw) -> float:
    """Return by how many contacts in time more (or, below zero, fewer) the window should be planned than it is, so that cost and expected
    credit together are least.

    The plan is `ahead` of the window's level by so many contacts. Cost follows the frontier at `agent_cost` for an agent and interval; the
    expected credit follows `law`, from what the plan delivers. Credits fall along an S, so that their sum with the cost may have two
    low points: all from the least agents' service up to everything that can be won are looked at. At the best of them one contact more
    costs what it saves, or the window is given up down to its floor.
    """
    low, high = float(frontier.ahead[0]) - ahead, float(frontier.ahead[-1]) - ahead
    reach = _SPREADS * law.spread
    near = np.linspace(max(low, -reach), min(high, reach), _FINE) if low < reach and high > -reach else np.zeros(0)
    shifts = np.unique(np.r_[np.linspace(low, high, _COARSE), near, np.clip(0.0, low, high)])
    total: Floats = agent_cost * frontier.agents_at(ahead + shifts) + law.curve(shifts)
    return float(shifts[int(np.argmin(total))])
