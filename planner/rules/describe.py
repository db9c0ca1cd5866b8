"""The rules as a page of documentation: every id, and every country's rows with their sources, made from the data itself."""

from __future__ import annotations

from planner.reference import NOT_RESEARCHED, LabourRow, labour_rows
from planner.rules.catalogue import CATALOGUE, Kind, RuleSpec, Use
from planner.rules.registry import CHECKS
from planner.rules.rule import NOT_LEGAL_ADVICE

_USES = {
    Use.READ: "read by other rules",
    Use.PAY: "pay: a fact, changes nothing by itself",
    Use.SHOWN: "shown only",
}


def describe_rules() -> str:
    """Return a Markdown page: each known rule with its function and range, then each country with its rows, dates and sources."""
    rows = labour_rows()
    lines = [
        "# Labour rules by id and by country",
        "",
        f"{NOT_LEGAL_ADVICE} How they are read, and how to set your own: [labour-rules.md](labour-rules.md).",
        "",
        "## Rules",
        "",
        "| id | says | may be set to | used |",
        "|---|---|---|---|",
        *(_rule(spec) for spec in CATALOGUE.values() if spec.id != NOT_RESEARCHED),
        "",
        "## Countries",
    ]
    for country in dict.fromkeys(row.country for row in rows if row.rule != NOT_RESEARCHED):
        own = [row for row in rows if row.country == country]
        lines += ["", f"### {own[0].law} (`{country}`)", "", "| rule | value | in force | seen in the source | note |"]
        lines += ["|---|---|---|---|---|", *(_row(row) for row in own)]
    missing = ", ".join(f"{row.law} (`{row.country}`)" for row in rows if row.rule == NOT_RESEARCHED)
    lines += ["", "### Not researched", "", f"{missing}. Countries that are not on this page have not been looked up either."]
    return "\n".join(lines) + "\n"


def _rule(spec: RuleSpec) -> str:
    used = f"`{CHECKS[spec.id].__name__}`" if spec.id in CHECKS else _USES[spec.use]
    settable = f"{spec.low:g} to {spec.high:g} {spec.unit}" if spec.may_be_set else "–"
    if spec.may_be_off:
        settable = f'{settable}, "off"' if spec.may_be_set else '"off"'
    says = spec.says.format(value="…" if spec.kind is Kind.WORDS else f"… {spec.unit}".strip())
    return f"| `{spec.id}` | {says} | {settable} | {used} |"


def _row(row: LabourRow) -> str:
    value = f"{row.value} {row.unit}".strip() if row.value else "none"
    source = f"[{row.source_type}]({row.source})" if row.source else "no source"
    seen = source if row.verified else f"{source}: not seen, believed"
    return f"| `{row.rule}` | {value} | {_dates(row)} | {seen} | {row.note.replace('|', '/')} |"


def _dates(row: LabourRow) -> str:
    start = f"from {row.effective_from}" if row.effective_from else ""
    end = f"until before {row.effective_until}" if row.effective_until else ""
    return ", ".join(part for part in (start, end) if part) or "–"
