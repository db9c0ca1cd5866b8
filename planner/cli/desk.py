"""`planner desk`: what one to three agents can promise, in a plan or by a few figures; and several clients on one desk."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import typer

from planner.cli.console import print_table
from planner.cli.progress import console_progress, stop_on_interrupt
from planner.cli.run import print_json
from planner.domain.codec import encode
from planner.errors import DataError, Problem

if TYPE_CHECKING:
    from planner.cli.desk_input import Typed
    from planner.domain.small_desk import Fare, SmallDesk
    from planner.offers.shared_result import Delivered, SharedDesk

WIDTH = 100
REPLICATIONS = 1000


def desk(
    path: Path | None,
    typed: Typed,
    breaks: tuple[str, ...],
    *,
    shared: bool,
    seed: int | None,
    replications: int | None,
    json: bool,
) -> None:
    """Do what was asked: a plan folder's small desks, the clients of an account on one desk, or a desk of the options alone."""
    given = [f"--{name.replace('_', '-')}" for name, text in typed.items() if text is not None] + ["--break"] * bool(breaks)
    problems = []
    if path is not None and given:
        problems.append(Problem(", ".join(given), f"says nothing of {path}", "give a folder or figures, not both"))
    if shared and path is None:
        problems.append(Problem("--shared", "needs an account", "name the account folder whose queues name their clients"))
    if shared and seed is not None:
        problems.append(Problem("--seed", "is the account's own for shared desks", "write seed under [run] of the account"))
    if shared and replications is not None:
        problems.append(Problem("--replications", "is fixed for shared desks", "leave it out"))
    if replications is not None and replications < 1:
        problems.append(Problem("--replications", f"must be 1 or more, got {replications}", "leave it out"))
    if seed is not None and seed < 0:
        problems.append(Problem("--seed", f"must be 0 or more, got {seed}", "leave it out"))
    if problems:
        raise DataError(problems)
    if shared and path is not None:
        _share(path, json=json)
    elif path is not None:
        _of_plan(path, seed=seed, replications=replications, json=json)
    else:
        _calculate(typed, breaks, seed=seed, replications=replications, json=json)


def _of_plan(folder: Path, *, seed: int | None, replications: int | None, json: bool) -> None:
    from planner.domain.small_desk_words import empty, hours, unkept
    from planner.io import load_plan
    from planner.small_desk import small_desks

    plan = load_plan(folder)
    desks = plan.evaluation.small_desks
    if seed is not None or replications is not None or not desks:
        settings = plan.account.settings
        found = settings.seed if seed is None else seed
        wanted = replications or max(settings.simulations, 100)
        desks = small_desks(plan.shifts, plan.demand, plan.account, replications=wanted, seed=found)
    if json:
        print_json({"account": plan.account.name, "desks": [encode(one) for one in desks]})
        return
    if not desks:
        typer.echo("Every live queue has more than three people at once: planner simulate tells what they deliver.")
        return
    for one in desks:
        typer.echo("")
        _table([(one.queue, one)])
        zone = plan.account.market(plan.account.queue(one.queue).market).zone
        for line in (*unkept(one), hours(one, zone), empty(one)):
            _say(line)


def _calculate(typed: Typed, breaks: tuple[str, ...], *, seed: int | None, replications: int | None, json: bool) -> None:
    from planner.cli.desk_input import read_desk
    from planner.domain.small_desk_words import empty, hours
    from planner.small_desk import one_desk

    asks = read_desk(typed, breaks)
    found = [one_desk(ask, replications=replications or REPLICATIONS, seed=1 if seed is None else seed) for ask in asks]
    if json:
        print_json({"desks": [{"agents": ask.agents, **encode(one)} for ask, one in zip(asks, found, strict=True)]})
        return
    first = asks[0]
    patience = "nobody gives up" if first.patience_s is None else f"patience {first.patience_s:g} s"
    _say(
        f"{first.per_h:g} contacts an hour of {first.aht_s:g} s, {patience}: {first.per_h * first.aht_s / 3600:.2f} agents' work; "
        f"open {first.days} days a week"
    )
    names = [f"{ask.agents} agent{'s' if ask.agents > 1 else ''}" for ask in asks]
    for name, one in zip(names, found, strict=True):
        typer.echo("")
        _table([(name, one)])
        _say(hours(one))
        _say(empty(one))


def _table(desks: list[tuple[str, SmallDesk]]) -> None:
    from planner.domain.small_desk_words import between, percent, within

    for name, one in desks:
        head = [name, *(cell for t in one.thresholds for cell in (f"in {within(t)}", "95% interval")), "give up", "mean wait"]
        rows: list[list[str]] = []
        kinds: list[tuple[str, Fare | None]] = [
            ("all contacts", one.every),
            ("while all due are there (exact)", one.on_seat),
            ("on a day with one away", one.one_away),
        ]
        for words, fare in kinds:
            if fare is None:
                continue
            shares = [cell for figure in fare.within for cell in (percent(figure), between(figure))]
            wait = "-" if fare.mean_wait_s is None else f"{fare.mean_wait_s.value:,.0f} s"
            rows.append([words, *shares, percent(fare.gave_up), wait])
        print_table(head, rows)


def _share(path: Path, *, json: bool) -> None:
    from planner.io import load_account
    from planner.offers import shared_desk

    with console_progress(quiet=json) as report, stop_on_interrupt() as stop:
        found = shared_desk(load_account(path), report=report, stop=stop)
    if json:
        print_json(encode(found))
        return
    _print_shared(found)


def _print_shared(found: SharedDesk) -> None:
    typer.echo(f"{found.account}: {len(found.clients)} clients, {found.days} days")
    head = [
        "client",
        "contacts",
        "heads apart",
        "cost apart",
        "level apart",
        "kept",
        "shared level",
        "kept",
        "handled",
        "share",
        "cost share",
    ]
    head += ["saved"]
    rows = [
        [
            c.client,
            f"{c.contacts:,.0f}",
            str(c.apart_heads),
            f"{c.apart_cost.amount:,.2f}",
            _level(c.apart),
            f"{c.apart.kept}/{c.apart.windows}",
            _level(c.shared),
            f"{c.shared.kept}/{c.shared.windows}",
            f"{c.handled_h:,.1f} h",
            f"{100 * c.handled_share:.1f}%",
            f"{c.shared_cost.amount:,.2f}",
            f"{c.saved.amount:,.2f}",
        ]
        for c in found.clients
    ]
    saved = found.apart_cost.amount - found.shared_cost.amount
    hours = sum(c.handled_h for c in found.clients)
    apart, shared = f"{found.apart_cost.amount:,.2f}", f"{found.shared_cost.amount:,.2f}"
    contacts = sum(c.contacts for c in found.clients)
    rows.append(
        [
            "all",
            f"{contacts:,.0f}",
            str(found.apart_heads),
            apart,
            "",
            "",
            "",
            "",
            f"{hours:,.1f} h",
            "100.0%",
            shared,
            f"{saved:,.2f}",
        ]
    )
    print_table(head, rows)
    currency = found.apart_cost.currency
    if found.pools:
        fewer = found.apart_heads - found.shared_heads
        _say(
            f"Apart {found.apart_heads} heads, shared {found.shared_heads}: {fewer} fewer; {saved:,.2f} {currency} saved over the horizon."
        )
        lost = [c.client for c in found.clients if c.shared.kept < c.apart.kept]
        if lost:
            _say(
                f"Close: before customers that no search has met, sharing keeps fewer windows of {', '.join(lost)} than apart."
            )
    else:
        _say(
            "Sharing the same people would break a promise that is kept apart: they stay apart. An order of groups or a priority under "
            "[routing] may keep it."
        )
    _say(
        f"Levels by each queue's own formula over {found.replications} simulated horizons that no search has met, seed "
        f"{found.seed}, with their 95% intervals; kept: windows of the promises. The pool's cost is divided by handled time and sums to "
        f"{shared} {currency}."
    )


def _level(found: Delivered) -> str:
    if found.level is None or found.low is None or found.high is None:
        return "-"
    return f"{100 * found.level:.1f}% ({100 * found.low:.1f}-{100 * found.high:.1f})"


def _say(text: str) -> None:
    typer.echo("\n".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)))
