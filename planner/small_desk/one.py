"""A desk of few people described in a line, without an account: contacts an hour, handling time, patience, hours, breaks, absence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.small_desk import FEW, SmallDesk, Threshold
from planner.errors import DataError, Problem
from planner.queueing.patience import ExponentialPatience
from planner.simulation.floor import Floor, Hours, Line, Link, Pool
from planner.small_desk.judge import judge

_STEP_S = 300.0
MOST_LOAD = 100.0
"""Erlangs beyond which nobody asks what three agents can promise."""
_NAME = "desk"


@dataclass(frozen=True, kw_only=True)
class DeskAsk:
    """A desk of `agents` people, all of whom work from `from_s` to `to_s` seconds of each of `days` days a week, while it is open.

    `per_h` contacts come an hour, with mean handling time `aht_s` and mean patience `patience_s` (None: nobody gives up), both
    exponential. Each agent has the `breaks` (start and length in seconds of the day), one after the other: the next one leaves when
    the one before is back. A whole day is missed with the chance `absence`; of a day worked the share `in_shift_loss` is spent off the
    seat. Raises DataError with every fault.
    """

    agents: int
    per_h: float
    aht_s: float
    patience_s: float | None
    thresholds: tuple[Threshold, ...]
    from_s: float
    to_s: float
    days: int = 5
    breaks: tuple[tuple[float, float], ...] = ()
    absence: float = 0.0
    in_shift_loss: float = 0.0

    def __post_init__(self) -> None:
        problems = [*_numbers(self), *_breaks(self)]
        if problems:
            raise DataError(problems)


def one_desk(ask: DeskAsk, *, replications: int = 1000, seed: int = 1) -> SmallDesk:
    """Return what the desk of `ask` can promise, from `replications` simulated weeks and, while all are there, from Erlang A.

    Every day begins without anybody waiting. Raises DataError for replications below 1 or a seed below 0.
    """
    problems = []
    if replications < 1:
        problems.append(
            Problem("replications", f"must be 1 or more, got {replications}", "1000 tell most shares to half a point")
        )
    if seed < 0:
        problems.append(Problem("seed", f"must be 0 or more, got {seed}", "write any whole number from 0"))
    if problems:
        raise DataError(problems)
    floor, days = floor_of_ask(ask)
    return judge(floor, _NAME, ask.thresholds, days=days, week_s=floor.horizon_s, replications=replications, seed=seed)


def floor_of_ask(ask: DeskAsk) -> tuple[Floor, Ints]:
    """Return one week of `ask` as a floor, a day being its open hours and as long again without anybody, and the day of each interval."""
    open_s = ask.to_s - ask.from_s
    size = round(open_s / _STEP_S)
    is_open = np.tile(np.repeat([True, False], size), ask.days)
    contacts = np.where(is_open, ask.per_h * _STEP_S / 3600, 0.0)
    line = Line(
        id=_NAME,
        contacts=contacts,
        aht_s=np.full(contacts.size, ask.aht_s),
        open=is_open,
        within_s=tuple(threshold.seconds for threshold in ask.thresholds),
        patience=None if ask.patience_s is None else ExponentialPatience(ask.patience_s),
    )
    starts, ends = np.full((2, ask.agents * ask.days, len(ask.breaks) + 1), np.nan)
    for day in range(ask.days):
        for agent in range(ask.agents):
            zero = 2 * day * open_s
            pauses = [(at - ask.from_s + agent * length, length) for at, length in ask.breaks]
            row = day * ask.agents + agent
            edges = [0.0, *(edge for at, length in pauses for edge in (at, at + length)), open_s]
            stretches = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
            for n, (a, b) in enumerate(stretches):
                starts[row, n], ends[row, n] = zero + a, zero + b
    floor = Floor(
        interval_s=_STEP_S,
        lines=(line,),
        pools=(Pool(id="all", absence=ask.absence, in_shift_loss=ask.in_shift_loss),),
        links=(Link(line=_NAME, pool="all"),),
        hours=Hours(pool=np.zeros(len(starts), dtype=np.int64), starts=starts, ends=ends),
    )
    return floor, np.repeat(np.arange(ask.days), 2 * size)


def with_agents(ask: DeskAsk, agents: int) -> DeskAsk:
    """Return the same desk with so many people."""
    return replace(ask, agents=agents)


def _numbers(ask: DeskAsk) -> list[Problem]:
    found = []
    if not 1 <= ask.agents <= FEW:
        remedy = "planner erlang serves larger desks" if ask.agents > FEW else "write 1, 2 or 3"
        found.append(Problem("agents", f"must be 1 to {FEW}, got {ask.agents}", remedy))
    if not 0 < ask.per_h < np.inf:
        found.append(Problem("per_h", f"must be above 0 contacts an hour, got {ask.per_h:g}"))
    if not 0 < ask.aht_s < np.inf:
        found.append(Problem("aht", f"must be above 0 seconds, got {ask.aht_s:g}"))
    if ask.patience_s is not None and not 0 < ask.patience_s < np.inf:
        found.append(Problem("patience", f"must be above 0 seconds, got {ask.patience_s:g}", "leave it out if nobody gives up"))
    if ask.per_h > 0 and ask.aht_s > 0 and ask.per_h * ask.aht_s / 3600 > MOST_LOAD:
        load = ask.per_h * ask.aht_s / 3600
        found.append(
            Problem("per_h times aht", f"is {load:,.0f} Erlang, far beyond {FEW} agents", "planner erlang sizes such a desk")
        )
    for name, value in (("absence", ask.absence), ("loss", ask.in_shift_loss)):
        if not 0 <= value < 1:
            hint = f"write {value / 100:g} for {value:g}%" if 1 <= value < 100 else ""
            found.append(Problem(name, f"must lie in [0, 1), got {value:g}", hint))
    if not 1 <= ask.days <= 7:
        found.append(Problem("days", f"must be 1 to 7 a week, got {ask.days}"))
    if not 0 <= ask.from_s < ask.to_s <= 86_400 or (ask.to_s - ask.from_s) % _STEP_S:
        found.append(Problem("hours", "must begin before they end, on one day, in steps of 5 minutes", "write 09:00-17:00"))
    if not ask.thresholds or any(not 0 <= t.seconds < np.inf for t in ask.thresholds):
        found.append(Problem("within", "must be 0 or more seconds"))
    return found


def _breaks(ask: DeskAsk) -> list[Problem]:
    found, upto = [], ask.from_s
    for at, length in sorted(ask.breaks):
        if length <= 0 or at < upto or at + ask.agents * length > ask.to_s:
            turns = f" ({ask.agents} agents in turn)" if ask.agents > 1 else ""
            found.append(
                Problem(
                    "break",
                    f"{_clock(at)}-{_clock(at + length)}{turns} does not lie within the hours, apart from other breaks",
                    "move or shorten it",
                )
            )
        upto = max(upto, at + ask.agents * max(length, 0.0))
    return found


def _clock(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}"
