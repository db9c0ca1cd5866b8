"""The one quantity left out of a question, found from all others by the exact formulas."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.cli.erlang_ask import MAX_AHT_S, MAX_CALLS_PER_H, MAX_LOAD, MAX_THRESHOLD_S, Ask, Unknown
from planner.cli.erlang_bracket import largest
from planner.domain.arrays import Bools, Floats
from planner.domain.targets import Formula
from planner.errors import DataError, Problem
from planner.queueing import Performance, performance, required_agents
from planner.queueing.wanted import MAX_AGENTS

_ROUNDING = 1e-12  # an occupancy that is exactly its limit must not fail for its last bit


class NoAnswerError(Exception):
    """The quantity does not exist; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question with everything filled in and the service that is then given.

    `unbounded` says why there is no largest value of what was to be found (the quantity then stays None, and so does `service`);
    `in_time` is the share of all calls answered within the threshold; `step` what the value found was rounded to; `required` the
    agents that would keep a promise that is missed.
    """

    ask: Ask
    service: Performance | None
    in_time: float = math.nan
    step: float = 0.0
    required: int | None = None
    unbounded: str = ""
    notes: tuple[str, ...] = ()


def service(ask: Ask, **other: Any) -> Performance:
    """Return the service of a question that is filled in, with some quantities replaced by keyword (numbers or arrays)."""
    given = {
        "rate_per_h": ask.rate_per_h,
        "aht_s": ask.aht_s,
        "agents": ask.agents,
        "threshold_s": ask.threshold_s,
        "definition": ask.formula,
        "patience_s": ask.patience_s,
        "rate_cv": ask.rate_cv,
    }
    return performance(**{**given, **other})


def required(ask: Ask) -> tuple[int, tuple[str, ...]]:
    """Return the least agents that keep every limit, and what there is to be said about them."""
    assert ask.rate_per_h is not None
    assert ask.aht_s is not None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            least = required_agents(
                rate_per_h=ask.rate_per_h,
                aht_s=ask.aht_s,
                threshold_s=0.0 if ask.threshold_s is None else ask.threshold_s,
                service_level=ask.target,
                patience_s=ask.patience_s,
                definition=ask.formula,
                max_asa_s=ask.max_asa_s,
                max_abandonment=ask.max_abandonment,
                max_occupancy=ask.max_occupancy,
                rate_cv=ask.rate_cv,
            )
        except ValueError:
            reason = f"no number of agents up to {MAX_AGENTS} is enough for a load of {ask.load:g} erlang and these limits"
            raise NoAnswerError(reason) from None
    odd = any(issubclass(w.category, UserWarning) for w in said)
    return int(least), ("a smaller number of agents meets the limits too, but not every larger one does",) if odd else ()


def limits_kept(ask: Ask, found: Performance, load: Any) -> Bools:
    """Return where every limit is kept; without calls all are, and without end no queue keeps any."""
    kept = np.ones(np.shape(found.service_level), dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        if ask.target is not None:
            kept &= np.asarray(found.service_level >= ask.target)
        if ask.max_asa_s is not None:
            kept &= np.asarray(found.asa_answered_s <= ask.max_asa_s)
        if ask.max_abandonment is not None:
            kept &= np.asarray(found.abandonment <= ask.max_abandonment)
        if ask.max_occupancy is not None:
            kept &= ~np.asarray(found.occupancy > ask.max_occupancy * (1 + _ROUNDING))
    if ask.patience_s is None and ask.rate_cv is None:
        kept &= np.isfinite(found.mean_wait_s)
    return np.asarray(kept | (np.asarray(load) == 0))


def solve(ask: Ask) -> Answer:
    """Return the answer to a question; raise NoAnswerError where there is none, and DataError where the formulas refuse a value."""
    try:
        match ask.unknown:
            case Unknown.AGENTS:
                least, notes = required(ask)
                return _measured(replace(ask, agents=float(least)), notes=notes)
            case Unknown.CALLS:
                return _most_calls(ask)
            case Unknown.AHT:
                return _longest_aht(ask)
            case Unknown.THRESHOLD:
                return _shortest_threshold(ask)
            case _:
                return _kept_or_not(ask)
    except ValueError as error:
        raise DataError(Problem("erlang", str(error))) from None


def _measured(ask: Ask, **more: Any) -> Answer:
    in_time = service(ask, definition=Formula.OFFERED).service_level
    return Answer(ask=ask, service=service(ask), in_time=float(in_time), **more)


def _kept_or_not(ask: Ask) -> Answer:
    answer = _measured(ask)
    assert answer.service is not None
    if not ask.limited or bool(limits_kept(ask, answer.service, ask.load)):
        return answer
    try:
        return replace(answer, required=required(ask)[0])
    except NoAnswerError:
        return answer


def _most_calls(ask: Ask) -> Answer:
    assert ask.agents is not None
    assert ask.aht_s is not None
    per_h, aht = 3600 / ask.per_s, ask.aht_s

    def holds(calls: Floats) -> Bools:
        rate = calls * per_h
        return limits_kept(ask, service(ask, rate_per_h=rate), rate * aht / 3600)

    found = largest(holds, max(ask.agents, 1.0) * ask.per_s / aht, min(MAX_CALLS_PER_H, MAX_LOAD * 3600 / aht) / per_h)
    if found is None:
        return Answer(ask=ask, service=None, unbounded=f"any number of calls{_why(ask)}")
    if found[0] == 0:
        raise NoAnswerError(f"no number of calls: {_even(ask, 'one call an hour', rate_per_h=1.0)}")
    return _measured(replace(ask, rate_per_h=found[0] * per_h), step=found[1] * per_h)


def _longest_aht(ask: Ask) -> Answer:
    assert ask.agents is not None
    assert ask.rate_per_h is not None
    rate = ask.rate_per_h
    if rate == 0:
        return Answer(ask=ask, service=None, unbounded="any handling time: there are no calls")

    def holds(aht: Floats) -> Bools:
        return limits_kept(ask, service(ask, aht_s=aht), rate * aht / 3600)

    found = largest(holds, max(ask.agents, 1.0) * 3600 / rate, min(MAX_AHT_S, MAX_LOAD * 3600 / rate))
    if found is None:
        return Answer(ask=ask, service=None, unbounded=f"any handling time{_why(ask)}")
    if found[0] == 0:
        raise NoAnswerError(f"no handling time is short enough: {_even(ask, 'calls of 1 s', aht_s=1.0)}")
    return _measured(replace(ask, aht_s=found[0]), step=found[1])


def _shortest_threshold(ask: Ask) -> Answer:
    assert ask.target is not None
    if ask.rate_per_h == 0:
        raise NoAnswerError("no threshold: without calls there is no service level")

    target = ask.target

    def misses(threshold: Floats) -> Bools:
        with np.errstate(invalid="ignore"):
            return ~np.asarray(service(ask, threshold_s=threshold).service_level >= target)

    if not misses(np.zeros(1))[0]:
        return _kept_or_not(replace(ask, threshold_s=0.0))
    assert ask.aht_s is not None
    if misses(np.full(1, MAX_THRESHOLD_S))[0]:
        raise NoAnswerError(_never(ask))
    found = largest(misses, ask.aht_s, MAX_THRESHOLD_S, up=True)
    assert found is not None
    return replace(_kept_or_not(replace(ask, threshold_s=found[0])), step=found[1])


def _never(ask: Ask) -> str:
    best = service(ask, threshold_s=MAX_THRESHOLD_S)
    if ask.patience_s is None and ask.agents is not None and ask.load >= ask.agents:
        return f"no threshold: {ask.load:.4g} erlang are too much for {ask.agents:g} agents, and the queue grows without end"
    return (
        f"no threshold: however long callers may wait, the level does not pass {float(best.service_level):.2%}; "
        f"{float(best.abandonment):.2%} give up before they are answered"
    )


def _why(ask: Ask) -> str:
    if ask.formula == Formula.CREDITING_SHORT_ABANDONS and ask.patience_s is not None and ask.threshold_s is not None:
        gone = -math.expm1(-ask.threshold_s / ask.patience_s)
        return (
            f": of callers nobody answers {gone:.2%} have given up within {ask.threshold_s:g} s, "
            "and this formula counts them as served"
        )
    return ": as far as was tried, nothing promised sets a limit"


def _even(ask: Ask, what: str, **least: float) -> str:
    assert ask.agents is not None
    if ask.agents == 0:
        return "nobody is on seat"
    first = service(ask, **least)
    if ask.target is None or first.service_level >= ask.target:
        return f"with {ask.agents:g} agents even {what} break the other limits"
    return f"with {ask.agents:g} agents even {what} get no more than {float(first.service_level):.2%}"
