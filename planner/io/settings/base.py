"""What all settings share: refuse unknown keys, and values that say in a planner's words what they expect."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict, StringConstraints, WithJsonSchema

from planner.io import limits
from planner.io.calendars import check_country, check_zone
from planner.io.names import id_fault, shown, text_fault
from planner.io.settings.clock_times import minute_of_day


class Section(BaseModel):
    """A table of account.toml: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


def number(
    *,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
    unit: str = "",
    share: bool = False,
) -> Callable[[float], float]:
    """Return a check that a number lies within the bounds given; a `share` typed as percent is told how to write it."""

    def check(value: float) -> float:
        number = float(value)
        fits = (
            math.isfinite(number)
            and (above is None or number > above)
            and (at_least is None or number >= at_least)
            and (at_most is None or number <= at_most)
            and (below is None or number < below)
        )
        if not fits:
            hint = f"; write {number / 100:g} for {number:g}%" if share and 1 <= number <= 100 else ""
            too_low = (above is not None and number <= above) or (at_least is not None and number < at_least)
            bounds = (above, at_least, None, None) if too_low and not share else (above, at_least, at_most, below)
            raise ValueError(f"must be {_range(*bounds)}{f' {unit}' if unit else ''}, got {number:g}{hint}")
        return value

    return check


def _range(above: float | None, at_least: float | None, at_most: float | None, below: float | None) -> str:
    low = f"above {above:g}" if above is not None else f"{at_least:g} or more" if at_least is not None else ""
    high = f"at most {at_most:,.12g}" if at_most is not None else f"below {below:g}" if below is not None else ""
    return " and ".join(part for part in (low, high) if part)


def _id(text: str) -> str:
    if fault := id_fault(text):
        raise ValueError(fault)
    return text


def _text(text: str) -> str:
    if fault := text_fault(text):
        raise ValueError(fault)
    return text


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(f"must be a number such as 3.20, got {shown(value)}")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        hint = "; write a decimal point, and no thousands separators" if isinstance(value, str) and "," in value else ""
        raise ValueError(f"must be a number such as 3.20, got {shown(value)}{hint}") from None
    if not found.is_finite() or abs(found) >= 10**12 or found.as_tuple().exponent < -12:  # type: ignore[operator]
        raise ValueError(f"must be a number of ordinary size such as 3.20, got {shown(value)}")
    return found


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"must be a date such as 2026-11-09, got {shown(value)}") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"must be a date such as 2026-11-09, without a time and without quotes, got {shown(value)}")
    if not limits.YEARS[0] <= value.year < limits.YEARS[1]:
        raise ValueError(f"must lie between the years {limits.YEARS[0]} and {limits.YEARS[1]}, got {value}")
    return value


def _moment(value: Any) -> Any:
    found = value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
    if isinstance(found, date) and not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)
    if not isinstance(found, datetime):
        raise ValueError(f"must be a date and time such as 2026-11-11T09:00:00, got {shown(value)}")
    if not limits.YEARS[0] <= found.year < limits.YEARS[1]:
        raise ValueError(f"must lie between the years {limits.YEARS[0]} and {limits.YEARS[1]}, got {found.isoformat()}")
    return found


def _time(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError(f'must be a time of day in quotes such as "22:00", got {shown(value)}')
    return minute_of_day(value)


CLOCK = "clock"
"""Mark of fields that hold minutes after midnight and are written as clock times."""

_CLOCK_SCHEMA = WithJsonSchema({"type": "string", "pattern": "^[0-2]?[0-9]:[0-5][0-9]$", "examples": ["22:00"]})

Id = Annotated[str, AfterValidator(_id)]
Text = Annotated[str, AfterValidator(_text)]
Zone = Annotated[str, AfterValidator(check_zone)]
Country = Annotated[str, AfterValidator(check_country)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Language = Annotated[str, StringConstraints(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
TimeOfDay = Annotated[int, BeforeValidator(_time), _CLOCK_SCHEMA, CLOCK]
Amount = Annotated[Decimal, BeforeValidator(_decimal), WithJsonSchema({"type": ["number", "string"]})]

Seconds = Annotated[Number, AfterValidator(number(above=0, at_most=10_000_000, unit="seconds"))]
Share = Annotated[Number, AfterValidator(number(above=0, at_most=1, share=True))]
ShareBelowOne = Annotated[Number, AfterValidator(number(at_least=0, below=1, share=True))]
