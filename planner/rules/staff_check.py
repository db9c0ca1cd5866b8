"""What contracts, skills and days off say of a finished roster, from the account's own words; knows no optimiser.

Every agent, named or not: nobody in two places at once, nobody on two shifts of one site date, nobody on the work of a group they do
not belong to, and every place of every shift held once or listed as open. Named people besides: languages, channels and the gates of
queues, contract dates, time off, availability and starts, nights, days and hours of the contract in every week.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.roster import Agent, Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.staff import Nights, Person, TimeOff
from planner.rules.book import Law
from planner.rules.nights import is_night_shift
from planner.rules.rule import Finding, Severity
from planner.rules.work import EPS_H, Week, WorkDays

CONTRACT_RULES = (
    "one_shift_a_date",
    "heads",
    "skills",
    "contract_dates",
    "time_off",
    "availability",
    "contract_nights",
    "contract_days",
    "contract_hours",
)
"""Ids of these findings, beside those of labour rules."""


def heads_findings(roster: Roster, shift_plan: ShiftPlan, account: Account) -> Iterator[Finding]:
    """Yield every shift with more agents than heads, and with fewer though nobody says that its places are open."""
    held = Counter(assignment.shift for assignment in roster.assignments)
    left = Counter({one.shift: one.heads for one in roster.open_shifts if not one.filled})
    for shift in shift_plan.shifts:
        expected = shift.heads - left[shift.id]
        if held[shift.id] in (expected, shift.heads):
            continue  # open places may have been taken out of the plan already
        what = f"Shift {shift.id} has {held[shift.id]} agents for {shift.heads} heads"
        if left[shift.id]:
            what += f", {left[shift.id]} of them listed as open"
        country = account.site(shift.site).country
        yield _finding("heads", country, shift.site, "", shift, (held[shift.id], expected), "heads", what)


def staff_findings(work: WorkDays, agent: Agent, account: Account, law: Law) -> Iterator[Finding]:
    """Yield what keeps `agent` from the shifts of `work`, apart from labour rules."""
    yield from _one_a_date(work, law)
    person = next((p for p in account.people if p.id == agent.id), None)
    groups = person.groups if person is not None else (agent.group,)
    for shift in work.shifts:
        if shift.group not in groups:
            what = f"{agent.id} of {agent.group} works a shift of {shift.group}"
            yield _finding("skills", law.country, work.site, agent.id, shift, (1, 0), "", what)
    if agent.named and person is None and work.shifts:
        what = f"{agent.id} is on the roster but not in the agents table"
        yield _finding("skills", law.country, work.site, agent.id, work.shifts[0], (1, 0), "", what)
    if person is not None:
        off = tuple(one for one in account.time_off if one.agent == person.id)
        lacking = {group: said for group in groups if (said := _lacks(person, group, account))}
        for shift in work.shifts:
            yield from _of_shift(work, shift, person, off, lacking, law)
        for week in work.weeks:
            yield from _of_week(work, week, person, law)


def _one_a_date(work: WorkDays, law: Law) -> Iterator[Finding]:
    for day in work.days:
        if len(day.shifts) > 1:
            what = f"{work.agent} works {len(day.shifts)} shifts on {day.date}"
            yield _finding(
                "one_shift_a_date", law.country, work.site, work.agent, day.shifts[1], (len(day.shifts), 1), "shifts", what
            )
    ended: Shift | None = None
    for shift in work.shifts:
        if ended is not None and shift.start_utc < ended.end_utc and shift.date != ended.date:
            what = f"{work.agent} is on two shifts at once from {work.clock(shift.start_utc)}"
            yield _finding("one_shift_a_date", law.country, work.site, work.agent, shift, (2, 1), "shifts", what)
        if ended is None or shift.end_utc > ended.end_utc:
            ended = shift


def _lacks(person: Person, group: str, account: Account) -> str:
    """Return what a person lacks for the work of a group, empty where nothing."""
    of = account.group(group)
    spoken = {language for language, _ in person.languages} or set(of.languages)
    worked = set(person.channels) or set(of.channels)
    row = account.serves()[[g.id for g in account.groups].index(group)]
    barred = [queue.id for queue, served in zip(account.queues, row, strict=True) if served and not person.passes(queue)]
    lacking = [
        *(f"does not speak {language}" for language in of.languages if language not in spoken),
        *(f"does not work {channel.value}" for channel in of.channels if channel not in worked),
        *(f"does not reach what {queue} asks for" for queue in barred),
    ]
    return ", ".join(lacking)


def _of_shift(
    work: WorkDays, shift: Shift, person: Person, off: tuple[TimeOff, ...], lacking: Mapping[str, str], law: Law
) -> Iterator[Finding]:
    start = shift.start_utc.astimezone(zone_info(work.zone))
    minute = start.hour * 60 + start.minute
    found: list[tuple[str, str]] = []
    if said := lacking.get(shift.group):
        found.append(("skills", f"works for {shift.group} but {said}"))
    if not person.employed_on(shift.date):
        found.append(("contract_dates", f"works on {shift.date}, when the contract does not hold"))
    if any(one.touches(shift.start_utc, shift.end_utc, work.zone) for one in off):
        found.append(("time_off", f"works from {work.clock(shift.start_utc)} but has time off"))
    if not person.may_start(minute) or not person.is_there(shift.start_utc, shift.end_utc, work.zone):
        found.append(("availability", f"works from {work.clock(shift.start_utc)} but is not available then"))
    if person.shift_rules and not any(shift.pattern.startswith(rule) for rule in person.shift_rules):
        found.append(("availability", f"works {shift.pattern} but only {', '.join(person.shift_rules)} by contract"))
    night = is_night_shift(work, shift, law, law.country)
    if (person.nights is Nights.NEVER and night) or (person.nights is Nights.ONLY and not night):
        found.append(
            (
                "contract_nights",
                f"works {'a night' if night else 'by day'} from {work.clock(shift.start_utc)}, against the contract",
            )
        )
    for rule, what in found:
        yield _finding(rule, law.country, work.site, person.id, shift, (1, 0), "", f"{person.id} {what}")


def _of_week(work: WorkDays, week: Week, person: Person, law: Law) -> Iterator[Finding]:
    measures: list[tuple[str, float, float, str]] = [("contract_days", len(week.days), person.most_days, "days")]
    if person.most_hours is not None:
        measures.append(("contract_hours", week.hours, person.most_hours, "h"))
    for rule, measured, limit, unit in measures:
        if measured > limit + EPS_H:
            what = f"{person.id} works {measured:g} {unit} in the week from {week.date}; the contract has {limit:g}"
            first = week.days[0].shifts[0]
            span = week.start_utc, week.end_utc
            over = Severity.OVERTIME
            yield _finding(
                rule, law.country, work.site, person.id, first, (measured, limit), unit, what, severity=over, span=span
            )


def _finding(
    rule: str, country: str, site: str, agent: str, shift: Shift, figures: tuple[float, float], unit: str, sentence: str, *,
    severity: Severity = Severity.BREACH, span: tuple[datetime, datetime] | None = None,
) -> Finding:  # fmt: skip
    start, end = span or (shift.start_utc, shift.end_utc)
    return Finding(
        rule=rule, country=country, severity=severity, site=site, agent=agent, start_utc=start, end_utc=end, date=shift.date,
        measured=float(figures[0]), limit=float(figures[1]), unit=unit, sentence=sentence,
    )  # fmt: skip
