"""The frame of an account: who it is, what stretch is planned, how, and where the tables are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from planner.domain.grid import INTERVALS_S
from planner.io.settings.base import Currency, Day, Number, Section, Share, Text, Whole, Zone, number


def _interval(minutes: int) -> int:
    allowed = [s // 60 for s in INTERVALS_S]
    if minutes not in allowed:
        raise ValueError(f"must be one of {', '.join(map(str, allowed))} minutes, got {minutes}")
    return minutes


class AccountSettings(Section):
    """Who is planned for."""

    name: Text = Field(examples=["Gift shop"])
    """Name shown in reports. Free text of up to 120 characters; it must not begin like a spreadsheet formula."""

    currency: Currency = Field(examples=["USD"])
    """Currency of costs and prices: three capital letters of ISO 4217. Wages may be in others, see `fx`."""


class HorizonSettings(Section):
    """The stretch planned: whole local days of one time zone."""

    zone: Zone = Field(examples=["Europe/London"])
    """IANA time zone whose midnights begin and end the horizon."""

    start: Day = Field(examples=["2026-11-09"])
    """First day planned: a TOML date, written without quotes."""

    days: Annotated[Whole, AfterValidator(number(at_least=1, at_most=56, unit="days"))] = Field(examples=[7])
    """How many days are planned, 1 to 56 (eight weeks). A day of a clock change has 23 or 25 hours."""

    interval_min: Annotated[Whole, AfterValidator(_interval)] = 15
    """Length of the plan's intervals in minutes: 5, 10, 15, 20, 30 or 60."""


class RunSettings(Section):
    """How the plan is computed. Everything here may be left out."""

    seed: Annotated[Whole, AfterValidator(number(at_least=0, at_most=2**31 - 1))] = 20_260_101
    """Seed of everything drawn at random. The same seed gives the same plan."""

    scenarios: Annotated[Whole, AfterValidator(number(at_least=1, at_most=10_000))] = 200
    """How many futures are drawn from the forecast to find the probability that each promise holds."""

    gap: Annotated[Number, AfterValidator(number(at_least=0, below=1, share=True))] = 0.05
    """The search for shifts ends when the plan is proven to cost at most this share more than the cheapest one possible."""

    time_limit_s: Annotated[Number, AfterValidator(number(above=0, at_most=604_800, unit="seconds"))] = 300.0
    """The search for shifts ends after this many seconds at the latest, with the best plan found and its proven gap."""

    shortfall_price_per_h: Annotated[Number, AfterValidator(number(above=0, at_most=1e9))] | None = None
    """What one missing agent-hour on seat costs in the search, in the account's currency. Default: five times the dearest hour."""

    solver: Literal["highs", "cbc"] = "highs"
    """Solver of the shift model: "highs", or "cbc" where it is installed."""

    plan_for: Annotated[Number, AfterValidator(number(above=0, below=1, share=True))] | None = None
    """Staff for this quantile of demand instead of its mean: 0.8 means enough people in four futures out of five."""

    sizing: Literal["mol", "sipp"] = "mol"
    """Load that live queues are staffed to: "mol", the contacts in hand, which lag behind arrivals by about one handling time (modified
    offered load); "sipp", each interval as if its arrivals had always come at that rate, as most calculators do."""

    cover: Literal["window", "interval"] = "window"
    """What shifts must reach: "window", each promise over the window the contract measures it by, with a floor in every interval;
    "interval", the promised level in every single interval, which takes more people."""

    certainty: Annotated[Number, AfterValidator(number(at_least=0.5, at_most=0.99, share=True))] | None = None
    """Staff so that each window of a promise over more than an interval holds at least with this chance, counted over demand scenarios,
    absences and the luck of the draw. By default promises are kept on expectation."""

    fill: Literal["anonymous", "none"] = "anonymous"
    """Where the agents table has too few people: "anonymous" has agents yet to be hired work the rest, "none" leaves it unworked, so that
    service and cost are those of the people there are. Either way the plan lists where to hire or ask for overtime."""

    promises: Literal["kept", "paid"] = "kept"
    """What the plan aims at where clauses have tiers: "kept", the promised level of every window; "paid", the least cost and expected
    service credits together, above or below the promised level. Promises without tiers are kept either way."""

    roster_time_limit_s: Annotated[Number, AfterValidator(number(above=0, at_most=604_800, unit="seconds"))] = 120.0
    """The search for who works when ends after this many seconds at the latest, with the best roster found and its proven gap."""

    skills: Literal["apart", "simulated"] = "apart"
    """How people who can do several things are counted. "apart" divides their time among their queues and lets every part serve its queue
    alone, as if nobody ever helped out: safe, and dear. "simulated" designs, simulates the floor with its routing, asks each promise for
    more or less, and takes spare people off, until every promise is just kept in simulation. What it does not judge is refused with it:
    `certainty`, `promises` "paid", `simulations` 0 and the formula "virtual"."""

    simulations: Annotated[Whole, AfterValidator(number(at_least=0, at_most=100_000))] = 100
    """Over how many horizons the finished plan is simulated at the expected contacts, and as many futures: what stands beside the computed
    levels. 0 simulates nothing."""


class TablesSettings(Section):
    """Where the big tables are. Without this section, files named history, drivers, agents, time_off, preferences, locks and
    waits (.csv, .csv.gz, .parquet, .xlsx) are taken."""

    history: str | None = Field(default=None, examples=["history.csv"])
    """File of contact history inside the account's folder. Columns: interval_start, queue, offered; where known interval_s, handled,
    abandoned, aht_s."""

    drivers: str | None = Field(default=None, examples=["drivers.csv"])
    """File of drivers (orders, visits, deliveries) inside the account's folder. Columns: interval_start, driver, count; where known
    interval_s."""

    agents: str | None = Field(default=None, examples=["agents.csv"])
    """File of the people, under pseudonyms: agent; group or site with languages ("de:C1 en:B2") and channels; where needed days_per_week,
    least_days, hours_per_week, shifts, availability ("Mon-Fri 08:00-20:00"), earliest_start, latest_start, nights ("any", "never",
    "only"), scores ("empathy:0.8"), valid_from, valid_to, nights_before, weekend_days_before, least_hours (owed a week), last_shift_end
    ("2026-11-08 23:00" on the site's clock), days_in_a_row_before, hours_before. Without it the roster is anonymous."""

    time_off: str | None = Field(default=None, examples=["time_off.csv"])
    """File of days off: agent, from, to, both dates included, on the site's clock. Reasons are not read; keep them elsewhere."""

    preferences: str | None = Field(default=None, examples=["preferences.csv"])
    """File of wishes: agent, wish ("off", "want" or "avoid" a shift that starts `from` a time `to` a time); weekday or date, else every
    day; weight 1 to 5."""

    locks: str | None = Field(default=None, examples=["locks.csv"])
    """File of what is settled: agent, date, shift (the id of a shift, "any", or "off"), and where needed start ("07:00")."""

    waits: str | None = Field(default=None, examples=["waits.csv"])
    """File of single waits, for queues with patience_law = "recorded": queue, wait_s, gave_up (true or false)."""

    history_zone: Zone | None = Field(default=None, examples=["America/New_York"])
    """Zone of time stamps written without offset, in either table. A local time that a clock change skips or repeats is an error."""

    unknown_queues: Literal["refuse", "ignore"] = "refuse"
    """What to do with history rows of queues the account does not have: refuse the file (a typing error would go unseen otherwise) or
    ignore those rows."""


Level = Annotated[Share, AfterValidator(number(below=1))]
"""A promised share: above 0 and below 1, since no number of agents answers every contact in time."""
