"""People who can share work, and all the work they share: what is solved at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.staff import Person
from planner.roster.places import Place, by_group
from planner.roster.week import Team
from planner.rules import Law


def teams_of(people: Iterable[Person], places: Iterable[Place], account: Account, laws: Mapping[str, Law]) -> tuple[Team, ...]:
    """Return the teams, in the account's order of groups: groups are joined where somebody may take the work of both."""
    everybody = tuple(people)
    head = {group.id: group.id for group in account.groups}

    def root(group: str) -> str:
        while head[group] != group:
            group = head[group]
        return group

    for person in everybody:
        for other in person.groups[1:]:
            head[root(other)] = root(person.groups[0])
    work = by_group(places)
    teams = []
    for group in account.groups:
        own = tuple(person for person in everybody if root(person.groups[0]) == group.id)
        if root(group.id) != group.id or not own:
            continue
        site = account.site(group.site)
        horizon = account.horizon
        teams.append(
            Team(
                people=own,
                places=tuple(
                    place for other in account.groups if root(other.id) == group.id for place in work.get(other.id, ())
                ),
                zone=site.zone,
                law=laws[site.id],
                first=account.grid.start_utc.astimezone(zone_info(site.zone)).date(),
                days=horizon.days,
            )
        )
    return tuple(teams)
