"""What becomes of a contact: why it came, whether a bot ends it, whether a specialist joins, whether the customer comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planner.domain.arrays import Floats

_ROUNDING = 1e-6
MOST_PHASES = 20
"""Most steps of an Erlang delay: a coefficient of variation of 0.22."""


class Phase(StrEnum):
    """Where in the purchase a contact belongs."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class DelayLaw(StrEnum):
    """How the time until a customer comes back is distributed around its mean."""

    EXPONENTIAL = "exponential"  # coefficient of variation 1
    ERLANG = "erlang"  # so many exponential steps in a row: coefficient of variation 1 / sqrt(steps)


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Handling time of one contact drawn from a mixture: mean in seconds and squared coefficient of variation (variance / mean^2)."""

    mean_s: float
    cv2: float


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why `share` of a queue's contacts come: their place in the purchase, mean handling time, coefficient of variation `cv` of single
    handling times (1: exponential), and `priority`, the higher the sooner answered (the simulation's; formulas serve in order)."""

    id: str
    phase: Phase
    share: float
    aht_s: float
    cv: float = 1.0
    priority: int = 0

    def __post_init__(self) -> None:
        _check_share(f"share of reason {self.id}", self.share)
        if not 0 < self.aht_s < float("inf"):
            raise ValueError(f"aht_s of reason {self.id} must be above 0 seconds, got {self.aht_s:g}")
        if not 0 <= self.cv <= 10:
            raise ValueError(f"cv of reason {self.id} must lie in [0, 10], got {self.cv:g}")


@dataclass(frozen=True, kw_only=True)
class Delay:
    """Time from a contact to the next one of the same customer: `mean_s` seconds on the wall clock, by `law`, of `phases` steps."""

    mean_s: float
    law: DelayLaw = DelayLaw.EXPONENTIAL
    phases: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.mean_s < float("inf"):
            raise ValueError(f"the mean delay must be above 0, got {self.mean_s:g} s")
        if not 1 <= self.phases <= MOST_PHASES or (self.law is DelayLaw.EXPONENTIAL and self.phases != 1):
            raise ValueError(f"an exponential delay has 1 phase, an Erlang one 2 to {MOST_PHASES}, got {self.phases}")


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """Of the contacts left unsolved, `share` come back to queue `queue` after `delay`, each taking `aht_factor` times that queue's AHT."""

    queue: str
    share: float = 1.0
    delay: Delay = Delay(mean_s=86_400.0)
    aht_factor: float = 1.0

    def __post_init__(self) -> None:
        _check_share("share of those who come back", self.share)
        if not 0 < self.aht_factor <= 10:
            raise ValueError(f"aht_factor must lie in (0, 10], got {self.aht_factor:g}")


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """`share` of a queue's contacts take a specialist of queue `queue` in: for `handover_s` seconds two people are busy, then the
    specialist goes on alone for a mean of `aht_s` seconds (coefficient of variation `cv`). `recorded` is the share that the queues'
    histories hold already: only what goes beyond it is added."""

    queue: str
    share: float
    handover_s: float
    aht_s: float
    cv: float = 1.0
    recorded: float = 0.0

    def __post_init__(self) -> None:
        _check_share("share of an escalation", self.share)
        _check_share("recorded share of an escalation", self.recorded)
        if not 0 <= self.handover_s < float("inf"):
            raise ValueError(f"handover_s must be 0 or more seconds, got {self.handover_s:g}")
        if not 0 < self.aht_s < float("inf"):
            raise ValueError(f"aht_s of an escalation must be above 0 seconds, got {self.aht_s:g}")

    @property
    def joined_s(self) -> float:
        """Mean seconds a specialist is busy with one escalated contact: the hand-over and what follows."""
        return self.handover_s + self.aht_s


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A bot ends `contained` of first contacts before anybody answers; of these `leak` come to people of queue `queue` all the same after
    `leak_delay`. What is left is harder: its AHT is `1 + aht_uplift` times what it would be without the bot. `recorded` is the share that
    was contained when the history was recorded; the uplift is that of the larger of the two shares, that of the other in proportion."""

    queue: str
    contained: float
    aht_uplift: float = 0.0
    leak: float = 0.0
    leak_delay: Delay = Delay(mean_s=3_600.0)
    recorded: float = 0.0

    def __post_init__(self) -> None:
        _check_share("leak", self.leak)
        for name in ("contained", "recorded"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must lie in [0, 1), got {getattr(self, name):g}; write 0.3 for 30%")
        if not 0 <= self.aht_uplift <= 10:
            raise ValueError(f"aht_uplift must lie in [0, 10], got {self.aht_uplift:g}; write 0.1 for 10%")

    def harder(self, *, as_recorded: bool) -> float:
        """Return the AHT of what the bot lets through: over what was recorded, or without `as_recorded` over what no
        bot would leave."""
        most = max(self.contained, self.recorded)
        if not most:
            return 1.0
        now, before = (1 + self.aht_uplift * share / most for share in (self.contained, self.recorded))
        return now / before if as_recorded else now


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What becomes of a queue's contacts.

    `fcr` is the share solved at first contact (None: not known, nobody comes back), `fcr_recorded` what it was when the history was
    recorded. With `first_only` the volume counts first contacts alone and repeats come on top; without, it counts all contacts, and
    repeats change only as far as `fcr` differs from `fcr_recorded`. Everybody who comes back asks for a person: the bot meets first
    contacts alone. An escalated contact is solved or not once, in the queue it came to. `reasons` are the parts of the queue's contacts.
    """

    reasons: tuple[Reason, ...] = ()
    fcr: float | None = None
    fcr_recorded: float | None = None
    first_only: bool = False
    repeats: tuple[Repeats, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    bot: Bot | None = None

    def __post_init__(self) -> None:
        faults = journey_faults(
            reasons=self.reasons,
            fcr=self.fcr,
            fcr_recorded=self.fcr_recorded,
            first_only=self.first_only,
            repeats=self.repeats,
            escalations=self.escalations,
        )
        if faults:
            raise ValueError(faults[0])

    @property
    def recorded_fcr(self) -> float | None:
        """The share solved at first contact when the history was recorded: by default as planned."""
        return self.fcr if self.fcr_recorded is None else self.fcr_recorded

    @property
    def gain(self) -> float:
        """Contacts that come back, in whatever queue, for one contact handled."""
        return 0.0 if self.fcr is None else (1 - self.fcr) * sum(r.share for r in self.repeats)


def journey_faults(
    *,
    reasons: Sequence[Reason],
    fcr: float | None,
    fcr_recorded: float | None,
    first_only: bool,
    repeats: Sequence[Repeats],
    escalations: Sequence[Escalation],
) -> tuple[str, ...]:
    """Return what is wrong between the parts of a journey, each as "what is wrong; what to do"."""
    said = []
    if reasons:
        told = ", ".join(f"{reason.id} {reason.share:g}" for reason in reasons)
        if fault := shares_fault(sum(reason.share for reason in reasons), told):
            said.append(fault)
        ids = [reason.id for reason in reasons]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            said.append(f"two reasons are called {' and '.join(twice)}; give each its own id")
    for name, value in (("fcr", fcr), ("fcr_recorded", fcr_recorded)):
        if value is not None and not 0 <= value <= 1:
            hint = f"; write {value / 100:g} for {value:g}%" if 1 < value <= 100 else ""
            said.append(f"{name} must lie in [0, 1], got {value:g}{hint}")
    for name, shares in (
        ("repeats", [r.share for r in repeats]),
        ("escalations", [e.share for e in escalations]),
    ):
        if sum(shares) > 1 + _ROUNDING:
            said.append(f"the shares of its {name} come to {sum(shares):g}, more than all; lower them to 1 together")
    if fcr is None and repeats:
        said.append("says how customers come back but not how many are solved at first contact; write fcr = 0.75")
    if fcr is None and fcr_recorded is not None:
        said.append("fcr_recorded says what first-contact resolution was but fcr not what it is; write fcr = 0.75")
    if first_only and fcr_recorded is not None:
        said.append('fcr_recorded means nothing where the volume counts first contacts; leave it out, or write counts = "all"')
    return tuple(said)


def shares_fault(total: float, told: str) -> str:
    """Return what is wrong with shares of reasons that come to `total`, or an empty string; `told` lists them."""
    if abs(total - 1) <= _ROUNDING:
        return ""
    return f"the shares of its reasons come to {total:g} ({told}); change them so that they sum to 1"


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        hint = f"; write {value / 100:g} for {value:g}%" if 1 < value <= 100 else ""
        raise ValueError(f"{name} must lie in [0, 1], got {value:g}{hint}")


def mixed(parts: Sequence[tuple[float, float, float]]) -> Mix:
    """Return mean and squared coefficient of variation of a mixture of `parts` (weight, mean in seconds, coefficient of variation).

    Exact by moments: the mean is sum w m, the second moment sum w m^2 (1 + cv^2), weights taken to sum to 1. Raises ValueError when no
    part weighs anything.
    """
    total = sum(weight for weight, _, _ in parts)
    if not total > 0:
        raise ValueError("a mixture needs a part of some weight")
    mean = sum(weight * m for weight, m, _ in parts) / total
    second = sum(weight * m * m * (1 + cv * cv) for weight, m, cv in parts) / total
    return Mix(mean_s=mean, cv2=second / mean**2 - 1)


def reasons_mix(reasons: Sequence[Reason]) -> Mix:
    """Return the handling time of a contact whose reason is drawn by the shares."""
    return mixed([(reason.share, reason.aht_s, reason.cv) for reason in reasons])


def loops(journeys: Mapping[str, Journey | None]) -> tuple[Floats, Floats]:
    """Return the gains of repeats and of escalations, each ``[Q, Q]``: what comes to queue j for one contact of queue i (rows i).

    With first contacts f, customers' contacts are d = f (I - R)^-1 and escalated ones e = d E (I - E)^-1, for an escalated contact comes
    back with the contact it belongs to, not once more.
    """
    at = {id: n for n, id in enumerate(journeys)}
    repeats, escalations = np.zeros((2, len(at), len(at)))
    for id, journey in journeys.items():
        if journey is None:
            continue
        for back in journey.repeats if journey.fcr is not None else ():
            repeats[at[id], at[back.queue]] += (1 - (journey.fcr or 0.0)) * back.share
        for up in journey.escalations:
            escalations[at[id], at[up.queue]] += up.share
    return repeats, escalations


def spectral_radius(gains: Floats) -> float:
    """Return the largest absolute eigenvalue of `gains` ``[Q, Q]``: below 1, and only then, what comes back dies out."""
    return float(np.abs(np.linalg.eigvals(gains)).max()) if gains.size else 0.0


def endless_loop(gains: Floats) -> tuple[int, ...]:
    """Return the positions of queues whose loop keeps itself alive (spectral radius of their block of `gains` at least 1), or ()."""
    size = len(gains)
    reach = (np.eye(size) + gains) > 0
    for _ in range(size.bit_length()):
        reach = (reach.astype(np.float64) @ reach) > 0
    for start in range(size):
        block = np.flatnonzero(reach[start] & reach[:, start])
        if spectral_radius(gains[np.ix_(block, block)]) >= 1 - 1e-9:
            return tuple(int(n) for n in block)
    return ()
