"""The ringing tone callers hear, by country: what "within three rings" means in seconds."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from planner.domain.targets import RingMoment, RingRule

_DOUBTFUL = "doubtful"  # rows that are cut or mistyped in their source are kept for the record and never used


@dataclass(frozen=True, kw_only=True)
class _Cadence:
    name: str
    ring_s: float
    period_s: float
    source: str


@lru_cache(maxsize=1)
def _cadences() -> Mapping[str, _Cadence]:
    text = files(__package__).joinpath("ring_cadences.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["iso2"]: _Cadence(
                name=row["country"],
                ring_s=float(row["ring_length_s"]),
                period_s=float(row["period_s"]),
                source=row["source"],
            )
            for row in csv.DictReader(text.splitlines())
            if row["quality"] != _DOUBTFUL
        }
    )


def _cadence(country: str) -> _Cadence:
    try:
        return _cadences()[country]
    except KeyError:
        hint = " (the United Kingdom is GB)" if country == "UK" else ""
        raise ValueError(
            f"no ringing tone is known for country {country!r}{hint}; name another with ring_country, "
            "or write the promise in seconds with within_s"
        ) from None


def ring_countries() -> tuple[str, ...]:
    """Return the ISO 3166 codes of the countries whose ringing tone is known, in order."""
    return tuple(sorted(_cadences()))


def ring_country_name(country: str) -> str:
    """Return the English name of a country in the table; raise ValueError when its ringing tone is not known."""
    return _cadence(country).name


def ring_rule(country: str, rings: int, moment: RingMoment | str = RingMoment.END) -> RingRule:
    """Return the rule that says how many seconds `rings` rings last for a caller in `country` (ISO 3166 code).

    The tone is the one the caller hears, for the promise is about what the caller feels; the bell at the called end may differ.
    Raises ValueError for a country without a usable row, fewer than one ring, or an unknown moment.
    """
    if rings < 1:
        raise ValueError(f"rings must be 1 or more, got {rings}")
    found = _cadence(country)
    return RingRule(
        rings=rings,
        moment=RingMoment(moment),
        country=country,
        ring_s=found.ring_s,
        period_s=found.period_s,
        source=found.source,
    )
