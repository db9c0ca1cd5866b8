"""Ways out: each limit moved a little, or as far as it takes, and what comes of it by solving again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from planner.domain.people import Group
from planner.domain.shifts import BreakRule, ShiftRule
from planner.explanation.asking import NOTHING, Missing
from planner.explanation.case import Case
from planner.explanation.limits import clock, with_skill
from planner.explanation.result import Limit, LimitKind

MOST_STEPS = 4_096
"""Beyond so many seats or agents more, a limit is not what is in the way."""


@dataclass(frozen=True, eq=False)
class Step:
    """A limit moved by `amount` (0 for changes that have none): the sentence that says so, and the case then."""

    limit: Limit
    sentence: str
    amount: int
    case: Case


def steps_of(case: Case, limit: Limit) -> Iterator[Step]:
    """Yield the smallest changes of `limit` that a planner could decide on, in words and as cases."""
    if limit.kind in (LimitKind.SEATS, LimitKind.MOST, LimitKind.LEAST):
        step = moved(case, limit, 1)
        if step is not None:
            yield step
    elif limit.kind is LimitKind.DAYS:
        group = case.account.group(limit.target)
        changed = case.with_group(group.id, days_per_week=group.days_per_week + 1)
        yield Step(limit, f"agents of {group.id} working {group.days_per_week + 1} days of seven", 1, changed)
    elif limit.kind is LimitKind.AWAY:
        group = case.account.group(limit.target)
        if group.absence > 0:
            changed = case.with_group(group.id, absence=max(0.0, group.absence - 0.01))
            yield Step(limit, f"absence of {group.id} one point lower", 1, changed)
    elif limit.kind is LimitKind.SKILLS:
        yield from _skills(case, limit)
    else:
        yield from _rule_steps(case, limit)


def moved(case: Case, limit: Limit, amount: int) -> Step | None:
    """Return a limit that is a number moved by `amount` the way that makes room; None where there is no such step."""
    target = limit.target
    many = f"{amount} more" if amount > 1 else "one more"
    match limit.kind:
        case LimitKind.SEATS:
            seats = case.account.site(target).seats + amount
            said = f"{many} seat{'s' if amount > 1 else ''} at {target} ({seats})"
            return Step(limit, said, amount, case.with_site(target, seats=seats))
        case LimitKind.MOST:
            most = case.account.group(target).max_heads
            if most is None:
                return None
            said = f"{many} agent{'s' if amount > 1 else ''} allowed in {target} (max_heads {most + amount})"
            return Step(limit, said, amount, case.with_group(target, max_heads=most + amount))
        case LimitKind.LEAST:
            least = case.account.group(target).min_heads
            if amount > least:
                return None
            said = f"{'one' if amount == 1 else amount} fewer asked for in {target} (min_heads {least - amount})"
            return Step(limit, said, amount, case.with_group(target, min_heads=least - amount))
        case _:
            return None


def least_enough(case: Case, limit: Limit, missing: Callable[[Case], Missing]) -> Step | None:
    """Return the least amount of a numeric limit that leaves nothing missing; None when none does.

    Doubling, then halving: about twice the logarithm of the amount in questions.
    """
    low, high = 0, 1
    found: Step | None = None
    while high <= MOST_STEPS:
        step = moved(case, limit, high)
        if step is None:
            step = _last(case, limit) if limit.kind is LimitKind.LEAST else None
            if step is None or step.amount <= low:
                return None
            high = step.amount
        answer = missing(step.case)
        if _none(answer):
            found = step
            break
        if limit.kind is LimitKind.LEAST and high >= case.account.group(limit.target).min_heads:
            return None
        low, high = high, 2 * high
    if found is None:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        step = moved(case, limit, middle)
        assert step is not None
        if _none(missing(step.case)):
            high, found = middle, step
        else:
            low = middle
    return found


def _last(case: Case, limit: Limit) -> Step | None:
    return moved(case, limit, case.account.group(limit.target).min_heads)


def _none(answer: Missing) -> bool:
    return answer.amount is not None and answer.amount <= NOTHING


def _skills(case: Case, limit: Limit) -> Iterator[Step]:
    """One group more for the queues of a class: at most four, those of sites where their people already sit first."""
    queues = limit.target.split(",")
    first = [queue.id for queue in case.account.queues].index(queues[0])
    serving = [g for g, able in zip(case.account.groups, case.account.serves()[:, first], strict=True) if able]
    sites = {g.site for g in serving}
    others = sorted((g for g in case.account.groups if g not in serving), key=lambda g: g.site not in sites)
    for group in others[:4]:
        changed = with_skill(case, group, queues)
        yield Step(limit, f"{group.id} also answering {_named(changed, group, queues)}", 0, changed)


def _named(case: Case, group: Group, queues: Sequence[str]) -> str:
    now = case.account.group(group.id)
    more = [x for x in now.languages if x not in group.languages] + [c.value for c in now.channels if c not in group.channels]
    return f"{', '.join(queues)} (learning {', '.join(more)})"


def _rule_steps(case: Case, limit: Limit) -> Iterator[Step]:
    rule = case.account.shift_rule(limit.target)
    interval_min = case.account.horizon.interval_s // 60
    match limit.kind:
        case LimitKind.STARTS:
            for said, more in _more_starts(rule, interval_min):
                yield Step(limit, said, 0, case.with_rule(rule.id, (rule, more)))
        case LimitKind.LENGTHS:
            for minutes in (rule.length_min - 60, rule.length_min + 60):
                other = _of_length(rule, minutes)
                if other is not None:
                    said = f"shifts of {minutes / 60:g} h beside {rule.id}"
                    yield Step(limit, said, 0, case.with_rule(rule.id, (rule, other)))
        case _:
            wider = _wider_breaks(rule, 30)
            if wider != rule:
                yield Step(limit, f"breaks of {rule.id} up to 30 min earlier or later", 0, case.with_rule(rule.id, (wider,)))


def _more_starts(rule: ShiftRule, interval_min: int) -> Iterator[tuple[str, ShiftRule]]:
    half = rule.step_min // 2
    if rule.first_start_min + rule.step_min <= rule.last_start_min and half >= 15 and half % interval_min == 0:
        more = replace(rule, id=f"{rule.id}~h", first_start_min=rule.first_start_min + half)
        if more.first_start_min <= more.last_start_min:
            yield f"{rule.id} also starting at {clock(more.first_start_min)} and every {rule.step_min} min on", more
    step = rule.step_min if rule.last_start_min > rule.first_start_min else 60
    reach = rule.last_start_min - (rule.last_start_min - rule.first_start_min) % rule.step_min
    round_the_clock = reach + rule.step_min - rule.first_start_min >= 1440
    if not round_the_clock:
        for at in (rule.first_start_min - step, reach + step):
            if 0 <= at < 1440:
                yield (
                    f"{rule.id} also starting at {clock(at)}",
                    replace(rule, id=f"{rule.id}~{at}", first_start_min=at, last_start_min=at),
                )


def _of_length(rule: ShiftRule, minutes: int) -> ShiftRule | None:
    """The rule an hour shorter or longer, its breaks where they were; None where they no longer fit."""
    try:
        return replace(rule, id=f"{rule.id}~{minutes}", length_min=minutes)
    except ValueError:
        return None


def _wider_breaks(rule: ShiftRule, minutes: int) -> ShiftRule:
    """Each window up to `minutes` wider on both sides, as far as its neighbours and the shift's ends leave room."""
    breaks: list[BreakRule] = []
    if rule.min_gap_min is not None:
        for pause in rule.breaks:
            latest = max(pause.latest_min, min(pause.latest_min + minutes, rule.length_min - pause.minutes))
            breaks.append(replace(pause, earliest_min=max(1, pause.earliest_min - minutes), latest_min=latest))
        return replace(rule, breaks=tuple(breaks))
    end = 1
    for n, pause in enumerate(rule.breaks):
        following = rule.breaks[n + 1].earliest_min if n + 1 < len(rule.breaks) else rule.length_min
        earliest = max(end, pause.earliest_min - minutes)
        latest = max(pause.latest_min, min(pause.latest_min + minutes, following - pause.minutes))
        breaks.append(replace(pause, earliest_min=min(earliest, pause.earliest_min), latest_min=latest))
        end = latest + pause.minutes
    return replace(rule, breaks=tuple(breaks))
