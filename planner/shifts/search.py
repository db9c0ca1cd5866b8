"""Search for a good whole plan: agents taken out and put back at their exact best price, under a falling temperature."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Bools, Floats, Ints
from planner.shifts.answer import Answer, on_duty
from planner.shifts.cover import connected
from planner.shifts.kernel_state import AGENT, CHOICE, DATE, DUTY, GROUP, KIND, MOST_OUT, PART, POOL, SAVED, Data, Rows, State
from planner.shifts.lawful import longest_runs
from planner.shifts.layers import Layers, agent_costs, plain
from planner.shifts.problem import Cells, Problem
from planner.shifts.sets import class_sets, narrowed
from planner.shifts.tours import WEEK

MOST_AGENTS = 20_000
"""Agents the search can hold at once."""


@dataclass(frozen=True)
class Frame:
    """Kernel data of a problem and what its state starts from: `supply` ``[S, T]`` of heads carried in per set of classes. `reach` is the
    length of arrays that duties may run over: T, or 2 T where the grid is cyclic."""

    data: Data
    problem: Problem
    supply: Floats
    seated: Ints
    places: int
    longest: int
    layers: Layers
    sets: tuple[tuple[int, ...], ...]

    @property
    def reach(self) -> int:
        """See above."""
        return self.problem.size * (2 if self.problem.cyclic else 1)


def relayered(view: Frame, layers: Layers) -> Frame:
    """Return `view` with the wants of other `layers` of as many levels."""
    need = _needs(view.problem, layers, view.sets)
    return replace(view, data=view.data._replace(need=need), layers=layers)


def _needs(problem: Problem, layers: Layers, sets: tuple[tuple[int, ...], ...]) -> Floats:
    wanted = np.array([layers.need[:, list(s)].sum(axis=1) for s in sets]).reshape(len(sets), len(layers.worth), problem.size)
    found: Floats = np.ascontiguousarray(wanted.transpose(0, 2, 1))
    return found


def frame(problem: Problem, serves: Bools | None = None, *, layers: Layers | None = None) -> Frame:
    """Return the kernel's view of `problem` with the wants of `layers` (None: its need); `serves` ``[G, C]`` may restrict who works for
    which class."""
    layers = plain(problem) if layers is None else layers
    serves = narrowed(problem.serves if serves is None else serves, problem.need.sum(axis=1))
    parts = connected(serves)
    sets: list[tuple[int, ...]] = []
    set_first = [0]
    part_groups, part_group = [0], []
    group_part = np.full(len(problem.availability), -1, dtype=np.int64)
    for number, part in enumerate(parts):
        local = class_sets(serves[:, list(part)])
        assert local is not None
        sets += [tuple(part[c] for c in s) for s in local]
        set_first.append(len(sets))
        groups = np.flatnonzero(serves[:, list(part)].any(axis=1))
        group_part[groups] = number
        part_group += groups.tolist()
        part_groups.append(len(part_group))
    has = np.array([serves[:, list(s)].any(axis=1) for s in sets], dtype=np.bool_).reshape(len(sets), serves.shape[0])
    groups_ = problem.account.groups
    sites = {s.id: i for i, s in enumerate(problem.account.sites)}
    duty = _spans(problem.duty_cells, len(problem.duties))
    choice = _spans(problem.choice_cells, len(problem.choice_start_s))
    most = max((len(k.pattern.rule.breaks) + (k.pattern.gap_min > 0) for k in problem.kinds), default=0)
    duty_pool = np.full((len(problem.duties), max(most, 1)), -1, dtype=np.int64)
    filled = np.zeros(len(problem.duties), dtype=np.int64)
    for p, pool in enumerate(problem.pools):
        duty_pool[pool.duties, filled[pool.duties]] = p
        filled[pool.duties] += 1
    names = [g.family for g in groups_]
    waited = {p.after for p in problem.pools}
    seats = np.array([s.seats for s in problem.account.sites], dtype=np.int64)
    kind_group = problem.kind_group
    dates = [own for k in problem.kinds for own in k.dates]
    counts = np.array([len(k.dates) for k in problem.kinds], dtype=np.int64)
    bounds = np.searchsorted(kind_group, np.arange(len(groups_) + 1))
    data = Data(
        duty=_rows(DUTY, *duty, problem.duty_cost, *problem.off_seat.T),
        duty_pool=duty_pool,
        pool=_rows(
            POOL,
            [p.choices[0] for p in problem.pools],
            [p.choices[-1] + 1 for p in problem.pools],
            [-1 if p.after is None else p.wait_s for p in problem.pools],
            [int(n in waited) for n in range(len(problem.pools))],
        ),
        choice=_rows(CHOICE, *choice, problem.choice_cost, problem.choice_start_s),
        kind=_rows(
            KIND,
            kind_group,
            np.cumsum(counts) - counts,
            counts,
            [int(k.lead_in) for k in problem.kinds],
        ),
        date=_rows(DATE, [own[0] for own in dates], [own[-1] + 1 for own in dates]),
        group=_rows(
            GROUP,
            bounds[:-1],
            bounds[1:],
            [g.days_per_week for g in groups_],
            [sites[g.site] for g in groups_],
            group_part,
            [g.min_heads for g in groups_],
            [2**40 if g.max_heads is None else g.max_heads for g in groups_],
            [names.index(g.family) for g in groups_],
            longest_runs(problem.account),
            problem.availability,
            [g.max_share if names.count(g.family) > 1 else 1.0 for g in groups_],
            [g.min_share if names.count(g.family) > 1 else 0.0 for g in groups_],
        ),
        part=_rows(PART, set_first[:-1], set_first[1:], part_groups[:-1], part_groups[1:]),
        part_group=np.array(part_group, dtype=np.int64),
        set_has=has,
        need=_needs(problem, layers, tuple(sets)),
        related=(serves.astype(np.int64) @ serves.T.astype(np.int64)) > 0,
        seats=seats,
        worth=layers.worth.copy(),
    )
    shortest = min((k.pattern.rule.length_min for k in problem.kinds), default=60)
    most = seats.sum() * (WEEK / min(g.days_per_week for g in groups_)) * np.ceil(1440 / shortest)
    places = int(most) + sum(g.min_heads for g in groups_) + 16
    return Frame(
        data,
        problem,
        (has * problem.availability) @ problem.carried,
        problem.seated.astype(np.int64),
        min(places, MOST_AGENTS),
        int(max((len(k.dates) for k in problem.kinds), default=1)),
        layers,
        tuple(sets),
    )


def start(view: Frame, seed: int) -> State:
    """Return the state of an empty plan."""
    data = view.data
    size = view.problem.size
    duties = max((len(k.duties) for k in view.problem.kinds), default=1)
    breaks = data.duty_pool.shape[1]
    rng = np.random.default_rng(seed)
    state = State(
        supply=view.supply.copy(),
        short=np.zeros((len(data.part), size)),
        gain=np.zeros((len(data.group), view.reach)),
        on_site=view.seated.copy(),
        agent=_rows(AGENT, np.full(view.places, -1), np.zeros(view.places)),
        choice=np.full((view.places, view.longest, 1 + breaks), -1, dtype=np.int64),
        heads=np.zeros(len(data.group), dtype=np.int64),
        cost=np.zeros(1),
        rng=rng.integers(1, 2**63 - 1, size=1, dtype=np.uint64),
        delta=np.zeros(view.reach),
        likely=np.ones(len(data.kind), dtype=np.bool_),
        touched=np.zeros(len(data.group), dtype=np.int64),
        upto=np.zeros(view.reach + 1),
        full=np.zeros(view.reach + 1, dtype=np.int64),
        values=np.zeros(duties),
        daily=np.zeros(view.longest),
        picked=np.zeros((2, view.longest), dtype=np.int64),
        best=np.zeros((2, 64)),
        came=np.zeros((view.longest, 64), dtype=np.int64),
        loss=np.zeros(len(data.choice)),
        since=np.zeros(len(data.choice), dtype=np.int64),
        taken=np.zeros(breaks, dtype=np.int64),
        here=np.zeros(view.places, dtype=np.int64),
        near=np.zeros(len(view.sets), dtype=np.int64),
        added=np.zeros(view.places, dtype=np.int64),
        saved=np.zeros(MOST_OUT, dtype=SAVED),
        saved_choice=np.zeros((MOST_OUT, view.longest, 1 + breaks), dtype=np.int64),
    )
    _price_all(view, state)
    return state


def moved(view: Frame, state: State, seed: int) -> State:
    """Return the agents of `state`, of another frame of the same problem, in a state of `view`."""
    new = start(view, seed)
    data, problem = view.data, view.problem
    heads, breaks = np.zeros(len(problem.duties), dtype=np.int64), np.zeros(len(problem.choice_start_s), dtype=np.int64)
    site_of_duty = data.group["site"][problem.duty_group]
    for name in ("agent", "choice", "heads"):
        getattr(new, name)[...] = getattr(state, name)
    for place in np.flatnonzero(state.agent["kind"] >= 0).tolist():
        duties, chosen = worked(view, state, place)
        heads[duties] += 1
        np.add.at(breaks, chosen[data.duty_pool[duties] >= 0], 1)
    on_seat = (on_duty(problem, heads, breaks) - problem.carried) * problem.availability[:, None]
    new.supply[...] += data.set_has.astype(np.float64) @ on_seat
    cells = problem.seat_cells
    np.add.at(new.on_site, (site_of_duty[cells.item], cells.interval), heads[cells.item])
    _price_all(view, new)
    new.cost[0] += float(problem.duty_cost @ heads + problem.choice_cost @ breaks)
    return new


def worked(view: Frame, state: State, place: int) -> tuple[Ints, Ints]:
    """Return the duties that the agent at `place` works, by date, and the choices of their breaks ``[dates, B]``, meaningless where a duty
    has none."""
    count = view.data.kind["count"][state.agent["kind"][place]]
    works = (state.agent["days"][place] >> np.arange(count)) & 1 == 1
    found = state.choice[place, :count][works]
    return found[:, 0], found[:, 1:]


def state_of(view: Frame, answer: Answer, seed: int) -> State:
    """Return the state that holds `answer`, its heads dealt to agents in turn (see :mod:`planner.roster.tours`)."""
    state = start(view, seed)
    data = view.data
    place = 0
    for k in np.flatnonzero(answer.agents).tolist():
        agents = int(answer.agents[k])
        turn = 0
        state.agent["kind"][place : place + agents] = k
        for i, date in enumerate(view.problem.kinds[k].dates):
            for duty in date.tolist():
                for row in answer.choices.get(duty, ()):
                    who = place + turn % agents
                    state.agent["days"][who] |= 1 << i
                    state.choice[who, i, 0] = duty
                    state.choice[who, i, 1:][data.duty_pool[duty] >= 0] = row
                    turn += 1
        state.heads[data.kind["group"][k]] += agents
        place += agents
    return moved(view, state, seed)


def best_parts(view: Frame, states: list[State]) -> State:
    """Return the best of `states`, with every connected part taken from the state that solves it cheapest, seats permitting."""
    data = view.data
    best = min(states, key=lambda state: float(state.cost[0]))
    merged = State._make(field.copy() for field in best)
    merged.agent["kind"][:] = -1
    place = 0
    for part in range(len(data.part)):
        winner = min(states, key=lambda state: _part_cost(view, state, part))
        held = np.flatnonzero(winner.agent["kind"] >= 0)
        held = held[data.group["part"][data.kind["group"][winner.agent["kind"][held]]] == part]
        for name in ("agent", "choice"):
            getattr(merged, name)[place : place + len(held)] = getattr(winner, name)[held]
        place += len(held)
    groups = data.kind["group"][merged.agent["kind"][:place]]
    merged.heads[:] = np.bincount(groups, minlength=len(merged.heads))
    merged = moved(view, merged, 0)
    return best if (merged.on_site > data.seats[:, None]).any() else merged


def _part_cost(view: Frame, state: State, part: int) -> float:
    """Cost of a part's agents and shortfall; infinite where a group has too few agents."""
    data = view.data
    mine = data.group["part"] == part
    if (state.heads[mine] < data.group["min"][mine]).any():
        return float("inf")
    total = float(state.short[part].sum())
    for place in np.flatnonzero(state.agent["kind"] >= 0).tolist():
        kind = state.agent["kind"][place]
        if mine[data.kind["group"][kind]]:
            duties, breaks = worked(view, state, place)
            chosen = breaks[data.duty_pool[duties] >= 0]
            total += float(data.duty["cost"][duties].sum() + data.choice["cost"][chosen].sum())
    return total


def _price_all(view: Frame, state: State) -> None:
    """Shortfall, gains and cost of shortfall from what sets of classes need and have."""
    data = view.data
    size = state.short.shape[1]
    for part in range(len(data.part)):
        sets = slice(data.part["first_set"][part], data.part["last_set"][part])
        deficit = data.need[sets] - state.supply[sets, :, None]
        short = np.max(deficit, axis=0, initial=0.0)
        state.short[part] = short @ data.worth
        for g in data.part_group[data.part["first_group"][part] : data.part["last_group"][part]].tolist():
            with_one = deficit - data.group["availability"][g] * data.set_has[sets, g, None, None]
            gain = (short - np.max(with_one, axis=0, initial=0.0)) @ data.worth
            state.gain[g] = np.tile(gain, view.reach // size)
    state.cost[0] = state.short.sum()


def _spans(cells: Cells, count: int) -> tuple[Ints, Ints, Floats, Floats]:
    """First interval, interval after the last, and the shares of both, of items that fill intervals in a row."""
    first, last = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    head, tail = np.ones(count), np.ones(count)
    starts = np.flatnonzero(np.r_[True, cells.item[1:] != cells.item[:-1]]) if len(cells.item) else np.zeros(0, dtype=np.int64)
    ends = np.r_[starts[1:], len(cells.item)] - 1
    if len(starts):
        who = cells.item[starts]
        first[who], last[who] = cells.interval[starts], cells.interval[starts] + ends - starts + 1
        head[who], tail[who] = cells.share[starts], cells.share[ends]
    return first, last, head, tail


def nearest_serves(serves: Bools) -> Bools:
    """Return `serves` kept only for the most specialised groups of each class: those with the fewest classes, all of theirs."""
    count = serves.sum(axis=1)
    keep = np.zeros(len(serves), dtype=np.bool_)
    for c in range(serves.shape[1]):
        groups = np.flatnonzero(serves[:, c])
        if len(groups):
            keep[groups[count[groups] == count[groups].min()]] = True
    return serves & keep[:, None]


def single_serves(problem: Problem) -> Bools:
    """Return who serves whom with one class left to every group: the one whose own groups are dearest, or that has none."""
    costs = agent_costs(problem)
    own = problem.serves & (problem.serves.sum(axis=1) == 1)[:, None]
    costs = np.where(np.isfinite(costs), costs, np.inf)
    dear = np.array([costs[own[:, c]].min(initial=np.inf) for c in range(own.shape[1])])
    kept: Bools = own.copy()
    for g in np.flatnonzero(problem.serves.sum(axis=1) > 1).tolist():
        mine = np.flatnonzero(problem.serves[g]).tolist()
        kept[g, max(mine, key=lambda c: (float(dear[c]), float(problem.need[c].sum())))] = True
    return kept


def _rows(dtype: np.dtype[np.void], *columns: ArrayLike) -> Rows:
    """Structured rows from their columns, in the order of `dtype`."""
    made = np.zeros(len(np.asarray(columns[0])), dtype=dtype)
    for name, column in zip(dtype.names or (), columns, strict=True):
        made[name] = column
    return made
