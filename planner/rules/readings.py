"""How rows are read where their number alone does not say: averages, blocks of breaks, when a night shift is one.

Each entry names why. A reading is by country and rule, for the text of the law or of the row's note; the rest follows the plain number.
"""

from __future__ import annotations

EU = "EU"

EU_MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
"""Countries for which Directive 2003/88/EC is the floor."""

DIRECTIVE_REFERENCE_WEEKS = 17
"""Four months, Directive 2003/88/EC art. 16(b); Working Time Regulations 1998 reg. 4(3)."""

_AVERAGE_WEEKS: dict[tuple[str, str], int] = {
    (EU, "max_weekly_total_h"): DIRECTIVE_REFERENCE_WEEKS,  # art. 6: "average working time for each seven-day period"
    (EU, "max_night_shift_avg_h"): DIRECTIVE_REFERENCE_WEEKS,  # art. 8 leaves the period to members: the general one is taken
    ("GB", "max_weekly_total_h"): DIRECTIVE_REFERENCE_WEEKS,  # note of the row
    ("GB", "max_night_shift_avg_h"): DIRECTIVE_REFERENCE_WEEKS,  # reg. 6(3)
    ("PL", "max_weekly_normal_h"): DIRECTIVE_REFERENCE_WEEKS,  # note of the row
    ("ES", "max_weekly_normal_h"): 52,  # note of the row: annual average
    ("ES", "max_night_shift_avg_h"): 2,  # note of the row: 15 days
    ("DE", "max_daily_normal_h"): 24,  # note of max_daily_total_h: 8 h on average over 24 weeks
    ("DE", "max_weekly_normal_h"): 24,  # six times the daily average
}

WORKING_DAYS_OF_A_WEEK = 6
"""A daily average counts the days of a week but the weekly rest day: Working Time Regulations reg. 6(5); Arbeitszeitgesetz section 3
speaks of working days, which are Monday to Saturday."""

_PER_24_HOURS = frozenset(
    {EU, "GB", "PL", "PT", "DE", "FR"}
)  # Directive art. 3: rest "per 24-hour period"; others: between days

_RUN_OF_DAYS = frozenset({"PH", "EG"})  # notes: rest "after every six consecutive work days", "after six days"
RUN_DAYS = 6

_FROM_THRESHOLD = frozenset({"PL"})  # note: the break applies from 6 h; elsewhere in days longer than the threshold
_CONTINUOUS_WORK = frozenset(
    {"ZA", "IN"}
)  # BCEA section 14: who works continuously for more than five hours; India believed alike
_SUMMED_BREAKS = frozenset({"DE", "JP", "EG"})  # breaks may be taken in blocks
_BLOCK_MIN = {"DE": 15.0}  # note: blocks of at least 15 min
_BREAK_AFTER_H = {"JP": 6.0, "US-CA": 5.0, "DE": 6.0}  # notes of break_min
ASSUMED_BREAK_AFTER_H = 6.0
"""Where a row asks for a break and names no length of day (Mexico, the Philippines): days longer than six hours, an assumption."""

NIGHT_WORKER_H = 3.0
"""Hours of night that make a day one of night work: Directive 2003/88/EC art. 2(4)."""

LEAST_NIGHT = (0, 300)
"""Midnight to 05:00, which every definition of night holds (Directive 2003/88/EC art. 2(3)): taken where a law has no window here."""

_MOSTLY_NIGHT = frozenset({"TR"})  # believed, not seen in a source: more than half of the work at night


def on_top_of_daily_rest(country: str, rule: str) -> bool:
    """True where a weekly rest must be kept besides the daily one, unbroken: Directive 2003/88/EC art. 5 (24 h plus 11 h)."""
    return (country, rule) == (EU, "weekly_rest_h")


def average_weeks(country: str, rule: str) -> int | None:
    """Return over how many weeks a limit is averaged, None where every day or week must keep it."""
    found = _AVERAGE_WEEKS.get((country, rule))
    return _AVERAGE_WEEKS.get((EU, rule)) if found is None and country in EU_MEMBERS else found


def rest_per_24_hours(country: str) -> bool:
    """True where the daily rest must lie within 24 hours of the day's start, which bounds the day's length too."""
    return country in _PER_24_HOURS


def rest_after_a_run_of_days(country: str) -> bool:
    """True where the weekly rest must follow six worked days, False where any place in the week will do."""
    return country in _RUN_OF_DAYS


def break_from_threshold(country: str) -> bool:
    """True where a day of just the threshold's length already needs its break."""
    return country in _FROM_THRESHOLD


def threshold_is_continuous_work(country: str) -> bool:
    """True where the threshold of the break counts work without a break, False where it counts the day."""
    return country in _CONTINUOUS_WORK


def breaks_are_summed(country: str) -> bool:
    """True where several shorter breaks together make the break asked for."""
    return country in _SUMMED_BREAKS


def shortest_block_min(country: str) -> float:
    """Return the shortest break, in minutes, that counts towards a summed one."""
    return _BLOCK_MIN.get(country, 1.0)


def break_after_h(country: str) -> float | None:
    """Return the length of day from which the break is due where only a note says so."""
    return _BREAK_AFTER_H.get(country)


def night_shift_is_mostly_night(country: str) -> bool:
    """True where a night shift is one with more than half of its work at night, False where three hours make it one."""
    return country in _MOSTLY_NIGHT
