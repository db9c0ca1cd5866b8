"""Hand-overs: where a queue stays open, whoever leaves has somebody beside them for a while who stays.

Of the groups that serve a queue those with `handover_min` hand over to each other, the longest of theirs being m; queues with the same
such groups count together. They are at
work from one presence of any of them to the next, unless nobody is there for `REST_H` hours or longer. At an instant t a hand-over is due
when one of their queues is open throughout from t to t + m, they are at work at t and at t + m, and some are on shift at t or at t + m.
It is made when one and the same person is on shift at both. So where one person goes and another comes, they overlap by m minutes at
least, or a third was there all along; a short gap with nobody there lacks a hand-over before and after it. Nobody hands over to a desk
that rests for hours, nor before the first comes or after the last has left: that is a shortfall, if anything.

Breaks and planned blocks are time on shift, the gap of a split shift is not. Instants whose m minutes reach beyond the horizon are not
judged. Heads count as planned, before absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.grid import TimeGrid, utc_seconds, zone_info
from planner.domain.queues import open_intervals
from planner.domain.shifts import Shift
from planner.rules.rule import Finding, Severity

RULE = "hand_over"
"""Id of these findings."""
REST_H = 4
"""Hours without anybody there from which on a desk rests, and nobody hands over."""

Spans = list[tuple[int, int]]
"""Stretches [start, end) in POSIX seconds, apart and in order."""


@dataclass(frozen=True)
class Team:
    """The `groups` who hand over to each other, the `queues` they do it for, and for how many `minutes` they must overlap."""

    groups: tuple[str, ...]
    queues: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Lack:
    """At no instant from `start_utc` to `end_utc` is one of `team` on shift both then and `team.minutes` later, though some are at one."""

    team: Team
    start_utc: datetime
    end_utc: datetime

    @property
    def minutes(self) -> float:
        """Length of the stretch."""
        return (self.end_utc - self.start_utc).total_seconds() / 60

    def sentence(self, account: Account) -> str:
        """Return what lacks, with times on the clock of the first group's site."""
        zone = account.site(account.group(self.team.groups[0]).site).zone
        later = self.start_utc + timedelta(minutes=self.team.minutes)
        return (
            f"No hand-over of {self.team.minutes} min at {_listed(self.team.groups)}: nobody is on shift both at "
            f"{_local(self.start_utc, zone)} and at {_local(later, zone)}, while {_listed(self.team.queues)} "
            f"{'stays' if len(self.team.queues) == 1 else 'stay'} open"
        )


def teams_of(account: Account) -> tuple[Team, ...]:
    """Return who hands over to whom; groups without `handover_min` belong to no team."""
    serves = account.serves()
    found: dict[tuple[str, ...], list[str]] = {}
    for q, queue in enumerate(account.queues):
        groups = tuple(g.id for n, g in enumerate(account.groups) if serves[n, q] and g.handover_min)
        if groups:
            found.setdefault(groups, []).append(queue.id)
    return tuple(
        Team(groups, tuple(queues), max(account.group(id).handover_min for id in groups)) for groups, queues in found.items()
    )


def lacking(shifts: Iterable[Shift], account: Account, grid: TimeGrid) -> tuple[Lack, ...]:
    """Return the stretches of instants within `grid` at which a hand-over is due and not made, by team and time; `shifts` are those that
    somebody works, to which those already running when the horizon starts are added."""
    teams = teams_of(account)
    worked = [*shifts, *account.carry_in] if teams else []
    return tuple(
        lack for team in teams for lack in _of_team(team, [s for s in worked if s.group in team.groups], account, grid)
    )


def hand_over_findings(shifts: Iterable[Shift], account: Account, grid: TimeGrid) -> Iterator[Finding]:
    """Yield every stretch at which a hand-over lacks; see `lacking`."""
    for lack in lacking(shifts, account, grid):
        site = account.site(account.group(lack.team.groups[0]).site)
        yield Finding(
            rule=RULE,
            country=site.country,
            severity=Severity.BREACH,
            site=site.id,
            agent="",
            start_utc=lack.start_utc,
            end_utc=lack.end_utc + timedelta(minutes=lack.team.minutes),
            date=lack.start_utc.astimezone(zone_info(site.zone)).date(),
            measured=lack.minutes,
            limit=0.0,
            unit="min",
            sentence=lack.sentence(account),
        )


def open_through(queues: Sequence[str], minutes: int, account: Account, grid: TimeGrid) -> Spans:
    """Return the instants of `grid` from which one of `queues` stays open for `minutes` more, inside the horizon."""
    start, step, ahead = utc_seconds(grid.start_utc), grid.interval_s, 60 * minutes
    found: Spans = []
    for id in queues:
        queue = account.queue(id)
        mask = open_intervals(queue, account.market(queue.market), grid)
        edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8))).reshape(-1, 2)
        found += [(start + step * a, start + step * b - ahead) for a, b in edges.tolist() if step * (b - a) > ahead]
    return _union(found)


def _of_team(team: Team, shifts: Sequence[Shift], account: Account, grid: TimeGrid) -> Iterator[Lack]:
    ahead = 60 * team.minutes
    there: Spans = []
    both: Spans = []
    for hours in {s.seat_spans for s in shifts}:
        parts = [(utc_seconds(start), utc_seconds(end)) for start, end in hours]
        there += parts
        both += [p for a in parts for b in parts for p in _common([a], _earlier([b], ahead))]
    there = _union(there)
    at_work = _filled(there, 3600 * REST_H)
    due = _common(_common(at_work, _earlier(at_work, ahead)), _union([*there, *_earlier(there, ahead)]))
    due = _common(due, open_through(team.queues, team.minutes, account, grid))
    for start, end in _without(due, _union(both)):
        yield Lack(team, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))


def _union(spans: Spans) -> Spans:
    found: Spans = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def _filled(spans: Spans, below: int) -> Spans:
    """`spans` with gaps shorter than `below` seconds filled."""
    found: Spans = []
    for start, end in spans:
        if found and start - found[-1][1] < below:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _earlier(spans: Spans, seconds: int) -> Spans:
    return [(start - seconds, end - seconds) for start, end in spans]


def _common(some: Spans, others: Spans) -> Spans:
    found, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if start < end:
            found.append((start, end))
        if some[i][1] <= others[j][1]:
            i += 1
        else:
            j += 1
    return found


def _without(some: Spans, others: Spans) -> Spans:
    if not some:
        return []
    first, last = some[0][0], some[-1][1]
    edges = [first, *(edge for span in others for edge in span), last]
    left = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    return _common(some, left)


def _listed(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{', '.join(ids[:-1])} and {ids[-1]}"


def _local(when: datetime, zone: str) -> str:
    return when.astimezone(zone_info(zone)).strftime("%a %Y-%m-%d %H:%M")
