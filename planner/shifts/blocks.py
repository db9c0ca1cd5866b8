"""Planned blocks off the phones (training, coaching, assessments), placed where they hurt service least.

Everybody of a group with blocks takes each of them once in every whole week of the horizon (seven days of the site's clock from its start)
in which they work, in one piece inside one shift, between its breaks. A block is work: it is paid and takes a seat, but nobody answers
meanwhile. Blocks are placed one after the other, and then each once more with all others where they are. Of the starts that remain
the one is taken that costs, in this order,

1. the fewest agents missing from the least that an interval must have,
2. the fewest missing from what each interval would need to reach its promise by itself,
3. the least tightness: need over agents where that is highest;

agents of several queues count towards any set of them that needs them most (max-flow min-cut). Who has no room for a block keeps none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import TimeGrid, to_utc, zone_info
from planner.domain.people import Block, Group
from planner.domain.requirement import Requirement
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan
from planner.shifts.assemble import cells_of, on_duty
from planner.shifts.cover import connected
from planner.shifts.sets import class_sets
from planner.shifts.turns import turns

_CLOCK_CHANGE = timedelta(hours=2)

Work = Mapping[str, tuple[Shift, ...]]
"""Agents and the shifts each of them works."""


def whole_weeks(grid: TimeGrid, zone: str) -> list[tuple[datetime, datetime]]:
    """Return start and end of each seven days of the clock of `zone`, from the horizon's start, that the horizon holds whole."""
    first = grid.start_utc.astimezone(zone_info(zone))
    found, start, n = [], grid.start_utc, 0
    while start < grid.end_utc:
        n += 1
        end = to_utc(zone, first.date() + timedelta(days=7 * n), first.hour * 60 + first.minute)
        if end - _CLOCK_CHANGE <= grid.end_utc:
            found.append((start, end))
        start = end
    return found


def in_hours(block: Block, zone: str, start: datetime, end: datetime) -> bool:
    """True when the stretch from `start` to `end` lies within the hours of `block` on the clock of `zone`."""
    if (block.from_min, block.to_min) == (0, 1440):
        return True
    local, until = start.astimezone(zone_info(zone)), end.astimezone(zone_info(zone))
    ends = until.hour * 60 + until.minute + 1440 * (until.date() - local.date()).days
    return block.from_min <= local.hour * 60 + local.minute and ends <= block.to_min


def has_blocks(account: Account) -> bool:
    """True when somebody has planned blocks."""
    return any(group.blocks for group in account.groups)


def without_blocks(shift_plan: ShiftPlan) -> ShiftPlan:
    """Return `shift_plan` with every block taken out, rows that are then alike put together under the first one's id."""
    rows: dict[tuple[object, ...], Shift] = {}
    for shift in shift_plan.shifts:
        plain = replace(shift, breaks=shift.rests)
        key = (plain.site, plain.group, plain.held, plain.date, plain.start_utc, plain.end_utc, plain.breaks, plain.lead_in)
        before = rows.get(key)
        rows[key] = plain if before is None else replace(before, heads=before.heads + plain.heads)
    return replace(shift_plan, shifts=tuple(rows.values()))


def work_of_tours(shift_plan: ShiftPlan) -> dict[str, tuple[Shift, ...]]:
    """Return what the anonymous agents of the plan's tours work, each taking turns."""
    rows: dict[tuple[str, str], list[Shift]] = defaultdict(list)
    for shift in shift_plan.shifts:
        rows[shift.group, shift.held].append(shift)
    work: dict[str, list[Shift]] = {}
    for tour in shift_plan.tours:
        names = [f"{tour.group}/{tour.pattern}/{n}" for n in range(tour.agents)]
        work |= {name: [] for name in names}
        for n, shift in turns(tour.agents, rows[tour.group, tour.pattern])[0]:
            work[names[n]].append(shift)
    return {name: tuple(own) for name, own in work.items()}


def place_blocks(
    shift_plan: ShiftPlan, work: Work, account: Account, requirement: Requirement
) -> tuple[ShiftPlan, dict[tuple[str, str], str]]:
    """Return `shift_plan`, which has no blocks yet, with the blocks of everybody in `work`, and for each agent and shift row in which they
    take one the row they work now.

    Rows are split by who has a block when: the first, those without a block where there are any, keeps the row's id, the others get
    ``.b1``, ``.b2`` and so on after it.
    """
    choices = _Choices(shift_plan, account, requirement)
    wanted = [
        (agent, group, block, shifts)
        for agent, own in work.items()
        for group in ([account.group(own[0].group)] if own else [])
        for block in group.blocks
        for shifts in choices.weeks(group, own)
    ]
    taken: dict[tuple[str, str], list[PlacedBreak]] = defaultdict(list)
    chosen: list[tuple[Shift, PlacedBreak] | None] = []
    for agent, group, block, shifts in wanted:
        found = choices.best(group, block, shifts, {s.id: taken[agent, s.id] for s in shifts})
        chosen.append(found)
        if found is not None:
            taken[agent, found[0].id].append(found[1])
            choices.take(group, found[1], -1)
    for n, (agent, group, block, shifts) in enumerate(wanted):
        before = chosen[n]
        if before is None:
            continue
        taken[agent, before[0].id].remove(before[1])
        choices.take(group, before[1], 1)
        found = choices.best(group, block, shifts, {s.id: taken[agent, s.id] for s in shifts}) or before
        taken[agent, found[0].id].append(found[1])
        choices.take(group, found[1], -1)
    return _split(shift_plan, {key: tuple(sorted(blocks)) for key, blocks in taken.items() if blocks})


def heads_in_blocks(shift_plan: ShiftPlan, account: Account) -> Floats:
    """Return the heads in blocks per group and interval ``[G, T]``."""
    found = np.zeros((len(account.groups), shift_plan.grid.size))
    number = {group.id: g for g, group in enumerate(account.groups)}
    for shift in shift_plan.shifts:
        for block in shift.blocks:
            spans = [(int(block.start_utc.timestamp()), int(block.end_utc.timestamp()))]
            found[number[shift.group]] += shift.heads * cells_of(shift_plan.grid, spans).total(np.ones(1), shift_plan.grid.size)
    return found


def _split(
    shift_plan: ShiftPlan, blocks: Mapping[tuple[str, str], tuple[PlacedBreak, ...]]
) -> tuple[ShiftPlan, dict[tuple[str, str], str]]:
    """Rows split by blocks, and who works which."""
    variants: dict[str, Counter[tuple[PlacedBreak, ...]]] = defaultdict(Counter)
    for (_, row), own in blocks.items():
        variants[row][own] += 1
    names: dict[tuple[str, tuple[PlacedBreak, ...]], str] = {}
    rows: list[Shift] = []
    for shift in shift_plan.shifts:
        plain = shift.heads - variants[shift.id].total()
        if plain > 0:
            rows.append(replace(shift, heads=plain))
        for n, (own, heads) in enumerate(sorted(variants[shift.id].items()), 1 if plain > 0 else 0):
            names[shift.id, own] = f"{shift.id}.b{n}" if n else shift.id
            rows.append(replace(shift, id=names[shift.id, own], breaks=tuple(sorted((*shift.breaks, *own))), heads=heads))
    return replace(shift_plan, shifts=tuple(rows)), {key: names[key[1], own] for key, own in blocks.items()}


@dataclass(frozen=True)
class _Part:
    """Groups that share queues: `groups` numbers, `has` ``[S, G]`` which of them serve each set of classes, `need` ``[2, S, T]`` of the
    set, first the least, then what intervals would need by themselves."""

    groups: tuple[int, ...]
    has: Bools
    need: Floats


class _Choices:
    """Where blocks may go, and what each place costs as things stand."""

    def __init__(self, shift_plan: ShiftPlan, account: Account, requirement: Requirement) -> None:
        self.grid, self.account = shift_plan.grid, account
        self.number = {group.id: g for g, group in enumerate(account.groups)}
        self.availability = np.array([g.availability for g in account.groups])
        self.heads = np.zeros((len(account.groups), self.grid.size))
        for shift in (*shift_plan.shifts, *account.carry_in):
            self.heads[self.number[shift.group]] += on_duty(shift, self.grid)
        self.parts = _parts(account, requirement)
        self.part_of = {g: part for part in self.parts for g in part.groups}
        self.cost: dict[int, Floats] = {}

    def weeks(self, group: Group, own: Sequence[Shift]) -> list[tuple[Shift, ...]]:
        """The shifts of an agent in each whole week of the horizon in which they work; lead-ins belong to none."""
        weeks = whole_weeks(self.grid, self.account.site(group.site).zone)
        found = [tuple(s for s in own if start <= s.start_utc < end and not s.lead_in) for start, end in weeks]
        return [shifts for shifts in found if shifts]

    def best(
        self, group: Group, block: Block, shifts: Sequence[Shift], taken: Mapping[str, Sequence[PlacedBreak]]
    ) -> tuple[Shift, PlacedBreak] | None:
        """The place among `shifts` where one head of `group` in `block` hurts least, None where there is no room."""
        g, zone = self.number[group.id], self.account.site(group.site).zone
        cost = self._cost_of(g)
        length = timedelta(minutes=block.minutes)
        steps = max(1, round(length.total_seconds() / self.grid.interval_s))
        best: tuple[tuple[float, float, float, datetime], Shift, datetime] | None = None
        for shift in shifts:
            away = [*shift.breaks, *taken.get(shift.id, ())]
            for t in range(*self._reach(shift, length)):
                start = self.grid.start_utc + t * timedelta(seconds=self.grid.interval_s)
                end = start + length
                if any(b.start_utc < end and start < b.end_utc for b in away) or not in_hours(block, zone, start, end):
                    continue
                part = cost[:, t : t + steps]
                key = (round(float(part[0].sum()), 9), round(float(part[1].sum()), 9), round(float(part[2].max()), 9), start)
                if best is None or key < best[0]:
                    best = key, shift, start
        if best is None:
            return None
        _, shift, start = best
        return shift, PlacedBreak(start_utc=start, end_utc=start + length, paid=True, block=block.kind.value)

    def take(self, group: Group, block: PlacedBreak, sign: int) -> None:
        """Take one head of `group` off the phones for `block` (sign -1), or put it back (1)."""
        g = self.number[group.id]
        first = round(self.grid.position(block.start_utc))
        last = round(self.grid.position(block.end_utc))
        self.heads[g, first:last] += sign
        part = self.part_of.get(g)
        for h in part.groups if part is not None else ():
            if h in self.cost:
                self.cost[h][:, first:last] = self._priced(h, slice(first, last))

    def _reach(self, shift: Shift, length: timedelta) -> tuple[int, int]:
        """First and before-last step at which a block may start inside `shift` and the horizon."""
        first = int(np.ceil(max(0.0, self.grid.position(shift.start_utc)) - 1e-9))
        end = min(float(self.grid.size), self.grid.position(shift.end_utc))
        return first, int(np.floor(end - length.total_seconds() / self.grid.interval_s + 1e-9)) + 1

    def _cost_of(self, g: int) -> Floats:
        if g not in self.cost:
            self.cost[g] = self._priced(g, slice(0, self.grid.size))
        return self.cost[g]

    def _priced(self, g: int, at: slice) -> Floats:
        """What one head less of group `g` costs in each interval ``[3, t]``: see the head of this file."""
        count = len(range(*at.indices(self.grid.size)))
        part = self.part_of.get(g)
        if part is None:
            return np.zeros((3, count))
        mine = part.has[:, part.groups.index(g)]
        on_seat = self.heads[list(part.groups), at] * self.availability[list(part.groups), None]
        supply = part.has.astype(np.float64) @ on_seat  # [S, t]
        less = supply - self.availability[g] * mine[:, None]
        found = np.zeros((3, count))
        for n in range(2):
            need = part.need[n][:, at]
            found[n] = np.maximum(need - less, 0.0).max(axis=0) - np.maximum(need - supply, 0.0).max(axis=0)
        need = part.need[1][mine][:, at]
        found[2] = np.divide(need, np.maximum(less[mine], 1e-3)).max(axis=0)
        return found


def _parts(account: Account, requirement: Requirement) -> list[_Part]:
    serves = account.serves()
    rows = {id: n for n, id in enumerate(requirement.queues)}
    members: dict[bytes, list[int]] = {}
    for q, queue in enumerate(account.queues):
        if queue.id in rows and serves[:, q].any():
            members.setdefault(serves[:, q].tobytes(), []).append(q)
    queues = list(members.values())
    if not queues:
        return []
    by_class: Bools = np.array([serves[:, own[0]] for own in queues], dtype=np.bool_).T.copy()
    least = requirement.agents if requirement.least is None else requirement.least
    tables = [np.nan_to_num(table, nan=0.0).clip(min=0.0) for table in (least, requirement.agents)]
    need = np.array([[table[[rows[account.queues[q].id] for q in own]].sum(axis=0) for own in queues] for table in tables])
    parts = []
    for classes in connected(by_class):
        own = by_class[:, list(classes)]
        groups = tuple(np.flatnonzero(own.any(axis=1)).tolist())
        sets = class_sets(own) or [(c,) for c in range(len(classes))]
        has: Bools = np.array([own[list(groups)][:, list(s)].any(axis=1) for s in sets], dtype=np.bool_)
        numbers: list[Ints] = [np.array([classes[c] for c in s], dtype=np.int64) for s in sets]
        parts.append(_Part(groups, has, np.array([[need[n][s].sum(axis=0) for s in numbers] for n in range(2)])))
    return parts
