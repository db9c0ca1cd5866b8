"""What is asked of desks of any kind, and how whole numbers of agents do by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Bools, Floats, Ints
from planner.queueing.checks import not_negative, share
from planner.queueing.desk import Desk, desks
from planner.queueing.desk_law import ANSWERED, DELAYED, IN_TIME, LEVEL, LOST, MEAN, wait_code
from planner.queueing.levels import code
from planner.queueing.patience import Patience
from planner.queueing.wanted import asked_for, check_limits

_ROUNDING = 1e-12  # a load that is an exact multiple of the occupancy cap must not cost an agent for its last bit
_SHARES_OF_ANSWERED = (1, 2)  # definitions that divide by less than all contacts


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of desks ``[N]`` by name; threshold in seconds and definition of the level; share and kind of the waits that `max_wait_s`
    ends."""

    by_name: dict[str, Floats]
    t_s: Floats
    definition: int
    wait_share: Floats
    wait_of: int

    def alone(self, name: str) -> Limits:
        """Return one of the limits by itself."""
        return replace(self, by_name={name: self.by_name[name]})


@dataclass(frozen=True, kw_only=True)
class Score:
    """How desks ``[n]`` with some number of agents do.

    By limit a value ``[n]`` and its bound ``[n]``: above it, or NaN, it fails. `balanced`: those who wait do not wait for ever. `firm`:
    without a limit on lines, what keeps the limits improves with every agent, on an average over rates too.
    """

    values: dict[str, Floats]
    bounds: dict[str, Floats]
    balanced: Bools
    firm: Bools

    @property
    def met(self) -> Bools:
        """Where every limit holds."""
        ok = self.balanced.copy()
        for name, value in self.values.items():
            ok &= value <= self.bounds[name]
        return ok


def desk_wanted(
    *,
    threshold_s: ArrayLike,
    definition: str,
    service_level: ArrayLike | None,
    max_asa_s: ArrayLike | None,
    max_abandonment: ArrayLike | None,
    max_occupancy: ArrayLike | None,
    max_wait_s: ArrayLike | None,
    wait_share: ArrayLike,
    wait_of: str,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | Patience | None,
    lines: ArrayLike | None,
    balking: ArrayLike | None,
    rate_cv: ArrayLike | None,
    rate_factors: ArrayLike | None,
) -> tuple[Desk, Limits, tuple[int, ...]]:
    """Broadcast and check the arguments of `required_agents`; raise ValueError naming the first that makes no sense."""
    given = asked_for(
        service_level=service_level,
        max_asa_s=max_asa_s,
        max_abandonment=max_abandonment,
        max_occupancy=max_occupancy,
        max_wait_s=max_wait_s,
    )
    desk, known, shape = desks(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        patience_s=patience_s,
        lines=lines,
        balking=balking,
        rate_cv=rate_cv,
        rate_factors=rate_factors,
        threshold_s=threshold_s,
        wait_share=wait_share,
        **given,
    )
    t_s, part = known.pop("threshold_s"), known.pop("wait_share")
    not_negative("threshold_s", t_s, "seconds", shape)
    share("wait_share", part, shape)
    check_limits(known, shape)
    limits = Limits(by_name=known, t_s=t_s, definition=code(definition), wait_share=part, wait_of=wait_code(wait_of))
    return desk, limits, shape


def score(desk: Desk, limits: Limits, at: Ints, agents: Floats) -> Score:
    """Return how the desks ``at[n]`` do with whole `agents` ``[n]``."""
    rows = desk.laws(at, agents, limits.t_s[at], limits.definition)
    answered = rows[ANSWERED]
    values: dict[str, Floats] = {}
    bounds: dict[str, Floats] = {}
    known = desk.known[at]
    firm = np.ones(at.size, dtype=np.bool_)
    for name, by_desk in limits.by_name.items():
        limit = by_desk[at]
        if name == "service_level":
            values[name], bounds[name] = -rows[LEVEL], -limit
            if limits.definition in _SHARES_OF_ANSWERED:
                firm &= known | (rows[IN_TIME] >= limit)
        elif name == "max_asa_s":
            values[name] = np.divide(rows[DELAYED], answered, out=np.full(at.size, np.nan), where=answered > 0)
            bounds[name] = limit
            firm &= known | (rows[MEAN] <= limit * answered)
        elif name == "max_abandonment":
            values[name], bounds[name] = rows[LOST], limit
        elif name == "max_occupancy":  # carried load less what is allowed
            values[name] = np.minimum(desk.load[at] * answered, agents) - limit * agents
            bounds[name] = _ROUNDING * limit * agents
            firm &= desk.load[at] <= (1 + _ROUNDING) * limit * agents
        else:
            late = desk.laws(at, agents, limit)
            values[name], bounds[name] = late[limits.wait_of], 1 - limits.wait_share[at]
            if limits.wait_of == wait_code("answered"):
                firm &= known | (late[IN_TIME] >= limits.wait_share[at])
    return Score(values=values, bounds=bounds, balanced=np.isfinite(rows[MEAN]) | ~known, firm=firm)
