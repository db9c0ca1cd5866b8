"""Who sits where, when: per site a table of shifts on the site's own clock."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from planner.charts.clocks import offset_text, wall
from planner.domain.grid import offsets_s
from planner.domain.people import Site
from planner.domain.plan import Plan
from planner.domain.shifts import Shift
from planner.report.markup import Markup, join, table, tag
from planner.report.words import number


def people(plan: Plan) -> Markup:
    """Return a heading and a table per site; sites where nobody works say so."""
    return join(_site(plan, site) for site in plan.account.sites)


def _site(plan: Plan, site: Site) -> Markup:
    shifts = [s for s in plan.shifts.shifts if s.site == site.id]
    groups = [g for g in plan.account.groups if g.site == site.id]
    agents = sum(a.group in {g.id for g in groups} for a in plan.roster.agents)
    offset = int(offsets_s(site.zone, plan.demand.grid.epoch_s[:1])[0])
    said = f"{site.country} · clock {site.zone} ({offset_text(offset)}) · {site.seats} seats · {_agents(agents)} on the payroll"
    spoken = "; ".join(f"{g.id}: {', '.join(g.languages)} over {', '.join(c.value for c in g.channels)}" for g in groups)
    parts = [tag("h3", site.id), tag("p", said, class_="lead"), tag("p", spoken or "no groups", class_="small")]
    parts.append(_table(plan, site, shifts) if shifts else tag("p", "Nobody works here in this plan."))
    return join(parts)


def _table(plan: Plan, site: Site, shifts: list[Shift]) -> Markup:
    dates = sorted({s.date for s in shifts})
    lead = {s.date for s in shifts if s.lead_in} - {s.date for s in shifts if not s.lead_in}
    order = {g.id: n for n, g in enumerate(plan.account.groups)}
    rows: dict[tuple[int, str, str], list[Shift]] = defaultdict(list)
    for shift in shifts:
        rows[order[shift.group], _hours(shift, site), shift.pattern].append(shift)
    body = []
    for (group, hours, pattern), own in sorted(rows.items()):
        heads = _by_date(own)
        paid = sum(s.heads * s.paid_h_per_head for s in own if not s.lead_in)
        name = plan.account.groups[group].id
        body.append([name, hours, pattern, *(heads.get(d) or "·" for d in dates), number(paid, 1)])
    total = _by_date(shifts)
    paid = sum(s.heads * s.paid_h_per_head for s in shifts if not s.lead_in)
    summed = ["All", "", "", *(total.get(d, 0) for d in dates), number(paid, 1)]
    head = [
        "Group",
        "Hours (site's clock)",
        "Shift",
        *(f"{d:%a} {d.day} {d:%b}{' *' if d in lead else ''}" for d in dates),
        "Paid h",
    ]
    shown = table(
        head, body, kinds="tcw" + "n" * (len(dates) + 1), caption=f"Heads by shift and site date at {site.id}", total=summed
    )
    if lead:
        shown = join(
            [
                shown,
                tag(
                    "p", "* begun before the horizon: planned so that its first hours are covered, paid apart.", class_="small"
                ),
            ]
        )
    return shown


def _by_date(shifts: list[Shift]) -> dict[date, int]:
    heads: dict[date, int] = defaultdict(int)
    for shift in shifts:
        heads[shift.date] += shift.heads
    return heads


def _hours(shift: Shift, site: Site) -> str:
    start, end = wall(shift.start_utc, site.zone), wall(shift.end_utc, site.zone)
    days = (end.date() - start.date()).days
    return f"{start:%H:%M}–{end:%H:%M}" + (" +1 day" if days and (end.hour or end.minute) else "")


def _agents(n: int) -> str:
    return "1 agent" if n == 1 else f"{n:,} agents"
