"""Judge a solution of a call-centre week: ``python -m benchmarks.check_callcentre FILE.json SOLUTION.json``.

With ``--level 0.8 --window week --floor 0.5`` the level over its window and the floor take the place of the requirement per period.
Recomputes cover, breaks, days off, premium, service and objective from the two files alone and shares no code with the planner.
Prints everything illegal, or the objective as its last line. Exit code 0 legal, 1 illegal, 2 files that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TOLERANCE = 1e-9


class Judge:
    """Adds up what a solution's tours cover and cost, and collects what is wrong with them."""

    def __init__(self, week: dict[str, Any]) -> None:
        self.week = week
        self.size: int = week["periods"]
        self.day = self.size // 7
        self.hour = 60 / week["period_minutes"]
        self.works = int(week["tour"].split()[0])
        self.cover = {language: [0.0] * self.size for language in week["languages"]}
        self.idle = 0.0
        self.wages = 0.0
        self.heads = [0] * len(week["groups"])
        self.wrong: list[str] = []

    def night(self, group: dict[str, Any], period: int) -> bool:
        begin, end = (round((int(h[:2]) + int(h[3:]) / 60) * self.hour) for h in self.week["night_premium"]["local"].split("-"))
        local = (period + round(group["utc_offset_h"] * self.hour)) % self.day
        return begin <= local < end if begin < end else local >= begin or local < end

    def add(self, number: int, tour: dict[str, Any]) -> None:
        """Count one line of the solution."""
        say = f"tour {number}"
        index, kind, start, heads, days = (tour.get(key) for key in ("group", "kind", "start", "heads", "days"))
        if type(index) is not int or not 0 <= index < len(self.week["groups"]):
            self.wrong.append(f"{say}: there is no group {index!r}")
            return
        if kind not in self.week["shift_types"]:
            self.wrong.append(f"{say}: there is no shift type {kind!r}")
            return
        step = self.week["start_step_minutes"] // self.week["period_minutes"]
        if type(start) is not int or not 0 <= start < self.day or start % step:
            self.wrong.append(f"{say}: starts in slot {start!r}, which is none of every {step} from 0 to {self.day - 1}")
            return
        if type(heads) is not int or heads < 1:
            self.wrong.append(f"{say}: heads must be a whole number of 1 or more, got {heads!r}")
            return
        if not isinstance(days, list) or len(days) != self.works or len(set(map(str, days))) != self.works:
            self.wrong.append(f"{say}: works the days {days!r}, not {self.works} different ones of 7")
            return
        if any(type(d) is not int or not 0 <= d < 7 for d in days):
            self.wrong.append(f"{say}: days must be whole numbers from 0 to 6, got {days!r}")
            return
        group, shift = self.week["groups"][index], self.week["shift_types"][kind]
        breaks = tour.get("breaks", {})
        if sorted(breaks) != sorted(map(str, days)):
            self.wrong.append(f"{say}: has breaks on days {sorted(breaks)}, but works {sorted(days)}")
            return
        shares = list(self.shares(say, group, tour.get("split")))
        self.heads[index] += heads
        for day in days:
            rows = breaks[str(day)]
            if len(rows) != heads:
                self.wrong.append(f"{say}, day {day}: breaks of {len(rows)} heads, but {heads} work")
                continue
            first = day * self.day + start - round(group["utc_offset_h"] * self.hour)
            present = [heads] * shift["L"]
            for head, row in enumerate(rows):
                for slot in self.on_break(f"{say}, day {day}, head {head}", shift["br"], row):
                    present[slot] -= 1
            nights = sum(self.night(group, first + slot) for slot in range(shift["L"]))
            premium = 1 + self.week["night_premium"]["rate"] * nights / shift["L"]
            self.wages += heads * group["wage_per_hour"] / self.hour * shift["paid"] * premium
            for slot, seated in enumerate(present):
                period = (first + slot) % self.size
                for language, share in shares:
                    self.cover[language][period] += seated * share[period]
                self.idle += seated * max(0.0, 1 - sum(share[period] for _, share in shares))

    def on_break(self, say: str, rules: list[list[int]], row: Any) -> Iterator[int]:
        """Yield the slots of the shift one head is away."""
        if not isinstance(row, list) or len(row) != len(rules):
            self.wrong.append(f"{say}: takes the breaks {row!r}, {len(rules)} are due")
            return
        for (length, early, late), offset in zip(rules, row, strict=True):
            if type(offset) is not int or not early <= offset <= late:
                self.wrong.append(f"{say}: a break starts at {offset!r}, its window is {early} to {late}")
                continue
            yield from range(offset, offset + length)

    def shares(self, say: str, group: dict[str, Any], split: Any) -> Iterator[tuple[str, list[float]]]:
        """Yield each language and the share of the heads' time given to it in every period of the week."""
        if split is None and len(group["skills"]) == 1:
            split = {group["skills"][0]: 1}
        if not isinstance(split, dict) or not split:
            self.wrong.append(f"{say}: a group of several languages needs a split, got {split!r}")
            return
        total = [0.0] * self.size
        for language, given in split.items():
            if language not in group["skills"]:
                self.wrong.append(f"{say}: gives time to {language}, which it does not speak")
                continue
            row = given if isinstance(given, list) else [given] * self.size
            if len(row) != self.size or any(type(x) not in (int, float) or not -TOLERANCE <= x <= 1 + 1e-6 for x in row):
                self.wrong.append(f"{say}: the share of {language} must be a number from 0 to 1, or {self.size} of them")
                continue
            total = [a + b for a, b in zip(total, row, strict=True)]
            yield language, row
        over = [t for t, x in enumerate(total) if x > 1 + 1e-6]
        if over:
            self.wrong.append(f"{say}: gives away {total[over[0]]:g} of its time in period {over[0]}")

    def headcounts(self) -> None:
        """Hold the groups to the heads the file asks for, where it does."""
        for number, (group, heads) in enumerate(zip(self.week["groups"], self.heads, strict=True)):
            least, most = group.get("heads", group.get("min_heads")), group.get("heads", group.get("max_heads"))
            if (least is not None and heads < least) or (most is not None and heads > most):
                self.wrong.append(f"group {number}: {heads} heads, the file asks for {least} to {most}")

    def mismatch(self) -> float:
        """Return the price of too few and too many against the requirement per period; time given to no language is too many."""
        under, over = self.week["under_cost_per_agent_period"], self.week["over_cost_per_agent_period"]
        total = over * self.idle
        for language, row in self.cover.items():
            for have, need in zip(row, self.week["required"][language], strict=True):
                total += under * max(0.0, need - have) + over * max(0.0, have - need)
        return total

    def service(self, level: float, window: str, floor: float) -> None:
        """Hold cover to the floor in every period and to the level over every window."""
        length = self.size if window == "week" else self.day
        within_s = self.week["service_target"]["seconds"]
        for language, row in self.cover.items():
            calls, aht = self.week["calls_per_period"][language], self.week["aht_seconds"][language]
            reached = [0.0] * self.size
            for t, agents in enumerate(row):
                load = calls[t] * aht / 60 / self.week["period_minutes"]
                if agents + 1e-6 < least_agents(load, aht, within_s, floor):
                    self.wrong.append(f"{language}, period {t}: {agents:g} agents, below the floor")
                reached[t] = answered_in_time(load, agents, aht, within_s)
            for first in range(0, self.size, length):
                offered = sum(calls[first : first + length])
                good = sum(c * s for c, s in zip(calls[first : first + length], reached[first : first + length], strict=True))
                if good < level * offered * (1 - 1e-9):
                    self.wrong.append(f"{language}, {window} from period {first}: level {good / offered:.5f}, below {level:g}")


def answered_in_time(load: float, agents: float, aht: float, within_s: float) -> float:
    """Return the share answered within the threshold by Erlang C; between whole numbers of agents, time shared between the two."""
    if load == 0:
        return 1.0
    whole = math.floor(agents + 1e-7)
    part = max(0.0, agents - whole)
    below = erlang_c(load, whole, aht, within_s)
    return below if part < 1e-7 else (1 - part) * below + part * erlang_c(load, whole + 1, aht, within_s)


def erlang_c(load: float, agents: int, aht: float, within_s: float) -> float:
    """Return the share answered in time by `agents` whole agents, by the sum of Poisson weights; 0 where the load reaches them."""
    if agents <= load:
        return 0.0
    log = [k * math.log(load) - math.lgamma(k + 1) for k in range(agents + 1)]
    scale = max(log)
    queueing = math.exp(log[agents] - scale) * agents / (agents - load)
    waits = queueing / (sum(math.exp(x - scale) for x in log[:agents]) + queueing)
    return 1 - waits * math.exp(-(agents - load) * within_s / aht)


def least_agents(load: float, aht: float, within_s: float, floor: float) -> int:
    """Return the fewest agents above the load who reach the floor."""
    if load == 0:
        return 0
    agents = math.floor(load) + 1
    while erlang_c(load, agents, aht, within_s) < floor:
        agents += 1
    return agents


def main(arguments: list[str] | None = None) -> int:
    """Check; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check_callcentre", description="Judge a solution of a week.")
    parser.add_argument("file", type=Path)
    parser.add_argument("solution", type=Path)
    parser.add_argument("--level", type=float)
    parser.add_argument("--window", choices=("week", "day"), default="week")
    parser.add_argument("--floor", type=float, default=0.5)
    asked = parser.parse_args(arguments)
    try:
        judge = Judge(json.loads(asked.file.read_text(encoding="utf-8")))
        for number, tour in enumerate(json.loads(asked.solution.read_text(encoding="utf-8"))["tours"]):
            judge.add(number, tour)
        judge.headcounts()
        if asked.level is not None:
            judge.service(asked.level, asked.window, asked.floor)
        objective = judge.wages + (judge.mismatch() if asked.level is None else 0.0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"cannot be read: {error!r}", file=sys.stderr)
        return 2
    for line in judge.wrong:
        print(line, file=sys.stderr)
    if judge.wrong:
        return 1
    print(f"{sum(judge.heads)} heads, wages {judge.wages:.2f}")
    print(f"{objective:.6f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
