"""What an explanation says: figures with their source, conflicts, prices, and who is needed for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from planner.domain.targets import Window


class Source(StrEnum):
    """How a figure was computed."""

    BOUND = "bound difference"  # two linear programs solved, their optima compared
    DUAL = "dual price"  # the slope of one linear program's optimum
    ROSTERS = "difference of two rosters"  # both evaluated to the end
    PLAN = "counted in the plan"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`amount` in `unit` found by `source`; `error` is how far off the arithmetic may be (0: exact)."""

    amount: float
    unit: str
    source: Source
    error: float = 0.0

    @property
    def sure(self) -> bool:
        """True when the amount is larger than its own error: there is something to say."""
        return abs(self.amount) > self.error


class LimitKind(StrEnum):
    """What can be in the way of a plan, apart from what was promised."""

    SEATS = "seats"
    MOST = "max_heads"
    LEAST = "min_heads"
    DAYS = "days_per_week"
    STARTS = "starts"
    LENGTHS = "lengths"
    BREAKS = "breaks"
    SKILLS = "skills"
    AWAY = "absence"


@dataclass(frozen=True, kw_only=True, order=True)
class Limit:
    """A limit of the account: `target` is the site, group, shift rule or (for skills) the queues' ids joined by commas."""

    kind: LimitKind
    target: str

    @property
    def id(self) -> str:
        """Kind and target: ``seats:lisbon``."""
        return f"{self.kind.value}:{self.target}"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A demand in a conflict: `agents` on seat for `queues` together, at most, from `start_utc` to `end_utc`.

    For the least headcount of a group `group` is set, `agents` is that headcount, and there are no queues and no hours. For a promise over
    a window `clause` is set: the share `level` of `contacts` in time, `agents` at least in each of its intervals included.
    """

    agents: float
    queues: tuple[str, ...] = ()
    start_utc: datetime | None = None
    end_utc: datetime | None = None
    group: str = ""
    clause: str = ""
    level: float = 0.0
    contacts: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """A limit moved by `amount`, or a change of shifts or skills, and what comes of it.

    `fewer` is how much less is missing (on-seat agent-hours, or agents of a least headcount), `cost` what the cheapest plan then costs
    more (negative: less), shortfall priced; None where it was not computed. `enough` is True when nothing is missing any more.
    """

    limit: Limit
    sentence: str
    amount: int
    fewer: Figure | None
    cost: Figure | None
    enough: bool


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Demands and limits that cannot all hold, none of which can be left out: without any one of them the others can be met.

    `missing` is what even the best plan under all limits of the account lacks of these demands. `whole` is True when it took whole
    people to show it, False when no fractions of people could do it either.
    """

    demands: tuple[Wanted, ...]
    limits: tuple[Limit, ...]
    sentences: tuple[str, ...]
    missing: Figure
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class ShortInterval:
    """`agents` missing on seat from `queue` in the interval from `start_utc`."""

    queue: str
    start_utc: datetime
    agents: float


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """Why the plan is short of the requirement.

    `hours` on-seat agent-hours are missing in the plan, `forced` of them even the best plan misses: None where it was not computed. The
    rest is by choice: `full_cover` is what meeting every requirement that limits allow would add to the cheapest plan's cost.
    """

    hours: float
    intervals: int
    worst: tuple[ShortInterval, ...]
    price_per_h: float
    forced: Figure | None
    conflicts: tuple[Conflict, ...]
    relaxations: tuple[Relaxation, ...]
    full_cover: Figure | None


@dataclass(frozen=True, kw_only=True)
class CostPart:
    """A part of the plan's cost: `amount` is `share` of the whole; lead-in excluded."""

    name: str
    hours: float
    amount: float
    share: float


@dataclass(frozen=True, kw_only=True)
class HourPrice:
    """One hour of the clock of `zone` over the whole horizon: `open_days` with any need for `queues` in it.

    `agents` is the mean number the cheapest plan means to have on seat while there is any need, `per_agent_h` what one more agent on seat
    for an hour costs there, `cost` the hour's part of the cheapest plan: agents times price. Both are dual prices.
    """

    queues: tuple[str, ...]
    zone: str
    hour: int
    open_days: int
    agents: float
    per_agent_h: float
    cost: float


@dataclass(frozen=True, kw_only=True)
class LimitPrice:
    """What a limit or rule costs: `sentence` says it; `change` what was tried; `figure` how much less the cheapest plan then costs
    (negative: more); `share` of the cheapest plan's cost."""

    limit: str
    sentence: str
    change: str
    figure: Figure
    share: float


@dataclass(frozen=True, kw_only=True)
class MarginalPrice:
    """What a little more of a promise costs: one more point of a level, one hour of opening more or less."""

    subject: str
    change: str
    figure: Figure
    share: float


@dataclass(frozen=True, kw_only=True)
class Margin:
    """How far a promise is from its target over one window: contacts `within` of `offered`, `spare` contacts above the target (negative:
    below it)."""

    clause: str
    window: Window
    window_start_utc: datetime
    window_date: date
    level: float
    target: float
    offered: float
    spare: float
    probability: float | None
    met: bool


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The plan's cost taken apart: what it is made of, its dearest hours and limits, prices at the margin, promises and their margins.

    `cheapest` is the optimum of the shift model's linear relaxation, in the terms of the plan's proof (lead-in and priced shortfall
    included), `objective` the plan's own: every price is about `cheapest`. None where it was not computed.
    """

    cost: float
    parts: tuple[CostPart, ...]
    groups: tuple[CostPart, ...]
    objective: float | None
    cheapest: Figure | None
    hours: tuple[HourPrice, ...]
    limits: tuple[LimitPrice, ...]
    prices: tuple[MarginalPrice, ...]
    margins: tuple[Margin, ...]


@dataclass(frozen=True, kw_only=True)
class LevelChange:
    """A promise over one window before and after: `after` None when nothing is counted any more. `other_law` is True where the two were
    judged by different laws, so that their difference is not all the head's."""

    clause: str
    window: Window
    window_start_utc: datetime
    window_date: date
    before: float
    after: float | None
    target: float
    other_law: bool = False


@dataclass(frozen=True, kw_only=True)
class AgentNeed:
    """What one agent is there for: the roster without them, divided and evaluated again.

    `saved` is the cost that would go, lead-in excluded. `short` intervals miss more agents than with them, `newly_short` of them were
    covered before; `worst` are the shortest. `changes` are the promises whose level moves.
    """

    agent: str
    group: str
    site: str
    pattern: str
    shifts: int
    paid_h: float
    saved: float
    changes: tuple[LevelChange, ...]
    short: int
    newly_short: int
    short_h: float
    worst: tuple[ShortInterval, ...]
    below_least: int | None


@dataclass(frozen=True, kw_only=True)
class GroupThere:
    """People of `group` in an interval, as averages over it: `heads` rostered outside breaks, `present` after absence, `on_seat` after
    losses, `given` to the queue. `agents` are the ids on shift, those on a break all the interval left out."""

    group: str
    heads: float
    present: float
    on_seat: float
    given: float
    availability: float
    agents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OneLess:
    """What it would mean if one head of `group` were away for the interval: levels of the interval, and of the promises that move."""

    group: str
    queue: str
    level_before: float | None
    level_after: float | None
    on_seat_after: float
    changes: tuple[LevelChange, ...]


@dataclass(frozen=True, kw_only=True)
class IntervalStory:
    """Why so many are there for a queue in an interval: contacts, load, agents by formula, heads and who.

    `contacts` expected in the interval of `interval_s`, `aht_s` each; `load` is contacts x handling time over the interval: contacts
    being worked on at once, of which one agent holds `concurrency`; `in_hand` the contacts in hand that staffing follows (None: deferred,
    or sized at each interval's own load); `required` on seat by `method`, which reaches `level_at_requirement`; `given` on seat, `level`
    delivered. None where there is nothing to say.
    """

    queue: str
    start_utc: datetime
    interval_s: int
    zone: str
    open: bool
    contacts: float | None
    aht_s: float | None
    load: float | None
    concurrency: int
    in_hand: float | None
    required: float | None
    method: str
    level_at_requirement: float | None
    given: float
    level: float | None
    occupancy: float | None
    target: float
    groups: tuple[GroupThere, ...]
    one_less: tuple[OneLess, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One linear program that was solved: what it asked, its optimum, the bound its duals prove, seconds, and how it ended."""

    asked: str
    status: str
    objective: float | None
    bound: float | None
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Answers about a finished plan; what was not asked for is None. `left_out` says what there was no time for."""

    account: str
    currency: str
    overview: Overview | None = None
    shortage: Shortage | None = None
    queue: str = ""
    queue_prices: tuple[MarginalPrice, ...] = ()
    queue_hours: tuple[HourPrice, ...] = ()
    queue_margins: tuple[Margin, ...] = ()
    interval_utc: datetime | None = None
    intervals: tuple[IntervalStory, ...] = ()
    agent: AgentNeed | None = None
    questions: tuple[Question, ...] = ()
    left_out: tuple[str, ...] = ()
    stopped: bool = False
