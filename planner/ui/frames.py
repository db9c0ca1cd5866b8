"""Results as tables for people: local times, words and units in the headers. Figures are read off the plan, never worked out anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from planner.domain.arrays import Bools
from planner.domain.clock_words import within
from planner.domain.evaluation import SlaResult
from planner.domain.grid import zone_info
from planner.domain.money import CostLine
from planner.domain.plan import Plan
from planner.domain.shifts import PlacedBreak, Shift
from planner.domain.targets import DeferredTarget
from planner.report.weeks import open_work, person_weeks, roster_dates
from planner.ui.text import one_line, seconds

YES, NO, OPEN = "✓ met", "✗ missed", "– no contacts"


def local_text(when: datetime, zone: str) -> str:
    """Return an instant on the wall clock of `zone`, to the minute."""
    return f"{when.astimezone(zone_info(zone)):%Y-%m-%d %H:%M}"


def requirement_frame(plan: Plan, rows: Sequence[int], intervals: Bools) -> pd.DataFrame:
    """Return demand, requirement and what the roster gives, a row per queue and interval with work in it, on the horizon's clock."""
    grid = plan.demand.grid
    starts = np.array([local_text(s, grid.zone) for s in grid.starts()])
    given = plan.evaluation.coverage.by_queue()
    parts = []
    for q in rows:
        keep = intervals & (plan.demand.expected[q] | plan.requirement.open[q])
        low, high = (_quantile(plan, p)[q][keep] for p in (0.1, 0.9))
        parts.append(
            pd.DataFrame(
                {
                    "Start": starts[keep],
                    "Queue": plan.demand.queues[q],
                    "Contacts": plan.demand.contacts[q][keep],
                    "Contacts p10": low,
                    "Contacts p90": high,
                    "Agents required": plan.requirement.agents[q][keep],
                    "Agents on seat": np.where(plan.requirement.open[q], given[q], np.nan)[keep],
                    "Over (+) or short (-)": np.where(plan.requirement.open[q], given[q] - plan.requirement.agents[q], np.nan)[
                        keep
                    ],
                    "Level at requirement, %": 100 * plan.requirement.level_at_requirement[q][keep],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _quantile(plan: Plan, level: float) -> np.ndarray:
    demand = plan.demand
    for given, values in zip(demand.levels, demand.quantiles, strict=True):
        if abs(given - level) < 1e-9:
            return np.asarray(values)
    if not len(demand.scenarios):
        return np.full(demand.contacts.shape, np.nan)
    return np.asarray(np.quantile(demand.scenarios, level, axis=0))


def shifts_frame(plan: Plan, shifts: Iterable[Shift], zone: str | None) -> pd.DataFrame:
    """Return a row per shift line; times on the clock of `zone`, or each on its site's own when `zone` is None."""
    zones = {s.id: s.zone for s in plan.account.sites}
    rows = [
        {
            "Date at site": s.date.isoformat(),
            "Site": s.site,
            "Group": s.group,
            "Pattern": s.pattern,
            "Start": local_text(s.start_utc, zone or zones[s.site]),
            "End": local_text(s.end_utc, zone or zones[s.site]),
            "Breaks": ", ".join(_break(b, zone or zones[s.site]) for b in s.breaks),
            "Heads": s.heads,
            "Paid hours a head": s.paid_h_per_head,
            "Begun before the horizon": "yes" if s.lead_in else "",
        }
        for s in shifts
    ]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["Date at site", "Site", "Group", "Start", "End", "Heads"])


def _break(pause: PlacedBreak, zone: str) -> str:
    info = zone_info(zone)
    said = f" {pause.block}" if pause.block else " off site" if pause.off_site else " paid" if pause.paid else ""
    return f"{pause.start_utc.astimezone(info):%H:%M}-{pause.end_utc.astimezone(info):%H:%M}{said}"


def sla_frame(plan: Plan, results: Iterable[SlaResult]) -> pd.DataFrame:
    """Return a row per clause and window: what was delivered against what was promised, by which formula and law."""
    zone = plan.account.horizon.zone
    zones = {q.id: plan.account.market(q.market).zone for q in plan.account.queues}
    clocks = {q.id: within(q.target) for q in plan.account.queues if isinstance(q.target, DeferredTarget) and q.target.clock}
    rows = [
        {
            "Promise": one_line(r.clause),
            "Of": one_line(r.scope),
            "Window": r.window.value,
            "First date": r.window_date,
            "From": local_text(r.window_start_utc, zones.get(r.scope, zone)),
            "Contacts": r.offered,
            "In time": r.within,
            "Delivered, %": None if r.level is None else 100 * r.level,
            "Target, %": 100 * r.target,
            "Kept": OPEN if r.met is None else YES if r.met else NO,
            "Probability, %": None if r.probability is None else 100 * r.probability,
            "Within": clocks.get(r.scope) or seconds(r.threshold_s),
            "Formula": r.formula.value.replace("_", " ") if r.formula else "done in time",
            "Law": r.basis.value,
            "Cut by the horizon": "yes" if r.partial else "",
        }
        for r in results
    ]
    columns = ["Promise", "Of", "Window", "From", "Contacts", "In time", "Delivered, %", "Target, %", "Kept", "Probability, %"]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else columns)


def overload_frame(plan: Plan, queues: Collection[str]) -> pd.DataFrame:
    """Return a row per queue and day of arrival whose deferred contacts miss their clock."""
    found = [
        {
            "Queue": row.queue,
            "Arrived on": row.date,
            "Open at the start": "yes" if row.at_start else "",
            "Contacts": row.contacts,
            "Late": row.late,
            "Desk closed till due": row.closed,
            "Latest, h": row.latest_s / 3600,
        }
        for row in plan.evaluation.overload
        if row.queue in queues
    ]
    return pd.DataFrame(found)


def deferred_frame(plan: Plan, rows: Sequence[int], intervals: Bools) -> pd.DataFrame:
    """Return a row per deferred queue and local day of the horizon: arrived, done, and what is open and overdue at its end."""
    grid, work = plan.demand.grid, plan.evaluation.deferred
    day = grid.clock(grid.zone).day
    found = []
    for q in rows:
        if np.isnan(work.arrived[q]).all():
            continue
        for d in np.unique(day[intervals]):
            at = np.flatnonzero((day == d) & intervals)
            found.append(
                {
                    "Queue": plan.demand.queues[q],
                    "Day": f"{datetime.fromtimestamp(int(d) * 86_400, UTC):%Y-%m-%d}",
                    "Arrived": float(np.nansum(work.arrived[q, at])),
                    "Done": float(np.nansum(work.done[q, at])),
                    "Open at its end": float(work.open[q, at[-1]]),
                    "Overdue at its end": float(work.overdue[q, at[-1]]),
                    "Oldest open, h": float(work.oldest_s[q, at[-1]]) / 3600,
                }
            )
    return pd.DataFrame(found)


def money_frame(lines: Iterable[CostLine]) -> pd.DataFrame:
    """Return cost or price lines: hours times rate is the amount, to the cent."""
    rows = [
        {
            "Site": x.site,
            "Group": x.group,
            "Item": x.item,
            "Hours": float(x.hours),
            "Rate": float(x.rate),
            "Amount": float(x.amount),
            "Currency": x.currency,
        }
        for x in lines
    ]
    return pd.DataFrame(rows, columns=["Site", "Group", "Item", "Hours", "Rate", "Amount", "Currency"])


def people_frame(plan: Plan, sites: Collection[str], groups: Collection[str] = ()) -> pd.DataFrame:
    """Return every agent's hours by date on the site's clock, with figures of fairness; `groups` empty means all."""
    dates = [f"{day:%a %d %b}" for day in roster_dates(plan)]
    rows = []
    for week in person_weeks(plan, sites=sites):
        f = week.figures
        if groups and f.group not in groups:
            continue
        rows.append(
            {
                "Agent": one_line(f.agent),
                "Group": f.group,
                "Site": f.site,
                **dict(zip(dates, week.hours, strict=True)),
                "Days": f.days,
                "Days of contract": f.days_asked if f.named else None,
                "Paid hours": f.hours,
                "Nights": f.nights,
                "Weekend days": f.weekend_days,
                "Starts": f.starts,
                "Single days off": f.lone_days_off,
                "Wishes": f.wishes,
                "Wishes not kept": f.wishes_broken,
            }
        )
    return pd.DataFrame(rows)


def open_frame(plan: Plan, sites: Collection[str]) -> pd.DataFrame:
    """Return where to hire or ask for overtime."""
    return pd.DataFrame(
        [
            {
                "Date": line.date,
                "Group": line.group,
                "Site": line.site,
                "Hours (site's clock)": line.hours,
                "Heads": line.heads,
                "Could work it as overtime": ", ".join(line.overtime) or "nobody: hire",
            }
            for line in open_work(plan, sites=sites)
        ]
    )
