"""Who contacts us: markets, queues, their volume and their targets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from planner.domain.handling import MOST_CV, ServiceLaw
from planner.domain.queues import Channel, HandlingSource, HolidayPolicy, VolumeSource
from planner.domain.targets import Formula, RingMoment, Window
from planner.domain.waiting import LEAST_SHAPE, MOST_SHAPE, PatienceLaw
from planner.io.names import shown
from planner.io.settings.base import (
    Country,
    Day,
    Flag,
    Id,
    Language,
    Number,
    Seconds,
    Section,
    Share,
    Text,
    TimeOfDay,
    Whole,
    Zone,
    number,
)
from planner.io.settings.clock_times import opening_spans
from planner.io.settings.clocks import (
    BacklogSettings,
    ClockTable,
    CountedDays,
    DateSpanSettings,
    TimeOrEnd,
    ToDateSettings,
)
from planner.io.settings.frame import Level
from planner.io.settings.journey import BotSettings, EscalationSettings, ReasonSettings, RepeatSettings
from planner.io.settings.routing import Priority


def _rules(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _opening(rules: tuple[str, ...]) -> tuple[str, ...]:
    opening_spans(rules)
    return rules


Opening = Annotated[tuple[str, ...], BeforeValidator(_rules), AfterValidator(_opening)]


def _dies_out(value: float) -> float:
    if value >= 1:
        hint = f"; write {value / 100:g} for {value:g}%" if 1 < value < 100 else "; at 1 they would never die out"
        raise ValueError(f"must be 0 or more and below 1, got {value:g}{hint}")
    return number(at_least=0, below=1, share=True)(value)


ShareOrZero = Annotated[Number, AfterValidator(number(at_least=0, at_most=1, share=True))]


def _waited(value: Any) -> Any:
    numbers = isinstance(value, list | tuple) and len(value) == 2
    numbers = numbers and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
    if not numbers:
        raise ValueError(f"must be a pair of seconds and share such as [30, 0.1], got {shown(value)}")
    number(at_least=0, at_most=10_000_000, unit="seconds")(value[0])
    number(at_least=0, at_most=1, share=True)(value[1])
    return value


Waited = Annotated[tuple[float, float], BeforeValidator(_waited)]


class MarketSettings(Section):
    """The customers of one country."""

    id: Id = Field(examples=["uk"])
    """Short name, unique among markets: letters, digits, `_`, `.`, `-`."""

    country: Country = Field(examples=["GB"])
    """Country (ISO 3166, two letters): its public holidays, and its ringing tone for targets said in rings."""

    region: str | None = Field(default=None, examples=["ENG"])
    """Region of the country, where public holidays differ between regions."""

    zone: Zone = Field(examples=["Europe/London"])
    """IANA time zone of the customers: the clock of opening hours and of target windows."""

    language: Language = Field(examples=["en"])
    """Main language of the market: two or three small letters, such as en, or with a region, such as pt-BR."""

    open: Opening = Field(default=("24/7",), examples=[["Mon-Fri 08:00-20:00", "Sat,Sun 09:00-17:00"]])
    """Opening hours on the market's clock: "24/7", or a list of rules. A rule that ends before it starts runs over midnight
    ("Fri 22:00-02:00")."""

    holidays: HolidayPolicy = HolidayPolicy.OPEN
    """What public holidays do: "open" (nothing), "closed", or "sunday" (Sunday's hours apply)."""

    requires: tuple[Id, ...] = Field(default=(), examples=[["iso27001"]])
    """Certificates of a site (`certificates`) without which nobody there may answer these customers."""


class BatchSettings(Section):
    """Planned contacts of one date, or of days of every week, on the market's clock."""

    contacts: Annotated[Number, AfterValidator(number(above=0, at_most=1e7))] = Field(examples=[200])
    """How many on each such day."""

    date: Day | None = Field(default=None, examples=["2026-11-12"])
    """The date, or"""

    days: CountedDays | None = Field(default=None, examples=["Mon-Fri"])
    """the days of the week."""

    at: TimeOfDay = 0
    """From when they can be begun; their clock runs from then."""

    until: TimeOrEnd | None = Field(default=None, examples=["12:00"])
    """They come evenly until this time; without it all at once."""


class VolumeSettings(Section):
    """Where a queue's volume comes from."""

    source: VolumeSource = VolumeSource.HISTORY
    """"history": the queue's own rows of the history table. "driver": contacts that follow from a driver, such as orders. "none": no
    contacts of its own, only what other queues send (specialists who join). Planned work that can wait: "given", in `batches`; "queue", a
    share of another queue's contacts some time later."""

    counts: Literal["all", "first"] = "all"
    """What the volume counts: "all" contacts, those of customers who come back among them, so that `fcr` changes the volume only as far as
    it differs from `fcr_recorded`; or "first" contacts alone, so that those who come back are added."""

    scale: Annotated[Number, AfterValidator(number(above=0, at_most=1e6))] = 1.0
    """Multiplies the volume; 0.5 halves it."""

    driver: Id | None = Field(default=None, examples=["orders_nl"])
    """Name of the driver in the drivers table (with source "driver")."""

    rate: Annotated[Number, AfterValidator(number(above=0, at_most=1e6))] | None = Field(default=None, examples=[0.02])
    """Contacts per unit of the driver (with source "driver"): 0.02 is two contacts per hundred orders."""

    delay_days: tuple[ShareOrZero, ...] | None = Field(default=None, examples=[[0.4, 0.4, 0.2]])
    """Shares of the contacts that come on the same day, the next day, and so on, summing to 1. Default: all on the same day."""

    batches: tuple[BatchSettings, ...] = ()
    """Planned work (with source "given"): follow-ups, surveys, notices."""

    queue: Id | None = Field(default=None, examples=["uk_voice"])
    """Queue whose contacts this work follows (with source "queue")."""

    share: Share | None = Field(default=None, examples=[0.1])
    """Share of that queue's contacts that it follows: 0.1 is a survey after every tenth."""

    delay_h: Annotated[Number, AfterValidator(number(at_least=0, at_most=8_760, unit="hours"))] | None = Field(
        default=None, examples=[24]
    )
    """How many hours later (with source "queue"). Default: at once."""


class TargetSettings(Section):
    """What is promised for a queue. Live channels promise seconds or rings, the others hours."""

    level: Level | None = Field(default=None, examples=[0.80])
    """Share of contacts that must be reached in time: 0.80 for 80%. Below 1. Must be written unless `clock` is a preset that names one."""

    within_s: Annotated[Number, AfterValidator(number(at_least=0, at_most=10_000_000, unit="seconds"))] | None = Field(
        default=None, examples=[20]
    )
    """In time means within this many seconds (voice and chat)."""

    within_rings: Annotated[Whole, AfterValidator(number(at_least=1, at_most=100, unit="rings"))] | None = Field(
        default=None, examples=[3]
    )
    """In time means within this many rings of the ringing tone that callers hear (voice), instead of `within_s`."""

    ring_moment: RingMoment | None = None
    """Which moment of the last ring counts: its "start", its "end" (the default), or the moment "before_next" would begin."""

    ring_country: Country | None = None
    """Whose ringing tone is meant; by default the market's country."""

    within_h: Annotated[Number, AfterValidator(number(above=0, at_most=8_760, unit="hours"))] | None = Field(
        default=None, examples=[24]
    )
    """In time means within this many hours on the wall clock (email, social, marketplace)."""

    clock: ClockTable | None = Field(default=None, examples=["amazon_24h"])
    """In time means before this clock runs out, instead of `within_h`: a preset's name or a table (email, social, marketplace)."""

    auto_reply_share: ShareOrZero | None = None
    """Share of contacts that get an automatic reply at once. Where the clock counts that as the answer (`auto_reply_stops`) they are in
    time; either way somebody has to work them."""

    holiday_mode: tuple[DateSpanSettings, ...] = ()
    """Dates on which the shop is in holiday mode; the clock says what that does."""

    formula: Formula | None = None
    """How abandoned contacts count (voice and chat), by default "offered": answered in time over all offered. "answered": over answered.
    "excluding_short_abandons": over offered less those who gave up in time. "crediting_short_abandons": those count as answered in
    time. "virtual": the wait that patient customers would have."""

    window: Window = Window.WEEK
    """Over what stretch of the market's clock the share is measured: "interval", "day", "week", "month", "contract", or, for work that
    can wait, "rolling": at the end of each day over the `rolling_days` before. A preset that names a rolling window brings it along."""

    rolling_days: Annotated[Whole, AfterValidator(number(at_least=1, at_most=366, unit="days"))] | None = Field(
        default=None, examples=[30]
    )
    """How many days a rolling window spans."""

    to_date: tuple[ToDateSettings, ...] = ()
    """What was already measured in the days of a rolling window that lie before the horizon. Without it the window counts what it has."""

    max_occupancy: Share | None = Field(default=None, examples=[0.88])
    """Upper limit of the planned share of on-seat time spent on contacts. For deferred work it leaves room for busier days."""

    floor: Share | None = Field(default=None, examples=[0.5])
    """Least share in any one interval where the window is longer (voice and chat), at most `level`. Default: 0.5, or `level` if lower."""


class QueueSettings(Section):
    """Contacts of one market in one language over one channel."""

    id: Id = Field(examples=["uk_voice"])
    """Short name, unique among queues; the history table uses it in its column `queue`."""

    market: Id = Field(examples=["uk"])
    """Id of the market the contacts come from."""

    channel: Channel = Field(examples=["voice"])
    """"voice", "chat", "email", "social", "marketplace", or for planned work "outbound" and "back_office"."""

    language: Language | None = None
    """Language of the contacts; by default the market's."""

    client: Text | None = None
    """Client the contacts belong to, where an account holds several."""

    aht_s: Seconds | None = Field(default=None, examples=[300])
    """Mean handling time in seconds, after-contact work included; for chat, with as many contacts at once as `concurrency` says. Where
    the history tells it for 50 intervals or more, what was recorded counts instead, by hour of the day; see `aht_from`. Needed, unless
    every one of `reasons` has its own."""

    aht_from: HandlingSource | None = None
    """"history": recorded handling times win over `aht_s`. "given": the mean is `aht_s`, and history only tells how the hours of the
    day differ. By default "history", or "given" where `reasons` have handling times. An override that writes `aht_s` means "given"."""

    patience_s: Annotated[Number, AfterValidator(number(at_least=0.001, at_most=10_000_000, unit="seconds"))] | None = Field(
        default=None, examples=[240]
    )
    """Mean time in seconds after which a waiting customer gives up (voice and chat). Leave it out and nobody gives up."""

    concurrency: Annotated[Whole, AfterValidator(number(at_least=1, at_most=20))] = 1
    """How many contacts one agent holds at once (chat only)."""

    priority: Priority | None = None
    """The higher, the sooner a free agent takes contacts of this queue, in simulation; live contacts come before deferred work all the
    same. Default: the mean priority of its `reasons`, else 0."""

    aht_law: ServiceLaw | None = None
    """How single handling times vary in simulation: "exponential", "lognormal" or "fixed" (all alike). Formulas take them as exponential.
    By default exponential, or lognormal with the variation of `aht_cv` or of `reasons`."""

    aht_cv: Annotated[Number, AfterValidator(number(above=0, at_most=MOST_CV))] | None = Field(default=None, examples=[1.2])
    """Coefficient of variation of single handling times (standard deviation over mean). By default that of the mixture of `reasons`."""

    aht_by_chats_s: tuple[Seconds, ...] = Field(default=(), examples=[[200, 240, 300]])
    """Mean handling time in seconds with 1, 2, ... chats in hand, up to `concurrency`; the last is `aht_s`. They must not fall. Simulation
    alone; without it, a chat takes as long alone as among others."""

    patience_law: PatienceLaw | None = None
    """How patience varies in simulation: "exponential" (the default), "weibull" of `patience_shape`, or "recorded": `patience_waits`
    or the waits table. Formulas take it as exponential with mean `patience_s`."""

    patience_shape: Annotated[Number, AfterValidator(number(at_least=LEAST_SHAPE, at_most=MOST_SHAPE))] | None = Field(
        default=None, examples=[0.8]
    )
    """Shape of Weibull patience: below 1, who has waited long gives up less readily; above 1 more readily."""

    patience_waits: tuple[Waited, ...] = Field(default=(), examples=[[[0, 0.02], [30, 0.1], [120, 0.4]]])
    """Patience as it was recorded: pairs of seconds waited and the share that would have given up by then, had nobody answered
    (Kaplan and Meier's estimate). Who stays longer gives up at the mean rate of those before. `patience_s` is then their mean, unless
    written."""

    redial_prob: Annotated[Number, AfterValidator(_dies_out)] = 0.0
    """Share of those who give up that try again, in simulation. Below 1. The volume is taken to count first attempts alone."""

    redial_after_s: Seconds | None = None
    """Mean seconds after which they try again (exponential), by default 300."""

    interruptible: Flag = False
    """Whether live contacts interrupt this work (email, social, marketplace), which goes on afterwards, in simulation. Otherwise a piece
    begun is finished first."""

    hand_over: Flag = False
    """Whether cases open at the end of a shift go back to the queue (email, social, marketplace), in simulation. Otherwise they are
    finished first."""

    open: Opening | None = None
    """Opening hours, by default the market's. For work that can wait: when it may be done."""

    holidays: HolidayPolicy | None = None
    """What public holidays do, by default as the market says."""

    requires: tuple[Id, ...] = ()
    """Certificates of a site without which nobody there may answer, besides those the market asks for."""

    least_scores: dict[Id, ShareOrZero] = Field(default={}, examples=[{"empathy": 0.7}])
    """Least soft-skill scores, 0 to 1, of everybody who answers (agents table, column scores)."""

    least_level: Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"] | None = None
    """Least level in the queue's language of everybody who answers (agents table, column languages)."""

    volume: VolumeSettings = VolumeSettings()
    """Where the volume comes from; by default the queue's rows of the history table."""

    reasons: tuple[ReasonSettings, ...] = ()
    """Why contacts come. Their shares sum to 1."""

    fcr: ShareOrZero | None = Field(default=None, examples=[0.75])
    """First-contact resolution: share of contacts that leave nothing to come back for. By default nobody is said to come back."""

    fcr_recorded: ShareOrZero | None = None
    """First-contact resolution when the history was recorded, by default `fcr`. Where they differ, contacts change (`counts = "all"`)."""

    repeats: tuple[RepeatSettings, ...] = ()
    """How the others come back."""

    escalations: tuple[EscalationSettings, ...] = ()
    """Contacts for which a specialist joins."""

    bot: BotSettings | None = None
    """A bot that answers first."""

    backlog: tuple[BacklogSettings, ...] = Field(default=(), examples=[["{ age_h = 5, contacts = 40 }"]])
    """What is open when the horizon starts, by age."""

    target: TargetSettings = Field(examples=["{ level = 0.80, within_s = 20 }"])
    """What is promised."""
