"""Judge a solution of an instance with named people: `check_nrp.py FILE.txt SOLUTION.json`; shares no code with the planner.

Prints every broken hard rule, or the objective as its last line. Exit code 0 legal, 1 rules broken, 2 files that cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def sections(text: str) -> dict[str, list[list[str]]]:
    """Return the fields of every line by section."""
    found: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("SECTION_"):
            current = found.setdefault(line[len("SECTION_") :], [])
        elif line and line[0] != "#":
            current.append([field.strip() for field in line.split(",")])
    return found


def stretches(days: list[bool]) -> Iterator[tuple[bool, int, int]]:
    """Yield (at work, first day, length) of every stretch of equal days."""
    first = 0
    for day in range(1, len(days) + 1):
        if day == len(days) or days[day] != days[first]:
            yield days[first], first, day - first
            first = day


def broken(instance: dict[str, list[list[str]]], assignments: dict[str, dict[str, str]]) -> list[str]:
    """Return one sentence for each hard rule a solution breaks."""
    horizon = int(instance["HORIZON"][0][0])
    minutes = {line[0]: int(line[1]) for line in instance["SHIFTS"]}
    banned = {line[0]: [name for name in line[2].split("|") if name] for line in instance["SHIFTS"]}
    staff = {line[0]: line[1:] for line in instance["STAFF"]}
    free = {(line[0], int(day)) for line in instance.get("DAYS_OFF", []) for day in line[1:]}
    found = [f"{who} is not on the staff" for who in assignments if who not in staff]
    for who, rules in staff.items():
        row: list[str | None] = [None] * horizon
        for day, name in assignments.get(who, {}).items():
            if not day.isdigit() or int(day) >= horizon:
                found.append(f"{who}: day {day} lies outside the horizon")
            elif name not in minutes:
                found.append(f"{who}: unknown shift {name} on day {day}")
            else:
                row[int(day)] = name
        found += [f"{who}: {what}" for what in of_person(row, rules, minutes, banned)]
        found += [f"{who}: works on day {d}, a day off" for d in range(horizon) if row[d] and (who, d) in free]
    return found


def of_person(row: list[str | None], rules: list[str], minutes: dict[str, int], banned: dict[str, list[str]]) -> Iterator[str]:
    """Yield what one employee's row breaks of the rules of the STAFF section."""
    caps = dict(item.split("=") for item in rules[0].split("|") if item)
    most, least, longest, shortest, rest, weekends = map(int, rules[1:7])
    for name, cap in caps.items():
        if row.count(name) > int(cap):
            yield f"{row.count(name)} shifts {name}, MaxShifts {cap}"
    total = sum(minutes[name] for name in row if name)
    if not least <= total <= most:
        yield f"{total} minutes, not between {least} and {most}"
    for day in range(1, len(row)):
        before, now = row[day - 1], row[day]
        if before and now and now in banned[before]:
            yield f"{now} on day {day} cannot follow {before}"
    for at_work, first, length in stretches([bool(name) for name in row]):
        at_edge = first == 0 or first + length == len(row)
        if at_work and length > longest:
            yield f"{length} consecutive shifts from day {first}, MaxConsecutiveShifts {longest}"
        if at_work and length < shortest and not at_edge:
            yield f"{length} consecutive shifts from day {first}, MinConsecutiveShifts {shortest}"
        if not at_work and length < rest and not at_edge:
            yield f"{length} consecutive days off from day {first}, MinConsecutiveDaysOff {rest}"
    worked = sum(any(row[sat : sat + 2]) for sat in range(5, len(row), 7))
    if worked > weekends:
        yield f"{worked} weekends, MaxWeekends {weekends}"


def objective(instance: dict[str, list[list[str]]], assignments: dict[str, dict[str, str]]) -> float:
    """Return the weights of requests not kept and of cover short or spare."""
    total = 0.0
    for who, day, name, weight in instance.get("SHIFT_ON_REQUESTS", []):
        total += float(weight) * (assignments.get(who, {}).get(day) != name)
    for who, day, name, weight in instance.get("SHIFT_OFF_REQUESTS", []):
        total += float(weight) * (assignments.get(who, {}).get(day) == name)
    for day, name, wanted, under, over in instance["COVER"]:
        heads = sum(days.get(day) == name for days in assignments.values())
        total += max(int(wanted) - heads, 0) * float(under) + max(heads - int(wanted), 0) * float(over)
    return total


def main(arguments: list[str]) -> int:
    """Check one solution."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        instance = sections(Path(arguments[0]).read_text(encoding="utf-8-sig"))
        solution: dict[str, Any] = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))
        faults = broken(instance, solution["assignments"])
        total = objective(instance, solution["assignments"])
    except (OSError, ValueError, KeyError, IndexError, AttributeError) as error:
        print(f"cannot be read: {error!r}", file=sys.stderr)
        return 2
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    print(f"{total:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
