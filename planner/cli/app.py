"""The commands and their options; each loads what it needs when it runs, so that `--help` stays quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.run import guarded

app = typer.Typer(
    name="planner",
    help="Plan outsourced customer service: contacts forecast, agents required, legal shifts at least cost, service delivered, price.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AccountDir = Annotated[
    Path, typer.Argument(metavar="ACCOUNT", help="Account folder (holding account.toml), or the file itself.")
]
PlanDir = Annotated[Path, typer.Argument(metavar="PLAN", help="Folder written by `planner plan`.")]
Override = Annotated[str | None, typer.Option("--override", "-o", metavar="NAME", help="Apply a named what-if of the account.")]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON on standard output.")]


def _version(value: bool) -> None:
    if value:
        from planner.version import VERSION

        typer.echo(f"planner {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


@app.command()
def plan(
    account: AccountDir,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write the plan to (default: out/ACCOUNT).")
    ] = None,
    override: Override = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing plan folder.")] = False,
    gap: Annotated[float | None, typer.Option(help="Stop at this proven relative gap, such as 0.02.")] = None,
    time_limit: Annotated[float | None, typer.Option(metavar="SECONDS", help="Stop solving after so many seconds.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the demand scenarios.")] = None,
    json: Json = False,
) -> None:
    """Plan an account: forecast to bill, written to a folder with report.html and plan.xlsx."""
    from planner.cli.plan import plan_account

    changes = {"gap": gap, "time_limit_s": time_limit, "seed": seed}
    with guarded(json):
        plan_account(
            account, out, override=override, force=force, run={k: v for k, v in changes.items() if v is not None}, json=json
        )


@app.command()
def validate(account: AccountDir, override: Override = None, json: Json = False) -> None:
    """Check an account and list every problem with place and remedy; writes nothing."""
    from planner.cli.account import validate_account

    with guarded(json):
        validate_account(account, override=override, json=json)


@app.command()
def new(directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to create.")], json: Json = False) -> None:
    """Write a commented starter account that plans as it is."""
    from planner.cli.account import start_account

    with guarded(json):
        start_account(directory, json=json)


@app.command()
def forecast(account: AccountDir, override: Override = None, json: Json = False) -> None:
    """Forecast an account's contacts: totals by queue and day, the model chosen, and its back-test error."""
    from planner.cli.account import forecast_account

    with guarded(json):
        forecast_account(account, override=override, json=json)


@app.command()
def erlang(
    calls: Annotated[str | None, typer.Option(metavar="N", help="Calls per hour, or per the interval of --per.")] = None,
    aht: Annotated[str | None, typer.Option(metavar="SECONDS", help="Mean handling time: 200, 3:20 or 5min.")] = None,
    agents: Annotated[str | None, typer.Option(metavar="N", help="Agents on seat.")] = None,
    target: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Share to answer in time: 0.8 or 80% (default 0.8 where one is needed).")
    ] = None,
    within: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Threshold (default 20, unless it is what is to be found).")
    ] = None,
    rings: Annotated[str | None, typer.Option(metavar="N", help="Threshold in rings instead, heard in --country.")] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Caller's country for --rings (default US).")] = None,
    ring_moment: Annotated[
        str | None, typer.Option(metavar="WHEN", help="What N rings mean: start, end (default) or before_next.")
    ] = None,
    patience: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Mean patience; leave out if nobody gives up.")
    ] = None,
    formula: Annotated[
        str | None,
        typer.Option(
            "--formula",
            "--definition",
            metavar="NAME",
            help="How the level counts callers who gave up: offered (default), answered, excluding_short_abandons, "
            "crediting_short_abandons or virtual.",
        ),
    ] = None,
    max_asa: Annotated[str | None, typer.Option(metavar="SECONDS", help="Limit on the mean wait of answered calls.")] = None,
    max_abandonment: Annotated[str | None, typer.Option(metavar="SHARE", help="Limit on the share that gives up.")] = None,
    max_occupancy: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Limit on the share of time spent on calls.")
    ] = None,
    rate_cv: Annotated[
        str | None, typer.Option(metavar="SHARE", help="How unsure the calls are: standard deviation over mean, such as 0.1.")
    ] = None,
    shrinkage: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Share of paid time off the phone: also say the heads to schedule.")
    ] = None,
    per: Annotated[str | None, typer.Option(metavar="TIME", help="What --calls are counted in: hour (default), 30min.")] = None,
    table: Annotated[
        str | None,
        typer.Option(metavar="RANGE", help="A row for each value of agents, calls, aht, within or patience: calls=100:300:25."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show the formulas with the numbers filled in.")] = False,
    json: Json = False,
) -> None:
    """Erlang calculator: give two of calls, handling time and agents, and the third is found.

    Given all three, it tells the service level; with --target as well but no threshold, the seconds within which the target is
    kept; with both, whether it is. Erlang A with --patience, else Erlang C.

    \b
    planner erlang --calls 200 --aht 180 --patience 240
    planner erlang --agents 14 --aht 3:00 --target 80% --rings 3 --country DE
    planner erlang --calls 100 --per 30min --aht 180 --agents 14 --explain
    planner erlang --calls 200 --aht 180 --table agents=11:18
    """
    from planner.cli.erlang import calculate

    typed = {
        "calls": calls, "aht": aht, "agents": agents, "target": target, "within": within, "rings": rings, "country": country,
        "ring_moment": ring_moment, "patience": patience, "formula": formula, "max_asa": max_asa,
        "max_abandonment": max_abandonment, "max_occupancy": max_occupancy, "rate_cv": rate_cv, "shrinkage": shrinkage,
        "per": per, "table": table,
    }  # fmt: skip
    with guarded(json):
        calculate(typed, explain=explain, json=json)


@app.command()
def check(plan: PlanDir, json: Json = False) -> None:
    """Hold a finished roster to the labour rules of its sites; exit code 1 when it breaks one. Not legal advice."""
    from planner.cli.labour import check_plan

    with guarded(json):
        check_plan(plan, json=json)


@app.command()
def explain(
    plan: PlanDir,
    queue: Annotated[str | None, typer.Option(metavar="ID", help="One queue: its promises, hours and prices.")] = None,
    interval: Annotated[
        str | None, typer.Option(metavar="TIME", help="Who is there and why, such as 2026-11-10T14:15 on the queue's clock.")
    ] = None,
    agent: Annotated[str | None, typer.Option(metavar="ID", help="What would be missing without this agent.")] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Ask no more questions after so many seconds (default 300).")
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Keep the overview in the plan folder and in its report.html.")
    ] = False,
    json: Json = False,
) -> None:
    """Say why: what the plan's cost is made of, what rules, limits and promises cost at the margin, why it is short, who is needed."""
    from planner.cli.explain import explain_plan

    with guarded(json):
        explain_plan(plan, queue=queue, interval=interval, agent=agent, time_limit_s=time_limit, keep=report, json=json)


@app.command()
def simulate(
    plan: PlanDir,
    replications: Annotated[
        int | None, typer.Option(metavar="N", help="Horizons to simulate, and as many futures (default 200).")
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Stop when every queue's level is this sure, such as 0.005 for half a point."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the customers (default: the account's).")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Also write the tables to this new folder.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing simulation folder.")] = False,
    json: Json = False,
) -> None:
    """Simulate a finished plan customer by customer: levels with their intervals beside the computed ones, waits, occupancy, backlog."""
    from planner.cli.simulate import simulate_plan

    with guarded(json):
        simulate_plan(plan, replications=replications, precision=precision, seed=seed, out=out, force=force, json=json)


@app.command()
def advise(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="Folder written by `planner plan`; or an account, planned first.")
    ],
    teach: Annotated[str | None, typer.Option(metavar="NUMBERS", help="How many to teach: 1-5 (default), 3 or 1,2,4.")] = None,
    premium: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Pay for one more skill, as a share of the wage: 0.10 (default) or 10%.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Teach people of this group alone; may be repeated.")
    ] = None,
    skill: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Teach this language or channel alone; may be repeated.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--seconds", "--time-limit", metavar="SECONDS", help="End with what is known after so many seconds (default: 90)."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Say which second language or channel, taught to how many, saves most: by itself, and one after the other as a chain."""
    from planner.cli.advise import advise_plan

    with guarded(json):
        advise_plan(
            plan, teach=teach, premium=premium, groups=group or [], skills=skill or [], time_limit_s=time_limit, json=json
        )


@app.command()
def desk(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PLAN]", help="Folder written by `planner plan`; with --shared an account folder.", show_default=False
        ),
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="The account's clients on one desk: heads, money and levels, apart and shared.")
    ] = False,
    agents: Annotated[str | None, typer.Option(metavar="N", help="1, 2 or 3 at once (default: each of them).")] = None,
    per_h: Annotated[str | None, typer.Option("--per-h", metavar="N", help="Contacts an hour while open.")] = None,
    aht: Annotated[str | None, typer.Option(metavar="SECONDS", help="Mean handling time: 300, 5:00 or 5min.")] = None,
    patience: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Mean patience; leave out if nobody gives up.")
    ] = None,
    rings: Annotated[str | None, typer.Option(metavar="N", help="Rings to answer within (default 3).")] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Where callers hear them (default US).")] = None,
    within: Annotated[str | None, typer.Option(metavar="SECONDS", help="A threshold in seconds, too or instead.")] = None,
    hours: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Opening hours, which all work (default 09:00-17:00).")
    ] = None,
    days: Annotated[str | None, typer.Option(metavar="N", help="Days a week (default 5).")] = None,
    breaks: Annotated[
        list[str] | None,
        typer.Option("--break", metavar="SPAN", help="A break such as 12:00-12:30, taken in turn; may be repeated."),
    ] = None,
    absence: Annotated[str | None, typer.Option(metavar="SHARE", help="Share of days away: 0.08 or 8% (default 0).")] = None,
    loss: Annotated[str | None, typer.Option(metavar="SHARE", help="Share of a shift spent off the seat (default 0).")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the customers.")] = None,
    replications: Annotated[int | None, typer.Option(metavar="N", help="Weeks or horizons to simulate.")] = None,
    json: Json = False,
) -> None:
    """Say what one to three agents can promise: the share within three rings, the hours covered, breaks, absences.

    \b
    planner desk out/gift_shop
    planner desk --per-h 6 --aht 300 --patience 180 --country DE --break 12:00-12:30 --absence 8%
    planner desk --shared my_clients
    """
    from planner.cli.desk import desk as show

    typed = {
        "agents": agents, "per_h": per_h, "aht": aht, "patience": patience, "rings": rings, "country": country, "within": within,
        "hours": hours, "days": days, "absence": absence, "loss": loss,
    }  # fmt: skip
    with guarded(json):
        show(path, typed, tuple(breaks or ()), shared=shared, seed=seed, replications=replications, json=json)


@app.command()
def replan(
    plan: PlanDir,
    changes: Annotated[
        Path, typer.Option("--changes", "-c", metavar="FILE", help="TOML file of what changed; see docs/replan.md.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write the new plan to (default: PLAN-replanned).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing plan folder.")] = False,
    json: Json = False,
) -> None:
    """Re-plan a published plan after sick calls, volume changes and the like: the cheapest legal roster that disturbs few."""
    from planner.cli.replan import replan_plan

    with guarded(json):
        replan_plan(plan, changes, out, force=force, json=json)


@app.command()
def quote(plan: PlanDir, json: Json = False) -> None:
    """Price a finished plan cost-plus per hour, line by line."""
    from planner.cli.offers import print_quote

    with guarded(json):
        print_quote(plan, json=json)


@app.command()
def compare(
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN...", help="Two or more plan folders.")],
    base: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="The plan to count differences from (default: the first).")
    ] = None,
    json: Json = False,
) -> None:
    """Compare finished plans: people, hours, money and delivered service, with differences from the base."""
    from planner.cli.offers import print_comparison

    with guarded(json):
        print_comparison(plans, base, json=json)


@app.command()
def clocks(
    preset: Annotated[str | None, typer.Argument(metavar="PRESET", help="Show this one in full.")] = None,
    json: Json = False,
) -> None:
    """List the response clocks of marketplaces that accounts can name, with their sources; unverified ones say so."""
    from planner.cli.clocks import list_clocks

    with guarded(json):
        list_clocks(preset, json=json)


@app.command("app")
def open_app(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
    accounts: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder with accounts to choose from.")] = None,
    plans: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for finished plans (default: out/).")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser, or only print the address.")] = True,
) -> None:
    """Open the planner in a browser, served on this machine only."""
    from planner.cli.serve import serve

    with guarded(False):
        serve(port=port, accounts=accounts, plans=plans, browser=browser)


def main() -> None:
    """Run the command line."""
    app()
