"""Figures, times and promises as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from planner.domain.clock_words import rule_in_full
from planner.domain.evaluation import Basis, SlaResult
from planner.domain.grid import zone_info
from planner.domain.queues import Queue
from planner.domain.solve import Status
from planner.domain.targets import DeferredTarget, Formula, RingMoment, RingRule, Window
from planner.domain.tiers import Tier, sorted_tiers

DASH = "–"

FORMULAS = {
    Formula.OFFERED: "of contacts offered, answered in time",
    Formula.ANSWERED: "of contacts answered, answered in time",
    Formula.EXCLUDING_SHORT_ABANDONS: "of contacts offered less those given up in time, answered in time",
    Formula.CREDITING_SHORT_ABANDONS: "of contacts offered, answered or given up in time",
    Formula.VIRTUAL: "of contacts would be answered in time if nobody gave up",
}

WINDOWS = {
    Window.INTERVAL: "every interval",
    Window.DAY: "every day",
    Window.WEEK: "every week",
    Window.MONTH: "every month",
    Window.CONTRACT: "the whole horizon",
    Window.ROLLING: "rolling days",
}

BASES = {
    Basis.STATIONARY: "stationary formula",
    Basis.TRANSIENT: "transient law",
    Basis.SIMULATED: "simulation",
    Basis.FLUID: "first due first",
}

STATUSES = {
    Status.OPTIMAL: "proven optimal",
    Status.GAP_REACHED: "within the asked gap",
    Status.ROUNDS_DONE: "fixed rounds worked through",
    Status.TIME_LIMIT: "best found in the time allowed",
    Status.CANCELLED: "stopped by the user, best so far kept",
    Status.INFEASIBLE: "no solution exists",
    Status.INFEASIBLE_OR_UNBOUNDED: "no solution exists or no limit to the objective",
    Status.UNBOUNDED: "no limit to the objective",
    Status.FAILED: "failed",
}


def number(value: float | Decimal | None, digits: int = 0) -> str:
    """Return a number with thousands separators; a dash when there is none."""
    if value is None or value != value:
        return DASH
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if text.strip("-0.,") else text.replace("-", "")


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share as a percentage, 0.803 as ``80.3%``; a dash when there is none."""
    return DASH if share is None or share != share else f"{100 * share:.{digits}f}%"


def chance(share: float | None) -> str:
    """Return a probability in whole percent, rounded down: only what holds in every scenario reads as certain."""
    return DASH if share is None else f"{math.floor(100 * share + 1e-6)}%"


def level(share: float | None, target: float) -> str:
    """Return a service level as a percentage with as many digits as it takes not to read as its target when it falls short of it."""
    for digits in range(1, 10):
        said = percent(share, digits)
        if share is None or not share < target or float(said[:-1]) < 100 * target:
            break
    return said


def plain_percent(share: float) -> str:
    """Return a share as a percentage with as many digits as it has: 0.8 as ``80%``, 0.025 as ``2.5%``."""
    return f"{100 * share:.6g}%"


def tiers_text(tiers: Sequence[Tier], currency: str) -> str:
    """Return the service credits of a clause as a sentence: ``500 GBP below 80%, 1,500 GBP below 75%``."""
    return ", ".join(f"{tier.credit:,f} {currency} below {plain_percent(tier.below)}" for tier in sorted_tiers(tiers))


def duration(seconds: float) -> str:
    """Return seconds as people say them: ``20 s``, ``3 min``, ``24 h``."""
    if seconds == float("inf"):
        return "no limit"
    if seconds >= 3600 and seconds % 1800 == 0:
        return f"{seconds / 3600:g} h"
    if seconds >= 120 and seconds % 60 == 0:
        return f"{seconds / 60:g} min"
    return f"{seconds:g} s"


def clock(when: datetime, zone: str) -> str:
    """Return an instant on the wall clock of `zone`: ``Mon 9 Nov 2026 08:00``."""
    local = when.astimezone(zone_info(zone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def day(when: datetime, zone: str) -> str:
    """Return the local date of an instant: ``Mon 9 Nov``."""
    return _date(when.astimezone(zone_info(zone)))


def _date(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def promise(queue: Queue) -> str:
    """Return a queue's target as a sentence: level, formula, threshold and window."""
    target = queue.target
    level = plain_percent(target.level)
    if isinstance(target, DeferredTarget):
        return f"{level} of contacts done {due_within(target)}, over {deferred_window(target)}"
    within, window = duration(target.within_s), WINDOWS[target.window]
    return f"{level} {FORMULAS[target.formula]}: within {within}, over {window}"


def due_within(target: DeferredTarget) -> str:
    """Return how long there is for a contact that may wait, as "within 24 h of arriving" or by its clock."""
    if target.clock is None:
        return f"within {duration(target.within_s)} of arriving"
    return f"by the clock ({rule_in_full(target.clock.rule)})"


def deferred_window(target: DeferredTarget) -> str:
    """Return over what stretch a deferred promise is measured."""
    if target.rolling_days is None:
        return WINDOWS[target.window]
    return f"the {target.rolling_days} days that end with each day"


def rings(rule: RingRule) -> str:
    """Return where a threshold said in rings comes from, so that it can be checked with a calculator."""
    n = rule.rings
    said = {
        RingMoment.START: f"ring {n} begins after {n - 1} × {rule.period_s:g} s = {rule.threshold_s:g} s",
        RingMoment.END: f"ring {n} ends after {n - 1} × {rule.period_s:g} s + {rule.ring_s:g} s = {rule.threshold_s:g} s",
        RingMoment.BEFORE_NEXT: f"ring {n + 1} would begin after {n} × {rule.period_s:g} s = {rule.threshold_s:g} s",
    }[rule.moment]
    return (
        f"{n} {'ring' if n == 1 else 'rings'} as heard by callers in {rule.country}: one every {rule.period_s:g} s, "
        f"{rule.ring_s:g} s long; {said} (source: {rule.source})"
    )


def occupancy_cap(queue: Queue) -> str:
    """Return the cap on occupancy as a phrase, or nothing."""
    cap = queue.target.max_occupancy
    return "" if cap is None else f"sized for at most {plain_percent(cap)} occupancy"


def verdict(met: bool | None) -> str:
    """Return kept or missed in a word with a sign, so that colour is not needed."""
    return {True: "✓ kept", False: "✗ missed", None: f"{DASH} no contacts"}[met]


def window_name(result: SlaResult, zone: str, interval_s: int) -> str:
    """Return which window a result is about: ``week of Mon 9 Nov``, cut ones marked."""
    start = result.window_start_utc
    match result.window:
        case Window.INTERVAL:
            local_end = (start + timedelta(seconds=interval_s)).astimezone(zone_info(zone))
            name = f"{clock(start, zone)} to {local_end:%H:%M}"
        case Window.DAY:
            name = _date(result.window_date)
        case Window.WEEK:
            name = f"week of {_date(result.window_date)}"
        case Window.MONTH:
            name = f"{result.window_date:%B %Y}"
        case Window.CONTRACT:
            name = "whole horizon"
        case Window.ROLLING:
            name = f"rolling, from {_date(result.window_date)}"
    return f"{name} (cut by the horizon)" if result.partial else name
