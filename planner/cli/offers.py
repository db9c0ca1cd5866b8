"""`planner quote` and `planner compare`: what is read off finished plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from planner.cli.console import print_table
from planner.cli.run import print_json


def print_quote(folder: Path, *, json: bool) -> None:
    """Print the cost-plus price of the plan in `folder`."""
    from planner.io import load_plan
    from planner.offers import quote

    offer = quote(load_plan(folder))
    if json:
        print_json(
            {
                "account": offer.account,
                "currency": offer.currency,
                "days": offer.days,
                "total": float(offer.total.amount),
                "margin_share": float(offer.margin_share),
                "contacts": offer.contacts,
                "price_per_paid_hour": None if offer.per_hour is None else float(offer.per_hour),
                "price_per_contact": None if offer.per_contact is None else float(offer.per_contact),
                "lines": [
                    {
                        "group": x.group,
                        "item": x.item,
                        "hours": float(x.hours),
                        "rate": float(x.rate),
                        "amount": float(x.amount),
                    }
                    for x in offer.lines
                ],
            }
        )
        return
    typer.echo(f"{offer.account}: cost plus {offer.margin_share:.0%}, {offer.days} days, in {offer.currency}")
    print_table(
        ["group", "item", "paid hours", "per hour", "amount"],
        [[x.group, x.item, f"{x.hours:,.2f}", f"{x.rate:,.4f}", f"{x.amount:,.2f}"] for x in offer.lines],
    )
    typer.echo(f"total {offer.total}")
    if offer.per_hour is not None:
        typer.echo(f"mean price of a paid hour {offer.per_hour:,.2f} {offer.currency}")
    if offer.per_contact is not None:
        typer.echo(
            f"mean price of an expected contact {offer.per_contact:,.2f} {offer.currency} ({offer.contacts:,.0f} contacts)"
        )


def print_comparison(folders: Sequence[Path], base: Path | None, *, json: bool) -> None:
    """Print the plans in `folders` side by side."""
    from planner.errors import DataError, Problem
    from planner.io import load_plan
    from planner.scenarios import compare

    paths = [f.resolve() for f in folders]
    if base is not None and base.resolve() not in paths:
        raise DataError(Problem(f"--base {base}", "is not among the plans compared", "name one of them"))
    plans = [load_plan(f) for f in folders]
    chosen = plans[paths.index(base.resolve())] if base is not None else plans[0] if plans else None
    result = compare(plans, chosen, names=[f.name for f in folders])
    if json:
        rows = [
            {"metric": r.metric, "unit": r.unit, "values": list(r.values), "differences": list(r.differences)}
            for r in result.rows
        ]
        print_json({"names": list(result.names), "base": result.names[result.base], "currency": result.currency, "rows": rows})
        return
    typer.echo(f"differences are against {result.names[result.base]}\n")
    typer.echo(result.table())
