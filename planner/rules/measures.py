"""What a roster asks of each agent, in figures that can be compared: days, hours, nights, weekends, starts, wishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.roster import Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.rules.book import law_of_site
from planner.rules.check import work_of
from planner.rules.nights import is_night_shift
from planner.rules.work import WorkDays

_SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class AgentFigures:
    """One agent's horizon, shifts begun before it left out. `days_asked` is what the contract fills over all its weeks; `starts` counts
    different starts on the site's clock; `lone_days_off` days off alone between two of work; `wishes_broken` days on which a shift
    went against a preference, of any weight."""

    agent: str
    group: str
    site: str
    named: bool
    days: int
    days_asked: int
    hours: float
    nights: int
    weekend_days: int
    starts: int
    lone_days_off: int
    wishes: int
    wishes_broken: int


def agent_figures(roster: Roster, shift_plan: ShiftPlan, account: Account) -> tuple[AgentFigures, ...]:
    """Return the figures of every agent, in the roster's order."""
    return tuple(_figures(roster, shift_plan, account))


def _figures(roster: Roster, shift_plan: ShiftPlan, account: Account) -> Iterator[AgentFigures]:
    laws = {site.id: law_of_site(site) for site in account.sites}
    people = {person.id: person for person in account.people}
    weeks = max(1, round(account.horizon.days / 7))
    for agent, work in zip(roster.agents, work_of(roster, shift_plan, account), strict=True):
        own = tuple(shift for shift in work.shifts if not shift.lead_in)
        person = people.get(agent.id)
        wishes = [wish for wish in account.preferences if wish.agent == agent.id]
        dates = sorted({shift.date for shift in own})
        law = laws[work.site]
        yield AgentFigures(
            agent=agent.id,
            group=agent.group,
            site=agent.site,
            named=agent.named,
            days=len(dates),
            days_asked=weeks * person.least_days if person is not None else 0,
            hours=sum(shift.paid_h_per_head for shift in own),
            nights=sum(is_night_shift(work, shift, law, law.country) for shift in own),
            weekend_days=sum(day.weekday() >= _SATURDAY for day in dates),
            starts=len({_start(work, shift) for shift in own}),
            lone_days_off=sum((after - before).days == 2 for before, after in pairwise(dates)),
            wishes=len(wishes),
            wishes_broken=sum(any(wish.broken_by(shift.date, _start(work, shift)) for wish in wishes) for shift in own),
        )


def _start(work: WorkDays, shift: Shift) -> int:
    local = shift.start_utc.astimezone(zone_info(work.zone))
    return local.hour * 60 + local.minute
