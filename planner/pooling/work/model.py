"""The linear program of the bound: the cheapest shifts whose people have the time for what must be done in time.

Shifts, breaks, days off, seats and headcounts are those of the shift model (:mod:`planner.shifts.tour_model`). What stands in the place of
its cover: for queue q in interval t

- `work` is what is done, in agents on average, of contacts answered in time, however routing divides them;
- contacts `n` that arrive in an interval and are answered in time bring no more work to each interval than :meth:`Work.brought` says, and
  all of it must be done, but for what goes on while agents are off the seat for a moment (:meth:`Work.away`) or after the last interval;
- work that can wait is done after it arrived and before it is due;
- nobody does two things at once: ``sum of work <= time``, which is that on seat and what those who go to a break or home may finish of
  what they have in hand (`left_in_hand`);
- somebody is there, and free, for whoever is answered in time (:mod:`planner.pooling.work.free`);
- of those on seat no more are busy with live contacts than there are, a Poisson number (:mod:`planner.pooling.work.crowd`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.pooling.work.asked import Desk, again_of
from planner.pooling.work.crowd import crowds
from planner.pooling.work.free import add_free
from planner.pooling.work.law import left_in_hand
from planner.pooling.work.left import left_work
from planner.shifts.breaks import add_breaks
from planner.shifts.headcount import add_headcount
from planner.shifts.problem import Cells, Problem
from planner.shifts.seats import add_seats
from planner.shifts.tours import TourColumns, add_tours
from planner.solver import Model, Sense

_TINY = 1e-7
"""Of an agent: less than this brings nothing."""
_LOOKS, _LOOK_S = 8, 7200.0
"""How often in its time, and after how many seconds at most, deferred work is looked at."""


def useful(desk: Desk) -> Bools:
    """Return ``[Q, T]``, True where work of a queue may be done on seat: live contacts from the first one on until what they bring is
    forgotten, work that can wait while it may be done."""
    found = np.zeros(desk.contacts.shape, dtype=np.bool_)
    for q, line in enumerate(desk.floor.lines):
        came = desk.contacts[q] > 0
        if line.live:
            found[q] = sum(_brought(desk, q), np.zeros(desk.floor.size)) > _TINY
        else:
            found[q] = line.open & (np.cumsum(came) > 0)
    return found


def work_model(problem: Problem, desk: Desk, account: Account) -> Model:
    """Return the model of the bound on the kinds, breaks and duties of `problem`, which must hold every kind that anybody may work in the
    intervals of `useful`."""
    model = Model("shared_work", offset=0.0)
    tours = add_tours(model, problem, np.arange(len(problem.kinds), dtype=np.int64))
    breaks = add_breaks(model, problem, tours)
    add_seats(model, problem, tours, taken=problem.seated)
    add_headcount(model, problem, tours)
    _Builder(model, problem, desk, account, tours, breaks).build()
    return model


def _brought(desk: Desk, q: int) -> list[Floats]:
    # work that the contacts of each interval bring to a later one, in agents, by the later interval ``[T]``, one array for each lag
    work, step, size = desk.works[q], desk.floor.interval_s, desk.floor.size
    found = []
    for lag in range(size):
        brought = work.brought(lag, step)
        if float(brought.max(initial=0.0)) < _TINY:
            break
        more = np.zeros(size)
        more[lag:] = (brought * desk.contacts[q])[: size - lag]
        found.append(more / (step * work.rate))
    return found


@dataclass(frozen=True)
class Supply:
    """What each group has of something in each interval: `columns` ``[G, T]`` of the model, `fixed` ``[G, T]`` of them by shifts that
    already run."""

    columns: Ints
    fixed: Floats


@dataclass
class _Builder:
    """Adds the families of rows of the bound to `model`."""

    model: Model
    problem: Problem
    desk: Desk
    account: Account
    tours: TourColumns
    breaks: Ints

    def build(self) -> None:
        """Add everything but shifts themselves."""
        desk, floor = self.desk, self.desk.floor
        self.step, self.size = floor.interval_s, floor.size
        self.there = np.array([1.0 - pool.absence for pool in floor.pools])
        self.on_seat = self.there * (1.0 - np.array([pool.in_shift_loss for pool in floor.pools]))
        asked = {int(q) for one in desk.asked for q in np.unique(one.queue)}
        self.queues = [q for q in sorted(asked) if desk.serves[:, q].any()]
        members: dict[tuple[bool, ...], list[int]] = {}
        for q in self.queues:
            members.setdefault(tuple(desk.serves[:, q].tolist()), []).append(q)
        self.classes = list(members.values())
        self.serves = np.array([list(key) for key in members], dtype=np.bool_).reshape(len(members), len(floor.pools)).T
        self.work = np.full((len(floor.lines), self.size), -1, dtype=np.int64)
        can = useful(desk)
        for q in self.queues:
            at = np.flatnonzero(can[q] if floor.lines[q].live else np.cumsum(desk.contacts[q]) > 0)
            self.work[q, at] = self.model.add_columns(
                f"work_{q}", len(at), labels=[f"{floor.lines[q].id},{t}" for t in at.tolist()]
            )
        self.duty = self._on_duty()
        single = np.array([work.most == 1 for work in desk.works], dtype=np.bool_)
        every = np.ones(len(single), dtype=np.bool_)
        self.time = self._time("time", every)
        self.single = self.time if single.all() else self._time("single_time", single)
        self._divide("shared", self.time, every)
        if not single.all():
            self._divide("shared_single", self.single, single)
        done = {q: self._live(q) if floor.lines[q].live else self._deferred(q) for q in self.queues}
        self._promises(done)
        self._crowds()
        if (self.problem.unit == 1).all():
            in_time = {q: columns for q, (columns, _) in done.items()}
            for own in self.classes:
                add_free(
                    self.model,
                    desk,
                    own,
                    in_time=in_time,
                    work=self.work,
                    time=self.time.columns,
                    duty=self.duty.columns,
                )

    def _on_duty(self) -> Supply:
        """Heads outside breaks."""
        duties, choices = self.problem.duty_cells, self.problem.choice_cells
        supply, rows = self._supply("on_duty", self.problem.carried)
        self._add_cells(rows, duties, Cells(choices.item, choices.interval, -choices.share), 1.0)
        return supply

    def _time(self, name: str, queues: Bools) -> Supply:
        """Time of each group in agents: on seat, and what agents go on with in breaks and after their shifts of contacts of `queues`."""
        served = [np.flatnonzero(self.desk.serves[g] & queues) for g in range(len(self.there))]
        works = [tuple(self.desk.works[q] for q in own) for own in served]
        of_duty, of_choice, fixed = left_work(self.problem, self.account, works)
        supply, rows = self._supply(name, self.there[:, None] * fixed)
        self._add_cells(rows, of_duty, of_choice, self.there)
        g, t = np.nonzero(self.duty.columns >= 0)
        self.model.add_terms(rows[g, t], self.duty.columns[g, t], self.on_seat[g])
        return supply

    def _supply(self, name: str, fixed: Floats) -> tuple[Supply, Ints]:
        """Columns of what groups have in all intervals, and the rows that make them up of `fixed` ``[G, T]`` and what is added."""
        groups = [g.id for g in self.problem.account.groups]
        labels = [f"{group},{t}" for group in groups for t in range(self.size)]
        columns = self.model.add_columns(name, fixed.size, labels=labels).reshape(fixed.shape)
        rows = self.model.add_rows(f"all_{name}", fixed.size, sense=Sense.EQ, rhs=-fixed.reshape(-1), labels=labels).reshape(
            fixed.shape
        )
        self.model.add_terms(rows, columns, -1.0)
        return Supply(columns, fixed), rows

    def _add_cells(self, rows: Ints, of_duty: Cells, of_choice: Cells, part: float | Floats) -> None:
        problem, share = self.problem, np.broadcast_to(part, self.there.shape)
        group = problem.duty_group[of_duty.item]
        self.model.add_terms(rows[group, of_duty.interval], self.tours.heads[of_duty.item], share[group] * of_duty.share)
        group = problem.pool_group[problem.choice_pool[of_choice.item]]
        self.model.add_terms(rows[group, of_choice.interval], self.breaks[of_choice.item], share[group] * of_choice.share)

    def _divide(self, name: str, time: Supply, queues: Bools) -> None:
        """Work of `queues` is done in the `time` of groups that serve them, each once (C6)."""
        model, what = self.model, np.where(queues[:, None], self.work, -1)
        rows = np.full((len(self.classes), self.size), -1, dtype=np.int64)
        wanted = np.array([(what[own] >= 0).any(axis=0) for own in self.classes], dtype=np.bool_).reshape(rows.shape)
        rows[wanted] = model.add_rows(f"{name}_by", int(wanted.sum()), sense=Sense.LE, rhs=0.0)
        for c, own in enumerate(self.classes):
            for q in own:
                at = np.flatnonzero(what[q] >= 0)
                model.add_terms(rows[c, at], what[q, at], 1.0)
        for g in range(len(self.there)):
            served = np.flatnonzero(self.serves[g])
            if len(served) == 1:
                at = np.flatnonzero(wanted[served[0]])
                model.add_terms(rows[served[0], at], time.columns[g, at], -1.0)
            elif len(served) > 1:
                of, t = np.nonzero(wanted & self.serves[g][:, None])
                given = model.add_columns(f"{name}_{self.problem.account.groups[g].id}", len(of))
                model.add_terms(rows[of, t], given, -1.0)
                times = np.unique(t)
                own_rows = np.full(self.size, -1, dtype=np.int64)
                own_rows[times] = model.add_rows(
                    f"{name}_of_{self.problem.account.groups[g].id}", len(times), sense=Sense.LE, rhs=0.0
                )
                model.add_terms(own_rows[t], given, 1.0)
                model.add_terms(own_rows[times], time.columns[g, times], -1.0)

    def _away(self, q: int) -> Floats:
        """Share of a queue's work done while agents are off the seat for a moment ``[T]``, at most among those who take it."""
        own, pools = self.desk.serves[:, q], self.desk.floor.pools
        pauses = [60.0 * pool.minutes for pool in self.problem.pools]
        pauses += [(b.end_utc - b.start_utc).total_seconds() for shift in self.account.carry_in for b in shift.breaks]
        shortest = min(pauses, default=np.inf)
        found = [self.desk.works[q].away(pools[g].in_shift_loss, pools[g].away_s, shortest) for g in np.flatnonzero(own)]
        worst: Floats = np.max(found, axis=0)
        return worst

    def _live(self, q: int) -> tuple[Ints, Floats]:
        """Contacts of a live queue answered in time by interval of arrival, and what each column counts in contacts ``[T]``."""
        model, work, contacts = self.model, self.desk.works[q], self.desk.contacts[q]
        came = np.flatnonzero(contacts > 0)
        columns = np.full(self.size, -1, dtype=np.int64)
        columns[came] = model.add_columns(f"in_time_{q}", len(came), upper=contacts[came])
        at = np.flatnonzero(self.work[q] >= 0)
        rows = np.full(self.size, -1, dtype=np.int64)
        rows[at] = model.add_rows(f"brought_{q}", len(at), sense=Sense.LE, rhs=0.0)
        model.add_terms(rows[at], self.work[q, at], 1.0)
        for lag in range(self.size):
            brought = work.brought(lag, self.step) / (self.step * work.rate)
            if float(brought.max(initial=0.0)) < _TINY:
                break
            own = came[came + lag < self.size]
            own = own[rows[own + lag] >= 0]
            model.add_terms(rows[own + lag], columns[own], -brought[own])
        left = np.maximum(work.mean_s * (1.0 - self._away(q)) - work.after_end(self.step), 0.0) / (self.step * work.rate)
        (row,) = model.add_rows(f"all_work_{q}", 1, sense=Sense.GE, rhs=0.0)
        model.add_terms(row, self.work[q, at], 1.0)
        model.add_terms(row, columns[came], -left[came])
        return columns, np.ones(self.size)

    def _deferred(self, q: int) -> tuple[Ints, Floats]:
        """Work of a deferred queue done before it is due, by interval of arrival, and the contacts that one agent's interval of it
        makes."""
        model, desk, work, line = self.model, self.desk, self.desk.works[q], self.desk.floor.lines[q]
        content = desk.contacts[q] * work.mean_s / (self.step * work.rate)
        came = np.flatnonzero(content > 0)
        columns = np.full(self.size, -1, dtype=np.int64)
        columns[came] = model.add_columns(f"in_time_{q}", len(came), upper=content[came])
        due = desk.due[q]
        if not (bool(line.open[-1]) and bool((self._there_at_end() & desk.serves[:, q]).any())):
            due = np.minimum(due, self.size - 1)  # nobody does it after the last interval
        looks = self._looks(due)
        arrived, done = (model.add_columns(f"{name}_{q}", len(looks)) for name in ("arrived", "done"))
        closes = np.flatnonzero(line.open & ~np.r_[line.open[1:], False])
        at = np.flatnonzero(self.work[q] >= 0)
        for name, total, parts in (
            ("arrives", arrived, ((came, columns[came]),)),
            ("does", done, ((at, self.work[q, at]), (closes, self._in_hand_at_closing(q, closes)))),
        ):
            rows = model.add_rows(f"{name}_{q}", len(looks), sense=Sense.EQ, rhs=0.0)
            model.add_terms(rows, total, -1.0)
            model.add_terms(rows[1:], total[:-1], 1.0)
            for when, what in parts:
                model.add_terms(rows[np.searchsorted(looks, when)], what, 1.0)
        # not before it came, and in time; what goes on while agents are off the seat for a moment is not counted as done
        rows = model.add_rows(f"came_{q}", len(looks), sense=Sense.LE, rhs=0.0)
        model.add_terms(rows, done, 1.0)
        model.add_terms(rows, arrived, -1.0)
        by = np.searchsorted(looks, due[looks])  # the first look when what had arrived is due
        held = np.flatnonzero((by < len(looks)) & (np.r_[by[1:], len(looks)] > by))  # of several due together the last
        rows = model.add_rows(f"due_{q}", len(held), sense=Sense.LE, rhs=0.0)
        model.add_terms(rows, arrived[held], 1.0 - float(self._away(q)[came].max(initial=0.0)))
        model.add_terms(rows, done[by[held]], -1.0)
        return columns, self.step * work.rate / work.per_contact()

    def _looks(self, due: Ints) -> Ints:
        """Intervals after which arrived and done work are compared: a few times in the shortest time for it, and after the last one.
        Looking seldom proves less, and takes less time."""
        shortest = int((due - np.arange(self.size))[due < self.size].min(initial=self.size))
        every = int(np.clip(shortest // _LOOKS, 1, max(1, round(_LOOK_S / self.step))))
        return np.unique(np.r_[np.arange(every - 1, self.size, every), self.size - 1])

    def _in_hand_at_closing(self, q: int, closes: Ints) -> Ints:
        """Columns of work in hand when a deferred queue closes, which is finished all the same, one for each of `closes`."""
        model = self.model
        share = float(left_in_hand((self.desk.works[q],), np.zeros(1), np.full(1, np.inf), 36 * 3600.0)[0]) / self.step
        columns = model.add_columns(f"closing_{q}", len(closes))
        rows = model.add_rows(f"at_closing_{q}", len(closes), sense=Sense.LE, rhs=0.0)
        model.add_terms(rows, columns, 1.0)
        for g in np.flatnonzero(self.desk.serves[:, q]):  # whoever is on duty, or has left with something in hand
            model.add_terms(rows, self.time.columns[g, closes], -share)
            model.add_terms(
                rows, self.duty.columns[g, closes], -share * (self.there[g] / self.problem.unit[closes] - self.on_seat[g])
            )
        return columns

    def _there_at_end(self) -> Bools:
        # groups of whom somebody may be on duty in the last interval
        found: Bools = np.asarray(self.problem.carried[:, -1] > 0, dtype=np.bool_)
        cells = self.problem.duty_cells
        found[np.unique(self.problem.duty_group[cells.item[cells.interval == self.size - 1]])] = True
        return found

    def _promises(self, done: dict[int, tuple[Ints, Floats]]) -> None:
        model, asked = self.model, self.desk.asked
        rows = model.add_rows(
            "promise",
            len(asked),
            sense=Sense.GE,
            rhs=[one.contacts for one in asked],
            labels=[f"{one.name},{n}" for n, one in enumerate(asked)],
        )
        again = again_of(self.desk, self.account)
        for row, one in zip(rows.tolist(), asked, strict=True):
            for q in np.unique(one.queue).tolist():
                if q not in done:
                    continue
                columns, count = done[q]
                mine = one.queue == q
                at = one.interval[mine]
                model.add_terms(row, columns[at], one.worth[mine] * count[at])
        for name, parts in again.items():
            own = [row for row, one in zip(rows.tolist(), asked, strict=True) if one.name == name]
            for q, worth, most in parts:
                columns = model.add_columns(f"again_{name}_{q}", len(own))
                model.add_terms(own, columns, worth)
                (limit,) = model.add_rows(f"agains_{name}_{q}", 1, sense=Sense.LE, rhs=most)
                model.add_terms(limit, columns, 1.0)

    def _crowds(self) -> None:
        """No more agents are busy with live contacts than there are of either."""
        for number, crowd in enumerate(crowds(self.desk, self.serves, self.classes, self.problem.unit)):
            at, slope = crowd.interval, crowd.slope
            rows = self.model.add_rows(f"crowd_{number}", len(at), sense=Sense.LE, rhs=crowd.offset)
            for q in crowd.queues:
                columns = self.work[q, at]
                self.model.add_terms(rows[columns >= 0], columns[columns >= 0], 1.0)
            for g, part in zip(
                crowd.groups, crowd.parts, strict=True
            ):  # those on seat, and what others finish after they left it
                self.model.add_terms(rows, self.duty.columns[g, at], self.on_seat[g] - slope * part)
                self.model.add_terms(rows, self.single.columns[g, at], -1.0)
