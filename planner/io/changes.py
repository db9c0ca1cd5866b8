"""Reading a file of changes, TOML with CSV tables where they are long, against the plan it is about; every problem at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.domain.account import Event
from planner.domain.changes import (
    Away,
    Changes,
    Effort,
    Fixed,
    Joining,
    Leaving,
    Lock,
    Notice,
    Overtime,
    Pay,
    Prices,
    VolumeChange,
)
from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.errors import DataError, Problem
from planner.io.changes_settings import (
    AwaySettings,
    ChangesFile,
    EventSettings,
    FixedSettings,
    JoiningSettings,
    LeavingSettings,
    LockSettings,
    OvertimeSettings,
    PaySettings,
    PricesSettings,
    RunSettings,
    TablesSettings,
    VolumeSettings,
)
from planner.io.changes_tables import away_rows, volume_rows
from planner.io.explain import _sentence, as_problem
from planner.io.names import did_you_mean, safe_path, shown
from planner.io.places import table_place
from planner.io.settings.base import Section
from planner.io.settings.walk import inner_model, written_keys
from planner.io.toml_file import read_toml

_S = TypeVar("_S", bound=Section)

_LISTS: dict[str, type[Section]] = {
    "away": AwaySettings,
    "leaving": LeavingSettings,
    "joining": JoiningSettings,
    "volume": VolumeSettings,
    "events": EventSettings,
    "locks": LockSettings,
    "fixed": FixedSettings,
    "overtime": OvertimeSettings,
}
_TABLES: dict[str, type[Section]] = {"prices": PricesSettings, "pay": PaySettings, "run": RunSettings, "tables": TablesSettings}


def load_changes(path: str | os.PathLike[str], plan: Plan) -> Changes:
    """Return the changes written in the file `path`, for a re-plan of `plan`.

    Times without offset are on the clock of the agent's site for what is about agents, on the horizon's clock for everything else.
    Raises DataError with every problem of the file, of its tables, and of what it says about the plan.
    """
    from planner.replan import problems_of

    file = Path(path)
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "does not exist"
        raise DataError(Problem(str(path), what, "name a TOML file of changes; an empty one changes nothing"))
    draft = _Draft(raw=read_toml(file), file=file.name, folder=file.parent, plan=plan)
    changes = draft.changes()
    meant = problems_of(changes, plan)
    if problems := [*draft.problems, *(p for p in meant if p not in draft.problems)]:
        raise DataError([Problem(_placed(p.place, file.name), p.message, p.remedy) for p in problems])
    return changes


def _placed(place: str, file: str) -> str:
    return f"{file}{place.removeprefix('changes')}" if place.startswith("changes:") or place == "changes" else place


@dataclass
class _Draft:
    """What could be read of the file, and what is wrong with the rest."""

    raw: Mapping[str, Any]
    file: str
    folder: Path
    plan: Plan
    problems: list[Problem] = field(default_factory=list)

    def changes(self) -> Changes:
        for key in self.raw:
            if key not in ChangesFile.model_fields:
                self.problems.append(
                    Problem(
                        self.file, f"unknown key {shown(key)[1:-1]}", did_you_mean(key, ChangesFile.model_fields, what="keys")
                    )
                )
        prices, pay, run = (
            self._table("prices", PricesSettings),
            self._table("pay", PaySettings),
            self._table("run", RunSettings),
        )
        tables = self._table("tables", TablesSettings)
        return Changes(
            now_utc=self._now(),
            away=(*self._away(), *self._away_table(tables.away)),
            leaving=tuple(
                Leaving(agent=agent, start_utc=self._utc(x.from_, self._zone(agent)), place=place)
                for place, x in self._list("leaving", LeavingSettings)
                for agent in x.agents
            ),
            joining=tuple(
                Joining(
                    agent=x.agent,
                    group=x.group,
                    start_utc=self._utc(x.from_, self._group_zone(x.group)),
                    pattern=x.pattern or "",
                    place=place,
                )
                for place, x in self._list("joining", JoiningSettings)
            ),
            volume=(*self._volume(), *self._volume_table(tables.volume)),
            events=tuple(self._events()),
            locks=tuple(self._locks()),
            fixed=tuple(Fixed(agent=x.agent, shift=x.shift, place=place) for place, x in self._list("fixed", FixedSettings)),
            overtime=tuple(
                Overtime(
                    hours_per_week=x.hours_per_week,
                    premium_share=x.premium_share,
                    start_utc=self._utc(x.from_),
                    end_utc=self._utc(x.to),
                    agents=x.agents,
                    groups=x.groups,
                    place=place,
                )
                for place, x in self._list("overtime", OvertimeSettings)
            ),
            prices=_prices(prices),
            pay=Pay(sick_share=pay.sick_share, guaranteed_share=pay.guaranteed_share),
            effort=Effort(
                reach_days=run.reach_days,
                everywhere=run.scope == "all",
                move_breaks=run.move_breaks,
                gap=run.gap,
                time_limit_s=run.time_limit_s,
            ),
        )

    def _now(self) -> datetime | None:
        try:
            read = ChangesFile.model_validate({"now": self.raw["now"]} if "now" in self.raw else {})
        except ValidationError as error:
            self._tell(error, ())
            return None
        return None if read.now is None else self._utc(read.now)

    def _list(self, name: str, model: type[_S]) -> Iterator[tuple[str, _S]]:
        items = self.raw.get(name, ())
        if not isinstance(items, list | tuple):
            self.problems.append(
                Problem(f"{self.file}: {name}", "must be a list of tables", f"write [[{name}]] with double brackets")
            )
            return
        for i, item in enumerate(items):
            read = self._read(item, model, (name, i))
            if read is not None:
                yield table_place((name, i), self.raw, file=self.file), read

    def _table(self, name: str, model: type[_S]) -> _S:
        return self._read(self.raw.get(name, {}), model, (name,)) or model()

    def _read(self, written: Any, model: type[_S], path: tuple[str | int, ...]) -> _S | None:
        """What one table says; with unknown keys noted and left out, so that the rest is looked at too; None where that is unsound."""
        try:
            return model.model_validate(written)
        except ValidationError as error:
            self._tell(error, path)
            unknown = {d["loc"][0] for d in error.errors() if d["type"] == "extra_forbidden" and len(d["loc"]) == 1}
            if len(unknown) < error.error_count():
                return None
            return model.model_validate({k: v for k, v in written.items() if k not in unknown})

    def _tell(self, error: ValidationError, path: tuple[str | int, ...]) -> None:
        self.problems += [self._problem(detail, path) for detail in error.errors(include_url=False)]

    def _problem(self, detail: ErrorDetails, path: tuple[str | int, ...]) -> Problem:
        whole = [*path, *detail["loc"]]
        keys, key = whole[:-1], whole[-1] if whole else ""
        if isinstance(key, int):
            keys, key = whole, ""
        place, kind = table_place(keys, self.raw, file=self.file), detail["type"]
        if kind == "extra_forbidden":
            model = _model_at(keys)
            known = written_keys(model) if model else ()
            return Problem(place, f"unknown key {shown(key)[1:-1]}", did_you_mean(str(key), known, what="keys"))
        if kind == "missing":
            model = _model_at(keys)
            info = written_keys(model).get(str(key)) if model else None
            example = info.examples[0] if info is not None and info.examples else None
            text = f'"{example}"' if isinstance(example, str) and not example[:4].isdigit() else example
            return Problem(place, f"key {key} is missing", f"write for example {key} = {text}" if example is not None else "")
        if kind == "value_error":
            return as_problem(place, str(key), str(detail["ctx"]["error"]))
        return as_problem(place, str(key), _sentence(detail, keys))

    def _away(self) -> Iterator[Away]:
        for place, x in self._list("away", AwaySettings):
            for agent in x.agents:
                zone = self._zone(agent)
                yield Away(agent=agent, start_utc=self._utc(x.from_, zone), end_utc=self._utc(x.to, zone), place=place)

    def _away_table(self, name: str | None) -> Iterator[Away]:
        for place, x in self._rows(name, "away"):
            zone = self._zone(x["agent"])
            yield Away(agent=x["agent"], start_utc=self._utc(x["from"], zone), end_utc=self._utc(x["to"], zone), place=place)

    def _volume(self) -> Iterator[VolumeChange]:
        for place, x in self._list("volume", VolumeSettings):
            yield VolumeChange(
                queues=x.queues,
                start_utc=self._utc(x.from_),
                end_utc=self._utc(x.to),
                factor=x.factor,
                contacts=x.contacts,
                place=place,
            )

    def _volume_table(self, name: str | None) -> Iterator[VolumeChange]:
        for place, x in self._rows(name, "volume"):
            yield VolumeChange(
                queues=(x["queue"],),
                start_utc=self._utc(x["from"]),
                end_utc=self._utc(x["to"]),
                factor=x.get("factor"),
                contacts=x.get("contacts"),
                place=place,
            )

    def _rows(self, name: str | None, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if name is None:
            return
        try:
            path = safe_path(self.folder, name, place=f"{self.file}: tables {table}")
            rows, problems = (away_rows if table == "away" else volume_rows)(path)
        except DataError as error:
            self.problems += error.problems
            return
        self.problems += problems
        yield from rows

    def _events(self) -> Iterator[Event]:
        for place, x in self._list("events", EventSettings):
            try:
                yield Event(id=x.id, start_utc=self._utc(x.from_), end_utc=self._utc(x.to), factor=x.factor, queues=x.queues)
            except ValueError as error:
                self.problems.append(Problem(place, str(error), "check from and to"))

    def _locks(self) -> Iterator[Lock]:
        for place, x in self._list("locks", LockSettings):
            days = set(x.dates)
            if (x.from_ is None) != (x.to is None):
                self.problems.append(Problem(place, "has only one of from and to", "write both, or list the dates"))
            elif x.from_ is not None and x.to is not None:
                if x.to < x.from_:
                    self.problems.append(Problem(place, "ends before it starts", "check from and to"))
                days |= {x.from_ + timedelta(days=n) for n in range(min((x.to - x.from_).days + 1, 400))}
            yield Lock(agents=x.agents, groups=x.groups, sites=x.sites, dates=tuple(sorted(days)), shifts=x.shifts, place=place)

    def _zone(self, agent: str) -> str:
        """The clock of an agent's site; the horizon's for an agent nobody knows, who is a problem of its own."""
        sites = {a.id: a.site for a in self.plan.roster.agents}
        if agent in sites:
            return self.plan.account.site(sites[agent]).zone
        items = self.raw.get("joining", ())
        group = next((j.get("group") for j in items if isinstance(j, Mapping) and j.get("agent") == agent), "")
        return self._group_zone(str(group))

    def _group_zone(self, group: str) -> str:
        account = self.plan.account
        sites = {g.id: g.site for g in account.groups}
        return account.site(sites[group]).zone if group in sites else account.horizon.zone

    def _utc(self, when: datetime, zone: str | None = None) -> datetime:
        local = when if when.tzinfo else when.replace(tzinfo=zone_info(zone or self.plan.account.horizon.zone))
        return local.astimezone(UTC)


def _prices(read: PricesSettings) -> Prices:
    return Prices(
        breaks_moved=read.breaks_moved,
        moved_start=read.moved_start,
        moved_per_h=read.moved_per_h,
        cancelled=read.cancelled,
        called_in=read.called_in,
        swapped=read.swapped,
        added=read.added,
        overtime=read.overtime,
        promise_missed=read.promise_missed,
        notice=tuple(Notice(within_h=n.within_h, factor=n.factor) for n in read.notice),
        in_money=read.unit == "money",
    )


def _model_at(path: list[str | int]) -> Any:
    model: Any = ChangesFile
    for part in path:
        if isinstance(part, str):
            info = written_keys(model).get(part) if model else None
            model = inner_model(info.annotation) if info else None
    return model
