"""What one to three agents can promise: a table for each such queue, and the rest in sentences."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.domain.small_desk import Fare, SmallDesk
from planner.domain.small_desk_words import between, empty, hours, percent, title, unkept, within
from planner.report.markup import Markup, join, table, tag
from planner.report.words import DASH, number

_LEAD = (
    "So few people cannot keep the promise of a large desk: whoever is on the line cannot take the next call, has breaks, falls ill. These "
    "are shares of all contacts, simulated with sampled absences, with 95% intervals; what is exact says so."
)


def small_desks(plan: Plan) -> list[tuple[str, str, str, Markup]]:
    """Return the section of the report, none where every live queue has more than three people at once."""
    desks = plan.evaluation.small_desks
    if not desks:
        return []
    parts = [part for desk in desks for part in _of_desk(desk, plan)]
    return [("few", title(max(desk.most for desk in desks)), _LEAD, join(parts))]


def _of_desk(desk: SmallDesk, plan: Plan) -> list[Markup]:
    zone = plan.account.market(plan.account.queue(desk.queue).market).zone
    kinds: tuple[tuple[str, Fare | None], ...] = (
        ("All contacts", desk.every),
        ("While all due are there", desk.on_seat),
        ("On a day with one of them away", desk.one_away),
    )
    rows = [_row(words, fare) for words, fare in kinds if fare is not None]
    each = [cell for threshold in desk.thresholds for cell in (f"Within {within(threshold)}", "95% interval")]
    who = "one person" if desk.most == 1 else f"up to {desk.most} people"
    caption = f"{desk.queue}, {who} at once, over {desk.replications} simulated horizons"
    said = tag("ul", *(tag("li", line) for line in (*unkept(desk), hours(desk, zone), empty(desk))))
    head = ("Contacts", *each, "Give up", "Mean wait")
    return [table(head, rows, kinds="t" + "n" * (len(head) - 1), caption=caption), said]


def _row(words: str, fare: Fare) -> list[str]:
    shares = [cell for figure in fare.within for cell in (percent(figure), between(figure))]
    wait = DASH if fare.mean_wait_s is None else f"{number(fare.mean_wait_s.value)} s"
    return [words, *shares, percent(fare.gave_up), wait]
