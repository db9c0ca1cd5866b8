"""The shifts and the roster of a plan folder against the rules of its inputs.json: legal hours, seats, days off, rest, one shift a day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from acceptance.acceptance_files import PlanFiles, seconds

REST_H = 11  # the European floor between two shifts
WEEK = 7


def test_every_shift_is_one_its_group_may_work_on_the_sites_wall_clock(plan: PlanFiles) -> None:
    rules = plan.items("shift_rules")
    shifts = plan.table("shifts")
    assert shifts["shift"].is_unique
    for n, row in enumerate(shifts.itertuples()):
        group, site = plan.groups[row.group], plan.site_of(row.group)
        name, clock = row.pattern.rsplit("-", 1)
        assert name in group["shift_rules"]
        rule, zone = rules[name], ZoneInfo(site["zone"])
        start, end = row.start_utc.tz_convert(zone), row.end_utc.tz_convert(zone)
        assert row.site == site["id"]
        assert row.start_local == start.isoformat()
        assert row.end_local == end.isoformat()
        assert row.date == start.date().isoformat()
        minute = start.hour * 60 + start.minute
        assert f"{minute // 60:02d}{minute % 60:02d}" == clock
        assert rule["first_start_min"] <= minute <= rule["last_start_min"]
        assert (minute - rule["first_start_min"]) % rule["step_min"] == 0
        # the wall clock decides how long a shift lasts: an hour more or less over a clock change
        assert end.tz_localize(None) - start.tz_localize(None) == pd.Timedelta(minutes=rule["length_min"])
        assert row.lead_in == (row.start_utc < plan.horizon[0])
        assert row.start_utc < plan.horizon[1]
        assert row.end_utc > plan.horizon[0]
        taken = plan.breaks[n]
        assert len(taken) == len(rule["breaks"])
        for (begins, ends, paid), allowed in zip(taken, rule["breaks"], strict=True):
            after = (begins - seconds(row.start_utc)) / 60
            assert allowed["earliest_min"] <= after <= allowed["latest_min"]
            assert ends - begins == 60 * allowed["minutes"]
            assert paid == allowed["paid"]
        unpaid = sum(ends - begins for begins, ends, paid in taken if not paid)
        elapsed = (row.end_utc - row.start_utc).total_seconds()
        assert abs(row.paid_h_per_head - (elapsed - unpaid) / 3600) < 1e-12


def test_nobody_stands_for_want_of_a_seat(plan: PlanFiles) -> None:
    shifts = plan.table("shifts")
    for id, site in plan.items("sites").items():
        mine = shifts[shifts["site"] == id]
        edges = Counter[int]()
        for row in mine.itertuples():
            edges[seconds(row.start_utc)] += row.heads
            edges[seconds(row.end_utc)] -= row.heads
        inside = np.cumsum([edges[at] for at in sorted(edges)]) if edges else np.zeros(1)
        assert inside.max() <= site["seats"], f"{id}: {inside.max()} people on {site['seats']} seats"


def test_every_head_is_one_agent_and_every_agent_belongs_where_he_works(plan: PlanFiles) -> None:
    shifts, roster = plan.table("shifts").set_index("shift"), plan.table("roster")
    agents = plan.table("agents").set_index("agent")
    assert agents.index.is_unique
    places = roster.groupby("shift").size()
    assert set(places.index) == set(shifts.index)
    assert (places.reindex(shifts.index) == shifts["heads"]).all()
    assert not roster.duplicated(["agent", "shift"]).any()
    there = roster.merge(shifts, left_on="shift", right_index=True, suffixes=("", "_of_shift"))
    there = there.merge(agents, left_on="agent", right_index=True, suffixes=("", "_of_agent"))
    assert len(there) == len(roster)
    assert (there["start_utc"] == there["start_utc_of_shift"]).all()
    assert (there["end_utc"] == there["end_utc_of_shift"]).all()
    assert (there["breaks"] == there["breaks_of_shift"]).all()
    people = {person["id"]: person for person in plan.inputs["people"]}
    groups = {a.agent: people[a.agent]["groups"] if a.agent in people else [a.group] for a in agents.reset_index().itertuples()}
    assert all(row.group in groups[row.agent] for row in there.itertuples())
    assert (there["site"] == there["site_of_agent"]).all()
    assert set(agents.index[agents["named"]]) == set(people)
    held = there[~there["named"]]
    assert (held["pattern"] == held["pattern_of_agent"]).all()
    assert set(roster["agent"]) <= set(agents.index)
    for agent in agents.itertuples():
        group = plan.groups[agent.group]
        skills = {f"{language}:{channel}" for language in group["languages"] for channel in group["channels"]}
        assert set(agent.skills.split()) == skills
        assert agent.site == group["site"]


def test_tours_are_the_agents_who_hold_each_pattern(plan: PlanFiles) -> None:
    if plan.inputs["people"]:
        return  # named people hold no pattern of their own
    tours = plan.table("tours").set_index(["group", "pattern"])["agents"]
    assert tours.to_dict() == plan.table("agents").groupby(["group", "pattern"]).size().to_dict()


def test_groups_are_neither_too_small_nor_too_large(plan: PlanFiles) -> None:
    size = plan.table("tours").groupby("group")["agents"].sum()
    for id, group in plan.groups.items():
        assert size.get(id, 0) >= group["min_heads"]
        assert group["max_heads"] is None or size.get(id, 0) <= group["max_heads"]


def test_days_off_are_kept_in_every_seven_dates_and_whole_weeks_are_worked_in_full(plan: PlanFiles) -> None:
    roster = plan.table("roster").merge(plan.table("shifts")[["shift", "date"]], on="shift")
    assert not roster.duplicated(["agent", "date"]).any(), "somebody works two shifts of one date"
    worked = {agent: {date.fromisoformat(day) for day in rows["date"]} for agent, rows in roster.groupby("agent")}
    for agent in plan.table("agents").itertuples():
        if agent.named or plan.inputs["people"]:
            continue  # their contracts: the next test
        days = plan.groups[agent.group]["days_per_week"]
        dates = worked.get(agent.agent, set())
        for first in dates:
            assert sum(first + timedelta(days=n) in dates for n in range(WEEK)) <= days, agent.agent
        for block in _blocks(plan, agent.pattern, plan.site_of(agent.group)["zone"]):
            of_them = sum(day in dates for day in block)
            assert of_them <= days
            # a week the horizon cuts short may have the rest of its working days beyond the end
            assert of_them >= days - (WEEK - len(block)), f"{agent.agent} works {of_them} of {len(block)} days from {block[0]}"


def test_named_people_keep_contract_time_off_and_six_days_in_a_row(plan: PlanFiles) -> None:
    shifts = plan.table("shifts")[["shift", "date", "group", "lead_in"]]
    roster = plan.table("roster").merge(shifts, on="shift")
    for person in plan.inputs["people"]:
        own = roster[roster["agent"] == person["id"]]
        zone = ZoneInfo(plan.site_of(person["groups"][0])["zone"])
        inside = own[~own["lead_in"]]
        week = (inside["start_utc"] - plan.horizon[0]).dt.days // WEEK
        assert inside.groupby(week).size().max() <= person["most_days"] if len(inside) else True
        for off in plan.inputs["time_off"]:
            if off["agent"] == person["id"]:
                first, last = date.fromisoformat(off["first"]), date.fromisoformat(off["last"])
                for row in own.itertuples():
                    assert row.end_utc.tz_convert(zone).date() < first or row.start_utc.tz_convert(zone).date() > last
        dates = {date.fromisoformat(day) for day in own["date"]}
        assert all(any(day + timedelta(days=n) not in dates for n in range(WEEK)) for day in dates)


def _blocks(plan: PlanFiles, pattern: str, zone: str) -> list[list[date]]:
    """Blocks of seven dates from the first on which a shift of `pattern` begins inside the horizon."""
    clock = pattern.rsplit("-", 1)[1]
    day = plan.horizon[0].astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    dates = []
    for n in range(plan.inputs["horizon"]["days"] + 3):
        on = day + timedelta(days=n)
        start = datetime(on.year, on.month, on.day, int(clock[:2]), int(clock[2:]), tzinfo=ZoneInfo(zone))
        if plan.horizon[0] <= start < plan.horizon[1]:
            dates.append(on)
    return [dates[n : n + WEEK] for n in range(0, len(dates), WEEK)]


def test_between_two_shifts_everybody_rests(plan: PlanFiles) -> None:
    for agent, rows in plan.table("roster").sort_values("start_utc").groupby("agent"):
        rest = rows["start_utc"].to_numpy()[1:] - rows["end_utc"].to_numpy()[:-1]
        assert (rest >= np.timedelta64(REST_H, "h")).all(), agent
