"""Rows of working time in a re-plan: hours, days and overtime of a week, daily rest, days in a row."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.grid import utc_seconds
from planner.replan.law import limits_at, longest_run
from planner.replan.prices import unit
from planner.replan.problem import Problem
from planner.rules.work import DAYS_A_WEEK
from planner.solver import Model, Sense

_EPS_H = 1e-6


def add_agent_weeks(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...]) -> None:
    """Hours and days of the contract, overtime as allowed, and pay for promised hours that are not worked."""
    share = problem.facts.changes.pay.guaranteed_share
    by_agent: dict[str, list[int]] = defaultdict(list)
    for s, slot in enumerate(problem.slots):
        by_agent[slot.agent.id].append(s)
    for w, week in enumerate(problem.weeks):
        columns, hours = [], []
        for s in by_agent[week.agent.id]:
            slot = problem.slots[s]
            if slot.place is not None and week.holds(slot.place.shift.start_utc):
                columns.append(int(keep[s]))
                hours.append(slot.place.shift.paid_h_per_head)
            for j, column in zip(slot.duties, work[s].tolist(), strict=True):
                if week.holds(problem.duties[j].start_utc):
                    columns.append(column)
                    hours.append(problem.duties[j].paid_h)
        if not columns:
            continue
        left = max(0.0, week.contract_h - week.lost_h - week.used_h)
        row = model.add_rows(f"hours_{w}", 1, sense=Sense.LE, rhs=left + _EPS_H)
        model.add_terms(row, columns, hours)
        if week.overtime_h > 0:
            extra = model.add_columns(f"overtime_{w}", 1, upper=week.overtime_h, cost=week.premium)
            some = model.add_columns(
                f"overtime_week_{w}", 1, upper=1.0, cost=problem.facts.changes.prices.overtime * unit(problem.facts, week.agent),
                integer=True,
            )  # fmt: skip
            model.add_terms(row, extra, -1.0)
            link = model.add_rows(f"overtime_told_{w}", 1, sense=Sense.LE, rhs=0.0)
            model.add_terms(link, extra, 1.0)
            model.add_terms(link, some, -week.overtime_h)
        else:
            days = model.add_rows(
                f"days_{w}", 1, sense=Sense.LE, rhs=float(max(0, week.contract_days - week.lost_days - week.used_days))
            )
            model.add_terms(days, columns, 1.0)
        if share > 0 and week.promised_h > week.used_h + _EPS_H:
            owed = model.add_columns(f"owed_{w}", 1, cost=share * week.hour)
            paid = model.add_rows(f"promised_{w}", 1, sense=Sense.GE, rhs=week.promised_h - week.used_h)
            model.add_terms(paid, owed, 1.0)
            model.add_terms(paid, columns, hours)


def add_rest(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...]) -> None:
    """Daily rest between one date's shift and the next one's: for every end, nothing that starts too soon after it.

    What stands rules options out; other pairs are held by a row per end, which is the whole clique.
    """
    standing: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place in problem.standing:
        standing[place.agent.id].append((utc_seconds(place.shift.start_utc), utc_seconds(place.shift.end_utc)))
    spans = [(utc_seconds(d.start_utc), utc_seconds(d.end_utc)) for d in problem.duties]
    by_agent: dict[str, dict[date, int]] = defaultdict(dict)
    for s, slot in enumerate(problem.slots):
        by_agent[slot.agent.id][slot.day] = s
    rests = _rest_by_group(problem)
    out: list[int] = []
    cliques: list[list[int]] = []
    for agent, days in by_agent.items():
        for day, s in days.items():
            slot = problem.slots[s]
            rest = rests[slot.agent.group]
            for j, column in zip(slot.duties, work[s].tolist(), strict=True):
                start, end = spans[j]
                if any(start < b + rest and a < end + rest for a, b in standing[agent]):
                    out.append(column)
            after = days.get(day + timedelta(days=1))
            if after is not None:
                first, second = _spans(problem, s, keep, work, spans), _spans(problem, after, keep, work, spans)
                cliques += _cliques(first, second, rest)
    if out:
        model.fix(np.array(out, dtype=np.int64), 0.0)
    rows = model.add_rows("rest", len(cliques), sense=Sense.LE, rhs=1.0)
    for row, columns in zip(rows.tolist(), cliques, strict=True):
        model.add_terms(row, columns, 1.0)


def _rest_by_group(problem: Problem) -> dict[str, int]:
    account, plan = problem.account, problem.facts.plan
    found = {}
    for group in account.groups:
        limit = limits_at(account.site(group.site), plan, group).rest_min
        found[group.id] = int(60 * (limit or 0.0))
    return found


def _spans(
    problem: Problem, s: int, keep: Ints, work: tuple[Ints, ...], spans: list[tuple[int, int]]
) -> list[tuple[int, int, int, bool]]:
    """Every shift a slot can have as start, end and variable; and whether it is the published one."""
    slot = problem.slots[s]
    found = [(*spans[j], column, False) for j, column in zip(slot.duties, work[s].tolist(), strict=True)]
    if slot.place is not None:
        shift = slot.place.shift
        found.append((utc_seconds(shift.start_utc), utc_seconds(shift.end_utc), int(keep[s]), True))
    return found


def _cliques(first: list[tuple[int, int, int, bool]], second: list[tuple[int, int, int, bool]], rest: int) -> list[list[int]]:
    rows: list[list[int]] = []
    seen: set[tuple[int, int]] = set()
    published = [(e, a) for _, e, _, p in first if p for a, _, _, q in second if q]
    if any(a < e + rest for e, a in published):
        return []  # the published pair breaks the rest itself: what goes beyond it is found by the checker
    for end in sorted({e for _, e, _, _ in first}):
        late = [column for _, e, column, _ in first if e >= end]
        soon = [column for a, _, column, _ in second if a < end + rest]
        if soon and late and (len(late), len(soon)) not in seen:
            seen.add((len(late), len(soon)))
            rows.append([*late, *soon])
    return rows


def add_runs(model: Model, problem: Problem, keep: Ints, work: tuple[Ints, ...]) -> None:
    """Days worked in any seven, and in a row, as the site's law has it; a published excess may stay but not grow."""
    account, plan = problem.account, problem.facts.plan
    standing: dict[str, set[date]] = defaultdict(set)
    for place in problem.standing:
        standing[place.agent.id].add(place.shift.date)
    by_agent: dict[str, dict[date, int]] = defaultdict(dict)
    for s, slot in enumerate(problem.slots):
        by_agent[slot.agent.id][slot.day] = s
    rows: list[tuple[list[int], float]] = []
    for agent, days in by_agent.items():
        group = account.group(problem.slots[next(iter(days.values()))].agent.group)
        site = account.site(group.site)
        limits = [(DAYS_A_WEEK, limits_at(site, plan, group).days_of_seven)]
        run = longest_run(site, min(days))
        limits += [(run + 1, run)] if run is not None else []
        for length, most in limits:
            if most >= length:
                continue
            for first in range(min(days).toordinal() - length + 1, max(days).toordinal() + 1):
                inside = [date.fromordinal(first + n) for n in range(length)]
                here = [days[day] for day in inside if day in days]
                columns = [c for s in here for c in _columns(s, keep, work)]
                fixed = len(standing[agent].intersection(inside))
                now = fixed + sum(keep[s] >= 0 for s in here)
                if columns and fixed + len(here) > most:
                    rows.append((columns, float(max(most, now) - fixed)))
    added = model.add_rows("days_of_rest", len(rows), sense=Sense.LE, rhs=[rhs for _, rhs in rows])
    for row, (columns, _) in zip(added.tolist(), rows, strict=True):
        model.add_terms(row, columns, 1.0)


def _columns(s: int, keep: Ints, work: tuple[Ints, ...]) -> list[int]:
    return [*([int(keep[s])] if keep[s] >= 0 else []), *(int(c) for c in work[s])]
