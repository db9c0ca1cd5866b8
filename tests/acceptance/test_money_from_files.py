"""What a plan costs and claims, computed again from its files: hours by the minute on the site's clock, lines, price, headline, proof."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import openpyxl
import pandas as pd
import pytest
from acceptance.acceptance_files import PlanFiles, seconds
from acceptance.acceptance_page import outside_addresses

CENT, MILLIONTH = Decimal("0.01"), Decimal("0.000001")
LEAD_IN = " (lead-in)"


# cost.csv from shifts.csv and the site's pay


def test_cost_lines_are_the_minutes_worked_on_the_sites_clock_at_the_sites_pay(plan: PlanFiles) -> None:
    expected = {}
    rates = {"": Decimal(1), **{currency: Decimal(rate) for currency, rate in plan.inputs["rates"]}}
    for (group, lead_in), minutes in _paid_minutes(plan).items():
        site = plan.site_of(group)
        exchange = rates["" if site["currency"] == plan.inputs["currency"] else site["currency"]]
        wage = Decimal(site["wage_per_h"]) * Decimal(plan.groups[group]["wage_factor"]) * exchange
        pay = {"wage": wage, **{p["kind"]: wage * Decimal(p["share"]) for p in site["premiums"]}}
        for kind, worked in minutes.items():
            for item, rate in ((kind, pay[kind]), (f"on-cost on {kind}", pay[kind] * Decimal(site["oncost_share"]))):
                if worked and rate:
                    hours = (Decimal(worked) / 60).quantize(MILLIONTH, ROUND_HALF_EVEN)
                    amount = (hours * rate).quantize(CENT, ROUND_HALF_EVEN)
                    expected[site["id"], group, item + LEAD_IN * lead_in] = (hours, rate, amount)
    lines = plan.money("cost")
    found = {(line["site"], line["group"], line["item"]): (line["hours"], line["rate"], line["amount"]) for line in lines}
    assert len(found) == len(lines)
    assert found == expected
    assert {line["currency"] for line in lines} == {plan.inputs["currency"]}


def test_the_weekend_pays_for_a_shift_over_the_clock_change_and_for_every_kind_of_premium(weekend: PlanFiles) -> None:
    shifts = weekend.table("shifts")
    rules = weekend.items("shift_rules")
    longer = [
        row.shift
        for row in shifts.itertuples()
        if row.end_utc - row.start_utc == pd.Timedelta(minutes=rules[row.pattern.rsplit("-", 1)[0]]["length_min"] + 60)
    ]
    assert longer, "no shift runs over the change of the clocks"
    items = {line["item"] for line in weekend.money("cost")}
    assert {"wage", "night", "sunday", "holiday", "wage" + LEAD_IN, "night" + LEAD_IN} <= items
    assert shifts["lead_in"].any()


def _paid_minutes(plan: PlanFiles) -> dict[tuple[str, bool], dict[str, int]]:
    """Paid minutes by group and lead-in: all of them as wage, and those of each kind of premium."""
    total: dict[tuple[str, bool], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for n, row in enumerate(plan.table("shifts").itertuples()):
        minutes = np.arange(seconds(row.start_utc), seconds(row.end_utc), 60)
        for begins, ends, paid in plan.breaks[n]:
            if not paid:
                minutes = minutes[(minutes < begins) | (minutes >= ends)]
        site = plan.site_of(row.group)
        local = pd.to_datetime(minutes, unit="s", utc=True).tz_convert(site["zone"])
        clock = local.hour * 60 + local.minute
        at = total[row.group, row.lead_in]
        at["wage"] += len(minutes) * row.heads
        for premium in site["premiums"]:
            if premium["kind"] == "night":
                after, before = clock >= premium["from_min"], clock < premium["to_min"]
                earns = after & before if premium["from_min"] < premium["to_min"] else after | before
            elif premium["kind"] == "sunday":
                earns = local.day_of_week == 6
            else:
                earns = np.isin(local.strftime("%Y-%m-%d"), [day for day, _ in site["holidays"]])
            at[premium["kind"]] += int(np.sum(earns)) * row.heads
    return total


# price.csv from cost.csv


def test_the_price_of_a_group_is_its_cost_plus_the_margin_by_the_paid_hour(plan: PlanFiles) -> None:
    margin = Decimal(plan.inputs["contract"]["margin_share"])
    whole: dict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    hours: dict[tuple[str, bool], Decimal] = {}
    for line in plan.money("cost"):
        key = (line["group"], line["item"].endswith(LEAD_IN))
        whole[key] += line["amount"]
        if line["item"].removesuffix(LEAD_IN) == "wage":
            hours[key] = line["hours"]
    lines = plan.money("price")
    assert {(line["group"], line["item"].endswith(LEAD_IN)) for line in lines} == set(whole)
    assert len(lines) == len(whole)
    for line in lines:
        key = (line["group"], line["item"].endswith(LEAD_IN))
        assert line["hours"] == hours[key]
        assert line["rate"] == (whole[key] * (1 + margin) / hours[key]).quantize(MILLIONTH, ROUND_HALF_EVEN)
        assert line["amount"] == (line["hours"] * line["rate"]).quantize(CENT, ROUND_HALF_EVEN)


# summary.json


def test_headline_figures_are_those_of_the_files(plan: PlanFiles) -> None:
    shifts = plan.table("shifts")
    hours = shifts["paid_h_per_head"] * shifts["heads"]
    contacts = float(plan.table("demand")["contacts"].sum())
    cost, cost_before = _totals(plan, "cost")
    price, _ = _totals(plan, "price")
    in_horizon = float(hours[~shifts["lead_in"]].sum())
    missing = float(plan.table("service")["shortfall"].sum()) * plan.interval_h
    waiting = plan.table("deferred")
    last = waiting[waiting["interval_start_utc"] == plan.starts[-1]]
    expected = {
        "contacts": contacts,
        "agents_on_payroll": len(plan.table("agents")),
        "paid_hours": in_horizon,
        "paid_hours_lead_in": float(hours[shifts["lead_in"]].sum()),
        "cost": cost,
        "cost_lead_in": cost_before,
        "price": price,
        "cost_per_contact": cost / contacts,
        "cost_per_paid_hour": cost / in_horizon,
        "price_per_paid_hour": price / in_horizon,
        "shortfall": missing,
        "deferred_open_at_end": float(last["open"].sum()),
        "deferred_overdue_at_end": float(last["overdue"].sum()),
    }
    for name, value in expected.items():
        assert plan.headline(name) == pytest.approx(value, rel=1e-9, abs=1e-9), name
    assert plan.summary["headline"]["cost"]["unit"] == plan.inputs["currency"]
    agents = plan.table("agents")
    people = {person["id"] for person in plan.inputs["people"]}
    assert set(agents.loc[agents["named"], "agent"]) == people
    assert len(agents) == agents["agent"].nunique()
    if people:  # named people stand in the list whether or not they work; the others are those to be hired
        held = set(plan.table("roster")["agent"])
        assert set(agents.loc[~agents["named"], "agent"]) <= held
    else:
        assert len(agents) == plan.table("tours")["agents"].sum()


def test_headline_figures_of_every_queue_are_those_of_the_files(plan: PlanFiles) -> None:
    sla = plan.table("sla")
    occupancy = plan.matrix("service", "occupancy")
    contacts = plan.matrix("demand", "contacts")
    for id, queue in plan.queues.items():
        own = sla[(sla["clause"] == id) & sla["level"].notna()]
        whole = own[own["window"] == "contract"]
        promised = own[own["window"] == queue["target"]["window"]]
        busy = np.isfinite(occupancy[id]) & (plan.given[id] > 0)
        expected = {
            "contacts": np.nansum(contacts[id]),
            "level": whole["level"].iloc[0] if len(whole) else None,
            "target": queue["target"]["level"],
            "windows_kept": (promised["met"] == True).sum(),  # noqa: E712  (read as text or bool)
            "probability": promised["probability"].min(),
            "occupancy": (occupancy[id][busy] * plan.given[id][busy]).sum() / plan.given[id][busy].sum(),
        }
        for name, value in expected.items():
            assert plan.headline(f"queue:{id} {name}") == pytest.approx(value, rel=1e-9), f"{id} {name}"
        assert f"of {len(promised)} windows" in plan.summary["headline"][f"queue:{id} windows_kept"]["unit"]


def test_promises_kept_are_those_met_in_every_window_with_contacts(plan: PlanFiles) -> None:
    clauses = plan.inputs["contract"]["clauses"]
    spoken_for = {queue for clause in clauses for queue in clause["queues"]}
    asked = [(c["id"], c["window"]) for c in clauses]
    asked += [(id, q["target"]["window"]) for id, q in plan.queues.items() if id not in spoken_for]
    sla = plan.table("sla")
    held = []
    for id, window in asked:
        rows = sla[(sla["clause"] == id) & (sla["window"] == window) & sla["level"].notna()]
        if len(rows):
            held.append(bool((rows["level"] >= rows["target"] - 1e-9).all()))
    assert plan.headline("promises_kept") == sum(held)
    assert plan.summary["headline"]["promises_kept"]["unit"] == f"of {len(held)} promises"


def test_the_objective_is_all_pay_plus_priced_shortfall_and_its_bound_is_below(plan: PlanFiles) -> None:
    """Pay is that of every shift that touches the horizon, so the lead-in's lines and the tails past the end are in it."""
    solve = plan.summary["solves"][0]
    cost, before = _totals(plan, "cost")
    shortfall = plan.headline("shortfall") or 0.0
    price = plan.inputs["settings"]["shortfall_price_per_h"] or 5 * max(_hourly_cost(plan, g) for g in plan.groups)
    cents = 0.01 * (1 + len(plan.money("cost")))
    missed = re.search(r"and ([\d,.]+) that of contacts missing", solve["note"])
    missing = float(missed[1].replace(",", "")) if missed else 0.0
    assert solve["objective"] == pytest.approx(cost + before + price * shortfall + missing, abs=cents)
    assert solve["bound"] <= solve["objective"]
    assert solve["gap"] == pytest.approx((solve["objective"] - solve["bound"]) / solve["objective"], abs=1e-12)
    assert plan.headline("proven_gap") == solve["gap"]
    for part in plan.summary["solves"][1:]:
        if part["bound"] is not None:
            assert part["bound"] <= solve["objective"] + 1e-6
    assert plan.summary["repeatable"] == all(s["status"] not in ("time_limit", "cancelled") for s in plan.summary["solves"])
    if solve["status"] == "gap_reached":
        assert solve["gap"] <= plan.inputs["settings"]["gap"]


def _hourly_cost(plan: PlanFiles, group: str) -> float:
    site = plan.site_of(group)
    exchange = dict(plan.inputs["rates"]).get(site["currency"], "1")
    parts = (site["wage_per_h"], plan.groups[group]["wage_factor"], exchange)
    return float(np.prod([float(p) for p in parts])) * (1 + float(site["oncost_share"]))


def _totals(plan: PlanFiles, name: str) -> tuple[float, float]:
    """The horizon's amount and that of shifts begun before it."""
    lines = plan.money(name)
    before = sum((line["amount"] for line in lines if line["item"].endswith(LEAD_IN)), Decimal(0))
    return float(sum((line["amount"] for line in lines), Decimal(0)) - before), float(before)


# the same for people: workbook and page


def test_the_workbook_says_what_the_tables_say(plan: PlanFiles) -> None:
    book = openpyxl.load_workbook(plan.folder / "plan.xlsx", read_only=True, data_only=False)
    named = ["People", "Hire or overtime"] if plan.inputs["people"] else []
    told = ["Summary", "Requirement", "Shifts", "Roster", *named, "Service", "Simulation", "Cost"]
    late = ["Late"] if len(plan.table("overload")) else []
    assert [name for name in book.sheetnames if name != "Late"] == told
    assert len(book.sheetnames) == len(told) + len(late)
    sheets = {name: _rows(book[name]) for name in told if name != "Simulation"}
    summary = {row["Figure"]: row["Value"] for row in sheets["Summary"]}
    assert summary["Agents on the payroll"] == plan.headline("agents_on_payroll")
    assert summary["Paid hours"] == pytest.approx(plan.headline("paid_hours"))
    assert summary["Contacts expected"] == pytest.approx(plan.headline("contacts"))
    assert summary["Cost"] == pytest.approx(plan.headline("cost"))
    assert summary["Price"] == pytest.approx(plan.headline("price"))
    assert summary["Promises kept"] == plan.headline("promises_kept")
    assert summary["Missing on-seat time"] == pytest.approx(plan.headline("shortfall"), abs=1e-9)
    assert summary["Input hash"] == plan.summary["input_sha256"]

    needed = {(row["Queue"], row["Interval starts (UTC)"]): row for row in sheets["Requirement"]}
    service = plan.table("service")
    assert len(needed) == len(service) == len(sheets["Requirement"])
    required = {id: plan.along(rows, "agents") for id, rows in plan.rows("requirement", "queue").items()}
    for row in service.itertuples():
        found = needed[row.queue, row.interval_start_utc.to_pydatetime().replace(tzinfo=None)]
        t = plan.starts.get_loc(row.interval_start_utc)
        local = row.interval_start_utc.tz_convert(plan.zone_of(row.queue)).to_pydatetime().replace(tzinfo=None)
        assert found["Interval starts (customer's clock)"] == local
        assert _same(found["Required on seat (agents)"], required[row.queue][t])
        assert _same(found["Given on seat (agents)"], row.on_seat)
        assert _same(found["Missing (agents)"], row.shortfall)
        assert _same(found["Service level"], row.level)
        assert _same(found["Occupancy"], row.occupancy)

    rows = plan.table("shifts").set_index("shift")
    assert [row["Shift"] for row in sheets["Shifts"]] == list(rows.index)
    for row in sheets["Shifts"]:
        shift = rows.loc[row["Shift"]]
        assert row["Heads"] == shift["heads"]
        assert row["Start (UTC)"] == shift["start_utc"].to_pydatetime().replace(tzinfo=None)
        assert row["Start (site's clock)"].isoformat() == shift["start_local"][:19]
        assert row["End (site's clock)"].isoformat() == shift["end_local"][:19]
        assert row["Paid hours (h)"] == pytest.approx(shift["heads"] * shift["paid_h_per_head"])
    if named:
        assert sorted(row["Agent"] for row in sheets["People"]) == sorted(plan.table("agents")["agent"])
        assert sum(row["Heads"] for row in sheets["Hire or overtime"]) == plan.table("open_shifts")["heads"].sum()
    roster = plan.table("roster")
    assert [(row["Agent"], row["Shift"]) for row in sheets["Roster"]] == list(
        zip(roster["agent"], roster["shift"], strict=True)
    )
    for kind in ("cost", "price"):
        lines = [row for row in sheets["Cost"] if row["Kind"] == kind]
        assert [(row["Group"], row["What for"]) for row in lines] == [(m["group"], m["item"]) for m in plan.money(kind)]
        np.testing.assert_allclose([row["Amount"] for row in lines], [float(m["amount"]) for m in plan.money(kind)])
    own = {(id, q["target"]["window"]) for id, q in plan.queues.items()}
    own |= {(clause["id"], clause["window"]) for clause in plan.inputs["contract"]["clauses"]}
    sla = [row for row in plan.table("sla").itertuples() if row.window != "interval" or (row.clause, row.window) in own]
    for found, row in zip(sheets["Service"], sla, strict=True):
        assert (found["Promise"], found["Window"]) == (row.clause, row.window)
        assert found["Window starts (UTC)"] == row.window_start_utc.to_pydatetime().replace(tzinfo=None)
        assert found["The promise's own window"] == ("yes" if (row.clause, row.window) in own else "no")
        assert found["Cut by the horizon"] == ("yes" if row.partial else "no")
        assert _same(found["Service level"], row.level)
        assert _same(found["Probability"], row.probability)
        assert found["Kept"] == ({True: "yes", False: "no"}[row.met] if isinstance(row.met, bool) else None)


def _rows(sheet) -> list[dict]:  # type: ignore[no-untyped-def]
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def _same(cell: object, value: float) -> bool:
    if isinstance(cell, str):
        return not np.isfinite(value)
    return np.isnan(value) if cell is None else bool(np.isclose(float(cell), value, rtol=1e-9, atol=1e-12))  # type: ignore[arg-type]


def test_the_page_loads_nothing_from_elsewhere(plan: PlanFiles) -> None:
    page = (plan.folder / "report.html").read_text(encoding="utf-8")
    assert outside_addresses(page) == []
    assert f"{plan.inputs['name']}" in page


def test_no_file_of_the_folder_is_unknown_to_its_description(plan: PlanFiles) -> None:
    people = ["shifts", "tours", "agents", "roster", "open_shifts", "capacity", "coverage"]
    tables = ["demand", "requirement", *people, "service", "sla", "simulation", "deferred", "overload", "cost", "price"]
    others = ["summary.json", "inputs.json", "scenarios.npz", "report.html", "plan.xlsx"]
    assert sorted(p.name for p in plan.folder.iterdir()) == sorted([*others, *(f"{name}.csv" for name in tables)])
    for name in tables:
        text = (plan.folder / f"{name}.csv").read_text(encoding="utf-8")
        assert text.endswith("\n")
        assert "nan" not in text.lower().split(",")
    assert timedelta(seconds=plan.interval_s) * plan.size == plan.horizon[1] - plan.horizon[0]
