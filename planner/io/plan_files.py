"""The files of a plan folder: their names, their columns, and how times and text are spelled in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise

from planner.domain.evaluation import AGE_BANDS_H
from planner.domain.grid import zone_info
from planner.domain.simulation import SHARES

KIND = "third-ring plan"
"""What `summary.json` says under ``kind``: the mark of a plan folder."""

FORMAT = 1
"""Version of the folder's layout; a reader refuses one it does not know."""

AGE_COLUMNS: tuple[str, ...] = (
    f"open_under_{AGE_BANDS_H[0]}h",
    *(f"open_{low}_to_{high}h" for low, high in pairwise(AGE_BANDS_H)),
    f"open_{AGE_BANDS_H[-1]}h_and_over",
)
"""Columns of deferred.csv for what is open by band of age."""

WAIT_COLUMNS: tuple[str, ...] = tuple(f"wait_p{100 * share:.10g}_s" for share in SHARES)
"""Columns of simulation.csv for the waits that so many of a hundred answered contacts do not exceed."""

SIMULATED_COLUMNS: tuple[str, ...] = (
    "simulated",
    "simulated_level",
    "simulated_low",
    "simulated_high",
    "simulated_met",
    "simulated_probability",
    "computed_level",
    "simulated_credit",
)
"""Last columns of sla.csv: whether the window was simulated, what came of it, the computed level beside it, and what tiers owe in simulated
futures."""

TABLES: dict[str, tuple[str, ...]] = {
    "demand.csv": (
        "queue",
        "interval_start_utc",
        "interval_s",
        "contacts",
        "aht_s",
        "contacts_p10",
        "contacts_p50",
        "contacts_p90",
    ),
    "requirement.csv": ("queue", "interval_start_utc", "agents", "level_at_requirement", "least_agents", "planned_agents"),
    "shifts.csv": (
        "shift",
        "site",
        "group",
        "pattern",
        "date",
        "start_utc",
        "end_utc",
        "start_local",
        "breaks",
        "heads",
        "paid_h_per_head",
        "end_local",
        "lead_in",
        "tour",
    ),
    "tours.csv": ("group", "pattern", "agents"),
    "agents.csv": (
        "agent",
        "group",
        "site",
        "skills",
        "contract",
        "pattern",
        "named",
        "days",
        "hours",
        "nights",
        "weekend_days",
    ),
    "roster.csv": ("agent", "shift", "start_utc", "end_utc", "breaks", "activity"),
    "open_shifts.csv": ("group", "site", "shift", "date", "start_utc", "end_utc", "start_local", "heads", "overtime", "filled"),
    "capacity.csv": ("group", "interval_start_utc", "scheduled", "present", "on_seat", "simulated_occupancy"),
    "coverage.csv": ("group", "queue", "interval_start_utc", "on_seat"),
    "service.csv": (
        "queue",
        "interval_start_utc",
        "offered",
        "on_seat",
        "level",
        "occupancy",
        "abandonment",
        "mean_wait_s",
        "shortfall",
    ),
    "sla.csv": (
        "clause",
        "scope",
        "window",
        "window_start_utc",
        "window_date",
        "offered",
        "within",
        "level",
        "formula",
        "threshold_s",
        "target",
        "met",
        "probability",
        "basis",
        "partial",
        "expected_credit",
        *SIMULATED_COLUMNS,
    ),
    "simulation.csv": (
        "queue",
        "interval_start_utc",
        "offered",
        "answered",
        "within",
        "abandoned",
        "level",
        "mean_wait_s",
        *WAIT_COLUMNS,
        "open",
        "oldest_s",
        "overdue",
    ),
    "deferred.csv": (
        "queue",
        "interval_start_utc",
        "arrived",
        "done",
        "open",
        "overdue",
        "oldest_s",
        *AGE_COLUMNS,
    ),
    "overload.csv": ("queue", "date", "contacts", "late", "closed", "latest_s", "at_start"),
    "cost.csv": ("site", "group", "item", "hours", "rate", "amount", "currency"),
    "price.csv": ("site", "group", "item", "hours", "rate", "amount", "currency"),
}
"""The CSV files and their columns. Columns may be added, never renamed."""

CHANGES = "changes.csv"
"""The table of a re-planned plan: what was changed in the published one."""

CHANGE_COLUMNS = ("date", "agent", "kind", "was", "now", "was_shift", "is_shift", "price", "currency", "reason")
"""Its columns."""

SUMMARY, INPUTS, SCENARIOS, PAGE, WORKBOOK = "summary.json", "inputs.json", "scenarios.npz", "report.html", "plan.xlsx"

ROUTES = "routes"
"""Key of `inputs.json` with who may take what, defaults filled in: it follows from the rest."""

SIMULATION = "simulation"
"""Key of `summary.json` with what simulation.csv cannot hold: how many horizons and futures, seed, waits of the whole horizon."""
SMALL_DESKS = "small_desks"
"""Key of `summary.json` with what queues served by one to three people at once can promise, where there are any."""

NAMES: frozenset[str] = frozenset((*TABLES, SUMMARY, INPUTS, SCENARIOS, PAGE, WORKBOOK))
"""Every name a plan folder holds."""

WHY = "why.json"
"""The explanation of the plan, where one was kept."""

SOMETIMES: frozenset[str] = frozenset((CHANGES, WHY))
"""Names that only some plan folders hold."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_DISARMED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def disarm(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: a leading ``= + - @``, tab or line end gets a ``'`` before it.

    Text that already looks disarmed gets one more, so that :func:`rearm` gives back exactly what went in.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def rearm(cell: str) -> str:
    """Return the text that :func:`disarm` was given."""
    return cell[1:] if _DISARMED.match(cell) else cell


def utc_text(when: datetime) -> str:
    """Return an instant as ISO 8601 UTC ending in ``Z``."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local_text(when: datetime, zone: str) -> str:
    """Return an instant as ISO 8601 on the wall clock of `zone`, with its offset."""
    return when.astimezone(zone_info(zone)).isoformat()


def parse_utc(text: str) -> datetime:
    """Return the instant written as ISO 8601 UTC ending in ``Z``; raise ValueError for anything else."""
    if not text.endswith("Z"):
        raise ValueError("is not a UTC time ending in Z")
    return datetime.fromisoformat(text).astimezone(UTC)


def quantile_column(level: float) -> str:
    """Return the column of demand.csv that holds the quantile at probability `level`: ``contacts_p90`` for 0.9."""
    return f"contacts_p{100 * level:.10g}"
