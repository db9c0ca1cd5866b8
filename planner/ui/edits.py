"""The inputs people may edit on the page: tables of an account's figures, and the changes between two of them as an override.

Tables are lists of rows (dicts), so that this file knows neither pandas nor streamlit. What is edited is compared with the figures
as loaded; only what differs becomes a change, in the words of ``account.toml``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from planner.domain.account import Account
from planner.domain.people import Group, Site
from planner.domain.queues import Queue
from planner.domain.targets import LiveTarget

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The editable figures of one account: scalars of the horizon and the run, and a row per queue, site and group."""

    start: date
    days: int
    seed: int
    gap_pct: float
    time_limit_s: float
    queues: tuple[Row, ...]
    sites: tuple[Row, ...]
    groups: tuple[Row, ...]


def inputs_of(account: Account) -> Inputs:
    """Return what can be edited of `account`, in the units people type: percent, seconds, rings, hours."""
    settings = account.settings
    return Inputs(
        start=account.horizon.start,
        days=account.horizon.days,
        seed=settings.seed,
        gap_pct=_tidy(100 * settings.gap),
        time_limit_s=float(settings.time_limit_s),
        queues=tuple(_queue_row(q) for q in account.queues),
        sites=tuple(_site_row(s) for s in account.sites),
        groups=tuple(_group_row(g) for g in account.groups),
    )


def _queue_row(queue: Queue) -> Row:
    within, unit = _promise(queue)
    return {
        "id": queue.id,
        "channel": queue.channel.value,
        "scale": _tidy(queue.volume.scale),
        "level_pct": _tidy(100 * queue.target.level),
        "within": within,
        "unit": unit,
        "aht_s": _tidy(queue.aht_s),
    }


def _promise(queue: Queue) -> tuple[float, str]:
    target = queue.target
    if not isinstance(target, LiveTarget):
        return _tidy(target.within_s / 3600), "hours"
    if target.rings is not None:
        return float(target.rings.rings), "rings"
    return _tidy(target.within_s), "seconds"


def _site_row(site: Site) -> Row:
    return {"id": site.id, "seats": site.seats, "wage_per_h": float(site.wage_per_h), "currency": site.currency}


def _group_row(group: Group) -> Row:
    return {"id": group.id, "site": group.site, "min_heads": group.min_heads, "max_heads": group.max_heads}


_QUEUE_KEYS: dict[str, tuple[str, ...]] = {"scale": ("volume", "scale"), "level_pct": ("target", "level"), "aht_s": ("aht_s",)}
_WITHIN_KEYS = {"seconds": "within_s", "rings": "within_rings", "hours": "within_h"}
_MAY_BE_EMPTY = ("max_heads",)
_WHOLE = ("seats", "min_heads", "max_heads")


def changes_between(base: Inputs, edited: Inputs) -> dict[str, Any]:
    """Return what leads from `base` to `edited` as a partial account, empty when nothing differs.

    A cell left empty means "as before", except the upper bound of heads: empty there means no bound. Rows are matched by id; rows that
    `base` does not have are not taken in.
    """
    changes: dict[str, Any] = {}
    if edited.start != base.start:
        changes.setdefault("horizon", {})["start"] = edited.start.isoformat()
    if edited.days != base.days:
        changes.setdefault("horizon", {})["days"] = int(edited.days)
    run = {
        "seed": int(edited.seed) if edited.seed != base.seed else None,
        "gap": _tidy(edited.gap_pct / 100) if not _same(edited.gap_pct, base.gap_pct) else None,
        "time_limit_s": _tidy(edited.time_limit_s) if not _same(edited.time_limit_s, base.time_limit_s) else None,
    }
    if any(value is not None for value in run.values()):
        changes["run"] = {key: value for key, value in run.items() if value is not None}
    for name in ("queues", "sites", "groups"):
        rows = _row_changes(getattr(base, name), getattr(edited, name))
        if rows:
            changes[name] = rows
    return changes


def _row_changes(base: Sequence[Row], edited: Sequence[Row]) -> list[Row]:
    before = {row["id"]: row for row in base}
    found = []
    for row in edited:
        old = before.get(row["id"])
        if old is None:
            continue
        change: Row = {}
        for key, value in row.items():
            if key not in old or _same(value, old[key]):
                continue
            if not _empty(value):
                _put(change, _path(key, row), _value(key, value))
            elif key in _MAY_BE_EMPTY:
                change[key] = None
        if change:
            found.append({"id": row["id"], **change})
    return found


def _path(key: str, row: Row) -> tuple[str, ...]:
    if key == "within":
        return ("target", _WITHIN_KEYS[row["unit"]])
    return _QUEUE_KEYS.get(key, (key,))


def _value(key: str, value: Any) -> Any:
    if key == "level_pct":
        return _tidy(float(value) / 100)
    if key == "wage_per_h":
        return str(Decimal(repr(float(value))))  # money stays exact: the digits that were typed
    if key in _WHOLE:
        return int(value)
    number = _tidy(float(value))
    return int(number) if key == "within" and number == int(number) else number


def _put(change: Row, path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        change = change.setdefault(name, {})
    change[path[-1]] = value


def describe(base: Inputs, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a line per changed figure: ``uk_voice: aht_s 300 -> 240``."""
    lines = []
    for table in ("horizon", "run"):
        lines += [
            f"{key.replace('_', ' ')}: {_scalar(base, key)} → {_shown(key, value)}"
            for key, value in changes.get(table, {}).items()
        ]
    for table in ("queues", "sites", "groups"):
        before = {row["id"]: row for row in getattr(base, table)}
        for row in changes.get(table, ()):
            old = before.get(row["id"], {})
            lines += [f"{row['id']}: {text}" for text in _row_lines(old, row)]
    return tuple(lines)


def _row_lines(old: Row, change: Row) -> Iterable[str]:
    flat = {
        **{k: v for k, v in change.items() if not isinstance(v, dict)},
        **change.get("volume", {}),
        **change.get("target", {}),
    }
    names = {"scale": "volume ×", "level": "level", "aht_s": "AHT", "wage_per_h": "wage per hour"}
    for key, value in flat.items():
        if key == "id":
            continue
        before = old.get("within") if key.startswith("within_") else old.get("level_pct" if key == "level" else key)
        unit = {"within_s": " s", "within_h": " h", "within_rings": " rings", "level": "%", "aht_s": " s"}.get(key, "")
        after = 100 * float(value) if key == "level" else value
        name = "within" if key.startswith("within_") else names.get(key, key.replace("_", " "))
        yield f"{name} {_figure(before)}{unit} → {_figure(after)}{unit}"


def _scalar(base: Inputs, key: str) -> str:
    return f"{base.gap_pct:g}%" if key == "gap" else _figure(getattr(base, key))


def _shown(key: str, value: Any) -> str:
    return f"{100 * float(value):g}%" if key == "gap" else _figure(value)


def _figure(value: Any) -> str:
    if _empty(value):
        return "no limit"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return bool(a == b) if not (_empty(a) and _empty(b)) else True


def _tidy(value: float) -> float:
    """Return `value` without the dust of binary fractions: 0.29 x 100 is 29."""
    return float(f"{value:.12g}")
