"""The exact law of a queue whose arrivals, staff and handling times change from interval to interval: M(t)/M/s(t)+M.

Nothing is in balance here: the queue that an overloaded half-hour leaves behind is served, or lost, in the next. Between two changes
the law of the number in system follows its linear differential equations (`uniformization`, or `rational` for large queues); a caller's
wait is followed through the staffing changes that fall into it (`tagged`, `outlook`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats, Ints
from planner.domain.targets import Formula
from planner.queueing.checks import broadcast, not_negative, patience, positive, refuse
from planner.queueing.levels import CODES, code
from planner.queueing.transient.chain import balance
from planner.queueing.transient.horizon import IN_TIME, LOST, run
from planner.queueing.transient.result import Transient, measures

METHODS = ("auto", "uniformization", "tridiagonal")
STAFF_DROPS = ("return", "finish")
LEAST_PATIENCE_S = 0.01
_MANY_EVENTS = 500.0  # arrivals and services an interval from which on "auto" takes the tridiagonal method
_MOST_STATES = 5_000_000
_SURELY_GONE = 23.0  # exp(-23) = 1e-10: nobody waits so many mean patiences
_EXACT = 1e-14
_FAST = 1e-11


def transient(
    *,
    rate_per_h: ArrayLike,
    agents: ArrayLike,
    aht_s: ArrayLike,
    interval_s: float,
    threshold_s: float,
    patience_s: float | None = None,
    start: str | ArrayLike = "empty",
    staff_drop: str = "return",
    definition: str = "offered",
    method: str = "auto",
    abandonment: bool = True,
) -> Transient:
    """Return the service of a queue over ``[T]`` intervals of `interval_s` seconds, from its exact time-dependent law.

    Parameters
    ----------
    rate_per_h, agents, aht_s
        Contacts per hour, agents on seat and mean handling seconds, each ``[T]`` or one number, constant within an interval. Handling
        times are exponential; a contact in hand goes on at the new interval's rate. Agents need not be whole (C12): min(n, s) contacts
        are served, and a part of an agent answers that part of those who come to it at once.
    threshold_s
        Seconds within which a contact counts as answered in time, whatever staffing changes fall into its wait.
    patience_s
        Mean seconds until a waiting contact gives up (exponential, at least 0.01); None or infinity: never. The queue may then be
        overloaded for a while and grows.
    start
        "empty", "stationary" (in balance with the first interval), or a law: probabilities of 0, 1, 2, ... contacts in the system, or
        with "finish" also ``[busy, waiting]``, such as the `final` of another run.
    staff_drop
        What becomes of the contacts of agents who leave: "return", they go back to the head of the queue; "finish", the agent ends
        the contact in hand before leaving (whole agents only). Idle agents leave first.
    definition
        The service level, one of `Formula`. Contacts still waiting at the end of the horizon meet the last interval's staff for good.
    method
        "uniformization", probabilities to about 1e-11; "tridiagonal", to about 1e-9 and faster for large queues; "auto" chooses.
    abandonment
        False leaves `abandoned` and `abandonment` NaN where they take another pass: with parts of agents, unless the definition needs them.

    Raises ValueError naming the argument for values that make no sense, and for a start in balance that does not exist.

    Sources: the modules named above; with patience as long as handling the number in system is Poisson under any staffing, which
    checks all of it (Z. Feldman, A. Mandelbaum, W. A. Massey and W. Whitt, "Staffing of time-varying queues to achieve time-stable
    performance", Management Science 54 (2008), pp. 324-338).
    """
    (rate, s, aht), shape = broadcast(rate_per_h=rate_per_h, agents=agents, aht_s=aht_s)
    if len(shape) > 1 or rate.size == 0:
        raise ValueError(f"rate_per_h, agents and aht_s must be one number or one row of intervals, got shape {shape}")
    not_negative("rate_per_h", rate, "contacts", shape)
    not_negative("agents", s, "agents", shape)
    positive("aht_s", aht, "seconds", shape)
    delta = _number("interval_s", interval_s)
    positive("interval_s", np.array([delta]), "seconds", ())
    within = _number("threshold_s", threshold_s)
    not_negative("threshold_s", np.array([within]), "seconds", ())
    theta = _giving_up(patience_s)
    number = code(definition)
    formula = Formula(definition)
    known = (("staff_drop", staff_drop, STAFF_DROPS), ("method", method, METHODS))
    for name, value, names in known:
        if value not in names:
            raise ValueError(f"unknown {name} {value!r}; it is one of {', '.join(names)}")
    finish = staff_drop == "finish"
    if finish:
        refuse("agents", s, s != np.floor(s), "whole where agents finish the contact in hand", shape)

    birth = rate / 3600
    mu = 1.0 / aht
    law, ends = _start(start, birth[0], s[0], mu[0], theta, finish)
    events = float((birth + s * mu).max() + 8 * theta) * delta
    large = method == "tridiagonal" or (method == "auto" and events > _MANY_EVENTS)
    virtual = theta > 0 and number >= CODES[Formula.EXCLUDING_SHORT_ABANDONS]
    error = _FAST if large else _EXACT
    sums = np.zeros((7, rate.size))
    change = _next_change(s, mu)
    first = law.copy(), ends.copy()
    law = run(birth, s, mu, change, theta, delta, within, finish, large, virtual, law, ends, error, sums)
    if theta > 0 and (s != np.floor(s)).any():
        # who is answered by a part of an agent has not given up: the caller's own prospects say so, the flow of those waiting does not
        sums[LOST] = np.nan
        if abandonment or number == CODES[Formula.ANSWERED]:
            ever = np.zeros((7, rate.size))
            run(birth, s, mu, change, theta, delta, _SURELY_GONE / theta, finish, large, False, *first, error, ever)
            sums[LOST] = np.where(birth > 0, birth * (delta - ever[IN_TIME]), 0.0)
    return measures(
        sums,
        rate_per_s=birth,
        agents=s,
        interval_s=delta,
        threshold_s=within,
        theta=theta,
        definition=formula,
        staff_drop=staff_drop,
        method="tridiagonal" if large else "uniformization",
        final=_final(law, ends, int(s[-1]), finish),
    )


def _number(name: str, value: float) -> float:
    (values,), shape = broadcast(**{name: value})
    if shape != ():
        raise ValueError(f"{name} must be one number, got shape {shape}")
    return float(values[0])


def _giving_up(patience_s: float | None) -> float:
    mean = math.inf if patience_s is None else _number("patience_s", patience_s)
    patience(np.array([mean]), ())
    if mean < LEAST_PATIENCE_S:
        raise ValueError(f"patience_s must be at least {LEAST_PATIENCE_S:g} seconds here, got {mean:g}")
    return 1.0 / mean


def _next_change(agents: Floats, mu: Floats) -> Ints:
    # for each interval the next one with another staff or handling time, T where there is none
    turns = np.flatnonzero((np.diff(agents) != 0) | (np.diff(mu) != 0)) + 1
    found = np.searchsorted(turns, np.arange(agents.size), side="right")
    return np.append(turns, agents.size)[found].astype(np.int64)


def _start(start: str | ArrayLike, birth: float, agents: float, mu: float, theta: float, finish: bool) -> tuple[Floats, Ints]:
    """Return the law at the start in the form of `rows`, and its ends."""
    if isinstance(start, str):
        if start not in ("empty", "stationary"):
            raise ValueError(f"unknown start {start!r}; it is empty, stationary, or an array of probabilities")
        p = _balanced(birth, agents, mu, theta) if start == "stationary" else np.ones(1)
    else:
        p = _given(start, finish)
    if p.ndim == 1:
        law = np.zeros((1, p.size + 3))
        law[0, 1:-2] = p
    else:
        busy, waiting = np.nonzero(p)
        over = np.maximum(busy - int(agents), 0)
        column = np.where(over > 0, int(agents) + waiting, busy + waiting)
        law = np.zeros((over.max() + 1, column.max() + 4))
        np.add.at(law, (over, column + 1), p[busy, waiting])
    high = law.shape[1] - 4
    return law, np.array([law.shape[0] - 1, 0, high, 0, high, high])


def _given(start: ArrayLike, finish: bool) -> Floats:
    try:
        p: Floats = np.array(start, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"start must be empty, stationary, or an array of probabilities, got {start!r}") from error
    if p.size == 0 or p.ndim > (2 if finish else 1) or p.ndim == 0:
        expected = "a row, or a table of [busy, waiting]" if finish else "a row by number in system"
        raise ValueError(f"start must be {expected}, got shape {p.shape}")
    not_negative("start", p.reshape(-1), "probability", p.shape)
    total = float(p.sum())
    if abs(total - 1.0) > 1e-9:
        raise ValueError(f"start must sum to 1, got {total:.12g}")
    return p / total


def _balanced(birth: float, agents: float, mu: float, theta: float) -> Floats:
    excess = birth - agents * mu
    if theta == 0.0 and excess >= 0.0 and birth > 0.0:
        raise ValueError(
            f"start cannot be stationary: {birth / mu:g} erlang on {agents:g} agents in the first interval and nobody gives up, "
            "so there is no balance; write empty, give patience_s, or more agents"
        )
    states = excess / theta if excess > 0.0 else 50.0 * birth / -excess if theta == 0.0 and birth > 0.0 else 0.0
    if states > _MOST_STATES:
        raise ValueError(f"start cannot be stationary: the queue in balance would hold up to {states:.3g} contacts")
    p: Floats = balance(birth, agents, mu, theta)
    return p


def _final(law: Floats, ends: Ints, agents: int, finish: bool) -> Floats:
    rows, high = int(ends[0]), int(ends[2])
    if not finish:
        return law[0, 1 : high + 2].copy()
    over, column = np.nonzero(law[: rows + 1, 1 : high + 2])
    busy = np.where(over > 0, agents + over, np.minimum(column, agents))
    waiting = np.maximum(column - agents, 0)
    out = np.zeros((busy.max() + 1, waiting.max() + 1))
    np.add.at(out, (busy, waiting), law[over, column + 1])
    return out
