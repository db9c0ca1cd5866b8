"""What a number of agents gives: every measure of one queue in balance, with any patience, finite lines and balking."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive, shaped
from planner.queueing.chunks import in_chunks
from planner.queueing.desk_measures import desk_measures
from planner.queueing.general_quantile import quantile_of
from planner.queueing.levels import averaged_law, code, service_level
from planner.queueing.patience import Patience
from planner.queueing.wanted import mixture


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Stationary measures of a queue, each in the broadcast shape of the inputs (one number for one interval).

    `service_level` by the `definition` asked for; `prob_wait` the share of contacts that find every agent busy and a line to wait on;
    `abandonment` the share that gives up, those who balk included, `abandonment_within` those who do so within the threshold;
    `blocked` the share that finds every line taken (0 without `lines`); `occupancy` carried load per agent; `queue_length` the mean
    number waiting; `asa_answered_s` the mean wait of the contacts answered; `mean_wait_s` the mean wait of all, those who gave up
    included; `mean_virtual_wait_s` what contacts that get a line and never give up would wait. `wait_quantile_s` gives quantiles of the
    same three waits.

    Shares are of all contacts that try: blocked ones are not served in time under any definition but "answered", and wait 0 s, like
    those who balk. Without contacts occupancy and queue are zero and the rest is NaN (C3); without agents occupancy and
    `asa_answered_s` are NaN; an unstable queue waits for infinity.
    """

    definition: str
    service_level: Floats
    prob_wait: Floats
    abandonment: Floats
    abandonment_within: Floats
    blocked: Floats
    occupancy: Floats
    queue_length: Floats
    asa_answered_s: Floats
    mean_wait_s: Floats
    mean_virtual_wait_s: Floats
    _asked: dict[str, Any] | None = field(default=None, repr=False, compare=False)

    def wait_quantile_s(self, p: ArrayLike, *, of: str = "all") -> Any:
        """Return the seconds within which the wait of the share `p` of contacts is over.

        `p` from 0 on and below 1 broadcasts with the measures. `of` says whose wait: of "all" contacts, answered or given up, those
        who balk or are blocked waiting 0 s; of those "answered"; or the "virtual" wait of contacts that get a line and never give up.
        It is 0 where 1 - p or fewer wait, infinity where more than 1 - p wait for ever, NaN without such contacts. Agents between two
        whole numbers mix the waits of both by the time they are there, an uncertain rate mixes those of all its contacts. Raises
        ValueError for other values of `p` and `of`, and where these measures do not come from `performance`.
        """
        if self._asked is None:
            raise ValueError("wait quantiles need the inputs of the queue: ask the measures that performance(...) returned")
        return quantile_of(p=p, of=of, **self._asked)


_LEVEL, _WAIT, _LOST, _LOST_IN, _CARRIED, _ASA, _MEAN, _OFFERED = range(8)


@compiled(entry=False, arrays=False)
def _whole(load: float, agents: int, theta: float, t: float, definition: int, factors: Any, weights: Any, out: Any) -> None:
    # one column of measures, times in handling times, the carried load in place of the occupancy
    found = averaged_law(load, agents, theta, t, factors, weights)
    out[_LEVEL] = service_level(found, definition, theta * t)
    out[_WAIT] = found[0]
    out[_LOST] = found[3]
    out[_LOST_IN] = found[4]
    out[_CARRIED] = min(load * found[1], float(agents))
    out[_ASA] = found[7] / found[1] if found[1] > 0.0 else math.nan
    out[_MEAN] = found[6]
    out[_OFFERED] = found[8]


@compiled
def _fill(
    load: Any,
    aht: Any,
    agents: Any,
    theta: Any,
    t: Any,
    definition: int,
    factors: Any,
    weights: Any,
    first: Any,
    last: Any,
    out: Any,
) -> None:
    low, high = np.empty(8), np.empty(8)
    for i in range(load.size):
        a, s = load[i], agents[i]
        if a == 0.0:
            out[:, i] = math.nan
            out[_CARRIED, i] = 0.0 if s > 0.0 else math.nan
            out[8, i] = 0.0
            continue
        at = slice(first[i], last[i])
        n = math.floor(s)
        part = s - n
        _whole(a, n, theta[i], t[i], definition, factors[at], weights[at], low)
        if part > 0.0:
            _whole(a, n + 1, theta[i], t[i], definition, factors[at], weights[at], high)
            if low[_LEVEL] != low[_LEVEL]:
                low[_LEVEL] = 0.0
            if low[_ASA] != low[_ASA]:
                low[_ASA] = high[_ASA]
            for k in range(8):
                low[k] = (1.0 - part) * low[k] + part * high[k]
        for k in range(5):
            out[k, i] = low[k]
        out[_CARRIED, i] = low[_CARRIED] / s if s > 0.0 else math.nan
        for k in range(5, 8):
            out[k, i] = low[k] * aht[i]
        out[8, i] = a * low[_MEAN]


@in_chunks
def _measures(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | Patience | None,
    definition: str,
    rate_cv: ArrayLike | None,
    rate_factors: ArrayLike | None,
    lines: ArrayLike | None,
    balking: ArrayLike | None,
) -> Performance:
    if isinstance(patience_s, Patience) or lines is not None or balking is not None:
        rows, shape = desk_measures(
            rate_per_h=rate_per_h,
            aht_s=aht_s,
            agents=agents,
            threshold_s=threshold_s,
            patience_s=patience_s,
            definition=definition,
            rate_cv=rate_cv,
            rate_factors=rate_factors,
            lines=lines,
            balking=balking,
        )
        return _named(rows, definition, shape)
    (rate, aht, s, t, p, cv), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
        rate_cv=0.0 if rate_cv is None else rate_cv,
    )
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", shape)
    load, r = mixture(load, cv, rate_factors, shape)
    out = np.empty((10, load.size))
    _fill(load, aht, s, aht / p, t / aht, code(definition), r.factors, r.weights, r.first, r.last, out)
    out[9] = np.where(load == 0.0, math.nan, 0.0)
    return _named(out, definition, shape)


def _named(rows: Floats, definition: str, shape: tuple[int, ...]) -> Performance:
    level, wait, lost, lost_in, occupancy, asa, mean, offered, queue, blocked = (shaped(row, shape) for row in rows)
    return Performance(
        definition=str(definition),
        service_level=level,
        prob_wait=wait,
        abandonment=lost,
        abandonment_within=lost_in,
        blocked=blocked,
        occupancy=occupancy,
        queue_length=queue,
        asa_answered_s=asa,
        mean_wait_s=mean,
        mean_virtual_wait_s=offered,
    )


def performance(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | Patience | None = None,
    definition: str = "offered",
    rate_cv: ArrayLike | None = None,
    rate_factors: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balking: ArrayLike | None = None,
) -> Performance:
    """Return the service that `agents` give to a queue in balance.

    Parameters broadcast: `rate_per_h` contacts per hour, `aht_s` mean handling seconds, `agents` on seat, `threshold_s` the seconds
    within which a contact counts as answered in time. `definition` names the service level, one of `Formula`. Agents between two whole
    numbers share their time between them (C12): every measure is interpolated, occupancy as carried load over agents, a level that
    no contact defines counting as zero.

    `patience_s` says how long a waiting contact waits before it gives up: None or infinity for ever (Erlang C); a number, the mean
    seconds of an exponential law (Erlang A); or one law for all, `WeibullPatience`, `FixedPatience`, `EmpiricalPatience`. `lines` are
    all contacts at once, waiting and being answered, whole and from the agents on; patience is then exponential or endless.
    `balking` is the share from 0 to 1 of those who get a line but no agent that hangs up at once.

    The rate may be unknown: `rate_cv` is the coefficient of variation of a Gamma law around it, `rate_factors` ``[K]`` equally likely
    multiples of it. Every measure then is an average over the rate in which each contact weighs alike (occupancy and queue: over time).

    Raises ValueError naming the argument for values that make no sense.
    Sources: `erlang_b`, `erlang_c`, `erlang_a`, `general_patience`, `chain`, `rates`; queue length by Little's law, L = lambda W.
    """
    queue = {
        "rate_per_h": rate_per_h,
        "aht_s": aht_s,
        "agents": agents,
        "patience_s": patience_s,
        "rate_cv": rate_cv,
        "rate_factors": rate_factors,
        "lines": lines,
        "balking": balking,
    }
    found = _measures(threshold_s=threshold_s, definition=definition, **queue)  # type: ignore[arg-type]
    return replace(found, _asked={name: np.array(v) if np.ndim(v) else v for name, v in queue.items()})  # type: ignore[arg-type]
