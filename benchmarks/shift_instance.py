"""A demanding week made by formula: five languages, five channels, three sites in three zones, eight groups, two bilingual pairs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from planner.domain.account import Account, Horizon, Settings
from planner.domain.people import Group, Premium, PremiumKind, Site
from planner.domain.queues import Channel, Market, OpeningHours, OpenSpan, Queue
from planner.domain.requirement import Requirement
from planner.domain.shifts import BreakRule, ShiftRule
from planner.domain.targets import DeferredTarget, LiveTarget

ALWAYS = OpeningHours(tuple(OpenSpan(day, 0, 1440) for day in range(7)))
DAYTIME = OpeningHours(tuple(OpenSpan(day, 480, 1200) for day in range(7)))
PEAK = {
    "en": 10.5,
    "de": 4.5,
    "fr": 3.75,
    "es": 2.7,
    "nl": 1.95,
}  # on-seat agents of load at the busiest hour of a middling day
SHARE = {"voice": 0.5, "chat": 0.2, "email": 0.2, "social": 0.05, "marketplace": 0.1}
CHANNELS = {"en": tuple(SHARE), "de": ("voice", "chat", "email", "marketplace")}
BY_WEEKDAY = np.array([1.15, 1.05, 1.0, 1.0, 0.95, 0.7, 0.6])


def demanding_week(*, days: int = 7, scale: float = 1.0, gap: float = 0.05) -> tuple[Account, Requirement]:
    """Return the account and its requirement in quarter-hours; `scale` multiplies all load."""
    markets = tuple(
        Market(id=language, country=country, zone=zone, language=language, opening=ALWAYS if language == "en" else DAYTIME)
        for language, country, zone in (
            ("en", "GB", "Europe/London"),
            ("de", "DE", "Europe/Berlin"),
            ("fr", "FR", "Europe/Paris"),
            ("es", "ES", "Europe/Madrid"),
            ("nl", "NL", "Europe/Amsterdam"),
        )
    )
    queues = tuple(
        _queue(market, Channel(name))
        for market in markets
        for name in CHANNELS.get(market.language, ("voice", "chat", "email"))
    )
    account = Account(
        name="Demanding week",
        currency="USD",
        horizon=Horizon(zone="Europe/London", start=date(2026, 11, 9), days=days),
        markets=markets,
        queues=queues,
        sites=_sites(scale),
        groups=_groups(),
        shift_rules=_rules(),
        rates=(("EUR", Decimal("1.08")),),
        settings=Settings(gap=gap),
    )
    return account, _requirement(account, scale)


def _queue(market: Market, channel: Channel) -> Queue:
    target = LiveTarget(level=0.8, within_s=20) if channel.live else DeferredTarget(level=0.95, within_s=86_400)
    return Queue(
        id=f"{market.id}_{channel}",
        market=market.id,
        language=market.language,
        channel=channel,
        aht_s=300,
        opening=market.opening,
        target=target,
    )


def _sites(scale: float) -> tuple[Site, ...]:
    def night(share: str, start: int = 22) -> Premium:
        return Premium(kind=PremiumKind.NIGHT, share=Decimal(share), from_min=60 * start)

    def sunday(share: str) -> Premium:
        return Premium(kind=PremiumKind.SUNDAY, share=Decimal(share))

    def site(
        id: str, country: str, zone: str, wage: str, currency: str, oncost: str, seats: int, premiums: tuple[Premium, ...]
    ) -> Site:
        return Site(
            id=id,
            country=country,
            zone=zone,
            seats=int(np.ceil(seats * max(1.0, scale))),
            wage_per_h=Decimal(wage),
            currency=currency,
            oncost_share=Decimal(oncost),
            premiums=premiums,
        )

    return (
        site("manila", "PH", "Asia/Manila", "3.2", "USD", "0.45", 40, (night("0.10"),)),
        site("lisbon", "PT", "Europe/Lisbon", "7.5", "EUR", "0.35", 60, (night("0.25"), sunday("0.25"))),
        site("bogota", "CO", "America/Bogota", "4.2", "USD", "0.5", 40, (night("0.35", 19), sunday("0.90"))),
    )


def _groups() -> tuple[Group, ...]:
    def group(id: str, languages: tuple[str, ...], factor: str = "1") -> Group:
        return Group(
            id=id,
            site=id.split("_")[0],
            languages=languages,
            channels=tuple(Channel),
            shift_rules=("full8", "full9"),
            absence=0.08,
            in_shift_loss=0.06,
            wage_factor=Decimal(factor),
        )

    return (
        group("manila_en", ("en",)),
        group("bogota_en_es", ("en", "es"), "1.1"),
        group("bogota_es", ("es",)),
        group("lisbon_de", ("de",)),
        group("lisbon_fr", ("fr",)),
        group("lisbon_nl", ("nl",)),
        group("lisbon_de_nl", ("de", "nl"), "1.1"),
        group("lisbon_fr_es", ("fr", "es"), "1.08"),
    )


def _rules() -> tuple[ShiftRule, ...]:
    def rest(minutes: int, paid: bool, earliest: int, latest: int) -> BreakRule:
        return BreakRule(minutes=minutes, paid=paid, earliest_min=earliest, latest_min=latest)

    eight = (rest(15, True, 90, 150), rest(30, False, 195, 270), rest(15, True, 330, 405))
    nine = (rest(15, True, 90, 150), rest(60, False, 210, 300), rest(15, True, 390, 465))
    return (ShiftRule(id="full8", length_min=480, breaks=eight), ShiftRule(id="full9", length_min=540, breaks=nine))


def _requirement(account: Account, scale: float) -> Requirement:
    """Two humps a day by language, square-root staffing for live channels, level work for the others."""
    grid = account.grid
    rows = []
    for number, queue in enumerate(account.queues):
        clock = grid.clock(account.market(queue.market).zone)
        hour = clock.minute / 60
        if queue.language == "en":
            shape = 0.12 + np.exp(-(((hour - 11.5) / 2.6) ** 2)) + 0.9 * np.exp(-(((hour - 19) / 2.4) ** 2))
        else:
            shape = 0.25 + np.exp(-(((hour - 11) / 2.2) ** 2)) + 0.8 * np.exp(-(((hour - 16.5) / 2.2) ** 2))
        load = scale * PEAK[queue.language] * SHARE[queue.channel] * shape * BY_WEEKDAY[clock.weekday]
        is_open = queue.opening.mask(clock, frozenset())
        ripple = 0.045 * np.sin(number + 0.7 * np.arange(grid.size))
        live = load + (0.9 + ripple) * np.sqrt(load)
        needed = live.clip(0.1) if queue.channel.live else np.full(grid.size, load[is_open].mean())
        rows.append(np.where(is_open, needed, np.nan))
    agents = np.array(rows)
    return Requirement(
        queues=tuple(queue.id for queue in account.queues),
        grid=grid,
        open=~np.isnan(agents),
        agents=agents,
        level_at_requirement=np.full(agents.shape, np.nan),
        methods=("by formula",) * len(account.queues),
    )
