"""Small accounts and requirements made by hand, for every test of the shift model."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from planner.domain.account import Account, Horizon, Settings
from planner.domain.people import Group, Site
from planner.domain.queues import Channel, Market, OpeningHours, OpenSpan, Queue
from planner.domain.requirement import Requirement
from planner.domain.shifts import BreakRule, ShiftRule
from planner.domain.targets import LiveTarget

ALWAYS = OpeningHours(tuple(OpenSpan(d, 0, 1440) for d in range(7)))


def make_rule(id="four", *, length_min=240, first=0, last=1439, step=120, breaks=()):
    rules = tuple(BreakRule(minutes=m, paid=p, earliest_min=a, latest_min=b) for m, p, a, b in breaks)
    return ShiftRule(id=id, length_min=length_min, first_start_min=first, last_start_min=last, step_min=step, breaks=rules)


def make_site(id="here", *, zone="UTC", seats=20, wage="10", currency="EUR", **more):
    return Site(id=id, country="XX", zone=zone, seats=seats, wage_per_h=Decimal(wage), currency=currency, **more)


def make_group(id="team", *, site="here", languages=("en",), rules=("four",), **more):
    return Group(id=id, site=site, languages=languages, channels=tuple(Channel), shift_rules=rules, **more)


def make_account(
    *,
    languages=("en",),
    sites=None,
    groups=None,
    rules=None,
    zone="UTC",
    start=date(2026, 3, 2),
    days=1,
    interval_min=60,
    settings=None,
    **more,
):
    rules = rules or (make_rule(),)
    market = Market(id="m", country="XX", zone=zone, language="en", opening=ALWAYS)
    queues = tuple(
        Queue(
            id=f"q_{language}",
            market="m",
            language=language,
            channel=Channel.VOICE,
            aht_s=300,
            opening=ALWAYS,
            target=LiveTarget(level=0.8, within_s=20),
        )
        for language in languages
    )
    return Account(
        name="small",
        currency="EUR",
        horizon=Horizon(zone=zone, start=start, days=days, interval_s=60 * interval_min),
        markets=(market,),
        queues=queues,
        sites=sites or (make_site(zone=zone),),
        groups=groups or (make_group(rules=tuple(r.id for r in rules)),),
        shift_rules=rules,
        settings=settings or Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=50),
        **more,
    )


def make_requirement(account, agents):
    """`agents` [Q, T]; NaN is closed."""
    needed = np.broadcast_to(np.asarray(agents, dtype=float), (len(account.queues), account.grid.size))
    return Requirement(
        queues=tuple(q.id for q in account.queues),
        grid=account.grid,
        open=~np.isnan(needed),
        agents=needed,
        level_at_requirement=np.full(needed.shape, np.nan),
        methods=("by hand",) * len(account.queues),
    )


class Make:
    rule = staticmethod(make_rule)
    site = staticmethod(make_site)
    group = staticmethod(make_group)
    account = staticmethod(make_account)
    requirement = staticmethod(make_requirement)


@pytest.fixture(scope="session")
def make():
    return Make
