"""What has been resolved of an account so far, and the problems met on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from planner.domain.account import Clause, Event
from planner.domain.people import Group, Site
from planner.domain.queues import Market, Queue
from planner.domain.routing import BY_DEFAULT, Routing
from planner.domain.shifts import ShiftRule
from planner.domain.waiting import GaveUp
from planner.errors import Problem
from planner.io.draft import Draft
from planner.io.explain import as_problem
from planner.io.names import did_you_mean, shown


@dataclass
class Resolved:
    """The parts of an account that could be resolved, by position in the file, and the problems met. `waits` are the shares given up by
    queue that the waits table tells (None: it could not be read)."""

    draft: Draft
    years: range
    waits: Mapping[str, tuple[GaveUp, ...]] | None = None
    problems: list[Problem] = field(default_factory=list)
    markets: dict[int, Market] = field(default_factory=dict)
    queues: dict[int, Queue] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    shift_rules: dict[int, ShiftRule] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    clauses: list[Clause] = field(default_factory=list)
    routing: Routing = BY_DEFAULT

    def serves(self, group: Group, queue: Queue) -> bool:
        """True when `group` may take contacts of `queue`: language, channel, and routing does not leave it out."""
        return group.serves(queue.language, queue.channel) and self.routing.allows(queue.id, group.id)

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Record a ValueError raised inside as a problem of the table at `path`."""
        try:
            yield
        except ValueError as error:
            self.problems.append(as_problem(self.draft.place(*path), "", str(error)))

    def problem(self, path: tuple[str | int, ...], message: str, remedy: str = "") -> None:
        """Record a problem of the table at `path`."""
        self.problems.append(Problem(self.draft.place(*path), message, remedy))

    def known(self, kind: str, id: str, path: tuple[str | int, ...], key: str) -> bool:
        """True when the list `kind` has an item `id`; records a problem of `key` otherwise."""
        if id in self.draft.ids[kind]:
            return True
        self.problem(path, f"{key} {shown(id)} is not among the {kind}", did_you_mean(id, self.draft.ids[kind], what=kind))
        return False
