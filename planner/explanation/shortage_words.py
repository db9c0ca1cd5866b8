"""Why a plan is short, as sentences: what is missing, what cannot hold together, ways out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.explanation.phrases import SOURCES, item, names_text, short_text
from planner.explanation.result import Conflict, Figure, Relaxation, Shortage, Wanted


def shortage_text(found: Shortage, plan: Plan) -> list[str]:
    """Return why a plan is short, as lines."""
    return list(_shortage(found, plan))


def _shortage(found: Shortage, plan: Plan) -> Iterator[str]:
    if found.intervals:
        said = f"Short: {found.hours:,.1f} on-seat agent-hours below the least an interval must have, in {found.intervals} intervals"
        yield from item(f"{said} (counted in the plan)", indent="")
        yield from item("worst: " + "; ".join(short_text(s, plan) for s in found.worst))
    else:
        yield "Short: no interval; promises are missed (counted in the plan)"
    currency = plan.account.currency
    if found.forced is None:
        yield "  Whether limits force any of it was not computed."
        return
    if not found.forced.sure:
        yield from item(
            "No limit stands in the way: the linear program meets every requirement and promise. The plan is short by choice: a missing "
            f"agent-hour is priced at {found.price_per_h:,.2f} {currency}, and a whole shift for a short peak costs more."
        )
        if found.full_cover is not None:
            yield from item(f"Meeting everything would add at least {_amount_only(found.full_cover)} to the cheapest plan.")
        return
    yield from item(
        f"{found.forced.amount:,.2f} agent-hours are missing in every plan, whatever it costs (the least of a linear program)."
    )
    for conflict in found.conflicts:
        yield from _conflict(conflict, plan)
    yield from _relaxations(found.relaxations)


def _amount_only(figure: Figure) -> str:
    return f"{figure.amount:,.2f} {figure.unit} ({SOURCES[figure.source]})"


def _conflict(conflict: Conflict, plan: Plan) -> Iterator[str]:
    yield from item(
        f"These cannot all hold, {conflict.missing.amount:,.3g} {conflict.missing.unit} apart; without any one the others can:"
    )
    for wanted in conflict.demands:
        yield from item(f"- {_wanted(wanted, plan)}", indent="    ")
    for said in conflict.sentences:
        yield from item(f"- {said}", indent="    ")


def _wanted(wanted: Wanted, plan: Plan) -> str:
    if wanted.clause:
        return f"{wanted.clause}: {100 * wanted.level:.4g}% of {wanted.contacts:,.0f} contacts in time ({names_text(wanted.queues)})"
    assert wanted.start_utc is not None
    assert wanted.end_utc is not None
    queues = [plan.account.queue(q) for q in wanted.queues]
    zone = plan.account.market(queues[0].market).zone if queues else plan.account.horizon.zone
    start, end = (x.astimezone(zone_info(zone)) for x in (wanted.start_utc, wanted.end_utc))
    return f"{names_text(wanted.queues)} need {wanted.agents:.2f} agents on seat {start:%a %d %b %H:%M}-{end:%H:%M} {zone}"


def _relaxations(relaxations: Sequence[Relaxation]) -> Iterator[str]:
    if not relaxations:
        return
    yield "  Ways out, each solved again:"
    for r in relaxations:
        parts = []
        if r.fewer is not None:
            parts.append(f"{r.fewer.amount:,.2f} {r.fewer.unit} fewer missing" + (", none left" if r.enough else ""))
        if r.cost is not None:
            parts.append(f"least cost {r.cost.amount:+,.2f} {r.cost.unit}, shortfall priced ({SOURCES[r.cost.source]})")
        yield from item(f"- {r.sentence}: {'; '.join(parts)}", indent="    ")
