"""A named roster at least cost, with a proven bound: annealed rosters, prices, dives, then the proof or ever better neighbourhoods."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, Status, StopFlag, no_report
from planner.roster.anneal import annealed
from planner.roster.check_named import verified
from planner.roster.choose import choose
from planner.roster.close import close
from planner.roster.columns import Master, earned, generate, priced, wishes_of
from planner.roster.dive import dive
from planner.roster.kit import Kit, kit_of
from planner.roster.neighbourhood import Heads, first_roster
from planner.roster.problem import NamedProblem, NamedRoster

_SHARES = (0.2, 0.08)  # of the people settled per step: a quick dive, then a careful one
_SMALL, _LARGE = 4_000, 12_000  # schedules among which a choice is proven at any effort, and at a limited one
_MANY_NODES = 300
_QUICK = 40  # rounds of pricing for the bound where dives are left out
_DIVE = 0.3  # of the time left that a dive leaves
_SWEEPS = 10
_ANNEALS = 3  # rosters annealed before prices are sought: their schedules spare most of the rounds of pricing
_MOVES, _MOST_MOVES = 3_000, 2_000_000  # of an annealing, for each day of each person and in all
_POLISH = 0.1  # of the usual heat, to better a good roster
_RESTS = 4  # turns without an annealing after one that found nothing
_GOALS = 12  # costs tried, each half as far from the bound, until the schedules that could reach it are few enough


@dataclass
class _Run:
    """What the search knows: the best roster so far, the bound, and when to end."""

    problem: NamedProblem
    kit: Kit
    seconds: float | None
    seed: int
    stop: StopFlag
    report: Report
    gap: float = 0.0
    slack: float = 0.0
    began: float = field(default_factory=time.perf_counter)
    bound: float = -math.inf
    best: float = math.inf
    proven_at: float = -math.inf  # Lagrange's bound, unrounded, at `price`
    work: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    price: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    timed: bool = False  # time is up
    clocked: bool = False  # the clock ended a part of the search, which cannot be repeated

    @property
    def step(self) -> float:
        """Least difference between the costs of two rosters that is worth looking for."""
        return 1.0 if self.problem.whole_costs else 1e-6 * max(1.0, abs(self.best))

    @property
    def proven(self) -> bool:
        return self.best - self.bound <= (1e-6 if self.problem.whole_costs else self.step)

    @property
    def done(self) -> bool:
        return self.proven or self.best - self.bound <= self.tolerance

    @property
    def tolerance(self) -> float:
        """How far from the bound a roster may end."""
        return max(self.gap * abs(self.best), self.slack) if math.isfinite(self.best) else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left, None without a limit."""
        return None if self.seconds is None else max(0.0, self.seconds - (time.perf_counter() - self.began))

    def halt(self) -> bool:
        """True once time is up or somebody cancelled; noted, since the clock cannot be repeated."""
        if self.left == 0.0:
            self.timed = True
        return self.timed or self.stop.is_set()

    def late(self, left: float | None) -> bool:
        """True once no more than `left` seconds are left, or there is another reason to halt."""
        return self.halt() or (left is not None and self.left is not None and self.left <= left)

    def raise_bound(self, value: float) -> None:
        """Take in a proven bound, rounded up where every cost is whole."""
        self.bound = min(self.best, max(self.bound, math.ceil(value - 1e-5) if self.problem.whole_costs else value))

    def offer(self, work: Ints) -> bool:
        """Keep a roster no dearer than the best; tell whether it is cheaper. Its cost is the checker's, which refuses an illegal one."""
        cost = verified(self.problem, NamedRoster(work=work))
        cheaper = cost < self.best - 1e-9
        if cost <= self.best + 1e-9:
            self.best, self.work = min(self.best, cost), work.copy()
        return cheaper

    def tell(self, stage: str) -> None:
        bound = self.bound if math.isfinite(self.bound) else None
        best = self.best if math.isfinite(self.best) else None
        self.report(Progress(stage=stage, best=best, bound=bound, seconds=time.perf_counter() - self.began))


def solve_named(
    problem: NamedProblem, *, seconds: float | None = None, rounds: int = 400, gap: float = 0.0, slack: float = 0.0,
    dives: bool = True, seed: int = 0, stop: StopFlag | None = None, report: Report = no_report,
) -> tuple[NamedRoster | None, SolveInfo]:  # fmt: skip
    """Return the best roster found, checked against every hard rule, and how the search ended.

    The bound holds for every legal roster. The search ends within `gap`, relative, or `slack`, absolute, of it; with neither with a proof.
    Without `seconds`, or when it ends before them, the search is repeatable: it ends so, or after `rounds` neighbourhoods. `dives`, and
    with them proofs by listing schedules, may be left out where they take long. `stop` ends it soon with the best so far. There is no
    roster only where somebody has no legal schedule; the note then names them.
    """
    run = _Run(problem, kit_of(problem), seconds, seed, stop if stop is not None else NeverStop(), report, gap, slack)
    rng = np.random.default_rng(seed)
    everybody = np.arange(len(problem.people))
    master = Master(problem, run.kit, everybody, problem.need, offset=float(problem.wish_on.sum()))
    state, without = first_roster(problem, run.kit, master.pool, rng=rng, halt=run.halt)
    if without:
        names = ", ".join(problem.people[p] for p in without)
        return None, _info(run, Status.INFEASIBLE, f"no schedule keeps all rules of {names}", 0)
    run.offer(state.work)
    run.tell("first roster")
    if len(everybody):
        _anneal(run, master)
        _search(run, master, rounds, rng, _SHARES if dives else ())
    else:
        run.raise_bound(run.best)
    if run.done:
        status = Status.OPTIMAL if run.proven else Status.GAP_REACHED
    elif run.stop.is_set():
        status = Status.CANCELLED
    else:
        status = Status.TIME_LIMIT if run.timed or run.clocked else Status.ROUNDS_DONE
    return NamedRoster(work=run.work), _info(run, status, "", len(master.pool.work))


def _anneal(run: _Run, master: Master) -> None:
    """Better rosters than the first, and the best of them polished; their schedules join the master. Not where so many days of people are
    to be filled that the moves allowed lead nowhere: poor schedules mislead the dives."""
    if _MOVES * run.work.size > _MOST_MOVES:
        return
    first = run.work
    for turn in range(_ANNEALS):
        _annealed(run, master, first, turn)
    _annealed(run, master, run.work, _ANNEALS, _POLISH)


def _annealed(run: _Run, master: Master, start: Ints, turn: int, warmth: float = 1.0) -> bool:
    """Anneal once more from `start`; tell whether a better roster was found."""
    if run.halt():
        return False
    moves = min(_MOVES * start.size, _MOST_MOVES)
    work = annealed(run.problem, run.kit, start, moves=moves, seed=run.seed + turn, halt=run.halt, warmth=warmth)
    for p, days in enumerate(work):
        master.put(p, days)
    better = run.offer(work)
    run.tell("annealing")
    return better


def _search(run: _Run, master: Master, rounds: int, rng: np.random.Generator, shares: tuple[float, ...]) -> None:
    """Bound, dives, then proofs and neighbourhoods in turn."""

    def told(relaxed: float, bound: float) -> None:
        run.raise_bound(bound)
        run.tell("bound")

    enough = run.best - run.tolerance if run.tolerance else math.inf
    finest = min(1e-3, max(1e-7, run.tolerance / (20 * max(1.0, abs(run.best)))))
    first = generate(
        master,
        rounds=1_000 if shares else _QUICK,
        halt=run.halt,
        told=told,
        cutoff=enough,
        within=max(1e-4, run.tolerance / 5),
        finest=finest,
    )
    run.proven_at, run.price = first.bound, first.price
    run.raise_bound(first.bound)
    for share in shares:
        if run.done or run.halt():
            return
        late = None if run.left is None else _DIVE * run.left
        found = dive(master, first, rounds=20, cutoff=run.best - run.step + 1e-6, halt=partial(run.late, late), share=share)
        if found is not None:
            run.clocked |= len(found) < len(master.people)
            run.offer(_completed(run, found, rng))
        run.tell("dive")
    tried, size, most, again = math.inf, min(8, len(master.people)), min(40, len(master.people)), 0
    for turn in range(rounds):
        if turn >= again and not run.done and not _annealed(run, master, run.work, _ANNEALS + 1 + turn, _POLISH):
            again = turn + 1 + _RESTS
        while shares and not run.done and run.best < tried and not run.halt():
            if not _prove(run, master):
                tried = run.best
        if run.done or run.halt():
            return
        size = _neighbourhood(run, master, size, most, turn, rng)
        run.tell("neighbourhoods")


def _completed(run: _Run, found: dict[int, Ints], rng: np.random.Generator) -> Ints:
    """A roster with the schedules `found`, the others' made the best against them, then everybody's against all others."""
    state = Heads(run.problem, run.kit)
    for p, days in enumerate(run.work):
        state.give(p, found.get(p, days))
    everybody = np.arange(len(run.work))
    for people in (np.setdiff1d(everybody, list(found)), everybody):
        state.improve(people, rng=rng, sweeps=_SWEEPS)
    return state.work


def _prove(run: _Run, master: Master) -> bool:
    """Look for a roster below the best among all schedules it could contain; where they are too many, below a lower goal.

    Returns True when that raised the bound or found a better roster.
    """
    before = (run.best, run.bound)
    share = None if run.left is None else run.left / 3
    goal = run.best - run.step
    for _ in range(_GOALS):
        for most, nodes in ((_SMALL, None), (_LARGE, _MANY_NODES)):
            proof = close(
                master, run.price, bound=run.proven_at, goal=goal, step=run.step, most=most, seconds=share, nodes=nodes,
                seed=run.seed, stop=run.stop, halt=run.halt,
            )  # fmt: skip
            if proof is not None:
                if proof.work is not None:
                    run.offer(_whole(proof.work, run.work))
                run.clocked |= proof.timed
                run.raise_bound(proof.bound)
                run.tell("proof")
                return before != (run.best, run.bound)
        if run.halt() or goal <= run.bound:
            break
        goal = run.bound + (math.floor((goal - run.bound) / 2) if run.problem.whole_costs else (goal - run.bound) / 2)
    return False


def _neighbourhood(run: _Run, master: Master, size: int, most: int, turn: int, rng: np.random.Generator) -> int:
    """Free `size` people and give them the best schedules against everybody else's; returns the size to try next."""
    people = _chosen(run, size, rng)
    state = Heads(run.problem, run.kit)
    for p, days in enumerate(run.work):
        if p not in people:
            state.give(p, days)
    others = sum(wishes_of(run.kit, p, days) for p, days in enumerate(state.work) if p not in people)
    part = Master(run.problem, run.kit, people, run.problem.need - state.heads, offset=master.offset + others)
    now = [part.put(int(p), run.work[p]) for p in people]
    part.take_best(master.pool, run.price, 15)
    goal = run.best - run.step + 1e-6
    found = generate(part, rounds=30, halt=run.halt, within=0.05, cutoff=goal, start=run.price)
    for p, days in zip(part.pool.person, part.pool.work, strict=True):
        master.pool.put(p, days)
    if found.bound >= goal or run.halt():
        return min(most, size + 1)
    spare = [
        part.pool.cost[j] - earned(found.relaxed.price, part.pool.work[j]) - found.relaxed.place[part.row[part.pool.person[j]]]
        for j in range(len(part.pool.work))
    ]
    close_by = sorted(set(np.argsort(spare, kind="stable")[: 60 * len(people)].tolist()) | set(now))
    answer = choose(part, close_by, seconds=run.left, nodes=100, seed=run.seed + turn, first=now, stop=run.stop)
    if answer.work is not None:
        run.offer(_whole(answer.work, run.work))
    return min(most, size + 1) if answer.info.status is Status.OPTIMAL else max(4, size - 2)


def _chosen(run: _Run, size: int, rng: np.random.Generator) -> Ints:
    """People drawn by lot, the likelier the further their schedule is from their best at the proving prices."""
    count = len(run.problem.people)
    away = np.array([wishes_of(run.kit, p, days) - earned(run.price, days) for p, days in enumerate(run.work)])
    away -= priced(run.kit, np.arange(count), run.price)[2]
    chance = np.maximum(away, 0) + max(float(away.mean()), 1e-3)
    return np.sort(rng.choice(count, size=size, replace=False, p=chance / chance.sum()))


def _whole(part: dict[int, Ints], rest: Ints) -> Ints:
    work = rest.copy()
    for p, days in part.items():
        work[p] = days
    return work


def _info(run: _Run, status: Status, note: str, schedules: int) -> SolveInfo:
    return SolveInfo(
        name="named roster",
        status=status,
        objective=run.best if math.isfinite(run.best) else None,
        bound=run.bound if math.isfinite(run.bound) else None,
        seconds=time.perf_counter() - run.began,
        solver="column generation",
        variables=schedules,
        rows=len(run.problem.people) + run.problem.need.size,
        note=note,
    )
