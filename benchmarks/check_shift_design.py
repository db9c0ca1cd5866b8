"""Recompute the objective of a minimum shift design solution from the instance and the solution file alone.

``python -m benchmarks.check_shift_design FILE.dzn SOLUTION.json`` prints the objective; an illegal solution ends with code 1, an
unreadable file with code 2. Shares no code with the engine or its adapter.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def objective_of(instance: dict[str, list[float]], shifts: list[dict[str, object]]) -> tuple[float, list[str]]:
    """Return the objective and what is illegal about the shifts."""
    days, demand = int(instance["days"][0]), instance["demand"]
    slots = len(demand) // days
    types = list(zip(*(instance[key] for key in ("minStart", "maxStart", "minLength", "maxLength")), strict=True))
    present = [0] * len(demand)
    used, wrong = set(), []
    for number, shift in enumerate(shifts, 1):
        start, length, heads = shift.get("start"), shift.get("length"), shift.get("heads")
        if type(start) is not int or type(length) is not int or not isinstance(heads, list):
            wrong.append(f"shift {number}: start and length must be whole numbers and heads a list")
            continue
        if not any(a <= start <= b and c <= length <= d for a, b, c, d in types):
            wrong.append(f"shift {number}: start {start} with length {length} is of no shift type")
        if len(heads) != days or any(type(h) is not int or h < 0 for h in heads):
            wrong.append(f"shift {number}: heads must be {days} whole numbers of 0 or more")
            continue
        for day, count in enumerate(heads):
            if count:
                used.add((start, length))
            for slot in range(length):
                present[(day * slots + start + slot) % len(demand)] += count
    off = sum(abs(have - need) for have, need in zip(present, demand, strict=True))
    return instance["interval"][0] * off + instance["weightShiftInstances"][0] * len(used), wrong


def read(path: Path) -> dict[str, list[float]]:
    """Read ``key = value;`` pairs."""
    found = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for statement in "\n".join(line.split("%")[0] for line in lines).split(";"):
        if "=" in statement:
            key, value = statement.split("=")
            found[key.strip()] = [float(word) for word in value.strip().strip("[]").split(",")]
    return found


def main(arguments: list[str]) -> int:
    """Check; returns the exit code."""
    if len(arguments) != 2:
        print("usage: python -m benchmarks.check_shift_design FILE.dzn SOLUTION.json", file=sys.stderr)
        return 2
    try:
        instance = read(Path(arguments[0]))
        shifts = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))["shifts"]
        objective, wrong = objective_of(instance, shifts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"cannot be read: {error!r}", file=sys.stderr)
        return 2
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        return 1
    print(f"{objective:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
