"""What a time-varying queue did, interval by interval and in total, from sums over the intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import ArrayEq, Floats
from planner.domain.targets import Formula
from planner.queueing.levels import CODES
from planner.queueing.transient.horizon import BUSY, IN_TIME, LOST, OVER, QUEUED, VIRTUAL, WAITED


@dataclass(frozen=True, kw_only=True)
class TransientTotal:
    """The whole horizon: shares of all contacts that arrive in it, `occupancy` of all agent time, `queue_length` over time."""

    service_level: float
    prob_wait: float
    abandonment: float
    occupancy: float
    queue_length: float
    offered: float
    counted: float
    answered_within: float
    abandoned: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Transient(ArrayEq):
    """Measures of a time-varying queue by interval ``[T]``; exact averages over the interval, not values at a moment.

    Contacts count in the interval in which they arrive, whatever befalls them later: `offered` is their expected number,
    `answered_within` those answered within the threshold, `abandoned` those who give up before they are first answered, `counted` those
    that the `definition` divides by; `service_level` (by the `definition`), `prob_wait` and `abandonment` are their shares, NaN where none
    are expected (C3). `occupancy` is the busy share of agent time, including the time of agents who finish a contact after their end
    (NaN where there is nobody); `queue_length` the mean number waiting. `final` is the law at the end of the horizon, with which another
    one may start: probabilities of the number in system, or of [busy, waiting] where agents finish their contacts. `method` is the one
    used.
    """

    definition: str
    staff_drop: str
    method: str
    service_level: Floats
    prob_wait: Floats
    abandonment: Floats
    occupancy: Floats
    queue_length: Floats
    offered: Floats
    counted: Floats
    answered_within: Floats
    abandoned: Floats
    final: Floats
    total: TransientTotal


def _shares(top: Floats, bottom: Floats) -> Floats:
    out: Floats = np.full(bottom.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out.clip(0.0, 1.0)


def _level(
    code: int, offered: Floats, in_time: Floats, patient_in_time: Floats, lost: Floats, stay: float
) -> tuple[Floats, Floats]:
    # (counted within, counted) as in `planner.queueing.levels.level_of`, contacts instead of shares; who waits too long is gone or not
    late = stay * np.maximum(offered - patient_in_time, 0.0)
    match code:
        case 0:
            return in_time, offered
        case 1:
            return in_time, np.maximum(offered - lost, in_time)
        case 2:
            return in_time, in_time + late
        case 3:
            return offered - late, offered
        case _:
            return patient_in_time, offered


def measures(
    sums: Floats,
    *,
    rate_per_s: Floats,
    agents: Floats,
    interval_s: float,
    threshold_s: float,
    theta: float,
    definition: Formula,
    staff_drop: str,
    method: str,
    final: Floats,
) -> Transient:
    """Return the measures made of the rows of `sums` (see `horizon`)."""
    stay = float(np.exp(-theta * threshold_s))
    offered = rate_per_s * interval_s
    in_time = np.clip(rate_per_s * sums[IN_TIME], 0.0, offered)
    patient = np.clip(rate_per_s * sums[VIRTUAL], 0.0, offered) if theta > 0 else in_time
    waited = np.clip(rate_per_s * sums[WAITED], 0.0, offered)
    lost = np.clip(sums[LOST], 0.0, offered - in_time)
    present = agents * interval_s + sums[OVER]
    names = ("offered", "in_time", "patient", "waited", "lost", "present", "busy", "queued")
    parts = dict(zip(names, (offered, in_time, patient, waited, lost, present, sums[BUSY], sums[QUEUED]), strict=True))
    every = {name: np.array([values.sum()]) for name, values in parts.items()}

    def figures(of: dict[str, Floats], seconds: float) -> dict[str, Floats]:
        within, counted = _level(CODES[definition], of["offered"], of["in_time"], of["patient"], of["lost"], stay)
        return {
            "service_level": _shares(within, counted),
            "prob_wait": _shares(of["waited"], of["offered"]),
            "abandonment": _shares(of["lost"], of["offered"]),
            "occupancy": _shares(of["busy"], of["present"]),
            "queue_length": of["queued"] / seconds,
            "offered": of["offered"],
            "counted": counted,
            "answered_within": of["in_time"],
            "abandoned": of["lost"],
        }

    total = {name: float(value[0]) for name, value in figures(every, interval_s * rate_per_s.size).items()}
    by_interval = figures(parts, interval_s)
    for values in (*by_interval.values(), final):
        values.flags.writeable = False
    return Transient(
        definition=str(definition),
        staff_drop=staff_drop,
        method=method,
        final=final,
        total=TransientTotal(**total),
        **by_interval,
    )
