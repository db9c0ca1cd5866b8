"""Named people: who has which week, how evenly nights and weekends fall, and where to hire or ask for overtime."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.report.markup import Markup, join, table, tag
from planner.report.weeks import OpenWork, PersonWeek, open_work, person_weeks, roster_dates
from planner.report.words import number

_FIGURES = ("Days", "of contract", "Hours", "Nights", "Weekend days", "Starts", "Single days off", "Wishes", "not kept")


def staff(plan: Plan) -> Markup:
    """Return the named weeks site by site, with fairness in figures, after the list of work still open."""
    weeks = person_weeks(plan)
    parts = [_open(open_work(plan))]
    for site in plan.account.sites:
        own = [week for week in weeks if week.figures.site == site.id]
        parts += [
            tag("h3", f"{site.id}: who works when (site's clock)"),
            _weeks(plan, site.id, own) if own else tag("p", "Nobody works here."),
        ]
    return join(parts)


def _open(lines: tuple[OpenWork, ...]) -> Markup:
    if not lines:
        return tag("p", "Every place of every shift is held by somebody named.")
    heads = sum(line.heads for line in lines)
    filled = all(line.filled for line in lines)
    held = "agents yet to be hired stand in the roster for them" if filled else "nobody works them in this plan"
    rows = [
        [
            f"{line.date:%a} {line.date.day} {line.date:%b}",
            line.group,
            line.hours,
            number(line.heads),
            ", ".join(line.overtime) or "nobody: hire",
        ]
        for line in lines
    ]
    head = ("Date", "Group", "Hours (site's clock)", "Heads", "Could work it as overtime")
    return join(
        [
            tag("h3", "Hire or overtime here"),
            tag(
                "p",
                f"{heads:,} {'place' if heads == 1 else 'places'} that nobody named can take within contract, leave and law; {held}.",
            ),
            table(head, rows, kinds="tttnt", caption="Places left open"),
        ]
    )


def _weeks(plan: Plan, site: str, weeks: list[PersonWeek]) -> Markup:
    dates = roster_dates(plan)
    rows = []
    for week in weeks:
        f = week.figures
        asked = number(f.days_asked) if f.named else ""
        said = [
            number(f.days),
            asked,
            number(f.hours, 1),
            *(number(n) for n in (f.nights, f.weekend_days, f.starts, f.lone_days_off)),
        ]
        rows.append(
            [f.agent if f.named else f"{f.agent} *", f.group, *week.hours, *said, number(f.wishes), number(f.wishes_broken)]
        )
    head = ("Agent", "Group", *(f"{day:%a} {day.day}" for day in dates), *_FIGURES)
    shown = table(head, rows, kinds="tt" + "c" * len(dates) + "n" * len(_FIGURES), caption=f"Named weeks at {site}")
    below = [week for week in weeks if week.figures.named and week.figures.days < week.figures.days_asked]
    notes = [tag("p", "* yet to be hired or named", class_="small")] if any(not week.figures.named for week in weeks) else []
    if below:
        days = sum(week.figures.days_asked - week.figures.days for week in below)
        people = "1 person works" if len(below) == 1 else f"{len(below)} people work"
        words = f"{people} fewer days than the contract has, {days} in all: leave counts as worked, the rest the plan does not need."
        notes.append(tag("p", words, class_="small"))
    return join([shown, *notes])
