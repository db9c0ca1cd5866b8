"""A plan folder as an outsider reads it: pandas, JSON and zoneinfo, nothing of the planner."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

UTC = ZoneInfo("UTC")
EPOCH = pd.Timestamp("1970-01-01", tz="UTC")


class PlanFiles:
    """The files of one plan folder with the little that every check needs: the grid, the open hours, tables as matrices."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        self.inputs: dict[str, Any] = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
        self._tables: dict[str, pd.DataFrame] = {}

    def table(self, name: str) -> pd.DataFrame:
        """Return ``name.csv``; columns of UTC times are parsed, every cell of text stays text."""
        if name not in self._tables:
            frame = pd.read_csv(self.folder / f"{name}.csv", keep_default_na=False, na_values=[""])
            for column in [c for c in frame.columns if c.endswith("_utc")]:
                assert frame[column].astype(str).str.endswith("Z").all(), f"{name}.csv: {column} is not in UTC"
                frame[column] = pd.to_datetime(frame[column], utc=True)
            self._tables[name] = frame
        return self._tables[name]

    @cached_property
    def horizon(self) -> tuple[datetime, datetime]:
        """First and last instant, from the local midnights of the horizon's zone."""
        h = self.inputs["horizon"]
        first = date.fromisoformat(h["start"])
        return midnight(first, h["zone"]), midnight(first + timedelta(days=h["days"]), h["zone"])

    @property
    def interval_s(self) -> int:
        """Seconds of an interval."""
        return int(self.inputs["horizon"]["interval_s"])

    @property
    def interval_h(self) -> float:
        """Hours of an interval."""
        return self.interval_s / 3600

    @cached_property
    def starts(self) -> pd.DatetimeIndex:
        """Starts of all intervals in UTC."""
        return pd.date_range(self.horizon[0], self.horizon[1], freq=f"{self.interval_s}s", inclusive="left")

    @property
    def size(self) -> int:
        """Number of intervals."""
        return len(self.starts)

    def items(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the inputs of one kind (queues, groups, sites, markets, shift_rules) by id, in order."""
        return {item["id"]: item for item in self.inputs[kind]}

    @cached_property
    def queues(self) -> dict[str, dict[str, Any]]:
        """Queues by id."""
        return self.items("queues")

    @cached_property
    def groups(self) -> dict[str, dict[str, Any]]:
        """Groups by id."""
        return self.items("groups")

    def live(self, queue: str) -> bool:
        """True for voice and chat."""
        return self.queues[queue]["channel"] in ("voice", "chat")

    def serves(self, group: str, queue: str) -> bool:
        """True when the group has the queue's language and channel."""
        g, q = self.groups[group], self.queues[queue]
        return q["language"] in g["languages"] and q["channel"] in g["channels"]

    def zone_of(self, queue: str) -> str:
        """The zone of the queue's market."""
        return str(self.items("markets")[self.queues[queue]["market"]]["zone"])

    def site_of(self, group: str) -> dict[str, Any]:
        """The site of a group."""
        return self.items("sites")[self.groups[group]["site"]]

    def rows(self, name: str, *keys: str) -> dict[Any, pd.DataFrame]:
        """Return the rows of a table by the values of `keys`."""
        return {k if len(keys) > 1 else k[0]: rows for k, rows in self.table(name).groupby(list(keys), sort=False)}

    def along(self, rows: pd.DataFrame | None, column: str) -> NDArray[np.float64]:
        """Return a column on the grid ``[T]``, NaN where there is no row; rows off the grid or twice are an error."""
        out = np.full(self.size, np.nan)
        if rows is not None and len(rows):
            at = self.starts.get_indexer(rows["interval_start_utc"])
            assert (at >= 0).all(), "a row lies on no interval of the horizon"
            assert len(np.unique(at)) == len(at), "an interval stands there twice"
            out[at] = rows[column].to_numpy(float)
        return out

    def matrix(self, name: str, column: str) -> dict[str, NDArray[np.float64]]:
        """Return a column of a table of queues as ``[T]`` by queue."""
        rows = self.rows(name, "queue")
        return {queue: self.along(rows.get(queue), column) for queue in self.queues}

    @cached_property
    def given(self) -> dict[str, NDArray[np.float64]]:
        """On-seat agents given to each queue ``[T]``, summed over groups from coverage.csv."""
        out = {queue: np.zeros(self.size) for queue in self.queues}
        for (_, queue), rows in self.rows("coverage", "group", "queue").items():
            out[queue] = out[queue] + np.nan_to_num(self.along(rows, "on_seat"))
        return out

    @cached_property
    def open(self) -> dict[str, NDArray[np.bool_]]:
        """When each queue is worked ``[T]``, from its opening hours on its market's clock and the market's holidays."""
        return {queue: self._open(queue) for queue in self.queues}

    def _open(self, queue: str) -> NDArray[np.bool_]:
        market = self.items("markets")[self.queues[queue]["market"]]
        opening = self.queues[queue]["opening"]
        local = self.starts.tz_convert(market["zone"])
        holiday = np.isin(local.strftime("%Y-%m-%d"), [day for day, _ in market["holidays"]])
        weekday = np.where(holiday & (opening["on_holidays"] == "sunday"), 6, local.day_of_week)
        minute = local.hour * 60 + local.minute
        inside = np.zeros(self.size, dtype=np.bool_)
        for span in opening["spans"]:
            inside |= (weekday == span["weekday"]) & (minute >= span["from_min"]) & (minute < span["to_min"])
        return inside & ~(holiday & (opening["on_holidays"] == "closed"))

    @cached_property
    def scenarios(self) -> dict[str, NDArray[Any]]:
        """The arrays of scenarios.npz."""
        with np.load(self.folder / "scenarios.npz", allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}

    def rates(self, queue: str) -> NDArray[np.float64]:
        """Expected contacts of every scenario ``[K, T]`` of one queue; NaN where none can arrive."""
        at = self.scenarios["queue"].tolist().index(queue)
        found: NDArray[np.float64] = self.scenarios["rates"][:, at, :]
        return found

    @cached_property
    def breaks(self) -> list[list[tuple[int, int, bool]]]:
        """Per row of shifts.csv its breaks as POSIX seconds and whether they are paid."""
        return [
            [(seconds(pd.Timestamp(a)), seconds(pd.Timestamp(b)), paid) for a, b, paid in json.loads(text)]
            for text in self.table("shifts")["breaks"]
        ]

    def money(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of cost.csv or price.csv with hours, rate and amount as exact decimals."""
        frame = pd.read_csv(self.folder / f"{name}.csv", dtype=str, keep_default_na=False)
        numbers = ("hours", "rate", "amount")
        return [{k: Decimal(v) if k in numbers else v for k, v in row.items()} for row in frame.to_dict("records")]

    def headline(self, name: str) -> float | None:
        """Return the value of one headline figure."""
        value: float | None = self.summary["headline"][name]["value"]
        return value


def midnight(day: date, zone: str) -> datetime:
    """Return the UTC instant at which `day` begins in `zone`."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def seconds(when: pd.Timestamp) -> int:
    """Return POSIX seconds."""
    return int((when - EPOCH) // pd.Timedelta(1, "s"))
