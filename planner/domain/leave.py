"""Leave that is listed by name beside an absence that may hold it already."""

from __future__ import annotations

from datetime import timedelta

from planner.domain.account import Account


def leave_notes(account: Account) -> tuple[str, ...]:
    """Return a sentence for the groups whose leave may count twice: listed by name within the horizon, and in an absence of which nobody
    said what part is planned leave."""
    first = account.horizon.start
    last = first + timedelta(days=account.horizon.days - 1)
    home = {person.id: person.group for person in account.people}
    days: dict[str, int] = {}
    for one in account.time_off:
        within = (min(one.last, last) - max(one.first, first)).days + 1
        group = home.get(one.agent)
        if group is not None and within > 0:
            days[group] = days.get(group, 0) + within
    unsaid = [g for g in account.groups if g.id in days and g.absence > 0 and g.planned_leave is None]
    if not unsaid:
        return ()
    said = ", ".join(
        f"{g.id} ({days[g.id]} {'day' if days[g.id] == 1 else 'days'} listed, absence {g.absence:.0%})" for g in unsaid
    )
    return (
        f"Leave may count twice: {said}. Say which part of absence is planned leave (planned_leave of the group, 0 for none): it is then "
        "left out.",
    )
