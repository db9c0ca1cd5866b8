"""The cheapest lawful roster: solve, let the labour rules judge every agent whose work changed, forbid what they find, solve again."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.roster import Agent
from planner.domain.shifts import Shift
from planner.domain.solve import Progress, Report, SolveInfo, Status, StopFlag, no_report
from planner.errors import CancelledError, InfeasibleError
from planner.replan.decision import KEEP, NONE, Decision, decision_of, merged, restricted, shift_of, untouched
from planner.replan.division import Division
from planner.replan.duties import somewhere
from planner.replan.law import MONOTONE_NOT, found_against
from planner.replan.model import Built, build
from planner.replan.problem import Problem, narrowed
from planner.replan.why import reasons_of
from planner.replan.worth import worth_of
from planner.rules import Severity
from planner.solver import Sense, SolveOptions, relaxed, solve

LEAST_S = 1.0
"""Seconds that every solve is given, however late it is."""

SMALL = 500
"""Shifts on offer up to which the program is solved at once; above, neighbourhoods find a good roster first."""

SHARE = 0.6
"""Share of the time limit for neighbourhoods; the rest is for the proof."""

_LIFTED = 60
"""Options of one slot tried to make a cut hold for more than the shift that was found."""


@dataclass(frozen=True)
class Answer:
    """The decision, how it was found, and how many rounds of labour rules it took."""

    decision: Decision
    info: SolveInfo
    rounds: int


def search(
    problem: Problem, *, report: Report, stop: StopFlag, start: Decision | None = None, seconds: float | None = None
) -> Answer:
    """Return the cheapest lawful decision found for `problem`, and a bound that holds for every lawful one.

    Rules on rest, days and hours are rows of the program; whatever else the checker of labour rules finds in a changed agent's work
    becomes a row that no lawful roster breaks (no-good cuts), until nothing is found. What the published roster itself is blamed for
    may stay. Large problems are first improved part by part (large neighbourhood search, Shaw 1998), from `start` (None: the published
    roster), and the search ends after `seconds` (None: ``Effort.time_limit_s``). Raises InfeasibleError with reasons
    when locks, agreed shifts and rules leave no roster.
    """
    effort = problem.facts.changes.effort
    limit = effort.time_limit_s if seconds is None else seconds
    began = time.perf_counter()
    best = start
    proven: float | None = None
    by_clock = False
    if problem.options > SMALL and (start is not None or not Judge(problem).blamed(untouched(problem))):
        first = untouched(problem) if start is None else start
        proven, guided = _least(problem, limit, stop)
        report(Progress(stage="replan", bound=proven))
        best, by_clock = improved(problem, first, guided, until=began + SHARE * limit, report=report, stop=stop)
    left = limit - (time.perf_counter() - began)
    found = settle(problem, start=best, gap=effort.gap, seconds=max(LEAST_S, left), nodes=None, report=report, stop=stop)
    seconds = time.perf_counter() - began
    info = found.info
    if proven is not None and (info.bound is None or info.bound < proven):
        info = replace(info, bound=proven if info.objective is None else min(proven, info.objective))
    if by_clock and info.status.repeatable and not (info.gap is not None and info.gap <= 1e-9):
        info = replace(info, status=Status.TIME_LIMIT)
    if stop.is_set():
        info = replace(info, status=Status.CANCELLED)
    return replace(found, info=replace(info, name="replan", seconds=seconds))


def _least(problem: Problem, seconds: float, stop: StopFlag) -> tuple[float | None, frozenset[int]]:
    """What every lawful decision costs at least by the linear program alone, None when it did not end in time; and the slots whose work it
    changes."""
    built = build(problem)
    found = solve(relaxed(built.model), SolveOptions(lp_method="ipm", time_limit_s=seconds), stop=stop, stage="replan")
    if found.values is None:
        return found.info.bound, frozenset()
    moved = [float(found.values[work].sum()) for work in built.work]
    moved = [m + (float(found.values[off]) if off >= 0 else 0.0) for m, off in zip(moved, built.off.tolist(), strict=True)]
    return found.info.bound, frozenset(s for s, m in enumerate(moved) if m > _MOVED)


def improved(
    problem: Problem, decision: Decision, guided: frozenset[int], *, until: float, report: Report, stop: StopFlag
) -> tuple[Decision, bool]:
    """Return a decision no worse than `decision`, and whether the clock ended the search for it.

    Parts of the roster are solved while the rest keeps still: the slots `guided` that a linear program changes, which hold most of what
    pays, the dates of each group, and everybody's week for a few agents at a time, the smallest first; again and again until a whole
    turn changes nothing.
    """
    worth, division = _valued(problem, decision)
    parts = parts_of(problem)
    turn = sorted([guided, *parts] if guided else parts, key=lambda part: sum(len(problem.slots[s].duties) for s in part))
    while True:
        before = worth
        for part in turn:
            longest = _GUIDED_SHARE * (until - time.perf_counter()) if part is guided else _PART_S
            if time.perf_counter() >= until or stop.is_set():
                return decision, True
            others = [s for s in range(len(problem.slots)) if s not in part]
            held = None if problem.held is None else problem.held.divided(division.agents, problem.span)
            small = narrowed(problem, part, restricted(problem, decision, others), held)
            try:
                answer = settle(
                    small, start=None, gap=_PART_GAP, seconds=max(LEAST_S, min(longest, until - time.perf_counter())), nodes=_PART_NODES,
                    report=no_report, stop=stop,
                )  # fmt: skip
            except (InfeasibleError, CancelledError):
                continue
            trial = merged(problem, decision, part, answer.decision)
            if trial == decision:
                continue
            value, after = _valued(problem, trial)
            if value < worth - 1e-6 and not Judge(problem).blamed(trial):
                decision, worth, division = trial, value, after
                report(Progress(stage="replan", best=worth))
        turn = parts
        if worth > before - 1e-4 * abs(before):
            return decision, False


def _valued(problem: Problem, decision: Decision) -> tuple[float, Division]:
    worth, division = worth_of(problem, decision)
    return worth.total, division


_PART_GAP, _PART_S, _PART_NODES = 2e-4, 8.0, 200
_GUIDED_SHARE = 0.6
_MOVED = 1e-3
_AGENTS = 8


def parts_of(problem: Problem) -> list[frozenset[int]]:
    """Return the parts solved in turn, as slot numbers: every group's every date, then all dates of a few agents."""
    dates: dict[tuple[str, str], list[int]] = defaultdict(list)
    agents: dict[tuple[str, str], list[int]] = defaultdict(list)
    for s, slot in enumerate(problem.slots):
        dates[slot.day.isoformat(), slot.agent.group].append(s)
        agents[slot.agent.group, slot.agent.id].append(s)
    parts = [frozenset(part) for _, part in sorted(dates.items()) if any(problem.slots[s].duties for s in part)]
    people = [part for _, part in sorted(agents.items())]
    return parts + [frozenset(s for p in people[n : n + _AGENTS] for s in p) for n in range(0, len(people), _AGENTS)]


def settle(
    problem: Problem, *, start: Decision | None, gap: float, seconds: float, nodes: int | None, report: Report, stop: StopFlag
) -> Answer:
    """Solve the program of `problem`, and again after every finding of the labour rules.

    It begins from the lawful decision `start`; None is the published roster.
    """
    began = time.perf_counter()
    built = build(problem)
    judge = Judge(problem)
    first = untouched(problem) if start is None else start
    bound: float | None = None
    rounds = 0
    while True:
        rounds += 1
        left = max(LEAST_S, seconds - (time.perf_counter() - began))
        options = SolveOptions(
            gap=gap, time_limit_s=left, max_nodes=nodes, start=_start(problem, built, first), seed=problem.account.settings.seed % 2**31,
            lp_method="ipm" if problem.options > SMALL else "choose",
        )  # fmt: skip
        solution = solve(built.model, options, report=report, stop=stop, stage="replan")
        info = solution.info
        if info.status is Status.INFEASIBLE:
            raise InfeasibleError(reasons_of(problem))
        if info.bound is not None:
            bound = info.bound if bound is None else max(bound, info.bound)
        decision = first if solution.values is None else decision_of(problem, built, solution.values)
        blamed = judge.blamed(decision)
        if not blamed and solution.values is not None:
            return Answer(decision, replace(info, bound=bound), rounds)
        if solution.values is None or seconds - (time.perf_counter() - began) <= 0 or stop.is_set():
            return _kept(problem, first, judge, replace(info, bound=bound), rounds, stop)
        for agent, rule in blamed:
            judge.forbid(built, decision, agent, rule)


def _kept(problem: Problem, first: Decision, judge: Judge, info: SolveInfo, rounds: int, stop: StopFlag) -> Answer:
    """The decision the search began with, when time was up before a better lawful one was there."""
    if judge.blamed(first):
        if stop.is_set():
            raise CancelledError("stopped before a legal roster was found")
        raise InfeasibleError(reasons_of(problem))
    status = info.status if not info.status.repeatable else Status.TIME_LIMIT
    return Answer(first, replace(info, objective=_valued(problem, first)[0], status=status), rounds)


def _start(problem: Problem, built: Built, decision: Decision) -> Floats:
    """The variables of a decision; what follows from them is left to the solver."""
    start = np.full(built.model.n_columns, np.nan)
    for block in built.model.columns:
        if block.name in ("keep", "off", "work", "heads", "breaks"):
            start[block.first : block.first + block.count] = 0.0
    for s, (slot, chosen) in enumerate(zip(problem.slots, decision.choice, strict=True)):
        if chosen == KEEP:
            start[built.keep[s]] = 1.0
        elif chosen >= 0:
            start[built.work[s][slot.duties.index(chosen)]] = 1.0
            start[built.heads[chosen]] += 1.0
        elif built.off[s] >= 0:
            start[built.off[s]] = 1.0
    for j, everybody in decision.breaks.items():
        for starts in everybody:
            for at, rule, columns in zip(starts, problem.duties[j].breaks, built.breaks[j], strict=True):
                start[columns[rule.starts_s.index(at)]] += 1.0
    return start


class Judge:
    """The checker of labour rules, asked about every agent whose work a decision changes."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots: dict[str, list[int]] = defaultdict(list)
        for s, slot in enumerate(problem.slots):
            self.slots[slot.agent.id].append(s)
        self.standing: dict[str, list[Shift]] = defaultdict(list)
        for place in problem.standing:
            self.standing[place.agent.id].append(place.shift)
        self.agents = {agent.id: agent for agent in problem.facts.agents}
        self.changed_by_hand = {agent for agent, _ in problem.facts.fixed}
        self.published: dict[str, list[Shift]] = defaultdict(list)
        for place in (*problem.facts.published.values(), *problem.facts.double):
            self.published[place.agent.id].append(place.shift)
        self.cuts = 0

    def blamed(self, decision: Decision) -> list[tuple[Agent, str]]:
        """Return each agent and rule that `decision` breaks and the published roster did not."""
        work: dict[str, list[Shift]] = defaultdict(list)
        for place in decision.places(self.problem):
            work[place.agent.id].append(place.shift)
        quiet = untouched(self.problem).choice
        found = []
        for id, slots in self.slots.items():
            if id in self.changed_by_hand or any(decision.choice[s] != quiet[s] for s in slots):
                agent = self.agents[id]
                found += [(agent, rule) for rule in sorted(self._news(agent, work[id]))]
        return found

    def _news(self, agent: Agent, shifts: list[Shift]) -> set[str]:
        plan = self.problem.facts.plan
        known = {(f.rule, f.severity, f.date) for f in found_against(plan, agent, self.published[agent.id])}
        paid = bool(self.problem.facts.overtime_of(agent))
        return {
            f.rule
            for f in found_against(plan, agent, shifts)
            if (f.rule, f.severity, f.date) not in known and not (paid and f.severity is Severity.OVERTIME)
        }

    def forbid(self, built: Built, decision: Decision, agent: Agent, rule: str) -> None:
        """Add a row that rules out what `decision` makes `agent` work, and as much of its kind as can be shown to break `rule` too."""
        slots = self.slots[agent.id]
        self.cuts += 1
        name = f"law_{self.cuts}"
        if rule in MONOTONE_NOT:
            self._forbid_all(built, decision, slots, name)
            return
        worked = [s for s in slots if decision.choice[s] != NONE]
        needed = list(worked)
        for s in worked:
            fewer = [x for x in needed if x != s]
            if rule in self._news(agent, self._work(agent, decision, fewer)):
                needed = fewer
        if not needed:
            raise InfeasibleError(reasons_of(self.problem))
        columns = [self._column(built, decision, s) for s in needed]
        columns += self._lifted(built, decision, agent, rule, needed)
        row = built.model.add_rows(name, 1, sense=Sense.LE, rhs=float(len(needed) - 1))
        built.model.add_terms(row, columns, 1.0)

    def _lifted(self, built: Built, decision: Decision, agent: Agent, rule: str, needed: list[int]) -> list[int]:
        """Other shifts of the last slot that break the rule just as well together with the rest."""
        last = needed[-1]
        rest = self._work(agent, decision, needed[:-1])
        found = []
        slot = self.problem.slots[last]
        for j, column in list(zip(slot.duties, built.work[last].tolist(), strict=True))[:_LIFTED]:
            if j != decision.choice[last] and rule in self._news(agent, [*rest, self._shift(last, j, decision)]):
                found.append(int(column))
        return found

    def _forbid_all(self, built: Built, decision: Decision, slots: list[int], name: str) -> None:
        """The whole schedule, days off included, is ruled out and nothing else."""
        row = built.model.add_rows(name, 1, sense=Sense.LE, rhs=float(len(slots) - 1))
        for s in slots:
            if decision.choice[s] == NONE and built.off[s] < 0:
                built.model.add_terms(row, built.work[s], -1.0)
                built.model.set_rhs(row, built.model.rhs[row] - 1.0)
            else:
                built.model.add_terms(row, self._column(built, decision, s), 1.0)

    def _column(self, built: Built, decision: Decision, s: int) -> int:
        chosen = decision.choice[s]
        if chosen == KEEP:
            return int(built.keep[s])
        if chosen == NONE:
            return int(built.off[s])
        return int(built.work[s][self.problem.slots[s].duties.index(chosen)])

    def _work(self, agent: Agent, decision: Decision, slots: list[int]) -> list[Shift]:
        return [*self.standing[agent.id], *(self._shift(s, decision.choice[s], decision) for s in slots)]

    def _shift(self, s: int, chosen: int, decision: Decision) -> Shift:
        place = self.problem.slots[s].place
        if chosen == KEEP and place is not None:
            return place.shift
        duty = self.problem.duties[chosen]
        starts = decision.breaks.get(chosen) or (somewhere(duty.pattern.rule, duty.breaks),)
        return shift_of(self.problem, duty, starts[0])
