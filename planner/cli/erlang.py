"""`planner erlang`: the calculator."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from planner.cli.erlang_input import read
from planner.cli.run import print_json


def calculate(typed: Mapping[str, str | None], *, explain: bool, json: bool) -> None:
    """Answer the question typed after `planner erlang` (option texts by name, None where left out) and print it."""
    ask = read(typed, explain=explain)
    from planner.cli.erlang_solve import NoAnswerError, solve

    try:
        if ask.table is not None:
            from planner.cli.erlang_table import rows_of, table_json, table_text

            rows = rows_of(ask)
            print_json(table_json(ask, rows)) if json else typer.echo("\n".join(table_text(ask, rows)))
            return
        answer = solve(ask)
    except NoAnswerError as none:
        if json:
            print_json({"error": "not_possible", "reasons": [str(none)]})
        else:
            typer.echo(f"planner: {none}", err=True)
        raise typer.Exit(1) from None
    from planner.cli.erlang_explain import explained
    from planner.cli.erlang_figures import figures
    from planner.cli.erlang_steps import steps_text
    from planner.cli.erlang_text import text

    steps = explained(answer) if explain else []
    if json:
        print_json({**figures(answer), **({"explain": [s.as_json() for s in steps]} if explain else {})})
        return
    typer.echo("\n".join([*text(answer), *steps_text(steps)]))
