"""A plan in a page of plain text; every figure is read off the finished roster's evaluation and bill (C8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.clock_words import within
from planner.domain.evaluation import Basis
from planner.domain.grid import zone_info
from planner.domain.headline import (
    QueueFigures,
    cost_and_price,
    deferred_at_end,
    expected_credits,
    headline,
    held_queues,
    lowest_probability,
    margin_left,
    open_at_start,
    paid_hours,
    queue_figures,
    results_of,
    shortfall_hours,
    simulated_late,
)
from planner.domain.queues import Channel
from planner.domain.settled import settled_notes
from planner.domain.simulated_promises import SimulatedPromise, simulated_promises
from planner.domain.simulated_words import apart_lines, floor_percent, held_line, simulated_line
from planner.domain.small_desk_words import lines_of, title
from planner.domain.summary_cells import brief, chance, fit, kept, percent
from planner.domain.summary_proof import proof, repeatable
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, Target

if TYPE_CHECKING:
    from planner.domain.account import Clause
    from planner.domain.plan import Plan

__all__ = ["headline", "summarise"]

WIDTH = 100
WORST = 3
"""Intervals named as the shortest of agents."""

_TOLD_LATE = 0.05
"""Contacts of a queue late on average, below which there is nothing to tell."""

_LABEL = 12
_HEAD = ("queue", "contacts", "need", "promise", "level", "kept", "P", "busy")
_LEVEL, _KEPT, _P = 4, 5, 6
_LEGEND = "need: peak on-seat agents; level: over the horizon; P: chance that the least certain window keeps it"
_SIMULATED_LEGEND = "before the stroke, and kept: as computed; after it: as simulated"
_JUDGED_LEGEND = "before the stroke: as computed; after it, and kept where people are shared: as simulated"
_ALL_JUDGED_LEGEND = "as simulated: level, kept, P, busy (of all who may take a queue); need: as shifts were designed"
_WORK_HEAD = ("queue", "first", "bot", "leaked", "repeats", "joined", "contacts", "AHT", "hours", "effect")
_WORK_LEGEND = (
    "bot: first contacts it ends; leaked: of these come all the same; joined: escalated to this queue;",
    "contacts: all that reach people; effect: hours beyond what the volume would take as recorded",
)
_FORMULA = {
    Formula.OFFERED: "offered",
    Formula.ANSWERED: "answered",
    Formula.EXCLUDING_SHORT_ABANDONS: "excl. short",
    Formula.CREDITING_SHORT_ABANDONS: "cred. short",
    Formula.VIRTUAL: "virtual",
}


def summarise(plan: Plan) -> str:
    """Return `plan` as a page of at most 100 columns: who, what it costs, what is delivered, what is short, and the proof.

    Per queue: expected contacts; the largest requirement in on-seat agents; the promise; the level over the horizon; how many of the
    promise's own windows keep it; the chance that the least certain window does; occupancy.
    """
    simulated = simulated_promises(plan)
    blocks = [
        _title(plan),
        *_field("Contacts", _contacts(plan)),
        *_field("Payroll", _payroll(plan)),
        *(_field("Named", _named(plan)) if plan.roster.named else ()),
        *_field("Paid hours", _hours(plan)),
        *_field("Cost", _cost(plan)),
        *_field("Price", _price(plan)),
        *_credits(plan),
        *(_field("Re-planned", plan.replanned.headline()) if plan.replanned else ()),
        "",
        *_table(plan, simulated),
        "",
        *_simulation(plan, simulated),
        *_small_desks(plan),
        *_workload(plan),
        *_field("Short", _shortfall(plan)),
        *_field("Deferred", _deferred(plan)),
        *_late(plan),
        *_field("Proof", proof(plan)),
        *_field("Repeatable", repeatable(plan)),
        *_notes(plan),
    ]
    return "\n".join(blocks)


def _title(plan: Plan) -> str:
    account, grid = plan.account, plan.demand.grid
    name = f"{account.name}, {account.override}" if account.override else account.name
    days = f"{account.horizon.days} day" + ("s" if account.horizon.days != 1 else "")
    return f"{name}: {days} from {account.horizon.start:%a %Y-%m-%d} {account.horizon.zone}, intervals of {grid.interval_s // 60} min"


def _contacts(plan: Plan) -> str:
    by_channel = dict.fromkeys(Channel, 0.0)
    for queue, row in zip(plan.account.queues, plan.demand.contacts, strict=True):
        by_channel[queue.channel] += float(np.nansum(row))
    parts = [f"{channel.value} {n:,.0f}" for channel, n in by_channel.items() if n > 0]
    return f"{sum(by_channel.values()):,.0f} expected: {', '.join(parts)}" if parts else "none expected"


def _payroll(plan: Plan) -> str:
    sites = []
    for site in plan.account.sites:
        groups = [(group.id, _agents(plan, group.id)) for group in plan.account.groups if group.site == site.id]
        here = sum(n for _, n in groups)
        if here:
            sites.append(f"{site.id} {here} ({', '.join(f'{id} {n}' for id, n in groups if n)})")
    return f"{len(plan.roster.agents)} agents" + (f": {'; '.join(sites)}" if sites else "")


def _agents(plan: Plan, group: str) -> int:
    return sum(agent.group == group for agent in plan.roster.agents)


def _named(plan: Plan) -> str:
    """Who is named, and where to hire or ask for overtime."""
    named = {agent.id for agent in plan.roster.agents if agent.named}
    theirs = sum(place.agent in named for place in plan.roster.assignments)
    left = Counter[str]()
    for one in plan.roster.open_shifts:
        left[one.group] += one.heads
    idle = len(named - {place.agent for place in plan.roster.assignments})
    said = f"{len(named)} people work {theirs} of {theirs + left.total()} shifts"
    said += f", {idle} of them none" if idle else ""
    if left:
        said += f"; hire or overtime for {left.total()}: {', '.join(f'{group} {n}' for group, n in left.most_common())}"
    info = next((solve for solve in plan.solves if solve.name == "named roster"), None)
    if info is not None and info.objective is not None and info.bound is not None:
        said += f"; roster {info.objective:,.0f} points, none below {info.bound:,.0f}: gap {100 * (info.gap or 0.0):.1f}%"
    return said


def _hours(plan: Plan) -> str:
    lead_in = paid_hours(plan, lead_in=True)
    return f"{paid_hours(plan):,.1f} h" + (f", and {lead_in:,.1f} h of shifts begun before the horizon" if lead_in else "")


def _cost(plan: Plan) -> str:
    cost, _ = cost_and_price(plan)
    contacts, hours = float(np.nansum(plan.demand.contacts)), paid_hours(plan)
    parts = [str(cost)]
    if hours:
        parts.append(f"{float(cost.amount) / hours:,.2f} a paid hour")
    if contacts:
        parts.append(f"{float(cost.amount) / contacts:,.2f} a contact")
    lead_in = plan.bill.lead_in_cost()
    return ", ".join(parts) + (f"; shifts begun before the horizon apart: {lead_in}" if lead_in else "")


def _price(plan: Plan) -> str:
    _, price = cost_and_price(plan)
    return f"{price}: cost plus {100 * float(plan.account.contract.margin_share):.4g}%"


def _credits(plan: Plan) -> Iterator[str]:
    credits, left = expected_credits(plan), margin_left(plan)
    if credits is not None and left is not None:
        yield from _field("Credits", f"{credits} of service credits expected; price less cost and these leaves {left}")


def _table(plan: Plan, simulated: tuple[SimulatedPromise, ...]) -> list[str]:
    rows: list[tuple[str, ...]] = [_HEAD]
    for row in queue_figures(plan):
        rows.append(
            (
                row.queue.id,
                f"{row.contacts:,.0f}",
                f"{row.peak_need:,.1f}",
                _promise(row.queue.target),
                floor_percent(row.level),
                _own(plan, row),
                chance(row.probability),
                percent(row.occupancy),
            )
        )
    rows += [_clause_row(plan, clause) for clause in plan.account.contract.clauses]
    beside = {promise.id: promise for promise in simulated}
    if beside and not _all_held(simulated):
        rows = [_both(row, beside.get(row[0])) for row in rows]
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    for column, least in ((3, 22), (_KEPT, 14), (0, 12)):  # the promise gives way before the name
        widths[column] -= max(0, min(widths[column] - least, sum(widths) + 2 * (len(widths) - 1) - WIDTH))
    left = {0, 3, _KEPT}
    lines = (
        "  ".join(fit(brief(cell, w), w, left=c in left) for c, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )
    return [*lines, _LEGEND, *([_legend(plan, simulated)] if simulated else [])]


def _all_held(simulated: tuple[SimulatedPromise, ...]) -> bool:
    return bool(simulated) and all(promise.held for promise in simulated)


def _legend(plan: Plan, simulated: tuple[SimulatedPromise, ...]) -> str:
    if _all_held(simulated):
        return _ALL_JUDGED_LEGEND
    held = any(row.basis is Basis.SIMULATED for row in plan.evaluation.sla)
    return _JUDGED_LEGEND if held else _SIMULATED_LEGEND


def _both(row: tuple[str, ...], simulated: SimulatedPromise | None) -> tuple[str, ...]:
    """The cells of a row with what was simulated beside what was computed."""
    cells = list(row)
    if simulated is None:
        cells[_LEVEL], cells[_P] = "level/sim", "P/sim"
    else:
        cells[_LEVEL] = (
            f"{floor_percent(None if simulated.held else simulated.computed).removesuffix('%')}/{floor_percent(simulated.simulated)}"
        )
        cells[_P] = f"{chance(simulated.computed_chance).removesuffix('%')}/{chance(simulated.chance)}"
    return tuple(cells)


def _workload(plan: Plan) -> Iterator[str]:
    """Where each queue's contacts come from and what they take; nothing where no queue has a journey."""
    if not plan.demand.workload:
        return
    rows: list[tuple[str, ...]] = [_WORK_HEAD]
    for work in plan.demand.workload:
        counts = (work.wanted, -work.contained, work.leaked, work.repeats, work.joined, work.contacts)
        numbers = [f"{n:,.0f}" if round(n) else "-" for n in counts]
        rows.append((work.queue, *numbers, f"{work.aht_s:,.0f} s", f"{work.hours:,.1f}", f"{work.effect_h:+,.1f}"))
    widths = [max(len(row[c]) for row in rows) for c in range(len(_WORK_HEAD))]
    widths[0] -= max(0, min(widths[0] - 12, sum(widths) + 2 * (len(widths) - 1) - WIDTH))
    yield "What drives the workload"
    for row in rows:
        yield "  ".join(fit(cell, w, left=c == 0) for c, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip()
    yield from _WORK_LEGEND
    yield ""


def _own(plan: Plan, row: QueueFigures) -> str:
    """Whether a queue's own target is kept; a queue that clauses cover is held to these alone."""
    clauses = [clause.id for clause in plan.account.contract.clauses if row.queue.id in clause.queues]
    return f"see {clauses[0]}" if clauses else kept(row.kept, row.windows, _window_word(row.queue.target))


def _window_word(target: Target) -> str:
    if isinstance(target, DeferredTarget) and target.rolling_days is not None:
        return f"{target.rolling_days}-day window"
    return target.window.value


def _clause_row(plan: Plan, clause: Clause) -> tuple[str, ...]:
    results = results_of(plan, clause.id, clause.window)
    offered, within = sum(r.offered for r in results), sum(r.within for r in results)
    time = f" in {_seconds(clause.within_s)}" if clause.within_s is not None else " in own times"
    return (
        clause.id,
        f"{offered:,.0f}",
        "",
        f"{100 * clause.level:.4g}% {_FORMULA[clause.formula]}{time}",
        floor_percent(within / offered if offered else None),
        kept(sum(r.met is True for r in results), len(results), clause.window.value),
        chance(lowest_probability(results)),
        "",
    )


def _promise(target: Target) -> str:
    if not isinstance(target, LiveTarget):
        time = within(target)
        return f"{100 * target.level:.4g}% {'' if time.startswith('same') else 'in '}{time}"
    rings = f" ({target.rings.rings} rings)" if target.rings else ""
    return f"{100 * target.level:.4g}% {_FORMULA[target.formula]} in {_seconds(target.within_s)}{rings}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.4g} s"


def _shortfall(plan: Plan) -> str:
    hours = shortfall_hours(plan)
    if hours < 0.05:
        return "nowhere: every queue has at least the agents it must in every open interval"
    missing = np.nan_to_num(plan.evaluation.shortfall)
    worst = [np.unravel_index(n, missing.shape) for n in np.argsort(-missing, axis=None, kind="stable")[:WORST]]
    named = [_where(plan, int(q), int(t), float(missing[q, t])) for q, t in worst if missing[q, t] > 0]
    if not held_queues(plan):
        return f"{hours:,.1f} on-seat agent-hours below the least; most: {'; '.join(named)}"
    return (
        f"{hours:,.1f} on-seat agent-hours below what the shifts were designed for, no promise: these are held to simulated levels; most: "
        f"{'; '.join(named)}"
    )


def _where(plan: Plan, q: int, t: int, agents: float) -> str:
    grid, queue = plan.demand.grid, plan.account.queues[q]
    when = grid.start_utc + timedelta(seconds=grid.interval_s * t)
    local = when.astimezone(zone_info(plan.account.market(queue.market).zone))
    return f"{queue.id} {agents:.1f} at {local:%a %d %b %H:%M} local ({when:%H:%MZ})"


def _simulation(plan: Plan, simulated: tuple[SimulatedPromise, ...]) -> Iterator[str]:
    """What the simulation says, and where it differs from what was computed."""
    found = plan.evaluation.simulation
    if found is None:
        return
    yield from _field("Simulated", simulated_line(found, simulated))
    for line in (held_line(simulated), *apart_lines(simulated)):
        yield from _field("", line)


def _small_desks(plan: Plan) -> Iterator[str]:
    """What queues with one to three people at once can promise; nothing where all have more."""
    desks = plan.evaluation.small_desks
    if not desks:
        return
    yield ""
    yield title(max(desk.most for desk in desks))
    for desk in desks:
        zone = plan.account.market(plan.account.queue(desk.queue).market).zone
        for n, line in enumerate(lines_of(desk, zone)):
            lead = "  - " if n == 0 else "    "
            yield from wrap(line, WIDTH, initial_indent=lead, subsequent_indent="    ", break_long_words=False)
    yield ""


def _deferred(plan: Plan) -> str:
    if all(queue.channel.live for queue in plan.account.queues):
        return "no deferred work"
    still_open, overdue = deferred_at_end(plan)
    worst = float(np.nanmax(np.nansum(plan.evaluation.deferred.overdue, axis=0)))
    start = open_at_start(plan)
    there = f"{start:,.1f} open at the start; " if start else ""
    return f"{there}{overdue:,.1f} contacts overdue at the end, {worst:,.1f} at worst; {still_open:,.1f} open at the end"


def _late(plan: Plan) -> Iterator[str]:
    """Deferred work that misses its clock: how much, and where most of it; the rest is in overload.csv."""
    rows = plan.evaluation.overload
    total, closed = sum(row.late for row in rows), sum(row.closed for row in rows)
    drawn = [(id, late) for id, late in simulated_late(plan) if late >= _TOLD_LATE]
    if drawn:
        named = ", ".join(f"{id} {late:,.1f}" for id, late in sorted(drawn, key=lambda row: -row[1])[:WORST])
        yield from _field(
            "Late", f"{sum(n for _, n in drawn):,.1f} contacts miss their clock, on average as simulated; most: {named}"
        )
    if total < 0.5:
        return
    most = sorted(rows, key=lambda row: -row.late)[:WORST]
    named = "; ".join(
        f"{row.queue} {row.late:,.1f} of {row.date:%a %d %b}{' (open at the start)' if row.at_start else ''}, "
        f"up to {row.latest_s / 3600:,.1f} h late"
        for row in most
    )
    whatever = f", {closed:,.1f} of them with no open hour before they are due" if closed >= 0.05 else ""
    yield from _field("Late", f"{total:,.1f} contacts miss their clock{whatever}; most: {named} (overload.csv lists all)")


def _field(label: str, text: str) -> Iterator[str]:
    for n, line in enumerate(wrap(text, WIDTH - _LABEL, break_long_words=False, break_on_hyphens=False)):
        yield f"{label if n == 0 else '':<{_LABEL}}{line}"


def _notes(plan: Plan) -> Sequence[str]:
    lines = []
    for note in (*plan.evaluation.notes, *settled_notes(plan.roster, plan.shifts, plan.account)):
        lines += wrap(note, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False)
    return ["Notes", *lines] if lines else []
