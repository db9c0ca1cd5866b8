"""`planner plan`: the main job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from planner.cli.labour import labour_line
from planner.cli.progress import console_progress, stop_on_interrupt
from planner.cli.run import print_json
from planner.domain.solve import Progress


def plan_account(path: Path, out: Path | None, *, override: str | None, force: bool, run: dict[str, Any], json: bool) -> None:
    """Load, plan, write and summarise the account at `path`; `run` replaces keys of its [run] table."""
    from planner.io import load_account
    from planner.io import override as change
    from planner.pipeline import plan
    from planner.report import check_destination, export

    with console_progress(quiet=json) as report, stop_on_interrupt() as stop:
        report(Progress(stage="load"))
        account = load_account(path, override=override)
        if run:
            with _told_by_option(run):
                account = replace(change(account, {"run": run}), override=account.override)  # how it is computed is no what-if
        folder = out or Path("out") / _default_name(path, override)
        check_destination(folder, force=force)
        result = plan(account, report=report, stop=stop)
        report(Progress(stage="export"))
        written = export(result, folder, force=force)
    if json:
        from planner.domain.summary import headline

        print_json({"folder": str(written), "stopped_early": stop.is_set(), **headline(result)})
        return
    typer.echo(result.summary())
    typer.echo(f"\n{labour_line(result)}")
    if stop.is_set():
        typer.echo("\nStopped by you: the best plan found so far. Proof, above, says how near the cheapest it is known to be.")
    typer.echo(f"\nPlan written to {written}\n  open {written / 'report.html'}\n  open {written / 'plan.xlsx'}")


@contextmanager
def _told_by_option(run: dict[str, Any]) -> Iterator[None]:
    """Let problems of keys of [run] that came from the command line name the option instead: ``--gap`` for ``gap``."""
    from planner.errors import DataError, Problem

    try:
        yield
    except DataError as error:
        problems = []
        for problem in error.problems:
            key, _, message = problem.message.partition(" ")
            mine = key in run and problem.place.startswith("override")
            option = f"--{key.removesuffix('_s').replace('_', '-')}"
            problems.append(Problem(option, message, problem.remedy) if mine else problem)
        raise DataError(problems) from None


def _default_name(path: Path, override: str | None) -> str:
    folder = path.resolve()
    name = folder.parent.name if folder.is_file() else folder.name
    return f"{name}-{override}" if override else name
