"""The people of a roster, their time off and wishes: rows of tables become persons, every fault told with row, column and remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from planner.domain.grid import to_utc
from planner.domain.history import Row, Tables
from planner.domain.people import Group
from planner.domain.queues import MINUTES_A_DAY, Channel, Queue
from planner.domain.staff import Lock, Nights, Person, Preference, TimeOff, Wish, merged
from planner.errors import Problem
from planner.io import people_cells as cells
from planner.io.locks import ANY, OFF, check_locks
from planner.io.names import did_you_mean, id_fault, shown
from planner.io.resolved import Resolved
from planner.io.settings.clock_times import minute_of_day
from planner.io.tables.listing import cell_place

_T = TypeVar("_T")
_U = TypeVar("_U")
_Staff = tuple[tuple[Person, ...], tuple[TimeOff, ...], tuple[Preference, ...], tuple[Lock, ...]]


def resolve_staff(done: Resolved, tables: Tables, *, override: str = "") -> _Staff:
    """Return the people of `tables`, their time off (overlapping ones joined), preferences and locks; problems are added to `done`.

    Leave of which nothing lies within the horizon is a problem, but not for a named what-if, which may move the horizon.
    """
    reader = _Reader(done)
    if tables.agents and len(done.groups) < len(done.draft.ids["groups"]):
        return (), (), (), ()  # a group that could not be read may be theirs
    people = [person for row in tables.agents if (person := reader.person(row)) is not None]
    reader.no_duplicates(tables.agents)
    known = [row.get("agent") for row in tables.agents]
    times = [one for row in tables.time_off if (one := reader.time_off(row, known)) is not None]
    wishes = [wish for row in tables.preferences if (wish := reader.preference(row, known)) is not None]
    away = merged(tuple(times))
    if away and not override:
        reader.none_within(tables.time_off, away)
    settled = [(row, lock) for row in tables.locks if (lock := reader.lock(row, known)) is not None]
    _leave_out_listed(done, people, away)
    check_locks(done, reader.tell, settled, people, away)
    return tuple(people), away, tuple(wishes), tuple(lock for _, lock in settled)


def _leave_out_listed(done: Resolved, people: list[Person], away: tuple[TimeOff, ...]) -> None:
    """Take planned leave out of the absence of groups with named people where leave is listed: those there must turn up more surely."""
    named = {group for person in people for group in person.groups} if away else set()
    for i, group in done.groups.items():
        if group.id in named and group.planned_leave:
            done.groups[i] = replace(group, absence=1 - (1 - group.absence) / (1 - group.planned_leave))


def check_certificates(done: Resolved) -> None:
    """Add a problem for every queue whose certificates no site has where somebody could answer it."""
    sites = {site.id: site for site in done.sites.values()}
    for i, queue in done.queues.items():
        able = [g for g in done.groups.values() if done.serves(g, queue) and g.site in sites]
        asked = set(queue.gate.certificates)
        if asked and able and not any(asked.issubset(sites[g.site].certificates) for g in able):
            names = ", ".join(sorted({g.site for g in able}))
            message = f"asks for {', '.join(sorted(asked))}, which no site has where somebody speaks {queue.language} over {queue.channel}"
            done.problem(
                ("queues", i), message, f"add it to the certificates of {names} if it holds there, or leave out requires"
            )


class _Reader:
    """Reads rows; each wrong cell becomes a problem of its own."""

    def __init__(self, done: Resolved) -> None:
        self.done = done
        self.groups = {group.id: group for group in done.groups.values()}
        self.sites = {site.id: site for site in done.sites.values()}
        self.rules = {rule.id: rule for rule in done.shift_rules.values()}
        self.wrong = 0

    def person(self, row: Row) -> Person | None:
        """Return the person of a row, None after telling what is wrong."""
        before = self.wrong
        id = self._agent_id(row)
        groups = self._groups(row)
        languages = self.cell(row, "languages", cells.languages, ())
        channels = self.cell(row, "channels", cells.channels, ())
        if groups is None and self.wrong == before:
            groups = self._groups_by_skill(row, languages, channels)
        home = groups[0] if groups else None
        hours = self.cell(row, "hours_per_week", cells.number, None)
        most = self.cell(row, "days_per_week", cells.whole, home.days_per_week if home else 5)
        rules = self.cell(row, "shifts", self._shifts, ())
        fewest = self._usual_days(home, rules, hours, most)
        values: dict[str, Any] = {
            "least_days": self.cell(row, "least_days", cells.whole, fewest),
            "availability": self.cell(row, "availability", cells.spans, ()),
            "earliest_start_min": self.cell(row, "earliest_start", minute_of_day, 0),
            "latest_start_min": self.cell(row, "latest_start", minute_of_day, MINUTES_A_DAY - 1),
            "nights": self.cell(row, "nights", cells.nights, Nights.ANY),
            "scores": self.cell(row, "scores", cells.scores, ()),
            "valid_from": self.cell(row, "valid_from", cells.day, None),
            "valid_to": self.cell(row, "valid_to", cells.day, None),
            "nights_before": self.cell(row, "nights_before", cells.whole, 0),
            "weekend_days_before": self.cell(row, "weekend_days_before", cells.whole, 0),
            "least_hours": self.cell(row, "least_hours", cells.spent, 0.0),
            "last_end_utc": self._last_end(row, home),
            "days_in_a_row_before": self.cell(row, "days_in_a_row_before", cells.whole, 0),
            "hours_before": self.cell(row, "hours_before", cells.spent, 0.0),
        }
        if self.wrong > before or not groups:
            return None
        try:
            person = Person(
                id=id, groups=tuple(g.id for g in groups), most_days=most, most_hours=hours, languages=languages, channels=channels,
                shift_rules=rules, **values,
            )  # fmt: skip
        except ValueError as error:
            self.tell(row, "agent", str(error))
            return None
        self._fits(row, person, groups)
        return person if self.wrong == before else None

    def time_off(self, row: Row, known: list[str]) -> TimeOff | None:
        """Return the days off of a row, None after telling what is wrong."""
        before = self.wrong
        agent = self._known(row, known)
        first, last = self.cell(row, "from", cells.day, None, needed=True), self.cell(row, "to", cells.day, None, needed=True)
        if self.wrong > before or first is None or last is None:
            return None
        if last < first:
            self.tell(row, "to", f"{last} is before {first}; swap from and to")
            return None
        return TimeOff(agent=agent, first=first, last=last)

    def none_within(self, rows: tuple[Row, ...], away: tuple[TimeOff, ...]) -> None:
        """Tell where all of a table of leave lies outside the horizon: it is another year's, or another month's."""
        horizon = self.done.draft.horizon
        if horizon is None:
            return
        first, last = horizon.start - timedelta(days=1), horizon.start + timedelta(days=horizon.days - 1)
        if not any(one.first <= last and first <= one.last for one in away):
            span = f"from {min(one.first for one in away)} to {max(one.last for one in away)}"
            remedy = "correct the dates, or empty the table where nobody is off"
            self.tell(
                rows[0], "from", f"all leave of the table is {span}, outside the horizon, {horizon.start} to {last}; {remedy}"
            )

    def lock(self, row: Row, known: list[str]) -> Lock | None:
        """Return what is settled by a row, None after telling what is wrong."""
        before = self.wrong
        agent = self._known(row, known)
        day = self.cell(row, "date", cells.day, None, needed=True)
        shift = row.get("shift")
        start = self.cell(row, "start", minute_of_day, None)
        if not shift:
            self.tell(row, "shift", 'is empty; write the id of a shift, "any" or "off"')
        elif shift not in (OFF, ANY):
            self.cell(row, "shift", self._shifts, ())
        if shift == OFF and start is not None:
            self.tell(row, "start", "a day off has no start; leave it empty")
        if self.wrong > before or day is None:
            return None
        return Lock(agent=agent, day=day, off=shift == OFF, rule="" if shift in (OFF, ANY) else shift, start_min=start)

    def preference(self, row: Row, known: list[str]) -> Preference | None:
        """Return the wish of a row, None after telling what is wrong."""
        before = self.wrong
        agent = self._known(row, known)
        wish = self.cell(row, "wish", cells.wish, Wish.OFF, needed=True)
        values: dict[str, Any] = {
            "day": self.cell(row, "date", cells.day, None),
            "weekday": self.cell(row, "weekday", cells.weekday, None),
            "from_min": self.cell(row, "from", minute_of_day, 0),
            "to_min": self.cell(row, "to", minute_of_day, MINUTES_A_DAY - 1),
            "weight": self.cell(row, "weight", cells.weight, 1),
        }
        if wish is Wish.OFF and (row.get("from") or row.get("to")):
            self.tell(row, "wish", 'a day off has no hours; leave out from and to, or write "avoid"')
        if self.wrong > before:
            return None
        try:
            return Preference(agent=agent, wish=wish, **values)
        except ValueError as error:
            self.tell(row, "date", f"{error}; leave one of them empty")
            return None

    def no_duplicates(self, rows: tuple[Row, ...]) -> None:
        """Tell every id that stands in more than one row."""
        for id, count in Counter(row.get("agent") for row in rows).items():
            if id and count > 1:
                where = [row for row in rows if row.get("agent") == id]
                numbers = ", ".join(str(row.row) for row in where)
                self.tell(
                    where[1], "agent", f"{shown(id)} is in rows {numbers}; give each person one row and an id of their own"
                )

    def cell(self, row: Row, column: str, read: Callable[[str], _T], otherwise: _U, *, needed: bool = False) -> _T | _U:
        """Return a cell read, or `otherwise` where it is empty or, after telling why, cannot be read."""
        text = row.get(column)
        if not text:
            if needed:
                self.tell(row, column, "is empty; write it, or delete the row")
            return otherwise
        try:
            return read(text)
        except ValueError as error:
            self.tell(row, column, str(error))
            return otherwise

    def tell(self, row: Row, column: str, fault: str) -> None:
        """Record a problem; the remedy follows the last semicolon of `fault`."""
        message, _, remedy = fault.rpartition("; ")
        self.done.problems.append(Problem(cell_place(row.file, row.row, column), message or remedy, remedy if message else ""))
        self.wrong += 1

    def _agent_id(self, row: Row) -> str:
        id = row.get("agent")
        if not id:
            self.tell(row, "agent", "is empty; give each person a pseudonym, such as a personnel number")
        elif fault := id_fault(id):
            self.tell(row, "agent", f"{fault}: a pseudonym, not a name")
        return id

    def _known(self, row: Row, known: list[str]) -> str:
        agent = row.get("agent")
        if agent not in known:
            near = (
                did_you_mean(agent, list(dict.fromkeys(k for k in known if k)), what="agents")
                if known
                else "add a table agents"
            )
            self.tell(row, "agent", f"{shown(agent)} is not in the agents table; {near}")
        return agent

    def _groups(self, row: Row) -> list[Group] | None:
        """The groups written, None where none are."""
        names = row.get("group").split()
        if not names:
            return None
        unknown = [name for name in names if name not in self.groups]
        for name in unknown:
            near = did_you_mean(name, sorted(self.groups), what="groups")
            self.tell(row, "group", f"{shown(name)} is not a group of the account; {near}")
        found = [self.groups[name] for name in names if name in self.groups]
        if len({group.site for group in found}) > 1:
            self.tell(row, "group", f"{' '.join(names)} are groups of different sites; a person works at one")
        if row.get("site") and found and row.get("site") != found[0].site:
            self.tell(
                row,
                "site",
                f"{shown(row.get('site'))} is not the site of {found[0].id}; leave site empty or write {found[0].site}",
            )
        return found

    def _groups_by_skill(
        self, row: Row, languages: tuple[tuple[str, str], ...], channels: tuple[Channel, ...]
    ) -> list[Group] | None:
        """The groups of the site whose work a person's skills are enough for, the widest first."""
        site = row.get("site")
        if not languages:
            self.tell(
                row,
                "languages",
                'has neither a group nor languages; write the group, or site and languages such as "de:C1 en:B2"',
            )
            return None
        if site not in self.sites:
            near = did_you_mean(site, sorted(self.sites), what="sites") if site else f"sites: {', '.join(sorted(self.sites))}"
            self.tell(row, "site", f"{shown(site)} is not a site of the account; {near}" if site else f"is empty; {near}")
            return None
        spoken = {language for language, _ in languages}
        fitting = [
            group
            for group in self.groups.values()
            if group.site == site
            and spoken.issuperset(group.languages)
            and (not channels or set(channels).issuperset(group.channels))
        ]
        if not fitting:
            said = f"no group of {site} works {', '.join(sorted(spoken))} alone over these channels"
            self.tell(row, "languages", f"{said}; add the group, or a language or channel that the person lacks")
            return None
        return sorted(fitting, key=lambda g: -len(g.languages) * len(g.channels))

    def _last_end(self, row: Row, home: Group | None) -> datetime | None:
        """When somebody's last shift ended, told on the clock of the site; no later than a day after the horizon begins."""
        when = self.cell(row, "last_shift_end", cells.local_time, None)
        horizon, site = self.done.draft.horizon, self.sites.get(home.site) if home else None
        if when is None or horizon is None or site is None:
            return None
        if when.date() > horizon.start:
            self.tell(
                row,
                "last_shift_end",
                f"{when:%Y-%m-%d %H:%M} is after the horizon begins, on {horizon.start}; write the end of the last shift before",
            )
            return None
        return to_utc(site.zone, when.date(), 60 * when.hour + when.minute)

    def _shifts(self, text: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(text.split()))
        for name in names:
            if name not in self.done.draft.ids["shifts"]:
                near = did_you_mean(name, self.done.draft.ids["shifts"], what="shifts")
                raise ValueError(f"{shown(name)} is not among the shifts; {near}")
        return names

    def _usual_days(self, home: Group | None, rules: tuple[str, ...], hours: float | None, most: int) -> int:
        """Days a week that a contract fills where it does not say: as many as its hours hold."""
        worked = [self.rules[id] for id in rules or (home.shift_rules if home else ()) if id in self.rules]
        if hours is None or not worked:
            return most
        return min(most, int(60 * hours // max(rule.paid_min for rule in worked)))

    def _fits(self, row: Row, person: Person, groups: list[Group]) -> None:
        spoken = {language for language, _ in person.languages}
        for group in groups:
            lacking = [language for language in group.languages if spoken and language not in spoken]
            if lacking:
                message = f"{person.id} is in {group.id} but does not speak {', '.join(lacking)}"
                self.tell(row, "languages", f"{message}; add the language, or leave languages empty where it is the group's")
            missing = [c.value for c in group.channels if person.channels and c not in person.channels]
            if missing:
                message = f"{person.id} is in {group.id} but does not work {', '.join(missing)}"
                self.tell(row, "channels", f"{message}; add the channel, or leave channels empty where they are the group's")
            if barred := [queue for queue in self._served(group) if not person.passes(queue)]:
                names = ", ".join(queue.id for queue in barred)
                message = f"{person.id} does not reach what {names} asks of everybody in {group.id}"
                self.tell(
                    row, "scores" if barred[0].gate.scores else "languages", f"{message}; {_gate(barred[0])}, or another group"
                )
        offered = [self.rules[id].paid_min for id in person.shift_rules or groups[0].shift_rules if id in self.rules]
        if person.most_hours is not None and offered and 60 * person.most_hours < min(offered):
            message = f"{person.most_hours:g} h a week are less than the shortest shift, {min(offered) / 60:g} h"
            self.tell(row, "hours_per_week", f"{message}; write more hours, or add a shorter shift")
        foreign = [id for id in person.shift_rules if all(id not in group.shift_rules for group in groups)]
        if foreign:
            message = f"{', '.join(foreign)}: not a shift of {groups[0].id}"
            self.tell(row, "shifts", f"{message}; its shifts are {', '.join(groups[0].shift_rules)}")

    def _served(self, group: Group) -> list[Queue]:
        held = set(self.sites[group.site].certificates) if group.site in self.sites else set()
        return [
            queue
            for queue in self.done.queues.values()
            if self.done.serves(group, queue) and held.issuperset(queue.gate.certificates)
        ]


def _gate(queue: Queue) -> str:
    asked = [f"{skill} {least:g}" for skill, least in queue.gate.scores]
    if queue.gate.level:
        asked.append(f"{queue.language} {queue.gate.level}")
    return f"it asks for {', '.join(asked)}: write what the person has"
