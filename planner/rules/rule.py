"""One labour rule of one country, and what a check has found against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from planner.reference import LabourRow
from planner.rules.catalogue import CATALOGUE, Kind, RuleSpec
from planner.rules.readings import on_top_of_daily_rest
from planner.rules.values import RuleValue

NOT_LEGAL_ADVICE = "Labour rules are shown with their sources as a planning aid; they are not legal advice."
"""The line that goes with every list of findings."""

SET_BY_USER = "set by the user"
"""Source and note of a rule that the account sets."""


@dataclass(frozen=True, kw_only=True)
class LabourRule:
    """A rule with its sentence, dates and source. `value` is a number in `unit`, a window of the clock, pauses, or words.

    It is in force from `effective_from` to the day before `effective_until`; None is no end. `on_top_h` is a rest that must be kept
    besides, unbroken with this one. `verified` says whether somebody has seen the source say so.
    """

    id: str
    country: str
    law: str
    value: RuleValue
    unit: str
    effective_from: date | None = None
    effective_until: date | None = None
    source: str = ""
    source_type: str = ""
    verified: bool = False
    note: str = ""
    on_top_h: float = 0.0

    @property
    def spec(self) -> RuleSpec:
        """What is known of rules of this id."""
        return CATALOGUE[self.id]

    @property
    def number(self) -> float:
        """Its value as a number; raises TypeError for a rule that has another kind of value."""
        if not isinstance(self.value, float):
            raise TypeError(f"{self.id} has no number but {self.value!r}")
        return self.value

    @property
    def set_by_user(self) -> bool:
        """True when the account sets it in place of the law."""
        return self.source_type == SET_BY_USER

    def in_force(self, day: date) -> bool:
        """True when the rule holds on `day`."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day < self.effective_until
        )

    def sentence(self) -> str:
        """Return the rule in plain words with country, id and source."""
        value = f"{self.value:g} {_unit(self.number, self.unit)}" if self.spec.kind is Kind.NUMBER else str(self.value)
        words = self.spec.says.format(value=value)
        if self.on_top_h:
            words += f", on top of {self.on_top_h:g} h of daily rest"
        doubt = "" if self.verified or self.set_by_user else ", unverified"
        return f"{self.law}: {words} ({self.id}; {self.source or 'no source'}{doubt})"


def rule_from_row(row: LabourRow, *, daily_rest_h: float = 0.0) -> LabourRule | None:
    """Return the rule that `row` states, or None when it states that there is none (an empty value).

    `daily_rest_h` is the daily rest of the same law. Raises ValueError for an unknown id, a value of another kind or out of range.
    """
    if row.rule not in CATALOGUE:
        raise ValueError(f"{row.country}: unknown rule {row.rule}")
    value = CATALOGUE[row.rule].parse(row.value)
    if value is None:
        return None
    return LabourRule(
        id=row.rule,
        country=row.country,
        law=row.law,
        value=value,
        unit=row.unit,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
        source=row.source,
        source_type=row.source_type,
        verified=row.verified,
        note=row.note,
        on_top_h=daily_rest_h if on_top_of_daily_rest(row.country, row.rule) else 0.0,
    )


class Severity(StrEnum):
    """How a finding stands."""

    BREACH = "breach"  # the rule is broken
    OVERTIME = "overtime"  # hours above ordinary ones: lawful only as overtime, agreed and paid
    PAID = "paid overtime"  # hours above ordinary ones that the site pays as overtime: lawful where agreed
    OPEN = "open"  # cannot be judged from this horizon or this data


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, or cannot be judged: which rule, whose hours (`agent` empty: everybody's at the site), when, measure and limit.

    `start_utc` to `end_utc` is the stretch judged, `date` the site date it belongs to; `measured` and `limit` are in `unit`.
    """

    rule: str
    country: str
    severity: Severity
    site: str
    agent: str
    start_utc: datetime
    end_utc: datetime
    date: date
    measured: float
    limit: float
    unit: str
    sentence: str


def lawful(findings: tuple[Finding, ...]) -> bool:
    """True when nothing breaks a rule and nothing is overtime that the plan does not pay; what cannot be judged does not count."""
    return not any(f.severity in (Severity.BREACH, Severity.OVERTIME) for f in findings)


def _unit(number: float, unit: str) -> str:
    short = unit.split(" ")[0]
    return short[:-1] if number == 1 and short in ("days", "weeks") else short
