"""Shift scheduling instances with named people (Curtois and Qu 2014, www.schedulingbenchmarks.org) in their text format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from planner.errors import DataError, Problem
from planner.roster.problem import NamedProblem

_SECTIONS = ("HORIZON", "SHIFTS", "STAFF", "DAYS_OFF", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS", "COVER")
_WANTED = ("HORIZON", "SHIFTS", "STAFF", "COVER")


def read_nrp(path: Path) -> NamedProblem:
    """Return the instance of one file; raises DataError with every problem found."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(Problem(str(path), f"cannot be read: {error}", "give the path of an instance's .txt file")) from None
    return _Reader(path.name, text).problem()


class _Reader:
    """Collects every line's fields, and every line's faults."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.lines: dict[str, list[tuple[int, str]]] = {}
        section = None
        for number, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                section = line.removeprefix("SECTION_")
                if section not in _SECTIONS:
                    self.fault(number, f"unknown section {line}", f"known are {', '.join(_SECTIONS)}")
                self.lines.setdefault(section, [])
            elif section is None:
                self.fault(number, f"{line!r} stands before any section", "start with SECTION_HORIZON")
            else:
                self.lines[section].append((number, line))
        for wanted in _WANTED:
            if not self.lines.get(wanted):
                self.problems.append(
                    Problem(name, f"section {wanted} is missing or empty", f"write SECTION_{wanted} and its lines")
                )
        if self.problems:
            raise DataError(self.problems)

    def fault(self, number: int, message: str, remedy: str = "") -> None:
        """Note a problem of one line."""
        self.problems.append(Problem(f"{self.name} line {number}", message, remedy))

    def each(self, section: str, fields: int, take: Callable[[int, list[str]], None], *, at_least: bool = False) -> None:
        """Hand every line of a section to `take`, noting those that have another number of fields or a field that does not fit."""
        for number, line in self.lines.get(section, []):
            parts = [part.strip() for part in line.split(",")]
            if len(parts) < fields or (len(parts) > fields and not at_least):
                more = " or more" if at_least else ""
                self.fault(
                    number, f"wants {fields}{more} fields, got {len(parts)}: {line}", "see the comment above the section"
                )
                continue
            try:
                take(number, parts)
            except ValueError as error:
                self.fault(number, str(error))

    def problem(self) -> NamedProblem:
        """Return the instance, or raise DataError."""
        days = self.horizon()
        shifts: dict[str, int] = {}
        minutes: list[int] = []
        banned: list[tuple[int, str, str]] = []

        def shift(number: int, f: list[str]) -> None:
            if f[0] in shifts:
                raise ValueError(f"shift {f[0]} is defined twice")
            shifts[f[0]] = len(shifts)
            minutes.append(_whole(f[1], "length", least=1))
            banned.extend((number, f[0], after) for after in f[2].split("|") if after)

        self.each("SHIFTS", 3, shift)
        may_not_follow = np.zeros((len(shifts), len(shifts)), dtype=np.bool_)
        for number, before, after in banned:
            if before not in shifts or after not in shifts:
                self.fault(number, f"unknown shift {after}", f"known are {', '.join(shifts)}")
            else:
                may_not_follow[shifts[before], shifts[after]] = True
        people: dict[str, int] = {}
        limits: list[list[int]] = []
        most: list[list[int]] = []

        def staff(number: int, f: list[str]) -> None:
            if f[0] in people:
                raise ValueError(f"employee {f[0]} is defined twice")
            counts = [days] * len(shifts)
            for item in filter(None, f[1].split("|")):
                name, _, count = item.partition("=")
                counts[_known(name, shifts, "shift")] = _whole(count, f"most shifts {name}")
            names = ("MaxTotalMinutes", "MinTotalMinutes", "MaxConsecutiveShifts", "MinConsecutiveShifts",
                     "MinConsecutiveDaysOff", "MaxWeekends")  # fmt: skip
            least = (0, 0, 1, 1, 1, 0)
            values = [_whole(v, n, least=low) for v, n, low in zip(f[2:], names, least, strict=True)]
            people[f[0]] = len(people)
            most.append(counts)
            limits.append(values)

        self.each("STAFF", 8, staff)
        shape = (len(people), days, len(shifts))
        fixed_off = np.zeros(shape[:2], dtype=np.bool_)
        wishes = {"ON": np.zeros(shape), "OFF": np.zeros(shape)}
        need = np.zeros(shape[1:], dtype=np.int64)
        under, over = np.zeros(shape[1:]), np.zeros(shape[1:])

        def day_off(number: int, f: list[str]) -> None:
            for day in f[1:]:
                fixed_off[_known(f[0], people, "employee"), _day(day, days)] = True

        self.each("DAYS_OFF", 2, day_off, at_least=True)
        for kind, weights in wishes.items():

            def wish(number: int, f: list[str], weights: np.ndarray = weights) -> None:
                at = _known(f[0], people, "employee"), _day(f[1], days), _known(f[2], shifts, "shift")
                weights[at] += _weight(f[3], "weight")

            self.each(f"SHIFT_{kind}_REQUESTS", 4, wish)

        def cover(number: int, f: list[str]) -> None:
            at = _day(f[0], days), _known(f[1], shifts, "shift")
            need[at] = _whole(f[2], "requirement")
            under[at], over[at] = _weight(f[3], "weight for under"), _weight(f[4], "weight for over")

        self.each("COVER", 5, cover)
        if self.problems:
            raise DataError(self.problems)
        rules = np.array(limits, dtype=np.int64)
        weekday = np.arange(days) % 7  # every instance starts on a Monday
        return NamedProblem(
            people=tuple(people), shifts=tuple(shifts), minutes=np.array(minutes), may_not_follow=may_not_follow,
            max_shifts=np.array(most), max_minutes=rules[:, 0], min_minutes=rules[:, 1], max_run=rules[:, 2], min_run=rules[:, 3],
            min_off=rules[:, 4], max_weekends=rules[:, 5], fixed_off=fixed_off,
            weekend=np.where(weekday >= 5, np.arange(days) // 7, -1), wish_on=wishes["ON"], wish_off=wishes["OFF"],
            need=need, under_cost=under, over_cost=over,
        )  # fmt: skip

    def horizon(self) -> int:
        """Days of the horizon; a fault here leaves nothing else to check."""
        number, line = self.lines["HORIZON"][0]
        try:
            return _whole(line, "horizon", least=1)
        except ValueError as error:
            self.fault(number, str(error), "write the number of days")
            raise DataError(self.problems) from None


def _known(name: str, names: dict[str, int], what: str) -> int:
    if name not in names:
        raise ValueError(f"unknown {what} {name!r}")
    return names[name]


def _whole(text: str, what: str, *, least: int = 0) -> int:
    try:
        value = int(text)
    except ValueError:
        raise ValueError(f"{what} must be a whole number, got {text!r}") from None
    if value < least:
        raise ValueError(f"{what} must be {least} or more, got {value}")
    return value


def _day(text: str, days: int) -> int:
    day = _whole(text, "day")
    if day >= days:
        raise ValueError(f"day {day} lies past the horizon of {days} days, counted from 0")
    return day


def _weight(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{what} must be a number, got {text!r}") from None
    if not 0 <= value < np.inf:
        raise ValueError(f"{what} must be 0 or more, got {text}")
    return value
