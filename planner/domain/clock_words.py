"""A promise's clock in words: for methods, reports and lists."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.clocks import Clock, HolidayMode, HourRule, Rule
from planner.domain.spans import MINUTES_A_DAY, OpenSpan
from planner.domain.targets import DeferredTarget

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORKDAYS = (0, 1, 2, 3, 4)


def within(target: DeferredTarget) -> str:
    """Return in a word or three how long there is: "24 h", "8 counted h", "3 business days", "same day by 19:00"."""
    if target.clock is None:
        return f"{target.within_s / 3600:.4g} h"
    return rule_in_brief(target.clock.rule)


def rule_in_brief(rule: Rule) -> str:
    """Return the length of a clock in a word or three."""
    if isinstance(rule, HourRule):
        return f"{rule.hours:.4g} counted h" if rule.spans or not rule.public_holidays else f"{rule.hours:.4g} h"
    if rule.days == 0:
        return f"same day by {_time(rule.due_min)}"
    kind = "business day" if rule.weekdays == _WORKDAYS and not rule.public_holidays else "counted day"
    return f"{rule.days} {kind}{'s' if rule.days != 1 else ''}"


def rule_in_full(rule: Rule) -> str:
    """Return a clock's rule with what counts, on the market's clock."""
    if isinstance(rule, HourRule):
        none = "" if rule.public_holidays else ", no public holidays"
        if not rule.spans:
            return f"{rule.hours:.4g} h on the wall clock{none}"
        return f"{rule.hours:.4g} h counted {_weekly(rule.spans)}{none}"
    counted = f"{_days(rule.weekdays)}, {'public holidays too' if rule.public_holidays else 'no public holidays'}"
    if rule.days == 0:
        return f"in by {_time(rule.cut_off_min)}, due at {_time(rule.due_min)} the same day ({counted})"
    end = "end" if rule.due_min == MINUTES_A_DAY else _time(rule.due_min)
    cut_off = "" if rule.cut_off_min == MINUTES_A_DAY else f", in by {_time(rule.cut_off_min)}"
    return f"{end} of the {_ordinal(rule.days)} counted day after arrival ({counted}){cut_off}"


def clock_lines(queues: Sequence[tuple[str, DeferredTarget]]) -> tuple[str, ...]:
    """Return a line for each of `queues` (id, target) with a clock of its own: its rule, its share and window, and where it comes
    from."""
    found = []
    for id, target in queues:
        if target.clock is None:
            continue
        over = f" over {target.rolling_days} days" if target.rolling_days else ""
        parts = [f"{100 * target.level:.4g}%{over}, {rule_in_full(target.clock.rule)}", extras(target), origin(target.clock)]
        found.append(f"{id}: {'; '.join(part for part in parts if part)}")
    return tuple(found)


def origin(clock: Clock) -> str:
    """Return where a clock comes from, and that it is not verified where it is not; "" for one the account wrote itself."""
    if not clock.preset:
        return ""
    doubt = "" if clock.verified else ", UNVERIFIED"
    source = f"source {clock.source}" if clock.source else "no source"
    return f"preset {clock.preset}{' with changes' if clock.edited else ''}{doubt}; {source}"


def extras(target: DeferredTarget) -> str:
    """Return what automatic replies and holiday mode do to the clock, "" where neither is in play."""
    said = []
    if target.auto_reply_share:
        stops = "stops the clock" if target.rule.auto_reply_stops else "does not stop the clock"
        said.append(f"an automatic reply to {100 * target.auto_reply_share:.4g}% {stops}")
    if target.holiday_mode:
        does = {
            HolidayMode.STOPS: "stops the clock",
            HolidayMode.NOT_COUNTED: "stops the clock, arrivals meanwhile are not measured",
            HolidayMode.RUNS: "does not stop the clock",
        }[target.rule.holiday_mode]
        dates = ", ".join(f"{span.first} to {span.last}" for span in target.holiday_mode)
        said.append(f"holiday mode {dates} {does}")
    return "; ".join(said)


def _weekly(spans: tuple[OpenSpan, ...]) -> str:
    hours: dict[tuple[int, int], list[int]] = {}
    for span in spans:
        hours.setdefault((span.from_min, span.to_min), []).append(span.weekday)
    return ", ".join(f"{_days(tuple(days))} {_time(start)}-{_time(end)}" for (start, end), days in hours.items())


def _days(weekdays: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for day in sorted(weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_DAYS[run[0]] if len(run) == 1 else f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" for run in runs)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _ordinal(number: int) -> str:
    end = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{end}"
