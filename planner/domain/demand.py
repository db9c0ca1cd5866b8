"""What is expected: contacts per queue and interval, with their spread."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.arrays import ArrayEq, Bools, Floats, frozen_bools, frozen_floats
from planner.domain.grid import TimeGrid
from planner.domain.workload import QueueWorkload


@dataclass(frozen=True, kw_only=True)
class ForecastChoice:
    """How one queue was forecast: the `model` used, why, and the back-test error (WAPE) of every model tried, in [0, inf)."""

    queue: str
    model: str
    reason: str
    wape: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Demand(ArrayEq):
    """Expected contacts on the plan's grid.

    `expected` ``[Q, T]`` True where contacts can arrive: open intervals of live queues, every interval of deferred ones. All other
    arrays are NaN where it is False (C3). `contacts` ``[Q, T]`` mean; `aht_s` ``[Q, T]`` mean handling seconds; `quantiles`
    ``[L, Q, T]`` contacts at probabilities `levels`; `scenarios` ``[K, Q, T]`` whole contacts in K equally likely futures;
    `rates` ``[K, Q, T]`` the expected contacts of each future before counting noise (the busy-day factor times the mean), which is
    what stationary formulas take. All contacts are those that reach people: with repeats and escalations, without what a bot ends.
    `workload` says by queue what they consist of (empty where no queue has a journey).
    """

    queues: tuple[str, ...]
    grid: TimeGrid
    expected: Bools
    contacts: Floats
    aht_s: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    scenarios: Floats
    rates: Floats
    choices: tuple[ForecastChoice, ...]
    workload: tuple[QueueWorkload, ...] = ()

    def __post_init__(self) -> None:
        q, t, k = len(self.queues), self.grid.size, len(self.scenarios)
        object.__setattr__(self, "expected", frozen_bools(self.expected, (q, t), "expected [Q, T]"))
        object.__setattr__(self, "contacts", frozen_floats(self.contacts, (q, t), "contacts [Q, T]"))
        object.__setattr__(self, "aht_s", frozen_floats(self.aht_s, (q, t), "aht_s [Q, T]"))
        object.__setattr__(self, "quantiles", frozen_floats(self.quantiles, (len(self.levels), q, t), "quantiles [L, Q, T]"))
        object.__setattr__(self, "scenarios", frozen_floats(self.scenarios, (k, q, t), "scenarios [K, Q, T]"))
        object.__setattr__(self, "rates", frozen_floats(self.rates, (k, q, t), "rates [K, Q, T]"))
