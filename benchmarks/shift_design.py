"""Minimum shift design instances (Musliu, Schaerf, Slany) in MiniZinc data format, through the shift catalogue.

``python -m benchmarks.shift_design FILE.dzn --seconds 60 --out SOLUTION.json``; the last line is ``objective bound seconds``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PAIR = re.compile(r"\s*(\w+)\s*=\s*(\[[^\]]*\]|[^;\[\]]+?)\s*;")
FOLDER = "SHIFT_DESIGN_INSTANCES"


class BadInstanceError(Exception):
    """The file is no instance; the message says why."""


@dataclass(frozen=True)
class Instance:
    """Demand per slot of a cyclic horizon, the allowed (start, length), and the price of one kind of shift in minutes."""

    interval: float
    days: int
    demand: list[float]
    kinds: list[tuple[int, int]]
    weight: float


def read_instance(path: Path) -> Instance:
    """Read a ``.dzn`` file: ``key = value;`` each, comments after ``%``."""
    try:
        text = "\n".join(line.split("%")[0] for line in path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise BadInstanceError(f"cannot be read: {error}") from None
    found: dict[str, list[float]] = {}
    end = 0
    for pair in PAIR.finditer(text):
        if text[end : pair.start()].strip():
            break
        end = pair.end()
        words = pair[2].strip("[] \t\n").split(",")
        try:
            found[pair[1]] = [float(word) for word in words if word.strip() or len(words) > 1]
        except ValueError:
            raise BadInstanceError(f"{pair[1]} must be numbers, got {pair[2][:40]!r}") from None
    if text[end:].strip():
        raise BadInstanceError(f"expected key = value; got {text[end:].strip()[:40]!r}")

    def values(key: str, count: int | None = None, *, whole: bool = True) -> list[float]:
        if key not in found:
            raise BadInstanceError(f"has no {key}")
        if count is not None and len(found[key]) != count:
            raise BadInstanceError(f"{key} must have {count} values, got {len(found[key])}")
        if whole and any(value != int(value) for value in found[key]):
            raise BadInstanceError(f"{key} must be whole numbers")
        return found[key]

    types, days = int(values("shiftTypes", 1)[0]), int(values("days", 1)[0])
    rows = [[int(value) for value in values(key, types)] for key in ("minStart", "maxStart", "minLength", "maxLength")]
    demand = values("demand", whole=False)
    if days < 1 or not demand or len(demand) % days:
        raise BadInstanceError(f"demand must have the same number of slots for each of {days} days, got {len(demand)} in all")
    kinds = {(s, n) for a, b, c, d in zip(*rows, strict=True) for s in range(a, b + 1) for n in range(c, d + 1)}
    weight = values("weightShiftInstances", 1, whole=False)[0]
    return Instance(values("interval", 1, whole=False)[0], days, demand, sorted(kinds), weight)


def solve_file(path: Path, out: Path | None, seconds: float, seed: int = 0, *, talk: bool = True) -> tuple[float, float, float]:
    """Solve the instance at `path`, write the solution to `out`; returns objective, bound and seconds."""
    from planner.domain.solve import Progress
    from planner.shifts.catalogue import least_catalogue

    began = time.perf_counter()
    case = read_instance(path)

    def tell(progress: Progress) -> None:
        if talk:
            print(f"{progress.seconds:7.1f} s  best {progress.best:g}  bound {progress.bound:g}", flush=True)

    try:
        found, info = least_catalogue(
            case.demand,
            case.kinds,
            days=case.days,
            slot_min=case.interval,
            weight=case.weight,
            seconds=seconds,
            seed=seed,
            runs=30,
            report=tell,
        )
    except ValueError as error:
        raise BadInstanceError(str(error)) from None
    if out is not None:
        rows = zip(found.kinds, found.heads.tolist(), strict=True)
        shifts = [{"start": kind.start, "length": kind.length, "heads": heads} for kind, heads in rows]
        out.write_text(json.dumps({"shifts": shifts}, indent=1) + "\n", encoding="utf-8")
    if talk:
        print(f"ended by {info.status}, {len(found.kinds)} kinds of shift")
    return info.objective or 0.0, info.bound or 0.0, time.perf_counter() - began


def main() -> None:
    """Solve every instance of the folder named by ``SHIFT_DESIGN_INSTANCES`` and print a table."""
    from measure import Row, print_rows

    folder = os.environ.get(FOLDER, "")
    files = sorted(Path(folder).glob("*.dzn")) if folder else []
    rows = [Row("instances", f"none: set {FOLDER} to a folder of .dzn files")] if not files else []
    for file in files:
        objective, bound, seconds = solve_file(file, None, 60.0, talk=False)
        rows.append(Row(file.stem, f"objective {objective:g}, bound {bound:g}, {seconds:.1f} s"))
    print_rows("Minimum shift design, at most 60 s each", rows)


def command(arguments: list[str]) -> int:
    """The command line; returns the exit code, 2 for a bad file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.shift_design", description="Solve a minimum shift design instance."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    try:
        objective, bound, seconds = solve_file(asked.file, asked.out, asked.seconds, asked.seed)
    except BadInstanceError as error:
        print(f"{asked.file}: {error}", file=sys.stderr)
        return 2
    print(f"{objective:g} {bound:g} {seconds:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
