"""What changes and shifts cost: prices of disturbing people, pay of a place, pay for absence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from planner.domain.account import Account
from planner.domain.roster import Agent
from planner.domain.shifts import Shift
from planner.replan.facts import Facts, Place
from planner.shifts.cost import hourly_cost, shift_cost


def change_price(facts: Facts, agent: Agent, was: Shift | None, start: datetime | None, end: datetime | None) -> float:
    """Return the price of changing `agent`'s published shift `was` (None: free) to hours from `start` to `end` (None: free).

    What a call-in pays for its place, taken over or new, comes on top; see `place_price`.
    """
    prices = facts.changes.prices
    if was is None:
        base = prices.called_in
    elif start is None or end is None:
        base = prices.cancelled
    elif (was.start_utc, was.end_utc) == (start, end):
        base = prices.breaks_moved
    else:
        base = prices.moved_start + prices.moved_per_h * abs((start - was.start_utc).total_seconds()) / 3600
    told = min(when for when in (was.start_utc if was else None, start) if when is not None)
    return base * notice_factor(facts, told) * unit(facts, agent)


def place_price(facts: Facts, agent_hour: float, start: datetime, *, new: bool) -> float:
    """Return what a call-in's place costs on top: a new shift, or one taken over from somebody."""
    prices = facts.changes.prices
    base = prices.added if new else prices.swapped
    return base * notice_factor(facts, start) * (1.0 if prices.in_money else agent_hour)


def notice_factor(facts: Facts, when: datetime) -> float:
    """Return by how much a change that takes hold at `when` costs more for being told now."""
    return facts.changes.prices.factor((when - facts.now).total_seconds() / 3600)


def unit(facts: Facts, agent: Agent) -> float:
    """Return the money that a price of one stands for: an hour of the agent's pay, or one of the currency."""
    return 1.0 if facts.changes.prices.in_money else hour_of(facts.account, agent)


def hour_of(account: Account, agent: Agent) -> float:
    """Return what a plain hour of `agent` costs, on-costs included, in the account's currency."""
    return hourly_cost(account, account.site(agent.site), account.group(agent.group))


def place_cost(account: Account, place: Place) -> float:
    """Return the pay of one head of a published shift, premiums and on-costs included."""
    shift = place.shift
    unpaid = [(b.start_utc, b.end_utc) for b in shift.breaks if not b.paid]
    return shift_cost(account, account.group(shift.group), start_utc=shift.start_utc, end_utc=shift.end_utc, unpaid=unpaid)


def sick_pay(facts: Facts) -> float:
    """Return what is paid for shifts lost to absence, or to the lost part of those cut short; leavers are not paid."""
    share = facts.changes.pay.sick_share
    return share * sum(hours * hour_of(facts.account, agent) for agent, hours in sick_hours(facts))


def sick_hours(facts: Facts) -> Iterator[tuple[Agent, float]]:
    """Yield the agents ill and the published hours each place lost."""
    ill = {absence.agent for absence in facts.changes.away}
    for place in facts.lost:
        if place.agent.id in ill:
            yield place.agent, place.shift.paid_h_per_head
    for place, worked in facts.cut:
        if place.agent.id in ill:
            yield place.agent, place.shift.paid_h_per_head - worked.paid_h_per_head
