"""The resolved account: everything a plan is computed from, checked, in seconds and UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

import numpy as np

from planner.domain.arrays import Bools
from planner.domain.grid import TimeGrid
from planner.domain.history import Tables
from planner.domain.people import Group, Site
from planner.domain.quality import Quality
from planner.domain.queues import Market, Queue
from planner.domain.routing import BY_DEFAULT, Routing
from planner.domain.shifts import Shift, ShiftRule
from planner.domain.staff import Lock, Person, Preference, TimeOff
from planner.domain.targets import Formula, Window, check_floor
from planner.domain.tiers import Tier, tier_faults


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """The stretch planned: `days` local days of `zone` from midnight of `start`, in intervals of `interval_s` seconds (C13)."""

    zone: str
    start: date
    days: int
    interval_s: int = 900

    def grid(self) -> TimeGrid:
        """Return the UTC grid of the horizon."""
        return TimeGrid.for_days(zone=self.zone, start=self.start, days=self.days, interval_s=self.interval_s)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A known change of volume: contacts of `queues` (empty: all) from `start_utc` to `end_utc` are multiplied by `factor`.

    An event in the past explains those days to the forecast; one in the horizon raises or lowers it.
    """

    id: str
    start_utc: datetime
    end_utc: datetime
    factor: float
    queues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.start_utc < self.end_utc:
            raise ValueError(f"event {self.id} ends before it starts")
        if not 0 <= self.factor <= 100:
            raise ValueError(f"event {self.id}: factor must lie in [0, 100], got {self.factor:g}; write 2 for a doubling")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A promise over one or several live queues together, weighted by contacts: the share `level` within each queue's own
    threshold or `within_s`, over `window`. Queues without a clause of the contract are held to their own target. `floor` is the least
    level of any one interval (None: the queues' own). `tiers` are the service credits that each window owes: that of the lowest tier
    undercut."""

    id: str
    queues: tuple[str, ...]
    level: float
    window: Window
    formula: Formula = Formula.OFFERED
    within_s: float | None = None
    floor: float | None = None
    tiers: tuple[Tier, ...] = ()

    def __post_init__(self) -> None:
        if self.floor is not None:
            check_floor(self.floor, self.level)
        for message, remedy in tier_faults(self.tiers, self.window, self.floor):
            raise ValueError(f"clause {self.id}: {message}; {remedy}")


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What the client pays: cost-plus, the cost of the roster's hours times one plus `margin_share`; and the SLA clauses."""

    margin_share: Decimal = Decimal("0.20")
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the plan is computed. `gap` and `time_limit_s` end the shift solve; `shortfall_price_per_h` is what one missing on-seat
    agent-hour costs in the objective, in the account's currency (None: five times the dearest group's hour). `plan_for` sizes for that
    quantile of the demand scenarios instead of the mean (0.8: staffed for four futures in five). `sizing` is the load that live queues are
    staffed to: "mol", the contacts in hand as they build up and drain away (modified offered load), or "sipp", every interval in balance
    with its own arrivals (stationary, independent, period by period). `cover` is what shifts must reach: "window", every promise over its
    own window with a floor in each interval, or "interval", the promised level in every interval. Where people are named and fewer than
    the shifts need, `fill` "anonymous" has agents yet to be hired work the rest, "none" leaves it unworked and the plan is what the people
    there can do; `roster_time_limit_s` ends the search for their roster. `promises` "kept" holds every window to its level; "paid" aims
    the windows of clauses with tiers at the least cost and expected service credits together. The finished plan is simulated over as
    many horizons as `simulations` (0: not at all). `skills` "apart" divides shared people's time among their queues, each part serving
    its queue alone; "simulated" designs until shared people keep the promises on the simulated floor."""

    seed: int = 20_260_101
    scenarios: int = 200
    gap: float = 0.05
    time_limit_s: float = 300.0
    shortfall_price_per_h: float | None = None
    solver: str = "highs"
    plan_for: float | None = None
    sizing: str = "mol"
    cover: str = "window"
    certainty: float | None = None
    fill: str = "anonymous"
    roster_time_limit_s: float = 120.0
    promises: str = "kept"
    simulations: int = 100
    skills: str = "apart"


@dataclass(frozen=True, kw_only=True)
class Account:
    """One client's planning problem, resolved. Ids are unique within their kind and every reference names an existing one.

    `rates` are units of the account's currency per unit of another. `carry_in` lists shifts already running when the horizon
    starts (C13). `people`, their `time_off`, `preferences` and `locks` name the roster; without people it is anonymous. `quality`
    says what language levels and soft skills do (None: nothing), `routing` who takes what where it differs from the default. `tables`,
    `source` (the raw settings, for overrides) and `folder` do not take part in comparison.
    """

    name: str
    currency: str
    horizon: Horizon
    markets: tuple[Market, ...]
    queues: tuple[Queue, ...]
    sites: tuple[Site, ...]
    groups: tuple[Group, ...]
    shift_rules: tuple[ShiftRule, ...]
    events: tuple[Event, ...] = ()
    contract: Contract = Contract()
    settings: Settings = Settings()
    rates: tuple[tuple[str, Decimal], ...] = ()
    carry_in: tuple[Shift, ...] = ()
    people: tuple[Person, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    preferences: tuple[Preference, ...] = ()
    locks: tuple[Lock, ...] = ()
    quality: Quality | None = None
    routing: Routing = BY_DEFAULT
    override: str = ""
    tables_sha256: str = ""
    tables: Tables = field(default_factory=Tables, compare=False, repr=False)
    source: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    folder: str = field(default="", compare=False)

    @property
    def grid(self) -> TimeGrid:
        """The UTC grid of the horizon."""
        return self.horizon.grid()

    def market(self, id: str) -> Market:
        """Return the market called `id`; raise KeyError when there is none."""
        return _named(self.markets, id)

    def queue(self, id: str) -> Queue:
        """Return the queue called `id`; raise KeyError when there is none."""
        return _named(self.queues, id)

    def site(self, id: str) -> Site:
        """Return the site called `id`; raise KeyError when there is none."""
        return _named(self.sites, id)

    def group(self, id: str) -> Group:
        """Return the group called `id`; raise KeyError when there is none."""
        return _named(self.groups, id)

    def shift_rule(self, id: str) -> ShiftRule:
        """Return the shift rule called `id`; raise KeyError when there is none."""
        return _named(self.shift_rules, id)

    def serves(self) -> Bools:
        """Return ``[G, Q]``, True where a group can take a queue's contacts: language, channel and the site's certificates, and routing
        does not leave it out."""
        held = {site.id: frozenset(site.certificates) for site in self.sites}
        able = [
            [
                g.serves(q.language, q.channel)
                and held.get(g.site, frozenset()).issuperset(q.gate.certificates)
                and self.routing.allows(q.id, g.id)
                for q in self.queues
            ]
            for g in self.groups
        ]
        return np.array(able, dtype=np.bool_).reshape(len(self.groups), len(self.queues))


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def _named(items: tuple[_N, ...], id: str) -> _N:
    for item in items:
        if item.id == id:
            return item
    raise KeyError(id)
