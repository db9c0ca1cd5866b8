"""Who contacts us: markets with their clocks, and queues of contacts in one language over one channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from planner.domain.arrays import Bools
from planner.domain.backlog import OpenContacts
from planner.domain.grid import LocalClock, TimeGrid, zone_info
from planner.domain.handling import AS_A_RULE as _AS_HANDLED
from planner.domain.handling import Handling
from planner.domain.journey import Journey
from planner.domain.planned_work import Batch
from planner.domain.spans import MINUTES_A_DAY as MINUTES_A_DAY
from planner.domain.spans import OpenSpan as OpenSpan
from planner.domain.targets import DeferredTarget, LiveTarget, Target
from planner.domain.waiting import AS_A_RULE as _AS_WAITED
from planner.domain.waiting import PatienceLaw, Waiting


class Channel(StrEnum):
    """How a contact arrives."""

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    SOCIAL = "social"
    MARKETPLACE = "marketplace"
    OUTBOUND = "outbound"
    BACK_OFFICE = "back_office"

    @property
    def live(self) -> bool:
        """True when the customer waits on the line; deferred work (False) can be done later within its clock."""
        return self in (Channel.VOICE, Channel.CHAT)


class HolidayPolicy(StrEnum):
    """What a public holiday does to opening hours."""

    OPEN = "open"
    CLOSED = "closed"
    SUNDAY = "sunday"


@dataclass(frozen=True)
class OpeningHours:
    """Weekly opening spans on a market's clock and what public holidays do to them."""

    spans: tuple[OpenSpan, ...]
    on_holidays: HolidayPolicy = HolidayPolicy.OPEN

    def mask(self, clock: LocalClock, holidays: frozenset[date]) -> Bools:
        """Return ``[T]``, True where an interval starts inside an opening span (holidays treated by policy)."""
        weekday = clock.weekday.copy()
        closed = np.zeros(weekday.shape, dtype=np.bool_)
        if holidays and self.on_holidays is not HolidayPolicy.OPEN:
            days = np.asarray([(d - date(1970, 1, 1)).days for d in holidays], dtype=np.int64)
            on_holiday = np.isin(clock.day, days)
            if self.on_holidays is HolidayPolicy.CLOSED:
                closed = on_holiday
            else:
                weekday[on_holiday] = 6
        inside = np.zeros(weekday.shape, dtype=np.bool_)
        for span in self.spans:
            inside |= (weekday == span.weekday) & (clock.minute >= span.from_min) & (clock.minute < span.to_min)
        return inside & ~closed


@dataclass(frozen=True, kw_only=True)
class Market:
    """The customers of one country: their clock, main language, opening hours and public holidays (date, name)."""

    id: str
    country: str
    zone: str
    language: str
    opening: OpeningHours
    holidays: tuple[tuple[date, str], ...] = ()

    def __post_init__(self) -> None:
        zone_info(self.zone)

    @property
    def holiday_dates(self) -> frozenset[date]:
        """The market's public holidays without their names."""
        return frozenset(day for day, _ in self.holidays)


class VolumeSource(StrEnum):
    """Where a queue's expected contacts come from."""

    HISTORY = "history"
    DRIVER = "driver"
    NONE = "none"  # no contacts of its own: only what other queues send
    GIVEN = "given"  # planned work, in batches
    QUEUE = "queue"  # planned work that follows another queue's contacts


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Where a queue's volume comes from.

    HISTORY: the queue's own rows of the history table, times `scale`. DRIVER: the forecast of `driver` (a series of the drivers
    table, such as orders of one country) times `rate` contacts per unit, spread over later days by `delay_days` (shares summing
    to 1; the first is the same day), times `scale`. NONE: nothing but what escalations, repeats and bots of other queues send.
    GIVEN: planned work in `batches`. QUEUE: a `share` of the contacts of `queue`, `delay_s` seconds later, times `scale`.
    """

    source: VolumeSource = VolumeSource.HISTORY
    scale: float = 1.0
    driver: str = ""
    rate: float = 0.0
    delay_days: tuple[float, ...] = (1.0,)
    batches: tuple[Batch, ...] = ()
    queue: str = ""
    share: float = 0.0
    delay_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.scale < float("inf"):
            raise ValueError(f"scale must be above 0, got {self.scale:g}")
        if self.source is VolumeSource.DRIVER:
            if not self.driver:
                raise ValueError("a volume from a driver must name the driver")
            if not 0 < self.rate < float("inf"):
                raise ValueError(f"rate must be above 0 contacts per unit, got {self.rate:g}")
            if abs(sum(self.delay_days) - 1) > 1e-6 or min(self.delay_days) < 0:
                raise ValueError(f"delay_days must be shares that sum to 1, got a sum of {sum(self.delay_days):g}")
        if (self.source is VolumeSource.GIVEN) != bool(self.batches):
            raise ValueError("batches and source given go together; give both or neither")
        if self.source is VolumeSource.QUEUE and not (self.queue and 0 < self.share <= 1 and 0 <= self.delay_s < float("inf")):
            raise ValueError(
                f"a volume from a queue names it, a share in (0, 1] and a delay of zero or more seconds, got {self.queue!r}, "
                f"{self.share:g} and {self.delay_s:g}"
            )


class HandlingSource(StrEnum):
    """Where the level of a queue's handling time comes from."""

    HISTORY = "history"
    GIVEN = "given"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a queue asks for, as a hard condition: `certificates` of the site, least soft-skill `scores` (skill, 0 to 1) and the least
    `level` of its language of everybody who answers it ("" any)."""

    certificates: tuple[str, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Contacts of one client's market in one language over one channel, with the promise made for them.

    `aht_s` is the mean handling time in seconds at full concurrency, where `journey` has reasons that of their mixture; with `aht_from`
    HISTORY it gives way to what the history recorded,
    with GIVEN it counts and history tells only how the hours of the day differ. `patience_s` is the mean time a customer waits before
    giving up (None: nobody gives up, Erlang C); `concurrency` the contacts one agent holds at once (chat only). `opening` is on the
    market's clock: for deferred channels it is when the work may be done, while contacts arrive at any hour. `journey` says what becomes of
    its contacts (None: each is answered once and that is all). `backlog` is what is open of a deferred queue when the horizon starts.
    `priority` decides whose contacts a free agent takes first, the higher the sooner (None: that of its reasons, else 0). `handling` and
    `waiting` say how handling times and patience vary, for simulation; formulas take both as exponential.
    """

    id: str
    market: str
    language: str
    channel: Channel
    aht_s: float
    opening: OpeningHours
    target: Target
    volume: Volume = Volume()
    patience_s: float | None = None
    aht_from: HandlingSource = HandlingSource.HISTORY
    concurrency: int = 1
    client: str = ""
    gate: Gate = Gate()
    journey: Journey | None = None
    backlog: tuple[OpenContacts, ...] = ()
    priority: int | None = None
    handling: Handling = _AS_HANDLED
    waiting: Waiting = _AS_WAITED

    def __post_init__(self) -> None:
        if not 0 < self.aht_s < float("inf"):
            raise ValueError(f"aht_s must be above 0 seconds, got {self.aht_s:g}")
        if self.patience_s is not None and not 0 < self.patience_s < float("inf"):
            raise ValueError(f"patience_s must be above 0 seconds, got {self.patience_s:g}; leave it out if nobody gives up")
        if not 1 <= self.concurrency <= 20:
            raise ValueError(f"concurrency must be 1 to 20 contacts, got {self.concurrency}")
        if self.concurrency > 1 and self.channel is not Channel.CHAT:
            raise ValueError(f"only chat can be handled several at once; concurrency of a {self.channel} queue must be 1")
        expected = LiveTarget if self.channel.live else DeferredTarget
        if not isinstance(self.target, expected):
            raise ValueError(f"a {self.channel} queue needs a {expected.__name__}, got {type(self.target).__name__}")
        if self.channel.live and self.volume.source in (VolumeSource.GIVEN, VolumeSource.QUEUE):
            raise ValueError(
                f"planned work is done when there is time, not on {self.channel}; write channel outbound or back_office"
            )
        if self.backlog and self.channel.live:
            raise ValueError(f"a {self.channel} queue has no backlog: whoever waits is on the line")
        for message, remedy in habit_faults(
            channel=self.channel,
            concurrency=self.concurrency,
            patience_s=self.patience_s,
            handling=self.handling,
            waiting=self.waiting,
        ):
            raise ValueError(f"{message}; {remedy}")


def habit_faults(
    *, channel: Channel, concurrency: int, patience_s: float | None, handling: Handling, waiting: Waiting
) -> tuple[tuple[str, str], ...]:
    """Return where handling and waiting do not suit a queue's channel, concurrency or patience, each with what to do."""
    said, chats = [], handling.by_chats_s
    if chats and channel is not Channel.CHAT:
        said.append((f"handling times by number of chats mean nothing for {channel}", "leave them out"))
    elif chats and len(chats) != concurrency:
        message = f"handling times are given for 1 to {len(chats)} chats in hand, but concurrency is {concurrency}"
        said.append((message, "give one for each number of chats"))
    for name, wanted in (("interruptible", handling.interruptible), ("hand_over", handling.hand_over)):
        if wanted and channel.live:
            said.append((f"{name} is for work that can wait, not for {channel}", f"leave {name} out"))
    nobody = f"nobody gives up on {channel}" if not channel.live else "nobody gives up: there is no patience_s"
    remedy = "write patience_s" if channel.live else "leave it out"
    if waiting.redial_prob and patience_s is None:
        said.append((f"redial_prob means nothing, since {nobody}", remedy))
    if waiting.law is not PatienceLaw.EXPONENTIAL and patience_s is None:
        said.append((f"{waiting.law} patience means nothing, since {nobody}", remedy))
    return tuple(said)


def open_intervals(queue: Queue, market: Market, grid: TimeGrid) -> Bools:
    """Return ``[T]``, True where `queue` is worked: its own opening hours on its market's clock."""
    return queue.opening.mask(grid.clock(market.zone), market.holiday_dates)
