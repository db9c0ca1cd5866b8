"""Laying partial tables over an account's settings: tables merge key by key, lists of tables by id, everything else is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

_REPLACES = {
    "within_s": ("within_h", "within_rings", "ring_moment", "ring_country"),
    "within_rings": ("within_h", "within_s"),
    "within_h": ("within_s", "within_rings", "ring_moment", "ring_country", "clock"),
    "clock": ("within_s", "within_rings", "within_h", "ring_moment", "ring_country"),
    "preset": ("hours", "counted", "days", "cut_off", "due_by", "counted_days", "public_holidays", "auto_reply_stops"),
}
"""Keys of which a table holds one: writing the first in an override takes the others away."""

_OF_SOURCE = {"driver": ("driver", "rate", "delay_days"), "given": ("batches",), "queue": ("queue", "share", "delay_h")}
"""Keys of a volume that belong to one source of it."""

REMOVE = "remove"
"""Key of an override that lists keys to take out of the table it lies over."""


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `patch` laid over it; neither is changed.

    Items of a list of tables that carry an `id` change the item of that id, or are added when there is none. Lists whose items have no
    ids (breaks, premiums, languages) are replaced as a whole. A target in rings, seconds, hours or by a clock replaces one in another
    unit, a volume from one source that from another, and a written handling time what history says. ``remove = ["key"]`` takes keys out.
    Merging the same patch twice gives the same as once.
    """
    result = deepcopy(dict(base))
    for key in patch.get(REMOVE, ()):
        result.pop(key, None)
    for key, value in patch.items():
        if key != REMOVE:
            result[key] = _laid_over(_as_table(key, result.get(key)), value)
    if (
        "aht_s" in patch and "aht_from" not in patch and "market" in result
    ):  # a queue; reasons and escalations have an aht_s too
        result["aht_from"] = "given"
    for key in patch:
        gone = _gone_with(str(patch[key])) if key == "source" else _REPLACES.get(key, ())
        for other in gone:
            if other not in patch:
                result.pop(other, None)
    return result


def _gone_with(source: str) -> tuple[str, ...]:
    """Return the keys of volumes from other sources than `source`."""
    return tuple(key for name, keys in _OF_SOURCE.items() if name != source for key in keys)


def _as_table(key: str, value: Any) -> Any:
    """A clock's name is a table too: what an override writes changes it."""
    return {"preset": value} if key == "clock" and isinstance(value, str) else value


def _laid_over(old: Any, new: Any) -> Any:
    if isinstance(new, Mapping):
        return merged(old if isinstance(old, Mapping) else {}, new)
    if _have_ids(new):
        return _by_id(old if _have_ids(old) else [], new)
    return deepcopy(new)


def _have_ids(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(item, Mapping) and isinstance(item.get("id"), str) for item in value)
    )


def _by_id(old: Any, new: Any) -> list[Any]:
    result = [deepcopy(item) for item in old]
    place = {item["id"]: i for i, item in enumerate(result)}
    for item in new:
        if item["id"] in place:
            result[place[item["id"]]] = merged(result[place[item["id"]]], item)
        else:
            place[item["id"]] = len(result)
            result.append(merged({}, item))
    return result
