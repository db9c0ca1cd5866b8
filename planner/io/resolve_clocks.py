"""The clock of a deferred promise, resolved: a preset and its changes become a rule, which has to run on its market's calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from planner.domain.clocks import Clock, DayRule, HourRule, Rule
from planner.domain.grid import to_utc, utc_seconds
from planner.domain.queues import Market, Queue
from planner.domain.spans import MINUTES_A_DAY
from planner.domain.targets import DeferredTarget
from planner.io.settings import HorizonSettings, TargetSettings
from planner.io.settings.clock_times import clock_text, opening_spans, weekdays
from planner.io.settings.clocks import ClockSettings
from planner.reference import ClockPreset, clock_preset

Path = tuple[str | int, ...]
Tell = Callable[..., None]

_OF_HOURS = ("hours", "counted")
_OF_DAYS = ("days", "cut_off", "due_by", "counted_days")


@dataclass(frozen=True)
class Promised:
    """What a preset promises besides its clock: the share and over how many days; None where nothing is said."""

    clock: Clock
    level: float | None = None
    rolling_days: int | None = None


def resolve_clock(tell: Tell, path: Path, target: TargetSettings) -> Promised | None:
    """Return the clock of `target` (its `clock`, or the wall clock of `within_h`), or None after telling what is wrong with it."""
    written = target.clock
    if written is None:
        assert target.within_h is not None
        return Promised(Clock(rule=HourRule(hours=float(target.within_h))))
    path = (*path, "clock")
    preset = None if written.preset is None else clock_preset(written.preset)
    rule = _rule(tell, path, written, preset)
    if rule is None:
        return None
    base = Clock(rule=rule) if preset is None else preset.clock()
    clock = Clock(
        rule=rule,
        auto_reply_stops=base.auto_reply_stops if written.auto_reply_stops is None else written.auto_reply_stops,
        holiday_mode=written.holiday_mode or base.holiday_mode,
        preset=base.preset,
        source=base.source,
        verified=base.verified,
        edited=preset is not None and bool(written.model_fields_set - {"preset"}),
    )
    return Promised(clock) if preset is None else Promised(clock, preset.level, preset.rolling_days)


def _rule(tell: Tell, path: Path, written: ClockSettings, preset: ClockPreset | None) -> Rule | None:
    hours, days = ([key for key in keys if getattr(written, key) is not None] for keys in (_OF_HOURS, _OF_DAYS))
    base = preset.rule if preset is not None else None
    if hours and days:
        tell(path, f"{' and '.join(hours)} count hours, {' and '.join(days)} count days", "keep one kind")
        return None
    if (isinstance(base, HourRule) and days) or (isinstance(base, DayRule) and hours):
        kind, wrong = ("hours", days) if isinstance(base, HourRule) else ("days", hours)
        assert preset is not None
        tell(path, f"preset {preset.id} counts {kind}; {' and '.join(wrong)} would replace its rule", "leave preset out")
        return None
    if base is None and written.hours is None and written.days is None:
        tell(path, "says neither hours nor days nor a preset", 'write hours = 24, days = 3, or preset = "amazon_24h"')
        return None
    public = written.public_holidays
    if isinstance(base, DayRule) or written.days is not None:
        return _day_rule(tell, path, written, base if isinstance(base, DayRule) else DayRule(days=0))
    before = base if isinstance(base, HourRule) else HourRule(hours=1)
    return HourRule(
        hours=before.hours if written.hours is None else float(written.hours),
        spans=before.spans if written.counted is None else opening_spans(written.counted),
        public_holidays=before.public_holidays if public is None else public,
    )


def _day_rule(tell: Tell, path: Path, written: ClockSettings, before: DayRule) -> DayRule | None:
    days = before.days if written.days is None else written.days
    cut_off = before.cut_off_min if written.cut_off is None else written.cut_off
    due = before.due_min if written.due_by is None else written.due_by
    if days == 0 and due < cut_off:
        message = f"due_by {clock_text(due)} comes before cut_off {clock_text(cut_off)} of the same day"
        tell(path, message, "write a later due_by, or days = 1")
        return None
    return DayRule(
        days=days,
        cut_off_min=cut_off,
        due_min=due,
        weekdays=before.weekdays if written.counted_days is None else tuple(sorted(set(weekdays(written.counted_days)))),
        public_holidays=before.public_holidays if written.public_holidays is None else written.public_holidays,
    )


def clock_problems(queue: Queue, market: Market, horizon: HorizonSettings | None) -> list[tuple[str, str]]:
    """Return what is wrong with a queue's clock on its market's calendar, as (message, remedy): a cut-off when nobody works, a
    clock that never runs out, figures to date that reach into the horizon or not into the window."""
    target = queue.target
    if not isinstance(target, DeferredTarget):
        return []
    found = []
    rule = target.rule.rule
    if isinstance(rule, DayRule) and not _open_at_cut_off(rule, queue):
        end = clock_text(rule.due_min)
        if rule.days == 0:
            said = f"cut-off {clock_text(rule.cut_off_min)}, due by {end}: on every counted day the queue is closed between"
        else:
            said = f"cut-off {clock_text(rule.cut_off_min)} lies outside the queue's opening hours on every counted day"
        found.append((said, "open the queue then, or move cut_off"))
    if horizon is not None:
        edges = [to_utc(market.zone, horizon.start + timedelta(days=n), 0) for n in (0, horizon.days)]
        try:
            target.rule.due_utc_s(
                np.array([utc_seconds(edge) for edge in edges]), target.calendar(market.zone, market.holiday_dates)
            )
        except ValueError as error:
            found.append((str(error), "check counted hours and days, public holidays and holiday_mode"))
        if target.rolling_days is not None:
            first = horizon.start - timedelta(days=target.rolling_days)
            for row in target.to_date:
                if row.last >= horizon.start:
                    found.append(
                        (f"to_date reaches to {row.last}, into the horizon from {horizon.start}", "end it the day before")
                    )
                elif row.first < first:
                    message = f"to_date starts on {row.first}, before the first window of {target.rolling_days} days"
                    found.append((message, f"start it on {first} or later"))
    return found


def _open_at_cut_off(rule: DayRule, queue: Queue) -> bool:
    """True where somebody works just before the cut-off, or between it and the hour at which a day's own arrivals are due."""
    if rule.cut_off_min == MINUTES_A_DAY:
        return True
    last = rule.due_min if rule.days == 0 else rule.cut_off_min
    return any(
        span.weekday in rule.weekdays and span.from_min < max(last, rule.cut_off_min) and span.to_min >= rule.cut_off_min
        for span in queue.opening.spans
    )
