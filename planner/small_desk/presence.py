"""How many people are there, as steps in time: scheduled, on shift, on seat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.simulation.floor import Hours
from planner.simulation.layout import COMES, GOES, GOES_HOME
from planner.simulation.timetable import Table


@dataclass(frozen=True)
class Steps:
    """A number of people over time: `people` ``[E]`` from each of `times` ``[E]`` on, in order; nobody before the first."""

    times: Floats
    people: Ints

    def at(self, when: Floats) -> Ints:
        """Return how many are there at each of `when` ``[N]``; who comes or goes then has come or gone."""
        if not self.times.size:
            return np.zeros(when.shape, dtype=np.int64)
        place = np.searchsorted(self.times, when, side="right") - 1
        return np.where(place >= 0, self.people[np.maximum(place, 0)], 0)


def steps(starts: Floats, ends: Floats) -> Steps:
    """Return how many of the stretches from `starts` to `ends` ``[N]`` are going on."""
    return _steps(np.concatenate([starts, ends]), np.repeat(np.array([1, -1]), starts.size))


def scheduled(hours: Hours, who: Bools) -> Steps:
    """Return how many of the agents `who` ``[A]`` are to be on seat by their hours."""
    known = who[:, None] & ~np.isnan(hours.starts)
    return steps(hours.starts[known], hours.ends[known])


def on_shift(hours: Hours, who: Bools) -> Steps:
    """Return how many of the agents `who` ``[A]`` are between the start and the end of their shifts, breaks included."""
    if not who.any():
        return steps(np.zeros(0), np.zeros(0))
    return steps(np.nanmin(hours.starts[who], axis=1), np.nanmax(hours.ends[who], axis=1))


def on_seat(table: Table, who: Bools) -> Steps:
    """Return how many of the agents `who` ``[A]`` sit there by the timetable of one replication."""
    when, whom, what = table
    comes, goes = what == COMES, (what == GOES) | (what == GOES_HOME)
    theirs = np.zeros(when.size, dtype=np.bool_)
    staff = comes | goes
    theirs[staff] = who[whom[staff]]
    return _steps(when[theirs], np.where(comes[theirs], 1, -1))


def _steps(when: Floats, change: Ints) -> Steps:
    order = np.argsort(when, kind="stable")
    times, first = np.unique(when[order], return_index=True)
    total = np.cumsum(change[order])
    last = np.append(first[1:], when.size) - 1
    return Steps(times, total[last] if times.size else np.zeros(0, dtype=np.int64))
