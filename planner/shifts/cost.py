"""What one head's shift costs, in the account's currency: wages, premiums on the site's clock, on-costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from planner.domain.account import Account
from planner.domain.people import Group, PremiumKind, Site
from planner.domain.premium_hours import Span, hours_by_premium, paid_spans
from planner.errors import DataError, Problem


def rate_to_account(account: Account, currency: str) -> Decimal:
    """Return units of the account's currency per unit of `currency`; raise DataError where no rate was given (C9)."""
    if currency == account.currency:
        return Decimal(1)
    for known, rate in account.rates:
        if known == currency:
            return rate
    raise DataError(
        Problem(
            f"account.toml: fx.{currency}",
            f"a site is paid in {currency}, but there is no rate to {account.currency}",
            f"write {currency} = ... under [fx], the {account.currency} of one {currency}",
        )
    )


def hourly_cost(account: Account, site: Site, group: Group) -> float:
    """Return the cost of one paid hour without premiums: wage, language factor and on-costs, in the account's currency."""
    rate = rate_to_account(account, site.currency)
    return float(site.wage_per_h * group.wage_factor * (1 + site.oncost_share) * rate)


def shift_cost(account: Account, group: Group, *, start_utc: datetime, end_utc: datetime, unpaid: Iterable[Span] = ()) -> float:
    """Return what one head of `group` costs for a shift with the given unpaid breaks: paid hours, and each premium's share of its
    hours, at the group's hourly cost. Breaks must lie inside the shift and apart from each other."""
    site = account.site(group.site)
    spans = paid_spans(start_utc, end_utc, unpaid)
    hours = sum((end - start).total_seconds() for start, end in spans) / 3600
    earned = hours_by_premium(site, spans, days_per_week=group.days_per_week)
    extra = sum(float(premium.share) * h for premium, h in zip(site.premiums, earned, strict=True))
    return hourly_cost(account, site, group) * (hours + extra)


def duty_cost(account: Account, group: Group, *, start_utc: datetime, end_utc: datetime, unpaid_h: float) -> float:
    """Return what one head of `group` costs for a shift with so many hours of unpaid breaks, before it is known when they fall: if none of
    them saved a premium of the clock. Overtime counts paid hours, whenever breaks are. See :func:`break_saving`."""
    site = account.site(group.site)
    hour = hourly_cost(account, site, group)
    paid_h = (end_utc - start_utc).total_seconds() / 3600 - unpaid_h
    overtime = [p for p in site.premiums if p.kind is PremiumKind.OVERTIME]
    extra = sum(float(p.share) * max(0.0, paid_h - p.after_min_of(group.days_per_week) / 60) for p in overtime)
    return hour * (paid_h + extra + _clock_premiums(site, start_utc, end_utc))


def break_saving(account: Account, group: Group, *, start_utc: datetime, end_utc: datetime) -> float:
    """Return what an unpaid break saves beyond the plain wage, negative: premiums of the clock for its hours."""
    site = account.site(group.site)
    return -hourly_cost(account, site, group) * _clock_premiums(site, start_utc, end_utc)


def _clock_premiums(site: Site, start_utc: datetime, end_utc: datetime) -> float:
    """Hours of a stretch, each times the shares of the premiums it earns by the clock."""
    hours = hours_by_premium(site, [(start_utc, end_utc)])
    pairs = zip(site.premiums, hours, strict=True)
    return sum(float(p.share) * h for p, h in pairs if p.kind is not PremiumKind.OVERTIME)


def shortfall_price(account: Account) -> float:
    """Return what one missing on-seat agent-hour costs in the objective: as set, or five times the dearest group's hourly cost."""
    if account.settings.shortfall_price_per_h is not None:
        return account.settings.shortfall_price_per_h
    return 5 * max((hourly_cost(account, account.site(g.site), g) for g in account.groups), default=0.0)
