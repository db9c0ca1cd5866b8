"""What contacts in time take: the fewest agents for each count of a window, worthiest intervals first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.promised import Promised
from planner.queueing import step_worths


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """By how many contacts a window can be ahead of its level, `ahead` ``[P]`` from what the least agents give to all that can be won,
    and the agents for one interval that this takes beyond the least, `agents` ``[P]``: convex, since the worthiest come first."""

    ahead: Floats
    agents: Floats

    def agents_at(self, ahead: Floats) -> Floats:
        """Return the agents for one interval beyond the least at each of the contacts `ahead`: none below the first, all past the last."""
        found: Floats = np.interp(ahead, self.ahead, self.agents)
        return found

    def agent_cost(self, ahead: float, price: float) -> float:
        """Return what an agent costs for an interval where the last contact won, `ahead` of the level, cost `price`: price times the
        contacts that one more agent wins there, at the ends of the frontier by its nearest step. Zero where there is nothing to win."""
        if len(self.ahead) < 2:
            return 0.0
        at = int(np.clip(np.searchsorted(self.ahead, ahead, side="right") - 1, 0, len(self.ahead) - 2))
        return price * float((self.ahead[at + 1] - self.ahead[at]) / (self.agents[at + 1] - self.agents[at]))


def frontier_of(promised: Promised, least: Floats, window: int) -> Frontier:
    """Return the frontier of a window by its number, above the `least` agents ``[Q, T]`` (NaN where closed), from the same curves of
    service that the shifts are searched on, as their concave majorants. What other promises gain by the same agents is left out."""
    base, contacts, agents = 0.0, [np.zeros(0)], [np.zeros(0)]
    for term in promised.terms:
        at = np.flatnonzero(term.window == window)
        servers = float(promised.servers[term.queue])
        width, worth, start = step_worths(term.ahead[at], np.nan_to_num(least[term.queue, at]) * servers)
        some = (width > 0) & (worth > 1e-9)
        base += float(start.sum())
        contacts.append((width * worth)[some])
        agents.append(width[some] / servers)
    won, taken = np.concatenate(contacts), np.concatenate(agents)
    order = np.argsort(-won / taken, kind="stable")
    return Frontier(ahead=base + np.r_[0.0, np.cumsum(won[order])], agents=np.r_[0.0, np.cumsum(taken[order])])
