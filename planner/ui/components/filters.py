"""The same filters on every page of results: language, queue, site and day; what is picked stays when the page changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import streamlit as st

from planner.domain.arrays import Bools
from planner.domain.plan import Plan
from planner.domain.queues import Queue
from planner.ui.text import one_line

ALL = ""
_COLUMNS = 4
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is picked; None stands for all of a kind. `queues` are those left by language, queue and site, in the plan's order."""

    language: str | None
    queue: str | None
    site: str | None
    day: date | None
    queues: tuple[Queue, ...]

    def rows(self, plan: Plan) -> list[int]:
        """Return the positions of the queues left, on the Q axis."""
        return [plan.demand.queues.index(q.id) for q in self.queues]

    def sites(self, plan: Plan) -> frozenset[str]:
        """Return the ids of the sites left."""
        return frozenset(s.id for s in plan.account.sites) if self.site is None else frozenset([self.site])

    def intervals(self, plan: Plan) -> Bools:
        """Return ``[T]``, True on the day picked (of the horizon's zone), or everywhere."""
        grid = plan.demand.grid
        if self.day is None:
            return np.ones(grid.size, dtype=np.bool_)
        found: Bools = grid.clock(grid.zone).day == (self.day - _EPOCH).days
        return found


def filters(plan: Plan, *, ask: Sequence[str] = ("language", "queue", "site", "day")) -> Selection:
    """Show the filters named in `ask` in one row and return what is picked."""
    account = plan.account
    columns = dict(zip(ask, st.columns(_COLUMNS), strict=False))
    picked: dict[str, str | None] = {}
    with columns.get("language", st.container()):
        languages = list(dict.fromkeys(q.language for q in account.queues))
        picked["language"] = _pick("language", "Language", languages, "All languages", shown="language" in ask)
    with columns.get("site", st.container()):
        picked["site"] = _pick("site", "Site", [s.id for s in account.sites], "All sites", shown="site" in ask)
    left = [q for q in account.queues if picked["language"] in (None, q.language) and _served_from(plan, q, picked["site"])]
    with columns.get("queue", st.container()):
        picked["queue"] = _pick("queue", "Queue", [q.id for q in left], "All queues", shown="queue" in ask)
    with columns.get("day", st.container()):
        days = [account.horizon.start + timedelta(days=n) for n in range(account.horizon.days)]
        words = {d.isoformat(): f"{d:%a %d %b %Y}" for d in days}
        day = _pick("day", "Day", list(words), "All days", shown="day" in ask, words=words)
    if picked["queue"] is not None:
        left = [q for q in left if q.id == picked["queue"]]
    return Selection(
        language=picked["language"],
        queue=picked["queue"],
        site=picked["site"],
        day=date.fromisoformat(day) if day else None,
        queues=tuple(left),
    )


def _pick(
    name: str, label: str, options: list[str], all_words: str, *, shown: bool, words: dict[str, str] | None = None
) -> str | None:
    """Return the option picked, None for all. The pick outlives the widget, which goes with its page."""
    if not shown:
        return None
    kept = f"filter:{name}"
    before = st.session_state.get(kept, ALL)
    choices = [ALL, *options]
    picked = st.selectbox(
        label,
        choices,
        index=choices.index(before) if before in choices else 0,
        format_func=lambda v: one_line(str((words or {}).get(v, v))) if v else all_words,
        key=f"pick:{name}:{hash(tuple(options))}",
    )
    st.session_state[kept] = picked or ALL
    return picked or None


def _served_from(plan: Plan, queue: Queue, site: str | None) -> bool:
    return site is None or any(g.site == site and g.serves(queue.language, queue.channel) for g in plan.account.groups)
