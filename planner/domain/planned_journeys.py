"""The journeys that a plan goes by: as written, with what those who answer do to first-contact resolution and escalations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.domain.account import Account
from planner.domain.journey import Journey, endless_loop, loops, spectral_radius
from planner.domain.quality import Measure, planned_effects


def has_journeys(account: Account) -> bool:
    """True where a journey or an effect of who answers can change the work of any queue."""
    return any(queue.journey is not None for queue in account.queues) or (account.quality is not None and account.quality.used)


def planned_journeys(account: Account) -> dict[str, Journey | None]:
    """Return each queue's journey with planned first-contact resolution (kept within 0 and 1) and escalated shares (at most all)."""
    found: dict[str, Journey | None] = {queue.id: queue.journey for queue in account.queues}
    if account.quality is None or not account.quality.used:
        return found
    effects = planned_effects(account)
    for q, queue in enumerate(account.queues):
        if queue.journey is not None:
            points, factor = float(effects[Measure.FCR][q]), float(effects[Measure.ESCALATION][q])
            found[queue.id] = _changed(queue.journey, points, factor)
    return found


def _changed(journey: Journey, points: float, factor: float) -> Journey:
    fcr = None if journey.fcr is None else min(1.0, max(0.0, journey.fcr + points))
    total = sum(up.share for up in journey.escalations)
    times = min(factor, 1 / total) if total > 0 else factor
    escalations = tuple(replace(up, share=up.share * times) for up in journey.escalations)
    return replace(journey, fcr=fcr, escalations=escalations)


def check_loops(journeys: Mapping[str, Journey | None]) -> tuple[tuple[str, str], ...]:
    """Return message and remedy for every kind of loop that never dies out: each contact would cause one more, or more than one."""
    repeats, escalations = loops(journeys)
    ids, said = list(journeys), []
    for kind, gains, remedy in (
        ("repeats", repeats, "raise fcr, or lower the shares of those who come back"),
        ("escalations", escalations, "lower their shares, or let the last queue escalate no further"),
    ):
        at = endless_loop(gains)
        if at:
            gain = spectral_radius(gains[list(at)][:, list(at)])
            names = ", ".join(ids[n] for n in at)
            said.append((f"{kind} of {names} never die out: each contact causes {gain:.3g} more", remedy))
    return tuple(said)
