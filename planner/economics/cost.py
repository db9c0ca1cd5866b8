"""What a roster costs: lines of hours x rate by site, group and item, summed from shift rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from planner.domain.account import Account
from planner.domain.money import LEAD_IN, CostLine, cents
from planner.domain.people import Group, Premium, PremiumKind, Site
from planner.domain.premium_hours import hours_by_premium, paid_spans
from planner.domain.shifts import Shift, ShiftPlan
from planner.economics.exchange import rate_to_account, require_rates

WAGE = "wage"
ON_COST = "on-cost on "
_MICRO = Decimal("0.000001")


def cost_lines(shift_plan: ShiftPlan, account: Account) -> tuple[CostLine, ...]:
    """Return the cost of `shift_plan` in the account's currency, group by group.

    Per group: the wage for paid hours (elapsed time of UTC less unpaid breaks), one line per premium for the hours on the site's
    clock that earn it, and for each of these the employer's on-cost. In every line ``amount = hours x rate`` to the cent; hours
    are exact to the second, written to a millionth. Shifts begun before the horizon have lines of their own whose item ends in
    ``(lead-in)`` (C13); carried-in shifts belong to the bill before and are not here.

    Raises DataError when a site is paid in a currency the account has no rate for, ValueError when a shift names an unknown
    group or a site that is not its group's.
    """
    hours = _hours(shift_plan.shifts, account)
    sites = {account.group(group).site for group, _ in hours}
    require_rates((account.site(site).currency for site in sites), account)
    lines: list[CostLine] = []
    for group in account.groups:
        for lead_in in (False, True):
            if (group.id, lead_in) in hours:
                lines += _lines_of(group, account, hours[group.id, lead_in], LEAD_IN if lead_in else "")
    return tuple(lines)


def _hours(shifts: Iterable[Shift], account: Account) -> dict[tuple[str, bool], list[Decimal]]:
    """Seconds paid, then seconds of each premium of the site, by group and lead-in."""
    sums: dict[tuple[str, bool], list[Decimal]] = {}
    site_of = {group.id: account.site(group.site) for group in account.groups}
    days = {group.id: group.days_per_week for group in account.groups}
    for shift in shifts:
        site = site_of.get(shift.group)
        if site is None or site.id != shift.site:
            raise ValueError(
                f"shift {shift.id} is of group {shift.group} at site {shift.site}, which the account does not have"
            )
        seconds = _seconds_of_one_head(shift, site, days[shift.group])
        total = sums.setdefault((shift.group, shift.lead_in), [Decimal(0)] * len(seconds))
        for n, one_head in enumerate(seconds):
            total[n] += one_head * shift.heads
    return sums


def _seconds_of_one_head(shift: Shift, site: Site, days_per_week: int) -> tuple[Decimal, ...]:
    unpaid = [(b.start_utc, b.end_utc) for b in shift.breaks if not b.paid]
    spans = paid_spans(shift.start_utc, shift.end_utc, unpaid)
    earned = hours_by_premium(site, spans, days_per_week=days_per_week)
    return tuple(Decimal(round(hours * 3600)) for hours in (shift.paid_h_per_head, *earned))


def _lines_of(group: Group, account: Account, seconds: list[Decimal], suffix: str) -> Iterator[CostLine]:
    site = account.site(group.site)
    wage = site.wage_per_h * group.wage_factor * rate_to_account(site.currency, account)
    items = [(WAGE, seconds[0], wage)]
    for (name, premium), earned in zip(_names(site.premiums), seconds[1:], strict=True):
        items.append((name, earned, wage * premium.share))
    for name, earned, rate in items:
        yield from _line(group, name + suffix, earned, rate, account.currency)
    for name, earned, rate in items:
        yield from _line(group, ON_COST + name + suffix, earned, rate * site.oncost_share, account.currency)


def _names(premiums: tuple[Premium, ...]) -> Iterator[tuple[str, Premium]]:
    """Name each premium by its kind; several of one kind are told apart by their hours."""
    kinds: dict[PremiumKind, int] = defaultdict(int)
    for premium in premiums:
        kinds[premium.kind] += 1
    for premium in premiums:
        name = premium.kind.value
        if kinds[premium.kind] > 1:
            if premium.kind is PremiumKind.OVERTIME:
                weekly = premium.after_week_min
                limit = f"{premium.after_min / 60:g} h" if weekly is None else f"{weekly / 60:g} h a week"
                yield f"{name} after {limit}", premium
                continue
            name += f" {premium.from_min // 60:02d}:{premium.from_min % 60:02d}-{premium.to_min // 60:02d}:{premium.to_min % 60:02d}"
        yield name, premium


def _line(group: Group, item: str, seconds: Decimal, rate: Decimal, currency: str) -> Iterator[CostLine]:
    if seconds and rate:
        hours = (seconds / 3600).quantize(_MICRO, rounding=ROUND_HALF_EVEN)
        yield CostLine(
            site=group.site, group=group.id, item=item, hours=hours, rate=rate, amount=cents(hours * rate), currency=currency
        )
