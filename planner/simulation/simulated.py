"""Many replications together: levels with their confidence intervals, waits, occupancy, backlog."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from planner.domain.arrays import ArrayEq, Bools, Floats, Int32s, Ints
from planner.domain.targets import Formula
from planner.simulation.backlog import IN_TIME, UNDECIDED
from planner.simulation.tally import AGAIN, ANSWERED, BINS, BINS_RATIO, FIRST_BIN_S, GAVE_UP, LATE, OFFERED, OPEN, WITHIN

CONFIDENCE = 0.95
"""Of intervals, unless asked otherwise."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure of the simulation with its confidence interval; all NaN where there was nothing to estimate it from."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def ratio(over: Floats, under: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Return sum of `over` by sum of `under` ``[R]``, one of each a replication, with its interval by the delta method and Student's t."""
    total, size = float(under.sum()), len(under)
    if total <= 0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    value = float(over.sum()) / total
    if size < 2:
        return Estimate(value=value, low=-math.inf, high=math.inf)
    spread = float(np.std(over - value * under, ddof=1)) / (math.sqrt(size) * total / size)
    reach = float(stdtrit(size - 1, 0.5 + confidence / 2)) * spread
    return Estimate(value=value, low=value - reach, high=value + reach)


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated(ArrayEq):
    """R replications of a floor of lines Q and pools G over intervals T.

    `counts` ``[R, Q, T, C]`` contacts by interval of arrival (columns: see `planner.simulation.tally`), `waits` ``[R, Q, T]`` seconds
    waited by all that were answered or gave up, `bins` ``[Q, T, B]`` answered contacts by wait. `busy`, `overrun`,
    `seats` ``[R, G, T]`` seconds.
    `open`, `oldest_s` and `overdue` ``[Q, T]`` mean backlog of deferred lines, age of its oldest contact, contacts past due at each end,
    `oldest_most_s` ``[Q]`` the greatest age of any replication (NaN for live lines). `before` ``[R, B]`` says what became of deferred
    contacts that came before the start, as many of each line as `before_of` tells (`planner.simulation.backlog`).
    """

    lines: tuple[str, ...]
    pools: tuple[str, ...]
    live: tuple[bool, ...]
    within_s: tuple[tuple[float, ...], ...]
    interval_s: float
    counts: Int32s
    waits: Floats
    bins: Ints
    busy: Floats
    overrun: Floats
    seats: Floats
    open: Floats
    oldest_s: Floats
    overdue: Floats
    oldest_most_s: Floats
    before: Int32s
    before_of: tuple[int, ...]

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.counts)

    def counted(self, line: str, formula: Formula | None, within_s: float | None = None) -> tuple[Int32s, Int32s]:
        """Return contacts in time and contacts counted by `formula` (None: deferred work), each ``[R, T]``.

        Contacts still open at the end are not counted, what becomes of them is not known, unless they are late already. `Formula.VIRTUAL`
        is not simulated: what those who gave up would have waited is not seen; ValueError, as for a threshold not among the line's.
        """
        q = self.lines.index(line)
        c = self.counts[:, q]
        limits = (c.shape[2] - WITHIN) // 2
        if formula is None:
            return c[:, :, WITHIN], c[:, :, ANSWERED] + c[:, :, LATE]
        wanted = self.within_s[q][0] if within_s is None else within_s
        if wanted not in self.within_s[q]:
            raise ValueError(f"line {line} was not counted within {wanted:g} s, but within {self.within_s[q]}")
        h = self.within_s[q].index(wanted)
        came = c[:, :, ANSWERED] + c[:, :, GAVE_UP]
        answered, gave_up = c[:, :, WITHIN + h], c[:, :, WITHIN + limits + h]
        match formula:
            case Formula.OFFERED:
                return answered, came
            case Formula.ANSWERED:
                return answered, c[:, :, ANSWERED]
            case Formula.EXCLUDING_SHORT_ABANDONS:
                return answered, came - gave_up
            case Formula.CREDITING_SHORT_ABANDONS:
                return answered + gave_up, came
        raise ValueError("a level of virtual waits is not simulated; take another formula")

    def counted_before(self, line: str) -> tuple[Bools, Bools]:
        """Return whether each deferred contact of `line` open at the start was done in time, and whether it is counted: done or late by
        the end, ``[R, M]`` each, oldest first."""
        q = self.lines.index(line)
        first = sum(self.before_of[:q])
        own = self.before[:, first : first + self.before_of[q]]
        return own == IN_TIME, own != UNDECIDED

    def level(
        self,
        line: str,
        formula: Formula | None = Formula.OFFERED,
        within_s: float | None = None,
        over: Bools | slice = slice(None),
        confidence: float = CONFIDENCE,
    ) -> Estimate:
        """Return the service level of `line` in intervals `over` (all), contacts in time by contacts counted."""
        within, counted = self.counted(line, formula, within_s)
        return ratio(within[:, over].sum(axis=1).astype(float), counted[:, over].sum(axis=1).astype(float), confidence)

    def abandonment(self, line: str, over: Bools | slice = slice(None), confidence: float = CONFIDENCE) -> Estimate:
        """Return the share of contacts of `line` that gave up."""
        c = self.counts[:, self.lines.index(line)][:, over].sum(axis=1)
        return ratio(c[:, GAVE_UP].astype(float), (c[:, ANSWERED] + c[:, GAVE_UP]).astype(float), confidence)

    def mean_wait_s(self, line: str, over: Bools | slice = slice(None), confidence: float = CONFIDENCE) -> Estimate:
        """Return the mean wait of all contacts of `line` that were answered or gave up."""
        q = self.lines.index(line)
        c = self.counts[:, q][:, over].sum(axis=1)
        return ratio(
            self.waits[:, q][:, over].sum(axis=1, dtype=np.float64), (c[:, ANSWERED] + c[:, GAVE_UP]).astype(float), confidence
        )

    def wait_quantile_s(self, line: str, share: float, over: Bools | slice = slice(None)) -> float:
        """Return the wait that `share` of the answered contacts of `line` did not exceed (NaN without any), within a few hundredths of it:
        waits are counted in bins a tenth wide."""
        return quantile_of(self.bins[self.lines.index(line)][over].sum(axis=0), share)

    def occupancy(self, pool: str, confidence: float = CONFIDENCE) -> Estimate:
        """Return the share of its time on seat, with what runs over, that `pool` spends on contacts."""
        g = self.pools.index(pool)
        return ratio(self.busy[:, g].sum(axis=1), (self.seats[:, g] + self.overrun[:, g]).sum(axis=1), confidence)

    def totals(self, line: str) -> dict[str, float]:
        """Return mean contacts of `line` per replication: offered, again, answered, gave_up, open."""
        c = self.counts[:, self.lines.index(line)].sum(axis=1).mean(axis=0)
        names = {"offered": OFFERED, "again": AGAIN, "answered": ANSWERED, "gave_up": GAVE_UP, "open": OPEN}
        return {name: float(c[column]) for name, column in names.items()}


def quantile_of(bins: Ints, share: float) -> float:
    """Return the wait below which `share` of the contacts counted in `bins` ``[B]`` lie, geometric within its bin; NaN without contacts."""
    return float(quantiles_of(bins, (share,))[0])


def quantiles_of(bins: Ints, shares: tuple[float, ...]) -> Floats:
    """Return the same for each of `shares` and every row of `bins` ``[..., B]``, as ``[S, ...]``."""
    upto = np.cumsum(bins, axis=-1)
    total = upto[..., -1]
    found: Floats = np.full((len(shares), *total.shape), np.nan)
    for n, share in enumerate(shares):
        target = share * total
        b = np.minimum((upto < target[..., None]).sum(axis=-1), BINS - 1)
        here, before = (np.take_along_axis(upto, np.maximum(b - k, 0)[..., None], axis=-1)[..., 0] for k in (0, 1))
        part = np.divide(target - before, here - before, out=np.zeros(total.shape), where=here > before)
        waits = FIRST_BIN_S * np.where(b == 1, part, BINS_RATIO ** (b - 2 + part))
        found[n] = np.select([total == 0, b == 0, b == BINS - 1], [np.nan, 0.0, np.inf], waits)
    return found
