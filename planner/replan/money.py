"""What a re-planned roster costs beside its shifts: pay for absence, promised hours not worked, overtime premiums (C9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from planner.domain.account import Account
from planner.domain.money import Bill, CostLine, cents
from planner.domain.roster import Agent
from planner.domain.shifts import ShiftPlan
from planner.economics import bill as bill_of_shifts
from planner.economics import price_lines
from planner.economics.exchange import rate_to_account
from planner.replan.facts import Facts, Place
from planner.replan.prices import sick_hours
from planner.replan.weeks import AgentWeek

ABSENCE, PROMISED, OVERTIME = "pay for absence", "promised hours not worked", "overtime premium"
_MICRO = Decimal("0.000001")
_EPS_H = 1e-6


def bill_of(facts: Facts, shifts: ShiftPlan, weeks: Sequence[AgentWeek], places: Sequence[Place]) -> Bill:
    """Return the bill of `shifts` with the lines of re-planning: the client is charged for them as for the shifts.

    Pay for absence and promised hours are plain hours; an overtime premium is its share of a plain hour. Each has the employer's
    on-cost as a line of its own, and ``amount = hours x rate`` to the cent.
    """
    base = bill_of_shifts(shifts, facts.account)
    sums: dict[tuple[str, str, Decimal], float] = defaultdict(float)
    pay = facts.changes.pay
    for agent, hours in sick_hours(facts):
        sums[agent.group, ABSENCE, Decimal(1)] += pay.sick_share * hours
    for agent, hours in owed_hours(weeks, places, pay.guaranteed_share):
        sums[agent.group, PROMISED, Decimal(1)] += hours
    for week, hours in overtime_hours(weeks, places):
        share = Decimal(repr(week.premium / week.hour)).quantize(_MICRO) if week.hour else Decimal(0)
        sums[week.agent.group, OVERTIME, share] += hours
    lines = [line for key, hours in sorted(sums.items()) for line in _lines(facts.account, *key, hours)]
    cost = (*base.cost, *lines)
    return Bill(cost=cost, price=price_lines(cost, facts.account))


def worked_hours(week: AgentWeek, places: Iterable[Place]) -> float:
    """Return the hours an agent works in a week, all `places` looked at."""
    return sum(p.shift.paid_h_per_head for p in places if p.agent.id == week.agent.id and week.holds(p.shift.start_utc))


def owed_hours(weeks: Sequence[AgentWeek], places: Sequence[Place], share: float) -> list[tuple[Agent, float]]:
    """Return the promised hours paid though not worked, agent by agent and week by week."""
    mine = _by_agent(places)
    found = [(w.agent, share * (w.promised_h - worked_hours(w, mine[w.agent.id]))) for w in weeks]
    return [(agent, hours) for agent, hours in found if hours > _EPS_H]


def overtime_hours(weeks: Sequence[AgentWeek], places: Sequence[Place]) -> list[tuple[AgentWeek, float]]:
    """Return the hours above the contract, absence counted as worked, agent by agent and week by week."""
    mine = _by_agent(places)
    found = [(w, worked_hours(w, mine[w.agent.id]) - max(0.0, w.contract_h - w.lost_h)) for w in weeks]
    return [(week, hours) for week, hours in found if hours > 1e-4]


def _by_agent(places: Sequence[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        found[place.agent.id].append(place)
    return found


def _lines(account: Account, group_id: str, item: str, share: Decimal, hours: float) -> Iterable[CostLine]:
    group = account.group(group_id)
    site = account.site(group.site)
    wage = site.wage_per_h * group.wage_factor * rate_to_account(site.currency, account) * share
    count = Decimal(repr(hours)).quantize(_MICRO, rounding=ROUND_HALF_EVEN)
    for name, rate in ((item, wage), (f"on-cost on {item}", wage * site.oncost_share)):
        if count and rate:
            yield CostLine(
                site=site.id,
                group=group.id,
                item=name,
                hours=count,
                rate=rate,
                amount=cents(count * rate),
                currency=account.currency,
            )
