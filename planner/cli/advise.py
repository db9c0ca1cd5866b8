"""`planner advise`: which second language or channel, taught to how many, saves most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.console import print_table
from planner.cli.progress import console_progress, stop_on_interrupt
from planner.cli.run import print_json
from planner.errors import DataError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.plan import Plan
    from planner.domain.solve import Report, StopFlag
    from planner.pooling import Advice
    from planner.pooling.teaching.advised import Option, PromiseLevel, Staffed
    from planner.pooling.teaching.skills import Lesson

SHOWN, WIDTH = 15, 100
"""Lessons printed, --json has all of them; columns that text is broken at."""
MOST_TAUGHT = 1000
"""Of one group."""


def advise_plan(
    path: Path,
    *,
    teach: str | None,
    premium: str | None,
    groups: Sequence[str],
    skills: Sequence[str],
    time_limit_s: float | None,
    json: bool,
) -> None:
    """Advise on the plan in `path`, or where it holds an account on the plan made of it; the first Ctrl-C keeps what is known."""
    from planner.pooling import advise
    from planner.pooling.teaching.advice import PREMIUM, TEACH

    problems: list[Problem] = []
    numbers = TEACH if teach is None else _numbers(teach, problems)
    share = str(PREMIUM) if premium is None else _share(premium, problems)
    if time_limit_s is not None and not 0 < time_limit_s < float("inf"):
        problems.append(Problem("--seconds", f"must be above 0 seconds, got {time_limit_s:g}", "leave it out for 90 seconds"))
    if problems:
        raise DataError(problems)
    with console_progress(quiet=json) as report, stop_on_interrupt(keeping="what is known so far") as stop:
        plan = _plan(path, report, stop)
        found = advise(
            plan,
            teach=numbers,
            premium=share,
            groups=groups,
            skills=skills,
            time_limit_s=time_limit_s,
            report=report,
            stop=stop,
        )
    if json:
        print_json(as_data(found, stopped=stop.is_set()))
        return
    _print(found)
    if stop.is_set():
        typer.echo("\nStopped by you: what is known so far.")


def as_data(advice: Advice, *, stopped: bool = False) -> dict[str, Any]:
    """Return the advice as plain data, with its headline and what each lesson saves."""
    from planner.domain.codec import encode

    data: dict[str, Any] = encode(advice)
    for row, option in zip(data["options"], advice.options, strict=True):
        row["saves"] = option.saves
    return {"headline": advice.headline(), "pays": advice.pays, "stopped_early": stopped, **data}


def _plan(path: Path, report: Report, stop: StopFlag) -> Plan:
    from planner.domain.solve import Progress
    from planner.io import load_account, load_plan
    from planner.pipeline import plan

    if (path / "summary.json").is_file():
        report(Progress(stage="load"))
        return load_plan(path)
    if not (path / "account.toml").is_file() and path.suffix != ".toml":
        raise DataError(
            Problem(str(path), "holds neither a plan nor an account", "name a folder written by planner plan, or an account")
        )
    report(Progress(stage="load"))
    account = load_account(path)
    # whom a place is given to does not matter to what is taught, and the advice simulates by itself
    account = replace(account, people=(), time_off=(), preferences=(), locks=())
    if account.settings.skills != "simulated":
        account = replace(account, settings=replace(account.settings, simulations=0))
    return plan(account, report=report, stop=stop)


def _numbers(text: str, problems: list[Problem]) -> tuple[int, ...]:
    """Numbers written as ``1-5``, ``3`` or ``1,2,4``."""
    found: list[int] = []
    try:
        for part in text.split(","):
            first, dash, last = part.strip().partition("-")
            ends = int(first), int(last if dash else first)
            if not 1 <= ends[0] <= ends[1] <= MOST_TAUGHT:
                raise ValueError
            found += range(ends[0], ends[1] + 1)
    except ValueError:
        problems.append(Problem("--teach", f"must be numbers from 1 to {MOST_TAUGHT}, got {text}", "write 1-5, or 3, or 1,2,4"))
    return tuple(dict.fromkeys(found))


def _share(text: str, problems: list[Problem]) -> str:
    number = text.strip()
    try:
        value = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 5:
        problems.append(
            Problem("--premium", f"must be a share from 0 to 5, got {text}", "write 0.10 or 10% for 10% of the wage")
        )
    return f"{value:.10g}"


def _print(advice: Advice) -> None:
    days = f"{advice.days} {'day' if advice.days == 1 else 'days'}"
    _say(f"{advice.account}: {advice.headline()}")
    _print_states(advice, days)
    if advice.options:
        typer.echo("\nOne skill by itself, the best first")
        print_table(
            [
                "taught",
                "to",
                "worst promise",
                "all promises",
                "heads",
                f"saves {advice.currency}/{days}",
                "pays up to",
                "worst after",
            ],
            [_option(option) for option in advice.options[:SHOWN]],
        )
        if len(advice.options) > SHOWN:
            typer.echo(f"  and {len(advice.options) - SHOWN} more with --json")
        _say(
            "worst promise, all promises: points of service gained before anybody is taken off; heads: fewer for the same promises; "
            f"saves: their pay less a premium of {100 * advice.premium:g}% for those taught; pays up to: the premium at which nothing "
            "is left of it"
        )
    if advice.chain:
        typer.echo("\nOne after the other, each given the ones before")
        rows = [[_lessons(s.taught), str(s.heads), f"{s.cost:,.2f}", f"{s.saves:,.2f}"] for s in advice.chain]
        print_table(["step", "heads", f"cost {advice.currency}", "saves so far"], rows)
        typer.echo(f"In all: {_lessons(advice.taught)}")
    elif advice.options and not any(reason.startswith("chaining") for reason in advice.not_repeatable):
        typer.echo("\nNo chain of skills pays either." if not advice.pays else "\nNo chain of skills saves more.")
    _print_service(advice)
    for note in advice.notes:
        _say(f"Note: {note}.")
    for ended in advice.not_repeatable:
        _say(f"Not repeatable, {ended}; what was not reached is not said to be worth nothing.")


def _print_states(advice: Advice, days: str) -> None:
    rows = [
        _state(name, state, advice)
        for name, state in (
            ("everybody apart", advice.dedicated),
            ("the plan as it is", advice.plan),
            ("less who is spare already", advice.trimmed),
            ("with the chain of skills", advice.chained),
            ("everybody for everything", advice.flexible),
        )
        if state is not None
    ]
    print_table(["people", "heads", f"cost {advice.currency}/{days}", "against the plan", "worst promise"], rows)


def _state(name: str, state: Staffed, advice: Advice) -> list[str]:
    from planner.pooling.teaching.advised import worst_words

    against = state.cost - advice.plan.cost
    open_ = "" if state.done else " (time ended)"
    return [
        name + open_,
        str(state.heads),
        f"{state.cost:,.2f}",
        f"{against:+,.2f}" if abs(against) > 0.005 else "-",
        worst_words(state.service, "-"),
    ]


def _option(option: Option) -> list[str]:
    from planner.pooling.teaching.advised import worst_words

    tried = option.heads is not None
    return [
        f"{option.lesson.skill} to {option.lesson.group}",
        str(option.people),
        f"{100 * option.worst_points:+.1f}",
        f"{100 * option.mean_points:+.1f}",
        str(-(option.heads or 0)) if tried else "not tried",
        f"{option.saves:,.2f}" if option.saves is not None else "-",
        "-" if option.break_even is None else f"{100 * option.break_even:.0f}%",
        worst_words(option.after, "-") if tried else "-",
    ]


def _print_service(advice: Advice) -> None:
    from planner.pooling.teaching.advised import level_words

    after = advice.chained or advice.trimmed
    before = {row.promise: row for row in advice.plan.service}
    rows = [
        [
            row.promise,
            f"{100 * row.target:.4g}%",
            level_words(before[row.promise], "-"),
            _kept(before[row.promise]),
            level_words(row, "-"),
            _kept(row),
        ]
        for row in after.service
        if row.promise in before
    ]
    typer.echo(f"\nService as {advice.replications} horizons of other customers have it, with 95% intervals")
    told = "with the chain" if advice.chained is not None else "less who is spare"
    print_table(["promise", "target", "plan", "kept", told, "kept"], rows)


def _kept(row: PromiseLevel) -> str:
    return f"{row.kept}/{row.windows}"


def _lessons(given: Iterable[tuple[Lesson, int]]) -> str:
    told = []
    for lesson, n in given:
        told.append(f"{lesson.skill} to {n} of {lesson.group}" if n > 0 else f"{lesson.skill} to {-n} fewer of {lesson.group}")
    return ", ".join(told)


def _say(text: str) -> None:
    typer.echo("\n".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)))
