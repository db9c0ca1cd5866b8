"""The keys of account.toml, each with its documentation (pydantic). They are what a person types; `planner.io.resolve` turns them
into the domain's types."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from planner.io.settings.base import Currency, Section
from planner.io.settings.clocks import ClockSettings
from planner.io.settings.demand import MarketSettings, QueueSettings, TargetSettings, VolumeSettings
from planner.io.settings.frame import AccountSettings, HorizonSettings, RunSettings, TablesSettings
from planner.io.settings.journey import QualitySettings
from planner.io.settings.promises import ClauseSettings, ContractSettings, EventSettings
from planner.io.settings.routing import OverflowSettings, RoutingSettings
from planner.io.settings.supply import (
    BreakSettings,
    GroupSettings,
    MoneyAboveZero,
    PremiumSettings,
    ShiftSettings,
    SiteSettings,
    SplitSettings,
)

__all__ = [
    "AccountFile",
    "AccountSettings",
    "BreakSettings",
    "ClauseSettings",
    "ClockSettings",
    "ContractSettings",
    "EventSettings",
    "GroupSettings",
    "HorizonSettings",
    "MarketSettings",
    "OverflowSettings",
    "PremiumSettings",
    "QualitySettings",
    "QueueSettings",
    "RoutingSettings",
    "RunSettings",
    "Section",
    "ShiftSettings",
    "SiteSettings",
    "SplitSettings",
    "TablesSettings",
    "TargetSettings",
    "VolumeSettings",
]


class AccountFile(Section):
    """An account: account.toml."""

    account: AccountSettings
    """Who is planned for."""

    horizon: HorizonSettings
    """The stretch planned."""

    run: RunSettings = RunSettings()
    """How the plan is computed."""

    fx: dict[Currency, MoneyAboveZero] = Field(default={}, examples=[{"EUR": 1.08}])
    """Exchange rates: units of the account's currency per unit of the other."""

    tables: TablesSettings = TablesSettings()
    """Where the big tables are."""

    markets: tuple[MarketSettings, ...]
    """The customers, by country."""

    queues: tuple[QueueSettings, ...]
    """The contacts, by market, language and channel."""

    sites: tuple[SiteSettings, ...]
    """The places of work."""

    groups: tuple[GroupSettings, ...]
    """The agents, by site, languages, channels and contract."""

    shifts: tuple[ShiftSettings, ...]
    """The shifts that may be worked."""

    contract: ContractSettings = ContractSettings()
    """What the client pays and was promised."""

    events: tuple[EventSettings, ...] = ()
    """Known changes of volume."""

    quality: QualitySettings | None = None
    """What language levels and soft skills of those who answer do."""

    routing: tuple[RoutingSettings, ...] = ()
    """Who takes what, where it differs from the default."""

    overflows: tuple[OverflowSettings, ...] = ()
    """Where contacts that have waited too long go."""

    overrides: dict[str, dict[str, Any]] = Field(default={})
    """Named what-ifs: partial tables laid over the account. Lists of tables are matched by id, new ids are added, other lists (`routing`
    and `overflows` among them) are replaced; `remove = ["patience_s"]` in any of them takes keys out."""
