"""`planner explain`: why a plan is what it is, what a little more costs, who is needed for what."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.progress import console_progress, stop_on_interrupt
from planner.cli.run import print_json
from planner.errors import DataError, Problem


def explain_plan(
    folder: Path,
    *,
    queue: str | None,
    interval: str | None,
    agent: str | None,
    time_limit_s: float | None,
    keep: bool,
    json: bool,
) -> None:
    """Print an explanation of the plan in `folder`, and with `keep` write an overview into it; the first Ctrl-C keeps what is known by
    then."""
    from planner.domain.codec import encode
    from planner.explanation import explain
    from planner.explanation.explain import TIME_LIMIT_S
    from planner.explanation.words import told
    from planner.io import load_plan
    from planner.report.why import keep_why

    if keep and (queue or interval or agent):
        raise DataError(Problem("--report", "keeps an overview", "leave out --queue, --interval and --agent, or --report"))
    with console_progress(quiet=json) as report, stop_on_interrupt() as stop:
        plan = load_plan(folder)
        limit = TIME_LIMIT_S if time_limit_s is None else time_limit_s
        found = explain(plan, queue=queue, interval=interval, agent=agent, time_limit_s=limit, report=report, stop=stop)
    page = keep_why(plan, found, folder) if keep else None
    if json:
        print_json(encode(found))
    else:
        typer.echo(told(found, plan))
        if page is not None:
            typer.echo(f"\nKept in {folder}\n  open {page}")
