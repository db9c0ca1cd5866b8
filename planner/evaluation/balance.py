"""Live service as if every interval were in balance with the contacts then in hand (A1, on the modified offered load)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.targets import Formula
from planner.evaluation.measures import NOBODY, Service, Shares, credits
from planner.queueing import Performance, offered_load, performance


@dataclass(frozen=True, kw_only=True)
class InBalance:
    """A queue whose `servers` ``[T]`` meet what an unlimited staff would have in hand: rates and handling times ``aht_s`` ``[T]`` carry
    over from interval to interval, the queue itself does not."""

    servers: Floats
    aht_s: Floats
    patience_s: float | None
    interval_s: int

    def rate_per_h(self, contacts: Floats) -> Floats:
        """Return the steady rates ``[..., T]`` that keep as many contacts in hand as `contacts` ``[..., T]`` do on average."""
        load = offered_load(rate_per_h=contacts * 3600 / self.interval_s, aht_s=self.aht_s, interval_s=self.interval_s)
        return np.where(contacts > 0, load * 3600 / self.aht_s, 0.0)

    def service(self, contacts: Floats, formula: Formula, within_s: float) -> Service:
        """Return the measures ``[T]`` at `contacts`, NaN where there are none."""
        there = self.servers > NOBODY
        some = contacts > 0
        law = self._law(contacts, formula, within_s)
        endless = np.inf if self.patience_s is None else self.patience_s
        return Service(
            level=np.where(some, np.where(there | credits(formula), law.service_level, 0.0), np.nan),
            occupancy=np.where(some & there, law.occupancy, np.nan),
            abandonment=np.where(some, np.where(there, law.abandonment, 0.0 if self.patience_s is None else 1.0), np.nan),
            mean_wait_s=np.where(some, np.where(there, law.mean_wait_s, endless), np.nan),
        )

    def shares(self, contacts: Floats, formula: Formula, within_s: float) -> Shares:
        """Return which shares of `contacts` ``[..., T]`` the formula divides by and counts as within; one and none where there are none."""
        law = self._law(contacts, formula, within_s)
        counted = np.ones(contacts.shape)
        if formula is Formula.ANSWERED:
            counted = 1 - law.abandonment
        elif formula is Formula.EXCLUDING_SHORT_ABANDONS:
            offered = self._law(contacts, Formula.OFFERED, within_s).service_level
            credited = self._law(contacts, Formula.CREDITING_SHORT_ABANDONS, within_s).service_level
            counted = 1 - (credited - offered)
        there = np.broadcast_to((self.servers > NOBODY) | credits(formula), contacts.shape)
        counted = np.where(there, np.nan_to_num(counted, nan=1.0), 1.0)
        return counted, np.where(there, counted * np.nan_to_num(law.service_level, nan=0.0), 0.0)

    def _law(self, contacts: Floats, formula: Formula, within_s: float) -> Performance:
        return performance(
            rate_per_h=self.rate_per_h(contacts),
            aht_s=self.aht_s,
            agents=self.servers,
            threshold_s=within_s,
            patience_s=self.patience_s,
            definition=formula.value,
        )
