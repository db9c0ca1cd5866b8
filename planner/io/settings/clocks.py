"""When a contact that may wait is due, and what was measured of it before the horizon."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from planner.domain.clocks import HolidayMode
from planner.io.names import did_you_mean, shown
from planner.io.settings.base import Day, Flag, Number, Section, Text, Whole, number
from planner.io.settings.clock_times import minute_of_day, opening_spans, weekdays

_TIME_SCHEMA = WithJsonSchema({"type": "string", "pattern": "^[0-2]?[0-9]:[0-5][0-9]$", "examples": ["18:00"]})


def _time(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError(f'must be a time of day in quotes such as "18:00", got {shown(value)}')
    minute = minute_of_day(value, end=True)
    if minute == 0:
        raise ValueError('must be after midnight, got "00:00"; write "24:00" for the end of the day')
    return minute


def _rules(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _counted(rules: tuple[str, ...]) -> tuple[str, ...]:
    try:
        opening_spans(rules)
    except ValueError as error:
        if not rules:
            raise ValueError('is empty: no hour counts; write hours such as "Mon-Sun 08:00-21:00"') from error
        raise
    return rules


def _counted_days(text: str) -> str:
    try:
        weekdays(text)
    except ValueError as error:
        raise ValueError(f"{error}; write days such as Mon-Fri") from error
    return text


def _known_preset(id: str) -> str:
    from planner.reference import clock_presets

    known = [preset.id for preset in clock_presets()]
    if id not in known:
        remedy = did_you_mean(id, known, what="presets")
        raise ValueError(f"{shown(id)} is not known; {remedy} (planner clocks lists them)")
    return id


TimeOrEnd = Annotated[int, BeforeValidator(_time), _TIME_SCHEMA]
Counted = Annotated[tuple[str, ...], BeforeValidator(_rules), AfterValidator(_counted)]
CountedDays = Annotated[str, AfterValidator(_counted_days)]


class ClockSettings(Section):
    """The clock of a promise, for work that can wait: hours that run, or days that count. A preset's name alone (clock =
    "amazon_24h") is a clock too; other keys written beside it change the preset. Presets: `planner clocks`, docs/sla-clocks.md."""

    preset: Annotated[Text, AfterValidator(_known_preset)] | None = Field(default=None, examples=["amazon_24h"])
    """Name of a preset whose rule this is, with the changes below."""

    hours: Annotated[Number, AfterValidator(number(above=0, at_most=8_760, unit="hours"))] | None = Field(
        default=None, examples=[24]
    )
    """Due when so many hours have run since the arrival. Without `counted` they are hours of the wall clock."""

    counted: Counted | None = Field(default=None, examples=[["Mon-Sun 08:00-21:00"]])
    """With `hours`: when they run, on the market's clock, written like opening hours. Outside the clock stands still."""

    days: Annotated[Whole, AfterValidator(number(at_least=0, at_most=366, unit="days"))] | None = Field(
        default=None, examples=[3]
    )
    """Due on so many counted days after the day of arrival; 0 is a daily cycle, due the same day."""

    cut_off: TimeOrEnd | None = Field(default=None, examples=["18:00"])
    """With `days`: what arrives from this time on belongs to the next counted day. By default "24:00", the end of the day."""

    due_by: TimeOrEnd | None = Field(default=None, examples=["19:00"])
    """With `days`: the time of the last day at which contacts are due. By default "24:00", the end of the day."""

    counted_days: CountedDays | None = Field(default=None, examples=["Mon-Fri"])
    """With `days`: the days of the week that count. By default "Mon-Fri"."""

    public_holidays: Flag | None = None
    """Whether public holidays of the market count. By default they do for `hours` and do not for `days`."""

    auto_reply_stops: Flag | None = None
    """Whether an automatic reply counts as the answer. By default it does not."""

    holiday_mode: HolidayMode | None = None
    """What the shop's holiday mode does: "stops" the clock (the default), "not_counted" (it also leaves arrivals meanwhile out of
    the measured share), or it "runs" on."""


class DateSpanSettings(Section):
    """Dates of a shop's holiday mode, on the market's clock."""

    from_: Day = Field(alias="from", examples=["2026-12-24"])
    """First date."""

    to: Day = Field(examples=["2026-12-26"])
    """Last date, included."""


class ToDateSettings(Section):
    """What was measured of a rolling window before the horizon, from the platform's own page. Several days count as spread
    evenly."""

    from_: Day = Field(alias="from", examples=["2026-10-10"])
    """First date of arrival, on the market's clock."""

    to: Day | None = Field(default=None, examples=["2026-11-08"])
    """Last date, included; by default the first."""

    counted: Annotated[Number, AfterValidator(number(at_least=0, at_most=1e9))] = Field(examples=[412])
    """Contacts measured."""

    within: Annotated[Number, AfterValidator(number(at_least=0, at_most=1e9))] = Field(examples=[398])
    """Of these, answered in time."""


class BacklogSettings(Section):
    """Contacts of a queue that are open when the horizon starts. Not for voice and chat."""

    age_h: Annotated[Number, AfterValidator(number(at_least=0, at_most=8_760, unit="hours"))] = Field(examples=[5])
    """How long ago they arrived, in hours before the start."""

    contacts: Annotated[Number, AfterValidator(number(above=0, at_most=1e7))] = Field(examples=[40])
    """How many they are."""


def clock_table(value: Any) -> Any:
    """Return a preset's name as the table it stands for."""
    return {"preset": value} if isinstance(value, str) else value


ClockTable = Annotated[ClockSettings, BeforeValidator(clock_table)]
