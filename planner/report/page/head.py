"""Top of the page: what this plan is, and its figures in cards."""

from __future__ import annotations

from planner.domain.headline import held_queues
from planner.domain.plan import Plan
from planner.report.facts import Facts, facts
from planner.report.markup import Markup, join, tag
from planner.report.words import clock, number, percent


def title(plan: Plan) -> str:
    """Return the page's title: the account and, where there is one, its what-if."""
    override = f" · {plan.account.override}" if plan.account.override else ""
    return f"{plan.account.name}{override}"


def header(plan: Plan) -> Markup:
    """Return the page's heading: account, horizon and clocks."""
    account, grid = plan.account, plan.demand.grid
    horizon = (
        f"{clock(grid.start_utc, grid.zone)} to {clock(grid.end_utc, grid.zone)} ({grid.zone}), "
        f"in intervals of {grid.interval_s // 60} minutes"
    )
    size = f"{_count(len(account.queues), 'queue')}, {_count(len(account.sites), 'site')}, {_count(len(account.groups), 'group')} of agents"
    return tag("header", tag("h1", title(plan)), tag("p", horizon, class_="lead"), tag("p", size, class_="lead"), class_="top")


def cards(plan: Plan) -> Markup:
    """Return the headline figures, each with its unit and what it means."""
    found = facts(plan)
    shown = [
        _card(
            "Promises kept",
            f"{found.kept} of {found.promised}",
            "delivered service, recomputed from the finished roster, against each target",
            good=found.kept == found.promised if found.promised else None,
        ),
        _card("Agents on the payroll", number(found.agents), f"{number(found.paid_h)} paid hours in the horizon"),
        *_money(plan, found),
        _card(
            "Contacts expected",
            number(found.contacts),
            f"mean of the forecast; the plan is checked in {_futures(plan)} possible futures",
        ),
        _card(
            "Missing on-seat time",
            f"{number(found.missing_h, 1)} h",
            "below what the shifts were designed for; promises are held to simulated levels"
            if held_queues(plan)
            else "below the least that intervals must have; see what is short",
            good=True if found.missing_h < 0.05 else None,
        ),
        _gap(found.gap, weighed=plan.account.settings.promises == "paid"),
    ]
    return tag("div", *shown, class_="cards")


def _futures(plan: Plan) -> int:
    found = plan.evaluation.simulation
    return found.futures if found is not None and held_queues(plan) else len(plan.demand.scenarios)


def _money(plan: Plan, found: Facts) -> list[Markup]:
    note = "wages, premiums and on-costs of the horizon"
    if found.lead_in is not None:
        note += f"; shifts begun before it cost {number(found.lead_in.amount)} more"
    amount, currency = found.price.amount, found.price.currency
    each = f", {float(amount) / found.contacts:,.2f} {currency} per expected contact" if found.contacts else ""
    share = f"{(plan.account.contract.margin_share * 100).normalize():f}%"
    return [
        _card("Cost", number(found.cost.amount), note, unit=found.cost.currency),
        _card("Price", number(amount), f"cost plus {share}{each}", unit=currency),
        *_credits(found),
    ]


def _credits(found: Facts) -> list[Markup]:
    if found.credits is None or found.left is None:
        return []
    note = f"by the tiers of the contract; {number(found.left.amount)} {found.left.currency} are left of the price after cost and these"
    return [_card("Expected service credits", number(found.credits.amount), note, unit=found.credits.currency)]


def _gap(gap: float | None, *, weighed: bool) -> Markup:
    if gap is None and weighed:
        return _card("Proven gap", "none", "no bound is proven for cost and expected service credits together")
    if gap is None:
        return _card("Proven gap", "none", "no bound on the best possible cost was proven")
    return _card("Proven gap", percent(gap), "no other roster can undercut this one by more, missing time priced in")


def _card(name: str, value: str, note: str, *, unit: str = "", good: bool | None = None) -> Markup:
    mood = {True: " good", False: " bad", None: ""}[good]
    figure = join([value, Markup("&nbsp;"), tag("small", unit)]) if unit else value
    return tag(
        "div",
        tag("div", name, class_="name"),
        tag("div", figure, class_="value"),
        tag("div", note, class_="note"),
        class_=f"card{mood}",
    )


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
