"""Call-centre weeks in JSON: a cyclic week of equal periods, several languages, groups of several skills, one set of shift types."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.errors import DataError, Problem

DAYS = 7
HEAD_KEYS = ("heads", "min_heads", "max_heads")


@dataclass(frozen=True)
class ShiftType:
    """`length` and `paid` in periods; `breaks` as (length, first offset, last offset) from the shift's start, in order."""

    name: str
    length: int
    paid: int
    breaks: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Team:
    """A group: its site, its clock's lead on UTC in periods, its languages (indexes), its wage, and its least and most heads."""

    site: str
    ahead: int
    skills: tuple[int, ...]
    wage_per_h: float
    least: int
    most: int | None


@dataclass(frozen=True)
class Instance:
    """A week: `calls` and `required` ``[L, T]``, `aht_s` ``[L]``; costs per agent and period; `night` ``[day's periods]`` marks the
    local periods of the premium; everybody works `days` of the seven days, from a start every `step` periods."""

    period_min: int
    languages: tuple[str, ...]
    calls: Floats
    aht_s: Floats
    level: float
    within_s: float
    required: Floats
    teams: tuple[Team, ...]
    types: tuple[ShiftType, ...]
    step: int
    under: float
    over: float
    premium: float
    night: Bools
    days: int

    @property
    def size(self) -> int:
        """Periods of the week."""
        return self.required.shape[1]

    @property
    def day(self) -> int:
        """Periods of a day."""
        return self.size // DAYS

    def duty_wage(self, team: int, kind: int, first: int) -> float:
        """Return what one head's shift of a type costs when it starts in UTC period `first`: the paid periods at the group's wage,
        raised by the premium in the proportion of the shift's night periods, wherever its breaks fall."""
        shift, group = self.types[kind], self.teams[team]
        local = (first + group.ahead + np.arange(shift.length)) % self.day
        share = float(self.night[local].mean())
        return group.wage_per_h * self.period_min / 60 * shift.paid * (1 + self.premium * share)


def read_instance(path: Path) -> Instance:
    """Read and check a file; raises DataError with every problem found."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(Problem(str(path), f"cannot be read: {error}", "give a call-centre week in JSON")) from None
    if not isinstance(data, dict):
        raise DataError(Problem(str(path), "holds no JSON object", "give a call-centre week in JSON"))
    return _Reader(str(path), data).instance()


class _Reader:
    """Collects what is wrong while it reads."""

    def __init__(self, place: str, data: Mapping[str, Any]) -> None:
        self.place, self.data = place, data
        self.problems: list[Problem] = []

    def wrong(self, key: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(f"{self.place}: {key}", message, remedy))

    def number(self, key: str, holder: Any, name: str, *, above: float | None = None, least: float | None = None) -> float:
        value = holder.get(name) if isinstance(holder, Mapping) else None
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if good and above is not None:
            good = value > above
        if good and least is not None:
            good = value >= least
        if not good:
            limit = f" above {above:g}" if above is not None else f" of {least:g} or more" if least is not None else ""
            self.wrong(key, f"must be a number{limit}, got {_short(value)}", "write one")
            return float("nan")
        return float(value)  # type: ignore[arg-type]

    def whole(self, key: str, value: Any, least: int) -> int:
        if not isinstance(value, int | float) or isinstance(value, bool) or value != value // 1 or value < least:
            self.wrong(key, f"must be a whole number of {least} or more, got {_short(value)}", "write one")
            return least
        return int(value)

    def instance(self) -> Instance:
        data = self.data
        size = self.whole("periods", data.get("periods"), DAYS)
        minutes = self.whole("period_minutes", data.get("period_minutes"), 1)
        if size * minutes != DAYS * 1440:
            self.wrong(
                "periods", f"{size} periods of {minutes} minutes are no week", "write 672 periods of 15 minutes, or the like"
            )
            raise DataError(self.problems)  # every list's length hangs on it
        if data.get("cyclic_week") is not True:
            self.wrong(
                "cyclic_week", f"must be true, got {_short(data.get('cyclic_week'))}", "only weeks that repeat are solved"
            )
        languages = data.get("languages")
        if not isinstance(languages, list) or not languages or len(set(map(str, languages))) != len(languages):
            self.wrong("languages", "must be a list of different names", 'write ["PT"], for example')
            raise DataError(self.problems)
        names = tuple(map(str, languages))
        target = data.get("service_target")
        if not isinstance(target, Mapping) or target.get("model", "Erlang C") != "Erlang C":
            self.wrong(
                "service_target", f'must be an object of model "Erlang C", got {_short(target)}', "give level and seconds"
            )
            target = {"level": 0.8, "seconds": 20}
        aht = data.get("aht_seconds")
        step_min = self.whole("start_step_minutes", data.get("start_step_minutes"), minutes)
        if step_min % minutes or 1440 % step_min:
            self.wrong("start_step_minutes", f"{step_min} does not divide a day into whole periods", "write 30, for example")
            step_min = minutes
        found = Instance(
            period_min=minutes,
            languages=names,
            calls=self._series("calls_per_period", names, size),
            aht_s=np.array([self.number(f"aht_seconds.{name}", aht, name, above=0) for name in names]),
            level=self._level(target),
            within_s=self.number("service_target.seconds", target, "seconds", least=0),
            required=self._series("required", names, size),
            teams=self._teams(names, minutes),
            types=self._types(size // DAYS),
            step=step_min // minutes,
            under=self.number("under_cost_per_agent_period", data, "under_cost_per_agent_period", above=0),
            over=self.number("over_cost_per_agent_period", data, "over_cost_per_agent_period", least=0),
            premium=self.number("night_premium.rate", data.get("night_premium"), "rate", least=0),
            night=self._night(size // DAYS, minutes),
            days=self._days(),
        )
        if self.problems:
            raise DataError(self.problems)
        return found

    def _level(self, target: Mapping[str, Any]) -> float:
        level = self.number("service_target.level", target, "level", above=0)
        if level >= 1:
            self.wrong("service_target.level", f"must lie between 0 and 1, got {level:g}", "write 0.8 for 80%")
        return level

    def _series(self, key: str, names: tuple[str, ...], size: int) -> Floats:
        rows = self.data.get(key)
        found = np.zeros((len(names), size))
        for number, name in enumerate(names):
            row = rows.get(name) if isinstance(rows, Mapping) else None
            if not isinstance(row, list) or len(row) != size:
                got = f"{len(row)} values" if isinstance(row, list) else _short(row)
                self.wrong(f"{key}.{name}", f"must be a list of {size} numbers, got {got}", "give one for every period")
                continue
            bad = [
                t
                for t, v in enumerate(row)
                if not isinstance(v, int | float) or isinstance(v, bool) or not math.isfinite(v) or v < 0
            ]
            if bad:
                self.wrong(f"{key}.{name}[{bad[0]}]", f"must be 0 or more, got {_short(row[bad[0]])}", _and_more(bad))
                continue
            found[number] = row
        return found

    def _teams(self, names: tuple[str, ...], minutes: int) -> tuple[Team, ...]:
        rows = self.data.get("groups")
        if not isinstance(rows, list) or not rows:
            self.wrong("groups", "must be a list of at least one group", "give site, utc_offset_h, skills and wage_per_hour")
            return ()
        teams = []
        for number, row in enumerate(rows):
            key = f"groups[{number}]"
            ahead = self.number(f"{key}.utc_offset_h", row, "utc_offset_h", above=-24) * 60 / minutes
            if ahead != ahead // 1:
                self.wrong(f"{key}.utc_offset_h", f"is no whole number of {minutes}-minute periods", "write -5 or 5.5")
                ahead = 0
            skills = row.get("skills") if isinstance(row, Mapping) else None
            unknown = [s for s in skills if s not in names] if isinstance(skills, list) else [skills]
            if unknown or not skills:
                self.wrong(
                    f"{key}.skills", f"must name languages of the file, got {_short(skills)}", f"known: {', '.join(names)}"
                )
                skills = []
            wage = self.number(f"{key}.wage_per_hour", row, "wage_per_hour", above=0)
            least, most = self._heads(key, row if isinstance(row, Mapping) else {})
            site = str(row.get("site", "")) if isinstance(row, Mapping) else ""
            teams.append(Team(site, int(ahead), tuple(sorted({names.index(s) for s in skills})), wage, least, most))
        for number, name in enumerate(names):
            if not any(number in team.skills for team in teams):
                self.wrong("groups", f"nobody speaks {name}", "give a group the skill")
        return tuple(teams)

    def _heads(self, key: str, row: Mapping[str, Any]) -> tuple[int, int | None]:
        given = {name: self.whole(f"{key}.{name}", row[name], 0) for name in HEAD_KEYS if row.get(name) is not None}
        least, most = given.get("heads", given.get("min_heads", 0)), given.get("heads", given.get("max_heads"))
        if most is not None and most < least:
            self.wrong(f"{key}.max_heads", f"{most} is below the least heads, {least}", "raise the one or lower the other")
        return least, most

    def _types(self, day: int) -> tuple[ShiftType, ...]:
        rows = self.data.get("shift_types")
        if not isinstance(rows, Mapping) or not rows:
            self.wrong("shift_types", "must hold at least one type", "give L, paid and br of each")
            return ()
        types = []
        for name, row in rows.items():
            key = f"shift_types.{name}"
            if not isinstance(row, Mapping):
                self.wrong(key, f"must be an object, got {_short(row)}", "give L, paid and br")
                continue
            length = self.whole(f"{key}.L", row.get("L"), 1)
            paid = self.whole(f"{key}.paid", row.get("paid"), 1)
            if length >= day or paid > length:
                self.wrong(
                    key,
                    f"lasts {length} periods, {paid} of them paid",
                    f"L must be below {day}, a day's, and paid no more than L",
                )
            breaks, end = [], 0
            for number, rest in enumerate(row.get("br", [])):
                good = isinstance(rest, list) and len(rest) == 3 and all(type(v) is int for v in rest)
                if not good or rest[0] < 1 or rest[1] > rest[2] or rest[1] < end or rest[2] + rest[0] > length:
                    self.wrong(
                        f"{key}.br[{number}]",
                        f"must be [length, first offset, last offset] inside the shift and after the break before, got {_short(rest)}",
                        "write [2, 12, 18], for example",
                    )
                    continue
                end = rest[2] + rest[0]
                breaks.append((rest[0], rest[1], rest[2]))
            types.append(ShiftType(str(name), length, paid, tuple(breaks)))
        return tuple(types)

    def _night(self, day: int, minutes: int) -> Bools:
        premium = self.data.get("night_premium")
        text = premium.get("local") if isinstance(premium, Mapping) else None
        match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text) if isinstance(text, str) else None
        if match is None:
            self.wrong("night_premium.local", f"must be hours like 22:00-06:00, got {_short(text)}", "write local hours")
            return np.zeros(day, dtype=np.bool_)
        a, b, c, d = map(int, match.groups())
        start, end = (60 * a + b) / minutes, (60 * c + d) / minutes
        if start != start // 1 or end != end // 1 or max(start, end) > day:
            self.wrong("night_premium.local", f"{text} does not start and end with a period", f"use steps of {minutes} minutes")
        period = np.arange(day)
        return (period >= start) & (period < end) if start < end else (period >= start) | (period < end)

    def _days(self) -> int:
        match = re.match(r"([1-7]) of 7 days, same start and length", str(self.data.get("tour", "")))
        if match is None:
            self.wrong(
                "tour",
                f"is not understood: {_short(self.data.get('tour'))}",
                'write "5 of 7 days, same start and length all week"',
            )
            return 5
        return int(match[1])


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _and_more(bad: list[int]) -> str:
    return "write a number" + (f"; {len(bad) - 1} more are wrong" if len(bad) > 1 else "")
