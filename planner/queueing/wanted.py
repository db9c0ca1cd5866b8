"""What the inverse functions are asked: checked, broadcast and flattened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive, share, spread
from planner.queueing.rates import Mixture, gamma_rates, known_rates, sampled_rates

LEVEL, ASA, LOST, OCCUPANCY = range(4)
"""Rows of `Wanted.limits`."""

MAX_AGENTS = 10_000_000
"""A requirement beyond this is refused: the target, not the desk, is at fault."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Checked and flattened arguments ``[N]``; times in handling times. `limits` ``[4, N]``: level, ASA, abandonment, occupancy, NaN
    where not asked for."""

    shape: tuple[int, ...]
    load: Floats
    theta: Floats
    t: Floats
    limits: Floats
    rates: Mixture


def wanted(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    threshold_s: ArrayLike,
    service_level: ArrayLike | None,
    patience_s: ArrayLike | None,
    max_asa_s: ArrayLike | None,
    max_abandonment: ArrayLike | None,
    max_occupancy: ArrayLike | None,
    rate_cv: ArrayLike | None,
    rate_factors: ArrayLike | None,
) -> Wanted:
    """Broadcast and check the arguments of `required_agents`; raise ValueError naming the first that makes no sense."""
    limits = {
        "service_level": service_level,
        "max_asa_s": max_asa_s,
        "max_abandonment": max_abandonment,
        "max_occupancy": max_occupancy,
    }
    given = asked_for(**limits, max_wait_s=None)
    (rate, aht, t, p, cv, *values), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
        rate_cv=0.0 if rate_cv is None else rate_cv,
        **given,
    )
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    asked = dict(zip(given, values, strict=True))
    check_limits(asked, shape)
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", shape)
    rows = np.full((4, load.size), np.nan)
    for row, name in enumerate(limits):
        if name in asked:
            rows[row] = asked[name] / aht if name == "max_asa_s" else asked[name]
    load, rates = mixture(load, cv, rate_factors, shape)
    return Wanted(shape=shape, load=load, theta=aht / p, t=t / aht, limits=rows, rates=rates)


def asked_for(**limits: ArrayLike | None) -> dict[str, ArrayLike]:
    """Return the limits that are given; raise ValueError when none is."""
    given = {name: value for name, value in limits.items() if value is not None}
    if not given:
        raise ValueError(f"nothing is asked for: give at least one of {', '.join(limits)}")
    return given


def check_limits(limits: dict[str, Floats], shape: tuple[int, ...]) -> None:
    """Raise ValueError naming the first limit that makes no sense: seconds, or a share."""
    for name, limit in limits.items():
        if name == "max_asa_s":
            positive(name, limit, "seconds", shape)
        elif name == "max_wait_s":
            not_negative(name, limit, "seconds", shape)
        else:
            share(name, limit, shape, zero=name == "service_level", one=name != "service_level")


def mixture(load: Floats, cv: Floats, rate_factors: ArrayLike | None, shape: tuple[int, ...]) -> tuple[Floats, Mixture]:
    """Return mean loads and the rates to average over; raise ValueError when both kinds are given or one makes no sense."""
    if not cv.any():
        if rate_factors is None:
            return load, known_rates(load.size)
        mean, rates = sampled_rates(rate_factors, load.size)
        return load * mean, rates
    if rate_factors is not None:
        raise ValueError("give rate_cv or rate_factors, not both")
    spread("rate_cv", cv, shape)
    return load, gamma_rates(cv, load)
