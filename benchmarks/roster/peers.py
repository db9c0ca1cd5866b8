"""Peers on the same demand and the same shifts, the same seconds, each in a process of its own; ours beside them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from callcentre_instance import Instance, read_instance
from measure import Row

from benchmarks.roster.daily import DailyWork, daily_work
from benchmarks.roster.ours import few

HERE = Path(__file__).resolve().parent


def peer_rows(file: Path, seconds: float) -> list[Row]:
    """Solve the week in `file` with ours, pyworkforce and a model in the style of the OR-tools sample; returns the table."""
    instance = read_instance(file)
    work = daily_work(instance)
    rows = []
    for aim, what, number in (("hard", "cost, nobody missing", 0), ("deviation", "sum of absolute deviations", 1)):
        ours = _child("ours.py", aim, str(file), str(seconds))["heads"]
        peer = _child("peer_pyworkforce.py", aim, str(seconds), given=work.as_dict())
        rows += _daily(work, ours, peer, what, number)
    ours = _child("ours.py", "fixed", str(file), str(seconds))
    sample = _child("peer_ortools.py", str(seconds), given=_tours(few(instance), employees=_enough(instance, ours["agents"])))
    rows.append(Row("tours, fixed breaks, 8 h and 9 h: ours", f"{ours['objective']:,.0f}, {ours['agents']} agents"))
    if "objective" in sample:
        found = f"{sample['objective']:,.0f}, {sample['agents']} agents"
        rows.append(Row("  style of the OR-tools sample, starts free every day", found))
        rows.append(_ratio("  cost, ours / theirs", ours["objective"] / sample["objective"]))
    else:
        rows.append(Row("  style of the OR-tools sample", f"none found: {sample['status']}"))
    free = _child("ours.py", "free", str(file), str(seconds))
    rows.append(Row("tours, breaks in their windows, all shifts: ours", f"{free['objective']:,.0f}, {free['agents']} agents"))
    return rows


def _daily(work: DailyWork, ours: list[list[int]], peer: dict[str, Any], what: str, number: int) -> list[Row]:
    mine, theirs = work.price(ours), work.price(peer["heads"])
    rows = [
        Row(f"daily shifts, fixed breaks, {what}: ours", _shown(mine, ours)),
        Row(f"  pyworkforce, ended {peer['status']}", _shown(theirs, peer["heads"])),
    ]
    if theirs[number] and any(map(any, peer["heads"])):
        rows.append(_ratio("  ours / theirs", mine[number] / theirs[number]))
    return rows


def _shown(found: tuple[float, int, int], heads: list[list[int]]) -> str:
    cost, off, missing = found
    return f"cost {cost:,.0f}, deviation {off}, {missing} missing, {sum(map(sum, heads))} shifts"


def _ratio(what: str, value: float) -> Row:
    return Row(what, f"{value:.4f}", "≤ 1", value <= 1 + 1e-9)


def _enough(instance: Instance, agents: int) -> int:
    """Employees the sample may choose from: some more than ours needed."""
    return agents + max(2, agents // 20)


def _tours(instance: Instance, *, employees: int) -> dict[str, Any]:
    """The week as plain data: per kind and day the periods covered and the cost."""
    cover, cost = [], []
    for number, shift in enumerate(instance.types):
        away = {offset + i for length, offset, _ in shift.breaks for i in range(length)}
        for start in range(0, instance.day, instance.step):
            firsts = [(d * instance.day + start - instance.teams[0].ahead) % instance.size for d in range(7)]
            cover.append([[(f + i) % instance.size for i in range(shift.length) if i not in away] for f in firsts])
            cost.append([instance.duty_wage(0, number, f) for f in firsts])
    return {
        "required": [int(n) for n in instance.required[instance.teams[0].skills[0]]],
        "cover": cover,
        "cost": cost,
        "days": instance.days,
        "employees": employees,
        "under": instance.under,
        "over": instance.over,
    }


def _child(script: str, *arguments: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
    command = [sys.executable, str(HERE / script), *arguments]
    done = subprocess.run(
        command, input=None if given is None else json.dumps(given), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{script} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
