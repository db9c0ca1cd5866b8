"""Hand-overs made by moving one agent at a time to another start or length (:mod:`planner.shifts.hand_over`).

Of the agents of a kind, the one who goes first when each date's heads are dealt in turn works a lawful tour: over any stretch of dates the
heads are at most so many times the agents, and dealt in turn nobody gets more than their part of them. That agent is moved to another
kind of the same group on the same dates, breaks where most people are to spare, if a hand-over lacks less and the whole plan costs less.
Or one agent more joins, on the same weekdays of every week.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import utc_seconds
from planner.rules.hand_over import REST_H, open_through, teams_of
from planner.shifts.answer import Answer, on_duty
from planner.shifts.lawful import longest_runs
from planner.shifts.problem import Problem

MOVES = 60
"""Moves at most."""
TRIED = 40
"""Moves that are priced of those found each time, by how much less hand-over lacks."""


class Overlaps:
    """Intervals without hand-over, by heads per duty; quick, and exact where hours fill whole intervals and nobody has a split shift."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        cells, size = problem.duty_cells, problem.size
        self.first = np.full(len(problem.duties), size, dtype=np.int64)
        self.last = np.zeros(len(problem.duties), dtype=np.int64)
        np.minimum.at(self.first, cells.item, cells.interval)
        np.maximum.at(self.last, cells.item, cells.interval + 1)
        origin, step = utc_seconds(problem.grid.start_utc), problem.grid.interval_s
        numbers = {group.id: g for g, group in enumerate(problem.account.groups)}
        self.teams: list[tuple[Bools, int, Bools, Bools, Bools]] = []
        for team in teams_of(problem.account):
            k = 60 * team.minutes // step
            open_ = np.zeros(size, dtype=np.bool_)
            for start, end in open_through(team.queues, team.minutes, problem.account, problem.grid):
                open_[(start - origin) // step : (end - origin) // step] = True
            groups = [numbers[id] for id in team.groups]
            there, both = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
            for shift in problem.account.carry_in:
                if shift.group in team.groups:
                    end = max(0, (utc_seconds(shift.end_utc) - origin) // step)
                    there[:end] = True
                    both[: max(0, end - k)] = True
            self.teams.append((np.isin(problem.duty_group, groups), k, open_, there, both))

    def lacking(self, heads: Ints) -> int:
        """Return in how many intervals a hand-over lacks with `heads` ``[J]``."""
        return sum(int(cells.sum()) for cells in self.cells(heads))

    def cells(self, heads: Ints) -> list[Bools]:
        """Return for each team where a hand-over lacks ``[T]``."""
        found = []
        for mine, k, open_, carried, across in self.teams:
            duties = np.flatnonzero(mine & (heads > 0))
            there = self._covered(self.first[duties], self.last[duties]) | carried
            at_work = self._filled(there)
            both = self._covered(self.first[duties], self.last[duties] - k) | across
            none = np.zeros(k, dtype=np.bool_)
            later, still = np.r_[there[k:], none], np.r_[at_work[k:], none]
            found.append(open_ & at_work & still & (there | later) & ~both)
        return found

    def apart(self, swap: dict[int, int]) -> int:
        """Return by how many intervals starts and ends of duties differ from those they take the place of."""
        return sum(int(abs(self.first[b] - self.first[a]) + abs(self.last[b] - self.last[a])) for b, a in swap.items())

    def reaching(self, lacks: Sequence[Bools]) -> Bools:
        """Return the duties ``[J]`` that would hand over at one of the first or last intervals of what lacks."""
        found = np.zeros(len(self.first), dtype=np.bool_)
        for (mine, k, *_), cells in zip(self.teams, lacks, strict=True):
            at = np.flatnonzero(cells)
            inside = np.searchsorted(at, self.last - k) > np.searchsorted(at, self.first)
            found |= mine & inside
        return found

    def _filled(self, there: Bools) -> Bools:
        """`there` with gaps filled that are shorter than a desk's rest."""
        at = np.flatnonzero(there)
        gaps = np.diff(at) - 1
        found = there.copy()
        for n in np.flatnonzero((gaps > 0) & (gaps * self.problem.grid.interval_s < 3600 * REST_H)).tolist():
            found[at[n] : at[n + 1]] = True
        return found

    def _covered(self, first: Ints, last: Ints) -> Bools:
        kept = last > first
        edges = np.zeros(self.problem.size + 1, dtype=np.int64)
        np.add.at(edges, first[kept], 1)
        np.add.at(edges, last[kept], -1)
        return np.cumsum(edges)[:-1] > 0


def overlapped(
    problem: Problem, answer: Answer, cost: Callable[[Answer], float], *, worth: float, ended: Callable[[], bool]
) -> Answer:
    """Return `answer` with agents moved so that hand-overs lack less, as long as `cost` and lacks at `worth` an interval fall."""
    overlaps = Overlaps(problem)
    best, lacks = answer, overlaps.lacking(answer.heads(problem))
    total = cost(answer) + worth * lacks
    for _ in range(MOVES):
        moves = _moves(problem, best, overlaps) if lacks and not ended() else []
        tried = [
            (cost(other) + worth * left, left, n, other)
            for n, (left, other) in enumerate(moves)
            if not ended() and _seated(problem, other)
        ]
        if not tried or min(tried)[0] >= total - 1e-6:
            break
        total, lacks, _, best = min(tried, key=lambda one: one[:3])
    return best


def _moves(problem: Problem, answer: Answer, overlaps: Overlaps) -> list[tuple[int, Answer]]:
    heads = answer.heads(problem)
    lacks = overlaps.cells(heads)
    now = sum(int(cells.sum()) for cells in lacks)
    useful = np.unique(problem.duty_kind[overlaps.reaching(lacks)])
    found: list[tuple[int, int, int, int, dict[int, int]]] = []
    for a in np.flatnonzero(answer.agents > 0).tolist():
        worked = _first_of(problem, a, int(answer.agents[a]), heads)
        for b in useful[problem.kind_group[useful] == problem.kind_group[a]].tolist():
            for swap in _same_dates(problem, worked, b):
                other = heads.copy()
                other[worked] -= 1
                other[list(swap)] += 1
                left = overlaps.lacking(other)
                if left < now:
                    found.append((left, overlaps.apart(swap), a, b, swap))
    found.sort(key=lambda one: one[:4])
    joined = _joins(problem, answer, overlaps, useful, now)
    spare = _spare(problem, answer) if found or joined else np.zeros((0, 0))
    moved = [(left, _moved(problem, answer, a, b, swap, spare)) for left, _, a, b, swap in found[:TRIED]]
    return moved + [
        (left, _with(problem, answer.agents, answer.choices, b, dates, spare)) for left, _, b, dates in joined[:TRIED]
    ]


def _joins(
    problem: Problem, answer: Answer, overlaps: Overlaps, useful: Ints, now: int
) -> list[tuple[int, float, int, list[int]]]:
    """One agent more of a useful kind, on the same weekdays of every week: what then lacks, its cost, the kind and its duties."""
    heads = answer.heads(problem)
    held = np.bincount(problem.kind_group, weights=answer.agents, minlength=len(problem.availability))
    runs = longest_runs(problem.account)
    found: list[tuple[int, float, int, list[int]]] = []
    for b in useful.tolist():
        g = int(problem.kind_group[b])
        group = problem.account.groups[g]
        family = [other for other in problem.account.groups if other.family == group.family]
        if (group.max_heads is not None and held[g] >= group.max_heads) or len(family) > 1:
            continue
        best: tuple[int, float, int, list[int]] | None = None
        for way in _ways(problem, b):
            main = [j for j in way if not problem.duties[j].lead_in]
            for days in combinations(range(7), group.days_per_week):
                if group.days_per_week > runs[g] and _longest(days) > runs[g]:
                    continue
                own = [j for n, j in enumerate(main) if n % 7 in days]
                other = heads.copy()
                other[own] += 1
                one = (overlaps.lacking(other), float(problem.duty_cost[own].sum()), b, own)
                best = one if best is None or one < best else best
        if best is not None and best[0] < now:
            found.append(best)
    return sorted(found)


def _longest(days: tuple[int, ...]) -> int:
    """Most days in a row of weekdays worked every week."""
    run = most = 0
    for n in range(14):
        run = run + 1 if n % 7 in days else 0
        most = max(most, run)
    return most


def _first_of(problem: Problem, kind: int, agents: int, heads: Ints) -> list[int]:
    """Duties of the agent who goes first when the heads of each date are dealt in turn, the earliest start of each date."""
    turn, found = 0, []
    for duties in problem.kinds[kind].dates:
        count = int(heads[duties].sum())
        if count and (turn == 0 or turn + count > agents):
            found.append(int(duties[heads[duties] > 0][0]))
        turn = (turn + count) % agents
    return found


def _ways(problem: Problem, kind: int) -> list[list[int]]:
    """Duties of `kind` by date, for each of its starts those of this start alone."""
    duties = problem.kinds[kind].duties.tolist()
    starts = sorted({problem.duties[j].later_min for j in duties})
    return [[j for j in duties if problem.duties[j].later_min == later] for later in starts]


def _same_dates(problem: Problem, worked: list[int], kind: int) -> Iterator[dict[int, int]]:
    """For each start of `kind` its duties on the dates of those `worked`, and which they take the place of; none where a date lacks or
    nothing changes. The lead-in may lack."""
    own = problem.kinds[problem.duty_kind[worked[0]]] if worked else None
    if own is None or _dates(problem, own.duties) != _dates(problem, problem.kinds[kind].duties):
        return  # weeks are counted from other dates
    for way in _ways(problem, kind):
        on = {problem.duties[j].day: j for j in way}
        pairs = [(on.get(problem.duties[j].day), j) for j in worked]
        found = {
            other: j for other, j in pairs if other is not None and problem.duties[other].lead_in == problem.duties[j].lead_in
        }
        lacking = {j for _, j in pairs} - set(found.values())
        if found and all(problem.duties[j].lead_in for j in lacking) and any(other != j for other, j in found.items()):
            yield found


def _dates(problem: Problem, duties: Ints) -> list[date]:
    return sorted({problem.duties[j].day for j in duties.tolist() if not problem.duties[j].lead_in})


def _spare(problem: Problem, answer: Answer) -> Floats:
    """On-seat agents beyond what is needed ``[G, T]``, of all the groups that share classes with each."""
    present = on_duty(problem, answer.heads(problem), answer.breaks(problem)) * problem.availability[:, None]
    found = np.zeros(present.shape)
    for g, classes in enumerate(problem.serves):
        peers = problem.serves[:, classes].any(axis=1)
        found[g] = present[peers].sum(axis=0) - problem.need[classes].sum(axis=0)
    return found


def _moved(problem: Problem, answer: Answer, a: int, b: int, swap: dict[int, int], spare: Floats) -> Answer:
    agents, choices = answer.agents.copy(), dict(answer.choices)
    agents[a] -= 1
    worked = _first_of(problem, a, int(answer.agents[a]), answer.heads(problem))
    for duty in worked:
        rows = choices.pop(duty)
        if len(rows) > 1:
            choices[duty] = rows[1:]
    return _with(problem, agents, choices, b, list(swap), spare)


def _with(problem: Problem, agents: Ints, choices: dict[int, Ints], kind: int, duties: list[int], spare: Floats) -> Answer:
    """The plan with one agent more of `kind` on `duties`."""
    agents, choices = agents.copy(), dict(choices)
    agents[kind] += 1
    for duty in duties:
        own = _breaks_of(problem, duty, spare[problem.kind_group[kind]])
        choices[duty] = np.concatenate([choices[duty], own]) if duty in choices else own
    return Answer(agents, choices)


def _breaks_of(problem: Problem, duty: int, spare: Floats) -> Ints:
    """Break choices of one head of `duty` ``[1, breaks]``, where most are to spare, each far enough from the one it waits for."""
    origin, step = utc_seconds(problem.grid.start_utc), problem.grid.interval_s
    taken: dict[int, int] = {}
    for p in _pools_of(problem, duty):
        pool = problem.pools[p]
        starts = problem.choice_start_s[pool.choices]
        first = -(10**18) if pool.after is None else int(problem.choice_start_s[taken[pool.after]]) + pool.wait_s
        allowed = pool.choices[starts >= first]
        allowed = allowed if len(allowed) else pool.choices[-1:]
        worth = []
        for choice in allowed.tolist():
            begin = (int(problem.choice_start_s[choice]) - origin) // step
            over = spare[max(0, begin) : max(0, begin + max(1, 60 * pool.minutes // step))]
            worth.append(float(over.min()) if len(over) else 0.0)
        # the next break still needs room: of equals the earliest
        taken[p] = int(allowed[int(np.argmax(worth))]) if not _awaited(problem, p) else int(allowed[0])
    return np.array([list(taken.values())], dtype=np.int64).reshape(1, -1)


def _awaited(problem: Problem, p: int) -> bool:
    return any(pool.after == p for pool in problem.pools)


def _pools_of(problem: Problem, duty: int) -> list[int]:
    return [p for p, pool in enumerate(problem.pools) if duty in pool.duties]


def _seated(problem: Problem, answer: Answer) -> bool:
    """True when every site has a seat for everybody."""
    heads = answer.heads(problem)
    cells = problem.seat_cells
    sites = {site.id: s for s, site in enumerate(problem.account.sites)}
    site_of = np.array([sites[group.site] for group in problem.account.groups], dtype=np.int64)
    taken = problem.seated.copy()
    at = np.flatnonzero(heads[cells.item] > 0)
    duties, intervals = cells.item[at], cells.interval[at]
    np.add.at(taken, (site_of[problem.duty_group[duties]], intervals), heads[duties])
    return bool((taken <= np.array([site.seats for site in problem.account.sites])[:, None] + 1e-9).all())
