"""`planner replan`: a published plan and what happened since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from planner.cli.console import print_table
from planner.cli.labour import labour_line
from planner.cli.progress import console_progress, stop_on_interrupt
from planner.cli.run import print_json
from planner.domain.plan import Plan
from planner.domain.replanned import Replanned
from planner.domain.solve import Progress

SHOWN = 40
"""Changes printed; changes.csv has all of them."""


def replan_plan(folder: Path, changes: Path, out: Path | None, *, force: bool, json: bool) -> None:
    """Re-plan the plan in `folder` after the changes in the file `changes`, write the new plan and say what was changed."""
    from planner.io import load_changes, load_plan
    from planner.replan import replan
    from planner.report import check_destination, export

    target = out or folder.parent / f"{folder.resolve().name}-replanned"
    with console_progress(quiet=json) as report, stop_on_interrupt() as stop:
        report(Progress(stage="load"))
        plan = load_plan(folder)
        wanted = load_changes(changes, plan)
        check_destination(target, force=force)
        result = replan(plan, wanted, report=report, stop=stop)
        report(Progress(stage="export"))
        written = export(result, target, force=force)
    done = result.replanned
    assert done is not None
    if json:
        print_json({"folder": str(written), "stopped_early": stop.is_set(), **as_data(result, done)})
        return
    typer.echo(f"{_capital(done.headline())}.\n")
    _print_changes(done, result.account.currency)
    _print_stages(done, result.account.currency)
    _print_service(done)
    for note in done.notes:
        typer.echo(f"  {note}")
    typer.echo(f"\nProof: {_proof(result)}")
    typer.echo(labour_line(result))
    if stop.is_set():
        typer.echo("Stopped by you: the best roster found so far.")
    typer.echo(f"\nPlan written to {written}\n  open {written / 'changes.csv'}\n  open {written / 'report.html'}")


def as_data(plan: Plan, done: Replanned) -> dict[str, Any]:
    """Return what was changed as plain data."""
    from planner.domain.codec import encode

    info = plan.solves[0] if plan.solves else None
    return {
        "headline": done.headline(),
        "currency": plan.account.currency,
        "price_of_changes": done.price,
        "people_told": list(done.told),
        **encode(done),
        "solve": None if info is None else {**encode(info), "gap": info.gap},
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _print_changes(done: Replanned, currency: str) -> None:
    if not done.changes:
        return
    rows = [
        [c.agent, f"{c.date:%a} {c.date.day} {c.date:%b}", c.kind.value.replace("_", " "), c.was or "free", c.now or "free",
         f"{c.price:,.2f}" if c.price else "–", c.reason]
        for c in done.changes[:SHOWN]
    ]  # fmt: skip
    print_table(["agent", "date", "change", "was", "is", f"price {currency}", "reason"], rows)
    if len(done.changes) > SHOWN:
        typer.echo(f"  and {len(done.changes) - SHOWN} more in changes.csv")
    typer.echo("")


def _print_stages(done: Replanned, currency: str) -> None:
    stages = [
        ("as published", done.published, "–"),
        ("nobody reacts", done.untouched, "–"),
        ("re-planned", done.replanned, f"{done.price:,.2f}"),
    ]
    rows = [[n, f"{s.cost:,.2f}", f"{s.shortfall_h:,.1f}", f"{s.promises_kept} of {s.promises}", p] for n, s, p in stages]
    print_table(["roster", f"cost {currency}", "agent-hours short", "promises kept", "price of changes"], rows)


def _print_service(done: Replanned) -> None:
    rows = [
        [
            s.queue,
            *("–" if x is None else f"{100 * x:.2f}%" for x in (s.published, s.untouched, s.replanned)),
            f"{100 * s.target:g}%",
        ]
        for s in done.service
        if s.differs
    ]
    if rows:
        print_table(["service level over the plan", "as published", "nobody reacts", "re-planned", "promised"], rows)
    else:
        typer.echo("Service is the same for every queue.")


def _proof(plan: Plan) -> str:
    if plan.replanned is not None and not plan.replanned.changes and (not plan.solves or plan.solves[0].name != "replan"):
        return "nothing was touched, so nothing was solved"
    info = plan.solves[0]
    bound = "no bound proven" if info.bound is None else f"no roster within reach can be below {info.bound:,.2f}"
    gap = "" if info.gap is None else f", gap {100 * info.gap:.2f}%"
    cost = "none" if info.objective is None else f"{info.objective:,.2f} {plan.account.currency}"
    return (
        f"pay, priced shortfall and price of changes {cost}; {bound}{gap} "
        f"({info.status.value.replace('_', ' ')}, {info.solver}, {info.seconds:.1f} s; {info.note})"
    )
