"""Named people keep their own terms in a re-plan: days off, hours they can work, contracts, the groups they belong to."""

from dataclasses import replace
from datetime import timedelta

from replan_cases import MONDAY, monday, small_account, small_plan

from planner.domain.changes import NO_PRICES, Away, Changes, Effort, Overtime, VolumeChange
from planner.domain.plan import Plan
from planner.domain.queues import OpenSpan
from planner.domain.staff import Person, TimeOff
from planner.replan import replan
from planner.rules import Severity, check

BUSY = VolumeChange(queues=(), start_utc=monday(0), end_utc=monday(20) + timedelta(days=2), factor=4.0)
HELD = ((8, 8, None), (12, None, 12), (None, 16, None))


def named(*people: Person, off: tuple[TimeOff, ...] = ()) -> Plan:
    plan = small_plan(small_account(days=3, price=500.0), HELD)
    account = replace(plan.account, people=people, time_off=off)
    agents = tuple(replace(agent, named=True) for agent in plan.roster.agents)
    return replace(plan, account=account, roster=replace(plan.roster, agents=agents))


def worked(plan: Plan, agent: str) -> dict[int, int]:
    """Start hours by day number."""
    shifts = {s.id: s for s in plan.shifts.shifts}
    mine = [shifts[a.shift] for a in plan.roster.assignments if a.agent == agent]
    return {(s.date - MONDAY).days: s.start_utc.hour for s in mine}


def person(id: str, **terms: object) -> Person:
    return Person(**{"id": id, "groups": ("pt",), "most_days": 3, **terms})  # type: ignore[arg-type]


def clean(plan: Plan, *, overtime: bool = False) -> bool:
    bad = [Severity.BREACH] if overtime else [Severity.BREACH, Severity.OVERTIME]
    return not [f for f in check(plan.roster, plan.shifts, plan.account) if f.severity in bad]


CHANGES = Changes(volume=(BUSY,), prices=NO_PRICES, effort=Effort(everywhere=True))


def test_nobody_is_called_in_on_a_day_off_of_their_own() -> None:
    everybody = [person(f"pt-00{n}") for n in (1, 2, 3)]
    free = replan(named(*everybody), CHANGES)
    assert worked(free, "pt-003").keys() == {0, 1, 2}
    off = TimeOff(agent="pt-003", first=MONDAY, last=MONDAY)
    kept = replan(named(*everybody, off=(off,)), CHANGES)
    assert worked(kept, "pt-003").keys() == {1, 2}
    assert clean(free)
    assert clean(kept)


def test_hours_somebody_can_work_are_kept() -> None:
    mornings = tuple(OpenSpan(day, 8 * 60, 16 * 60) for day in range(7))
    plan = named(person("pt-001", availability=mornings), person("pt-002"), person("pt-003"))
    after = replan(plan, replace(CHANGES, away=(Away(agent="pt-002", start_utc=monday(0), end_utc=monday(23)),)))
    assert len(worked(after, "pt-001")) == 3
    assert set(worked(after, "pt-001").values()) <= {8, 12}
    assert clean(after)


def test_days_of_the_contract_are_kept_and_overtime_goes_beyond_them() -> None:
    plan = named(person("pt-001", most_days=2), person("pt-002", most_days=2), person("pt-003", most_days=1))
    after = replan(plan, CHANGES)
    assert [len(worked(after, id)) for id in ("pt-001", "pt-002", "pt-003")] == [2, 2, 1]
    assert clean(after)
    offer = Overtime(agents=("pt-003",), hours_per_week=4.0, premium_share=0.5, start_utc=monday(0), end_utc=monday(23))
    more = replan(plan, replace(CHANGES, overtime=(offer,)))
    assert len(worked(more, "pt-003")) == 2
    assert clean(more, overtime=True)
