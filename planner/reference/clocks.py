"""Response clocks of marketplaces and channels, as their sources state them: rows of sla_clocks.csv turned into clocks."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from planner.domain.clocks import Clock, DayRule, HolidayMode, HourRule, Rule
from planner.domain.spans import MINUTES_A_DAY, OpenSpan

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE_WEEK = tuple(range(7))


@dataclass(frozen=True, kw_only=True)
class ClockPreset:
    """A clock under a name: `what` contacts of a `platform` it is for and its `rule`; the `level` asked for and over how many
    `rolling_days`, None where the source states none; since when it holds (`since`, "" where unknown) and when the source was
    `read`."""

    id: str
    platform: str
    what: str
    rule: Rule
    auto_reply_stops: bool
    holiday_mode: HolidayMode
    level: float | None
    rolling_days: int | None
    since: str
    read: str
    source: str
    source_type: str
    verified: bool
    note: str

    def clock(self) -> Clock:
        """Return the clock, with its name and source."""
        return Clock(
            rule=self.rule,
            auto_reply_stops=self.auto_reply_stops,
            holiday_mode=self.holiday_mode,
            preset=self.id,
            source=self.source,
            verified=self.verified,
        )


@lru_cache(maxsize=1)
def clock_presets() -> tuple[ClockPreset, ...]:
    """Return every preset of the table, in its order."""
    text = files(__package__).joinpath("sla_clocks.csv").read_text(encoding="utf-8")
    return tuple(
        ClockPreset(
            id=row["id"],
            platform=row["platform"],
            what=row["what"],
            rule=_rule(row),
            auto_reply_stops=row["auto_reply_stops"] == "yes",
            holiday_mode=HolidayMode(row["holiday_mode"]),
            level=float(row["level"]) if row["level"] else None,
            rolling_days=int(row["rolling_days"]) if row["rolling_days"] else None,
            since=row["since"],
            read=row["read"],
            source=row["source"],
            source_type=row["source_type"],
            verified=row["verified"] == "yes",
            note=row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def clock_preset(id: str) -> ClockPreset:
    """Return the preset called `id`; raise KeyError when there is none."""
    for preset in clock_presets():
        if preset.id == id:
            return preset
    raise KeyError(id)


def _rule(row: dict[str, str]) -> Rule:
    public_holidays = row["public_holidays"] == "yes"
    if row["hours"]:
        return HourRule(hours=float(row["hours"]), spans=_spans(row), public_holidays=public_holidays)
    return DayRule(
        days=int(row["days"]),
        cut_off_min=_minute(row["cut_off"]) if row["cut_off"] else MINUTES_A_DAY,
        due_min=_minute(row["due_by"]) if row["due_by"] else MINUTES_A_DAY,
        weekdays=_weekdays(row["weekdays"]),
        public_holidays=public_holidays,
    )


def _spans(row: dict[str, str]) -> tuple[OpenSpan, ...]:
    if not row["counted"]:
        return ()
    start, end = (_minute(text) for text in row["counted"].split("-"))
    return tuple(OpenSpan(day, start, end) for day in _weekdays(row["weekdays"]))


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _weekdays(text: str) -> tuple[int, ...]:
    if not text:
        return _WHOLE_WEEK
    first, last = (_DAYS.index(name) for name in text.split("-"))
    return tuple(range(first, last + 1))
