"""The rules of a country on a date: its own rows, the floor of the European Union, and what the account sets in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from planner.domain.people import Site
from planner.errors import DataError, Problem
from planner.reference import NOT_RESEARCHED, labour_rows
from planner.rules.catalogue import CATALOGUE, Kind, Use, settable_rules
from planner.rules.readings import EU, EU_MEMBERS
from planner.rules.rule import SET_BY_USER, LabourRule, rule_from_row

Overrides = Iterable[tuple[str, float | None]]
"""Rule ids with the number set in their place; None switches the rule off."""


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """The rules of `country` in force on one date, by id. `notes` say which row won over which and why.

    `researched` is False for a country whose law nobody has looked up; the floor of the European Union holds there all the same.
    """

    country: str
    on: date
    researched: bool
    rules: tuple[LabourRule, ...]
    notes: tuple[str, ...]

    def get(self, id: str) -> LabourRule | None:
        """Return the rule called `id`, None where the country has none."""
        return next((rule for rule in self.rules if rule.id == id), None)

    def number(self, id: str) -> float | None:
        """Return the number of the rule called `id`, None where the country has none."""
        rule = self.get(id)
        return None if rule is None else rule.number


@dataclass(frozen=True, kw_only=True)
class Law:
    """Every rule of `country` at any date: for each id its versions, one after the other in time."""

    country: str
    researched: bool
    versions: Mapping[str, tuple[LabourRule, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    off: tuple[str, ...] = ()

    def at(self, id: str, day: date) -> LabourRule | None:
        """Return the version of rule `id` in force on `day`, None where there is none."""
        return next((rule for rule in self.versions.get(id, ()) if rule.in_force(day)), None)

    def number(self, id: str, day: date) -> float | None:
        """Return the number of rule `id` on `day`, None where there is none."""
        rule = self.at(id, day)
        return None if rule is None else rule.number

    def between(self, first: date, last: date) -> tuple[LabourRule, ...]:
        """Return every version in force on any day from `first` to `last`; a change of law between them gives both."""
        return tuple(
            rule
            for versions in self.versions.values()
            for rule in versions
            if (rule.effective_from is None or rule.effective_from <= last)
            and (rule.effective_until is None or first < rule.effective_until)
        )

    def on(self, day: date) -> RuleBook:
        """Return the rules in force on `day`."""
        return RuleBook(
            country=self.country, on=day, researched=self.researched, rules=self.between(day, day), notes=self.notes
        )


def frozen(law: Law, day: date) -> Law:
    """Return `law` as it is on `day`, as if it had always been so and always were."""
    rules = law.between(day, day)
    always = {rule.id: (replace(rule, effective_from=None, effective_until=None),) for rule in rules}
    return replace(law, versions=MappingProxyType(always))


def changes_of(law: Law, first: date, last: date) -> tuple[date, ...]:
    """Return the dates after `first` up to `last` on which some rule of `law` begins or ends."""
    edges = {
        day for rules in law.versions.values() for rule in rules for day in (rule.effective_from, rule.effective_until) if day
    }
    return tuple(sorted(day for day in edges if first < day <= last))


def rules_for(country: str, on: date, *, overrides: Overrides = ()) -> RuleBook:
    """Return the rules of `country` (ISO 3166, or a state such as US-CA) in force on the date `on`.

    A member of the European Union is held to the stricter of its own row and the Union's; the notes say which won. A state has the
    rules of its country where it has none of its own. `overrides` replace rules or switch them off. Raises DataError with every
    override that is unknown or out of range.
    """
    return law_of(country, overrides=overrides).on(on)


def law_of(country: str, *, overrides: Overrides = ()) -> Law:
    """Return every rule of `country` at any date; see `rules_for`."""
    given = tuple(overrides)
    if problems := override_problems(given, place=f"labour rules of {country}"):
        raise DataError(problems)
    law = _statute(country)
    versions = dict(law.versions)
    notes = list(law.notes)
    for id, value in given:
        before = versions.pop(id, ())
        instead = "; ".join(rule.sentence() for rule in before) or "no rule known"
        if value is None:
            notes.append(f"{id}: switched off by the user, in place of: {instead}")
        else:
            versions[id] = (_users(country, id, value, note=f"in place of: {instead}"),)
            notes.append(f"{id}: set to {value:g} {CATALOGUE[id].unit} by the user, in place of: {instead}")
    ordered = {id: versions[id] for id in CATALOGUE if id in versions}
    off = tuple(id for id, value in given if value is None)
    return replace(law, versions=MappingProxyType(ordered), notes=tuple(notes), off=off)


def law_of_site(site: Site, overrides: Mapping[str, float | None] | None = None) -> Law:
    """Return the law that holds at `site`: its country's, what the account sets in its place, and `overrides` over both."""
    return law_of(site.country, overrides=tuple({**dict(site.labour), **(overrides or {})}.items()))


def override_problems(overrides: Overrides, *, place: str) -> tuple[Problem, ...]:
    """Return everything wrong with `overrides`: unknown ids with the nearest known one, values out of range, rules nobody can set."""
    problems = []
    for id, value in overrides:
        spec = CATALOGUE.get(id)
        known = settable_rules()
        if spec is None:
            near = get_close_matches(id, known, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]}?" if near else f"known: {', '.join(known[:6])} and {len(known) - 6} more"
            problems.append(Problem(place, f"unknown rule {id}", remedy))
        elif spec.use is Use.PAY:
            problems.append(Problem(place, f"{id} is about pay", "write what is paid under premiums of the site"))
        elif not (spec.may_be_set or spec.may_be_off):
            problems.append(Problem(place, f"{id} is not checked, so that setting it would change nothing", "leave it out"))
        elif value is None and not spec.may_be_off:
            problems.append(Problem(place, f"{id} is only read by other rules", "set it to a number, or switch those off"))
        elif value is not None and not spec.may_be_set:
            problems.append(Problem(place, f"{id} has no number to set", f'leave it out, or write {id} = "off"'))
        elif value is not None:
            try:
                spec.checked(value)
            except ValueError as error:
                problems.append(Problem(place, str(error), "correct the value"))
    return tuple(problems)


def _users(country: str, id: str, value: float, *, note: str) -> LabourRule:
    return LabourRule(
        id=id,
        country=country,
        law=f"{country}, {SET_BY_USER}",
        value=float(value),
        unit=CATALOGUE[id].unit,
        source=SET_BY_USER,
        source_type=SET_BY_USER,
        note=note,
    )


@lru_cache(maxsize=128)
def _statute(country: str) -> Law:
    """The law as the table states it, without overrides."""
    own = _rows(country)
    notes = list(_no_rule_notes(country))
    researched = bool(own) or bool(notes)
    if "-" in country:
        parent = country.split("-")[0]
        own = {**_rows(parent), **own}
    versions = dict(own)
    if country in EU_MEMBERS:
        for id, floor in _rows(EU).items():
            versions[id], note = _with_floor(country, id, own.get(id, ()), floor[0])
            notes.append(note)
    if not researched:
        also = "; the floor of the European Union holds" if country in EU_MEMBERS else ""
        notes.append(f"{country}: no labour rule has been looked up{also}; set those you know")
    ordered = {id: versions[id] for id in CATALOGUE if id in versions}
    return Law(country=country, researched=researched, versions=MappingProxyType(ordered), notes=tuple(notes))


def _rows(country: str) -> dict[str, tuple[LabourRule, ...]]:
    rows = [row for row in labour_rows() if row.country == country and row.rule != NOT_RESEARCHED]
    daily = next((float(row.value) for row in rows if row.rule == "daily_rest_h" and row.value), 0.0)
    found: dict[str, list[LabourRule]] = {}
    for row in rows:
        rule = rule_from_row(row, daily_rest_h=daily)
        if rule is not None:
            found.setdefault(row.rule, []).append(rule)
    for id, rules in found.items():
        rules.sort(key=lambda rule: rule.effective_from or date.min)
        for before, after in pairwise(rules):
            if before.effective_until is None or after.effective_from is None or after.effective_from < before.effective_until:
                raise ValueError(f"labour rules of {country}: two versions of {id} hold at once")
    return {id: tuple(rules) for id, rules in found.items()}


def _no_rule_notes(country: str) -> list[str]:
    return [
        f"{row.rule}: no rule ({row.note or 'the source states none'})"
        for row in labour_rows()
        if row.country == country and row.rule != NOT_RESEARCHED and not row.value
    ]


def _with_floor(country: str, id: str, own: tuple[LabourRule, ...], floor: LabourRule) -> tuple[tuple[LabourRule, ...], str]:
    """The stricter of a country's versions and the Union's at every date, and a note that says which."""
    if not own:
        return (floor,), f"{id}: the floor of the European Union holds, {country} having no row of its own"
    if CATALOGUE[id].kind is not Kind.NUMBER:
        return own, f"{id}: the row of {country} holds"
    chosen: list[LabourRule] = []
    until: date | None = date.min
    for rule in own:
        if until is not None and rule.effective_from is not None and until < rule.effective_from:
            chosen.append(
                replace(floor, effective_from=None if until == date.min else until, effective_until=rule.effective_from)
            )
        winner = rule
        if _stricter(floor, rule):
            winner = replace(floor, effective_from=rule.effective_from, effective_until=rule.effective_until)
        chosen.append(winner)
        until = rule.effective_until
    if until is not None:
        chosen.append(replace(floor, effective_from=until))
    if all(rule.country == country for rule in chosen):
        return tuple(chosen), f"{id}: the row of {country} holds, being no looser than the floor of the European Union"
    return tuple(chosen), f"{id}: the floor of the European Union holds where it is stricter than the row of {country}"


def _stricter(a: LabourRule, b: LabourRule) -> bool:
    """True when `a` asks for more than `b`."""
    x, y = a.number + a.on_top_h, b.number + b.on_top_h
    return x > y if CATALOGUE[a.id].higher_is_stricter else x < y
