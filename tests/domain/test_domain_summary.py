"""A plan on one page: every figure read off evaluation, bill and roster, and nothing hidden (C8, C11)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from factories import make_account, make_plan, tiny_plan

from planner.domain.account import Clause
from planner.domain.evaluation import SlaResult
from planner.domain.money import Bill, CostLine
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.roster import Roster
from planner.domain.solve import SolveInfo, Status
from planner.domain.summary import WIDTH, headline, summarise
from planner.domain.targets import Window


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


def line(text: str, label: str) -> str:
    """The whole field called `label`, its wrapped lines joined."""
    found = re.search(rf"^{label}\b(.*(?:\n {{4,}}.*)*)", text, flags=re.MULTILINE)
    assert found, label
    return " ".join(found[1].split())


def test_a_small_plan_fits_a_page_of_a_hundred_columns(plan: Plan) -> None:
    lines = summarise(plan).splitlines()
    assert max(map(len, lines)) <= WIDTH == 100
    assert len(lines) <= 45


def test_twenty_queues_keep_their_names_and_the_width() -> None:
    account = make_account(languages=4, channels=tuple(Channel), days=7, interval_s=3600)
    text = summarise(make_plan(account, heads=2, scenarios=3))
    for queue in account.queues:
        assert re.search(rf"^{queue.id} ", text, flags=re.MULTILINE)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert len(text.splitlines()) <= 50


def test_the_plan_says_so_itself(plan: Plan) -> None:
    assert plan.summary() == summarise(plan)


def test_totals_are_those_of_bill_demand_and_roster(plan: Plan) -> None:
    text = summarise(plan)
    cost, price = plan.bill.total_cost(), plan.bill.total_price()
    contacts = float(np.nansum(plan.demand.contacts))
    hours = sum(s.paid_h_per_head * s.heads for s in plan.shifts.shifts if not s.lead_in)
    assert line(text, "Cost").startswith(
        f"{cost}, {float(cost.amount) / hours:,.2f} a paid hour, {float(cost.amount) / contacts:,.2f} a contact"
    )
    assert line(text, "Price") == f"{price}: cost plus 20%"
    assert line(text, "Paid hours").startswith(f"{hours:,.1f} h")
    assert line(text, "Contacts").startswith(f"{contacts:,.0f} expected: voice ")
    assert line(text, "Payroll").startswith(f"{len(plan.roster.agents)} agents: manila ")


def test_every_queue_has_a_row_with_its_formula_rings_and_verdict(plan: Plan) -> None:
    text = summarise(plan)
    voice = next(r for r in text.splitlines() if r.startswith("gb_voice"))
    whole = next(r for r in plan.evaluation.sla if r.clause == "gb_voice" and r.window is Window.CONTRACT)
    assert "80% offered in 7 s (3 rings)" in voice
    assert whole.level is not None
    assert f"{np.floor(whole.level * 1000) / 10:.1f}%" in voice
    assert f"{whole.offered:,.0f}" in voice
    assert ("met 1/1 week" in voice) == next(
        bool(r.met) for r in plan.evaluation.sla if r.clause == "gb_voice" and r.window is Window.WEEK
    )
    assert "95% in 24 h" in next(r for r in text.splitlines() if r.startswith("gb_email"))


def with_sla(plan: Plan, **changes: object) -> Plan:
    rows = tuple(replace(r, **changes) if r.clause == "gb_voice" else r for r in plan.evaluation.sla)  # type: ignore[arg-type]
    return replace(plan, evaluation=replace(plan.evaluation, sla=rows))


def test_a_level_just_short_never_reads_as_the_target(plan: Plan) -> None:
    text = summarise(with_sla(plan, level=0.79996, met=False))
    voice = next(r for r in text.splitlines() if r.startswith("gb_voice"))
    assert "79.9%" in voice
    assert "SHORT 0/1 week" in voice
    voice = next(r for r in summarise(with_sla(plan, level=0.8, met=True)).splitlines() if r.startswith("gb_voice"))
    assert "80.0%" in voice
    assert "met 1/1 week" in voice


def test_no_contacts_is_said_and_not_a_level(plan: Plan) -> None:
    voice = next(
        r for r in summarise(with_sla(plan, level=None, met=None, probability=None)).splitlines() if r.startswith("gb_voice")
    )
    assert "no contacts" in voice
    assert not re.search(r"\d%\s+no contacts", voice)


def test_the_probability_is_that_of_the_least_certain_window(plan: Plan) -> None:
    chats = [r for r in plan.evaluation.sla if r.clause == "gb_chat" and r.window is Window.DAY]
    assert len(chats) >= 2
    rows: list[SlaResult] = [replace(r, probability=0.9 if r is not chats[0] else 0.31) for r in plan.evaluation.sla]
    text = summarise(replace(plan, evaluation=replace(plan.evaluation, sla=tuple(rows))))
    assert " 31% " in next(r for r in text.splitlines() if r.startswith("gb_chat"))


def test_clauses_of_the_contract_have_rows_of_their_own(plan: Plan) -> None:
    clause = Clause(id="both live", queues=("gb_voice", "gb_chat"), level=0.75, window=Window.WEEK, within_s=30)
    account = replace(plan.account, contract=replace(plan.account.contract, clauses=(clause,)))
    voice = next(r for r in plan.evaluation.sla if r.clause == "gb_voice" and r.window is Window.WEEK)
    row = replace(
        voice, clause="both live", scope="gb_voice + gb_chat", offered=200.0, within=170.0, level=0.85, met=True, target=0.75
    )
    text = summarise(replace(plan, account=account, evaluation=replace(plan.evaluation, sla=(*plan.evaluation.sla, row, row))))
    shown = next(r for r in text.splitlines() if r.startswith("both live"))
    for part in ("400", "75% offered in 30 s", "85.0%", "met 2/2 weeks"):
        assert part in shown


def test_shortfall_names_the_worst_intervals_in_both_clocks(plan: Plan) -> None:
    missing = np.where(plan.requirement.open, 0.0, np.nan)
    missing[0, 9] = 2.5
    text = summarise(replace(plan, evaluation=replace(plan.evaluation, shortfall=missing)))
    assert (
        line(text, "Short") == "2.5 on-seat agent-hours below the least; most: gb_voice 2.5 at Mon 09 Nov 09:00 local (09:00Z)"
    )
    assert line(summarise(replace(plan, evaluation=replace(plan.evaluation, shortfall=missing * 0))), "Short").startswith(
        "nowhere"
    )


def test_the_markets_clock_is_the_local_one() -> None:
    plan = make_plan(make_account(languages=4, channels=(Channel.VOICE,), days=1, interval_s=3600), heads=1, scenarios=2)
    missing = np.where(plan.requirement.open, 0.0, np.nan)
    missing[3, 20] = 1.0
    text = summarise(replace(plan, evaluation=replace(plan.evaluation, shortfall=missing)))
    assert "tw_voice 1.0 at Tue 10 Nov 04:00 local (20:00Z)" in line(text, "Short")


def test_a_chance_short_of_certain_never_reads_as_certain(plan: Plan) -> None:
    rows = [replace(r, probability=0.996) for r in plan.evaluation.sla]
    text = summarise(replace(plan, evaluation=replace(plan.evaluation, sla=tuple(rows))))
    said = [row for row in text.splitlines() if row.startswith(("gb_voice", "gb_chat", "gb_email"))]
    assert len(said) == 3
    assert all(" 99% " in row for row in said)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "pay plus priced shortfall 10,234.50 USD; none can be below 9,950.25 USD: gap 2.78% (gap reached, highs, 12.2 s)"),
        ({"bound": None}, "no proven bound: gap not proven"),
        (
            {"objective": None, "status": Status.TIME_LIMIT},
            "no solution; none can be below 9,950.25 USD: gap not proven (time limit",
        ),
    ],
)
def test_the_proof_says_what_is_proven_and_no_more(plan: Plan, changes: dict[str, object], says: str) -> None:
    info: SolveInfo = replace(plan.solves[0], **changes)  # type: ignore[arg-type]
    assert says in line(summarise(replace(plan, solves=(info,))), "Proof")


def test_what_cannot_be_repeated_says_why(plan: Plan) -> None:
    assert line(summarise(plan), "Repeatable").startswith("yes; seed 7, input ")
    made = replace(plan.provenance, repeatable=False, why_not_repeatable="shifts: time_limit")
    assert line(summarise(replace(plan, provenance=made)), "Repeatable").startswith("no (shifts: time_limit)")


def test_lead_in_is_shown_apart(plan: Plan) -> None:
    extra = CostLine(
        site="manila",
        group="manila_en",
        item="wage (lead-in)",
        hours=Decimal(5),
        rate=Decimal(3),
        amount=Decimal(15),
        currency="USD",
    )
    more = replace(plan, bill=Bill(cost=(*plan.bill.cost, extra), price=plan.bill.price))
    lead_in = more.bill.lead_in_cost()
    assert lead_in is not None
    assert f"shifts begun before the horizon apart: {lead_in}" in line(summarise(more), "Cost")
    assert more.bill.total_cost() == plan.bill.total_cost()


def test_a_plan_with_nobody_in_it_still_reads(plan: Plan) -> None:
    empty = replace(
        plan,
        shifts=replace(plan.shifts, shifts=(), tours=()),
        roster=Roster(agents=(), assignments=()),
        bill=Bill(cost=()),
        solves=(),
    )
    text = summarise(empty)
    assert line(text, "Cost").startswith("0.00 USD")
    assert line(text, "Payroll") == "0 agents"
    assert "no solver" in line(text, "Proof")
    assert headline(empty)["cost"] == {"value": 0.0, "unit": "USD"}
    assert headline(empty)["cost_per_paid_hour"]["value"] is None


def test_notes_are_on_the_page_word_for_word(plan: Plan) -> None:
    noted = replace(plan, evaluation=replace(plan.evaluation, notes=("One thing.", "Another " + "long " * 40 + "thing.")))
    text = " ".join(summarise(noted).split("Notes")[1].split())
    assert text == "- One thing. - Another " + "long " * 40 + "thing."


def test_headline_figures_carry_units_and_survive_json(plan: Plan) -> None:
    figures = headline(plan)
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert all(set(f) == {"value", "unit"} and isinstance(f["unit"], str) and f["unit"] for f in figures.values())
    assert figures["cost"] == {"value": float(plan.bill.total_cost().amount), "unit": "USD"}
    assert figures["agents_on_payroll"]["value"] == len(plan.roster.agents)
    assert figures["contacts"]["value"] == pytest.approx(np.nansum(plan.demand.contacts))
    short = np.nansum(plan.evaluation.shortfall) * plan.shifts.grid.interval_h
    assert figures["shortfall"]["value"] == pytest.approx(short)
    for queue in plan.account.queues:
        whole = next(r for r in plan.evaluation.sla if r.clause == queue.id and r.window is Window.CONTRACT)
        assert figures[f"queue:{queue.id} level"]["value"] == whole.level
        assert figures[f"queue:{queue.id} target"]["value"] == queue.target.level
    assert figures["proven_gap"]["value"] == plan.solves[0].gap


def test_occupancy_is_weighted_by_time_on_seat(plan: Plan) -> None:
    given = plan.evaluation.coverage.by_queue()[0]
    occupancy = plan.evaluation.occupancy[0]
    there = np.isfinite(occupancy) & (given > 0)
    expected = np.average(occupancy[there], weights=given[there])
    assert headline(plan)["queue:gb_voice occupancy"]["value"] == pytest.approx(expected)
