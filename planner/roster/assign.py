"""Named people on the shifts of a plan: exact where the week is small enough to prove it, with a bound everywhere."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.grid import zone_info
from planner.domain.roster import Agent, Assignment, Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, Status, StopFlag, no_report
from planner.domain.staff import Lock, Person, Preference, TimeOff
from planner.roster.before import worked_before
from planner.roster.check_named import broken_by_person, cost_of
from planner.roster.columns import priced
from planner.roster.eligible import Eligibility, eligibility
from planner.roster.hire import hired, open_shifts
from planner.roster.kit import kit_of
from planner.roster.lawful import keep_lawful, may_add
from planner.roster.locks import without_room
from planner.roster.places import Kind, Place, places_of, site_laws, week_starts
from planner.roster.problem import DAY_OFF, NamedRoster
from planner.roster.solve import solve_named
from planner.roster.teams import teams_of
from planner.roster.tours import assign_tours
from planner.roster.week import WEEKDAYS, Tally, Team, WeekFrame, most_in_a_row, week_frame
from planner.roster.weights import Weights

GAP = 0.01
SLACK = 0.5
"""Points a person, on average, within which of its bound a roster is good enough."""
ROUNDS = 20
"""Neighbourhoods of a team's week at most, so that a search that ends by them is repeatable."""
_LARGE = 50_000
"""People times days times kinds times usual starts from which a week gets fewer rounds, so that its search stays short."""
_OVERTIME = 5
_SATURDAY = 5
_TOLD = 10


def assign(
    shift_plan: ShiftPlan, people: Iterable[Person], rules: Mapping[str, float | None] | None = None, *, account: Account,
    time_off: Iterable[TimeOff] | None = None, preferences: Iterable[Preference] | None = None, locks: Iterable[Lock] | None = None,
    weights: Weights | None = None, fill: str | None = None, seconds: float | None = None, gap: float = GAP, rounds: int = ROUNDS,
    report: Report = no_report, stop: StopFlag | None = None,
) -> tuple[Roster, SolveInfo]:  # fmt: skip
    """Give the shifts of `shift_plan` to named `people` and return their roster with how the search ended.

    Hard for everybody: groups, skills and the gates of queues, time off, availability, dates, days and hours of the contract, locks for
    which the plan has a shift with a head left, one shift a date, rest after what was worked before, and the labour rules of the site,
    `rules` laid over them as in :func:`planner.check`. Soft, in points of `weights`: heads nobody works, starts away from the usual one,
    single days off, wishes, nights and weekends beyond equals', short weeks and hours. Teams (people who can share work) are solved
    one by one and week by week, each week after what was worked before; the bound is the sum of theirs, proven for every roster of that
    week that keeps the rules of the model. `time_off`, `preferences` and `locks` default to the account's; the note of the result names
    the locks that could not be kept.

    Heads that nobody can take become `open_shifts`; with `fill` "anonymous" (the account's setting by default) agents to be hired hold
    them, with "none" nobody does. Groups without any named person stay anonymous. `seconds` ends the search at the latest; without it the
    search ends within `gap`, by proof or after `rounds`, and is repeatable. `stop` ends it soon with the best so far.

    Raises InfeasibleError when an anonymous group's tours cannot be worked, ValueError when people or times off name nobody.
    """
    off, settled = account.time_off if time_off is None else time_off, account.locks if locks is None else locks
    run = _Run(
        shift_plan, account, tuple(people), dict(rules) if rules else None, weights or Weights(),
        eligibility(account, off, settled), seconds, gap, rounds, report, stop or NeverStop(),
    )  # fmt: skip
    wishes: dict[str, list[Preference]] = defaultdict(list)
    for wish in account.preferences if preferences is None else preferences:
        wishes[wish.agent].append(wish)
    run.wishes = {id: tuple(own) for id, own in wishes.items()}
    run.solve()
    return run.roster(account.settings.fill if fill is None else fill), run.info()


@dataclass
class _Run:
    """What is known while teams and weeks are worked through."""

    shift_plan: ShiftPlan
    account: Account
    people: tuple[Person, ...]
    rules: dict[str, float | None] | None
    weights: Weights
    eligible: Eligibility
    seconds: float | None
    gap: float
    rounds: int
    report: Report
    stop: StopFlag
    wishes: Mapping[str, tuple[Preference, ...]] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)
    worked: dict[str, dict[date, Place]] = field(default_factory=dict)
    infos: list[SolveInfo] = field(default_factory=list)
    broken: list[Lock] = field(default_factory=list)

    def __post_init__(self) -> None:
        unknown = sorted({g for p in self.people for g in p.groups} - {g.id for g in self.account.groups})
        if unknown:
            raise ValueError(f"people belong to groups that the account does not have: {', '.join(unknown)}")
        self.laws = site_laws(self.account, self.rules)
        self.places = places_of(self.shift_plan, self.account, self.laws)
        self.teams = teams_of(self.people, self.places, self.account, self.laws)
        self.worked = {person.id: self._before(person) for person in self.people}
        self.before = sum(map(len, self.worked.values()))
        self.nights = {person.id: person.nights_before for person in self.people}
        self.weekend_days = {person.id: person.weekend_days_before for person in self.people}
        self.home: dict[str, int] = {}

    def _before(self, person: Person) -> dict[date, Place]:
        site = self.account.site(self.account.group(person.group).site)
        first = self.account.grid.start_utc.astimezone(zone_info(site.zone)).date()
        return worked_before(person, site, most_in_a_row(self.laws[site.id], first, self.account.horizon.days, person))

    def solve(self) -> None:
        """Work through teams and weeks."""
        steps = [(team, week) for team in self.teams for week in range(_weeks(team, self.account, self.shift_plan))]
        weight = np.array([max(1, len(team.people)) * max(1, len(team.places)) for team, _ in steps], dtype=np.float64)
        for n, (team, week) in enumerate(steps):
            left = None
            if self.seconds is not None:
                left = max(0.1, (self.seconds - (time.perf_counter() - self.began)) * weight[n] / weight[n:].sum())
            self._week(team, week, left)
            self.report(Progress(stage="roster", share=(n + 1) / len(steps), seconds=time.perf_counter() - self.began))

    def _week(self, team: Team, week: int, seconds: float | None) -> None:
        tally = Tally(nights=self.nights, weekend_days=self.weekend_days, home=self.home)
        frame, team = self._frame(team, week, tally)
        if frame is None:
            return
        size = frame.problem.wish_off.size * len(frame.homes)
        large = size > _LARGE
        rounds = max(1, self.rounds * _LARGE // size) if large else self.rounds
        roster, info = solve_named(
            frame.problem,
            seconds=seconds,
            rounds=rounds,
            dives=not large,
            gap=self.gap,
            slack=SLACK * len(team.people),
            seed=self.account.settings.seed,
            stop=self.stop,
        )
        assert roster is not None  # everybody has a schedule: _frame saw to it
        work = np.array(roster.work)
        self._lawful(team, frame, work)
        self._top_up(team, frame, work)
        objective = cost_of(frame.problem, NamedRoster(work=work))
        self.infos.append(_with_objective(info, objective))
        for p, person in enumerate(team.people):
            for day, place in frame.worked(p, work).items():
                self.worked[person.id][day] = place
                self.nights[person.id] += place.night
                self.weekend_days[person.id] += day.weekday() >= _SATURDAY
            usual = frame.home(p, work)
            if usual is not None:
                self.home[person.id] = usual

    def _frame(self, team: Team, week: int, tally: Tally) -> tuple[WeekFrame | None, Team]:
        """The week's problem for those who have a schedule at all: what was worked before may leave somebody none on a clock change."""
        ahead = [place for place in team.places if place.week >= week or (week == 0 and place.week < 0)]
        dates = {team.first + timedelta(days=WEEKDAYS * week + n) for n in range(WEEKDAYS)}
        dates |= {place.date for place in ahead if place.week <= week}
        self._unlock(without_room(team.people, ahead, self._locks(team, dates), self.eligible))
        while True:
            frame = week_frame(
                team, week, worked=self.worked, tally=tally, eligible=self.eligible, wishes=self.wishes, weights=self.weights
            )
            if frame is None:
                return None, team
            everybody = np.arange(len(team.people))
            value = priced(kit_of(frame.problem), everybody, np.zeros(frame.problem.need.shape))[1]
            if np.isfinite(value).all():
                return frame, team
            stuck = {person.id for person, best in zip(team.people, value, strict=True) if not np.isfinite(best)}
            if clashing := [lock for lock in self._locks(team, dates) if lock.agent in stuck]:
                self._unlock(clashing)
                continue
            kept = tuple(person for person, best in zip(team.people, value, strict=True) if np.isfinite(best))
            team = Team(
                people=kept, places=team.places, zone=team.zone, law=team.law, first=team.first, days=team.days
            )  # fmt: skip

    def _locks(self, team: Team, dates: set[date]) -> list[Lock]:
        """The locks to a shift on `dates`, but where somebody's day was worked already."""
        ids = {person.id for person in team.people}
        return [
            lock
            for lock in self.eligible.locks.values()
            if lock.agent in ids and lock.day in dates and not lock.off and lock.day not in self.worked[lock.agent]
        ]

    def _unlock(self, locks: Iterable[Lock]) -> None:
        """Give up locks that cannot be kept, and remember them."""
        gone = tuple(locks)
        self.broken += gone
        left = {at: lock for at, lock in self.eligible.locks.items() if lock not in gone}
        self.eligible = replace(self.eligible, locks=left)

    def _lawful(self, team: Team, frame: WeekFrame, work: np.ndarray) -> None:
        """Take from everybody the shifts that break rules the model does not hold."""
        for p, person in enumerate(team.people):
            own = frame.worked(p, work)
            days = {**self.worked[person.id], **own}
            for place in keep_lawful(person, days, set(own), self.shift_plan, self.account, team.law):
                work[p, frame.dates.index(place.date)] = DAY_OFF
                lock = self.eligible.locks.get((person.id, place.date))
                if lock is not None:
                    self._unlock([lock])

    def _top_up(self, team: Team, frame: WeekFrame, work: np.ndarray) -> None:
        """Give heads still open to whoever can take them under every rule."""
        heads = (work[:, :, None] == np.arange(len(frame.kinds))).sum(axis=0)
        for d, s in np.argwhere(heads < frame.problem.need).tolist():
            for p in np.flatnonzero(frame.problem.allowed[:, d, s] & (work[:, d] == DAY_OFF)).tolist():
                if heads[d, s] >= frame.problem.need[d, s]:
                    break
                if self._fits(team, frame, work, (p, d, s)):
                    work[p, d] = s
                    heads[d, s] += 1

    def _fits(self, team: Team, frame: WeekFrame, work: np.ndarray, at: tuple[int, int, int]) -> bool:
        p, d, s = at
        person = team.people[p]
        row = work[p].copy()
        row[d] = s
        if broken_by_person(frame.problem, p, row):
            return False
        days = {**self.worked[person.id], **frame.worked(p, work)}
        place = frame.places[d, s]
        if not may_add(person, days, place, self.shift_plan, self.account, team.law):
            return False
        days[place.date] = place
        return not keep_lawful(person, dict(days), {place.date}, self.shift_plan, self.account, team.law)

    def roster(self, fill: str) -> Roster:
        """The roster of everybody, agents to be hired and anonymous groups included."""
        named_groups = {team_group for team in self.teams for team_group in {group for p in team.people for group in p.groups}}
        anonymous = ShiftPlan(
            grid=self.shift_plan.grid,
            shifts=tuple(s for s in self.shift_plan.shifts if s.group not in named_groups),
            tours=tuple(t for t in self.shift_plan.tours if t.group not in named_groups),
        )
        rest = assign_tours(anonymous, self.account)
        assignments, left = self._shares(named_groups)
        agents = [self._agent(person) for person in self.people]
        shifts = {shift.id: shift for shift in self.shift_plan.shifts}
        filled = fill == "anonymous"
        lines = open_shifts(left, shifts, filled, self._overtime)
        extra, extra_work = hired(left, shifts, self.account) if filled else ([], [])
        return Roster(
            agents=(*agents, *extra, *rest.agents),
            assignments=(*assignments, *extra_work, *rest.assignments),
            open_shifts=lines,
        )

    def _shares(self, groups: set[str]) -> tuple[list[Assignment], dict[str, int]]:
        """Who works which variant of breaks, dealt in turn, and the heads left of every shift."""
        takers: dict[tuple[date, Kind], list[str]] = defaultdict(list)
        for person in self.people:
            for day, place in self.worked[person.id].items():
                takers[day, place.kind].append(person.id)
        left: dict[str, int] = {}
        assignments = []
        for place in self.places:
            if place.group not in groups:
                continue
            who = takers[place.date, place.kind]
            turn = place.date.toordinal() % len(who) if who else 0
            who = who[turn:] + who[:turn]
            for shift in place.shifts:
                now, who = who[: shift.heads], who[shift.heads :]
                assignments += [Assignment(agent=id, shift=shift.id) for id in now]
                left[shift.id] = shift.heads - len(now)
        order = {person.id: n for n, person in enumerate(self.people)}
        assignments.sort(key=lambda a: order[a.agent])
        return assignments, left

    def _agent(self, person: Person) -> Agent:
        patterns = Counter(place.pattern for _, place in sorted(self.worked[person.id].items()) if place.group)
        pattern = patterns.most_common(1)[0][0] if patterns else ""
        site = self.account.group(person.group).site
        return Agent(id=person.id, group=person.group, site=site, pattern=pattern, named=True)

    def _overtime(self, shift: Shift) -> tuple[str, ...]:
        """People who could work `shift` beyond their contract under every rule but those on ordinary hours."""
        place = next(p for p in self.places if shift in p.shifts)
        found: list[str] = []
        for person in self.people:
            if len(found) == _OVERTIME:
                break
            days = self.worked[person.id]
            law = self.laws[shift.site]
            if self.eligible.allows(person, place) and may_add(person, days, place, self.shift_plan, self.account, law):
                found.append(person.id)
        return tuple(found)

    def info(self) -> SolveInfo:
        """How it all ended: sums of objectives and bounds, the worst of the statuses."""
        order = (Status.CANCELLED, Status.TIME_LIMIT, Status.ROUNDS_DONE, Status.GAP_REACHED, Status.OPTIMAL)
        found = {info.status for info in self.infos}
        heads = sum(place.heads for place in self.places if place.group in {g for p in self.people for g in p.groups})
        held = sum(len(days) for days in self.worked.values()) - self.before
        bounds = [info.bound for info in self.infos]
        return SolveInfo(
            name="named roster",
            status=next((s for s in order if s in found), Status.OPTIMAL),
            objective=float(sum(info.objective or 0.0 for info in self.infos)),
            bound=float(sum(b for b in bounds if b is not None)) if all(b is not None for b in bounds) else None,
            seconds=time.perf_counter() - self.began,
            solver="column generation",
            variables=sum(info.variables for info in self.infos),
            rows=sum(info.rows for info in self.infos),
            note=f"points; {held:,} of {heads:,} heads named, {len(self.teams)} teams, each week after the one before"
            + self._told(),
        )

    def _told(self) -> str:
        """Locks that could not be kept, in words."""
        if not self.broken:
            return ""
        said = [f"{lock.agent} on {lock.day}" for lock in sorted(self.broken, key=lambda lock: (lock.day, lock.agent))]
        more = f" and {len(said) - _TOLD} more" if len(said) > _TOLD else ""
        return f"; locks not kept, since no such shift of the plan is left for them: {', '.join(said[:_TOLD])}{more}"


def _weeks(team: Team, account: Account, shift_plan: ShiftPlan) -> int:
    site = account.site(account.group(team.people[0].group).site)
    return len(week_starts(site, shift_plan))


def _with_objective(info: SolveInfo, objective: float) -> SolveInfo:
    status = info.status
    if info.objective is not None and objective > info.objective + 1e-6 and status in (Status.OPTIMAL, Status.GAP_REACHED):
        status = Status.ROUNDS_DONE  # rules beyond the model took something away
    return SolveInfo(
        name=info.name, status=status, objective=objective, bound=info.bound, seconds=info.seconds, solver=info.solver,
        variables=info.variables, rows=info.rows, note=info.note,
    )  # fmt: skip
