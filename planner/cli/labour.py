"""`planner check`: a finished roster against the labour rules of its sites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from planner.cli.console import print_table
from planner.cli.run import print_json
from planner.domain.plan import Plan
from planner.rules.rule import NOT_LEGAL_ADVICE, Finding


def check_plan(folder: Path, *, json: bool) -> None:
    """Print what labour rules find against the roster of the plan in `folder`; leave with 1 when it is not lawful."""
    from planner.io import load_plan
    from planner.rules import check, law_of_site, lawful

    plan = load_plan(folder)
    findings = check(plan.roster, plan.shifts, plan.account)
    notes = {site.id: law_of_site(site).notes for site in plan.account.sites}
    if json:
        print_json(
            {
                "lawful": lawful(findings),
                "note": NOT_LEGAL_ADVICE,
                "findings": [_row(finding) for finding in findings],
                "rules": {site: list(said) for site, said in notes.items()},
            }
        )
    else:
        _print(findings)
    if not lawful(findings):
        raise typer.Exit(1)


def labour_line(plan: Plan) -> str:
    """Return in a line or two what labour rules say of a plan's roster."""
    from planner.rules import Severity, check, unlawful_shifts

    found = check(plan.roster, plan.shifts, plan.account)
    unlawful = (Severity.BREACH, Severity.OVERTIME)
    broken = sorted({f"{f.rule} at {f.site}" for f in found if f.severity in unlawful})
    paid = sorted({f"{f.rule} at {f.site}" for f in found if f.severity is Severity.PAID})
    unjudged = sorted({f"{f.rule} at {f.site}" for f in found if f.severity is Severity.OPEN})
    said = f"not kept: {', '.join(broken)}" if broken else "every rule known that binds these shifts is kept"
    if paid:
        said += f"; by overtime that is paid: {', '.join(paid)}"
    if left := sorted({f"{one.rule} at {one.site}" for one in unlawful_shifts(plan.account)}):
        said += f"; shifts or starts of breaks left out for {', '.join(left)} (planner validate lists them)"
    if unjudged:
        said += f"; cannot be judged: {', '.join(unjudged)}"
    more = " (planner check says more)" if found else ""
    return f"Labour rules: {said}{more}; not legal advice"


def _print(findings: Sequence[Finding]) -> None:
    together: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        together.setdefault((finding.site, finding.rule, finding.severity.value), []).append(finding)
    if together:
        rows = [
            [site, rule, severity, f"{len(same):,}", f"{len({f.agent for f in same}):,}" if same[0].agent else "–"]
            for (site, rule, severity), same in together.items()
        ]
        print_table(["site", "rule", "finding", "times", "agents"], rows)
        for same in together.values():
            typer.echo(f"  {same[0].sentence}")
    else:
        typer.echo("Every rule known for these sites is kept.")
    typer.echo(f"\n{NOT_LEGAL_ADVICE}")


def _row(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "country": finding.country,
        "finding": finding.severity.value,
        "site": finding.site,
        "agent": finding.agent or None,
        "start": finding.start_utc.isoformat(),
        "end": finding.end_utc.isoformat(),
        "date": finding.date.isoformat(),
        "measured": finding.measured,
        "limit": finding.limit,
        "unit": finding.unit,
        "sentence": finding.sentence,
    }
