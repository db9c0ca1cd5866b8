"""Settings and tables to an account: every check of every part, in one list of problems."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from planner.domain.account import Account
from planner.domain.history import Tables
from planner.domain.queues import VolumeSource
from planner.errors import Problem
from planner.io.draft import Draft
from planner.io.fit import check_fit
from planner.io.names import did_you_mean
from planner.io.people import check_certificates, resolve_staff
from planner.io.resolve import contract_of, horizon_of, resolve, settings_of
from planner.io.resolve_journey import endless_problems, resolve_quality
from planner.io.resolve_planned import check_followed
from planner.io.resolve_routing import resolve_routing
from planner.io.resolved import Resolved
from planner.io.tables.digest import tables_sha256


@dataclass(frozen=True)
class Built:
    """An account, or the problems that stand in its way (then `account` is None)."""

    account: Account | None
    problems: tuple[Problem, ...]


def build_account(
    draft: Draft, tables: Tables, problems: list[Problem], *, folder: str, override: str = "", tables_read: bool = True
) -> Built:
    """Return the account that `draft` and `tables` make, or all problems, those given first.

    With `tables_read` False (a table could not be read) nothing is said about queues that find no volume in the tables.
    """
    waits = {one.queue: one.steps for one in tables.waits} if tables_read else None
    done = resolve(draft, years=_years(draft, tables), waits=waits)
    horizon = horizon_of(draft)
    done.routing = resolve_routing(done)
    check_fit(done, horizon)
    check_certificates(done)
    people, time_off, preferences, locks = resolve_staff(done, tables, override=override)
    quality = resolve_quality(done, draft.quality, people)
    if tables_read:
        _volumes(done, tables)
    everything = tuple(dict.fromkeys([*problems, *done.problems]))
    if everything or horizon is None or draft.account is None:
        return Built(None, everything)
    account = Account(
        name=draft.account.name,
        currency=draft.account.currency,
        horizon=horizon,
        markets=tuple(done.markets.values()),
        queues=tuple(done.queues.values()),
        sites=tuple(done.sites.values()),
        groups=tuple(done.groups.values()),
        shift_rules=tuple(done.shift_rules.values()),
        events=tuple(done.events.values()),
        contract=contract_of(draft, done.clauses),
        settings=settings_of(draft),
        rates=tuple(sorted((draft.fx or {}).items())),
        people=people,
        time_off=time_off,
        preferences=preferences,
        locks=locks,
        quality=quality,
        routing=done.routing,
        override=override,
        tables_sha256=tables_sha256(tables),
        tables=tables,
        source=plain(draft.raw),
        folder=folder,
    )
    endless = endless_problems(account, draft)
    return Built(None, endless) if endless else Built(account, ())


def plain(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deep copy of settings that shares nothing with `raw`."""
    return deepcopy(dict(raw))


def _years(draft: Draft, tables: Tables) -> range:
    """Return the calendar years that history and horizon touch, one more on either side for clocks ahead or behind."""
    starts = [s.start_s[edge] for s in (*tables.history, *tables.drivers) if len(s.start_s) for edge in (0, -1)]
    years = [datetime.fromtimestamp(int(s), UTC).year for s in starts]
    if draft.horizon is not None:
        years += [draft.horizon.start.year, draft.horizon.start.year + 1]
    return range(min(years) - 1, max(years) + 2) if years else range(0)


def _volumes(done: Resolved, tables: Tables) -> None:
    with_history = {s.id for s in tables.history}
    drivers = [s.id for s in tables.drivers]
    for i, queue in done.queues.items():
        volume = queue.volume
        if volume.source is VolumeSource.HISTORY and queue.id not in with_history:
            message = "has no rows in the history table" if with_history else "has no history: there is no history table"
            first = "add its rows" if with_history else "put history.csv beside account.toml (or name it under [tables])"
            done.problem(("queues", i), message, f'{first}, or write a volume with source = "driver" under [queues.volume]')
        if volume.source is VolumeSource.DRIVER and volume.driver not in drivers:
            remedy = did_you_mean(volume.driver, drivers, what="drivers") if drivers else "add a table drivers.csv"
            done.problem(("queues", i, "volume"), f"driver {volume.driver} has no rows in the drivers table", remedy)
        if volume.source is VolumeSource.QUEUE:
            check_followed(done, i, queue)
    queues = {q.id for q in done.queues.values()} | set(done.draft.ids["queues"])
    for series in tables.history:
        if series.id not in queues:
            done.problem(
                (), f"history holds {series.id}, which is not a queue", did_you_mean(series.id, sorted(queues), what="queues")
            )
