"""How long callers wait before they give up: laws of patience, and the one estimated from waits as they were recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import ArrayEq, Floats, frozen_floats
from planner.queueing.checks import MAX_PATIENCE_S, MIN_PATIENCE_S, broadcast, shaped

MIN_SHAPE, MAX_SHAPE = 0.2, 10.0


class Curve(NamedTuple):
    """A law of patience as the kernels take it: a falling staircase, then a Weibull tail from its last step on.

    `steps[3, n]` holds time in seconds (the first is 0), the share still waiting from then on, and the integral of that share up to
    then. Beyond the last step the share falls by exp(-(x / scale_s) ** shape), x seconds later; an infinite scale never falls.
    """

    scale_s: float
    shape: float
    steps: Floats


def _one_time(name: str, value: float) -> None:
    if not MIN_PATIENCE_S <= value <= MAX_PATIENCE_S:
        expected = f"between {MIN_PATIENCE_S:g} and {MAX_PATIENCE_S:g} seconds"
        raise ValueError(f"{name} must be {expected}, got {value:g}")


def _staircase(times_s: ArrayLike, staying: ArrayLike) -> Floats:
    # the three rows of a curve, from time 0, when everybody is there unless the first step is at 0
    t, s = np.asarray(times_s, dtype=np.float64), np.asarray(staying, dtype=np.float64)
    if t.size == 0 or t[0] > 0:
        t, s = np.concatenate([[0.0], t]), np.concatenate([[1.0], s])
    area = np.concatenate([[0.0], np.cumsum(s[:-1] * np.diff(t))])
    return np.array([t, s, area], order="C")


NEVER = Curve(math.inf, 1.0, _staircase([], []))
"""Nobody gives up."""


def survival_of(curve: Curve, t_s: ArrayLike) -> Any:
    """Return P(patience > t) under a curve at the seconds `t_s` (any shape, zero or more); ValueError for others."""
    (t,), shape = broadcast(t_s=t_s)
    if not (t >= 0).all():
        raise ValueError(f"t_s must be zero or more seconds, got {t[~(t >= 0)][0]:g}")
    times, staying, _ = curve.steps
    at = np.searchsorted(times, t, side="right") - 1
    since = np.where(at == times.size - 1, t - times[-1], 0.0)
    hazard = np.where(since > 0, since / curve.scale_s, 0.0) ** curve.shape if curve.scale_s < math.inf else np.zeros(t.size)
    return shaped(staying[at] * np.exp(-hazard), shape)


@dataclass(frozen=True)
class ExponentialPatience:
    """Callers give up at a constant rate, however long they have waited: Erlang A. `mean_s` seconds between 1e-6 and 1e12."""

    mean_s: float

    def __post_init__(self) -> None:
        _one_time("mean_s", self.mean_s)

    def survival(self, t_s: ArrayLike) -> Any:
        """Return P(patience > t) for seconds `t_s` of any shape."""
        return survival_of(self.curve(), t_s)

    def curve(self) -> Curve:
        """Return the law as the kernels take it."""
        return Curve(self.mean_s, 1.0, _staircase([], []))


@dataclass(frozen=True)
class WeibullPatience:
    """Callers give up at a rate that falls with the wait (`shape` below 1) or rises (above 1).

    P(patience > t) = exp(-(t / scale) ** shape) with the scale that gives `mean_s` (seconds between 1e-6 and 1e12); `shape` from 0.2
    to 10. In call centres shapes a little below 1 are usual.
    """

    mean_s: float
    shape: float

    def __post_init__(self) -> None:
        _one_time("mean_s", self.mean_s)
        if not MIN_SHAPE <= self.shape <= MAX_SHAPE:
            raise ValueError(f"shape must be from {MIN_SHAPE:g} to {MAX_SHAPE:g}, got {self.shape:g}")

    def survival(self, t_s: ArrayLike) -> Any:
        """Return P(patience > t) for seconds `t_s` of any shape."""
        return survival_of(self.curve(), t_s)

    def curve(self) -> Curve:
        """Return the law as the kernels take it."""
        return Curve(self.mean_s / math.gamma(1.0 + 1.0 / self.shape), float(self.shape), _staircase([], []))


@dataclass(frozen=True)
class FixedPatience:
    """Every caller gives up after the same number of `seconds` (between 1e-6 and 1e12), as where the system hangs up."""

    seconds: float

    def __post_init__(self) -> None:
        _one_time("seconds", self.seconds)

    @property
    def mean_s(self) -> float:
        """Mean patience in seconds."""
        return self.seconds

    def survival(self, t_s: ArrayLike) -> Any:
        """Return P(patience > t) for seconds `t_s` of any shape."""
        return survival_of(self.curve(), t_s)

    def curve(self) -> Curve:
        """Return the law as the kernels take it."""
        return Curve(math.inf, 1.0, _staircase([self.seconds], [0.0]))


@dataclass(frozen=True, eq=False)
class EmpiricalPatience(ArrayEq):
    """Patience as observed: at `times_s[n]`, rising from 0 or later, the share still waiting falls to `staying[n]`.

    A first step at 0 is the share that hangs up rather than wait. Those left after the last step give up at a constant rate, on
    average `tail_mean_s` seconds later; left out, it is the mean rate of all who were ready to wait up to then,
    log(staying after 0 / staying[-1]) / times_s[-1]: the exponential completion of B. W. Brown, M. Hollander and R. M. Korwar
    ("Nonparametric tests of independence for censored data", in Reliability and Biometry, SIAM 1974). To hold them for ever
    (infinity) makes an overloaded queue grow without end, to drop them at once makes it answer too well; neither was observed.
    """

    times_s: Floats
    staying: Floats
    tail_mean_s: float | None = None
    mean_s: float = field(init=False)

    def __post_init__(self) -> None:
        n = np.size(self.times_s)
        times, staying = frozen_floats(self.times_s, (n,), "times_s"), frozen_floats(self.staying, (n,), "staying")
        if n == 0 or not (times[0] >= 0 and times[-1] <= MAX_PATIENCE_S and (np.diff(times) > 0).all()):
            raise ValueError(f"times_s must be rising seconds from 0 to {MAX_PATIENCE_S:g}, at least one")
        if not (staying[0] <= 1 and staying[-1] >= 0 and (np.diff(staying) <= 0).all()):
            raise ValueError("staying must be shares between 0 and 1 that never rise")
        steps = _staircase(times, staying)
        if self.tail_mean_s is not None:
            tail = float(self.tail_mean_s)
            if not tail > 0:
                raise ValueError(f"tail_mean_s must be seconds above zero, infinity if they never give up, got {tail:g}")
        elif staying[-1] == 0 or staying[-1] == steps[1, 0]:
            tail = math.inf
        else:
            tail = float(times[-1]) / (math.log(steps[1, 0]) - math.log(staying[-1]))
        object.__setattr__(self, "times_s", times)
        object.__setattr__(self, "staying", staying)
        object.__setattr__(self, "tail_mean_s", tail)
        left = float(staying[-1])
        object.__setattr__(self, "mean_s", float(steps[2, -1]) + (left * tail if left > 0 else 0.0))

    @classmethod
    def from_waits(cls, waits_s: ArrayLike, gave_up: ArrayLike, *, tail_mean_s: float | None = None) -> EmpiricalPatience:
        """Return the product-limit estimate (E. L. Kaplan and P. Meier, J. American Statistical Association 53, 1958).

        `waits_s` seconds and `gave_up` true or false, one of each a contact. Who was answered was more patient than the wait;
        answered at once he says nothing and is left out. Who gave up at 0 s hung up rather than wait. At equal times those who gave
        up come first. Raises ValueError when lengths differ, for waits that are no seconds, and when nobody waited.
        """
        waits, gone = np.atleast_1d(np.asarray(waits_s, dtype=np.float64)), np.atleast_1d(np.asarray(gave_up))
        if waits.ndim != 1 or waits.shape != gone.shape:
            raise ValueError(f"waits_s and gave_up must be two lists of one length, got shapes {waits.shape} and {gone.shape}")
        if not np.isin(gone, (0, 1)).all():
            raise ValueError("gave_up must hold true or false only")
        wrong = ~((waits >= 0) & (waits <= MAX_PATIENCE_S))
        if wrong.any():
            first = int(np.argmax(wrong))
            count = f"({int(wrong.sum())} of {waits.size} values are wrong)"
            raise ValueError(
                f"waits_s must be seconds from 0 to {MAX_PATIENCE_S:g}, got {waits[first]:g} at index [{first}] {count}"
            )
        gone = gone.astype(np.bool_)
        waits, gone = waits[(waits > 0) | gone], gone[(waits > 0) | gone]
        if waits.size == 0:
            raise ValueError("nobody had to wait: there is nothing to estimate patience from")
        times, index = np.unique(waits, return_inverse=True)
        ended = np.bincount(index)
        left = np.bincount(index, weights=gone)
        at_risk = waits.size - np.concatenate([[0], np.cumsum(ended)[:-1]])
        staying = np.cumprod(1.0 - left / at_risk)
        step = left > 0
        step[-1] = True
        return cls(times[step], staying[step], tail_mean_s)

    def survival(self, t_s: ArrayLike) -> Any:
        """Return P(patience > t) for seconds `t_s` of any shape."""
        return survival_of(self.curve(), t_s)

    def curve(self) -> Curve:
        """Return the law as the kernels take it."""
        return Curve(float(self.tail_mean_s or math.inf), 1.0, _staircase(self.times_s, self.staying))


Patience: TypeAlias = ExponentialPatience | WeibullPatience | FixedPatience | EmpiricalPatience
