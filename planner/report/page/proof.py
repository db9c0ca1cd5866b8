"""How the plan was computed, so that somebody else can check it."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.domain.solve import SolveInfo
from planner.report.markup import Markup, join, table, tag
from planner.report.words import DASH, STATUSES, number, percent, plain_percent

_FILES = (
    ("inputs.json", "the account as planned: everything an outsider needs to compute it again"),
    ("demand.csv, scenarios.npz", "expected contacts with their spread, and every possible future looked at"),
    ("requirement.csv", "agents needed on seat per queue and interval, fractional"),
    ("shifts.csv, agents.csv, roster.csv", "the shifts, the people and who works which"),
    ("capacity.csv", "heads rostered, present and on seat per group, counted from shifts.csv"),
    ("coverage.csv", "how capacity.csv is divided among queues; nobody is counted twice"),
    ("service.csv, deferred.csv", "service per queue and interval, computed from coverage.csv and demand.csv"),
    ("sla.csv", "levels per window: contacts in time over contacts counted, with the chance that the target holds"),
    ("cost.csv, price.csv", "money, from the hours of shifts.csv"),
)


def proof(plan: Plan) -> Markup:
    """Return provenance, how each solve ended, how each queue was forecast and sized, and the files to check it by."""
    return join(
        [
            _made(plan),
            tag("h3", "Solves"),
            _solves(plan.solves),
            tag("h3", "How each queue was forecast and sized"),
            _methods(plan),
            tag("h3", "Check it yourself"),
            tag("p", "This page is made from the files beside it. Each follows from the ones above it:"),
            table(("File", "What it holds"), _FILES, kinds="tt"),
        ]
    )


def _made(plan: Plan) -> Markup:
    made, settings = plan.provenance, plan.account.settings
    again = "yes: the same input gives this plan again" if made.repeatable else f"no: {made.why_not_repeatable}"
    facts = [
        ("Product", f"third-ring {made.version}, results version {made.results_version}"),
        ("Input", tag("code", f"sha256 {made.input_sha256}")),
        ("Seed", str(made.seed)),
        ("Repeatable", again),
        ("Possible futures", f"{len(plan.demand.scenarios)} demand scenarios, equally likely"),
        ("Sized for", _sized_for(settings.plan_for)),
        (
            "Solving ends at",
            f"a proven gap of {plain_percent(settings.gap)} or {settings.time_limit_s:g} s, with {settings.solver}",
        ),
    ]
    return tag("dl", *(part for name, value in facts for part in (tag("dt", name), tag("dd", value))))


def _sized_for(quantile: float | None) -> str:
    if quantile is None:
        return "the expected contacts, their spread averaged over"
    return f"the {plain_percent(quantile)} quantile of the demand scenarios"


def _solves(solves: tuple[SolveInfo, ...]) -> Markup:
    rows = [
        [
            info.name,
            STATUSES[info.status],
            number(info.objective, 2),
            number(info.bound, 2),
            DASH if info.gap is None else percent(info.gap, 2),
            number(info.seconds, 1),
            info.solver,
            f"{number(info.variables)} × {number(info.rows)}",
        ]
        for info in solves
    ]
    if not rows:
        return tag("p", "Nothing was solved.")
    head = ("Solve", "How it ended", "Objective", "Proven bound", "Gap", "Seconds", "Solver", "Variables × rows")
    caption = "Gap = (objective − bound) / objective. Notes say what the objective prices besides pay; costs are in the bill."
    return join([table(head, rows, kinds="ttnnnntn", caption=caption), *(_note(info) for info in solves if info.note)])


def _note(info: SolveInfo) -> Markup:
    # below the table, where there is room for sentences
    said = (tag("li", f"{part[:1].upper()}{part[1:]}.") for part in info.note.split("; "))
    return join([tag("p", tag("strong", info.name), ":"), tag("ul", *said)])


def _methods(plan: Plan) -> Markup:
    choices = {choice.queue: choice for choice in plan.demand.choices}
    methods = dict(zip(plan.requirement.queues, plan.requirement.methods, strict=True))
    rows = []
    for queue in plan.account.queues:
        choice = choices.get(queue.id)
        tried = ", ".join(f"{name} {percent(error)}" for name, error in choice.wape) if choice else ""
        rows.append(
            [
                queue.id,
                join([choice.model, tag("br"), tag("small", choice.reason)]) if choice else DASH,
                tried or DASH,
                methods.get(queue.id, DASH),
            ]
        )
    head = ("Queue", "Forecast by", "Error in back-test (WAPE)", "Sized by")
    return table(head, rows, kinds="tttt")
