"""What drives the workload, as told in summary, page and folder; and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from factories import tiny_plan

from planner.domain.journey import Bot, Escalation, Journey, Repeats
from planner.domain.plan import Plan
from planner.domain.workload import QueueWorkload
from planner.io import load_plan
from planner.report import export
from planner.report.html import html


def worked(plan: Plan) -> Plan:
    first, second = plan.account.queues[:2]
    journey = Journey(
        fcr=0.7,
        repeats=(Repeats(queue=first.id),),
        escalations=(Escalation(queue=second.id, share=0.1, handover_s=60.0, aht_s=400.0),),
        bot=Bot(queue=first.id, contained=0.25, leak=0.2),
    )
    account = replace(plan.account, queues=(replace(first, journey=journey), *plan.account.queues[1:]))
    work = QueueWorkload(
        queue=first.id, wanted=1000.0, contained=250.0, first=750.0, leaked=50.0, repeats=343.0, joined=0.0, escalated=114.3,
        unsolved_back=343.0, plain_aht_s=300.0, aht_s=306.0, cv2=0.98, first_h=62.5, leaked_h=4.2, repeats_h=28.6, joined_h=0.0,
        handover_h=1.9, contained_h=20.8, as_recorded_h=83.3, fcr=0.7,
    )  # fmt: skip
    return replace(plan, account=account, demand=replace(plan.demand, workload=(work,)))


def test_a_plan_without_journeys_says_nothing_of_them(tmp_path: Path) -> None:
    plan = tiny_plan()
    assert "What drives the workload" not in plan.summary() + html(plan)
    folder = export(plan, tmp_path / "plan")
    assert "workload" not in json.loads((folder / "summary.json").read_text())


def test_summary_and_page_tell_contacts_and_hours_by_source() -> None:
    plan = worked(tiny_plan())
    text = plan.summary()
    assert max(map(len, text.splitlines())) <= 100
    table = text[text.index("What drives the workload") :].splitlines()
    assert table[1].split() == ["queue", "first", "bot", "leaked", "repeats", "joined", "contacts", "AHT", "hours", "effect"]
    assert table[2].split()[1:] == ["1,000", "-250", "50", "343", "-", "1,143", "306", "s", "97.2", "+13.9"]
    page = html(plan)
    section = page[page.index('id="workload"') :]
    for said in ("−250", "1,143", "+13.9", "take in a specialist of", "a bot ends 25% of first contacts"):
        assert said in section


def test_the_folder_holds_it_and_gives_it_back(tmp_path: Path) -> None:
    plan = worked(tiny_plan())
    folder = export(plan, tmp_path / "plan")
    (told,) = json.loads((folder / "summary.json").read_text())["workload"]
    assert (told["contacts"], round(told["hours"], 6), round(told["effect_h"], 6)) == (1143.0, 97.2, 13.9)
    assert json.loads((folder / "inputs.json").read_text())["queues"][0]["journey"]["bot"]["contained"] == 0.25
    assert load_plan(folder) == plan
