"""A deferred promise, resolved: its clock, the window it is measured over, and what was measured before the horizon."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from planner.domain.clocks import DateSpan, HolidayMode
from planner.domain.targets import DeferredTarget, ToDate, Window
from planner.io.resolve_clocks import Path, Promised, Tell, resolve_clock
from planner.io.settings import TargetSettings


def resolve_deferred(tell: Tell, path: Path, target: TargetSettings) -> DeferredTarget | None:
    """Return the deferred target that `target` makes, or None after telling everything that is wrong with it."""
    sound = True

    def wrong(message: str, remedy: str) -> None:
        nonlocal sound
        sound = False
        tell(path, message, remedy)

    if target.within_h is not None and target.clock is not None:
        wrong("within_h and clock are both given", "keep clock; a preset is changed by clock = { preset = ..., hours = 12 }")
    promised = resolve_clock(tell, path, target)
    paused = tuple(DateSpan(span.from_, span.to) if span.from_ <= span.to else None for span in target.holiday_mode)
    for span, made in zip(target.holiday_mode, paused, strict=True):
        if made is None:
            wrong(f"holiday_mode from {span.from_} to {span.to} ends before it starts", "check from and to")
    to_date = []
    for n, row in enumerate(target.to_date, 1):
        last = row.to or row.from_
        if last < row.from_:
            wrong(f"to_date {n} ends on {last}, before it starts on {row.from_}", "check from and to")
        elif row.within > row.counted:
            wrong(f"to_date {n}: {row.within:g} contacts within of {row.counted:g} counted", "write within as part of counted")
        else:
            to_date.append(ToDate(first=row.from_, last=last, counted=float(row.counted), within=float(row.within)))
    if promised is None:
        return None
    level = target.level if target.level is not None else promised.level
    if level is None:
        wrong("level is missing", "write level = 0.90 for 90%")
    window, rolling = _window(wrong, target, promised)
    if target.holiday_mode and promised.clock.holiday_mode is HolidayMode.RUNS:
        whose = f"of preset {promised.clock.preset} " if promised.clock.preset else ""
        wrong(
            f"holiday_mode is given, but the clock {whose}runs on in holiday mode",
            'leave it out, or write clock = { ..., holiday_mode = "stops" }',
        )
    if to_date and rolling is None:
        wrong("to_date is for rolling windows", 'write window = "rolling" and rolling_days = 30, or leave it out')
    days = sorted(to_date, key=lambda row: row.first)
    if any(after.first <= before.last for before, after in pairwise(days)):
        wrong("rows of to_date overlap: a day would count twice", "give each day to one row")
    if not sound or level is None:
        return None
    plain = target.clock is None and not paused and not target.auto_reply_share
    return DeferredTarget(
        level=level,
        within_s=promised.clock.rule.nominal_s,
        window=window,
        max_occupancy=target.max_occupancy,
        clock=None if plain else promised.clock,
        holiday_mode=tuple(sorted(span for span in paused if span is not None)),
        auto_reply_share=float(target.auto_reply_share or 0.0),
        rolling_days=rolling,
        to_date=tuple(days),
    )


def _window(wrong: Callable[[str, str], None], target: TargetSettings, promised: Promised) -> tuple[Window, int | None]:
    said = "window" in target.model_fields_set
    days = target.rolling_days
    if said and target.window is not Window.ROLLING:
        if days is not None:
            wrong(f'rolling_days is given, but the window is "{target.window}"', 'write window = "rolling", or leave it out')
        return target.window, None
    if days is None and (said or promised.rolling_days is not None):
        days = promised.rolling_days
        if days is None:
            wrong("the window is rolling, but rolling_days is not given", "write rolling_days = 30")
    return (Window.ROLLING, days) if said or days is not None else (target.window, None)
