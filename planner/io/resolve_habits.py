"""How handling times and patience of a queue vary, resolved: laws, chats that slow each other, redials, every fault told."""

from __future__ import annotations

import numpy as np

from planner.domain.handling import Handling, ServiceLaw, chats_faults
from planner.domain.journey import reasons_mix
from planner.domain.queues import habit_faults
from planner.domain.waiting import GaveUp, PatienceLaw, Waiting, recorded_faults
from planner.io.resolve_journey import resolved_reasons
from planner.io.resolved import Resolved
from planner.io.settings.demand import QueueSettings

_REDIAL_AFTER_S = 300.0


def resolve_habits(done: Resolved, i: int, item: QueueSettings) -> tuple[Handling, Waiting, float | None] | None:
    """Return how handling times of queue `i` vary, how its customers wait, and their mean patience in seconds (None: nobody gives up);
    None after telling what is wrong."""
    before = len(done.problems)
    handling, waiting = _handling(done, i, item), _waiting(done, i, item)
    patience_s = item.patience_s
    if waiting is not None and waiting.recorded and patience_s is None and item.channel.live:
        patience_s = recorded_mean_s(waiting.recorded)
    for message, remedy in habit_faults(
        channel=item.channel,
        concurrency=item.concurrency,
        patience_s=patience_s,
        handling=handling or Handling(interruptible=item.interruptible, hand_over=item.hand_over),
        waiting=waiting or Waiting(),
    ):
        done.problem(("queues", i), message, remedy)
    if handling is None or waiting is None or len(done.problems) > before:
        return None
    return handling, waiting, patience_s


def recorded_mean_s(recorded: tuple[GaveUp, ...]) -> float:
    """Return the mean patience in seconds of waits as they were recorded, completed as `planner.queueing` completes them."""
    from planner.queueing.patience import EmpiricalPatience

    waits, shares = np.array([[row.wait_s, row.share] for row in recorded]).T
    return EmpiricalPatience(waits, 1 - shares).mean_s


def _handling(done: Resolved, i: int, item: QueueSettings) -> Handling | None:
    path = ("queues", i)
    faults = list(chats_faults(item.aht_by_chats_s))
    if item.aht_by_chats_s and not item.reasons and item.aht_s is not None:
        last = item.aht_by_chats_s[-1]
        if abs(last - item.aht_s) > 1e-6 * item.aht_s:
            message = f"the last of aht_by_chats_s is {last:g} s, but aht_s is {item.aht_s:g} s"
            faults.append((message, "both are the handling time with as many chats as concurrency says: make them the same"))
    if item.aht_cv is not None and item.aht_law not in (None, ServiceLaw.LOGNORMAL):
        faults.append(
            (f"aht_cv belongs to lognormal handling times, but aht_law is {item.aht_law}", "leave one of the two out")
        )
    if item.aht_cv is not None and item.reasons:
        faults.append(("aht_cv is given, but every reason has a cv of its own", "leave aht_cv out, or write cv in the reasons"))
    if item.aht_law is ServiceLaw.LOGNORMAL and item.aht_cv is None and not item.reasons:
        faults.append(("lognormal handling times need aht_cv", "write for example aht_cv = 1.2"))
    for message, remedy in faults:
        done.problem(path, message, remedy)
    if faults:
        return None
    law, cv = _law(item)
    with done.at(*path):
        return Handling(
            law=law, cv=cv, by_chats_s=item.aht_by_chats_s, interruptible=item.interruptible, hand_over=item.hand_over
        )
    return None


def _law(item: QueueSettings) -> tuple[ServiceLaw, float]:
    """Return the law of single handling times and their coefficient of variation: as written, else that of the mixture of reasons."""
    own = None if item.aht_law is None else item.aht_law.cv
    if item.aht_law is not None and own is not None:
        return item.aht_law, own
    if item.aht_cv is not None:
        return ServiceLaw.LOGNORMAL, item.aht_cv
    if not sum(reason.share for reason in item.reasons) > 0 or not all(reason.aht_s or item.aht_s for reason in item.reasons):
        return ServiceLaw.EXPONENTIAL, 1.0  # no reasons, or faults told elsewhere
    reasons = resolved_reasons(item)
    cv = max(reasons_mix(reasons).cv2, 0.0) ** 0.5
    if cv < 1e-6:
        return ServiceLaw.FIXED, 0.0
    if item.aht_law is None and abs(cv - 1) < 1e-6:
        return ServiceLaw.EXPONENTIAL, 1.0
    return ServiceLaw.LOGNORMAL, round(cv, 9)


def _waiting(done: Resolved, i: int, item: QueueSettings) -> Waiting | None:
    path = ("queues", i)
    recorded = tuple(GaveUp(wait_s=float(wait_s), share=float(share)) for wait_s, share in item.patience_waits)
    faults = [(f"patience_waits: {message}", remedy) for message, remedy in recorded_faults(recorded)]
    law = item.patience_law or (PatienceLaw.RECORDED if recorded else PatienceLaw.EXPONENTIAL)
    if law is PatienceLaw.RECORDED and not recorded:
        if done.waits is None:
            law = PatienceLaw.EXPONENTIAL  # the table that holds them could not be read, which is told already
        elif not (recorded := done.waits.get(item.id, ())):
            message = 'patience_law = "recorded", but there are neither patience_waits nor rows in the waits table'
            faults.append((message, "write patience_waits, add a table waits.csv, or write another law"))
    if law is not PatienceLaw.RECORDED and recorded:
        faults.append((f"patience_waits belong to recorded patience, but patience_law is {law}", "leave one of the two out"))
    if law is PatienceLaw.WEIBULL and item.patience_shape is None:
        faults.append(("Weibull patience needs patience_shape", "write for example patience_shape = 0.8"))
    if law is not PatienceLaw.WEIBULL and item.patience_shape is not None:
        faults.append(
            (f"patience_shape belongs to Weibull patience, but patience_law is {law}", 'write patience_law = "weibull"')
        )
    if item.redial_after_s is not None and not item.redial_prob:
        faults.append(("redial_after_s is given, but nobody tries again", "write for example redial_prob = 0.3"))
    for message, remedy in faults:
        done.problem(path, message, remedy)
    if faults:
        return None
    with done.at(*path):
        return Waiting(
            law=law,
            shape=item.patience_shape or 1.0,
            recorded=recorded,
            redial_prob=item.redial_prob,
            redial_after_s=item.redial_after_s or _REDIAL_AFTER_S,
        )
    return None
