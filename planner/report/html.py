"""report.html: the plan on one page that needs no network, fit for a client to read, check and print."""

from __future__ import annotations

from planner import charts
from planner.domain.headline import held_queues
from planner.domain.plan import Plan
from planner.explanation import Explanation
from planner.report.markup import Markup, join, tag
from planner.report.page.backlog import backlog
from planner.report.page.changes import changes
from planner.report.page.figures import Figures, embedded, policy
from planner.report.page.glossary import glossary
from planner.report.page.head import cards, header, title
from planner.report.page.labour import labour
from planner.report.page.money import money
from planner.report.page.notes import notes
from planner.report.page.people import people
from planner.report.page.proof import proof
from planner.report.page.service import service
from planner.report.page.simulation import simulation
from planner.report.page.small_desks import small_desks
from planner.report.page.staff import staff
from planner.report.page.style import CSS
from planner.report.page.why import why
from planner.report.page.workload import workload

_SHORT_NAMES = {
    "plan": "Plan",
    "changes": "Changes",
    "people": "People",
    "service": "Service",
    "simulation": "Simulation",
    "few": "Small desks",
    "backlog": "Backlog",
    "workload": "Workload",
    "coverage": "Coverage",
    "roster": "Roster",
    "labour": "Labour rules",
    "money": "Money",
    "why": "Why",
    "proof": "How computed",
    "notes": "What is short",
    "words": "Words",
}


def html(plan: Plan, found: Explanation | None = None) -> str:
    """Return the page's text, complete in itself: nothing is fetched, and every text of the user's is escaped.

    `found` is an explanation to be told in a section of its own. Without Plotly the page has no charts and says how to get them.
    """
    figures = Figures(plan)
    sections = _sections(plan, figures, found)
    scripts = figures.scripts()
    links = (tag("a", _SHORT_NAMES[id], href=f"#{id}") for id, _, _, _ in sections)
    body = join(
        [
            header(plan),
            tag("nav", tag("div", *links), aria_label="Sections"),
            tag("main", figures.notice(), *(_section(*section) for section in sections)),
            tag("footer", _footer(plan)),
            embedded(scripts),
        ],
        "\n",
    )
    head = join(
        [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy(scripts)),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", f"{title(plan)} · plan"),
            tag("style", Markup(CSS)),
        ],
        "\n",
    )
    return f"<!doctype html>\n{tag('html', tag('head', head), tag('body', body), lang='en')}\n"


def _sections(plan: Plan, figures: Figures, found: Explanation | None) -> list[tuple[str, str, str, Markup]]:
    return [
        ("plan", "The plan", "Figures are read off the finished roster, not off the optimiser.", cards(plan)),
        *changes(plan),
        (
            "people",
            "Who sits where, when",
            "Heads by shift, on each site's own clock. A shift over midnight belongs to the day it starts.",
            join([people(plan), figures.show(charts.capacity_by_site)]),
        ),
        (
            "service",
            "Service promised and delivered",
            "Each promise with its formula, threshold and window; what the finished roster delivers; and in how many of the possible "
            "demand futures it holds.",
            join([service(plan), figures.show(charts.service_by_day)]),
        ),
        *simulation(plan, figures),
        *small_desks(plan),
        *backlog(plan, figures),
        *workload(plan),
        (
            "coverage",
            "Requirement and coverage",
            "Agents on seat as the shifts were designed, and agents given, shared people divided between queues beforehand; mail and "
            "other work that waits needs few, for it fills idle time. What customers meet is in the simulation."
            if held_queues(plan)
            else "Agents needed on seat, and agents given, interval by interval.",
            join(
                [
                    figures.show(charts.demand_forecast),
                    figures.show(charts.coverage_heatmap),
                    figures.show(charts.coverage_by_hour),
                    figures.show(charts.coverage_lines),
                ]
            ),
        ),
        (
            "roster",
            "Roster",
            "Every shift as a bar with its heads. The switch above the chart turns the clock from the site's to the customer's.",
            join([figures.show(charts.roster_gantt), *([staff(plan)] if plan.roster.named else [])]),
        ),
        (
            "labour",
            "Labour rules",
            "Every agent's shifts against every rule known of the site's country, by a check that knows nothing of the optimiser.",
            labour(plan),
        ),
        (
            "money",
            "Cost and price",
            "Money as lines that trace to hours.",
            join(
                [
                    figures.show(charts.cost_breakdown, by="site"),
                    figures.show(charts.cost_breakdown, by="language"),
                    money(plan),
                ]
            ),
        ),
        *why(plan, found),
        ("proof", "How it was computed", "Enough to compute it again.", proof(plan)),
        ("notes", "What is short, and notes", "Shortfall is shown, never hidden.", notes(plan)),
        ("words", "Words", "", glossary()),
    ]


def _section(id: str, name: str, lead: str, content: Markup) -> Markup:
    return tag("section", tag("h2", name), tag("p", lead, class_="lead") if lead else "", content, id=id)


def _footer(plan: Plan) -> str:
    made = plan.provenance
    return (
        f"Made by third-ring {made.version} (results version {made.results_version}), seed {made.seed}, input {made.input_sha256[:12]}. "
        "Every figure here comes from the files in the same folder."
    )
