"""Countries, public holidays and time zones: what exists, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from holidays.registry import EntityLoader

from planner.domain.grid import zone_info
from planner.io.names import nearest, shown

_ALIASES = {"UK": "GB", "EL": "GR"}


def check_zone(name: str) -> str:
    """Return `name` when it is an IANA time zone; raise ValueError naming the nearest one otherwise."""
    try:
        zone_info(name)
    except ValueError:
        # an abbreviation names several zones or none, and what resembles it is seldom meant
        near = "" if name.isupper() and len(name) <= 5 else nearest(name, available_timezones())
        hint = f"did you mean {near}?" if near else "write an IANA name such as Europe/Lisbon"
        raise ValueError(f"{shown(name)} is not a time zone; {hint}") from None
    return name


def check_country(code: str) -> str:
    """Return `code` when it is a country of ISO 3166 whose public holidays are known; raise ValueError otherwise."""
    if code in _countries():
        return code
    meant = _ALIASES.get(code.upper()) or (code.upper() if code.upper() in _countries() else "")
    hint = f"did you mean {meant}?" if meant else "write the two letters of ISO 3166, such as GB, DE or PH"
    raise ValueError(f"{shown(code)} is not a known country; {hint}")


def check_region(country: str, region: str) -> None:
    """Raise ValueError when `country` has no region of that code or name in its holiday calendar."""
    calendar = holidays.country_holidays(country)
    known = (*calendar.subdivisions, *calendar.subdivisions_aliases)
    if region not in known:
        near = nearest(region, known)
        regions = ", ".join(calendar.subdivisions[:20]) or "none; leave region out"
        hint = f"did you mean {near}?" if near else f"regions of {country}: {regions}"
        raise ValueError(f"region {shown(region)} is not known in {country}; {hint}")


def public_holidays(country: str, region: str | None, years: Iterable[int]) -> tuple[tuple[date, str], ...]:
    """Return the public holidays of `country` (and `region`) in `years` as (date, name), in order.

    Source: the `holidays` library. Dates that depend on the moon carry "(estimated)" in their name.
    """
    return _holidays(country, region, tuple(sorted(set(years))))


@lru_cache(maxsize=256)
def _holidays(country: str, region: str | None, years: tuple[int, ...]) -> tuple[tuple[date, str], ...]:
    return tuple(sorted(holidays.country_holidays(country, subdiv=region, years=years).items()))


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(EntityLoader.get_country_codes(include_aliases=False))
