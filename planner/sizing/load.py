"""What a live desk carries in each interval: the load it is sized to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.account import Settings
from planner.domain.arrays import Bools, Floats
from planner.domain.promised import Binding
from planner.domain.queues import Queue
from planner.domain.targets import Window
from planner.queueing import offered_load

_IN_HAND = 1e-3
"""Contacts in hand below this, a second of somebody's quarter-hour, keep nobody at the desk."""


@dataclass(frozen=True, kw_only=True)
class DeskLoad:
    """A live queue's load: `open`, `busy` (contacts come in) and `finishing` (none come, some are in hand) intervals ``[T]``; contacts in
    hand `erlangs` ``[T]``; and for the busy ones ``[busy]`` the steady rate that keeps as many in hand, and the handling time."""

    open: Bools
    busy: Bools
    finishing: Bools
    erlangs: Floats
    rate_per_h: Floats
    aht_s: Floats


def desk_load(
    queue: Queue,
    contacts: Floats,
    aht_s: Floats,
    is_open: Bools,
    interval_s: int,
    held: tuple[Binding, ...],
    settings: Settings,
) -> DeskLoad:
    """Return the load of `queue` from its `contacts` and handling times ``[T]``.

    It is the contacts in hand, which build up from an empty desk and lag behind arrivals (`offered_load`): their mean over the interval,
    or their most where a promise is measured by interval; with ``Settings.sizing`` "sipp" the interval's own rate times handling time.
    """
    came = np.where(is_open, np.nan_to_num(contacts, nan=0.0), 0.0)
    busy = came > 0
    # where nothing comes in, any handling time will do: what is in hand was begun before
    aht = np.where(np.isnan(aht_s), queue.aht_s, aht_s)
    erlangs = came * aht / interval_s
    if settings.sizing == "mol" and busy.any():
        moment = "max" if any(binding.window is Window.INTERVAL for binding in held) else "mean"
        erlangs = offered_load(rate_per_h=came * 3600 / interval_s, aht_s=aht, interval_s=interval_s, at=moment)
    return DeskLoad(
        open=is_open,
        busy=busy,
        finishing=is_open & ~busy & (erlangs > _IN_HAND),
        erlangs=erlangs,
        rate_per_h=erlangs[busy] * 3600 / aht[busy],
        aht_s=aht[busy],
    )
