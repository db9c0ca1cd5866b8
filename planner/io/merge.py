"""Laying partial tables over an account's settings: tables merge key by key, lists of tables by id, everything else is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

_REPLACES = {
    "within_s": ("within_rings", "ring_moment", "ring_country"),
    "within_rings": ("within_s",),
}
"""Keys of which a table holds one: writing the first in an override takes the others away."""


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `patch` laid over it; neither is changed.

    Items of a list of tables that carry an `id` change the item of that id, or are added when there is none. Lists whose items have no
    ids (breaks, premiums, languages) are replaced as a whole. A target in rings replaces one in seconds and the other way round, and a
    volume from history replaces one from a driver. Merging the same patch twice gives the same as once.
    """
    result = deepcopy(dict(base))
    for key, value in patch.items():
        result[key] = _laid_over(result.get(key), value)
    for key in patch:
        gone = ("driver", "rate", "delay_days") if key == "source" and patch[key] == "history" else _REPLACES.get(key, ())
        for other in gone:
            if other not in patch:
                result.pop(other, None)
    return result


def _laid_over(old: Any, new: Any) -> Any:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return merged(old, new)
    if _have_ids(new) and (old is None or old == [] or _have_ids(old)):
        return _by_id(old or [], new)
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
            result.append(deepcopy(dict(item)))
    return result
