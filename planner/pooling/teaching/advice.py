"""Limited flexibility: which second skill, taught to how many, saves most; by itself, and one after the other as a chain.

A little flexibility, placed so that it links one desk to the next, is worth nearly as much as everybody doing everything (W. C. Jordan and
S. C. Graves, "Principles on the benefits of manufacturing process flexibility", Management Science 41, 1995; R. B. Wallace and W. Whitt, "A
staffing algorithm for call centers with skill-based routing", Manufacturing & Service Operations Management 7, 2005).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.plan import Plan
from planner.domain.solve import NeverStop, Progress, Report, StopFlag, no_report
from planner.errors import DataError, Problem
from planner.pooling.teaching.advised import Advice, ChainStep, Option, Staffed
from planner.pooling.teaching.bench import Bench, State
from planner.pooling.teaching.chain import Link, chain
from planner.pooling.teaching.levels import CHECKED, levels
from planner.pooling.teaching.references import dedicated, flexible
from planner.pooling.teaching.skills import Lesson, taught, teachable
from planner.pooling.teaching.spare import Sparing
from planner.pooling.teaching.teach import Lessons

TEACH = (1, 2, 3, 4, 5)
"""How many are taught, unless told otherwise."""
SECONDS = 90.0
"""How long advice may take, unless told otherwise."""
PREMIUM = Decimal("0.10")
"""What one more skill is paid, as a share of the wage, unless told otherwise."""
STAGE = "second skills"
"""The stage that progress is told of."""

_ALONE = 12
"""Lessons tried by themselves to the end: those by which promises gain most at a first look."""
_FAILURES = 3
"""People not spared in a row, by one lesson alone, after whom nobody is thought to be."""
_TRIM, _RANK, _CHAIN = 0.25, 0.55, 0.8
"""Of the time limit: when looking for people spare already, trying lessons one by one, and chaining them must end."""


def advise(
    plan: Plan,
    *,
    teach: Sequence[int] = TEACH,
    premium: Decimal | float | str = PREMIUM,
    groups: Iterable[str] = (),
    skills: Iterable[str] = (),
    time_limit_s: float | None = None,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> Advice:
    """Return which second language or channel, taught to how many of the people of `plan`, saves most.

    For every group and every language or channel that it lacks and a queue asks for (certificates of its site allowing), `teach` people
    are taken as taught and the plan's own shifts simulated before the same customers; then whoever became spare is taken off while every
    promise kept so far stays kept. Those taught earn the share `premium` of their wage more. `groups` and `skills` limit who is taught
    what (empty: all). It takes about `time_limit_s` seconds at most (None: `SECONDS`) and says what was cut off; `stop` ends it soon and
    keeps what is known. The plan is not touched. Raises DataError for an unknown group or skill or none of them that goes together, a
    premium below 0, a number
    below 1 or a plan nobody works in.
    """
    numbers = tuple(sorted(set(teach)))
    share = _share(premium)
    _check(plan, numbers, premium, share, tuple(groups), tuple(skills), time_limit_s)
    assert share is not None
    limit = SECONDS if time_limit_s is None else time_limit_s
    wanted, of = set(skills), set(groups)
    staffed = {shift.group for shift in plan.shifts.shifts}
    known = [lesson for lesson in teachable(plan.account) if lesson.group in staffed]
    lessons = [x for x in known if (not of or x.group in of) and (not wanted or x.skill in wanted)]
    if known and not lessons:
        can = ", ".join(f"{x.skill} to {x.group}" for x in known)
        raise DataError(
            Problem("group and skill", "none of these skills can be taught to any of these people", f"what can: {can}")
        )
    work = _Work(plan, numbers, share, lessons, limit, report, stop or NeverStop())
    return work.advice()


@dataclass(frozen=True)
class _Tried:
    """A lesson given to so many: what it gains, and who is left of the plan with it (None: not tried)."""

    lesson: Lesson
    people: int
    gain: tuple[float, float]
    state: State | None


class _Work:
    """One advice being made."""

    def __init__(
        self,
        plan: Plan,
        numbers: tuple[int, ...],
        premium: Decimal,
        lessons: list[Lesson],
        limit: float,
        report: Report,
        stop: StopFlag,
    ) -> None:
        self.plan, self.numbers, self.premium, self.limit, self.stop = plan, numbers, premium, limit, stop
        self.report = report
        variants = {lesson: taught(lesson, plan.account, premium) for lesson in lessons}
        self.bench = Bench(plan, stop, variants.values())
        self.bench.ahead(self.bench.start, 1)  # what is compiled at first is not counted as time of the search
        self.began = time.perf_counter()
        self.lessons = Lessons(self.bench, variants)
        self.sparing = Sparing(self.bench, math.inf, tick=self._tick)
        self.ended: list[str] = []

    def advice(self) -> Advice:
        """Return it."""
        self._next(_TRIM)
        self.sparing.hold_to(self.bench.start)
        base = self.sparing.thoroughly(self.bench.start)
        trimmed = self._staffed(base, done=self._done("taking off who is spare already"))
        if not self.sparing.losses:
            self.sparing.deadline = math.inf  # too short a limit to know anybody: the plan alone is told
        tried = self._options(base)
        self._next(_CHAIN)
        links = chain(self.lessons, self.sparing, base, [t.lesson for t in tried])
        if tried:
            self._done("chaining lessons")
        steps, end = self._steps(base, links)
        options = tuple(sorted((self._option(t, base) for t in tried), key=_rank))
        apart, whole = self._references(base, trimmed)
        return Advice(
            account=self.plan.account.name,
            currency=self.plan.account.currency,
            days=self.plan.account.horizon.days,
            premium=float(self.premium),
            replications=CHECKED,
            plan=self._staffed(self.bench.start),
            trimmed=trimmed,
            options=options,
            chain=steps,
            chained=self._staffed(end) if steps else None,
            taught=tuple(self.lessons.given(end).items()) if steps else (),
            dedicated=apart,
            flexible=whole,
            notes=tuple(self._notes(end if steps else base, trimmed)),
            not_repeatable=tuple(self.ended),
        )

    def _options(self, base: State) -> list[_Tried]:
        """Every lesson by itself; those that help most are tried first."""
        self._next(_RANK)
        first: list[_Tried] = []
        for lesson in self.lessons.variants:
            states = {k: self.lessons.teach(base, lesson, k) for k in self.numbers}
            most = max((k for k, state in states.items() if state is not None), default=None)
            if most is not None:
                state = states[most]
                assert state is not None
                first.append(_Tried(lesson, most, self._gain(base, state), None))
        first.sort(key=lambda t: -sum(t.gain))
        found = []
        for n, known in enumerate(first):
            found.append(known if n >= _ALONE or self.sparing.over else self._of_lesson(base, known))
        if any(t.state is None for t in found[:_ALONE]):
            self.ended.append(f"trying lessons one by one: {self._why()}")
        return found

    def _of_lesson(self, base: State, most: _Tried) -> _Tried:
        """The number of people that saves most: fewer than the most are tried only where anybody is spared at all."""
        best = self._taught(base, most.lesson, most.people)
        if best is None or best.state is None:
            return most
        heads = self.bench.heads(best.state)
        if self.sparing.over and heads == self.bench.heads(base):
            return most  # cut off before anybody could be found
        numbers = [k for k in self.numbers if k < most.people]
        if heads == self.bench.heads(base):
            return (self._taught(base, most.lesson, numbers[0], spare=False) if numbers else None) or best
        for k in numbers:
            fewer = None if self.sparing.over else self._taught(base, most.lesson, k)
            if fewer is None or fewer.state is None:
                continue
            if self.bench.cost(fewer.state) < self.bench.cost(best.state) - 1e-6:
                best = fewer
            if self.bench.heads(fewer.state) <= heads:
                break
        return best

    def _taught(self, base: State, lesson: Lesson, people: int, *, spare: bool = True) -> _Tried | None:
        state = self.lessons.teach(base, lesson, people)
        if state is None:
            return None
        gain = self._gain(base, state)
        fewer = self.sparing.fewer(state, failures=_FAILURES) if spare else state
        if fewer != state and self.sparing.keeps(tuple(self.bench.group_of(id) for id in fewer)):
            fewer = state  # spare without the lesson too: where time ended the search for them
        return _Tried(lesson, people, gain, fewer)

    def _gain(self, base: State, state: State) -> tuple[float, float]:
        # points that the worst promise and the mean of all gain, before the same customers
        before, after = (self.bench.by_promise(s, self.bench.look) for s in (base, state))
        return _worst(after) - _worst(before), _mean(after) - _mean(before)

    def _option(self, tried: _Tried, base: State) -> Option:
        worst, mean = tried.gain
        lesson, state = tried.lesson, tried.state
        if state is None:
            return Option(lesson=lesson, people=tried.people, worst_points=worst, mean_points=mean, heads=None)
        plain, extra = self._pay(state)
        spared = self.bench.cost(base) - plain
        return Option(
            lesson=lesson,
            people=tried.people,
            worst_points=worst,
            mean_points=mean,
            heads=self.bench.heads(base) - self.bench.heads(state),
            spared=round(spared, 2),
            premium=round(extra * float(self.premium), 2),
            break_even=spared / extra if extra > 0 and spared > 0.005 else None,
            after=levels(self.bench, state) if plain < self.bench.cost(base) - 1e-6 else (),
        )

    def _pay(self, state: State) -> tuple[float, float]:
        """What the people of `state` cost without any premium, and of it those who are taught."""
        bench = self.bench
        plain = bench.cost(tuple(bench.group_of(id) for id in state))
        had = sum(w.cost for w, id in zip(bench.workers, state, strict=True) if id in bench.variants)
        return plain, had

    def _steps(self, base: State, links: tuple[Link, ...]) -> tuple[tuple[ChainStep, ...], State]:
        """The links up to where most is saved, those that do not save more by themselves together with the next that does."""
        steps: list[ChainStep] = []
        known, cheapest = self.lessons.given(base), self.bench.cost(base)
        began, end = cheapest, base
        for link in links:
            cost = self.bench.cost(link.state)
            if cost >= cheapest - 1e-6:
                continue
            given = self.lessons.given(link.state)
            more = {lesson: given.get(lesson, 0) - known.get(lesson, 0) for lesson in {**known, **given}}
            steps.append(
                ChainStep(
                    taught=tuple((lesson, n) for lesson, n in more.items() if n),
                    heads=self.bench.heads(link.state),
                    cost=round(cost, 2),
                    saves=round(began - cost, 2),
                )
            )
            known, cheapest, end = given, cost, link.state
        return tuple(steps), end

    def _references(self, base: State, trimmed: Staffed) -> tuple[Staffed | None, Staffed | None]:
        found: list[Staffed | None] = []
        for name, make, until in (("everybody for everything", flexible, 0.9), ("everybody apart", dedicated, 1.0)):
            self._tick()
            made = make(self.plan, self.bench, base, self.premium, self.began + until * self.limit, self.stop)
            if made is None:  # they are so already
                found.append(trimmed)
                continue
            bench, state, done = made
            if not done:
                self.ended.append(f"{name}: {self._why()}")
            if state is None or (not done and make is flexible and bench.heads(state) == self.bench.heads(base)):
                found.append(None)  # cut off before anything was known
            else:
                found.append(self._staffed(state, bench=bench, done=done))
        return found[1], found[0]

    def _staffed(self, state: State, *, bench: Bench | None = None, done: bool = True) -> Staffed:
        bench = bench or self.bench
        return Staffed(heads=bench.heads(state), cost=round(bench.cost(state), 2), service=levels(bench, state), done=done)

    def _notes(self, end: State, trimmed: Staffed) -> Iterable[str]:
        if not trimmed.done and self.lessons.variants:
            yield "who is spare already was not looked for to the end; more may be saved without any skill"
        for row in levels(self.bench, end):
            if row.high is not None and row.high < row.target and row.promise not in self._missed():
                yield f"{row.promise} misses its promise before other customers than those of the search; look before you teach"
        if len(self.lessons.variants) > _ALONE:
            yield (
                f"of {len(self.lessons.variants)} lessons the {_ALONE} by which promises gain most are tried by themselves; "
                "name --group or --skill to have others tried"
            )
        for lesson in self.lessons.variants:
            gates = {
                queue.gate.level
                for queue in self.plan.account.queues
                if queue.gate.level and lesson.skill in (queue.language, queue.channel.value)
            }
            if gates:
                yield f"{lesson.skill} asks for {', '.join(sorted(gates))} at least; whoever is taught counts only from there"
        own = [lesson.group for lesson in self.lessons.variants]
        if self.plan.account.quality is not None and self.plan.account.quality.used and own:
            yield "those taught are taken to answer at the level that the account says of their group, where it says nothing at its base"

    def _missed(self) -> set[str]:
        return {row.promise for row in levels(self.bench, self.bench.start) if row.level is not None and row.level < row.target}

    def _next(self, until: float) -> None:
        self.sparing.deadline = self.began + until * self.limit

    def _tick(self) -> None:
        # of the time there is: how much of it is needed is not known before
        self.report(Progress(stage=STAGE, share=min(1.0, (time.perf_counter() - self.began) / self.limit)))

    def _done(self, what: str) -> bool:
        if self.sparing.over:
            self.ended.append(f"{what}: {self._why()}")
            return False
        return True

    def _why(self) -> str:
        return "stopped by a person" if self.stop.is_set() else "time limit"


def _worst(ahead: dict[str, float]) -> float:
    return min(ahead.values(), default=0.0)


def _mean(ahead: dict[str, float]) -> float:
    return sum(ahead.values()) / len(ahead) if ahead else 0.0


def _rank(option: Option) -> tuple[bool, float, float]:
    return option.saves is None, -(option.saves or 0.0), -(option.worst_points + option.mean_points)


def _share(premium: Decimal | float | str) -> Decimal | None:
    try:
        share = Decimal(str(premium))
    except ArithmeticError:
        return None
    return share if share.is_finite() else None


def _check(
    plan: Plan,
    numbers: tuple[int, ...],
    premium: object,
    share: Decimal | None,
    groups: tuple[str, ...],
    skills: tuple[str, ...],
    limit: float | None,
) -> None:
    account = plan.account
    problems = []
    if not numbers or numbers[0] < 1:
        got = ", ".join(map(str, numbers)) or "nothing"
        problems.append(
            Problem("teach", f"must be one or more numbers of 1 or more, got {got}", "write 1-5 for one to five people")
        )
    if share is None or not 0 <= share <= 5:
        problems.append(Problem("premium", f"must lie from 0 to 5, got {premium}", "write 0.10 for 10% of the wage"))
    if limit is not None and not 0 < limit < math.inf:
        problems.append(Problem("time limit", f"must be above 0 seconds, got {limit:g}", "leave it out for the account's own"))
    known = [group.id for group in account.groups]
    for id in groups:
        if id not in known:
            problems.append(Problem("group", f"there is no group {id}", f"the account has {', '.join(known)}"))
    asked = list(dict.fromkeys(x for q in account.queues for x in (q.language, q.channel.value)))
    for name in skills:
        if name not in asked:
            problems.append(Problem("skill", f"no queue asks for {name}", f"queues ask for {', '.join(asked)}"))
    if not plan.shifts.shifts or not plan.roster.assignments:
        problems.append(Problem("plan", "nobody works in it", "plan an account that hires people"))
    if problems:
        raise DataError(problems)
