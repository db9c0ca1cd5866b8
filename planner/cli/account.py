"""`planner validate`, `planner new` and `planner forecast`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import typer

from planner.cli.console import print_table
from planner.cli.progress import console_progress
from planner.cli.run import print_json
from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.targets import DeferredTarget

_MOST_LINES = 20
"""Most lines of one kind that `planner validate` prints."""


def validate_account(path: Path, *, override: str | None, json: bool) -> None:
    """Load the account at `path` and say what it holds, who takes what, what labour rules leave out of its shifts, which open hours none
    can cover and whose leave may count twice; every problem is raised at once."""
    from planner.domain.journey_words import workload_lines
    from planner.domain.leave import leave_notes
    from planner.domain.routing_words import habit_lines, routing_lines
    from planner.errors import InfeasibleError
    from planner.io import load_account
    from planner.rules import NOT_LEGAL_ADVICE, left_out
    from planner.shifts.lawful import Lawful
    from planner.shifts.uncovered import uncovered_hours

    account = load_account(path, override=override)
    if barred := Lawful(account).reasons():
        raise InfeasibleError([why for _, why in barred])
    unlawful, nobody = left_out(account), uncovered_hours(account)
    facts = {
        "account": account.name,
        "markets": len(account.markets),
        "queues": len(account.queues),
        "sites": len(account.sites),
        "groups": len(account.groups),
        "shift_rules": len(account.shift_rules),
        "history_rows": sum(len(s.counts) for s in account.tables.history),
        "horizon": _horizon(account),
    }
    if json:
        print_json(
            {
                "ok": True,
                **facts,
                "left_out": list(unlawful),
                "uncovered": list(nobody),
                "notes": list(leave_notes(account)),
                "workload": list(workload_lines(account)),
                "clocks": list(_clocks(account)),
                "routing": list(routing_lines(account)),
                "variation": list(habit_lines(account)),
            }
        )
        return
    typer.echo(f"{account.name}: no problems found")
    for name, value in list(facts.items())[1:]:
        typer.echo(f"  {name.replace('_', ' ')}: {value}")
    if driven := workload_lines(account):
        typer.echo("\nWhat drives the workload:")
        for said in driven:
            typer.echo(f"  - {said}")
    if clocks := _clocks(account):
        typer.echo("\nClocks of work that can wait:")
        for said in _few(clocks):
            typer.echo(f"  - {said}")
    typer.echo("\nWho takes what:")
    for said in _few(routing_lines(account)):
        typer.echo(f"  - {said}")
    if habits := habit_lines(account):
        typer.echo("\nHow contacts and people vary in simulation:")
        for said in _few(habits):
            typer.echo(f"  - {said}")
    if unlawful:
        typer.echo("\nLabour rules leave out of the shifts:")
        for said in unlawful:
            typer.echo(f"  - {said}")
        typer.echo(NOT_LEGAL_ADVICE)
    for note in leave_notes(account):
        typer.echo(f"\n{note}")
    if nobody:
        typer.echo("\nHours that stay short in any plan:")
        for said in nobody:
            typer.echo(f"  - {said}")


def _clocks(account: Account) -> tuple[str, ...]:
    """The clocks of deferred queues, unverified ones marked."""
    from planner.domain.clock_words import clock_lines

    return clock_lines([(q.id, q.target) for q in account.queues if isinstance(q.target, DeferredTarget)])


def _few(lines: tuple[str, ...]) -> list[str]:
    """The first of many lines, and where the others are."""
    return (
        [*lines[:_MOST_LINES], f"and {len(lines) - _MOST_LINES} more, in --json"] if len(lines) > _MOST_LINES else list(lines)
    )


def start_account(directory: Path, *, json: bool) -> None:
    """Write the starter account."""
    from planner.io import new_account

    folder = new_account(directory)
    if json:
        print_json({"folder": str(folder)})
        return
    typer.echo(f"Starter account written to {folder}\n  edit {folder / 'account.toml'}\n  then: planner plan {folder}")


def forecast_account(path: Path, *, override: str | None, json: bool) -> None:
    """Forecast the account at `path` and print totals by queue and local day of its market."""
    from planner.demand import forecast_demand
    from planner.io import load_account

    with console_progress(quiet=json) as report:
        account = load_account(path, override=override)
        demand = forecast_demand(account, report)
    rows = [_queue_row(account, demand, i) for i in range(len(demand.queues))]
    if json:
        print_json({"account": account.name, "queues": rows})
        return
    typer.echo(f"{account.name}: contacts expected, {_horizon(account)}")
    days = list(rows[0]["contacts_by_day"])
    print_table(
        ["queue", *(d[5:] for d in days), "total", "model", "WAPE", "week naive"],
        [
            [
                r["queue"],
                *(f"{r['contacts_by_day'].get(d, 0):,.0f}" for d in days),
                f"{r['contacts']:,.0f}",
                r["model"],
                _percent(r["wape"].get(_tried(r["model"]))),
                _percent(r["wape"].get("week_naive")),
            ]
            for r in rows
        ],
    )
    typer.echo("WAPE: back-test error, sum of absolute misses over sum of contacts; every model tried is in --json\n")
    for row in rows:
        typer.echo(f"  {row['queue']}: {row['reason']}")


def _horizon(account: Account) -> str:
    days = account.horizon.days
    return f"{days} day{'s' if days != 1 else ''} from {account.horizon.start} ({account.horizon.zone})"


def _tried(model: str) -> str:
    """The model's own name: a driver's forecast is shown as ``driver (model)``."""
    return model.removeprefix("driver (").removesuffix(")")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _queue_row(account: Account, demand: Demand, i: int) -> dict[str, Any]:
    queue = account.queue(demand.queues[i])
    day = demand.grid.clock(account.horizon.zone).day
    contacts = np.nan_to_num(demand.contacts[i])
    by_day = {str(np.datetime64(int(d), "D")): float(contacts[day == d].sum()) for d in np.unique(day)}
    choice = demand.choices[i]
    return {
        "queue": queue.id,
        "channel": queue.channel.value,
        "contacts": float(contacts.sum()),
        "contacts_by_day": by_day,
        "model": choice.model,
        "reason": choice.reason,
        "wape": dict(choice.wape),
    }
